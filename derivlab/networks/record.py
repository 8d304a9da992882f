"""`train` and what it returns: every epoch, and how it ended, in a sentence."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from derivlab.descent.optimisers import Adam
from derivlab.networks.data import Dataset
from derivlab.networks.network import Network
from derivlab.networks.training import Epoch, Settings, check, training

PATIENCE, PACE = 3.0, 0.1  # seconds without a bar, and from one drawing of it to the next
WIDTH = 30  # characters


@dataclass(frozen=True, repr=False)
class Training:
    """A network as trained, epoch by epoch; epoch 0 is before the first step."""

    network: Network
    data: Dataset
    optimiser: Any
    epochs: tuple[Epoch, ...]

    @property
    def last(self) -> Epoch:
        """The last epoch."""
        return self.epochs[-1]

    @property
    def weights(self) -> np.ndarray:
        """The weights it ended with, one vector."""
        return self.last.weights

    @property
    def gradient_norms(self) -> np.ndarray:
        """The norm of the gradient by each layer's weights, shape (epochs + 1, layers)."""
        return np.array([epoch.gradient_norms for epoch in self.epochs])

    @property
    def losses(self) -> np.ndarray:
        """Training and test loss, shape (epochs + 1, 2)."""
        return np.array([(epoch.train.loss, epoch.test.loss) for epoch in self.epochs])

    @property
    def accuracies(self) -> np.ndarray:
        """Training and test accuracy, shape (epochs + 1, 2)."""
        return np.array([(epoch.train.accuracy, epoch.test.accuracy) for epoch in self.epochs])

    def plot(self, axes: Any = None) -> Any:
        """Losses and gradient norms against epochs, on two axes or on a figure of their own."""
        from derivlab.plots.networks import TrainingDisplay

        return TrainingDisplay(self).plot(axes)

    def says(self) -> str:
        """How training went."""
        if self.last.outcome == "diverged":
            return f"diverged: {self.last.why}"
        return f"after {self.last.number} epochs ({self.last.steps} steps) {told(self.last)}"

    def __repr__(self) -> str:
        name = getattr(self.optimiser, "name", type(self.optimiser).__name__)
        sizes = "-".join(map(str, self.network.sizes))
        return f"{sizes} network on {self.data.name} by {name}: {self.says()}"


def told(epoch: Epoch) -> str:
    """Losses and accuracies of an epoch in words."""
    parts = [f"loss {epoch.train.loss:.4g}"]
    if np.isfinite(epoch.test.loss):
        parts.append(f"test loss {epoch.test.loss:.4g}")
    if np.isfinite(epoch.train.accuracy):
        parts.append(f"accuracy {100 * epoch.train.accuracy:.1f} %")
    if np.isfinite(epoch.test.accuracy):
        parts.append(f"test accuracy {100 * epoch.test.accuracy:.1f} %")
    return ", ".join(parts)


def train(
    network: Network,
    data: Dataset,
    optimiser: Any = None,
    epochs: int = 100,
    *,
    batch: int | None = 32,
    seed: int = 0,
    scale: Any = "glorot",
    weights: Any = None,
    progress: bool = True,
) -> Training:
    """Train a network on a dataset by an optimiser of `dl.descend` (Adam(0.01) where none is given).

    `batch` samples are taken a step (None: all of them), in an order by `seed`; so are the first weights, of `scale`
    glorot, he, lecun or a standard deviation, unless `weights` are given. With `progress` a run of more than three
    seconds draws a bar. Training ends early where the loss is out of hand; the record says so. Errors: `DerivativeError`.
    """
    optimiser = Adam(0.01) if optimiser is None else optimiser() if isinstance(optimiser, type) else optimiser
    check(network, data, optimiser, settings := Settings(epochs, batch, seed))
    start = network.init(seed, scale) if weights is None else np.asarray(weights, dtype=float)
    stream = training(network, data, optimiser, settings, start)
    return Training(network, data, optimiser, tuple(bar(stream, epochs) if progress else stream))


def bar(stream: Iterator[Epoch], epochs: int) -> Iterator[Epoch]:
    """The same stream; a long one draws a bar on stderr, and wipes it away in the end."""
    due, drawn = time.monotonic() + PATIENCE, 0
    for epoch in stream:
        yield epoch
        if time.monotonic() >= due:
            share = epoch.number / max(epochs, 1)
            line = f"{'█' * round(WIDTH * share):░<{WIDTH}} epoch {epoch.number} of {epochs}, {told(epoch)}"
            _write(f"\r{line:<{drawn}}")
            due, drawn = time.monotonic() + PACE, max(drawn, len(line))
    if drawn:
        _write(f"\r{' ' * drawn}\r")


def _write(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
