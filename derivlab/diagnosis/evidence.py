"""Everything a diagnosis knows, gathered once and within a budget of evaluations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from derivlab.diagnosis.calls import Calls, Observed
from derivlab.diagnosis.exact import Exact, Magnifier, magnified
from derivlab.diagnosis.line import Line
from derivlab.diagnosis.recorded import recorded
from derivlab.diagnosis.source import code_of
from derivlab.diagnosis.sweep import LONGEST, RATIO, Sweep, sweep
from derivlab.errors import DerivativeError
from derivlab.lift import Bound
from derivlab.methods.output import as_output
from derivlab.methods.scale import SMALLEST, magnitude

PATIENCE = 1.5  # seconds for runs with a hundred digits


@dataclass(frozen=True)
class Evidence:
    """f, x, what f did at x, whether it repeats itself, and one or two lines through x; `refusal` says why x is none."""

    f: Callable
    args: tuple
    x: Any
    rows: Sequence[Any] = ()
    reference: Any = None
    refusal: str | None = None
    seen: Observed = field(default_factory=Observed)
    output: np.ndarray | None = None
    complaint: str | None = None
    again: tuple[Any, ...] = ()
    lines: tuple[Line, ...] = ()
    magnifier: Magnifier | None = None
    around: np.ndarray | None = None
    evaluations: int = 0

    @property
    def bound(self) -> Bound:
        return Bound(self.f, self.args)

    @property
    def source(self) -> str:
        """f's own source, or an empty string."""
        import inspect

        code = code_of(self.f)
        try:
            return inspect.getsource(code) if code is not None else ""
        except (OSError, TypeError):
            return ""

    def events(self, *words: str) -> list:
        """Lines of floating-point events at x, by words of their names."""
        return [site for kind, site in self.seen.events if any(w in kind for w in words)]


def directions(x: np.ndarray) -> list[np.ndarray]:
    """x's own size for one number; two oblique directions, each coordinate in proportion to its size, for more."""
    size = magnitude(x)
    if x.size == 1:
        return [size]
    rng = np.random.default_rng(20)
    return [size * rng.uniform(0.3, 1.0, x.size) * rng.choice([-1.0, 1.0], x.size) for _ in range(2)]


def gather(f: Callable, args: tuple, x: Any, comparison: Any = None, effort: float = 1.0) -> Evidence:
    """The evidence on f at x: about sixty evaluations of f at effort 1, and some with a hundred digits."""
    calls = Calls(f, args, x)
    rows = () if comparison is None else comparison.rows
    reference = None if comparison is None else comparison.reference
    earlier = () if comparison is None else comparison.values
    evidence = Evidence(f, args, x, rows, reference, seen=calls.observe())
    if evidence.seen.error is not None:
        return replace(evidence, evaluations=calls.count)
    try:
        base = calls.settle(evidence.seen.value)
    except DerivativeError as error:
        return replace(evidence, complaint=str(error), evaluations=calls.count)
    output = as_output(evidence.seen.value)
    evidence = replace(evidence, output=output)
    if output.size == 0:
        return replace(evidence, complaint="f returns an empty array.", evaluations=calls.count)
    ways = directions(calls.x)
    again = [*(np.ravel(v) for v in earlier), calls(calls.x), calls(calls.x)]
    if not np.all(np.isfinite(base)):
        near = np.array([calls(calls.x + t * ways[0]) for t in (-1e-3, -1e-6, 1e-6, 1e-3)])
        return replace(
            evidence,
            again=tuple(again),
            around=near,
            magnifier=magnified(evidence.bound, x, base.size)[0],
            evaluations=calls.count,
        )
    found = [_line(calls, evidence, base, v, len(ways), effort) for v in ways]
    again.append(calls(calls.x))
    magnifier, _ = magnified(evidence.bound, x, base.size)
    lines: list[Line] = []
    for line in found:
        line = _same_function(replace(line, exact=_exact(magnifier, line.v)))
        if line.suspicious and not any(known.staircase for known in lines):
            line = replace(line, staircase=_climbs(calls, line))
        lines.append(line)
    again.append(calls(calls.x))
    return replace(
        evidence,
        again=tuple(again),
        lines=tuple(lines),
        magnifier=magnifier,
        evaluations=calls.count + len(found),
    )


def _line(
    calls: Calls, evidence: Evidence, base: np.ndarray, v: np.ndarray, ways: int, effort: float
) -> Line:
    step = (2 if ways > 1 else 1) / max(effort, 0.1)
    run = sweep(calls, base, v, RATIO**step, round(20 / step))
    if ways == 1 and 0.02 < v[0] < 0.9:
        run = _joined(sweep(calls, base, v, RATIO, 1, LONGEST / v[0]), run)
    if ways > 1:
        run = _sorted(_joined(run, sweep(calls, base, v, RATIO, 1, LONGEST / RATIO)))
    line = Line(v, recorded(evidence.bound, evidence.x, v), None, run)
    claim = line.automatic
    if (
        ways == 1
        and (claim is None or line.verdict(claim) < 1)
        and line.settled(6) is None
        and line.flight is None
    ):
        line = replace(line, sweep=_longer(calls, run))
    return line


def _longer(calls: Calls, run: Sweep) -> Sweep:
    """Steps down to the resolution of x: waves that are shorter than a billionth of x."""
    least = 1e-19 if abs(calls.x[0]) < SMALLEST else 1.2e-16
    shortest = run.steps[-1]
    count = min(max(int(np.log(shortest / least) / np.log(RATIO)), 0), 6)
    more = sweep(calls, run.base, run.v, RATIO, count, shortest / RATIO)
    _, keep = np.unique(more.steps, return_index=True)
    keep = keep[::-1]
    return _joined(run, replace(more, steps=more.steps[keep], values=more.values[:, keep]))


def _sorted(run: Sweep) -> Sweep:
    order = np.argsort(-run.steps)
    return replace(run, steps=run.steps[order], values=run.values[:, order])


def _joined(long: Sweep, short: Sweep) -> Sweep:
    return replace(
        long,
        steps=np.concatenate([long.steps, short.steps]),
        values=np.concatenate([long.values, short.values], axis=1),
    )


def _exact(magnifier: Magnifier | None, v: np.ndarray) -> Exact | None:
    if magnifier is None or magnifier.seconds * 8 > PATIENCE * max(magnifier.count, 1):
        return None
    try:
        with np.errstate(all="ignore"):
            return magnifier.along(v)
    except Exception:
        return None


def _same_function(line: Line) -> Line:
    """Without runs that give another value than f, where f itself is smooth to the last digits: they are not f's."""
    base = line.sweep.base
    near = 1e-6 * np.max(np.abs(base), initial=0.0)
    value = line.record.value
    if line.settled(8) is None or value is None:
        return line
    if value.shape == base.shape and np.all(np.abs(value - base) <= near):
        return line
    return replace(line, record=replace(line.record, slope=None), exact=None)


def _climbs(calls: Calls, line: Line) -> bool:
    """Whether f jumps on its way: an interval is halved, and what f rises in it beyond its slope stays."""
    for side, sign in enumerate((-1.0, 1.0)):
        if (found := line.first_step(side)) is None:
            continue
        here = line.here
        ends = [(t, calls(calls.x + sign * t * line.v)) for t in found]
        start = rise = _rise(ends[0], ends[1], sign, here)
        for _ in range(8):
            t = 0.5 * (ends[0][0] + ends[1][0])
            middle = (t, calls(calls.x + sign * t * line.v))
            halves = [[ends[0], middle], [middle, ends[1]]]
            ends = max(halves, key=lambda pair: _rise(pair[0], pair[1], sign, here))
            rise = _rise(ends[0], ends[1], sign, here)
        return bool(rise > 0.02 * start)  # of a smooth f 0.004 would be left
    return False


def _rise(a: tuple, b: tuple, sign: float, here: Any) -> float:
    return float(np.nanmax(np.abs(b[1] - a[1] - sign * (b[0] - a[0]) * here)))
