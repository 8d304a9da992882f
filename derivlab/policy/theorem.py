"""The policy-gradient theorem: ∇J without differentiating, some times faster than the exact gradient that it equals."""

from __future__ import annotations

import numpy as np

from derivlab.policy.exact import log_policy, policy, visits
from derivlab.policy.mdp import MDP


def theorem_gradient(theta: np.ndarray, mdp: MDP, bonus: float = 0.0) -> np.ndarray:
    """∇J = Σ_t γ^t Σ_s d_t(s) π(a | s) (Q_t(s, a) - V_t(s)), shape (S, A) (Sutton et al. 2000).

    `bonus` is that of `exact_gradient`.
    """
    weights = mdp.discount ** np.arange(mdp.horizon)[:, None] * visits(theta, mdp)
    found = policy(theta) * np.einsum("ts,tsa->sa", weights, _advantages(theta, mdp))
    return found + bonus * weights.sum(axis=0)[:, None] * entropy_slopes(theta)


def entropy_slopes(theta: np.ndarray) -> np.ndarray:
    """∂H/∂θ[s, a] = -π(a | s) (ln π(a | s) + H(π(· | s))), shape (S, A)."""
    logs = log_policy(theta)
    chances = np.exp(logs)
    return -chances * (logs - np.sum(chances * logs, axis=1, keepdims=True))


def _advantages(theta: np.ndarray, mdp: MDP) -> np.ndarray:
    """Q_t - V_t by one sweep backwards, shape (horizon, S, A)."""
    pi, pay, moves = policy(theta), mdp.mean_reward, mdp.discount * mdp.moves
    after, table = np.zeros(mdp.shape[0]), np.empty((mdp.horizon, *mdp.shape))
    for t in reversed(range(mdp.horizon)):
        worth = pay + moves @ after
        after = np.sum(pi * worth, axis=1)
        table[t] = worth - after[:, None]
    return table
