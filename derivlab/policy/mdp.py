"""Small Markov decision processes, written out as tables."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from derivlab.errors import DerivativeError


@dataclass(frozen=True, eq=False)
class MDP:
    """A finite decision process with episodes of at most `horizon` steps.

    `transition` (S, A, S) holds P(next | state, action), `reward` (S, A, S) what a step pays, `start` (S,) the
    distribution of first states, `terminal` (S,) where an episode ends on arrival. Errors: `DerivativeError` where
    these are no probabilities or do not fit each other. Sutton and Barto, Reinforcement Learning (2018), section 3.1.
    """

    transition: np.ndarray
    reward: np.ndarray
    start: np.ndarray
    horizon: int
    discount: float = 1.0
    terminal: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=bool))
    actions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.terminal.size:
            object.__setattr__(self, "terminal", np.zeros(len(self.start), dtype=bool))
        if (fault := _fault(self)) is not None:
            raise DerivativeError(fault)

    @property
    def shape(self) -> tuple[int, int]:
        """(states, actions): the shape of a table of preferences θ."""
        return self.transition.shape[0], self.transition.shape[1]

    @property
    def mean_reward(self) -> np.ndarray:
        """Expected pay of an action in a state, shape (S, A); nothing after the end."""
        return np.sum(self.transition * self.reward, axis=2) * ~self.terminal[:, None]

    @property
    def moves(self) -> np.ndarray:
        """Transition probabilities (S, A, S) with episodes that end leaving the table."""
        return self.transition * ~self.terminal[:, None, None] * ~self.terminal

    def with_reward(self, state: int, value: float) -> MDP:
        """The same process, but arriving in `state` pays `value`."""
        reward = self.reward.copy()
        reward[:, :, state] = value
        return replace(self, reward=reward)

    def __repr__(self) -> str:
        s, a = self.shape
        return f"MDP({s} states, {a} actions, horizon {self.horizon}, discount {self.discount:g})"


def _fault(mdp: MDP) -> str | None:
    s, a = mdp.transition.shape[:2]
    if mdp.transition.shape != (s, a, s) or mdp.reward.shape != (s, a, s) or mdp.start.shape != (s,):
        return (
            "the tables do not fit; give transition and reward the shape (S, A, S) and start the shape (S,)."
        )
    sums = np.concatenate([mdp.transition.sum(axis=2).ravel(), [mdp.start.sum()]])
    if np.any(mdp.transition < 0) or np.any(mdp.start < 0) or not np.allclose(sums, 1):
        return "transition or start holds no probabilities; make each row non-negative with sum 1."
    if mdp.horizon < 1 or not 0 < mdp.discount <= 1:
        return "horizon must be at least 1, and discount above 0 and at most 1."
    return None


def bandit(rewards: tuple[float, ...] = (1.0, 1.2, 0.8), noise: float = 1.0) -> MDP:
    """One choice among arms: arm a pays rewards[a] + noise or rewards[a] - noise, each half of the time."""
    arms = len(rewards)
    transition, reward = np.zeros((3, arms, 3)), np.zeros((3, arms, 3))
    transition[:, :, 1:] = 0.5
    reward[:, :, 1] = np.array(rewards) + noise
    reward[:, :, 2] = np.array(rewards) - noise
    ends = np.array([False, True, True])
    names = tuple(f"arm {k + 1}" for k in range(arms))
    return MDP(transition, reward, np.array([1.0, 0.0, 0.0]), 1, terminal=ends, actions=names)


def chain(
    states: int = 5,
    slip: float = 0.1,
    left: float = 0.1,
    right: float = 1.0,
    start: int = 1,
    horizon: int = 8,
    discount: float = 1.0,
) -> MDP:
    """A corridor: a step goes the other way with probability `slip`; each arrival at an end, by bumping too, pays."""
    transition, reward = np.zeros((states, 2, states)), np.zeros((states, 2, states))
    for s in range(states):
        for way, probability in ((-1, 1 - slip), (1, slip)):
            transition[s, 0, np.clip(s + way, 0, states - 1)] += probability
            transition[s, 1, np.clip(s - way, 0, states - 1)] += probability
    reward[:, :, 0], reward[:, :, -1] = left, right
    return MDP(transition, reward, np.eye(states)[start], horizon, discount, actions=("left", "right"))
