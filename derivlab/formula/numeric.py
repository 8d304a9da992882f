"""A tree as NumPy calls."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from derivlab.formula.names import function
from derivlab.formula.tree import Node, postorder

OPERATORS: dict[str, Callable] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "^": operator.pow, "neg": operator.neg,
    "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge,
}  # fmt: skip

Operation = tuple[
    Callable | None, int, Any
]  # what to do with how many results; or a constant, or a variable's name


def apply(node: Node, parts: list) -> Any:
    """A node at the values of its parts."""
    return operation(node)[0](*parts)  # type: ignore[misc]


def operation(node: Node) -> Operation:
    """One instruction of a program: constants are floats, whole exponents whole."""
    if node.value is not None:
        whole = node.kind == "number" and float(node.value).is_integer()
        return (None, 0, int(node.value) if whole and node.value <= 1000 else node.value)
    if node.kind == "variable":
        return (None, -1, node.text)
    if node.kind == "call":
        row = function(node.text)
        assert row is not None
        return (row.numeric, len(node.parts), None)
    return (OPERATORS[node.kind], len(node.parts), None)


def program(root: Node) -> tuple[Operation, ...]:
    """The instructions of a stack machine; a constant subtree is one number."""
    found: list[Operation] = []
    inside: set[int] = set()
    for node in reversed(list(postorder(root))):  # parents first
        if id(node) in inside or node.value is not None:
            inside.update(id(part) for part in node.parts)
        if id(node) not in inside:
            found.append(operation(node))
    return tuple(reversed(found))


def run(instructions: tuple[Operation, ...], point: dict[str, Any]) -> Any:
    """The value of a program where the variables have these values."""
    stack: list[Any] = []
    for call, count, held in instructions:
        if call is None:
            stack.append(held if count == 0 else point[held])
        else:
            arguments = stack[len(stack) - count :]
            del stack[len(stack) - count :]
            stack.append(call(*arguments))
    return stack.pop()
