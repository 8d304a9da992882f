"""Lifting to autograd: its primitives under NumPy's names, and rules for what it lacks."""

from __future__ import annotations

import functools
import itertools
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.core import JVPNode, VJPNode, defjvp_argnum, make_vjp, primitive_jvps, primitive_vjps
from autograd.extend import defjvp, defvjp, primitive
from autograd.numpy.numpy_vjps import unbroadcast_f
from autograd.tracer import isbox, new_box, toposort

from derivlab.lift.space import Space

_trace = itertools.count(10**6)  # own trace numbers: autograd's counter is shared between threads


def plain(value: Any) -> Any:
    while isbox(value):
        value = value._value
    return value


@primitive
def assigned(a: Any, new: Any, key: Any) -> Any:
    out = np.array(a, dtype=np.result_type(a, new, float))
    out[key] = new
    return out


def _kept(g: Any, key: Any) -> Any:
    mask = np.ones(np.shape(plain(g)))
    mask[key] = 0.0
    return g * mask


defvjp(
    assigned,
    lambda ans, a, new, key: lambda g: _kept(g, key),
    lambda ans, a, new, key: unbroadcast_f(new, lambda g: g[key]),
)
defjvp(
    assigned,
    lambda g, ans, a, new, key: _kept(g, key),
    lambda g, ans, a, new, key: assigned(np.zeros(np.shape(plain(ans))), g, key),
)


@primitive
def cbrt(x: Any) -> Any:
    return np.cbrt(x)


defvjp(cbrt, lambda ans, x: lambda g: g / (3 * ans**2))
defjvp(cbrt, lambda g, ans, x: g / (3 * ans**2))

# autograd's own rules for these are missing, or wrong for some arguments: NumPy's definition is run instead.
_DEFINED = {
    "var", "std", "average", "cov", "corrcoef", "cross", "linalg.norm", "linalg.eigvalsh", "linalg.svdvals", "median", "percentile", "quantile",
    "linalg.lstsq", "linalg.qr", "convolve", "interp", "prod", "cumprod", "clip", "remainder", "fmod", "gradient", "diff", "partition", "sinc",
    "repeat", "tile", "pad", "linalg.matrix_power", "nan_to_num", "linalg.cond", "flip", "roll", "correlate", "array_split", "split",
    "linalg.pinv", "select", "logaddexp", "logaddexp2", "hypot", "delete", "insert", "append", "ptp", "kron", "unwrap", "take_along_axis",
    "linalg.svd", "real_if_close", "angle", "copysign", "rollaxis", "diag", "trace", "einsum", "fmax", "fmin",
}  # fmt: skip


class AutogradSpace(Space):
    """autograd's functions on its boxes; composites where it has no rule or a wrong one."""

    name = "autograd"

    def rule(self, key: str) -> Any:
        if key not in _RULES:
            _RULES[key] = _OWN.get(key) or (None if key in _DEFINED else _primitive(key))
        return _RULES[key]

    concrete = staticmethod(plain)
    array = staticmethod(lambda nested: anp.array(nested))
    traced = staticmethod(lambda value: isbox(value))

    def assigned(self, value: Any, key: Any, new: Any) -> Any:
        return assigned(value, new, key)


def _primitive(key: str) -> Any:
    """autograd's function for NumPy's name, where a backward rule is known."""

    module: Any = anp
    *path, name = key.split(".")
    if path == ["special"]:
        import autograd.scipy.special as module  # type: ignore[no-redef]

        path = []
    for part in path:
        module = getattr(module, part, None)
    function = getattr(module, name, None)
    if function in primitive_vjps and function not in primitive_jvps:
        defjvp_argnum(function, functools.partial(_forward, function))
    return function if function in primitive_vjps or function in _COMPOUND else None


def _forward(function: Any, argnum: int, g: Any, ans: Any, args: tuple, kwargs: dict) -> Any:
    """A forward rule from the backward one: u → Jᵀu is linear, and its own transpose is J."""
    if isinstance(ans, tuple) or any(np.iscomplexobj(plain(v)) for v in (ans, *args)):
        raise NotImplementedError(
            f"a forward rule of {function.__name__} for complex numbers or several outputs"
        )
    back = primitive_vjps[function]((argnum,), ans, args, kwargs)
    pull, _ = make_vjp(lambda u: next(iter(back(u))), anp.zeros(np.shape(plain(ans))))
    return pull(g)


_COMPOUND = {anp.concatenate, anp.vstack, anp.hstack, anp.column_stack, anp.array, anp.stack, anp.mean}
_OWN: dict[str, Any] = {
    "cbrt": cbrt,
    "asarray": anp.array,
    "positive": lambda x: x,
    "conjugate": lambda x: x,
    "real": lambda x: x,
    "nansum": None,
    "ravel": lambda x, order="C": anp.reshape(x, (-1,)),
    "transpose": lambda x, axes=None: anp.transpose(x, axes),
    "where": anp.where,
    "take": None,
}
_RULES: dict[str, Any] = {}


class Trace:
    """One run of a function on boxes, kept for as many backward sweeps as are asked."""

    def __init__(self, run: Any, x: Any, tangent: Any = None):
        self.root = JVPNode.new_root(tangent) if tangent is not None else VJPNode.new_root()
        self.number = next(_trace)
        self.out = run(new_box(x, self.number, self.root))
        self.depends = isbox(self.out) and self.out._trace == self.number
        self.value = self.out._value if self.depends else self.out

    def pull(self, g: Any) -> Any:
        """The adjoint of x for the adjoint g of the output: one backward sweep."""
        from autograd.core import add_outgrads

        end = self.out._node
        adjoints = {end: (g, False)}
        for node in toposort(end):
            adjoint = adjoints.pop(node)
            for parent, part in zip(node.parents, node.vjp(adjoint[0]), strict=True):
                adjoints[parent] = add_outgrads(adjoints.get(parent), part)
        return adjoint[0]

    def tangent(self) -> Any:
        return self.out._node.g
