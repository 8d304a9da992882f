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
from derivlab.methods.output import finite
from derivlab.methods.richardson import Richardson
from derivlab.methods.scale import given_steps, magnitude, power_of_two
from derivlab.methods.second import default_steps, second_differences, shaped

__all__ = ["CentralDifference", "ComplexStep", "FivePoint", "ForwardDifference", "Richardson"]


@dataclass(frozen=True)
class _Difference:
    """A stencil: offsets (k, 1) in units of h, its slope, and the power of ε for its default step.

    `step` is h itself, a number or an array like x; by default h = ε^power · |x_i|, and ε^power where x_i
    is 0 or where the scaled step changes nothing that f can show.
    """

    step: Any = None
    family: ClassVar[str] = "numerical"
    _offsets: ClassVar[np.ndarray]
    power: ClassVar[float]

    def _slope(self, f: np.ndarray, points: np.ndarray, base: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Slopes (n, m) from values (k, n, m) at points (k, n)."""
        raise NotImplementedError

    @np.errstate(all="ignore")
    def jacobian(self, f: Callable, x: Any) -> Estimate:
        points = Points(f, x)
        value = self._differences(points, points.shifted, points.x, np.shape(x))
        return Estimate(value.T.reshape(points.out + points.shape), points.count, notes=points.notes())

    @np.errstate(all="ignore")
    def jvp(self, f: Callable, x: Any, v: Any) -> Estimate:
        """The slope of t → f(x + t v) at t = 0, in as many evaluations as the stencil has points."""
        points = Points(f, x)
        v = np.asarray(v, dtype=float).ravel()
        moved = v != 0
        if not moved.any():
            return Estimate(np.zeros(points.out), points.count)
        unit = np.min(magnitude(points.x)[moved] / np.abs(v[moved]))
        value = self._differences(
            points, lambda index, t: points.at(points.x + np.multiply.outer(t, v * unit)), np.zeros(1), ()
        )
        return Estimate(value[0].reshape(points.out) / unit, points.count, notes=points.notes())

    @np.errstate(all="ignore")
    def hessian(self, f: Callable, x: Any) -> Estimate:
        """Central second differences, symmetric; shape f(x).shape + x.shape + x.shape."""
        points = Points(f, x)
        h = default_steps(points, 1 / 4)
        if self.step is not None:
            h = given_steps(self.step, points.x, points.shape)
        value = second_differences(points, h)
        return Estimate(shaped(points, value), points.count, notes=points.notes())

    def _differences(self, points: Points, shift: Callable, x: np.ndarray, shape: tuple) -> np.ndarray:
        if self.step is not None:
            return self._at(points, shift, x, given_steps(self.step, x, shape))[0]
        h = power_of_two(points.eps**self.power * magnitude(x))
        value, change = self._at(points, shift, x, h)
        small = (np.abs(x) < 1.0) & (x != 0)
        if small.any() and (unseen := small & ~_seen(points, change)).any():
            which = np.flatnonzero(unseen)
            longer = np.full(which.size, power_of_two(points.eps**self.power))
            again, change = self._at(points, shift, x, longer, which)
            seen = _seen(points, change)
            value[which[seen]] = again[seen]
        return value

    def _at(
        self, points: Points, shift: Callable, x: np.ndarray, h: np.ndarray, which: np.ndarray | None = None
    ) -> tuple:
        """Slopes (k, m), and by how much each coordinate changed f; of all coordinates, or of some."""
        index = [*range(x.size)] if which is None else which.tolist()
        x = x if which is None else x[which]
        moved = x + self._offsets * h
        f = shift(index * len(moved), moved.ravel()).reshape(*moved.shape, -1)
        if not finite(f):
            k, i = np.argwhere(~np.isfinite(f))[0][:2]
            raise DerivativeError(
                f"f is not finite at x[{index[i]}] {self._offsets[k, 0]:+g}h, h = {h[i]:.2g}; "
                "move x into the domain, give a smaller step, or use 'richardson', which looks from one side."
            )
        return self._slope(f, moved, points.base, x), f[0] - (f[1] if len(f) > 1 else points.base)


def _seen(points: Points, change: np.ndarray) -> np.ndarray:
    """Whether each coordinate changed f beyond its rounding."""
    return np.any(np.abs(change) > 32 * points.eps * np.abs(points.base), axis=1)


@dataclass(frozen=True)
class ForwardDifference(_Difference):
    """(f(x+h) - f(x)) / h: truncation O(h), rounding O(ε/h).

    `step` is h itself, a number or an array like x; by default it is near ε^(1/2) · |x_i| for each coordinate.
    """

    name: ClassVar[str] = "forward_difference"
    summary: ClassVar[str] = "cheapest: one more evaluation for each input; about 8 digits"
    _offsets: ClassVar[np.ndarray] = np.array([[1.0]])
    power: ClassVar[float] = 1 / 2

    def _slope(self, f: np.ndarray, points: np.ndarray, base: np.ndarray, x: np.ndarray) -> np.ndarray:
        return (f[0] - base) / (points[0] - x)[:, None]


@dataclass(frozen=True)
class CentralDifference(_Difference):
    """(f(x+h) - f(x-h)) / 2h: truncation O(h²), rounding O(ε/h).

    `step` is h itself, a number or an array like x; by default it is near ε^(1/3) · |x_i| for each coordinate.
    """

    name: ClassVar[str] = "central_difference"
    summary: ClassVar[str] = "two evaluations for each input; about 10 digits"
    _offsets: ClassVar[np.ndarray] = np.array([[1.0], [-1.0]])
    power: ClassVar[float] = 1 / 3

    def _slope(self, f: np.ndarray, points: np.ndarray, base: np.ndarray, x: np.ndarray) -> np.ndarray:
        return (f[0] - f[1]) / (points[0] - points[1])[:, None]


@dataclass(frozen=True)
class FivePoint(_Difference):
    """(8(f(x+h) - f(x-h)) - (f(x+2h) - f(x-2h))) / 12h: truncation O(h⁴), rounding O(ε/h).

    `step` is h itself, a number or an array like x; by default it is near ε^(1/5) · |x_i| for each coordinate.
    """

    name: ClassVar[str] = "five_point"
    summary: ClassVar[str] = "four evaluations for each input; about 12 digits for smooth functions"
    _offsets: ClassVar[np.ndarray] = np.array([[1.0], [-1.0], [2.0], [-2.0]])
    power: ClassVar[float] = 1 / 5

    def _slope(self, f: np.ndarray, points: np.ndarray, base: np.ndarray, x: np.ndarray) -> np.ndarray:
        narrow = (f[0] - f[1]) / (points[0] - points[1])[:, None]
        return narrow + (narrow - (f[2] - f[3]) / (points[2] - points[3])[:, None]) / 3.0
