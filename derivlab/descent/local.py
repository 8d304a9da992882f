"""What f looks like from where a descent is: along its next move, and how curved it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from derivlab.descent.optimisers import Optimiser
from derivlab.descent.problem import Columns
from derivlab.descent.stream import Step
from derivlab.lift import Bound
from derivlab.verbs import hessian


class Section(NamedTuple):
    """f along a move: values and the local quadratic model at x + t · move; t = 0 is here, t = 1 the next point."""

    t: np.ndarray
    values: np.ndarray
    model: np.ndarray
    slope: float  # gᵀ move
    curvature: float  # moveᵀ H move


def section(
    f: Callable, step: Step, matrix: np.ndarray | None = None, reach: float = 2.0, points: int = 81
) -> Section:
    """f(x + t · move) for t from -reach / 2 to reach, beside f + t gᵀmove + ½ t² moveᵀ H move.

    `matrix` is the Hessian at x, computed where it is not given.
    """
    x, move = np.ravel(step.x), np.ravel(step.move)
    shape = np.shape(step.x)
    curved = np.reshape(hessian(f, step.x) if matrix is None else matrix, (x.size, x.size))
    t = np.linspace(-reach / 2, reach, points)
    values = Columns(Bound(f), shape, ())(x[:, None] + move[:, None] * t)[0]
    slope, curvature = float(np.ravel(step.gradient) @ move), float(move @ curved @ move)
    return Section(t, values, step.value + t * slope + t**2 * curvature / 2, slope, curvature)


@dataclass(frozen=True)
class Stability:
    """scale · λ for each eigenvalue λ of the Hessian, against the `limit` under which a descent settles."""

    eigenvalues: np.ndarray  # of H, ascending
    products: np.ndarray  # of √scale H √scale, ascending
    limit: float | None

    @property
    def product(self) -> float:
        """rate · λmax, the largest."""
        return float(self.products[-1])

    @property
    def condition(self) -> float:
        """λmax / λmin, infinite where a curvature is not positive."""
        low, high = self.eigenvalues[[0, -1]]
        return float(high / low) if low > 0 else np.inf

    def says(self) -> str:
        """In words."""
        if self.limit is None:
            return f"rate·λmax = {self.product:.4g}; this optimiser chooses its own step"
        return f"rate·λmax = {self.product:.4g} against {self.limit:.4g}: {self._side(self.limit)}"

    def _side(self, limit: float) -> str:
        """Which side of the limit; where λ < 0 the factor 1 - rate·λ of every step exceeds 1, however small the rate."""
        if np.isclose(self.product, limit, rtol=1e-9, atol=0):
            return "at the limit: steps do not shrink"
        if self.product > limit:
            return "too large: steps grow"
        if self.products[0] >= -1e-9 * np.abs(self.products).max():
            return "stable"
        if self.product <= 0:
            return "f curves down here, where no rate is stable"
        return f"stable, but f also curves down here (λmin = {self.eigenvalues[0]:.4g}), and no rate is stable that way"


def stability(f: Callable, step: Step, optimiser: Optimiser, matrix: np.ndarray | None = None) -> Stability:
    """How far the step is from the largest stable one, from the true Hessian at x.

    Where the scale differs between coordinates it is that of the rescaled problem, √scale H √scale.
    """
    size = np.size(step.x)
    curved = np.reshape(hessian(f, step.x) if matrix is None else matrix, (size, size))
    root = np.sqrt(np.abs(np.ravel(np.broadcast_to(step.scale, np.shape(step.x)))))
    products = np.linalg.eigvalsh(root[:, None] * curved * root)
    return Stability(np.linalg.eigvalsh(curved), products, getattr(optimiser, "limit", None))
