"""The operations of a network's forward and backward pass, one record each, and what a backward function returns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.networks.layers import LOSSES

INPUTS = {"dense": ("d_x", "d_weights", "d_bias"), "l2": ("d_weights",)}


class Stage(NamedTuple):
    """One operation of the forward pass: the rule, the number of its layer from 1, what it is computed from, its value."""

    rule: str
    layer: int
    cache: Any
    value: Any

    @property
    def name(self) -> str:
        """The rule and its layer: `dense 2`."""
        return self.rule if self.rule in LOSSES else f"{self.rule} {self.layer}"

    @property
    def ends(self) -> bool:
        """Whether the value is a term of the objective: the backward pass begins here, with 1."""
        return self.rule in LOSSES or self.rule == "l2"

    @property
    def inputs(self) -> tuple:
        """The arrays that the backward function returns slopes for."""
        return tuple(self.cache) if self.rule == "dense" else (self.cache[0],)


class Pass(NamedTuple):
    """One operation of the backward pass: what came from above, and the slopes by the inputs of the stage."""

    stage: Stage
    upstream: Any
    slopes: tuple


def total(stages: list[Stage]) -> Any:
    """The sum of the terms of the objective."""
    return sum(stage.value for stage in stages if stage.ends)


def called(rule: Callable, stage: Stage, upstream: Any) -> tuple:
    """What a backward function returns, each part in the shape of its input."""
    found, inputs = rule(upstream, stage.cache), stage.inputs
    parts = tuple(found) if isinstance(found, tuple | list) else (found,)
    if [getattr(part, "shape", None) for part in parts] != [of.shape for of in inputs]:
        raise DerivativeError(
            f"the backward function of {stage.name} returns {_misfit(found, parts, stage)}."
        )
    return parts


def _misfit(found: Any, parts: tuple, stage: Stage) -> str:
    """What came, and what should have come."""
    names = INPUTS.get(stage.rule, ("d_scores",) if stage.rule in LOSSES else ("d_z",))
    if len(parts) != len(names) or any(part is None for part in parts):
        return f"{_told(found)}; it should return {', '.join(names)}"
    name, part, of = next(
        row
        for row in zip(names, parts, stage.inputs, strict=True)
        if getattr(row[1], "shape", None) != row[2].shape
    )
    return f"{name} of shape {np.shape(part)}; it should have the shape {of.shape}"


def _told(found: Any) -> str:
    if isinstance(found, tuple | list):
        return f"{len(found)} values"
    return "None" if found is None else "one value"
