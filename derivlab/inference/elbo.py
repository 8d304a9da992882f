"""The Gaussian family q and the evidence lower bound, exact where the model is conjugate."""

from __future__ import annotations

from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.inference.models import HALF_LOG_TAU, LinearGaussian, floats
from derivlab.verbs import gradient


def as_phi(phi: Any, runs: bool = False) -> np.ndarray:
    """phi as floats (2, D): the means μ and ln σ of independent normal entries; (2, R, D) too, where R runs may be given.

    Errors: other shapes, not finite.
    """
    phi = floats(phi, "phi")
    if phi.ndim not in (2, 2 + runs) or len(phi) != 2 or not phi.size:
        raise DerivativeError(
            f"phi has the shape {phi.shape}; give (2, D): a row of means and a row of ln σ, [[0.0], [0.0]] for one z."
        )
    if not np.isfinite(phi).all():
        raise DerivativeError("phi has entries that are not finite; give finite means and ln σ.")
    return phi


def place(phi: Any, noise: Any) -> Any:
    """z = μ + σε: a sample as a function of the parameters."""
    return phi[0] + np.exp(phi[1]) * noise


def log_q(z: Any, phi: Any) -> Any:
    """ln q(z) of independent normal entries; phi (2, ..., D), z (..., D)."""
    return np.sum(-0.5 * ((z - phi[0]) / np.exp(phi[1])) ** 2 - phi[1] - HALF_LOG_TAU, axis=-1)


def entropy(phi: Any) -> Any:
    """-E_q[ln q] = Σ (ln σ + ½ ln 2πe)."""
    return np.sum(phi[1] + HALF_LOG_TAU + 0.5, axis=-1)


def _conjugate(model: Any) -> None:
    if not isinstance(model, LinearGaussian):
        raise DerivativeError(
            "the exact ELBO is known for conjugate models only (LinearGaussian, normal_mean); use sample_gradients and svi, "
            "or for one unknown moments."
        )


def elbo(phi: Any, model: LinearGaussian) -> Any:
    """E_q[ln p(x, z) - ln q(z)] of a conjugate model, phi (2, D): never above ln p(x), by KL(q ‖ posterior).

    The log joint is a parabola of curvature -Λ, so its mean is its value at μ less ½ Σ Λ_dd σ_d².
    """
    _conjugate(model)
    phi = as_phi(phi) if isinstance(phi, list | tuple) else phi
    return model(phi[0]) - 0.5 * np.sum(np.diag(model.precision) * np.exp(2 * phi[1])) + entropy(phi)


def elbo_gradient(phi: Any, model: LinearGaussian, method: Any = "reverse") -> np.ndarray:
    """The exact gradient of the ELBO of a conjugate model, shape (2, D), by any method of derivlab."""
    _conjugate(model)
    return gradient(lambda point: elbo(point, model), as_phi(phi), method)


def best_phi(model: LinearGaussian) -> np.ndarray:
    """Where the ELBO of a conjugate model is highest: μ the posterior's mean, σ_d² = 1 / Λ_dd; shape (2, D)."""
    _conjugate(model)
    return np.stack([model.posterior.mean, -0.5 * np.log(np.diag(model.precision))])
