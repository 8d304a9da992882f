"""What mistakes in one operation of f, or in a stretch of them, would give: the graph of f swept with one rule changed."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from derivlab.coach.evidence import Wrong
from derivlab.gradcheck.detours import WORDS, Graph

Named = tuple[str, str]
SECONDS = 1.5
PRODUCTS = {"matmul", "dot", "tensordot", "einsum", "inner", "solve"}
REDUCTIONS = ("sum", "mean", "var", "std", "max", "min", "prod", "norm", "logsumexp", "average")
ALGEBRA = {
    "add",
    "subtract",
    "multiply",
    "divide",
    "true_divide",
    "power",
    "square",
    "negative",
    "sqrt",
    "reciprocal",
    "reshape",
    "float_power",
}
OUTER = ALGEBRA | {"log", "exp", "abs", "absolute", "expm1"}  # alone they are no activation
PLUMBING = {"x", "_array_getitem", "getitem", "reshape", "array_from_args", "ravel"}

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


class Swept:
    """Sweeps over the graphs of all trials with some rules changed, as gradients by one input."""

    def __init__(self, it: Wrong):
        self.it, self.graphs, self.start = it, it.graphs, time.perf_counter()
        self.nodes = it.graphs[0].nodes if it.graphs else []
        self.place = it.graphs[0].place if it.graphs else {}

    def late(self) -> bool:
        return time.perf_counter() - self.start > SECONDS

    def fits(self, instead: Callable[[Graph], Mapping[int, Callable]]) -> bool:
        """Whether the changed rules lead to what was given."""
        graphs = iter(self.graphs)
        return self.it.is_given(lambda trial: self.swept(next(graphs), trial.upstream, instead))

    def swept(self, graph: Graph, upstream: np.ndarray, instead: Callable) -> np.ndarray:
        found = graph.sweep(0, upstream if np.ndim(upstream) else np.float64(upstream), instead(graph))[-1]
        found = np.zeros(graph.x.shape) if found is None else np.asarray(found, dtype=float)
        return found[self.it.columns].reshape(self.it.x.shape)

    def words(self, n: int) -> str:
        node = self.nodes[n]
        return WORDS.get(node.name, f"np.{node.name}") + node.line

    def spans(self) -> Iterator[tuple[int, int]]:
        """Pairs (outer, inner) of values of one shape, the one computed from the other, short stretches first."""
        shapes = [np.shape(node.value) for node in self.nodes]
        below: list[set[int]] = [set() for _ in self.nodes]
        for n in reversed(range(len(self.nodes))):
            for parent in self.nodes[n].parents:
                below[n] |= {self.place[parent]} | below[self.place[parent]]
        pairs = [
            (n, m)
            for n in range(len(self.nodes))
            for m in below[n]
            if shapes[n] == shapes[m] and self.nodes[n].name not in PLUMBING
        ]
        yield from sorted(pairs, key=lambda pair: pair[1] - pair[0])

    def slope(self, n: int, m: int) -> np.ndarray | None:
        """The derivative of one value by another where each entry depends on its own alone."""
        graph = self.graphs[0]
        node, rng = graph.nodes[n], np.random.default_rng(2)
        cut: dict[int, Callable] = {m: _stop}
        ones, v = np.ones(np.shape(node.value)), rng.normal(size=np.shape(node.value))
        at_ones, at_v = (graph.sweep(n, s if s.ndim else np.float64(s), cut)[m] for s in (ones, v))
        if at_ones is None or np.shape(at_ones) != np.shape(node.value):
            return None
        return np.asarray(at_ones) if np.allclose(at_v, at_ones * v, rtol=1e-9, atol=1e-12) else None

    def between(self, n: int, m: int) -> set[str]:
        """The operations from the inner value to the outer."""
        reach = {n}
        for k in range(n, m):
            if k in reach:
                reach |= {self.place[p] for p in self.nodes[k].parents if self.place[p] <= m}
        back = {m}
        for k in reversed(range(n, m)):
            if k in reach and any(self.place[p] in back for p in self.nodes[k].parents):
                back.add(k)
        return {self.nodes[k].name for k in back - {m}}


def _handed(
    n: int, m: int, made: Callable[[Any, Any, Any], Any]
) -> Callable[[Graph], Mapping[int, Callable]]:
    """The adjoint of one value, as `made` has it, handed straight to another."""

    def instead(graph: Graph) -> Mapping[int, Callable]:
        inner = graph.nodes[m]
        return {n: lambda node, g: [(inner, made(g, node.value, inner.value))]}

    return instead


def _stop(node: Any, g: Any) -> list:
    """Nothing is handed on."""
    return []


def _stopped(some: tuple[int, ...]) -> Callable[[Graph], Mapping[int, Callable]]:
    return lambda graph: dict.fromkeys(some, _stop)


def _times(rule: Callable, g: Any, y: Any, a: Any) -> Any:
    return g * rule(y, a)


def left_out(it: Wrong) -> Iterator[Named]:
    """The derivative of an operation, or of a stretch of them, is taken for 1."""
    swept = Swept(it)
    for n, m in swept.spans():
        if swept.late():
            return
        if swept.fits(_handed(n, m, lambda g, y, a: g)):
            names, slope = swept.between(n, m), swept.slope(n, m)
            what = swept.words(n) if len(names) == 1 else f"everything up to {swept.words(n)}"
            active = slope is not None and (
                np.ptp(slope) > 1e-9 or np.ptp(slope) == 0 == float(slope.flat[0])
            )
            own = it.upstream.shape == it.x.shape and slope is not None and n == 0
            if active and (own or not names <= OUTER):
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


def written_wrongly(it: Wrong) -> Iterator[Named]:
    """Another formula in the place of the derivative of an activation."""
    swept = Swept(it)
    for n, m in swept.spans():
        if swept.late():
            return
        if swept.slope(n, m) is None:
            continue
        for says, rule in WRITTEN.items():
            if swept.fits(_handed(n, m, partial(_times, rule))):
                yield (
                    "wrong activation derivative",
                    f"it is as if the derivative of {swept.words(n)} were {says}.",
                )
                return


def transposed_operand(it: Wrong) -> Iterator[Named]:
    """A matrix of a product taken as it is where its transpose belongs, or the other way round."""
    swept = Swept(it)
    for n, node in enumerate(swept.nodes[:-1]):
        if node.name not in PRODUCTS:
            continue
        args = node.call[1]
        for j, a in enumerate(args):
            if (
                isinstance(a, np.ndarray)
                and a.ndim >= 2
                and a.shape[-1] == a.shape[-2] > 1
                and swept.fits(_turning(n, j))
            ):
                yield (
                    "transpose",
                    f"a matrix is not transposed in the vjp of {swept.words(n)}: z = x @ W gives dx = dz @ W.T and dW = x.T @ dz.",
                )
                return


def _turning(n: int, j: int) -> Callable[[Graph], Mapping[int, Callable]]:
    def instead(graph: Graph) -> Mapping[int, Callable]:
        def rule(node: Any, g: Any) -> Any:
            args = list(node.call[1])
            args[j] = np.swapaxes(args[j], -1, -2)
            return zip(node.parents, node.again(tuple(args), g), strict=True)

        return {n: rule}

    return instead


def constant_statistics(it: Wrong) -> Iterator[Named]:
    """Means, variances, sums and maxima taken for constants: the paths through them are missing."""
    swept = Swept(it)
    found = [
        n
        for n, node in enumerate(swept.nodes[:-1])
        if node.parents
        and any(r in node.name for r in REDUCTIONS)
        and np.size(node.value) < max(np.size(p.value) for p in node.parents if p.value is not None)
    ]
    for count in range(1, min(len(found), 5) + 1):
        for some in itertools.combinations(found, count):
            if swept.late():
                return
            if swept.fits(_stopped(some)):
                names = " and ".join(dict.fromkeys(swept.words(n) for n in reversed(some)))
                yield (
                    "dropped term",
                    f"the path through {names} is missing: it depends on {it.name} too, so its part must be added.",
                )
                return


def altered_part(it: Wrong) -> Iterator[Named]:
    """What an operation hands back to one of its arguments is left out, turned, doubled or halved."""
    swept = Swept(it)
    for n, node in enumerate(swept.nodes[:-1]):
        for k in range(len(node.parents)):
            for kind, words, times in PARTS:
                if swept.late():
                    return
                if swept.fits(_multiplied(n, k, times)):
                    yield kind, f"the part through {swept.words(n)} {words}."
                    return


PARTS = (
    ("dropped term", "is left out; every path from x to f(x) adds its part", 0.0),
    ("sign", "has the wrong sign", -1.0),
    ("factor 2", "is counted twice", 2.0),
    ("factor 2", "is halved", 0.5),
)


def _multiplied(n: int, k: int, times: float) -> Callable[[Graph], Mapping[int, Callable]]:
    def rule(node: Any, g: Any) -> Iterator[tuple[Any, Any]]:
        for j, (parent, part) in enumerate(zip(node.parents, node.vjp(g), strict=True)):
            yield parent, (times * np.asarray(part) if j == k else part)

    return lambda graph: {n: rule}


OPERATIONS: tuple[Callable[[Wrong], Iterator[Named]], ...] = (
    left_out, transposed_operand, written_wrongly, constant_statistics, altered_part,
)  # fmt: skip
