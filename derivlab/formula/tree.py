"""What a formula is once read: a tree of nodes, walked without recursion."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, eq=False)
class Node:
    """An operation on other nodes.

    `kind` is number, constant, variable, call, one of + - * / ^ neg, or a comparison < > <= >=; `text` is the number as typed, or a name. `value`
    is the float of a node without variables, and `bits` bounds the length of the fraction that it is: 0 where it is none,
    negative where it is too long to be written out.
    """

    kind: str
    text: str = ""
    parts: tuple[Node, ...] = ()
    value: float | None = None
    bits: int = 0


def postorder(root: Node) -> Iterator[Node]:
    """Every node after its parts."""
    waiting = [(root, False)]
    while waiting:
        node, entered = waiting.pop()
        if entered or not node.parts:
            yield node
        else:
            waiting.append((node, True))
            waiting.extend((part, False) for part in reversed(node.parts))


def fold(root: Node, rule: Callable[[Node, list], Any]) -> Any:
    """`rule(node, results of its parts)` from the leaves to the root."""
    stack: list[Any] = []
    for node in postorder(root):
        count = len(node.parts)
        parts = stack[len(stack) - count :]
        del stack[len(stack) - count :]
        stack.append(rule(node, parts))
    return stack.pop()
