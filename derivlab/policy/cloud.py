"""All the directions that one step of learning could have taken, and a plane to look at them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.policy.episodes import Episodes, sample
from derivlab.policy.estimators import RETURNS, Estimator, _by_choice, _named
from derivlab.policy.exact import policy
from derivlab.policy.mdp import MDP
from derivlab.policy.quality import of_cloud
from derivlab.policy.theorem import entropy_slopes, theorem_gradient

FLAT = 1e-9  # a gradient shorter than this has no direction


class Cloud(NamedTuple):
    """K sampled gradients around the exact one, seen in a plane.

    `points` (K, 2): along ∇J, and along the first principal direction of what is orthogonal to it, whose share of that
    part's variance is `share`. `length` is |∇J|; `uphill` the part of the points to its right, `error` its standard error.
    """

    points: np.ndarray
    length: float
    uphill: float
    error: float
    variance: float
    share: float

    @property
    def flat(self) -> bool:
        """Whether there is no way up, as ∇J is zero."""
        return self.length < FLAT


def scores(episodes: Episodes, mdp: MDP, theta: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Σ_t w_t ∇ln π(a_t | s_t) of each episode, shape (N, S, A): W[s, a] - π(a | s) Σ_b W[s, b] for a softmax policy."""
    table = _by_choice(episodes, mdp, weights)
    return table - policy(theta) * table.sum(axis=2, keepdims=True)


def score_gradient(estimator: Estimator, episodes: Episodes, mdp: MDP, theta: np.ndarray) -> np.ndarray:
    """`Estimator.gradient` of one batch in closed form, shape (S, A)."""
    found = scores(episodes, mdp, theta, estimator.weights(episodes, mdp, theta))
    return (found + _bonus(estimator, episodes, mdp, theta)).mean(axis=0)


def batch_gradients(
    mdp: MDP, theta: np.ndarray, estimator: Estimator, batch: int, batches: int, seed: Any = 0
) -> np.ndarray:
    """The gradients of `batches` batches of `batch` episodes each, drawn together, shape (batches, S, A)."""
    episodes = sample(mdp, theta, batch * batches, np.random.default_rng(seed))
    each = scores(episodes, mdp, theta, batch_weights(estimator, episodes, mdp, theta, batch))
    each = each + _bonus(estimator, episodes, mdp, theta)
    return each.reshape(batches, batch, *mdp.shape).mean(axis=1)


def _bonus(estimator: Estimator, episodes: Episodes, mdp: MDP, theta: np.ndarray) -> Any:
    """Each episode's part of the entropy bonus."""
    if not estimator.entropy:
        return 0.0
    return estimator._seen(episodes, mdp)[:, :, None] * entropy_slopes(theta)


def batch_weights(
    estimator: Estimator, episodes: Episodes, mdp: MDP, theta: np.ndarray, batch: int
) -> np.ndarray:
    """`Estimator.weights` with every `batch` rows a batch of their own, shape (N, T)."""
    credit = np.asarray(_named(RETURNS, estimator.returns)(episodes, mdp), dtype=float)
    if estimator.baseline in ("constant", "state"):
        places = episodes.states if estimator.baseline == "state" else np.zeros_like(episodes.states)
        base = _of_others(credit, episodes.live, places, batch)
    else:
        base = estimator._baseline(episodes, mdp, theta, credit)
    credit = (credit - base) * episodes.live
    return _normalised(credit, episodes.live, batch) if estimator.normalise else credit


def _of_others(credit: np.ndarray, live: np.ndarray, places: np.ndarray, batch: int) -> np.ndarray:
    """The mean credit that the other episodes of the batch got in the same place; 0 where there were none."""
    if batch < 2:
        raise DerivativeError("this baseline is learnt from the other episodes; use a batch of two or more.")
    count, wide = len(credit), int(places.max()) + 1
    cell = (np.arange(count)[:, None] * wide + places).ravel()
    sums, visits = (
        _without_own(np.bincount(cell, part.ravel(), count * wide).reshape(-1, batch, wide))
        for part in (credit * live, live.astype(float))
    )
    return (sums / np.maximum(visits, 1)).ravel()[cell].reshape(credit.shape)


def _without_own(table: np.ndarray) -> np.ndarray:
    return table.sum(axis=1, keepdims=True) - table


def _normalised(credit: np.ndarray, live: np.ndarray, batch: int) -> np.ndarray:
    """Credits of each batch with mean 0 and spread 1."""
    shape, steps = (-1, batch * credit.shape[1]), live.reshape(-1, batch * live.shape[1])
    rows, count = credit.reshape(shape), steps.sum(axis=1, keepdims=True)
    off = (rows - rows.sum(axis=1, keepdims=True) / count) * steps
    spread = np.sqrt(np.sum(off**2, axis=1, keepdims=True) / count)
    return (off / (spread + 1e-8)).reshape(credit.shape)


def cloud(
    mdp: MDP, theta: np.ndarray, estimator: Estimator, batch: int = 1, batches: int = 1000, seed: Any = 0
) -> Cloud:
    """The gradients of `batches` batches around ∇J; errors: `DerivativeError` for a baseline that a batch of one has not."""
    exact = theorem_gradient(theta, mdp, estimator.entropy)
    found = batch_gradients(mdp, theta, estimator, batch, batches, seed)
    told = of_cloud(found, np.full(batches, 1 / batches), exact, sampled=True)
    points, share = plane(found.reshape(batches, -1), exact.ravel())
    error = float(np.sqrt(told.uphill * (1 - told.uphill) / batches))
    return Cloud(points, float(np.linalg.norm(exact)), told.uphill, error, told.variance, share)


def plane(vectors: np.ndarray, direction: np.ndarray) -> tuple[np.ndarray, float]:
    """Vectors (K, n) in the plane of a direction and their first principal direction orthogonal to it, and that one's share."""
    length = np.linalg.norm(direction)
    along = direction / length if length >= FLAT else _leading(vectors)[0]
    x = vectors @ along
    rest = vectors - x[:, None] * along
    across, share = _leading(rest)
    return np.stack([x, rest @ across], axis=1), share


def _leading(vectors: np.ndarray) -> tuple[np.ndarray, float]:
    """The first principal direction, its largest entry positive, and its share of the variance."""
    off = vectors - vectors.mean(axis=0)
    sizes, ways = np.linalg.eigh(off.T @ off)
    way = ways[:, -1]
    return way * np.sign(way[np.argmax(np.abs(way))]), float(sizes[-1] / max(sizes.sum(), 1e-300))
