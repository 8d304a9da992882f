"""Sweeps over the graph of f with the rule of one operation, or of a stretch of them, changed."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from derivlab.coach.evidence import Wrong
from derivlab.coach.trials import Trial
from derivlab.gradcheck.detours import WORDS, Graph

SECONDS = 1.0  # for each rule
REDUCTIONS = ("sum", "mean", "var", "std", "max", "min", "prod", "norm", "logsumexp", "average")
PLUMBING = {"x", "_array_getitem", "getitem", "__getitem__", "reshape", "array_from_args", "ravel"}


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
        return self.it.is_given(
            lambda t: self.swept(g := next(graphs), t.upstream, {**self.neutral, **instead(g)})
        )

    def edges(self) -> Iterator[tuple[int, int]]:
        """(node, which of its arguments), last operation first."""
        yield from ((n, k) for n, node in enumerate(self.nodes[:-1]) for k in range(len(node.parents)))

    def share_of(self, without: Callable[[Graph], Mapping[int, Callable]]) -> float | None:
        """The number that a part of the gradient was multiplied by, given the rules that leave it out; None if there is none."""
        true, given = self.it.rows.true, self.it.rows.given
        rows = zip(self.graphs, self.it.trials, strict=True)
        rest = np.stack(
            [np.ravel(self.swept(g, t.upstream, {**self.neutral, **without(g)})) for g, t in rows]
        )
        part = true - rest
        if not np.any(part):
            return None
        times = float(1 + np.sum((given - true) * part) / np.sum(part**2))
        return times if np.isfinite(times) and abs(times - 1) > 1e-6 else None

    def varies(self, n: int) -> bool:
        """Whether the value of a node is more than one number over all trials."""
        return float(np.ptp(np.concatenate([np.ravel(graph.nodes[n].value) for graph in self.graphs]))) > 0

    def is_multiple(self, n: int, power: int) -> bool:
        """Whether what was given is the truth times this power of the value of a node."""
        graphs = iter(self.graphs)
        return self.it.is_given(
            lambda t: t.true(self.it.i) * np.asarray(next(graphs).nodes[n].value) ** float(power)
        )

    def swept(self, graph: Graph, upstream: np.ndarray, rules: Mapping[int, Callable]) -> np.ndarray:
        """The gradient by the input, by a sweep with these rules."""
        found = graph.sweep(0, upstream if np.ndim(upstream) else np.float64(upstream), rules)[-1]
        found = np.zeros(graph.x.shape) if found is None else np.asarray(found, dtype=float)
        return found[self.it.columns].reshape(self.it.x.shape)

    def words(self, n: int) -> str:
        node = self.nodes[n]
        return WORDS.get(node.name, f"np.{node.name}") + node.line * self.it.problem.lines

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

    @cached_property
    def neutral(self) -> dict[int, Callable]:
        """Reductions through which nothing passes in the end, as the maximum that a softmax takes off."""
        return {
            n: stop
            for n in self.reductions()
            if all(map(self._unmoved, self.graphs, self.it.trials, itertools.repeat(n)))
        }

    def _unmoved(self, graph: Graph, trial: Trial, n: int) -> bool:
        found = self.swept(graph, trial.upstream, {n: stop})
        return np.allclose(found, trial.true(self.it.i), rtol=1e-9, atol=1e-12)

    def reductions(self) -> list[int]:
        """The nodes that are computed from more numbers than they have."""
        return [
            n
            for n, node in enumerate(self.nodes[:-1])
            if any(r in node.name for r in REDUCTIONS)
            and any(np.size(node.value) < np.size(p.value) for p in node.parents if p.value is not None)
        ]

    def slope(self, n: int, m: int) -> np.ndarray | None:
        """The derivative of one value by another in all trials, where each entry depends on its own alone."""
        slopes, rng = [], np.random.default_rng(2)
        for graph in self.graphs:
            ones = np.ones(np.shape(graph.nodes[n].value))
            v = np.asarray(rng.normal(size=ones.shape))
            cut: dict[int, Callable] = {m: stop}
            at_ones, at_v = (graph.sweep(n, s if s.ndim else np.float64(s), cut)[m] for s in (ones, v))
            if np.shape(at_ones) != ones.shape or not np.allclose(at_v, at_ones * v, rtol=1e-9, atol=1e-12):
                return None
            slopes.append(np.ravel(at_ones))
        return np.concatenate(slopes)

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


@lru_cache(maxsize=1)
def _kept(it: Wrong) -> Swept:
    return Swept(it)


def sweeps(it: Wrong) -> Swept:
    """The sweeps over the graphs of these trials, with its time to begin now."""
    found = _kept(it)
    found.start = time.perf_counter()
    return found


def handed(n: int, m: int, made: Callable[[Any, Any, Any], Any]) -> Callable[[Graph], Mapping[int, Callable]]:
    """The adjoint of one value, as `made` has it, handed straight to another."""

    def instead(graph: Graph) -> Mapping[int, Callable]:
        inner = graph.nodes[m]
        return {n: lambda node, g: [(inner, made(g, node.value, inner.value))]}

    return instead


def stop(node: Any, g: Any) -> list:
    """Nothing is handed on."""
    return []


def stopped(some: tuple[int, ...]) -> Callable[[Graph], Mapping[int, Callable]]:
    """These nodes hand nothing on."""
    return lambda graph: dict.fromkeys(some, stop)


def ruled(n: int, rule: Callable, *settings: Any) -> Callable[[Graph], Mapping[int, Callable]]:
    """One node with `rule(node, adjoint, *settings)` in the place of its own."""
    return lambda graph: {n: lambda node, g: rule(node, g, *settings)}
