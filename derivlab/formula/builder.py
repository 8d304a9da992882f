"""Nodes with every limit checked before anything is calculated, and the values of what is constant."""

from __future__ import annotations

import re

import numpy as np

from derivlab.formula.names import CONSTANTS, FUNCTIONS, function
from derivlab.formula.numeric import apply
from derivlab.formula.tokens import Token, number, wrong
from derivlab.formula.tree import Node

MOST = 400  # nodes
HIGHEST = 1000  # constant exponents
BITS = 4096  # of the exact fraction that a constant is; beyond, SymPy gets a float
INEXACT = -1


class Builder:
    """Makes the nodes of one formula and counts them."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, kind: str, token: Token, *parts: Node) -> Node:
        """A node with its value where it is constant; errors: limits, and values that are no finite real number."""
        self.count += 1
        if self.count > MOST:
            raise wrong(
                token.column, f"the formula has more than {MOST} parts; split it, or write a function"
            )
        if kind == "number":
            return Node(
                kind, token.text, (), number(token), bits=4 * len(token.text) + _decimal_bits(token.text)
            )
        if kind == "constant":
            return Node(kind, token.text, (), CONSTANTS[token.text][0])
        if kind == "variable":
            return Node(kind, token.text)
        self._check(kind, token, parts)
        known = all(p.value is not None for p in parts) and not _heavy(kind, token)
        value = _value(kind, token, parts) if known else None
        bits = _bits(kind, parts)
        return Node(
            kind, token.text if kind == "call" else "", parts, value, bits if bits <= BITS else INEXACT
        )

    def _check(self, kind: str, token: Token, parts: tuple[Node, ...]) -> None:
        if kind == "/" and parts[1].value == 0:
            raise wrong(token.column, "this divides by zero; change the denominator")
        if kind == "call" and token.text == "log" and len(parts) == 2:
            base = parts[1].value
            if base is not None and (base <= 0 or base == 1):
                raise wrong(token.column, f"there is no logarithm to the base {base:g}; change the base")
        power = kind == "^" or (kind == "call" and function(token.text) is FUNCTIONS["pow"])
        if power and parts[1].value is not None and abs(parts[1].value) > HIGHEST:
            raise wrong(
                token.column, f"an exponent is at most {HIGHEST} here; write exp(...) for larger growth"
            )


def _heavy(kind: str, token: Token) -> bool:
    row = function(token.text) if kind == "call" else None
    return row is not None and row.heavy


def _value(kind: str, token: Token, parts: tuple[Node, ...]) -> float:
    with np.errstate(all="ignore"):
        value = float(apply(Node(kind, token.text, parts), [np.float64(p.value) for p in parts]))
    if not np.isfinite(value):
        says = "is no real number" if np.isnan(value) else "is too large for a float"
        raise wrong(token.column, f"what is calculated here {says}; change the numbers")
    return value


def _decimal_bits(text: str) -> int:
    """The digits that an exponent stands for: 1e-300 is a fraction with 300 digits."""
    exponent = re.split("[eE]", text)[1:]
    return 4 * abs(int(exponent[0])) if exponent else 0


def _bits(kind: str, parts: tuple[Node, ...]) -> int:
    """A bound on the bits of the exact fraction, 0 where SymPy keeps a symbol."""
    if kind in ("call", "<", ">", "<=", ">=") or not all(p.bits > 0 for p in parts):
        return 0
    if kind == "^":
        exponent = parts[1].value
        return int(parts[0].bits * max(abs(exponent), 1)) if exponent is not None else 0
    return sum(p.bits for p in parts)
