"""Rules where a number stands: which one, who has it, and why the others do not."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np

from derivlab.diagnosis.evidence import Evidence
from derivlab.diagnosis.limits import SINGLE, tie
from derivlab.diagnosis.line import CONTRADICTION, Line
from derivlab.diagnosis.source import Site, matching
from derivlab.diagnosis.verdict import Finding, Methods
from derivlab.methods.automatic import Reverse
from derivlab.methods.reference import Reference
from derivlab.methods.richardson import Richardson

EXACT = ("reference", "symbolic", "reverse", "forward", "complex_step")
ORDER = (*EXACT, "richardson", "five_point", "central_difference", "forward_difference")
CUTS = r"math\.|float\(|\.item\(|asarray|np\.array\(|\bint\(|repr|vectorize|tolist"
ANALYTIC = r"conj|\.real\b|\.imag\b|abs(olute)?\(.*\) *\*\* *2|vdot|iscomplex"
MASKS = r"where|select|\[.*[<>=].*\]|choose|piecewise"


def slope_of(line: Line) -> np.ndarray | None:
    """The slope along a line: of a hundred digits, else automatic, unless differences that converge refute it."""
    exact = line.exact.slope if line.exact is not None and line.exact.smooth else None
    claims = [c for c in (exact, line.automatic) if c is not None]
    if len(claims) == 2 and not line.same(claims[0], claims[1], 10):
        told = [c for c in claims if line.verdict(c) != CONTRADICTION]
        claims = told[:1] or claims[:1]
    if not claims:
        window = line.settled(6)
        return None if window is None else window.value
    claim = claims[0]
    if line.verdict(claim) == CONTRADICTION and (window := line.settled(8)) is not None:
        return window.value
    if len(claims) == 2 and not _chooses(line):  # a feature of f as it is written, however narrow
        return claim
    window = line.switched(claim)
    return claim if window is None else window.value


def _chooses(line: Line) -> bool:
    """Whether f compares, rounds or leaves the run: what it does at x may be another formula than beside it."""
    record = line.record
    return bool(record.ties or record.tests or record.steps or record.cut)


def stands(e: Evidence) -> Finding:
    """The last rule: a value, or differences that settle on nothing."""
    if any(_held(line) for line in e.lines):
        return Finding("unreliable", "hidden_state", about="numbers kept from earlier calls")
    slopes = [slope_of(line) for line in e.lines]
    if any(s is None for s in slopes):
        if matching(e.f, SINGLE):
            return Finding("unreliable", "dtype", site=matching(e.f, SINGLE))
        return Finding("unreliable", "noise", site=matching(e.f, r"hash|noise|round|random"))
    value = _matrix(e, slopes)
    if value is None:
        return _not_linear(e) if all(_is_smooth(line) for line in e.lines) else Finding("unreliable", "noise")
    kind, site = _kind(e, slopes, value)
    return Finding("value", kind, value=value, site=site)


def _held(line: Line) -> bool:
    """Whether f has one value at all points of the sweep, and a slope where it is followed: a cache that is not renewed."""
    moves = line.automatic is not None and np.any(np.abs(line.automatic) > 1e-6 * np.abs(line.sweep.base))
    return bool(moves and np.all(line.sweep.values == line.sweep.base))


def _matrix(e: Evidence, slopes: list) -> Any:
    """All first derivatives: of the best row that has these slopes, or made of them."""
    assert e.output is not None
    shape = e.output.shape + np.shape(e.x)
    given = {row.method: row.value for row in e.rows} | {"reference": e.reference}
    names = sorted(
        (n for n in given if given[n] is not None), key=lambda n: ORDER.index(n) if n in ORDER else len(ORDER)
    )
    for more in (1.0, 1e3):
        for name in names:
            value = np.asarray(given[name], dtype=float)
            if value.shape == shape and np.all(np.isfinite(value)) and _fits(e, value, slopes, more):
                return value if value.ndim else float(value)
    if np.size(e.x) == 1:
        value = (np.asarray(slopes[0]) / e.lines[0].v).reshape(shape) + 0.0
        return value if value.ndim else float(value)
    return _own(e, slopes)


def _own(e: Evidence, slopes: list) -> Any:
    """A matrix of no row: the rows were few, or all of them refuse."""
    methods = (Reverse(kinks="convention"), Richardson(), Reference())
    for method in methods[: 3 if np.size(e.x) <= 16 else 1]:
        try:
            with np.errstate(all="ignore"):
                value = np.asarray(method.jacobian(e.bound, e.x).value, dtype=float)
        except Exception:
            continue
        if np.all(np.isfinite(value)) and _fits(e, value, slopes, 1e3):
            return value
    return None


def _is_smooth(line: Line) -> bool:
    return line.exact is not None and line.exact.smooth


def _fits(e: Evidence, value: np.ndarray, slopes: list, more: float) -> bool:
    flat = value.reshape(-1, np.size(e.x))
    return all(line.same(flat @ line.v, s, more) for line, s in zip(e.lines, slopes, strict=True))


def _not_linear(e: Evidence) -> Finding:
    """Slopes along all lines, and no gradient that has them."""
    from derivlab.diagnosis.coordinates import one_sided

    left, right, _ = one_sided(e)
    return Finding("undefined", "kink", left=left, right=right, site=tie(e, "kink"), about="direction")


def methods_of(e: Evidence, finding: Finding) -> Methods:
    """The rows sorted by whether they have the value."""
    refused = tuple(row.method for row in e.rows if row.value is None)
    given = [row for row in e.rows if row.value is not None]
    if finding.value is None or finding.trust not in ("value", "unreliable"):
        names = tuple(row.method for row in given)
        if finding.trust == "unreliable":
            return Methods(refused=refused, doubtful=names)
        return Methods(wrong=names, refused=refused)
    right = tuple(row.method for row in given if _near(e, row.value, finding.value))
    return Methods(right, tuple(row.method for row in given if row.method not in right), refused)


def _near(e: Evidence, value: Any, truth: Any) -> bool:
    value, truth = np.asarray(value, dtype=float), np.asarray(truth, dtype=float)
    if value.shape != truth.shape or not np.all(np.isfinite(value)):
        return False
    natural = max((line.natural / float(np.max(np.abs(line.v))) for line in e.lines), default=0.0)
    return bool(np.all(np.abs(value - truth) <= 1e-4 * np.max(np.abs(truth), initial=0.0) + 1e-6 * natural))


def _kind(e: Evidence, slopes: list, value: Any) -> tuple[str, Site | None]:
    """Why some method has it wrong, or that all agree."""
    line, slope = next(
        (
            (k, s)
            for k, s in zip(e.lines, slopes, strict=True)
            if k.automatic is None or not k.same(k.automatic, s, 10)
        ),
        (e.lines[0], slopes[0]),
    )
    record = line.record
    if e.seen.mutated:
        return "mutation", _mutation(e)
    if np.all(np.asarray(value) == 0) and _still(line) and line.automatic is None and record.cut is None:
        return "flat", None
    if record.slope is not None and line.automatic is None:
        return _masked(e, line)
    if record.slope is None:
        if any(
            row.family == "automatic" and row.value is not None and _near(e, row.value, value)
            for row in e.rows
        ):
            return "agree", None
        if matching(e.f, CUTS) or record.cut is not None:
            return "severed_graph", record.cut or matching(e.f, CUTS)
        return "severed_graph", None
    if not line.same(record.slope, slope, 10):
        return _branch(e, line)
    if _hidden(e) is not None and matching(e.f, MASKS):
        return "masked_nan", _hidden(e)
    if np.all(np.asarray(value) == 0) and _still(line):
        if e.events("underflow"):
            return "underflow", e.events("underflow")[0]
        return "flat", None
    if (site := _loose(e, line)) is not None:
        return "truncation", site
    refused = next((row for row in e.rows if row.method == "complex_step" and row.value is None), None)
    if refused is not None and not record.ties and matching(e.f, ANALYTIC):
        return "not_analytic", matching(e.f, ANALYTIC)
    return "agree", None


def _still(line: Line) -> bool:
    near = line.sweep.steps < 1e-3
    return bool(np.all(line.sweep.values[:, near] == line.sweep.base))


def _hidden(e: Evidence) -> Site | None:
    """The line whose NaN or infinity did not reach the value."""
    return next((site for kind, site in e.seen.events if "underflow" not in kind and site is not None), None)


def _masked(e: Evidence, line: Line) -> tuple[str, Site | None]:
    """The chain rule met 0·∞: behind a mask, in an overflow, or at a gap that f itself fills."""
    if (mask := matching(e.f, MASKS)) is not None:
        return "masked_nan", _hidden(e) or mask
    if e.events("overflow"):
        return "overflow", e.events("overflow")[0]
    return "removable", matching(e.f, r"sqrt|norm|/|\*\*|power|prod|abs")


def _branch(e: Evidence, line: Line) -> tuple[str, Site | None]:
    """The automatic run followed a path that is taken at x and not beside it."""
    if matching(e.f, r"\bwhile\b|\bfor\b"):
        return "early_exit", matching(e.f, r"\bwhile\b|\bbreak\b") or matching(e.f, r"\bif\b|\bfor\b")
    if (
        line.record.ties
        and not matching(e.f, r"\bif\b")
        and not any(key in ("equal", "not_equal") for key, _ in line.record.ties)
    ):
        return "kink", next((site for _, site in line.record.ties if site is not None), None)
    if (
        line.record.ties
        and not matching(e.f, r"\bif\b")
        and not any(key in ("equal", "not_equal") for key, _ in line.record.ties)
    ):
        return "kink", next((site for _, site in line.record.ties if site is not None), None)
    if line.record.ties or line.record.tests or matching(e.f, r"\bif\b|where"):
        site = next((s for key, s in line.record.ties if s is not None), None)
        return "special_case_branch", matching(e.f, r"\bif\b") or site
    return "severed_graph", matching(e.f, CUTS)


def _mutation(e: Evidence) -> Site | None:
    """The line that writes into x: the one that fails when x is read-only."""
    from derivlab.diagnosis.source import of_error

    point = np.array(e.x, dtype=float)
    point.flags.writeable = False
    try:
        e.f(point, *e.args)
    except Exception as error:
        return of_error(error, e.f)
    return None


def _loose(e: Evidence, line: Line) -> Site | None:
    """The line of a loop's stopping test with a tolerance that leaves more than six digits open."""
    found = matching(e.f, r"\bwhile\b")
    if found is None:
        return None
    loose = re.search(r"[<>]=?\s*([0-9.]+(?:e-?[0-9]+)?)\s*:?$", found.text)
    return found if loose and 1e-6 < float(loose.group(1)) < 1.0 else None


def guess(e: Evidence, finding: Finding) -> Finding:
    """For an unreliable number the one of a hundred digits, where there is one."""
    if (
        finding.trust != "unreliable"
        or finding.value is not None
        or finding.kind in ("random", "hidden_state", "event", "noise")
    ):
        return finding
    return finding if e.reference is None else replace(finding, value=e.reference)
