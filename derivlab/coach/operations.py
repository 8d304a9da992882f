"""What mistakes in one operation of f, or in a stretch of them, would give."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from derivlab.coach.evidence import Wrong
from derivlab.coach.factors import told
from derivlab.coach.sweeps import PLUMBING, Swept, handed, ruled, stopped, sweeps
from derivlab.gradcheck.detours import Graph

Named = tuple[str, str]
PRODUCTS = {"matmul", "dot", "tensordot", "einsum", "inner", "solve"}
ALGEBRA = {
    "add", "subtract", "multiply", "divide", "true_divide", "power", "square", "negative", "sqrt", "reciprocal", "reshape", "float_power",
}  # fmt: skip
OUTER = ALGEBRA | {"log", "exp", "abs", "absolute", "expm1"}  # alone they are no activation

# Derivatives that are written in place of the right one, from the value y of an activation and its input a.
WRITTEN: dict[str, Callable[[Any, Any], Any]] = {
    "1 - z² with z its input instead of its value": lambda y, a: 1 - a**2,
    "z (1 - z) with z its input instead of its value": lambda y, a: a * (1 - a),
    "1 - a, without the square": lambda y, a: 1 - y,
    "1 + a²": lambda y, a: 1 + y**2,
    "a²": lambda y, a: y**2,
    "1 - a² (that of tanh)": lambda y, a: 1 - y**2,
    "a (1 - a) (that of sigmoid)": lambda y, a: y * (1 - y),
    "a (1 + a)": lambda y, a: y * (1 + y),
    "its value a": lambda y, a: y,
    "its input": lambda y, a: a,
    "1 where its input is positive, else 0": lambda y, a: a > 0,
    "1 where its input is negative, else 0": lambda y, a: a < 0,
    "1 where its value is positive, else 0": lambda y, a: y > 0,
    "the sign of its input": lambda y, a: np.sign(a),
    "its own derivative taken at its value: 1 - tanh² of it": lambda y, a: 1 - np.tanh(y) ** 2,
    "that of sigmoid taken at its value": lambda y, a: np.exp(-y) / (1 + np.exp(-y)) ** 2,
    "exp of its input": lambda y, a: np.exp(a),
    "the sigmoid of its input": lambda y, a: 1 / (1 + np.exp(-a)),
    "tanh of its input": lambda y, a: np.tanh(a),
    "1 / its input": lambda y, a: 1 / a,
    "y / x": lambda y, a: y / a,
}


def left_out(it: Wrong) -> Iterator[Named]:
    """The derivative of an operation, or of a stretch of them, is taken for 1."""
    swept = sweeps(it)
    for n, m in swept.spans():
        if swept.late():
            return
        if not swept.fits(handed(n, m, lambda g, y, a: g)):
            continue
        names, slope = swept.between(n, m), swept.slope(n, m)
        if slope is not None and np.all(slope == 1):
            continue  # another path is left out
        if slope is not None and np.all(slope == -1):
            yield "sign", f"the sign of {swept.words(n)} is lost on the way back."
            return
        whole = _whole(it, n, m, swept)
        inside = it.problem.title if whole else f"everything up to {swept.words(n)}"
        what = swept.words(n) if len(names) == 1 else inside
        if slope is not None and np.ptp(slope) > 0 and (whole or _activates(names)):
            yield (
                "missing activation derivative",
                f"it is as if the derivative of {what} were left out; multiply the upstream by it, entry by entry.",
            )
        else:
            yield (
                "missing chain factor",
                f"it is as if the derivative of {what} were left out; multiply by it.",
            )
        return


def _activates(names: set[str]) -> bool:
    """Whether a stretch of these operations is an activation: one by itself, or a compound that is no polynomial."""
    return not names <= (OUTER if len(names) == 1 else ALGEBRA)


def _whole(it: Wrong, n: int, m: int, swept: Swept) -> bool:
    """Whether the stretch is all of f, from an input of its shape."""
    rest = {swept.nodes[k].name for k in range(m, len(swept.nodes))}
    return n == 0 and it.upstream.shape == it.x.shape and rest <= PLUMBING


def written_wrongly(it: Wrong) -> Iterator[Named]:
    """Another formula in the place of the derivative of an activation."""
    swept = sweeps(it)
    for n, m in swept.spans():
        if swept.late():
            return
        if swept.slope(n, m) is None:
            continue
        for says, rule in WRITTEN.items():
            if _varied(swept, n, m, rule) and swept.fits(handed(n, m, partial(_times, rule))):
                yield (
                    "wrong activation derivative",
                    f"it is as if the derivative of {swept.words(n)} were {says}.",
                )
                return


def _times(rule: Callable, g: Any, y: Any, a: Any) -> Any:
    return g * rule(y, a)


def _varied(swept: Swept, n: int, m: int, rule: Callable) -> bool:
    """Whether the rule is more than a constant here."""
    values = np.asarray(rule(swept.nodes[n].value, swept.nodes[m].value), dtype=float)
    return values.size == 1 or bool(np.ptp(values) > 0)


def transposed_operand(it: Wrong) -> Iterator[Named]:
    """In a product a matrix, or the upstream, is taken as it is where its transpose belongs, or the other way round."""
    swept = sweeps(it)
    for n, node in enumerate(swept.nodes[:-1]):
        if node.name in PRODUCTS and any(swept.fits(rule) for rule in _turnings(n, node)):
            yield (
                "transpose",
                f"a matrix is not transposed, or wrongly so, in the vjp of {swept.words(n)}: z = x @ W gives dx = dz @ W.T and dW = x.T @ dz.",
            )
            return


def _turnings(n: int, node: Any) -> Iterator[Callable[[Graph], Mapping[int, Callable]]]:
    for j, a in enumerate(node.call[1]):
        if _square(a):
            yield ruled(n, _operand_turned, j)
    if _square(node.value):
        yield from (ruled(n, _upstream_turned, k) for k in range(len(node.parents)))


def _square(a: Any) -> bool:
    return isinstance(a, np.ndarray) and a.ndim >= 2 and a.shape[-1] == a.shape[-2] > 1


def _operand_turned(node: Any, g: Any, j: int) -> Iterable[tuple[Any, Any]]:
    args = list(node.call[1])
    args[j] = np.swapaxes(args[j], -1, -2)
    return zip(node.parents, node.again(tuple(args), g), strict=True)


def _upstream_turned(node: Any, g: Any, k: int) -> Iterable[tuple[Any, Any]]:
    right, turned = list(node.vjp(g)), list(node.vjp(np.swapaxes(g, -1, -2)))
    right[k] = turned[k]
    return zip(node.parents, right, strict=True)


def constant_statistics(it: Wrong) -> Iterator[Named]:
    """Means, variances, sums and maxima taken for constants: the paths through them are missing."""
    swept = sweeps(it)
    found = [n for n in swept.reductions() if n not in swept.neutral]
    for count in range(1, min(len(found), 5) + 1):
        for some in itertools.combinations(found, count):
            if swept.late():
                return
            if swept.fits(stopped(some)):
                names = " and ".join(dict.fromkeys(swept.words(n) for n in reversed(some)))
                yield (
                    "dropped term",
                    f"the path through {names} is missing: it depends on {it.name} too, so its part must be added.",
                )
                return


def dropped_part(it: Wrong) -> Iterator[Named]:
    """What an operation hands back to one of its arguments is left out."""
    swept = sweeps(it)
    for n, k in swept.edges():
        if swept.late():
            return
        if swept.fits(ruled(n, _multiplied, k, 0.0)):
            says = f"the part through {swept.words(n)} is left out; every path from the inputs to f(x) adds its part."
            yield "dropped term", says
            return


def altered_part(it: Wrong) -> Iterator[Named]:
    """What an operation hands back to one of its arguments is multiplied by a number."""
    swept = sweeps(it)
    for n, k in swept.edges():
        if swept.late():
            return
        times = swept.share_of(ruled(n, _multiplied, k, 0.0))
        if times is not None and swept.fits(ruled(n, _multiplied, k, times)):
            yield told(it, times, f"the part through {swept.words(n)}")
            return


def _multiplied(node: Any, g: Any, k: int, times: float) -> Iterator[tuple[Any, Any]]:
    for j, (parent, part) in enumerate(zip(node.parents, node.vjp(g), strict=True)):
        yield parent, (times * np.asarray(part) if j == k else part)


def value_missing(it: Wrong) -> Iterator[Named]:
    """The truth divided, or multiplied, by a value on the way: a factor of the chain rule left out, or taken once more."""
    swept = sweeps(it)
    for n, node in enumerate(swept.nodes[:-1]):
        if node.name not in PLUMBING and swept.varies(n):
            if swept.is_multiple(n, -1):
                yield (
                    "missing chain factor",
                    f"it lacks a factor, the value of {swept.words(n)}; multiply by it.",
                )
                return
            if swept.is_multiple(n, 1):
                below = any(word in node.name for word in ROOTS)
                kind = "missing chain factor" if below else "extra factor"
                yield (
                    kind,
                    f"it is too large by the value of {swept.words(n)}; divide by it, or leave it out.",
                )
                return
    for k, (power, words) in itertools.product(
        it.problem.numbers, ((-1, "lacks the factor"), (1, "has a factor too many,"))
    ):
        if it.is_given(lambda t, k, power: _times_value(t.true(it.i), t.values[k], power), k, power):
            other = "missing chain factor" if power < 0 else "extra factor"
            yield "off by one power" if k == it.i else other, f"it {words} {it.problem.names[k]}."
            return


ROOTS = ("sqrt", "norm", "std")  # whose derivatives have the value below the line


def _times_value(true: np.ndarray, value: np.ndarray, power: int) -> np.ndarray:
    return true * np.asarray(value) ** float(power)


OPERATIONS: tuple[Callable[[Wrong], Iterator[Named]], ...] = (
    constant_statistics, dropped_part, left_out, transposed_operand,
)  # fmt: skip
