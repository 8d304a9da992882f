"""Derivations: the rules that lead to a derivative, one for each node of the tape, each checked by numbers."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from derivlab.derivation.sources import Source, of_formula, of_function, rewritten
from derivlab.derivation.steps import LONGEST, Step, derived
from derivlab.derivation.trees import ordered, size
from derivlab.derivation.words import latex_of, text_of
from derivlab.errors import DerivativeError
from derivlab.formula import Formula, formula
from derivlab.tape import Tape

__all__ = ["Derivation", "Step", "derivation"]

PLACES = (0.7, 1.3, 0.4, 2.3, -0.6, 3.4, 12.5, -7.5)  # tried in turn where no point is given
MOST = 400  # operations
SIMPLIFYING = 3.0  # seconds


@dataclass(frozen=True, eq=False)
class Derivation:
    """The steps from the inside out; `tape` has the same operations as nodes (None where f consists of steps only).

    `value` and `slope` are f and its derivative at `point`; `holds` says whether every step stood its numerical check.
    """

    source: str
    variable: str
    point: Mapping[str, float]
    steps: tuple[Step, ...]
    tape: Tape | None = field(repr=False)

    @property
    def value(self) -> float:
        """f at the point."""
        return self.steps[-1].value

    @property
    def slope(self) -> float:
        """The derivative at the point."""
        return self.steps[-1].slope

    @property
    def holds(self) -> bool:
        """Whether every step agrees with difference quotients from both sides and with the tape."""
        return all(step.holds for step in self.steps)

    @property
    def derivative(self) -> str:
        """The derivative as the rules give it, as text."""
        return self.steps[-1].derivative

    @cached_property
    def expression(self) -> Any:
        """The derivative as a SymPy expression, simplified within seconds; errors: too long to be written out."""
        from derivlab.formula.symbols import simplified

        tree = self.steps[-1]._derivative
        if size(tree) > 20 * LONGEST:
            raise DerivativeError("the derivative is too long to be written out; its steps hold it.")
        return simplified(tree, SIMPLIFYING)

    @property
    def latex(self) -> str:
        """The steps as one LaTeX array, without dollars."""
        return latex_of(self)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex}$"

    def __repr__(self) -> str:
        return text_of(self)


def derivation(f: str | Formula | Callable, x: Any = None, variable: str | None = None) -> Derivation:
    """Derive a formula of numbers rule by rule, each step with its node on the tape and its numbers at x.

    f is text, a formula, or a plain NumPy function of a number or of the numbers x[0], x[1], ... (on the branch taken at
    x); x a number, a list, or a mapping from variables to numbers: a place of ours where none is given. `variable` is what to
    differentiate with respect to, where there are several. Errors: `DerivativeError`.
    """
    f = formula(f) if isinstance(f, str) else f
    if isinstance(f, Formula):
        names = f.variables or ("x",)
        point = _point(f, names, x)
        source = of_formula(f, [point[name] for name in names] if len(names) > 1 else point[names[0]])
        return _derived(source, variable, point)
    if x is None:
        raise DerivativeError(
            "a function is derived on the branch that it takes at a point; give x, or a formula."
        )
    source = of_function(f, x)
    return _derived(
        source, variable, dict(zip(source.variables, np.ravel(x)[list(source.places)], strict=True))
    )


def _derived(source: Source, variable: str | None, point: Mapping[str, float]) -> Derivation:
    names = source.variables or tuple(point)
    variable = names[0] if variable is None and len(names) == 1 else variable
    if variable not in names:
        said = "there are several variables" if variable is None else f"there is no variable {variable!r}"
        raise DerivativeError(f"{said}; give variable= one of {', '.join(names)}.")
    if sum(1 for node in ordered(source.tree) if node.parts) > MOST:
        raise DerivativeError(
            f"{source.name} has more than {MOST} operations, too many to read; use dl.tape."
        )
    point = {name: float(value) for name, value in point.items()}
    steps = derived(source, variable, point)
    if not np.isfinite([steps[-1].value, steps[-1].slope]).all():
        where = ", ".join(f"{name} = {value:g}" for name, value in point.items())
        raise DerivativeError(
            f"{source.name} or its derivative is not finite at {where}; give another point x."
        )
    return Derivation(source.name, variable, point, steps, source.tape)


def _point(f: Formula, names: tuple[str, ...], x: Any) -> dict[str, float]:
    if x is None:
        return _place(f, names)
    if isinstance(x, Mapping):
        if set(x) != set(names):
            raise DerivativeError(f"x names {', '.join(map(str, x))}; {f.source} has {', '.join(names)}.")
        x = [x[name] for name in names]
    try:
        values = np.atleast_1d(np.asarray(x, dtype=float))
    except (TypeError, ValueError):
        raise DerivativeError(f"x is {x!r}, which are no real numbers; give one for each variable.") from None
    if values.shape != (len(names),) or not np.isfinite(values).all():
        raise DerivativeError(
            f"x is {x!r}; give a finite number for each of the variables {', '.join(names)}."
        )
    return dict(zip(names, map(float, values), strict=True))


def _place(f: Formula, names: tuple[str, ...]) -> dict[str, float]:
    """Where f and its derivative are finite and every step stands its check; else where f is finite."""
    fair = []
    for k in range(len(PLACES)):
        point = {name: PLACES[(k + j) % len(PLACES)] for j, name in enumerate(names)}
        with np.errstate(all="ignore"):
            if not np.isfinite(f(**point) if f.variables else f()):
                continue
        fair.append(point)
        source = Source(f.source, rewritten(f._tree), names, (), None, {})
        if all(all(step.holds for step in derived(source, name, point)) for name in names):
            return point
    if not fair:
        raise DerivativeError(f"{f.source} is not finite at the places tried; give a point x.")
    return fair[0]


class _Module(types.ModuleType):
    """`derivlab.derivation` is this package, and `derivlab.derivation(f)` the function."""

    def __call__(self, f: str | Formula | Callable, x: Any = None, variable: str | None = None) -> Derivation:
        return derivation(f, x, variable)

    __call__.__doc__ = derivation.__doc__


sys.modules[__name__].__class__ = _Module
