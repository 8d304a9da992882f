"""Direct labels that cover neither each other nor the points they name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patheffects import withStroke

RADII = (9, 14, 20, 27, 35, 45, 57, 70, 85, 105, 130)  # in points
ANGLES = (0, 45, -45, 20, -20, 90, -90, 135, -135, 70, -70, 110, -110, 160, -160, 180)
PLACES = np.array([(r * np.cos(a), r * np.sin(a)) for r in RADII for a in np.radians(ANGLES)])
REACH = np.hypot(*PLACES.T)
SIDES = np.where(np.abs(PLACES) > [[0.25, 0.5]] * REACH[:, None], np.sign(PLACES), 0.0).astype(
    int
)  # of the point
LEADER = 11  # points from which on a line leads from the label to its point
COVERED, OUTSIDE, MISTAKEN, CROSSED, FAR = 100, 100, 30, 8, 0.1  # what a place costs


def place_labels(ax: Any, points: Sequence, texts: Sequence[str]) -> list:
    """Annotate each data point with its text, at the nearest place inside the axes where it covers nothing."""
    ax.get_figure(root=True).draw_without_rendering()  # settles the layout, so that pixels mean something
    dot = ax.get_figure(root=True).dpi / 72
    centres = ax.transData.transform(np.asarray(points, dtype=float).reshape(-1, 2)) / dot
    frame, taken, labels = np.array(ax.get_window_extent().extents) / dot, np.empty((0, 4)), []
    for k in _most_crowded_first(centres):
        label = _annotation(ax, points[k], texts[k])
        boxes = _boxes(centres[k], np.array(label.get_window_extent().size) / dot)
        steps = _leaders(centres[k])
        best = np.argmin(_badness(k, boxes, steps, centres, taken, frame))
        (x, y), leads = SIDES[best], REACH[best] > LEADER
        label.set(position=PLACES[best], ha=("center", "left", "right")[x], va=("center", "bottom", "top")[y])
        if leads:
            _line(ax, points[k], PLACES[best] * (1 - 2 / REACH[best]))
        line = steps[best][~np.isnan(steps[best, :, 0])]
        taken = np.vstack([taken, boxes[best], _around(line, 1.0)])
        labels.append(label)
    return labels


def _most_crowded_first(centres: np.ndarray) -> np.ndarray:
    apart = np.hypot(*(centres[:, None] - centres[None]).T)
    return np.argsort(-(apart < 60).sum(axis=0), kind="stable")


def _annotation(ax: Any, point: Any, text: str) -> Any:
    halo = [withStroke(linewidth=2.5, foreground=ax.get_facecolor())]
    label = ax.annotate(text, point, xytext=(0, 0), textcoords="offset points", fontsize=9)
    label.set(in_layout=False, path_effects=halo, zorder=4)
    return label


def _line(ax: Any, point: Any, end: Any) -> None:
    style = {"arrowstyle": "-", "color": plt.rcParams["text.color"], "alpha": 0.5, "lw": 0.7, "shrinkA": 0}
    arrow = ax.annotate("", point, end, textcoords="offset points", arrowprops=style | {"shrinkB": 4})
    arrow.set_in_layout(False)


def _boxes(centre: np.ndarray, size: np.ndarray) -> np.ndarray:
    """(left, bottom, right, top) of a label of this size at every place, with a little air."""
    low = centre + PLACES - size * (1 - SIDES) / 2
    return np.hstack([low - 1, low + size + 1])


def _leaders(centre: np.ndarray) -> np.ndarray:
    """Points along the line to every place, NaN beyond its end and where the label needs no line."""
    t = np.arange(7.0, RADII[-1], 3.0)
    used = (t < REACH[:, None] - 1) & (REACH[:, None] > LEADER)
    return np.where(used[..., None], centre + t[:, None] * (PLACES / REACH[:, None])[:, None], np.nan)


def _badness(
    k: int, boxes: np.ndarray, steps: np.ndarray, centres: np.ndarray, taken: np.ndarray, frame: np.ndarray
) -> Any:
    """What each place costs: covering, leaving the axes, being nearer to another point, crossing, being far."""
    others = centres[np.hypot(*(centres - centres[k]).T) > 3]
    covered = _overlaps(boxes, np.vstack([_around(centres, 5.0), taken])).sum(axis=1)
    outside = np.maximum(frame[:2] - boxes[:, :2], boxes[:, 2:] - frame[2:]).max(axis=1).clip(0)
    mistaken = (_distances(boxes, others) < _distances(boxes, centres[k : k + 1])).sum(axis=1)
    there = np.concatenate([steps, steps], axis=-1)  # a point is a box of no size
    crossed = _overlaps(there, np.vstack([_around(others, 5.0), taken])).sum(axis=(1, 2))
    return COVERED * covered + OUTSIDE * outside + MISTAKEN * mistaken + CROSSED * crossed + FAR * REACH


def _overlaps(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    boxes = boxes[..., None, :]
    return np.all((boxes[..., :2] < others[:, 2:]) & (boxes[..., 2:] > others[:, :2]), axis=-1)


def _distances(boxes: np.ndarray, points: np.ndarray) -> np.ndarray:
    boxes = boxes[:, None]
    gap = np.maximum(boxes[..., :2] - points, points - boxes[..., 2:]).clip(0)
    return np.hypot(gap[..., 0], gap[..., 1])


def _around(points: np.ndarray, radius: float) -> np.ndarray:
    return np.hstack([points - radius, points + radius])
