"""Backward induction: the most and the least that any policy can get (Bellman 1957)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derivlab.policy.mdp import MDP


def bounds(mdp: MDP) -> tuple[float, float]:
    """The least and the largest expected return of any policy, even one that looks at the clock."""
    return float(mdp.start @ _backward(mdp, np.min)), float(mdp.start @ _backward(mdp, np.max))


def _backward(mdp: MDP, choose: Callable) -> np.ndarray:
    value = np.zeros(len(mdp.start))
    for _ in range(mdp.horizon):
        value = choose(mdp.mean_reward + mdp.discount * mdp.moves @ value, axis=1)
    return value
