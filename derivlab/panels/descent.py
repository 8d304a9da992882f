"""The gradient-descent lab: surfaces, optimisers and rates to play with, and every view of a step at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

import numpy as np

from derivlab.descent import (
    BFGS,
    AdaGrad,
    Adam,
    AdamW,
    Backtracking,
    ConjugateGradient,
    Descent,
    GradientDescent,
    Momentum,
    Nesterov,
    Newton,
    RMSProp,
    descend,
    narrate,
    section,
    stability,
)
from derivlab.descent.narration import vector
from derivlab.errors import DerivativeError
from derivlab.formula import formula
from derivlab.gallery.surfaces import SURFACES, Surface, bowl, surface
from derivlab.methods.numerical import CentralDifference, ForwardDifference
from derivlab.panels.base import Panel
from derivlab.panels.controls import Choice, Integer, Line, Seed, Slider
from derivlab.panels.prediction import Question
from derivlab.plots.descent_lab import DescentLabDisplay

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
}
ARROWS = {
    "whole step": ("gradient", "momentum", "step"),
    "1. gradient": ("gradient",),
    "2. momentum": ("gradient", "momentum"),
    "3. move": ("step",),
    "none": (),
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
        self._kept: dict[Any, Any] = {}
        self._surfaces = _own(f, domain) | {s.name.replace("_", " "): s for s in SURFACES} | LINES
        names = [*self._surfaces, *(LOSSES if find_spec("sklearn") else ()), "formula"]
        chosen = self._surface({"surface": first.get("surface", names[0]), **first})
        start = dict(zip(("start_x", "start_y"), chosen.start, strict=False)) | {"rate": chosen.rate}
        self.controls = (
            Choice("surface", names, scene=True, group="Function"),
            Line("formula", "x^2 + 4y^2 + 2sin(3x)", scene=True, group="Function", when={"surface": ("formula",)},
                 help="of x, or of x and y"),
            Slider("condition", 1.0, 100.0, 10.0, log=True, scene=True, group="Function", when={"surface": ("bowl",)},
                   label="condition κ", help="λmax / λmin of the Hessian"),
            Slider("start_x", -10.0, 10.0, 0.0, step=0.05, group="Start (or click on the map)", label="start x"),
            Slider("start_y", -10.0, 10.0, 0.0, step=0.05, group="Start (or click on the map)", label="start y",
                   when={"surface": tuple(n for n in names if n not in LINES)}),
            Choice("optimiser", list(OPTIMISERS), scene=True, group="Optimiser"),
            Choice("against", FIELDS, scene=True, group="Optimiser", label="race against",
                   help="with the same number of evaluations"),
            Slider("rate", 1e-4, 10.0, 0.16, step=0.05, log=True, group="Optimiser", help="the learning rate α",
                   when=used(RATED)),
            Slider("beta", 0.0, 0.99, 0.9, step=0.01, group="Optimiser", label="momentum β", when=used(HEAVY)),
            Slider("beta2", 0.9, 0.9999, 0.999, step=0.0001, group="Optimiser", label="memory β₂",
                   when=used(("RMSProp", "Adam", "AdamW"))),
            Integer("steps", 0, LONGEST, 12, group="Run"),
            Choice("show", ARROWS, group="Run", label="arrows", help="the parts of the current step"),
            Slider("noise", 0.0, 5.0, 0.0, step=0.05, group="Gradient", help="standard deviation added to each entry"),
            Seed(group="Gradient", unless={"noise": (0.0,)}),
            Choice("method", METHODS, group="Gradient"),
            Slider("h", 1e-16, 1.0, 1e-8, step=0.16, log=True, group="Gradient", label="its step h",
                   when={"method": ("forward difference", "central difference")}),
        )  # fmt: skip
        super().__init__(**(start | first))

    def implied(self, given: dict, values: dict) -> dict:
        """Another surface brings a start and a rate that suit it, where none are given."""
        if given.get("surface", values["surface"]) == values["surface"]:
            return {}
        try:
            found = self._surface({**values, **given})
        except DerivativeError:
            return {}
        return dict(zip(("start_x", "start_y"), found.start, strict=False)) | {"rate": found.rate}

    def scene(self, figure: Any, at: SimpleNamespace) -> DescentLabDisplay:
        found = self._surface(at.plain)
        flat = len(found.domain) == 1
        return DescentLabDisplay(
            found.f, found.domain[0] if flat else found.domain, self._runners(at), LONGEST,
            [] if flat else found.minima, found.coordinates, found.lowest,
        ).plot(figure)  # fmt: skip

    def update(self, display: DescentLabDisplay, at: SimpleNamespace) -> str:
        found = self._surface(at.plain)
        whole = [self._run(found, name, at) for name in self._runners(at)]
        shown = [until(descent, at.steps) for descent in whole]
        first = shown[0]
        number = len(first.steps) - 1
        here = whole[0].steps[number]
        local = self._local(found, whole[0], number)
        display.move(shown, whole, local[0], local[1], at.show)
        told = [self._words(at, found, whole, shown, here, local[1]), *map(str, narrate(whole[0], number))]
        return "\n".join(told)

    def outcome(self, at: SimpleNamespace) -> str:
        found = self._surface(at.plain)
        return self._run(found, at.optimiser, at).course()

    def pick(self, display: DescentLabDisplay, axes: Any, x: float, y: float) -> dict:
        if axes is not display.main_:
            return {}
        chosen = {"start_x": round(min(max(x, -10.0), 10.0), 3)}
        return chosen if display.flat else chosen | {"start_y": round(min(max(y, -10.0), 10.0), 3)}

    def _surface(self, plain: dict) -> Surface:
        """The chosen surface, made once."""
        name = plain["surface"]
        key = (
            name,
            plain.get("formula") if name == "formula" else None,
            plain.get("condition") if name == "bowl" else None,
        )
        if ("surface", *key) not in self._kept:
            self._keep(("surface", *key), self._make(plain))
        return self._kept[("surface", *key)]

    def _make(self, plain: dict) -> Surface:
        if plain["surface"] == "formula":
            return typed(plain.get("formula", "x^2 + 4y^2 + 2sin(3x)"))
        if plain["surface"] == "bowl":
            return bowl(plain.get("condition", 10.0))
        name = plain["surface"]
        return self._surfaces[name] if name in self._surfaces else surface(LOSSES.get(name, name))

    @staticmethod
    def _runners(at: SimpleNamespace) -> list[str]:
        return list(dict.fromkeys([at.optimiser, *at.against]))

    def _run(self, found: Surface, name: str, at: SimpleNamespace) -> Descent:
        """The descent of one optimiser, kept; all rates of the slider at once, where the optimiser takes a batch."""
        optimiser = OPTIMISERS[name](at)
        start = np.array([at.start_x, at.start_y][: len(found.domain)])
        start = start[0] if len(found.domain) == 1 else start
        stops = self._slider("rate").stops()
        together = at.plain["surface"] in LIGHT and at.rate in stops and not at.noise and not optimiser.single
        rate = np.array(stops) if together else at.rate
        optimiser = (
            replace(optimiser, rate=rate)
            if hasattr(optimiser, "rate") and not optimiser.single
            else optimiser
        )
        key = (
            found.name,
            found.f,
            repr(optimiser),
            at.start_x,
            at.start_y,
            at.noise,
            at.seed,
            at.plain["method"],
            at.h,
        )
        if key not in self._kept:
            record = descend(found.f, start, optimiser, LONGEST, gradient=at.method(at), noise=at.noise, seed=at.seed,
                             budget=LONGEST)  # fmt: skip
            self._keep(key, record)
        record = self._kept[key]
        if not together:
            return record
        one = (key, at.rate)
        if one not in self._kept:
            self._keep(one, record._one(stops.index(at.rate)))
        return self._kept[one]

    def _keep(self, key: Any, value: Any) -> None:
        if len(self._kept) > 400:
            self._kept.clear()
        self._kept[key] = value

    def _local(self, found: Surface, descent: Descent, number: int) -> tuple:
        """f along the step, and stability, from the true Hessian; None where there is none."""
        step = descent.steps[number]
        key = ("local", found.f, repr(descent.optimiser), str(step))
        if key not in self._kept:
            from derivlab.verbs import hessian

            local: tuple = None, None
            try:
                matrix = hessian(found.f, step.x)
                local = section(found.f, step, matrix), stability(found.f, step, descent.optimiser, matrix)
            except (DerivativeError, ArithmeticError, np.linalg.LinAlgError):
                pass
            self._keep(key, local)
        return self._kept[key]

    def _words(self, at: Any, found: Surface, whole: list, shown: list, here: Any, stable: Any) -> str:
        first = whole[0]
        parts = [
            f"{first.optimiser.name}{self._told_settings(at)} on {found.name} from {vector(first.steps[0].x)}: "
            f"after {len(shown[0].steps) - 1} steps x = {vector(here.x)}, f = {here.value:.6g}.",
            f"{stable.says()}." if stable is not None else "",
            f"In all it {first.course()}: it {first.says()}.",
        ]
        if len(whole) > 1:
            ranks = sorted(shown, key=lambda d: d.values[-1] if np.isfinite(d.values[-1]) else np.inf)
            parts += [
                "Race, lowest f first: "
                + ", ".join(f"{d.optimiser.name} {d.values[-1]:.3g}" for d in ranks)
                + "."
            ]
        return " ".join(filter(None, [*parts, f"Arrows: {at.plain['show'].lstrip('1234. ')}."]))

    def _told_settings(self, at: Any) -> str:
        """Rate, memory, noise and method, as far as they matter, in brackets."""
        wanted = {"rate": "rate {:.4g}", "beta": "β {:.3g}", "beta2": "β₂ {:.4g}", "noise": "noise {:.3g}", "seed": "seed {}",
                  "method": "gradient by {}", "h": "h {:.3g}"}  # fmt: skip
        plain = {**at.plain, "method": at.plain["method"].partition(" (")[0]}
        shown = [c.name for c in self.controls if c.name in wanted and c.matters(at.plain)]
        told = [
            wanted[n].format(plain[n])
            for n in shown
            if plain[n] not in (0.0, "exact") or n in ("beta", "seed")
        ]
        return f" ({', '.join(told)})" if told else ""


def used(names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Shown while one of these optimisers runs."""
    return {"optimiser": names, "against": (*names, "all first-order")}


def until(descent: Descent, evaluations: int) -> Descent:
    """The part of a descent that has spent at most so many evaluations beyond its start's."""
    spent = np.asarray(descent.evaluations) - descent.evaluations[0]
    last = int(np.searchsorted(spent, evaluations, side="right"))
    return replace(descent, steps=descent.steps[: max(last, 1)])


def typed(text: str) -> Surface:
    """A formula of x, or of x and y, as a surface over (-3, 3); errors: `DerivativeError`."""
    found = formula(text)
    if not 1 <= len(found.variables) <= 2:
        raise DerivativeError(
            f"{text} has {len(found.variables)} variables; write a formula of one or two, such as x^2 + 3y^2."
        )
    two = len(found.variables) == 2
    f = (lambda x: found(x[0], x[1])) if two else found
    domain = ((-3.0, 3.0),) * len(found.variables)
    return Surface(
        text, f, lambda x: None, domain, (), (2.0, 1.5)[: len(domain)], 0.05, "", coordinates=found.variables
    )


def _own(f: Callable | None, domain: Any) -> dict[str, Surface]:
    """The caller's function as a surface, under its name."""
    if f is None:
        return {}
    pairs = tuple(
        (float(low), float(high)) for low, high in np.reshape(np.asarray(domain, dtype=float), (-1, 2))
    )
    start = tuple(low + 0.8 * (high - low) for low, high in pairs)
    name = getattr(f, "__name__", "f")
    return {
        name: Surface(
            name, f, lambda x: None, pairs, (), start, 0.05, "", coordinates=("x", "y")[: len(pairs)]
        )
    }
