"""Stochastic variational inference as a stream of steps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from derivlab.descent.optimisers import Adam, Here, Optimiser
from derivlab.errors import DerivativeError
from derivlab.inference.elbo import as_phi, place
from derivlab.inference.estimators import Estimator, drawn, height, named, whole
from derivlab.inference.models import LogDensity


class SVIStep(NamedTuple):
    """Where the fit is: phi (2, D), the estimated gradient (2, D) and value of the ELBO there, and the next move (2, D).

    Of R fits at once: (2, R, D), and R values.
    """

    number: int
    phi: np.ndarray
    gradient: np.ndarray
    elbo: Any
    move: np.ndarray


def _steady(optimiser: Any) -> Any:
    """An optimiser that takes noisy gradients; errors: one that searches along lines, or with many rates."""
    if not hasattr(optimiser, "update"):
        raise DerivativeError(f"{optimiser!r} is no optimiser; give one such as dl.Adam(0.1).")
    optimiser = optimiser() if isinstance(optimiser, type) else optimiser
    if optimiser.single or np.ndim(getattr(optimiser, "rate", 0.0)) > 0:
        raise DerivativeError(
            f"{optimiser!r} does not suit noisy gradients; give a first-order one with one rate, such as dl.Adam(0.1)."
        )
    return optimiser


def _value(phi: np.ndarray, log_joint: LogDensity, samples: int, rng: np.random.Generator) -> Any:
    with np.errstate(all="ignore"):
        return np.mean(height(place(phi, drawn(phi, samples, rng)), phi, log_joint), axis=0)


def _ascent(
    phi: np.ndarray, log_joint: LogDensity, estimator: Estimator, optimiser: Any, samples: int, seed: int
) -> Iterator[SVIStep]:
    rng, number = np.random.default_rng(seed), 0
    state = optimiser.init(phi.reshape(-1, 1))
    while True:
        value = _value(phi, log_joint, samples, rng)
        if not np.isfinite(value).all():
            raise DerivativeError(
                f"the ELBO is not finite at step {number}; lower the rate, or start nearer."
            )
        slope = estimator(phi, log_joint, samples, rng).mean(axis=0)
        here = Here(number, phi.reshape(-1, 1), np.array([-np.mean(value)]), -slope.reshape(-1, 1))
        moved, state = optimiser.update(state, here, None)
        yield SVIStep(number, phi, slope, value, moved.move.reshape(phi.shape))
        phi, number = phi + moved.move.reshape(phi.shape), number + 1


def svi(
    log_joint: LogDensity,
    phi: Any,
    optimiser: Optimiser | None = None,
    estimator: str | Estimator = "pathwise",
    samples: int = 10,
    seed: int = 0,
) -> Iterator[SVIStep]:
    """Climb the ELBO from phi (2, D) by noisy gradients, without end (Hoffman et al. 2013).

    phi (2, R, D) makes R fits at once, which share their random numbers.
    `optimiser` is a first-order one of `derivlab.descent`, Adam(0.05) if none is given; each step draws `samples` for the
    gradient and as many for the value. Errors: `DerivativeError` for unusable arguments, or where the ELBO leaves the
    finite numbers.
    """
    optimiser = Adam(0.05) if optimiser is None else _steady(optimiser)
    return _ascent(as_phi(phi, runs=True), log_joint, named(estimator), optimiser, whole(samples), seed)
