"""Frames in advance: every stop of the slider in use as vectors, so that the browser draws while it moves."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import numpy as np

from derivlab.panels import vectors
from derivlab.panels.picture import png

MOST = 250  # stops
SLICE = 0.02  # seconds of work between two looks at what the reader does


class Tabling:
    """The part of a panel that tells the view, in the kernel's idle time, what every stop of a slider looks like."""

    values: Any
    controls: tuple
    quiz: Any
    _picture: Any
    _slider: Any
    _draw: Any
    _refresh: Any
    send: Any
    _tabled: tuple = ()

    def _table(self, name: str) -> None:
        """Begin the table of a slider, the stops nearest to the current value first."""
        slider = self._slider(name)
        key = {n: value for n, value in self.values.items() if n != name}
        wanted = (name, json.dumps(key))
        stops = slider.stops()
        if self.quiz.get("open") or slider.scene or len(stops) > MOST or wanted == self._tabled:
            return
        self._tabled, here = wanted, _place(stops, self.values[name])
        near = sorted(range(len(stops)), key=lambda i: abs(i - here))
        asyncio.get_running_loop().create_task(self._fill(name, key, [stops[i] for i in near]))

    async def _fill(self, name: str, key: dict, stops: list) -> None:
        """Send the table slice by slice until it is whole, or the other settings have changed."""
        self._draw(self.values)
        tabled = self._tabled
        if not vectors.drawable(self._picture.moving):
            return
        still = png(self._picture.pixels(moving=False))
        while stops and self._tabled == tabled and all(self.values[n] == value for n, value in key.items()):
            part, until = Part(), time.perf_counter() + SLICE
            while stops and time.perf_counter() < until:
                stop = stops.pop(0)
                part.add(stop, *self._marked({**key, name: stop}))
            content, points = part.packed()
            self.send({"table": {"control": name, "key": key, **content}}, buffers=[points, still])
            still = b""
            await asyncio.sleep(0.002)
        if self._tabled == tabled:
            self._tabled = ()

    def _marked(self, values: dict) -> tuple[list, str]:
        """The marks and words of any settings; no marks where they fail."""
        try:
            words = self._draw(values)
        except Exception:
            return [], ""
        return vectors.marks(self._picture.moving, self._picture.figure), words


class Part:
    """Frames of a table: the styles and words once, all points in one row of numbers."""

    def __init__(self) -> None:
        self.styles: dict[str, int] = {}
        self.frames: list = []
        self.points: list = []
        self.count = 0

    def add(self, stop: Any, marks: list, words: str) -> None:
        """One frame: for every mark its style, where its points begin, how many there are, and its text."""
        frame = []
        for style, points, text in marks:
            number = self.styles.setdefault(json.dumps(style), len(self.styles))
            frame.append([number, self.count, len(points), text])
            self.points.append(points)
            self.count += len(points)
        self.frames.append([stop, frame, words])

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
