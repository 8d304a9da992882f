"""Drag the step of a difference quotient: its error against h, and which of its digits are right."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.panels.base import Panel
from derivlab.panels.controls import Choice, Seed, Slider
from derivlab.panels.own import named
from derivlab.panels.prediction import Question
from derivlab.plots.stepsize_lab import StepLabDisplay
from derivlab.stepsize import Microscope, StepSweep, digit_microscope, step_sweep
from derivlab.tangent import CURVES, noisy
from derivlab.verbs import derivative

NOISE = {"none": 0.0, "1e-12": 1e-12, "1e-9": 1e-9, "1e-6": 1e-6, "1e-3": 1e-3}
LOOKS = {"forward": "forward_difference", "central": "central_difference"}
NEAR = {f"near 1e-{n}": 10.0**-n for n in (2, 5, 8, 11, 14)}
SMOOTH = {name: f for name, f in CURVES.items() if "|" not in name and "max" not in name}


class StepSizePanel(Panel):
    """The V-curve of difference quotients of f at x, with a step h to drag and the digits of the quotient.

    f takes and gives one number; x runs from `low` to `high`.
    """

    title = "The step size"
    themed = True
    size = (8.4, 6.2)
    play = "h"
    notebook = "notebooks/02_step_size_and_round_off.ipynb"
    question = Question("Which step gives the forward difference its least error?", tuple(NEAR))

    def __init__(self, f: Callable | None = None, low: float = -3.0, high: float = 3.0, **first: Any) -> None:
        own = named(f, (low, high), taken=SMOOTH)
        self._kept: dict[Any, StepSweep] = {}
        self.controls = (
            Choice("function", own | SMOOTH, scene=True),
            Slider("x", low, high, min(max(1.0, low), high), step=(high - low) / 120, label="point x"),
            Slider("h", 1e-16, 1.0, 1e-8, step=0.1, log=True, label="step h"),
            Choice("look", LOOKS, label="digits of", help="whose digits are shown"),
            Choice("dtype", ("float64", "float32"), label="precision", help="of the curves"),
            Choice("noise", NOISE, label="noise in f", help="the standard deviation of an error in f"),
            Seed(unless={"noise": ("none",)}),
        )
        super().__init__(**first)

    def scene(self, figure: Any, at: SimpleNamespace) -> StepLabDisplay:
        return StepLabDisplay(at.plain["function"]).plot(figure)

    def update(self, display: StepLabDisplay, at: SimpleNamespace) -> str:
        sweep = self._sweep(at)
        look = self._look(at, sweep)
        display.move(sweep, at.h, look)
        return words(sweep, at, look)

    def outcome(self, at: SimpleNamespace) -> str:
        best = self._sweep(at)["forward"].best_step
        return min(NEAR, key=lambda answer: abs(np.log10(NEAR[answer] / best)))

    def pick(self, display: StepLabDisplay, axes: Any, x: float, y: float) -> dict:
        return {"h": min(max(float(f"{x:.4g}"), 1e-16), 1.0)} if axes is display.ax_ else {}

    def _sweep(self, at: SimpleNamespace) -> StepSweep:
        """The curves for all but h, kept."""
        key = tuple(at.plain[name] for name in ("function", "x", "dtype", "noise", "seed"))
        if key not in self._kept:
            if len(self._kept) > 200:
                self._kept.clear()
            self._kept[key] = self._swept(at)
        return self._kept[key]

    def _swept(self, at: SimpleNamespace) -> StepSweep:
        stops = self._slider("h").stops()
        if not at.noise:
            return step_sweep(at.function, at.x, steps=stops, dtypes=at.dtype)
        f = noisy(at.function, at.noise, at.seed)
        return step_sweep(
            f,
            at.x,
            ("forward", "central", "five-point"),
            stops,
            dtypes=at.dtype,
            truth=derivative(at.function, at.x),
        )

    @staticmethod
    def _look(at: SimpleNamespace, sweep: StepSweep) -> Microscope | None:
        truth = float(np.ravel(sweep.truth)[0])
        try:
            look = digit_microscope(at.function, at.x, at.h, at.look, truth=truth)
            return _with_noise(look, at, truth) if at.noise else look
        except DerivativeError:
            return None


def _with_noise(exact: Microscope, at: SimpleNamespace, truth: float) -> Microscope:
    """The digits of a difference of f with noise; where fewer are right than without, the noise is the cause."""
    f = noisy(at.function, at.noise, at.seed)
    look = digit_microscope(f, at.x, at.h, at.look, truth=truth)
    return look.blaming("the noise") if look.right < exact.right else look


def words(sweep: StepSweep, at: SimpleNamespace, look: Microscope | None) -> str:
    """What the picture shows, in sentences."""
    noise = f", noise {at.noise:g} (seed {at.seed})" if at.noise else ""
    shown = [c for c in sweep.curves if not c.failure]
    errors = ", ".join(f"{c.method.replace('_', ' ')} {c.at(at.h):.1e}" for c in shown)
    best = ", ".join(
        f"{c.method.replace('_', ' ')} {c.best_step:.1e}" for c in shown if c.predicted_step is not None
    )
    told = (
        f"At h = {at.h:.3g} the errors of the slope of {at.plain['function']} at x = {at.x:.4g} in {at.dtype}{noise} are: {errors}. "
        f"Best steps: {best}."
    )
    return told if look is None else f"{told}\nDigits of the {at.plain['look']} difference: {look.says}"
