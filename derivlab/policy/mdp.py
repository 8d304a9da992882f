"""Small Markov decision processes, written out as tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.reals import floats


@dataclass(frozen=True, eq=False)
class MDP:
    """A finite decision process with episodes of at most `horizon` steps.

    `transition` (S, A, S) holds P(next | state, action), `reward` (S, A, S) or (S, A) what a step pays, `start` (S,) the
    distribution of first states or the only one, `terminal` (S,) where an episode ends on arrival. Errors: `DerivativeError` where
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
        for name in ("transition", "reward", "start"):
            object.__setattr__(self, name, floats(getattr(self, name), name))
        shape = self.transition.shape
        if self.reward.shape == shape[:2] != shape:
            object.__setattr__(self, "reward", np.broadcast_to(self.reward[..., None], shape))
        if self.start.ndim == 0 and self.start in range(*shape[:1] or (0,)):
            object.__setattr__(self, "start", np.eye(shape[0])[int(self.start)])
        ends = np.asarray(self.terminal, dtype=bool)
        object.__setattr__(self, "terminal", ends if ends.size else np.zeros(self.start.shape, dtype=bool))
        if (fault := _fault(self)) is not None:
            raise DerivativeError(fault)
        object.__setattr__(self, "horizon", int(self.horizon))

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

    def preferences(self, theta: Any = None) -> np.ndarray:
        """θ as floats of the shape (S, A), all 0 where none are given; errors: another shape, or not finite."""
        found = np.zeros(self.shape) if theta is None else floats(theta, "theta")
        if found.shape != self.shape:
            raise DerivativeError(wrong_shape(found.shape, self))
        if not np.all(np.isfinite(found)):
            raise DerivativeError("preferences must be finite; where learning made them so, lower its rate.")
        return found

    def with_reward(self, state: int, value: float) -> MDP:
        """The same process, but arriving in `state` pays `value`; errors: there is no such state."""
        if not 0 <= state < self.shape[0]:
            raise DerivativeError(f"there is no state {state}; choose one from 0 to {self.shape[0] - 1}.")
        reward = self.reward.copy()
        reward[:, :, state] = value
        return replace(self, reward=reward)

    def __repr__(self) -> str:
        s, a = self.shape
        return f"MDP({s} states, {a} actions, horizon {self.horizon}, discount {self.discount:g})"


def wrong_shape(shape: tuple[int, ...], mdp: MDP) -> str:
    """What is wrong with preferences of another shape than (S, A)."""
    return f"the preferences have the shape {shape}; give one for each state and action, shape {mdp.shape}."


FAULTS: dict[str, Callable[[MDP], Any]] = {
    "the tables do not fit; give transition and reward the shape (S, A, S), and start and terminal the shape (S,).": lambda m: (
        m.start.ndim != 1
        or m.terminal.shape != m.start.shape
        or m.reward.shape != m.transition.shape
        or m.transition.shape != (len(m.start), *m.transition.shape[1:2], len(m.start))
    ),
    "there is nothing to choose; a process needs a state and an action.": lambda m: not m.transition.size,
    "transition or start holds no probabilities; make each row non-negative with sum 1.": lambda m: (
        np.any(m.transition < 0)
        or np.any(m.start < 0)
        or not np.allclose([*m.transition.sum(axis=2).ravel(), m.start.sum()], 1)
    ),
    "a reward is not finite; give numbers.": lambda m: not np.all(np.isfinite(m.reward)),
    "horizon must be a whole number of at least 1, and discount above 0 and at most 1.": lambda m: (
        not (m.horizon >= 1 and m.horizon % 1 == 0 and 0 < m.discount <= 1)
    ),
}


def _fault(mdp: MDP) -> str | None:
    return next((says for says, wrong in FAULTS.items() if wrong(mdp)), None)


def bandit(rewards: Sequence[float] = (1.0, 1.2, 0.8), noise: float = 1.0) -> MDP:
    """One choice among arms: arm a pays rewards[a] + noise or rewards[a] - noise, each half of the time."""
    pay = floats(rewards, "rewards").ravel()
    arms = len(pay)
    transition, reward = np.zeros((3, arms, 3)), np.zeros((3, arms, 3))
    transition[:, :, 1:] = 0.5
    reward[:, :, 1] = pay + noise
    reward[:, :, 2] = pay - noise
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
    if states < 2 or not 0 <= start < states:
        raise DerivativeError("a chain needs two states or more, and a start among them, counted from 0.")
    transition, reward = np.zeros((states, 2, states)), np.zeros((states, 2, states))
    for s in range(states):
        for way, probability in ((-1, 1 - slip), (1, slip)):
            transition[s, 0, np.clip(s + way, 0, states - 1)] += probability
            transition[s, 1, np.clip(s - way, 0, states - 1)] += probability
    reward[:, :, 0], reward[:, :, -1] = left, right
    return MDP(transition, reward, np.eye(states)[start], horizon, discount, actions=("left", "right"))
