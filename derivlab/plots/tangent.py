"""A curve with its tangent and a secant, beside the correct digits of every method."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from derivlab.plots.axes import Display, drawable
from derivlab.plots.paper import ink
from derivlab.tangent import METHODS, Tangent, values

BLUE, ORANGE, GREEN = "#0072B2", "#D55E00", "#009E73"  # Okabe and Ito (2008)


@dataclass
class TangentDisplay(Display):
    """The curve is drawn once by `plot`; `move` brings the artists in `moving` to a record."""

    f: Callable
    name: str
    low: float
    high: float
    methods: Sequence[str] = METHODS
    axes_: Any = field(default=None, init=False)

    def plot(self, axes: Any = None) -> TangentDisplay:
        """Draw on two axes: the curve, and the digits."""
        if axes is None:
            _, axes = plt.subplots(1, 2, figsize=(8.4, 4), width_ratios=(3, 2), layout="constrained")
        self.axes_, self.figure_ = axes, axes[0].figure
        self._curve(axes[0])
        self._digits(axes[1])
        return self

    def _curve(self, ax: Any) -> None:
        x = np.linspace(self.low, self.high, 401)
        y = drawable(values(self.f, x))
        ax.plot(x, y, color=ink(), lw=1.8)
        low, high = np.nanpercentile(y, [1, 99]) if np.isfinite(y).any() else (-1.0, 1.0)
        margin = 0.25 * (high - low) or 1.0
        ax.set(
            xlim=(self.low, self.high),
            ylim=(low - margin, high + margin),
            xlabel="x",
            title=f"y = {self.name}",
        )
        ax.grid(alpha=0.25)
        self._tangent = ax.plot([], [], color=BLUE, lw=1.8, label="tangent")[0]
        self._secant = ax.plot([], [], color=ORANGE, lw=1.6, ls="--", label="secant")[0]
        self._ends = ax.plot([], [], "s", color=ORANGE, ms=6)[0]
        self._point = ax.plot([], [], "o", color=BLUE, ms=8, zorder=4)[0]
        ax.legend(loc="upper left", fontsize=9, framealpha=0.9)
        self.moving += [self._secant, self._tangent, self._ends, self._point]

    def _digits(self, ax: Any) -> None:
        rows = np.arange(len(self.methods))
        ax.set(xlim=(0, 16.8), ylim=(len(rows) - 0.4, -0.6), xlabel="correct digits", title="Methods at x")
        ax.set_xticks([0, 4, 8, 12, 16])
        ax.set_yticks(rows, [name.replace("_", " ") for name in self.methods])
        ax.tick_params(axis="y", length=0)
        ax.grid(axis="x", alpha=0.25)
        self._ink = ink()
        self._bars = ax.barh(rows, 0.0, height=0.62, color=GREEN)
        self._labels = [ax.text(0.25, row, "", va="center", fontsize=9) for row in rows]
        self.moving += [*self._bars, *self._labels]

    def move(self, record: Tangent) -> None:
        """Bring the moving artists to the record."""
        ends = np.array([self.low, self.high])
        self._point.set_data([record.x], [record.value])
        self._ends.set_data([record.x + record.h], [record.value + record.h * record.secant])
        self._secant.set_data(ends, record.value + record.secant * (ends - record.x))
        slope = np.nan if record.slope is None else record.slope
        self._tangent.set_data(ends, record.value + slope * (ends - record.x))
        for bar, label, answer in zip(self._bars, self._labels, record.answers, strict=True):
            digits = answer.digits or 0.0
            bar.set_width(digits)
            inside = digits > 5
            label.set_text(
                "no answer" if answer.value is None else f"{digits:.1f}" if answer.digits is not None else "?"
            )
            label.set(
                x=digits - 0.25 if inside else digits + 0.25,
                ha="right" if inside else "left",
                color="black" if inside else self._ink,
            )
