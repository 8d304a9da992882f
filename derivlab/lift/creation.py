"""Functions that make arrays or write into them, which NumPy's protocols do not reach."""

from __future__ import annotations

import itertools
import types
from collections import deque
from typing import Any

import numpy as np

from derivlab.lift.lifted import Lifted, plain, reaches
from derivlab.lift.modules import LiftedFloat, Vectorized

_Iter = (map, zip, filter, types.GeneratorType, range, deque)


class Creation:
    """The part of a namespace that makes arrays: `make_NAME(original, ...)` stands for `np.NAME(...)`."""

    data: bool
    raw: Any
    plain: Any
    call: Any
    array: Any
    astype: Any

    def creation(self, key: str) -> Any:
        return getattr(self, f"make_{key}", None)

    def make_zeros(self, original: Any, *args: Any, **kwargs: Any) -> Any:
        args, kwargs = self.raw(args), {k: self.raw(v) for k, v in kwargs.items()}
        args = tuple(a.dtype if a is LiftedFloat else a for a in args)
        return self._made(original(*args, **kwargs))

    def _made(self, made: Any) -> Any:
        """A new array, open to lifted values where it holds floats."""
        kinds = "fciu" if self.data else "fc"
        return Lifted(self, made) if type(made) is np.ndarray and made.dtype.kind in kinds else made

    make_ones = make_empty = make_eye = make_identity = make_zeros

    def make_full(self, original: Any, shape: Any, fill_value: Any, dtype: Any = None, **_: Any) -> Any:
        if reaches((fill_value,)):
            return self._kind(self.call("multiply", (np.ones(shape), fill_value), {}), dtype)
        return self.make_zeros(original, shape, fill_value, dtype)

    def make_zeros_like(self, original: Any, a: Any, dtype: Any = None, shape: Any = None, **_: Any) -> Any:
        like = np.zeros(a.shape) if type(a) is Lifted else a
        return self.make_zeros(original, like, self.raw(dtype), shape=shape)

    make_ones_like = make_empty_like = make_zeros_like

    def make_full_like(self, original: Any, a: Any, fill_value: Any, dtype: Any = None, **_: Any) -> Any:
        return self.make_full(np.full, np.shape(a), fill_value, dtype)

    def _kind(self, made: Any, dtype: Any) -> Any:
        """The lifted array in the type that is asked for."""
        dtype = self.raw(dtype)
        return made if dtype is None or np.dtype(dtype) == made.dtype else self.astype(made, np.dtype(dtype))

    def make_array(self, original: Any, a: Any, dtype: Any = None, **kwargs: Any) -> Any:
        dtype = self.raw(dtype)
        if not reaches((a,)) and not isinstance(a, (list, tuple, _Iter)):
            made = original(a, dtype=dtype, **kwargs)
            return self._made(made) if original is np.array else made
        if isinstance(a, _Iter):
            a = list(a)
        if not reaches((a,)) and not _deep(a):
            return self._made(original(a, dtype=dtype, **kwargs))
        if type(a) is Lifted:
            made = a.copy() if kwargs.get("copy", original in (np.array, np.copy)) is True else a
        else:
            made = Lifted(self, self.array(self.raw(_listed(a))))
        made = self._kind(made, dtype)
        if (need := kwargs.get("ndmin", 0)) > made.ndim:
            made = made.reshape((1,) * (need - made.ndim) + made.shape)
        return made

    make_asarray = make_asanyarray = make_asfarray = make_asarray_chkfinite = make_ascontiguousarray = (
        make_copy
    ) = make_array

    def make_linspace(
        self, original: Any, start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False,
        dtype: Any = None, axis: int = 0,
    ) -> Any:  # fmt: skip
        if not reaches((start, stop)):
            return self._made(original(start, stop, num, endpoint, retstep, self.raw(dtype), axis))
        start, stop = self.make_array(np.asarray, start), self.make_array(np.asarray, stop)
        t = np.linspace(0.0, 1.0, num, endpoint=endpoint).reshape(-1, *(1,) * max(start.ndim, stop.ndim))
        found = start + (stop - start) * t
        if dtype is not None and np.dtype(self.raw(dtype)).kind in "iu":
            found = Lifted(self, self.raw(self.call("floor", (found,), {})))
        found = self._kind(found if axis == 0 else self.call("moveaxis", (found, 0, axis), {}), dtype)
        return (found, (stop - start) / (num - endpoint)) if retstep else found

    def make_logspace(
        self,
        original: Any,
        start: Any,
        stop: Any,
        num: int = 50,
        endpoint: bool = True,
        base: Any = 10.0,
        dtype: Any = None,
        axis: int = 0,
    ) -> Any:
        exponents = self.make_linspace(np.linspace, start, stop, num, endpoint, axis=axis)
        return self._kind(self.call("power", (base, exponents), {}), dtype)

    def make_geomspace(
        self, original: Any, start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, **_: Any
    ) -> Any:  # fmt: skip
        t = np.linspace(0.0, 1.0, num, endpoint=endpoint)
        return self._kind(start * self.call("power", (stop / start, t), {}), dtype)

    def make_frompyfunc(self, original: Any, f: Any, *_: Any, **__: Any) -> Any:
        return Vectorized(self, f)

    def make_require(self, original: Any, a: Any, dtype: Any = None, requirements: Any = None) -> Any:
        return self.make_array(np.asarray, a, dtype)

    def make_arange(self, original: Any, *args: Any, **kwargs: Any) -> Any:
        if not reaches(args):
            made = original(*args, **{k: self.raw(v) for k, v in kwargs.items()})
            return self._made(made) if made.dtype.kind == "f" else made
        start, stop, step = (0, args[0], 1) if len(args) == 1 else (*args, 1)[:3]
        length = self.call("divide", (self.call("subtract", (stop, start), {}), step), {})
        length = max(int(self.plain(self.raw(self.call("ceil", (length,), {})))), 0)
        return self._kind(start + step * np.arange(length), kwargs.get("dtype"))

    def make_fromiter(self, original: Any, values: Any, dtype: Any = None, count: int = -1, **_: Any) -> Any:
        values = list(values) if count < 0 else list(itertools.islice(values, count))
        return self.make_array(np.array, values, dtype)

    def make_fill_diagonal(self, original: Any, a: Any, value: Any, wrap: bool = False) -> Any:
        if type(a) is not Lifted:
            return original(a, value, wrap)
        n = min(a.shape)
        a[(np.arange(n),) * a.ndim] = value
        return None

    def make_put(self, original: Any, a: Any, where: Any, values: Any, mode: str = "raise") -> None:
        if type(a) is not Lifted:
            return original(a, where, values, mode)
        places = np.arange(a.size).take(plain(where), mode=mode)  # type: ignore[call-overload]
        flat, a = self.call("resize", (values, places.shape), {}), a.flat
        a[places] = flat
        return None

    def make_place(self, original: Any, a: Any, mask: Any, values: Any) -> None:
        if type(a) is not Lifted:
            return original(a, plain(mask), values)
        mask = np.asarray(plain(mask), dtype=bool)
        a[mask] = self.call("resize", (values, (np.count_nonzero(mask),)), {})
        return None

    def make_putmask(self, original: Any, a: Any, mask: Any, values: Any) -> None:
        if type(a) is not Lifted:
            return original(a, plain(mask), values)
        mask = np.asarray(plain(mask), dtype=bool)
        a[mask] = self.call("resize", (values, a.shape), {})[mask]
        return None

    def make_put_along_axis(self, original: Any, a: Any, indices: Any, values: Any, axis: Any = -1) -> None:
        if type(a) is not Lifted:
            return original(a, plain(indices), values, axis)
        numbered = np.arange(a.size).reshape(a.shape)
        places = np.take_along_axis(numbered, plain(indices), axis)
        a.flat[places] = values
        return None

    def make_copyto(
        self, original: Any, target: Any, source: Any, casting: str = "same_kind", where: Any = True
    ) -> None:
        if type(target) is not Lifted:
            return original(target, source, casting, plain(where))
        target[...] = source if where is True else self.call("where", (where, source, target), {})
        return None


def _listed(a: Any) -> Any:
    return [_listed(v) for v in a] if isinstance(a, (list, tuple, *_Iter)) else a


def _deep(a: Any) -> bool:
    return any(
        type(v) is Lifted
        or (isinstance(v, (list, tuple)) and _deep(v))
        or (isinstance(v, np.ndarray) and v.dtype == object)
        for v in a
    )
