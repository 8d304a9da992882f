"""Formulas as graphs of distinct parts: how long they are written out, and their derivatives with the parts shared."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable
from typing import Any

import sympy

from derivlab.methods.expression_graph import after_their_parts, slope_rule


def lengths(expressions: Iterable) -> dict[Any, int]:
    """The number of operations of each part written out, negative terms of a sum counted as differences."""
    found: dict[Any, int] = {}
    for expression in expressions:
        for e in after_their_parts(expression, found.__contains__):
            found[e] = _own(e) + sum(found[a] for a in e.args)
    return found


def shared(expressions: Iterable) -> int:
    """The number of operations where every distinct part is worked out once."""
    return sum(map(_own, lengths(expressions)))


def slope(expression: Any, symbol: Any) -> Any:
    """The derivative with respect to a symbol, by the chain rule from the symbol on; nothing is multiplied out.

    As a graph it has as many parts as the expression, within a factor; as a tree it may have 2ⁿ.
    """
    slopes: dict[Any, Any] = {symbol: sympy.S.One}
    with sympy.evaluate(False):
        for e in after_their_parts(expression, slopes.__contains__):
            moves = [slopes[a] is not sympy.S.Zero for a in e.args]
            partials = _partials(e) if any(moves) else ()
            terms = [
                _product(partial(), slopes[a])
                for partial, a, moved in zip(partials, e.args, moves, strict=False)
                if moved
            ]
            slopes[e] = terms[0] if len(terms) == 1 else sympy.Add(*terms) if terms else sympy.S.Zero
    return slopes[expression]


def _product(*factors: Any) -> Any:
    factors = tuple(f for f in factors if f is not sympy.S.One)
    return sympy.Mul(*factors) if len(factors) > 1 else factors[0] if factors else sympy.S.One


def _partials(e: Any) -> list[Callable]:
    """The derivatives of a part with respect to each of its own parts, made when called."""
    if e.is_Mul:  # all factors but one: what stands before it times what stands behind it
        before = [sympy.S.One, *itertools.accumulate(e.args[:-1], _product)]
        behind = [sympy.S.One, *itertools.accumulate(e.args[:0:-1], _product)][::-1]
        return [functools.partial(_product, *pair) for pair in zip(before, behind, strict=True)]
    return [functools.partial(_partial, e, i) for i in range(len(e.args))]


def _partial(e: Any, i: int) -> Any:
    if e.is_Add:
        return sympy.S.One
    if e.is_Pow and i == 0 and e.exp.is_number:
        with sympy.evaluate(True):
            less = e.exp - 1
        return _product(e.exp, e.base if less == 1 else sympy.Pow(e.base, less))
    with sympy.evaluate(True):
        variables, formula = slope_rule(e.func, len(e.args), i)
    return formula.xreplace(dict(zip(variables, e.args, strict=True)))


def _own(e: Any) -> int:
    if e.is_Add:
        minus = sum(a.is_Mul and a.args[0] is sympy.S.NegativeOne for a in e.args)
        return len(e.args) - 1 - minus
    if e.is_Mul:
        return len(e.args) - 1
    return int(bool(e.args))
