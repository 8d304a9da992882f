"""What sampled gradients are measured against: the expected return and its gradient, without sampling."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.linalg import block_diag

from derivlab.errors import DerivativeError
from derivlab.lift.lifted import numbers
from derivlab.policy.mdp import MDP, wrong_shape
from derivlab.verbs import gradient


def log_policy(theta: Any) -> Any:
    """ln π(a | s) of the softmax policy with preferences θ, shape (S, A); several policies are stacked in front."""
    z = theta - np.max(numbers(theta).real, axis=-1, keepdims=True)  # any shift gives the same
    return z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True))


def policy(theta: Any) -> Any:
    """π(a | s) = exp θ[s, a] / Σ exp θ[s, ·], shape (S, A)."""
    return np.exp(log_policy(theta))


def expected_return(theta: Any, mdp: MDP) -> Any:
    """J(θ) = Σ_t γ^t d_t · r with d_{t+1} = d_t P_π: a plain NumPy function of the preferences θ (S, A).

    Preferences (..., S, A) of several policies give as many returns.
    """
    if np.shape(theta)[-2:] != mdp.shape:
        raise DerivativeError(wrong_shape(np.shape(theta), mdp))
    pi = policy(theta)
    moves = np.sum(pi[..., None] * mdp.moves, axis=-2)
    pay = np.sum(pi * mdp.mean_reward, axis=-1)
    here, total = mdp.start, 0.0
    for t in range(mdp.horizon):
        total = total + mdp.discount**t * np.sum(here * pay, axis=-1)
        here = (here[..., None, :] @ moves)[..., 0, :]
    return total


def visits(theta: np.ndarray, mdp: MDP) -> np.ndarray:
    """d_t(s), the probability of acting in state s at step t, shape (horizon, S)."""
    moves = np.einsum("sa,sax->sx", policy(mdp.preferences(theta)), mdp.moves)
    rows = [mdp.start * ~mdp.terminal]
    for _ in range(mdp.horizon - 1):
        rows.append(rows[-1] @ moves)
    return np.array(rows)


def values(theta: np.ndarray, mdp: MDP) -> np.ndarray:
    """V_t(s), the discounted pay still expected at step t in state s, shape (horizon + 1, S)."""
    pi = policy(mdp.preferences(theta))
    table = np.zeros((mdp.horizon + 1, len(mdp.start)))
    for t in reversed(range(mdp.horizon)):
        table[t] = np.sum(pi * _ahead(mdp, table[t + 1]), axis=1)
    return table


def action_values(theta: np.ndarray, mdp: MDP) -> np.ndarray:
    """Q_t(s, a), the same when action a comes first, shape (horizon, S, A)."""
    return np.array([_ahead(mdp, after) for after in values(theta, mdp)[1:]])


def advantages(theta: np.ndarray, mdp: MDP) -> np.ndarray:
    """A_t(s, a) = Q_t(s, a) - V_t(s): how much better an action is than the policy, shape (horizon, S, A)."""
    return action_values(theta, mdp) - values(theta, mdp)[:-1, :, None]


def _ahead(mdp: MDP, after: np.ndarray) -> np.ndarray:
    return mdp.mean_reward + mdp.discount * mdp.moves @ after


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
    theta = mdp.preferences(theta)
    if not bonus:
        return gradient(expected_return, theta, method, (mdp,))
    weights = bonus * mdp.discount ** np.arange(mdp.horizon) @ visits(theta, mdp)
    return gradient(_with_bonus, theta, method, (mdp, weights))


def fisher(theta: np.ndarray, mdp: MDP) -> np.ndarray:
    """The Fisher matrix of the policy, shape (S·A, S·A): Σ_s Σ_t γ^t d_t(s) (diag π_s - π_s π_sᵀ)."""
    return block_diag(*_blocks(mdp.preferences(theta), mdp))


def _blocks(theta: np.ndarray, mdp: MDP) -> np.ndarray:
    """One block a state, (S, A, A): the preferences of different states do not meet."""
    pi = policy(theta)
    weights = mdp.discount ** np.arange(mdp.horizon) @ visits(theta, mdp)
    return weights[:, None, None] * (pi[:, :, None] * np.eye(pi.shape[1]) - pi[:, :, None] * pi[:, None, :])


def natural_gradient(slope: np.ndarray, theta: np.ndarray, mdp: MDP, least: float = 1e-12) -> np.ndarray:
    """F⁺g: the steepest direction where distance is how much the policy changes (Kakade 2002).

    F is exact, not sampled. Directions whose curvature is below `least` times the largest are left alone: a sampled
    slope along them would be blown up.
    """
    curvature, along = np.linalg.eigh(_blocks(mdp.preferences(theta), mdp))
    felt = curvature > least * curvature.max()
    within = np.einsum("sak,sa->sk", along, mdp.preferences(slope))
    return np.einsum("sak,sk->sa", along, within * felt / np.where(felt, curvature, 1.0))
