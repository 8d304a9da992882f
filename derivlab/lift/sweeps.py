"""Nodes of a trace, with rules on plain arrays for the operations that most functions are made of.

autograd's own rules are written in traced operations, so that they can be differentiated again. Where no outer
derivative is under way, the same linear maps on plain NumPy arrays take a fraction of the time.
"""

from __future__ import annotations

import functools
import inspect
import itertools
import operator
from collections.abc import Callable
from typing import Any, NamedTuple

import autograd.numpy as anp
import numpy as np
from autograd.core import JVPNode, VJPNode, add_outgrads, primitive_jvps, primitive_vjps, sparse_object_types
from autograd.numpy import numpy_wrapper
from autograd.numpy.numpy_boxes import ArrayBox
from autograd.tracer import box_types, notrace_primitives

from derivlab.lift.autograd_rules import where

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
    "power": (_power, lambda g, z, x, y: g * (np.log(np.where(x, x, 1.0)) * z)),
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
    "expm1": (lambda g, z, _x: g * (z + 1.0),),
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
    return getattr(numpy_wrapper, f"_primitive_{name}", None) or getattr(anp, name)


MAPS: dict[Any, tuple[tuple[Callable | None, ...], ...]] = {
    **{where if name == "where" else getattr(anp, name): (maps,) for name, maps in ELEMENTWISE.items()},
    **{primitive(name): maps for name, maps in OTHERS.items()},
    GETITEM: ((lambda g, _z, _x, key: Slot(_x.shape, key, g),), (lambda g, _z, _x, key: g[key],)),
}
_KEYWORDS = {"axis", "keepdims"}
_PRODUCTS = {anp.matmul, anp.dot}
_ZERO = np.zeros(1)


def _maps(push: bool, fun: Any, value: Any, args: tuple, kwargs: dict) -> tuple[Callable | None, ...] | None:
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
def _kept(fun: Any, argnums: tuple[int, ...]) -> tuple[bool, ...]:
    """Of the value and the arguments, which ones the pulls look into; nothing for any number of arguments."""
    codes = [MAPS[fun][0][k].__code__ for k in argnums]  # type: ignore[union-attr]
    if any(code.co_flags & inspect.CO_VARARGS for code in codes):
        return ()
    names = [code.co_varnames[1 : code.co_argcount] for code in codes]
    return tuple(not all(name.startswith("_") for name in column) for column in zip(*names, strict=True))


def _like(g: Any, x: Any) -> Any:
    """An adjoint of the broadcast x, summed to the shape of x itself."""
    want, have = getattr(x, "shape", ()), getattr(g, "shape", ())
    if want == have:
        return g
    if len(have) > len(want):
        g = np.sum(g, axis=tuple(range(len(have) - len(want))))
    ones = tuple(k for k, n in enumerate(want) if n == 1 and g.shape[k] != 1)
    return np.sum(g, axis=ones, keepdims=True) if ones else g


def _large(a: Any) -> bool:
    return type(a) is np.ndarray and a.size > 1000


def _outline(a: Any) -> Any:
    """An array of the shape of a that takes no memory."""
    return np.ndarray(a.shape, float, _ZERO, strides=(0,) * a.ndim) if _large(a) else a


class Slot(NamedTuple):
    """The adjoint of `a` in `a[key]`: zero everywhere else."""

    shape: tuple[int, ...]
    key: Any
    g: Any

    def into(self, known: tuple[Any, bool] | None) -> tuple[Any, bool]:
        """The sum with what is known, in place where that may be written to."""
        if known is None:
            total = np.zeros(self.shape)
        elif type(known[0]) is np.ndarray and known[0].dtype == float:
            total = known[0] if known[1] else known[0].copy()
        else:
            return add_outgrads(known, self.into(None)[0])
        if _basic(self.key):
            total[self.key] += self.g
        else:
            np.add.at(total, self.key, self.g)
        return total, True


def _basic(key: Any) -> bool:
    """Whether no entry is named twice by this index."""
    if type(key) is tuple:
        return all(type(k) in _INDICES for k in key)
    return type(key) in _INDICES or (type(key) is np.ndarray and key.dtype == bool)


_INDICES = {int, slice, type(None), type(Ellipsis), np.int64}


class Pulled(VJPNode):
    """A node of the backward sweep; its place in the order of creation is an order for the sweep."""

    __slots__ = ("maps", "order", "recipe")

    def __init__(self, value: Any, fun: Any, args: tuple, kwargs: dict, argnums: tuple, parents: tuple):
        self.parents, self.order = parents, next(order)  # type: ignore[misc]
        self.maps = _maps(False, fun, value, args, kwargs)
        kept = self.maps is not None and (_large(value) or _large(args[0])) and _kept(fun, argnums)
        if kept:
            value, *rest = (a if k else _outline(a) for a, k in zip((value, *args), kept, strict=False))
            args = tuple(rest)
        self.recipe = (fun, value, args, kwargs, argnums)
        if self.maps is None:
            self.vjp = self._own()  # type: ignore[misc]

    def _own(self) -> Callable:
        fun, value, args, kwargs, argnums = self.recipe
        if fun not in primitive_vjps:
            raise NotImplementedError(f"a backward rule of {getattr(fun, '__name__', fun)}")
        return primitive_vjps[fun](argnums, value, args, kwargs)

    def initialize_root(self) -> None:
        super().initialize_root()
        self.order, self.maps = next(order), None

    def pull(self, g: Any) -> Any:
        """The parts of the adjoint g of the value that fall to the parents."""
        maps = self.maps
        if maps is None:
            return self.vjp(g)
        if not real(g):
            return self._own()(g)
        fun, value, args, kwargs, argnums = self.recipe
        if fun is GETITEM:
            return [Slot(args[0].shape, args[1], g)]
        return [_like(maps[k](g, value, *args, **kwargs), args[k]) for k in argnums]


class Pushed(JVPNode):
    """A node of the forward sweep: its tangent g is made with it."""

    __slots__ = ()

    def __init__(self, value: Any, fun: Any, args: tuple, kwargs: dict, argnums: tuple, parents: tuple):
        maps, g = _maps(True, fun, value, args, kwargs), parents[0].g
        if maps is None or not real(g) or (len(parents) > 1 and not all(map(real, [p.g for p in parents]))):
            super().__init__(value, fun, args, kwargs, argnums, parents)
            return
        g = maps[argnums[0]](g, value, *args, **kwargs)
        for k, parent in zip(argnums[1:], parents[1:], strict=True):
            g = g + maps[k](parent.g, value, *args, **kwargs)
        shape = getattr(value, "shape", ())
        self.g = g if getattr(g, "shape", ()) == shape else np.broadcast_to(g, shape)  # type: ignore[misc]


notrace_primitives[Pulled] = notrace_primitives[VJPNode]
notrace_primitives[Pushed] = notrace_primitives[JVPNode]
order = itertools.count()
by_order = operator.attrgetter("order")


def pushed(recipe: tuple, argnum: int, v: Any) -> Any:
    """The tangent of an operation for the tangent v of one argument; errors: `NotImplementedError` without a forward rule."""
    fun, value, args, kwargs, _ = recipe
    maps = _maps(True, fun, value, args, kwargs)
    if maps is not None:
        return np.broadcast_to(maps[argnum](v, value, *args, **kwargs), np.shape(value))[()]  # type: ignore[misc]
    if fun not in primitive_jvps:
        raise NotImplementedError(f"a forward rule of {getattr(fun, '__name__', fun)}")
    return primitive_jvps[fun]((argnum,), [v], value, args, kwargs)


def sweep(nodes: list, g: Any) -> Any:
    """The adjoint of the last of the nodes for the adjoint g of the first; each comes before its parents."""
    adjoints: dict[Any, tuple[Any, bool]] = {nodes[0]: (g, False)}  # with whether it may be written to
    for node in nodes:
        g = adjoints.pop(node)[0]
        for parent, part in zip(node.parents, node.pull(g), strict=True):
            known = adjoints.get(parent)
            if type(part) is Slot:
                adjoints[parent] = part.into(known)
            elif known is None and type(part) not in sparse_object_types:
                adjoints[parent] = (part, False)
            else:
                adjoints[parent] = _sum(known, part)
    return g.copy() if type(g) is np.ndarray and not g.flags.writeable else g


def _sum(known: tuple[Any, bool] | None, part: Any) -> tuple[Any, bool]:
    if known is None or type(part) is not np.ndarray or type(known[0]) is not np.ndarray:
        return add_outgrads(known, part)
    total, ours = known
    if not part.dtype == total.dtype == float:
        return add_outgrads(known, part)
    if not ours:
        return total + part, True
    total += part
    return total, True
