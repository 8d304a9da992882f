"""The derivative that a hand-written one is held against, with its own uncertainty, entry by entry."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.gradcheck.probes import stopping
from derivlab.methods.automatic import Reverse
from derivlab.methods.numerical import Richardson
from derivlab.methods.output import as_output
from derivlab.methods.reference import Reference

SECONDS = 1.0  # for the 100-digit value at one point; beyond, automatic differentiation
PATIENCE = 2.0  # for those at all points


@dataclass(frozen=True)
class Truth:
    """A derivative of shape `f(x).shape + x.shape`, its absolute error, and where it comes from.

    `exact` holds the 100-digit numbers where there are such. At a kink `low` and `high` are the smaller and
    the larger of the one-sided derivatives, else both are `value`; NaN where there is no finite slope.
    """

    value: np.ndarray
    error: np.ndarray
    source: str
    low: np.ndarray
    high: np.ndarray
    exact: np.ndarray | None = None

    @property
    def kinks(self) -> np.ndarray:
        """Where the two sides differ."""
        return self.low != self.high


class Oracle:
    """The derivative of f where it is asked for; what was too slow once is not tried again."""

    def __init__(self, f: Callable):
        self.f, self.methods = f, [_reference, _reverse, _richardson, _one_sided]
        self.start = time.perf_counter()

    def __call__(self, x: Any) -> Truth:
        """By the 100-digit reference, else reverse mode, else extrapolation, else one-sided differences.

        Errors: `DerivativeError` where none of them gives anything.
        """
        if time.perf_counter() - self.start > PATIENCE and _reference in self.methods:
            self.methods.remove(_reference)
        if _reverse in self.methods and _noisy(self.f, x):  # what follows one call follows its noise
            self.methods = [_richardson, _one_sided]
        for method in list(self.methods):
            try:
                with np.errstate(all="ignore"):
                    found = method(self.f, x)
            except TimeoutError:
                self.methods.remove(method)
            except Exception:
                continue
            else:
                if found is not None and np.any(np.isfinite(found.value)):
                    return found
        raise DerivativeError(
            "no method finds a derivative of f here to check against (noise, a jump, or a singular slope); "
            "give another x, or smooth f."
        )


def _noisy(f: Callable, x: Any) -> bool:
    """Whether f gives something else, if only in the last digits, when it is called again."""
    with np.errstate(all="ignore"), suppress(Exception):
        return not np.array_equal(as_output(f(x)), as_output(f(x)), equal_nan=True)
    return False


def unit(x: Any) -> np.ndarray:
    """The size of each coordinate, 1 at zero, flat."""
    flat = np.abs(np.ravel(np.asarray(x, dtype=float)))
    return np.where(flat == 0, 1.0, flat)


def _smooth(value: Any, error: Any, source: str) -> Truth:
    value = np.asarray(value, dtype=float)
    return Truth(value, np.asarray(error, dtype=float), source, value, value)


def _reference(f: Callable, x: Any) -> Truth | None:
    """One coordinate after the other from both sides; None where another function was followed. Errors: too slow."""
    columns, start, n = [], time.perf_counter(), np.size(x)
    for i, size in enumerate(unit(x)):
        way = np.zeros(n)
        way[i] = size
        with stopping(SECONDS, lines=False):
            low, high, mid = _column(f, x, way)
        columns.append((low / size, high / size))
        if (time.perf_counter() - start) / (i + 1) * n > SECONDS:
            raise TimeoutError("all coordinates would take too long")
    low, high = (
        np.stack(side, axis=-1).reshape(mid.shape + np.shape(x)) for side in zip(*columns, strict=True)
    )
    left, right = _floats(low), _floats(high)
    exact = np.asarray((low + high) / 2)
    value = _floats(exact)
    if not _followed(f, x, mid) and not _agrees(f, x, value):
        return None
    return Truth(value, 1e-15 * np.abs(value), "reference", np.minimum(left, right), np.maximum(left, right), exact)  # fmt: skip


def _column(f: Callable, x: Any, way: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Both one-sided slopes along `way` where they differ, twice their mean where not; NaN where none settles."""
    reference = Reference()
    left, right, mid = reference.sides(f, x, way)
    if np.any(_true((left == 0) & (right == 0))):
        reference.jvp(f, x, way)  # refuses where an iteration that stops early keeps f from moving
    gap, size = np.abs(left - right), np.maximum(np.abs(left), np.abs(right))
    doubtful = ~_true((gap <= 1e-15 * size) | (gap <= 1e-38 * np.abs(mid)))
    if not np.any(doubtful):
        return (left + right) / 2, (left + right) / 2, mid
    far_left, far_right, _ = reference.sides(f, x, way, reference.exponent - 3)
    smooth = ~doubtful | ~_true(np.abs(far_left - far_right) < 3 * gap)  # a gap of O(h) is curvature
    nan = np.full(mid.shape, np.nan, dtype=object)
    left, right = (
        np.where(_true(np.abs(near - far) <= 1e-6 * np.abs(near) + 1e-30 * np.abs(mid)), near, nan)
        for near, far in ((left, far_left), (right, far_right))
    )
    mean = (left + right) / 2
    left, right = np.where(smooth, mean, left), np.where(smooth, mean, right)
    lost_left, lost_right = (_true(side != side) for side in (left, right))
    return np.where(lost_left, right, left), np.where(lost_right, left, right), mid


def _true(answers: Any) -> np.ndarray:
    """Comparisons of mpmath numbers as booleans."""
    return np.asarray(answers, dtype=bool)


def _floats(values: Any) -> np.ndarray:
    values = np.asarray(values)
    return np.array([float(v) for v in values.flat]).reshape(values.shape)


def _followed(f: Callable, x: Any, mid: np.ndarray) -> bool:
    """Whether f in floats is what was followed with 100 digits."""
    own, exact = as_output(f(x)), _floats(mid)
    return own.shape == exact.shape and bool(
        np.max(np.abs(own - exact), initial=0.0) <= 1e-6 * np.max(np.abs(exact), initial=0.0)
    )


def _agrees(f: Callable, x: Any, value: np.ndarray) -> bool:
    """Whether reverse mode says the same: then f only loses digits in floats."""
    other = Reverse().jacobian(f, x).value
    return bool(np.all(np.abs(other - value) <= 1e-6 * np.abs(value)))


def _reverse(f: Callable, x: Any) -> Truth | None:
    value = np.asarray(Reverse().jacobian(f, x).value, dtype=float)
    return _smooth(value, 1e-13 * np.abs(value), "reverse")


def _richardson(f: Callable, x: Any) -> Truth | None:
    return extrapolated(f, x)


def extrapolated(f: Callable, x: Any) -> Truth:
    """Richardson's value from two ladders of steps: what they differ by is part of the error."""
    first = Richardson().jacobian(f, x)
    second = Richardson(step=0.04 * unit(x).reshape(np.shape(x))).jacobian(f, x)
    assert first.error is not None and second.error is not None
    value = np.where(first.error <= second.error, first.value, second.value)
    error = np.maximum(first.error, second.error) + np.abs(first.value - second.value)
    return _smooth(value, 4 * error, "richardson")


def _one_sided(f: Callable, x: Any) -> Truth | None:
    """Plain quotients from both sides; entries that do not settle are NaN."""
    base, flat, sides = as_output(f(x)), np.ravel(np.asarray(x, dtype=float)), []
    for sign in (-1.0, 1.0):
        slopes = []
        for h in (2.0**-18, 2.0**-20):
            columns = []
            for i, size in enumerate(unit(x)):
                point = flat.copy()
                point[i] += sign * h * size
                at = point.reshape(np.shape(x)) if np.ndim(x) else np.float64(point[0])
                columns.append((as_output(f(at)) - base) / (point[i] - flat[i]))
            slopes.append(np.stack(columns, axis=-1).reshape(base.shape + np.shape(x)))
        error = np.abs(slopes[0] - slopes[1])
        slopes[1][~(error <= 1e-2 * np.abs(slopes[1]) + 1e-9)] = np.nan
        sides.append((slopes[1], error))
    (left, left_error), (right, right_error) = sides
    left, right = np.where(np.isnan(left), right, left), np.where(np.isnan(right), left, right)
    error = np.fmax(left_error, right_error)
    return Truth((left + right) / 2, error, "one-sided differences", np.minimum(left, right), np.maximum(left, right))  # fmt: skip
