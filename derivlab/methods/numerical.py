"""Numerical derivatives: values of f at neighbouring points."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.methods.estimate import Estimate
from derivlab.methods.output import as_output

EPS = np.finfo(float).eps


class _Counted:
    """f of a flat real (or complex) vector, counting its evaluations."""

    def __init__(self, f: Callable, x: Any):
        self.f, self.shape, self.n = f, np.shape(x), 0

    def __call__(self, flat: np.ndarray) -> np.ndarray:
        self.n += 1
        point = flat.reshape(self.shape).copy() if self.shape else flat.reshape(())[()].item()
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return as_output(self.f(point))


def _step(step: float | None, power: float, x: np.ndarray) -> np.ndarray:
    """h = ε^power · |x|, with |x| = 1 at zero: the classical balance of truncation against rounding."""
    if step is None:
        h = EPS**power * np.where(x == 0, 1.0, np.abs(x))
    elif np.all(np.isfinite(step)) and np.all(np.asarray(step) > 0):
        h = np.broadcast_to(np.asarray(step, dtype=float), x.shape).ravel()
    else:
        raise DerivativeError(f"the step {step} is not a positive number; give one such as 1e-6, or None.")
    return h


@dataclass(frozen=True)
class _Difference:
    """A stencil: offsets in units of h, weights, and the power of ε that its default step takes."""

    step: float | None = None
    family: ClassVar[str] = "numerical"
    offsets: ClassVar[tuple[float, ...]]
    weights: ClassVar[tuple[float, ...]]
    power: ClassVar[float]

    def jacobian(self, f: Callable, x: Any) -> Estimate:
        flat = np.array(x, dtype=float).ravel()
        f = _Counted(f, x)
        h = _step(self.step, self.power, flat)
        columns, base = [], None
        for i in range(flat.size):
            total: Any = 0.0
            for offset, weight in zip(self.offsets, self.weights, strict=True):
                if offset == 0.0:
                    base = f(flat) if base is None else base
                    value = base
                else:
                    point = flat.copy()
                    point[i] += offset * h[i]
                    value = f(point)
                if not np.all(np.isfinite(value)):
                    raise DerivativeError(
                        f"f is not finite at x[{i}] {offset:+g}h with h = {h[i]:.2g}; move x into the domain or give a smaller step."
                    )
                total = total + weight * value
            columns.append(total / ((flat[i] + h[i]) - flat[i] if self.step is None else h[i]))
        value = np.stack(columns, axis=-1)
        return Estimate(value.reshape(value.shape[:-1] + np.shape(x)), f.n)


@dataclass(frozen=True)
class ForwardDifference(_Difference):
    """(f(x+h) - f(x)) / h: truncation O(h), rounding O(ε/h)."""

    name: ClassVar[str] = "forward_difference"
    summary: ClassVar[str] = "cheapest: one more evaluation for each input; about 8 digits"
    offsets: ClassVar[tuple[float, ...]] = (1.0, 0.0)
    weights: ClassVar[tuple[float, ...]] = (1.0, -1.0)
    power: ClassVar[float] = 1 / 2


@dataclass(frozen=True)
class CentralDifference(_Difference):
    """(f(x+h) - f(x-h)) / 2h: truncation O(h²), rounding O(ε/h)."""

    name: ClassVar[str] = "central_difference"
    summary: ClassVar[str] = "two evaluations for each input; about 10 digits"
    offsets: ClassVar[tuple[float, ...]] = (1.0, -1.0)
    weights: ClassVar[tuple[float, ...]] = (0.5, -0.5)
    power: ClassVar[float] = 1 / 3


@dataclass(frozen=True)
class FivePoint(_Difference):
    """(8(f(x+h) - f(x-h)) - (f(x+2h) - f(x-2h))) / 12h: truncation O(h⁴), rounding O(ε/h)."""

    name: ClassVar[str] = "five_point"
    summary: ClassVar[str] = "four evaluations for each input; about 12 digits for smooth functions"
    offsets: ClassVar[tuple[float, ...]] = (1.0, -1.0, 2.0, -2.0)
    weights: ClassVar[tuple[float, ...]] = (2 / 3, -2 / 3, -1 / 12, 1 / 12)
    power: ClassVar[float] = 1 / 5


@dataclass(frozen=True)
class Richardson:
    """Central differences over halving steps, extrapolated to h = 0, the best entry kept (Ridders 1982)."""

    levels: int = 24
    name: ClassVar[str] = "richardson"
    family: ClassVar[str] = "numerical"
    summary: ClassVar[str] = "many evaluations, an error estimate of its own; the numerical answer to trust"

    def jacobian(self, f: Callable, x: Any) -> Estimate:
        flat = np.array(x, dtype=float).ravel()
        f = _Counted(f, x)
        base = f(flat)
        pairs = [self._column(f, flat, i, base) for i in range(flat.size)]
        value, error = (np.stack([p[k] for p in pairs], axis=-1).reshape(base.shape + np.shape(x)) for k in (0, 1))
        size = np.maximum(np.max(np.abs(value), initial=0.0), 1e-300)
        notes = (f"estimated error {np.max(error, initial=0.0):.1g}",)
        if np.max(error, initial=0.0) > 1e-4 * size:
            notes += ("the extrapolation did not settle",)
        return Estimate(value, f.n, notes=notes, error=error)

    def _column(self, f: Callable, flat: np.ndarray, i: int, base: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        best, best_error = np.full(base.shape, np.nan), np.full(base.shape, np.inf)
        h, row, failure = 0.25 * max(abs(flat[i]), 1.0), [], None
        if abs(flat[i]) > 0:
            h = min(h, 64 * abs(flat[i])) if abs(flat[i]) < 1e-3 else h
        worse = 0
        for _ in range(self.levels):
            up, down = flat.copy(), flat.copy()
            up[i], down[i] = flat[i] + h, flat[i] - h
            try:
                fu, fd = f(up), f(down)
            except (ValueError, ArithmeticError, np.linalg.LinAlgError) as error:
                failure, fu, fd = error, np.full(base.shape, np.nan), np.full(base.shape, np.nan)
            width = up[i] - down[i]
            central = (fu - fd) / width
            # Rounding in f, in units of the difference quotient.
            noise = 4 * EPS * np.maximum(np.abs(fu), np.maximum(np.abs(fd), np.abs(base))) / width
            new = [central]
            improved = False
            for k, old in enumerate(row, start=1):
                # Error terms are even powers of h: each column removes one, with halved steps by the factor 4^k.
                value = new[-1] + (new[-1] - old) / (4.0**k - 1.0)
                error = np.maximum(np.abs(value - new[-1]), np.abs(value - old)) + noise
                better = error < best_error
                improved |= bool(np.any(better))
                best, best_error = np.where(better, value, best), np.where(better, error, best_error)
                new.append(value)
                if k == 6:
                    break
            row = new if np.all(np.isfinite(central)) else []
            worse = 0 if improved or not row else worse + 1
            if worse >= 4 and np.all(best_error <= 1e-9 * np.maximum(np.abs(best), np.max(np.abs(best)) * 1e-6)):
                break
            h /= 2.0
        if np.any(np.isnan(best)):
            raise failure or DerivativeError("f is not finite around x; move x into the domain of f.")
        return best, best_error


@dataclass(frozen=True)
class ComplexStep:
    """Im f(x + ih) / h: no subtraction, so no rounding; f must be analytic (Squire and Trapp 1998)."""

    step: float = 1e-200
    name: ClassVar[str] = "complex_step"
    family: ClassVar[str] = "numerical"
    summary: ClassVar[str] = "exact to rounding where f is analytic and takes complex numbers"

    def jacobian(self, f: Callable, x: Any) -> Estimate:
        flat = np.array(x, dtype=float).ravel()
        shape, columns = np.shape(x), []
        h = float(_step(self.step, 1.0, flat[:1])[0]) if flat.size else self.step
        base = as_output(f(flat.reshape(shape).copy() if shape else float(flat[0])))
        for i in range(flat.size):
            point = flat.astype(complex)
            point[i] += 1j * h
            try:
                with np.errstate(all="ignore"), warnings.catch_warnings():
                    warnings.simplefilter("error", np.exceptions.ComplexWarning)
                    value = np.asarray(f(point.reshape(shape) if shape else complex(point[0])))
            except (TypeError, ValueError, np.exceptions.ComplexWarning) as error:
                raise DerivativeError(f"f does not take complex numbers ({error}); use an automatic method.") from error
            if value.dtype.kind != "c":
                if i == 0 or flat.size == 1:
                    raise DerivativeError("f drops the imaginary part; use an automatic method.")
                value = value + 0j
            if not np.allclose(value.real, base, rtol=1e-9, atol=1e-300, equal_nan=False):
                raise DerivativeError("f changes its value under an imaginary step, so it is not analytic; use an automatic method.")
            columns.append(value.imag / h)
        value = np.stack(columns, axis=-1)
        self._verify(f, x, flat, value, base)
        return Estimate(value.reshape(base.shape + shape), 3 + flat.size)

    def _verify(self, f: Callable, x: Any, flat: np.ndarray, value: np.ndarray, base: np.ndarray) -> None:
        """One real directional difference: abs, max and comparisons are not analytic."""
        counted = _Counted(f, x)
        v = np.random.default_rng(0).uniform(0.5, 1.0, flat.size) * np.where(flat == 0, 1.0, np.abs(flat)) * 1e-5
        difference = (counted(flat + v) - counted(flat - v)) / 2
        size = np.maximum(np.abs(difference), np.sum(np.abs(value * v), axis=-1))
        wrong = np.abs(difference - value @ v) > 0.05 * size + 1e-9 * np.abs(base)
        if np.any(wrong & np.isfinite(difference)):
            raise DerivativeError("the imaginary step disagrees with a real one, so f is not analytic here (np.abs, np.conj, ...); use an automatic method.")
