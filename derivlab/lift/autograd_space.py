"""Lifting to autograd: its primitives under NumPy's names, and rules for what it lacks."""

from __future__ import annotations

import functools
import itertools
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.core import defjvp_argnum, make_vjp, primitive_jvps, primitive_vjps
from autograd.numpy.numpy_boxes import ArrayBox
from autograd.tracer import Box, isbox, new_box, notrace_primitives

from derivlab.errors import NoForwardRule
from derivlab.lift import autograd_linalg as linalg
from derivlab.lift.autograd_rules import assigned, plain, special
from derivlab.lift.autograd_rules import cbrt as _cbrt
from derivlab.lift.autograd_rules import where as _where
from derivlab.lift.direct import DIRECT, Direct
from derivlab.lift.lifted import Lifted, reaches
from derivlab.lift.lines import user_line
from derivlab.lift.space import Space
from derivlab.lift.sweeps import BOXES, GETITEM, Pulled, Pushed, by_order, primitive, real, sweep
from derivlab.lift.tables import ALIASES, COMPARISONS, CONCRETE, EDGES, NEUTRAL, SEQUENCES, STEPS, VIEWS

_trace = itertools.count(10**6)  # own trace numbers: autograd's counter is shared between threads


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


class AutogradSpace(Space):
    """autograd's functions on its boxes; composites where it has no rule or a wrong one."""

    name = "autograd"
    quick = True  # False: definitions are followed operation by operation

    def rule(self, key: str) -> Any:
        if key not in _RULES:
            _RULES[key] = rule = _OWN.get(key) or (None if key in _DEFINED else _primitive(key))
            if hasattr(rule, "fun") and not any(key in special for special in _SPECIAL):
                _SIMPLE[key] = rule
        return _RULES[key]

    concrete = staticmethod(plain)
    traced = staticmethod(lambda value: isbox(value))

    def array(self, nested: Any) -> Any:
        if self.quick and type(nested) in _NESTED and (found := _unboxed(nested, lists=False)) is not None:
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
        inner, parent = value._value, value._node
        if type(inner) in BOXES:
            return apply(GETITEM, (value, key), {})
        ans = inner[key]
        node = type(parent)(ans, GETITEM, (inner, key), {}, (0,), (parent,))
        return _MAKERS[type(ans)](ans, value._trace, node)

    def shares(self, result: Lifted, base: Lifted) -> bool:
        return np.may_share_memory(plain(result.value), plain(base.value))

    def apply(self, rule: Any, args: Any, kwargs: dict) -> Any:
        return apply(rule, args, kwargs)

    def call(self, key: str, args: tuple, kwargs: dict) -> Any:
        """Plain operations straight to their node; all others the long way."""
        rule = None if kwargs else _SIMPLE.get(key)
        if rule is None and key in COMPARISONS and self.quick:
            return self._compared(key, args) if not kwargs else super().call(key, args, kwargs)
        direct = DIRECT.get(key) if rule is None and self.quick else None
        if direct is not None and direct.sequence:
            return self._joined(key, direct, args, kwargs)
        found = None if rule is None and direct is None else _unboxed(args, lists=rule is None)
        if found is None:
            return super().call(key, args, kwargs)
        places, plains, parents, trace = found
        if rule is None:
            result = self._direct(key, direct, found, kwargs)
            if result is None:
                return super().call(key, args, kwargs)
            return self._viewing(key, args, kwargs, result) if key in VIEWS else result
        ans = rule.fun(*plains)
        node = type(parents[0])(ans, rule, tuple(plains), kwargs, tuple(places), tuple(parents))
        made = _MAKERS[type(ans)](ans, trace, node)
        return self.wrap(made) if isinstance(ans, tuple) else Lifted(self, made)

    def _joined(self, key: str, direct: Direct, args: tuple, kwargs: dict) -> Any:
        """The entries of a sequence put together in one node."""
        sequence, *axis = args
        if type(sequence) in _NESTED and len(axis) < 2:
            found = _unboxed(sequence, lists=True)
            named = {"axis": axis[0], **kwargs} if axis else kwargs
            if found is not None and (result := self._direct(key, direct, found, named)) is not None:
                return result
        return super().call(key, args, kwargs)

    def _compared(self, key: str, args: tuple) -> Any:
        """The plain answer; equal numbers sit on the edge between two branches."""
        found = _unboxed(args, lists=False)
        if found is None:
            return super().call(key, args, {})
        a, b = found[1]
        if np.count_nonzero(a == b):
            self.edges.append(f"{key}{user_line()}")
        return getattr(np, key)(a, b)

    def _direct(self, key: str, direct: Any, found: tuple, kwargs: dict) -> Lifted | None:
        """One node where a rule on plain arrays takes the arguments."""
        self.rule(key)  # known from now on where it is a simple one without keywords
        places, plains, parents, trace = found
        kind = type(parents[0])
        if kind not in _QUICK or places[-1] >= direct.most or not all(map(real, [plains[k] for k in places])):
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
        node = kind(ans, direct.fun, given, {}, tuple(places), tuple(parents))
        return Lifted(self, _MAKERS[type(ans)](ans, trace, node))

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


_MAKERS = Box.type_mappings
_QUICK = {Pulled, Pushed}


def _unboxed(args: Any, lists: bool) -> tuple | None:
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
        elif (kind in _NESTED and (not lists or reaches(a))) or (kind is np.ndarray and a.dtype == object):
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
    function = getattr(module, name, None)
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
    "cbrt": _cbrt,
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
    "where": _where,
    "concatenate": lambda arrays, axis=0: (
        anp.concatenate([anp.ravel(a) for a in arrays]) if axis is None else anp.concatenate(arrays, axis)
    ),
    "mean": primitive("mean"),
    "fft.fft": lambda a, n=None, axis=-1, norm=None: _fourier("fft", a, n, axis, norm),
    "fft.ifft": lambda a, n=None, axis=-1, norm=None: _fourier("ifft", a, n, axis, norm),
    "take": None,
}
_RULES: dict[str, Any] = {}
# Of these the ones that need no word on edges, views, sequences or parts.
_SIMPLE: dict[str, Any] = {}
_SPECIAL = (CONCRETE, ALIASES, NEUTRAL.keys() - {"sum"}, SEQUENCES, EDGES, STEPS, VIEWS)
_NESTED = {list, tuple}


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
