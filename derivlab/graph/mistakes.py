"""The table of mistakes: what a wrong answer would be equal to, and what that says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from derivlab.graph.place import Place

LOCAL, CONTRIBUTION, SUM = "local derivative", "contribution", "sum so far"
ALL = (LOCAL, CONTRIBUTION, SUM)
SIMPLE = (2, 1 / 2, 3, 1 / 3, 4, 1 / 4, 10, 1 / 10, np.pi / 180, 180 / np.pi, 2 / 3, 3 / 2, -2, -1 / 2)


class Mistake(NamedTuple):
    """`values(place)` gives what the answer would be; they are compared in order, at every place."""

    kind: str
    of: tuple[str, ...]
    values: Callable[[Place], Iterable]
    hint: str


def truth(place: Place, ask: str) -> Any:
    """The right answer."""
    return {LOCAL: place.local, CONTRIBUTION: place.contribution, SUM: place.total}[ask]


def known(*values: Any) -> list:
    """Those that there are."""
    return [value for value in values if value is not None]


def negated(ask: str) -> Callable[[Place], Iterable]:
    """The right answer with the other sign."""
    return lambda place: [-truth(place, ask)]


def rules(place: Place) -> Iterable:
    """What the usual slips with the rule of the operation give."""
    rows = RULES.get(place.operation.operation, ())
    inputs = _arguments(place)
    with np.errstate(all="ignore"):
        return [
            slip(*inputs) if slot == place.operation._node.recipe[4][place.step.slot] else np.nan
            for slot, slip, _ in rows
        ]


def _arguments(place: Place) -> list:
    """All arguments of the operation, constants among them, as numbers."""
    values = dict(zip(place.operation._node.recipe[4], place.values, strict=True))
    return [values.get(k, argument) for k, argument in enumerate(place.operation.arguments)]


# Operation: argument by which it is differentiated, what comes out, what was forgotten.
RULES: dict[str, tuple[tuple[int, Callable, str], ...]] = {
    "power": (
        (0, lambda a, p: a ** (p - 1), "the exponent comes down as a factor"),
        (0, lambda a, p: p * a**p, "the exponent goes down by one"),
        (0, lambda a, p: p, "the base stays, its exponent one lower"),
        (0, lambda a, p: p * a ** (p + 1), "the exponent goes down by one, not up"),
        (0, lambda a, p: a ** (p + 1) / (p + 1), "this is the integral, not the derivative"),
        (1, lambda a, p: a**p, "the logarithm of the base is a factor"),
    ),
    "square": ((0, lambda a: a, "the exponent comes down as a factor"),),
    "divide": (
        (0, lambda a, b: 1 / b**2, "the denominator is not squared where the numerator moves"),
        (0, lambda a, b: b, "the denominator stays below"),
        (1, lambda a, b: -1 / b**2, "the numerator stays as a factor"),
        (1, lambda a, b: -a / b, "the denominator gets squared"),
        (1, lambda a, b: a, "a denominator moves as 1/b does, whose slope is -1/b^2"),
    ),
    "reciprocal": ((0, lambda a: -1 / a, "the denominator gets squared"), (0, np.log, "this is the integral, not the derivative")),
    "exp": (
        (0, lambda a: a * np.exp(a - 1), "the power rule is not for exp: its base stands still, and the exponent moves"),
        (0, lambda a: a * np.exp(a), "exp is its own derivative, without another factor"),
    ),
    "log": (
        (0, lambda a: 1 / (a * np.log(10)), "log is the natural logarithm"),
        (0, lambda a: -1 / a**2, "one derivative is enough: that is the second one"),
    ),
    "sqrt": (
        (0, lambda a: 1 / np.sqrt(a), "the exponent ½ comes down as a factor"),
        (0, lambda a: 0.5 * np.sqrt(a), "the exponent ½ goes down by one, to -½"),
        (0, lambda a: 1 / (2 * a), "the root stays in the denominator"),
    ),
    "sin": ((0, lambda a: -np.sin(a), "the derivative of a sine is a cosine"),),
    "cos": ((0, lambda a: -np.cos(a), "the derivative of a cosine is a sine, with a minus"),),
    "tan": (
        (0, lambda a: 1 / np.cos(a), "the cosine is squared"),
        (0, lambda a: 1 + np.tan(a), "the tangent is squared"),
        (0, lambda a: np.cos(a) ** 2, "the cosine stands in the denominator"),
    ),
    "tanh": (
        (0, lambda a: 1 - np.tanh(a), "the tanh is squared"),
        (0, lambda a: 1 - a**2, "the tanh is squared, not its argument"),
        (0, lambda a: 1 + np.tanh(a) ** 2, "it is 1 minus the square"),
    ),
    "arctan": ((0, lambda a: 1 / (1 + a), "the argument is squared"), (0, lambda a: 1 / (1 - a**2), "it is 1 plus the square")),
    "arcsin": ((0, lambda a: 1 / (1 - a**2), "the root in the denominator is missing"),),
    "log1p": ((0, lambda a: 1 / a, "it is the logarithm of 1 + a"),),
    "absolute": ((0, lambda a: np.abs(a), "the slope of |a| is 1 or -1: the sign of a"),),
}  # fmt: skip


# The first that fits names the mistake.
MISTAKES: tuple[Mistake, ...] = (
    *(Mistake("sign", (ask,), negated(ask), "The size is right, the sign is not.") for ask in ALL),
    Mistake("forgot to sum", (SUM,), lambda p: known(p.before is not None and p.contribution),
            "That is what arrives on this edge alone. {target} was reached before: what arrives there adds up."),
    Mistake("forgot to sum", (SUM,), lambda p: known(p.before),
            "That is what {target} had before this edge; add what arrives now."),
    Mistake("multiplied instead of summed", (SUM,), lambda p: [p.before * p.contribution] if p.before is not None else [],
            "What arrives at {target} on several edges adds up; it is not multiplied."),
    Mistake("summed too early", (CONTRIBUTION,), lambda p: known(p.before is not None and p.total),
            "That is the sum at {target}; asked is what this edge alone brings."),
    Mistake("missing chain factor", (CONTRIBUTION, SUM), lambda p: known(p.local),
            "That is the local derivative. The chain rule multiplies it by what comes in, the {upstream}."),
    Mistake("missing chain factor", (CONTRIBUTION, SUM), lambda p: [p.upstream],
            "That is the {upstream} as it came in. The chain rule multiplies it by the local derivative of {operation}."),
    Mistake("added instead of multiplied", (CONTRIBUTION, SUM), lambda p: [p.upstream + p.local] if p.local is not None else [],
            "Along one edge the chain rule multiplies; sums are for where edges meet."),
    Mistake("chain factor too many", (LOCAL,), lambda p: [p.contribution],
            "That is upstream × local already. Asked is the local derivative alone; the sweep multiplies."),
    Mistake("wrong input", (LOCAL,), lambda p: p.others,
            "That is the derivative of {phrase} by its other input; here {argument} moves, and the other one stands still."),
    Mistake("wrong input", (CONTRIBUTION,), lambda p: [p.upstream * other for other in p.others],
            "That is what the other input of {phrase} gets; here {argument} moves."),
    Mistake("missing chain factor", (CONTRIBUTION,), lambda p: p.unfinished,
            "One factor of the chain is missing: the {upstream} is a product already, and all of it comes in here."),
    Mistake("both ways at once", (LOCAL,), lambda p: known(p.both),
            "{argument} stands at two places of {phrase}; each is an edge of its own, and the sweep adds them up."),
    Mistake("chain factor too many", (LOCAL,), lambda p: p.through,
            "That goes on to what lies before {argument}. Asked is one link only, the derivative of {phrase} by {argument} itself."),
    Mistake("missing inner function", (LOCAL,), lambda p: p.elsewhere,
            "The rule is right, its argument is not: the slope of {phrase} is taken at {argument}, the whole inner value."),
    Mistake("value instead of slope", ALL, lambda p: [p.operation.value],
            "That is the value of {operation}. Asked is how fast it changes."),
    Mistake("upside down", (LOCAL,), lambda p: [np.divide(1.0, p.local)],
            "That is one over it: the derivative of {argument} by {operation}, the other way round."),
    Mistake("whole derivative", (LOCAL, CONTRIBUTION), lambda p: [p.end],
            "That is the whole derivative, over all edges; asked is this edge."),
    Mistake("value instead of slope", ALL, lambda p: p.values,
            "That is the value of an input of {phrase}. Asked is how fast {operation} changes with {argument}."),
)  # fmt: skip
