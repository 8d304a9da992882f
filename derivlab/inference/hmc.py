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
    """One proposal: the place after it (D,), its log density, whether it moved, the energy error and path (L+1, D) tried.

    With the right gradient the energy error shrinks with the square of the step; with a wrong one it stays.
    """

    number: int
    z: np.ndarray
    log_density: float
    accepted: bool
    energy_error: float
    path: np.ndarray


def _slope(log_density: LogDensity, gradient: Any) -> Slope:
    """The gradient to use; NaN where there is no density, which ends a trajectory."""
    own = callable(gradient) and not hasattr(gradient, "jacobian")
    slope = gradient if own else grad(log_density, gradient)

    def inside(z: np.ndarray) -> Any:
        try:
            return slope(z)
        except DerivativeError:
            if np.isfinite(log_density(z)):
                raise
            return np.full_like(z, np.nan)

    return inside


def leapfrog(
    slope: Slope, z: np.ndarray, momentum: np.ndarray, step: float
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Places and momenta (D,) along a trajectory, without end: half a kick, a drift, half a kick.

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


def energy(log_density: LogDensity, z: Any, momentum: Any) -> float:
    """-ln p(z) + ½ |momentum|², infinite where there is no density."""
    found = -float(log_density(z)) + 0.5 * float(np.sum(np.square(momentum)))
    return found if np.isfinite(found) else np.inf


def _start(log_density: LogDensity, start: Any, step: float, leaps: int) -> np.ndarray:
    z = np.atleast_1d(floats(start, "start"))
    if z.ndim != 1 or not np.isfinite(z).all():
        raise DerivativeError("start is no point of finite numbers; give the shape (D,).")
    h, count = floats(step, "step"), floats(leaps, "leaps")
    if h.ndim or count.ndim or not 0 < h < np.inf or not 1 <= count < np.inf or count % 1:
        raise DerivativeError(
            f"step={step!r} and leaps={leaps!r} make no trajectory; give such as step=0.1, leaps=20."
        )
    if np.ndim(log_density(z)) or not np.isfinite(log_density(z)):
        raise DerivativeError(f"the log density at the start {z} is no finite number; start elsewhere.")
    return z


def _chain(
    log_density: LogDensity, z: np.ndarray, slope: Slope, step: float, leaps: int, seed: int
) -> Iterator[HMCStep]:
    rng, number = np.random.default_rng(seed), 0
    while True:
        kick = rng.standard_normal(z.shape)
        with np.errstate(all="ignore"):
            tried = _trajectory(slope, z, kick, step, leaps)
            error = energy(log_density, *tried[-1]) - energy(log_density, z, kick)
        accepted = bool(np.log(rng.random()) < -error)
        z = tried[-1][0] if accepted else z
        path = np.array([place for place, _ in tried])
        yield HMCStep(number, z, float(log_density(z)), accepted, error, path)
        number += 1


def _trajectory(slope: Slope, z: np.ndarray, kick: np.ndarray, step: float, leaps: int) -> list:
    """At most `leaps` moves; one that leaves the finite numbers is the last."""
    found: list = []
    for here in islice(leapfrog(slope, z, kick, step), leaps + 1):
        if not np.isfinite(here[0]).all() or not np.isfinite(here[1]).all():
            return [*found, (found[-1][0], np.full_like(kick, np.inf))]
        found.append(here)
    return found


def hmc(
    log_density: LogDensity,
    start: Any,
    step: float = 0.1,
    leaps: int = 20,
    gradient: Any = "reverse",
    seed: int = 0,
) -> Iterator[HMCStep]:
    """Samples of a density from its logarithm (up to a constant), without end (Duane et al. 1987; Neal 2011).

    `gradient` is a method's name or value, or a function of z (D,) that gives the gradient of the log density: a wrong
    one still samples the right density, but its energy errors are large, and its proposals are rejected. Errors:
    `DerivativeError` for an unusable start, step or method.
    """
    z = _start(log_density, start, step, leaps)
    slope = _slope(log_density, gradient)
    if np.shape(slope(z)) != z.shape:
        raise DerivativeError(
            f"the gradient has the shape {np.shape(slope(z))}, and z {z.shape}; give them the same."
        )
    return _chain(log_density, z, slope, step, int(leaps), seed)
