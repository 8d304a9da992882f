"""Error against step: the V-curve with its theory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import LogLocator, NullLocator

from derivlab.plots.axes import AxesDisplay
from derivlab.stepsize import Curve, StepSweep

# Okabe and Ito (2008), with a marker of its own for each method.
STYLE = {
    "forward_difference": ("#0072B2", "o", "forward"),
    "central_difference": ("#D55E00", "s", "central"),
    "five_point": ("#009E73", "^", "five-point"),
    "complex_step": ("#CC79A7", "D", "complex step"),
}
EXACT = 3e-17  # where an error of 0 is drawn


@dataclass(repr=False)
class StepSweepDisplay(AxesDisplay):
    """A sweep as a picture: h across and error upwards, both logarithmic; less is better."""

    sweep: StepSweep

    def plot(self, ax: Any = None, guess: float | None = None) -> StepSweepDisplay:
        """Dots are measured, lines are theory; a ring marks the predicted h*, a dotted line the reader's own guess."""
        ax = self.on(ax, (8, 5.4))
        size = float(np.max(np.abs(self.sweep.truth))) or 1.0
        steps = [c.steps[c.steps > 1e-18] if np.any(c.steps > 1e-18) else c.steps for c in self.sweep.curves]
        h = np.array([min(map(np.min, steps)), max(map(np.max, steps))])
        ax.set(xscale="log", yscale="log", xlim=(h[0] / 2, h[1] * 2), ylim=self._range(size, h),
               xlabel="step h", ylabel="error of the slope")  # fmt: skip
        ax.set_title(f"Error against step: {self.sweep.name}", loc="left")
        ax.grid(alpha=0.25)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set(major_locator=LogLocator(100, numticks=20), minor_locator=NullLocator())
        for curve in self.sweep.curves:
            if not curve.failure:
                self._curve(ax, curve, size, h)
        if guess is not None:
            ax.axvline(
                guess, color=plt.rcParams["text.color"], ls=":", lw=1.5, label=f"your h* = {guess:.0e}"
            )
        text = plt.rcParams["text.color"]
        ax.plot([], [], "--", color=text, lw=1, label="truncation (theory)")
        ax.plot([], [], "-.", color=text, lw=1, label="round-off (theory)")
        ax.plot([], [], "o", ms=11, mfc="none", mec=text, mew=1.5, label="predicted h*")
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=4, fontsize=9, frameon=False)
        return self

    def _range(self, size: float, h: np.ndarray) -> tuple[float, float]:
        """Room for all that was measured with the steps shown."""
        errors = np.concatenate(
            [np.maximum(c.error[c.steps >= h[0] * 0.99], EXACT * size) for c in self.sweep.curves]
        )
        errors = errors[np.isfinite(errors)] if np.any(np.isfinite(errors)) else np.array([size])
        return float(np.min(errors)) / 10, max(30 * size, 5 * float(np.max(errors)))

    def _curve(self, ax: Any, curve: Curve, size: float, h: np.ndarray) -> None:
        colour, marker, name = STYLE[curve.method]
        single = curve.dtype != "float64"
        shown = curve.steps >= h[0] * 0.99
        error = np.maximum(curve.error, EXACT * size)
        ax.plot(curve.steps[shown], error[shown], marker, ms=4, color=colour, mfc="none" if single else colour,
                alpha=0.75, label=name + (" (float32)" if single else ""), zorder=3)  # fmt: skip
        line = np.geomspace(h[0], h[1], 300)
        with np.errstate(all="ignore"):
            ax.plot(line, curve.truncation_at(line), color=colour, lw=1, ls="--", zorder=2)
            ax.plot(line, curve.rounding_at(line), color=colour, lw=1, ls="-.", zorder=2)
        if curve.predicted_step is not None:
            ax.plot(
                curve.predicted_step,
                curve.predicted_error,
                "o",
                ms=13,
                mfc="none",
                mec=colour,
                mew=2,
                zorder=4,
            )
