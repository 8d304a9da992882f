"""A tree as LaTeX, as it was typed: nothing is reordered or simplified."""

from __future__ import annotations

import re
from collections.abc import Callable

from derivlab.formula.names import CONSTANTS, GREEK, GREEK_NAMES, function
from derivlab.formula.tree import Node, fold

ATOM, POWER, PRODUCT, SIGN, SUM = 4, 3, 2, 1, 0
Piece = tuple[str, int]  # the text, and how strongly it holds together


def latex(root: Node) -> str:
    """The formula between dollars, without them."""
    return fold(root, _piece)[0]


def _piece(node: Node, parts: list[Piece]) -> Piece:
    if node.kind == "number":
        return _number(node.text)
    if node.kind == "constant":
        return CONSTANTS[node.text][2], ATOM
    if node.kind == "variable":
        return _name(node.text), ATOM
    if node.kind == "call":
        row = function(node.text)
        assert row is not None
        texts = [text for text, _ in parts]
        shown = row.latex.format(*(texts if "{1}" in row.latex else [", ".join(texts)]))
        return shown, POWER if "^" in row.latex else ATOM
    return RULES[node.kind](*parts)


def _name(name: str) -> str:
    """A variable: x_1 and x1 with the 1 below, Greek letters by name, u1' with its prime."""
    head, tail, prime = re.fullmatch(r"([^\d']+?)_?(\d+|(?<=_)\w+)?('?)", name).groups()  # type: ignore[union-attr]
    head = GREEK.get(head, head)
    shown = rf"\{head}" if head in GREEK_NAMES or head in GREEK.values() else head
    return (f"{shown}_{{{tail}}}" if tail else shown) + prime


def _number(text: str) -> Piece:
    mantissa, _, exponent = text.lower().partition("e")
    mantissa = "0" + mantissa if mantissa.startswith(".") else mantissa.rstrip(".") or "0"
    return (rf"{mantissa} \cdot 10^{{{int(exponent)}}}", PRODUCT) if exponent else (mantissa, ATOM)


def _held(piece: Piece, least: int) -> str:
    text, strength = piece
    return text if strength >= least else rf"\left({text}\right)"


def _product(a: Piece, b: Piece) -> Piece:
    """-2x needs no brackets, as it is what -(2x) is."""
    left, right = _held(a, SIGN), _held(b, PRODUCT)
    between = r" \cdot " if re.match(r"[0-9]|\\frac", right) else r" \, "
    return left + between + right, SIGN if a[1] == SIGN else PRODUCT


def _power(a: Piece, b: Piece) -> Piece:
    return f"{_held(a, ATOM)}^{{{b[0]}}}", POWER


RULES: dict[str, Callable[..., Piece]] = {
    "+": lambda a, b: (f"{a[0]} + {_held(b, PRODUCT)}", SUM),
    "-": lambda a, b: (f"{a[0]} - {_held(b, PRODUCT)}", SUM),
    "*": _product,
    "/": lambda a, b: (rf"\frac{{{a[0]}}}{{{b[0]}}}", PRODUCT),
    "^": _power,
    "neg": lambda a: (f"-{_held(a, PRODUCT)}", SIGN),
    "<": lambda a, b: (f"{a[0]} < {b[0]}", SUM),
    ">": lambda a, b: (f"{a[0]} > {b[0]}", SUM),
    "<=": lambda a, b: (rf"{a[0]} \le {b[0]}", SUM),
    ">=": lambda a, b: (rf"{a[0]} \ge {b[0]}", SUM),
}
