"""A complex value that ends a run where f may not be analytic: at the edge of a decision, at the branch point of a root.

An imaginary step leaves real parts as they are. So decisions by real parts are those of f at x, and f is one analytic
formula near x, where no decision is a close one.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from derivlab.lift.lifted import METHODS
from derivlab.lift.operators import ORDER
from derivlab.lift.tables import COMPARISONS, key_of

_COMPLEX = (np.dtype(complex), np.dtype(np.complex64))
CLOSE = 1e-5  # of the numbers compared
_key_of = functools.cache(key_of)


class Edge(Exception):
    """x lies on, or close to, an edge."""


class Scale(NamedTuple):
    """What is close to 0 at x, and whether complex numbers of this kind can be compared."""

    close: float
    compares: bool


class Watched:
    """A complex number or array of f at a point with an imaginary part."""

    __slots__ = ("a", "scale")
    __array_priority__ = 1000.0
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, a: Any, scale: Scale):
        self.a, self.scale = a, scale

    shape = property(lambda self: np.shape(self.a))
    ndim = property(lambda self: np.ndim(self.a))
    size = property(lambda self: np.size(self.a))
    T = property(lambda self: self._wrapped(self.a.T))

    def __len__(self) -> int:
        return len(self.a)

    def __iter__(self) -> Iterator[Watched]:
        return (self[k] for k in range(len(self)))

    def __getitem__(self, key: Any) -> Watched:
        return Watched(self.a[key], self.scale)

    def __setitem__(self, key: Any, value: Any) -> None:
        self.a[key] = _raw(value)

    def __array__(self, *_: Any, **__: Any) -> np.ndarray:
        raise TypeError("a watched value is no plain array")

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *args: Any, **kwargs: Any) -> Any:
        if method != "__call__" or kwargs:
            return NotImplemented
        raws = [self.a] if len(args) == 1 else [_raw(a) for a in args]
        if ufunc.__name__ in _DISTANCES:
            self._check(ufunc.__name__, raws)
        return self._wrapped(ufunc(*raws))

    def __array_function__(self, function: Callable, types: Any, args: tuple, kwargs: dict) -> Any:
        key, raws = _key_of(function), [_raw(a) for a in args]
        kwargs = {name: _raw(value) for name, value in kwargs.items()} if kwargs else kwargs
        if key in _DISTANCES:
            self._check(key, raws, kwargs)
        return self._wrapped(function(*raws, **kwargs))

    def __getattr__(self, name: str) -> Callable:
        if name not in METHODS and name not in ("copy", "reshape", "flatten", "transpose"):
            raise AttributeError(name)

        def method(*args: Any, **kwargs: Any) -> Any:
            raws, named = [_raw(a) for a in args], {key: _raw(value) for key, value in kwargs.items()}
            if name in _DISTANCES:
                self._check(name, [self.a, *raws], named)
            return self._wrapped(getattr(self.a, name)(*raws, **named))

        return method

    def __matmul__(self, other: Any) -> Any:
        return self._wrapped(self.a @ _raw(other))

    def __rmatmul__(self, other: Any) -> Any:
        return self._wrapped(_raw(other) @ self.a)

    def __pow__(self, other: Any) -> Watched:
        other = _raw(other)
        if type(other) not in (int, float):
            self._check("power", [self.a, other])
        elif other != int(other):
            self._check("sqrt", [self.a])
        return Watched(self.a**other, self.scale)

    def __rpow__(self, other: Any) -> Watched:
        self._check("power", [other, self.a])
        return Watched(other**self.a, self.scale)

    def __neg__(self) -> Watched:
        return Watched(-self.a, self.scale)

    def __bool__(self) -> bool:
        raise TypeError("a watched value is no decision")

    def _wrapped(self, found: Any) -> Any:
        if type(found) in (tuple, list):
            return type(found)(map(self._wrapped, found))
        return Watched(found, self.scale) if getattr(found, "dtype", None) in _COMPLEX else found

    def _check(self, key: str, raws: list, kwargs: dict | None = None) -> None:
        """Errors: a decision that is close, or a value at a branch point."""
        if key in COMPARISONS and not self.scale.compares:
            raise TypeError("complex numbers cannot be compared")
        distance, size = _DISTANCES[key](*raws, **kwargs) if kwargs else _DISTANCES[key](*raws)
        clear = distance > CLOSE * size + self.scale.close
        if not (clear if type(clear) is bool else clear.all()):
            raise Edge


def _raw(value: Any) -> Any:
    if type(value) is Watched:
        return value.a
    return type(value)(map(_raw, value)) if type(value) in (list, tuple) else value


def watched_array(scale: Scale) -> Callable:
    """What np.array is to lists of watched values."""

    def array(nested: Any, *args: Any, **kwargs: Any) -> Any:
        found = np.array(_raw(nested), *args, **kwargs)
        return Watched(found, scale) if np.iscomplexobj(found) else found

    return array


def run_watched(f: Callable, x: Any, scale: Scale) -> Any:
    """f at a complex x, as a plain value; errors: what ends the run."""
    return _raw(f(Watched(x, scale)))


def _between(a: Any, b: Any) -> tuple:
    a, b = a.real, b.real
    return abs(a - b), abs(b)  # near the edge that is |a|, too


def _neighbours(x: Any, axis: Any = -1, last: int | None = None) -> tuple:
    """How far sorted numbers lie apart, or the `last` ones of them."""
    x = x.real
    x = np.sort(np.ravel(x) if axis is None else x, axis=-1 if axis is None else axis)
    x = np.moveaxis(x, -1 if axis is None else axis, 0)[slice(last, None)]
    return np.diff(x, axis=0), np.abs(x).max(axis=0, initial=0.0)


def _largest(x: Any, axis: Any = None, **_: Any) -> tuple:
    return _neighbours(x, axis, -2)


def _smallest(x: Any, axis: Any = None, **_: Any) -> tuple:
    return _neighbours(-x, axis, -2)


def _power(base: Any, exponent: Any) -> tuple:
    """Roots have a branch point at 0, whole powers none."""
    whole = not np.iscomplexobj(exponent) and np.equal(exponent, np.round(exponent))
    return np.where(whole, math.inf, base.real), 0.0


def _mask(mask: Any, *_: Any) -> tuple:
    """A number that is taken for a truth has its edge at 0."""
    return (math.inf if isinstance(mask, bool) or mask.dtype.kind == "b" else 0.0), 0.0


def _inside(distance: Callable) -> Callable:
    return lambda x: (distance(x.real), 1.0)


def _clip(x: Any, low: Any = None, high: Any = None) -> tuple:
    near = [_between(x, edge) for edge in (low, high) if edge is not None]
    return np.minimum.reduce([n[0] for n in near]), np.maximum.reduce([n[1] for n in near])


# How far real parts are from an edge or a branch point, and the size that this is compared with.
_DISTANCES: dict[str, Callable] = {
    **dict.fromkeys((*COMPARISONS, "maximum", "minimum"), _between),
    **dict.fromkeys(("sqrt", "log", "log2", "log10"), lambda x: (x.real, 0.0)),
    **dict.fromkeys(("arcsin", "arccos", "arctanh"), _inside(lambda x: 1.0 - abs(x))),
    **dict.fromkeys(("max", "amax"), _largest), **dict.fromkeys(("min", "amin"), _smallest),
    "log1p": _inside(lambda x: x + 1.0), "arccosh": _inside(lambda x: x - 1.0),
    "power": _power, "sort": _neighbours, "clip": _clip, "where": _mask,
}  # fmt: skip


def _arithmetic(function: Callable) -> Callable:
    def method(self: Watched, other: Any) -> Watched:
        return Watched(function(self.a, other.a if type(other) is Watched else other), self.scale)

    return method


def _reflected(function: Callable) -> Callable:
    return lambda self, other: Watched(function(other, self.a), self.scale)


def _inplace(function: Callable) -> Callable:
    def method(self: Watched, other: Any) -> Watched:
        found = function(self.a, other.a if type(other) is Watched else other)
        return self if found is self.a else Watched(found, self.scale)

    return method


def _comparison(name: str, function: Callable) -> Callable:
    def method(self: Watched, other: Any) -> Any:
        other = other.a if type(other) is Watched else other
        self._check(name, [self.a, other])
        return function(self.a.real, other.real)

    return method


for _short in ("add", "sub", "mul", "truediv"):
    setattr(Watched, f"__{_short}__", _arithmetic(getattr(operator, _short)))
    setattr(Watched, f"__r{_short}__", _reflected(getattr(operator, _short)))
    setattr(Watched, f"__i{_short}__", _inplace(getattr(operator, f"i{_short}")))
for _short, _name in ORDER.items():
    setattr(Watched, f"__{_short}__", _comparison(_name, getattr(operator, _short)))
