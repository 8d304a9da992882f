"""The complex step, with its result checked against real differences."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar
from weakref import WeakSet

import numpy as np

from derivlab.errors import DerivativeError, told
from derivlab.lift.watched import Edge, Scale, run_watched, watched_array
from derivlab.methods.analytic import pieces
from derivlab.methods.batch import BLOCK, Points
from derivlab.methods.estimate import Estimate
from derivlab.methods.few import FEW
from derivlab.methods.ladder import along
from derivlab.methods.scale import greatest, least, magnitude
from derivlab.methods.whitelist import Proof

_NUMBERS = (complex, np.complex128)
_UNWATCHED: WeakSet[Callable] = WeakSet()
CURE = "use an automatic method, or keep np.abs, np.real, np.conj, comparisons and casts to float out of f."


@dataclass(frozen=True)
class ComplexStep:
    """Im f(x + ih) / h: no subtraction, so no rounding; f must be analytic (Squire and Trapp 1998).

    Where the code of f is analytic, or in pieces no edge of which is close to x, and no imaginary part underflows, n + 1
    evaluations are all; elsewhere a real difference along one direction checks the result. Errors: `DerivativeError`
    where f drops the imaginary part, changes its real part, or fails that check.
    """

    step: float = 1e-200
    name: ClassVar[str] = "complex_step"
    family: ClassVar[str] = "numerical"
    summary: ClassVar[str] = "exact to rounding where f is analytic and takes complex numbers"

    @np.errstate(all="ignore")
    def jacobian(self, f: Callable, x: Any) -> Estimate:
        h = self._size()
        doubts: list[str] = []
        with np.errstate(divide="call", over="call", call=lambda kind, flag: doubts.append(kind)):
            points = Points(f, x)
        # An infinity on the way to f(x) may be what hides a pole or a kink.
        value = self._proven(points) if h == ComplexStep.step and not doubts else None
        if value is None:
            value = self._checked(points, h)
        return Estimate(value.T.reshape(points.out + points.shape), points.count, notes=points.notes())

    def _proven(self, points: Points) -> np.ndarray | None:
        """Slopes (n, m) where f is analytic by its code and no imaginary part was rounded to 0; checked only in doubt."""
        h, first = 2.0**-200 * least(points.x), None
        if h < 1e-250 or (proof := pieces(points.f)) is None:
            return None
        try:
            with np.errstate(under="raise") if proof.core else np.errstate(all="raise"):
                if not proof.core and (first := self._watched(points, h, proof)) is None:
                    return None
                value = self._slopes(points, h, first)
            if _ordinary(points, value):
                return value
            self._verify(points, value)
        except DerivativeError:
            return None
        return None if _remainders(points, value) else value

    def _watched(self, points: Points, h: float, proof: Proof) -> Any:
        """f at the first imaginary step, where no edge of its pieces is close; else None."""
        if (proof.gathers and proof.counters) or points.f in _UNWATCHED:
            return None
        scale = Scale(1e-8 * greatest(points.x), bool(points.shape))
        f = proof.by.rebuilt(points.f, watched_array(scale)) if proof.gathers else points.f
        try:
            return self._moved(points, next(_imaginary(points.x, h)), lambda x: run_watched(f, x, scale))
        except DerivativeError as error:
            if not isinstance(error.__cause__, (Edge, ArithmeticError)):
                _UNWATCHED.add(points.f)  # a form that cannot be watched
            return None

    def _checked(self, points: Points, h: float) -> np.ndarray:
        """Slopes (n, m), compared with real ones along a direction."""
        value = self._columns(points, h)
        try:
            self._verify(points, value)
        except DerivativeError:
            # Im f may have underflowed: once more with a step that is tiny only beside x.
            longer = 1e-25 * least(points.x)
            value = self._columns(points, max(h, longer))
            self._verify(points, value)
        return value

    @np.errstate(all="ignore")
    def jvp(self, f: Callable, x: Any, v: Any) -> Estimate:
        """Im f(x + ihv) / h: one complex evaluation."""
        points = Points(f, x)
        h, v = self._size(), np.asarray(v, dtype=float).ravel()
        with warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            value = np.asarray(self._moved(points, points.x + 1j * h * v))
        _unchanged(points, value.real)
        value = value.imag / h
        if (moved := v != 0).any():
            _compare(points, value, v, float(np.min(magnitude(points.x)[moved] / np.abs(v[moved]))))
        return Estimate(value.reshape(points.out), points.count, notes=points.notes())

    def _size(self) -> float:
        if not (isinstance(self.step, (int, float, np.number)) and 0 < self.step < np.inf):
            raise DerivativeError(f"the step {self.step} is not a positive number; give one such as 1e-200.")
        return float(self.step)

    def _columns(self, points: Points, h: float) -> np.ndarray:
        """Slopes (n, m); errors: a cast that drops imaginary parts."""
        with warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            return self._slopes(points, h)

    def _slopes(self, points: Points, h: float, first: Any = None) -> np.ndarray:
        """Slopes (n, m); `first` is f at the first imaginary step, where that is known."""
        if points.batches(points.x.size):
            found = self._in_blocks(points, h)
            if found is not None:
                return found / h
        known = [] if first is None else [first]
        steps = _imaginary(points.x, h, len(known))
        value = np.array([*known, *(self._moved(points, point) for point in steps)])
        _unchanged(points, value.real)
        return value.imag / h

    def _moved(self, points: Points, point: np.ndarray, f: Callable | None = None) -> Any:
        """The entries of f there, by another way to run it where one is given."""
        points.count += 1
        try:
            value = (f or points.f)(point.reshape(points.shape) if points.shape else complex(point[0]))
            if type(value) in _NUMBERS and not points.out:
                return [value]
            value = np.asarray(value)
        except DerivativeError:
            raise
        except np.exceptions.ComplexWarning as error:
            raise DerivativeError(f"f drops the imaginary part in a cast; {CURE}") from error
        except Exception as error:
            raise DerivativeError(f"f does not take complex numbers ({told(error)}); {CURE}") from error
        if value.shape != points.out or value.dtype.kind not in "fiubc":
            raise DerivativeError(f"f returns something else for complex numbers; {CURE}")
        if value.dtype.kind != "c":
            # Honest where f does not depend on this coordinate; the check along a direction tells.
            return points.base.astype(complex)
        return value.ravel()

    def _in_blocks(self, points: Points, h: float) -> np.ndarray | None:
        n, layout = points.x.size, points.layout
        assert layout is not None
        rows = max(BLOCK // (2 * max(n, points.base.size)), 8)
        parts = []
        for start in range(0, n, rows):
            index = np.arange(start, min(start + rows, n))
            block = points.moved(index, points.x[index] + 1j * h)
            one = block[1 + index.size // 2].copy()
            found = points._call(layout, block)
            points.count += len(block)
            if found is None or found.dtype.kind != "c":
                return None
            slopes, alone = found.imag[1:], np.imag(self._moved(points, one))
            near = 1e-12 * np.max(np.abs(alone), initial=0.0)
            if not np.all(np.abs(slopes[index.size // 2] - alone) <= near):
                return None
            _unchanged(points, found.real)
            parts.append(slopes)
        return np.concatenate(parts)

    def _verify(self, points: Points, value: np.ndarray) -> None:
        """One real directional difference: abs, max and comparisons are not analytic."""
        unit = magnitude(points.x)
        total = value.sum(axis=1) if len(points.base) > 1 else value[:, 0]
        uphill = np.copysign(unit, total)  # the slope along v does not cancel
        v = _slanted(points.x.size) * uphill
        _compare(points, v @ value, v, 1.0)
        if np.count_nonzero(value) < value.size:
            # No slope at all: real and imaginary steps must agree there as well.
            idle = ~value.any(axis=1)
            if 0 < idle.sum() < idle.size:
                _compare(points, np.zeros(points.base.size), v * idle, 1.0)
            elif idle.all():
                _extrapolate(points, np.zeros(points.base.size), v)  # a cache may hold f still beside x


@functools.lru_cache(maxsize=32)
def _slanted(n: int) -> np.ndarray:
    """n numbers from 1/2 to 1, no two alike."""
    v = 0.5 + (np.arange(1, n + 1) * 0.4142135623730951) % 0.5
    v.flags.writeable = False
    return v


def _imaginary(x: np.ndarray, h: float, first: int = 0) -> Iterator[np.ndarray]:
    for i, part in enumerate(x.tolist()[first:], first):
        point = x.astype(complex)
        point[i] = complex(part, h)
        yield point


def _ordinary(points: Points, value: np.ndarray) -> bool:
    """Whether x changes f by a part of it, or not at all."""
    if value.size <= FEW and len(points.base) == 1:
        f, parts = abs(points.base.item()), zip(value.ravel().tolist(), points.x.tolist(), strict=True)
        return all([s == 0 or 1e-40 * f < abs(s * (x or 1.0)) < 1e8 * f for s, x in parts])  # noqa: C419 - quicker
    change, f = np.abs(value) * magnitude(points.x)[:, None], np.abs(points.base)
    return bool(np.all((change == 0) | ((1e-40 * f < change) & (change < 1e8 * f))))


def _remainders(points: Points, value: np.ndarray) -> bool:
    """Whether there are slopes so small that they may be remainders of order h²."""
    change = np.abs(value) * magnitude(points.x)[:, None]
    large = max(np.abs(points.base).max(), change.max())
    return bool(np.any((change > 0) & (change < max(1e-40 * large, 1e-60))))


def _unchanged(points: Points, real: np.ndarray) -> None:
    if real.size <= FEW and len(points.base) == 1:
        (base,) = points.base.tolist()
        same = all([abs(value - base) <= 1e-9 * abs(base) for value in real.ravel().tolist()])  # noqa: C419 - quicker
    else:
        same = np.abs(real - points.base).max() <= 1e-9 * np.abs(points.base).max()
    if not same:
        raise DerivativeError(f"f changes its value under an imaginary step, so it is not analytic; {CURE}")


def _pair(points: Points, v: np.ndarray, h: float) -> tuple:
    """The central slope along v, half the difference of the slopes to both sides, and the rounding error of both."""
    move = h * v
    up, down, base = points.single(points.x + move, True), points.single(points.x - move, True), points.base
    if len(base) == 1:  # Python's numbers are quicker
        up, down, base = up.item(), down.item(), base.item()
    return (up - down) / (2 * h), abs(up + down - 2 * base) / (2 * h), 1e-15 * abs(base) / h


def _all(found: Any) -> bool:
    return found if type(found) is bool else bool(found.all())


def _compare(points: Points, claim: Any, v: np.ndarray, reach: float) -> None:
    """Refuse a slope along v that real differences do not find; extrapolation decides in doubt.

    `reach` times v moves no coordinate by more than its size.
    """
    claim = claim.item() if len(claim) == 1 else claim
    h = 1e-7 * reach
    slope, bend, floor = _pair(points, v, h)
    near = 1e-5 * abs(slope) - floor
    # At a kink the slopes to both sides differ by as much at any h, however well their mean agrees.
    if _all((abs(slope - claim) <= near) & (bend <= near)):
        return
    h = 6e-6 * reach
    slope, bend, floor = _pair(points, v, h)
    near = 1e-5 * abs(slope) + floor
    if _all(abs(slope - claim) <= near):
        smooth = bend <= near
        if _all(smooth) or _all(smooth | (_pair(points, v, h / 8)[1] <= 0.5 * bend)):
            return
    _extrapolate(points, claim, v)


def _extrapolate(points: Points, claim: Any, v: np.ndarray) -> None:
    """Refuse a slope along v that differences of all sizes do not settle on."""
    ladder = along(points, v)
    slope, error = ladder.value[0], ladder.error[0]
    wrong = ~(np.abs(slope - claim) <= 1e-5 * np.abs(slope) + 4 * error)
    if (
        ladder.kinks().size
        or np.any(wrong)
        or np.any(error > 1e-5 * np.abs(slope) + 1e3 * ladder.noise[0] + 1e-6 * ladder.scale[0])
    ):
        raise DerivativeError(
            f"the imaginary step disagrees with real ones, so f is not analytic at x; {CURE}"
        )
