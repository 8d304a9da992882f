"""Episodes: sampled, or all that can happen with their probabilities."""

from __future__ import annotations

from typing import Any, NamedTuple

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
    complete: bool = False  # all that can happen, so that a mean over them is an expectation

    def __repr__(self) -> str:
        count, steps = self.states.shape
        return f"{'all ' if self.complete else ''}{count} episodes of at most {steps} steps"

    def take(self, rows: slice) -> Episodes:
        """Some of them, as likely as each other."""
        states, actions, rewards, live, *_ = self
        even = np.full(len(states[rows]), 1 / len(states[rows]))
        return Episodes(states[rows], actions[rows], rewards[rows], live[rows], even)

    def returns(self, discount: float) -> np.ndarray:
        """The discounted return of each episode, shape (N,)."""
        return self.rewards @ discount ** np.arange(self.rewards.shape[1])


def sample(mdp: MDP, theta: np.ndarray, count: int, rng: np.random.Generator) -> Episodes:
    """`count` episodes of the softmax policy θ, drawn together."""
    return sample_each(mdp, mdp.preferences(theta)[None], count, rng)


def sample_each(
    mdp: MDP, thetas: np.ndarray, count: int, rng: np.random.Generator, alike: int = 1
) -> Episodes:
    """`count` episodes of each of K policies (K, S, A), one policy after the other.

    With `alike` 2, the second half of the policies meets the same random numbers as the first, and so on: most of the
    noise cancels in differences of returns (common random numbers).
    """
    count = whole(count, "there is nothing to learn from no episode; ask for")
    doing, going = np.cumsum(policy(thetas), axis=-1), np.cumsum(mdp.transition, axis=2)
    who, total = np.repeat(np.arange(len(thetas)), count), len(thetas) * count

    def draw(cumulated: np.ndarray) -> np.ndarray:
        """One index a row of cumulated probabilities; rounding below 1 at the end does no harm."""
        dice = np.tile(rng.random(total // alike), alike)
        return np.sum(dice[:, None] > cumulated[:, :-1], axis=1)

    state = draw(np.broadcast_to(np.cumsum(mdp.start), (total, len(mdp.start))))
    live, rows = ~mdp.terminal[state], []
    for _ in range(mdp.horizon):
        action = draw(doing[who, state])
        after = draw(going[state, action])
        rows.append((state, action, mdp.reward[state, action, after] * live, live))
        state, live = after, live & ~mdp.terminal[after]
    states, actions, rewards, alive = (np.stack(part, axis=1) for part in zip(*rows, strict=True))
    return Episodes(states, actions, rewards, alive, np.full(total, 1 / total))


def whole(count: Any, ask: str, least: int = 1) -> int:
    """A number of things as an integer; errors: it is none, or less than `least`."""
    if not (np.ndim(count) == 0 and count >= least and count % 1 == 0):
        raise DerivativeError(f"{ask} a whole number, at least {['none', 'one', 'two'][least]}.")
    return int(count)


def every_episode(mdp: MDP, theta: np.ndarray) -> Episodes:
    """All episodes that can happen, with their probabilities; errors: more than a million of them."""
    both = policy(mdp.preferences(theta))[:, :, None] * mdp.transition
    state, chance = np.flatnonzero(mdp.start), mdp.start[mdp.start > 0]
    live, rows = ~mdp.terminal[state], list[tuple[np.ndarray, ...]]()
    for _ in range(int(mdp.horizon)):
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
    return Episodes(states, actions, rewards, alive, chance, complete=True)
