"""Which entries of a gradient are wrong: those far off, and of the doubtful ones those that nothing excuses."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from derivlab.coach.problem import Entries
from derivlab.coach.replies import Asked
from derivlab.coach.trials import Trial
from derivlab.gradcheck.answers import Answer
from derivlab.gradcheck.judgement import RIGHT, SINGLE, Case, judge
from derivlab.gradcheck.truth import Oracle

SAMPLE = 12  # entries of a doubtful gradient that are looked at with more digits
AT_KINKS, OUTPUTS = 6, 4  # fewer at kinks, where entries of f(x) are looked at one by one
SMALL = 1e-4  # relative errors below it may be rounding, a finite difference, ...


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


def _looked_at(asked: Asked, trial: Trial, i: int, off: np.ndarray, error: np.ndarray) -> tuple[np.ndarray, str]:  # fmt: skip
    """The entries furthest off judged as a gradient by themselves: rounding, differences, kinks."""
    flat, kinks = np.where(off, error, -1.0).ravel(), trial.truths[i][1]
    order = np.argsort(-flat, kind="stable")[: int(off.sum())]
    groups = [(trial.upstream, order[:SAMPLE])] if not kinks else _one_by_one(trial, i, order[:AT_KINKS])
    notes: list[str] = []
    for upstream, group in groups:
        case = _case(asked, trial, i, upstream, tuple(map(int, group)))
        still, said = judge(case)
        if still.any():
            return off, ""
        notes += said
    return np.zeros_like(off), "; ".join(dict.fromkeys(notes))


def _one_by_one(trial: Trial, i: int, order: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Each entry with each of the first entries of f(x) that it acts on: kinks of several may hide in a sum."""
    for k in order:
        if trial.upstream.size == 1:
            yield trial.upstream, np.array([k])
            continue
        moved = np.array(trial.values[i], dtype=float)
        changed = np.zeros(trial.upstream.shape, bool)
        for h in (1e-3, -1e-3):
            moved.flat[k] = np.ravel(trial.values[i])[k] + h
            values = (*trial.values[:i], moved if moved.ndim else np.float64(moved), *trial.values[i + 1 :])
            changed |= trial.problem.forward(values)[0] != trial.value
        for out in np.flatnonzero(changed)[:OUTPUTS]:
            seed = np.zeros(trial.upstream.shape)
            seed.flat[out] = 1.0
            yield seed, np.array([k])


def _case(asked: Asked, trial: Trial, i: int, upstream: np.ndarray, entries: tuple[int, ...]) -> Case:
    """A few entries of the input as a gradient to be judged."""
    problem = trial.problem
    f = Entries(problem.f, trial.values, i, problem.cached, upstream, entries)
    grad = partial(_own, asked, trial, f)
    start = np.ravel(trial.values[i])[list(entries)]
    given = grad(start)
    return Case(f, grad, start, Answer(given, eps=trial.reply.eps), given, Oracle(f)(start), False)


def _own(asked: Asked, trial: Trial, f: Entries, v: Any) -> np.ndarray:
    """These entries of the hand-written gradient where they are v."""
    values = (*trial.values[: f.index], f.put(np.asarray(v, dtype=float)), *trial.values[f.index + 1 :])
    return asked(values, np.asarray(f.upstream)).gradients[f.index].ravel()[list(f.entries)]
