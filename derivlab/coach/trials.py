"""Where a hand-written vjp is tried: at the inputs themselves and beside them, with several random upstreams."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from derivlab.coach.problem import Entries, Joint, Problem
from derivlab.coach.replies import Asked, Reply
from derivlab.gradcheck.answers import Answer
from derivlab.gradcheck.judgement import RIGHT, SINGLE, Case, judge
from derivlab.gradcheck.probes import around
from derivlab.gradcheck.truth import Oracle

PLACES = 4  # the inputs themselves, two places near them, one with all signs turned
SAMPLE = 12  # entries of a doubtful gradient that are looked at with more digits
SMALL = 1e-4  # relative errors below it may be rounding, a finite difference, ...


@dataclass(frozen=True, eq=False)
class Trial:
    """One call: the inputs, the upstream, the true gradients by input, and what came back."""

    values: tuple
    upstream: np.ndarray
    reply: Reply
    problem: Problem
    claimed: tuple[int, ...]

    @cached_property
    def value(self) -> np.ndarray:
        """f at the inputs."""
        return self.problem.forward(self.values)[0]

    @cached_property
    def truths(self) -> dict[int, tuple[np.ndarray, bool]]:
        """For each input that a gradient is claimed for: the truth, and whether it is doubtful."""
        return {i: self.problem.vjp(i, self.values, self.upstream) for i in self.claimed}

    def given(self, i: int) -> np.ndarray:
        return self.reply.gradients[i]

    def vjp(self, i: int) -> np.ndarray:
        """The truth for any input, claimed or not."""
        return self.problem.vjp(i, self.values, self.upstream)[0]

    def true(self, i: int) -> np.ndarray:
        return self.truths[i][0]


def places(problem: Problem, moving: tuple[int, ...], rng: np.random.Generator) -> list[tuple[tuple, bool]]:
    """Inputs of which those named move together, and whether each place is near the first."""
    joint = Joint(problem.f, problem.values, moving, problem.cached)
    flat = np.concatenate([np.ravel(problem.values[i]) for i in moving])
    return [(spread(problem, moving, p), near) for p, near in around(joint, flat, PLACES, rng)]


def spread(problem: Problem, moving: tuple[int, ...], flat: np.ndarray) -> tuple:
    """The inputs with those named taken from a flat vector."""
    values, at = list(problem.values), 0
    for i in moving:
        size, shape = np.size(values[i]), np.shape(values[i])
        part = flat[at : at + size].reshape(shape)
        values[i] = part.copy() if shape else np.float64(part)
        at += size
    return tuple(values)


def upstreams(problem: Problem, shape: tuple, count: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Those of the problem, then random ones far from 0 and 1, of the shape of f's value."""
    if problem.only:
        return list(problem.upstreams)
    known = [u for u in problem.upstreams if u.shape == shape and count > 1]
    signs = (rng.choice([-1.0, 1.0], shape) for _ in range(count - len(known)))
    return known + [np.asarray(rng.uniform(0.4, 1.6, shape) * sign) for sign in signs]


def wrong(asked: Asked, trial: Trial, i: int) -> tuple[np.ndarray, str]:
    """Which entries of the gradient by input i are wrong, and a note on what was allowed for."""
    given, (true, doubtful) = trial.given(i), trial.truths[i]
    error = np.where(np.isfinite(given), np.abs(given - true), np.inf)
    top, eps = float(np.max(np.abs(true), initial=0.0)), trial.reply.eps
    floor = 1e-11 * top + 1e-13 * _terms(trial, i)
    off = ~(error <= RIGHT * np.abs(true) + floor)
    if off.any() and eps > 1e-12:
        off &= ~(error <= SINGLE * np.maximum(np.abs(true), 0.1 * top))
    if not off.any() or not (doubtful or np.max(error, initial=0.0) <= SMALL * top):
        return off, ""
    return _looked_at(asked, trial, i, off, error)


def _terms(trial: Trial, i: int) -> float:
    """The size of what a gradient is summed from: upstream · f / x."""
    size = max(float(np.max(np.abs(trial.values[i]))), 1e-3)
    return float(np.max(np.abs(trial.upstream)) * np.max(np.abs(trial.value)) / size)


def _looked_at(
    asked: Asked, trial: Trial, i: int, off: np.ndarray, error: np.ndarray
) -> tuple[np.ndarray, str]:
    """The entries furthest off judged as a gradient by themselves: rounding, differences; at a kink one by one."""
    flat = np.where(off, error, -1.0).ravel()
    chosen = np.argsort(-flat, kind="stable")[: min(SAMPLE, int(off.sum()))]
    notes: list[str] = []
    for group in chosen[:, None] if trial.truths[i][1] else [chosen]:
        f = Entries(
            trial.problem.f, trial.values, i, trial.problem.cached, trial.upstream, tuple(map(int, group))
        )
        start, given = np.ravel(trial.values[i])[group], trial.given(i).ravel()[group]
        grad = partial(_own, asked, trial, i, f)
        case = Case(f, grad, start, Answer(given, eps=trial.reply.eps), given, Oracle(f)(start), False)
        still, said = judge(case)
        if still.any():
            return off, ""
        notes += said
    return np.zeros_like(off), "; ".join(dict.fromkeys(notes))


def _own(asked: Asked, trial: Trial, i: int, f: Entries, v: Any) -> np.ndarray:
    """These entries of the hand-written gradient where they are v."""
    values = (*trial.values[:i], f.put(np.asarray(v, dtype=float)), *trial.values[i + 1 :])
    return asked(values, trial.upstream).gradients[i].ravel()[list(f.entries)]
