"""What the trials say of the gradient by one input, ready to be compared with what mistakes would give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from derivlab.coach.problem import Joint, Problem
from derivlab.coach.replies import Asked
from derivlab.coach.trials import Trial, places, upstreams
from derivlab.gradcheck.detours import Graph
from derivlab.gradcheck.mistakes import Evidence, Judged, evidence

LARGEST = 40_000  # entries of a Jacobian that is looked at as a whole


@dataclass(frozen=True, eq=False)
class Wrong:
    """The gradient by input `i`, wrong in some entries; all trials gave arrays of the right shape."""

    asked: Asked
    i: int
    trials: tuple[Trial, ...]
    masks: tuple[np.ndarray, ...]

    @property
    def problem(self) -> Problem:
        return self.asked.problem

    @property
    def name(self) -> str:
        return self.problem.names[self.i]

    @property
    def values(self) -> tuple:
        return self.trials[0].values

    @property
    def x(self) -> np.ndarray:
        return np.asarray(self.values[self.i])

    @property
    def upstream(self) -> np.ndarray:
        return self.trials[0].upstream

    @cached_property
    def rows(self) -> Evidence:
        """All trials as rows, as patterns of gradients want them."""
        points = tuple(
            judged(t.values[self.i], t.given(self.i), t.true(self.i), mask)
            for t, mask in zip(self.trials, self.masks, strict=True)
        )
        return evidence(self.problem.slot(self.i, self.values), points)

    @cached_property
    def together(self) -> tuple[Callable, tuple[Judged, ...]]:
        """Σ upstream · f with one upstream, and points where this input alone moves."""
        rng = np.random.default_rng(4)
        where = [p for p, near in places(self.problem, (self.i,), rng) if near]
        points = []
        for values in where:
            given, (true, _) = (
                self.again(values, self.upstream),
                self.problem.vjp(self.i, values, self.upstream),
            )
            if given is not None and given.shape == true.shape:
                off = ~(
                    np.abs(given - true) <= 1e-9 * np.abs(true) + 1e-11 * np.max(np.abs(true), initial=0.0)
                )
                points.append(judged(values[self.i], given, true, off))
        return self.problem.slot(self.i, self.values, self.upstream), tuple(points)

    def again(self, values: tuple, upstream: np.ndarray) -> np.ndarray | None:
        """What is given for this input when asked once more."""
        return self.asked(values, upstream).gradients.get(self.i)

    def is_given(self, change: Callable[..., Any], *args: Any) -> bool:
        """Whether every trial gave what `change(trial, *args)` makes of it, and this is not the truth."""
        for k, trial in enumerate(self.trials):
            try:
                with np.errstate(all="ignore"):
                    other = np.asarray(change(trial, *args), dtype=float)
            except Exception:
                return False
            if other.shape != trial.given(self.i).shape or not _explained(self, k, other):
                return False
        return True

    @cached_property
    def graphs(self) -> list[Graph]:
        """f at each trial as a graph of all its inputs, empty where there is none."""
        problem, found = self.problem, []
        try:
            for t in self.trials:
                flat = np.concatenate([np.ravel(t.values[k]) for k in problem.floats])
                found.append(Graph(Joint(problem.f, t.values, problem.floats, problem.cached), flat))
        except Exception:
            return []
        return found if all(g.nodes and g.names == found[0].names for g in found) else []

    @cached_property
    def columns(self) -> slice:
        """Where this input lies among all of the graph."""
        sizes = [np.size(self.values[k]) for k in self.problem.floats]
        at = sum(sizes[: self.problem.floats.index(self.i)])
        return slice(at, at + self.x.size)

    @cached_property
    def jacobians(self) -> tuple[np.ndarray, np.ndarray] | None:
        """The true Jacobian and the one that the hand-written vjp implies, both `f(x).shape + x.shape`; None if too large."""
        shape = self.upstream.shape
        if self.upstream.size * self.x.size > LARGEST or self.upstream.size > 300:
            return None
        own, true = [], []
        for seed in np.eye(self.upstream.size).reshape(-1, *shape):
            given = self.again(self.values, seed)
            if given is None or given.shape != self.x.shape:
                return None
            own.append(given)
            true.append(self.problem.vjp(self.i, self.values, seed)[0])
        full = shape + self.x.shape
        return np.stack(true).reshape(full), np.stack(own).reshape(full)

    @cached_property
    def fresh(self) -> np.ndarray:
        """An upstream that no trial had."""
        return upstreams(self.problem, self.upstream.shape, 1, np.random.default_rng(12))[0]


def judged(x: np.ndarray, given: np.ndarray, true: np.ndarray, wrong: np.ndarray) -> Judged:
    """One trial as a judged point without kinks."""
    return Judged(x, given, true, wrong, true, true)


def _explained(it: Wrong, k: int, other: np.ndarray) -> bool:
    """Where it is wrong it is the other, and where it is right the other is too."""
    row, flat = it.rows, other.ravel()
    near = np.abs(row.given[k] - flat) <= 1e-7 * np.abs(row.given[k]) + 1e-10 * np.max(
        np.abs(row.given[k]), initial=1e-300
    )
    missed = np.abs(row.given[k] - flat) - 1e-12 * np.abs(row.given[k])
    return bool(
        np.all(near) and np.all((missed <= 1e-5 * np.abs(row.given[k] - row.true[k])) | ~row.wrong[k])
    )
