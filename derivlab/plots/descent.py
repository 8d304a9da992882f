"""Descents as pictures: on the graph of a function of one number, over contours, or as the fall of f."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from derivlab.descent import Descent
from derivlab.descent.problem import Columns
from derivlab.lift import Bound
from derivlab.plots.axes import AxesDisplay, drawable
from derivlab.plots.contours import ContourDisplay, around
from derivlab.plots.descent_views import LossDisplay
from derivlab.plots.paper import readable
from derivlab.plots.runs import ON_WHITE, RUNS, labels_of, name_of


@dataclass(repr=False)
class GraphDisplay(AxesDisplay):
    """Descents of a function of one number on its graph: points, the tangent, and the secant to the next point."""

    f: Callable
    domain: tuple[float, float]
    runs: int = 1

    def plot(self, ax: Any = None) -> GraphDisplay:
        """Draw the graph on the axes, or on a figure of its own."""
        ax = self.on(ax, (6, 4))
        x = np.linspace(*self.domain, 401)
        self._values = Columns(Bound(self.f), (), ())
        y = drawable(self._values(x[None])[0])
        low, high = (np.nanmin(y), np.nanmax(y)) if np.isfinite(y).any() else (0.0, 1.0)
        air = 0.08 * (high - low) or 1.0
        ax.plot(x, y, color=plt.rcParams["text.color"], lw=1.8)
        ax.set(xlim=self.domain, ylim=(low - air, high + air), xlabel="x", ylabel="f(x)")
        ax.grid(alpha=0.25)
        style = {"zorder": 4, "mec": "black", "mew": 0.6}
        self._paths = [
            ax.plot([], [], marker=RUNS[k % len(RUNS)][1], color=readable(ON_WHITE[k % len(ON_WHITE)]), ls=":", lw=1.2, ms=5, **style)[0]
            for k in range(self.runs)
        ]  # fmt: skip
        self._here = ax.plot([], [], "o", color=ON_WHITE[0], ms=10, **style)[0]
        self._tangent = ax.plot([], [], color=ON_WHITE[1], lw=1.6, label="tangent at x")[0]
        self._secant = ax.plot([], [], color=ON_WHITE[2], lw=1.6, ls="--", label="secant to the next point")[
            0
        ]
        ax.legend(loc="upper center", fontsize=9, framealpha=0.9)
        self.moving += [*self._paths, self._tangent, self._secant, self._here]
        return self

    def move(self, descents: Sequence[Descent], number: int | None = None, shown: Sequence[str] = ()) -> None:
        """Show points up to step `number` (None: all), tangent and secant of the first descent there (at the start)."""
        for k, line in enumerate(self._paths):
            last = None if number is None else number + 1
            steps = descents[k].steps[:last] if k < len(descents) else ()
            line.set_data([float(s.x) for s in steps], [s.value for s in steps])
        steps = descents[0].steps
        place = min(number or 0, len(steps) - 1)
        step = steps[place]
        ends = np.array(self.domain)
        self._here.set_data([step.x], [step.value])
        self._tangent.set_data(ends, step.value + step.gradient * (ends - step.x))
        self._secant.set_data(ends, step.value + self._rise(step) * (ends - step.x))

    def _rise(self, step: Any) -> float:
        """The slope of the secant to the point that the step leads to; NaN where it leads nowhere."""
        if not step.move:
            return float("nan")
        after = self._values(np.array([[step.x + step.move]]))[0]
        return float((after[0] - step.value) / step.move)

    def __repr__(self) -> str:
        return f"A graph over {self.domain} with {self.runs} descents"


@dataclass(repr=False)
class DescentDisplay(AxesDisplay):
    """Finished descents: paths over contours, points on a graph, or f against evaluations.

    `view` is path or loss; None is the path where x is one or two numbers.
    """

    descents: tuple[Descent, ...]
    view: str | None = None
    domain: Any = None
    lowest: float | None = None

    @classmethod
    def from_descents(cls, *descents: Descent, **options: Any) -> DescentDisplay:
        """A display of single descents, and of the runs of batches one by one."""
        return cls(tuple(run for descent in descents for run in descent.alone()), **options)

    def plot(self, ax: Any = None) -> DescentDisplay:
        """Draw on the axes, or on a figure of its own."""
        numbers = self.descents[0].path[0].size
        if self.view == "loss" or (self.view is None and numbers > 2):
            drawn: Any = LossDisplay.of(self.descents, self.lowest).plot(ax)
            drawn.move(self.descents)
            if legend := drawn.ax_.get_legend():
                legend.set_loc("best")  # beside the lines, which do not move here
        else:
            drawn = self._graph(ax) if numbers == 1 else self._contours(ax)
        self.ax_, self.figure_ = drawn.ax_, drawn.figure_
        self.ax_.set_title(self._title(), fontsize=10, loc="left")
        return self

    def _graph(self, ax: Any) -> GraphDisplay:
        f = self.descents[0].f
        if self.domain is None:
            points = np.concatenate([d.path.ravel() for d in self.descents])
            air = 0.3 * np.ptp(points) + 1e-6
            self.domain = (points.min() - air, points.max() + air)
        scalar = f if not self.descents[0].path[0].shape else lambda x: np.reshape(f(np.reshape(x, (1,))), ())
        drawn = GraphDisplay(scalar, self.domain, len(self.descents)).plot(ax)
        drawn.move(self.descents)
        return drawn

    def _contours(self, ax: Any) -> ContourDisplay:
        f = self.descents[0].f
        domain = self.domain or getattr(f, "domain", None) or around([d.path for d in self.descents])
        names = getattr(f, "coordinates", None) or getattr(f, "variables", None) or ("x[0]", "x[1]")
        drawn = ContourDisplay(f, domain, len(self.descents), getattr(f, "minima", ()), names).plot(ax)
        drawn.move(self.descents)
        if 1 < len(self.descents) <= len(RUNS):
            drawn.ax_.legend(drawn._dots, labels_of(self.descents), fontsize=8, framealpha=0.9, loc="best")
        return drawn

    def _title(self) -> str:
        first = self.descents[0]
        if len(self.descents) > 1:
            return f"{first.name}, {len(self.descents)} descents"
        return f"{name_of(first)} on {first.name}\n{first.says()}"

    def __repr__(self) -> str:
        first = self.descents[0]
        return f"{len(self.descents)} descents of {first.name}" if len(self.descents) > 1 else repr(first)
