"""Learning from a batch that is kept although the policy has moved on: the loss falls, and means nothing."""

from __future__ import annotations

from collections.abc import Iterator

from derivlab.policy.estimators import Estimator
from derivlab.policy.exact import expected_return
from derivlab.policy.learning import Slope, Update
from derivlab.policy.mdp import MDP


def keep_batch(
    last: Update, mdp: MDP, estimator: Estimator, rate: float = 0.5, gradient: Slope | None = None
) -> Iterator[Update]:
    """`reinforce` from an update onwards, that one first, with its batch as if it were data, without end."""
    slope, theta, number, loss = gradient or estimator.gradient, last.theta, last.number, last.loss
    while True:
        direction = slope(last.episodes, mdp, theta)
        yield last._replace(
            number=number,
            theta=theta,
            direction=direction,
            expected_return=float(expected_return(theta, mdp)),
            loss=loss,
        )
        theta, number = theta + rate * direction, number + 1
        loss = estimator.loss(last.episodes, mdp, theta)
