"""From autograd's boxes to the node of an operation on them."""

from __future__ import annotations

from typing import Any

import numpy as np
from autograd.tracer import new_box, notrace_primitives

from derivlab.lift.lifted import LISTS, ROWS, Lifted, reaches
from derivlab.lift.maps import BOXES


def unboxed(args: Any, lists: bool) -> tuple | None:
    """Places of boxes, all arguments as plain values, nodes, and the trace; None for no box, or several traces.

    Of lists only those of plain numbers will do, if any.
    """
    places, plains, parents, trace = [], [], [], None
    for k, a in enumerate(args):
        if type(a) is Lifted:
            a = a._value if a._parent is None else a.value
        kind = type(a)
        if kind in BOXES:
            if trace is None:
                trace = a._trace
            plain = a._value
            if a._trace != trace or type(plain) in BOXES:
                return None
            places.append(k)
            parents.append(a._node)
            plains.append(plain)
        elif kind in LISTS and lists and not reaches(a):
            plains.append(a)
        elif issubclass(kind, ROWS) or (kind is np.ndarray and a.dtype == object):
            return None
        else:
            plains.append(a)
    return None if trace is None else (places, plains, parents, trace)


def boxed(fun: Any, ans: Any, args: tuple, kwargs: dict, found: tuple) -> Any:
    """The box of a value `ans` that `fun` gave, with its node; `found` are the arguments unboxed."""
    places, _, parents, trace = found
    node = type(parents[0])(ans, fun, args, kwargs, tuple(places), tuple(parents))
    return new_box(ans, trace, node)


def apply(rule: Any, args: Any, kwargs: dict) -> Any:
    """A primitive on boxes of one trace: the node at once, without autograd's search for the top trace."""
    found = unboxed(args, lists=True) if hasattr(rule, "fun") else None
    if found is None or rule in notrace_primitives[type(found[2][0])]:
        return rule(*args, **kwargs)
    plains = tuple(found[1])
    return boxed(rule, rule.fun(*plains, **kwargs), plains, kwargs, found)
