"""REINFORCE on Gymnasium's own CartPole, many environments at once, so that it learns while you watch."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from scipy.special import expit

from derivlab.descent.optimisers import Adam, Here
from derivlab.errors import DerivativeError
from derivlab.lift.lifted import numbers
from derivlab.verbs import gradient

INPUTS = 4  # cart position (m), its velocity, pole angle (rad), its velocity
_UNSEEN = np.array([np.nan])  # the value of what is climbed, which Adam does not ask for
SOLVED = 475.0  # mean return over 100 episodes: Gymnasium's reward threshold

Slope = Callable[[np.ndarray, "Rollout", np.ndarray], np.ndarray]
Credit = Callable[["Rollout", float], np.ndarray]


class Rollout(NamedTuple):
    """Steps of N episodes side by side: states (T, N, 4), actions and `live` (T, N)."""

    states: np.ndarray
    actions: np.ndarray
    live: np.ndarray

    def __repr__(self) -> str:
        return f"{len(self.returns)} episodes with mean return {self.returns.mean():.4g}"

    @property
    def returns(self) -> np.ndarray:
        """Each episode's return, one for each step it lasted, shape (N,)."""
        return self.live.sum(axis=0).astype(float)


class Batch(NamedTuple):
    """One step of learning: the weights before it, what was seen, and how each step was credited (T, N)."""

    number: int
    weights: np.ndarray
    rollout: Rollout
    advantages: np.ndarray
    steps: int  # of the environments so far
    recent: float  # mean return of the last 100 episodes; nan before there are 100

    def __repr__(self) -> str:
        last = "" if np.isnan(self.recent) else f"; {self.recent:.4g} over the last 100"
        return f"batch {self.number}: {self.rollout}{last}; {self.steps} steps so far"


class Walk(NamedTuple):
    """One episode step by step: states (T, 4), and for each step (T,) the action taken, its chance under the policy, the
    reward still to come, the advantage that it was credited with, and its pull (see `pulls`)."""

    states: np.ndarray
    actions: np.ndarray
    chances: np.ndarray
    togo: np.ndarray
    advantages: np.ndarray
    pulls: np.ndarray


def environment(count: int = 20) -> Any:
    """`count` poles in one vectorised environment; errors: no pole, Gymnasium is not installed."""
    if not (count >= 1 and count % 1 == 0):
        raise DerivativeError("count must be a whole number of poles, at least 1.")
    try:
        import gymnasium
    except ImportError as error:
        raise DerivativeError(
            'CartPole is Gymnasium\'s; install it with pip install "derivlab[lab]".'
        ) from error
    return gymnasium.make_vec("CartPole-v1", num_envs=count, vectorization_mode="vector_entry_point")


def logit(weights: Any, states: np.ndarray) -> Any:
    """ln π(right) - ln π(left) of a network with one hidden layer of tanh, for states (..., 4)."""
    hidden = (weights.size - 1) // (INPUTS + 2)
    into = weights[: INPUTS * hidden].reshape(INPUTS, hidden)
    bias, out = weights[INPUTS * hidden : -1 - hidden], weights[-1 - hidden : -1]
    return np.tanh(states @ into + bias) @ out + weights[-1]


def log_chance(weights: Any, states: np.ndarray, actions: np.ndarray) -> Any:
    """ln π(action | state): -ln(1 + exp(-l)) with the logit l turned towards the action taken."""
    towards = (2.0 * actions - 1.0) * logit(weights, states)
    shift = np.maximum(-numbers(towards).real, 0.0)  # any shift gives the same; this one cannot overflow
    return -shift - np.log(np.exp(-shift) + np.exp(-towards - shift))


def rollout(
    environments: Any, weights: np.ndarray, rng: np.random.Generator, seed: int | None = None
) -> Rollout:
    """One episode in each environment, with actions drawn from the policy."""
    state, _ = environments.reset(seed=seed)
    live, rows = np.ones(len(state), dtype=bool), []
    while live.any():
        chance = expit(logit(weights, state))
        action = (rng.random(len(state)) < chance).astype(np.int64)
        after, _, terminated, truncated, _ = environments.step(action)
        rows.append((state, action, live))
        state, live = after, live & ~(terminated | truncated)
    states, actions, alive = (np.stack(part) for part in zip(*rows, strict=True))
    return Rollout(states.astype(float), actions, alive)


def reward_to_go(seen: Rollout, discount: float = 0.99) -> np.ndarray:
    """What each step and the later ones of its episode pay: Σ_{k>=t} γ^(k-t), shape (T, N); 0 after the end.

    Counted from the step itself, as is customary: without the factor γ^t of the exact gradient of the discounted return,
    the late steps of a long episode count as much as the early ones.
    """
    togo, later = np.zeros(seen.live.shape), np.zeros(seen.live.shape[1])
    for t in reversed(range(len(togo))):
        later = (1.0 + discount * later) * seen.live[t]
        togo[t] = later
    return togo


def advantages(seen: Rollout, discount: float = 0.99) -> np.ndarray:
    """Reward-to-go minus its least-squares fit by state and time, over the spread; shape (T, N)."""
    x, y = _features(seen)[seen.live], reward_to_go(seen, discount)[seen.live]
    fit = x @ np.linalg.solve(x.T @ x + 1e-5 * np.eye(x.shape[1]), x.T @ y)
    found = np.zeros(seen.live.shape)
    found[seen.live] = (y - fit) / (np.std(y - fit) + 1e-8)
    return found


def _features(seen: Rollout) -> np.ndarray:
    t = np.broadcast_to(np.arange(len(seen.live))[:, None, None] / 100, (*seen.live.shape, 1))
    return np.concatenate([seen.states, seen.states**2, t, t**2, t**3, np.ones_like(t)], axis=2)


def surrogate(weights: Any, states: np.ndarray, actions: np.ndarray, credit: np.ndarray) -> Any:
    """The mean of credit · ln π(action | state), whose slope is the policy gradient."""
    return np.sum(credit * log_chance(weights, states, actions)) / len(credit)


def policy_gradient(
    weights: np.ndarray, seen: Rollout, credit: np.ndarray, method: Any = "reverse"
) -> np.ndarray:
    """The gradient of `surrogate` by any of derivlab's methods, shape of the weights."""
    taken = seen.live
    return gradient(surrogate, weights, method, (seen.states[taken], seen.actions[taken], credit[taken]))


def pulls(weights: np.ndarray, seen: Rollout, credit: np.ndarray, episode: int = 0) -> np.ndarray:
    """How far each step of an episode pushes the logit of its own action: credit · (1 - π(action | state)), (T,)."""
    taken = seen.live[:, episode]
    states, actions = seen.states[taken, episode], seen.actions[taken, episode]
    return credit[taken, episode] * (1.0 - np.exp(log_chance(weights, states, actions)))


def walk(batch: Batch, episode: int = 0, discount: float = 0.99) -> Walk:
    """One of a batch's episodes, to be stepped through; errors: there is no such episode."""
    seen = batch.rollout
    if not 0 <= episode < seen.live.shape[1]:
        raise DerivativeError(f"there is no episode {episode}; the batch has 0 to {seen.live.shape[1] - 1}.")
    taken = seen.live[:, episode]
    states, actions = seen.states[taken, episode], seen.actions[taken, episode]
    return Walk(
        states,
        actions,
        np.exp(log_chance(batch.weights, states, actions)),
        reward_to_go(seen, discount)[taken, episode],
        batch.advantages[taken, episode],
        pulls(batch.weights, seen, batch.advantages, episode),
    )


def learn(
    seed: int = 0,
    count: int = 20,
    hidden: int = 16,
    rate: float = 0.05,
    discount: float = 0.99,
    slope: Slope = policy_gradient,
    credit: Credit = advantages,
) -> Iterator[Batch]:
    """REINFORCE with a least-squares state baseline and Adam, a batch of `count` episodes at a time, without end.

    `slope(weights, rollout, advantages)` may be any gradient, and `credit(rollout, discount)` (T, N) any advantages;
    `solve` stops when the pole stays up.
    """
    if not (hidden >= 1 and hidden % 1 == 0):
        raise DerivativeError("hidden must be a whole number of units, at least 1.")
    if not (np.isfinite(rate) and 0 < discount <= 1):
        raise DerivativeError("rate must be a number, and discount above 0 and at most 1.")
    return _learn(environment(count), seed, Adam(rate), hidden, discount, slope, credit)


def _learn(
    environments: Any, seed: int, optimiser: Adam, hidden: int, discount: float, slope: Slope, credit: Credit
) -> Iterator[Batch]:
    rng = np.random.default_rng(seed)
    weights = 0.3 * rng.standard_normal(hidden * (INPUTS + 2) + 1)
    steps, past, state = 0, list[float](), optimiser.init(weights[:, None])
    with contextlib.closing(environments):
        for number in itertools.count():
            seen = rollout(environments, weights, rng, seed if number == 0 else None)
            worth = _checked(credit(seen, discount), seen)
            steps, past = steps + int(seen.live.sum()), [*past, *seen.returns][-100:]
            recent = float(np.mean(past)) if len(past) == 100 else np.nan
            yield Batch(number, weights, seen, worth, steps, recent)
            downhill = -slope(weights, seen, worth)[:, None]  # optimisers descend
            step, state = optimiser.update(state, Here(number, weights[:, None], _UNSEEN, downhill), None)
            weights = weights + step.move[:, 0]


def _checked(credit: Any, seen: Rollout) -> np.ndarray:
    found = np.asarray(credit, dtype=float)
    if found.shape != seen.live.shape or not np.all(np.isfinite(found)):
        raise DerivativeError(f"credit must give a finite number for each step, shape {seen.live.shape}.")
    return found


def solve(seed: int = 0, most: int = 200, **settings: Any) -> Iterator[Batch]:
    """`learn` until 100 episodes last 475 steps on average, or for `most` batches."""
    for batch in learn(seed, **settings):
        yield batch
        if batch.recent >= SOLVED or batch.number + 1 >= most:
            return
