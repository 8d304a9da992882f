"""A function of two numbers as contours, with paths over them and the parts of a step as arrows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import BoundaryNorm
from matplotlib.patches import FancyArrowPatch

from derivlab.descent import Descent
from derivlab.descent.problem import Columns
from derivlab.lift import Bound
from derivlab.plots.axes import AxesDisplay, drawable
from derivlab.plots.descent_arrows import arrows_of, label_of
from derivlab.plots.runs import RUNS

ARROW_COLOURS = ("#56B4E9", "#F0E442", "#FFFFFF")
BANDS = 24  # of the contours, each over an equal share of the picture's ranks


def on_grid(f: Callable, domain: Sequence, points: int = 121) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two axes and the values of f of two numbers over them; coarser where f takes one point at a time."""
    columns = Columns(Bound(f), (2,), ())
    if not columns.together(np.array(domain, dtype=float)):
        points = (points + 1) // 2
    across, up = (np.linspace(low, high, points) for low, high in domain)
    grid = np.stack([a.ravel() for a in np.meshgrid(across, up)])
    return across, up, columns(grid)[0].reshape(points, points)


def levels(values: np.ndarray) -> np.ndarray:
    """Heights of contours: quantiles of the values, closer together near the lowest."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return np.array([0.0, 1.0])
    found = np.unique(np.quantile(finite, np.linspace(0, 1, BANDS + 1) ** 1.7))
    return found if found.size > 1 else found[0] + max(1.0, 1e-9 * abs(found[0])) * np.array([-1.0, 1.0])


def around(paths: Sequence[np.ndarray], margin: float = 0.3) -> tuple[tuple[float, float], ...]:
    """A domain about paths (.., 2), and about the origin of what they have in common."""
    points = np.concatenate([path.reshape(-1, 2) for path in paths])
    low, high = points.min(axis=0), points.max(axis=0)
    air = margin * np.maximum(high - low, 0.25 * np.max(high - low) + 1e-6)
    return tuple(zip((low - air).tolist(), (high + air).tolist(), strict=True))


@dataclass(repr=False)
class ContourDisplay(AxesDisplay):
    """Paths over the contours of f of two numbers, with the parts of the current step as arrows.

    `plot` draws what stands still; `move` brings the artists in `moving` to descents, as many as `runs` at most.
    """

    f: Callable
    domain: Sequence
    runs: int = 1
    minima: Sequence = ()
    names: Sequence[str] = ("x[0]", "x[1]")

    def plot(self, ax: Any = None) -> ContourDisplay:
        """Draw the contours on the axes, or on a figure of its own."""
        ax = self.on(ax, (6, 4.6))
        across, up, values = on_grid(self.f, self.domain)
        values = drawable(values)
        heights = levels(values)
        norm = BoundaryNorm(heights, plt.get_cmap("cividis").N)
        ax.contourf(
            across, up, np.ma.masked_invalid(values), heights, cmap="cividis", norm=norm, extend="both"
        )
        ax.contour(
            across, up, np.ma.masked_invalid(values), heights[::2], colors="white", linewidths=0.4, alpha=0.5
        )
        ax.set(
            xlim=self.domain[0],
            ylim=self.domain[1],
            xlabel=self.names[0],
            ylabel=self.names[1],
            facecolor="0.6",
        )
        for minimum in self.minima:
            ax.plot(*minimum, marker="*", ms=13, color="white", mec="black", mew=0.8, ls="", zorder=2)
        self._paths(ax)
        self._arrows(ax)
        return self

    def _paths(self, ax: Any) -> None:
        self._halos = [
            ax.plot([], [], color="black", lw=3.4, alpha=0.6, zorder=3)[0] for _ in range(self.runs)
        ]
        self._lines, self._dots = [], []
        for k in range(self.runs):
            colour, marker, dash = RUNS[k % len(RUNS)]
            self._lines.append(
                ax.plot([], [], color=colour, ls=dash, lw=1.7, marker=marker, mew=0, zorder=3.5)[0]
            )
            self._dots.append(ax.plot([], [], marker, color=colour, ms=9, mec="black", mew=1.2, zorder=5)[0])
        self.moving += [*self._halos, *self._lines, *self._dots]

    def _arrows(self, ax: Any) -> None:
        dark = {"boxstyle": "round,pad=0.15", "fc": "black", "alpha": 0.7, "lw": 0}
        style: dict[str, Any] = {
            "arrowstyle": "-|>",
            "mutation_scale": 13,
            "shrinkA": 0,
            "shrinkB": 0,
            "lw": 2.2,
            "zorder": 4,
        }
        self._tips = [
            FancyArrowPatch((0, 0), (0, 0), color=colour, visible=False, **style) for colour in ARROW_COLOURS
        ]
        for arrow in self._tips:
            ax.add_patch(arrow)
        self._labels = [
            ax.text(0, 0, "", color=colour, fontsize=9, bbox=dark, zorder=6, ha="center", va="center")
            for colour in ARROW_COLOURS
        ]
        self._scale = ax.text(0.985, 0.02, "", transform=ax.transAxes, ha="right", va="bottom", fontsize=8, color="white",
                              bbox=dark, zorder=6)  # fmt: skip
        self.moving += [*self._tips, *self._labels, self._scale]

    def move(self, descents: Sequence[Descent], number: int | None = None, shown: Sequence[str] = ()) -> None:
        """Show paths up to step `number` (None: all), and the arrows named in `shown` of the first descent there.

        The step is the sum of what the gradient gives and what momentum (or curvature) adds; slope, added and sum are
        the same before they are scaled. Short arrows are enlarged, long ones of what is not
        scaled shortened; direction is another name of the sum, for use beside the step.
        """
        last = None if number is None else number + 1
        for k, (halo, line, dot) in enumerate(zip(self._halos, self._lines, self._dots, strict=True)):
            path = descents[k].path[:last] if k < len(descents) else np.empty((0, 2))
            halo.set_data(*path.T)
            line.set_data(*path.T)
            line.set_markersize(4 if len(path) <= 40 else 0)
            dot.set_data(*path[-1:].T)
        self._point(descents[0], number, shown)

    def _point(self, descent: Descent, number: int | None, shown: Sequence[str]) -> None:
        last = len(descent.steps) - 1
        step = descent.steps[last if number is None else min(number, last)]
        span, middle = np.ptp(np.array(self.domain), axis=1), "curvature"
        if hasattr(descent.optimiser, "beta") or hasattr(descent.optimiser, "beta1"):
            middle = "momentum"
        drawn, factor = arrows_of(step, shown, span)
        for slot, arrow in enumerate(self._tips):
            arrow.set_visible(slot in drawn)
            if slot in drawn:
                arrow.set_positions(step.x, step.x + drawn[slot][1])
        self._name(step.x, span, {slot: (label_of(name, middle), tip) for slot, (name, tip) in drawn.items()})
        self._scale.set_text(f"arrows × {factor:g}" if drawn and factor != 1 else "")

    def _name(self, x: np.ndarray, span: np.ndarray, drawn: dict[int, tuple[str, np.ndarray]]) -> None:
        """Each label beyond the tip of its arrow, moved up or down where it would cover one before."""
        low = np.array(self.domain)[:, 0]
        here = (x - low) / span  # in shares of the picture
        taken: list[np.ndarray] = []
        for slot, label in enumerate(self._labels):
            name, tip = drawn.get(slot, ("", x))
            label.set_text(name)
            if not name:
                continue
            unit = tip / span
            place = here + unit * (1 + 0.06 / max(np.hypot(*unit), 1e-9))
            place = np.clip(place, (0.13, 0.04), (0.87, 0.96))
            up = 1.0 if place[1] < 0.5 else -1.0
            while any(abs(place[0] - a) < 0.2 and abs(place[1] - b) < 0.06 for a, b in taken):
                place[1] += 0.02 * up
            taken.append(place)
            label.set_position(low + place * span)

    def __repr__(self) -> str:
        return f"Contours over {self.domain[0]} and {self.domain[1]} with {self.runs} paths"
