"""Where a lifted value's operations go: a table of rules for one library, and what all libraries share."""

from __future__ import annotations

import contextlib
import functools
import sys
import types
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.lift.composites import composite
from derivlab.lift.lifted import VIEWS, Lifted, user_line
from derivlab.lift.repoint import LiftedFloat, Repointer, reaches

COMPARISONS = {"less", "less_equal", "greater", "greater_equal", "equal", "not_equal"}
# Answers that do not carry a derivative: NumPy's own function on the plain numbers.
CONCRETE = COMPARISONS | {
    "argmax", "argmin", "argsort", "nonzero", "flatnonzero", "argwhere", "searchsorted", "digitize", "isfinite", "isnan", "isinf",
    "all", "any", "logical_and", "logical_or", "logical_not", "logical_xor", "allclose", "isclose", "array_equal",
    "shape", "ndim", "size", "signbit", "count_nonzero", "result_type", "iscomplexobj", "isrealobj", "isscalar",
    "can_cast", "lexsort", "iscomplex", "isreal", "isneginf", "isposinf", "nanargmax", "nanargmin", "argpartition",
    "unravel_index", "ravel_multi_index", "tril_indices_from", "triu_indices_from", "array_repr", "array_str", "linalg.matrix_rank",
    "common_type", "min_scalar_type", "array2string", "may_share_memory", "shares_memory",
}  # fmt: skip
# Of these the ones that NumPy answers for floats only.
ON_FLOATS = {"isfinite", "isnan", "isinf", "isneginf", "isposinf", "isclose", "allclose", "signbit", "digitize", "linalg.matrix_rank",
             "iscomplexobj", "isrealobj", "iscomplex", "isreal", "nanargmax", "nanargmin", "array_repr", "array_str", "array2string"}  # fmt: skip
# Sums over a part of the entries, by what the others count for.
NEUTRAL = {"sum": 0.0, "prod": 1.0}
# Piecewise constant: derivative zero between the jumps.
STEPS = {"floor", "ceil", "rint", "trunc", "fix", "sign", "round", "around", "heaviside", "floor_divide"}
# Functions of a sequence of arrays.
SEQUENCES = {"concatenate", "stack", "hstack", "vstack", "dstack", "column_stack", "block", "select", "einsum",
             "linalg.multi_dot", "broadcast_arrays", "meshgrid", "ix_", "choose", "array", "asarray"}  # fmt: skip
# Of these the ones whose entries are arrays themselves.
JOINS = {"concatenate", "stack", "hstack", "vstack", "dstack", "column_stack", "select", "linalg.multi_dot"}
ALIASES = {"amax": "max", "amin": "min", "round_": "round", "conj": "conjugate", "abs": "absolute", "fabs": "absolute",
           "true_divide": "divide", "mod": "remainder", "row_stack": "vstack", "permute_dims": "transpose", "concat": "concatenate",
           "acos": "arccos", "asin": "arcsin", "atan": "arctan", "atan2": "arctan2", "pow": "power", "float_power": "power",
           "acosh": "arccosh", "asinh": "arcsinh", "atanh": "arctanh", "degrees": "rad2deg", "radians": "deg2rad",
           "matrix_transpose": "linalg.matrix_transpose", "around": "round", "fix": "trunc", "linalg.matmul": "matmul",
           "linalg.outer": "outer", "linalg.tensordot": "tensordot", "linalg.trace": "trace", "linalg.diagonal": "diagonal",
           "linalg.cross": "cross", "linalg.vecdot": "vecdot", "slinalg.inv": "linalg.inv", "slinalg.det": "linalg.det",
           "slinalg.norm": "linalg.norm", "slinalg.eigvalsh": "linalg.eigvalsh", "special.psi": "special.digamma"}  # fmt: skip
# Where a rule takes a side: the places at which its argument sits on an edge.
EDGES: dict[str, Callable] = {
    "absolute": lambda x: x == 0, "maximum": lambda a, b: a == b, "minimum": lambda a, b: a == b,
    "fmax": lambda a, b: a == b, "fmin": lambda a, b: a == b, "sign": lambda x: x == 0,
    "floor": lambda x: x == np.floor(x), "ceil": lambda x: x == np.floor(x), "trunc": lambda x: x == np.floor(x),
    "rint": lambda x: 2 * x == np.floor(2 * x), "round": lambda x, *_, **__: 2 * x == np.floor(2 * x),
    "heaviside": lambda x, h: x == 0, "floor_divide": lambda a, b: a / b == np.floor(a / b),
    "remainder": lambda a, b: a / b == np.floor(a / b), "fmod": lambda a, b: a / b == np.floor(a / b),
    "clip": lambda x, lo=None, hi=None, **k: (x == (np.nan if lo is None else lo)) | (x == (np.nan if hi is None else hi)),
    "max": lambda x, axis=None, **k: np.sum(x == np.max(x, axis=axis, keepdims=True), axis=axis) > 1,
    "min": lambda x, axis=None, **k: np.sum(x == np.min(x, axis=axis, keepdims=True), axis=axis) > 1,
    "sort": lambda x, axis=-1, **k: np.diff(np.sort(x, axis=axis), axis=-1 if axis is None else axis) == 0,
}  # fmt: skip


@functools.cache
def _names() -> dict[int, tuple[Any, str]]:
    """Every public NumPy function by identity, with the key of its rule."""

    table: dict[int, tuple[Any, str]] = {}
    groups: list[tuple[Any, str]] = [
        (np, ""),
        (np.linalg, "linalg."),
        (np.fft, "fft."),
        (np.lib.stride_tricks, "lib."),
    ]
    for module, prefix in [("scipy.special", "special."), ("scipy.linalg", "slinalg.")]:
        if module in sys.modules:
            groups.append((sys.modules[module], prefix))
    for module, prefix in groups:
        for name in dir(module):
            found = getattr(module, name)
            if callable(found) and not isinstance(found, type) and not name.startswith("_"):
                table.setdefault(id(found), (found, prefix + name))
    return table


def key_of(function: Any) -> str | None:
    """The key of a NumPy or SciPy function's rule, or None for any other callable."""
    module = getattr(function, "__module__", None) or ""
    if not isinstance(function, np.ufunc) and module.split(".")[0] not in ("numpy", "scipy"):
        return None
    found = _names().get(id(function))
    if found is None:
        _names.cache_clear()
        found = _names().get(id(function))
    if found is None or found[0] is not function:
        return None
    return ALIASES.get(found[1], found[1])


@functools.cache
def _ufunc_key(ufunc: np.ufunc) -> str:
    return key_of(ufunc) or ufunc.__name__


class Space:
    """A library's values under NumPy's names; made anew for each lifted call, and notes what happened in it."""

    name: ClassVar[str]

    def __init__(self) -> None:
        self.edges: list[str] = []
        self.doubts: set[str] = set()  # reasons why f may give another value when it is run again

    # ---- what a library says for itself
    def rule(self, key: str) -> Any:
        raise NotImplementedError

    def concrete(self, value: Any) -> Any:
        raise NotImplementedError

    def array(self, nested: Any) -> Any:
        raise NotImplementedError

    def assigned(self, value: Any, key: Any, new: Any) -> Any:
        raise NotImplementedError

    def traced(self, value: Any) -> bool:
        raise NotImplementedError

    def getitem(self, value: Any, key: Any) -> Any:
        return value[key]

    def apply(self, rule: Callable, args: list, kwargs: dict) -> Any:
        return rule(*args, **kwargs)

    def dtype(self, value: Any) -> np.dtype:
        return np.dtype(float) if self.traced(value) else np.asarray(value).dtype

    # ---- shared by all
    named = staticmethod(key_of)

    def raw(self, value: Any) -> Any:
        kind = type(value)
        if kind is Lifted:
            return value.value
        if kind is list or kind is tuple:
            return kind(self.raw(v) for v in value) if reaches(value) else value
        if kind is np.ndarray and value.dtype == object:
            return self.array(self.raw(value.tolist()))
        return LiftedFloat.dtype if value is LiftedFloat else value

    def wrap(self, value: Any) -> Any:
        if isinstance(value, (tuple, list)):
            return (
                type(value)(self.wrap(v) for v in value)
                if not hasattr(value, "_fields")
                else type(value)(*map(self.wrap, value))
            )
        if isinstance(value, (bool, np.bool_, int, str, np.integer, type(None))):
            return value
        if isinstance(value, np.ndarray) and value.dtype.kind in "biu":
            return value
        return Lifted(self, value)

    def index(self, key: Any) -> Any:
        if type(key) is tuple:
            return tuple(self.index(k) for k in key)
        return key.concrete if type(key) is Lifted else key

    def plain(self, value: Any) -> Any:
        """The numbers behind a raw value, also inside lists."""
        if isinstance(value, (list, tuple)):
            return type(value)(self.plain(v) for v in value)
        return self.concrete(value)

    def tie(self, key: str, *values: Any) -> None:
        """Note that an argument sits exactly on the edge between two branches."""
        if key in COMPARISONS:
            a, b = (self.concrete(v) for v in values)
            on_edge = np.any(a == b)
        elif key in EDGES:
            on_edge = np.any(EDGES[key](*values))
        else:
            return
        if on_edge:
            self.edges.append(f"{key}{user_line()}")

    def raw_call(self, key: str, *args: Any, **kwargs: Any) -> Any:
        return self.rule(key)(*args, **kwargs)

    def call(self, key: str, args: tuple, kwargs: dict) -> Any:
        """The rule of `key` on lifted arguments, else the function's own Python source re-pointed, else an error."""
        key = ALIASES.get(key, key)
        if key in CONCRETE:
            plain = [self.plain(self.raw(a)) for a in args]
            if key in COMPARISONS:
                self.tie(key, *plain)
            elif key in ON_FLOATS:
                plain = [_floats(p) for p in plain]
            return getattr(np, key)(*plain, **kwargs) if "." not in key else np.linalg.matrix_rank(*plain)
        if key in NEUTRAL and (kwargs.get("where") is not None or kwargs.get("initial") is not None):
            return self._part(key, args, kwargs)
        rule = self.rule(key)
        if rule is None:
            return self.composite(key, args, kwargs)
        if key in JOINS and type(args[0]) in (list, tuple):
            args = ([self._array_of(part) for part in args[0]], *args[1:])
        raws = [self.raw(a) for a in args]
        kwargs = {k: self.raw(v) for k, v in kwargs.items()} if kwargs else kwargs
        if key not in SEQUENCES:
            raws = [
                self.array(r) if type(r) in (list, tuple) and reaches([a]) else r
                for r, a in zip(raws, args, strict=True)
            ]
        if key in EDGES:
            with contextlib.suppress(TypeError, ValueError), np.errstate(all="ignore"):
                self.tie(key, *[self.plain(r) for r in raws], **kwargs) if not kwargs else self._tie_kw(
                    key, raws, kwargs
                )
        if key in STEPS:
            return self.wrap(self._step(key, raws, kwargs))
        result = self.wrap(self.apply(rule, raws, kwargs))
        if key in VIEWS and type(args[0]) is Lifted and type(result) is Lifted and np.ndim(args[0].concrete):
            rest = raws[1:]

            def view(s: Any, v: Any) -> Any:
                return getattr(np, key)(v, *rest, **kwargs) if s is None else s.rule(key)(v, *rest, **kwargs)

            return Lifted(self, result.value, args[0], view)
        return result

    def _array_of(self, part: Any) -> Any:
        """A list that holds lifted values as one of them."""
        return self.array(self.raw(part)) if type(part) in (list, tuple) and reaches(part) else part

    def _part(self, key: str, args: tuple, kwargs: dict) -> Any:
        """A sum or product over the entries where= names, from initial= on."""
        where, initial = kwargs.pop("where", None), kwargs.pop("initial", None)
        if where is not None:
            args = (self.call("where", (where, args[0], NEUTRAL[key]), {}), *args[1:])
        found = self.call(key, args, kwargs)
        return (
            found
            if initial is None
            else self.call({"sum": "add", "prod": "multiply"}[key], (found, initial), {})
        )

    def _tie_kw(self, key: str, raws: list, kwargs: dict) -> None:
        if np.any(
            EDGES[key](*[self.plain(r) for r in raws], **{k: self.plain(v) for k, v in kwargs.items()})
        ):
            self.edges.append(f"{key}{user_line()}")

    def _step(self, key: str, raws: list, kwargs: dict) -> Any:
        return np.asarray(getattr(np, key)(*[self.plain(r) for r in raws], **kwargs), dtype=float)[()]

    def composite(self, key: str, args: tuple, kwargs: dict) -> Any:
        self.doubts.add(key)
        function: Any = composite(key)
        if function is None:
            top = {
                "special": sys.modules.get("scipy.special"),
                "lib": None,
                "slinalg": sys.modules.get("scipy.linalg"),
            }
            part: Any = top.get(key.split(".")[0], np)
            original = part and functools.reduce(
                lambda a, b: getattr(a, b, None),
                key.removeprefix("slinalg.").removeprefix("special.").split("."),
                part,
            )
            own = original if key.startswith(("slinalg.", "special.")) else None
            function = getattr(
                original, "_implementation", own if isinstance(own, types.FunctionType) else None
            )
            if function is None:
                raise DerivativeError(
                    f"{self.name} cannot follow np.{key}{user_line()}; write it with other NumPy functions or use a numerical method."
                )
        try:
            return Repointer(self).rebound(function)(*args, **kwargs)
        except (TypeError, AttributeError, NotImplementedError) as error:
            if isinstance(error, DerivativeError):
                raise
            raise DerivativeError(f"{self.name} cannot follow np.{key}{user_line()}: {error}.") from error

    def ufunc(self, ufunc: np.ufunc, method: str, args: tuple, kwargs: dict, out: Any = None) -> Any:
        key = _ufunc_key(ufunc)
        if method == "__call__" and not kwargs:
            return self.call(key, args, kwargs)
        if method == "__call__":
            dtype, where = kwargs.pop("dtype", None), kwargs.pop("where", True)
            if dtype is not None and np.dtype(self.raw(dtype)) != float:
                raise DerivativeError(
                    f"np.{key}{user_line()} with dtype={dtype} cannot be followed; keep float64 for derivatives."
                )
            return (
                self.call(key, args, kwargs) if where is True else self._where(key, args, kwargs, where, out)
            )
        known = {("add", "reduce"): "sum", ("multiply", "reduce"): "prod", ("maximum", "reduce"): "max", ("minimum", "reduce"): "min",
                 ("add", "accumulate"): "cumsum", ("multiply", "accumulate"): "cumprod"}  # fmt: skip
        if (name := known.get((key, method))) is not None:
            kwargs.setdefault("axis", 0)
            return self.call(name, args, {k: v for k, v in kwargs.items() if v is not None or k == "axis"})
        if method == "outer":
            a, b = (self.call("array", (v,), {}) for v in args)
            return self.call(key, (a.reshape(a.shape + (1,) * b.ndim), b), kwargs)
        if method == "at":
            target, where, *new = args
            new = [self.call("array", (n,), {}) if isinstance(n, (list, tuple)) else n for n in new]
            for position in np.ndindex(np.shape(where)) if np.ndim(where) else [()]:
                place = np.asarray(where)[position]
                old = [n if np.ndim(n) == 0 else n[position] for n in new]
                target[place] = self.call(key, (target[place], *old), {})
            return None
        raise DerivativeError(
            f"np.{key}.{method}{user_line()} cannot be followed; write the loop or use a numerical method."
        )

    def _where(self, key: str, args: tuple, kwargs: dict, where: Any, out: Any) -> Any:
        """A ufunc where a mask allows: elsewhere `out` stays, and the arguments are 1, at home in most domains."""
        if out is None:
            raise DerivativeError(
                f"np.{key}{user_line()} with where= and without out= leaves entries undefined; give out= or use np.where."
            )
        safe = [self.call("where", (where, a, 1.0), {}) for a in args]
        return self.call("where", (where, self.call(key, tuple(safe), kwargs), out), {})

    def function(self, func: Any, args: tuple, kwargs: dict) -> Any:
        key = key_of(func)
        if key is None:
            raise DerivativeError(f"{func.__name__}{user_line()} cannot be followed; use a numerical method.")
        return (self.creation(key) or (lambda _, *a, **k: self.call(key, a, k)))(func, *args, **kwargs)

    def astype(self, value: Lifted, dtype: np.dtype) -> Any:
        if dtype.kind == "f":
            if dtype.itemsize < 8:
                raise DerivativeError(
                    f"astype({dtype}){user_line()} rounds to {dtype}; keep float64 for derivatives."
                )
            return value.copy()
        if dtype.kind == "c":
            raise DerivativeError(
                f"complex numbers{user_line()} cannot be followed; write real and imaginary part apart."
            )
        if dtype.kind == "O":
            return value.copy()
        self.edges.append(f"astype{user_line()}")
        return np.asarray(value.concrete, dtype=float).astype(dtype)

    # ---- functions that make arrays, which NumPy's protocols do not reach
    def creation(self, key: str) -> Any:
        return getattr(self, f"make_{key}", None)

    def make_zeros(self, original: Any, *args: Any, **kwargs: Any) -> Any:
        args, kwargs = self.raw(args), {k: self.raw(v) for k, v in kwargs.items()}
        args = tuple(a.dtype if a is LiftedFloat else a for a in args)
        made = original(*args, **kwargs)
        return Lifted(self, made) if made.dtype.kind == "f" else made

    make_ones = make_empty = make_eye = make_identity = make_zeros

    def make_full(self, original: Any, shape: Any, fill_value: Any, dtype: Any = None, **_: Any) -> Any:
        if reaches((fill_value,)):
            return self.call("multiply", (np.ones(shape), fill_value), {})
        return self.make_zeros(original, shape, fill_value, dtype)

    def make_zeros_like(self, original: Any, a: Any, dtype: Any = None, shape: Any = None, **_: Any) -> Any:
        like = self.plain(self.raw(a))
        like = np.zeros(np.shape(like), dtype=float if reaches((a,)) else np.asarray(like).dtype)
        return self.make_zeros(original, like, self.raw(dtype), shape=shape)

    make_ones_like = make_empty_like = make_zeros_like

    def make_full_like(self, original: Any, a: Any, fill_value: Any, dtype: Any = None, **_: Any) -> Any:
        return self.make_full(np.full, np.shape(self.plain(self.raw(a))), fill_value, dtype)

    def make_array(self, original: Any, a: Any, dtype: Any = None, **kwargs: Any) -> Any:
        dtype = self.raw(dtype)
        if not reaches((a,)) and not isinstance(a, (list, tuple, _Iter)):
            made = original(a, dtype=dtype, **kwargs)
            return Lifted(self, made) if made.dtype.kind == "f" and original is np.array else made
        if isinstance(a, _Iter):
            a = list(a)
        if not reaches((a,)) and not _deep(a):
            made = original(a, dtype=dtype, **kwargs)
            return Lifted(self, made) if made.dtype.kind == "f" else made
        made = (
            a.copy()
            if type(a) is Lifted and original is np.array
            else a
            if type(a) is Lifted
            else Lifted(self, self.array(self.raw(_listed(a))))
        )
        if dtype is not None and np.dtype(dtype) != made.dtype:
            made = self.astype(made, np.dtype(dtype))
        if (need := kwargs.get("ndmin", 0)) > made.ndim:
            made = made.reshape((1,) * (need - made.ndim) + made.shape)
        return made

    make_asarray = make_asanyarray = make_asfarray = make_ascontiguousarray = make_copy = make_array

    def make_linspace(
        self, original: Any, start: Any, stop: Any, num: int = 50, endpoint: bool = True, **kwargs: Any
    ) -> Any:
        if not reaches((start, stop)):
            return original(start, stop, num, endpoint, **kwargs)
        t = np.linspace(0.0, 1.0, num, endpoint=endpoint)
        return start + (stop - start) * t

    def make_arange(self, original: Any, *args: Any, **kwargs: Any) -> Any:
        if not reaches(args):
            return original(*args, **kwargs)
        start, stop, step = (0, args[0], 1) if len(args) == 1 else (*args, 1)[:3]
        plain = [float(self.plain(self.raw(v))) for v in (start, stop, step)]
        return start + step * np.arange(len(np.arange(*plain)))

    def make_fromiter(self, original: Any, values: Any, *args: Any, **kwargs: Any) -> Any:
        return self.make_array(np.array, list(values))

    def make_fill_diagonal(self, original: Any, a: Any, value: Any, wrap: bool = False) -> Any:
        if type(a) is not Lifted:
            return original(a, value, wrap)
        n = min(a.shape)
        a[(np.arange(n),) * a.ndim] = value
        return None

    def make_put(self, original: Any, a: Any, where: Any, value: Any, **_: Any) -> None:
        a.reshape(-1)[where] = value

    def make_copyto(self, original: Any, target: Any, source: Any, **kwargs: Any) -> None:
        if type(target) is not Lifted or kwargs:
            original(target, source, **kwargs)
        target[...] = source


def _floats(value: Any) -> Any:
    return np.vectorize(float)(value) if np.asarray(value).dtype == object and np.size(value) else value


_Iter = (map, zip, filter, types.GeneratorType, range)


def _listed(a: Any) -> Any:
    return [_listed(v) for v in a] if isinstance(a, (list, tuple, *_Iter)) else a


def _deep(a: Any) -> bool:
    return any(
        type(v) is Lifted
        or (isinstance(v, (list, tuple)) and _deep(v))
        or (isinstance(v, np.ndarray) and v.dtype == object)
        for v in a
    )
