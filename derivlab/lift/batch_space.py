"""Lifting to a batch: one run of a function at many points at once, by NumPy's own loops.

Every value carries the points along its first axis, which the function does not see. Operations without a rule for
that run point by point, and a decision that would fall differently at different points ends the run.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.lift.lifted import Lifted
from derivlab.lift.lines import user_line
from derivlab.lift.space import Space
from derivlab.lift.tables import ALIASES, VIEWS, function_of


class Batch:
    """An array whose first axis counts the points."""

    __slots__ = ("a",)

    def __init__(self, a: np.ndarray):
        self.a = a


def spread(value: Any, size: int) -> np.ndarray:
    """A value for each of `size` points, the same one where it does not depend on them."""
    return value.a if type(value) is Batch else np.broadcast_to(value, (size, *np.shape(value)))


def _aligned(args: tuple) -> list:
    """Batches with as many axes behind the first as the longest shape among the arguments."""
    long = max(a.a.ndim - 1 if type(a) is Batch else np.ndim(a) for a in args)
    return [
        a.a.reshape(len(a.a), *(1,) * (long + 1 - a.a.ndim), *a.a.shape[1:]) if type(a) is Batch else a
        for a in args
    ]


def _elementwise(function: Callable) -> Callable:
    return lambda *args, **kwargs: _wrapped(function(*_aligned(args), **kwargs))


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
        elif type(raw) in _NUMBERS:
            arrays.append(raw)
        else:
            return None
    try:
        return Batch(function(*arrays)) if length else None
    except TypeError:
        return None


def _wrapped(found: Any) -> Any:
    return tuple(map(Batch, found)) if isinstance(found, tuple) else Batch(found)


def _behind(axis: Any, ndim: int) -> Any:
    """The place of an axis behind the points."""
    if isinstance(axis, tuple):
        return tuple(_behind(k, ndim) for k in axis)
    if not -ndim <= axis < ndim:
        raise np.exceptions.AxisError(axis, ndim)
    return axis % ndim + 1


def _reduction(function: Callable) -> Callable:
    def rule(x: Batch, axis: Any = None, keepdims: bool = False, **kwargs: Any) -> Batch:
        ndim = x.a.ndim - 1
        axes = tuple(range(1, ndim + 1)) if axis is None else _behind(axis, ndim)
        if axes == () or len(kwargs) or type(x) is not Batch:
            raise TypeError
        return Batch(function(x.a, axis=axes, keepdims=keepdims))

    return rule


def _along(function: Callable, default: Any = None) -> Callable:
    """A function along one axis; None means the flattened array."""

    def rule(x: Batch, axis: Any = default) -> Batch:
        if axis is None:
            return Batch(function(x.a.reshape(len(x.a), -1), axis=1))
        return Batch(function(x.a, axis=_behind(axis, x.a.ndim - 1)))

    return rule


def _reshape(x: Batch, shape: Any, order: str = "C") -> Batch:
    if order != "C":
        raise TypeError
    return Batch(x.a.reshape(len(x.a), *(shape if np.ndim(shape) else (shape,))))


def _transpose(x: Batch, axes: Any = None) -> Batch:
    ndim = x.a.ndim - 1
    axes = range(ndim)[::-1] if axes is None else axes
    return Batch(x.a.transpose(0, *(_behind(int(k), ndim) for k in axes)))


def _matmul(x: Any, y: Any) -> Batch:
    a, b = (v.a if type(v) is Batch else np.asarray(v) for v in (x, y))
    p, q = (np.ndim(v.a) - 1 if type(v) is Batch else np.ndim(v) for v in (x, y))
    if p not in (1, 2) or q not in (1, 2):
        raise TypeError
    if p == q == 1:
        return Batch(np.sum(a * b, axis=-1))
    if p == 1:  # a row
        return Batch((a[..., None, :] @ b)[..., 0, :])
    if q == 1 and type(x) is not Batch:
        return Batch(b @ a.T)  # one product for all points
    return Batch((a @ b[..., None])[..., 0] if q == 1 else a @ b)


def _dot(x: Any, y: Any) -> Batch:
    scalar = any((v.a.ndim == 1 if type(v) is Batch else np.ndim(v) == 0) for v in (x, y))
    return _elementwise(np.multiply)(x, y) if scalar else _matmul(x, y)


def _stacked(function: Callable) -> Callable:
    """A function of matrices that takes stacks of them."""
    return lambda x, *rest, **kwargs: _wrapped(function(x.a, *rest, **kwargs))


def _solve(a: Any, b: Any) -> Batch:
    size = len(a.a) if type(a) is Batch else len(b.a)
    a, b = spread(a, size), spread(b, size)
    return Batch(np.linalg.solve(a, b[..., None])[..., 0] if b.ndim == 2 else np.linalg.solve(a, b))


_RULES: dict[str, Callable] = {
    **{key: _elementwise(getattr(np, key)) for key in ("where", "clip", "round", "isclose", "nan_to_num", "sinc", "real")},
    **{key: _reduction(getattr(np, key)) for key in ("sum", "prod", "mean", "max", "min", "any", "all", "nansum")},
    **{key: _along(getattr(np, key)) for key in ("cumsum", "cumprod", "argmax", "argmin")},
    **{key: _along(getattr(np, key), -1) for key in ("sort", "argsort")},
    **{f"linalg.{key}": _stacked(getattr(np.linalg, key)) for key in ("inv", "det", "cholesky", "eigvalsh", "slogdet")},
    "linalg.solve": _solve, "reshape": _reshape, "ravel": lambda x, order="C": _reshape(x, -1, order), "transpose": _transpose,
    "matmul": _matmul, "dot": _dot,
}  # fmt: skip


_UFUNCS: dict[str, np.ufunc] = {
    name: found
    for name, found in vars(np).items()
    if isinstance(found, np.ufunc) and found.signature is None and found.nout == 1 and name not in ALIASES
}
_NUMBERS = (float, int, np.float64)


def _size(value: Any) -> int:
    """How many points a raw value has, also inside lists; 0 where it has none."""
    if type(value) is Batch:
        return len(value.a)
    return max(map(_size, value), default=0) if type(value) in (list, tuple) else 0


def _at(value: Any, k: int) -> Any:
    """What a raw value is at point k."""
    if type(value) is Batch:
        return value.a[k]
    return type(value)(_at(v, k) for v in value) if type(value) in (list, tuple) else value


def _placed(key: Any) -> tuple:
    """The index behind the points; errors: index arrays with a slice between them, whose axes NumPy moves."""
    key = key if type(key) is tuple else (key,)
    arrays = [type(k) is not slice and k is not None and k is not Ellipsis for k in key]
    if any(isinstance(k, (list, np.ndarray)) for k in key):
        first = arrays.index(True)
        last = len(arrays) - arrays[::-1].index(True)
        if not all(arrays[first:last]):
            raise DerivativeError(f"an index{user_line()} mixes arrays and slices; run f at each point.")
    return (slice(None), *key)


@functools.cache
def _fast(key: str) -> Callable | None:
    if key in _RULES:
        return _RULES[key]
    function = function_of(key)
    universal = isinstance(function, np.ufunc) and function.signature is None
    return _elementwise(function) if universal else None


class BatchSpace(Space):
    """Values at many points at once."""

    name = "batch"
    light = heavy = 0  # operations on one number a point, and others

    def rule(self, key: str) -> Callable:
        fast = _fast(key)

        def rule(*args: Any, **kwargs: Any) -> Any:
            size = max((_size(a) for a in (*args, *kwargs.values())), default=0)
            if not size:
                return function_of(key)(*args, **kwargs)
            if fast is not None and not any(type(a) in (list, tuple) and _size(a) for a in args):
                try:
                    return fast(*args, **kwargs)
                except (TypeError, AttributeError):  # a form that the rule does not know
                    pass
            return self._one_by_one(key, size, args, kwargs)

        return rule

    def _one_by_one(self, key: str, size: int, args: tuple, kwargs: dict) -> Any:
        function = function_of(key)
        found = [function(*_at(args, k), **{n: _at(v, k) for n, v in kwargs.items()}) for k in range(size)]
        if found[0] is None:
            raise DerivativeError(f"np.{key}{user_line()} writes into its argument; run f at each point.")
        if isinstance(found[0], (tuple, list)):
            return tuple(Batch(np.stack(part)) for part in zip(*found, strict=True))
        return Batch(np.stack(found))

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
        size = _size(nested)
        if not size or type(nested) is Batch:
            return nested if type(nested) is Batch else np.asarray(nested)
        parts = [spread(self.array(part), size) for part in nested]
        return Batch(np.stack(parts, axis=1))

    @property
    def least(self) -> float:
        """How many points make one run quicker than as many runs of f, by measured microseconds an operation."""
        return 1 + (40 + 3 * (self.light + self.heavy)) / (0.5 + 0.05 * self.light + 0.6 * self.heavy)

    def getitem(self, value: Any, key: Any) -> Any:
        self.light += 1
        return Batch(value.a[_placed(key)]) if type(value) is Batch else value[key]

    def assigned(self, value: Any, key: Any, new: Any) -> Any:
        new = self.array(new) if type(new) in (list, tuple) else new
        size = _size(value) or _size(new)
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
        out[_placed(key)] = part
        return Batch(out)


def run_batch(run: Callable, f: Callable, points: np.ndarray, space: BatchSpace | None = None) -> np.ndarray:
    """f at points (B, *shape) by `run`, as an array (B, *f(x).shape); errors: f keeps state, or the points part."""
    space = space or BatchSpace()
    found = run(f, Batch(points), space)
    if space.doubts - {"an assignment"}:  # which the values of a batch show, if it rounds
        raise DerivativeError("f may give another value when it is run again; run it at each point.")
    return spread(found, len(points))
