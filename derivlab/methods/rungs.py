"""The steps of a ladder, and what three of them say: enough for most smooth functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

# No whole number: a period that nearly fits one of halved steps nearly fits all the longer ones.
RATIO = 2.2
RUNGS = RATIO ** -np.arange(5.0)
MIDDLE = RUNGS[1:4]
_RUNGS = MIDDLE.tolist()
_H2, _H4 = 1.0 / (RATIO**2 - 1.0), 1.0 / (RATIO**4 - 1.0)


def from_three(x: Any, h: Any, up: Any, down: Any, base: Any, eps: float) -> tuple:
    """Slope, error estimate and rounding error, from f at x ± h for three rungs; of numbers and arrays alike.

    Two extrapolations leave O(h⁶) of the slopes; the last correction, times how much smaller it was than the one
    before, bounds that with a factor of 8 to spare. The means of both sides, which tend to f(x), add what is left
    of them.
    """
    (h1, h2, h3), (u1, u2, u3), (d1, d2, d3) = h, up, down
    span = (x + h3) - (x - h3)
    third = (u3 - d3) / span
    before, value = _extrapolated((u1 - d1) / ((x + h1) - (x - h1)), (u2 - d2) / ((x + h2) - (x - h2)), third)
    rest, last = _extrapolated((u1 + d1) * 0.5 - base, (u2 + d2) * 0.5 - base, (u3 + d3) * 0.5 - base)
    noise = 2.0 * eps * (abs(u3) + abs(d3)) / span
    left = _shrunk(abs(value - before), abs(before - third)) + _shrunk(abs(last), abs(rest)) * 2.0 / span
    return value, left + noise, noise


def _extrapolated(first: Any, second: Any, third: Any) -> tuple[Any, Any]:
    """Values at three rungs without their terms in h², and without those in h² and h⁴."""
    first = second + (second - first) * _H2
    second = third + (third - second) * _H2
    return second, second + (second - first) * _H4


def _shrunk(last: Any, before: Any) -> Any:
    return last * (8.0 * last / (before + 8.0 * last + 1e-300))


def settled(value: Any, error: Any, noise: Any, size: Any) -> Any:
    """Whether rounding is all that is left, and that little of the largest slope `size`."""
    return (error <= 8.0 * noise + 1e-13 * abs(value)) & (error <= 1e-10 * size)


def in_numbers(
    shift: Callable, centre: np.ndarray, start: np.ndarray, base: np.ndarray, eps: float
) -> tuple[np.ndarray, list, list, list]:
    """Three rungs of a scalar function, coordinate by coordinate in Python's numbers.

    Slopes, error estimates and rounding errors (3, n, 1), whether each coordinate is settled, steps (3, n) and values
    (2 · 3 · n).
    """
    x, a, n, middle = centre.tolist(), start.tolist(), centre.size, base.item()
    h = [[(c + size * rung) - c for c, size in zip(x, a, strict=True)] for rung in _RUNGS]
    points = [c + k for row in h for c, k in zip(x, row, strict=True)]
    points += [c - k for row in h for c, k in zip(x, row, strict=True)]
    f = shift([*range(n)] * 6, points).ravel().tolist()
    found = [
        from_three(c, [row[i] for row in h], f[i : 3 * n : n], f[3 * n + i :: n], middle, eps)
        for i, c in enumerate(x)
    ]
    done = [settled(value, error, noise, abs(value)) for value, error, noise in found]
    return np.array(found).T[:, :, None], done, h, f


def in_arrays(
    shift: Callable, centre: np.ndarray, start: np.ndarray, base: np.ndarray, eps: float
) -> tuple[tuple, list, np.ndarray, np.ndarray]:
    """The same of any function, in arrays: (3, n, m), (n,), (3, n), (2, 3, n, m)."""
    n = centre.size
    h = (centre + start * MIDDLE[:, None]) - centre
    f = shift([*range(n)] * 6, np.concatenate([centre + h, centre - h]).ravel()).reshape(2, 3, n, -1)
    value, error, noise = from_three(centre[:, None], h[:, :, None], f[0], f[1], base, eps)
    done = settled(value, error, noise, np.abs(value).max(axis=1, keepdims=True))
    return (value, error, noise), done.all(axis=1).tolist(), h, f
