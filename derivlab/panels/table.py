"""Frames in advance: every stop of the slider in use as vectors, so that the browser draws while it moves."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import numpy as np

from derivlab.panels import vectors
from derivlab.panels.look import DRAWING
from derivlab.panels.picture import png

MOST = 250  # stops
SLICE = 0.015  # seconds of work between two looks at what the reader does
PATIENCE = 1.0  # seconds that slices may take longer than that: panels that are slow send no tables
REST = 0.3  # seconds without a change after which the picture follows; the view reports five times a second
PICK = "pick"  # the table of clicks and drags on the picture
LATEST = 1.0  # seconds that the picture may stay behind


class Tabling:
    """The part of a panel that sends frames as vectors for a slider in use: at once, and every stop in idle time."""

    tables: bool = True  # False: pictures only
    values: Any
    controls: tuple
    quiz: Any
    error: Any
    _picture: Any
    _slider: Any
    _draw: Any
    _refresh: Any
    _checked: Any
    implied: Any
    _driven: bool
    send: Any
    _tabled: tuple = ()  # the slider for which the view has the background, and the other settings
    _later: Any = None
    _behind: float = 0.0  # when the picture began to stay behind

    def _table(self, name: str) -> None:
        """Begin the table of a slider: the background, then the stops nearest to the current value first."""
        slider = None if name == PICK else self._slider(name)
        if not self.tables or self.quiz.get("open") or (slider is not None and slider.scene):
            return
        with DRAWING:
            self._draw(self.values)
            if not vectors.drawable(self._picture.moving):
                return
            still = png(self._picture.pixels(moving=False))
        self._tabled, key = (name, self._others(name)), self._others(name)
        self._hand_over(name, key, Part(), still)
        if slider is not None and len(stops := slider.stops()) <= MOST:
            here = _place(stops, self.values[name])
            near = sorted(range(len(stops)), key=lambda i: abs(i - here))
            asyncio.get_running_loop().create_task(self._fill(name, key, [stops[i] for i in near]))

    def _others(self, name: str) -> dict:
        """What the background of a table and all its frames have in common; picks may change all but the background."""
        scenes = {c.name for c in self.controls if c.scene}
        return {n: value for n, value in self.values.items() if (n in scenes if name == PICK else n != name)}

    def _picked(self, settings: dict) -> None:
        """A click or drag on the picture: as vectors where the view has the background, else as a picture."""
        before, values = self.values, self._checked(self.implied(settings, self.values) | settings)
        self._driven, self.values = True, values
        self._driven = False
        drawn = self._tabled == (PICK, self._others(PICK)) and not self.quiz.get("open")
        if values == before or not drawn or not self._sketched(PICK, None):
            self._refresh()

    async def _fill(self, name: str, key: dict, stops: list) -> None:
        """Send the table slice by slice until it is whole, other settings have changed, or it takes too long."""
        patience = PATIENCE
        while stops and patience > 0 and self._tabled == (name, key) == (name, self._others(name)):
            part, begun = Part(), time.perf_counter()
            while stops and time.perf_counter() < begun + SLICE:
                stop = stops.pop(0)
                part.add(stop, *self._marked({**key, name: stop}))
            patience -= max(time.perf_counter() - begun - 2 * SLICE, 0)
            self._hand_over(name, key, part)
            await asyncio.sleep(0.004)

    def _at_once(self, changed: dict) -> bool:
        """Answer the slider in use with vectors, and with the picture when it rests; False where that cannot be."""
        name = next(iter(changed), "")
        if len(changed) != 1 or self._tabled != (name, self._others(name)) or self.quiz.get("open"):
            return False
        return self._sketched(name, self.values[name])

    def _sketched(self, name: str, stop: Any) -> bool:
        """Send the settings as vectors; False where they fail."""
        marks, told = self._marked(self.values)
        if not marks:
            return False
        part = Part()
        part.add(stop, marks, told)
        self._hand_over(name, self._tabled[1], part)
        self._catch_up()
        return True

    def _catch_up(self) -> None:
        """Let the picture follow when the slider rests, and now and then while it does not."""
        loop = asyncio.get_running_loop()
        self._behind = self._behind or loop.time()
        if self._later is not None:
            self._later.cancel()
        self._later = loop.call_at(min(loop.time() + REST, self._behind + LATEST), self._caught_up)

    def _caught_up(self) -> None:
        self._behind = 0.0
        self._refresh()

    def _hand_over(self, name: str, key: dict, part: Part, still: bytes = b"") -> None:
        content, points = part.packed()
        self.send({"table": {"control": name, "key": key, **content}}, buffers=[points, still])

    def _marked(self, values: dict) -> tuple[list, tuple[str, str]]:
        """The marks of any settings, and their words and formulas; no marks where they fail."""
        with DRAWING:
            try:
                told = self._draw(values)
            except Exception:
                return [], ("", "")
            return vectors.marks(self._picture.moving, self._picture.figure), told


class Part:
    """Frames of a table: the styles and words once, all points in one row of numbers."""

    def __init__(self) -> None:
        self.styles: dict[str, int] = {}
        self.frames: list = []
        self.points: list = []
        self.count = 0

    def add(self, stop: Any, marks: list, told: tuple[str, str]) -> None:
        """One frame: for every mark its style, where its points begin, how many there are, and its text."""
        frame = []
        for style, points, text in marks:
            number = self.styles.setdefault(json.dumps(style), len(self.styles))
            frame.append([number, self.count, len(points), text])
            self.points.append(points)
            self.count += len(points)
        self.frames.append([stop, frame, *told])

    def packed(self) -> tuple[dict, bytes]:
        """What is sent as JSON, and the points as 4-byte floats."""
        points = np.concatenate(self.points or [np.empty((0, 2))]).astype("<f4")
        return {
            "styles": [json.loads(style) for style in self.styles],
            "frames": self.frames,
        }, points.tobytes()


def _place(stops: list, value: Any) -> int:
    """Which stop is nearest to a value."""
    return min(range(len(stops)), key=lambda i: abs(stops[i] - value))
