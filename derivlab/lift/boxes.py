"""From autograd's boxes to the node of an operation on them."""

from __future__ import annotations

from typing import Any

import numpy as np
from autograd.tracer import Box, new_box, notrace_primitives

from derivlab.lift.lifted import Lifted, reaches
from derivlab.lift.maps import BOXES

MAKERS = Box.type_mappings
NESTED = {list, tuple}


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
        elif (kind in NESTED and (not lists or reaches(a))) or (kind is np.ndarray and a.dtype == object):
            return None
        else:
            plains.append(a)
    return None if trace is None else (places, plains, parents, trace)


def apply(rule: Any, args: Any, kwargs: dict) -> Any:
    """A primitive on boxes of one trace: the node at once, without autograd's search for the top trace."""
    raw = getattr(rule, "fun", None)
    places, plains, parents, trace = [], [], [], None
    for k, a in enumerate(args):
        if type(a) in BOXES:
            if trace is None:
                trace = a._trace
            if a._trace != trace or type(a._value) in BOXES:
                return rule(*args, **kwargs)
            places.append(k)
            parents.append(a._node)
            plains.append(a._value)
        else:
            plains.append(a)
    if raw is None or trace is None:
        return rule(*args, **kwargs)
    kind = type(parents[0])
    if rule in notrace_primitives[kind]:
        return rule(*args, **kwargs)
    ans = raw(*plains, **kwargs)
    return new_box(ans, trace, kind(ans, rule, tuple(plains), kwargs, tuple(places), tuple(parents)))
