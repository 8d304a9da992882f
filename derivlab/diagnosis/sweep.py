"""Differences of f along a line over many step sizes, extrapolated in windows of neighbouring steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from derivlab.methods.ladder import neville

RATIO = 4.4  # no whole number: see `methods.ladder`
LONGEST = 0.2236067977499790  # no short decimal, which would fall on the grid of a rounded f


@dataclass(frozen=True)
class Window:
    """Slopes (m,) extrapolated from neighbouring steps, the longest and the shortest of them, errors (m,)."""

    longest: float
    shortest: float
    value: np.ndarray
    error: np.ndarray

    def relative(self, size: np.ndarray) -> float:
        """The largest error relative to sizes (m,)."""
        with np.errstate(all="ignore"):
            ratio = np.where(self.error == 0, 0.0, self.error / size)
        return float(np.max(ratio, initial=0.0)) if not np.isnan(ratio).any() else np.inf


@dataclass(frozen=True)
class Sweep:
    """f along t → x + t v: steps (k,) descending, values below and above x (2, k, m), f(x) (m,)."""

    v: np.ndarray
    steps: np.ndarray
    values: np.ndarray
    base: np.ndarray
    eps: float

    @property
    def slopes(self) -> np.ndarray:
        """One-sided slopes (2, k, m), from below and from above."""
        return (self.values - self.base) / (np.array([-1.0, 1.0])[:, None, None] * self.steps[:, None])

    @property
    def noise(self) -> np.ndarray:
        """What rounding does to a one-sided slope (k, m)."""
        size = np.fmax(np.nanmax(np.abs(self.values), axis=0, initial=0.0), np.abs(self.base))
        return 4 * (self.eps * size + 5e-324) / self.steps[:, None]

    def windows(self, width: int) -> Iterator[Window]:
        """Central slopes extrapolated over `width` neighbouring steps, from long to short."""
        low, high = self.values
        samples = np.stack([(high - low) / (2 * self.steps[:, None]), 0.5 * (high + low)])[:, :, None]
        yield from self._windows(samples, 0.5 * self.noise, width, 2)

    def one_sided(self, side: int, width: int) -> Iterator[Window]:
        """The same from one side only: 0 from below, 1 from above."""
        samples = np.stack([self.slopes[side], np.broadcast_to(self.base, self.values[side].shape)])[
            :, :, None
        ]
        yield from self._windows(samples, self.noise, width, 1)

    def _windows(self, samples: np.ndarray, noise: np.ndarray, width: int, power: int) -> Iterator[Window]:
        for first in range(len(self.steps) - width + 1):
            part = slice(first, first + width)
            h = self.steps[part][:, None]
            with np.errstate(all="ignore"):
                value, error, _ = neville(h, samples[:, part], self.base, noise[part][:, None], power)
            yield Window(float(h[0, 0]), float(h[-1, 0]), value[0], error[0])


def sweep(
    calls: Any, base: np.ndarray, v: np.ndarray, ratio: float, count: int, longest: float = LONGEST
) -> Sweep:
    """f at x ± t v for `count` steps t that shrink by `ratio`, long steps first."""
    steps = longest * ratio ** -np.arange(float(count))
    if calls.x.size == 1:
        steps = ((calls.x[0] + steps * v[0]) - calls.x[0]) / v[0]
    steps = steps[steps > 0]
    values = np.array([[calls(calls.x + sign * t * v) for t in steps] for sign in (-1.0, 1.0)])
    return Sweep(v, steps, values, base, calls.eps)
