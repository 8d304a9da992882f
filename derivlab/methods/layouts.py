"""How one call of f takes many points, and what was seen of f before."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from derivlab.lift import Bound, run
from derivlab.lift.batch_space import BatchSpace, run_batch
from derivlab.lift.direct_batch import gathering, run_direct
from derivlab.methods.analytic import arithmetic

AGREE = 1e-13  # of the largest entry: other orders of summation are allowed, another function is not
WORTHWHILE = 32  # points; below, a check costs as much as it saves
TRIALS = 3  # at different x, before a function is taken at its word that it takes no batch


def same(a: np.ndarray, b: np.ndarray) -> bool:
    """Equal up to the order of summation."""
    if a.size == 1:  # Python's numbers are quicker
        a, b = a.item(), b.item()
        return abs(a - b) <= AGREE * abs(b) or a == b or (a != a and b != b)
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


def direct(points: Any, rows: np.ndarray) -> np.ndarray | None:
    """The batch hidden from f, whose code is arithmetic alone and needs no watching."""
    if (proof := arithmetic(points.f)) is None:
        return None
    work: list[tuple[int, ...]] = []
    f = proof.by.rebuilt(points.f, gathering(work)) if proof.gathers else points.f
    found = run_direct(f, rows.reshape(len(rows), *points.shape), work)
    if found.shape != (len(rows), *points.out) or found.dtype.kind not in "fc":
        return None
    if points.known.layout is not direct or not points.known.least:
        points.known.least = _least(work)
    return found.reshape(len(rows), -1)


def _least(work: list[tuple[int, ...]]) -> float:
    """How many points make one direct run quicker than as many runs of f, by measured microseconds.

    A result costs 1.2, and one of f's own 0.1, or 0.7 where it is an array; an array made of numbers 11 and 0.5. Long
    arrays are the same work either way: they count for x, which is evaluated twice, and for leaving the cache.
    """
    numbers = sum(math.prod(shape[1:]) for shape in work)
    arrays, made = sum(len(shape) > 1 for shape in work[1:]), work.count(())
    batch = 16 + 1.2 * len(work) + 10 * (made + (made > 0)) + 4e-3 * numbers
    return batch / (0.6 + 0.1 * len(work) + 0.6 * arrays + 0.4 * made)


LAYOUTS = (columns, rows, direct, lifted)
SURE = (direct, lifted)  # of a function that does nothing but arithmetic


@dataclass
class Known:
    """What was seen of a function at points of one shape: the layout that was shown, and how many points it is worth.

    It says what to try first; what a batch gives is checked each time. `least` is 0 before that was measured, and
    `searched` says that all layouts were tried.
    """

    layout: Callable | None = None
    least: float = WORTHWHILE
    failures: int = 0
    searched: bool = False

    def fail(self) -> None:
        self.layout, self.searched, self.failures = None, False, self.failures + 1


_KNOWN: WeakKeyDictionary[FunctionType, dict[tuple, Known]] = WeakKeyDictionary()


def known_of(f: Any, shape: tuple, out: tuple) -> Known:
    """What is known of f, kept for as long as the function itself."""
    f = f.f if type(f) is Bound else f
    return _KNOWN.setdefault(f, {}).setdefault((shape, out), Known()) if type(f) is FunctionType else Known()
