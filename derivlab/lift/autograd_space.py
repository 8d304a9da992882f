"""Lifting to autograd: its primitives under NumPy's names, and traces of whole functions."""

from __future__ import annotations

import itertools
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.numpy.numpy_boxes import ArrayBox
from autograd.tracer import isbox, new_box

from derivlab.lift.arguments import AFTER_AXIS
from derivlab.lift.autograd_rules import assigned, plain
from derivlab.lift.autograd_table import SIMPLE, rule_of
from derivlab.lift.boxes import apply, boxed, unboxed
from derivlab.lift.direct import DIRECT, Direct
from derivlab.lift.lifted import LISTS, Lifted
from derivlab.lift.lines import user_line
from derivlab.lift.maps import BOXES, GETITEM, real
from derivlab.lift.space import Space
from derivlab.lift.sweeps import Pulled, Pushed, by_order, sweep
from derivlab.lift.tables import COMPARISONS, VIEWS

_trace = itertools.count(10**6)  # own trace numbers: autograd's counter is shared between threads
_QUICK = {Pulled, Pushed}


class AutogradSpace(Space):
    """autograd's functions on its boxes; composites where it has no rule or a wrong one."""

    name = "autograd"
    quick = True  # False: definitions are followed operation by operation

    def rule(self, key: str) -> Any:
        return rule_of(key)

    concrete = staticmethod(plain)
    traced = staticmethod(lambda value: isbox(value))

    def array(self, nested: Any) -> Any:
        if self.quick and type(nested) in LISTS and (found := unboxed(nested, lists=False)) is not None:
            result = self._direct("stack", DIRECT["stack"], found, {})
            if result is not None:
                return result.value
        return anp.array(nested)

    def dtype(self, value: Any) -> np.dtype:
        return np.dtype(complex) if np.iscomplexobj(plain(value)) else super().dtype(value)

    def assigned(self, value: Any, key: Any, new: Any) -> Any:
        return assigned(value, new, key)

    def getitem(self, value: Any, key: Any) -> Any:
        if type(value) is not ArrayBox:
            return value[key]
        inner = value._value
        if type(inner) in BOXES:
            return apply(GETITEM, (value, key), {})
        found = (0,), (inner, key), (value._node,), value._trace
        return boxed(GETITEM, inner[key], (inner, key), {}, found)

    def shares(self, result: Lifted, base: Lifted) -> bool:
        return np.may_share_memory(plain(result.value), plain(base.value))

    def apply(self, rule: Any, args: Any, kwargs: dict) -> Any:
        return apply(rule, args, kwargs)

    def call(self, key: str, args: tuple, kwargs: dict) -> Any:
        """Plain operations straight to their node; all others the long way."""
        rule = None if kwargs or (len(args) > 2 and key in AFTER_AXIS) else SIMPLE.get(key)
        if rule is None and key in COMPARISONS and self.quick:
            return self._compared(key, args) if not kwargs else super().call(key, args, kwargs)
        direct = DIRECT.get(key) if rule is None and self.quick else None
        if direct is not None and direct.sequence:
            return self._joined(key, direct, args, kwargs)
        found = None if rule is None and direct is None else unboxed(args, lists=rule is None)
        if found is None:
            return super().call(key, args, kwargs)
        if rule is None:
            result = self._direct(key, direct, found, kwargs)
            if result is None:
                return super().call(key, args, kwargs)
            return self._viewing(key, args, kwargs, result) if key in VIEWS else result
        plains = tuple(found[1])
        ans = rule.fun(*plains)
        made = boxed(rule, ans, plains, kwargs, found)
        return self.wrap(made) if isinstance(ans, tuple) else Lifted(self, made)

    def _joined(self, key: str, direct: Direct, args: tuple, kwargs: dict) -> Any:
        """The entries of a sequence put together in one node."""
        sequence, *axis = args
        if type(sequence) in LISTS and len(axis) < 2:
            found = unboxed(sequence, lists=True)
            named = {"axis": axis[0], **kwargs} if axis else kwargs
            if found is not None and (result := self._direct(key, direct, found, named)) is not None:
                return result
        return super().call(key, args, kwargs)

    def _compared(self, key: str, args: tuple) -> Any:
        """The plain answer; equal numbers sit on the edge between two branches."""
        found = unboxed(args, lists=False)
        if found is None:
            return super().call(key, args, {})
        a, b = found[1]
        if np.count_nonzero(a == b):
            self.edges.append(f"{key}{user_line()}")
        return getattr(np, key)(a, b)

    def _direct(self, key: str, direct: Any, found: tuple, kwargs: dict) -> Lifted | None:
        """One node where a rule on plain arrays takes the arguments."""
        self.rule(key)  # known from now on where it is a simple one without keywords
        places, plains, parents, _ = found
        if (
            type(parents[0]) not in _QUICK
            or places[-1] >= direct.most
            or not all(map(real, [plains[k] for k in places]))
        ):
            return None
        if kwargs and any(type(v) is Lifted for v in kwargs.values()):
            return None
        try:
            given = direct.arguments(*plains, **kwargs)
        except TypeError:
            return None
        if given is None or not real(ans := direct.fun(*given)):
            return None
        if direct.edge is not None and direct.edge(ans, *given):
            self.edges.append(f"{key}{user_line()}")
        return Lifted(self, boxed(direct.fun, ans, given, {}, found))

    def wrap(self, value: Any) -> Any:
        if type(value) is np.ndarray and value.dtype == object:  # boxes one by one
            value = self.array(value.tolist())
        if type(value) not in BOXES:
            return super().wrap(value)
        several = plain(value)
        if not isinstance(several, tuple):
            return Lifted(self, value)
        parts = [Lifted(self, value[k]) for k in range(len(several))]
        return type(several)(*parts) if hasattr(several, "_fields") else tuple(parts)


class Trace:
    """One run of a function on boxes, kept for as many backward sweeps as are asked."""

    def __init__(self, run: Any, x: Any, tangent: Any = None, node: type[Pulled] = Pulled):
        self.root = Pushed.new_root(tangent) if tangent is not None else node.new_root()
        self.number = next(_trace)
        self.out = run(new_box(x, self.number, self.root))
        self.depends = isbox(self.out) and self.out._trace == self.number
        self.value = self.out._value if self.depends else self.out
        self._nodes: list[Pulled] | None = None

    def sorted(self) -> list[Pulled]:
        """The nodes that the output depends on, last made first."""
        seen, stack = {self.out._node}, [self.out._node]
        while stack:
            for parent in stack.pop().parents:
                if parent not in seen:
                    seen.add(parent)
                    stack.append(parent)
        return sorted(seen, key=by_order, reverse=True)

    def pull(self, g: Any) -> Any:
        """The adjoint of x for the adjoint g of the output: one backward sweep."""
        if self._nodes is None:
            self._nodes = self.sorted()
        return sweep(self._nodes, g)

    def tangent(self) -> Any:
        """The tangent of the output, pushed forward along with its value."""
        return self.out._node.g
