"""How one call of f takes many points, and what was seen of f before."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from derivlab.lift import Bound, run
from derivlab.lift.batch_space import run_batch

AGREE = 1e-13  # of the largest entry: other orders of summation are allowed, another function is not
TRIALS = 3  # at different x, before a function is taken at its word that it takes no batch


def same(a: np.ndarray, b: np.ndarray) -> bool:
    """Equal up to the order of summation."""
    near = np.abs(a - b) <= AGREE * np.abs(b).max()
    return bool(near.all() or np.array_equal(a, b, equal_nan=True))


def columns(points: Any, rows: np.ndarray) -> np.ndarray | None:
    """The batch as the last axis: x of shape (n,) becomes (n, B)."""
    found = np.asarray(points.f(np.ascontiguousarray(rows.T).reshape(*points.shape, len(rows))))
    if found.shape != (*points.out, len(rows)) or found.dtype.kind not in "fc":
        return None
    return found.reshape(-1, len(rows)).T


def rows(points: Any, rows: np.ndarray) -> np.ndarray | None:
    """The batch as the first axis: x of shape (n,) becomes (B, n)."""
    found = np.asarray(points.f(rows.reshape(len(rows), *points.shape).copy()))
    if found.shape != (len(rows), *points.out) or found.dtype.kind not in "fc":
        return None
    return found.reshape(len(rows), -1)


def lifted(points: Any, rows: np.ndarray) -> np.ndarray | None:
    """The batch hidden from f, which sees the shape of one x."""
    found = run_batch(run, points.f, rows.reshape(len(rows), *points.shape))
    if found.shape != (len(rows), *points.out) or found.dtype.kind not in "fc":
        return None
    return found.reshape(len(rows), -1)


OWN = (columns, rows)
LAYOUTS = (columns, rows, lifted)


class Memory:
    """The layout that was shown for a function at points of one shape, or how often none was.

    It says what to try first; what a batch gives is checked each time.
    """

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[FunctionType, dict[tuple, Any]] = WeakKeyDictionary()

    def _of(self, points: Any) -> tuple[dict, tuple]:
        f = points.f.f if type(points.f) is Bound else points.f
        known = self._known.setdefault(f, {}) if type(f) is FunctionType else {}
        return known, (points.shape, points.out)

    def recall(self, points: Any) -> tuple[Callable | None, bool]:
        """The layout, and whether it is worth looking for one."""
        known, key = self._of(points)
        found = known.get(key, 0)
        return (found, False) if callable(found) else (None, found < TRIALS)

    def note(self, points: Any, layout: Callable | None) -> None:
        known, key = self._of(points)
        failures = known.get(key, 0)
        known[key] = layout or 1 + (0 if callable(failures) else failures)
