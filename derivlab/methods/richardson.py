"""Richardson extrapolation: the numerical answer to trust."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.methods.batch import OtherShape, Points
from derivlab.methods.estimate import Estimate
from derivlab.methods.ladder import Ladder, along, power_of_two
from derivlab.methods.scale import magnitude
from derivlab.methods.second import extrapolated, shaped, unit

MOST = 2**21  # numbers held at once while coordinates are worked through in groups


@dataclass(frozen=True)
class Richardson:
    """Central differences over shrinking steps, extrapolated to h = 0, the best entry kept (Ridders 1982).

    `step` is the first step, by default |x_i|/8 (1/8 at zero); the ladder moves to where f can be resolved.
    Errors: `DerivativeError` where the differences settle on nothing (kink, jump, noise).
    """

    step: Any = None
    name: ClassVar[str] = "richardson"
    family: ClassVar[str] = "numerical"
    summary: ClassVar[str] = (
        "ten or more evaluations for each input, with an error estimate; the numerical answer to trust"
    )

    def jacobian(self, f: Callable, x: Any) -> Estimate:
        from derivlab.methods.numerical import given_steps

        points = Points(f, x)
        n, m = points.x.size, points.base.size
        start = power_of_two(magnitude(points.x) / 8)
        if self.step is not None:
            start = given_steps(self.step, points.x, points.shape)
        group = max(MOST // (32 * m), 1)
        ladders = []
        with np.errstate(all="ignore"):
            for first in range(0, n, group):
                part = np.arange(first, min(first + group, n))
                shift = partial(points.shifted, forgive=True) if n <= group else _offset(points, first)
                ladder = Ladder(shift, points.x[part], start[part], points.base, points.eps)
                ladder.run()
                ladders.append(ladder)
        value, error, noise = (
            np.concatenate([getattr(k, a) for k in ladders]) for a in ("value", "error", "noise")
        )
        scale = np.concatenate([k.scale for k in ladders])
        sides = [first + i for first, k in zip(range(0, n, group), ladders, strict=True) for i in k.one_sided]
        notes = _judge(points, value, error, noise, scale, sides)
        shape = points.out + points.shape
        return Estimate(value.T.reshape(shape), points.count, notes=notes, error=error.T.reshape(shape))

    def jvp(self, f: Callable, x: Any, v: Any) -> Estimate:
        """The slope of t → f(x + t v) at t = 0."""
        points = Points(f, x)
        v = np.asarray(v, dtype=float).ravel()
        if not np.any(v):
            return Estimate(np.zeros(points.out), points.count, error=np.zeros(points.out))
        with np.errstate(all="ignore"):
            ladder = along(points, v)
        notes = _judge(points, ladder.value, ladder.error, ladder.noise, ladder.scale, ladder.one_sided)
        found = (a[0].reshape(points.out) for a in (ladder.value, ladder.error))
        value, error = found
        return Estimate(value, points.count, notes=notes, error=error)

    def hessian(self, f: Callable, x: Any) -> Estimate:
        """Second differences over a ladder of steps, extrapolated; shape f(x).shape + x.shape + x.shape."""
        points = Points(f, x)
        start = power_of_two(unit(points) / 8)
        with np.errstate(all="ignore"):
            value, error = extrapolated(points, start)
        worst = float(np.max(error, initial=0.0))
        notes = (*points.notes(), f"estimated error {worst:.1g}")
        return Estimate(shaped(points, value), points.count, notes=notes, error=shaped(points, error))


def _offset(points: Points, first: int) -> Callable:
    return lambda index, value: points.shifted(index + first, value, forgive=True)


def _judge(
    points: Points, value: np.ndarray, error: np.ndarray, noise: np.ndarray, scale: np.ndarray, sides: list
) -> tuple[str, ...]:
    """Notes on what the error estimate says; errors: nothing finite, or nothing settled."""
    size = np.abs(value)
    worst = error / np.maximum(size, 1e-300)
    if not np.all(np.isfinite(error)):
        i = int(np.argwhere(~np.isfinite(error))[0][0])
        raise points.failure or DerivativeError(
            f"f is not finite on either side of x[{i}]; move x into the domain of f."
        )
    if sides and isinstance(points.failure, OtherShape):
        raise points.failure
    # Far above rounding, also that of larger outputs, and no mere remainder on the way to a slope of 0.
    rounding = np.maximum(1e3 * noise, 1e-13 * np.max(scale, axis=1, keepdims=True))
    lost = (error > 0.1 * size) & (error > rounding) & (error > 1e-6 * scale)
    if lost.any():
        i = int(np.argwhere(lost)[0][0])
        raise DerivativeError(
            f"differences in x[{i}] do not settle as the step shrinks (kink, jump, noise or singular slope); "
            "move x, or smooth f there."
        )
    notes = (*points.notes(), f"estimated error {np.max(error, initial=0.0):.1g}")
    if sides:
        notes += (f"x[{sides[0]}] is at the edge of the domain: one-sided",)
    if np.any((worst > 1e-4) & (error > 1e-4 * np.max(size, initial=0.0))):
        notes += ("few digits: relative error estimate above 1e-4",)
    return notes
