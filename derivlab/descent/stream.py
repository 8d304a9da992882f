"""A descent as a stream of steps: evaluate, stop or go on, update."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from derivlab.descent.checks import number, usable
from derivlab.descent.optimisers import Here, Move, Optimiser
from derivlab.descent.problem import Problem
from derivlab.errors import DerivativeError

FAR = 1e6  # times the size of the start: no minimum that was meant lies there
HIGH = 1e12


class Step(NamedTuple):
    """Where a descent is and what it does next: x ← x + move.

    x, gradient, direction, scale and move have the shape of the start, (B, ...) for a batch, as value, evaluations and
    outcome are numbers or of shape (B,). `direction` is what the gradient became, `scale` what it is taken with: where
    no weight decay is added, move = -scale · direction. `outcome` is empty while a run goes on; then move is zero.
    `evaluations` counts gradients so far, and values of f beyond those that came with them.
    """

    number: int
    x: Any
    value: Any
    gradient: Any
    direction: Any
    scale: Any
    move: Any
    evaluations: Any
    outcome: Any
    why: Any


@dataclass(frozen=True)
class Rules:
    """When a descent ends, and the noise that its gradients get."""

    limit: int | None
    budget: float
    noise: float
    seed: int
    tolerance: float


def copies_of(optimiser: Any) -> int:
    """How many rates an optimiser holds, 0 for one number or a schedule; errors: a rate that is no number."""
    rate = getattr(optimiser, "rate", 0.0)
    if callable(rate):
        return 0
    try:
        rates = np.asarray(rate, dtype=float)
    except (TypeError, ValueError):
        rates = np.array(np.nan)
    if rates.ndim > 1 or not rates.size or not np.all(np.isfinite(rates)):
        raise DerivativeError(
            f"rate={rate!r} is no finite number; give one such as 0.1, a list, or a schedule."
        )
    return rates.size if rates.ndim else 0


def steps(
    f: Callable,
    start: Any,
    optimiser: Optimiser | None = None,
    *,
    limit: int | None = None,
    budget: float = np.inf,
    gradient: Any = "reverse",
    noise: float = 0.0,
    seed: int = 0,
    tolerance: float = 1e-8,
    batch: bool | None = None,
    args: tuple = (),
) -> Iterator[Step]:
    """Descend f from start, a step at a time, until every run has an outcome; without limits there may be no end.

    The arguments are those of `descend`; `limit` is the number of steps. Errors: `DerivativeError`.
    """
    given = {"budget": budget, "steps": 0 if limit is None else limit, "noise": noise, "tolerance": tolerance}
    for name, value in given.items():
        number(name, value)
    rules = Rules(limit, budget, noise, seed, tolerance)
    optimiser = usable(optimiser)
    problem = Problem(f, start, gradient, batch, args, copies_of(optimiser))
    if not (optimiser.single and problem.batch):
        return iter(_Run(problem, optimiser, rules))
    alone = [Problem(f, problem.one(k), gradient, False, args) for k in range(problem.size)]
    return _merged(
        [iter(_Run(p, _alone(optimiser, k), replace(rules, seed=seed + k))) for k, p in enumerate(alone)]
    )


def _alone(optimiser: Any, k: int) -> Any:
    """The optimiser of run k: with its own rate where there is one for each."""
    return (
        replace(optimiser, rate=float(np.asarray(optimiser.rate)[k])) if copies_of(optimiser) else optimiser
    )


def length(columns: np.ndarray) -> np.ndarray:
    """The norm of each column (n, B)."""
    return np.sqrt(np.einsum("nb,nb->b", columns, columns))


class _Run:
    """The runs of one problem side by side, each frozen when it has its outcome."""

    def __init__(self, problem: Problem, optimiser: Any, rules: Rules):
        self.problem, self.optimiser, self.rules = problem, optimiser, rules
        self.rng = np.random.default_rng(rules.seed)
        self.x = problem.x
        self.running = np.ones(problem.size, dtype=bool)
        self.outcome = np.full(problem.size, "", dtype=object)
        self.why = np.full(problem.size, "", dtype=object)
        self.value, self.gradient = problem.values(self.x), np.zeros_like(self.x)
        self.spent = np.zeros(problem.size, dtype=int)
        self._start_inside()
        self.far = FAR * (1 + length(self.x))
        self.high = HIGH * (1 + np.abs(self.value))

    def _start_inside(self) -> None:
        for k in map(int, np.flatnonzero(~np.isfinite(self.value))):
            failure = self.problem.f.failure
            says = f"fails ({type(failure).__name__}: {failure})" if failure else f"is {self.value[k]}"
            raise DerivativeError(f"f {says} at the start {self.problem.one(k)}; start where f has a value.")

    def __iter__(self) -> Iterator[Step]:
        with np.errstate(all="ignore"):
            state = self.optimiser.init(self.x)
        number, before = 0, self.x
        while True:
            with np.errstate(all="ignore"):
                step, state = self._next(state, before, number)
            yield step
            if not self.running.any():
                return
            before, self.x, number = self.x, self.x + self.change, number + 1

    def _next(self, state: Any, before: np.ndarray, number: int) -> tuple[Step, Any]:
        self._look(before)
        self._judge(number)
        here = Here(number, self.x, self.value, self.gradient)
        if not self.running.any():
            still = np.zeros_like(self.x)
            return self._step(number, Move(still, self.gradient, 0.0)), state
        move, state = self._moved(state, here)
        self._arrive(move.move)
        return self._step(number, move._replace(move=self.change)), state

    def _moved(self, state: Any, here: Here) -> tuple[Move, Any]:
        """The optimiser's move; where it needs a second derivative and there is none, the run ends."""
        try:
            return self.optimiser.update(state, here, self.problem)
        except (DerivativeError, np.linalg.LinAlgError) as error:
            self.why[self.running] = str(error)
            self._end(self.running, "no derivative")
            return Move(np.zeros_like(self.x), self.gradient, 0.0), state

    def _end(self, which: Any, outcome: str) -> None:
        if np.count_nonzero(which):
            self.outcome[which & self.running] = outcome
            self.running &= ~which

    def _look(self, before: np.ndarray) -> None:
        """Value and gradient here; a run that left the domain of f goes back by one step and ends."""
        value = self.problem.values(self.x)
        inside = np.isfinite(value) & np.isfinite(self.x).all(axis=0)
        if inside.all():
            self.value = value
        else:
            self._end(~inside, "not finite")
            self.x, self.value = np.where(inside, self.x, before), np.where(inside, value, self.value)
        if self.running.any():
            self._slopes()
        if self.optimiser.single:
            self.spent[:] = self.problem.gradient_calls + self.problem.value_calls
        else:
            self.spent += self.running

    def _slopes(self) -> None:
        if self.optimiser.single:
            slope, refusals = self._one_slope()
        else:
            slope, refusals = self.problem.gradients(self.x, self.running)
        if self.rules.noise:
            slope = slope + self.rules.noise * self.rng.standard_normal(slope.shape)
        good = np.isfinite(slope).all(axis=0)
        for k, why in refusals.items():
            self.why[k] = why
        self.gradient = slope if good.all() else np.where(self.running & good, slope, self.gradient)
        self._end(~good, "no derivative")

    def _one_slope(self) -> tuple[np.ndarray, dict[int, str]]:
        """The gradient of a run that searches along lines: known already, more often than not."""
        slope = self.problem.gradient(self.x)
        self.problem.remember(self.x, float(self.value[0]), slope)
        return slope, self.problem.gradients(self.x, self.running)[1] if np.isnan(slope).any() else {}

    def _judge(self, number: int) -> None:
        self._end((length(self.x) > self.far) | (np.abs(self.value) > self.high), "diverged")
        self._end(length(self.gradient) <= self.rules.tolerance, "converged")
        if self.rules.limit is not None and number >= self.rules.limit:
            self._end(np.ones_like(self.running), "steps")
        self._end(self.spent >= self.rules.budget, "budget")

    def _arrive(self, move: np.ndarray) -> None:
        """Take the move; one that is lost in rounding ends a run, since nothing will change any more."""
        self.change = move if self.running.all() else np.where(self.running, move, 0.0)
        self._end(~np.isfinite(move).all(axis=0), "not finite")
        self._end((self.x + self.change == self.x).all(axis=0), "stalled")
        if not self.running.all():
            self.change = np.where(self.running, self.change, 0.0)

    def _step(self, number: int, move: Move) -> Step:
        problem = self.problem
        scale = np.broadcast_to(move.scale, self.x.shape)
        parts = (self.gradient, move.direction, scale, move.move)
        runs = (self.spent, self.outcome, self.why)
        spent, outcome, why = (a.copy() if problem.batch else a[0] for a in runs)
        value = self.value.copy() if problem.batch else float(self.value[0])
        slope, direction, scale, change = map(problem.public, parts)
        return Step(
            number, problem.public(self.x), value, slope, direction, scale, change, spent, outcome, why
        )


def _merged(streams: list[Iterator[Step]]) -> Iterator[Step]:
    """Runs side by side as one batch; those that have ended stand still."""
    here = [next(stream) for stream in streams]
    while True:
        yield Step(here[0].number, *(np.array(part) for part in list(zip(*here, strict=True))[1:]))
        if all(step.outcome for step in here):
            return
        number = max(step.number for step in here) + 1
        here = [
            step._replace(number=number) if step.outcome else next(stream)
            for step, stream in zip(here, streams, strict=True)
        ]
