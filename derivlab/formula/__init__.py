"""Formulas typed by people: a line of text becomes a NumPy function, and nothing in it is ever executed."""

from __future__ import annotations

import re
import sys
import types
from functools import cached_property
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.formula.hints import VARIABLE
from derivlab.formula.parser import parse
from derivlab.formula.tokens import SAME
from derivlab.formula.tree import Node, postorder

__all__ = ["Formula", "formula"]


class Formula:
    """A function made from text: `f(x)` of one variable, `f(x, y)` or `f([x, y])` of several, `f(x=1, y=2)` of any.

    Every call is elementwise, as in NumPy. `variables` names the arguments in their order, `latex` is the formula as it
    was typed, `source` the text, `expression` the SymPy expression.
    """

    def __init__(self, source: str, tree: Node, given: tuple[str, ...] | None):
        from derivlab.formula.numeric import program

        found = {node.text for node in postorder(tree) if node.kind == "variable"}
        self.variables = tuple(sorted(found, key=_order)) if given is None else given
        self.source, self._tree, self._given = source, tree, given
        self._program = program(tree)
        self.__name__ = self.__qualname__ = source

    @cached_property
    def latex(self) -> str:
        """The formula as LaTeX, without dollars."""
        from derivlab.formula.latex import latex

        return latex(self._tree)

    @cached_property
    def expression(self) -> Any:
        """The SymPy expression, in real symbols named like the variables."""
        from derivlab.formula.symbols import expression

        return expression(self._tree)

    def simplified(self, seconds: float = 5.0) -> Any:
        """The SymPy expression simplified; as it was typed where that takes longer than `seconds`, or is sure to."""
        from derivlab.formula.symbols import simplified

        return simplified(self._tree, seconds)

    def __call__(self, *values: Any, **named: Any) -> Any:
        from derivlab.formula.numeric import run

        point = self._point(values, named)
        found = run(self._program, point)
        if not self.variables:  # a constant, in the shape of what it is asked at
            return np.float64(found) if not point else found + 0.0 * point[""]
        return found

    def _point(self, values: tuple, named: dict[str, Any]) -> dict[str, Any]:
        names = self.variables or ("",) * len(values[:1])
        if named:
            values = self._ordered(values, named)
        elif len(values) == 1 and len(names) > 1:
            values = self._unpacked(values[0])
        if len(values) != len(names):
            raise DerivativeError(
                f"{self.source} has {_variables(self.variables)}, and {len(values)} values were given; pass as many."
            )
        return {name: _floats(value) for name, value in zip(names, values, strict=True)}

    def _ordered(self, values: tuple, named: dict[str, Any]) -> tuple:
        given = dict(zip(self.variables, values, strict=False)) | named
        if set(given) != set(self.variables):
            raise DerivativeError(
                f"{self.source} has {_variables(self.variables)}, and {', '.join(given)} were given; pass those."
            )
        return tuple(given[name] for name in self.variables)

    def _unpacked(self, value: Any) -> tuple:
        entries = type(value) in (list, tuple)
        length = len(value) if entries or np.ndim(value) else 1
        if length != len(self.variables):
            raise DerivativeError(
                f"{self.source} has {_variables(self.variables)}, and x has {length}; "
                f"pass [{', '.join(self.variables)}] as numbers."
            )
        return tuple(value[k] for k in range(length))  # indices, since a lifted array has no iterator

    def __repr__(self) -> str:
        return f"formula({self.source!r})"

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex}$"

    def __eq__(self, other: object) -> bool:
        return type(other) is Formula and (self.source, self.variables) == (other.source, other.variables)

    def __hash__(self) -> int:
        return hash((self.source, self.variables))

    def __reduce__(self) -> tuple:
        return formula, (self.source, self._given)  # gamma(gamma) is read otherwise where gamma is given


def formula(text: str, variables: Any = None) -> Formula:
    """The NumPy function that a line of text describes: `formula("sin(x)*y^2 + exp(-x)")`.

    Read as people type: ^ and **, 2x, 2πr, (x+1)(x-1), |x|, π, ×, x², with Python's precedence; a product without a sign
    binds like one with it, so that 1/2x is (1/2)·x; sin 2x takes what follows up to the next sign, sin^2 x is (sin x)². Log
    is the natural one; e, pi and tau = 2 pi are constants. Variables are single letters and Greek names, with an index if
    need be (x, x1, x_max, theta_0; x₁ is x1); they are ordered by the alphabet unless `variables` gives their names, of any
    length, in an order.
    Errors: `DerivativeError`, one sentence with the column.
    """
    if not issubclass(type(text), str):
        raise DerivativeError(
            f"a formula is text, not {type(text).__name__}; write one such as 'x^2 + sin(x)'."
        )
    text = str.__str__(text)  # a plain one, whatever a subclass makes of len and index
    given = None if variables is None else _given(variables)
    return Formula(text, parse(text, given), given)


def _given(variables: Any) -> tuple[str, ...]:
    try:
        given = variables.replace(",", " ").split() if isinstance(variables, str) else list(variables)
    except TypeError:
        given = [variables]
    names = tuple(name.translate(SAME) if isinstance(name, str) else name for name in given)
    for name in names:
        if not isinstance(name, str) or not (
            VARIABLE.fullmatch(name) or re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,19}", name)
        ):
            raise DerivativeError(f"{name!r} is no name for a variable; write letters, then digits.")
    if len(set(names)) != len(names):
        raise DerivativeError("the same variable is named twice; name each once.")
    return names


def _order(name: str) -> tuple[str, int, str]:
    """x, x1, x2, x10, y."""
    head, digits = re.fullmatch(r"(.*?)(\d*)", name).groups()  # type: ignore[union-attr]
    return (head.rstrip("_"), int(digits or -1), name)


def _floats(value: Any) -> Any:
    """Whole numbers and lists as floats, so that x^-1 and large powers are theirs; all else as it comes."""
    kind = type(value)  # by type: a lifted number passes for a float
    try:
        if kind in (bool, int, float) or issubclass(kind, (np.integer, np.bool_)):
            return np.float64(value)
        if kind in (list, tuple, str, bytes, dict, set, range, type(None)):
            value = np.asarray(value if kind in (list, tuple, range) else str(value))
    except (ValueError, OverflowError) as error:
        raise DerivativeError(
            f"what was given is no number or array of numbers ({error}); pass one."
        ) from error
    if type(value) is np.ndarray and value.dtype.kind not in "iubfcO":
        raise DerivativeError(f"{str(value)[:40]!r} is no number or array of numbers; pass one.")
    return value.astype(float) if type(value) is np.ndarray and value.dtype.kind in "iub" else value


def _variables(names: tuple[str, ...]) -> str:
    if not names:
        return "no variables"
    return f"the variable {names[0]}" if len(names) == 1 else f"the variables {', '.join(names)}"


class _Module(types.ModuleType):
    """`derivlab.formula` is this package, and `derivlab.formula(text)` the function."""

    def __call__(self, text: str, variables: Any = None) -> Formula:
        return formula(text, variables)

    __call__.__doc__ = formula.__doc__


sys.modules[__name__].__class__ = _Module
