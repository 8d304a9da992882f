"""Lifting to a batch: one run of a function at many points at once, by NumPy's own loops.

Every value carries the points along its first axis, which the function does not see. Operations without a rule for
that run point by point, and a decision that would fall differently at different points ends the run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.lift.batch_rules import NUMBERS, Batch, gathered, placed, rule, size_of, spread
from derivlab.lift.lifted import Lifted
from derivlab.lift.lines import user_line
from derivlab.lift.space import Space
from derivlab.lift.tables import ALIASES, VIEWS

_UFUNCS: dict[str, np.ufunc] = {
    name: found
    for name, found in vars(np).items()
    if isinstance(found, np.ufunc) and found.signature is None and found.nout == 1 and name not in ALIASES
}


def _at_once(function: np.ufunc, args: tuple) -> Batch | None:
    """A universal function of numbers and of batches whose shapes have one length, which need no alignment."""
    arrays, length = [], 0
    for a in args:
        raw = a.value if type(a) is Lifted else a
        if type(raw) is Batch:
            arrays.append(raw.a)
            if length and raw.a.ndim != length:
                return None
            length = raw.a.ndim
        elif type(raw) in NUMBERS:
            arrays.append(raw)
        else:
            return None
    try:
        return Batch(function(*arrays)) if length else None
    except TypeError:
        return None


class BatchSpace(Space):
    """Values at many points at once."""

    name = "batch"
    light = heavy = 0  # operations on one number a point, and others

    def rule(self, key: str) -> Callable:
        return rule(key)

    def call(self, key: str, args: tuple, kwargs: dict) -> Any:
        if not kwargs and key in _UFUNCS and (found := _at_once(_UFUNCS[key], args)) is not None:
            self.light += found.a.ndim == 1
            self.heavy += found.a.ndim > 1
            return Lifted(self, found)
        self.heavy += 1
        key = ALIASES.get(key, key)
        if "out" in kwargs:
            return self._into(key, args, kwargs)
        raws = [self.raw(a) for a in args]
        kwargs = {name: self.raw(value) for name, value in kwargs.items()}
        if key in ("shape", "ndim", "size"):
            return getattr(args[0], key)
        result = self.wrap(self.rule(key)(*raws, **kwargs))
        return self._viewing(key, args, kwargs, result) if key in VIEWS else result

    def wrap(self, value: Any) -> Any:
        return Lifted(self, value) if type(value) is Batch else super().wrap(value)

    def shape(self, value: Any) -> tuple[int, ...]:
        return value.a.shape[1:] if type(value) is Batch else np.shape(value)

    def concrete(self, value: Any) -> Any:
        """The value that holds at all points; errors: there is none."""
        if type(value) is not Batch:
            return value
        if not np.array_equal(value.a, np.broadcast_to(value.a[:1], value.a.shape), equal_nan=True):
            raise DerivativeError(f"the points part{user_line()}; run f at each of them.")
        return value.a[0]

    def tie(self, key: str, *values: Any, **kwargs: Any) -> None:
        """A decision on which all points agree may sit on an edge."""

    def dtype(self, value: Any) -> np.dtype:
        return value.a.dtype if type(value) is Batch else np.asarray(value).dtype

    def traced(self, value: Any) -> bool:
        return type(value) is Batch

    def array(self, nested: Any) -> Any:
        return gathered(nested)

    @property
    def least(self) -> float:
        """How many points make one run quicker than as many runs of f, by measured microseconds an operation."""
        return 1 + (40 + 3 * (self.light + self.heavy)) / (0.5 + 0.05 * self.light + 0.6 * self.heavy)

    def getitem(self, value: Any, key: Any) -> Any:
        self.light += 1
        return Batch(value.a[placed(key)]) if type(value) is Batch else value[key]

    def assigned(self, value: Any, key: Any, new: Any) -> Any:
        new = self.array(new) if type(new) in (list, tuple) else new
        size = size_of(value) or size_of(new)
        if not size:
            out = np.array(value)
            out[key] = new
            return out
        target, part = spread(value, size), new
        if type(new) is Batch:  # NumPy aligns shapes from the right, and the points stand on the left
            ones = target[0][key].ndim + 1 - new.a.ndim
            if ones < 0:
                raise DerivativeError(f"an assignment{user_line()} drops axes; run f at each point.")
            part = new.a.reshape(size, *(1,) * ones, *new.a.shape[1:])
        out = np.array(target, dtype=np.result_type(target, part))
        out[placed(key)] = part
        return Batch(out)


def run_batch(run: Callable, f: Callable, points: np.ndarray, space: BatchSpace | None = None) -> np.ndarray:
    """f at points (B, *shape) by `run`, as an array (B, *f(x).shape); errors: f keeps state, or the points part."""
    space = space or BatchSpace()
    found = run(f, Batch(points), space)
    if space.doubts - {"an assignment"}:  # which the values of a batch show, if it rounds
        raise DerivativeError("f may give another value when it is run again; run it at each point.")
    return spread(found, len(points))
