"""Episodes: sampled, or all that can happen with their probabilities."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.policy.exact import policy
from derivlab.policy.mdp import MDP

MOST = 2**20  # episodes in a complete list: about 200 MB


class Episodes(NamedTuple):
    """N episodes of at most T steps: states, actions, rewards and whether a step was taken, each (N, T)."""

    states: np.ndarray
    actions: np.ndarray
    rewards: np.ndarray
    live: np.ndarray
    probability: np.ndarray  # (N,), sums to 1

    def take(self, rows: slice) -> Episodes:
        """Some of them, as likely as each other."""
        states, actions, rewards, live, _ = self
        even = np.full(len(states[rows]), 1 / len(states[rows]))
        return Episodes(states[rows], actions[rows], rewards[rows], live[rows], even)

    def returns(self, discount: float) -> np.ndarray:
        """The discounted return of each episode, shape (N,)."""
        return self.rewards @ discount ** np.arange(self.rewards.shape[1])


def sample(mdp: MDP, theta: np.ndarray, count: int, rng: np.random.Generator) -> Episodes:
    """`count` episodes of the softmax policy θ, drawn together."""
    if count < 1:
        raise DerivativeError("there is nothing to learn from no episode; ask for at least one.")
    doing, going = np.cumsum(policy(theta), axis=1), np.cumsum(mdp.transition, axis=2)
    state = _draw(np.broadcast_to(np.cumsum(mdp.start), (count, len(mdp.start))), rng)
    live, rows = ~mdp.terminal[state], []
    for _ in range(mdp.horizon):
        action = _draw(doing[state], rng)
        after = _draw(going[state, action], rng)
        rows.append((state, action, mdp.reward[state, action, after] * live, live))
        state, live = after, live & ~mdp.terminal[after]
    states, actions, rewards, alive = (np.stack(part, axis=1) for part in zip(*rows, strict=True))
    return Episodes(states, actions, rewards, alive, np.full(count, 1 / count))


def _draw(cumulated: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One index a row of cumulated probabilities; rounding below 1 at the end does no harm."""
    return np.sum(rng.random((len(cumulated), 1)) > cumulated[:, :-1], axis=1)


def every_episode(mdp: MDP, theta: np.ndarray) -> Episodes:
    """All episodes that can happen, with their probabilities; errors: more than a million of them."""
    both = policy(theta)[:, :, None] * mdp.transition
    state, chance = np.flatnonzero(mdp.start), mdp.start[mdp.start > 0]
    live, rows = ~mdp.terminal[state], list[tuple[np.ndarray, ...]]()
    for _ in range(mdp.horizon):
        # Where an episode has ended, one branch goes on as a place holder.
        split = np.where(live[:, None], both[state].reshape(len(state), -1), np.eye(1, both[0].size))
        who, branch = np.nonzero(split)
        if len(who) > MOST:
            raise DerivativeError(f"more than {MOST} episodes can happen; shorten the horizon or sample.")
        action, after = np.divmod(branch, mdp.shape[0])
        rows = [tuple(part[who] for part in row) for row in rows]
        state, alive = state[who], live[who]
        rows.append((state, action, mdp.reward[state, action, after] * alive, alive))
        chance = chance[who] * split[who, branch]
        state, live = after, alive & ~mdp.terminal[after]
    states, actions, rewards, alive = (np.stack(part, axis=1) for part in zip(*rows, strict=True))
    return Episodes(states, actions, rewards, alive, chance)
