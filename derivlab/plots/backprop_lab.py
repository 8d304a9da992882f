"""All views of a network that learns: what it decides, losses, gradient norms, activations, one weight's slope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from derivlab.networks import Dataset, Epoch, Network, Probe, Samples, confusion, hidden, over_plane
from derivlab.plots.axes import AxesDisplay, Display
from derivlab.plots.networks import (
    BLUE,
    ORANGE,
    ActivationDisplay,
    GradientNormDisplay,
    LossDisplay,
    ProbeDisplay,
)

REACH = 2.6  # of the plane, in standard deviations
SIDES = LinearSegmentedColormap.from_list(
    "sides", ["#7FB8D8", "#FFFFFF", "#EAAE7F"]
)  # BLUE and ORANGE, half white
SIDE, ACROSS, DOWN, PER_ROW, EXAMPLES = (
    8,
    11,
    11,
    5,
    10,
)  # pixels of a digit, of its place, and the sheet of them


@dataclass(repr=False)
class PlaneDisplay(AxesDisplay):
    """The probability of class 1 over the plane, with the samples of both classes on it."""

    reach: float = REACH

    def plot(self, ax: Any) -> PlaneDisplay:
        """Draw the axes."""
        self.ax_, self.figure_, r = ax, ax.figure, self.reach
        self._image = ax.imshow(
            np.zeros((2, 2)), cmap=SIDES, vmin=0, vmax=1, extent=(-r, r, -r, r), origin="lower", interpolation="bilinear",
            aspect="auto",
        )  # fmt: skip
        ax.set(xlim=(-r, r), ylim=(-r, r), xlabel="input 1, standardised", ylabel="input 2, standardised")
        styles = [("o", BLUE, "class 0"), ("^", ORANGE, "class 1")]
        self._train = [
            ax.plot([], [], m, color=c, ms=6, mec="white", mew=0.7, label=f"{name}, training")[0]
            for m, c, name in styles
        ]
        self._test = [
            ax.plot([], [], m, color="white", ms=5, mec=c, mew=1.4, label=f"{name}, test")[0]
            for m, c, name in styles
        ]
        ax.legend(fontsize=8, ncols=4, loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False, handletextpad=0.1,
                  columnspacing=0.9)  # fmt: skip
        self.moving += [self._image, *self._test, *self._train]
        return self

    def move(self, network: Network, w: np.ndarray, data: Dataset) -> None:
        """Show what the network with weights w decides, over the samples."""
        self._image.set_data(np.nan_to_num(over_plane(network, w, self.reach), nan=0.5))
        for lines, samples in ((self._train, data.train), (self._test, data.test)):
            for k, line in enumerate(lines):
                line.set_data(*samples.x[samples.y == k].T)


@dataclass(repr=False)
class DigitsDisplay(AxesDisplay):
    """Which test digit is taken for which, above some of them with the probability given to the class they are."""

    names: Sequence[str]

    def plot(self, figure: Any, place: Any) -> DigitsDisplay:
        """Draw the axes in their place of a figure."""
        table, pictures = place.subgridspec(2, 1, height_ratios=(3, 2), hspace=0.08).subplots()
        self.ax_, self.figure_, count = table, figure, len(self.names)
        self._table = table.imshow(np.zeros((count, count)), cmap="Blues", vmin=0, vmax=1, aspect="auto")
        table.set_xticks(range(count), self.names)
        table.set_yticks(range(count), self.names)
        table.xaxis.tick_top()
        table.xaxis.set_label_position("top")
        table.set(xlabel="taken for", ylabel="test digit")
        self._counts = [
            [table.text(j, i, "", ha="center", va="center", fontsize=8) for j in range(count)]
            for i in range(count)
        ]
        rows = -(-EXAMPLES // PER_ROW)
        self._pictures = pictures.imshow(
            np.zeros((rows * DOWN, PER_ROW * ACROSS)), cmap="gray_r", vmin=0, vmax=16, aspect="auto"
        )
        pictures.axis("off")
        self._says = [
            pictures.text(
                k % PER_ROW * ACROSS + 4, k // PER_ROW * DOWN + 9.2, "", fontsize=9, ha="center", va="center"
            )
            for k in range(EXAMPLES)
        ]
        self.moving += [self._table, *chain(*self._counts), self._pictures, *self._says]
        return self

    def move(self, network: Network, w: np.ndarray, data: Dataset) -> None:
        """Show how the network with weights w takes the test digits."""
        counts = confusion(network, w, data.test)
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        self._table.set_data(shares)
        for texts, row, share in zip(self._counts, counts, shares, strict=True):
            for text, n, s in zip(texts, row, share, strict=True):
                text.set(text=str(n) if n else "", color="white" if s > 0.5 else "black")

        self._examples(network, w, data)

    def _examples(self, network: Network, w: np.ndarray, data: Dataset) -> None:
        shown = examples(data)
        sheet = np.zeros(self._pictures.get_array().shape)
        chances = network.probabilities(w, shown.x)
        for k, (pixels, y, chance) in enumerate(zip(data.raw(shown.x), shown.y, chances, strict=True)):
            top, left = k // PER_ROW * DOWN, k % PER_ROW * ACROSS
            sheet[top : top + SIDE, left : left + SIDE] = pixels.reshape(SIDE, SIDE)
            taken = int(np.argmax(chance))
            right = taken == y
            said = f"{self.names[taken]} {'✓' if right else '✗'} {100 * chance[taken]:.0f} %"
            self._says[k].set(text=said, color="#00664B" if right else "#B34700")
        self._pictures.set_data(sheet)


@lru_cache(maxsize=8)
def examples(data: Dataset) -> Samples:
    """As many test samples of each class as there is room for, in the order of the classes."""
    each = [np.flatnonzero(data.test.y == k)[: -(-EXAMPLES // data.classes)] for k in range(data.classes)]
    rows = np.concatenate(each)[:EXAMPLES]
    return Samples(data.test.x[rows], data.test.y[rows])


@dataclass(repr=False)
class BackpropLabDisplay(Display):
    """Views of one network that move together; `names` are the classes', and `data` tells planes from digits."""

    network: Network
    data: Dataset
    epochs: int
    names: Sequence[str] = ()

    def plot(self, figure: Any) -> BackpropLabDisplay:
        """Draw what stands still on an empty figure; its layout is fixed, which takes half the time of one that is sought."""
        figure.set_layout_engine("none")
        top = 0.945 if self.data.inputs == 2 else 0.92
        self.figure_, count = figure, self.network.depth - 1
        left = figure.add_gridspec(
            2, 1, left=0.062, right=0.545, bottom=0.075, top=top, hspace=0.28, height_ratios=(14, 8)
        )
        right = figure.add_gridspec(
            3, 1, left=0.625, right=0.985, bottom=0.075, top=0.955, hspace=0.42, height_ratios=(7, 8, 9)
        )
        self.main: Any = self._main(figure, left[0])
        small = left[1].subgridspec(1, count, wspace=0.12).subplots(squeeze=False)[0]
        loss, norms, one = (figure.add_subplot(place) for place in right)
        self.loss = LossDisplay(self.epochs).plot(loss)
        self.norms = GradientNormDisplay(self.network.depth, self.epochs).plot(norms)
        self.activations = ActivationDisplay(self.network).plot(small)
        self.probe = ProbeDisplay().plot(one)
        for view in (self.main, self.loss, self.norms, self.activations, self.probe):
            self.moving += view.moving
        return self

    def _main(self, figure: Any, place: Any) -> PlaneDisplay | DigitsDisplay:
        if self.data.inputs == 2:
            return PlaneDisplay().plot(figure.add_subplot(place))
        return DigitsDisplay(self.names).plot(figure, place)

    def move(self, network: Network, data: Dataset, epochs: Sequence[Epoch], found: Probe) -> None:
        """Bring all views to the last of the epochs done so far, and to the slope of one weight there."""
        here = epochs[-1]
        self.main.move(network, here.weights, data)
        self.loss.move(epochs)
        self.norms.move(epochs)
        self.activations.move(hidden(network, here.weights, data.train), here)
        self.probe.move(found)
