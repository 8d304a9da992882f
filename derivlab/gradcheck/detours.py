"""The gradients that f would have if the derivative of one of its operations were taken wrongly."""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from autograd.core import VJPNode, add_outgrads, primitive_vjps
from autograd.tracer import isbox, new_box, notrace_primitives

from derivlab.lift import run, space
from derivlab.lift.lines import user_line

SECONDS = 1.0
MOST = 4  # points that are looked at
CLOSE = 1e-5
NAMED = {
    -1.0: ("sign", "has the wrong sign"),
    0.0: ("dropped term", "is left out"),
    2.0: ("factor 2", "is taken twice"),
    0.5: ("factor 2", "is halved"),
}


# Operations that are written as signs.
WORDS = {
    "add": "a sum (+)", "subtract": "a difference (-)", "multiply": "a product (*)", "divide": "a quotient (/)",
    "true_divide": "a quotient (/)", "power": "a power (**)", "negative": "a minus sign", "matmul": "a matrix product (@)",
    "_array_getitem": "an index", "getitem": "an index", "_primitive_mean": "np.mean", "array_from_args": "np.array",
}  # fmt: skip


class _Kept(VJPNode):
    """A node that remembers its value and the name of its operation."""

    __slots__ = ("call", "line", "name", "order", "value")

    def __init__(self, value: Any, fun: Any, args: tuple, kwargs: dict, argnums: tuple, parents: tuple):
        super().__init__(value, fun, args, kwargs, argnums, parents)
        self.name, self.value, self.order = getattr(fun, "__name__", "an operation"), value, next(_order)
        self.line, self.call = user_line(), (fun, args, kwargs, argnums)

    def again(self, args: tuple, adjoint: Any) -> list[Any]:
        """What the operation would hand back to its arguments if they were these."""
        fun, _, kwargs, argnums = self.call
        return list(primitive_vjps[fun](argnums, self.value, args, kwargs)(adjoint))

    def initialize_root(self) -> None:
        super().initialize_root()
        self.name, self.value, self.order, self.line = "x", None, next(_order), ""
        self.call = (None, (), {}, ())


notrace_primitives[_Kept] = notrace_primitives[VJPNode]
_order = itertools.count()
_trace = itertools.count(10**9)  # own trace numbers: autograd's counter is shared between threads


class Graph:
    """f at one point as a graph; `edges` are (node, which parent), last operation first."""

    def __init__(self, f: Callable, x: Any):
        where, self.x = space("autograd"), np.asarray(x, dtype=float)
        root = _Kept.new_root()
        root.value = self.x
        with np.errstate(all="ignore"):
            out = run(f, new_box(self.x if self.x.ndim else np.float64(x), next(_trace), root), where)
        self.out = out._value if isbox(out) else out
        self.nodes = self._sorted(out._node) if isbox(out) else []
        self.edges = [(n, k) for n, node in enumerate(self.nodes) for k in range(len(node.parents))]
        self.place = {node: n for n, node in enumerate(self.nodes)}
        self.names = tuple(node.name for node in self.nodes)

    @staticmethod
    def _sorted(last: Any) -> list[Any]:
        seen, stack = {last}, [last]
        while stack:
            fresh = [p for p in stack.pop().parents if p not in seen]
            seen.update(fresh)
            stack.extend(fresh)
        return sorted(seen, key=lambda node: node.order, reverse=True)

    def adjoints(self, seed: Any) -> list[Any]:
        """The adjoint of every node."""
        return self.sweep(0, seed)

    def through(self, node: Any, adjoint: Any) -> np.ndarray:
        """What reaches x of an adjoint of one node."""
        found = self.sweep(self.place[node], adjoint)[-1]
        return np.zeros(self.x.shape) if found is None else np.asarray(found, dtype=float)

    def sweep(self, first: int, adjoint: Any, instead: Mapping[int, Callable] | None = None) -> list[Any]:
        """The adjoint of every node from that of one; `instead` holds what a node does with its adjoint: (parent, part)."""
        found: dict[Any, Any] = {self.nodes[first]: (adjoint, False)}
        for n, node in enumerate(self.nodes[first:], first):
            if node not in found or not node.parents:
                continue
            own = instead.get(n) if instead else None
            handed = (
                own(node, found[node][0]) if own else zip(node.parents, node.vjp(found[node][0]), strict=True)
            )
            for parent, part in handed:
                found[parent] = add_outgrads(found.get(parent), part)
        return [found[node][0] if node in found else None for node in self.nodes]


@dataclass(frozen=True)
class Detour:
    """One operation differentiated wrongly: the name of the mistake, words, the entries that it explains.

    `inner` says that what surrounds the operation is not linear, so that its factor is one of the chain rule.
    """

    kind: str
    says: str
    columns: frozenset[int]
    inner: bool = False


# How the local derivative of an operation u(a) may go wrong: the adjoint of a, made from that of u, the right one, and a.
SLIPS: tuple[tuple[str, str, Callable], ...] = (
    ("missing chain factor", "as if the derivative of {} were left out", lambda g, right, a: g),
    ("off by one power", "as if the derivative of {} had one power too many", lambda g, right, a: right * a),
    ("off by one power", "as if the derivative of {} had one power too few", lambda g, right, a: right / a),
)


def detours(
    f: Callable, xs: list, given: np.ndarray, true: np.ndarray, columns: np.ndarray
) -> Iterator[Detour]:
    """The detours that lead to what was given, in the named columns, at all points; given and true are (P, N)."""
    with (
        contextlib.suppress(Exception),
        np.errstate(all="ignore"),
    ):  # a graph that cannot be made explains nothing
        graphs = [Graph(f, x) for x in xs[:MOST]]
        rows = [k for k, graph in enumerate(graphs) if graph.names == graphs[0].names]
        if len(rows) > 1 and graphs[0].nodes:
            search = Search([graphs[k] for k in rows], given[rows], true[rows], columns)
            yield from search.run()


class Search:
    """Graphs of one structure, a backward sweep for each output, and the entries to explain."""

    def __init__(self, graphs: list[Graph], given: np.ndarray, true: np.ndarray, columns: np.ndarray):
        self.graphs, self.given, self.true, self.columns = graphs, given, true, columns
        seeds = np.eye(np.size(graphs[0].out)).reshape(-1, *np.shape(graphs[0].out))
        self.swept = [[graph.adjoints(seed) for seed in seeds] for graph in graphs]
        self.wrong = (given - true)[:, columns]
        self.start = time.perf_counter()

    def run(self) -> Iterator[Detour]:
        """The outermost operations first."""
        nodes, shape = self.graphs[0].nodes, self.graphs[0].x.shape
        whole = [n for n in range(len(nodes) - 1) if np.shape(nodes[n].value) == shape]
        for search, place in [(self.inside, (n,)) for n in whole] + [
            (self.edge, e) for e in self.graphs[0].edges
        ]:
            if time.perf_counter() - self.start > SECONDS:
                return
            yield from search(*place)

    def rows(self, way: Callable[[Graph, list], np.ndarray]) -> np.ndarray:
        """What `way` makes of each graph and its adjoints: (P, N), the named columns."""
        pairs = zip(self.graphs, self.swept, strict=True)
        rows = [np.concatenate([np.ravel(way(graph, one)) for one in sweeps]) for graph, sweeps in pairs]
        return np.stack(rows)[:, self.columns]

    def hit(self, part: np.ndarray, other: np.ndarray) -> np.ndarray:
        """The columns that are explained if `other` takes the place of `part`."""
        missed = np.abs(part - other + self.wrong)
        rounding = 1e-13 * np.maximum(np.abs(self.given[:, self.columns]), np.abs(part))
        return np.all(missed <= CLOSE * np.abs(self.wrong) + rounding, axis=0)

    def words(self, n: int) -> str:
        """An operation and its line."""
        node = self.graphs[0].nodes[n]
        return WORDS.get(node.name, f"np.{node.name}") + node.line

    def found(self, kind: str, says: str, hit: np.ndarray, inner: bool = False) -> Iterator[Detour]:
        if hit.any():
            yield Detour(kind, says, frozenset(self.columns[hit].tolist()), inner)

    def inside(self, n: int) -> Iterator[Detour]:
        """As if a value were x itself: its adjoint is taken for the gradient."""
        part = self.rows(lambda graph, adjoints: graph.through(graph.nodes[n], adjoints[n]))
        says = f"as if the derivative of {self.words(n)}, and of what is inside it, were left out"
        hit = self.hit(part, self.rows(lambda graph, adjoints: adjoints[n]))
        yield from self.found("missing chain factor", says, hit, inner=True)

    def edge(self, n: int, k: int) -> Iterator[Detour]:
        """What an operation hands back to one of its arguments, altered."""
        name = self.words(n)
        part = self.rows(lambda graph, adjoints: _part(graph, adjoints, n, k, lambda g, right, a: right))
        share = np.where((self.wrong == 0) & (part == 0), np.nan, self.wrong / part)  # nothing to tell there
        told = ~np.isnan(share)
        first = np.take_along_axis(share, np.argmax(told, axis=0)[None], 0)[0]
        near = np.abs(share - first) <= CLOSE * np.abs(first)
        steady = np.all(near | ~told, axis=0) & np.isfinite(first) & (np.sum(told, axis=0) > 1)
        for value, (kind, words) in NAMED.items():
            yield from self.found(
                kind, f"the part through {name} {words}", steady & (np.abs(1.0 + first - value) <= CLOSE)
            )
        inner = len({np.round(np.asarray(s[0][n], dtype=float), 12).tobytes() for s in self.swept}) > 1
        for kind, says, slip in SLIPS:
            with contextlib.suppress(ValueError):
                other = self.rows(
                    partial(lambda slip, graph, adjoints: _part(graph, adjoints, n, k, slip), slip)
                )
                yield from self.found(kind, says.format(name), self.hit(part, other), inner)
        if steady.any():
            factor = 1.0 + first[steady][0]
            yield from self.found(
                "missing factor", f"the part through {name} is multiplied by {factor:.6g}", steady
            )


def _part(graph: Graph, adjoints: list, n: int, k: int, slip: Callable) -> np.ndarray:
    """What reaches x along one edge, with the adjoint that `slip` makes of it; errors: one of another shape."""
    node = graph.nodes[n]
    if adjoints[n] is None:
        return np.zeros(graph.x.shape)
    right = add_outgrads(None, list(node.vjp(adjoints[n]))[k])[0]
    changed = slip(adjoints[n], right, node.parents[k].value)
    if np.shape(changed) != np.shape(right):
        raise ValueError("another shape")
    return graph.through(node.parents[k], changed)
