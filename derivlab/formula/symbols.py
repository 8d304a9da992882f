"""A tree as SymPy expressions, by SymPy's constructors only, and within a time."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from derivlab.errors import DerivativeError
from derivlab.formula.names import CONSTANTS, function
from derivlab.formula.tree import Node, fold
from derivlab.lift.patience import within

EXPANDED = 20_000  # terms that simplifying may multiply out: a loop of its own, which no clock stops


def expression(root: Node, seconds: float = 2.0) -> Any:
    """The SymPy expression of a tree; decimals are fractions; errors: `DerivativeError` when it takes longer."""
    import sympy

    found = within(seconds, lambda: fold(root, lambda node, parts: _construct(sympy, node, parts)))
    if found is None:
        raise DerivativeError(
            f"SymPy takes longer than {seconds:g} s to build this formula; write a shorter one."
        )
    return found


def simplified(root: Node, seconds: float) -> Any:
    """The expression simplified, or as it is where that takes too long."""
    import sympy

    plain = expression(root)
    small = fold(root, _terms) <= EXPANDED
    found = within(seconds, lambda: sympy.simplify(plain)) if small else None
    return plain if found is None else found


def _terms(node: Node, parts: list[int]) -> int:
    """The terms of a formula multiplied out: of (a + b + c)^n as many as monomials of degree n in three variables."""
    if node.kind in ("+", "-"):
        return sum(parts)
    if node.kind in ("*", "/"):
        return min(math.prod(parts), EXPANDED + 1)
    if node.kind == "^" and (power := node.parts[1].value) is not None:
        return min(math.comb(int(abs(power)) + parts[0] - 1, parts[0] - 1), EXPANDED + 1)
    return max(parts, default=1) if node.kind == "neg" else 1


def _construct(sympy: Any, node: Node, parts: list) -> Any:
    if node.bits < 0:
        return sympy.Float(node.value)
    if node.kind == "number":
        exact = Fraction(node.text)
        return sympy.Rational(exact.numerator, exact.denominator)
    if node.kind == "constant":
        value = getattr(sympy, CONSTANTS[node.text][1])
        return 2 * value if node.text in ("tau", "τ") else value
    if node.kind == "variable":
        return sympy.Symbol(node.text, real=True)
    if node.kind == "call":
        row = function(node.text)
        assert row is not None
        return row.symbolic(sympy, *parts)
    rules: dict[str, Callable] = {
        "+": sympy.Add, "*": sympy.Mul, "^": sympy.Pow, "neg": lambda a: sympy.Mul(sympy.Integer(-1), a),
        "-": lambda a, b: sympy.Add(a, sympy.Mul(sympy.Integer(-1), b)),
        "/": lambda a, b: sympy.Mul(a, sympy.Pow(b, sympy.Integer(-1))),
        "<": sympy.Lt, ">": sympy.Gt, "<=": sympy.Le, ">=": sympy.Ge,
    }  # fmt: skip
    return rules[node.kind](*parts)
