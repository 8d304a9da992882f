"""What to look at in a network: one weight's slope two ways, hidden activations, and who is taken for whom."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.networks.data import Samples
from derivlab.networks.layers import ACTIVATIONS
from derivlab.networks.network import Network


class Probe(NamedTuple):
    """One weight, from unit `source` of layer `layer` - 1 to unit `target` of it, all counted from 1.

    `backprop` and `difference` are the slope of the objective by this weight, the latter (f(w+h) - f(w-h)) / 2h;
    `values` (K,) is the objective with `offsets` (K,) added to the weight.
    """

    layer: int
    source: int
    target: int
    weight: float
    objective: float
    backprop: float
    h: float
    ends: tuple[float, float]
    offsets: np.ndarray
    values: np.ndarray

    @property
    def difference(self) -> float:
        """The central difference."""
        return (self.ends[1] - self.ends[0]) / (2 * self.h)

    @property
    def digits(self) -> float:
        """To how many digits both agree, 16 where they are equal."""
        apart = abs(self.backprop - self.difference)
        size = max(abs(self.backprop), abs(self.difference))
        return 16.0 if not apart else float(np.clip(-np.log10(apart / size), 0.0, 16.0))

    @property
    def agreement(self) -> str:
        """How far both agree, in words."""
        return "both are equal" if self.backprop == self.difference else f"{self.digits:.1f} digits agree"


def probe(
    network: Network,
    w: np.ndarray,
    samples: Samples,
    layer: int = 1,
    source: int = 1,
    target: int = 1,
    h: float = 1e-5,
    reach: float = 1.0,
    points: int = 21,
) -> Probe:
    """The slope of the objective on samples by one weight, and the objective along it; errors: no such weight."""
    at = place(network, layer, source, target)
    unit = np.zeros(network.size)
    unit[at] = 1.0

    def along(t: float) -> float:
        return float(network.objective(w + t * unit, *samples))

    with np.errstate(all="ignore"):
        value, slope = network.value_and_gradient(w, *samples)
        offsets = reach * np.linspace(-1, 1, points)
        curve = np.array([along(t) for t in offsets])
        ends = along(-h), along(h)
    return Probe(layer, source, target, float(w[at]), value, float(slope[at]), h, ends, offsets, curve)


def place(network: Network, layer: int, source: int, target: int) -> int:
    """Where in w a weight is; errors: `DerivativeError`."""
    for name, number, most in (
        ("layer", layer, network.depth),
        ("source", source, network.sizes[min(max(layer, 1), network.depth) - 1]),
        ("target", target, network.sizes[min(max(layer, 1), network.depth)]),
    ):
        if not 1 <= number <= most:
            raise DerivativeError(
                f"{name} is {number}; choose 1 to {most} in a network of sizes {network.sizes}."
            )
    numbers = network.layers(np.arange(network.size))[layer - 1][0]
    return int(numbers[source - 1, target - 1])


def hidden(network: Network, w: np.ndarray, samples: Samples) -> list[np.ndarray]:
    """The activations of each hidden layer, (N, units)."""
    return [stage.value for stage in network.forward(w, *samples) if stage.rule in ACTIVATIONS]


def confusion(network: Network, w: np.ndarray, samples: Samples) -> np.ndarray:
    """How many samples of each class (rows) are taken for each class (columns), shape (classes, classes)."""
    classes = network.sizes[-1]
    pairs = classes * samples.y.astype(int) + network.predict(w, samples.x)
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


def over_plane(network: Network, w: np.ndarray, reach: float = 2.5, points: int = 40) -> Any:
    """The probability of class 1 at the middles of the cells of a square from -reach to reach, shape (points, points)."""
    axis = reach * ((2 * np.arange(points) + 1) / points - 1)
    grid = np.stack([a.ravel() for a in np.meshgrid(axis, axis)], axis=1)
    return network.probabilities(w, grid)[:, 1].reshape(points, points)
