"""Whose code a function or a class is, whether it keeps state, and whether it looks at more than numbers."""

from __future__ import annotations

import builtins
import dis
import functools
import itertools
import os
import sys
import types

import numpy as np

_OWN = ("numpy", "scipy", "math", "cmath", "autograd", "sympy", "mpmath", "derivlab", "builtins", "functools")
STDLIB = sys.stdlib_module_names - {"__main__"}
# Code of this package that is written as users write theirs.
_FOLLOWED = ("derivlab.gallery", "derivlab.lift.composites", "derivlab.networks")


@functools.cache
def room_of(module: str) -> str:
    """Whose code a module holds: functions of engines stay, those of users are re-pointed."""
    top = module.split(".")[0]
    if top in ("derivlab", "autograd", "sympy", "mpmath") and not module.startswith(_FOLLOWED):
        return "ours"
    return "standard library" if _of_python(top) else "user"


def _of_python(top: str) -> bool:
    """Whether a module is Python's own, and no user's file of the same name."""
    file = getattr(sys.modules.get(top), "__file__", None) or os.__file__
    return (
        top in STDLIB
        and os.path.dirname(file).startswith(os.path.dirname(os.__file__))
        and "site-packages" not in file
    )


# What code asks of a value that a lifted one may answer otherwise: by name, as functions, and by a pattern.
_LOOKS = {
    "type",
    "hasattr",
    "getattr",
    "issubclass",
    "id",
    "hash",
    "dir",
    "vars",
    "repr",
    "str",
    "ascii",
    "callable",
}
LOOKS = {id(getattr(builtins, name)) for name in (*_LOOKS, "isinstance")}
_NAMES = _LOOKS | {"__class__", "getsizeof", "attrgetter", "methodcaller"}
# Classes of which a lifted value is an instance exactly where its number is.
_PLAIN = {"list", "tuple", "dict", "set", "str", "int", "float", "bool", "complex", "ndarray", "np", "numpy"}
_PATTERNS = {"PUSH_EXC_INFO", "MATCH_CLASS", "MATCH_SEQUENCE", "MATCH_MAPPING"}


def looks_closer(f: types.FunctionType) -> bool:
    """Whether a user's function handles exceptions or asks for types and attributes: it may go another way when lifted."""
    if not _looks(f.__code__):
        return False
    module = f.__globals__.get("__name__") or ""
    return module.split(".")[0] not in _OWN or module.startswith("derivlab.gallery")


@functools.cache
def _looks(code: types.CodeType) -> bool:
    asked = not _NAMES.isdisjoint(code.co_names)
    steps = list(dis.get_instructions(code))
    asked = asked or any(step.opname in _PATTERNS or _tells(steps[k:]) for k, step in enumerate(steps))
    return asked or any(_looks(part) for part in code.co_consts if isinstance(part, types.CodeType))


def _tells(steps: list[dis.Instruction]) -> bool:
    """Whether these begin with an isinstance of anything but one variable and plain classes."""
    if steps[0].argval != "isinstance":
        return False
    asked = list(itertools.takewhile(lambda step: "CALL" not in step.opname, steps[1:]))
    named = {
        step.argval
        for step in asked
        if step.opname in ("LOAD_GLOBAL", "LOAD_ATTR", "LOAD_NAME", "LOAD_METHOD")
    }
    variables = [step for step in asked if step.opname.startswith(("LOAD_FAST", "LOAD_DEREF"))]
    return (
        not named
        or not named <= _PLAIN
        or [step.opname for step in variables] not in (["LOAD_FAST"], ["LOAD_DEREF"])
    )


@functools.cache
def keeps_state(code: types.CodeType) -> bool:
    """Whether the code assigns to globals, to attributes or to variables of enclosing functions."""
    return any(
        i.opname in ("STORE_GLOBAL", "STORE_ATTR")
        or (i.opname == "STORE_DEREF" and i.argval in code.co_freevars)
        for i in dis.get_instructions(code)
    )


def is_written(kind: type) -> bool:
    """Whether a class is the user's, or one of NumPy's polynomials: Python code that can be re-pointed."""
    module = getattr(kind, "__module__", "") or ""
    top = module.split(".")[0]
    followed = kind is np.poly1d or module.startswith(("numpy.polynomial.", *_FOLLOWED))
    return followed or (top not in _OWN and not _of_python(top))
