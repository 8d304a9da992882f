"""A graph under a sweep: the edge just passed and the next one, the sum below each node, the counter, and a nudge."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.patches import FancyBboxPatch, Polygon

from derivlab.graph import Nudge, Walk
from derivlab.graph.words import heading, result_told, sum_told
from derivlab.plots.graph_layout import HIGH, WIDE, Layout, head, joined, lay_out
from derivlab.plots.tape import Box, brief, cut
from derivlab.tape import shown

BOXES = 40  # that stay readable; more nodes are folded
BLUE, RED, GREEN, GREY, INK = "#0072B2", "#B34700", "#007E5B", "#8a8a8a", "#111111"
NUDGES = np.linspace(-1.0, 1.0, 41)
MONO = {"family": "monospace"}


@dataclass(repr=False)
class GraphLabDisplay:
    """The graph of a walk; `move` brings it to a number of steps and to a nudge."""

    walk: Walk
    title: str
    moving: list = field(default_factory=list, init=False)
    figure_: Any = field(default=None, init=False)
    _below: list = field(default_factory=list, init=False)
    graph_: Any = field(default=None, init=False)
    layout_: Layout = field(default=None, init=False)  # type: ignore[assignment]

    def plot(self, figure: Any) -> GraphLabDisplay:
        """Draw what stands still on an empty figure."""
        wide, high = figure.bbox.size
        lower = 208 / high
        self.figure_ = figure
        figure.set_layout_engine("none")  # every place is in pixels
        self.graph_ = _blank(figure.add_axes((0.0, lower, 1.0, 1.0 - lower)), wide, high - 208)
        self.layout_ = lay_out(self.walk.tape, wide, high - 208 - 34, BOXES)
        self._nodes(self.graph_, high - 208)
        self._edges(self.graph_)
        self._card(_blank(figure.add_axes((0.0, 0.0, 0.56, lower)), 0.56 * wide, 208))
        self._nudging(figure.add_axes((0.60, 0.20 * lower, 0.385, 0.66 * lower)))
        return self

    @property
    def folded(self) -> str:
        """How many nodes share a box, in words; "" where each has its own."""
        boxes, nodes = self.layout_.boxes, len(self.walk.tape.nodes)
        hidden = sum(len(box.nodes) for box in boxes if len(box.nodes) > 1)
        return f"{hidden} of the {nodes} nodes are folded into boxes with a dashed rim." if hidden else ""

    def box_at(self, x: float, y: float) -> int | None:
        """The node whose box lies at a point of the graph."""
        near = np.abs(self.layout_.places - [x, y]) / self.layout_.scale <= [WIDE / 2 + 4, HIGH / 2 + 18]
        found = np.flatnonzero(near.all(axis=1))
        return self.layout_.boxes[found[0]].last.index if found.size else None

    def _nodes(self, ax: Any, top: float) -> None:
        ax.text(12, top - 12, cut(self.title, 90), fontsize=11, va="top", weight="bold")
        ax.text(ax.get_xlim()[1] - 12, top - 12, BELOW[self.walk.mode], fontsize=8.5, va="top", ha="right")
        for box, place in zip(self.layout_.boxes, self.layout_.places, strict=True):
            self._box(ax, place, len(box.nodes) > 1, not box.last.inputs)
            self._name(ax, box, place)
            self._below.append(
                self._write(ax, place, -HIGH / 2 - 12, "", 8.3, color=RED, weight="bold", **MONO)
            )
        self.moving += self._below

    def _name(self, ax: Any, box: Box, place: np.ndarray) -> None:
        """Value, name and operation of a box."""
        node, label = box.last, self.walk.labels[box.last.index]
        first, second = (label, self.walk.phrase(node) if node.inputs else "")
        if len(box.nodes) > 1:
            first, second = f"{len(box.nodes)} steps", f"to {label}"
        self._write(ax, place, 6.5 if second else 0.0, cut(first, 14), 9.0, weight="bold")
        self._write(ax, place, -7.5, cut(second, 17), 7.8)
        self._write(ax, place, HIGH / 2 + 11, brief(node.value), 8.3, **MONO)

    def _write(self, ax: Any, place: np.ndarray, up: float, text: str, size: float, **style: Any) -> Any:
        scale = self.layout_.scale
        return ax.text(
            place[0], place[1] + up * scale, text, fontsize=max(size * scale, 4.5), ha="center", va="center", zorder=6, **style
        )  # fmt: skip

    def _box(self, ax: Any, place: np.ndarray, folded: bool, first: bool) -> None:
        scale = self.layout_.scale
        corner = place - np.array([WIDE, HIGH]) * scale / 2
        rounded = f"round,pad=0,rounding_size={5 * scale}"
        look = FancyBboxPatch((corner[0], corner[1]), WIDE * scale, HIGH * scale, boxstyle=rounded, fc="#e3f1fa", ec="#2f6f9f", zorder=3)  # fmt: skip
        look.set(linewidth=2.2 if first else 1.2, linestyle="--" if folded else "-")
        ax.add_patch(look)

    def _edges(self, ax: Any) -> None:
        scale = self.layout_.scale
        for path in self.layout_.curves.values():
            ax.plot(*path.T, color=GREY, lw=1.0, zorder=1)
            ax.add_patch(Polygon(head(path[-2], path[-1], 5 * scale), fc=GREY, ec="none", zorder=1))
        self._passed = ax.plot([], [], color="#333333", lw=2.0, zorder=2)[0]
        self._now = ax.plot([], [], color=RED, lw=4.0, zorder=5, solid_capstyle="butt")[0]
        self._arrow = ax.add_patch(Polygon(np.zeros((3, 2)), fc=RED, ec=RED, zorder=6))
        self._next = ax.plot([], [], color=BLUE, lw=2.6, dashes=(2.5, 1.6), zorder=5)[0]
        self._asks = ax.text(
            0,
            0,
            "?",
            fontsize=13,
            color=BLUE,
            weight="bold",
            ha="center",
            va="center",
            zorder=7,
            bbox={"fc": "white", "ec": "none", "pad": 1},
        )
        self._frames = [
            ax.plot([], [], color=colour, lw=width, ls=ls, zorder=5)[0]
            for colour, width, ls in ((RED, 2.6, "-"), (RED, 2.6, "-"), (GREEN, 2.6, ":"))
        ]
        self._tag = ax.text(
            0, 0, "", fontsize=9, color=GREEN, weight="bold", ha="center", va="center", zorder=7
        )
        self.moving += [
            self._passed,
            self._now,
            self._arrow,
            self._next,
            self._asks,
            *self._frames,
            self._tag,
        ]

    def _card(self, ax: Any) -> None:
        """What this step does, and the counter."""
        self._says = ax.text(14, 192, "", fontsize=10, va="center")
        columns = (88, 262, 446)
        for x, name in zip(columns, ("upstream", "local", "contribution"), strict=True):
            ax.text(x, 168, name, fontsize=8.5, ha="center", va="center", color="#444444")
        for x, sign in ((175, "×"), (354, "=")):
            ax.text(x, 146, sign, fontsize=14, ha="center", va="center")
        self._terms = [
            ax.text(x, 146, "", fontsize=13, ha="center", va="center", color=colour, weight="bold")
            for x, colour in zip(columns, (INK, INK, RED), strict=True)
        ]
        self._sum = ax.text(14, 118, "", fontsize=10, va="center", color=RED, weight="bold")
        self._result = ax.text(14, 98, "", fontsize=10, va="center")
        self._counter(ax)
        self.moving += [self._says, *self._terms, self._sum, self._result]

    def _counter(self, ax: Any) -> None:
        """A bar for each mode: all edges that the whole derivative takes in it, and those passed."""
        costs = {mode: self.walk.cost(mode) for mode in BELOW}
        most = max(cost["edges"] for cost in costs.values()) or 1
        ax.text(14, 74, "operations for the whole derivative", fontsize=8.5, va="center", color="#444444")
        for y, (mode, cost) in zip((48, 18), costs.items(), strict=True):
            here = mode == self.walk.mode
            self._length = 420 / most
            ax.text(14, y + 7, mode, fontsize=9.5, va="center", weight="bold" if here else "normal")
            ax.add_patch(Polygon(_bar(88, y, cost["edges"] * self._length), fc="white", ec=INK, lw=1.0))
            for cut_ in range(1, cost["sweeps"]) if cost["sweeps"] <= 60 else ():
                x = 88 + cost["edges"] * self._length * cut_ / cost["sweeps"]
                ax.plot([x, x], [y, y + 14], color=INK, lw=0.7)
            word = f"{cost['edges']} in {cost['sweeps']} sweep{'s' * (cost['sweeps'] != 1)}"
            ax.text(90, y - 7, word, fontsize=8, va="center")
        self._fill = ax.add_patch(
            Polygon(_bar(88, 48 if self.walk.mode == "reverse" else 18, 0.0), fc=RED, ec="none", alpha=0.85)
        )
        self.moving.append(self._fill)

    def _nudging(self, ax: Any) -> None:
        """The output against a nudge of one node, and the straight line that the gradient says; heights fill the picture."""
        ax.set(xlim=(-1.05, 1.05), ylim=(-1.25, 1.25), xlabel="nudge Δ")
        ax.set_yticks([])
        ax.tick_params(labelsize=8)
        ax.xaxis.label.set_size(9)
        ax.axhline(0, color=GREY, lw=0.7)
        ax.axvline(0, color=GREY, lw=0.7)
        self._curve = ax.plot([], [], color=INK, lw=2.0)[0]
        self._line = ax.plot([], [], color=BLUE, lw=1.6, dashes=(4, 2))[0]
        self._gap = ax.plot([], [], color=RED, lw=3.0)[0]
        self._true = ax.plot([], [], "o", ms=9, color=INK)[0]
        self._said = ax.plot([], [], "D", ms=8, mfc="white", mec=BLUE, mew=2)[0]
        self._heading = ax.text(0, 1.06, "", fontsize=9.5, transform=ax.transAxes, va="bottom", clip_on=False)
        mark = {
            "fontsize": 8.5,
            "transform": ax.transAxes,
            "va": "top",
            "bbox": {"fc": "white", "ec": "none", "pad": 1.5},
        }
        self._told = [
            ax.text(0.02, y, "", color=colour, **mark)
            for y, colour in ((0.97, INK), (0.85, BLUE), (0.73, RED))
        ]
        self.moving += [
            self._curve,
            self._line,
            self._gap,
            self._said,
            self._true,
            self._heading,
            *self._told,
        ]

    def move(self, count: int, asks: bool, nudge: Nudge, curve: np.ndarray) -> None:
        """Bring the picture to `count` steps; `curve` is how far the output moves for `NUDGES` of the node."""
        self._sums(count)
        self._steps(count, asks)
        self._tell(count)
        self._nudge(nudge, curve)

    def _sums(self, count: int) -> None:
        known = self.walk.after(count)
        for text, box in zip(self._below, self.layout_.boxes, strict=True):
            value, awaited = known.get(box.last.index, (None, 0))
            text.set_text("" if value is None else f"∂ {brief(value)}{' + ?' if awaited else ''}")
            text.set_visible(value is not None)

    def _steps(self, count: int, asks: bool) -> None:
        steps, edges, layout = self.walk.steps, self.walk.edges, self.layout_
        now = steps[count - 1] if count else None
        coming = steps[count] if count < len(steps) else None
        sweep = now.sweep if now else 0
        before = [layout.curve(s.visit) for s in steps[sweep * edges : max(count - 1, 0)]]
        self._passed.set_data(*joined(before))
        self._trace(now.visit if now else None)
        path = layout.curve(coming.visit) if coming else None
        self._next.set_data(*(path.T if path is not None else ([], [])))
        self._asks.set_visible(asks and path is not None)
        if path is not None:
            self._asks.set_position(path[len(path) // 2])

    def _trace(self, visit: Any) -> None:
        """The edge just passed, with an arrow the way of the sweep, and its two nodes in frames."""
        path = self.layout_.curve(visit) if visit is not None else None
        self._now.set_data(*(path.T if path is not None else ([], [])))
        self._arrow.set_visible(path is not None)
        if path is not None:
            self._arrow.set_xy(head(path[-3], path[-1], 10))
        ends = (visit.source, visit.target) if visit is not None else (None, None)
        for frame, node in zip(self._frames, ends, strict=False):
            frame.set_data(*(self.layout_.frame(node.index, 3) if node is not None else ([], [])))

    def _tell(self, count: int) -> None:
        walk = self.walk
        step = walk.steps[count - 1] if count else None
        self._says.set_text(heading(walk, count))
        terms = (
            ("", "", "") if step is None else (step.visit.upstream, step.visit.local, step.visit.contribution)
        )
        for text, value in zip(self._terms, terms, strict=True):
            told = "" if isinstance(value, str) else "large" if value is None else cut(shown(value, 4), 20)
            text.set(text=told, fontsize=13 if len(told) < 10 else 9)
        self._sum.set_text("" if step is None else cut(sum_told(walk, step, 4), 66))
        self._result.set_text(cut(result_told(walk, count, 4), 66))
        y = 48 if walk.mode == "reverse" else 18
        self._fill.set_xy(_bar(88, y, count * self._length))

    def _nudge(self, nudge: Nudge, curve: np.ndarray) -> None:
        name = self.walk.labels[nudge.node]
        self._frames[2].set_data(*self.layout_.frame(nudge.node, 2.5))
        self._tag.set_text(f"Δ {nudge.by:+.3g}")
        self._tag.set_position(self.layout_.corner(nudge.node))
        line = np.array([-nudge.slope, nudge.slope])
        high = _largest(curve, line)
        self._curve.set_data(NUDGES, curve / high)
        self._line.set_data([-1.0, 1.0], line / high)
        moved, said = nudge.moved / high, nudge.said / high
        self._true.set_data([nudge.by], [moved])
        self._said.set_data([nudge.by], [said])
        self._gap.set_data([nudge.by, nudge.by], [said, moved])
        self._heading.set_text(f"nudge {cut(name, 12)} by Δ = {nudge.by:.3g}: what the output does")
        told = (f"● moves by {nudge.moved:.4g}", f"◇ gradient·Δ {nudge.said:.4g}", f"gap {nudge.gap:.2g}")
        for text, words in zip(self._told, told, strict=True):
            text.set_text(words)

    def __repr__(self) -> str:
        return f"Graph of {self.title} under {self.walk.mode} sweeps"


BELOW = {
    "reverse": "above a node: its value; below, ∂: the derivative of the output by it",
    "forward": "above a node: its value; below, ∂: its derivative by the input",
}


def _blank(ax: Any, wide: float, high: float) -> Any:
    """Axes without a frame whose units are pixels."""
    ax.set(xlim=(0, wide), ylim=(0, high))
    ax.axis("off")
    return ax


def _bar(x: float, y: float, length: float) -> list[tuple[float, float]]:
    return [(x, y), (x + length, y), (x + length, y + 14), (x, y + 14)]


def _largest(curve: np.ndarray, line: np.ndarray) -> float:
    """The height that fills the picture: the curve's, but no more than a few times the line's."""
    low = float(np.max(np.abs(line)))
    high = float(np.nanmax(np.abs(curve), initial=0.0)) if np.isfinite(curve).any() else 0.0
    return max(low, min(high, 4 * low) if low else high) or 1.0
