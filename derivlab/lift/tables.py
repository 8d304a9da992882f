"""NumPy's functions by name: which carry no derivative, which have edges, which are others under a second name."""

from __future__ import annotations

import functools
import sys
import types
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

COMPARISONS = {"less", "less_equal", "greater", "greater_equal", "equal", "not_equal"}
# Answers that do not carry a derivative: NumPy's own function on the plain numbers.
CONCRETE = COMPARISONS | {
    "argmax", "argmin", "argsort", "nonzero", "flatnonzero", "argwhere", "searchsorted", "digitize", "isfinite", "isnan", "isinf",
    "all", "any", "logical_and", "logical_or", "logical_not", "logical_xor", "array_equal",
    "shape", "ndim", "size", "signbit", "count_nonzero", "result_type", "iscomplexobj", "isrealobj", "isscalar",
    "can_cast", "lexsort", "iscomplex", "isreal", "isneginf", "isposinf", "argpartition",
    "unravel_index", "ravel_multi_index", "tril_indices_from", "triu_indices_from", "array_repr", "array_str", "linalg.matrix_rank",
    "common_type", "min_scalar_type", "array2string", "iterable", "may_share_memory", "shares_memory",
}  # fmt: skip
# Of these the ones that write numbers as text, and those that look at where arrays lie.
TEXT = {"array_repr", "array_str", "array2string"}
MEMORY = {"may_share_memory", "shares_memory"}
# Of these the ones that NumPy answers for floats only.
ON_FLOATS = {"common_type", "result_type", "min_scalar_type", "can_cast", "isfinite", "isnan", "isinf", "isneginf", "isposinf", "signbit", "linalg.matrix_rank",
             "iscomplexobj", "isrealobj", "iscomplex", "isreal", "array_repr", "array_str", "array2string"}  # fmt: skip
# Reductions over a part of the entries: what the others count for, and how initial= joins in.
NEUTRAL = {
    "sum": (0.0, "add"),
    "prod": (1.0, "multiply"),
    "max": (-np.inf, "maximum"),
    "min": (np.inf, "minimum"),
}
# Piecewise constant: derivative zero between the jumps.
STEPS = {"floor", "ceil", "rint", "trunc", "fix", "sign", "round", "around", "heaviside", "floor_divide"}
# Views of an array: writing to one writes to the array it looks at.
VIEWS = {"reshape", "ravel", "transpose", "swapaxes", "squeeze", "expand_dims", "moveaxis", "rollaxis", "diagonal", "flip", "fliplr",
         "flipud", "rot90", "atleast_1d", "atleast_2d", "atleast_3d", "linalg.matrix_transpose", "split", "array_split", "hsplit",
         "vsplit", "dsplit", "unstack"}  # fmt: skip
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
           "slinalg.norm": "linalg.norm", "special.psi": "special.digamma",
           "i0": "special.i0", "special.expm1": "expm1", "special.log1p": "log1p", "special.exp2": "exp2", "special.cbrt": "cbrt", "special.round": "rint",
           "lib.sliding_window_view": "sliding_window_view"}  # fmt: skip

# Functions of numbers that have several results.
RESULTS = {
    "special.airy": 4,
    "special.sici": 2,
    "special.shichi": 2,
    "special.fresnel": 2,
    "special.ellipj": 4,
}


# Where a rule takes a side: the places at which its argument sits on an edge.
def _meeting(values: Any) -> Any:
    """Eigenvalues (singular values) that meet, or vanish: they have kinks there."""
    gaps = np.abs(
        np.diff(values, axis=-1, append=0.0 if values.ndim == 1 else np.zeros((*values.shape[:-1], 1)))
    )
    return gaps <= 1e-12 * np.max(np.abs(values))


def _vanishing(*values: Any, **_: Any) -> Any:
    """Numbers that are 0, taken for a truth."""
    floats = (np.asarray(v) for v in values)
    return any(np.any(v == 0) for v in floats if v.dtype.kind == "f")


EDGES: dict[str, Callable] = {
    **dict.fromkeys(("signbit", "nonzero", "flatnonzero", "argwhere", "count_nonzero", "all", "any", "logical_and", "logical_or",
                     "logical_not", "logical_xor"), _vanishing),
    "array_equal": lambda a, b, **_: np.array_equal(a, b), "argpartition": lambda x, kth, axis=-1, **_: EDGES["sort"](x, axis),
    "lexsort": lambda keys, **_: any(np.any(EDGES["sort"](np.asarray(k))) for k in keys),
    "absolute": lambda x: x == 0, "maximum": lambda a, b: a == b, "minimum": lambda a, b: a == b,
    "fmax": lambda a, b: a == b, "fmin": lambda a, b: a == b, "sign": lambda x: x == 0,
    "floor": lambda x: x == np.floor(x), "ceil": lambda x: x == np.floor(x), "trunc": lambda x: x == np.floor(x),
    "rint": lambda x: x - np.floor(x) == 0.5, "round": lambda x, decimals=0, **_: x * 10.0**decimals % 1.0 == 0.5,
    "heaviside": lambda x, h: x == 0, "floor_divide": lambda a, b: a / b == np.floor(a / b),
    "remainder": lambda a, b: a / b == np.floor(a / b), "fmod": lambda a, b: a / b == np.floor(a / b),
    "clip": lambda x, lo=None, hi=None, **k: (x == (np.nan if lo is None else lo)) | (x == (np.nan if hi is None else hi)),
    "max": lambda x, axis=None, **k: np.sum(x == np.max(x, axis=axis, keepdims=True), axis=axis) > 1,
    "min": lambda x, axis=None, **k: np.sum(x == np.min(x, axis=axis, keepdims=True), axis=axis) > 1,
    "argmax": lambda x, axis=None, **k: np.sum(x == np.max(x, axis=axis, keepdims=True), axis=axis) > 1,
    "argmin": lambda x, axis=None, **k: np.sum(x == np.min(x, axis=axis, keepdims=True), axis=axis) > 1,
    "argsort": lambda x, axis=-1, **k: np.diff(np.sort(x, axis=axis), axis=-1 if axis is None else axis) == 0,
    "searchsorted": lambda a, v, *_, **k: np.isin(v, a), "digitize": lambda x, bins, *_, **k: np.isin(x, bins),
    # The branch cut: from pi to -pi.
    "arctan2": lambda y, x: (y == 0) & (x < 0),
    "sort": lambda x, axis=-1, **k: np.diff(np.sort(x, axis=axis), axis=-1 if axis is None else axis) == 0,
    "linalg.eigh": lambda a, *_, **__: _meeting(np.linalg.eigvalsh(a)), "linalg.svd": lambda a, *_, **__: _meeting(np.linalg.svd(a, compute_uv=False)),
    "partition": lambda x, kth, axis=-1, **k: EDGES["sort"](x, axis), "unique": lambda x, *_, **__: EDGES["sort"](x, None),
}  # fmt: skip


_SCIPY = {"scipy.special": "special.", "scipy.linalg": "slinalg."}


@functools.cache
def _names(loaded: tuple[str, ...]) -> dict[int, tuple[Any, str]]:
    """Every public NumPy function by identity, with the key of its rule."""

    table: dict[int, tuple[Any, str]] = {}
    groups: list[tuple[Any, str]] = [
        (np, ""),
        (np.linalg, "linalg."),
        (np.fft, "fft."),
        (np.emath, "emath."),
        (np.lib.stride_tricks, "lib."),
    ]
    groups += [(sys.modules[module], _SCIPY[module]) for module in loaded]
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
    found = _names(tuple(m for m in _SCIPY if m in sys.modules)).get(id(function))
    if found is None or found[0] is not function:
        return None
    return ALIASES.get(found[1], found[1])


@functools.cache
def ufunc_key(ufunc: np.ufunc) -> str:
    return key_of(ufunc) or ufunc.__name__


_MODULES = {"special": "scipy.special", "slinalg": "scipy.linalg", "lib": "numpy.lib.stride_tricks"}


def title(key: str) -> str:
    """The function behind a key as a user writes it."""
    top, _, rest = key.partition(".")
    return f"{_MODULES[top]}.{rest}" if top in _MODULES else f"np.{key}"


def function_of(key: str) -> Any:
    """The function behind a key, as NumPy or SciPy has it."""
    top, _, rest = key.partition(".")
    found: Any = import_module(_MODULES[top]) if top in _MODULES else np
    for part in (rest if top in _MODULES else key).split("."):
        found = getattr(found, part)
    return found


def source_of(key: str) -> Any:
    """NumPy's or SciPy's own Python code behind a key, or None where there is none to re-point."""
    if key.startswith("lib."):  # code that reads memory by strides
        return None
    try:
        found = function_of(key)
    except AttributeError:
        return None
    of_scipy = key.startswith(tuple(_SCIPY.values())) and isinstance(found, types.FunctionType)
    return getattr(found, "_implementation", found if of_scipy else None)
