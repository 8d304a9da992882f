"""How one call of f takes many points, and what was seen of f before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from derivlab.lift import Bound, run
from derivlab.lift.batch_space import BatchSpace, run_batch

AGREE = 1e-13  # of the largest entry: other orders of summation are allowed, another function is not
WORTHWHILE = 32  # points; below, a check costs as much as it saves
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
    space = BatchSpace()
    found = run_batch(run, points.f, rows.reshape(len(rows), *points.shape), space)
    if found.shape != (len(rows), *points.out) or found.dtype.kind not in "fc":
        return None
    points.known.least = space.least
    return found.reshape(len(rows), -1)


LAYOUTS = (columns, rows, lifted)


@dataclass
class Known:
    """What was seen of a function at points of one shape: the layout that was shown, and how many points it is worth.

    It says what to try first; what a batch gives is checked each time.
    """

    layout: Callable | None = None
    least: float = WORTHWHILE
    failures: int = 0

    def fail(self) -> None:
        self.layout, self.failures = None, self.failures + 1


_KNOWN: WeakKeyDictionary[FunctionType, dict[tuple, Known]] = WeakKeyDictionary()


def known_of(f: Any, shape: tuple, out: tuple) -> Known:
    """What is known of f, kept for as long as the function itself."""
    f = f.f if type(f) is Bound else f
    return _KNOWN.setdefault(f, {}).setdefault((shape, out), Known()) if type(f) is FunctionType else Known()
