"""A batch in NumPy's own calls and Python's operators, for code that computes and decides, and does nothing else.

Nothing is re-pointed and nothing watched, so that an operation costs little more than NumPy's: what may be run so is
for others to know.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from derivlab.lift.batch_rules import NUMBERS, Batch, aligned, behind, gathered, placed, rule, spread
from derivlab.lift.lifted import METHODS
from derivlab.lift.operators import ORDER
from derivlab.lift.tables import key_of, ufunc_key

_key_of = functools.cache(key_of)
_SLICES = (int, slice)


class DirectBatch:
    """An array whose first axis counts the points; `work` gathers the shape of every result."""

    __slots__ = ("a", "work")
    __array_priority__ = 1000.0
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, a: np.ndarray, work: list[tuple[int, ...]]):
        self.a, self.work = a, work
        work.append(a.shape)

    shape = property(lambda self: self.a.shape[1:])
    ndim = property(lambda self: self.a.ndim - 1)
    size = property(lambda self: self.a[0].size)
    T = property(lambda self: self._call("transpose", (self,), {}))

    def __len__(self) -> int:
        if not self.ndim:
            raise TypeError("object of type 'float' has no len()")
        return self.a.shape[1]

    def __iter__(self) -> Iterator[DirectBatch]:
        return (self[k] for k in range(len(self)))

    def __getitem__(self, key: Any) -> DirectBatch:
        return DirectBatch(self.a[(slice(None), key) if type(key) in _SLICES else placed(key)], self.work)

    def __array__(self, *_: Any, **__: Any) -> np.ndarray:
        raise TypeError("many points are no plain array")

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *args: Any, **kwargs: Any) -> Any:
        if method != "__call__" or kwargs or ufunc.nout != 1:
            return NotImplemented
        if len(args) == 1:
            return DirectBatch(ufunc(self.a), self.work)
        if ufunc.signature is not None:
            return self._call(ufunc_key(ufunc), args, {})
        return self._elementwise(ufunc, *args)

    def __array_function__(self, function: Callable, types: Any, args: tuple, kwargs: dict) -> Any:
        key = _key_of(function)
        if key is None:
            return NotImplemented
        return getattr(args[0], key) if key in ("shape", "ndim", "size") else self._call(key, args, kwargs)

    def __getattr__(self, name: str) -> Callable:
        if name not in METHODS:  # as sort, which writes
            raise AttributeError(name)
        return lambda *args, **kwargs: self._call(name, (self, *args), kwargs)

    def __matmul__(self, other: Any) -> DirectBatch:
        return self._call("matmul", (self, other), {})

    def __rmatmul__(self, other: Any) -> DirectBatch:
        return self._call("matmul", (other, self), {})

    def __neg__(self) -> DirectBatch:
        return DirectBatch(-self.a, self.work)

    def __abs__(self) -> DirectBatch:
        return DirectBatch(abs(self.a), self.work)

    def __bool__(self) -> bool:
        if self.ndim or self.a.any() != self.a.all():
            raise TypeError("the points part at a branch")
        return bool(self.a[0])

    def transpose(self, *axes: Any) -> DirectBatch:
        return self._call("transpose", (self, axes[0] if len(axes) == 1 else axes or None), {})

    def flatten(self) -> DirectBatch:
        return self._call("ravel", (self,), {}).copy()

    def copy(self) -> DirectBatch:
        return DirectBatch(self.a.copy(), self.work)

    def reshape(self, *shape: Any) -> DirectBatch:
        return self._call("reshape", (self, shape[0] if len(shape) == 1 else shape), {})

    def _elementwise(self, function: Callable, *args: Any) -> DirectBatch:
        return DirectBatch(function(*aligned(tuple(map(_raw, args)))), self.work)

    def _call(self, key: str, args: tuple, kwargs: dict) -> Any:
        self.work.append((len(self.a), 1))  # to call it is as much work as to add arrays
        kwargs = {name: _raw(value) for name, value in kwargs.items()} if kwargs else kwargs
        return self._wrapped(rule(key)(*map(_raw, args), **kwargs))

    def _wrapped(self, found: Any) -> Any:
        if type(found) is Batch:
            return DirectBatch(found.a, self.work)
        return type(found)(map(self._wrapped, found)) if type(found) in (tuple, list) else found


def _raw(value: Any) -> Any:
    if type(value) is DirectBatch:
        return Batch(value.a)
    return type(value)(map(_raw, value)) if type(value) in (list, tuple) else value


def _operator(function: Callable, reflected: bool = False) -> Callable:
    def method(self: DirectBatch, other: Any) -> DirectBatch:
        a, b, kind = self.a, other, type(other)
        if kind is DirectBatch:
            b = other.a
            if a.ndim != b.ndim:
                a, b = behind(a, b.ndim - 1), behind(b, a.ndim - 1)
        elif kind is np.ndarray:
            a = behind(a, b.ndim)
        elif kind not in NUMBERS:
            return NotImplemented
        return DirectBatch(function(b, a) if reflected else function(a, b), self.work)

    return method


def _inplace(function: Callable) -> Callable:
    apart = _operator(function)

    def method(self: DirectBatch, other: Any) -> DirectBatch:
        found = apart(self, other)
        if not self.ndim or found is NotImplemented:
            return found
        self.a[...] = found.a  # views of it see that too
        return self

    return method


for _short in ("add", "sub", "mul", "truediv", "pow"):
    _function = getattr(operator, _short)
    setattr(DirectBatch, f"__{_short}__", _operator(_function))
    setattr(DirectBatch, f"__r{_short}__", _operator(_function, reflected=True))
    setattr(DirectBatch, f"__i{_short}__", _inplace(_function))
for _short in ORDER:
    setattr(DirectBatch, f"__{_short}__", _operator(getattr(operator, _short)))


def gathering(work: list[tuple[int, ...]]) -> Callable:
    """What np.array is to lists of batches; `work` gets an empty shape each time."""

    def array(nested: Any, *args: Any, **kwargs: Any) -> Any:
        found = gathered(_raw(nested))
        if type(found) is not Batch:
            return np.array(nested, *args, **kwargs)
        if args or kwargs:
            raise TypeError("many points have one kind")
        work.append(())
        return DirectBatch(found.a.copy(), work)

    return array


def run_direct(f: Callable, points: np.ndarray, work: list[tuple[int, ...]]) -> np.ndarray:
    """f at points (B, *shape), as an array (B, *f(x).shape); `work` gets the shapes of all that was computed."""
    found = _raw(f(DirectBatch(points, work)))
    return spread(gathered(found), len(points))
