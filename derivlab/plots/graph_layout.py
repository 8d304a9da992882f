"""Where the boxes of a graph stand in a picture of fixed size: layers from left to right, and back where they are many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from derivlab.plots.layers import broken, order
from derivlab.plots.tape import Box, TapeDisplay
from derivlab.tape import Tape

WIDE, HIGH = 92.0, 34.0  # of a box, in pixels at scale 1
COLUMN, ROW, SIDE = 124.0, 76.0, 26.0  # distances of boxes, and room at both sides for edges that turn
LARGEST = 1.25  # scale
READABLE, LINE = 0.9, 0.9  # a scale, and what one more line is worth in it
EAST = np.array([1.0, 0.0])


@dataclass(frozen=True)
class Layout:
    """The middle of each box, the way that its line runs (1 to the right, -1 to the left), and a curve for each edge."""

    boxes: tuple[Box, ...]
    places: np.ndarray
    ways: np.ndarray
    scale: float
    home: dict[int, int]
    curves: dict[tuple[int, int], np.ndarray]

    def curve(self, visit: Any) -> np.ndarray | None:
        """The points of a visit's edge in the direction of the sweep, None inside a folded box."""
        a, b = self.home[visit.source.index], self.home[visit.target.index]
        if a == b:
            return None
        return self.curves[a, b] if (a, b) in self.curves else self.curves[b, a][::-1]

    def frame(self, node: int, margin: float) -> np.ndarray:
        """The outline of a node's box with a margin, as rows x and y."""
        wide, high = WIDE / 2 * self.scale + margin, HIGH / 2 * self.scale + margin
        corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]) * [wide, high]
        return (self.places[self.home[node]] + corners).T

    def corner(self, node: int) -> tuple[float, float]:
        """Where a tag beside a node's box goes: the upper right."""
        x, y = self.places[self.home[node]]
        return x + 0.36 * WIDE * self.scale, y + (HIGH / 2 + 26) * self.scale


def lay_out(tape: Tape, wide: float, high: float, most: int) -> Layout:
    """The largest scale at which the graph of a tape fits, its layers broken into lines like text, every other one backwards."""
    display = TapeDisplay.from_tape(tape, most)
    spots = np.array(order(display.layers(), display.edges), dtype=float)
    columns = int(spots[:, 0].max()) + 1
    choices = [_lines(spots, per, wide, high) for per in range(columns, 0, -1)]
    scale, places, ways = max(choices, key=_worth)
    home = {node.index: k for k, box in enumerate(display.boxes) for node in box.nodes}
    curves = {(a, b): _curve(places, ways, a, b, scale) for a, b in display.edges}
    return Layout(display.boxes, places, ways, scale, home, curves)


def _lines(spots: np.ndarray, per: int, wide: float, high: float) -> tuple[float, np.ndarray, np.ndarray]:
    """Scale, places and ways with `per` layers in a line."""
    columns, rows, ways = broken(spots, per)
    tops = rows.max()
    scale = min((wide - 2 * SIDE) / (COLUMN * (per - 1) + WIDE + 8), high / (ROW * (tops + 1)), LARGEST)
    x = wide / 2 + (columns - (per - 1) / 2) * min(
        COLUMN * scale * 1.6, (wide - 2 * SIDE - WIDE * scale) / max(per - 1, 1)
    )
    y = high / 2 - (rows - tops / 2) * min(ROW * scale * 1.25, high / (tops + 1))
    return scale, np.column_stack([x, y]), ways


def _worth(choice: tuple[float, np.ndarray, np.ndarray]) -> float:
    """Boxes that can be read well are large enough; each further line has longer edges."""
    scale, places, ways = choice
    lines = 1 + np.count_nonzero(np.diff(ways[np.argsort(-places[:, 1], kind="stable")]))
    return float(min(scale, READABLE) * LINE**lines)


def _curve(places: np.ndarray, ways: np.ndarray, a: int, b: int, scale: float) -> np.ndarray:
    """From the side where a's line goes on to the side where b's line comes from, as a cubic Bézier curve."""
    half = WIDE / 2 * scale
    start, end = places[a] + ways[a] * half * EAST, places[b] - ways[b] * half * EAST
    bend = max(abs(end[0] - start[0]) / 2, 0.3 * COLUMN * scale)
    bend = min(bend, 0.9 * SIDE) if ways[a] != ways[b] else bend
    points = (start, start + ways[a] * bend * EAST, end - ways[b] * bend * EAST, end)
    t = np.linspace(0.0, 1.0, 25)[:, None]
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    return np.asarray(sum(w * p for w, p in zip(weights, points, strict=True)))


def head(before: np.ndarray, tip: np.ndarray, size: float) -> np.ndarray:
    """The corners of an arrowhead."""
    along = (tip - before) / (np.hypot(*(tip - before)) or 1.0)
    across = np.array([-along[1], along[0]])
    return np.array(
        [tip, tip - size * (1.6 * along - 0.8 * across), tip - size * (1.6 * along + 0.8 * across)]
    )


def joined(paths: Sequence[np.ndarray | None]) -> np.ndarray:
    """Several curves as one row of points with gaps, as rows x and y."""
    gap = np.full((1, 2), np.nan)
    parts = [part for path in paths if path is not None for part in (path, gap)]
    return np.concatenate(parts).T if parts else np.empty((2, 0))
