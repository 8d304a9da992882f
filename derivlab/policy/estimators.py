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
Baseline = Callable[[Episodes, MDP, np.ndarray, np.ndarray], np.ndarray]


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
    others = _others(episodes, np.sum(returns * live, axis=1), np.sum(live, axis=1))
    return np.broadcast_to(others[:, None], returns.shape)


def by_state(episodes: Episodes, mdp: MDP, theta: np.ndarray, returns: np.ndarray) -> np.ndarray:
    """The mean over the other episodes' visits to the same state; 0 where there were none."""
    own = np.zeros((len(returns), mdp.shape[0]))
    count = np.zeros_like(own)
    who = np.arange(len(returns))[:, None]
    np.add.at(own, (who, episodes.states), returns * episodes.live)
    np.add.at(count, (who, episodes.states), episodes.live)
    return _others(episodes, own, count)[who, episodes.states]


def value(episodes: Episodes, mdp: MDP, theta: np.ndarray, returns: np.ndarray) -> np.ndarray:
    """γ^t V_t(s), the exact value of the policy."""
    t = np.arange(returns.shape[1])
    return mdp.discount**t * values(theta, mdp)[t, episodes.states]


def _others(episodes: Episodes, own: np.ndarray, count: np.ndarray) -> np.ndarray:
    """The mean of what the other episodes have, or the expectation where all that can happen are at hand."""
    if len(own) < 2:
        raise DerivativeError("this baseline is learnt from the other episodes; use a batch of two or more.")
    if episodes.complete:
        whole, visits = episodes.probability @ own, episodes.probability @ count
        return np.broadcast_to(whole / np.where(visits > 0, visits, 1), own.shape)
    return (own.sum(axis=0) - own) / np.maximum(count.sum(axis=0) - count, 1)


RETURNS: dict[str, Weigh] = {"total": total_return, "to_go": reward_to_go}
BASELINES: dict[str, Baseline] = {
    "none": no_baseline,
    "constant": constant,
    "state": by_state,
    "value": value,
}


SYNONYMS = {
    "total_return": "total",
    "reward_to_go": "to_go",
    "mean": "constant",
    "state_dependent": "state",
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
    "constant" and "state" (means over the other episodes of the batch), "value" (exact), a number, or a function of
    (episodes, mdp, theta, credits) that gives (N, T). `normalise` divides the credits of a batch by their spread, which
    is no longer unbiased; `entropy` β adds β γ^t ∇H(π(· | s_t)).
    """

    returns: str | Weigh = "to_go"
    baseline: str | float | Baseline | None = "none"
    normalise: bool = False
    entropy: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "returns", _known(RETURNS, self.returns))
        baseline = "none" if self.baseline is None else self.baseline
        if isinstance(baseline, str) or callable(baseline):
            object.__setattr__(self, "baseline", _known(BASELINES, baseline))
        elif not np.isfinite(baseline):
            raise DerivativeError("a baseline must be a name, a finite number or a function.")
        if not np.isfinite(self.entropy):
            raise DerivativeError("entropy must be a number.")

    def weights(self, episodes: Episodes, mdp: MDP, theta: np.ndarray) -> np.ndarray:
        """What multiplies ∇ln π at each step, shape (N, T)."""
        credit = _each(_named(RETURNS, self.returns)(episodes, mdp), episodes)
        credit = (credit - _each(self._baseline(episodes, mdp, theta, credit), episodes)) * episodes.live
        return _normal(credit, episodes) if self.normalise else credit

    def _baseline(self, episodes: Episodes, mdp: MDP, theta: np.ndarray, credit: np.ndarray) -> Any:
        if isinstance(self.baseline, str) or callable(self.baseline):
            return _named(BASELINES, self.baseline)(episodes, mdp, theta, credit)
        return self.baseline

    def gradients(
        self, episodes: Episodes, mdp: MDP, theta: np.ndarray, weights: np.ndarray | None = None
    ) -> np.ndarray:
        """One gradient an episode, shape (N, S, A): what each choice was credited with, times the slope of its ln π."""
        weights = self.weights(episodes, mdp, theta) if weights is None else weights
        scores = jacobian(log_policy, theta, "forward")  # (S, A, S, A)
        found = np.tensordot(_by_choice(episodes, mdp, weights), scores, 2)
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
        pay = self.entropy * mdp.discount ** np.arange(episodes.states.shape[1]) * episodes.live
        return _by_choice(episodes, mdp, pay).sum(axis=2)

    def _bonus(self, episodes: Episodes, mdp: MDP, theta: np.ndarray) -> np.ndarray:
        slope = gradient(entropy, theta, "reverse", (np.ones(mdp.shape[0]),))  # row s depends on θ[s] only
        return self._seen(episodes, mdp)[:, :, None] * slope


def _each(credits: Any, episodes: Episodes) -> np.ndarray:
    """One number for each step, (N, T)."""
    try:
        return np.broadcast_to(np.asarray(credits, dtype=float), episodes.live.shape)
    except ValueError:
        raise DerivativeError(
            f"credits and baselines need the shape {episodes.live.shape}, one number for each step; "
            f"this one has {np.shape(credits)}."
        ) from None


def _by_choice(episodes: Episodes, mdp: MDP, weights: np.ndarray) -> np.ndarray:
    """The weights of each episode summed by state and action, shape (N, S, A)."""
    count, (states, actions) = len(weights), mdp.shape
    place = (np.arange(count)[:, None] * states + episodes.states) * actions + episodes.actions
    return np.bincount(place.ravel(), weights.ravel(), count * states * actions).reshape(
        count, states, actions
    )


def _normal(credit: np.ndarray, episodes: Episodes) -> np.ndarray:
    """Mean 0 and spread 1 over the steps that were taken."""
    chance = episodes.live * episodes.probability[:, None]
    mean = np.average(credit, weights=chance)
    return (
        (credit - mean) / (np.sqrt(np.average((credit - mean) ** 2, weights=chance)) + 1e-8) * episodes.live
    )


def _known(table: dict[str, Any], name: Any) -> Any:
    """The name in a table of one spelled otherwise, or a function as it is; errors: an unknown name."""
    if callable(name):
        return name
    spelled = str(name).lower().replace(" ", "_").replace("-", "_")
    if (found := SYNONYMS.get(spelled, spelled)) not in table:
        raise DerivativeError(f"there is no {name!r} here; choose one of {', '.join(table)}.")
    return found


def _named(table: dict[str, Callable], name: str | Callable) -> Callable:
    return name if callable(name) else table[_known(table, name)]
