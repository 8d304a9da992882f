"""∇_φ E_q[ln p(x, z) - ln q(z)] from samples, five ways.

An estimator is a function of (phi, log_joint, count, rng) that gives `count` single-sample gradients (count, 2, D). Of phi
(2, R, D), R places at once with the same random numbers, it gives (count, 2, R, D).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import stats

from derivlab.errors import DerivativeError
from derivlab.inference.elbo import as_phi, log_q, place
from derivlab.inference.models import LogDensity, floats
from derivlab.verbs import gradient

Estimator = Callable[[np.ndarray, LogDensity, int, np.random.Generator], np.ndarray]


def height(z: Any, phi: Any, log_joint: LogDensity) -> Any:
    """What is averaged: ln p(x, z) - ln q(z); z (..., D) gives (...)."""
    found = log_joint(z)
    if np.shape(found) != np.shape(z)[:-1]:
        raise DerivativeError(
            f"log_joint gives the shape {np.shape(found)} at z of shape {np.shape(z)}; let it sum over the last axis only."
        )
    return found - log_q(z, phi)


def _slopes(surrogate: Callable[[Any], Any], phi: np.ndarray, count: int) -> np.ndarray:
    """Each sample gets its own copy of φ, so one backward sweep of the sum gives every sample's gradient."""
    own = np.broadcast_to(phi[:, None], (2, count, *phi.shape[1:]))
    return np.moveaxis(gradient(lambda copies: np.sum(surrogate(copies)), own), 0, 1)


def drawn(phi: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Standard normal numbers, the same for all places of phi."""
    return _shared(rng.standard_normal((count, phi.shape[-1])), phi)


def _shared(draws: np.ndarray, phi: np.ndarray) -> np.ndarray:
    """Draws (count, D) for all places of phi."""
    return np.broadcast_to(np.expand_dims(draws, tuple(range(1, phi.ndim - 1))), (len(draws), *phi.shape[1:]))


def score(phi: np.ndarray, log_joint: LogDensity, count: int, rng: np.random.Generator) -> np.ndarray:
    """(ln p - ln q) ∇ln q: needs no derivative of the model (Ranganath et al. 2014)."""
    z = place(phi, drawn(phi, count, rng))
    worth = height(z, phi, log_joint)
    return _slopes(lambda own: worth * log_q(z, own), phi, count)


def score_baseline(
    phi: np.ndarray, log_joint: LogDensity, count: int, rng: np.random.Generator
) -> np.ndarray:
    """The same, less the mean of the other samples: one that saw its own sample would bias the gradient."""
    if count < 2:
        raise DerivativeError("the baseline is the mean of the other samples; draw two or more.")
    z = place(phi, drawn(phi, count, rng))
    worth = height(z, phi, log_joint)
    others = (np.sum(worth, axis=0) - worth) / (count - 1)
    return _slopes(lambda own: (worth - others) * log_q(z, own), phi, count)


def pathwise(phi: np.ndarray, log_joint: LogDensity, count: int, rng: np.random.Generator) -> np.ndarray:
    """∇[ln p(x, z(φ)) - ln q(z(φ); φ)]: the sample moves with φ (Kingma and Welling 2014)."""
    noise = drawn(phi, count, rng)
    return _slopes(lambda own: height(place(own, noise), own, log_joint), phi, count)


def path_only(phi: np.ndarray, log_joint: LogDensity, count: int, rng: np.random.Generator) -> np.ndarray:
    """Pathwise without ∇_φ ln q at a fixed place, whose mean is zero: sticking the landing (Roeder et al. 2017)."""
    noise = drawn(phi, count, rng)
    return _slopes(lambda own: height(place(own, noise), phi, log_joint), phi, count)


def measure_valued(
    phi: np.ndarray, log_joint: LogDensity, count: int, rng: np.random.Generator
) -> np.ndarray:
    """Differences of two samples: ∇q is a constant times one density less another (Mohamed et al. 2020, section 6).

    For μ: Rayleigh to the right less Rayleigh to the left, over σ√2π; for ln σ: double-sided Maxwell less normal. Needs
    no derivative of the model, but 4 D values of it for each sample.
    """
    noise, size = drawn(phi, count, rng), (count, phi.shape[-1])
    right = _shared(stats.rayleigh.rvs(size=size, random_state=rng), phi)
    wide = _shared(stats.maxwell.rvs(size=size, random_state=rng) * rng.choice((-1.0, 1.0), size), phi)
    narrow = wide * _shared(rng.random(size), phi)  # a Maxwell times a uniform number is normal
    scale = np.exp(phi[1]) * np.sqrt(2 * np.pi)

    def at(d: int, draws: np.ndarray) -> np.ndarray:
        moved = noise.copy()
        moved[..., d] = draws[..., d]
        return height(place(phi, moved), phi, log_joint)

    found = np.empty((count, *phi.shape))
    for d in range(phi.shape[-1]):
        found[:, 0, ..., d] = (at(d, right) - at(d, -right)) / scale[..., d]
        found[:, 1, ..., d] = at(d, wide) - at(d, narrow)
    return found


ESTIMATORS: dict[str, Estimator] = {
    "score": score,
    "score_baseline": score_baseline,
    "pathwise": pathwise,
    "path_only": path_only,
    "measure_valued": measure_valued,
}


SYNONYMS = {
    "score_function": "score",
    "score_with_baseline": "score_baseline",
    "leave_one_out": "score_baseline",
    "sticking_the_landing": "path_only",
}


def name_of(estimator: Any) -> str:
    """The name in ESTIMATORS of one spelled with spaces or hyphens, or of a synonym; errors: an unknown name."""
    name = str(estimator).lower().replace(" ", "_").replace("-", "_")
    if (name := SYNONYMS.get(name, name)) not in ESTIMATORS:
        raise DerivativeError(f"estimator={estimator!r} is unknown; choose from {', '.join(ESTIMATORS)}.")
    return name


def named(estimator: str | Estimator) -> Estimator:
    """An estimator by its name, or a function as it is."""
    return estimator if callable(estimator) else ESTIMATORS[name_of(estimator)]


def whole(count: Any) -> int:
    """A number of samples as an integer from 1; errors: any other."""
    value = floats(count, "a number of samples")
    if value.ndim or not 1 <= value < np.inf or value % 1:
        raise DerivativeError(f"{count!r} is no number of samples; give a whole number from 1.")
    return int(count)


def sample_gradients(
    phi: Any, log_joint: LogDensity, estimator: str | Estimator = "pathwise", count: int = 1000, seed: Any = 0
) -> np.ndarray:
    """`count` single-sample gradients of the ELBO at phi (2, D), shape (count, 2, D); their mean is the estimate.

    phi (2, R, D) stands for R places, which share their random numbers, and gives (count, 2, R, D).
    `log_joint` takes z (..., D) and gives ln p(x, z) (...). `seed` is a number or a NumPy generator. Errors:
    `DerivativeError` for an unknown estimator, an unusable phi or count, a log joint that sums over too much.
    """
    return named(estimator)(as_phi(phi, runs=True), log_joint, whole(count), np.random.default_rng(seed))
