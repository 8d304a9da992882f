"""Sequences of arrays put together along an axis."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np

from derivlab.lift.direct.rule import Each, add


class Plan(NamedTuple):
    """The shapes in which the arrays are joined along an axis, and where each begins and ends there."""

    axis: int
    shapes: tuple[tuple[int, ...], ...]
    ends: tuple[int, ...]

    def of(self, k: int) -> tuple:
        """The index of the k-th array in the whole."""
        return (slice(None),) * self.axis + (slice(self.ends[k], self.ends[k + 1]),)


def _joined(*given: Any) -> Any:
    *arrays, plan = given
    return np.concatenate(
        [np.reshape(a, s) for a, s in zip(arrays, plan.shapes, strict=True)], axis=plan.axis
    )


def _pull(k: int) -> Callable:
    return lambda g, _z, *given: np.reshape(g[given[-1].of(k)], np.shape(given[k]))[()]


def _push(k: int) -> Callable:
    def push(g: Any, z: Any, *given: Any) -> Any:
        plan = given[-1]
        total = np.zeros(np.shape(z))
        total[plan.of(k)] = np.reshape(g, plan.shapes[k])
        return total

    return push


def _as_they_are(shapes: list, axis: Any = 0) -> tuple[list, Any]:
    return shapes, axis


def _along_a_new_axis(shapes: list, axis: Any = 0) -> tuple[list, int]:
    axis = int(axis) % (len(shapes[0]) + 1)
    return [(*s[:axis], 1, *s[axis:]) for s in shapes], axis


def _rows(shapes: list) -> tuple[list, int]:
    return [(1,) * (2 - len(s)) + s for s in shapes], 0


def _side_by_side(shapes: list) -> tuple[list, int]:
    return [s or (1,) for s in shapes], 0 if len(shapes[0]) < 2 else 1


def _columns(shapes: list) -> tuple[list, int]:
    return [s if len(s) > 1 else (*(s or (1,)), 1) for s in shapes], 1


def _arguments(placed: Callable) -> Callable:
    def arguments(*arrays: Any, **named: Any) -> tuple | None:
        shapes, axis = placed([np.shape(a) for a in arrays], **named)
        if axis is None or not all(shapes):
            return None
        axis = int(axis) % len(shapes[0])
        ends = (0, *accumulate([s[axis] for s in shapes]))
        return (*arrays, Plan(axis, tuple(shapes), ends))

    return arguments


for _key, _placed in (
    ("concatenate", _as_they_are),
    ("stack", _along_a_new_axis),
    ("vstack", _rows),
    ("hstack", _side_by_side),
    ("column_stack", _columns),
):
    add(_key, _joined, _arguments(_placed), Each(_pull), Each(_push), sequence=True)
