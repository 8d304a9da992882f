"""What mistakes in a vjp would give: each slip is a rule that yields the name of a mistake and a sentence."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

import numpy as np

from derivlab.coach.broadcast import axes_of, broadcast_wrongly, listed
from derivlab.coach.evidence import Wrong
from derivlab.coach.factors import told
from derivlab.coach.operations import OPERATIONS, altered_part, value_missing, written_wrongly
from derivlab.coach.structure import STRUCTURES, another_slope
from derivlab.coach.trials import Trial
from derivlab.gradcheck.mistakes import factors, mistake, share

Named = tuple[str, str]
SECONDS = 10.0  # for all of them


def not_finite(it: Wrong) -> Iterator[Named]:
    """No numbers where the truth has some."""
    bad = np.stack([~np.isfinite(t.given(it.i)) for t in it.trials])
    if bad.any():
        yield (
            "not finite",
            f"{int(bad[0].sum() or bad.any(axis=0).sum())} of {it.x.size} entries are NaN or infinite where the truth is finite.",
        )


def not_the_same_again(it: Wrong) -> Iterator[Named]:
    """State between calls: gradients that add up, or random numbers."""
    first, second, third = (it.again(it.values, it.upstream) for _ in range(3))
    if first is None or second is None or third is None or _near(first, second):
        return
    if _near(second - first, third - second):
        yield (
            "accumulates",
            "each call adds to what the calls before it gave; start from zeros inside the function.",
        )
    else:
        yield (
            "random",
            "it gives other numbers each time it is called; fix its seed, or what it keeps between calls.",
        )


def whole_numbers(it: Wrong) -> Iterator[Named]:
    """The digits after the point are cut off."""
    given, true = it.rows.given, it.rows.true
    if np.all(given == np.round(given)) and np.any(given) and np.all(np.abs(given - true) < 1):
        yield (
            "wrong dtype",
            f"it holds whole numbers, the digits after the point are cut off; make the array with floats, as np.zeros_like({it.name}, dtype=float).",
        )


def upstream_ignored(it: Wrong) -> Iterator[Named]:
    """The same whatever the upstream."""
    if it.problem.only:
        return
    one, other = it.again(it.values, it.upstream), it.again(it.values, it.fresh)
    if one is None or other is None or not _near(one, other):
        return
    ones = it.problem.vjp(it.i, it.values, np.ones(it.upstream.shape))[0]
    right = " (for an upstream of ones it is right)" if one.shape == ones.shape and _near(one, ones) else ""
    if np.any(one):
        yield (
            "upstream ignored",
            f"it is the same whatever the upstream{right}; by the chain rule the upstream multiplies the local derivative.",
        )


def not_linear(it: Wrong) -> Iterator[Named]:
    """A vjp is linear in the upstream."""
    if it.problem.only:
        return
    u, v = it.upstream, it.fresh
    found = [it.again(it.values, w) for w in (u, v, u + v, -u, 2 * u)]
    parts = [p for p in found if p is not None]
    if len(parts) < len(found):
        return
    a, b, both, minus, twice = parts
    size = np.max(np.abs(a) + np.abs(b))
    if all(np.all(np.abs(d) <= 1e-7 * size) for d in (a + b - both, a + minus, 2 * a - twice)):
        return
    rest = it.again(it.values, 0 * u)
    if rest is not None and np.any(rest) and np.all(np.abs(a + b - both - rest) <= 1e-7 * size):
        says = "for an upstream of 0 it is not 0: something is added to the upstream where it should be multiplied."
    elif np.all(np.abs(twice - 4 * a) <= 1e-7 * size):
        says = "twice the upstream gives four times the gradient: the upstream enters twice."
    else:
        says = "twice the upstream does not give twice the gradient; a mask or a factor must come from the inputs, not from the upstream."
    yield "not linear in upstream", says


def of_another_input(it: Wrong) -> Iterator[Named]:
    """The gradient of another input in this one's place."""
    for k in it.problem.floats:
        if k != it.i and np.shape(it.values[k]) == it.x.shape and it.is_given(lambda t, k: t.vjp(k), k):
            other = it.problem.names[k]
            yield (
                "swapped gradients",
                f"it is the gradient of {other}; return them in the order ({', '.join(it.problem.names[j] for j in it.problem.floats)}).",
            )


def factor(it: Wrong) -> Iterator[Named]:
    """One constant between all wrong entries and the truth, in all trials."""
    k = share(it.rows, it.rows.columns)
    if k is not None and abs(k - 1.0) > 1e-4:
        whole = it.rows.columns.size == it.x.size
        yield told(it, k, "it" if whole else f"{it.rows.columns.size} of {it.x.size} entries")


def of_another_matrix(it: Wrong) -> Iterator[Named]:
    """The truth with one of the inputs transposed or reversed."""
    for j in it.problem.numbers:
        for kind, words, change in _turned(np.shape(it.values[j])):
            if it.is_given(_with_turned, it.i, j, change):
                yield kind, f"it is right for {it.problem.names[j]} {words}."
                return


def of_another_value(it: Wrong) -> Iterator[Named]:
    """The truth as it would be if one of the inputs were 0, had the other sign, or were 1."""
    for j in (k for k in it.problem.numbers if k != it.i):
        name = it.problem.names[j]
        for kind, words, times, plus in VALUES:
            if it.is_given(_with_turned, it.i, j, lambda v, times=times, plus=plus: times * v + plus):
                yield kind, f"it is right for {words.format(name)}."
                return


VALUES = (
    ("dropped term", "{0} = 0: {0} is left out where f is computed again", 0.0, 0.0),
    ("sign", "-{0}: {0} has the wrong sign where f is computed again", -1.0, 0.0),
    ("missing chain factor", "{0} = 1: the factor {0} is left out", 0.0, 1.0),
)


def _with_turned(trial: Trial, i: int, j: int, change: Callable) -> np.ndarray:
    changed = (*trial.values[:j], change(trial.values[j]), *trial.values[j + 1 :])
    return trial.problem.vjp(i, changed, trial.upstream)[0]


def of_turned_result(it: Wrong) -> Iterator[Named]:
    """The truth transposed, reversed or shifted; or the truth for an upstream that is."""
    for kind, words, change in _turned(it.x.shape):
        if it.is_given(lambda t, change: change(t.true(it.i)), change):
            yield kind, f"it is the truth {words}."
            return
    for kind, words, change in _turned(it.upstream.shape):
        if it.is_given(lambda t, change: t.problem.vjp(it.i, t.values, change(t.upstream))[0], change):
            yield kind, f"it is right for the upstream {words}."
            return
    for axis, by, move in itertools.product(range(it.x.ndim), (1, -1), (_shifted, np.roll)):
        if it.is_given(lambda t, move, by, axis: move(t.true(it.i), by, axis), move, by, axis):
            yield "wrong index", f"it is the truth shifted by one along axis {axis}."
            return


def _shifted(a: np.ndarray, by: int, axis: int) -> np.ndarray:
    """Shifted, zeros coming in."""
    moved = np.roll(a, by, axis)
    at = [slice(None)] * a.ndim
    at[axis] = slice(0, 1) if by > 0 else slice(-1, None)
    moved[tuple(at)] = 0.0
    return moved


def _turned(shape: tuple[int, ...]) -> Iterator[tuple[str, str, Callable]]:
    """Ways to turn an array without changing its shape."""
    if len(shape) >= 2 and shape[-1] == shape[-2] > 1:
        yield (
            "transpose",
            "transposed; swap the factors or transpose one of them",
            lambda a: np.swapaxes(a, -1, -2),
        )
    if len(shape) >= 2 and shape[0] == shape[1] > 1 and len(shape) > 2:
        yield "transpose", "with axes 0 and 1 swapped", lambda a: np.swapaxes(a, 0, 1)
    for axes in axes_of(len(shape)):
        if all(shape[a] > 1 for a in axes):
            yield "not flipped", f"reversed along axis {listed(axes)}", partial(np.flip, axis=axes)


def factor_of_each(it: Wrong) -> Iterator[Named]:
    """A constant of its own for each wrong entry, whatever the upstream."""
    for kind, says in factors(it.rows):
        yield kind, _of(it, says)


def _of(it: Wrong, says: str) -> str:
    """A sentence on a gradient as one on the gradient of this input."""
    return (
        says.replace("grad[", f"gradient of {it.name}[")
        .replace("grad ", "it ")
        .replace("grad: as if", "it is as if")
    )


def as_a_gradient(it: Wrong) -> Iterator[Named]:
    """The patterns of gradients, with one upstream: parts dropped, signs and factors of a part, chain factors, powers."""
    f, points = it.together
    linear = all(
        np.allclose(p.true, points[0].true, rtol=1e-9) for p in points
    )  # of one upstream nothing can be told
    if linear or not any(p.wrong.any() for p in points):
        return
    kind, says = mistake(f, points)
    if kind != "unknown":
        yield {"transposed": "transpose"}.get(kind, kind), _of(it, says)


# The first that fits names the mistake.
SLIPS: tuple[Callable[[Wrong], Iterator[Named]], ...] = (
    not_finite, not_the_same_again, whole_numbers, upstream_ignored, factor, of_another_input, not_linear, broadcast_wrongly,
    of_another_matrix, of_turned_result, *OPERATIONS, *STRUCTURES, of_another_value, written_wrongly, altered_part, value_missing, factor_of_each, as_a_gradient, another_slope,
)  # fmt: skip


def named(it: Wrong) -> Named:
    """The name of the mistake and a sentence; "unknown" where no slip fits, or none in the time there is."""
    until = time.perf_counter() + SECONDS
    first = next(itertools.chain.from_iterable(_tried(slip, it, until) for slip in SLIPS), None)
    return first or ("unknown", "it is another function than the vjp of f; no common mistake explains it.")


def _tried(slip: Callable, it: Wrong, until: float) -> Iterator[Named]:
    """A slip that cannot be made here explains nothing."""
    if time.perf_counter() < until:
        with suppress(Exception), np.errstate(all="ignore"):
            yield from slip(it)


def _near(a: np.ndarray, b: np.ndarray) -> bool:
    return a.shape == b.shape and bool(
        np.all(np.abs(a - b) <= 1e-7 * np.max(np.abs(a) + np.abs(b), initial=0.0))
    )
