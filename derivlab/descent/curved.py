"""Optimisers that use curvature or search along a line; they take one run at a time."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from derivlab.descent.optimisers import Here, Move, along
from derivlab.descent.schedules import Rate, rate_at

HALVINGS = 60


def backtrack(
    problem: Any, here: Here, direction: np.ndarray, t: float, shrink: float, slope: float
) -> float:
    """The first of t, shrink · t, shrink² · t, ... with f(x - t d) ≤ f(x) - slope · t · gᵀd (Armijo 1966); 0 if none has."""
    promised = float(here.gradient.ravel() @ direction.ravel())
    for _ in range(HALVINGS):
        if problem.value(here.x - t * direction) <= here.value[0] - slope * t * promised:
            return t
        t *= shrink
    return 0.0


@dataclass(frozen=True)
class Backtracking:
    """Gradient descent that halves `rate` until f falls by a share of what the slope promises (Armijo 1966)."""

    rate: Rate = 1.0
    shrink: float = 0.5
    slope: float = 1e-4
    name: ClassVar[str] = "backtracking"
    formula: ClassVar[str] = r"x \leftarrow x - t g,\quad f(x - t g) \leq f(x) - c\, t\, |g|^2"
    single: ClassVar[bool] = True
    limit: ClassVar[None] = None

    def init(self, x: np.ndarray) -> None:
        return None

    def update(self, state: None, here: Here, problem: Any) -> tuple[Move, None]:
        first = float(rate_at(self.rate, here.number))
        return along(
            here.gradient, backtrack(problem, here, here.gradient, first, self.shrink, self.slope)
        ), None


@dataclass(frozen=True)
class Newton:
    """x ← x - rate · H⁻¹ g: exact on a quadratic, and drawn to saddles as to minima (Newton 1669, Simpson 1740).

    `damping` is added to the eigenvalues of H; `saddle_free` takes their absolute values instead (Dauphin et al. 2014).
    """

    rate: Rate = 1.0
    damping: float = 0.0
    saddle_free: bool = False
    name: ClassVar[str] = "Newton"
    formula: ClassVar[str] = r"x \leftarrow x - \alpha H^{-1} g"
    single: ClassVar[bool] = True
    limit: ClassVar[None] = None

    def init(self, x: np.ndarray) -> None:
        return None

    def update(self, state: None, here: Here, problem: Any) -> tuple[Move, None]:
        values, vectors = np.linalg.eigh(problem.hessian(here.x))
        size = (np.abs(values) if self.saddle_free else values) + self.damping
        flat = np.abs(size) <= 1e-14 * np.max(
            np.abs(size)
        )  # the pseudo-inverse: no move along flat directions
        inverse = np.divide(1.0, size, where=~flat, out=np.zeros_like(size))
        return along(
            vectors @ (inverse[:, None] * (vectors.T @ here.gradient)), rate_at(self.rate, here.number)
        ), None


def wolfe(
    problem: Any, here: Here, direction: np.ndarray, last: float | None, curvature: float, rate: float
) -> float:
    """A step along -direction by the strong Wolfe conditions (Nocedal and Wright 2006, algorithm 3.5), else by Armijo's."""
    from scipy.optimize import line_search

    x, g, d = (a[:, 0] for a in (here.x, here.gradient, direction))
    before = last if last is not None else float(here.value[0] + np.linalg.norm(g) / 2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a search that fails is answered below
        t = line_search(
            lambda p: problem.value(p[:, None]), lambda p: problem.gradient(p[:, None])[:, 0],
            x, -d, g, float(here.value[0]), before, c2=curvature,
        )[0]  # fmt: skip
    return float(t) if t is not None else backtrack(problem, here, direction, rate, 0.5, 1e-4)


class Past(NamedTuple):
    """What was at the step before: point, gradient, value and direction; `inverse` estimates H⁻¹."""

    x: np.ndarray | None = None
    gradient: np.ndarray | None = None
    value: float | None = None
    direction: np.ndarray | None = None
    inverse: np.ndarray | None = None


@dataclass(frozen=True)
class BFGS:
    """H⁻¹ learnt from the gradients met, with a strong Wolfe line search (Broyden, Fletcher, Goldfarb, Shanno 1970)."""

    rate: Rate = 1.0  # where a search by Armijo's condition starts, should that of Wolfe fail
    name: ClassVar[str] = "BFGS"
    formula: ClassVar[str] = r"x \leftarrow x - t B g,\quad B \approx H^{-1}"
    single: ClassVar[bool] = True
    limit: ClassVar[None] = None

    def init(self, x: np.ndarray) -> Past:
        return Past(inverse=np.eye(len(x)))

    def update(self, state: Past, here: Here, problem: Any) -> tuple[Move, Past]:
        inverse = self._learnt(state, here)
        direction = inverse @ here.gradient
        t = wolfe(problem, here, direction, state.value, 0.9, float(rate_at(self.rate, here.number)))
        past = Past(here.x, here.gradient, float(here.value[0]), direction, inverse)
        return along(direction, t), past

    def _learnt(self, state: Past, here: Here) -> np.ndarray:
        """(I - ρsyᵀ) B (I - ρysᵀ) + ρssᵀ, ρ = 1 / yᵀs; left as it is where yᵀs is not positive."""
        inverse = state.inverse
        assert inverse is not None
        if state.x is None or state.gradient is None:
            return inverse
        s, y = here.x - state.x, here.gradient - state.gradient
        curvature = float((y * s).sum())
        if curvature <= 1e-14 * float(np.linalg.norm(y) * np.linalg.norm(s)):
            return inverse
        left = np.eye(len(s)) - s @ y.T / curvature
        return left @ inverse @ left.T + s @ s.T / curvature


@dataclass(frozen=True)
class ConjugateGradient:
    """d ← g + beta · d, beta = max(0, gᵀ(g - g₋₁) / |g₋₁|²), with a Wolfe line search (Polak and Ribière 1969, Powell)."""

    rate: Rate = 1.0  # where a search by Armijo's condition starts, should that of Wolfe fail
    name: ClassVar[str] = "conjugate gradient"
    formula: ClassVar[str] = r"d \leftarrow g + \beta d,\quad x \leftarrow x - t d"
    single: ClassVar[bool] = True
    limit: ClassVar[None] = None

    def init(self, x: np.ndarray) -> Past:
        return Past()

    def update(self, state: Past, here: Here, problem: Any) -> tuple[Move, Past]:
        g, direction = here.gradient, here.gradient
        if state.gradient is not None and state.direction is not None:
            beta = float((g * (g - state.gradient)).sum() / (state.gradient**2).sum())
            direction = g + max(beta, 0.0) * state.direction
            if float((g * direction).sum()) <= 0:  # not downhill: start afresh
                direction = g
        t = wolfe(problem, here, direction, state.value, 0.1, float(rate_at(self.rate, here.number)))
        return along(direction, t), Past(here.x, g, float(here.value[0]), direction)
