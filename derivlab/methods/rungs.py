"""The steps of a ladder, and what three or four of them say: enough for most smooth functions."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

# No whole number: a period that nearly fits one of halved steps nearly fits all the longer ones.
RATIO = 2.2
RUNGS = RATIO ** -np.arange(5.0)
TOP, MIDDLE, BOTTOM = RUNGS[:1], RUNGS[1:4], RUNGS[4:]


@functools.cache
def weights(rungs: int) -> np.ndarray:
    """What the values at so many rungs weigh in the last three of Neville's extrapolations to h = 0, in powers of h²."""
    table = np.eye(rungs)
    rows = [table[-1]]
    for k in range(1, rungs):
        table = table[1:] + (table[1:] - table[:-1]) / (RATIO ** (2 * k) - 1.0)
        rows.append(table[-1])
    return np.array(rows[-3:])


def judged(
    x: np.ndarray, h: np.ndarray, f: np.ndarray, base: np.ndarray, eps: float
) -> tuple[Any, np.ndarray]:
    """Slopes, error estimates and rounding errors (n, m), and whether each coordinate is settled.

    `f` is (n, 2, J, m), at x + h and x - h for J rungs h (n, J). The last correction of the extrapolated slopes, times
    how much smaller it was than the one before, bounds their error with a factor of 8 to spare. The means of both
    sides, which tend to f(x), add what is left of them.
    """
    up, down = f[:, 0], f[:, 1]
    span = ((x[:, None] + h) - (x[:, None] - h))[:, :, None]
    earlier, before, value = (weights(h.shape[1]) @ ((up - down) / span)).swapaxes(0, 1)
    _, rest, last = (weights(h.shape[1]) @ ((up + down) * 0.5 - base)).swapaxes(0, 1)
    span = span[:, -1]
    noise = 2.0 * eps * (np.abs(up[:, -1]) + np.abs(down[:, -1])) / span
    left = shrunk(np.abs(value - before), np.abs(before - earlier))
    error = left + shrunk(np.abs(last), np.abs(rest)) * 2.0 / span + 2.0 * noise
    size = np.abs(value)
    done = settled(value, error, noise, size.max(axis=1, keepdims=True))
    done |= (value == 0.0) & settled(value, error, noise, np.where(done, size, 0.0).max(axis=0))
    return (value.copy(), error, noise), done.all(axis=1)


def shrunk(last: Any, before: Any) -> Any:
    """A correction times 8 times its ratio to the one before, at most itself."""
    return last * (8.0 * last / (before + 8.0 * last + 1e-300))


def settled(value: Any, error: Any, noise: Any, size: Any) -> Any:
    """Whether rounding is all that is left, and that little of the largest slope `size`.

    It is the largest of one coordinate. A slope of 0, though, is little beside any other one of the same entry of f.
    """
    return (error <= 8.0 * noise + 1e-13 * abs(value)) & (error <= 1e-10 * size)
