"""What sampled gradients are measured against: the expected return and its gradient, without sampling."""

from __future__ import annotations

from typing import Any

import numpy as np

from derivlab.policy.mdp import MDP
from derivlab.verbs import gradient


def log_policy(theta: Any) -> Any:
    """ln π(a | s) of the softmax policy with preferences θ, shape (S, A)."""
    z = theta - np.mean(theta, axis=1, keepdims=True)
    return z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))


def policy(theta: Any) -> Any:
    """π(a | s) = exp θ[s, a] / Σ exp θ[s, ·], shape (S, A)."""
    return np.exp(log_policy(theta))


def expected_return(theta: Any, mdp: MDP) -> Any:
    """J(θ) = Σ_t γ^t d_t · r with d_{t+1} = d_t P_π: a plain NumPy function of the preferences θ (S, A)."""
    pi = policy(theta)
    moves = np.sum(pi[:, :, None] * mdp.moves, axis=1)
    pay = np.sum(pi * mdp.mean_reward, axis=1)
    here, total = mdp.start, 0.0
    for t in range(mdp.horizon):
        total = total + mdp.discount**t * np.sum(here * pay)
        here = here @ moves
    return total


def visits(theta: np.ndarray, mdp: MDP) -> np.ndarray:
    """d_t(s), the probability of acting in state s at step t, shape (horizon, S)."""
    moves = np.einsum("sa,sax->sx", policy(theta), mdp.moves)
    rows = [mdp.start * ~mdp.terminal]
    for _ in range(mdp.horizon - 1):
        rows.append(rows[-1] @ moves)
    return np.array(rows)


def values(theta: np.ndarray, mdp: MDP) -> np.ndarray:
    """V_t(s), the discounted pay still expected at step t in state s, shape (horizon + 1, S)."""
    pi = policy(theta)
    table = np.zeros((mdp.horizon + 1, len(mdp.start)))
    for t in reversed(range(mdp.horizon)):
        ahead = mdp.mean_reward + mdp.discount * mdp.moves @ table[t + 1]
        table[t] = np.sum(pi * ahead, axis=1)
    return table


def entropy(theta: Any, weights: np.ndarray) -> Any:
    """Σ_s weights[s] · H(π(· | s)) in nats."""
    logs = log_policy(theta)
    return -np.sum(weights[:, None] * np.exp(logs) * logs)


def _with_bonus(theta: Any, mdp: MDP, weights: np.ndarray) -> Any:
    return expected_return(theta, mdp) + entropy(theta, weights)


def exact_gradient(theta: np.ndarray, mdp: MDP, bonus: float = 0.0, method: Any = "reverse") -> np.ndarray:
    """∇J(θ), shape (S, A), by differentiating through the transition matrix with any of derivlab's methods.

    `bonus` β adds β Σ_t γ^t Σ_s d_t(s) ∇H(π(· | s)) with the visits d_t held fixed, as entropy bonuses do.
    """
    if not bonus:
        return gradient(expected_return, theta, method, (mdp,))
    weights = bonus * mdp.discount ** np.arange(mdp.horizon) @ visits(theta, mdp)
    return gradient(_with_bonus, theta, method, (mdp, weights))


def fisher(theta: np.ndarray, mdp: MDP) -> np.ndarray:
    """The Fisher matrix of the policy, shape (S·A, S·A): Σ_s Σ_t γ^t d_t(s) (diag π_s - π_s π_sᵀ)."""
    pi = policy(theta)
    states, actions = pi.shape
    weights = mdp.discount ** np.arange(mdp.horizon) @ visits(theta, mdp)
    table = np.zeros((states, actions, states, actions))
    for s in range(states):
        table[s, :, s] = weights[s] * (np.diag(pi[s]) - np.outer(pi[s], pi[s]))
    return table.reshape(pi.size, pi.size)


def natural_gradient(slope: np.ndarray, theta: np.ndarray, mdp: MDP) -> np.ndarray:
    """The least F⁺g: the steepest direction where distance is how much the policy changes (Kakade 2001).

    Directions in which the policy hardly changes (below 1e-3 of the largest curvature) are left alone.
    """
    return (np.linalg.pinv(fisher(theta, mdp), rcond=1e-3, hermitian=True) @ slope.ravel()).reshape(
        slope.shape
    )
