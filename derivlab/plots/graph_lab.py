"""A graph under a sweep, and below it the product of the step, the counter of operations, and a nudge against the gradient."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.patches import Polygon

from derivlab.graph import Nudge, Walk
from derivlab.graph.words import brief, heading, result_told, sum_told
from derivlab.plots.axes import Display
from derivlab.plots.graph import BLUE, GREY, RED, GraphDisplay
from derivlab.plots.paper import TEXT, ink, paper, readable
from derivlab.plots.tape import cut

LOWER = 208  # pixels below the graph
NUDGES = np.linspace(-1.0, 1.0, 41)
BARS = {"reverse": 48, "forward": 18}  # where they stand


@dataclass(repr=False)
class GraphLabDisplay(Display):
    """Views that move together to a number of steps and to a nudge."""

    walk: Walk
    title: str

    def plot(self, figure: Any) -> GraphLabDisplay:
        """Draw what stands still on an empty figure."""
        self.figure_, (wide, high) = figure, 100 * figure.get_size_inches()
        figure.set_layout_engine("none")  # every place is in pixels
        lower, left = LOWER / high, 0.57
        self.graph = GraphDisplay(self.walk, self.title).plot(
            _pixels(figure.add_axes((0.0, lower, 1.0, 1.0 - lower)), wide, high - LOWER)
        )
        self.step = StepDisplay(self.walk).plot(
            _pixels(figure.add_axes((0.0, 0.0, left, lower)), left * wide, LOWER)
        )
        self.nudge = NudgeDisplay(self.walk).plot(
            figure.add_axes((left + 0.03, 0.2 * lower, 0.97 - left - 0.015, 0.66 * lower))
        )
        self.moving = [*self.graph.moving, *self.step.moving, *self.nudge.moving]
        return self

    def move(self, count: int, asks: bool, coming: str, nudge: Nudge, curve: np.ndarray) -> None:
        """Bring all views to `count` steps and to what is `coming`; `curve` is how far the output moves for `NUDGES`."""
        self.graph.move(count, asks, nudge.node, nudge.by)
        self.step.move(count, coming)
        self.nudge.move(nudge, curve)

    def __repr__(self) -> str:
        return f"Graph of {self.title} under {self.walk.mode} sweeps"


@dataclass(repr=False)
class StepDisplay:
    """upstream × local = contribution of the last step, and the operations of both modes as bars."""

    walk: Walk
    moving: list = field(default_factory=list, init=False)

    def plot(self, ax: Any) -> StepDisplay:
        """Draw what stands still, on axes whose units are pixels."""
        wide = ax.get_xlim()[1]
        self._says = ax.text(14, 192, "", fontsize=10, va="center")
        self._coming = ax.text(
            wide - 8, 74, "", fontsize=10, va="center", ha="right", color=readable(BLUE, TEXT), weight="bold"
        )
        columns, middle = wide * np.array([0.16, 0.48, 0.82]), {"ha": "center", "va": "center"}
        for x, name in zip(columns, ("upstream", "local", "contribution"), strict=True):
            ax.text(x, 168, name, fontsize=9, color=readable(GREY, TEXT), **middle)
        for x, sign in ((0.32 * wide, "×"), (0.65 * wide, "=")):
            ax.text(x, 146, sign, fontsize=14, **middle)
        self._terms = [ax.text(x, 146, "", color=colour, weight="bold", **middle) for x, colour in zip(columns, (ink(), ink(), readable(RED, TEXT)), strict=True)]  # fmt: skip
        self._sum = ax.text(14, 119, "", fontsize=10, va="center", color=readable(RED, TEXT), weight="bold")
        self._result = ax.text(14, 98, "", fontsize=10, va="center")
        self.moving += [self._says, self._coming, *self._terms, self._sum, self._result]
        self._counter(ax, wide)
        return self

    def _counter(self, ax: Any, wide: float) -> None:
        """A bar for each mode: all edges that the whole derivative takes in it, a line at the end of each sweep."""
        costs = {mode: self.walk.cost(mode) for mode in BARS}
        self._length = (wide - 110) / (max(cost["edges"] for cost in costs.values()) or 1)
        ax.text(
            14, 74, "operations for the whole derivative", fontsize=9, va="center", color=readable(GREY, TEXT)
        )
        for mode, y in BARS.items():
            edges, sweeps = costs[mode]["edges"], costs[mode]["sweeps"]
            ax.text(14, y + 7, mode, fontsize=9.5, va="center", weight="bold" if mode == self.walk.mode else "normal")  # fmt: skip
            ax.add_patch(Polygon(_bar(y, edges * self._length), fc=paper(), ec=ink(), lw=1.0))
            ends = 88 + edges * self._length * np.arange(1, sweeps) / sweeps
            ax.vlines(ends if sweeps <= 60 else [], y, y + 14, color=ink(), lw=0.7)
            ax.text(90, y - 7, f"{edges} in {sweeps} sweep{'s' * (sweeps != 1)}", fontsize=8.5, va="center")
        self._fill = ax.add_patch(
            Polygon(_bar(BARS[self.walk.mode], 0.0), fc=readable(RED), ec="none", alpha=0.85)
        )
        self.moving.append(self._fill)

    def move(self, count: int, coming: str) -> None:
        """Bring the product and the counter to `count` steps, and say what is coming."""
        step = self.walk.steps[count - 1] if count else None
        self._says.set_text(cut(heading(self.walk, count), 62))
        self._coming.set_text(coming)
        self._sum.set_text("" if step is None else cut(sum_told(self.walk, step, 4), 60))
        self._result.set_text(cut(result_told(self.walk, count, 4), 64))
        terms = ["", "", ""] if step is None else [_term(v) for v in step.visit[2:5]]
        for text, told in zip(self._terms, terms, strict=True):
            text.set(text=told, fontsize=14 if len(told) < 9 else 9)
        self._fill.set_xy(_bar(BARS[self.walk.mode], count * self._length))


@dataclass(repr=False)
class NudgeDisplay:
    """How far the output moves with one node, and the straight line that the gradient says; heights fill the picture."""

    walk: Walk
    moving: list = field(default_factory=list, init=False)

    def plot(self, ax: Any) -> NudgeDisplay:
        """Draw what stands still."""
        ax.set(xlim=(-1.05, 1.05), ylim=(-1.25, 1.25), xticks=[-1, -0.5, 0, 0.5, 1], yticks=[])
        ax.set_xlabel("nudge Δ", fontsize=9)
        ax.tick_params(labelsize=8.5)
        ax.axhline(0, color=GREY, lw=0.7)
        ax.axvline(0, color=GREY, lw=0.7)
        blue, red = readable(BLUE, TEXT), readable(RED, TEXT)
        self._curve = ax.plot([], [], color=ink(), lw=2.0)[0]
        self._line = ax.plot([], [], color=blue, lw=1.6, dashes=(4, 2))[0]
        self._gap = ax.plot([], [], color=red, lw=3.0)[0]
        self._true = ax.plot([], [], "o", ms=9, color=ink())[0]
        self._said = ax.plot([], [], "D", ms=8, mfc=paper(), mec=blue, mew=2)[0]
        self._heading = ax.text(0, 1.06, "", fontsize=10, transform=ax.transAxes, va="bottom", clip_on=False)
        mark = {"fontsize": 9, "transform": ax.transAxes, "va": "top", "bbox": {"fc": paper(), "ec": "none", "pad": 1.5}}  # fmt: skip
        self._told = [ax.text(0.02, y, "", color=colour, **mark) for y, colour in ((0.97, ink()), (0.84, blue), (0.71, red))]  # fmt: skip
        self.moving += [
            self._curve,
            self._line,
            self._gap,
            self._said,
            self._true,
            self._heading,
            *self._told,
        ]
        return self

    def move(self, it: Nudge, curve: np.ndarray) -> None:
        """Bring the picture to a nudge; `curve` is how far the output moves for `NUDGES` of that node."""
        high = _largest(curve, it.slope)
        self._curve.set_data(NUDGES, curve / high)
        self._line.set_data([-1.0, 1.0], [-it.slope / high, it.slope / high])
        self._true.set_data([it.by], [it.moved / high])
        self._said.set_data([it.by], [it.said / high])
        self._gap.set_data([it.by, it.by], [it.said / high, it.moved / high])
        self._heading.set_text(f"nudge {cut(self.walk.labels[it.node], 12)} by {it.by:.3g}: the output moves")
        told = (f"● by {it.moved:.4g}", f"◇ gradient·Δ {it.said:.4g}", f"gap {it.gap:.2g}")
        for text, words in zip(self._told, told, strict=True):
            text.set_text(words)


def _pixels(ax: Any, wide: float, high: float) -> Any:
    """Axes without a frame whose units are pixels."""
    ax.set(xlim=(0, wide), ylim=(0, high))
    ax.axis("off")
    return ax


def _bar(y: float, length: float) -> list[tuple[float, float]]:
    return [(88, y), (88 + length, y), (88 + length, y + 14), (88, y + 14)]


def _term(value: Any) -> str:
    return "large" if value is None else cut(brief(value, 4), 19)


def _largest(curve: np.ndarray, slope: float) -> float:
    """The height that fills the picture: the curve's, but no more than a few times the line's."""
    high = float(np.nanmax(np.abs(curve), initial=0.0)) if np.isfinite(curve).any() else 0.0
    return max(abs(slope), min(high, 4 * abs(slope)) if slope else high) or 1.0
