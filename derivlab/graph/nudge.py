"""A node nudged, and the output: how far it moves, and how far gradient · Δ says."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from derivlab.graph.walk import Walk
from derivlab.tape import Tape


class Nudge(NamedTuple):
    """Every entry of `node` moved by `by`: how far the output has `moved` (its entry `output` where it has several), and
    the `slope` of the straight line that the gradient says."""

    node: int
    by: float
    output: int
    moved: float
    slope: float

    @property
    def said(self) -> float:
        """gradient · Δ."""
        return self.slope * self.by

    @property
    def gap(self) -> float:
        """What the straight line leaves out."""
        return self.moved - self.said


def nudge(walk: Walk, node: int, by: float, output: int = 0) -> Nudge:
    """The effect of a nudge by running the rest of the tape again; NaN outside the domain; what rounds off counts as no gap."""
    line, far = slope(walk, node, output), moved(walk, node, by, output)
    rounding = 1e-13 * (abs(float(np.ravel(walk.tape.value)[output])) + abs(far))
    return Nudge(node, by, output, line * by if abs(far - line * by) <= rounding else far, line)


def moved(walk: Walk, node: int, by: float, output: int = 0) -> float:
    """How far the output moves when every entry of a node moves by `by`, on the branches that f took."""
    with np.errstate(all="ignore"):
        try:
            after = walk.tape.replay({node: by})[-1]
        except (ArithmeticError, ValueError, np.linalg.LinAlgError):
            return float("nan")
    return float(np.ravel(after)[output] - np.ravel(walk.tape.value)[output])


def slope(walk: Walk, node: int, output: int = 0) -> float:
    """The derivative of an output by a common nudge of all entries of a node."""
    return float(np.sum(_adjoints(walk.tape, output)[node]))


@lru_cache(maxsize=32)
def _adjoints(tape: Tape, output: int) -> tuple:
    seed = np.zeros(np.shape(tape.value))
    seed.flat[output] = 1.0
    return tape.adjoints(seed[()])
