"""Training as pictures: losses, gradient norms, activations and one weight's slope; drawn once, then moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import NullLocator

from derivlab.networks import Epoch, Network, Probe, Training
from derivlab.plots.axes import AxesDisplay
from derivlab.plots.paper import TEXT, ink, readable
from derivlab.plots.runs import ON_WHITE, RUNS

BLUE, ORANGE = "#0072B2", "#D55E00"  # Okabe and Ito (2008)
LAYERS = tuple(zip(ON_WHITE, (marker for _, marker, _ in RUNS), (dash for *_, dash in RUNS), strict=True))
RANGES = {"tanh": (-1.0, 1.0), "sigmoid": (0.0, 1.0), "relu": (0.0, 4.0), "gelu": (-0.5, 3.5), "identity": (-4.0, 4.0)}  # fmt: skip
BINS = 20
ABOVE: dict = {
    "loc": "lower right",
    "bbox_to_anchor": (1.01, 0.96),
    "frameon": False,
    "columnspacing": 0.9,
    "handletextpad": 0.4,
}


def _decades(ax: Any) -> None:
    ax.yaxis.set_minor_locator(NullLocator())
    ax.grid(alpha=0.25)


@dataclass(repr=False)
class LossDisplay(AxesDisplay):
    """Training and test loss against epochs on a logarithmic scale; `move` brings them to epochs done so far."""

    epochs: int
    low: float = 1e-3
    high: float = 1e1

    def plot(self, ax: Any = None) -> LossDisplay:
        """Draw the axes on those given, or on a figure of its own."""
        ax = self.on(ax, (5, 3))
        ax.set(yscale="log", xlim=(0, self.epochs), ylim=(self.low, self.high))
        ax.set_title("Loss", loc="left", fontsize=11)
        _decades(ax)
        self._lines = [
            ax.plot([], [], color=readable(BLUE), lw=1.8, label="training")[0],
            ax.plot([], [], color=readable(ORANGE), lw=1.8, ls="--", label="test")[0],
        ]
        self._dots = [
            ax.plot([], [], m, color=c, ms=6, mec="black", mew=0.8)[0]
            for m, c in (("o", BLUE), ("s", ORANGE))
        ]
        ax.legend(fontsize=8, ncols=2, **ABOVE)
        self.moving += [*self._lines, *self._dots]
        return self

    def move(self, epochs: Sequence[Epoch]) -> None:
        """Show the losses of epochs, the last one marked; what lies outside the picture is at its edge."""
        x = [epoch.number for epoch in epochs]
        for k, (line, dot) in enumerate(zip(self._lines, self._dots, strict=True)):
            losses = [(epoch.train, epoch.test)[k].loss for epoch in epochs]
            there = slice(None) if np.isfinite(losses).any() else slice(0)  # without test samples no line
            y = _within(losses, self.low, self.high)
            line.set_data(x[there], y[there])
            dot.set_data(x[there][-1:], y[there][-1:])

    def __repr__(self) -> str:
        return f"Training and test loss over {self.epochs} epochs"


@dataclass(repr=False)
class GradientNormDisplay(AxesDisplay):
    """The norm of the gradient by the weights of each layer against epochs, on a logarithmic scale."""

    layers: int
    epochs: int
    low: float = 1e-8
    high: float = 1e3

    def plot(self, ax: Any = None) -> GradientNormDisplay:
        """Draw the axes on those given, or on a figure of its own."""
        ax = self.on(ax, (5, 3))
        ax.set(yscale="log", xlim=(0, self.epochs), ylim=(self.low, self.high), xlabel="epoch")
        ax.set_title("Gradient norms", loc="left", fontsize=11)
        _decades(ax)
        self._lines, self._dots, keys = [], [], []
        for k in range(self.layers):
            colour, marker, dash = LAYERS[k % len(LAYERS)]
            colour = readable(colour)
            self._lines.append(ax.plot([], [], color=colour, ls=dash, lw=1.6)[0])
            self._dots.append(ax.plot([], [], marker, color=colour, ms=6.5, mec="black", mew=0.8)[0])
            keys.append(ax.plot([], [], color=colour, marker=marker, ls=dash, lw=1.4, ms=5)[0])
        names = [f"{k}" for k in range(1, self.layers + 1)]
        ax.legend(keys, names, fontsize=8, ncols=self.layers, handlelength=0.9, **ABOVE)
        self.moving += [*self._lines, *self._dots]
        return self

    def move(self, epochs: Sequence[Epoch]) -> None:
        """Show the norms of epochs, the last one marked; what lies outside the picture is at its edge."""
        x = [epoch.number for epoch in epochs]
        norms = np.array([epoch.gradient_norms for epoch in epochs])
        for k, (line, dot) in enumerate(zip(self._lines, self._dots, strict=True)):
            y = _within(norms[:, k], self.low, self.high)
            line.set_data(x, y)
            dot.set_data(x[-1:], y[-1:])

    def __repr__(self) -> str:
        return f"Gradient norms of {self.layers} layers over {self.epochs} epochs"


def _within(values: Any, low: float, high: float) -> np.ndarray:
    return np.clip(np.nan_to_num(np.asarray(values, dtype=float), nan=high, posinf=high), low, high)


@dataclass(repr=False)
class TrainingDisplay:
    """Losses and gradient norms of a whole training, on axes that fit it."""

    training: Training
    axes_: Any = field(default=None, init=False)
    figure_: Any = field(default=None, init=False)

    def plot(self, axes: Any = None) -> TrainingDisplay:
        """Draw on two axes, or on a figure of its own."""
        if axes is None:
            axes = plt.subplots(1, 2, figsize=(9, 3), layout="constrained")[1]
        self.axes_, self.figure_ = axes, axes[0].figure
        epochs, norms = self.training.epochs, self.training.gradient_norms
        last = max(epochs[-1].number, 1)
        LossDisplay(last, *_decades_of(self.training.losses)).plot(axes[0]).move(epochs)
        GradientNormDisplay(norms.shape[1], last, *_decades_of(norms)).plot(axes[1]).move(epochs)
        axes[0].set_xlabel("epoch")
        return self

    def __repr__(self) -> str:
        return f"Losses and gradient norms of {len(self.training.epochs) - 1} epochs"


def _decades_of(values: np.ndarray) -> tuple[float, float]:
    """The powers of ten around positive values."""
    seen = np.log10(values[np.isfinite(values) & (values > 0)])
    if not seen.size:
        return 1e-3, 1e1
    low, high = np.floor(seen.min()), np.ceil(seen.max())
    return float(10**low), float(10 ** max(high, low + 1))


@dataclass(repr=False)
class ActivationDisplay:
    """How the activations of each hidden layer are spread, a small picture a layer; `move` brings them to values."""

    network: Network
    moving: list = field(default_factory=list, init=False)
    axes_: Any = field(default=None, init=False)

    def plot(self, axes: Any = None) -> ActivationDisplay:
        """Draw on one axes a hidden layer, or on a figure of its own."""
        names = self.network.activations
        if axes is None:
            axes = plt.subplots(
                1, len(names), figsize=(1.6 * len(names) + 1, 1.8), layout="constrained", squeeze=False
            )[1][0]
        self.axes_, self._bars, self._says = list(axes), [], []
        for k, (ax, name) in enumerate(zip(self.axes_, names, strict=True)):
            low, high = RANGES[name]
            ax.set(xlim=(low, high), ylim=(0, 1.22), yticks=[], xticks=[low, high])
            ax.set_title(f"layer {k + 1}", fontsize=9)
            if not k:
                ax.set_ylabel("activations")
            ax.tick_params(labelsize=8)
            for label, side in zip(ax.get_xticklabels(), ("left", "right"), strict=True):
                label.set_ha(side)
            colour = readable(LAYERS[k % len(LAYERS)][0])
            self._bars.append(ax.fill([], [], color=colour, alpha=0.75)[0])
            self._says.append(
                ax.text(0.5, 0.99, "", transform=ax.transAxes, fontsize=8, ha="center", va="top")
            )
        self.moving += [*self._bars, *self._says]
        return self

    def move(self, activations: Sequence[np.ndarray], epoch: Epoch) -> None:
        """Show activations (N, units) of each hidden layer; the tallest bar reaches 1, and the ends hold what lies beyond."""
        for name, bars, said, a, spread in zip(
            self.network.activations, self._bars, self._says, activations, epoch.activations, strict=True
        ):
            low, high = RANGES[name]
            edges = np.linspace(low, high, BINS + 1)
            counts = np.histogram(np.clip(np.nan_to_num(a), low, high), edges)[0]
            top = np.repeat(counts / max(counts.max(), 1), 2)
            side = np.repeat(edges, 2)
            bars.set_xy(np.column_stack([side, np.concatenate([[0.0], top, [0.0]])]))
            said.set_text(f"{100 * spread.flat:.0f} % flat")

    def __repr__(self) -> str:
        return f"Activations of {len(self.network.activations)} hidden layers"


@dataclass(repr=False)
class ProbeDisplay(AxesDisplay):
    """The objective along one weight, with backprop's slope as tangent and the central difference as secant."""

    reach: float = 1.0

    def plot(self, ax: Any = None) -> ProbeDisplay:
        """Draw the axes on those given, or on a figure of its own."""
        ax = self.on(ax, (5, 3))
        ax.set(
            xlim=(-self.reach, self.reach),
            ylim=(-1.25, 1.7),
            yticks=[],
            xticks=np.linspace(-self.reach, self.reach, 5),
            xlabel="added to the weight",
            ylabel="loss, scaled",
        )
        ax.grid(alpha=0.25)
        ax.axvline(0, color="0.5", lw=0.8, ls=":")
        self._curve = ax.plot([], [], color=ink(), lw=1.8)[0]
        self._tangent = ax.plot([], [], color=readable(BLUE), lw=1.8)[0]
        self._secant = ax.plot([], [], color=readable(ORANGE), lw=1.8, ls="--")[0]
        self._ends = ax.plot([], [], "s", color=ORANGE, ms=6, mec="black", mew=0.8)[0]
        mono = {"family": "monospace", "fontsize": 9, "transform": ax.transAxes, "va": "top"}
        lines = ((0.985, readable(BLUE, TEXT)), (0.885, readable(ORANGE, TEXT)), (0.13, ink()))
        self._says = [ax.text(0.02, y, "", color=c, **mono) for y, c in lines]
        self.moving += [self._curve, self._tangent, self._secant, self._ends, *self._says]
        return self

    def move(self, found: Probe) -> None:
        """Show a probe; heights are shares of how far the curve goes up or down."""
        rise = found.values - found.objective
        unit = float(np.max(np.abs(rise[np.isfinite(rise)]), initial=0.0)) or 1.0
        ends = np.array([-self.reach, self.reach])
        self._curve.set_data(found.offsets, rise / unit)
        self._tangent.set_data(ends, found.backprop * ends / unit)
        heights = (np.array(found.ends) - found.objective) / unit
        self._secant.set_data(ends, heights.mean() + found.difference * ends / unit)
        self._ends.set_data([-found.h, found.h], heights)
        self._says[0].set_text(f"backprop           {found.backprop:+.10e}")
        self._says[1].set_text(f"central difference {found.difference:+.10e}")
        self._says[2].set_text(
            f"weight {found.source} → {found.target} of layer {found.layer}: {found.agreement}"
        )

    def __repr__(self) -> str:
        return "The objective along one weight, its tangent and its secant"
