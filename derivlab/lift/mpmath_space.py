"""Lifting to mpmath: every number with a hundred digits."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from derivlab.lift.object_space import ObjectSpace, _elementwise

DIGITS = 100
_local = threading.local()


def context() -> Any:
    """This thread's own mpmath context of 100 digits: the global one is never touched."""
    if not hasattr(_local, "mp"):
        import mpmath

        _local.mp = mpmath.ctx_mp.MPContext()
        _local.mp.dps = DIGITS
    return _local.mp


_SAME = [
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
    "floor",
    "ceil",
    "sign",
]
_RENAMED = {"arcsin": "asin", "arccos": "acos", "arctan": "atan", "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh",
            "arctan2": "atan2", "log": "ln", "special.erf": "erf", "special.erfc": "erfc", "special.gamma": "gamma",
            "special.gammaln": "loggamma", "special.digamma": "psi0", "absolute": "fabs"}  # fmt: skip


class MpmathSpace(ObjectSpace):
    """Object arrays of mpmath numbers of 100 digits."""

    name = "mpmath"

    def __init__(self) -> None:
        super().__init__()
        mp = context()
        named = {key: key for key in _SAME} | _RENAMED
        self.scalar = {key: getattr(mp, name) for key, name in named.items() if hasattr(mp, name)} | {
            "absolute": abs,
            "exp2": lambda x: mp.mpf(2) ** x,
            "log": lambda x: _real(mp.ln(x), x),
            "log2": lambda x: _real(mp.ln(x), x) / mp.ln(2),
            "log10": lambda x: _real(mp.log10(x), x),
            "log1p": lambda x: _real(mp.log1p(x), x),
            "sqrt": lambda x: _real(mp.sqrt(x), x),
            "cbrt": lambda x: mp.cbrt(x) if x >= 0 else -mp.cbrt(-x),
            "power": lambda a, b: _real(mp.power(a, b), a, b),
            "special.digamma": lambda x: mp.psi(0, x),
            "special.gammaln": lambda x: mp.ln(abs(mp.gamma(x))),
            "special.j0": lambda x: mp.besselj(0, x),
            "special.j1": lambda x: mp.besselj(1, x),
            "special.i0": lambda x: mp.besseli(0, x),
            "special.i1": lambda x: mp.besseli(1, x),
            "i0": lambda x: mp.besseli(0, x),
            "trunc": lambda x: mp.floor(x) if x >= 0 else mp.ceil(x),
            "isfinite": mp.isfinite,
            "signbit": lambda x: x < 0,
        }

    def rule(self, key: str) -> Any:
        if key in _DECOMPOSITIONS:
            return _DECOMPOSITIONS[key]
        return super().rule(key)

    def tie(self, key: str, *values: Any) -> None:
        """The reference looks at both sides itself."""

    def _step(self, key: str, raws: list, kwargs: dict) -> Any:
        mp = context()
        if key in ("rint", "round"):
            unit = mp.mpf(10) ** (raws[1] if len(raws) > 1 else kwargs.get("decimals", 0))
            return _elementwise(lambda x: mp.nint(x * unit) / unit, (raws[0],))
        if key == "floor_divide":
            return _elementwise(lambda a, b: mp.floor(mp.mpf(a) / b), tuple(raws))
        if key == "heaviside":
            return _elementwise(
                lambda x, h: mp.mpf(1) if x > 0 else mp.mpf(0) if x < 0 else mp.mpf(h), tuple(raws)
            )
        return self.rule(key)(raws[0])


def _real(value: Any, *given: Any) -> Any:
    """NaN where a function of real numbers leaves them, as in NumPy."""
    if not (hasattr(value, "_mpc_") and value.imag) or any(_is_complex(g) for g in given):
        return value
    return context().nan


def _is_complex(value: Any) -> bool:
    return hasattr(value, "_mpc_") or isinstance(value, complex)


def _eigh(a: Any, UPLO: str = "L") -> Any:
    mp = context()
    a = np.asarray(a)
    values, vectors = mp.eigsy(mp.matrix(a.tolist()))
    n = len(a)
    values = np.array([values[i] for i in range(n)], dtype=object)
    vectors = np.array([[vectors[i, j] for j in range(n)] for i in range(n)], dtype=object)
    # Signs as NumPy's, whose choice f was written with.
    own = np.linalg.eigh(a.astype(float))[1]
    return values, vectors * np.where(np.sum(vectors.astype(float) * own, axis=0) < 0, -1, 1)


def _eigvals(a: Any) -> Any:
    """In NumPy's order, which is that of the algorithm."""
    mp = context()
    found, own = list(mp.eig(mp.matrix(np.asarray(a).tolist()), left=False, right=False)), []
    for value in np.linalg.eigvals(np.asarray(a).astype(float)):
        own.append(found.pop(int(np.argmin([abs(complex(v) - value) for v in found]))))
    real = all(mp.im(v) == 0 or abs(mp.im(v)) < mp.mpf(10) ** -90 * abs(v) for v in own)
    return np.array([mp.re(v) if real else v for v in own], dtype=object)


_DECOMPOSITIONS = {"linalg.eigh": _eigh, "linalg.eigvals": _eigvals}
