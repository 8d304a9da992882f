"""Rules of the written-out gradient: what one operation's line is, and what its adjoint contributes to each input."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

INFIX = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "power": "**", "matmul": "@", "remainder": "%",
         "less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">=", "equal": "==", "not_equal": "!=",
         "bitwise_and": "&", "bitwise_or": "|", "bitwise_xor": "^"}  # fmt: skip


class Factor(NamedTuple):
    """A slope as a number times a text in z, x, y: dz = number · text · dx."""

    number: float = 1.0
    text: str = ""
    divide: bool = False


# The slope of an elementwise operation in each argument. {z} is the value, {x} and {y} the arguments.
FACTORS: dict[str, tuple[Factor, ...]] = {
    "add": (Factor(), Factor()),
    "subtract": (Factor(), Factor(-1.0)),
    "multiply": (Factor(1.0, "{y}"), Factor(1.0, "{x}")),
    "divide": (Factor(1.0, "{y}", True), Factor(-1.0, "({z} / {y})")),
    "maximum": (Factor(1.0, "(({x} == {z}) / (1.0 + ({x} == {y})))"), Factor(1.0, "(({y} == {z}) / (1.0 + ({x} == {y})))")),
    "minimum": (Factor(1.0, "(({x} == {z}) / (1.0 + ({x} == {y})))"), Factor(1.0, "(({y} == {z}) / (1.0 + ({x} == {y})))")),
    "negative": (Factor(-1.0),),
    "absolute": (Factor(1.0, "np.sign({x})"),),
    "square": (Factor(2.0, "{x}"),),
    "reciprocal": (Factor(-1.0, "({z} * {z})"),),
    "sqrt": (Factor(0.5, "{z}", True),),
    "exp": (Factor(1.0, "{z}"),),
    "expm1": (Factor(1.0, "({z} + 1.0)"),),
    "log": (Factor(1.0, "{x}", True),),
    "log1p": (Factor(1.0, "({x} + 1.0)", True),),
    "sin": (Factor(1.0, "np.cos({x})"),),
    "cos": (Factor(-1.0, "np.sin({x})"),),
    "tan": (Factor(1.0, "(1.0 + {z} * {z})"),),
    "arcsin": (Factor(1.0, "np.sqrt(1.0 - {x} * {x})", True),),
    "arctan": (Factor(1.0, "(1.0 + {x} * {x})", True),),
    "sinh": (Factor(1.0, "np.cosh({x})"),),
    "cosh": (Factor(1.0, "np.sinh({x})"),),
    "tanh": (Factor(1.0, "(1.0 - {z} * {z})"),),
}  # fmt: skip
# What the comment beside an adjoint line says.
WORDS = {"multiply": "product rule", "divide": "quotient rule", "power": "power rule", "sum": "a sum hands its adjoint to every term",
         "mean": "a mean shares its adjoint", "matmul": "transposed product", "dot": "transposed product",
         "index": "back to the places it was read from", "where": "to the branch that was taken",
         "maximum": "to the larger argument", "minimum": "to the smaller argument"}  # fmt: skip


def power(exponent: Any) -> Factor | None:
    """The slope of x ** n for a number n."""
    if isinstance(exponent, bool) or not isinstance(exponent, (int, float, np.integer, np.floating)):
        return None
    n = float(exponent)
    if n == 0.0:
        return Factor(0.0)
    texts = {1.0: "", 2.0: "{x}", 3.0: "({x} * {x})"}
    exact = int(n) - 1 if n == int(n) else n - 1.0
    return Factor(n, texts.get(n, f"{{x}} ** {exact!r}"))


def matmul(g: str, x: str, y: str, ndims: tuple[int, int], k: int) -> str | None:
    """The adjoint of x (k = 0) or y (k = 1) in x @ y, from that of the product; None where both are vectors or one has more axes."""
    table: dict[tuple[int, int], tuple[str, str]] = {
        (2, 1): (f"np.outer({g}, {y})", f"{x}.T @ {g}"),
        (1, 2): (f"{y} @ {g}", f"np.outer({x}, {g})"),
        (2, 2): (f"{g} @ {y}.T", f"{x}.T @ {g}"),
    }
    return table[ndims][k] if ndims in table else None
