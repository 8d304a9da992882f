"""What the gradient-descent lab offers: optimisers, derivative methods, parts of a step, surfaces, and their controls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

from derivlab.descent import (
    BFGS,
    AdaGrad,
    Adam,
    AdamW,
    Backtracking,
    ConjugateGradient,
    GradientDescent,
    Momentum,
    Nesterov,
    Newton,
    RMSProp,
)
from derivlab.gallery.surfaces import SURFACES, Surface
from derivlab.methods.numerical import CentralDifference, ForwardDifference
from derivlab.panels.controls import Choice, Control, Integer, Line, Seed, Slider

LONGEST = 120  # steps
OPTIMISERS: dict[str, Callable[[SimpleNamespace], Any]] = {
    "gradient descent": lambda at: GradientDescent(at.rate),
    "momentum": lambda at: Momentum(at.rate, at.beta),
    "Nesterov": lambda at: Nesterov(at.rate, at.beta),
    "AdaGrad": lambda at: AdaGrad(at.rate),
    "RMSProp": lambda at: RMSProp(at.rate, at.beta2),
    "Adam": lambda at: Adam(at.rate, at.beta, at.beta2),
    "AdamW": lambda at: AdamW(at.rate, at.beta, at.beta2),
    "backtracking": lambda at: Backtracking(at.rate),
    "Newton": lambda at: Newton(),
    "BFGS": lambda at: BFGS(),
    "conjugate gradient": lambda at: ConjugateGradient(),
}
FIELDS: dict[str, tuple[str, ...]] = {"nobody": (), "all first-order": tuple(OPTIMISERS)[:7]}
FIELDS |= {name: (name,) for name in OPTIMISERS}
RATED = tuple(OPTIMISERS)[:8]
HEAVY = ("momentum", "Nesterov", "Adam", "AdamW")
METHODS: dict[str, Callable[[SimpleNamespace], Any]] = {
    "exact (reverse mode)": lambda at: "reverse",
    "forward difference": lambda at: ForwardDifference(step=at.h),
    "central difference": lambda at: CentralDifference(step=at.h),
    "complex step": lambda at: "complex_step",
}
WHOLE, ONE_STEP, EVERY_RATE = "whole step", "this step", "every rate"
ARROWS = {  # what is drawn, and which lines of the update it belongs to
    WHOLE: (("gradient", "momentum", "step"), ()),
    "1. gradient": (("slope",), ("gradient",)),
    "2. momentum": (("slope", "added", "sum"), ("momentum", "curvature")),
    "3. scale": (("direction", "step"), ("scale",)),
    "4. move": (("step",), ("move",)),
    "none": ((), ()),
}
LOSSES = {"logistic regression": "logistic", "least squares": "least_squares"}  # on real data
LINES = {
    "1-D parabola": Surface("1-D parabola", lambda x: x**2, lambda x: 2 * x, ((-2.0, 2.0),), (), (-1.6,), 0.1, "", coordinates=("x",)),
    "1-D two valleys": Surface("1-D two valleys", lambda x: x**4 / 4 - x**2 + 0.3 * x, lambda x: x**3 - 2 * x + 0.3, ((-2.2, 2.2),), (), (2.0,), 0.05, "",
                               coordinates=("x",)),
}  # fmt: skip


LIGHT = (
    "formula",
    *LINES,
    *(s.name.replace("_", " ") for s in SURFACES),
)  # so cheap that all rates run at once


def used(names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Shown while one of these optimisers runs."""
    return {"optimiser": names, "against": (*names, "all first-order")}


RATE = Slider("rate", 1e-4, 10.0, 0.16, step=0.05, log=True, group="Optimiser", help="the learning rate α",
              when=used(RATED))  # fmt: skip
RATES = tuple(RATE.stops())


def _start(axis: str, reach: tuple[float, float], **options: Any) -> Slider:
    low, high = reach
    step = 0.05 if high - low <= 20 else (high - low) / 400
    return Slider(
        f"start_{axis}",
        low,
        high,
        0.0,
        step=step,
        group="Start (or click on the map)",
        label=f"start {axis}",
        **options,
    )


def controls(names: list[str], flat: list[str], reach: Sequence[tuple[float, float]]) -> tuple[Control, ...]:
    """All controls, for surfaces of these names; `flat` are those of one number, `reach` is where a start may be."""
    return (
        Choice("surface", names, scene=True, group="Function"),
        Line("formula", "x^2 + 4y^2 + 2sin(3x)", scene=True, group="Function", when={"surface": ("formula",)},
             help="of x, or of x and y"),
        Slider("condition", 1.0, 100.0, 10.0, log=True, scene=True, group="Function", when={"surface": ("bowl",)},
               label="condition κ", help="λmax / λmin of the Hessian"),
        _start("x", reach[0]),
        _start("y", reach[1], when={"surface": tuple(n for n in names if n not in flat)}),
        Choice("optimiser", list(OPTIMISERS), scene=True, group="Optimiser"),
        Choice("against", FIELDS, scene=True, group="Optimiser", label="race against",
               help="with the same number of evaluations"),
        RATE,
        Slider("beta", 0.0, 0.99, 0.9, step=0.01, group="Optimiser", label="momentum β", when=used(HEAVY)),
        Slider("beta2", 0.9, 0.9999, 0.999, step=0.0001, group="Optimiser", label="memory β₂",
               when=used(("RMSProp", "Adam", "AdamW"))),
        Integer("steps", 0, LONGEST, 12, group="Run"),
        Choice("show", ARROWS, group="Run", label="look at", help="the parts of the current step, one after the other"),
        Choice("view", (ONE_STEP, EVERY_RATE), scene=True, group="Run", label="lower view",
               help="f along the step and its stability, or f against the rate for every optimiser in the race"),
        Slider("noise", 0.0, 5.0, 0.0, step=0.05, group="Gradient", help="standard deviation added to each entry"),
        Seed(group="Gradient", unless={"noise": (0.0,)}),
        Choice("method", METHODS, group="Gradient"),
        Slider("h", 1e-16, 1.0, 1e-8, step=0.16, log=True, group="Gradient", label="its step h",
               when={"method": ("forward difference", "central difference")}),
    )  # fmt: skip
