"""A short name for every node, such as can be typed in an answer, and its operation as people write it."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from derivlab.formula import Formula
from derivlab.formula.hints import VARIABLE
from derivlab.formula.names import function
from derivlab.tape import Node, Tape

SIGNS = {
    "add": "{} + {}", "subtract": "{} − {}", "multiply": "{}·{}", "divide": "{}/{}", "power": "{}^{}", "negative": "−{}",
    "absolute": "|{}|", "square": "{}²", "sqrt": "√{}", "reciprocal": "1/{}", "matmul": "{} @ {}", "index": "{}[{}]",
}  # fmt: skip
NONE: Mapping = MappingProxyType({})
TYPED = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,11}")


def typable(word: str) -> bool:
    """Whether a formula can have a variable of this name."""
    return bool(TYPED.fullmatch(word) or VARIABLE.fullmatch(word)) and function(word) is None


def labels(tape: Tape, f: Callable | None = None, given: Mapping[int, str] = NONE) -> tuple[str, ...]:
    """The names given, the user's own (`b_5` for one of several b), `x0` for x[0], and `v7` for node 7 where there is none."""
    found = {0: _argument(f)} | {k: name for k, name in given.items() if k < len(tape.nodes)}
    known = Counter(node.name for node in tape.nodes[1:])
    for node in tape.nodes[1:]:
        if node.index not in found and typable(node.name) and node.name not in found.values():
            found[node.index] = node.name if known[node.name] == 1 else f"{node.name}_{node.index}"
    taken = {label: tape.nodes[k].value for k, label in found.items()}
    for node in tape.nodes:
        if node.index not in found:
            label = _entry(node, found[0], f) or f"v{node.index}"
            if label in taken and not np.array_equal(taken[label], node.value):
                label = f"node{node.index}"
            found[node.index] = label
            taken[label] = node.value
    return tuple(found[node.index] for node in tape.nodes)


def _argument(f: Callable | None) -> str:
    """The name of what f takes."""
    if f is None:
        return "x"
    if isinstance(f, Formula):
        return f.variables[0] if len(f.variables) == 1 else "p"
    try:
        first = next(iter(inspect.signature(f).parameters), "x")
    except (TypeError, ValueError):
        first = "x"
    return first if typable(first) else "x"


def _entry(node: Node, whole: str, f: Callable | None) -> str:
    """The name of x[k]."""
    if node.operation != "index" or node.inputs != (0,) or node.shape:
        return ""
    place = node.arguments[1]
    if isinstance(f, Formula) and isinstance(place, int):
        return f.variables[place]
    numbers = (
        [place] if isinstance(place, (int, np.integer)) else list(place) if isinstance(place, tuple) else []
    )
    plain = numbers and all(isinstance(k, (int, np.integer)) and k >= 0 for k in numbers)
    return f"{whole}{'_'.join(map(str, numbers))}" if plain else ""


def phrase(node: Node, names: Any) -> str:
    """The operation in signs, its inputs by name: a·y, sin(a)."""
    if not node.inputs:
        return names[0]
    words = node.operands({k: names[k] for k in node.inputs})
    pattern = SIGNS.get(node.operation, "")
    if pattern.count("{}") != len(words):
        return f"{node.operation}({', '.join(words)})"
    return pattern.format(
        words[0], *(f"({w})" if w.startswith("-") and node.operation != "index" else w for w in words[1:])
    )
