"""What stands for `math`, `cmath`, NumPy's modules and number types while a function runs re-pointed."""

from __future__ import annotations

import cmath
import math
import re
import types
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.lift.lifted import Lifted, reaches
from derivlab.lift.lines import user_line

MATH = {"pow": "power", "fabs": "absolute", "asin": "arcsin", "acos": "arccos", "atan": "arctan", "atan2": "arctan2",
        "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh", "erf": "special.erf", "erfc": "special.erfc",
        "gamma": "special.gamma", "lgamma": "special.gammaln"}  # fmt: skip
_ONCE = (map, zip, filter, types.GeneratorType)


class _Float(type):
    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, float)


class _Complex(type):
    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, complex)


class LiftedFloat(float, metaclass=_Float):
    """`float` for a re-pointed function: a lifted value stays as it is."""

    dtype = np.dtype(float)

    def __new__(cls, value: Any = 0.0) -> Any:
        if type(value) is Lifted:
            return value
        if isinstance(value, str) and value.startswith("Lifted("):
            raise DerivativeError(
                f"a number read back from text{user_line()} cuts the graph; keep the number itself."
            )
        return np.asarray(value, dtype=float) if np.ndim(value) else float(value)


class LiftedComplex(complex, metaclass=_Complex):
    """`complex` for a re-pointed function."""

    def __new__(cls, real: Any = 0.0, imag: Any = 0.0) -> Any:
        return real + 1j * imag if reaches((real, imag)) else complex(real, imag)


class Module:
    """A module whose functions are exchanged as they are looked up."""

    def __init__(self, repoint: Any, module: types.ModuleType):
        self._repoint, self._module = repoint, module

    def __getattr__(self, name: str) -> Any:
        module = self._module
        if module is math or module is cmath:
            return self._math(module, name)
        if module.__name__ == "autograd.numpy" or module.__name__.startswith("autograd.numpy."):
            target: Any = np
            for part in module.__name__.split(".")[2:]:
                target = getattr(target, part)
            module = target
        found = self._repoint(getattr(module, name))
        self.__dict__[name] = found
        return found

    def _math(self, module: types.ModuleType, name: str) -> Any:
        """A function of numbers: NumPy's of the same meaning, on complex numbers where `cmath` is asked."""
        plain = getattr(module, name)
        if not callable(plain):
            return plain

        def lifted(*args: Any, **kwargs: Any) -> Any:
            args = tuple(list(a) if isinstance(a, _ONCE) else a for a in args)
            if not (reaches(args) or reaches(kwargs.values())):
                return plain(*args, **kwargs)
            plain(*map(_number, args), **kwargs)  # raises where f itself would
            own = getattr(_Math if module is math else _Cmath, name, None)
            if own is not None:
                return self._repoint.rebound(own)(*args, **kwargs)
            args = args if module is math else tuple(a + 0j for a in args)
            return self._repoint.space.call(MATH.get(name, name), args, kwargs)

        return lifted


def _number(value: Any) -> Any:
    if type(value) is Lifted:
        value = value.concrete
        if np.size(value) == 1:
            return complex(value) if np.iscomplexobj(value) or hasattr(value, "_mpc_") else float(value)
        return value
    return [_number(v) for v in value] if isinstance(value, (list, tuple)) else value


class Indexed:
    """What a re-pointed function sees where the original sees np.r_ or np.c_."""

    def __init__(self, getitem: Any):
        self._getitem = getitem

    def __getitem__(self, key: Any) -> Any:
        return self._getitem(key)


class Sampled:
    """A function, module or generator whose arrays of floats are lifted."""

    def __init__(self, space: Any, source: Any):
        self._space, self._source = space, source

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        found = self._source(*args, **kwargs)
        if isinstance(found, (np.random.Generator, np.random.RandomState)):
            return Sampled(self._space, found)
        lifted = type(found) is np.ndarray and found.dtype.kind == "f"
        return Lifted(self._space, found) if lifted else found

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._source, name)
        return Sampled(self._space, found) if callable(found) and not isinstance(found, type) else found


class Vectorized:
    """What a re-pointed function sees where the original sees a function made by np.vectorize or np.frompyfunc."""

    def __init__(self, space: Any, f: Any, excluded: Any = (), signature: str | None = None):
        self._space, self._f, self._excluded = space, f, excluded
        terms = re.findall(r"\(([^)]*)\)", (signature or "").partition("->")[0])
        self._cores = [len([d for d in term.split(",") if d.strip()]) for term in terms]

    def __call__(self, *args: Any) -> Any:
        cores = self._cores or [0] * len(args)
        arrays = [
            a if k in self._excluded else self._space.make_array(np.asarray, a) for k, a in enumerate(args)
        ]
        ends = [None if k in self._excluded else a.ndim - cores[k] for k, a in enumerate(arrays)]
        loop = np.broadcast_shapes(*[a.shape[:e] for a, e in zip(arrays, ends, strict=True) if e is not None])

        def entry(a: Any, end: int | None, place: tuple) -> Any:
            if end is None:
                return a
            here = tuple(i if n > 1 else 0 for i, n in zip(place[len(place) - end :], a.shape, strict=False))
            return a[here] if here else a

        out = [
            self._f(*[entry(a, e, p) for a, e in zip(arrays, ends, strict=True)]) for p in np.ndindex(loop)
        ]
        if isinstance(out[0], tuple):
            return tuple(self._gathered(part, loop) for part in zip(*out, strict=True))
        return self._gathered(out, loop)

    def _gathered(self, out: Any, loop: tuple) -> Any:
        found = self._space.call("array", (list(out),), {})
        return found.reshape(loop + found.shape[1:])


class Converted(tuple):
    """The part of NumPy's internal array converter that its Python functions use."""

    @property
    def scalar_input(self) -> tuple[bool, ...]:
        return tuple(np.ndim(v) == 0 for v in self)

    def as_arrays(self, **_: Any) -> tuple:
        return tuple(self)

    def result_type(self, *_: Any, **__: Any) -> np.dtype:
        return np.dtype(float)

    def wrap(self, value: Any, **_: Any) -> Any:
        return value


class _Math:
    """The functions of `math` that NumPy has under another shape."""

    def floor(x):
        return int(np.floor(x))

    def ceil(x):
        return int(np.ceil(x))

    def trunc(x):
        return int(np.trunc(x))

    def remainder(x, y):
        return x - y * np.rint(x / y)

    def isclose(a, b, rel_tol=1e-09, abs_tol=0.0):
        return bool(np.abs(a - b) <= np.maximum(rel_tol * np.maximum(np.abs(a), np.abs(b)), abs_tol))

    def fma(x, y, z):
        return x * y + z

    def log(x, base=None):
        return np.log(x) if base is None else np.log(x) / np.log(base)

    def fsum(values):
        return np.sum(np.array(list(values)))

    def prod(values, start=1):
        return start * np.prod(np.array(list(values)))

    def hypot(*values):
        return np.sqrt(np.sum(np.array(list(values)) ** 2))

    def dist(p, q):
        return np.sqrt(np.sum((np.array(list(p)) - np.array(list(q))) ** 2))

    def sumprod(p, q):
        return np.sum(np.array(list(p)) * np.array(list(q)))


class _Cmath:
    """The functions of `cmath` that NumPy has under another shape."""

    def phase(x):
        return np.angle(x + 0j)

    def polar(x):
        return np.abs(x + 0j), np.angle(x + 0j)

    def rect(r, phi):
        return r * np.exp(1j * phi)
