"""The rules of differentiation, a row each: how the derivative of an operation is made from those of its parts.

Rows are formulas in the parts u and v and in their derivatives du and dv. Most are in every calculus book; erf, gamma and
digamma are in Abramowitz and Stegun (1964), 7.1.19 and 6.3.1.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from derivlab.errors import DerivativeError
from derivlab.formula.names import ALIASES
from derivlab.formula.parser import parse
from derivlab.formula.tree import Node


class Rule(NamedTuple):
    """`slope` is the derivative; where `condition` does not hold there may be none."""

    name: str
    slope: str
    condition: str = ""


# By operation, and by which of its parts vary.
OPERATIONS: dict[tuple[str, str], Rule] = {
    ("+", "uv"): Rule("sum rule", "du + dv"),
    ("+", "u"): Rule("sum rule", "du"),
    ("+", "v"): Rule("sum rule", "dv"),
    ("-", "uv"): Rule("difference rule", "du - dv"),
    ("-", "u"): Rule("difference rule", "du"),
    ("-", "v"): Rule("difference rule", "-dv"),
    ("neg", "u"): Rule("constant multiple rule", "-du"),
    ("*", "uv"): Rule("product rule", "du*v + u*dv"),
    ("*", "u"): Rule("constant multiple rule", "v*du"),
    ("*", "v"): Rule("constant multiple rule", "u*dv"),
    ("/", "uv"): Rule("quotient rule", "(du*v - u*dv)/v^2"),
    ("/", "u"): Rule("constant multiple rule", "du/v"),
    ("/", "v"): Rule("reciprocal rule", "-u*dv/v^2"),
    ("^", "u"): Rule("power rule", "v*u^(v - 1)*du"),
    ("^", "v"): Rule("exponential rule", "u^v*ln(u)*dv"),
    ("^", "uv"): Rule("general power rule", "u^v*(dv*ln(u) + v*du/u)", "u > 0"),
}

SLOPES: dict[str, str] = {
    "sin": "cos(u)", "cos": "-sin(u)", "tan": "1 + tan(u)^2",
    "sec": "sec(u)*tan(u)", "csc": "-csc(u)*cot(u)", "cot": "-csc(u)^2",
    "asin": "1/sqrt(1 - u^2)", "acos": "-1/sqrt(1 - u^2)", "atan": "1/(1 + u^2)",
    "sinh": "cosh(u)", "cosh": "sinh(u)", "tanh": "1 - tanh(u)^2",
    "sech": "-sech(u)*tanh(u)", "csch": "-csch(u)*coth(u)", "coth": "-csch(u)^2",
    "asinh": "1/sqrt(u^2 + 1)", "acosh": "1/(sqrt(u - 1)*sqrt(u + 1))", "atanh": "1/(1 - u^2)",
    "exp": "exp(u)", "exp2": "exp2(u)*ln(2)", "expm1": "exp(u)",
    "ln": "1/u", "log": "1/u", "log2": "1/(u*ln(2))", "log10": "1/(u*ln(10))", "log1p": "1/(1 + u)",
    "sqrt": "1/(2*sqrt(u))", "cbrt": "1/(3*cbrt(u)^2)",
    "abs": "sign(u)", "relu": "heaviside(u)",
    "sign": "0", "heaviside": "0", "floor": "0", "ceil": "0",
    "erf": "2/sqrt(pi)*exp(-u^2)", "erfc": "-2/sqrt(pi)*exp(-u^2)",
    "gamma": "gamma(u)*digamma(u)", "lgamma": "digamma(u)", "digamma": "trigamma(u)",
    "sigmoid": "sigmoid(u)*(1 - sigmoid(u))", "softplus": "sigmoid(u)",
}  # fmt: skip

SEVERAL: dict[str, str] = {
    "max": "where(u > v, du, dv)",
    "min": "where(u < v, du, dv)",
    "atan2": "(v*du - u*dv)/(u^2 + v^2)",
    "hypot": "(u*du + v*dv)/hypot(u, v)",
}

CONDITIONS: dict[str, str] = {
    "abs": "u ≠ 0", "relu": "u ≠ 0", "sign": "u ≠ 0", "heaviside": "u ≠ 0", "max": "u ≠ v", "min": "u ≠ v",
    "floor": "u not whole", "ceil": "u not whole", "cbrt": "u ≠ 0", "sqrt": "u > 0",
}  # fmt: skip

# What is differentiated as something else; log(u, b) too, which the log of one argument is not.
REWRITTEN: dict[tuple[str, int], str] = {("pow", 2): "u^v", ("log", 2): "ln(u)/ln(v)"}

WHERE = Node(
    "call", "where", (Node("variable", "c"), Node("variable", "du"), Node("variable", "dv"))
)  # parts c, u, v


@cache
def template(text: str) -> Node:
    """A row's formula as a tree."""
    return parse(text, ("u", "v", "du", "dv"))


def row(node: Node, vary: str) -> tuple[Rule, Node]:
    """The rule for an operation of whose parts u, v these vary, and its formula."""
    if node.kind != "call":
        rule = OPERATIONS[node.kind, vary]
        return rule, template(rule.slope)
    name = ALIASES.get(node.text, node.text)
    if name == "where":
        return Rule("derivative piece by piece", "", "away from the joint"), WHERE
    parts = dict(zip("uv", node.parts, strict=False))
    said = "chain rule, " if any(parts[letter].parts for letter in vary) else "derivative of "
    if name not in SEVERAL and name not in SLOPES:
        raise DerivativeError(f"there is no rule for {name} here; write it in other functions.")
    slope = SEVERAL.get(name) or f"({SLOPES[name]})*du"
    return Rule(said + name, slope, CONDITIONS.get(name, "")), template(slope)
