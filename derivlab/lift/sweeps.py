"""Nodes of a trace, and the sweeps back and forth over them."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from autograd.core import JVPNode, VJPNode, add_outgrads, primitive_jvps, primitive_vjps, sparse_object_types
from autograd.tracer import notrace_primitives

from derivlab.lift.maps import GETITEM, kept, maps_of, real
from derivlab.lift.slots import Slot

_ZERO = np.zeros(1)


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


class Pulled(VJPNode):
    """A node of the backward sweep; its place in the order of creation is an order for the sweep."""

    __slots__ = ("maps", "order", "recipe")

    def __init__(self, value: Any, fun: Any, args: tuple, kwargs: dict, argnums: tuple, parents: tuple):
        self.parents, self.order = parents, next(order)  # type: ignore[misc]
        self.maps = maps_of(False, fun, value, args, kwargs)
        wanted = self.maps is not None and (_large(value) or _large(args[0])) and kept(fun, argnums)
        if wanted:
            value, *rest = (a if k else _outline(a) for a, k in zip((value, *args), wanted, strict=False))
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
        maps, g = maps_of(True, fun, value, args, kwargs), parents[0].g
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
    maps = maps_of(True, fun, value, args, kwargs)
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
