"""The rules of a dense network: what each layer computes, and its backward function written by hand.

A backward function takes `(upstream, cache)`: the slope of the loss by the layer's value, and what the layer was
computed from. It returns the slope of the loss by each of its inputs, in the shape of that input: `(d_x, d_weights,
d_bias)` of a dense layer, one array of all others. Rows are samples. Nothing here keeps anything, so any of these
functions can be replaced by one's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from scipy.special import erf


class Dense(NamedTuple):
    """What a dense layer is computed from: x (N, inputs), weights (inputs, outputs) and bias (outputs,)."""

    x: Any
    weights: Any
    bias: Any


class Activation(NamedTuple):
    """What an activation is computed from, z (N, units), and its value a of the same shape."""

    z: Any
    a: Any


class Loss(NamedTuple):
    """What a loss is computed from: scores and targets, both (N, outputs)."""

    scores: Any
    targets: Any


class Penalty(NamedTuple):
    """What the penalty of a layer is computed from: its weights, and the strength of L2."""

    weights: Any
    strength: float


def dense(x: Any, weights: Any, bias: Any) -> Any:
    """z = x W + b."""
    return x @ weights + bias


def dense_backward(upstream: Any, cache: Dense) -> tuple[Any, Any, Any]:
    """δ Wᵀ, xᵀ δ, and δ summed over the samples, as each of them has the same bias."""
    return upstream @ cache.weights.T, cache.x.T @ upstream, np.sum(upstream, axis=0)


def identity(z: Any) -> Any:
    """a = z."""
    return z


def identity_backward(upstream: Any, cache: Activation) -> Any:
    """δ."""
    return upstream


def tanh(z: Any) -> Any:
    """a = tanh z."""
    return np.tanh(z)


def tanh_backward(upstream: Any, cache: Activation) -> Any:
    """δ (1 - a²)."""
    return upstream * (1 - cache.a**2)


def relu(z: Any) -> Any:
    """a = max(z, 0)."""
    return np.maximum(z, 0.0)


def relu_backward(upstream: Any, cache: Activation) -> Any:
    """δ where z > 0."""
    return upstream * (cache.z > 0)


def sigmoid(z: Any) -> Any:
    """a = 1 / (1 + e⁻ᶻ), written so that nothing overflows."""
    return 0.5 * (1 + np.tanh(0.5 * z))


def sigmoid_backward(upstream: Any, cache: Activation) -> Any:
    """δ a (1 - a)."""
    return upstream * cache.a * (1 - cache.a)


def gelu(z: Any) -> Any:
    """a = z Φ(z), Φ the normal distribution function (Hendrycks and Gimpel 2016)."""
    return 0.5 * z * (1 + erf(z / np.sqrt(2)))


def gelu_backward(upstream: Any, cache: Activation) -> Any:
    """δ (Φ(z) + z φ(z))."""
    z = cache.z
    return upstream * (0.5 * (1 + erf(z / np.sqrt(2))) + z * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi))


def log_softmax(scores: Any) -> Any:
    """ln pₖ = sₖ - ln Σ exp sⱼ, with the highest score taken off first so that nothing overflows."""
    low = scores - np.max(scores, axis=1, keepdims=True)
    return low - np.log(np.sum(np.exp(low), axis=1, keepdims=True))


def softmax_cross_entropy(scores: Any, targets: Any) -> Any:
    """-Σ t ln p, the mean over the samples."""
    return -np.sum(targets * log_softmax(scores)) / len(targets)


def softmax_cross_entropy_backward(upstream: Any, cache: Loss) -> Any:
    """(p - t) / N, where each row of targets sums to 1."""
    return upstream * (np.exp(log_softmax(cache.scores)) - cache.targets) / len(cache.targets)


def mean_squares(scores: Any, targets: Any) -> Any:
    """(s - t)², the mean over samples and outputs."""
    return np.mean((scores - targets) ** 2)


def mean_squares_backward(upstream: Any, cache: Loss) -> Any:
    """2 (s - t) / (N · outputs)."""
    return upstream * 2 * (cache.scores - cache.targets) / np.size(cache.targets)


def l2(weights: Any, strength: float) -> Any:
    """λ/2 Σ W²."""
    return 0.5 * strength * np.sum(weights**2)


def l2_backward(upstream: Any, cache: Penalty) -> Any:
    """λ W."""
    return upstream * cache.strength * cache.weights


ACTIVATIONS: dict[str, Callable] = {
    "tanh": tanh,
    "relu": relu,
    "sigmoid": sigmoid,
    "gelu": gelu,
    "identity": identity,
}
STEEPEST = {"tanh": 1.0, "relu": 1.0, "sigmoid": 0.25, "gelu": 1.1289, "identity": 1.0}  # slopes
LOSSES: dict[str, Callable] = {
    "softmax_cross_entropy": softmax_cross_entropy,
    "mean_squares": mean_squares,
}
FORWARD: dict[str, Callable] = {"dense": dense} | ACTIVATIONS | LOSSES | {"l2": l2}
BACKWARD: dict[str, Callable] = {
    "dense": dense_backward,
    "tanh": tanh_backward,
    "relu": relu_backward,
    "sigmoid": sigmoid_backward,
    "gelu": gelu_backward,
    "identity": identity_backward,
    "softmax_cross_entropy": softmax_cross_entropy_backward,
    "mean_squares": mean_squares_backward,
    "l2": l2_backward,
}
