"""Step by step: the control named `play` goes through its stops, from code as from the view's buttons."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from typing import Any

from derivlab.errors import DerivativeError
from derivlab.panels.controls import Slider, start


class Playing:
    """The part of a panel that steps; `play` names a slider, or is empty."""

    play: Any
    values: Any
    controls: tuple
    ends: Any

    def _slider(self, name: str = "") -> Slider:
        """The named slider, or the one that Play moves."""
        wanted = name or self.play
        found = next((c for c in self.controls if c.name == wanted and isinstance(c, Slider)), None)
        if found is None:
            there = ", ".join(c.name for c in self.controls if isinstance(c, Slider))
            raise DerivativeError(f"{wanted!r} is no slider of this panel; choose one of {there}.")
        return replace(found, high=max(self.ends[wanted], found.low)) if wanted in self.ends else found

    def step(self, times: int = 1) -> str:
        """To the next stop, or `times` further, as the Step button does; stays at the last one."""
        stops, now = (slider := self._slider()).stops(), self.values[self.play]
        at = bisect_right(stops, now) - 1 if times > 0 else bisect_left(stops, now)
        return self.drive(**{slider.name: stops[min(max(at + times, 0), len(stops) - 1)]})  # type: ignore[attr-defined]

    def back(self, times: int = 1) -> str:
        """To the stop before."""
        return self.step(-times)

    def reset(self) -> str:
        """Every control as it was in the beginning."""
        return self.drive(**self._first)  # type: ignore[attr-defined]


def beginnings(controls: tuple, given: dict) -> dict:
    """The first value of each control, those given by the caller before those of the class."""
    return {c.name: c.check(given[c.name]) if c.name in given else start(c) for c in controls}
