"""Slopes from either side with a hundred digits, at three step sizes that tell a limit from a growth."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.lift.mpmath_space import context
from derivlab.methods.reference import Reference

EXPONENTS = (20, 30, 40)
FINITE, JUMP, SINGULAR, OUTSIDE = "finite", "jump", "singular", "outside"


@dataclass(frozen=True)
class Side:
    """The limit (m,) of the slopes from one side, and its nature (m,): finite, jump, singular or outside."""

    slope: np.ndarray
    nature: np.ndarray

    def has(self, nature: str) -> bool:
        return bool(np.any(self.nature == nature))


@dataclass(frozen=True)
class Exact:
    """f(x) rounded from a hundred digits, and its slopes to both sides along one direction."""

    value: np.ndarray
    left: Side
    right: Side
    change: np.ndarray

    @property
    def apart(self) -> np.ndarray:
        """Where finite slopes of the two sides differ (m,)."""
        both = (self.left.nature == FINITE) & (self.right.nature == FINITE)
        gap = np.abs(self.left.slope - self.right.slope)
        size = np.maximum(np.abs(self.left.slope), np.abs(self.right.slope))
        natural = np.max(np.where(np.isfinite(self.change), self.change, 0.0), initial=0.0) * 1e4
        return (
            both
            & (gap > 1e-12 * size)
            & (gap > 1e-15 * np.max(size, initial=0.0, where=both))
            & (gap > 1e-12 * natural)
        )

    @property
    def smooth(self) -> bool:
        return bool(
            np.all(self.left.nature == FINITE)
            and np.all(self.right.nature == FINITE)
            and not self.apart.any()
        )

    @property
    def slope(self) -> np.ndarray:
        return 0.5 * (self.left.slope + self.right.slope)


class Magnifier:
    """f with a hundred digits around x; `count` and `seconds` say what it cost."""

    def __init__(self, f: Callable, x: Any):
        self.f, self.shape, self.count, self.seconds = f, np.shape(x), 0, 0.0
        mp = context()
        self.x = np.array([mp.mpf(float(t)) for t in np.ravel(x)], dtype=object)
        self.base = self.at(self.x)
        self.value = np.array([_float(v) if hasattr(v, "_mpf_") else float(v) for v in self.base])

    def at(self, flat: np.ndarray) -> np.ndarray:
        start = time.perf_counter()
        out = np.ravel(Reference().evaluate(self.f, flat, self.shape))
        self.count, self.seconds = self.count + 1, self.seconds + time.perf_counter() - start
        if self.count > 1 and out.shape != self.base.shape:
            raise DerivativeError("f returns another shape beside x; keep it the same.")
        return out

    def along(self, v: np.ndarray) -> Exact:
        """Both sides along v, and how much f changes for a step of 1e-4."""
        mp = context()
        v = np.array([mp.mpf(float(t)) for t in v], dtype=object)
        sides = [self._side(v * sign) for sign in (-1, 1)]
        steps = [self._moved(v * sign * mp.mpf("1e-4")) for sign in (-1, 1)]
        change = np.max([[abs(_real(c)) for c in changes] for changes in steps], axis=0)
        if not np.all(np.isfinite(self.value)):
            raise DerivativeError("f has no finite value with a hundred digits.")
        return Exact(self.value, Side(-sides[0].slope, sides[0].nature), sides[1], change)

    def _side(self, v: np.ndarray) -> Side:
        mp = context()
        changes = []
        for exponent in EXPONENTS:
            changes.append(self._moved(v * mp.mpf(10) ** -exponent))
        found = [self._limit([c[i] for c in changes], self.value[i]) for i in range(len(self.base))]
        return Side(np.array([s for s, _ in found]), np.array([n for _, n in found], dtype=object))

    def _moved(self, step: np.ndarray) -> list:
        """f(x + step) - f(x), NaN where f fails."""
        try:
            return [a - b for a, b in zip(self.at(self.x + step), self.base, strict=True)]
        except DerivativeError:
            raise
        except Exception:
            return [context().nan] * len(self.base)

    def _limit(self, changes: list, value: float) -> tuple[float, str]:
        """From f(x+h) - f(x) at three h: the limit of the slopes by Aitken's rule, or how they grow."""
        mp = context()
        if not all(mp.isfinite(c) and not mp.im(c) for c in changes):
            return np.nan, OUTSIDE
        changes = [mp.mpf(mp.re(c)) for c in changes]
        slopes = [c * mp.mpf(10) ** k for c, k in zip(changes, EXPONENTS, strict=True)]
        first, second = slopes[1] - slopes[0], slopes[2] - slopes[1]
        if abs(second) <= mp.mpf("1e-18") * abs(slopes[2]) or abs(second) < mp.mpf("1e-300"):
            return _float(slopes[2]), FINITE
        if abs(second) >= 0.9 * abs(first) and max(abs(c) for c in changes) < mp.mpf("1e-70"):
            return 0.0, FINITE  # the rounding of a hundred digits
        if abs(changes[2]) <= 1e-14 * abs(
            value
        ):  # two branches that meet up to the rounding of their constants
            h = [mp.mpf(10) ** -k for k in EXPONENTS]
            beyond = [(changes[k] - changes[k + 1]) / (h[k] - h[k + 1]) for k in (0, 1)]
            if abs(beyond[1] - beyond[0]) <= mp.mpf("1e-12") * abs(beyond[1]):
                return _float(beyond[1]), FINITE
        if abs(changes[2]) > 0.5 * abs(changes[0]):
            return _float(mp.sign(slopes[2]) * mp.inf), JUMP
        if abs(second) >= 0.9 * abs(first):
            return _float(mp.sign(slopes[2]) * mp.inf), SINGULAR
        return _float(slopes[2] - second * second / (second - first)), FINITE


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return np.inf if value > 0 else -np.inf


def _real(value: Any) -> float:
    return np.nan if getattr(value, "imag", 0) else _float(value)


def magnified(f: Callable, x: Any, size: int) -> tuple[Magnifier | None, Exception | None]:
    """The magnifier, or why there is none."""
    try:
        with np.errstate(all="ignore"):
            found = Magnifier(f, x)
        if found.value.size != size:
            raise DerivativeError("f returns another shape with a hundred digits.")
        return found, None
    except (Exception, RecursionError) as error:
        return None, error
