"""REINFORCE as a stream."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import NamedTuple

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.policy.episodes import Episodes, sample
from derivlab.policy.estimators import Estimator
from derivlab.policy.exact import expected_return, natural_gradient
from derivlab.policy.mdp import MDP

Slope = Callable[[Episodes, MDP, np.ndarray], np.ndarray]


class Update(NamedTuple):
    """One step of learning: the preferences before it, the batch seen, and the direction taken."""

    number: int
    theta: np.ndarray
    episodes: Episodes
    direction: np.ndarray
    expected_return: float  # J(θ), exact
    mean_return: float  # of the batch
    loss: float  # minus the surrogate: what a framework would print

    def __repr__(self) -> str:
        return (
            f"update {self.number}: J = {self.expected_return:.4g}; {self.episodes} with mean return "
            f"{self.mean_return:.4g}; loss {self.loss:.4g}"
        )


def ascended(mdp: MDP, theta: np.ndarray, rate: float, direction: np.ndarray) -> np.ndarray:
    """θ one step further; errors: it is no longer finite."""
    with np.errstate(over="ignore", invalid="ignore"):
        return mdp.preferences(theta + rate * direction)


def reinforce(
    mdp: MDP,
    theta: np.ndarray | None = None,
    estimator: Estimator | None = None,
    rate: float = 0.5,
    batch: int = 10,
    seed: int = 0,
    natural: bool = False,
    gradient: Slope | None = None,
    fresh: bool = True,
) -> Iterator[Update]:
    """Gradient ascent on J from sampled episodes, without end (Williams 1992).

    `gradient(episodes, mdp, theta)` replaces the estimator's own; `natural` turns it by the exact Fisher matrix, but for
    directions with less than a thousandth of its largest curvature. Without `fresh` the first batch is used for ever, as
    if it were data: the loss falls, and the return need not rise.
    """
    estimator, theta = estimator or Estimator(), mdp.preferences(theta)
    if not isinstance(estimator, Estimator):
        raise DerivativeError(f"estimator must be an Estimator; write Estimator({estimator!r}).")
    if not np.isfinite(rate):
        raise DerivativeError("rate must be a number.")
    slope, rng = gradient or estimator.gradient, np.random.default_rng(seed)
    seen = sample(mdp, theta, batch, rng)
    return _climb(mdp, theta, estimator, rate, natural, slope, seen, rng if fresh else None)


def _climb(
    mdp: MDP,
    theta: np.ndarray,
    estimator: Estimator,
    rate: float,
    natural: bool,
    slope: Slope,
    seen: Episodes,
    rng: np.random.Generator | None,
) -> Iterator[Update]:
    for number in count():
        direction = slope(seen, mdp, theta)
        if natural:
            direction = natural_gradient(direction, theta, mdp, least=1e-3)
        yield Update(
            number,
            theta,
            seen,
            direction,
            float(expected_return(theta, mdp)),
            float(seen.returns(mdp.discount).mean()),
            estimator.loss(seen, mdp, theta),
        )
        theta = ascended(mdp, theta, rate, direction)
        seen = sample(mdp, theta, len(seen.states), rng) if rng else seen
