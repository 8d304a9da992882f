"""A dense network: its loss as a plain NumPy function of all weights, and its gradient by hand, layer by layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.networks.layers import (
    ACTIVATIONS,
    BACKWARD,
    FORWARD,
    LOSSES,
    Activation,
    Dense,
    Loss,
    Penalty,
    log_softmax,
)
from derivlab.networks.stages import Pass, Stage, called, total

SCALES: dict[str, Callable[[int, int], float]] = {  # standard deviations of the first weights
    "glorot": lambda inputs, outputs: (2 / (inputs + outputs)) ** 0.5,  # Glorot and Bengio 2010
    "he": lambda inputs, outputs: (2 / inputs) ** 0.5,  # He et al. 2015
    "lecun": lambda inputs, outputs: (1 / inputs) ** 0.5,  # LeCun et al. 1998
}


@dataclass(frozen=True, eq=False)
class Network:
    """A dense network: `sizes` are the inputs, the units of each hidden layer, and the outputs.

    `activation` is tanh, relu, sigmoid, gelu or identity for all hidden layers, or a name for each; `loss` is
    softmax_cross_entropy or mean_squares; `l2` adds l2/2 · ΣW² (biases go free). All weights are one vector w, so that
    `dl.gradient(network.objective, w, args=(x, y))` and every other verb apply. `backward` replaces backward functions
    of `networks.BACKWARD`, as in `Network((2, 8, 2), backward={"tanh": my_tanh})`. Errors: `DerivativeError`.
    """

    sizes: Sequence[int]
    activation: str | Sequence[str] = "tanh"
    loss: str = "softmax_cross_entropy"
    l2: float = 0.0
    backward: Mapping[str, Callable] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (fault := _fault(self)) is not None:
            raise DerivativeError(fault)
        object.__setattr__(self, "sizes", tuple(map(int, self.sizes)))
        object.__setattr__(self, "backward", dict(self.backward or {}))

    @cached_property
    def activations(self) -> tuple[str, ...]:
        """The activation of each hidden layer."""
        one = isinstance(self.activation, str)
        return (str(self.activation),) * (len(self.sizes) - 2) if one else tuple(self.activation)

    @property
    def depth(self) -> int:
        """The number of layers with weights."""
        return len(self.sizes) - 1

    @cached_property
    def size(self) -> int:
        """The number of weights, biases among them."""
        return sum((i + 1) * o for i, o in self._shapes)

    @cached_property
    def _shapes(self) -> list[tuple[int, int]]:
        return list(zip(self.sizes[:-1], self.sizes[1:], strict=True))

    def init(self, seed: int = 0, scale: Any = "glorot") -> np.ndarray:
        """First weights (size,): normal numbers, biases zero.

        `scale` is their standard deviation: glorot, he, lecun, a number, or a function of a layer's inputs and outputs.
        """
        rng, parts = np.random.default_rng(seed), []
        for inputs, outputs in self._shapes:
            parts += [
                _spread(scale, inputs, outputs) * rng.standard_normal(inputs * outputs),
                np.zeros(outputs),
            ]
        return np.concatenate(parts)

    def layers(self, w: Any) -> list[tuple[Any, Any]]:
        """(weights (inputs, outputs), bias (outputs,)) of each layer: views of w (size,)."""
        w = w if hasattr(w, "shape") else np.asarray(w, dtype=float)
        if w.shape != (self.size,):
            raise DerivativeError(
                f"w has the shape {w.shape}, and a network of sizes {self.sizes} has {self.size} weights; start with network.init()."
            )
        found, at = [], 0
        for inputs, outputs in self._shapes:
            middle = at + inputs * outputs
            found.append((w[at:middle].reshape(inputs, outputs), w[middle : middle + outputs]))
            at = middle + outputs
        return found

    def targets(self, y: Any) -> np.ndarray:
        """y as the loss wants it, (N, outputs): whole numbers are classes and become rows of zeros with a one."""
        y = np.asarray(y)
        if (
            y.dtype.kind in "iub"
            and y.ndim == 1
            and (self.loss == "softmax_cross_entropy" or self.sizes[-1] > 1)
        ):
            if y.size and not 0 <= y.min() <= y.max() < self.sizes[-1]:
                raise DerivativeError(
                    f"y has the classes {y.min()} to {y.max()}, and the network {self.sizes[-1]} outputs; number the classes from 0."
                )
            return np.eye(self.sizes[-1])[y.astype(int)]
        if y.dtype.kind not in "iubf":
            raise DerivativeError("y holds no numbers; number the classes from 0.")
        y = y.astype(float)
        y = y[:, None] if y.ndim == 1 else y
        if y.ndim != 2 or y.shape[1] != self.sizes[-1]:
            raise DerivativeError(
                f"y has the shape {y.shape}, and the network {self.sizes[-1]} outputs; give a row for each sample, or classes as whole numbers."
            )
        return y

    def forward(self, w: Any, x: Any, y: Any) -> list[Stage]:
        """Every operation in its order: for each layer dense and activation, then the loss, then the penalties."""
        targets = self.targets(y)
        a, stages = _samples(x, self.sizes[0], len(targets)), list[Stage]()
        layers = self.layers(w)
        for k, (weights, bias) in enumerate(layers, start=1):
            z = FORWARD["dense"](a, weights, bias)
            stages.append(Stage("dense", k, Dense(a, weights, bias), z))
            if k <= len(self.activations):
                rule = self.activations[k - 1]
                a = FORWARD[rule](z)
                stages.append(Stage(rule, k, Activation(z, a), a))
        stages.append(Stage(self.loss, self.depth, Loss(z, targets), LOSSES[self.loss](z, targets)))
        if self.l2:
            for k, (weights, _) in enumerate(layers, start=1):
                cache = Penalty(weights, self.l2)
                stages.append(Stage("l2", k, cache, FORWARD["l2"](*cache)))
        return stages

    def objective(self, w: Any, x: Any, y: Any) -> Any:
        """The loss of samples x (N, inputs) with labels or values y, and the penalty: a plain NumPy function of w."""
        return total(self.forward(w, x, y))

    def backprop(self, w: Any, x: Any, y: Any) -> Iterator[Pass]:
        """The backward pass from the loss to x, an operation at a time; errors: a backward function that does not fit."""
        yield from self.back_through(self.forward(w, x, y))

    def back_through(self, stages: list[Stage]) -> Iterator[Pass]:
        """The backward pass through the stages of a forward pass."""
        upstream: Any = 1.0
        for stage in reversed(stages):
            above = 1.0 if stage.ends else upstream
            slopes = called(self.backward.get(stage.rule) or BACKWARD[stage.rule], stage, above)
            yield Pass(stage, above, slopes)
            upstream = slopes[0]

    def value_and_gradient(self, w: Any, x: Any, y: Any) -> tuple[float, np.ndarray]:
        """`objective` and its slope by every weight, shape of w, by the backward functions."""
        stages = self.forward(w, x, y)
        return float(total(stages)), self.collected(stages)

    def gradient(self, w: Any, x: Any, y: Any) -> np.ndarray:
        """The slope of `objective` by every weight, shape of w, by the backward functions."""
        return self.collected(self.forward(w, x, y))

    def collected(self, stages: list[Stage]) -> np.ndarray:
        """The gradient (size,) from the backward pass through the stages of a forward pass."""
        slope = np.zeros(self.size)
        into = self.layers(slope)
        for stage, _, slopes in self.back_through(stages):
            weights, bias = into[stage.layer - 1]
            if stage.rule == "dense":
                weights += slopes[1]
                bias += slopes[2]
            elif stage.rule == "l2":
                weights += slopes[0]
        return slope

    def scores(self, w: Any, x: Any) -> Any:
        """The outputs for samples x (N, inputs), shape (N, outputs)."""
        a = _samples(x, self.sizes[0])
        for (weights, bias), rule in zip(self.layers(w), (*self.activations, "identity"), strict=True):
            a = FORWARD[rule](a @ weights + bias)
        return a

    def probabilities(self, w: Any, x: Any) -> Any:
        """The probability of each class, shape (N, outputs): softmax, after mean squares that of the scores over 1/4.

        The latter is the chance of a class whose scores scatter with the variance 1/4 about a row of zeros with a one.
        """
        return np.exp(log_softmax(self.scores(w, x) * (1.0 if self.loss == "softmax_cross_entropy" else 4.0)))

    def predict(self, w: Any, x: Any) -> np.ndarray:
        """The class of the highest score for each sample, shape (N,)."""
        return np.argmax(self.scores(w, x), axis=1)


def _samples(x: Any, inputs: int, count: int | None = None) -> Any:
    x = x if hasattr(x, "shape") else np.asarray(x, dtype=float)
    if len(x.shape) != 2 or x.shape[1] != inputs:
        raise DerivativeError(
            f"x has the shape {x.shape}, and the network {inputs} inputs; give a row for each sample, shape (N, {inputs})."
        )
    if count is not None and x.shape[0] != count:
        raise DerivativeError(f"x has {x.shape[0]} samples and y {count}; give a label for each sample.")
    if not x.shape[0]:
        raise DerivativeError("there are no samples; give at least one.")
    if isinstance(x, np.ndarray) and not np.isfinite(x).all():
        raise DerivativeError("x has entries that are NaN or infinite; pass finite numbers.")
    return x


def _spread(scale: Any, inputs: int, outputs: int) -> float:
    """The standard deviation of the first weights of a layer."""
    if isinstance(scale, str):
        if scale not in SCALES:
            raise DerivativeError(f"scale is {scale!r}; choose one of {', '.join(SCALES)}, or give a number.")
        scale = SCALES[scale]
    spread = scale(inputs, outputs) if callable(scale) else scale
    if not isinstance(spread, float | int | np.number) or not 0 <= spread < np.inf:
        raise DerivativeError(f"scale gives {spread!r}; a standard deviation is a number from 0.")
    return float(spread)


def _fault(network: Network) -> str | None:
    """What is wrong with a network's settings."""
    sizes, names = network.sizes, network.activation
    if not np.iterable(sizes) or len(tuple(sizes)) < 2 or not all(_whole(n) for n in sizes):
        return f"sizes is {sizes!r}; give inputs, hidden units and outputs as whole numbers from 1, such as (2, 8, 2)."
    each = (names,) if isinstance(names, str) or not np.iterable(names) else tuple(names)
    for name in each:
        if not isinstance(name, str) or name not in ACTIVATIONS:
            return f"activation is {name!r}; choose one of {', '.join(ACTIVATIONS)}."
    if not isinstance(names, str) and len(each) != len(tuple(sizes)) - 2:
        return f"there are {len(each)} activations for {len(tuple(sizes)) - 2} hidden layers; give one for each, or one name."
    if not isinstance(network.loss, str) or network.loss not in LOSSES:
        return f"loss is {network.loss!r}; choose one of {', '.join(LOSSES)}."
    if network.loss == "softmax_cross_entropy" and tuple(sizes)[-1] < 2:
        return "the softmax of one score is always 1; give an output for each class."
    if not isinstance(network.l2, float | int | np.number) or not 0 <= network.l2 < np.inf:
        return f"l2 is {network.l2!r}; give a number from 0."
    return _wrong_rule(network.backward or {})


def _wrong_rule(backward: Any) -> str | None:
    """What is wrong with one's own backward functions."""
    if not isinstance(backward, Mapping):
        return f"backward is {backward!r}; give your functions by name, as in {{'tanh': my_tanh}}."
    for name, rule in backward.items():
        if name not in BACKWARD:
            return f"there is no backward function {name!r} to replace; there is {', '.join(BACKWARD)}."
        if not callable(rule):
            return f"backward[{name!r}] is {rule!r}; give a function of (upstream, cache)."
    return None


def _whole(n: Any) -> bool:
    return isinstance(n, int | np.integer) and not isinstance(n, bool) and bool(n >= 1)
