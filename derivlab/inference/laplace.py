"""The highest point of a log density, and the normal distribution that fits it there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from derivlab.descent.curved import Newton
from derivlab.descent.record import descend
from derivlab.errors import DerivativeError
from derivlab.inference.models import HALF_LOG_TAU, LogDensity, floats
from derivlab.verbs import hessian


@dataclass(frozen=True, eq=False)
class Laplace:
    """N(mean, precision⁻¹): mean (D,) is the mode, precision (D, D) minus the Hessian there; log_evidence ≈ ln p(x)."""

    mean: np.ndarray
    precision: np.ndarray
    log_evidence: float

    @property
    def covariance(self) -> np.ndarray:
        """precision⁻¹, shape (D, D)."""
        return np.linalg.inv(self.precision)

    @property
    def distribution(self) -> Any:
        """SciPy's `multivariate_normal`, with `logpdf` and `rvs`."""
        return stats.multivariate_normal(self.mean, self.covariance)


def mode(
    log_density: LogDensity, start: Any, method: Any = "reverse", steps: int = 100, tolerance: float = 1e-6
) -> np.ndarray:
    """Where a log density is highest, shape (D,), by Newton's method from start: MAP for a log joint.

    Errors: `DerivativeError` where it does not arrive at a gradient of at most `tolerance`.
    """
    start = np.atleast_1d(floats(start, "start"))
    found = descend(
        lambda z: -log_density(z), start, Newton(), steps, gradient=method, tolerance=tolerance, batch=False
    )
    if found.outcome != "converged":
        raise DerivativeError(f"no mode was found, Newton's method {found.says()}; start elsewhere.")
    return np.asarray(found.x)


def laplace(log_joint: LogDensity, start: Any, method: Any = "reverse") -> Laplace:
    """Laplace's approximation of p(z | x) at its mode, from start (D,), with the Hessian by a method of derivlab.

    ln p(x) ≈ ln p(x, mode) + D/2 ln 2π - ½ ln det precision; MacKay (2003), chapter 27. Errors: `DerivativeError` where
    no mode is found, or where the precision there is not positive definite.
    """
    top = mode(log_joint, start, method)
    precision = -np.asarray(hessian(log_joint, top, method))
    try:
        root = np.linalg.cholesky(precision)
    except np.linalg.LinAlgError as error:
        raise DerivativeError(
            "the log density does not bend down in every direction at its flat point; start elsewhere, or use a tighter prior."
        ) from error
    evidence = log_joint(top) + len(top) * HALF_LOG_TAU - np.sum(np.log(np.diag(root)))
    return Laplace(top, precision, float(evidence))
