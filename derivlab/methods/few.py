"""The first steps of a ladder in Python's numbers, which are quicker than arrays for a few slopes."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from derivlab.methods.rungs import BOTTOM, MIDDLE, settled, shrunk, weights
from derivlab.methods.scale import SMALLEST

FEW = 16
_MIDDLE, _BOTTOM = MIDDLE.tolist(), BOTTOM.tolist()


def few(coordinates: int, entries: int) -> bool:
    """Whether the slopes of so many entries of f are few: a coordinate costs about as much as a slope."""
    return coordinates * (1 + entries) <= FEW


def eighths(x: list[float]) -> list[float]:
    """The power of two at or below |x|/8, and 1/8 where x is 0, of each number."""
    return [0.125 if abs(c) < SMALLEST else math.ldexp(1.0, math.frexp(c)[1] - 4) for c in x]


class FirstSteps:
    """Slopes of f in a few coordinates: three steps each, and a fourth where these do not settle.

    `shift(index, value)` is f (B, m) with coordinate `index` at `value`. `slopes` has (value, error, rounding error)
    for each entry of f, coordinate by coordinate; `left` are the coordinates that are not settled yet. `at_once` takes
    all four steps in the first call of f, where a call costs more than its points.
    """

    def __init__(
        self, shift: Callable, centre: list, start: list, base: list, eps: float, at_once: bool = False
    ):
        self.centre, self.start, self.base, self.eps = centre, start, base, eps
        self.left = [*range(len(centre))]
        self._shift = shift
        self._steps: list[list[float]] = [[] for _ in centre]
        self._sides: list[tuple[list, list]] = [([[] for _ in base], [[] for _ in base]) for _ in centre]
        self._slopes: list[list[tuple[float, float, float]]] = [[] for _ in centre]
        if at_once:
            self._take(_MIDDLE + _BOTTOM, 3, 4)
            return
        self._take(_MIDDLE, 3)
        if self.left:
            self._take(_BOTTOM, 4)

    @classmethod
    def of(cls, points: Any) -> FirstSteps:
        """Around points.x, an eighth of each coordinate wide."""
        x = points.x.tolist()
        shift, base, at_once = points.forgiven, points.base.tolist(), points.cheap(8 * len(x))
        return cls(shift, x, eighths(x), base, points.eps, at_once)

    def arrays(self) -> tuple[np.ndarray, ...]:
        """Slopes, their errors and their rounding errors, (n, m) each."""
        return tuple(np.array(self._slopes).transpose(2, 0, 1))

    def table(self) -> tuple[np.ndarray, np.ndarray]:
        """Steps (k, J), and f on both sides (k, 2, J, m), of the coordinates left."""
        shape = len(self.left), 2, len(self.base), len(_MIDDLE + _BOTTOM)
        sides = np.array([self._sides[i] for i in self.left]).reshape(shape)
        return np.array([self._steps[i] for i in self.left]), sides.swapaxes(2, 3)

    def _take(self, rungs: list[float], *numbers: int) -> None:
        """f on both sides of the coordinates left at further steps, all in one call.

        What so many steps in all (`numbers`) say of the slopes settles them, or not.
        """
        size = len(rungs)
        index: list[int] = []
        points: list[float] = []
        for i in self.left:
            c, s = self.centre[i], self.start[i]
            steps = [(c + s * rung) - c for rung in rungs]
            self._steps[i] += steps
            index += [i] * (2 * size)
            points += [c + h for h in steps]
            points += [c - h for h in steps]
        entries = self._shift(index, points).T.tolist()
        left, first = [], 0
        for i in self.left:
            middle, last = first + size, first + 2 * size
            for f, up, down in zip(entries, *self._sides[i], strict=True):
                up += f[first:middle]
                down += f[middle:last]
            first = last
            if not self._settles(i, numbers[0]) and not (numbers[1:] and self._settles(i, numbers[1])):
                left.append(i)
        largest = self._largest(left) if left else []
        self.left = [i for i in left if not self._idle(i, largest)]

    def _settles(self, i: int, number: int) -> bool:
        """Whether the first `number` steps settle all slopes in a coordinate."""
        c, steps, sides, rows = self.centre[i], self._steps[i], self._sides[i], _rows(number)
        if number < len(steps):
            steps, sides = steps[:number], ([f[:number] for f in sides[0]], [f[:number] for f in sides[1]])
        spans = [(c + h) - (c - h) for h in steps]
        found = self._slopes[i] = [
            _slope(spans, up, down, base, self.eps, rows)
            for up, down, base in zip(*sides, self.base, strict=True)
        ]
        largest = max([abs(slope[0]) for slope in found])
        return all([settled(*slope, largest) for slope in found])  # noqa: C419 - quicker

    def _largest(self, left: list[int]) -> list[float]:
        """The largest slope of each entry of f in the coordinates that are settled."""
        done = [slopes for i, slopes in enumerate(self._slopes) if i not in left]
        return [max([abs(slope[0]) for slope in entry], default=0.0) for entry in zip(*done, strict=True)]

    def _idle(self, i: int, largest: list[float]) -> bool:
        """Whether all slopes in a coordinate are 0, but for little beside those in another one."""
        pairs = zip(self._slopes[i], largest, strict=False)
        return bool(largest) and all(slope[0] == 0.0 and settled(*slope, size) for slope, size in pairs)


@functools.cache
def _rows(rungs: int) -> list[list[float]]:
    return weights(rungs).tolist()


def _slope(
    spans: list, up: list, down: list, base: float, eps: float, rows: list
) -> tuple[float, float, float]:
    earlier = before = value = rest = last = 0.0
    for u, d, span, first, second, third in zip(up, down, spans, *rows, strict=True):
        slope, mean = (u - d) / span, (u + d) * 0.5 - base
        earlier += first * slope
        before += second * slope
        value += third * slope
        rest += second * mean
        last += third * mean
    noise = 2.0 * eps * (abs(u) + abs(d)) / span
    left = shrunk(abs(value - before), abs(before - earlier))
    return value, left + shrunk(abs(last), abs(rest)) * 2.0 / span + 2.0 * noise, noise
