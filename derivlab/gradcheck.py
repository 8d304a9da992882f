"""A hand-written gradient against the truth: right or wrong, entry by entry, and what the mistake looks like."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from derivlab.answers import Answer, ask, fitted
from derivlab.errors import DerivativeError
from derivlab.judgement import Case, judge
from derivlab.lift import Bound
from derivlab.methods.output import as_output
from derivlab.mistakes import Judged, misshapen, mistake, named
from derivlab.probes import around, drawn, found, given, taken
from derivlab.truth import truth
from derivlab.verbs import prepare

POINTS = 6
SHOWN = 8  # entries in the printed table


@dataclass(frozen=True, repr=False)
class GradientCheck:
    """What a check found; true in a condition where the gradient is right.

    `error` is the largest error of each entry over all points, relative to that entry of the truth; `worst` the index
    of the entry that is most wrong, at the point `at`, where grad gave `given` and `truth` is right. `mistake` names
    what it looks like ("" if right) and `says` says it in a sentence; `note` holds what was allowed for.
    """

    right: bool
    mistake: str
    says: str
    error: np.ndarray | None
    worst: tuple[int, ...] | None
    at: Any
    given: Any
    truth: Any
    points: tuple[Any, ...]
    note: str = ""
    name: str = "grad"

    def __bool__(self) -> bool:
        return self.right

    def rows(self) -> list[tuple[str, float, float, float]]:
        """Entry, what grad gave, truth and relative error at the worst point, worst first."""
        if self.error is None or np.shape(self.given) != np.shape(self.truth):
            return []
        given, true = np.asarray(self.given), np.asarray(self.truth)
        wrong = np.ravel(relative(given, true))
        order = np.argsort(-np.where(np.isnan(wrong), 0.0, wrong), kind="stable")[:SHOWN]
        index = [tuple(map(int, np.unravel_index(k, true.shape))) for k in order]
        return [(named(i) or "x", float(given[i]), float(true[i]), float(wrong[k])) for i, k in zip(index, order, strict=True)]  # fmt: skip

    def __repr__(self) -> str:
        lines = [f"{self.name}: {self._verdict()}", self.says]
        if rows := self.rows():
            lines.append(f"at x = {_shown(self.at)}")
            cells = [("entry", "given", "true", "relative error"), *(( e, f"{g:.10g}", f"{t:.10g}", f"{r:.1e}") for e, g, t, r in rows)]  # fmt: skip
            wide = [max(len(row[i]) for row in cells) for i in range(4)]
            lines += ["  " + "  ".join(c.ljust(w) for c, w in zip(row, wide, strict=True)).rstrip() for row in cells]  # fmt: skip
            if np.size(self.truth) > SHOWN:
                lines.append(f"  ... {np.size(self.truth) - SHOWN} more entries")
        return "\n".join([*lines, *([f"note: {self.note}"] if self.note else [])])

    def _verdict(self) -> str:
        return f"right at {_points(len(self.points))}" if self.right else f"WRONG ({self.mistake})"

    def _repr_html_(self) -> str:
        colour, mark = ("#007e5b", "✓") if self.right else ("#b34700", "✗")
        text = "color:var(--jp-content-font-color1,#111)"
        cell = (
            f"padding:.2em .8em;text-align:left;border-bottom:1px solid var(--jp-border-color2,#bbb);{text}"
        )
        head = "".join(f'<th scope="col" style="{cell}">{c}</th>' for c in ("entry", "given", "true", "relative error"))  # fmt: skip
        body = "".join(
            f'<tr><td style="{cell}">{e}</td><td style="{cell}">{g:.10g}</td><td style="{cell}">{t:.10g}</td><td style="{cell}">{r:.1e}</td></tr>'
            for e, g, t, r in self.rows()
        )
        table = f'<table style="border-collapse:collapse;font-variant-numeric:tabular-nums"><caption style="text-align:left;{text}">at x = {html.escape(_shown(self.at))}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
        note = f'<div style="{text}"><i>note: {html.escape(self.note)}</i></div>' if self.note else ""
        return (
            f'<div style="border-left:5px solid {colour};padding-left:.8em"><div style="{text}"><b>{mark} {html.escape(self.name)}: '
            f'{html.escape(self._verdict())}</b></div><div style="{text}">{html.escape(self.says)}</div>{table if body else ""}{note}</div>'
        )

    def to_dict(self) -> dict:
        """Plain lists and numbers, ready for JSON."""
        plain = {
            k: v.tolist() if isinstance(v, (np.ndarray, np.generic)) else v for k, v in vars(self).items()
        }
        return plain | {"points": [np.asarray(p).tolist() for p in self.points]}


def relative(given: np.ndarray, true: np.ndarray) -> np.ndarray:
    """|given - true| / |true| of each entry: 0 where both are 0, infinite where only the truth is."""
    with np.errstate(all="ignore"):
        error = np.abs(given - true) / np.abs(true)
    return np.where(given == true, 0.0, np.where(np.isnan(error), np.inf, error))


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
    g, own, rng = Bound(f, tuple(args)), _Given(grad, tuple(args)), np.random.default_rng(seed)
    name = getattr(grad, "__name__", type(grad).__name__)
    batches = [list(b) for b in _batches(f, g, own, x, points, args, rng)]
    checks = [_check(g, own, batch, name) for batch in batches]
    wrong = next((c for c in checks if not c.right), None)
    if wrong is not None:
        return wrong
    everywhere = tuple(p for c in checks for p in c.points)
    return GradientCheck(**{**vars(checks[0]), "points": everywhere, "says": _praise(checks[0], len(everywhere))})  # fmt: skip


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
        what = f"{type(error).__name__}: {str(error).rstrip('.')}"
        raise DerivativeError(f"f fails at x = {_shown(x)} ({what}); give a point where it runs.") from error
    if not np.all(np.isfinite(value)):
        raise DerivativeError(f"f(x) is not finite at x = {_shown(x)}; give a point in the domain of f.")
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
    truths: list[Any] = []
    failure = None
    for p in points:
        try:
            truths.append(truth(g, p))
        except DerivativeError as error:
            truths.append(None)
            failure = error
    known = [k for k, t in enumerate(truths) if t is not None and not np.all(np.isnan(t.value))]
    if not known:
        raise failure or DerivativeError(
            "f has no finite derivative at any of these points (noise, a jump, a singular slope); give another x."
        )
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
    elementwise = out == shape and all(_diagonal(t.value) for _, _, t in known) and len(shape) > 0
    cases, notes, judged = [], [], []
    for x, answer, true in known:
        value, note = fitted(answer.value, out, shape, elementwise)
        if value is None:
            return _misshaped(known, out, shape, points, name)
        case = Case(g, own, x, answer, value, true, elementwise)
        wrong, said = judge(case)
        cases.append(case)
        judged.append(Judged(x, value, true.value, wrong, true.kinks, _own_steps(case, wrong)))
        notes += [n for n in (note, *answer.notes, *said) if n]
    fault = next((a for _, a, _ in known if a.fault), None)
    bad = [j for j in judged if j.wrong.any()]
    error = np.max(np.stack([np.where(j.kinks & ~j.wrong, 0.0, relative(j.given, j.true)) for j in judged]), axis=0)  # fmt: skip
    j = max(bad or judged, key=lambda j: float(np.nanmax(np.where(j.wrong | (not bad), relative(j.given, j.true), 0.0))))  # fmt: skip
    score = np.where(j.wrong | (not bad), relative(j.given, j.true), -1.0)
    worst = tuple(map(int, np.unravel_index(int(np.nanargmax(score)), score.shape)))
    kind, says = mistake(g, tuple(judged)) if bad else (fault.fault, fault.says) if fault else ("", "")
    if bad:
        says = says[:1].upper() + says[1:] + _where(judged)
    check = GradientCheck(
        not kind,
        kind,
        says,
        error,
        worst,
        j.x,
        j.given,
        j.true,
        points,
        "; ".join(dict.fromkeys(notes)),
        name,
    )
    return check if kind else GradientCheck(**{**vars(check), "says": _praise(check, len(points))})


def _own_steps(case: Case, wrong: np.ndarray) -> np.ndarray | None:
    """The steps of a finite difference that explain what is wrong."""
    return case.answer.steps if np.all(case.error[wrong] <= case.of_steps[wrong]) else None


def _where(judged: list[Judged]) -> str:
    """At how many points it is wrong, unless at all."""
    bad = [j.wrong.any() for j in judged]
    if all(bad):
        return ""
    if not bad[0]:
        return f" At x itself it is right; it is wrong at {sum(bad)} of {_points(len(bad))} around."
    return f" It is wrong at {sum(bad)} of {_points(len(bad))}."


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
    return f"All {check.error.size} entries agree with the truth at {_points(count)}; largest relative error {worst:.1e}." if check.error.size > 1 else f"It agrees with the truth at {_points(count)}; largest relative error {worst:.1e}."  # fmt: skip


def _points(count: int) -> str:
    return f"{count} point{'s' * (count != 1)}"


def _shown(x: Any) -> str:
    return (
        np.array2string(np.asarray(x), precision=6, separator=", ", threshold=8).replace("\n", "")
        if np.ndim(x)
        else f"{x:.6g}"
    )
