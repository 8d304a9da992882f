"""Small functions to learn the sweeps on: each shows one thing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Example(NamedTuple):
    """A function of one number or of one array, a point, the names of its first nodes (`-` for none), and what it shows."""

    f: Callable
    point: tuple[float, ...]
    names: str
    shows: str

    @property
    def labels(self) -> dict[int, str]:
        """The names of nodes."""
        return {k: name for k, name in enumerate(self.names.split()) if name != "-"}


def _fan_out(p: Any) -> Any:
    x, y = p
    a = x * y
    return np.sin(a) + a * y


def _chain(x: Any) -> Any:
    a = x**2
    b = np.sin(a)
    return np.exp(b)


def _product(p: Any) -> Any:
    x, y, z = p
    a = x * y
    return a * z


def _quotient(x: Any) -> Any:
    a = 1 + x**2
    return x / a


def _distance(p: Any) -> Any:
    x, y = p
    a = x - 1.0
    b = y + 2.0
    return np.sqrt(a**2 + b**2)


def _neuron(p: Any) -> Any:
    w, b = p
    z = 1.5 * w + b
    y = np.tanh(z)
    return (y - 1.0) ** 2


def _relu(p: Any) -> Any:
    w, v = p
    a = np.maximum(0.0, 2.0 * w - 1.0)
    b = np.maximum(0.0, 2.0 * v - 1.0)
    return a * b + b


def _logistic_loss(w: Any) -> Any:
    z = -2.0 * w
    return np.log(1.0 + np.exp(z))


def _logistic_map(x: Any) -> Any:
    for _ in range(3):
        x = 3.5 * x * (1 - x)
    return x


def _cross_entropy(z: Any) -> Any:
    total = np.sum(np.exp(z))
    return np.log(total) - z[0]


def _bell(x: Any) -> Any:
    a = x**2
    return np.sum(np.exp(-a))


def _six_inputs(p: Any) -> Any:
    x, y, z, u, v, w = p
    a = x * y + z * u
    return a * v + w


def _three_outputs(x: Any) -> Any:
    a = x * np.array([1.0, 2.0, 3.0])
    return np.sin(a)


FUNCTIONS: dict[str, Example] = {
    "fan-out: sin(a) + a·y, a = x·y": Example(_fan_out, (1.0, 2.0), "p x y a", "a is used twice"),
    "chain: exp(sin(x²))": Example(_chain, (0.8,), "x a b", "a factor for each link"),
    "product: x·y·z": Example(_product, (2.0, -3.0, 0.5), "p x y z a", "each input gets the other factor"),
    "quotient: x / (1 + x²)": Example(_quotient, (2.0,), "x - a", "x comes in above and below"),
    "distance: √((x−1)² + (y+2)²)": Example(_distance, (4.0, 2.0), "p x y a b", "a root of a sum of squares"),
    "neuron: (tanh(1.5w + b) − 1)²": Example(_neuron, (0.3, -0.2), "p w b - z y", "weight, bias, activation, loss"),
    "ReLU, one unit off": Example(_relu, (0.2, 1.5), "p w v - - a - - b", "where a unit is off, nothing passes"),
    "logistic loss: log(1 + exp(−2w))": Example(_logistic_loss, (0.4,), "w z", "the loss of one data point"),
    "logistic map, three times": Example(_logistic_map, (0.3,), "x", "a loop: the same fan-out again and again"),
    "cross-entropy: log Σ exp(z) − z₀": Example(_cross_entropy, (1.0, 2.0, 0.5), "z - total", "nodes that hold arrays"),
    "bell: Σ exp(−x²)": Example(_bell, (0.5, 1.0, -0.3), "x a", "entry by entry, and a sum"),
    "six inputs, one output": Example(_six_inputs, (1.0, 2.0, -1.0, 3.0, 0.5, 4.0), "p x y z u v w", "reverse: one sweep for all six"),
    "one input, three outputs": Example(_three_outputs, (1.2,), "x a", "forward: one sweep for all three"),
}  # fmt: skip
