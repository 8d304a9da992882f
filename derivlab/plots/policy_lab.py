"""The policy-gradient lab: the cloud of gradients, what it is worth, and what learning makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from derivlab.plots.axes import AxesDisplay, Display
from derivlab.plots.moving_scale import MovingScale, round_up
from derivlab.plots.policy_cloud import BLUE, GREEN, VERMILLION, CloudDisplay, MeterDisplay
from derivlab.policy.cloud import Cloud
from derivlab.policy.learning import Update

RUNS = ("one batch kept", "new batch each step")


@dataclass(repr=False)
class CurveDisplay(AxesDisplay):
    """A quantity of learning against steps, on a scale that moves; a dot marks the present one.

    `names` are those of the line and, where there are two, of a dashed one beside it.
    """

    label: str
    longest: int
    colour: str = BLUE
    marks: Sequence[float] = (0.0, 0.5, 1.0)
    names: Sequence[str] = ()

    def plot(self, ax: Any = None) -> CurveDisplay:
        """Draw the axes on those given, or on a figure of its own."""
        ax = self.on(ax, (4.6, 2.6))
        air = 0.06 * (self.marks[-1] - self.marks[0])
        ax.set(xlim=(-0.02 * self.longest, 1.02 * self.longest), xlabel="steps of learning",
               ylim=(self.marks[0] - air, self.marks[-1] + air))  # fmt: skip
        ax.set_title(self.label, loc="left", fontsize=10)
        ax.grid(alpha=0.3)
        self._scale = MovingScale(ax, "y", self.marks)
        ink = plt.rcParams["text.color"]
        self._seen = ax.plot([], [], "o", color="0.55", ms=2.5, mew=0)[0]
        self._beside = ax.plot([], [], color=ink, lw=1.5, ls="--")[0]
        self._line = ax.plot([], [], color=self.colour, lw=2.2)[0]
        self._dot = ax.plot([], [], "o", color=self.colour, ms=8, mec=ink, mew=0.8)[0]
        if self.names:
            ax.legend([self._line, self._beside], self.names, fontsize=8, loc="lower left", framealpha=0.9)
        self.moving += [self._seen, self._beside, self._line, self._dot, *self._scale.moving]
        return self

    def move(self, values: Any, low: float, high: float, seen: Any = (), beside: Any = ()) -> None:
        """Show values of steps 0, 1, ..., what was `seen` of them and the line `beside`, from `low` to `high` of the scale."""
        first, last = self.marks[0], self.marks[-1]
        for line, row in ((self._line, values), (self._seen, seen), (self._beside, beside)):
            place = first + (last - first) * (np.asarray(row, dtype=float) - low) / ((high - low) or 1.0)
            line.set_data(np.arange(len(place)), place)
        self._dot.set_data(*(part[-1:] for part in self._line.get_data()))
        self._scale.move([low + (high - low) * (m - first) / (last - first) for m in self.marks])

    def __repr__(self) -> str:
        return f"{self.label} against steps"


@dataclass(repr=False)
class ChancesDisplay(AxesDisplay):
    """How likely the policy makes each named choice, as bars from 0 to 1."""

    names: Sequence[str]
    title: str

    def plot(self, ax: Any = None) -> ChancesDisplay:
        """Draw the axes on those given, or on a figure of its own."""
        ax = self.on(ax, (4.6, 1.8))
        ax.set(ylim=(0, 1), yticks=(0, 0.5, 1), xlim=(-0.6, len(self.names) - 0.4))
        ax.set_xticks(range(len(self.names)), self.names)
        ax.set_title(self.title, loc="left", fontsize=10)
        ax.grid(axis="y", alpha=0.3)
        self.moving += ax.bar(
            range(len(self.names)), 0.0, width=0.7, color=GREEN, edgecolor=plt.rcParams["text.color"], lw=0.8
        )
        return self

    def move(self, chances: np.ndarray) -> None:
        """Show one chance for each name."""
        for bar, chance in zip(self.moving, chances, strict=True):
            bar.set_height(float(chance))

    def __repr__(self) -> str:
        return f"{self.title}: {', '.join(self.names)}"


@dataclass(repr=False)
class PolicyLabDisplay(Display):
    """Views that move together; with `loss`, the printed loss above the return, of a kept batch and of new ones."""

    names: Sequence[str]
    title: str
    longest: int
    loss: bool = False

    def plot(self, figure: Any) -> PolicyLabDisplay:
        """Draw what stands still on an empty figure."""
        self.figure_ = figure
        columns = figure.add_gridspec(1, 2, width_ratios=(11, 9))
        left, right = columns[0], columns[1]
        heights = (9, 1.6, 4) if self.loss else (8, 1.6, 1.6, 4)
        if self.loss:
            above, returns = left.subgridspec(2, 1).subplots()
            cloud, uphill, chances = right.subgridspec(3, 1, height_ratios=heights).subplots()
            title = "The loss that is printed: minus the surrogate"
            self._loss = CurveDisplay(title, self.longest, VERMILLION, (-1.0, 0.0, 1.0), RUNS).plot(above)
        else:
            cloud = figure.add_subplot(left)
            returns, uphill, spread, chances = right.subgridspec(4, 1, height_ratios=heights).subplots()
            self._spread = MeterDisplay("Variance of its gradient", 1e-4, 1e3, log=True).plot(spread)
        self.cloud = CloudDisplay().plot(cloud)
        names = RUNS if self.loss else ()
        self._returns = CurveDisplay("Expected return J: worst to best", self.longest, names=names).plot(
            returns
        )
        self._uphill = MeterDisplay("One batch points uphill (%)", 0, 100, 50).plot(uphill)
        self._chances = ChancesDisplay(self.names, self.title).plot(chances)
        views: list[Any] = [self.cloud, self._returns, self._uphill, self._chances]
        for view in [*views, self._loss if self.loss else self._spread]:
            self.moving += view.moving
        return self

    def move(
        self, cloud: Cloud, updates: Sequence[Update], fresh: Sequence[Update], bounds: tuple, chances: Any
    ) -> None:
        """Bring all views to the last of some updates: the cloud there, the way to it, and the policy's chances.

        `fresh` is the way with new batches at each step, which the view of the loss shows beside the other.
        """
        self.cloud.move(cloud)
        self._uphill.move(None if cloud.flat else 100 * cloud.uphill, uphill(cloud))
        self._chances.move(chances)
        returns = [u.expected_return for u in updates]
        if not self.loss:
            self._returns.move(returns, bounds[0], bounds[1], seen=[u.mean_return for u in updates])
            self._spread.move(cloud.variance, f"{cloud.variance:.3g}")
            return
        self._returns.move(returns, bounds[0], bounds[1], beside=[u.expected_return for u in fresh])
        losses = [u.loss for u in updates]
        unit = round_up(float(np.max(np.abs(losses))))
        self._loss.move(losses, -unit, unit, beside=[u.loss for u in fresh])

    def __repr__(self) -> str:
        return f"Policy-gradient lab: {', '.join(self.names)}"


def uphill(cloud: Cloud) -> str:
    """How likely one batch points uphill, with two standard errors."""
    if cloud.flat:
        return "no way is up"
    return f"{100 * cloud.uphill:.0f} % ± {max(200 * cloud.error, 0.5):.0f}"
