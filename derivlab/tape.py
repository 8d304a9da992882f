"""The tape: every operation of one run of a function, and both sweeps over it as streams of visits."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from autograd.core import add_outgrads

from derivlab.errors import DerivativeError
from derivlab.lift.autograd_space import plain
from derivlab.lift.maps import ELEMENTWISE
from derivlab.lift.recorder import again, record
from derivlab.lift.slots import Slot
from derivlab.lift.sweeps import pushed
from derivlab.methods.output import as_output
from derivlab.tape_text import row, short
from derivlab.verbs import prepare

NAMES = {
    "__getitem__": "index",
    "array_from_args": "array",
    "concatenate_args": "concatenate",
    "_array_from_scalar_or_array": "array",
    "assigned": "assign",
}
LEADING = {"array": 2, "concatenate": 1}  # arguments before those that the user wrote
SMALL = 64  # entries of a local Jacobian that is written out


@dataclass(frozen=True, eq=False)
class Node:
    """One operation: what it was applied to, its value, and the user's line that asked for it.

    `inputs` are the indices of the nodes it depends on; `name` is the user's variable that holds the value, if any;
    `line` and `code` are where it was made, `arguments` what the operation was called with.
    """

    index: int
    operation: str
    inputs: tuple[int, ...]
    value: Any
    name: str = ""
    line: str = ""
    code: str = ""
    arguments: tuple = field(default=(), repr=False)
    _node: Any = field(default=None, repr=False)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the value."""
        return np.shape(self.value)

    @property
    def expression(self) -> str:
        """The call with `#3` for the value of node 3: `power(#0, 2)`, `#0[1:]`."""
        if not self.inputs:
            return self.operation
        words = self.operands({k: f"#{k}" for k in self.inputs})
        return (
            f"{words[0]}[{words[1]}]"
            if self.operation == "index"
            else f"{self.operation}({', '.join(words)})"
        )

    def operands(self, names: Mapping[int, str]) -> list[str]:
        """What the operation was called with, in words: `names[k]` for the value of node k."""
        _, _, arguments, keywords, places = self._node.recipe
        found = dict(zip(places, self.inputs, strict=True))
        words = [names[found[k]] if k in found else short(a) for k, a in enumerate(arguments)]
        words = words[LEADING.get(self.operation, 0) :]
        return words + [f"{key}={short(value)}" for key, value in keywords.items()]

    def again(self, inputs: Sequence) -> Any:
        """The value for other inputs."""
        fun, _, _, keywords, _ = self._node.recipe
        return again(fun)(*self._with(inputs), **keywords)

    def _with(self, inputs: Sequence) -> list:
        _, _, arguments, _, places = self._node.recipe
        fresh = dict(zip(places, inputs, strict=True))
        return [fresh.get(k, argument) for k, argument in enumerate(arguments)]

    def slope(self, k: int, inputs: Sequence | None = None) -> Any:
        """The derivative of each entry by the entry of the k-th input that it depends on, there or at other `inputs`.

        Of elementwise operations only; shape of the value.
        """
        _, value, arguments, keywords, places = self._node.recipe
        if inputs is not None:
            value, arguments = self.again(inputs), self._with(inputs)
        return self._node.maps[places[k]](np.ones(np.shape(value))[()], value, *arguments, **keywords)

    @property
    def elementwise(self) -> bool:
        """Whether each entry of the value depends on the same entry of the inputs only."""
        return self.operation in ELEMENTWISE


class Visit(NamedTuple):
    """One edge of a sweep: `contribution` = `upstream` × `local`, added to what `target` has so far: `total`.

    Backward, `source` is the node whose adjoint is handed on to its input `target`; forward, `source` is the input
    whose tangent is handed on. `local` is the slope for elementwise operations, the Jacobian of shape
    `node.shape + input.shape` for other small ones, None for large ones.
    """

    source: Node
    target: Node
    upstream: Any
    local: Any
    contribution: Any
    total: Any


@dataclass(frozen=True, eq=False)
class Tape:
    """The operations of f at x in the order in which they ran: node 0 is x, the last one is f(x)."""

    nodes: tuple[Node, ...]
    name: str

    @property
    def value(self) -> Any:
        """f(x)."""
        return self.nodes[-1].value

    def backward(self, seed: Any = None) -> Iterator[Visit]:
        """The reverse sweep from the output to x, an edge a visit; `seed` is the output's adjoint, 1 for a number."""
        adjoints = {len(self.nodes) - 1: self._seed(seed)}
        for node in reversed(self.nodes):
            if node.index not in adjoints:
                continue
            upstream = adjoints[node.index]
            for k, part in enumerate(_pull(node, upstream)):
                target = self.nodes[node.inputs[k]]
                known = adjoints.get(target.index)
                adjoints[target.index] = part if known is None else known + part
                yield Visit(node, target, upstream, _local(node, k, target), part, adjoints[target.index])

    def forward(self, v: Any = None) -> Iterator[Visit]:
        """The forward sweep from x to the output, an edge a visit; `v` is the direction in which x moves, 1 for a number."""
        x = self.nodes[0]
        if v is None and x.shape:
            raise DerivativeError(f"x has the shape {x.shape}; give the direction v, an array of that shape.")
        tangents = {0: _like(1.0 if v is None else v, x.shape, "v", "x")}
        for node in self.nodes[1:]:
            for k, index in enumerate(node.inputs):
                source, upstream = self.nodes[index], tangents[index]
                part = _push(node, k, source, upstream)
                known = tangents.get(node.index)
                tangents[node.index] = part if known is None else known + part
                yield Visit(source, node, upstream, _local(node, k, source), part, tangents[node.index])

    def adjoints(self, seed: Any = None) -> tuple[Any, ...]:
        """The derivative of the output (times `seed`) by every node; zero where there is none."""
        found = {len(self.nodes) - 1: self._seed(seed)}
        found.update((visit.target.index, visit.total) for visit in self.backward(seed))
        return tuple(found.get(n.index, np.zeros(n.shape)[()]) for n in self.nodes)

    def tangents(self, v: Any = None) -> tuple[Any, ...]:
        """The derivative of every node along v."""
        found: dict[int, Any] = {0: _like(1.0 if v is None else v, self.nodes[0].shape, "v", "x")}
        found.update((visit.target.index, visit.total) for visit in self.forward(v))
        return tuple(found[n.index] for n in self.nodes)

    def gradient(self) -> Any:
        """The derivative of a scalar output by x, shape of x."""
        return self.adjoints()[0]

    def replay(self, shift: Mapping[int, Any]) -> tuple[Any, ...]:
        """All values again with `shift[index]` added at nodes, on the branches that were recorded."""
        values: list[Any] = []
        for node in self.nodes:
            value = node.value if not node.inputs else node.again([values[k] for k in node.inputs])
            values.append(value + shift[node.index] if node.index in shift else value)
        return tuple(values)

    def cost(self, mode: str) -> dict[str, int]:
        """How many sweeps the whole Jacobian takes in `"reverse"` or `"forward"` mode, and how many edges they pass."""
        sizes = {"reverse": np.size(self.value), "forward": np.size(self.nodes[0].value)}
        if mode not in sizes:
            raise DerivativeError(f"there is no mode {mode!r}; choose 'reverse' or 'forward'.")
        edges = sum(len(node.inputs) for node in self.nodes)
        return {"sweeps": int(sizes[mode]), "edges": edges * int(sizes[mode])}

    def _seed(self, seed: Any) -> Any:
        shape = self.nodes[-1].shape
        if seed is None and shape:
            raise DerivativeError(
                f"f returns an array of shape {shape}; give the seed, an array of that shape."
            )
        return _like(1.0 if seed is None else seed, shape, "the seed", "f(x)")

    def __repr__(self) -> str:
        return "\n".join([f"{self.name}: {len(self.nodes)} nodes", *map(row, self.nodes)])

    def show(self) -> Any:
        """The graph as a picture for notebooks, values above the nodes and adjoints below."""
        from derivlab.plots.tape import TapeDisplay

        return TapeDisplay.from_tape(self)

    def to_dot(self) -> str:
        """The graph in Graphviz' language."""
        from derivlab.plots.tape import to_dot

        return to_dot(self)


def tape(f: Callable, x: Any, args: tuple = ()) -> Tape:
    """Record f at x; errors: `DerivativeError` where an operation cannot be followed or f(x) does not depend on x."""
    g, x = prepare(f, x, args)
    trace, _, scribe = record(g, x)
    if not trace.depends:
        raise DerivativeError(
            "f(x) does not depend on x through NumPy operations; there is nothing to record."
        )
    if not np.isfinite(as_output(plain(trace.value))).all():
        raise DerivativeError("f(x) is not finite; x lies outside the domain of f.")
    order = trace.sorted()[::-1]
    index = {node: k for k, node in enumerate(order)}
    nodes = [Node(0, "x", (), x, "x", _node=order[0])]
    nodes += [_node(k, node, index, scribe.names.get(node, "")) for k, node in enumerate(order) if k]
    return Tape(tuple(nodes), getattr(f, "__name__", "f"))


class _Module(types.ModuleType):
    """`derivlab.tape` is this module, and `derivlab.tape(f, x)` the function."""

    def __call__(self, f: Callable, x: Any, args: tuple = ()) -> Tape:
        return tape(f, x, args)

    __call__.__doc__ = tape.__doc__


sys.modules[__name__].__class__ = _Module


def _node(index: int, node: Any, indices: Mapping[Any, int], name: str) -> Node:
    fun, value, args, _, _ = node.recipe
    operation = NAMES.get(fun.__name__, fun.__name__.strip("_"))
    inputs = tuple(indices[parent] for parent in node.parents)
    return Node(index, operation, inputs, plain(value), name, node.line, node.code, args, node)


def _like(value: Any, shape: tuple, what: str, other: str) -> Any:
    value = np.asarray(value, dtype=float)
    if value.shape != shape:
        raise DerivativeError(
            f"{what} has the shape {value.shape}, and {other} the shape {shape}; give them the same."
        )
    return value[()]


def _pull(node: Node, g: Any) -> list:
    if not node.inputs:
        return []
    try:
        return [_dense(part) for part in node._node.pull(g)]
    except NotImplementedError as error:
        raise DerivativeError(f"there is no backward rule for {node.operation}: {error}.") from error


def _dense(part: Any) -> Any:
    if isinstance(part, Slot):
        return part.into(None)[0]
    return add_outgrads(None, part)[0]


def _push(node: Node, k: int, source: Node, v: Any) -> Any:
    """The tangent of the node for the tangent v of its k-th input; without a forward rule by the transpose of the map back."""
    recipe = node._node.recipe
    try:
        return pushed(recipe, recipe[4][k], v)
    except NotImplementedError:
        units = np.eye(np.size(node.value)).reshape(np.size(node.value), *node.shape)
        return np.reshape([np.sum(_pull(node, unit[()])[k] * v) for unit in units], node.shape)[()]


def _local(node: Node, k: int, source: Node) -> Any:
    if node.elementwise and node._node.maps is not None:
        return node.slope(k)
    if np.size(node.value) * np.size(source.value) > SMALL:
        return None
    units = np.eye(np.size(node.value)).reshape(np.size(node.value), *node.shape)
    return np.reshape([_pull(node, unit[()])[k] for unit in units], node.shape + source.shape)[()]
