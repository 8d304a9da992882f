"""The exact mean and variance of every estimator for one unknown z, by quadrature.

Analytic integrands that die out at both ends: equal steps, whose error falls exponentially (Trefethen and Weideman 2014).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.polynomial.legendre import leggauss

from derivlab.errors import DerivativeError
from derivlab.inference.estimators import ESTIMATORS
from derivlab.inference.models import HALF_LOG_TAU, LogDensity, floats
from derivlab.verbs import gradient

FAR = 9.0  # standard deviations: beyond lies less than 1e-17 of each density below
CHUNK = 64  # places at a time


class Moments(NamedTuple):
    """At places μ, ln σ (2, ...): the ELBO (...), its gradient (2, ...), and each estimator's variance (5, 2, ...)."""

    elbo: np.ndarray
    gradient: np.ndarray
    variances: np.ndarray


def _legendre(high: float, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre nodes and weights from 0."""
    nodes, weights = leggauss(count)
    return 0.5 * high * (nodes + 1), 0.5 * high * weights


def _rules() -> tuple:
    """Nodes and weights of the normal, the Rayleigh, and (double-sided Maxwell, uniform) distributions."""
    normal, wide = np.linspace(-FAR, FAR, 241), np.linspace(-FAR, FAR, 73)
    mass, maxwell = np.exp(-(normal**2) / 2), wide**2 * np.exp(-(wide**2) / 2)
    right, lengths = _legendre(FAR, 64)
    share, shares = _legendre(1.0, 12)
    return (
        (normal, mass / mass.sum()),
        (right, lengths * right * np.exp(-(right**2) / 2)),
        (wide, share, (maxwell / maxwell.sum())[:, None] * shares),
    )


NORMAL, RAYLEIGH, MAXWELL = _rules()


def singles(noise: Any, sigma: Any, worth: Any, slope: Any, others: Any) -> dict[str, np.ndarray]:
    """The slopes (2, ...) from samples μ + σ·noise of all estimators that need one each, by their formulas.

    `worth` is ln p - ln q there, `slope` d ln p / dz, and `others` the baseline.
    """
    moves = np.stack([np.ones_like(worth), sigma * noise])  # dz/dφ
    scores = np.stack([noise / sigma, np.broadcast_to(noise**2 - 1, worth.shape)])  # ∇ ln q
    entropy = np.array([0.0, 1.0]).reshape(2, *[1] * worth.ndim)
    return {
        "score": worth * scores,
        "score_baseline": (worth - others) * scores,
        "pathwise": slope * moves + entropy,
        "path_only": (slope + noise / sigma) * moves,
    }


def _place(phi: np.ndarray, log_joint: LogDensity) -> Moments:
    """The moments at phi (2, n)."""
    mu, sigma = phi[0][:, None], np.exp(phi[1])[:, None]

    def worth(noise: np.ndarray) -> np.ndarray:
        """ln p - ln q at noise (m,), shape (n, m)."""
        found = log_joint((mu + sigma * noise)[..., None])
        if np.shape(found) != (len(mu), len(noise)):
            raise DerivativeError(
                f"log_joint gives the shape {np.shape(found)} for {(len(mu), len(noise), 1)}; let it sum over the last axis only."
            )
        return found + 0.5 * noise**2 + phi[1][:, None] + HALF_LOG_TAU

    noise, weights = NORMAL
    here = worth(noise)
    elbo = here @ weights
    slope = _slope(log_joint, mu + sigma * noise, np.isfinite(here))
    samples = singles(noise, sigma, here, slope, elbo[:, None])
    mean = samples["pathwise"] @ weights
    found = {name: (single - mean[..., None]) ** 2 @ weights for name, single in samples.items()}
    found["measure_valued"] = np.stack(_measured(worth, mean, sigma))
    return Moments(elbo, mean, np.stack([found[name] for name in ESTIMATORS]))


def _slope(log_joint: LogDensity, z: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """d ln p / dz at z, NaN where there is no density."""
    if not inside.any():
        return np.full(z.shape, np.nan)
    safe = np.where(inside, z, z[inside][0])[..., None]
    return np.where(inside, gradient(lambda z: np.sum(log_joint(z)), safe)[..., 0], np.nan)


def _measured(worth: Any, mean: np.ndarray, sigma: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Variances of the measure-valued estimator in μ and in ln σ, (n,) each."""
    right, mass = RAYLEIGH
    across = (worth(right) - worth(-right)) / (sigma * np.sqrt(2 * np.pi))
    wide, share, masses = MAXWELL
    narrow = worth((wide[:, None] * share).ravel()).reshape(-1, *masses.shape)
    apart = worth(wide)[..., None] - narrow
    return (
        (across - mean[0][:, None]) ** 2 @ mass,
        np.sum((apart - mean[1][:, None, None]) ** 2 * masses, axis=(1, 2)),
    )


def moments(phi: Any, log_joint: LogDensity) -> Moments:
    """Exact moments at places phi (2, ...): a row of μ and one of ln σ; exact for smooth log joints of z (..., 1).

    The baseline is that of many samples. NaN where the log joint is not finite. Errors: `DerivativeError`.
    """
    phi = floats(phi, "phi")
    if phi.ndim < 1 or len(phi) != 2 or not np.isfinite(phi).all():
        raise DerivativeError(
            f"phi has the shape {phi.shape} or is not finite; give (2, ...): μ and ln σ of each place."
        )
    flat = phi.reshape(2, -1)
    with np.errstate(all="ignore"):
        parts = [_place(flat[:, i : i + CHUNK], log_joint) for i in range(0, flat.shape[1], CHUNK)]
    joined = (np.concatenate(part, axis=-1) for part in zip(*parts, strict=True))
    return Moments(*(part.reshape(part.shape[:-1] + phi.shape[1:]) for part in joined))
