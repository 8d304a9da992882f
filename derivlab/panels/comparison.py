"""Move x: secant and tangent, and how many digits each method gets right there."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from derivlab.panels.base import Panel
from derivlab.panels.controls import Choice, Slider
from derivlab.plots.tangent import TangentDisplay
from derivlab.tangent import CURVES, Tangent, tangent


class ComparisonPanel(Panel):
    """Choose a function (or give your own), move x, and watch secant, tangent and every method's digits.

    f takes and gives one number; x runs from `low` to `high`.
    """

    title = "Secant, tangent and every method's digits"
    size = (8.4, 4.0)
    play = "x"
    notebook = "notebooks/01_three_ways_to_differentiate.ipynb"

    def __init__(self, f: Callable | None = None, low: float = -3.0, high: float = 3.0, **first: Any) -> None:
        own = {} if f is None else {getattr(f, "__name__", "f"): f}
        middle = min(max(1.0, low), high)
        self.controls = (
            Choice("function", own | CURVES, scene=True),
            Slider(
                "x",
                low,
                high,
                middle,
                step=(high - low) / 120,
                label="point x",
                help="where the slope is taken",
            ),
            Slider(
                "h", 1e-3, 2.0, 0.5, log=True, label="secant h", help="the secant goes through x and x + h"
            ),
        )
        super().__init__(**first)

    def scene(self, figure: Any, at: SimpleNamespace) -> TangentDisplay:
        axes = figure.subplots(1, 2, width_ratios=(3, 2))
        x = self._slider("x")
        return TangentDisplay(at.function, at.plain["function"], x.low, x.high).plot(axes)

    def update(self, display: TangentDisplay, at: SimpleNamespace) -> str:
        record = tangent(at.function, at.x, at.h)
        display.move(record)
        return words(record)

    def pick(self, display: TangentDisplay, axes: Any, x: float, y: float) -> dict:
        return {"x": x} if axes is display.axes_[0] else {}


def words(record: Tangent) -> str:
    """The record in two sentences."""
    secant = f"The secant over h = {record.h:.3g} has slope {record.secant:.6g}"
    if record.slope is None:
        silent = next((a.error for a in record.answers if a.error), "no reference value")
        return f"{secant}; there is no agreed slope at x = {record.x:.4g}: {silent}"
    ranked = sorted((a for a in record.answers if a.digits is not None), key=lambda a: a.digits or 0.0)
    if not ranked:
        return f"At x = {record.x:.4g} the slope is {record.slope:.6g}. {secant}. No method has an answer."
    worst, best = ranked[0], ranked[-1]
    range_ = f"Digits: from {worst.digits:.1f} ({worst.method}) to {best.digits:.1f} ({best.method})."
    return f"At x = {record.x:.4g} the slope is {record.slope:.6g}. {secant}. {range_}"
