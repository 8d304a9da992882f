"""Sampled gradients as arrows around the exact one, and meters of what they are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from derivlab.plots.axes import AxesDisplay
from derivlab.plots.moving_scale import MovingScale, round_up
from derivlab.policy.cloud import Cloud

BLUE, VERMILLION, GREEN = "#0072B2", "#D55E00", "#009E73"  # Okabe and Ito (2008)
SHOWN = 120  # arrows
HEAD = 0.05  # of the exact arrow, in units of the picture


@dataclass(repr=False)
class CloudDisplay(AxesDisplay):
    """Arrows from the present policy: batches that point uphill end in dots, the others in crosses."""

    def plot(self, ax: Any = None) -> CloudDisplay:
        """Draw the axes on those given, or on a figure of its own."""
        ax = self.on(ax, (5, 5))
        ink = plt.rcParams["text.color"]
        ax.set(xlim=(-1.05, 1.05), ylim=(-1.05, 1.05), aspect="equal")
        ax.set(xlabel="along the exact gradient ∇J", ylabel="across: first principal direction of the rest")
        ax.axvspan(-1.05, 0, color=ink, alpha=0.06, lw=0, zorder=0)
        ax.axvline(0, color=ink, lw=1, ls="--")
        ax.axhline(0, color="0.6", lw=0.8)
        for side, word in ((-1, "← downhill"), (1, "uphill →")):
            ax.text(side * 0.03, 1.0, word, ha="left" if side > 0 else "right", va="top", fontsize=9)
        self._scales = [MovingScale(ax, axis, (-1.0, 1.0), still=(-0.5, 0.0, 0.5)) for axis in "xy"]
        self._down, self._up = (ax.plot([], [], color=c, lw=0.7, alpha=0.35)[0] for c in (VERMILLION, BLUE))
        self._crosses = ax.plot([], [], "x", color=VERMILLION, ms=5, mew=1.2, label="a batch: downhill")[0]
        self._dots = ax.plot([], [], "o", color=BLUE, ms=4, mew=0, label="a batch: uphill")[0]
        self._exact = ax.plot([], [], color=ink, lw=3, label="exact ∇J")[0]
        self._mean = ax.plot([], [], "D", color="#F0E442", mec=ink, mew=1.2, ms=7, label="mean of the batches")[0]  # fmt: skip
        ax.legend(loc="lower left", fontsize=8, framealpha=0.9)
        self._share = ax.text(0.99, 0.01, "", transform=ax.transAxes, ha="right", va="bottom", fontsize=8)
        self.moving.append(self._share)
        self.moving += [self._down, self._up, self._crosses, self._dots, self._exact, self._mean]
        self.moving += [text for scale in self._scales for text in scale.moving]
        return self

    def move(self, cloud: Cloud) -> None:
        """Bring the arrows to a cloud; the scale is a round number that holds most of them."""
        unit = round_up(max(1.1 * cloud.length, float(np.quantile(np.hypot(*cloud.points.T), 0.9))))
        points = cloud.points[:SHOWN] / unit
        up = points[:, 0] * unit > 1e-12
        for line, tips, some in ((self._up, self._dots, up), (self._down, self._crosses, ~up)):
            line.set_data(*_from_origin(points[some]))
            tips.set_data(*points[some].T)
        self._mean.set_data(*(cloud.points.mean(axis=0, keepdims=True) / unit).T)
        self._exact.set_data(*_arrow(0.0 if cloud.flat else cloud.length / unit))
        self._share.set_text(f"up and down: {100 * cloud.share:.0f} % of the rest")
        for scale in self._scales:
            scale.move((-unit, unit))

    def __repr__(self) -> str:
        return "Gradients of single batches around the exact gradient"


def _from_origin(points: np.ndarray) -> np.ndarray:
    """Lines from the origin to every point, as one line with gaps: shape (2, 3 K)."""
    rows = np.zeros((len(points), 3, 2))
    rows[:, 1], rows[:, 2] = points, np.nan
    return rows.reshape(-1, 2).T


def _arrow(length: float) -> tuple[Sequence[float], Sequence[float]]:
    """The shaft and the head of an arrow to the right."""
    if not length:
        return [], []
    head = min(HEAD, 0.6 * length)
    return [0, length, np.nan, length - head, length, length - head], [0, 0, np.nan, head, 0, -head]


@dataclass(repr=False)
class MeterDisplay(AxesDisplay):
    """A bar with a mark, and its number in large letters; above the mark it is filled, below it is hatched too."""

    title: str
    low: float
    high: float
    mark: float | None = None
    log: bool = False

    def plot(self, ax: Any = None) -> MeterDisplay:
        """Draw the axes on those given, or on a figure of its own."""
        ax = self.on(ax, (4.6, 1.1))
        ax.set(xlim=(self.low, self.high), ylim=(0, 1), yticks=[], xscale="log" if self.log else "linear")
        ax.set_title(self.title, loc="left", fontsize=10)
        ax.tick_params(labelsize=8)
        self._bar = ax.barh(0.5, self.low, height=0.8, left=self.low, color=BLUE)[0]
        self._says = ax.text(1.0, 1.12, "", transform=ax.transAxes, ha="right", va="bottom", fontsize=12,
                             fontweight="bold", clip_on=False)  # fmt: skip
        self.moving += [self._bar, self._says]
        if self.mark is not None:
            self.moving.append(ax.axvline(self.mark, color=plt.rcParams["text.color"], lw=1.5, ls="--"))
        return self

    def move(self, value: float | None, says: str) -> None:
        """Show a number (None: there is none) and how it is said."""
        shown = self.low if value is None else float(np.clip(value, self.low, self.high))
        good = self.mark is None or shown > self.mark
        self._bar.set_width(shown - self.low)
        self._bar.set(facecolor=BLUE if good else VERMILLION, hatch="" if good else "//")
        self._says.set_text(says)

    def __repr__(self) -> str:
        return self.title
