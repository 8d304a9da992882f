"""autograd's functions by NumPy's names, with those that stand in for what it lacks."""

from __future__ import annotations

import functools
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.core import defjvp_argnum, make_vjp, primitive_jvps, primitive_vjps

from derivlab.errors import NoForwardRule
from derivlab.lift import autograd_linalg as linalg
from derivlab.lift.autograd_rules import OWN, plain
from derivlab.lift.autograd_special import special
from derivlab.lift.boxes import apply
from derivlab.lift.maps import primitive
from derivlab.lift.tables import ALIASES, CONCRETE, EDGES, NEUTRAL, SEQUENCES, STEPS, VIEWS

# autograd's own rules for these are missing, or wrong for some arguments: NumPy's definition is run instead.
_DEFINED = {
    "var", "std", "average", "cov", "corrcoef", "cross", "linalg.norm", "linalg.eigvalsh", "linalg.svdvals", "median", "percentile", "quantile",
    "linalg.lstsq", "linalg.qr", "convolve", "interp", "prod", "cumprod", "clip", "remainder", "fmod", "gradient", "diff", "partition", "sinc",
    "repeat", "tile", "pad", "linalg.matrix_power", "nan_to_num", "linalg.cond", "flip", "roll", "correlate", "array_split", "split",
    "linalg.pinv", "select", "logaddexp", "logaddexp2", "hypot", "delete", "insert", "append", "ptp", "kron", "unwrap", "take_along_axis",
    "real_if_close", "angle", "copysign", "rollaxis", "diag", "trace", "einsum", "fmax", "fmin",
    "sort", "diagonal", "atleast_1d", "atleast_2d", "atleast_3d", "broadcast_to", "hsplit", "vsplit", "dsplit", "fliplr", "flipud", "rot90", "outer", "inner", "tensordot",
    "fft.rfft", "fft.irfft", "fft.rfft2", "fft.irfft2", "fft.rfftn", "fft.irfftn", "fft.fft2", "fft.ifft2", "fft.fftn", "fft.ifftn", "fft.fftshift", "fft.ifftshift",
}  # fmt: skip


def _primitive(key: str) -> Any:
    """autograd's function for NumPy's name, where a backward rule is known."""

    module: Any = anp
    *path, name = key.split(".")
    if path == ["special"]:
        import autograd.scipy.special as module  # type: ignore[no-redef]

        if (own := special(name)) is not None:
            return own
        path = []
    for part in path:
        module = getattr(module, part, None)
    function = primitive(name) if module is anp else getattr(module, name, None)
    if function in primitive_vjps and function not in primitive_jvps:
        defjvp_argnum(function, functools.partial(_forward, function))
    return function if function in primitive_vjps or function in _COMPOUND else None


def _forward(function: Any, argnum: int, g: Any, ans: Any, args: tuple, kwargs: dict) -> Any:
    """A forward rule from the backward one: u → Jᵀu is linear, and its own transpose is J."""
    if isinstance(ans, tuple) or any(np.iscomplexobj(plain(v)) for v in (ans, *args)):
        raise NoForwardRule(f"a forward rule of {function.__name__} for complex numbers or several outputs")
    back = primitive_vjps[function]((argnum,), ans, args, kwargs)
    pull, _ = make_vjp(lambda u: next(iter(back(u))), anp.zeros(np.shape(plain(ans))))
    return pull(g)


def _reshape(x: Any, shape: Any, order: str = "C", **_: Any) -> Any:
    return apply(anp.reshape, (x, shape), {} if order == "C" else {"order": order})


def _fourier(name: str, a: Any, n: int | None, axis: int, norm: Any) -> Any:
    """autograd's transform of an array that has its length already."""
    length = np.shape(plain(a))[axis]
    if n is not None and n < length:
        a = a[
            tuple(
                slice(n) if k == axis % np.ndim(plain(a)) else slice(None) for k in range(np.ndim(plain(a)))
            )
        ]
    elif n is not None and n > length:
        pad = [(0, n - length) if k == axis % np.ndim(plain(a)) else (0, 0) for k in range(np.ndim(plain(a)))]
        a = anp.pad(a, pad, "constant")
    return getattr(anp.fft, name)(a, axis=axis, norm=norm)


_COMPOUND = {anp.concatenate, anp.vstack, anp.hstack, anp.column_stack, anp.array, anp.stack}
_OWN: dict[str, Any] = {
    **OWN,
    "linalg.slogdet": linalg.slogdet,
    "linalg.eigh": linalg.eigh,
    "linalg.cholesky": linalg.cholesky,
    "linalg.svd": linalg.svd,
    "linalg.eigvals": linalg.eigvals,
    "linalg.eig": linalg.eig,
    "asarray": anp.array,
    "positive": lambda x: x,
    "conjugate": lambda x: anp.conj(x) if np.iscomplexobj(plain(x)) else x,
    "real": lambda x: anp.real(x) if np.iscomplexobj(plain(x)) else x,
    "nansum": None,
    "reshape": _reshape,
    "ravel": lambda x, order="C": _reshape(x, (-1,), order),
    "transpose": lambda x, axes=None: anp.transpose(x, axes and tuple(k % len(axes) for k in axes)),
    "concatenate": lambda arrays, axis=0: (
        anp.concatenate([anp.ravel(a) for a in arrays]) if axis is None else anp.concatenate(arrays, axis)
    ),
    "fft.fft": lambda a, n=None, axis=-1, norm=None: _fourier("fft", a, n, axis, norm),
    "fft.ifft": lambda a, n=None, axis=-1, norm=None: _fourier("ifft", a, n, axis, norm),
    "take": None,
}
_RULES: dict[str, Any] = {}
# Of these the ones that need no word on edges, views, sequences or parts.
SIMPLE: dict[str, Any] = {}
_SPECIAL = (CONCRETE, ALIASES, NEUTRAL.keys() - {"sum"}, SEQUENCES, EDGES, STEPS, VIEWS)


def rule_of(key: str) -> Any:
    """autograd's function for the key, or None where NumPy's definition is to be followed."""
    if key not in _RULES:
        _RULES[key] = rule = _OWN.get(key) or (None if key in _DEFINED else _primitive(key))
        if hasattr(rule, "fun") and not any(key in special for special in _SPECIAL):
            SIMPLE[key] = rule
    return _RULES[key]
