"""Whose code a function or a class is, and whether it keeps state: what decides if it is re-pointed."""

from __future__ import annotations

import dis
import functools
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
    return "standard library" if top in STDLIB else "user"


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
    return followed or (top not in _OWN and top not in STDLIB)
