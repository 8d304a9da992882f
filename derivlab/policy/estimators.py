"""The score-function gradient of the return, and what lowers its variance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.policy.episodes import Episodes
from derivlab.policy.exact import entropy, log_policy, values
from derivlab.policy.mdp import MDP
from derivlab.verbs import gradient, jacobian

Weigh = Callable[[Episodes, MDP], np.ndarray]


def discounted(episodes: Episodes, mdp: MDP) -> np.ndarray:
    """γ^t r_t, shape (N, T)."""
    return episodes.rewards * mdp.discount ** np.arange(episodes.rewards.shape[1])


def total_return(episodes: Episodes, mdp: MDP) -> np.ndarray:
    """Each step is credited with the whole return: Σ_k γ^k r_k."""
    return np.broadcast_to(discounted(episodes, mdp).sum(axis=1, keepdims=True), episodes.rewards.shape)


def reward_to_go(episodes: Episodes, mdp: MDP) -> np.ndarray:
    """Each step is credited with what came after it: Σ_{k>=t} γ^k r_k."""
    return np.cumsum(discounted(episodes, mdp)[:, ::-1], axis=1)[:, ::-1]


def no_baseline(episodes: Episodes, mdp: MDP, theta: np.ndarray, returns: np.ndarray) -> np.ndarray:
    """Zero."""
    return np.zeros_like(returns)


def constant(episodes: Episodes, mdp: MDP, theta: np.ndarray, returns: np.ndarray) -> np.ndarray:
    """The mean over the other episodes: one that saw its own episode would bias the gradient."""
    live = episodes.live
    own, count = np.sum(returns * live, axis=1), np.sum(live, axis=1)
    others = _others(own) / np.maximum(_others(count), 1)
    return np.broadcast_to(others[:, None], returns.shape)


def by_state(episodes: Episodes, mdp: MDP, theta: np.ndarray, returns: np.ndarray) -> np.ndarray:
    """The mean over the other episodes' visits to the same state; 0 where there were none."""
    own = np.zeros((len(returns), mdp.shape[0]))
    count = np.zeros_like(own)
    who = np.arange(len(returns))[:, None]
    np.add.at(own, (who, episodes.states), returns * episodes.live)
    np.add.at(count, (who, episodes.states), episodes.live)
    return (_others(own) / np.maximum(_others(count), 1))[who, episodes.states]


def value(episodes: Episodes, mdp: MDP, theta: np.ndarray, returns: np.ndarray) -> np.ndarray:
    """γ^t V_t(s), the exact value of the policy."""
    t = np.arange(returns.shape[1])
    return mdp.discount**t * values(theta, mdp)[t, episodes.states]


def _others(rows: np.ndarray) -> np.ndarray:
    if len(rows) < 2:
        raise DerivativeError("this baseline is learnt from the other episodes; use a batch of two or more.")
    return rows.sum(axis=0) - rows


RETURNS: dict[str, Weigh] = {"total": total_return, "to_go": reward_to_go}
BASELINES: dict[str, Callable] = {
    "none": no_baseline,
    "constant": constant,
    "state": by_state,
    "value": value,
}


def surrogate(theta: Any, episodes: Episodes, weights: np.ndarray) -> Any:
    """Σ_t weights_t ln π(a_t | s_t) for each episode, shape (N,): its slope is the gradient, its value means nothing."""
    return np.sum(weights * log_policy(theta)[episodes.states, episodes.actions], axis=1)


def _mean_surrogate(theta: Any, episodes: Episodes, weights: np.ndarray, bonus: np.ndarray) -> Any:
    return np.sum(episodes.probability * surrogate(theta, episodes, weights)) + entropy(theta, bonus)


@dataclass(frozen=True)
class Estimator:
    """The gradient of J from episodes: Σ_t ∇ln π(a_t | s_t) · (returns - baseline) (Williams 1992).

    `returns`: "total" or "to_go", or a function of (episodes, mdp) that gives (N, T) credits. `baseline`: "none",
    "constant" and "state" (means over the other episodes of the batch), or "value" (exact). `normalise` divides the
    credits of a batch by their spread, which is no longer unbiased; `entropy` β adds β γ^t ∇H(π(· | s_t)).
    """

    returns: str | Weigh = "to_go"
    baseline: str = "none"
    normalise: bool = False
    entropy: float = 0.0

    def weights(self, episodes: Episodes, mdp: MDP, theta: np.ndarray) -> np.ndarray:
        """What multiplies ∇ln π at each step, shape (N, T)."""
        weigh = self.returns if callable(self.returns) else _named(RETURNS, self.returns)
        credit = np.asarray(weigh(episodes, mdp), dtype=float)
        credit = (credit - _named(BASELINES, self.baseline)(episodes, mdp, theta, credit)) * episodes.live
        if not self.normalise:
            return credit
        live = credit[episodes.live]
        return (credit - live.mean()) / (live.std() + 1e-8) * episodes.live

    def gradients(
        self, episodes: Episodes, mdp: MDP, theta: np.ndarray, weights: np.ndarray | None = None
    ) -> np.ndarray:
        """One gradient an episode, shape (N, S, A): forward mode, as there are more episodes than preferences."""
        weights = self.weights(episodes, mdp, theta) if weights is None else weights
        found = jacobian(surrogate, theta, "forward", (episodes, weights))
        return found + self._bonus(episodes, mdp, theta) if self.entropy else found

    def gradient(
        self, episodes: Episodes, mdp: MDP, theta: np.ndarray, method: Any = "reverse"
    ) -> np.ndarray:
        """The batch's gradient, shape (S, A), by any of derivlab's methods."""
        weights, seen = self.weights(episodes, mdp, theta), self._seen(episodes, mdp)
        return gradient(_mean_surrogate, theta, method, (episodes, weights, episodes.probability @ seen))

    def loss(self, episodes: Episodes, mdp: MDP, theta: np.ndarray) -> float:
        """The "loss" that a framework would print: minus the surrogate. It says nothing about the policy."""
        rows = surrogate(theta, episodes, self.weights(episodes, mdp, theta))
        return float(-np.sum(episodes.probability * rows))

    def _seen(self, episodes: Episodes, mdp: MDP) -> np.ndarray:
        """β γ^t summed over each episode's visits, shape (N, S)."""
        table = np.zeros((len(episodes.states), mdp.shape[0]))
        pay = self.entropy * mdp.discount ** np.arange(episodes.states.shape[1]) * episodes.live
        np.add.at(table, (np.arange(len(table))[:, None], episodes.states), pay)
        return table

    def _bonus(self, episodes: Episodes, mdp: MDP, theta: np.ndarray) -> np.ndarray:
        slope = gradient(entropy, theta, "reverse", (np.ones(mdp.shape[0]),))  # row s depends on θ[s] only
        return self._seen(episodes, mdp)[:, :, None] * slope


def _named(table: dict[str, Callable], name: str) -> Callable:
    if name not in table:
        raise DerivativeError(f"there is no {name!r} here; choose one of {', '.join(table)}.")
    return table[name]
