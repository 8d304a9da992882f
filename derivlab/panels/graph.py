"""Walk a function's graph edge by edge: what each step hands on, a question at the next one, a counter, and a nudge."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.formula import formula
from derivlab.graph import (
    ASKS,
    FUNCTIONS,
    MODES,
    MOST,
    Walk,
    asked,
    judge,
    moved,
    nudge,
    question,
    reveal,
    symbol,
    walk,
)
from derivlab.graph.reading import parts
from derivlab.graph.words import cost_told, end_told, nudge_told, step_told
from derivlab.panels.base import Panel
from derivlab.panels.controls import Choice, Integer, Line, Slider, Toggle
from derivlab.panels.keep import Keeping
from derivlab.panels.prediction import Question
from derivlab.plots.graph_lab import NUDGES, GraphLabDisplay
from derivlab.verbs import prepare

TYPED = "formula"
NOTHING = "nothing"
TEXT = 30  # entries of a point that are written into its field


class Subject(NamedTuple):
    """What is walked: a function, its further arguments, the point to start with, and names of nodes."""

    f: Callable
    args: tuple
    point: np.ndarray
    names: dict[int, str]


class GraphPanel(Keeping, Panel):
    """Choose a function, type one or give your own with its point, and play the sweep over its graph, an edge a step.

    At each edge the panel asks for the local derivative of the next one: type it below the picture, or give it to
    `panel.check("cos(a)")`; `panel.score` counts. A click on a node nudges that one. `f(x, *args)` takes one number or one
    array `x`; its further arguments stay as they are. Errors: `DerivativeError`, above all where f cannot be recorded at x.
    """

    title = "Inside the chain rule: sweeps over a graph"
    size = (8.6, 6.2)
    play = "step"
    rate = 1.5
    types = "number or expression; ? shows it"
    themed = True
    notebook = "notebooks/03_inside_automatic_differentiation.ipynb"
    question = Question(
        "Which mode takes fewer operations for the whole derivative?", (*MODES, "both the same")
    )

    def __init__(self, f: Callable | None = None, x: Any = 1.0, args: tuple = (), **first: Any) -> None:
        self._answered: set[tuple] = set()
        self._told: tuple = ()
        self._own = {} if f is None else {getattr(f, "__name__", "f"): own(f, x, args)}
        names = [*self._own, *FUNCTIONS, TYPED]
        self.controls = (
            Choice("function", names, scene=True, group="Function"),
            Line("formula", "sin(x y) + x/y", scene=True, group="Function", when={"function": (TYPED,)},
                 help="of one variable or several"),
            Line("point", "", scene=True, group="Function", label="at", help="numbers for the inputs; empty: the usual ones"),
            Choice("mode", MODES, scene=True, group="Sweep"),
            Integer("step", 0, MOST, 0, group="Sweep", help="edges passed so far"),
            Choice("ask", (*ASKS, NOTHING), group="Sweep", help="what is asked about the next edge (dashed)"),
            Toggle("wait", group="Sweep", label="Play waits", help="Play goes on after a right answer only",
                   unless={"ask": (NOTHING,)}),
            Integer("node", 0, MOST, 0, group="Nudge (or click on a node)", help="which node is moved"),
            Slider("nudge", -1.0, 1.0, 0.2, step=0.02, group="Nudge (or click on a node)", label="by Δ"),
        )  # fmt: skip
        if "formula" in first:
            first = {"function": TYPED} | first
        known = {"function": names[0], "formula": "sin(x y) + x/y", "mode": MODES[0], "point": ""} | first
        super().__init__(**(self._usual(known) | first))
        if self.error:
            raise DerivativeError(self.error)
        self._checked(self.values)

    @property
    def _place(self) -> tuple:
        """What a question belongs to."""
        return tuple(self.values[name] for name in ("function", "formula", "point", "mode", "step", "ask"))

    def scene(self, figure: Any, at: SimpleNamespace) -> GraphLabDisplay:
        name = at.formula if at.function == TYPED else at.function
        return GraphLabDisplay(self._walk(at.plain), name).plot(figure)

    def update(self, display: GraphLabDisplay, at: SimpleNamespace) -> str:
        walked = self._walk(at.plain)
        within(walked, at.plain)
        it = nudge(walked, at.node, at.nudge)
        asks = self._asks(walked, at.step, at.ask)
        display.move(at.step, asks, self._asking(walked, at), it, self._curve(at.plain, walked))
        told = [
            step_told(walked, at.step),
            self._next(walked, at),
            cost_told(walked, at.step),
            nudge_told(walked, it),
            display.graph.folded,
        ]
        return "\n".join(filter(None, told))

    def outcome(self, at: SimpleNamespace) -> str:
        reverse, forward = (self._walk(at.plain).cost(mode)["edges"] for mode in MODES)
        return "both the same" if reverse == forward else MODES[0] if reverse < forward else MODES[1]

    def pick(self, display: GraphLabDisplay, axes: Any, x: float, y: float) -> dict:
        node = display.graph.node_at(x, y) if axes is display.graph.ax_ else None
        return {} if node is None else {"node": node}

    def implied(self, given: dict, values: dict) -> dict:
        """Another function brings its point, its first step and a node to nudge; fewer steps bring the last one."""
        typed = {"function": TYPED} if "formula" in given and "function" not in given else {}
        plain = {**values, **typed, **given}
        changed = {name for name, value in plain.items() if values[name] != value}
        try:
            if changed & {"function", "formula"}:
                return typed | self._usual(plain) | {"step": 0}
            if changed & {"mode", "point"}:
                return {"step": 0 if "mode" in changed else min(values["step"], len(self._walk(plain).steps))}
        except Exception:  # the sentence comes with the picture
            pass
        return typed

    def check(self, answer: Any) -> str:
        """Judge an answer to the question at the next edge, text or a number, and say so; a right one makes the step.

        `"?"` shows the answer and makes the step, without a score. Errors: `DerivativeError` for what cannot be read.
        """
        number, ask, walked, place = (
            self.values["step"],
            self.values["ask"],
            self._walk(self.values),
            self._place,
        )
        self.error, self.quiz = "", self.quiz | {"said": ""}
        shown = isinstance(answer, str) and answer.strip() == "?"
        verdict = reveal(walked, number, ask) if shown else judge(walked, number, answer, ask)
        self._right, self._asked = self._right + (verdict.right and not shown), self._asked + (not shown)
        if verdict.right:
            self._answered.add(place)
            self.drive(step=number + 1)
        said = f"{verdict.hint} Score: {self._right} of {self._asked}."
        self.quiz = self.quiz | {"said": said, "right": None if shown else verdict.right}
        return said

    def answer(self, prediction: Any) -> str:
        """Commit a prediction where one is awaited, else check an answer."""
        return super().answer(prediction) if self.covered else self.check(prediction)

    def _checked(self, settings: Any) -> dict:
        values = super()._checked(settings)
        try:
            walked = self._walk(values)
        except Exception:  # the sentence comes with the picture
            return values
        within(walked, values)
        return values

    def _refresh(self) -> str:
        said = super()._refresh()
        if not self.error:
            self._follow()
        return said

    def _follow(self) -> None:
        """The question and the ends of the sliders for where the panel is now."""
        walked, at = self._walk(self.values), self.at
        asks = self._asks(walked, at.step, at.ask)
        stop = at.step if at.wait and asks and self._place not in self._answered else len(walked.steps)
        self.ends = ends(walked) | {"step": stop}
        typed = f"{symbol(walked, at.step, at.ask)} =" if asks else ""
        fresh = {} if self._place == self._told else {"said": ""}
        self._told = self._place
        self.quiz = self.quiz | {"typed": typed} | fresh

    @staticmethod
    def _asks(walked: Walk, number: int, ask: str) -> bool:
        return ask != NOTHING and number < len(walked.steps) and asked(walked.steps[number], walked)

    def _asking(self, walked: Walk, at: SimpleNamespace) -> str:
        """What the picture asks."""
        if at.ask == NOTHING or at.step == len(walked.steps):
            return ""
        asks = self._asks(walked, at.step, at.ask)
        said = f"next: {symbol(walked, at.step, at.ask)} = ?" if asks else f"next: no {at.ask}"
        return f"{said} (Play waits)" if at.wait else said

    def _next(self, walked: Walk, at: SimpleNamespace) -> str:
        if at.step == len(walked.steps):
            return end_told(walked)
        if at.ask == NOTHING:
            return ""
        asks = question(walked, at.step, at.ask)
        if not asks:
            asks = f"an edge that only passes numbers on, for which no {at.ask} is asked."
        return f"Next: {asks}{' Play waits for answers.' if at.wait else ''}"

    def _usual(self, plain: dict) -> dict:
        """The point of a function as text, and the first node that is one number."""
        subject = self._subject(plain)
        numbers = np.ravel(subject.point) if np.size(subject.point) <= TEXT else ()
        point = ", ".join(f"{float(number)!r}".removesuffix(".0") for number in numbers)
        node = 0
        with suppress(Exception):  # the sentence comes with the picture
            found = self._walk({**plain, "point": point}).tape.nodes
            node = next((n.index for n in found if not n.shape), 0)
        return {"point": point, "node": node}

    def _subject(self, plain: dict) -> Subject:
        name = plain["function"]
        if name in self._own:
            return self._own[name]
        if name in FUNCTIONS:
            example = FUNCTIONS[name]
            return Subject(
                example.f,
                (),
                np.array(example.point if len(example.point) > 1 else example.point[0]),
                example.labels,
            )
        found = formula(plain["formula"])
        if not found.variables:
            raise DerivativeError(f"{found.source} has no variable; write a formula such as sin(x y) + x/y.")
        spread = 0.8 + 0.7 * np.arange(len(found.variables))
        return Subject(found, (), np.round(spread if spread.size > 1 else spread[0], 6), {})

    def _walk(self, plain: dict) -> Walk:
        """The sweeps for all but steps and nudges, recorded once."""
        key = tuple(plain[name] for name in ("function", "formula", "point", "mode"))
        return self._keep(key, lambda: self._recorded(plain))

    def _recorded(self, plain: dict) -> Walk:
        subject = self._subject(plain)
        x = point(plain["point"], subject, plain["function"] in self._own)
        return walk(subject.f, x, plain["mode"], subject.args, subject.names)

    def _curve(self, plain: dict, walked: Walk) -> np.ndarray:
        """How far the output moves for each nudge of the picture."""
        key = ("curve", *(plain[name] for name in ("function", "formula", "point", "node")))
        return self._keep(key, lambda: np.array([moved(walked, plain["node"], by) for by in NUDGES]))


def ends(walked: Walk) -> dict[str, int]:
    """The last step and the last node."""
    return {"step": len(walked.steps), "node": len(walked.tape.nodes) - 1}


def within(walked: Walk, values: dict) -> None:
    """Errors: a step or a node that is not there."""
    for name, end in ends(walked).items():
        if values[name] > end:
            raise DerivativeError(
                f"{name} = {values[name]} is beyond the last one, {end}; choose one from 0 to {end}."
            )


def own(f: Callable, x: Any, args: tuple) -> Subject:
    """The caller's function with its point; errors: `DerivativeError`."""
    point = np.asarray(prepare(f, x, args)[1])
    return Subject(f, tuple(args), point, {})


def point(text: str, subject: Subject, free: bool) -> Any:
    """The point in a text, numbers with commas between, in the shape of the function's own, which stands for an empty text.

    `free`: another length will do for a function of one array.
    """
    usual = subject.point
    if not text:
        return usual
    numbers = np.array([float(formula(part, ())()) for part in parts(text.strip("[]() "))])
    if numbers.size != usual.size and not (free and usual.ndim == 1):
        raise DerivativeError(
            f"the function takes {usual.size} number{'s' * (usual.size != 1)}, and here are {numbers.size}; write as many, with commas between."
        )
    return numbers if usual.ndim == 1 else numbers.reshape(usual.shape)[()]
