"""REINFORCE as a stream, and the black-box ways beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

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

    `gradient(episodes, mdp, theta)` replaces the estimator's own; `natural` turns it by the Fisher matrix. Without
    `fresh` the first batch is used for ever, as if it were data: the loss falls, and the return need not rise.
    """
    estimator, rng = estimator or Estimator(), np.random.default_rng(seed)
    theta = np.zeros(mdp.shape) if theta is None else np.array(theta, dtype=float)
    slope, number = gradient or estimator.gradient, 0
    episodes = sample(mdp, theta, batch, rng)
    while True:
        direction = slope(episodes, mdp, theta)
        if natural:
            direction = natural_gradient(direction, theta, mdp)
        yield Update(
            number,
            theta,
            episodes,
            direction,
            float(expected_return(theta, mdp)),
            float(episodes.returns(mdp.discount).mean()),
            estimator.loss(episodes, mdp, theta),
        )
        theta, number = theta + rate * direction, number + 1
        episodes = sample(mdp, theta, batch, rng) if fresh else episodes


class BlackBox(NamedTuple):
    """A gradient from returns only, and the episodes that it cost."""

    gradient: np.ndarray
    episodes: int


def _sampled_return(mdp: MDP, theta: np.ndarray, count: int, rng: np.random.Generator) -> float:
    return float(sample(mdp, theta, count, rng).returns(mdp.discount).mean())


def difference_gradient(
    mdp: MDP, theta: np.ndarray, batch: int = 10, h: float = 0.1, seed: int = 0, common: bool = True
) -> BlackBox:
    """(J(θ + h e) - J(θ - h e)) / 2h for each preference, J from `batch` episodes.

    `common` replays the same random numbers on both sides, so that most of the noise cancels.
    """
    found = np.zeros_like(theta, dtype=float)
    for k, place in enumerate(np.ndindex(theta.shape)):
        sides = []
        for side, sign in enumerate((1.0, -1.0)):
            moved = theta.astype(float)
            moved[place] += sign * h
            key = (seed, k) if common else (seed, k, side + 1)
            sides.append(_sampled_return(mdp, moved, batch, np.random.default_rng(key)))
        found[place] = (sides[0] - sides[1]) / (2 * h)
    return BlackBox(found, 2 * theta.size * batch)


def evolution_gradient(
    mdp: MDP, theta: np.ndarray, pairs: int = 10, batch: int = 10, sigma: float = 0.1, seed: int = 0
) -> BlackBox:
    """The mean of (J(θ + σε) - J(θ - σε)) ε / 2σ over normal ε, J from `batch` episodes (Salimans et al. 2017)."""
    rng, found = np.random.default_rng(seed), np.zeros_like(theta, dtype=float)
    for _ in range(pairs):
        e = rng.standard_normal(theta.shape)
        up, down = (_sampled_return(mdp, theta + sign * sigma * e, batch, rng) for sign in (1, -1))
        found += (up - down) / (2 * sigma) * e / pairs
    return BlackBox(found, 2 * pairs * batch)
