"""NumPy's functions on batches: arrays whose first axis counts the points, which the function of a user does not see."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.lift.lines import user_line
from derivlab.lift.tables import function_of

NUMBERS = (float, int, np.float64)


class Batch:
    """An array whose first axis counts the points."""

    __slots__ = ("a",)

    def __init__(self, a: np.ndarray):
        self.a = a


def spread(value: Any, size: int) -> np.ndarray:
    """A value for each of `size` points, the same one where it does not depend on them."""
    return value.a if type(value) is Batch else np.broadcast_to(value, (size, *np.shape(value)))


def behind(a: np.ndarray, ndim: int) -> np.ndarray:
    """A batch's array with so many axes behind the points, or more."""
    return a if a.ndim > ndim else a.reshape(len(a), *(1,) * (ndim + 1 - a.ndim), *a.shape[1:])


def aligned(args: tuple) -> list:
    """Batches with as many axes behind the first as the longest shape among the arguments."""
    long = max([a.a.ndim - 1 if type(a) is Batch else np.ndim(a) for a in args])
    return [behind(a.a, long) if type(a) is Batch else a for a in args]


def _elementwise(function: Callable) -> Callable:
    return lambda *args, **kwargs: _wrapped(function(*aligned(args), **kwargs))


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


def _joined(function: Callable, more: int = 0) -> Callable:
    """A function of a list of arrays along an axis; `more` is how many axes it adds."""

    def rule(parts: Any, axis: int = 0) -> Batch:
        size = size_of(parts)
        arrays = [spread(part, size) for part in parts if type(part) is Batch or not size_of(part)]
        if len(arrays) < len(parts):
            raise TypeError
        return Batch(function(arrays, axis=_behind(axis, arrays[0].ndim - 1 + more)))

    return rule


def _stacked(function: Callable) -> Callable:
    """A function of matrices that takes stacks of them."""
    return lambda x, *rest, **kwargs: _wrapped(function(x.a, *rest, **kwargs))


def _solve(a: Any, b: Any) -> Batch:
    size = len(a.a) if type(a) is Batch else len(b.a)
    a, b = spread(a, size), spread(b, size)
    return Batch(np.linalg.solve(a, b[..., None])[..., 0] if b.ndim == 2 else np.linalg.solve(a, b))


_REDUCED = {"sum": "add", "prod": "multiply", "max": "maximum", "min": "minimum"}
_RULES: dict[str, Callable] = {
    **{key: _elementwise(getattr(np, key)) for key in ("where", "clip", "round", "isclose", "nan_to_num", "sinc", "real")},
    **{key: _reduction(getattr(np, name).reduce) for key, name in _REDUCED.items()},
    **{key: _reduction(getattr(np, key)) for key in ("mean", "var", "std", "any", "all", "nansum")},
    **{key: _along(getattr(np, key)) for key in ("cumsum", "cumprod", "argmax", "argmin")},
    **{key: _along(getattr(np, key), -1) for key in ("sort", "argsort")},
    **{f"linalg.{key}": _stacked(getattr(np.linalg, key)) for key in ("inv", "det", "cholesky", "eigvalsh", "slogdet")},
    "linalg.solve": _solve, "reshape": _reshape, "ravel": lambda x, order="C": _reshape(x, -1, order), "transpose": _transpose,
    "matmul": _matmul, "dot": _dot,
}  # fmt: skip


_JOINS = {"stack": _joined(np.stack, more=1), "concatenate": _joined(np.concatenate)}


def size_of(value: Any) -> int:
    """How many points a raw value has, also inside lists; 0 where it has none."""
    if type(value) is Batch:
        return len(value.a)
    return max(map(size_of, value), default=0) if type(value) in (list, tuple) else 0


def _at(value: Any, k: int) -> Any:
    """What a raw value is at point k."""
    if type(value) is Batch:
        return value.a[k]
    return type(value)(_at(v, k) for v in value) if type(value) in (list, tuple) else value


def placed(key: Any) -> tuple:
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
    if (known := _RULES.get(key) or _JOINS.get(key)) is not None:
        return known
    function = function_of(key)
    universal = isinstance(function, np.ufunc) and function.signature is None
    return _elementwise(function) if universal else None


@functools.cache
def rule(key: str) -> Callable:
    """The function behind a key on batches and plain values, by its rule or point by point."""
    fast = _fast(key)

    def of_batches(*args: Any, **kwargs: Any) -> Any:
        listed = [a for a in args if type(a) in (list, tuple)]
        if fast is not None and type(args[0]) is Batch and not listed:
            size = len(args[0].a)
        else:
            size = max((size_of(a) for a in (*args, *kwargs.values())), default=0)
            if not size:
                return function_of(key)(*args, **kwargs)
        if fast is not None and (key in _JOINS or not any(map(size_of, listed))):
            try:
                return fast(*args, **kwargs)
            except (TypeError, AttributeError):  # a form that the rule does not know
                pass
        return _one_by_one(key, size, args, kwargs)

    return of_batches


def _one_by_one(key: str, size: int, args: tuple, kwargs: dict) -> Any:
    function = function_of(key)
    found = [function(*_at(args, k), **{n: _at(v, k) for n, v in kwargs.items()}) for k in range(size)]
    if found[0] is None:
        raise DerivativeError(f"np.{key}{user_line()} writes into its argument; run f at each point.")
    if isinstance(found[0], (tuple, list)):
        return tuple(Batch(np.stack(part)) for part in zip(*found, strict=True))
    return Batch(np.stack(found))


def gathered(nested: Any) -> Any:
    """Nested lists of batches and numbers as one batch, or a plain array where none is among them."""
    size = size_of(nested)
    if not size or type(nested) is Batch:
        return nested if type(nested) is Batch else np.asarray(nested)
    parts = [spread(gathered(part), size) for part in nested]
    return Batch(np.stack(parts, axis=1))
