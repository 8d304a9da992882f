"""Proof by reading: code made of nothing but known instructions, known functions and constant data."""

from __future__ import annotations

import builtins
import dis
import functools
import sys
import types
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

_PYTHON = {id(f): f for f in (np, np.linalg, len, range, zip, enumerate, reversed, sum, list, tuple)}
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
_GATHER = {"array", "asarray"}  # they look at numbers one by one
_LARGE = 1e30  # of a constant; beyond, or below its inverse, it may make an imaginary part vanish


class Proof(NamedTuple):
    """What proven code reads from outside, what it only counts up, and whether it makes arrays of numbers.

    `core` says whether it keeps to the narrower list of `by`, the list that it was proven by.
    """

    read: frozenset[str]
    counters: frozenset[str]
    gathers: bool
    core: bool
    by: Whitelist


@dataclass(frozen=True, eq=False)
class Whitelist:
    """What proven code may be made of.

    `functions` are names of NumPy, `attributes` names behind a dot, `operators` those of two values, `steps` what
    further instructions start with, and `modules` other modules whose functions of numbers are allowed. `core` is a
    narrower list.
    """

    functions: frozenset[str]
    attributes: frozenset[str]
    operators: frozenset[str]
    steps: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    core: Whitelist | None = None
    _codes: WeakKeyDictionary[types.FunctionType, tuple[types.CodeType, Proof | None]] = field(
        default_factory=WeakKeyDictionary, init=False, repr=False
    )

    def proof(self, f: Any) -> Proof | None:
        """What f and all that it calls are made of; None where that is more than is allowed.

        All that is read from outside is looked at anew in each call.
        """
        functions, gathers, core = [f], False, self.core
        read: set[str] = set()
        counters: set[str] = set()
        for g in functions:  # grows
            if type(g) is not types.FunctionType or (code := self._code_of(g)) is None:
                return None
            read |= code.read
            counters |= code.counters
            gathers = gathers or code.gathers
            core = core if code.core else None
            for value in _values(g, code.read):
                if type(value) is types.FunctionType and not self._known(value):
                    if value not in functions:
                        functions.append(value)
                elif not self._constant(value):
                    return None
                elif core is not None and not core._constant(value):
                    core = None
        if read & counters:
            return None
        return Proof(frozenset(read), frozenset(counters), gathers, core is not None, self)

    def rebuilt(self, f: Any, array: Callable) -> Callable:
        """Proven f, with `array` in the place of NumPy's functions that make an array of numbers."""
        copies: dict[types.FunctionType, types.FunctionType] = {}
        numpy = _NumPy(array)

        def exchanged(value: Any) -> Any:
            if type(value) is types.FunctionType and not self._known(value):
                return copies[value] if value in copies else copied(value)
            return numpy if value is np else array if value is np.array or value is np.asarray else value

        def copied(g: types.FunctionType) -> types.FunctionType:
            scope: dict[str, Any] = {"__builtins__": builtins}
            cells = {name: types.CellType() for name in g.__code__.co_freevars}
            copy = types.FunctionType(g.__code__, scope, g.__name__, None, tuple(cells.values()) or None)
            copies[g] = copy
            code = self._code_of(g)
            assert code is not None
            for name, value in zip(code.read, _read(g, code.read), strict=True):
                if name in cells:
                    cells[name].cell_contents = exchanged(value)
                else:
                    scope[name] = exchanged(value)
            copy.__defaults__ = g.__defaults__ and tuple(map(exchanged, g.__defaults__))
            copy.__kwdefaults__ = g.__kwdefaults__
            return copy

        return copied(f)

    def _code_of(self, f: types.FunctionType) -> Proof | None:
        code, found = self._codes.get(f, (None, None))
        if code is not f.__code__:
            found = self._code(f.__code__)
            self._codes[f] = f.__code__, found
        return found

    def _known(self, value: Any) -> bool:
        """Whether it is an allowed function of NumPy or Python, or a universal one of an allowed module."""
        name = getattr(value, "__name__", None)
        if name in self.functions and (
            getattr(np, name, None) is value or getattr(builtins, name, None) is value
        ):
            return True
        if name not in self.attributes or type(value) is not np.ufunc:
            return False
        return any(getattr(sys.modules.get(module), name, None) is value for module in self.modules)

    def _constant(self, value: Any) -> bool:
        """Whether it is data of ordinary size, or something of Python or NumPy that is allowed."""
        if id(value) in _PYTHON:
            return True
        kind = type(value)
        if kind in (int, float, np.float64):
            return value == 0 or 1 / _LARGE < abs(value) < _LARGE
        if kind is tuple:
            return all(map(self._constant, value))
        if kind is np.ndarray:
            return value.dtype.kind in "fiu"
        if kind is str:
            return value in _WORDS  # none that names a type to cast to
        if kind in (bool, slice, types.NoneType, types.CodeType):
            return True
        if kind is types.ModuleType and value.__name__ in self.modules:
            return sys.modules.get(value.__name__) is value
        return self._known(value)

    @functools.lru_cache(maxsize=1024)  # noqa: B019 - there are few lists
    def _code(self, code: types.CodeType) -> Proof | None:
        """What code reads whose every instruction is allowed; None for other code."""
        steps = list(dis.get_instructions(code))
        parts = [self._code(part) for part in code.co_consts if type(part) is types.CodeType]
        counted = Counter(s.argval for k, s in enumerate(steps) if _counts(*steps[max(k - 3, 0) : k], s))
        for before, step, after in zip([None, *steps], steps, [*steps[1:], None], strict=False):
            if after is not None and after.opname == "CALL_KW":  # the names of its keywords
                continue
            if not (self._allowed(before, step, code) or (step.opname in _WRITES and step.argval in counted)):
                return None
        loads = Counter(step.argval for step in steps if step.opname in _READS)
        read, counters, gathers = set(loads - counted), set(counted), not _GATHER.isdisjoint(code.co_names)
        for part in parts:
            if part is None:
                return None
            read |= part.read
            counters |= part.counters
            gathers = gathers or part.gathers
        core = self.core is not None and self.core._code(code) is not None
        return Proof(frozenset(read.difference(code.co_cellvars)), frozenset(counters), gathers, core, self)

    def _allowed(self, before: dis.Instruction | None, step: dis.Instruction, code: types.CodeType) -> bool:
        """Whether an instruction is allowed, `before` being what it finds on top."""
        if step.opname in _LITERALS:
            return self._constant(step.argval)
        if step.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            return step.argval in self.attributes
        if step.opname == "STORE_DEREF":
            return step.argval in code.co_cellvars
        if step.opname == "BINARY_OP":
            operator = step.argrepr.removesuffix("=")
            return operator in self.operators or (operator == "**" and _whole(before))
        return step.opname.startswith(_MOVES + self.steps)


class _NumPy:
    """NumPy with another function that makes arrays."""

    def __init__(self, array: Callable):
        self.array = self.asarray = array

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)


def _values(f: types.FunctionType, read: frozenset[str]) -> Iterator[Any]:
    """What f reads, and the defaults of its arguments."""
    yield from _read(f, read)
    yield from f.__defaults__ or ()
    yield from (f.__kwdefaults__ or {}).values()


def _read(f: types.FunctionType, read: frozenset[str]) -> Iterator[Any]:
    cells = dict(zip(f.__code__.co_freevars, f.__closure__, strict=True)) if f.__closure__ else {}
    for name in read:
        if name in cells:
            yield _content(cells[name])
        else:
            yield f.__globals__[name] if name in f.__globals__ else getattr(builtins, name, None)


def _content(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # empty
        return cell


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


def _whole(step: dis.Instruction | None) -> bool:
    """Whether this loads a whole number."""
    return (
        step is not None
        and step.opname in _LITERALS
        and type(step.argval) in (int, float)
        and step.argval == int(step.argval)
    )
