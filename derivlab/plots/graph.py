"""The graph of a walk: values above the nodes, what the sweep has brought below, the edge just passed and the next one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.patches import FancyBboxPatch, Polygon

from derivlab.graph import Walk
from derivlab.plots.axes import AxesDisplay
from derivlab.plots.graph_layout import HIGH, WIDE, Layout, head, joined, lay_out
from derivlab.plots.paper import TEXT, ink, paper, readable, tinted
from derivlab.plots.tape import Box, brief, cut
from derivlab.tape import Visit

BOXES = 40  # that stay readable; more nodes are folded
BLUE, RED, GREEN, GREY = "#0072B2", "#B34700", "#007E5B", "#8a8a8a"
MONO = {"family": "monospace"}
BELOW = {
    "reverse": "above: value; below, ∂: derivative of the output by the node",
    "forward": "above: value; below, ∂: derivative of the node by the input",
}


@dataclass(repr=False)
class GraphDisplay(AxesDisplay):
    """Boxes and edges on axes whose units are pixels; `move` brings them to a number of steps."""

    walk: Walk
    title: str
    layout_: Layout = field(default=None, init=False)  # type: ignore[assignment]
    _below: list = field(default_factory=list, init=False)

    def plot(self, ax: Any) -> GraphDisplay:
        """Draw what stands still."""
        self.ax_, self.figure_ = ax, ax.figure
        wide, high = ax.get_xlim()[1], ax.get_ylim()[1]
        self.layout_ = lay_out(self.walk.tape, wide, high - 40, BOXES)
        ax.text(12, high - 12, cut(self.title, 44), fontsize=11, va="top", weight="bold")
        ax.text(wide - 12, high - 12, BELOW[self.walk.mode], fontsize=8.5, va="top", ha="right")
        self._nodes(ax)
        self._edges(ax)
        self._marks(ax)
        return self

    @property
    def folded(self) -> str:
        """How many nodes share a box, in words; "" where each has its own."""
        boxes, nodes = self.layout_.boxes, len(self.walk.tape.nodes)
        hidden = sum(len(box.nodes) for box in boxes if len(box.nodes) > 1)
        return f"{hidden} of the {nodes} nodes are folded into boxes with a dashed rim." if hidden else ""

    def node_at(self, x: float, y: float) -> int | None:
        """The node whose box lies at a point."""
        near = np.abs(self.layout_.places - [x, y]) / self.layout_.scale <= [WIDE / 2 + 4, HIGH / 2 + 18]
        found = np.flatnonzero(near.all(axis=1))
        return self.layout_.boxes[found[0]].last.index if found.size else None

    def _nodes(self, ax: Any) -> None:
        for box, place in zip(self.layout_.boxes, self.layout_.places, strict=True):
            self._box(ax, place, len(box.nodes) > 1, not box.last.inputs)
            self._name(ax, box, place)
            self._below.append(
                self._write(
                    ax, place, -HIGH / 2 - 12, "", 8.6, color=readable(RED, TEXT), weight="bold", **MONO
                )
            )
        self.moving += self._below

    def _box(self, ax: Any, place: np.ndarray, folded: bool, first: bool) -> None:
        x, y = place - np.array([WIDE, HIGH]) * self.layout_.scale / 2
        wide, high, bend = (side * self.layout_.scale for side in (WIDE, HIGH, 5))
        box = FancyBboxPatch((x, y), wide, high, boxstyle=f"round,pad=0,rounding_size={bend}")
        box.set(facecolor=tinted(BLUE, 0.12), edgecolor=readable(BLUE), linestyle="--" if folded else "-", linewidth=2.2 if first else 1.2, zorder=3)  # fmt: skip
        ax.add_patch(box)

    def _name(self, ax: Any, box: Box, place: np.ndarray) -> None:
        """Value, name and operation of a box."""
        first, second = box.lines(self.walk.labels)
        self._write(ax, place, 6.5 if second else 0.0, cut(first, 14), 9.4, weight="bold")
        self._write(ax, place, -7.5, cut(second, 15), 8.2)
        self._write(ax, place, HIGH / 2 + 11, brief(box.last.value), 8.6, **MONO)

    def _write(self, ax: Any, place: np.ndarray, up: float, text: str, size: float, **style: Any) -> Any:
        scale = self.layout_.scale
        middle = {"ha": "center", "va": "center", "zorder": 6}
        return ax.text(
            place[0], place[1] + up * scale, text, fontsize=max(size * scale, 5.0), **middle, **style
        )

    def _edges(self, ax: Any) -> None:
        for path in self.layout_.curves.values():
            ax.plot(*path.T, color=GREY, lw=1.0, zorder=1)
            ax.add_patch(
                Polygon(head(path[-2], path[-1], 5 * self.layout_.scale), fc=GREY, ec="none", zorder=1)
            )

    def _marks(self, ax: Any) -> None:
        """What moves: edges passed, the last and the next one, frames around their nodes, and a tag where it is nudged."""
        red, blue, green = (readable(colour, TEXT) for colour in (RED, BLUE, GREEN))
        self._passed = ax.plot([], [], color=ink(), lw=2.0, zorder=2)[0]
        self._now = ax.plot([], [], color=red, lw=4.0, zorder=5, solid_capstyle="butt")[0]
        self._arrow = ax.add_patch(Polygon(np.zeros((3, 2)), fc=red, ec=red, zorder=6))
        self._next = ax.plot([], [], color=blue, lw=2.6, dashes=(2.5, 1.6), zorder=5)[0]
        middle = {"ha": "center", "va": "center", "weight": "bold", "zorder": 7}
        self._asks = ax.text(0, 0, "?", fontsize=13, color=blue, bbox={"fc": paper(), "ec": "none", "pad": 1}, **middle)  # fmt: skip
        self._ends = [ax.plot([], [], color=red, lw=2.6, zorder=5)[0] for _ in range(2)]
        self._nudged = ax.plot([], [], ":", color=green, lw=2.6, zorder=5)[0]
        self._tag = ax.text(0, 0, "", fontsize=9, color=green, **middle)
        self.moving += [self._passed, self._now, self._arrow, self._next, self._asks, *self._ends, self._nudged, self._tag]  # fmt: skip

    def move(self, count: int, asks: bool, node: int, by: float) -> None:
        """Bring the picture to `count` steps, the next one asked for or not, and to a node nudged `by` so much."""
        steps, first = self.walk.steps, self._first(count)
        self._sums(count)
        self._passed.set_data(*joined([self.layout_.curve(s.visit) for s in steps[first : max(count - 1, first)]]))  # fmt: skip
        self._last(steps[count - 1].visit if count else None)
        path = self.layout_.curve(steps[count].visit) if count < len(steps) else None
        self._next.set_data(*_rows(path))
        self._asks.set_visible(asks and path is not None)
        if path is not None:
            self._asks.set_position(path[len(path) // 2])
        self._nudged.set_data(*self.layout_.frame(node, 2.5))
        self._tag.set(text=f"Δ {by:+.3g}", position=self.layout_.corner(node))

    def _first(self, count: int) -> int:
        """The first step of the sweep under way."""
        return self.walk.steps[count - 1].sweep * self.walk.edges if count else 0

    def _sums(self, count: int) -> None:
        known = self.walk.after(count)
        for text, box in zip(self._below, self.layout_.boxes, strict=True):
            value, awaited = known.get(box.last.index, (None, 0))
            text.set(text="" if value is None else f"∂ {brief(value)}{' + ?' if awaited else ''}", visible=value is not None)  # fmt: skip

    def _last(self, visit: Visit | None) -> None:
        """The edge just passed, with an arrow the way of the sweep, and its two nodes in frames."""
        path = self.layout_.curve(visit) if visit is not None else None
        self._now.set_data(*_rows(path))
        self._arrow.set_visible(path is not None)
        if path is not None:
            self._arrow.set_xy(head(path[-3], path[-1], 10))
        for frame, corners in zip(self._ends, self._framed(visit), strict=True):
            frame.set_data(*corners)

    def _framed(self, visit: Visit | None) -> Iterator[Any]:
        for node in (visit.source, visit.target) if visit is not None else (None, None):
            yield _rows(None) if node is None else self.layout_.frame(node.index, 3)


def _rows(path: np.ndarray | None) -> Any:
    return ([], []) if path is None else path.T
