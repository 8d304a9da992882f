"""The first steps of a ladder in Python's numbers, which are quicker than arrays for a few slopes."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from derivlab.methods.rungs import BOTTOM, MIDDLE, settled, shrunk, weights

FEW = 6  # slopes


class FirstSteps:
    """Slopes of f in a few coordinates: three steps each, and a fourth where these do not settle.

    `slopes` has (value, error, rounding error) for each coordinate and entry of f; `left` are the coordinates that
    are not settled yet.
    """

    def __init__(self, shift: Callable, centre: np.ndarray, start: np.ndarray, base: np.ndarray, eps: float):
        self.shift, self.centre, self.start = shift, centre.tolist(), start.tolist()
        self.base, self.eps = base.tolist(), eps
        n = len(self.centre)
        self.steps: list[list[float]] = [[] for _ in range(n)]
        self.up: list[list] = [[] for _ in range(n)]
        self.down: list[list] = [[] for _ in range(n)]
        self.slopes: list[Any] = [None] * n
        self.left = list(range(n))
        for rungs in (MIDDLE, BOTTOM):
            self._descend(rungs.tolist())
            for i in self.left:
                self.slopes[i] = self._slopes(i)
            self.left = [i for i in self.left if not _settled(self.slopes[i])]
            if not self.left:
                break

    def table(self) -> tuple[np.ndarray, np.ndarray]:
        """Steps (k, J), and f on both sides (k, 2, J, m), of the coordinates left."""
        return (
            np.array([self.steps[i] for i in self.left]),
            np.array([(self.up[i], self.down[i]) for i in self.left]),
        )

    def _descend(self, rungs: list[float]) -> None:
        """f on both sides at further steps, all in one call."""
        index: list[int] = []
        points: list[float] = []
        for i in self.left:
            c, s = self.centre[i], self.start[i]
            fresh = [(c + s * rung) - c for rung in rungs]
            self.steps[i] += fresh
            index += [i] * (2 * len(rungs))
            points += [c + h for h in fresh]
            points += [c - h for h in fresh]
        found, size = self.shift(index, points).tolist(), len(rungs)
        for k, i in enumerate(self.left):
            self.up[i] += found[2 * size * k : 2 * size * k + size]
            self.down[i] += found[2 * size * k + size : 2 * size * (k + 1)]

    def _slopes(self, i: int) -> list[tuple[float, float, float]]:
        c, rows = self.centre[i], _rows(len(self.steps[i]))
        spans = [(c + h) - (c - h) for h in self.steps[i]]
        entries = zip(zip(*self.up[i], strict=True), zip(*self.down[i], strict=True), self.base, strict=True)
        return [_slope(spans, up, down, base, self.eps, rows) for up, down, base in entries]


def _settled(slopes: list[tuple[float, float, float]]) -> bool:
    largest = max([abs(slope[0]) for slope in slopes])
    return all([settled(*slope, largest) for slope in slopes])  # noqa: C419 - quicker


@functools.cache
def _rows(rungs: int) -> list[list[float]]:
    return weights(rungs).tolist()


def _slope(
    spans: list, up: tuple, down: tuple, base: float, eps: float, rows: list
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
