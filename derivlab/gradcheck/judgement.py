"""Whether numbers are a derivative, entry by entry: what the truth leaves open, and what a float can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from derivlab.gradcheck.answers import Answer, fitted
from derivlab.gradcheck.probes import stopping
from derivlab.gradcheck.quotients import errors, matching
from derivlab.gradcheck.truth import SECONDS, Truth, extrapolated, unit
from derivlab.methods.output import as_output, resolution
from derivlab.methods.reference import Reference

EPS = 2.0**-52
RIGHT = 1e-9  # of each entry; the rounding of the hand-written code is allowed for apart
SINGLE = 1e-5  # the same in single precision
UNDERFLOW = 1e-310  # below, floats have few digits or none


@dataclass(frozen=True)
class Case:
    """f, grad, a point, what grad gave there in the shape of the truth, and the truth."""

    f: Callable
    grad: Callable
    x: Any
    answer: Answer
    given: np.ndarray
    truth: Truth
    elementwise: bool

    @cached_property
    def error(self) -> np.ndarray:
        """Absolute, of each entry; infinite where grad gives no finite number."""
        error = np.abs(self.given - self.truth.value)
        return np.where(np.isfinite(self.given), error, np.inf)

    @cached_property
    def shake(self) -> np.ndarray:
        """What each entry would change by if all of x changed by its own size: cond · |grad|."""
        rng, size = np.random.default_rng(3), unit(self.x).reshape(np.shape(self.x))
        most = np.abs(self.given)
        for _ in range(3):
            move = 1e-6 * rng.choice([-1.0, 1.0], np.shape(self.x)) * size
            moved = self.at(self.x + move)
            if moved is not None:
                most = np.fmax(most, np.abs(moved - self.given) / 1e-6)
        return most

    def at(self, x: Any) -> np.ndarray | None:
        """grad at another point, in the shape of the truth."""
        try:
            with np.errstate(all="ignore"):
                value = np.array(self.grad(np.copy(x) if np.ndim(x) else x), dtype=float)
        except Exception:
            return None
        return self.fit(value)

    def fit(self, value: np.ndarray) -> np.ndarray | None:
        shape = np.shape(self.x)
        out = self.truth.value.shape[: self.truth.value.ndim - len(shape)]
        return fitted(value, out, shape, self.elementwise)[0]

    @cached_property
    def of_steps(self) -> np.ndarray:
        """The error that difference quotients have with the steps that grad was seen to take; 0 where it took none."""
        steps = self.answer.steps
        return np.zeros(self.given.shape) if steps is None or not np.any(steps) else errors(self, steps)

    @cached_property
    def formula(self) -> np.ndarray:
        """Where grad itself, with 100 digits, is right: there cancellation is no excuse."""
        nothing = np.zeros(self.given.shape, bool)
        if self.truth.exact is None:
            return nothing
        try:
            flat = np.array([_mpf(t) for t in np.ravel(self.x)], dtype=object)
            with np.errstate(all="ignore"), stopping(SECONDS, lines=False):
                exact = _fit_objects(self, Reference().evaluate(self.grad, flat, np.shape(self.x)))
        except Exception:
            return nothing
        if exact is None:
            return nothing
        floor = 1e-50 * float(np.max(np.abs(self.value), initial=0.0)) / np.min(unit(self.x))
        apart = np.abs(exact - self.truth.exact)
        return np.asarray(apart <= 1e-12 * np.abs(self.truth.exact) + floor, dtype=bool)

    @cached_property
    def value(self) -> np.ndarray:
        return as_output(self.f(self.x))

    @cached_property
    def eps(self) -> float:
        return max(self.answer.eps, resolution(self.f(self.x)))


def by_rounding(case: Case) -> tuple[np.ndarray, str]:
    """x and the numbers on the way are rounded: ε times what that can do to each entry."""
    allowed = 1e3 * EPS * case.shake + RIGHT * np.abs(case.truth.value) + case.truth.error
    return case.error <= allowed + UNDERFLOW, ""


def by_formula(case: Case) -> tuple[np.ndarray, str]:
    """A right formula whose digits cancel in floats, as long as two digits are left."""
    largest = np.max(np.abs(case.truth.value), initial=0.0)
    digits = case.error <= np.maximum(1e-2 * np.abs(case.truth.value), 1e-8 * largest)
    return case.formula & digits, "the formula of grad is right; in floats it loses digits here"


def by_precision(case: Case) -> tuple[np.ndarray, str]:
    """Single precision has seven digits."""
    if case.eps < 1e-12:
        return np.zeros(case.given.shape, bool), ""
    allowed = SINGLE * np.maximum(np.abs(case.truth.value), 0.1 * case.shake)
    return case.error <= allowed + case.truth.error, "in single precision: judged at 5 digits"


def by_differences(case: Case) -> tuple[np.ndarray, str]:
    """grad calls functions at displaced points: the error that quotients with these steps have."""
    if not np.any(case.of_steps):
        return np.zeros(case.given.shape, bool), ""
    beside = case.at(case.x + 0.03 * unit(case.x).reshape(np.shape(case.x)))  # at a minimum the truth is 0
    known = [v for v in (case.truth.value, beside) if v is not None]
    largest = max(float(np.max(np.abs(v), initial=0.0)) for v in known)
    note = "a finite difference: judged at the accuracy that its steps allow"
    return (case.error <= case.of_steps) & (case.error <= 1e-2 * largest), note


def by_quotients(case: Case) -> tuple[np.ndarray, str]:
    """grad calls nothing, and yet its small error is that of a difference quotient with a customary step."""
    small = case.error <= 1e-3 * np.max(np.abs(case.truth.value), initial=0.0)
    if not small.any() or np.size(case.x) > 50 or not matching(case):
        return np.zeros(case.given.shape, bool), ""
    return small & matching(
        case
    ), "a finite difference, by its error: judged at the accuracy that it can have"


def by_opacity(case: Case) -> tuple[np.ndarray, str]:
    """f is known from differences only, as where a solver with a tolerance of its own runs inside."""
    known = case.truth.source in ("reference", "reverse")
    allowed = 0.0 if known else 1e-5 * np.abs(case.truth.value)
    return case.error <= allowed, "f cannot be followed operation by operation: judged at 5 digits"


def by_noise(case: Case) -> tuple[np.ndarray, str]:
    """A small error that is another one a hair beside x is noise, not a term left out."""
    small = case.error <= 1e-4 * np.maximum(np.abs(case.truth.value), 1e-2 * np.max(np.abs(case.truth.value), initial=0.0))  # fmt: skip
    if not small.any():
        return small, ""
    rng, size = np.random.default_rng(5), unit(case.x).reshape(np.shape(case.x))
    moved = [case.at(case.x + 1e-13 * rng.uniform(-8, 8, np.shape(case.x)) * size) for _ in range(8)]
    values = np.stack([m for m in moved if m is not None] or [case.given])
    noise = np.std(values, axis=0)
    return small & (
        noise > 0.1 * case.error
    ), "noisy (a finite difference?): judged at the accuracy that it can have"


def by_convention(case: Case) -> tuple[np.ndarray, str]:
    """At a kink every slope between those of the two sides is a subgradient, if it fits in all directions."""
    low, high = case.truth.low, case.truth.high
    slack = RIGHT * np.maximum(np.abs(low), np.abs(high)) + case.truth.error
    between = case.truth.kinks & (case.given >= low - slack) & (case.given <= high + slack)
    if not between.any() or not _fits_all_ways(case):
        return np.zeros(case.given.shape, bool), ""
    return between, "f has a kink here, and grad follows a convention: it lies between the slopes of the two sides"  # fmt: skip


def by_other_truth(case: Case) -> tuple[np.ndarray, str]:
    """f as it runs in floats against f as it was followed: where these differ clearly, the former counts."""
    nothing = np.zeros(case.given.shape, bool)
    if case.truth.source == "richardson" or case.truth.kinks.any() or case.given.size > 2000:
        return nothing, ""
    try:
        with np.errstate(all="ignore"):
            other = extrapolated(case.f, case.x)
    except Exception:
        return nothing, ""
    sharp = other.error <= 1e-5 * np.abs(other.value)
    differ = np.abs(other.value - case.truth.value) > 10 * other.error + 10 * case.truth.error
    agree = np.abs(case.given - other.value) <= other.error + RIGHT * np.abs(other.value)
    return sharp & differ & agree, "right for f as it runs in floats, which differs from f with more digits"


# One after the other, on what is still wrong.
EXCUSES: tuple[Callable[[Case], tuple[np.ndarray, str]], ...] = (
    by_convention, by_rounding, by_formula, by_precision, by_differences, by_noise, by_quotients, by_other_truth, by_opacity,
)  # fmt: skip


def judge(case: Case) -> tuple[np.ndarray, tuple[str, ...]]:
    """Which entries are wrong, and notes on what was allowed for."""
    wrong = ~(case.error <= RIGHT * np.abs(case.truth.value) + case.truth.error)
    wrong |= case.truth.kinks
    wrong &= ~np.isnan(case.truth.value)
    notes = []
    for excuse in EXCUSES:
        if not wrong.any():
            break
        with np.errstate(all="ignore"):
            allowed, note = excuse(case)
        if note and np.any(wrong & allowed):
            notes.append(note)
        wrong &= ~allowed
    return wrong, tuple(notes)


def _mpf(value: Any) -> Any:
    from derivlab.lift.mpmath_space import context

    return context().mpf(float(value))


def _fit_objects(case: Case, raw: np.ndarray) -> np.ndarray | None:
    full = case.given.shape
    if raw.size == case.given.size:
        return raw.reshape(full)
    if case.elementwise and raw.shape == np.shape(case.x):
        matrix = np.full(full, _mpf(0.0), dtype=object)
        matrix.reshape(raw.size, raw.size)[np.diag_indices(raw.size)] = raw.ravel()
        return matrix
    return None


def _fits_all_ways(case: Case) -> bool:
    """Whether grad · v lies between the slopes to both sides, or grad among those of nearby points, for random v."""
    return _between_along(case) or _in_hull(case)


def _between_along(case: Case) -> bool:
    rng, size = np.random.default_rng(7), unit(case.x)
    matrix, flat = case.given.reshape(-1, size.size), np.ravel(np.asarray(case.x, dtype=float))
    if size.size == 1:
        return True
    h = 1e-7
    for _ in range(24):
        v = rng.normal(size=size.size) * size
        up, down = (as_output(case.f(_shifted(case.x, flat + s * h * v))).ravel() for s in (1.0, -1.0))
        base = case.value.ravel()
        right, left, claim = (up - base) / h, (base - down) / h, matrix @ v
        slack = (
            1e-5 * (np.abs(right) + np.abs(left)) + 1e-8 * np.abs(base) + 1e-5 * np.abs(matrix) @ np.abs(v)
        )
        if np.any((claim < np.minimum(left, right) - slack) | (claim > np.maximum(left, right) + slack)):
            return False
    return True


def _shifted(x: Any, flat: np.ndarray) -> Any:
    return flat.reshape(np.shape(x)) if np.ndim(x) else np.float64(flat[0])


def _in_hull(case: Case) -> bool:
    """Clarke's subdifferential: the convex hull of gradients at points nearby, each by differences."""
    from scipy.optimize import nnls

    rng, size = np.random.default_rng(9), unit(case.x)
    flat, n = np.ravel(np.asarray(case.x, dtype=float)), size.size
    if n > 8 or case.value.size > 1:
        return False
    rows = []
    for _ in range(8 * 2 ** min(n, 5)):
        near, h = flat + 1e-4 * rng.uniform(-1, 1, n) * size, 1e-7
        values = [float(as_output(case.f(_shifted(case.x, near + h * s * e))).ravel()[0]) for e in np.diag(size) for s in (1, -1)]  # fmt: skip
        rows.append((np.array(values[::2]) - values[1::2]) / (2 * h * size))
    vertices = np.array(rows).T
    scale = np.max(np.abs(vertices), initial=1e-300)
    a = np.vstack([vertices / scale, np.ones(vertices.shape[1])])
    _, rest = nnls(a, np.append(case.given.ravel() / scale, 1.0))
    return bool(rest < 1e-3)
