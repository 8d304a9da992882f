"""Move x: secant and tangent, how many digits each method gets right there, and which number to trust."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from derivlab.diagnosis import diagnose
from derivlab.errors import DerivativeError
from derivlab.formula import formula
from derivlab.panels.base import Panel
from derivlab.panels.controls import Choice, Line, Slider
from derivlab.panels.own import named
from derivlab.plots.tangent import TangentDisplay
from derivlab.tangent import CURVES, Tangent, tangent

TYPED = "formula"


class ComparisonPanel(Panel):
    """Choose a function, type one or give your own, move x, and watch secant, tangent and every method's digits.

    f takes and gives one number; x runs from `low` to `high`.
    """

    title = "Secant, tangent and every method's digits"
    themed = True
    size = (8.4, 4.0)
    play = "x"
    notebook = "notebooks/01_three_ways_to_differentiate.ipynb"

    def __init__(self, f: Callable | None = None, low: float = -3.0, high: float = 3.0, **first: Any) -> None:
        own = named(f, (low, high), taken=(*CURVES, TYPED))
        self._functions = own | CURVES
        self._kept: dict[Any, str] = {}
        middle = min(max(1.0, low), high)
        self.controls = (
            Choice("function", [*self._functions, TYPED], scene=True),
            Line(TYPED, "sin(3x) exp(-x/2)", scene=True, when={"function": (TYPED,)}, help="of one variable"),
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
        axes, x = figure.subplots(1, 2, width_ratios=(3, 2)), self._slider("x")
        name = at.formula if at.function == TYPED else at.function
        name = name if at.function in (TYPED, *CURVES) else f"{name}(x)"
        return TangentDisplay(self._function(at), name, x.low, x.high).plot(axes)

    def update(self, display: TangentDisplay, at: SimpleNamespace) -> str:
        f = self._function(at)
        record = tangent(f, at.x, at.h)
        display.move(record)
        return f"{words(record)} {self._verdict(f, record)}"

    def pick(self, display: TangentDisplay, axes: Any, x: float, y: float) -> dict:
        low, high = self._slider("x").low, self._slider("x").high
        return {"x": min(max(float(f"{x:.4g}"), low), high)} if axes is display.axes_[0] else {}

    def _function(self, at: SimpleNamespace) -> Callable:
        if at.function != TYPED:
            return self._functions[at.function]
        found = formula(at.formula)
        if len(found.variables) != 1:
            raise DerivativeError(
                f"{at.formula} has {len(found.variables)} variables; write a formula of one, such as x^2."
            )
        return found

    def _verdict(self, f: Callable, record: Tangent) -> str:
        """Which number to trust, asked for where the methods do not agree."""
        if agreed(record):
            return "Verdict: the methods agree."
        if (f, record.x) not in self._kept:
            self._kept[f, record.x] = f"Verdict: {diagnose(f, record.x).says}"
        return self._kept[f, record.x]


def agreed(record: Tangent) -> bool:
    """Whether there is a slope and every method has at least four digits of it."""
    return record.slope is not None and all((a.digits or 0.0) >= 4 for a in record.answers)


def words(record: Tangent) -> str:
    """The record in two sentences."""
    secant = f"The secant over h = {record.h:.3g} has slope {record.secant:.6g}"
    if record.slope is None:
        return f"At x = {record.x:.4g} there is no agreed slope. {secant}."
    ranked = sorted((a for a in record.answers if a.digits is not None), key=lambda a: a.digits or 0.0)
    if not ranked:
        return f"At x = {record.x:.4g} the slope is {record.slope:.6g}. {secant}. No method has an answer."
    worst, best = ranked[0], ranked[-1]
    range_ = f"Digits: from {worst.digits:.1f} ({worst.method}) to {best.digits:.1f} ({best.method})."
    return f"At x = {record.x:.4g} the slope is {record.slope:.6g}. {secant}. {range_}"
