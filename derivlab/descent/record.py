"""`descend` and what it returns: the path, the values on it, what it cost, and how it ended, in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from derivlab.comparison import name_of
from derivlab.descent.optimisers import GradientDescent, Optimiser
from derivlab.descent.stream import Step
from derivlab.descent.stream import steps as stream

SAYS = {
    "converged": "converged at step {k}: the gradient's norm is {norm:.2g}",
    "diverged": "diverged by step {k}: f = {value:.3g} at |x| = {size:.3g}; lower the rate",
    "fell": "diverged by step {k}: f = {value:.3g} at |x| = {size:.3g} and falls on; no minimum lies that way",
    "diverging": "diverges slowly: f = {value:.3g} after {k} steps, and growing; lower the rate",
    "not finite": "left the domain of f after step {k}; lower the rate or start elsewhere",
    "no derivative": "stopped at step {k}: {why}",
    "stalled": "stalled at step {k}: no move changes x any more, the gradient's norm is {norm:.2g}",
    "steps": "took all {k} steps: f = {value:.6g}, the gradient's norm is {norm:.2g}",
    "budget": "used up its evaluations after {k} steps: f = {value:.6g}, the gradient's norm is {norm:.2g}",
}


@dataclass(frozen=True, repr=False)
class Descent:
    """A descent of T moves from start to end.

    `path` has the shape (T+1, *start.shape), `values`, `gradient_norms` and `evaluations` (T+1,) or, for B runs,
    (T+1, B); `outcome` is one of converged, diverged, diverging, not finite, no derivative, stalled, steps, budget, for
    a batch an array of them. `steps` holds the parts of every move.
    """

    f: Callable
    optimiser: Optimiser
    steps: tuple[Step, ...]
    name: str
    batch: bool

    @property
    def path(self) -> np.ndarray:
        return np.array([step.x for step in self.steps])

    @property
    def values(self) -> np.ndarray:
        return np.array([step.value for step in self.steps])

    @property
    def gradients(self) -> np.ndarray:
        return np.array([step.gradient for step in self.steps])

    @property
    def evaluations(self) -> np.ndarray:
        return np.array([step.evaluations for step in self.steps])

    @property
    def gradient_norms(self) -> np.ndarray:
        return np.linalg.norm(self._flat(self.gradients), axis=-1)

    @property
    def x(self) -> Any:
        """Where it ended."""
        return self.steps[-1].x

    @property
    def value(self) -> Any:
        """f where it ended."""
        return self.steps[-1].value

    @property
    def outcome(self) -> Any:
        """How it ended, in a word."""
        said = np.array([self._outcome(k) for k in range(self.runs)], dtype=object)
        return said if self.batch else str(said[0])

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return len(self.steps[0].value) if self.batch else 1

    @property
    def turns(self) -> Any:
        """The share of the path, by length, that goes against the move before: near 1 in a zig-zag."""
        if len(self.steps) < 3:
            return np.zeros(self.runs) if self.batch else 0.0
        moves = self._flat(np.array([step.move for step in self.steps[:-1]]))
        lengths = np.linalg.norm(moves[1:], axis=-1)
        back = np.where((moves[1:] * moves[:-1]).sum(axis=-1) < 0, lengths, 0.0)
        share = back.sum(axis=0) / np.maximum(lengths.sum(axis=0), 1e-300)
        return share if self.batch else float(share)

    def course(self, run: int = 0) -> str:
        """What a run did: diverges, stops, zig-zags, creeps (the gradient keeps a hundredth of its size, or shrinks no more), or converges."""
        outcome = self._outcome(run)
        if outcome in ("diverged", "diverging"):
            return "diverges"
        if outcome in ("not finite", "no derivative"):
            return "stops"
        if float(np.asarray(self.turns).ravel()[run]) > 0.3:
            return "zig-zags"
        norms = self._column(self.gradient_norms, run)[: self._lasts(run) + 1]
        return "converges" if outcome == "converged" or settles(norms) else "creeps"

    def alone(self) -> tuple[Descent, ...]:
        """Every run of a batch as a descent of its own, up to its end; a single descent as it is."""
        if not self.batch:
            return (self,)
        return tuple(self._one(k) for k in range(self.runs))

    def _one(self, run: int) -> Descent:
        kept = self.steps[: self._lasts(run) + 1]
        steps = tuple(Step(step.number, *(part[run] for part in step[1:])) for step in kept)
        rate = getattr(self.optimiser, "rate", None)
        many = rate is not None and not callable(rate) and np.ndim(rate) > 0
        optimiser: Any = self.optimiser
        optimiser = replace(optimiser, rate=float(np.asarray(rate)[run])) if many else optimiser
        return Descent(self.f, optimiser, steps, self.name, False)

    def says(self, run: int = 0) -> str:
        """How run number `run` ended, in a sentence."""
        outcome, last = self._outcome(run), self._lasts(run)
        values = self._column(self.values, run)
        fell = outcome == "diverged" and values[last] < values[0]
        return SAYS["fell" if fell else outcome].format(
            k=last, value=float(values[last]), why=self._why(run),
            norm=float(self._column(self.gradient_norms, run)[last]),
            size=float(np.linalg.norm(self._flat(self.path)[(last, run) if self.batch else last])),
        )  # fmt: skip

    def __repr__(self) -> str:
        head = f"{self.optimiser.name} on {self.name}"
        if not self.batch:
            return f"{head} {self.says()}"
        return "\n".join([f"{head}, {self.runs} runs", *(f"  {k}: {self.says(k)}" for k in range(self.runs))])

    def to_dict(self) -> dict:
        """Plain lists and numbers, ready for JSON."""
        says = [self.says(k) for k in range(self.runs)]
        return {
            "function": self.name, "optimiser": repr(self.optimiser), "path": self.path.tolist(),
            "values": self.values.tolist(), "gradient_norms": self.gradient_norms.tolist(),
            "evaluations": self.evaluations.tolist(), "outcome": np.asarray(self.outcome).tolist(),
            "says": says if self.batch else says[0],
        }  # fmt: skip

    def plot(self, ax: Any = None, **options: Any) -> Any:
        """The path over the contours of f (or on its graph, or f against steps); the display has `ax_` and `figure_`."""
        from derivlab.plots.descent import DescentDisplay

        return DescentDisplay.from_descents(self, **options).plot(ax)

    def _flat(self, array: np.ndarray) -> np.ndarray:
        """(T+1, n), or (T+1, B, n) for a batch."""
        return array.reshape(*array.shape[: 2 if self.batch else 1], -1)

    def _column(self, array: np.ndarray, run: int) -> np.ndarray:
        return array[:, run] if self.batch else array

    def _why(self, run: int) -> str:
        return str(self.steps[-1].why[run] if self.batch else self.steps[-1].why)

    def _lasts(self, run: int) -> int:
        """The number of the step at which a run got its outcome."""
        ended = [bool(step.outcome[run] if self.batch else step.outcome) for step in self.steps]
        return ended.index(True) if True in ended else len(ended) - 1

    def _outcome(self, run: int) -> str:
        last = self.steps[-1].outcome
        said = str(last[run] if self.batch else last)
        growing = said in ("steps", "budget") and grows(
            self._column(self.values, run)[: self._lasts(run) + 1]
        )
        return "diverging" if growing else said


def settles(norms: np.ndarray) -> bool:
    """Whether the gradient has all but vanished, or is below a hundredth of its first size and half that of a quarter of the run ago."""
    quarter = max(len(norms) // 4, 1)
    shrinks = norms[-1] < 0.5 * np.max(norms[-2 * quarter : -quarter], initial=0.0)
    return bool(norms[-1] < 1e-6 * norms[0] or (norms[-1] < 0.01 * norms[0] and shrinks))


def grows(values: np.ndarray) -> bool:
    """Whether f goes up for good: the highest value of each third exceeds that of the third before, and the start."""
    if len(values) < 12 or not values[-1] > values[0]:
        return False
    first, second, third = (np.max(part) for part in np.array_split(values, 3))
    return bool(first < second < third and values[-1] > first)


def descend(
    f: Callable,
    start: Any,
    optimiser: Optimiser | None = None,
    steps: int = 100,
    *,
    gradient: Any = "reverse",
    noise: float = 0.0,
    seed: int = 0,
    tolerance: float = 1e-8,
    budget: float = np.inf,
    batch: bool | None = None,
    args: tuple = (),
) -> Descent:
    """Descend f from start by an optimiser, at most `steps` steps; the record has the path and how it ended.

    start is a number or an array like x; rows of a matrix are a batch of starting points that run at once, as are the
    entries of a list with `batch=True`, and one start with a list of rates in the optimiser. `gradient` is the name or
    value of a method or a function of x; `noise` is the standard deviation of what is added to each of its entries.
    A run stops when the gradient's norm is at most `tolerance`, when it diverges or leaves the domain of f, and when it
    has used `budget` evaluations. Errors: `DerivativeError` for an unusable start, optimiser or gradient.
    """
    optimiser = (
        GradientDescent() if optimiser is None else optimiser() if isinstance(optimiser, type) else optimiser
    )
    found = tuple(
        stream(
            f, start, optimiser, limit=steps, gradient=gradient, noise=noise, seed=seed, tolerance=tolerance,
            budget=budget, batch=batch, args=args,
        )
    )  # fmt: skip
    return Descent(f, optimiser, found, name_of(f), isinstance(found[0].outcome, np.ndarray))
