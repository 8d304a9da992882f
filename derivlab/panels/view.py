"""What the browser is told: the traits that a panel shares with its view, which is written in JavaScript."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
from traitlets import Bool, Bytes, Dict, Float, Unicode

PARTS = (
    "controls",
    "player",
    "quiz",
    "sketch",
    "tables",
    "stage",
    "picking",
    "panel",
)  # the last one uses the others


def source(name: str) -> str:
    """A file of the view."""
    return (Path(__file__).parent / "browser" / name).read_text(encoding="utf-8")


class View(anywidget.AnyWidget):
    """Controls, picture and words in the browser; every part has a name, works by keyboard and follows the theme."""

    _esm = "\n".join(source(f"{part}.js") for part in PARTS)
    _css = source("panel.css")

    spec = Dict().tag(sync=True)
    values = Dict().tag(sync=True, echo_update=False)
    frame = Bytes().tag(sync=True)
    drawn = Dict().tag(sync=True)  # the settings that frame and words belong to
    words = Unicode().tag(sync=True)
    maths = Unicode().tag(sync=True)  # formulas as HTML; the words say the same
    ends = Dict().tag(sync=True)  # the last stop of sliders that cannot go as far as they might
    error = Unicode().tag(sync=True)
    speed = Float(1.0).tag(sync=True, echo_update=False)
    quiz = Dict().tag(sync=True)
    restored = Bool(False).tag(sync=True)  # a link's state has been taken up: only once
    dark = Bool(False).tag(sync=True)
    ratio = Float(1.0).tag(sync=True)  # of the screen's pixels to the page's
    progress = Float(-1.0).tag(sync=True)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if data is not None:
            data["text/plain"] = repr(self)
        return bundle
