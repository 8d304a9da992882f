"""Functions that make arrays or write into them, which NumPy's protocols do not reach."""

from __future__ import annotations

import types
from typing import Any

import numpy as np

from derivlab.lift.lifted import Lifted
from derivlab.lift.repoint import LiftedFloat, reaches

_Iter = (map, zip, filter, types.GeneratorType, range)


class Creation:
    """The part of a namespace that makes arrays: `make_NAME(original, ...)` stands for `np.NAME(...)`."""

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
        made = original(*args, **kwargs)
        return Lifted(self, made) if made.dtype.kind == "f" else made

    make_ones = make_empty = make_eye = make_identity = make_zeros

    def make_full(self, original: Any, shape: Any, fill_value: Any, dtype: Any = None, **_: Any) -> Any:
        if reaches((fill_value,)):
            return self.call("multiply", (np.ones(shape), fill_value), {})
        return self.make_zeros(original, shape, fill_value, dtype)

    def make_zeros_like(self, original: Any, a: Any, dtype: Any = None, shape: Any = None, **_: Any) -> Any:
        like = np.zeros(a.shape) if type(a) is Lifted else a
        return self.make_zeros(original, like, self.raw(dtype), shape=shape)

    make_ones_like = make_empty_like = make_zeros_like

    def make_full_like(self, original: Any, a: Any, fill_value: Any, dtype: Any = None, **_: Any) -> Any:
        return self.make_full(np.full, np.shape(a), fill_value, dtype)

    def make_array(self, original: Any, a: Any, dtype: Any = None, **kwargs: Any) -> Any:
        dtype = self.raw(dtype)
        if not reaches((a,)) and not isinstance(a, (list, tuple, _Iter)):
            made = original(a, dtype=dtype, **kwargs)
            return Lifted(self, made) if made.dtype.kind == "f" and original is np.array else made
        if isinstance(a, _Iter):
            a = list(a)
        if not reaches((a,)) and not _deep(a):
            made = original(a, dtype=dtype, **kwargs)
            return Lifted(self, made) if made.dtype.kind == "f" else made
        made = (
            a.copy()
            if type(a) is Lifted and original is np.array
            else a
            if type(a) is Lifted
            else Lifted(self, self.array(self.raw(_listed(a))))
        )
        if dtype is not None and np.dtype(dtype) != made.dtype:
            made = self.astype(made, np.dtype(dtype))
        if (need := kwargs.get("ndmin", 0)) > made.ndim:
            made = made.reshape((1,) * (need - made.ndim) + made.shape)
        return made

    make_asarray = make_asanyarray = make_asfarray = make_ascontiguousarray = make_copy = make_array

    def make_linspace(
        self, original: Any, start: Any, stop: Any, num: int = 50, endpoint: bool = True, **kwargs: Any
    ) -> Any:
        if not reaches((start, stop)):
            return original(start, stop, num, endpoint, **kwargs)
        t = np.linspace(0.0, 1.0, num, endpoint=endpoint)
        return start + (stop - start) * t

    def make_arange(self, original: Any, *args: Any, **kwargs: Any) -> Any:
        if not reaches(args):
            return original(*args, **kwargs)
        start, stop, step = (0, args[0], 1) if len(args) == 1 else (*args, 1)[:3]
        plain = [float(self.plain(self.raw(v))) for v in (start, stop, step)]
        return start + step * np.arange(len(np.arange(*plain)))

    def make_fromiter(self, original: Any, values: Any, *args: Any, **kwargs: Any) -> Any:
        return self.make_array(np.array, list(values))

    def make_fill_diagonal(self, original: Any, a: Any, value: Any, wrap: bool = False) -> Any:
        if type(a) is not Lifted:
            return original(a, value, wrap)
        n = min(a.shape)
        a[(np.arange(n),) * a.ndim] = value
        return None

    def make_put(self, original: Any, a: Any, where: Any, value: Any, **_: Any) -> None:
        a.reshape(-1)[where] = value

    def make_copyto(self, original: Any, target: Any, source: Any, **kwargs: Any) -> None:
        if type(target) is not Lifted or kwargs:
            original(target, source, **kwargs)
        target[...] = source


def _listed(a: Any) -> Any:
    return [_listed(v) for v in a] if isinstance(a, (list, tuple, *_Iter)) else a


def _deep(a: Any) -> bool:
    return any(
        type(v) is Lifted
        or (isinstance(v, (list, tuple)) and _deep(v))
        or (isinstance(v, np.ndarray) and v.dtype == object)
        for v in a
    )
