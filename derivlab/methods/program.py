"""Gradients as readable NumPy source: a recorded run written out as straight lines, forward and back."""

from __future__ import annotations

import inspect
import keyword
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from derivlab.errors import DerivativeError, told
from derivlab.lift import Bound
from derivlab.lift.autograd_space import plain
from derivlab.lift.recorder import record
from derivlab.methods.automatic import Reverse
from derivlab.methods.estimate import Estimate
from derivlab.methods.output import as_output
from derivlab.methods.program_lines import RESERVED
from derivlab.methods.program_writer import Writer

MOST = 5_000  # operations; a longer program takes seconds to write and to compile
KEPT = 8  # recordings of one function
RESULT = "    return value, gradient"


class Changed(Exception):
    """A decision falls differently from the recorded one."""


def check(found: Any, recorded: Any) -> None:
    """Stop where a decision falls differently."""
    if found is not recorded and not np.array_equal(found, recorded):
        raise Changed


@dataclass(eq=False)
class GradientProgram:
    """Value and gradient of f as straight-line NumPy: `program(x)` gives both, for x of any shape f takes.

    `source` is the text, `constants` the values that it names. Where x has another shape, or a decision (`if`, an
    index) falls differently from the recorded one, f is recorded again; up to eight recordings are kept. Arrays that
    f reads from outside are constants: change them in place, or write the program anew.
    """

    f: Bound
    source: str
    constants: dict[str, Any] = field(repr=False)
    shape: tuple[int, ...]
    _others: list[GradientProgram] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        scope: dict[str, Any] = {"np": np, "check": check, **self.constants}
        kept = self.source.replace(RESULT, f"{RESULT}, locals()")
        exec(compile(kept, f"<gradient program of {name_of(self.f)}>", "exec"), scope)
        self._function, self._last = scope[name_of(self.f)], None

    def _run(self, x: Any) -> tuple[Any, Any]:
        # The arrays of the last run are kept until the next one is over: freed all at once they go back to the
        # system, and asking for them again costs several times the arithmetic.
        value, gradient, self._last = self._function(x)
        return value, gradient

    def __call__(self, x: Any) -> tuple[Any, Any]:
        """f(x) and its gradient."""
        x = np.asarray(x, dtype=float)
        point = x if x.ndim else float(x)
        with np.errstate(all="ignore"):
            for program in (self, *self._others):
                if program.shape == x.shape:
                    try:
                        return program._run(point)
                    except Changed:
                        continue
            other = write(self.f, point)
            self._others = [other, *self._others[: KEPT - 2]]
            return other._run(point)

    def __repr__(self) -> str:
        return self.source


def name_of(f: Bound) -> str:
    """The function's name where it can stand in source, else `f`."""
    name = getattr(f.f, "__name__", "f")
    return name if name.isidentifier() and not keyword.iskeyword(name) and name not in RESERVED else "f"


def _parameter(f: Bound) -> str:
    """The name of the first parameter."""
    try:
        return next(iter(inspect.signature(f.f).parameters), "x")
    except (TypeError, ValueError):
        return "x"


def write(f: Bound, x: Any) -> GradientProgram:
    """The program of f recorded at x, run once there and compared with f and with the reverse sweep."""
    trace, where, scribe = record(f, x, MOST)
    value = as_output(plain(trace.value))
    if value.ndim:
        raise DerivativeError(
            f"f returns an array of shape {value.shape}, and a gradient program needs one number; sum the output."
        )
    if not trace.depends:
        raise DerivativeError(
            "f(x) does not depend on x through NumPy operations; there is nothing to write."
        )
    if not np.isfinite(value):
        raise DerivativeError("f(x) is not finite; x lies outside the domain of f.")
    writer = Writer(trace.sorted()[::-1], where.decisions, scribe.names, _parameter(f), np.shape(x))
    name = name_of(f)
    writer.names.used.add(name)  # of gamma, which calls SciPy's
    writer.forward()
    writer.backward()
    head = f'def {name}({writer.variable[trace.root]}):\n    """Value and gradient, for x of shape {np.shape(x)}."""\n'
    source = head + "".join(f"    {line}\n" for line in writer.lines) + f"{RESULT}\n"
    program = GradientProgram(f, source, writer.names.constants, np.shape(x))
    _confirm(program, f, x, trace)
    return program


def _confirm(program: GradientProgram, f: Bound, x: Any, trace: Any) -> None:
    """Refuse a program that gives another value than f, or another gradient than the reverse sweep."""
    try:
        with np.errstate(all="ignore"):
            (value, gradient), own = program._run(x), as_output(f(x))
            swept = np.asarray(trace.pull(np.float64(1.0)))
    except Exception as error:
        raise DerivativeError(f"the written program does not run ({told(error)}); use reverse.") from error
    if not abs(value - own) <= 1e-12 * abs(own) + 1e-300:
        raise DerivativeError("f gives another value when it is run again; make f depend on x only.")
    size = np.max(np.abs(swept), initial=0.0)
    if np.shape(gradient) != swept.shape or not np.all(np.abs(gradient - swept) <= 1e-12 * size):
        raise DerivativeError("the written gradient differs from the reverse sweep; use reverse.")


@dataclass(frozen=True)
class Program:
    """The gradient written out as NumPy source and run once."""

    name: ClassVar[str] = "program"
    family: ClassVar[str] = "automatic"
    summary: ClassVar[str] = "the gradient as readable NumPy source: pays where it is called often"

    def hessian(self, f: Callable, x: Any) -> Estimate:
        """Errors: always; a program is written for the first derivatives."""
        raise DerivativeError("a gradient program has no second derivatives; use reverse.")

    def jacobian(self, f: Callable, x: Any) -> Estimate:
        """The gradient of a scalar function; errors: arrays."""
        program = write(f if isinstance(f, Bound) else Bound(f), x)
        swept, value = Reverse().jacobian(f, x), np.asarray(program(x)[1], dtype=float)
        if not np.all(np.abs(value - swept.value) <= 1e-9 * np.max(np.abs(swept.value), initial=0.0)):
            raise DerivativeError("f has another slope when it is run again; make f depend on x only.")
        lines = f"{program.source.count(chr(10))} lines"
        return Estimate(value, 3, notes=(*swept.notes, lines))
