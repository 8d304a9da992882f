"""Learning from a batch that is kept although the policy has moved on: the loss falls, and means nothing."""

from __future__ import annotations

from collections.abc import Iterator

from derivlab.policy.estimators import Estimator
from derivlab.policy.learning import Slope, Update, _climb
from derivlab.policy.mdp import MDP


def keep_batch(
    last: Update, mdp: MDP, estimator: Estimator, rate: float = 0.5, gradient: Slope | None = None
) -> Iterator[Update]:
    """`reinforce` from an update onwards, that one first, with its batch as if it were data, without end."""
    slope = gradient or estimator.gradient
    for update in _climb(mdp, last.theta, estimator, rate, False, slope, last.episodes, None):
        yield update._replace(number=last.number + update.number)
