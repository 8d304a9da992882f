"""The update of an optimiser as formulas, and the same with the numbers of one step filled in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from derivlab.descent.optimisers import Here
from derivlab.descent.record import Descent
from derivlab.descent.schedules import rate_at
from derivlab.descent.stream import Step

Tree = Any  # a symbol, a number or vector, ("over" | "power" | "root", trees ...), or a list of trees side by side


class Filled(NamedTuple):
    """One line of an update: `symbol` = `right` = `numbers` = `value`; numbers is empty where something is not known.

    `part` is what the line belongs to: gradient, momentum, curvature, scale or move.
    """

    part: str
    symbol: str
    right: Tree
    numbers: Tree
    value: Any


SQUARE = ("power", "g", "2")
MOMENTUM = ("momentum", "v", ["β", "v", "+", "g"])
MEAN = ("momentum", "m", ["β₁", "m", "+", "(", "1", "−", "β₁", ")", "g"])
SIZES = ("scale", "s", ["β₂", "s", "+", "(", "1", "−", "β₂", ")", SQUARE])
FREED = (
    ("momentum", "m̂", [("over", "m", ["1", "−", ("power", "β₁", "t")])]),
    ("scale", "ŝ", [("over", "s", ["1", "−", ("power", "β₂", "t")])]),
)
ADAM = (MEAN, FREED[0], SIZES, FREED[1], ("scale", "u", [("over", "α", [("root", "ŝ"), "+", "ε"]), "m̂"]))
BY_SIZE = ("scale", "u", [("over", "α", [("root", "s"), "+", "ε"]), "g"])
LINES: dict[str, tuple] = {
    "gradient descent": (("scale", "u", ["α", "g"]),),
    "momentum": (MOMENTUM, ("scale", "u", ["α", "v"])),
    "Nesterov": (MOMENTUM, ("momentum", "d", ["g", "+", "β", "v"]), ("scale", "u", ["α", "d"])),
    "AdaGrad": (("scale", "s", ["s", "+", SQUARE]), BY_SIZE),
    "RMSProp": (("scale", "s", ["ρ", "s", "+", "(", "1", "−", "ρ", ")", SQUARE]), BY_SIZE),
    "Adam": ADAM,
    "AdamW": ADAM,
    "backtracking": (("scale", "u", ["t", "g"]),),
    "Newton": (("curvature", "d", [("power", "H", "−1"), "g"]), ("scale", "u", ["t", "d"])),
    "BFGS": (("curvature", "d", ["B", "g"]), ("scale", "u", ["t", "d"])),
    "conjugate gradient": (("momentum", "d", ["g", "+", "β", "d"]), ("scale", "u", ["t", "d"])),
}
OTHER = (("scale", "u", ["t", "d"]),)  # an optimiser of which only the parts of its step are known
MOVE = ("move", "x", ["x", "−", "u"])
DECAY = ("move", "x", ["x", "−", "u", "−", "α", "λ", "x"])
NAMES = {"β": "beta", "β₁": "beta1", "β₂": "beta2", "ρ": "decay", "λ": "decay", "ε": "eps"}


def fill_in(descent: Descent, number: int) -> tuple[Filled, ...]:
    """The update of step `number` of a single descent line by line; at the end of a descent its gradient only."""
    step, name = descent.steps[number], descent.optimiser.name
    many = bool(np.ndim(step.x))
    slope = "∇f" if many else "f′"
    lines = [Filled("gradient", "g", [slope, "(", "x", ")"], [slope, *_bracketed(step.x)], step.gradient)]
    if step.outcome:
        return tuple(lines)
    known = {"x": step.x, "g": step.gradient} | _constants(descent, step)
    before, after = _states(descent, number)
    known |= before
    results = after | {"d": step.direction, "m̂": step.direction, "u": np.multiply(step.scale, step.direction)}
    results |= {"ŝ": _freed(after, known), "x": np.add(step.x, step.move)}
    for part, symbol, right in (*LINES.get(name, OTHER), DECAY if name == "AdamW" else MOVE):
        lines.append(Filled(part, symbol, right, substituted(right, known), results[symbol]))
        known[symbol] = results[symbol]
    return tuple(lines)


def substituted(tree: Tree, known: dict) -> Tree:
    """The tree with numbers for symbols, and dots between factors; empty where a symbol has no number."""
    if isinstance(tree, str):
        return known.get(tree, tree if tree in SIGNS or tree.lstrip("−").isdigit() else [])
    if isinstance(tree, tuple):
        parts = [substituted(part, known) for part in tree[1:]]
        return [] if any(_empty(part) for part in parts) else (tree[0], *parts)
    parts = [substituted(part, known) for part in tree]
    return [] if any(_empty(part) for part in parts) else _dotted(parts)


SIGNS = ("+", "−", "(", ")", "·")


def _empty(part: Any) -> bool:
    return isinstance(part, list) and not part


def _dotted(parts: Sequence) -> list:
    """Factors side by side, with a dot between them."""
    found: list = []
    for part in parts:
        factor = not isinstance(part, str) or part == "(" or part.isdigit()
        if found and factor and (not isinstance(found[-1], str) or found[-1] == ")"):
            found.append("·")
        found.append(part)
    return found


def _bracketed(x: Any) -> list:
    return [x] if np.ndim(x) else ["(", x, ")"]


def _constants(descent: Descent, step: Step) -> dict:
    """Rate, memories and the like; t is the length found by a line search, or the number that Adam counts."""
    optimiser: Any = descent.optimiser
    found = {symbol: getattr(optimiser, name) for symbol, name in NAMES.items() if hasattr(optimiser, name)}
    if optimiser.name in ("Adam", "AdamW"):
        found["t"] = step.number + 1
    elif np.all(step.scale == np.ravel(step.scale)[0]):
        found["t"] = np.ravel(step.scale)[0]
    if not optimiser.single and hasattr(optimiser, "rate"):
        found["α"] = rate_at(optimiser.rate, step.number)
    return found


def _states(descent: Descent, number: int) -> tuple[dict, dict]:
    """What the optimiser remembers before and after the step, by symbol: its updates are gone through again."""
    optimiser: Any = descent.optimiser
    if optimiser.single or optimiser.name not in LINES:
        return {}, {}
    columns = [
        Here(s.number, np.reshape(s.x, (-1, 1)), np.array([s.value]), np.reshape(s.gradient, (-1, 1)))
        for s in descent.steps[: number + 1]
    ]
    state = optimiser.init(columns[0].x)
    for here in columns[:-1]:
        state = optimiser.update(state, here, None)[1]
    shape = np.shape(descent.steps[0].x)
    return _named(optimiser, state, shape), _named(
        optimiser, optimiser.update(state, columns[-1], None)[1], shape
    )


def _named(optimiser: Any, state: Any, shape: tuple) -> dict:
    if state is None:
        return {}
    symbols = {"AdaGrad": "s", "RMSProp": "s", "Adam": "ms", "AdamW": "ms"}.get(optimiser.name, "v")
    arrays = state if len(symbols) > 1 else (state,)
    return {symbol: np.reshape(array, shape)[()] for symbol, array in zip(symbols, arrays, strict=True)}


def _freed(after: dict, known: dict) -> Any:
    return after["s"] / (1 - known["β₂"] ** known["t"]) if "β₂" in known else None
