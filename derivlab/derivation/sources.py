"""What is to be derived as a tree, its variables, and the tape with the node of each part of the tree."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from derivlab.derivation.rules import REWRITTEN, template
from derivlab.derivation.trees import ONE, TWO, ordered, substituted
from derivlab.errors import DerivativeError
from derivlab.formula import Formula
from derivlab.formula.names import ALIASES
from derivlab.formula.numeric import apply
from derivlab.formula.tree import Node, fold
from derivlab.lift import Lifted
from derivlab.tape import Node as Recorded
from derivlab.tape import Tape, tape

SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "power": "^", "negative": "neg"}
NAMES = {
    "absolute": "abs", "log": "ln", "maximum": "max", "minimum": "min", "arctan2": "atan2", "gammaln": "lgamma",
    **{f"arc{name}": f"a{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{name: name for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "exp2", "expm1", "log2", "log10", "log1p",
                               "sqrt", "cbrt", "erf", "erfc", "gamma", "digamma", "hypot")},
}  # fmt: skip
CONSTANTS = {np.pi: "pi", np.e: "e", 2 * np.pi: "tau"}


class Source(NamedTuple):
    """`links` has the tape's node for the id of a tree's node, where it has one; `places` are the variables' in x."""

    name: str
    tree: Node
    variables: tuple[str, ...]
    places: tuple[int, ...]
    tape: Tape | None
    links: dict[int, int]


def of_formula(f: Formula, x: Any) -> Source:
    """A formula as it was typed, its parts recorded at x."""
    tree = rewritten(f._tree)
    made: dict[int, Any] = {}
    nodes = list(ordered(tree))
    places = tuple(range(len(f.variables)))

    def recorded(x: Any) -> Any:
        point = dict(zip(f.variables, [x] if len(f.variables) == 1 else x, strict=True))
        made.clear()
        for node in nodes:
            inner = [made[id(part)] for part in node.parts]
            made[id(node)] = point[node.text] if node.kind == "variable" else _value(node, inner)
        return made[id(tree)]

    try:
        found = tape(recorded, x)
    except DerivativeError:  # made of steps and constants only
        return Source(f.source, tree, f.variables, places, None, {})
    index = {id(node._node): node.index for node in found.nodes}
    links = {
        key: index[id(value._value._node)]
        for key, value in made.items()
        if isinstance(value, Lifted) and id(getattr(value._value, "_node", None)) in index
    }
    return Source(f.source, tree, f.variables, places, found, links)


def _value(node: Node, parts: list) -> Any:
    return np.float64(node.value) if node.value is not None and not parts else apply(node, parts)


def rewritten(root: Node) -> Node:
    """The tree in operations that have a rule: pow(a, b) as a^b, max(a, b, c) as max(max(a, b), c)."""

    def rule(node: Node, parts: list[Node]) -> Node:
        name = ALIASES.get(node.text, node.text) if node.kind == "call" else ""
        if (name, len(parts)) in REWRITTEN:
            return substituted(template(REWRITTEN[name, len(parts)]), dict(zip("uv", parts, strict=True)))
        if name in ("max", "min"):
            return functools.reduce(lambda a, b: Node("call", name, (a, b)), parts)
        return Node(node.kind, node.text, tuple(parts), node.value, node.bits) if parts else node

    return fold(root, rule)


def of_function(f: Callable, x: Any) -> Source:
    """A plain NumPy function on the branch taken at x, read off its tape."""
    found = tape(f, x)
    trees: dict[int, Node] = {}
    for node in found.nodes:
        trees[node.index] = _tree(node, trees, scalar=np.ndim(x) == 0)
    names = {tree.text for tree in trees.values() if tree.kind == "variable"} - {""}
    links = {id(tree): index for index, tree in reversed(trees.items())}
    variables = tuple(sorted(names, key=lambda name: int(name[1:] or 0)))
    places = tuple(int(name[1:] or 0) for name in variables)
    return Source(found.name, trees[len(found.nodes) - 1], variables, places, found, links)


def _tree(node: Recorded, trees: dict[int, Node], scalar: bool) -> Node:
    if not node.inputs:
        return Node("variable", "x" if scalar else "")
    if node.operation == "index" and node.inputs == (0,) and isinstance(node.arguments[1], int):
        return Node("variable", f"x{node.arguments[1] % len(node.arguments[0])}")
    if node.shape or any(trees[k].text == "" and trees[k].kind == "variable" for k in node.inputs):
        raise DerivativeError(
            f"{node.operation}{_place(node)} works on an array, and a derivation follows single numbers; "
            "write the function for x[0], x[1], ..., or use dl.tape."
        )
    places = dict(zip(node._node.recipe[4], node.inputs, strict=True))
    parts = [trees[places[k]] if k in places else a for k, a in enumerate(node.arguments)]
    return _operation(node, parts)


def _operation(node: Recorded, parts: list) -> Node:
    name = node.operation
    if name == "where":
        return _constant(parts[1] if parts[0] else parts[2])
    trees = tuple(map(_constant, parts))
    if name == "square":
        return Node("^", "", (*trees, TWO))
    if name == "reciprocal":
        return Node("/", "", (ONE, *trees))
    if name in SIGNS:
        return Node(SIGNS[name], "", trees)
    if name in NAMES:
        return Node("call", NAMES[name], trees)
    raise DerivativeError(f"there is no rule for {name}{_place(node)} here; use dl.tape for its numbers.")


def _place(node: Recorded) -> str:
    return f" at {node.line}" if node.line else ""


def _constant(value: Any) -> Node:
    if isinstance(value, Node):
        return value
    value = float(value)
    if value in CONSTANTS:
        return Node("constant", CONSTANTS[value], (), value)
    if value < 0:
        return Node("neg", "", (_constant(-value),), value)
    return Node("number", str(int(value)) if value.is_integer() and value < 1e15 else repr(value), (), value)
