"""The steps of a ladder, and what three of them say: enough for most smooth functions."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

# No whole number: a period that nearly fits one of halved steps nearly fits all the longer ones.
RATIO = 2.2
RUNGS = RATIO ** -np.arange(5.0)
MIDDLE = RUNGS[1:4]
_FIRST, _SECOND, _THIRD = MIDDLE.tolist()
_H2, _H4 = 1.0 / (RATIO**2 - 1.0), 1.0 / (RATIO**4 - 1.0)
# Values at three rungs without their terms in h², and without those in h² and h⁴.
_WEIGHTS = np.array([[0.0, -_H2, 1.0 + _H2], [_H2 * _H4, -_H2 - _H4 - 2 * _H2 * _H4, (1 + _H2) * (1 + _H4)]])


def from_three(
    x: float, h: Sequence, up: Sequence, down: Sequence, base: float, eps: float
) -> tuple[float, float, float]:
    """Slope, error estimate and rounding error, from f at x ± h for three rungs.

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


def _extrapolated(first: float, second: float, third: float) -> tuple[float, float]:
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
) -> tuple[np.ndarray, list, list, np.ndarray]:
    """Three rungs of a few slopes, one by one in Python's numbers, which are quicker than small arrays.

    Slopes, error estimates and rounding errors (3, n, m), whether each coordinate is settled, steps (n, 3) and values
    (n · 2 · 3, m).
    """
    x, steps = centre.tolist(), []
    points: list[float] = []
    for c, a in zip(x, start.tolist(), strict=True):
        h1, h2, h3 = (c + a * _FIRST) - c, (c + a * _SECOND) - c, (c + a * _THIRD) - c
        steps.append((h1, h2, h3))
        points += (c + h1, c + h2, c + h3, c - h1, c - h2, c - h3)
    values = shift(_six_times(centre.size), points)
    found, done, outputs = [], [], [*zip(values.T.tolist(), base.tolist(), strict=True)]
    for i, c in enumerate(x):
        up, down = slice(6 * i, 6 * i + 3), slice(6 * i + 3, 6 * i + 6)
        slopes = [from_three(c, steps[i], f[up], f[down], middle, eps) for f, middle in outputs]
        largest = max([abs(value) for value, _, _ in slopes])
        done.append(all(settled(*slope, largest) for slope in slopes))
        found += slopes
    return np.array(found).T.reshape(3, len(x), len(base)), done, steps, values


@functools.cache
def _six_times(n: int) -> list:
    return [i for i in range(n) for _ in range(6)]


def in_arrays(
    shift: Callable, centre: np.ndarray, start: np.ndarray, base: np.ndarray, eps: float
) -> tuple[Any, list, np.ndarray, np.ndarray]:
    """The same of any function, all slopes at once."""
    n, m = centre.size, base.size
    h = (centre + start * MIDDLE[:, None]) - centre
    high, low = centre + h, centre - h
    f = shift([*range(n)] * 6, np.concatenate([high, low]).ravel()).reshape(2, 3, n, m)
    up, down, span = f[0], f[1], (high - low)[:, :, None]
    pair = np.stack([(up - down) / span, (up + down) * 0.5 - base])  # slopes and means
    before, best = np.moveaxis(_WEIGHTS @ pair.reshape(2, 3, n * m), 1, 0).reshape(2, 2, n, m)
    value, span = best[0], span[2]
    noise = 2.0 * eps * (np.abs(up[2]) + np.abs(down[2])) / span
    left = _shrunk(np.abs(value - before[0]), np.abs(before[0] - pair[0, 2]))
    error = left + _shrunk(np.abs(best[1]), np.abs(before[1])) * 2.0 / span + noise
    done = settled(value, error, noise, np.abs(value).max(axis=1, keepdims=True))
    return (value.copy(), error, noise), done.all(axis=1).tolist(), h.T, np.moveaxis(f, 2, 0)
