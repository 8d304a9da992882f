"""Hamiltonian Monte Carlo as a stream, with the energy error of each trajectory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.inference.models import LogDensity, floats
from derivlab.verbs import grad

Slope = Callable[[Any], Any]


class HMCStep(NamedTuple):
    """One proposal: the place after it (D,), its log density, whether it moved, and the energy error of what was tried.

    path and momenta (L+1, D) are the trajectory tried, NaN where it has left the finite numbers. Of R chains at once:
    (R, D), (R,) and (L+1, R, D). With the right gradient the energy error shrinks with the square of the step; with a
    wrong one it stays.
    """

    number: int
    z: np.ndarray
    log_density: Any
    accepted: Any
    energy_error: Any
    path: np.ndarray
    momenta: np.ndarray

    def drift(self, log_density: LogDensity) -> np.ndarray:
        """The energy along the trajectory less that at its start, shape (L+1,) or (L+1, R)."""
        found = np.array([energy(log_density, z, p) for z, p in zip(self.path, self.momenta, strict=True)])
        return found - found[0]


def _slope(log_density: LogDensity, gradient: Any) -> Slope:
    """The gradient to use; NaN where there is no density, which ends a trajectory."""
    own = callable(gradient) and not hasattr(gradient, "jacobian")
    slope = gradient if own else grad(lambda z: np.sum(log_density(z)), gradient)

    def inside(z: np.ndarray) -> Any:
        try:
            return slope(z)
        except DerivativeError:
            there = np.isfinite(log_density(z))
            if there.all():
                raise
            found = np.full(z.shape, np.nan)
            if there.any():
                found[there] = slope(z[there])
            return found

    return inside


def leapfrog(
    slope: Slope, z: np.ndarray, momentum: np.ndarray, step: float
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Places and momenta (..., D) along a trajectory, without end: half a kick, a drift, half a kick.

    `slope` is the gradient of the log density. Second order, reversible and volume-preserving (Neal 2011).
    """
    yield z, momentum
    kick = 0.5 * step * slope(z)
    while True:
        half = momentum + kick
        z = z + step * half
        kick = 0.5 * step * slope(z)
        momentum = half + kick
        yield z, momentum


def trajectory(
    slope: Slope, z: np.ndarray, momentum: np.ndarray, step: float, leaps: int
) -> tuple[np.ndarray, np.ndarray]:
    """Places and momenta of the first leaps, each (leaps + 1, ..., D)."""
    tried = islice(leapfrog(slope, z, momentum, step), leaps + 1)
    path, momenta = (np.array(part) for part in zip(*tried, strict=True))
    return path, momenta


def energy(log_density: LogDensity, z: Any, momentum: Any) -> Any:
    """-ln p(z) + ½ |momentum|², infinite where there is no density; z and momentum (D,) or (R, D)."""
    found = -np.asarray(log_density(z)) + 0.5 * np.sum(np.square(momentum), axis=-1)
    return np.where(np.isfinite(found), found, np.inf)[()]


def _start(log_density: LogDensity, start: Any, step: float, leaps: int) -> np.ndarray:
    z = np.atleast_1d(floats(start, "start"))
    if z.ndim > 2 or not z.size or not np.isfinite(z).all():
        raise DerivativeError(
            "start is no point of finite numbers; give the shape (D,), or (R, D) for R chains."
        )
    h, count = floats(step, "step"), floats(leaps, "leaps")
    if h.ndim or count.ndim or not 0 < h < np.inf or not 1 <= count < np.inf or count % 1:
        raise DerivativeError(
            f"step={step!r} and leaps={leaps!r} make no trajectory; give such as step=0.1, leaps=20."
        )
    found = log_density(z)
    if np.shape(found) != z.shape[:-1]:
        raise DerivativeError(
            f"the log density gives the shape {np.shape(found)} at z of shape {z.shape}; let it sum over the last axis only."
        )
    if not np.isfinite(found).all():
        raise DerivativeError(f"the log density at the start {z} is no finite number; start elsewhere.")
    return z


def _chain(
    log_density: LogDensity, z: np.ndarray, slope: Slope, step: float, leaps: int, seed: int
) -> Iterator[HMCStep]:
    rng, number = np.random.default_rng(seed), 0
    while True:
        kick = rng.standard_normal(z.shape)
        with np.errstate(all="ignore"):
            path, momenta = trajectory(slope, z, kick, step, leaps)
            error = energy(log_density, path[-1], momenta[-1]) - energy(log_density, z, kick)
            accepted = np.log(rng.random(z.shape[:-1])) < -error
        z = np.where(accepted[..., None], path[-1], z)
        yield HMCStep(number, z, log_density(z), accepted, error, path, momenta)
        number += 1


def hmc(
    log_density: LogDensity,
    start: Any,
    step: float = 0.1,
    leaps: int = 20,
    gradient: Any = "reverse",
    seed: int = 0,
) -> Iterator[HMCStep]:
    """Samples of a density from its logarithm (up to a constant), without end (Duane et al. 1987; Neal 2011).

    start (D,), or (R, D) for R chains at once of a log density that takes points (..., D). `gradient` is a method's name
    or value, or a function that gives the gradient of the log density, of the shape of z: a wrong one still samples the
    right density, but its energy errors are large, and its proposals are rejected. Errors: `DerivativeError` for an
    unusable start, step, method or gradient.
    """
    z = _start(log_density, start, step, leaps)
    slope = _slope(log_density, gradient)
    if np.shape(slope(z)) != z.shape:
        raise DerivativeError(
            f"the gradient has the shape {np.shape(slope(z))}, and z {z.shape}; give them the same."
        )
    return _chain(log_density, z, slope, step, int(leaps), seed)


def energy_errors(
    log_density: LogDensity,
    start: Any,
    steps: Any = (0.4, 0.2, 0.1, 0.05),
    length: float = 1.0,
    gradient: Any = "reverse",
    seed: int = 0,
) -> np.ndarray:
    """The root mean square energy error of trajectories of one length, for each step size; the kicks are the same.

    start (D,) or, for a better mean, (R, D). Halving the step quarters the errors, unless the gradient is wrong. Errors:
    those of `hmc`.
    """
    runs = (
        next(hmc(log_density, start, step, max(round(length / step), 1), gradient, seed)) for step in steps
    )
    return np.array([np.sqrt(np.mean(np.square(run.energy_error))) for run in runs])
