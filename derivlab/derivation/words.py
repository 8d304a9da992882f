"""A derivation as aligned text and as LaTeX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derivlab.formula.latex import latex
from derivlab.formula.tree import Node

if TYPE_CHECKING:
    from derivlab.derivation import Derivation
    from derivlab.derivation.steps import Step

HEAD = ("step", "node", "rule", "function", "derivative", "value", "slope", "check")


def text_of(derivation: Derivation) -> str:
    """A row a step: its number, the tape's node, the rule, what it gives, and the numbers at the point."""
    rows = [HEAD, *map(_row, derivation.steps)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(word.ljust(w) for word, w in zip(row, widths, strict=True)).rstrip() for row in rows]
    at = ", ".join(f"{name} = {value:g}" for name, value in derivation.point.items())
    return "\n".join([f"d/d{derivation.variable} of {derivation.source} at {at}", *lines])


def _row(step: Step) -> tuple[str, ...]:
    node = "" if step.node is None else f"#{step.node}"
    return (f"({step.number})", node, step.rule, step.function, step.derivative,
            f"{step.value:.6g}", f"{step.slope:.6g}", _check(step))  # fmt: skip


def _check(step: Step) -> str:
    if step.holds:
        return "✓"
    left, right = step.quotients
    return f"quotients disagree: {left:.3g} from the left, {right:.3g} from the right"


def latex_of(derivation: Derivation) -> str:
    """The steps with their numbers at the point beside them, and the whole derivative simplified below."""
    lines = [_line(step) for step in derivation.steps]
    head = r"\text{step} & \text{node} & \text{rule} & & & \text{value} & \text{slope} &"
    table = "\\\\\n".join([head, r"\hline " + lines[0], *lines[1:]])
    return f"\\begin{{array}}{{rrlllrrl}}\n{table}\n\\end{{array}}"


def _line(step: Step) -> str:
    name = latex(Node("variable" if step.name.isidentifier() else "number", step.name))
    function, derivative = step.latex
    cells = (f"({step.number})", "" if step.node is None else rf"\#{step.node}", rf"\text{{{step.rule}}}",
             f"{name} = {function}" if step.uses else function, f"{name}' = {derivative}",
             _number(step.value), _number(step.slope), _mark(step))  # fmt: skip
    return " & ".join(cells)


def _number(value: float) -> str:
    mantissa, _, exponent = f"{value:.6g}".partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa


def _mark(step: Step) -> str:
    return r"\checkmark" if step.holds else rf"\text{{{_check(step)}}}"
