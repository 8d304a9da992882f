"""What the theory of step sizes needs: exact derivatives along a line, and the noise of f."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import factorial
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.lift import Bound
from derivlab.methods.automatic import Forward, Reverse
from derivlab.methods.numerical import Richardson
from derivlab.methods.reference import Reference
from derivlab.methods.scale import magnitude

# Central stencils for f⁽ᵏ⁾ hᵏ, exact to O(h²): offsets, weights.
HIGHER = {
    2: ((-1, 0, 1), (1, -2, 1)),
    3: ((-2, -1, 1, 2), (-1 / 2, 1, -1, 1 / 2)),
    5: ((-3, -2, -1, 1, 2, 3), (-1 / 2, 2, -5 / 2, 5 / 2, -2, 1 / 2)),
}


@dataclass(frozen=True)
class Slopes:
    """Derivatives of t → f(x + t v) at 0: the first exactly, others as far as can be told."""

    first: np.ndarray
    higher: dict[int, np.ndarray]
    notes: tuple[str, ...] = ()

    def size(self, order: int) -> float:
        """The largest entry of the derivative of that order."""
        found = self.first if order == 1 else self.higher[order]
        return float(np.max(np.abs(found), initial=0.0))


EPS = 2.0**-52
METHODS = (Reference(), Reverse(), Forward(), Richardson())


def slopes_of(f: Bound, x: Any, v: Any, sigma: float, given: Any = None) -> Slopes:
    """By the 100-digit reference; where it cannot follow f, by other methods and plain differences.

    `sigma` is the noise of f, `given` the slope where it is known. Errors: `DerivativeError` where there is none.
    """
    first, source = _first(f, x, v) if given is None else (np.asarray(given, dtype=float), "reference")
    notes = () if source == "reference" else (f"the slope is that of {source}",)
    try:
        if sigma > 100 * EPS * float(np.max(np.abs(np.asarray(f(x), dtype=float)), initial=0.0)):
            raise DerivativeError("derivatives of the noise are not meant")
        return Slopes(first, {k: _exact(f, x, v, k) for k in HIGHER}, notes)
    except Exception:
        higher = {k: _rough(f, x, v, k, sigma) for k in HIGHER}
        return Slopes(first, higher, (*notes, "higher derivatives are rough, by differences"))


def _first(f: Bound, x: Any, v: Any) -> tuple[np.ndarray, str]:
    failure: Exception | None = None
    for method in METHODS:
        try:
            with np.errstate(all="ignore"):
                value = (
                    method.jvp(f, x, v) if hasattr(method, "jvp") else method.jacobian(Along(f, x, v), 0.0)
                )
            return np.asarray(value.value, dtype=float), method.name
        except Exception as error:
            failure = failure or error
    says = failure if isinstance(failure, DerivativeError) else f"{type(failure).__name__}: {failure}"
    raise DerivativeError(
        f"f has no slope here to measure errors against ({says}); give truth=, or another x."
    )


@dataclass(frozen=True)
class Along:
    """t → f(x + t v)."""

    f: Callable
    x: Any
    v: Any

    def __call__(self, t: Any) -> Any:
        return self.f(self.x + t * self.v)


def _unit(x: Any) -> float:
    return float(np.median(magnitude(x)))


def _exact(f: Bound, x: Any, v: Any, order: int) -> np.ndarray:
    from derivlab.lift.mpmath_space import context

    mp = context()
    offsets, weights = HIGHER[order]
    h = mp.mpf(10) ** -10 * _unit(x)
    flat, way = (np.array([mp.mpf(float(t)) for t in np.ravel(a)], dtype=object) for a in (x, v))
    values = [Reference().evaluate(f, flat + way * (o * h), np.shape(x)) for o in offsets]
    total = sum(w * value for w, value in zip(weights, values, strict=True)) / h**order
    return np.array([float(t) for t in np.ravel(total)])


def _rough(f: Bound, x: Any, v: Any, order: int, sigma: float) -> np.ndarray:
    """Truncation O(h²) against noise σ/h^k: h = (σ/|f|)^(1/(k+2))."""
    offsets, weights = HIGHER[order]
    with np.errstate(all="ignore"):
        size = float(np.max(np.abs(np.asarray(f(x), dtype=float)), initial=0.0)) or 1.0
        h = min((sigma / size) ** (1 / (order + 2)), 0.2) * _unit(x)
        total = sum(
            w * np.asarray(f(x + o * h * v), dtype=float) for o, w in zip(offsets, weights, strict=True)
        )
    return np.nan_to_num(np.asarray(total) / h**order)


def noise(line: Callable, unit: float, eps: float) -> float:
    """The standard deviation of errors in f near x, from its sixth differences (Moré and Wild 2011); at least ε |f| / 4.

    Differences of order k of white noise σ have the variance σ² (2k)! / (k!)²; those of a smooth f vanish.
    """
    base = float(np.max(np.abs(line(0.0)), initial=0.0))
    least = eps * base / 4
    found = [least]
    for width in (64 * eps, 4096 * eps, 1e-6 if eps < 1e-12 else 1e-3):
        try:
            with np.errstate(all="ignore"):
                values = np.stack(
                    [np.asarray(line(k * width * unit), dtype=float).ravel() for k in range(-6, 7)]
                )
        except Exception:
            continue
        sixth, eighth = (_spread(values, k) for k in (6, 8))
        if np.isfinite(sixth) and sixth < 4 * eighth:  # a smooth part would still be shrinking
            found.append(sixth)
    return max(found)


def _spread(values: np.ndarray, k: int) -> float:
    gamma = factorial(k) ** 2 / factorial(2 * k)
    return float(np.sqrt(gamma * np.max(np.mean(np.diff(values, k, axis=0) ** 2, axis=0), initial=0.0)))
