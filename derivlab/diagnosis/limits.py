"""Rules on what happens beside x: rounding, jumps, vertical slopes, corners, edges, stairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from derivlab.diagnosis.coordinates import one_sided
from derivlab.diagnosis.evidence import Evidence
from derivlab.diagnosis.exact import JUMP, OUTSIDE, SINGULAR
from derivlab.diagnosis.line import MATCH, Line
from derivlab.diagnosis.source import Site, matching
from derivlab.diagnosis.verdict import Finding

SINGLE = r"float32|float16|np\.single|np\.half|['\"][<>=]?f[24]['\"]"
LINEAR = r"solve|\binv\(|lstsq|pinv|\bdet\(|eig|svd|cond\("
SINGULAR_BEYOND = 1e11  # condition numbers that leave fewer than five digits
ROUND = r"round|floor|ceil|rint|trunc|fix|//|\bint\(|digitize|searchsorted|\.astype"


def rounded(e: Evidence) -> Finding | None:
    """f(x) itself has lost its digits."""
    if any(line.record.condition > SINGULAR_BEYOND for line in e.lines):
        return Finding("unreliable", "ill_conditioned", site=matching(e.f, LINEAR))
    single = any(line.sweep.eps > 1e-10 for line in e.lines)
    if not single and not any(
        line.rounded and (line.exact is not None or not _broken(line)) for line in e.lines
    ):
        return None
    if single or matching(e.f, SINGLE):
        return Finding("unreliable", "dtype", site=matching(e.f, SINGLE))
    return Finding("unreliable", *_culprit(e))


def _broken(line: Line) -> bool:
    return line.leaps() or any(0.1 < p < 0.95 for p in line.growth())


def _culprit(e: Evidence) -> tuple:
    """Why digits are lost: amplified by many steps, by a linear system, by a difference, or not there from the start."""
    kind = (
        "cancellation" if any(line.exact is not None and line.exact.smooth for line in e.lines) else "noise"
    )
    if loops(e) and any(steep(line) for line in e.lines):
        kind = "chaos"
    elif matching(e.f, LINEAR):
        kind = "ill_conditioned"
    patterns = {
        "chaos": r"\bfor\b|\bwhile\b",
        "ill_conditioned": LINEAR,
        "noise": r"hash|noise|round|random",
        "cancellation": r"\s-\s|-=",
    }
    return kind, None, None, None, matching(e.f, patterns[kind])


def steep(line: Line) -> bool:
    """Whether the slope at x is far above any secant over steps of a thousandth of x and more."""
    slope = line.here
    if slope is None:
        return False
    long = line.sweep.steps >= 1e-3
    secants = np.nanmax(np.abs(line.sweep.slopes[:, long]), axis=(0, 1), initial=0.0)
    return bool(np.any(np.abs(slope) > 100 * secants))


def loops(e: Evidence) -> bool:
    """Whether f goes through many operations one after another."""
    return any(line.record.operations >= 60 for line in e.lines)


def chaotic(e: Evidence) -> Finding | None:
    """Many steps, and a slope that no step can follow."""
    if loops(e) and any(steep(line) for line in e.lines):
        return Finding("unreliable", *_culprit(e))
    return None


def _confirmed(line: Line) -> bool:
    """The automatic slope, and differences that converge to it: what a hundred digits say is a fault of theirs."""
    slope, exact = line.automatic, line.exact
    if slope is None or line.verdict(slope) != MATCH:
        return False
    if exact is None or not exact.apart.any():
        return True
    gap = np.where(exact.apart, np.abs(exact.left.slope - exact.right.slope), np.inf)
    told = [w for w in line.windows if w.longest > 1e-12]  # below, 1 + h may be 1 in f
    return any(line.judge(w, slope) == MATCH and np.all(w.error <= 0.1 * gap) for w in told)


def _natures(line: Line) -> str | None:
    exact = line.exact
    if line.leaps():
        return JUMP
    if exact is None:
        return _plain(line)
    if _confirmed(line):
        return None
    for nature in (JUMP, SINGULAR):
        if exact.left.has(nature) or exact.right.has(nature):
            return None if nature == JUMP and not line.leaps() else nature
    if exact.left.has(OUTSIDE) or exact.right.has(OUTSIDE):
        return OUTSIDE if any(line.outside) else None
    if exact.apart.any():
        gap = np.max(np.abs(exact.left.slope - exact.right.slope)[exact.apart])
        size = np.max(np.maximum(np.abs(exact.left.slope), np.abs(exact.right.slope))[exact.apart])
        return "kink" if gap > 1e-6 * size else None
    return "kink" if _smooth(line) and _corner_in_floats(line) else None


def _smooth(line: Line) -> bool:
    return line.exact is not None and line.exact.smooth


def _sides_in_floats(e: Evidence) -> tuple:
    """Slopes from the left and from the right of one number; None for more, of which the lines are oblique."""
    if np.size(e.x) > 1 or e.output is None:
        return None, None
    line, found = e.lines[0], []
    for k in (0, 1):
        short = [w for w in line.sweep.one_sided(k, line.width) if w.longest < 1e-4]
        best = min(short, key=lambda w: float(np.max(w.error)))
        found.append((best.value / line.v).reshape(e.output.shape + np.shape(e.x)))
    return tuple(value if value.ndim else float(value) for value in found)


def _corner_in_floats(line: Line) -> bool:
    """Whether floats have a corner here that a hundred digits put a rounding error beside x."""
    left, right = line.side(0), line.side(1)
    if left is None or right is None or max(left.longest, right.longest) > 1e-5:
        return False
    gap = np.abs(left.value - right.value)
    return bool(
        np.any((gap > 1e-2 * line.size + 1e-6 * line.natural) & (gap > 100 * (left.error + right.error)))
    )


def _plain(line: Line) -> str | None:
    """The nature of x from plain numbers alone."""
    if line.leaps():
        return JUMP
    if any(0.1 < p < 0.95 for p in line.growth()):
        return SINGULAR
    if any(line.outside):
        return OUTSIDE
    left, right = line.side(0), line.side(1)
    if left is None or right is None or line.settled(6) is not None:
        return None
    gap = np.abs(left.value - right.value)
    least = 1e-7 if line.record.ties else 1e-3
    wide = (gap > least * (line.size + 1e-3 * line.natural)) & (gap > 20 * (left.error + right.error))
    return "kink" if np.any(wide) else None


def broken(e: Evidence) -> Finding | None:
    """No derivative: f jumps, is vertical, has a corner, or ends at x."""
    found = [_natures(line) for line in e.lines]
    for nature in (JUMP, SINGULAR, "kink", OUTSIDE):
        if nature not in found:
            continue
        left, right, _ = one_sided(e)
        if nature == "kink" and any(_corner_in_floats(line) for line in e.lines if _smooth(line)):
            left, right = _sides_in_floats(e)
        if nature == JUMP and np.size(e.x) == 1:
            left, right = (
                None if leap else side for leap, side in zip(e.lines[0].leaping, (left, right), strict=True)
            )
        kind = {OUTSIDE: "domain"}.get(nature, nature)
        return Finding("undefined", kind, left=left, right=right, site=tie(e, nature))
    return None


def tie(e: Evidence, nature: str) -> Site | None:
    """The line on which f meets its edge."""
    record = e.lines[0].record
    steps = {"floor", "ceil", "sign", "rint", "round", "heaviside", "remainder", "argmax", "argmin", "trunc"}
    sites = [site for key, site in record.ties if site is not None]
    first = [
        site
        for key, site in (*record.ties, *record.steps)
        if nature == JUMP and key in steps and site is not None
    ]
    if first or sites:
        return (first or sites)[0]
    patterns = {
        JUMP: rf"\bif\b|[<>]|argmax|argmin|arctan2|{ROUND}|%|sign|heaviside",
        SINGULAR: r"sqrt|cbrt|\*\*|power|arcsin|arccos|log|arccosh",
        "kink": r"abs|max|min|norm|hypot|sort|median|where|clip|std|interp|eig|svd|sqrt|\bif\b",
        OUTSIDE: r"sqrt|log|arcsin|arccos|\*\*|power",
    }
    return matching(e.f, patterns[nature])


def stairs(e: Evidence) -> Finding | None:
    """A flight of small steps: the slope of one of them is not that of the flight."""
    if not any(line.staircase for line in e.lines):
        return None
    if (single := matching(e.f, SINGLE)) is not None:
        return Finding("unreliable", "dtype", site=single)
    line = next(line for line in e.lines if line.staircase)
    record = line.record
    fine = any(key in ("floor", "ceil", "round", "rint", "trunc", "floor_divide") for key, _ in record.steps)
    counted = fine or (matching(e.f, ROUND) and not matching(e.f, r"\bfor\b|\bwhile\b"))
    kind = "noise" if counted or matching(e.f, r"(?i)sample|random|normal") else "event"
    tests = [site for _, site, _ in record.tests if site is not None]
    site = matching(e.f, ROUND) if kind == "noise" else None
    site = site or matching(e.f, r"\bif\b.*[<>]") or (tests[0] if tests else matching(e.f, r"[<>]"))
    v, secant = line.v, np.mean(line.secants, axis=0)
    value = float(secant[0] / v[0]) if v.size == 1 and secant.size == 1 else None
    return replace(Finding("unreliable", kind, site=site), about="" if value is None else f"{value:.3g}")


RULES: tuple[Callable[[Evidence], Finding | None], ...] = (rounded, chaotic, broken, stairs)
