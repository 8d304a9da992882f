"""The first wrong step of a backward pass: each step's own backward function on its true upstream, from the loss down."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from derivlab.coach.check import checked
from derivlab.coach.conventions import Way
from derivlab.coach.objects import is_layer, split
from derivlab.coach.problem import Problem, problem
from derivlab.coach.record import BackwardCheck, StepCheck
from derivlab.errors import DerivativeError
from derivlab.lift.objects import Wrapped
from derivlab.networks import BACKWARD, FORWARD, LOSSES, Activation, Network, Stage

MOST = 32  # samples; more would tell no more
INPUTS = {"dense": ("x", "weights", "bias"), "l2": ("weights", "strength")}


@dataclass(frozen=True)
class Layer(Wrapped):
    """A rule of a network that returns its value and its cache."""

    kind: Callable

    def __call__(self, *values: Any) -> Any:
        value = self.f(*values)
        return value, self.kind(values[0], value) if self.kind is Activation else self.kind(*values)


@dataclass(frozen=True, eq=False)
class Step:
    """A step of the backward pass, its backward function, and whether what comes before it gets its upstream."""

    name: str
    problem: Problem
    my: Callable
    through: bool = True
    way: Way | None = None


def check_backward(network: Any, x: Any, y: Any = None, w: Any = None, seed: int = 0) -> BackwardCheck:
    """Walk backwards from the loss through samples x with labels y, and name the first step whose backward function is wrong.

    `network` is a `Network` with backward functions of one's own, `Network(sizes, backward={"tanh": my_tanh})`, at the
    weights w (`network.init(seed)` unless given). Or it is a list of steps `(f, my_vjp, *further inputs of f)`, each of
    which takes the value of the one before as its first input, x the first; the last one is the loss, and takes y too if that is given. A step may
    also be an object with methods `forward(x)` and `backward(upstream)`, which leaves the gradient of its array W in dW. Every backward
    function gets the true upstream of its step, so one mistake is not counted again below it, and is tried as by
    `dl.check_vjp`. Errors: `DerivativeError` where the forward pass fails.
    """
    steps = list(
        _of_network(network, x, y, w, seed) if isinstance(network, Network) else _of_list(network, x, y)
    )
    found, upstream = [], np.asarray(1.0)
    for step in reversed(steps):
        it = step.problem
        it = replace(it, upstreams=(np.asarray(1.0) if it.only else upstream,))
        found.append(
            StepCheck(
                step.name, _forgotten(step, checked(step.my, it, seed, f"backward of {step.name}", step.way))
            )
        )
        if step.through:
            upstream = it.vjp(0, it.values, it.upstreams[0])[0]
    return BackwardCheck(tuple(found))


def _forgotten(step: Step, check: Any) -> Any:
    """A penalty that is dropped goes by its own name."""
    if not step.name.startswith("l2") or check.mistake != "dropped term":
        return check
    return replace(check, mistake="L2 forgotten", says="The penalty λ/2 ΣW² is in the loss, and λ W is missing in the gradient of the weights; add it.")  # fmt: skip


def _of_network(network: Network, x: Any, y: Any, w: Any, seed: int) -> Iterator[Step]:
    """Forward order, the penalty of a layer before its dense step."""
    if y is None:
        raise DerivativeError("y is missing; give the labels or values of the samples x.")
    w = network.init(seed) if w is None else np.asarray(w, dtype=float)
    stages = network.forward(w, np.asarray(x, dtype=float)[:MOST], np.asarray(y)[:MOST])
    penalties = {s.layer: s for s in stages if s.rule == "l2"}
    for stage in stages:
        if stage.rule == "dense" and stage.layer in penalties:
            yield _of_stage(network, penalties[stage.layer])
        if stage.rule != "l2":
            yield _of_stage(network, stage)


def _of_stage(network: Network, stage: Stage) -> Step:
    last, kind = stage.rule in LOSSES or stage.rule == "l2", type(stage.cache)
    names = INPUTS.get(stage.rule, kind._fields)
    values = tuple(stage.cache)[: 1 if kind is Activation else None]
    floats = (0, 1, 2) if stage.rule == "dense" else (0,)
    it = Problem(
        Layer(FORWARD[stage.rule], kind), values, names[: len(values)], True, floats, only=last, lines=False
    )
    my = network.backward.get(stage.rule) or BACKWARD[stage.rule]
    return Step(stage.name, it, my, through=stage.rule != "l2")


def _of_list(steps: Any, x: Any, y: Any) -> Iterator[Step]:
    if not isinstance(steps, Sequence) or not steps or not all(is_layer(s) or _is_step(s) for s in steps):
        raise DerivativeError(
            "network is neither a dl.Network nor a list of steps; write each step as (f, its backward function, *further inputs)."
        )
    value = x
    for k, step in enumerate(steps, start=1):
        last = k == len(steps)
        made = (
            _of_layer(step, value, y, last, k) if is_layer(step) else _of_functions(step, value, y, last, k)
        )
        value, raw, _ = made.problem.forward(made.problem.values)
        if last and value.size != 1:
            raise DerivativeError(
                f"the last step gives an array of shape {value.shape}; it should be the loss, one number."
            )
        yield made
        value = raw


def _is_step(step: Any) -> bool:
    return isinstance(step, (tuple, list)) and len(step) > 1 and callable(step[0]) and callable(step[1])


def _of_functions(step: Any, value: Any, y: Any, last: bool, k: int) -> Step:
    f, my, *further = step
    it = problem(f, value, (*further, *([y] if last and y is not None else [])))
    return Step(f"{getattr(f, '__name__', 'step')} {k}", replace(it, only=last), my)


def _of_layer(layer: Any, value: Any, y: Any, last: bool, k: int) -> Step:
    it, my, way = split(layer, value, y, last)
    return Step(f"{type(layer).__name__} {k}", replace(it, only=last), my, way=way)
