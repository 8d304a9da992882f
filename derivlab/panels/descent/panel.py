"""The gradient-descent lab: surfaces, optimisers and rates to play with, and every view of a step at once."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from derivlab.descent import narrate
from derivlab.descent.formulas import fill_in
from derivlab.errors import DerivativeError
from derivlab.panels import maths
from derivlab.panels.base import Panel
from derivlab.panels.descent import words
from derivlab.panels.descent.choices import EVERY_RATE, LONGEST, controls
from derivlab.panels.descent.functions import Functions
from derivlab.panels.descent.runs import Runs, until
from derivlab.panels.prediction import Question
from derivlab.plots.descent_lab import DescentLabDisplay


class GradientDescentPanel(Panel):
    """Gradient descent and its rivals on a surface of the gallery, on a formula, or on `f` of one or two numbers.

    `domain` is (low, high) for each coordinate of f. A click on the map starts there; every control's first value can
    be given, as in `GradientDescentPanel(surface="rosenbrock", optimiser="Adam", rate=0.1)`.
    """

    title = "Gradient descent lab"
    themed = True
    size = (9.6, 5.6)
    play = "steps"
    notebook = "notebooks/04_gradient_descent.ipynb"
    question = Question(
        "What will the optimiser do from here?", ("converges", "zig-zags", "creeps", "diverges", "stops")
    )

    def __init__(
        self, f: Callable | None = None, domain: Any = ((-3.0, 3.0), (-3.0, 3.0)), **first: Any
    ) -> None:
        self._functions, self._runs = Functions(f, domain), Runs()
        self.controls = controls(self._functions.names, self._functions.flat, self._functions.reach)
        super().__init__(**(_beginning(self._functions.find(first)) | first))

    def implied(self, given: dict, values: dict) -> dict:
        """Another surface brings a start and a rate that suit it, where none are given."""
        if given.get("surface", values["surface"]) == values["surface"]:
            return {}
        try:
            return _beginning(self._functions.find({**values, **given}))
        except DerivativeError:
            return {}

    def scene(self, figure: Any, at: SimpleNamespace) -> DescentLabDisplay:
        found = self._functions.find(at.plain)
        flat = len(found.domain) == 1
        return DescentLabDisplay(
            found.f, found.domain[0] if flat else found.domain, _runners(at), LONGEST,
            [] if flat else found.minima, found.coordinates, found.lowest, at.view == EVERY_RATE,
        ).plot(figure)  # fmt: skip

    def update(self, display: DescentLabDisplay, at: SimpleNamespace) -> str:
        found, names = self._functions.find(at.plain), _runners(at)
        whole = [self._runs.descent(found, name, at) for name in names]
        shown = [until(descent, at.steps) for descent in whole]
        along, stable = self._runs.local(found, whole[0], len(shown[0].steps) - 1)
        display.move(shown, whole, along, stable, at.show[0])
        told = [words.result(found.name, self.controls, at.plain, whole, shown, stable)]
        if at.view == EVERY_RATE:
            curves = [self._runs.by_rate(found, name, at, at.steps) for name in names]
            display.rates.move(curves, at.rate, whole[0].steps[0].value)
            told[0] += " " + words.sweep(names, curves, display.rates.places_, at.steps)
        return "\n".join([*told, *map(str, narrate(whole[0], len(shown[0].steps) - 1))])

    def formulas(self, at: SimpleNamespace) -> str:
        descent = self._runs.descent(self._functions.find(at.plain), at.optimiser, at)
        number = len(until(descent, at.steps).steps) - 1
        return maths.table(fill_in(descent, number), at.show[1])

    def outcome(self, at: SimpleNamespace) -> str:
        return self._runs.descent(self._functions.find(at.plain), at.optimiser, at).course()

    def pick(self, display: DescentLabDisplay, axes: Any, x: float, y: float) -> dict:
        if axes is not display.main_:
            return {}
        chosen = {"start_x": x} if display.flat else {"start_x": x, "start_y": y}
        sliders = {name: self._slider(name) for name in chosen}
        return {n: min(max(round(at, 3), sliders[n].low), sliders[n].high) for n, at in chosen.items()}


def _runners(at: SimpleNamespace) -> list[str]:
    return list(dict.fromkeys([at.optimiser, *at.against]))


def _beginning(found: Any) -> dict:
    """A start and a rate that suit a surface."""
    return dict(zip(("start_x", "start_y"), found.start, strict=False)) | {"rate": found.rate}
