"""The V-curve with a step to drag, beside the digits of one quotient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.ticker import LogLocator, NullLocator

from derivlab.plots.axes import AxesDisplay
from derivlab.plots.paper import TEXT, ink, readable
from derivlab.plots.stepsize import EXACT, STYLE
from derivlab.stepsize import Microscope, StepSweep

DIGITS = {  # as the microscope's own words; brackets and underlines say without colour what colour says
    "cancelled": "#767676", "survives": "#0072B2", "right": "#007E5B", "wrong": "#B34700", "plain": "#111111",
}  # fmt: skip
ROWS = 6  # lines of a microscope
LINE = np.geomspace(1e-17, 1.0, 120)


@dataclass(repr=False)
class StepLabDisplay(AxesDisplay):
    """Errors of all stencils against h with their theory; `move` brings them, the chosen h and the digits to records."""

    name: str
    low: float = 1e-16
    high: float = 1.0

    def plot(self, figure: Any) -> StepLabDisplay:
        """Draw what stands still on an empty figure."""
        curves, digits = figure.subplots(2, 1, height_ratios=(9, 5))
        self.ax_, self.figure_ = curves, figure
        self._curves(curves)
        self._digits(digits)
        return self

    def _curves(self, ax: Any) -> None:
        ax.set(
            xscale="log",
            yscale="log",
            xlim=(self.low / 2, self.high * 2),
            ylim=(1e-17, 1e2),
            xlabel="step h",
            ylabel="error",
        )
        ax.set_title(f"Error of the slope of {self.name} against the step", loc="left")
        ax.grid(alpha=0.25)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set(major_locator=LogLocator(100, numticks=20), minor_locator=NullLocator())
        self._step = ax.axvline(1.0, color=ink(), lw=1.2)
        self.moving.append(self._step)
        self._lines = {}
        for method, (colour, marker, name) in STYLE.items():
            dots = ax.plot([], [], marker, ms=3.5, color=colour, mew=0, alpha=0.75)[0]
            theory = [ax.plot([], [], ls, color=colour, lw=1)[0] for ls in ("--", ":")]
            best = ax.plot([], [], "o", ms=13, mfc="none", mec=colour, mew=1.8)[0]
            here = ax.plot([], [], marker, ms=9, color=colour, mec="black", mew=1, zorder=5)[0]
            ax.plot([], [], marker, ms=6, color=colour, label=name)
            self._lines[method] = (dots, *theory, best, here)
            self.moving += self._lines[method]
        ax.plot([], [], "--", color=ink(), lw=1, label="truncation")
        ax.plot([], [], ":", color=ink(), lw=1, label="round-off")
        ax.plot([], [], "o", ms=9, mfc="none", mec=ink(), mew=1.5, label="predicted h*")
        ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.02), fontsize=9, frameon=False)

    def _digits(self, ax: Any) -> None:
        ax.axis("off")
        heights = 0.9 - np.arange(ROWS) / ROWS
        mono = {"family": "monospace", "fontsize": 10.5, "va": "center", "transform": ax.transAxes}
        self._names = [ax.text(0.15, y, "", ha="right", **mono) for y in heights]
        self._runs = [
            {
                kind: ax.text(0.17, y, "", color=readable(colour, TEXT), **mono)
                for kind, colour in DIGITS.items()
            }
            for y in heights
        ]
        entries = (
            ("cancelled", "[cancels]"),
            ("survives", "survives"),
            ("right", "right"),
            ("wrong", "wrong"),
        )
        for row, (kind, word) in enumerate(entries):
            ax.text(0.86, heights[row + 1], word, color=readable(DIGITS[kind], TEXT), **mono)
        self.moving += [*self._names, *(text for row in self._runs for text in row.values())]

    def move(self, sweep: StepSweep, h: float, look: Microscope | None) -> None:
        """Bring the picture to a sweep, a step and a look at the digits (None: they cannot be told)."""
        self._step.set_xdata([h, h])
        size = float(np.max(np.abs(sweep.truth))) or 1.0
        known = {curve.method: curve for curve in sweep.curves if not curve.failure}
        for method, (dots, truncation, rounding, best, here) in self._lines.items():
            curve = known.get(method)
            for line in (dots, truncation, rounding, best, here):
                line.set_visible(curve is not None)
            if curve is None:
                continue
            floor = EXACT * size
            dots.set_data(curve.steps, np.maximum(curve.error, floor))
            truncation.set_data(LINE, curve.truncation_at(LINE))
            rounding.set_data(LINE, curve.rounding_at(LINE))
            best.set_data([curve.predicted_step or np.nan], [curve.predicted_error or np.nan])
            here.set_data([h], [max(curve.at(h), floor)])
        self._look(look)

    def _look(self, look: Microscope | None) -> None:
        lines = look.lines if look is not None else ()
        for name, runs in zip(self._names, self._runs, strict=True):
            name.set_text("")
            for text in runs.values():
                text.set_text("")
        for line, name, runs in zip(lines, self._names, self._runs, strict=False):
            name.set_text(line.label)
            start = 0
            for kind, digits in line.runs:
                mark = f"[{digits}]" if kind == "cancelled" and digits.strip() else digits
                runs[kind].set_text(" " * start + mark)
                start += len(mark)

    def __repr__(self) -> str:
        return f"Errors against h for {self.name}, and the digits of one quotient"
