"""Policy gradients: small decision processes whose exact gradient is known, and estimators measured against it."""

from derivlab.policy.episodes import Episodes, every_episode, sample
from derivlab.policy.estimators import BASELINES, RETURNS, Estimator, reward_to_go, surrogate, total_return
from derivlab.policy.exact import (
    entropy,
    exact_gradient,
    expected_return,
    fisher,
    log_policy,
    natural_gradient,
    policy,
    values,
    visits,
)
from derivlab.policy.grid import Grid, gridworld
from derivlab.policy.learning import (
    BlackBox,
    Update,
    difference_gradient,
    evolution_gradient,
    reinforce,
)
from derivlab.policy.mdp import MDP, bandit, chain
from derivlab.policy.quality import Quality, exact_quality, quality

__all__ = [
    "BASELINES",
    "MDP",
    "RETURNS",
    "BlackBox",
    "Episodes",
    "Estimator",
    "Grid",
    "Quality",
    "Update",
    "bandit",
    "chain",
    "difference_gradient",
    "entropy",
    "every_episode",
    "evolution_gradient",
    "exact_gradient",
    "exact_quality",
    "expected_return",
    "fisher",
    "gridworld",
    "log_policy",
    "natural_gradient",
    "policy",
    "quality",
    "reinforce",
    "reward_to_go",
    "sample",
    "surrogate",
    "total_return",
    "values",
    "visits",
]
