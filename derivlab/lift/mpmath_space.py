"""Lifting to mpmath: every number with a hundred digits."""

from __future__ import annotations

import functools
import operator
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from derivlab.lift.composites.algebra import EighResult
from derivlab.lift.lifted import Lifted
from derivlab.lift.mpmath_special import special
from derivlab.lift.object_space import ObjectSpace, _elementwise
from derivlab.lift.tables import CONCRETE, EDGES, NEUTRAL, STEPS

DIGITS = 100
_local = threading.local()


def context() -> Any:
    """This thread's own mpmath context of 100 digits: the global one is never touched."""
    if not hasattr(_local, "mp"):
        import mpmath

        _local.mp = mpmath.ctx_mp.MPContext()
        _local.mp.dps = DIGITS
    return _local.mp


_SAME = (
    "exp",
    "sin",
    "cos",
    "tan",
    "sinh",
    "cosh",
    "tanh",
    "log10",
    "log1p",
    "expm1",
    "cbrt",
    "sqrt",
    "isfinite",
)
# mpmath's names of NumPy's functions.
_RENAMED = {"arcsin": "asin", "arccos": "acos", "arctan": "atan", "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh",
            "arctan2": "atan2"}  # fmt: skip


def _functions(mp: Any) -> dict[str, Callable]:
    """Functions of numbers, by the key of their rule."""
    named = {key: key for key in _SAME} | _RENAMED
    plain = {key: getattr(mp, name) for key, name in named.items()}
    return plain | {key: _capped(plain[key]) for key in _GROWING} | {
        "absolute": abs,
        "exp2": _capped(lambda x: mp.mpf(2) ** x),
        "log": lambda x: _real(mp.ln(x), x),
        "log2": lambda x: _real(mp.ln(x), x) / mp.ln(2),
        "log10": lambda x: _real(mp.log10(x), x),
        "log1p": lambda x: _real(mp.log1p(x), x),
        "arcsin": lambda x: _real(mp.asin(x), x),
        "arccos": lambda x: _real(mp.acos(x), x),
        "arctanh": lambda x: _real(mp.atanh(x), x),
        "arccosh": lambda x: _real(mp.acosh(x), x),
        "sqrt": lambda x: _real(mp.sqrt(x), x),
        "cbrt": lambda x: mp.cbrt(x) if x >= 0 else -mp.cbrt(-x),
        "power": lambda a, b: _real(_capped(lambda e: mp.power(a, e))(b), a, b),
        "conjugate": mp.conj,
        "real": mp.re,
        "imag": mp.im,
        "angle": mp.arg,
        "signbit": lambda x: x < 0,
        "sinc": mp.sincpi,
        **{f"special.{name}": function for name, function in special(mp).items()},
    }  # fmt: skip


# Their cost grows with the exponent of the argument: without bound, where floats have long overflowed.
_GROWING = ("exp", "expm1", "sin", "cos", "tan", "sinh", "cosh", "tanh")


@functools.cache
def _largest() -> Any:
    import mpmath

    return mpmath.mpf(10) ** 400


def capped(x: Any) -> Any:
    """x, or infinity where it is far above all floats."""
    return x if not abs(x) > _largest() else context().inf * (1 if x.real > 0 else -1)


def _capped(f: Callable) -> Callable:
    return lambda x: f(capped(x))


def _steps(mp: Any) -> dict[str, Callable]:
    return {
        "floor": mp.floor,
        "ceil": mp.ceil,
        "trunc": lambda x: mp.floor(x) if x >= 0 else mp.ceil(x),
        "rint": mp.nint,
        "round": lambda x, decimals=0: mp.nint(x * mp.mpf(10) ** decimals) / mp.mpf(10) ** decimals,
        "sign": mp.sign,
        "floor_divide": lambda a, b: mp.floor(mp.mpf(a) / b),
        "heaviside": lambda x, middle: mp.mpf(1) if x > 0 else mp.mpf(0) if x < 0 else mp.mpf(middle),
    }


def _tables() -> tuple[dict[str, Callable], dict[str, Callable]]:
    """This thread's functions, and those with steps."""
    if not hasattr(_local, "tables"):
        _local.tables = _functions(context()), _steps(context())
    return _local.tables


def partial(key: str, orders: tuple[int, ...], *args: float) -> float:
    """A partial derivative of a function of the table, by differences."""
    mp = context()
    found = mp.diff(_tables()[0][key], tuple(map(mp.mpf, args)), orders)
    if found.imag:
        raise NotImplementedError(f"a derivative of scipy.{key} in all of its arguments here")
    return float(found.real)


_OPERATORS: dict[str, Callable] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "negative": operator.neg,
}
_RULED = {*EDGES, *STEPS, *CONCRETE, *NEUTRAL}  # more than a function of numbers


class MpmathSpace(ObjectSpace):
    """Object arrays of mpmath numbers of 100 digits."""

    name = "mpmath"

    def __init__(self) -> None:
        super().__init__()
        self.scalar, self.steps = _tables()
        self.real = context().mpf
        self.numbers = {self.real, float, int}

    def own(self, value: Any) -> bool:
        return hasattr(value, "_mpf_") or hasattr(value, "_mpc_")

    def call(self, key: str, args: tuple, kwargs: dict) -> Any:
        """Arithmetic and functions of single real numbers at once, all else by the rules of arrays."""
        if not kwargs and key not in _RULED:
            function = _OPERATORS.get(key) or self.scalar.get(key)
            raws = [a.value if type(a) is Lifted else a for a in args]
            kinds = {type(raw) for raw in raws}
            if function and self.real in kinds and kinds <= self.numbers and (key != "divide" or raws[1]):
                found = function(*raws)
                return Lifted(self, found) if type(found) is self.real else self.wrap(found)
        return super().call(key, args, kwargs)

    def rule(self, key: str) -> Any:
        if key == "divide":
            return _divided
        if key in _DECOMPOSITIONS:
            return _DECOMPOSITIONS[key]
        return super().rule(key)

    def tie(self, key: str, *values: Any, **kwargs: Any) -> None:
        """The reference looks at both sides itself."""

    def _step(self, key: str, plain: list, kwargs: dict) -> Any:
        return _elementwise(self.steps[key], (*plain, *kwargs.values()))


def _divided(a: Any, b: Any) -> Any:
    """a / b, where floats have infinity for 1/0 and none for 0/0: a branch of np.where may hold it."""
    mp = context()
    try:
        return np.divide(a, b)
    except ZeroDivisionError:
        return _elementwise(lambda p, q: p / q if q else mp.inf * mp.sign(p) if p else mp.nan, (a, b))


def _real(value: Any, *given: Any) -> Any:
    """NaN where a function of real numbers leaves them, as in NumPy."""
    if not (hasattr(value, "_mpc_") and value.imag) or any(_is_complex(g) for g in given):
        return value
    return context().nan


def _is_complex(value: Any) -> bool:
    return hasattr(value, "_mpc_") or isinstance(value, complex)


def _eigh(a: Any, UPLO: str = "L") -> Any:
    """Of the triangle that is named, as NumPy's."""
    a = np.asarray(a)
    if a.ndim > 2:
        parts = [_eigh(m, UPLO) for m in a.reshape(-1, *a.shape[-2:])]
        return tuple(
            np.stack(part).reshape(a.shape[:-2] + part[0].shape) for part in zip(*parts, strict=True)
        )
    mp = context()
    a = np.tril(a) + np.tril(a, -1).T if UPLO == "L" else np.triu(a) + np.triu(a, 1).T
    values, vectors = mp.eigsy(mp.matrix(a.tolist()))
    n = len(a)
    values = np.array([values[i] for i in range(n)], dtype=object)
    vectors = np.array([[vectors[i, j] for j in range(n)] for i in range(n)], dtype=object)
    # Signs as NumPy's, whose choice f was written with.
    own = np.linalg.eigh(a.astype(float))[1]
    return EighResult(values, vectors * np.where(np.sum(vectors.astype(float) * own, axis=0) < 0, -1, 1))


def _eigvals(a: Any) -> Any:
    """In NumPy's order, which is that of the algorithm."""
    mp = context()
    found, own = list(mp.eig(mp.matrix(np.asarray(a).tolist()), left=False, right=False)), []
    for value in np.linalg.eigvals(np.asarray(a).astype(float)):
        own.append(found.pop(int(np.argmin([abs(complex(v) - value) for v in found]))))
    real = all(mp.im(v) == 0 or abs(mp.im(v)) < mp.mpf(10) ** -90 * abs(v) for v in own)
    return np.array([mp.re(v) if real else v for v in own], dtype=object)


_DECOMPOSITIONS = {"linalg.eigh": _eigh, "linalg.eigvals": _eigvals}
