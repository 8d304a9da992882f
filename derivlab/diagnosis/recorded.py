"""One automatic run along a direction, with what it met on its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from derivlab.diagnosis.source import Site, here, of_error
from derivlab.errors import DerivativeError
from derivlab.lift import run
from derivlab.lift.autograd_space import AutogradSpace, Trace, plain
from derivlab.lift.space import COMPARISONS, EDGES, STEPS


@dataclass
class Record:
    """`slope` along the direction (m,), None where it cannot be had; ties, steps and comparisons with their lines."""

    slope: np.ndarray | None = None
    value: np.ndarray | None = None
    depends: bool = True
    error: Exception | None = None
    cut: Site | None = None
    ties: list[tuple[str, Site | None]] = field(default_factory=list)
    steps: list[tuple[str, Site | None]] = field(default_factory=list)
    tests: list[tuple[str, Site | None, float]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    operations: int = 0
    condition: float = 1.0


SYSTEMS = {
    "linalg.solve",
    "linalg.inv",
    "linalg.lstsq",
    "linalg.pinv",
    "slinalg.solve",
    "slinalg.inv",
    "linalg.tensorsolve",
}


def _condition(matrix: Any) -> float:
    """The condition number of a matrix whose rows and columns have been scaled to one size."""
    a = np.abs(np.asarray(matrix, dtype=float))
    if a.ndim != 2 or not a.size or not np.isfinite(a).all() or len(a) > 400:
        return 1.0
    a = np.asarray(matrix, dtype=float)
    for axis in (0, 1):
        size = np.max(np.abs(a), axis=axis, keepdims=True)
        a = a / np.where(size > 0, size, 1.0)
    return float(np.linalg.cond(a))


class Recorder(AutogradSpace):
    """autograd's namespace, taking notes."""

    quick = False
    MOST = 200  # comparisons whose lines are looked up

    def __init__(self) -> None:
        super().__init__()
        self.record = Record()

    def call(self, key: str, args: tuple, kwargs: dict) -> Any:
        self.record.operations += 1
        self.record.names.add(key)
        if key in STEPS or key in ("argmax", "argmin", "searchsorted", "digitize"):
            self.record.steps.append((key, here()))
        elif key in COMPARISONS and len(self.record.tests) < self.MOST:
            self.record.tests.append((key, here(), _margin(self, args)))
        elif key in SYSTEMS and args:
            self.record.condition = max(self.record.condition, _condition(self.plain(self.raw(args[0]))))
        return super().call(key, args, kwargs)

    def tie(self, key: str, *values: Any) -> None:
        if key in COMPARISONS:
            a, b = (self.concrete(v) for v in values)
            on_edge = np.any(np.equal(a, b))
        elif key in EDGES:
            on_edge = np.any(EDGES[key](*values))
        else:
            return
        if on_edge:
            self.edges.append(key)
            self.record.ties.append((key, here()))


def _margin(where: Any, args: tuple) -> float:
    """How far apart what is compared lies."""
    try:
        a, b = (np.asarray(where.plain(where.raw(v)), dtype=float) for v in args)
        return float(np.min(np.abs(a - b), initial=np.inf))
    except (TypeError, ValueError):
        return np.nan


def recorded(f: Callable, x: Any, v: np.ndarray) -> Record:
    """f run forward along v at x, conventions at ties as they are."""
    where = Recorder()
    record = where.record
    unit = float(np.max(np.abs(v)))  # a tangent of the size of x would overflow where x is huge
    tangent = (v / unit).reshape(np.shape(x)) if np.shape(x) else np.float64(1.0)
    try:
        with np.errstate(all="ignore"):
            try:
                found = Trace(lambda box: run(f, box, where), x, tangent)
                slope = found.tangent() if found.depends else np.zeros(np.shape(found.value))
            except (NotImplementedError, AttributeError, TypeError, DerivativeError) as error:
                if isinstance(error, DerivativeError) and not isinstance(
                    error.__cause__, NotImplementedError | AttributeError
                ):
                    raise
                where.record = record = Record()
                found = Trace(lambda box: run(f, box, where), x)
                slope = _by_reverse(found, x, v / unit)
        record.depends, record.value = found.depends, np.ravel(np.asarray(plain(found.value), dtype=float))
        with np.errstate(all="ignore"):
            record.slope = np.ravel(np.asarray(slope, dtype=float)) * unit
    except ZeroDivisionError as error:
        record.error = error
    except (Exception, RecursionError) as error:
        record.error, record.cut = error, of_error(error)
    return record


def _by_reverse(found: Any, x: Any, v: np.ndarray) -> np.ndarray:
    shape = np.shape(plain(found.value))
    if not found.depends:
        return np.zeros(shape)
    size = int(np.prod(shape))
    if size > 64:
        raise NotImplementedError("forward rule")
    rows = (
        [found.pull(seed) for seed in np.eye(size).reshape(size, *shape)]
        if shape
        else [found.pull(np.float64(1.0))]
    )
    return np.array([np.sum(np.ravel(row) * v) for row in rows])
