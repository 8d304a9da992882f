"""One step seen closely: everything that an answer may be compared with, at the point and at points beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.graph.walk import Step, Walk, walk
from derivlab.tape import Node

LARGEST = 16  # entries of a local derivative that is asked for
MOVING = {"index", "reshape", "ravel", "transpose", "swapaxes", "array", "concatenate", "assign", "broadcast_to", "squeeze",
          "expand_dims", "stack", "roll", "repeat", "tile", "astype", "copy", "moveaxis"}  # they calculate nothing  # fmt: skip
SHIFTS = (0.031, -0.047)  # of the points beside it, in terms of x


@dataclass(frozen=True, eq=False)
class Place:
    """A step of a walk; `names` are the values that an answer may use."""

    walk: Walk
    step: Step

    @cached_property
    def operation(self) -> Node:
        """The node whose local derivative is used."""
        return self.walk.operation(self.step)

    @cached_property
    def argument(self) -> Node:
        """The input by which it is differentiated."""
        return self.walk.argument(self.step)

    @cached_property
    def names(self) -> dict[str, Any]:
        """The values by name, those of the operation first."""
        near = [self.argument.index, *self.operation.inputs, self.operation.index]
        order = dict.fromkeys([*near, *range(len(self.walk.labels))])
        return {self.walk.labels[k]: self.walk.tape.nodes[k].value for k in order}

    @property
    def local(self) -> Any:
        return self.step.visit.local

    @property
    def upstream(self) -> Any:
        return self.step.visit.upstream

    @property
    def contribution(self) -> Any:
        return self.step.visit.contribution

    @property
    def total(self) -> Any:
        return self.step.visit.total

    @property
    def before(self) -> Any:
        return self.step.before

    @property
    def values(self) -> list[Any]:
        """The values of the operation's inputs."""
        return [self.walk.tape.nodes[k].value for k in self.operation.inputs]

    @cached_property
    def others(self) -> list[Any]:
        """The local derivatives by the other inputs, constants among them."""
        _, value, arguments, keywords, places = self.operation._node.recipe
        maps = self.operation._node.maps
        if not self.operation.elementwise or maps is None:
            return [
                s.visit.local
                for s in self._siblings
                if s.slot != self.step.slot and s.visit.local is not None
            ]
        ones = np.ones(np.shape(value))[()]
        with np.errstate(all="ignore"):
            return [
                m(ones, value, *arguments, **keywords)
                for k, m in enumerate(maps)
                if m and k != places[self.step.slot]
            ]

    @cached_property
    def both(self) -> Any:
        """The sum of the local derivatives by one input that stands at several places, as in a·a."""
        same = [s.visit.local for s in self._siblings if self.walk.argument(s) is self.argument]
        return sum(same[1:], same[0]) if len(same) > 1 and all(s is not None for s in same) else None

    @cached_property
    def _sweep(self) -> tuple[Step, ...]:
        first = self.step.sweep * self.walk.edges
        return self.walk.steps[first : first + self.walk.edges]

    @cached_property
    def _siblings(self) -> list[Step]:
        """The steps of the same operation in the same sweep."""
        return [s for s in self._sweep if self.walk.operation(s) is self.operation]

    @cached_property
    def unfinished(self) -> list[Any]:
        """The contribution without one of the factors that came before."""
        before = self._sweep[: self._sweep.index(self.step)] if np.ndim(self.contribution) == 0 else ()
        factors = dict.fromkeys(
            s.visit.local for s in before if s.visit.local is not None and np.ndim(s.visit.local) == 0
        )
        return [self.contribution / factor for factor in factors if factor not in (0.0, 1.0, -1.0)]

    @cached_property
    def elsewhere(self) -> list[Any]:
        """The local derivative with other nodes' values in place of the input's."""
        if not self.operation.elementwise or self.operation._node.maps is None:
            return []
        found = []
        for node in self.walk.tape.nodes:
            if node.shape == self.argument.shape and node is not self.argument:
                inputs = list(self.values)
                inputs[self.step.slot] = node.value
                with np.errstate(all="ignore"):
                    found.append(self.operation.slope(self.step.slot, inputs))
        return found

    @cached_property
    def sides(self) -> tuple[Any, Any]:
        """The slopes of an elementwise operation to the left and to the right, by differences; they differ at a kink."""
        h, slot = 1e-6 * (1.0 + np.abs(self.values[self.step.slot])), self.step.slot
        moved = [[v + s * h if k == slot else v for k, v in enumerate(self.values)] for s in (-1.0, 0.0, 1.0)]
        with np.errstate(all="ignore"):
            low, here, high = (self.operation.again(values) for values in moved)
        return (here - low) / h, (high - here) / h

    @cached_property
    def through(self) -> list[Any]:
        """The derivative of the operation by what lies before its input, the chain rule carried on."""
        tape, local = self.walk.tape, self.local
        links = [s.visit.local for s in self._sweep if self.walk.operation(s) is self.argument]
        found = [local * inner for inner in links if np.shape(inner) == np.shape(local)]
        for entry in range(min(np.size(tape.nodes[0].value), 8)):
            direction = np.zeros(tape.nodes[0].shape)
            direction.flat[entry] = 1.0
            tangents = tape.tangents(direction[()])
            inner = tangents[self.argument.index]
            found.append(tangents[self.operation.index])
            if np.shape(inner) == np.shape(local) or not np.shape(inner):
                found.append(local * inner)
        return found

    @cached_property
    def end(self) -> Any:
        """What the target has at the end of the sweep."""
        return self.walk.whole(self.step.sweep)[self.step.visit.target.index]


def asked(step: Step, walk: Walk) -> bool:
    """Whether a step has a local derivative worth asking for: one of at most 16 numbers, of an operation that calculates."""
    local = step.visit.local
    return local is not None and np.size(local) <= LARGEST and walk.operation(step).operation not in MOVING


def places(walk_: Walk, number: int) -> tuple[Place, ...]:
    """The step at the point of the walk, and the same step at points beside it where f does the same there."""
    beside = (_beside(walk_, shift) for shift in SHIFTS)
    return tuple(Place(w, w.steps[number]) for w in (walk_, *beside) if w is not None)


@lru_cache(maxsize=16)
def _beside(known: Walk, shift: float) -> Walk | None:
    """The walk a little further on, None where f takes another way or has no value there."""
    x = np.asarray(known.tape.nodes[0].value)
    away = shift * (np.abs(x) + 0.3) * (1.0 + 0.3 * np.cos(1.0 + np.arange(x.size))).reshape(x.shape)
    try:
        with np.errstate(all="ignore"):
            found = walk(known.f, (x + away)[()], known.mode, known.args, dict(enumerate(known.labels)))
    except (DerivativeError, ArithmeticError, ValueError, IndexError, np.linalg.LinAlgError):
        return None
    return found if _kinds(found) == _kinds(known) else None


def _kinds(walk_: Walk) -> list[tuple]:
    return [(node.operation, node.inputs, node.shape) for node in walk_.tape.nodes]
