"""Whether a gradient is a difference quotient, and what error it then has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from derivlab.gradcheck.truth import unit
from derivlab.methods.output import as_output, resolution

if TYPE_CHECKING:
    from derivlab.gradcheck.judgement import Case

EPS = 2.0**-52
STEPS = (*10.0 ** -np.arange(2.0, 10.0), EPS ** (1 / 2), EPS ** (1 / 3), EPS ** (1 / 4))


def quotients(case: Case, i: int, h: float) -> np.ndarray:
    """Forward, backward and central quotients of f in coordinate i, (3, m)."""
    flat, base = np.ravel(np.asarray(case.x, dtype=float)), case.value.ravel()
    up, down = (as_output(case.f(_moved(case.x, flat, i, way))).ravel() for way in (h, -h))
    return np.stack([(up - base) / h, (base - down) / h, (up - down) / (2 * h)])


def rounding(case: Case, h: float) -> float:
    """The rounding error of a quotient with step h."""
    eps = max(EPS, resolution(case.f(case.x)))
    return 8 * eps * float(np.max(np.abs(case.value), initial=0.0)) / h


def errors(case: Case, steps: np.ndarray) -> np.ndarray:
    """What quotients with these steps, one for each coordinate, may be off by, in the shape of the truth."""
    matrix, columns = case.truth.value.reshape(-1, steps.size), []
    for i, h in enumerate(np.where(steps > 0, steps, np.max(steps))):
        off = np.max(np.abs(quotients(case, i, h) - matrix[:, i]), axis=0)
        columns.append(2 * off + rounding(case, h))
    return np.stack(columns, axis=-1).reshape(case.given.shape)


def restlessness(case: Case) -> float:
    """How far grad is from a line over some ten thousand floats around x: rounding, which a quotient divides by h."""
    size = unit(case.x).reshape(np.shape(case.x))
    k = np.random.default_rng(5).uniform(-3e4, 3e4, 16)
    moved = [case.at(case.x + EPS * step * size) for step in k]
    rows = np.stack([case.given if m is None else m for m in moved]).reshape(k.size, -1)
    line = np.stack([k, np.ones(k.size)], axis=1)
    return float(
        np.max(np.std(rows - line @ np.linalg.lstsq(line, rows, rcond=None)[0], axis=0), initial=0.0)
    )


def matching(case: Case) -> bool:
    """Whether grad is one of the quotients with a customary step: as far off, within 1 %, and as restless."""
    n, rest = np.size(case.x), restlessness(case)
    given, error = case.given.reshape(-1, n), case.error.reshape(-1, n)
    for h in STEPS:
        for sizes in (np.ones(n), unit(case.x), np.maximum(unit(case.x), 1.0)):
            noise = np.array([rounding(case, h * s) for s in sizes])
            if np.any(noise > 0.1 * np.max(error)) or rest < 1e-2 * np.min(noise):
                continue
            found = np.stack([quotients(case, i, h * sizes[i]) for i in range(n)], axis=-1)
            if np.any(np.all(np.abs(found - given) <= 1e-2 * error + noise, axis=(1, 2))):
                return True
    return False


def _moved(x: Any, flat: np.ndarray, i: int, h: float) -> Any:
    point = flat.copy()
    point[i] += h
    return point.reshape(np.shape(x)) if np.ndim(x) else np.float64(point[0])
