"""One-sided derivatives, one coordinate at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from derivlab.diagnosis.calls import Calls
from derivlab.diagnosis.evidence import Evidence
from derivlab.diagnosis.exact import FINITE, SINGULAR
from derivlab.diagnosis.line import Line
from derivlab.diagnosis.sweep import sweep

MOST = 24


def one_sided(evidence: Evidence) -> tuple[Any, Any, int]:
    """Left and right derivatives in the shape `f(x).shape + x.shape`, NaN where there is none; and evaluations."""
    x = np.ravel(np.asarray(evidence.x, dtype=float))
    if x.size > MOST or evidence.output is None:
        return None, None, 0
    count, sides = 0, []
    for i in range(x.size):
        v = np.zeros(x.size)
        v[i] = abs(x[i]) or 1.0
        pair, more = _pair(evidence, v)
        count += more
        sides.append([side / v[i] for side in pair])
    shape = evidence.output.shape + np.shape(evidence.x)
    left, right = (np.stack([s[k] for s in sides], axis=-1).reshape(shape) for k in (0, 1))
    return _plain(left), _plain(right), count


def _pair(evidence: Evidence, v: np.ndarray) -> tuple[list[np.ndarray], int]:
    exact = None
    if evidence.magnifier is not None:
        try:
            exact = evidence.magnifier.along(v)
        except Exception:
            exact = None
    if exact is not None:
        return [
            np.where((s.nature == FINITE) | (s.nature == SINGULAR), s.slope, np.nan)
            for s in (exact.left, exact.right)
        ], 0
    line = evidence.lines[0]
    count = 0
    if v.size > 1:
        calls = Calls(evidence.f, evidence.args, evidence.x)
        calls.settle(evidence.output)
        run = sweep(calls, line.sweep.base, v, 8.1, 4, 1e-2)
        line, count = Line(v, line.record, None, run), calls.count
    found = []
    for side, power in zip((0, 1), line.growth(), strict=True):
        window = line.side(side)
        slope = window.value if window is not None else np.full(line.sweep.base.size, np.nan)
        if 0.1 < power < 0.95:
            slope = np.sign(line.sweep.slopes[side, -1]) * np.inf
        found.append(slope)
    return found, count


def _plain(value: np.ndarray) -> Any:
    """None where nothing is known, a float for a number."""
    if np.all(np.isnan(value)):
        return None
    return value + 0.0 if value.ndim else float(value) + 0.0
