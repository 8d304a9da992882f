"""Sums, means, extremes, products, variances and norms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from derivlab.lift.direct.rule import add


def _reduced(x: Any, axis: Any = None, *, keepdims: Any = False) -> tuple:
    return x, axis, bool(keepdims)


def _spread(a: Any, axis: Any, keepdims: bool) -> Any:
    """What a reduction gave, with the axes that it took as ones."""
    return a if keepdims or axis is None else np.expand_dims(a, axis)


def _extreme_pull(g: Any, z: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    here = x == _spread(z, axis, keepdims)
    return _spread(g, axis, keepdims) * (here / np.sum(here, axis=axis, keepdims=True))


def _extreme_push(g: Any, z: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    here = x == _spread(z, axis, keepdims)
    return np.sum(g * here, axis=axis, keepdims=keepdims) / np.sum(here, axis=axis, keepdims=keepdims)


def _several(z: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    return np.count_nonzero(x == _spread(z, axis, keepdims)) > np.size(z)


def _along(reduce: Callable) -> Callable:
    return lambda x, axis, keepdims: reduce(x, axis=axis, keepdims=keepdims)


def _again(fun: Callable) -> Callable:
    """The push of a linear reduction: itself."""
    return lambda g, _z, _x, axis, keepdims: fun(g, axis, keepdims)


def _sum_pull(g: Any, _z: Any, _x: Any, axis: Any, keepdims: bool) -> Any:
    return np.broadcast_to(_spread(g, axis, keepdims), np.shape(_x))


def _mean_pull(g: Any, _z: Any, _x: Any, axis: Any, keepdims: bool) -> Any:
    return _sum_pull(g * (np.size(_z) / np.size(_x)), _z, _x, axis, keepdims)


for _key, _pull in (("sum", _sum_pull), ("mean", _mean_pull)):
    _fun = _along(getattr(np, _key))
    add(_key, _fun, _reduced, (_pull,), (_again(_fun),))
for _key in ("max", "min"):
    add(_key, _along(getattr(np, _key)), _reduced, (_extreme_pull,), (_extreme_push,), _several)


def _factors(x: Any, axis: Any = None, *, keepdims: Any = False) -> tuple | None:
    """Where the product of the others is the product divided by each: no factor is 0, and no part lost digits near 0 or ∞."""
    found, backwards = np.prod(x, axis=axis), np.prod(np.flip(x, axis=axis), axis=axis)
    size = np.abs(found)
    fine = (size > 1e-290) & (size < 1e290) & (np.abs(backwards - found) <= 1e-12 * size)
    return (x, axis, bool(keepdims)) if np.all(fine) else None


add(
    "prod",
    _along(np.prod),
    _factors,
    (lambda g, z, x, axis, keepdims: _spread(g * z, axis, keepdims) / x,),
    (lambda g, z, x, axis, keepdims: z * np.sum(g / x, axis=axis, keepdims=keepdims),),
)


def _var(x: Any, axis: Any, ddof: Any, keepdims: bool) -> Any:
    return np.var(x, axis=axis, ddof=ddof, keepdims=keepdims)


def _std(x: Any, axis: Any, ddof: Any, keepdims: bool) -> Any:
    return np.std(x, axis=axis, ddof=ddof, keepdims=keepdims)


def _spreading(x: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False) -> tuple:
    return x, axis, ddof, bool(keepdims)


def _deviation(z: Any, x: Any, axis: Any, ddof: Any) -> Any:
    """The gradient of half the variance: (x - mean) / (N - ddof)."""
    return (x - np.mean(x, axis=axis, keepdims=True)) / (np.size(x) / np.size(z) - ddof)


def _var_pull(g: Any, z: Any, x: Any, axis: Any, ddof: Any, keepdims: bool) -> Any:
    return _spread(2.0 * g, axis, keepdims) * _deviation(z, x, axis, ddof)


def _var_push(g: Any, z: Any, x: Any, axis: Any, ddof: Any, keepdims: bool) -> Any:
    return 2.0 * np.sum(g * _deviation(z, x, axis, ddof), axis=axis, keepdims=keepdims)


add("var", _var, _spreading, (_var_pull,), (_var_push,))
add(
    "std",
    _std,
    _spreading,
    (lambda g, z, x, axis, ddof, keepdims: _var_pull(g * 0.5 / z, z, x, axis, ddof, keepdims),),
    (lambda g, z, x, axis, ddof, keepdims: _var_push(g, z, x, axis, ddof, keepdims) * 0.5 / z,),
)


def _euclidean(x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False) -> tuple | None:
    """The root of the sum of squares: not the largest singular value."""
    vector = np.ndim(x) == 1 or type(axis) is int
    return (x, axis, bool(keepdims)) if ord is None or (ord == 2 and vector) else None


add(
    "linalg.norm",
    _along(np.linalg.norm),
    _euclidean,
    (lambda g, z, x, axis, keepdims: _spread(g / z, axis, keepdims) * x,),
    (lambda g, z, x, axis, keepdims: np.sum(g * x, axis=axis, keepdims=keepdims) / z,),
)
