"""The complex step, with its result checked against real differences."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.methods.batch import BLOCK, WORTHWHILE, Points
from derivlab.methods.estimate import Estimate
from derivlab.methods.ladder import along
from derivlab.methods.scale import magnitude

CURE = "use an automatic method, or keep np.abs, np.real, np.conj, comparisons and casts to float out of f."


@dataclass(frozen=True)
class ComplexStep:
    """Im f(x + ih) / h: no subtraction, so no rounding; f must be analytic (Squire and Trapp 1998).

    Errors: `DerivativeError` where f drops the imaginary part, changes its real part, or is shown not to be
    analytic by a real difference along one direction.
    """

    step: float = 1e-200
    name: ClassVar[str] = "complex_step"
    family: ClassVar[str] = "numerical"
    summary: ClassVar[str] = "exact to rounding where f is analytic and takes complex numbers"

    def jacobian(self, f: Callable, x: Any) -> Estimate:
        points = Points(f, x)
        h = self._size()
        value = self._columns(points, h)
        try:
            self._verify(points, value)
        except DerivativeError:
            # Im f may have underflowed: once more with a step that is tiny only beside x.
            longer = 1e-25 * float(np.min(magnitude(points.x)))
            value = self._columns(points, max(h, longer))
            self._verify(points, value)
        return Estimate(value.T.reshape(points.out + points.shape), points.count, notes=points.notes())

    def jvp(self, f: Callable, x: Any, v: Any) -> Estimate:
        """Im f(x + ihv) / h: one complex evaluation."""
        points = Points(f, x)
        h, v = self._size(), np.asarray(v, dtype=float).ravel()
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            value = self._moved(points, points.x + 1j * h * v)
            _unchanged(points, value.real)
            value = value.imag / h
        _compare(points, value, v)
        return Estimate(value.reshape(points.out), points.count, notes=points.notes())

    def _size(self) -> float:
        if not (np.ndim(self.step) == 0 and np.isfinite(self.step) and self.step > 0):
            raise DerivativeError(f"the step {self.step} is not a positive number; give one such as 1e-200.")
        return float(self.step)

    def _columns(self, points: Points, h: float) -> np.ndarray:
        """Slopes (n, m)."""
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            if points.x.size >= WORTHWHILE and points._batches():
                found = self._in_blocks(points, h)
                if found is not None:
                    return found / h
            rows = []
            for i in range(points.x.size):
                point = points.x.astype(complex)
                point[i] += 1j * h
                rows.append(self._moved(points, point))
            value = np.array(rows)
            _unchanged(points, value.real)
            return value.imag / h

    def _moved(self, points: Points, point: np.ndarray) -> np.ndarray:
        points.count += 1
        try:
            value = np.asarray(points.f(point.reshape(points.shape) if points.shape else complex(point[0])))
        except DerivativeError:
            raise
        except np.exceptions.ComplexWarning as error:
            raise DerivativeError(f"f drops the imaginary part in a cast; {CURE}") from error
        except (TypeError, ValueError, AttributeError) as error:
            raise DerivativeError(f"f does not take complex numbers ({error}); {CURE}") from error
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
            slopes, alone = found.imag[1:], self._moved(points, one).imag
            near = 1e-12 * np.max(np.abs(alone), initial=0.0)
            if not np.all(np.abs(slopes[index.size // 2] - alone) <= near):
                return None
            _unchanged(points, found.real)
            parts.append(slopes)
        return np.concatenate(parts)

    def _verify(self, points: Points, value: np.ndarray) -> None:
        """One real directional difference: abs, max and comparisons are not analytic."""
        n = points.x.size
        signs = np.where(np.sum(value, axis=1) < 0, -1.0, 1.0)  # uphill: the slope along v does not cancel
        v = (0.5 + (np.arange(1, n + 1) * 0.4142135623730951) % 0.5) * signs
        v = v * magnitude(points.x)
        _compare(points, v @ value, v)
        idle = ~value.any(axis=1)  # no slope at all: real and imaginary steps must agree there as well
        if 0 < idle.sum() < n:
            _compare(points, np.zeros(points.base.size), v * idle)


def _unchanged(points: Points, real: np.ndarray) -> None:
    if not np.all(np.abs(real - points.base) <= 1e-9 * np.max(np.abs(points.base), initial=0.0)):
        raise DerivativeError(f"f changes its value under an imaginary step, so it is not analytic; {CURE}")


def _pair(points: Points, v: np.ndarray, h: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The central slope along v, half the difference of the slopes to both sides, and the rounding error of both."""
    pair = points.at(np.stack([points.x + h * v, points.x - h * v]), forgive=True)
    bend = np.abs(pair[0] + pair[1] - 2 * points.base) / (2 * h)
    return (pair[0] - pair[1]) / (2 * h), bend, 1e-15 * np.abs(points.base) / h


def _compare(points: Points, claim: np.ndarray, v: np.ndarray) -> None:
    """Refuse a slope along v that real differences do not find; extrapolation decides in doubt."""
    unit = magnitude(points.x)
    moved = v != 0
    if not moved.any():
        return
    h = 6e-6 * float(np.min(unit[moved] / np.abs(v[moved])))
    slope, bend, floor = _pair(points, v, h)
    if np.all(np.abs(slope - claim) <= 1e-5 * np.abs(slope) + floor):
        # At a kink the slopes to both sides differ by as much at any h, however well their mean agrees.
        smooth = bend <= 1e-5 * np.abs(slope) + floor
        if np.all(smooth) or np.all(smooth | (_pair(points, v, h / 8)[1] <= 0.5 * bend)):
            return
    with np.errstate(all="ignore"):
        ladder = along(points, v)
    slope, error = ladder.value[0], ladder.error[0]
    wrong = ~(np.abs(slope - claim) <= 1e-5 * np.abs(slope) + 4 * error)
    if np.any(wrong) or np.any(error > 1e-3 * np.abs(slope) + 1e3 * ladder.noise[0] + 1e-6 * ladder.scale[0]):
        raise DerivativeError(
            f"the imaginary step disagrees with real ones, so f is not analytic at x; {CURE}"
        )
