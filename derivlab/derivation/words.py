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
    """Each step with the number of its node on the tape, its rule, and value and slope at the point."""
    lines = [_line(step) for step in derivation.steps]
    return "\\begin{array}{rrlrll}\n" + "\\\\[1ex]\n".join(lines) + "\n\\end{array}"


def _line(step: Step) -> str:
    """Two rows: the function with its value, and its derivative with the slope."""
    name = latex(Node("variable" if step.name.isidentifier() else "number", step.name))
    function, derivative = step.latex
    node = "" if step.node is None else rf"\#{step.node}"
    above = (f"({step.number})", node, rf"\text{{{step.rule}}}", _number(step.value), "",
             f"{name} = {function}" if step.uses else function)  # fmt: skip
    below = ("", "", "", _number(step.slope), _mark(step), f"{name}' = {derivative}")
    return " & ".join(above) + "\\\\\n" + " & ".join(below)


def _number(value: float) -> str:
    mantissa, _, exponent = f"{value:.6g}".partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa


def _mark(step: Step) -> str:
    return r"\checkmark" if step.holds else rf"\text{{{_check(step)}}}"
