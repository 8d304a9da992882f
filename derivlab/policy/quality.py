"""How good a sampled gradient is: does it point uphill, how much does it scatter, is it right on average?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from derivlab.policy.episodes import Episodes, every_episode, sample, whole
from derivlab.policy.estimators import Estimator
from derivlab.policy.exact import exact_gradient
from derivlab.policy.mdp import MDP


class Quality(NamedTuple):
    """`uphill`: the chance that one gradient has a positive product with the exact one. `variance`: Σ over entries.

    `z`: the largest deviation of the mean from the exact gradient in standard errors, 0 where nothing is sampled.
    """

    uphill: float
    variance: float
    mean: np.ndarray
    exact: np.ndarray
    z: float
    cloud: np.ndarray  # the gradients themselves, (N, S, A)

    def __repr__(self) -> str:
        return f"uphill {100 * self.uphill:.1f} %, variance {self.variance:.3g}, bias {self.z:.1f} standard errors"


def of_cloud(cloud: np.ndarray, probability: np.ndarray, exact: np.ndarray, sampled: bool) -> Quality:
    """The quality of gradients (N, S, A) that happen with the given probabilities."""
    mean = np.einsum("n,nsa->sa", probability, cloud)
    spread = np.maximum(np.einsum("n,nsa->sa", probability, cloud**2) - mean**2, 0.0)
    uphill = probability @ (np.einsum("nsa,sa->n", cloud, exact) > 1e-12)
    error = np.sqrt(spread / max(len(cloud) - 1, 1))
    off = np.abs(mean - exact) / np.maximum(error, 1e-9) if sampled else np.zeros(1)
    return Quality(float(uphill), float(spread.sum()), mean, exact, float(off.max()), cloud)


def quality(
    mdp: MDP,
    theta: np.ndarray,
    estimator: Estimator,
    batch: int = 1,
    batches: int = 1000,
    seed: int = 0,
) -> Quality:
    """The quality of the gradient of one batch, seen on `batches` batches of `batch` episodes."""
    theta = mdp.preferences(theta)
    batch, batches = whole(batch, "batch must be"), whole(batches, "batches must be", least=2)
    drawn = sample(mdp, theta, batch * batches, np.random.default_rng(seed))
    parts = [drawn.take(slice(k, k + batch)) for k in range(0, batch * batches, batch)]
    weights = np.concatenate([estimator.weights(part, mdp, theta) for part in parts])
    each = estimator.gradients(drawn, mdp, theta, weights)
    cloud = each.reshape(batches, batch, *mdp.shape).mean(axis=1)
    exact = exact_gradient(theta, mdp, estimator.entropy)
    return of_cloud(cloud, np.full(batches, 1 / batches), exact, sampled=True)


def exact_quality(mdp: MDP, theta: np.ndarray, estimator: Estimator) -> Quality:
    """The same for one episode without sampling, from all episodes that can happen."""
    episodes: Episodes = every_episode(mdp, theta)
    cloud = estimator.gradients(episodes, mdp, theta)
    exact = exact_gradient(theta, mdp, estimator.entropy)
    return of_cloud(cloud, episodes.probability, exact, sampled=False)
