"""A hand-written gradient against the truth: right or wrong, entry by entry, and what the mistake looks like."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.gradcheck.answers import Answer, ask, fitted
from derivlab.gradcheck.judgement import Case, judge
from derivlab.gradcheck.mistakes import Judged, mistake
from derivlab.gradcheck.probes import around, drawn, found, given, taken
from derivlab.gradcheck.record import GradientCheck, counted, relative
from derivlab.gradcheck.shapes import misshapen
from derivlab.gradcheck.truth import Oracle
from derivlab.lift import Bound
from derivlab.lift.lines import told_at
from derivlab.lift.nested import further
from derivlab.methods.output import as_output
from derivlab.table import written
from derivlab.verbs import prepare

POINTS = 6


def check_gradient(
    f: Callable,
    grad: Callable,
    x: Any = None,
    points: int | Iterable | None = None,
    args: tuple = (),
    seed: int = 0,
) -> GradientCheck:
    """Hold the hand-written gradient (or Jacobian) `grad` of f against the truth, at several points.

    `grad(x, *args)` has the shape `f(x).shape + x.shape`. `points` is a number of points, x among them (6 unless
    given), or the points themselves; without x, points are looked for. Each entry is judged relative to its own
    size. Errors: `DerivativeError` where f cannot be checked at all: no point, no derivative.
    """
    _callables(f, grad)
    args = further(args)
    g, own, rng = Bound(f, args), _Given(grad, args), np.random.default_rng(seed)
    name = getattr(grad, "__name__", type(grad).__name__)
    batches = [list(b) for b in _batches(f, g, own, x, points, args, rng)]
    checks = [_check(g, own, batch, name) for batch in batches]
    wrong = next((c for c in checks if not c.right), None)
    if wrong is not None:
        return wrong
    everywhere = tuple(p for c in checks for p in c.points)
    return replace(checks[0], points=everywhere, says=_praise(checks[0], len(everywhere)))


class _Given(Bound):
    """grad of its first argument, which is handed on as it is: whether grad changes it is to be seen."""

    def __call__(self, x: Any) -> Any:
        return self.f(x, *self.args)


def _callables(f: Any, grad: Any) -> None:
    if not callable(f):
        raise DerivativeError(f"{f!r} is not a function; pass the function itself, without calling it.")
    if not callable(grad):
        raise DerivativeError("grad is not a function; pass the gradient as a function of x, without calling it.")  # fmt: skip


def _batches(f: Callable, g: Bound, own: Callable, x: Any, points: Any, args: tuple, rng: Any) -> Iterable:
    """Groups of (point, is it near) of one shape each."""
    count = POINTS if points is None else points
    if x is not None:
        _, x = prepare(f, x, args)
        x = x if np.ndim(x) else np.float64(x)
        _at_x(g, x)
    if not isinstance(count, (int, np.integer)):
        listed = given(count, np.shape(x) if x is not None else None)
        for p in listed:
            _at_x(g, p)
        return [[(p, True) for p in listed]]
    if count < 1:
        raise DerivativeError(f"points is {count}; give at least 1, or the points themselves.")
    if x is not None:
        return [around(g, x, int(count), rng)]
    shapes = found(g, lambda p, value: _fits(own, p, value), rng)
    return [_where_both(own, drawn(g, shape, 2 * int(count), rng))[: int(count)] for shape in shapes]


def _where_both(own: Callable, points: Iterable) -> list[tuple[Any, bool]]:
    """Points found without a word of the user: those where grad gives numbers, unless there are none."""
    points = list(points)
    return [(p, True) for p in points if taken(own, np.copy(p)) is not None] or [(p, True) for p in points]


def _at_x(g: Bound, x: Any) -> None:
    """Errors: f fails at x, gives nothing finite, or something else each time."""
    try:
        with np.errstate(all="ignore"):
            value, again = as_output(g(x)), as_output(g(x))
    except DerivativeError:
        raise
    except Exception as error:
        raise DerivativeError(
            f"f fails at x = {written(x)} ({told_at(error)}); give a point where it runs."
        ) from error
    if not np.all(np.isfinite(value)):
        raise DerivativeError(f"f(x) is not finite at x = {written(x)}; give a point in the domain of f.")
    if value.shape != again.shape or not np.allclose(value, again, rtol=1e-6, atol=0.0):
        raise DerivativeError(
            "f gives another value when it is called again (random numbers, hidden state); fix its seed inside."
        )


def _fits(own: Callable, x: Any, value: np.ndarray) -> bool:
    answer = ask(own, x)
    return answer.value is not None and fitted(answer.value, value.shape, np.shape(x), value.shape == np.shape(x))[0] is not None  # fmt: skip


def _check(g: Bound, own: Bound, batch: list, name: str) -> GradientCheck:
    """All points of one shape."""
    answers = [ask(own, p) for p, _ in batch]
    # Far from x, where signs are others, grad need not be defined.
    kept = [k for k, (_, near) in enumerate(batch) if k == 0 or not _elsewhere(answers[k], near)]
    batch, answers = [batch[k] for k in kept], [answers[k] for k in kept]
    points = tuple(p for p, _ in batch)
    for point, answer in zip(points, answers, strict=True):
        if answer.value is None:
            return GradientCheck(False, answer.fault, answer.says, None, None, point, None, None, points, name=name)  # fmt: skip
    oracle, failure = Oracle(g), None
    truths: list[Any] = []
    for p in points:
        try:
            truths.append(oracle(p))
        except DerivativeError as error:
            truths.append(None)
            failure = error
    known = [k for k, t in enumerate(truths) if t is not None]
    if not known:
        assert failure is not None
        raise failure
    flat = [k for k in known[1:] if _saturated(g, points[k], answers[k].value, truths[k].value)]
    known = [k for k in known if k not in flat]
    out, shape = truths[known[0]].value.shape[: -np.ndim(points[0]) or None], np.shape(points[0])
    return _judged(g, own, [(points[k], answers[k], truths[k]) for k in known], out, shape, points, name)  # fmt: skip


def _saturated(g: Bound, x: Any, value: Any, true: np.ndarray) -> bool:
    """f does not depend on x there and is not 0: a guard or a lost bracket, where no gradient is meant."""
    return not np.any(true) and bool(np.any(value)) and bool(np.all(g(x) != 0))


def _elsewhere(answer: Answer, near: bool) -> bool:
    return not near and (answer.value is None or not np.all(np.isfinite(answer.value)))


def _judged(g: Bound, own: Bound, known: list, out: tuple, shape: tuple, points: tuple, name: str) -> GradientCheck:  # fmt: skip
    """The finding over points with their answers and truths."""
    elementwise = out == shape and all(_diagonal(t.value) for _, _, t in known) and len(shape) > 0
    notes: list[str] = []
    judged = []
    for x, answer, true in known:
        value, note = fitted(answer.value, out, shape, elementwise)
        if value is None:
            return _misshaped(known, out, shape, points, name)
        case = Case(g, own, x, answer, value, true, elementwise)
        wrong, said = judge(case)
        judged.append(
            Judged(
                x,
                value,
                true.value,
                wrong,
                true.low,
                true.high,
                _own_steps(case, wrong),
                bool(np.any(wrong) and np.all(case.formula[wrong])),
            )
        )
        notes += [n for n in (note, *answer.notes, *said) if n]
    fault = next((a for _, a, _ in known if a.fault), None)
    found = _finding(judged, points, "; ".join(dict.fromkeys(notes)), name)
    if any(j.wrong.any() for j in judged):
        kind, says = mistake(g, tuple(judged))
        if kind == "unknown" and _fickle(own, judged[0]):
            kind, says = (
                "random",
                "grad gives other numbers each time it is called; fix its seed, or average.",
            )
        return replace(found, right=False, mistake=kind, says=says + _where(judged))
    if fault:
        return replace(found, right=False, mistake=fault.fault, says=fault.says)
    return replace(found, says=_praise(found, len(points)))


def _fickle(own: Bound, point: Judged) -> bool:
    """Whether grad gives something else when it is asked again."""
    first, second = (ask(own, point.x).value for _ in range(2))
    return first is None or second is None or not np.allclose(first, second, rtol=1e-6, equal_nan=True)


def _finding(judged: list[Judged], points: tuple, note: str, name: str) -> GradientCheck:
    """The numbers of the first point that is wrong, or of the first, and the errors of all."""
    errors = [np.where(j.kinks & ~j.wrong, 0.0, relative(j.given, j.true)) for j in judged]
    k = next((k for k, j in enumerate(judged) if j.wrong.any()), 0)
    j, error = judged[k], np.nan_to_num(errors[k], nan=-1.0)
    score = np.where(j.wrong | (not j.wrong.any()), error, -1.0)
    worst = tuple(map(int, np.unravel_index(int(np.argmax(score)), score.shape)))
    largest, sides = np.max(np.stack(errors), axis=0), (j.low, j.high)
    return GradientCheck(True, "", "", largest, worst, j.x, j.given, j.true, points, note, name, sides)


def _own_steps(case: Case, wrong: np.ndarray) -> np.ndarray | None:
    """The steps of a finite difference that explain what is wrong."""
    return case.answer.steps if np.all(case.error[wrong] <= case.of_steps[wrong]) else None


def _where(judged: list[Judged]) -> str:
    """At how many points it is wrong, unless at all."""
    bad = [j.wrong.any() for j in judged]
    if all(bad):
        return ""
    if not bad[0]:
        return f" At x itself it is right; it is wrong at {sum(bad)} of {counted(len(bad))} around."
    return f" It is wrong at {sum(bad)} of {counted(len(bad))}."


def _diagonal(value: np.ndarray) -> bool:
    n = round(value.size**0.5)
    matrix = value.reshape(n, n)
    return bool(np.all(matrix == np.diag(np.diag(matrix))))


def _misshaped(known: list, out: tuple, shape: tuple, points: tuple, name: str) -> GradientCheck:
    values, truths = [a.value for _, a, _ in known], [t.value for _, _, t in known]
    kind, says = misshapen(values, truths, out, shape)
    return GradientCheck(False, kind, says, None, None, known[0][0], values[0], truths[0], points, name=name)


def _praise(check: GradientCheck, count: int) -> str:
    assert check.error is not None
    worst = float(np.max(check.error[np.isfinite(check.error)], initial=0.0))
    return f"All {check.error.size} entries agree with the truth at {counted(count)}; largest relative error {worst:.1e}." if check.error.size > 1 else f"It agrees with the truth at {counted(count)}; largest relative error {worst:.1e}."  # fmt: skip
