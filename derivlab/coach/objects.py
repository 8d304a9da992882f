"""Layers as objects: `forward(x)` remembers what it needs, `backward(upstream)` returns dx and keeps dW, db, ..."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from derivlab.coach.conventions import Way
from derivlab.coach.problem import Problem
from derivlab.errors import DerivativeError
from derivlab.lift.lines import told_at
from derivlab.lift.objects import Wrapped

PREFIXES = ("d", "d_", "grad_")  # dW, d_W or grad_W holds the gradient of W


def is_layer(step: Any) -> bool:
    """Whether it has methods forward and backward."""
    return callable(getattr(step, "forward", None)) and callable(getattr(step, "backward", None))


@dataclass(frozen=True)
class Forward(Wrapped):
    """The forward method `f` of a copy of a layer, of its arguments and of the parameters of these names."""

    layer: Any
    names: tuple[str, ...]

    def __call__(self, *inputs: Any) -> Any:
        count = len(inputs) - len(self.names)
        own = copy.copy(self.layer)
        _put(own, self.names, inputs[count:])
        return self.f(own, *inputs[:count])


@dataclass(frozen=True)
class Backward:
    """Forward, then backward, on a copy: dx, and the gradients that backward leaves in the layer."""

    layer: Any
    names: tuple[str, ...]

    def __call__(self, upstream: Any, *inputs: Any) -> tuple:
        count = len(inputs) - len(self.names)
        own = copy.deepcopy(self.layer)
        _put(own, self.names, inputs[count:])
        own.forward(*inputs[:count])
        found = own.backward(upstream) if _arity(own.backward) else own.backward()
        first = found[0] if isinstance(found, tuple) else found
        return (first, *(None,) * (count - 1), *(_kept(own, name) for name in self.names))


def split(layer: Any, x: Any, y: Any, last: bool) -> tuple[Problem, Callable, Way]:
    """A layer as a function of its inputs and parameters, its backward function, and how that is called.

    Errors: `DerivativeError` where forward or backward fail.
    """
    inputs = (x, y) if last and y is not None and _arity(layer.forward) > 1 else (x,)
    names = _parameters(layer, inputs)
    values = tuple(np.asarray(v, dtype=float) if k != 1 else v for k, v in enumerate(inputs))
    values += tuple(np.asarray(getattr(layer, n), dtype=float) for n in names)
    of = list(inspect.signature(layer.forward).parameters)[: len(inputs)]
    floats = (0, *range(len(inputs), len(values)))
    it = Problem(Forward(type(layer).forward, layer, names), values, (*of, *names), False, floats)
    return it, Backward(layer, names), Way(("upstream", *range(len(values))))


def _parameters(layer: Any, inputs: tuple) -> tuple[str, ...]:
    """The names of the arrays of a layer whose gradients its backward method keeps."""
    own, name = copy.deepcopy(layer), type(layer).__name__
    try:
        with np.errstate(all="ignore"):
            upstream = np.ones(np.shape(own.forward(*inputs)))
            own.backward(upstream) if _arity(own.backward) else own.backward()
    except Exception as error:
        raise DerivativeError(f"{name} fails ({told_at(error)}); run its forward and backward once and mend that first.") from error  # fmt: skip
    arrays = [n for n, v in vars(layer).items() if isinstance(v, (np.ndarray, float))]
    return tuple(n for n in arrays if _kept(own, n) is not None)


def _arity(method: Callable) -> int:
    return sum(p.default is p.empty for p in inspect.signature(method).parameters.values())


def _put(layer: Any, names: tuple[str, ...], values: tuple) -> None:
    for name, value in zip(names, values, strict=True):
        setattr(layer, name, value)


def _kept(layer: Any, name: str) -> Any:
    return next((v for p in PREFIXES if (v := getattr(layer, f"{p}{name}", None)) is not None), None)
