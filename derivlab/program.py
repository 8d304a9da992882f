"""The gradient of a function as NumPy source that can be read, kept and called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derivlab.methods.program import GradientProgram, write
from derivlab.verbs import prepare


def gradient_program(f: Callable, x: Any, args: tuple = ()) -> GradientProgram:
    """The gradient of a scalar f as NumPy source, recorded at x; errors: what cannot be followed.

    Source transformation of a run trace, with constants folded, common subexpressions shared and adjoints that are
    zero left out (Griewank and Walther 2008, Evaluating Derivatives, chapter 6).
    """
    return write(*prepare(f, x, args))
