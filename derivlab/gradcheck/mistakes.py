"""What a wrong gradient looks like: patterns between it and the truth, over several points."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from derivlab.gradcheck.detours import detours

CLOSE = 1e-5  # relative; patterns are compared more loosely than right and wrong


@dataclass(frozen=True)
class Judged:
    """One point: x, what grad gave and the truth, both of shape `f(x).shape + x.shape`, and which entries are wrong.

    `low` and `high` are the one-sided slopes, `steps` those of a finite difference that explain what is wrong;
    `formula` says that with more digits grad would be right.
    """

    x: Any
    given: np.ndarray
    true: np.ndarray
    wrong: np.ndarray
    low: np.ndarray
    high: np.ndarray
    steps: np.ndarray | None = None
    formula: bool = False

    @property
    def kinks(self) -> np.ndarray:
        """Where the one-sided slopes differ."""
        return self.low != self.high


@dataclass(frozen=True)
class Evidence:
    """All points as rows: given, true and wrong (P, N); coordinates of x (P, n)."""

    f: Callable
    points: tuple[Judged, ...]
    x: np.ndarray
    given: np.ndarray
    true: np.ndarray
    wrong: np.ndarray

    @property
    def columns(self) -> np.ndarray:
        """The entries that are wrong somewhere."""
        return np.flatnonzero(self.wrong.any(axis=0))

    @property
    def shape(self) -> tuple[int, ...]:
        return self.points[0].true.shape


def evidence(f: Callable, points: tuple[Judged, ...]) -> Evidence:
    """Rows from points of one shape."""
    rows = [
        np.stack([np.ravel(getattr(p, name)) for p in points]) for name in ("x", "given", "true", "wrong")
    ]
    return Evidence(f, points, *rows)


def same(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Close relative to each entry."""
    return np.abs(a - b) <= CLOSE * np.maximum(np.abs(a), np.abs(b))


def explains(it: Evidence, other: np.ndarray) -> np.ndarray:
    """Where what was given is far closer to these numbers than to the truth."""
    missed = np.abs(it.given - other) - 1e-12 * np.abs(it.given)
    return missed <= CLOSE * np.abs(it.given - it.true)


def named(where: tuple[int, ...] | int | None) -> str:
    """An entry by its index."""
    return "" if where is None or where == () else f"[{', '.join(map(str, np.atleast_1d(where)))}]"


FACTORS = {
    -1.0: "sign",
    2.0: "factor 2",
    0.5: "factor 2",
    -2.0: "factor 2",
    -0.5: "factor 2",
    0.0: "dropped term",
}


def _factor(k: float) -> str:
    return next((name for value, name in FACTORS.items() if abs(k - value) <= CLOSE), "missing factor")


def _times(k: float) -> str:
    if 0 < abs(k - 1.0) < 1e-4:
        return f"is the truth times 1 {'+' if k > 1 else '-'} {abs(k - 1.0):.3g}"
    words = {-1.0: "has the wrong sign", 0.0: "is 0 where the truth is not", 2.0: "is twice the truth", 0.5: "is half the truth"}  # fmt: skip
    return next(
        (says for value, says in words.items() if abs(k - value) <= CLOSE), f"is {k:.6g} times the truth"
    )


def _places(it: Evidence, columns: np.ndarray) -> str:
    """The entries in words: all of them, or their indices."""
    if len(columns) == it.true.shape[1]:
        return "grad"
    shown = [f"grad{named(np.unravel_index(c, it.shape))}" for c in columns[:3]]
    return ", ".join(shown) + (f" and {len(columns) - 3} more" if len(columns) > 3 else "")


def excess(it: Evidence, columns: np.ndarray) -> np.ndarray:
    """(given - true) / true of these entries: 1 + 1e-6 is told from 1; NaN where both are 0."""
    given, true = it.given[:, columns], it.true[:, columns]
    with np.errstate(all="ignore"):
        return np.where((true == 0) & (given == 0), np.nan, (given - true) / true)


def share(it: Evidence, columns: np.ndarray) -> float | None:
    """The one factor between these entries and the truth."""
    k = _steady(excess(it, columns))
    return None if k is None else 1.0 + k


def _steady(values: np.ndarray) -> float | None:
    """The one number that all finite values share, NaN left out."""
    values = values[~np.isnan(values)]
    if not values.size or not np.all(np.isfinite(values)):
        return None
    middle = float(np.median(values))
    if np.all(np.abs(values - middle) <= CLOSE * np.maximum(np.abs(values), abs(middle))):
        return middle
    return 0.0 if np.all(values == 0) else None


def not_finite(it: Evidence) -> Iterator[tuple[str, str]]:
    """No numbers where the truth has some."""
    bad = ~np.isfinite(it.given)
    if bad.any():
        columns = np.flatnonzero(bad.any(axis=0))
        yield "not finite", f"{_places(it, columns)} is NaN or infinite where the truth is finite."


def frozen(it: Evidence) -> Iterator[tuple[str, str]]:
    """The same numbers at every point, right at one of them."""
    right = ~it.wrong.any(axis=1)
    if len(it.given) > 1 and right.any() and np.all(same(it.given, it.given[:1])) and np.any(it.given):
        yield (
            "right only at this point",
            "grad gives the same numbers at every point, and the truth does not.",
        )


def factor(it: Evidence) -> Iterator[tuple[str, str]]:
    """One constant between all wrong entries and the truth."""
    k = share(it, it.columns)
    if k is not None and (np.sum(~np.isnan(excess(it, it.columns))) > 1 or _factor(k) != "missing factor"):
        name = _factor(k)
        hint = f"; multiply by {1 / k:.6g}" if name == "missing factor" and abs(k - 1.0) > 1e-4 else ""
        yield name, f"{_places(it, it.columns)} {_times(k)} at every point{hint}."


def order(it: Evidence) -> Iterator[tuple[str, str]]:
    """The true entries in other places."""
    n = it.true.shape[1]
    if n < 2 or n > 400:
        return
    if len(it.shape) == 2 and it.shape[0] == it.shape[1]:
        turned = it.true.reshape(-1, *it.shape).swapaxes(1, 2).reshape(it.true.shape)
        if np.all(explains(it, turned)):
            yield "transposed", "grad is the transpose of the truth."
            return
    match = np.all(same(it.given[:, :, None], it.true[:, None, :]), axis=0)
    alike = np.all(same(it.true[:, :, None], it.true[:, None, :]), axis=0)
    if np.all(match.any(axis=1)) and not np.array_equal(match, alike):
        from scipy.optimize import linear_sum_assignment

        row, column = linear_sum_assignment(~match)
        if match[row, column].all():
            first = int(np.flatnonzero(~match[row, row])[0]) if (~match[row, row]).any() else 0
            places = (named(np.unravel_index(k, it.shape)) for k in (first, column[first]))
            yield "wrong coordinate order", "grad has the true entries in other places: grad{} holds what belongs to {}.".format(*places)  # fmt: skip


def factors(it: Evidence) -> Iterator[tuple[str, str]]:
    """A constant of its own for each wrong entry."""
    found = [share(it, np.array([c])) if it.true[:, c].any() else None for c in it.columns]
    if len(it.given) < 2 or any(k is None for k in found):
        return
    names = {_factor(k) for k in found if k is not None}
    says = "; ".join(f"{_places(it, np.array([c]))} {_times(k)}" for c, k in list(zip(it.columns, found, strict=True))[:3] if k is not None)  # fmt: skip
    yield names.pop() if len(names) == 1 else "missing factor", says + "."


def constant(it: Evidence) -> Iterator[tuple[str, str]]:
    """The same number missing at every point: the slope of a linear term."""
    missing = (it.true - it.given)[:, it.columns]
    if len(missing) > 1 and np.all(np.isfinite(missing)) and np.all(same(missing, missing[:1])):
        yield "dropped term", f"{_places(it, it.columns)} lacks the constant {missing[0, 0]:.6g}: the slope of a linear term."  # fmt: skip


def operation(it: Evidence) -> Iterator[tuple[str, str]]:
    """One operation of f whose local derivative was left out, dropped, or altered; else several of one kind."""
    found = list(detours(it.f, [p.x for p in it.points], it.given, it.true, it.columns))
    alone = [[d] for d in found if d.kind != "missing factor" and len(d.columns) == it.columns.size]
    several = [[d for d in found if d.kind == kind] for kind in KINDS]
    for group in (*alone, *several):
        if group and len(frozenset().union(*(d.columns for d in group))) == it.columns.size:
            yield group[0].kind, f"{_places(it, it.columns)}: {group[0].says}."


KINDS = ("sign", "dropped term", "factor 2", "missing chain factor", "off by one power", "missing factor")


def inner_factor(it: Evidence) -> Iterator[tuple[str, str]]:
    """A constant that belongs to the chain rule: the derivative of a linear function inside another one."""
    k = share(it, it.columns)
    if k is None or k == 0 or abs(k + 1) <= CLOSE:
        return
    for d in detours(it.f, [p.x for p in it.points], it.given, it.true, it.columns):
        if d.kind == "missing chain factor" and d.inner and len(d.columns) == it.columns.size:
            yield d.kind, f"{_places(it, it.columns)} {_times(k)}: {d.says}."
            return


def power(it: Evidence) -> Iterator[tuple[str, str]]:
    """The ratio is the coordinate itself, or the length of x."""
    if it.x.shape[1] != it.true.shape[1]:
        return
    lengths = np.linalg.norm(it.x, axis=1, keepdims=True)
    for of, base in (("x", it.x), ("the length of x", lengths)):
        for k, words in ((1, "too high"), (-1, "too low")):
            with np.errstate(all="ignore"):
                r = _steady(((1.0 + excess(it, np.arange(it.true.shape[1]))) / base**k)[:, it.columns])
            if r is not None and abs(r - 1.0) <= CLOSE and len(it.given) > 1:
                yield "off by one power", f"{_places(it, it.columns)} is one power of {of} {words}."
                return


def chain(it: Evidence) -> Iterator[tuple[str, str]]:
    """One ratio for all entries of a point, another at the next: the outer derivative of f = h(g(x))."""
    each = [_steady(row) for row in excess(it, it.columns)]
    found = [1.0 + k for k in each if k is not None and k != -1.0]
    if it.columns.size > 1 and np.sum(it.wrong.any(axis=1)) > 1 and len(found) == len(each):
        yield "missing chain factor", f"grad has the right direction; its length is off by a factor that depends on x ({1 / found[0]:.4g} at the first point)."  # fmt: skip


def beside_a_kink(it: Evidence) -> Iterator[tuple[str, str]]:
    """Wrong only where f has a kink."""
    if all(np.all(p.kinks[p.wrong]) for p in it.points):
        yield (
            "no subgradient",
            f"{_places(it, it.columns)} lies outside the slopes of the two sides at a kink of f.",
        )


def poor_step(it: Evidence) -> Iterator[tuple[str, str]]:
    """A finite difference whose steps spoil it."""
    steps = [p.steps for p in it.points if p.steps is not None and np.any(p.steps)]
    if steps:
        h = float(np.max(steps[0]))
        yield "poor step", f"grad is a finite difference with h = {h:.2g}, and with that step it is this far off; see dl.step_sweep for a better one."  # fmt: skip


def round_off(it: Evidence) -> Iterator[tuple[str, str]]:
    """A right formula that floats cannot follow."""
    if all(p.formula for p in it.points if np.any(p.wrong)):
        yield "round-off", f"{_places(it, it.columns)} has the right formula, and in floats its digits cancel; rewrite it without subtracting nearly equal numbers."  # fmt: skip


def here(it: Evidence) -> Iterator[tuple[str, str]]:
    """Right at one point, wrong at others."""
    right = np.flatnonzero(~it.wrong.any(axis=1))
    if right.size and right[0] == 0:
        yield "right only at this point", "grad is right at the first point and wrong elsewhere."


# The first that fits names the mistake.
PATTERNS: tuple[Callable[[Evidence], Iterator[tuple[str, str]]], ...] = (
    not_finite, beside_a_kink, poor_step, round_off, frozen, inner_factor, factor, order, factors, constant, operation, power, chain,
    here,
)  # fmt: skip


def mistake(f: Callable, points: tuple[Judged, ...]) -> tuple[str, str]:
    """The name of the mistake and a sentence; "unknown" where no pattern fits."""
    it = evidence(f, points)
    first = next(itertools.chain.from_iterable(p(it) for p in PATTERNS), None)
    return first or (
        "unknown",
        "grad is another function than the gradient of f; no common mistake explains it.",
    )
