"""Entries taken to other places, zeros between them; their sums and differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from derivlab.lift.direct.rule import DIRECT, Direct, add
from derivlab.lift.tables import function_of


def _numbered(numbers: Any, g: Any, x: Any) -> Any:
    """Each entry of g added to the entry of x that it was; number 0 is a constant zero."""
    total = np.bincount(np.ravel(numbers), weights=np.ravel(g), minlength=np.size(x) + 1)
    return total[1:].reshape(np.shape(x))


def _numbers(x: Any) -> np.ndarray:
    return np.arange(1, np.size(x) + 1).reshape(np.shape(x))


def _moving(key: str) -> tuple[Callable, Callable, Callable]:
    """An operation of one array that only moves its entries: itself, its pull and its push."""
    move = function_of(key)

    def fun(x: Any, rest: tuple, named: dict) -> Any:
        return move(x, *rest, **named)

    def pull(g: Any, _z: Any, _x: Any, rest: tuple, named: dict) -> Any:
        return _numbered(move(_numbers(_x), *rest, **named), g, _x)

    def push(g: Any, _z: Any, _x: Any, rest: tuple, named: dict) -> Any:
        return move(g, *rest, **named)

    return fun, pull, push


def _moved(x: Any, *rest: Any, **named: Any) -> tuple | None:
    return (x, rest, named) if np.ndim(x) else None


def _padded(x: Any, pad_width: Any, mode: Any = "constant") -> tuple | None:
    return (
        (x, (pad_width, mode), {}) if mode in ("constant", "edge", "wrap", "reflect", "symmetric") else None
    )


for _key in ("roll", "tile", "repeat", "take", "diag", "tril", "triu", "flip", "fliplr", "flipud", "rot90"):
    _fun, _pull, _push = _moving(_key)
    add(_key, _fun, _moved, (_pull,), (_push,))
_fun, _pull, _push = _moving("pad")
add("pad", _fun, _padded, (_pull,), (_push,))


def _taken(x: Any, numbers: Any, axis: int) -> Any:
    return np.ravel(x)[numbers - 1]


def _sorted(x: Any, axis: Any = -1) -> tuple | None:
    if axis is None or not np.ndim(x):
        return None
    order = np.argsort(x, axis=axis)
    return x, order + 1 if np.ndim(x) == 1 else np.take_along_axis(_numbers(x), order, axis), axis


add(
    "sort",
    _taken,
    _sorted,
    (lambda g, _z, _x, numbers, axis: _numbered(numbers, g, _x),),
    (lambda g, _z, _x, numbers, axis: np.ravel(g)[numbers - 1],),
    lambda z, _x, _numbers, axis: (
        np.count_nonzero(np.diff(z, axis=axis)) < np.size(z) - np.size(z) // np.shape(z)[axis]
    ),
)


def _trace(x: Any, offset: int, axis1: int, axis2: int) -> Any:
    return np.trace(x, offset, axis1, axis2)


def _trace_pull(g: Any, _z: Any, _x: Any, offset: int, axis1: int, axis2: int) -> Any:
    numbers = np.diagonal(_numbers(_x), offset, axis1, axis2)
    return _numbered(numbers, np.broadcast_to(np.expand_dims(g, -1), numbers.shape), _x)


add(
    "trace",
    _trace,
    lambda x, offset=0, axis1=0, axis2=1: (x, offset, axis1, axis2),
    (_trace_pull,),
    (lambda g, _z, _x, offset, axis1, axis2: np.trace(g, offset, axis1, axis2),),
)


def _difference(x: Any, axis: int) -> Any:
    return np.diff(x, axis=axis)


add(
    "diff",
    _difference,
    lambda x, n=1, axis=-1: (x, axis) if n == 1 and np.ndim(x) else None,
    (lambda g, _z, _x, axis: -np.diff(g, axis=axis, prepend=0.0, append=0.0),),
    (lambda g, _z, _x, axis: np.diff(g, axis=axis),),
)


# ---- other shapes, and other orders of the axes
def _shaping(key: str) -> Callable:
    shape = function_of(key)
    return lambda x, rest, named: shape(x, *rest, **named)


def _row_by_row(x: Any, *rest: Any, **named: Any) -> tuple | None:
    """In NumPy's own order of the entries."""
    ordered = any(type(part) is str and part != "C" for part in rest)
    return None if ordered or named.keys() - {"axis", "shape"} else (x, rest, named)


for _key in ("reshape", "ravel", "squeeze", "expand_dims"):
    _fun = _shaping(_key)
    add(
        _key,
        _fun,
        _row_by_row,
        (lambda g, _z, _x, rest, named: np.reshape(g, np.shape(_x)),),
        (lambda g, _z, _x, rest, named: np.reshape(g, np.shape(_z)),),
    )


def _transpose(x: Any, axes: Any) -> Any:
    return np.transpose(x, axes)


def _order_of(x: Any, axes: Any = None) -> tuple:
    n = np.ndim(x)
    return x, tuple(range(n))[::-1] if axes is None else tuple(int(k) % n for k in axes)


def _moved_axes(key: str) -> Callable:
    """The order of axes that `key` makes of 0, 1, 2, ..."""
    move = function_of(key)

    def arguments(x: Any, first: Any, second: Any) -> tuple:
        axes = np.empty(range(1, np.ndim(x) + 1), dtype=bool)
        return x, tuple(n - 1 for n in move(axes, first, second).shape)

    return arguments


add(
    "transpose",
    _transpose,
    _order_of,
    (lambda g, _z, _x, axes: np.transpose(g, sorted(range(len(axes)), key=axes.__getitem__)),),
    (lambda g, _z, _x, axes: np.transpose(g, axes),),
)
DIRECT |= {key: Direct(_transpose, _moved_axes(key)) for key in ("swapaxes", "moveaxis")}
