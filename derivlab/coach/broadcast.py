"""What f broadcasts, its gradient sums: sums that are missing, over the wrong axis, or over too many."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import numpy as np

from derivlab.coach.evidence import Wrong
from derivlab.coach.problem import Problem
from derivlab.coach.trials import Trial
from derivlab.gradcheck.shapes import misshapen

Named = tuple[str, str]


def axes_of(ndim: int) -> Iterator[tuple[int, ...]]:
    """Every choice of axes, few first."""
    return itertools.chain.from_iterable(itertools.combinations(range(ndim), n) for n in range(1, ndim + 1))


def listed(axes: tuple[int, ...]) -> str:
    """Axes in words."""
    return " and ".join(map(str, axes))


def unsummed(problem: Problem, i: int) -> str:
    """What an unsummed gradient of this input is called: of a bias, or of anything that is broadcast."""
    bias = problem.names[i].lower().startswith(("b", "offset", "shift", "intercept"))
    return "unsummed bias" if bias else "unsummed broadcast"


def parts(trial: Trial, i: int) -> np.ndarray:
    """What reaches a broadcast input, in the shape of f(x), before it is summed; errors: it is not broadcast."""
    values, value = trial.values, trial.value
    wide = (*values[:i], np.broadcast_to(values[i], value.shape).copy(), *values[i + 1 :])
    if not np.allclose(trial.problem.forward(wide)[0], value, rtol=1e-12, atol=1e-12):
        raise ValueError("not broadcast")
    return trial.problem.vjp(i, wide, trial.upstream)[0]


def broadcast_wrongly(it: Wrong) -> Iterator[Named]:
    """The right shape, and yet summed over too little, too much, or over the wrong axis."""
    if it.x.size >= it.upstream.size:
        return
    for (k, word), axis in itertools.product(((0, "first"), (-1, "last")), range(it.upstream.ndim)):
        if it.is_given(_reached, it, np.take, k, axis):
            says = (
                f"only the {word} entry along axis {axis} of what reaches it is taken; sum over all of them."
            )
            yield unsummed(it.problem, it.i), says
            return
    for axes in axes_of(it.upstream.ndim):
        if it.is_given(_reached, it, np.sum, axes):
            yield "wrong axis", _summed(it.problem, it.i, axes)
            return
    if it.is_given(lambda t: np.full(it.x.shape, np.sum(parts(t, it.i)))):
        yield "wrong axis", "it is summed over all axes; keep those that it has itself."


def _reached(trial: Trial, it: Wrong, reduce: Callable, *args: Any) -> np.ndarray:
    """What reaches the input, reduced to the shape that it has."""
    return np.reshape(reduce(parts(trial, it.i), *args), it.x.shape)


def _summed(problem: Problem, i: int, axes: tuple[int, ...]) -> str:
    return f"it is summed over axis {listed(axes)}; sum over the axis that f broadcasts {problem.names[i]} along."


def misfit(problem: Problem, i: int, trials: list[Trial]) -> Named:
    """What a gradient of another shape than its input is."""
    given, true, shape = (
        [t.given(i) for t in trials],
        [t.true(i) for t in trials],
        np.shape(problem.values[i]),
    )
    has = f"it has the shape {given[0].shape}, and {problem.names[i]} the shape {shape}"
    for k in problem.floats:
        if k != i and _same(given, [t.vjp(k) for t in trials]):
            order = ", ".join(problem.names[j] for j in problem.floats)
            return "swapped gradients", f"{has}: it is the gradient of {problem.names[k]}; return them in the order ({order})."  # fmt: skip
    kind, says = misshapen(given, true, (), shape)
    says = says.replace("grad has", "it has").replace("and x the", f"and {problem.names[i]} the").rstrip(".")
    if kind in ("unsummed broadcast", "transposed"):
        return (unsummed(problem, i) if kind[0] == "u" else "transpose"), f"{says}."
    for axes in axes_of(trials[0].upstream.ndim):
        with suppress(Exception):
            if _same(given, [np.sum(parts(t, i), axis=axes) for t in trials]):
                return "wrong axis", f"{has}: {_summed(problem, i, axes)}"
    if given[0].shape == trials[0].upstream.shape and given[0].size > true[0].size:
        return unsummed(problem, i), f"{says}: it has the shape of f(x); sum over what f broadcasts."
    for axes in axes_of(len(shape)):
        if _same(given, [np.sum(t, axis=axes) for t in true]):
            return (
                "wrong axis",
                f"{has}: it is summed over axis {listed(axes)}, which {problem.names[i]} has itself.",
            )
    return kind, f"{says}."


def _same(given: list[np.ndarray], other: list[np.ndarray]) -> bool:
    pairs = zip(given, other, strict=True)
    return all(g.shape == o.shape and np.allclose(g, o, rtol=1e-7) for g, o in pairs)
