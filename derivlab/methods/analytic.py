"""Whether a function is analytic by what its code is made of: its complex step then needs no check.

Sums, products, quotients, whole powers and compositions of analytic functions are analytic (Ahlfors 1979, chapter 2).
Branches, comparisons, casts and writes end the proof; so do roots and other powers, which have a branch point at 0, and
arctan, which has two limits at infinity. What is left has poles and logarithms, where f is not finite or, under an
imaginary step, another number.
"""

from __future__ import annotations

import builtins
import dis
import functools
import types
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

_FUNCTIONS = {
    *("exp", "expm1", "exp2", "log", "log1p", "log2", "log10", "sin", "cos", "tan", "sinh", "cosh", "tanh"),
    *("add", "subtract", "multiply", "divide", "true_divide", "negative", "positive", "square"),
    *("reciprocal", "sum", "mean", "prod", "cumsum", "cumprod", "diff", "trace", "dot", "matmul", "inner"),
    *("outer", "kron", "tensordot", "convolve", "cross", "polyval", "array", "asarray", "concatenate"),
    *("stack", "vstack", "hstack", "column_stack", "reshape", "ravel", "transpose", "squeeze", "diagonal"),
    *("roll", "flip", "tile", "repeat", "zeros", "ones", "full", "eye", "identity", "arange", "linspace"),
    *("shape", "size", "ndim"),
}
_ATTRIBUTES = {
    *_FUNCTIONS,
    *("T", "copy", "flatten", "swapaxes", "linalg", "solve", "inv", "det", "pi", "e", "newaxis"),
}
_KNOWN = {id(f): f for f in (np, np.linalg, len, range, zip, enumerate, reversed, sum, list, tuple)}
_WORDS = ("F", "C", "full", "same", "valid")
# Instructions that move values, call and repeat; one that is not known ends the proof.
_MOVES = (
    *("RESUME", "CACHE", "NOP", "NOT_TAKEN", "EXTENDED_ARG", "PUSH_NULL", "PRECALL", "CALL", "KW_NAMES"),
    *("LOAD_FAST", "LOAD_DEREF", "LOAD_CLOSURE", "LOAD_GLOBAL", "STORE_FAST", "DELETE_FAST", "COPY", "SWAP"),
    *("POP_TOP", "POP_ITER", "MAKE_", "SET_FUNCTION_ATTRIBUTE", "BUILD_TUPLE", "BUILD_LIST", "BUILD_SLICE"),
    *("LIST_", "UNPACK_SEQUENCE", "BINARY_SUBSCR", "BINARY_SLICE", "UNARY_NEGATIVE", "GET_ITER", "FOR_ITER"),
    *("END_FOR", "JUMP_BACKWARD", "YIELD_VALUE", "RETURN_", "RERAISE"),
)
_LITERALS = ("LOAD_CONST", "LOAD_SMALL_INT")
_READS, _WRITES = ("LOAD_GLOBAL", "LOAD_DEREF"), ("STORE_GLOBAL", "STORE_DEREF")
_OPERATORS = ("+", "-", "*", "/", "@", "[]")
_LARGE = 1e30  # of a constant; beyond, or below its inverse, it may make an imaginary part vanish


class _Code(NamedTuple):
    """What code reads from outside, and the variables that it only counts up."""

    read: frozenset[str]
    counters: frozenset[str]


_CODES: WeakKeyDictionary[types.FunctionType, tuple[types.CodeType, _Code | None]] = WeakKeyDictionary()


def analytic(f: Any) -> bool:
    """Whether f and all that it calls are made of analytic operations on its argument and on constant data."""
    functions, read, counters = [f], set[str](), set[str]()
    for g in functions:  # grows
        if type(g) is not types.FunctionType or (code := _code_of(g)) is None:
            return False
        read |= code.read
        counters |= code.counters
        for value in _values(g, code.read):
            if type(value) is types.FunctionType and not _known(value):
                if value not in functions:
                    functions.append(value)
            elif not _constant(value):
                return False
    return not read & counters


def _code_of(f: types.FunctionType) -> _Code | None:
    code, found = _CODES.get(f, (None, None))
    if code is not f.__code__:
        found = _code(f.__code__)
        _CODES[f] = f.__code__, found
    return found


def _values(f: types.FunctionType, read: frozenset[str]) -> Iterator[Any]:
    """What f reads, and the defaults of its arguments."""
    cells = dict(zip(f.__code__.co_freevars, f.__closure__, strict=True)) if f.__closure__ else {}
    for name in read:
        if name in cells:
            yield _content(cells[name])
        else:
            yield f.__globals__[name] if name in f.__globals__ else getattr(builtins, name, None)
    yield from f.__defaults__ or ()
    yield from (f.__kwdefaults__ or {}).values()


def _content(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # empty
        return cell


def _known(value: Any) -> bool:
    """Whether it is an analytic function of NumPy."""
    name = getattr(value, "__name__", None)
    return name in _FUNCTIONS and getattr(np, name, None) is value


def _constant(value: Any) -> bool:
    """Whether it is data of ordinary size, or something of Python or NumPy that keeps analytic values analytic."""
    kind = type(value)
    if kind in (int, float, np.float64):
        return value == 0 or 1 / _LARGE < abs(value) < _LARGE
    if kind is tuple:
        return all(map(_constant, value))
    if kind is np.ndarray:
        return value.dtype.kind in "fiu"
    if kind is str:
        return value in _WORDS  # none that names a type to cast to
    if kind in (bool, slice, types.NoneType, types.CodeType):
        return True
    return id(value) in _KNOWN or _known(value)


@functools.lru_cache(maxsize=1024)
def _code(code: types.CodeType) -> _Code | None:
    """What code reads whose every instruction keeps analytic values analytic; None for other code."""
    steps = list(dis.get_instructions(code))
    parts = [_code(part) for part in code.co_consts if type(part) is types.CodeType]
    counted = Counter(step.argval for k, step in enumerate(steps) if _counts(*steps[max(k - 3, 0) : k], step))
    for before, step in zip([None, *steps], steps, strict=False):
        if not (_allowed(before, step, code) or (step.opname in _WRITES and step.argval in counted)):
            return None
    loads = Counter(step.argval for step in steps if step.opname in _READS)
    read, counters = set(loads - counted), set(counted)
    for part in parts:
        if part is None:
            return None
        read |= part.read
        counters |= part.counters
    return _Code(frozenset(read.difference(code.co_cellvars)), frozenset(counters))


def _counts(*steps: dis.Instruction) -> bool:
    """Whether this is `n += 1` with a variable of another scope."""
    if len(steps) < 4 or steps[3].opname not in _WRITES:
        return False
    load, one, add, store = steps
    return (
        (load.opname in _READS and load.argval == store.argval)
        and one.opname in _LITERALS
        and add.argrepr == "+="
    )


def _allowed(before: dis.Instruction | None, step: dis.Instruction, code: types.CodeType) -> bool:
    """Whether an instruction keeps analytic values analytic, `before` being what it finds on top."""
    if step.opname in _LITERALS:
        return _constant(step.argval)
    if step.opname in ("LOAD_ATTR", "LOAD_METHOD"):
        return step.argval in _ATTRIBUTES
    if step.opname == "STORE_DEREF":
        return step.argval in code.co_cellvars
    if step.opname == "BINARY_OP":
        operator = step.argrepr.removesuffix("=")
        return operator in _OPERATORS or (operator == "**" and _whole(before))
    return step.opname.startswith(_MOVES)


def _whole(step: dis.Instruction | None) -> bool:
    """Whether this loads a whole number."""
    return (
        step is not None
        and step.opname in _LITERALS
        and type(step.argval) in (int, float)
        and step.argval == int(step.argval)
    )
