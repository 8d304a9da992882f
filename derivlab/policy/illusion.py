"""The surrogate loss beside the return: the loss can fall at every step while the policy gets worse."""

from __future__ import annotations

from itertools import islice
from typing import NamedTuple

import numpy as np

from derivlab.policy.estimators import Estimator
from derivlab.policy.learning import reinforce
from derivlab.policy.mdp import MDP, chain


class Run(NamedTuple):
    """What was printed and what was earned at each step, shape (steps,)."""

    loss: np.ndarray  # minus the surrogate, of the batch at hand
    expected_return: np.ndarray  # J(θ), exact

    @property
    def loss_fell(self) -> float:
        """The share of steps on which the loss fell."""
        return float(np.mean(np.diff(self.loss) < 0))

    def __repr__(self) -> str:
        loss, gain = self.loss, self.expected_return
        return (
            f"loss {loss[0]:.3g} to {loss[-1]:.3g}, falling in {100 * self.loss_fell:.0f} % of the steps; "
            f"return {gain[0]:.3g} to {gain[-1]:.3g}"
        )


class Illusion(NamedTuple):
    """Two runs from the same policy: on one old batch for ever, and with fresh episodes at each step."""

    old: Run
    fresh: Run


def loss_against_return(
    mdp: MDP | None = None,
    estimator: Estimator | None = None,
    theta: np.ndarray | None = None,
    rate: float = 0.3,
    batch: int = 4,
    steps: int = 60,
    seed: int = 7,
) -> Illusion:
    """The surrogate loss and the return of gradient steps on one old batch, and on fresh ones.

    The surrogate has the slope of J at the policy that drew the batch, and nowhere else: minimised like the loss of a
    data set it makes the old actions certain, good or bad. On fresh batches it goes up and down with the rewards and the
    policy's certainty, while the return rises. Where it collapses depends on the batch: run it for many seeds.
    """
    mdp, estimator = mdp or chain(), estimator or Estimator("total")

    def run(fresh: bool) -> Run:
        stream = reinforce(mdp, theta, estimator, rate, batch, seed, fresh=fresh)
        rows = [(update.loss, update.expected_return) for update in islice(stream, steps)]
        return Run(*np.array(rows).T)

    return Illusion(run(fresh=False), run(fresh=True))
