"""The forward half of a gradient program: names, operations and decisions as lines of source."""

from __future__ import annotations

import itertools
import keyword
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from derivlab.lift.maps import BOXES
from derivlab.lift.recorder import Decision, again
from derivlab.lift.tables import function_of
from derivlab.methods.program_rules import FACTORS, INFIX, WORDS

RESERVED = ("np", "check", "float")  # what a program calls by these names


class Names:
    """Names for variables and constants, each used once."""

    def __init__(self) -> None:
        self.used = {*RESERVED, "value", "gradient"}
        self.constants: dict[str, Any] = {}
        self.fresh = itertools.count(1)

    def new(self, wish: str = "") -> str:
        """The wished name, or that with a number, or `v1`, `v2`, ..."""
        if not wish.isidentifier() or keyword.iskeyword(wish):
            wish = f"v{next(self.fresh)}"
        name, k = wish, itertools.count(2)
        while name in self.used:
            name = f"{wish}_{next(k)}"
        self.used.add(name)
        return name

    def constant(self, value: Any, wish: str = "c") -> str:
        """A name for a value that stays the same."""
        for name, known in self.constants.items():
            if known is value:
                return name
        name = self.new(wish)
        self.constants[name] = value
        return name


class Lines:
    """The lines of one recorded run; `nodes` in the order in which they ran, x first."""

    def __init__(
        self, nodes: list, decisions: list[Decision], names: dict[Any, str], parameter: str, shape: tuple
    ):
        self.wishes, self.names = names, Names()
        self.lines: list[str] = []
        self.variable = {nodes[0]: self.names.new(parameter)}
        self.original: dict[Any, Any] = {}  # of nodes that do the same once more
        self.same: dict[str, Any] = {}
        self.known: dict[int, str] = {}  # what decisions made, by identity
        self.root, self.end, self.shape = nodes[0], nodes[-1], shape
        self.steps = sorted([*needed(nodes, decisions)], key=lambda step: step.order)

    # ---- forward
    def forward(self) -> None:
        """A line for each operation, and the decisions where they were made."""
        for step in self.steps:
            self._decide(step) if isinstance(step, Decision) else self._operate(step)
        self.lines.append(f"value = {self.variable[self.end]}")

    def _operate(self, node: Any) -> None:
        line = self._call(node.recipe[0], self.words(node), node.recipe[3])
        if line in self.same:  # the same operation on the same values
            self.original[node] = self.same[line]
            self.variable[node] = self.variable[self.same[line]]
            return
        self.same[line] = node
        self.variable[node] = self.names.new(self.wishes.get(node, ""))
        self.lines.append(f"{self.variable[node]} = {line}")

    def words(self, node: Any) -> list[str]:
        """The arguments of an operation as source."""
        _, _, args, _, argnums = node.recipe
        places = dict(zip(argnums, node.parents, strict=True))
        word = self.key if node.recipe[0].__name__ == "__getitem__" else self.word
        return [self.variable[places[k]] if k in places else word(a) for k, a in enumerate(args)]

    def _call(self, fun: Any, words: list[str], kwargs: dict) -> str:
        operation = fun.__name__
        if operation == "__getitem__":
            return f"{words[0]}[{words[1]}]"
        if operation == "power" and words[1] == "2":
            return f"{words[0]} * {words[0]}"
        if operation == "negative" and len(words) == 1:
            return f"-{words[0]}"
        return self._applied(operation, again(fun), words, kwargs)

    def _applied(self, operation: str, function: Callable, words: list[str], kwargs: dict) -> str:
        if operation in INFIX and len(words) == 2 and not kwargs:
            left, right = (f"({word})" if word.startswith("-") else word for word in words)
            return f"{left} {INFIX[operation]} {right}"
        inside = ", ".join([*words, *(f"{name}={self.word(value)}" for name, value in kwargs.items())])
        public = getattr(np, operation, None) is function
        return f"{f'np.{operation}' if public else self.names.constant(function, operation)}({inside})"

    def _decide(self, decision: Decision) -> None:
        words = [self.word(a) for a in decision.args]
        name = self.known[id(decision.value)] = self.names.new()
        if decision.key == "value":
            line = words[0]
        else:
            line = self._applied(
                decision.key.rpartition(".")[2], function_of(decision.key), words, decision.kwargs
            )
        self.lines.append(f"{name} = {line}")
        if decision.guarded:
            recorded = decision.value
            literal = repr(bool(recorded)) if isinstance(recorded, (bool, np.bool_)) else ""
            self.lines.append(f"check({name}, {literal or self.names.constant(recorded)})")

    # ---- source
    def line(self, text: str, operation: str) -> str:
        """A line of its own for an adjoint, with the rule in words; its name."""
        if text.isidentifier():
            return text
        if text not in self.same:
            name = self.same[text] = self.names.new()
            lone = operation in FACTORS and len(FACTORS[operation]) == 1
            note = (
                f"slope of {operation}"
                if lone
                else WORDS.get(operation, "" if operation in FACTORS else operation)
            )
            self.lines.append(f"{name} = {text}" + (f"  # {note}" if note else ""))
        found = self.same[text]
        return found if isinstance(found, str) else self.variable[found]

    def word(self, value: Any) -> str:
        """A value as source: a variable, a literal, or a named constant."""
        if type(value) in BOXES:
            return self.variable[value._node]
        if id(value) in self.known:
            return self.known[id(value)]
        if value is Ellipsis:
            return "..."
        if isinstance(value, slice):
            return f"slice({', '.join(map(self.word, (value.start, value.stop, value.step)))})"
        if type(value) is tuple:
            return f"({', '.join(map(self.word, value))}{',' if len(value) == 1 else ''})"
        if type(value) is list:
            return f"[{', '.join(map(self.word, value))}]"
        if isinstance(value, (bool, int, str, type(None))):
            return repr(value)
        if isinstance(value, np.integer):
            return repr(int(value))
        if isinstance(value, (float, np.floating)) and math.isfinite(value):
            return repr(float(value))
        return self.names.constant(value)

    def key(self, value: Any) -> str:
        """An index as it stands between brackets."""
        if type(value) is tuple and value:
            return ", ".join(map(self.key, value)) + ("," if len(value) == 1 else "")
        if not isinstance(value, slice):
            return self.word(value)
        ends = ["" if end is None else self.word(end) for end in (value.start, value.stop, value.step)]
        return ":".join(ends if ends[2] else ends[:2])


def needed(nodes: list, decisions: list[Decision]) -> Iterator[Any]:
    """Operations on the way to the output, decisions that they or guards ask for, and what those ask for."""
    asked = set(nodes[1:])
    wanted: set[int] = set()
    for node in nodes[1:]:
        wanted.update(map(id, _leaves(node.recipe[2])))
    kept = []
    for decision in reversed(decisions):
        if not (decision.guarded or id(decision.value) in wanted):
            continue
        kept.append(decision)
        for leaf in _leaves([*decision.args, *decision.kwargs.values()]):
            wanted.add(id(leaf))
            stack = [leaf._node] if type(leaf) in BOXES else []
            while stack:
                node = stack.pop()
                if node not in asked and node is not nodes[0]:
                    asked.add(node)
                    wanted.update(map(id, _leaves(node.recipe[2])))
                    stack += node.parents
    yield from asked
    yield from kept


def _leaves(values: Any) -> Iterator[Any]:
    for value in values:
        if type(value) in (list, tuple):
            yield from _leaves(value)
        else:
            yield value
