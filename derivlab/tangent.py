"""One variable: a curve, its tangent and a secant at a point, and what each method says of the slope."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.methods import resolve
from derivlab.rows import correct_digits

METHODS = (
    "symbolic",
    "forward_difference",
    "central_difference",
    "five_point",
    "richardson",
    "complex_step",
    "reverse",
)

CURVES: dict[str, Callable] = {
    "exp(sin(x))": lambda x: np.exp(np.sin(x)),
    "x³ − 2x": lambda x: x**3 - 2 * x,
    "1 / (1 + x²)": lambda x: 1 / (1 + x**2),
    "x² sin(5x)": lambda x: x**2 * np.sin(5 * x),
    "|x|": lambda x: np.abs(x),
    "√x": lambda x: np.sqrt(x),
    "max(x, x²)": lambda x: np.maximum(x, x**2),
}


@dataclass(frozen=True)
class Answer:
    """What one method says of f'(x): a value and its correct digits, or None and the reason."""

    method: str
    value: float | None = None
    digits: float | None = None
    error: str = ""


@dataclass(frozen=True)
class Tangent:
    """f at x, the slope by the reference (None where there is none), the secant to x + h, and all answers."""

    x: float
    h: float
    value: float
    slope: float | None
    secant: float
    answers: tuple[Answer, ...]


def _answer(name: str, f: Callable, x: float) -> Answer:
    try:
        with np.errstate(all="ignore"):
            return Answer(name, float(np.asarray(resolve(name).jacobian(f, x).value, dtype=float)))
    except Exception as error:
        text = str(error) if isinstance(error, DerivativeError) else f"{type(error).__name__}: {error}"
        return Answer(name, error=text.split("\n")[0])


def tangent(f: Callable, x: float, h: float, methods: Iterable[str] = METHODS) -> Tangent:
    """The slope of f at x by every method, beside the secant (f(x + h) - f(x)) / h.

    f takes and gives one number. Errors: `DerivativeError` where f has no finite value at x.
    """
    value = values(f, np.array([x, x + h]))
    if not np.isfinite(value[0]):
        raise DerivativeError(
            f"f({x:.4g}) {_fault(f, x)}: x lies outside the domain of f, so choose another."
        )
    truth = _answer("reference", f, x).value
    answers = [_answer(name, f, x) for name in methods]
    if truth is not None:
        answers = [
            a if a.value is None else Answer(a.method, a.value, correct_digits(a.value, truth))
            for a in answers
        ]
    return Tangent(x, h, float(value[0]), truth, float((value[1] - value[0]) / h), tuple(answers))


def _fault(f: Callable, x: float) -> str:
    """Why f has no finite value at x."""
    try:
        with np.errstate(all="ignore"):
            return f"is {f(x)}"
    except (ArithmeticError, ValueError) as error:
        return f"fails ({type(error).__name__}: {error})"


def values(f: Callable, points: Any) -> np.ndarray:
    """f at each point by itself; NaN where f fails or is not real."""
    found = np.full(len(points), np.nan)
    with np.errstate(all="ignore"):
        for i, x in enumerate(points):
            try:
                found[i] = float(f(float(x)))
            except (ArithmeticError, ValueError):
                continue
    return found


def noisy(f: Callable, size: float, seed: int = 0) -> Callable:
    """f with an error of standard deviation `size` that depends on x and the seed only, as a simulation's does."""

    def g(x: Any) -> Any:
        bits = np.float64(x).view(np.uint64)
        return f(x) + size * np.random.default_rng([seed, int(bits)]).standard_normal()

    g.__name__ = getattr(f, "__name__", "f")
    return g
