"""CartPole to 475 over 100 episodes: derivlab and PyTorch, twenty environments at once, one, and an update an episode.

Every row is the same algorithm on Gymnasium's own CartPole: REINFORCE, 16 tanh units, Adam, credits of reward-to-go. Run
it with a Python that has PyTorch as well; without it those rows are left out, and the output says so. Seconds are those
of the processor, on one thread: what a busy machine does meanwhile is not counted.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import count
from typing import Any, NamedTuple

import gymnasium
import numpy as np
from ratios import Case, table

import derivlab as dl
from derivlab.descent.optimisers import Here
from derivlab.policy import cartpole

HIDDEN, INPUTS = 16, cartpole.INPUTS
MOST = 1_500_000  # steps of the environment, then a row gives up


class NumPy:
    """The policy and its gradient by derivlab; one state or many."""

    def __init__(self, rng: np.random.Generator, rate: float):
        self.weights, self.optimiser, self.number = start(rng), dl.Adam(rate), 0
        self.state = self.optimiser.init(self.weights[:, None])

    def act(self, states: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return rng.random(states.shape[:-1]) < 1 / (1 + np.exp(-cartpole.logit(self.weights, states)))

    def update(self, seen: cartpole.Rollout, credit: np.ndarray) -> None:
        downhill = -cartpole.policy_gradient(self.weights, seen, credit)[:, None]
        here = Here(self.number, self.weights[:, None], np.array([np.nan]), downhill)
        step, self.state = self.optimiser.update(self.state, here, None)
        self.weights, self.number = self.weights + step.move[:, 0], self.number + 1


class PyTorch:
    """The same in PyTorch, by its own autograd and its own Adam."""

    def __init__(self, rng: np.random.Generator, rate: float):
        import torch

        self.torch, parts = torch, np.split(start(rng), np.cumsum([INPUTS * HIDDEN, HIDDEN, HIDDEN]))
        parts[0] = parts[0].reshape(INPUTS, HIDDEN)
        self.weights = [torch.tensor(part, dtype=torch.float32, requires_grad=True) for part in parts]
        self.step = torch.optim.Adam(self.weights, rate)

    def logit(self, states: np.ndarray) -> Any:
        into, bias, out, last = self.weights
        x = self.torch.as_tensor(states, dtype=self.torch.float32)
        return self.torch.tanh(x @ into + bias) @ out + last[0]

    def act(self, states: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        with self.torch.no_grad():
            return rng.random(states.shape[:-1]) < self.torch.sigmoid(self.logit(states)).numpy()

    def update(self, seen: cartpole.Rollout, credit: np.ndarray) -> None:
        towards = self.torch.as_tensor(2.0 * seen.actions[seen.live] - 1.0, dtype=self.torch.float32)
        worth = self.torch.as_tensor(credit[seen.live], dtype=self.torch.float32)
        self.ascend(worth * self.torch.nn.functional.logsigmoid(towards * self.logit(seen.states[seen.live])))

    def ascend(self, worth: Any) -> None:
        self.step.zero_grad()
        (-self.torch.mean(worth)).backward()
        self.step.step()


class Tutorial(PyTorch):
    """As most tutorials write it: a distribution and a piece of the graph for every step of the environment."""

    def __init__(self, rng: np.random.Generator, rate: float):
        super().__init__(rng, rate)
        self.torch.manual_seed(int(rng.integers(2**31)))
        self.logs: list = []

    def act(self, states: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        choice = self.torch.distributions.Bernoulli(logits=self.logit(states))
        action = choice.sample()
        self.logs.append(choice.log_prob(action))
        return np.asarray(action.item())

    def update(self, seen: cartpole.Rollout, credit: np.ndarray) -> None:
        worth = self.torch.as_tensor(credit[:, 0], dtype=self.torch.float32)
        logs, self.logs = self.torch.stack(self.logs), []
        self.ascend(worth * logs)


def start(rng: np.random.Generator) -> np.ndarray:
    return 0.3 * rng.standard_normal(HIDDEN * (INPUTS + 2) + 1)


def at_once(learner: Any, rng: np.random.Generator, seed: int, episodes: int) -> Iterator[cartpole.Rollout]:
    """All episodes side by side in one vectorised environment."""
    environments = cartpole.environment(episodes)
    for number in count():
        state, _ = environments.reset(seed=seed if number == 0 else None)
        live, rows = np.ones(episodes, dtype=bool), []
        while live.any():
            action = learner.act(state, rng).astype(np.int64)
            after, _, terminated, truncated, _ = environments.step(action)
            rows.append((state, action, live))
            state, live = after, live & ~(terminated | truncated)
        states, actions, alive = (np.stack(part) for part in zip(*rows, strict=True))
        yield cartpole.Rollout(states.astype(float), actions, alive)


def one_by_one(
    learner: Any, rng: np.random.Generator, seed: int, episodes: int
) -> Iterator[cartpole.Rollout]:
    """The episodes of a batch one after the other in a single environment."""
    environment = gymnasium.make("CartPole-v1")
    for number in count():
        runs = []
        for episode in range(episodes):
            state, _ = environment.reset(seed=seed if number == episode == 0 else None)
            rows, over = [], False
            while not over:
                action = int(learner.act(state, rng))
                rows.append((state, action))
                state, _, terminated, truncated, _ = environment.step(action)
                over = terminated or truncated
            runs.append(rows)
        yield padded(runs)


def padded(runs: list) -> cartpole.Rollout:
    lengths = np.array([len(rows) for rows in runs])
    states, actions = np.zeros((lengths.max(), len(runs), INPUTS)), np.zeros((lengths.max(), len(runs)), int)
    for k, rows in enumerate(runs):
        states[: len(rows), k] = [state for state, _ in rows]
        actions[: len(rows), k] = [action for _, action in rows]
    return cartpole.Rollout(states, actions, np.arange(lengths.max())[:, None] < lengths)


def standardised(seen: cartpole.Rollout, discount: float = 0.99) -> np.ndarray:
    """What one can do with a single episode: reward-to-go with mean 0 and spread 1."""
    togo = cartpole.reward_to_go(seen, discount)
    return (togo - togo[seen.live].mean()) / (togo[seen.live].std() + 1e-8) * seen.live


class Row(NamedTuple):
    learner: Callable
    collect: Callable
    episodes: int = 20
    rate: float = 0.05
    credit: Callable = cartpole.advantages


class Outcome(NamedTuple):
    seconds: float
    steps: int
    updates: int
    solved: bool


def solve(row: Row, seed: int) -> Outcome:
    begun, rng = time.process_time(), np.random.default_rng(seed)
    learner, past, steps = row.learner(rng, row.rate), list[float](), 0
    for number, seen in enumerate(row.collect(learner, rng, seed, row.episodes)):
        steps, past = steps + int(seen.live.sum()), [*past, *seen.returns][-100:]
        solved = len(past) == 100 and np.mean(past) >= cartpole.SOLVED
        if solved or steps > MOST:
            return Outcome(time.process_time() - begun, steps, number, bool(solved))
        learner.update(seen, row.credit(seen))
    raise AssertionError


def rows(name: str, learner: Callable) -> dict[str, Row]:
    return {
        f"{name}, 20 environments": Row(learner, at_once),
        f"{name}, one environment": Row(learner, one_by_one),
        f"{name}, per episode": Row(learner, one_by_one, 1, 0.01, standardised),
    }


def races(all_rows: dict[str, Row], seeds: int) -> None:
    """Every row runs once for each seed; the slow ones on the first seed only."""
    outcomes: dict[str, list[Outcome]] = {name: [] for name in all_rows}
    for row in all_rows.values():
        next(row.collect(row.learner(np.random.default_rng(0), 0.1), np.random.default_rng(0), 0, 2))
    for seed in range(seeds):
        for name, row in all_rows.items():
            if seed == 0 or row.collect is at_once:
                outcomes[name].append(solve(row, seed))
    first = statistics.median(o.seconds for o in next(iter(outcomes.values())))
    print(
        f"CartPole to 475 over 100 episodes, medians of {seeds} seeds (of one seed where environments are single)"
    )
    print(f"{'':<36}{'seconds':>9}{'/ first':>9}{'steps':>11}{'updates':>9}{'solved':>8}{'µs a step':>11}")
    for name, found in outcomes.items():
        seconds, steps, updates = (statistics.median(o[k] for o in found) for k in range(3))
        solved = f"{sum(o.solved for o in found)}/{len(found)}"
        print(
            f"{name:<36}{seconds:>9.2f}{seconds / first:>9.1f}{steps:>11,.0f}{updates:>9.0f}{solved:>8}{1e6 * seconds / steps:>11.1f}"
        )


def gradients(with_torch: bool) -> None:
    """One gradient of the surrogate on one batch, by each engine."""
    rng = np.random.default_rng(0)
    learner = NumPy(rng, 0.05)
    seen = next(at_once(learner, rng, 0, 20))
    credit, taken = cartpole.advantages(seen), seen.live
    arguments = (seen.states[taken], seen.actions[taken], credit[taken])
    program = dl.gradient_program(lambda w: cartpole.surrogate(w, *arguments), learner.weights)
    calls = {
        "surrogate": lambda: cartpole.surrogate(learner.weights, *arguments),
        "reverse": lambda: cartpole.policy_gradient(learner.weights, seen, credit),
        "program": lambda: program(learner.weights),
    }
    if with_torch:
        peer = PyTorch(rng, 0.0)
        calls["torch, with its Adam"] = lambda: peer.update(seen, credit)
    table(Case(f"One gradient, {taken.sum()} steps", calls, 200), {"/ surrogate": "surrogate"})


def main() -> None:
    with_torch, seeds = find_spec("torch") is not None, int(sys.argv[1]) if sys.argv[1:] else 5
    if with_torch:
        import torch

        torch.set_num_threads(1)  # the tensors are small: more threads only wait for each other
    else:
        print("PyTorch is not installed: its rows are left out (python -m pip install torch).")
    peers = rows("PyTorch", PyTorch) if with_torch else {}
    peers |= {
        f"{name}, as tutorials": row._replace(learner=Tutorial)
        for name, row in peers.items()
        if row.episodes == 1
    }
    races(rows("derivlab", NumPy) | peers, seeds)
    gradients(with_torch)


if __name__ == "__main__":
    main()
