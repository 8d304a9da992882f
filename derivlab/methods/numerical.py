"""Numerical derivatives: values of f at neighbouring points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.methods.batch import Points
from derivlab.methods.complex_step import ComplexStep
from derivlab.methods.estimate import Estimate
from derivlab.methods.ladder import power_of_two
from derivlab.methods.richardson import Richardson
from derivlab.methods.scale import magnitude
from derivlab.methods.second import default_steps, second_differences, shaped

__all__ = ["CentralDifference", "ComplexStep", "FivePoint", "ForwardDifference", "Richardson"]


def given_steps(step: Any, x: np.ndarray, shape: tuple) -> np.ndarray:
    """The user's h, one for each coordinate; errors: not positive, not finite, lost in rounding."""
    try:
        h = np.broadcast_to(np.asarray(step, dtype=float), shape).ravel()
    except (TypeError, ValueError):
        h = np.array([np.nan])
    if not (np.all(np.isfinite(h)) and np.all(h > 0)):
        raise DerivativeError(
            f"the step {step} is not positive; give one such as 1e-6, an array like x, or None."
        )
    if np.any(x + h == x):
        raise DerivativeError(f"x + h rounds to x with the step {step}; give a larger one.")
    return h


@dataclass(frozen=True)
class _Difference:
    """A stencil: offsets in units of h, its slope, and the power of ε for its default step.

    `step` is h itself, a number or an array like x; by default h = ε^power · |x_i|, and ε^power where x_i
    is 0 or where the scaled step changes nothing that f can show.
    """

    step: Any = None
    family: ClassVar[str] = "numerical"
    offsets: ClassVar[tuple[float, ...]]
    power: ClassVar[float]

    def _slope(self, f: np.ndarray, points: np.ndarray, base: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Slopes (n, m) from values (k, n, m) at points (k, n)."""
        raise NotImplementedError

    def jacobian(self, f: Callable, x: Any) -> Estimate:
        points = Points(f, x)
        value = self._differences(points, points.shifted, points.x, np.shape(x))
        return Estimate(value.T.reshape(points.out + points.shape), points.count, notes=points.notes())

    def jvp(self, f: Callable, x: Any, v: Any) -> Estimate:
        """The slope of t → f(x + t v) at t = 0, in as many evaluations as the stencil has points."""
        points = Points(f, x)
        v = np.asarray(v, dtype=float).ravel()
        moved = v != 0
        if not moved.any():
            return Estimate(np.zeros(points.out), points.count)
        unit = np.min(magnitude(points.x)[moved] / np.abs(v[moved]))
        value = self._differences(
            points, lambda index, t: points.at(points.x + t[:, None] * (v * unit)), np.zeros(1), ()
        )
        return Estimate(value[0].reshape(points.out) / unit, points.count, notes=points.notes())

    def hessian(self, f: Callable, x: Any) -> Estimate:
        """Central second differences, symmetric; shape f(x).shape + x.shape + x.shape."""
        points = Points(f, x)
        h = default_steps(points, 1 / 4)
        if self.step is not None:
            h = given_steps(self.step, points.x, points.shape)
        value = second_differences(points, h)
        return Estimate(shaped(points, value), points.count, notes=points.notes())

    def _differences(self, points: Points, shift: Callable, x: np.ndarray, shape: tuple) -> np.ndarray:
        everything = np.arange(x.size)
        if self.step is not None:
            return self._at(points, shift, x, everything, given_steps(self.step, x, shape))[0]
        h = power_of_two(points.eps**self.power * magnitude(x))
        value, seen = self._at(points, shift, x, everything, h)
        unseen = ~seen & (np.abs(x) < 1.0) & (x != 0)
        if unseen.any():
            which = np.flatnonzero(unseen)
            again, seen = self._at(
                points, shift, x, which, np.full(which.size, power_of_two(points.eps**self.power))
            )
            value[which[seen]] = again[seen]
        return value

    def _at(self, points: Points, shift: Callable, x: np.ndarray, which: np.ndarray, h: np.ndarray) -> tuple:
        """Slopes (k, m), and whether each coordinate changed f beyond its rounding."""
        moved = x[which] + np.multiply.outer(np.array(self.offsets), h)
        index = np.concatenate([which] * len(moved))
        f = shift(index, moved.ravel()).reshape(*moved.shape, -1)
        if not np.isfinite(f).all():
            k, i = np.argwhere(~np.isfinite(f))[0][:2]
            raise DerivativeError(
                f"f is not finite at x[{which[i]}] {self.offsets[k]:+g}h, h = {h[i]:.2g}; "
                "move x into the domain, give a smaller step, or use 'richardson', which looks from one side."
            )
        change = np.abs(f[0] - (f[1] if len(f) > 1 else points.base))
        seen = np.any(change > 32 * points.eps * np.abs(points.base), axis=1)
        return self._slope(f, moved, points.base, x[which]), seen


@dataclass(frozen=True)
class ForwardDifference(_Difference):
    """(f(x+h) - f(x)) / h: truncation O(h), rounding O(ε/h)."""

    name: ClassVar[str] = "forward_difference"
    summary: ClassVar[str] = "cheapest: one more evaluation for each input; about 8 digits"
    offsets: ClassVar[tuple[float, ...]] = (1.0,)
    power: ClassVar[float] = 1 / 2

    def _slope(self, f: np.ndarray, points: np.ndarray, base: np.ndarray, x: np.ndarray) -> np.ndarray:
        return (f[0] - base) / (points[0] - x)[:, None]


@dataclass(frozen=True)
class CentralDifference(_Difference):
    """(f(x+h) - f(x-h)) / 2h: truncation O(h²), rounding O(ε/h)."""

    name: ClassVar[str] = "central_difference"
    summary: ClassVar[str] = "two evaluations for each input; about 10 digits"
    offsets: ClassVar[tuple[float, ...]] = (1.0, -1.0)
    power: ClassVar[float] = 1 / 3

    def _slope(self, f: np.ndarray, points: np.ndarray, base: np.ndarray, x: np.ndarray) -> np.ndarray:
        return (f[0] - f[1]) / (points[0] - points[1])[:, None]


@dataclass(frozen=True)
class FivePoint(_Difference):
    """(8(f(x+h) - f(x-h)) - (f(x+2h) - f(x-2h))) / 12h: truncation O(h⁴), rounding O(ε/h)."""

    name: ClassVar[str] = "five_point"
    summary: ClassVar[str] = "four evaluations for each input; about 12 digits for smooth functions"
    offsets: ClassVar[tuple[float, ...]] = (1.0, -1.0, 2.0, -2.0)
    power: ClassVar[float] = 1 / 5

    def _slope(self, f: np.ndarray, points: np.ndarray, base: np.ndarray, x: np.ndarray) -> np.ndarray:
        narrow = (f[0] - f[1]) / (points[0] - points[1])[:, None]
        return narrow + (narrow - (f[2] - f[3]) / (points[2] - points[3])[:, None]) / 3.0
