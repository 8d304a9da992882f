"""The shell of every panel: controls, one picture, and the result in words.

A panel in twenty lines; it draws through a display and computes nothing itself:

    class TangentPanel(Panel):
        '''A curve and its tangent.'''

        title = "The tangent at x"
        size = (6, 3.5)  # inches at 100 pixels an inch
        play = "x"  # the slider that Play and Step move
        controls = (
            Choice("function", {"sin": np.sin, "exp": np.exp}, scene=True),
            Slider("x", -3, 3, 1.0, step=0.05),
        )

        def scene(self, figure, at):
            '''Drawn once, and again when a control with scene=True changes.'''
            return TangentDisplay(at.function).plot(figure.subplots())

        def update(self, display, at):
            '''Move the artists listed in display.moving, and say the result in words.'''
            slope = display.move(at.x)
            return f"The slope at {at.x:.4g} is {slope:.6g}."

Both look at `at` only, as films and tables of frames ask for settings that the panel does not have just now;
`at.plain` has the plain values, the names of choices among them. `TangentPanel(x=2)` starts elsewhere; `panel.drive(x=0.5)` moves it from code and returns its fingerprint. Further
hooks: `formulas(at)` (MathML under the words), `question` and `outcome(at)` (predict first), `pick(display, axes, x, y)` (a click or drag on the picture). `themed = True`
says that the displays take paper and ink from Matplotlib's settings, so that the picture may be dark where the page is.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.panels import link as links
from derivlab.panels.controls import Control, plain
from derivlab.panels.export import Exporting
from derivlab.panels.look import DRAWING, Looking
from derivlab.panels.picture import Picture
from derivlab.panels.player import Playing, beginnings
from derivlab.panels.prediction import Predicting
from derivlab.panels.table import Tabling
from derivlab.panels.view import View

NEW_LINE = "\n"


class Panel(Playing, Predicting, Exporting, Tabling, Looking, View):
    """Base of the panels; subclasses name `controls` and write `scene` and `update`.

    `predict=True` asks the panel's question first; `name` tells panels of one notebook apart in links; all other
    arguments are first values of controls. Errors: `DerivativeError`.
    """

    title: str = ""
    controls: tuple[Control, ...] = ()
    play: str = ""
    rate: float = 12.0  # frames a second at speed 1
    size: tuple[float, float] = (7.2, 4.0)
    drags: bool = True  # False: the picture answers to clicks, and not to what is dragged over it
    notebook: str = "notebooks/00_start_here.ipynb"

    def __init__(self, *, predict: bool = False, name: str = "", **first: Any) -> None:
        super().__init__()
        self.name = name or type(self).__name__
        self._known(first)
        self._first = beginnings(self.controls, first)
        self._picture = Picture(self.size)
        self._staged: list | None = None
        self._display: Any = None
        self.spec = self._described()
        self._driven = True
        self.values = self._first
        self._driven = False
        self.observe(self._on_values, "values")
        self.observe(self._suit, ["dark", "ratio"])
        self.on_msg(self._on_message)
        self.ask() if predict else self._refresh()

    def scene(self, figure: Any, at: SimpleNamespace) -> Any:
        """Draw what stands still and return the display; its `moving` lists the artists that `update` moves."""
        raise NotImplementedError

    def update(self, display: Any, at: SimpleNamespace) -> str:
        """Move the artists to the settings and return the result in words; the panel's line of repr is the first line."""
        raise NotImplementedError

    def formulas(self, at: SimpleNamespace) -> str:
        """HTML or MathML to stand under the words, which say the same in plain text."""
        return ""

    def pick(self, display: Any, axes: Any, x: float, y: float) -> dict:
        """The settings that a click at data coordinates of some axes stands for."""
        return {}

    def implied(self, given: dict, values: dict) -> dict:
        """Settings that follow from those given, where they are not given themselves."""
        return {}

    @property
    def at(self) -> SimpleNamespace:
        """The settings as the panel's code sees them."""
        return self._seen(self.values)

    def drive(self, **settings: Any) -> str:
        """Set controls from code and return the fingerprint; errors: `DerivativeError`, and nothing has changed."""
        self._known(settings)
        self._set(self._checked(self.implied(settings, self.values) | settings))
        return repr(self)

    @property
    def state(self) -> dict:
        """The settings as plain JSON values; setting it restores them, and a state that does not fit changes nothing."""
        return {"panel": self.name, "values": dict(self.values), "speed": self.speed}

    @state.setter
    def state(self, state: Any) -> None:
        found = links.read(state)
        if found.get("panel", self.name) != self.name:
            raise DerivativeError(f"this is a state of {found['panel']}; the panel here is {self.name}.")
        values, speed = self._checked(found["values"]), found.get("speed", self.speed)
        if not plain(speed) or not 0 < speed <= 100:
            raise DerivativeError(f"speed is {speed!r}; give a positive number such as 1.")
        self._set(values)
        self.speed = float(speed)

    def link(self, base: str = links.BINDER, notebook: str = "") -> str:
        """A link that opens the notebook with this very state, once its cells are run: Binder, or a JupyterLab's address."""
        return links.link(self.state, base, notebook or self.notebook)

    def __repr__(self) -> str:
        pairs = ((c.name, self.values[c.name]) for c in self.controls if c.matters(self.values))
        shown = ", ".join(f"{k}={v:.6g}" if isinstance(v, float) else f"{k}={v}" for k, v in pairs)
        return f"{type(self).__name__}({shown}): {self.error or self.words.partition(NEW_LINE)[0]}"

    def _described(self) -> dict:
        return {
            "name": self.name,
            "title": self.title,
            "controls": [control.spec() for control in self.controls],
            "first": dict(self._first),
            "play": self.play,
            "rate": self.rate,
            "size": [round(100 * side) for side in self.size],
            "pickable": type(self).pick is not Panel.pick,
            "draggable": self.drags,
            "asks": self.question is not None,
            "types": self.types,
            "themed": self.themed,
        }

    def _known(self, settings: dict) -> None:
        names = [control.name for control in self.controls]
        for name in settings:
            if name not in names:
                raise DerivativeError(f"there is no control {name!r}; there is {', '.join(names)}.")

    def _checked(self, settings: Any) -> dict:
        """All settings, the given ones checked."""
        self._known(settings)
        return {c.name: c.check(settings.get(c.name, self.values[c.name])) for c in self.controls}

    def _set(self, values: dict) -> None:
        self._driven = True
        try:
            self.values = values
        finally:
            self._driven = False
        self._refresh()

    def _on_values(self, change: Any) -> None:
        """Settings that came from the view: what does not fit is undone, with a sentence."""
        if self._driven:
            return
        try:
            given = {c.name: c.check(change.new[c.name]) for c in self.controls}
            new = {n: value for n, value in given.items() if value != change.old[n]}
            values = self._checked(given | self.implied(new, change.old) | new)
            if values != change.new or not self._at_once(new):
                self._set(values)
        except (DerivativeError, KeyError) as error:
            self._driven = True
            self.values, self.error = dict(change.old), sentence(error)
            self._driven = False

    def _on_message(self, _: Any, content: dict, buffers: Any) -> None:
        """A prediction, a click, or the state in a link."""
        try:
            if "restore" in content:
                self.restored, self.state = True, links.decode(content["restore"])
            elif "answer" in content:
                self.answer(content["answer"])
            elif "ask" in content:
                self.ask()
            elif "table" in content:
                self._table(content["table"])
            elif "reset" in content:
                self.reset()
            elif "pick" in content and (place := self._picture.place(*content["pick"])):
                self._picked(self.pick(self._display, *place))
        except DerivativeError as error:
            self.error = sentence(error)

    def _refresh(self) -> str:
        """Bring picture and words up to the settings; an error becomes a sentence, and the last picture stays."""
        try:
            with DRAWING:
                words, maths = self._draw(self.values)
                frame = self._picture.frame(moving=not self.covered)
        except Exception as error:  # whatever a reader's function does, the panel lives on
            self.error = sentence(error)
            return repr(self)
        with self.hold_sync():
            self.frame, self.drawn, self.error = frame, dict(self.values), ""
            self.words, self.maths = (words, maths) if not self.covered else (self._cover(), "")
        return repr(self)

    def _cover(self) -> str:
        return f"Covered until you predict. {self.question.text}"  # type: ignore[union-attr]

    def _still(self, values: dict) -> tuple[Any, tuple[str, str]]:
        """Pixels, words and formulas of any settings; where they fail, of what stands still and of the error."""
        with DRAWING:
            try:
                told = self._draw(values)
            except Exception as error:
                return self._picture.pixels(moving=False), (sentence(error), "")
            return self._picture.pixels(), told

    def _draw(self, values: dict) -> tuple[str, str]:
        with np.errstate(all="ignore"):  # what is not finite is said in words
            at = self._seen(values)
            return self._drawn(at, values), self.formulas(at)

    def _drawn(self, at: SimpleNamespace, values: dict) -> str:
        key = [values[c.name] for c in self.controls if c.scene]
        if key == self._staged:
            return self.update(self._display, at)
        self._staged = None
        with self._colours():
            self._picture.clear()
            self._display = self.scene(self._picture.figure, at)
            words = self.update(self._display, at)
            self._picture.stage(self._display.moving)
        self._staged = key
        return words

    def _seen(self, values: dict) -> SimpleNamespace:
        return SimpleNamespace(
            **{c.name: c.meaning(values[c.name]) for c in self.controls}, plain=dict(values)
        )


def sentence(error: Exception) -> str:
    """An error as one readable line."""
    text = " ".join(str(error).split())
    return (
        text
        if isinstance(error, DerivativeError)
        else f"{type(error).__name__}: {text or 'no more is known'}"
    )
