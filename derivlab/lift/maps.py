"""The linear maps of the operations that most functions are made of, on plain arrays.

autograd's own rules are written in traced operations, so that they can be differentiated again. Where no outer
derivative is under way, the same maps on plain NumPy arrays take a fraction of the time.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.numpy import numpy_wrapper
from autograd.numpy.numpy_boxes import ArrayBox
from autograd.tracer import box_types

from derivlab.lift.autograd_rules import OWN
from derivlab.lift.slots import Slot

BOXES = set(box_types)
GETITEM = ArrayBox.__getitem__
_REAL = {float, np.float64}
_COMPLEX = {complex, np.complex128, np.complex64}


def real(value: Any) -> bool:
    """Whether a value is one or many floats, and neither complex nor under an outer derivative."""
    kind = type(value)
    return value.dtype == float if kind is np.ndarray else kind in _REAL


def _power(g: Any, _z: Any, x: Any, y: Any) -> Any:
    """y x^(y-1), and 0 for y = 0 wherever x is."""
    if type(y) is int or type(y) is float:
        return g * (2.0 * x) if y == 2 else g * (y * x ** (y - 1)) if y else g * np.zeros(np.shape(x))
    return g * (y * x ** np.where(y, y - 1, 1.0))


def _larger(g: Any, z: Any, x: Any, y: Any) -> Any:
    """To the argument that is taken; half to each of two equal ones, as in autograd."""
    return g * ((x == z) / (1.0 + (x == y)))


# In each argument, dz as a linear map of the tangent g of that argument. The Jacobian of an elementwise operation
# is diagonal, so the same map takes the adjoint of z back. Of what is named with _ neither the map nor autograd's
# own rule wants more than the shape: that array need not be kept.
ELEMENTWISE: dict[str, tuple[Callable | None, ...]] = {
    "add": (lambda g, _z, _x, _y: g, lambda g, _z, _x, _y: g),
    "subtract": (lambda g, _z, _x, _y: g, lambda g, _z, _x, _y: -g),
    "multiply": (lambda g, _z, _x, y: g * y, lambda g, _z, x, _y: g * x),
    "divide": (lambda g, _z, _x, y: g / y, lambda g, z, x, y: -g * z / y),
    "power": (_power, lambda g, z, x, y: g * (np.log(np.where(x, x, y > 0)) * z)),
    "maximum": (_larger, lambda g, z, x, y: _larger(g, z, y, x)),
    "minimum": (_larger, lambda g, z, x, y: _larger(g, z, y, x)),
    "where": (
        None,
        lambda g, _z, c, _x, _y: np.where(c, g, 0.0),
        lambda g, _z, c, _x, _y: np.where(c, 0.0, g),
    ),
    "negative": (lambda g, _z, _x: -g,),
    "absolute": (lambda g, z, x: g * np.sign(x),),
    "square": (lambda g, _z, x: g * (2.0 * x),),
    "reciprocal": (lambda g, z, x: -g * z * z,),
    "sqrt": (lambda g, z, x: g * 0.5 / z,),
    "exp": (lambda g, z, _x: g * z,),
    "expm1": (lambda g, _z, x: g * np.exp(x),),
    "log": (lambda g, _z, x: g / x,),
    "log1p": (lambda g, _z, x: g / (x + 1.0),),
    "sin": (lambda g, _z, x: g * np.cos(x),),
    "cos": (lambda g, _z, x: -g * np.sin(x),),
    "tan": (lambda g, _z, x: g / np.cos(x) ** 2,),
    "arcsin": (lambda g, _z, x: g / np.sqrt(1 - x**2),),
    "arctan": (lambda g, _z, x: g / (1 + x**2),),
    "sinh": (lambda g, _z, x: g * np.cosh(x),),
    "cosh": (lambda g, _z, x: g * np.sinh(x),),
    "tanh": (lambda g, _z, x: g / np.cosh(x) ** 2,),
}


def _spread(g: Any, _z: Any, _x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The adjoint of a sum goes to every entry that was summed."""
    if axis is not None and not keepdims:
        g = np.expand_dims(g, axis)
    return np.broadcast_to(g, np.shape(_x))


def _share(g: Any, _z: Any, _x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return _spread(g / (np.size(_x) / np.size(_z)), _z, _x, axis, keepdims)


def _left(g: Any, _z: Any, _x: Any, y: Any) -> Any:
    if np.ndim(y) == 1:
        return g * y if np.ndim(_x) == 1 else g[:, None] * y
    return g @ y.T


def _right(g: Any, _z: Any, x: Any, _y: Any) -> Any:
    if np.ndim(x) == 1:
        return g * x if np.ndim(_y) == 1 else x[:, None] * g
    return x.T @ g


def _back(g: Any, _z: Any, _x: Any, axes: Any = None) -> Any:
    return np.transpose(g) if axes is None else np.transpose(g, np.argsort([k % np.ndim(g) for k in axes]))


_PRODUCT = (lambda g, _z, _x, y: g @ y, lambda g, _z, x, _y: x @ g)
# Operations whose map forward differs from the one back: pulls, pushes.
OTHERS: dict[str, tuple[tuple[Callable, ...], tuple[Callable, ...]]] = {
    "sum": ((_spread,), (lambda g, _z, _x, *a, **k: np.sum(g, *a, **k),)),
    "mean": ((_share,), (lambda g, _z, _x, *a, **k: np.mean(g, *a, **k),)),
    "matmul": ((_left, _right), _PRODUCT),
    "dot": ((_left, _right), _PRODUCT),
    "reshape": (
        (lambda g, _z, _x, _shape, order="C": np.reshape(g, np.shape(_x), order),),
        (lambda g, _z, _x, _shape, order="C": np.reshape(g, np.shape(_z), order),),
    ),
    "transpose": ((_back,), (lambda g, _z, _x, axes=None: np.transpose(g, axes),)),
}


def primitive(name: str) -> Any:
    """autograd's traced function; a few public names are wrappers that turn lists into arrays first."""
    return getattr(numpy_wrapper, f"_primitive_{name}", None) or getattr(anp, name, None)


MAPS: dict[Any, tuple[tuple[Callable | None, ...], ...]] = {
    **{OWN.get(name) or getattr(anp, name): (maps,) for name, maps in ELEMENTWISE.items()},
    **{primitive(name): maps for name, maps in OTHERS.items()},
    GETITEM: ((lambda g, _z, _x, key: Slot(_x.shape, key, g),), (lambda g, _z, _x, key: g[key],)),
}
_KEYWORDS = {"axis", "keepdims"}
_PRODUCTS = {anp.matmul, anp.dot}


def maps_of(
    push: bool, fun: Any, value: Any, args: tuple, kwargs: dict
) -> tuple[Callable | None, ...] | None:
    """The maps of an operation on plain real values, or None where autograd's own rule is to be taken."""
    maps = MAPS.get(fun)
    if maps is None or not real(value):
        return None
    for a in args:
        kind = type(a)
        if kind in BOXES or kind in _COMPLEX or (kind is np.ndarray and a.dtype.kind == "c"):
            return None
    if fun is GETITEM and type(args[0]) is not np.ndarray:  # a part of several outputs
        return None
    if kwargs and (len(maps) == 1 or not kwargs.keys() <= _KEYWORDS):
        return None
    if fun in _PRODUCTS and not all(0 < np.ndim(a) < 3 for a in args):
        return None
    return maps[push and len(maps) == 2]


@functools.cache
def kept(fun: Any, argnums: tuple[int, ...]) -> tuple[bool, ...]:
    """Of the value and the arguments, which ones the pulls look into; nothing for any number of arguments."""
    codes = [MAPS[fun][0][k].__code__ for k in argnums]  # type: ignore[union-attr]
    if any(code.co_flags & inspect.CO_VARARGS for code in codes):
        return ()
    names = [code.co_varnames[1 : code.co_argcount] for code in codes]
    return tuple(not all(name.startswith("_") for name in column) for column in zip(*names, strict=True))
