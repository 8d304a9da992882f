"""A tree as one line of text that `formula` reads again."""

from __future__ import annotations

from collections.abc import Callable

from derivlab.formula.tree import Node, fold

ATOM, POWER, PRODUCT, SIGN, SUM, COMPARISON = 5, 4, 3, 2, 1, 0
Piece = tuple[str, int]  # the text, and how strongly it holds together


def text(root: Node) -> str:
    """The formula as it could be typed."""
    return fold(root, _piece)[0]


def _piece(node: Node, parts: list[Piece]) -> Piece:
    if node.kind in RULES:
        return RULES[node.kind](*parts)
    if node.kind == "call":
        return f"{node.text}({', '.join(part for part, _ in parts)})", ATOM
    return node.text, ATOM


def _held(piece: Piece, least: int) -> str:
    return piece[0] if piece[1] >= least else f"({piece[0]})"


def _infix(sign: str, strength: int, left: int, right: int) -> Callable[[Piece, Piece], Piece]:
    return lambda a, b: (f"{_held(a, left)}{sign}{_held(b, right)}", strength)


def _product(sign: str) -> Callable[[Piece, Piece], Piece]:
    """-2*x needs no brackets, as it is what -(2*x) is."""
    return lambda a, b: (f"{_held(a, SIGN)}{sign}{_held(b, POWER)}", SIGN if a[1] == SIGN else PRODUCT)


RULES: dict[str, Callable[..., Piece]] = {
    "+": _infix(" + ", SUM, SUM, PRODUCT),
    "-": _infix(" - ", SUM, SUM, PRODUCT),
    "*": _product("*"),
    "/": _product("/"),
    "^": _infix("^", POWER, ATOM, POWER),
    "neg": lambda a: (f"-{_held(a, PRODUCT)}", SIGN),
    **{sign: _infix(f" {sign} ", COMPARISON, SUM, SUM) for sign in ("<", ">", "<=", ">=")},
}
