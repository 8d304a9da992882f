"""Richardson extrapolation: the numerical answer to trust."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.methods.batch import OtherShape, Points
from derivlab.methods.estimate import Estimate
from derivlab.methods.few import FEW, FirstSteps, few
from derivlab.methods.ladder import Ladder, along
from derivlab.methods.rungs import RUNGS
from derivlab.methods.scale import given_steps, magnitude, power_of_two
from derivlab.methods.second import extrapolated, shaped, unit
from derivlab.methods.verification import OTHER_VALUE

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
        "six or more evaluations for each input, with an error estimate; the numerical answer to trust"
    )

    @np.errstate(all="ignore")
    def jacobian(self, f: Callable, x: Any) -> Estimate:
        points, first = Points(f, x), None
        shape = points.out + points.shape
        if self.step is None and few(points.x.size, points.base.size):
            first = FirstSteps.of(points)
            if not first.left:
                value, error, _ = first.arrays()
                return _estimate(points, value, error, shape)
        start = power_of_two(magnitude(points.x) / 8)
        if self.step is not None:
            start = given_steps(self.step, points.x, points.shape, RUNGS[-1])
        ladder = Ladder.joined(list(_ladders(points, start, first)))
        return _estimate(points, ladder.value, ladder.error, shape, _judge(points, ladder))

    @np.errstate(all="ignore")
    def jvp(self, f: Callable, x: Any, v: Any) -> Estimate:
        """The slope of t → f(x + t v) at t = 0."""
        points = Points(f, x)
        v = np.asarray(v, dtype=float).ravel()
        if not np.any(v):
            return Estimate(np.zeros(points.out), points.count, error=np.zeros(points.out))
        ladder = along(points, v)
        return _estimate(points, ladder.value, ladder.error, points.out, _judge(points, ladder))

    @np.errstate(all="ignore")
    def hessian(self, f: Callable, x: Any) -> Estimate:
        """Second differences over a ladder of steps, extrapolated; shape f(x).shape + x.shape + x.shape."""
        points = Points(f, x)
        start = power_of_two(unit(points) / 8)
        value, error = extrapolated(points, start)
        worst = float(np.max(error, initial=0.0))
        notes = (*points.notes(), f"estimated error {worst:.1g}")
        return Estimate(shaped(points, value), points.count, notes=notes, error=shaped(points, error))


def _ladders(points: Points, start: np.ndarray, taken: FirstSteps | None) -> Iterator[Ladder]:
    """Coordinates in groups that fit into memory, their first steps perhaps taken already."""
    n = points.x.size
    group = max(MOST // (32 * points.base.size), 1)
    for first in range(0, n, group):

        def shift(index: Any, value: Any, first: int = first) -> np.ndarray:
            return points.forgiven(np.add(index, first) if first else index, value)

        part = slice(first, first + group)
        ladder = Ladder(shift, points.x[part], start[part], points.base, points.eps)
        ladder.run(taken)
        yield ladder


def _estimate(
    points: Points, value: np.ndarray, error: np.ndarray, shape: tuple, more: tuple[str, ...] = ()
) -> Estimate:
    """Slopes and errors (n, m) in the shape wanted, with their notes."""
    worst = max(error.ravel().tolist()) if error.size <= FEW else error.max()  # Python's numbers are quicker
    notes = (*points.notes(), f"estimated error {worst:.1g}", *more)
    return Estimate(value.T.reshape(shape), points.count, notes=notes, error=error.T.reshape(shape))


def _judge(points: Points, ladder: Ladder) -> tuple[str, ...]:
    """Notes on what the error estimate says; errors: nothing finite, or nothing settled."""
    value, error, sides = ladder.value, ladder.error, ladder.one_sided
    notes: tuple[str, ...] = ()
    if not ladder.open.size:
        return notes
    if not points.steady(6):
        raise DerivativeError(OTHER_VALUE)
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
    rounding = np.maximum(1e3 * ladder.noise, 1e-13 * np.max(ladder.scale, axis=1, keepdims=True))
    lost = (error > 1e-3 * size) & (error > rounding) & (error > 1e-6 * ladder.scale)
    lost[ladder.kinks()] = True
    if lost.any():
        i = int(np.argwhere(lost)[0][0])
        raise DerivativeError(
            f"differences in x[{i}] do not settle as the step shrinks (kink, jump, noise or singular slope); "
            "move x, or smooth f there."
        )
    if sides:
        notes += (f"x[{sides[0]}] is at the edge of the domain: one-sided",)
    if np.any((worst > 1e-4) & (error > 1e-4 * np.max(size, initial=0.0))):
        notes += ("few digits: relative error estimate above 1e-4",)
    return notes
