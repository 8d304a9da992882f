"""The steps of a derivation, from the inside out, each checked by difference quotients and against the tape."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from derivlab.derivation.rules import Rule, row
from derivlab.derivation.sources import Source
from derivlab.derivation.trees import ONE, ZERO, ordered, size, substituted
from derivlab.formula.latex import latex
from derivlab.formula.numeric import apply, program, run
from derivlab.formula.parser import COMPARISONS
from derivlab.formula.text import text
from derivlab.formula.tree import Node

LONGEST = 60  # nodes of a formula that is written out
LETTERS = "uvw" + string.ascii_letters  # for what the steps are called
STEPS = (1e-4, 1e-6, 1e-8)
OFFSETS = np.array([0.0, -2, -1, 1, 2])  # times h
# Three points on one side, and five around: Abramowitz and Stegun (1964), table 25.2.
LEFT, RIGHT = np.array([3, 1, -4, 0, 0]) / 2, np.array([-3, 0, 0, 4, -1]) / 2
CENTRAL = np.array([0, 1, -8, 8, -1]) / 12
TOLERANCE = 1e-5


@dataclass(frozen=True, eq=False)
class Step:
    """One rule applied to one operation.

    `name` is what later steps call it; `uses` are the numbers of the steps whose derivatives go into it, `node` is the tape's node (None for parts that the
    tape takes for constants). `value` and `slope` are the numbers at the point; `holds` says whether difference quotients
    from both sides and the tape agree with the slope, `quotients` are those from the left and from the right.
    """

    number: int
    name: str
    rule: str
    condition: str
    node: int | None
    uses: tuple[int, ...]
    value: float
    slope: float
    quotients: tuple[float, float]
    holds: bool
    _function: Node = field(repr=False)
    _short: Node = field(repr=False)
    _local: Node = field(repr=False)
    _derivative: Node = field(repr=False)

    @property
    def function(self) -> str:
        """What is differentiated, as text: written out, or in the names of earlier steps where it is long."""
        return text(self._function if size(self._function) <= LONGEST else self._short)

    @property
    def local(self) -> str:
        """The rule applied, in the names of earlier steps: `(1 - tanh(u2)^2)*u2'`."""
        return text(self._local)

    @property
    def derivative(self) -> str:
        """The derivative as text, written out, or in the names of earlier steps where it is long."""
        return text(self._derivative if size(self._derivative) <= LONGEST else self._local)

    @property
    def latex(self) -> tuple[str, ...]:
        """The function, and its derivative by the rule and written out, without what would be said twice."""
        shown = [self._short, self._function], [self._local, self._derivative]
        return tuple(
            " = ".join(dict.fromkeys(latex(tree) for tree in side if size(tree) <= LONGEST)) for side in shown
        )


def derived(source: Source, variable: str, point: Mapping[str, float]) -> tuple[Step, ...]:
    """A step for the variable and for each operation that depends on it, from the inside out."""
    with np.errstate(all="ignore"):
        return _Deriving(source, variable, point).run()


class _Deriving:
    """One derivation under way: what is known of every node by now, by its id."""

    def __init__(self, source: Source, variable: str, point: Mapping[str, float]):
        self.source, self.variable = source, variable
        self.nodes = list(ordered(source.tree))
        taken = {name[0] for name in source.variables}
        self.letter = next((c for c in LETTERS if c not in taken), "step")
        self.runs = [values(self.nodes, point, variable, h) for h in _widths(point[variable])]
        self.tangents = _tangents(source, variable)
        self.steps: list[Step] = []
        self.number: dict[int, int] = {}  # of the step, for nodes that vary

    def run(self) -> tuple[Step, ...]:
        for node in self.nodes:
            if node.kind == "variable" and node.text == self.variable:
                self._variable(node)
            elif any(id(part) in self.number for part in node.parts) and node.kind not in COMPARISONS:
                self._operation(node)
        if id(self.source.tree) not in self.number:
            self._keep(self.source.tree, Rule("constant", "0"), (), ZERO, ZERO, 0.0)
        return tuple(self.steps)

    def _variable(self, node: Node) -> None:
        first = next((s for s in self.steps if s._function.text == node.text and not s._function.parts), None)
        if first is not None:
            self.number[id(node)] = first.number
        else:
            self._keep(node, Rule("variable", "1"), (), ONE, ONE, 1.0)

    def _operation(self, node: Node) -> None:
        letters = "cuv" if node.kind == "call" and node.text == "where" else "uv"
        named = dict(zip(letters, node.parts, strict=False))
        vary = [name for name, part in named.items() if id(part) in self.number]
        rule, template = row(node, "".join(vary))
        local = substituted(template, self._leaves(named, self._label, self._prime))
        whole = substituted(template, self._leaves(named, lambda part: part, self._derivative))
        slope = run(program(template), self._leaves(named, self._number_at, self._slope))
        uses = tuple(dict.fromkeys(self.number[id(named[name])] for name in vary))
        self._keep(node, rule, uses, local, whole, float(slope))

    def _keep(
        self, node: Node, rule: Rule, uses: tuple[int, ...], local: Node, whole: Node, slope: float
    ) -> None:
        quotients, agree = self._checked(node, slope)
        link = self.source.links.get(id(node))
        if link is not None:
            agree &= bool(np.isclose(self.tangents[link], slope, rtol=1e-9, atol=1e-12))
        number = self.number[id(node)] = len(self.steps) + 1
        short = Node(node.kind, node.text, tuple(map(self._label, node.parts))) if node.parts else node
        self.steps.append(
            Step(number, f"{self.letter}{number}" if uses else node.text, rule.name, rule.condition, link, uses, float(self._number_at(node)), slope, quotients, agree,
                 node, short, local, whole)
        )  # fmt: skip

    def _checked(self, node: Node, slope: float) -> tuple[tuple[float, float], bool]:
        """The quotients from the left and right, and whether all agree with the slope for one width."""
        found = []
        for h, known in self.runs:
            y = np.broadcast_to(known[id(node)], OFFSETS.shape)
            left, right, central = (float(np.sum(rule * y)) / h for rule in (LEFT, RIGHT, CENTRAL))
            off = max(abs(left - slope), abs(right - slope), abs(central - slope))
            allowed = TOLERANCE * max(abs(slope), 1e-3 * abs(float(y[0])), 0.1)
            found.append((not off <= allowed, (left, right)))
        agree = [quotients for wrong, quotients in found if not wrong]
        return (agree[0], True) if agree else (found[0][1], False)

    @staticmethod
    def _leaves(named: Mapping[str, Node], plain: Any, derived: Any) -> dict[str, Any]:
        return {n: plain(part) for n, part in named.items()} | {
            f"d{n}": derived(part) for n, part in named.items()
        }

    def _label(self, part: Node) -> Node:
        number = self.number.get(id(part))
        return Node("variable", f"{self.letter}{number}") if number and part.parts else part

    def _prime(self, part: Node) -> Node:
        number = self.number.get(id(part))
        return ZERO if not number else Node("variable", f"{self.letter}{number}'") if part.parts else ONE

    def _derivative(self, part: Node) -> Node:
        number = self.number.get(id(part))
        return self.steps[number - 1]._derivative if number else ZERO

    def _slope(self, part: Node) -> np.float64:
        number = self.number.get(id(part))
        return np.float64(self.steps[number - 1].slope if number else 0.0)

    def _number_at(self, part: Node) -> np.float64:
        return np.float64(np.ravel(self.runs[0][1][id(part)])[0])


def values(
    nodes: list[Node], point: Mapping[str, float], variable: str, h: float
) -> tuple[float, dict[int, Any]]:
    """The value of every node at the point and at its neighbours along the variable, by id."""
    at = dict(point) | {variable: point[variable] + h * OFFSETS}
    known: dict[int, Any] = {}
    for node in nodes:
        if node.kind == "variable":
            known[id(node)] = at[node.text]
        elif node.value is not None:
            known[id(node)] = np.float64(node.value)
        else:
            known[id(node)] = apply(node, [known[id(part)] for part in node.parts])
    return h, known


def _widths(x: float) -> list[float]:
    return [h * scale for h in STEPS for scale in dict.fromkeys([max(1.0, abs(x)), abs(x) or 1.0])]


def _tangents(source: Source, variable: str) -> tuple:
    if source.tape is None:
        return ()
    shape = source.tape.nodes[0].shape
    direction = 1.0 if not shape else np.eye(shape[0])[_place(source, variable)]
    return source.tape.tangents(direction)


def _place(source: Source, variable: str) -> int:
    return source.places[source.variables.index(variable)]
