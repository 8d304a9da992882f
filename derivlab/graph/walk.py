"""All sweeps that a whole derivative takes, in either mode, as one row of steps: an edge a step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.graph.labels import labels, phrase
from derivlab.tape import Node, Tape, Visit, tape

MODES = ("reverse", "forward")
EMPTY: Mapping = MappingProxyType({})
HELD = 2_000_000  # numbers that the steps of a walk hold together, beyond the first sweep
MOST = 1500  # steps that a walk has at most


class Step(NamedTuple):
    """One edge of one sweep; `slot` tells which input of the operation it leads to, `before` is what the target had so far.

    `awaited` is how many contributions to the target are still to come in this sweep.
    """

    sweep: int
    visit: Visit
    slot: int
    before: Any
    awaited: int


@dataclass(frozen=True, eq=False)
class Walk:
    """The steps of f at x in one mode: reverse sweeps, one for each output, or forward sweeps, one for each input."""

    f: Callable
    args: tuple
    tape: Tape
    mode: str
    steps: tuple[Step, ...]
    labels: tuple[str, ...]

    @property
    def sweeps(self) -> int:
        """How many sweeps the whole derivative takes."""
        return self.cost(self.mode)["sweeps"]

    @property
    def kept(self) -> int:
        """How many of them the steps are."""
        return len(self.steps) // self.edges if self.edges else self.sweeps

    @property
    def edges(self) -> int:
        """How many edges one sweep passes."""
        return sum(len(node.inputs) for node in self.tape.nodes)

    def cost(self, mode: str) -> dict[str, int]:
        """Sweeps and edges that the whole derivative takes in a mode."""
        return self.tape.cost(mode)

    def operation(self, step: Step) -> Node:
        """The node whose local derivative the step uses."""
        return step.visit.source if self.mode == "reverse" else step.visit.target

    def argument(self, step: Step) -> Node:
        """The input by which it is differentiated."""
        return step.visit.target if self.mode == "reverse" else step.visit.source

    def phrase(self, node: Node) -> str:
        """A node's operation in signs."""
        return phrase(node, self.labels)

    @cached_property
    def entries(self) -> tuple[str, ...]:
        """The names of the entries of x."""
        x = self.tape.nodes[0]
        if not x.shape:
            return (self.labels[0],)
        known: dict[Any, str] = {n.arguments[1]: self.labels[n.index] for n in self.tape.nodes
                 if n.operation == "index" and n.inputs == (0,) and isinstance(n.arguments[1], int)}  # fmt: skip
        spots = np.ndindex(x.shape) if len(x.shape) > 1 else range(x.shape[0])
        return tuple(known.get(k, f"{self.labels[0]}[{str(k).strip('()')}]") for k in spots)

    def seed(self, sweep: int) -> Any:
        """What a sweep starts from: 1 for one entry, 0 for the others."""
        return _unit(self.tape.nodes[0 if self.mode == "forward" else -1].shape, sweep)

    def after(self, count: int) -> dict[int, tuple[Any, int]]:
        """What every node has after `count` steps, in the sweep under way, and how many contributions are still to come."""
        sweep = self.steps[count - 1].sweep if count else 0
        start = 0 if self.mode == "forward" else len(self.tape.nodes) - 1
        found = {start: (self.seed(sweep), 0)}
        for step in self.steps[sweep * self.edges : count]:
            found[step.visit.target.index] = step.visit.total, step.awaited
        return found

    def rows(self, count: int) -> list[Any]:
        """The sweeps' results as far as `count` steps lead: by x for each output, or of f for each entry of x."""
        done = count // self.edges if self.edges else self.sweeps
        last = 0 if self.mode == "reverse" else len(self.tape.nodes) - 1
        return [self.after((k + 1) * self.edges)[last][0] for k in range(done)]

    def whole(self, sweep: int) -> tuple[Any, ...]:
        """What every node has at the end of a sweep."""
        seed = self.seed(sweep)
        return self.tape.adjoints(seed) if self.mode == "reverse" else self.tape.tangents(seed)


def walk(
    f: Callable,
    x: Any,
    mode: str = "reverse",
    args: tuple = (),
    names: Mapping[int, str] = EMPTY,
    most: int = MOST,
) -> Walk:
    """The sweeps of f at x, whole sweeps of at most `most` steps together; errors: `DerivativeError`.

    `names[k]` is how node k is to be called.
    """
    record = tape(f, x, args)
    edges = record.cost(mode)["edges"] // record.cost(mode)["sweeps"]
    if edges > most:
        raise DerivativeError(
            f"one sweep passes {edges} edges, and {most} can be walked here; take a smaller function, or dl.tape(f, x)."
        )
    if any(isinstance(node.value, tuple) or np.iscomplexobj(node.value) for node in record.nodes):
        raise DerivativeError(
            "f holds tuples or complex numbers on its way, which cannot be walked; dl.tape(f, x) lists them."
        )
    entries = 3 * sum(
        np.size(node.value) for node in record.nodes
    )  # of what the visits of a sweep hold, about
    sweeps = max(min(most // max(edges, 1), HELD // entries), 1)
    steps = tuple(islice(_steps(record, mode), sweeps * edges))
    return Walk(f, args, record, mode, steps, labels(record, f, names))


def _unit(shape: tuple, place: int) -> Any:
    unit = np.zeros(shape)
    unit.flat[place] = 1.0
    return unit[()]


def _steps(record: Tape, mode: str) -> Iterator[Step]:
    end = record.nodes[-1 if mode == "reverse" else 0]
    run = record.backward if mode == "reverse" else record.forward
    for sweep in range(record.cost(mode)["sweeps"]):
        yield from _sweep(run(_unit(end.shape, sweep)), record, mode, sweep)


def _sweep(visits: Iterator[Visit], record: Tape, mode: str, sweep: int) -> Iterator[Step]:
    """The visits of one sweep with what a reader must know; the edges of an operation come in the order of its inputs."""
    coming = Counter(i for node in record.nodes for i in node.inputs)
    if mode == "forward":
        coming = Counter({node.index: len(node.inputs) for node in record.nodes})
    had: dict[int, Any] = {}
    slots: Counter = Counter()
    for visit in visits:
        operation = (visit.source if mode == "reverse" else visit.target).index
        target = visit.target.index
        coming[target] -= 1
        yield Step(sweep, visit, slots[operation], had.get(target), coming[target])
        slots[operation] += 1
        had[target] = visit.total
