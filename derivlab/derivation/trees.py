"""Trees put together and tidied: x·1 is x, and 2 - 1 is 1."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from derivlab.formula.tree import Node, postorder

ZERO, ONE, TWO = (Node("number", str(k), (), float(k)) for k in range(3))


def ordered(root: Node) -> Iterator[Node]:
    """Every node once, after its parts, though it may stand in several places."""
    seen: set[int] = set()
    waiting = [(root, False)]
    while waiting:
        node, entered = waiting.pop()
        if id(node) in seen:
            continue
        if entered or not node.parts:
            seen.add(id(node))
            yield node
        else:
            waiting.append((node, True))
            waiting.extend((part, False) for part in reversed(node.parts))


def substituted(template: Node, parts: Mapping[str, Node]) -> Node:
    """A small tree with trees in the place of its variables, tidied."""
    stack: list[Node] = []
    for node in postorder(template):
        count = len(node.parts)
        inner = tuple(stack[len(stack) - count :])
        del stack[len(stack) - count :]
        stack.append(made(node, inner) if count else parts.get(node.text, node))
    return stack.pop()


def made(like: Node, parts: tuple[Node, ...]) -> Node:
    """The node's operation on other parts, as short as it can be written without thought."""
    if like.kind in TIDY and (found := TIDY[like.kind](*parts)) is not None:
        return found
    if like.kind == "call" and like.text == "ln" and parts[0].text == "e" and not parts[0].parts:
        return ONE
    if like.kind == "call" and like.text == "where" and _is(parts[1], 0) and _is(parts[2], 0):
        return ZERO
    return Node(like.kind, like.text, parts)


def number(value: Fraction) -> Node:
    """A fraction as a tree of whole numbers."""
    if value < 0:
        return Node("neg", "", (number(-value),), float(value))
    if value.denominator == 1:
        return Node("number", str(value.numerator), (), float(value))
    return Node(
        "/", "", (number(Fraction(value.numerator)), number(Fraction(value.denominator))), float(value)
    )


def exact(node: Node) -> Fraction | None:
    """The fraction that a number is, with a sign or a fraction bar or without."""
    if node.kind == "number":
        return Fraction(node.text)
    inner = [exact(part) for part in node.parts] if node.kind in ("neg", "/") else []
    if not inner or None in inner:
        return None
    return -inner[0] if node.kind == "neg" else inner[0] / inner[1]  # type: ignore[operator]


def size(root: Node) -> int:
    """The nodes of the tree once it is written out."""
    sizes: dict[int, int] = {}
    for node in ordered(root):
        sizes[id(node)] = 1 + sum(sizes[id(part)] for part in node.parts)
    return sizes[id(root)]


def _is(node: Node, value: int) -> bool:
    return node.kind == "number" and node.value == value


def _same(a: Node, b: Node) -> bool:
    return a.kind == b.kind == "variable" and a.text == b.text


def _sum(a: Node, b: Node) -> Node | None:
    if _is(a, 0) or _is(b, 0):
        return b if _is(a, 0) else a
    if b.kind == "neg":
        return made(Node("-"), (a, b.parts[0]))
    return _calculated(a, b, Fraction.__add__)


def _difference(a: Node, b: Node) -> Node | None:
    if _is(b, 0):
        return a
    if _is(a, 0):
        return made(Node("neg"), (b,))
    if b.kind == "neg":
        return made(Node("+"), (a, b.parts[0]))
    return _calculated(a, b, Fraction.__sub__)


def _product(a: Node, b: Node) -> Node | None:
    if _is(a, 0) or _is(b, 0):
        return ZERO
    if _is(a, 1) or _is(b, 1):
        return b if _is(a, 1) else a
    if a.kind == "neg":
        return made(Node("neg"), (made(Node("*"), (a.parts[0], b)),))
    if b.kind == "neg":
        return made(Node("neg"), (made(Node("*"), (a, b.parts[0])),))
    if b.kind == "*":
        return made(b, (made(b, (a, b.parts[0])), b.parts[1]))
    if _same(a, b):
        return Node("^", "", (a, TWO))
    if a.kind == "*" and _same(a.parts[1], b):
        return made(a, (a.parts[0], Node("^", "", (b, TWO))))
    if exact(b) is not None and exact(a) is None:  # numbers in front
        return made(Node("*"), (b, a))
    return _calculated(a, b, Fraction.__mul__)


def _quotient(a: Node, b: Node) -> Node | None:
    if _is(a, 0):
        return ZERO
    if a.kind == "neg":
        return made(Node("neg"), (made(Node("/"), (a.parts[0], b)),))
    if a.kind == "/" and exact(a) is None:
        return made(a, (a.parts[0], made(Node("*"), (a.parts[1], b))))
    if _same(a, b):
        return ONE
    return a if _is(b, 1) else None


def _power(a: Node, b: Node) -> Node | None:
    return ONE if _is(b, 0) else a if _is(b, 1) else None


def _negative(a: Node) -> Node | None:
    return ZERO if _is(a, 0) else a.parts[0] if a.kind == "neg" else None


def _calculated(a: Node, b: Node, rule: Callable) -> Node | None:
    left, right = exact(a), exact(b)
    return None if left is None or right is None else number(rule(left, right))


TIDY: dict[str, Callable[..., Node | None]] = {
    "+": _sum,
    "-": _difference,
    "*": _product,
    "/": _quotient,
    "^": _power,
    "neg": _negative,
}
