"""Panels: controls, a picture and the result in words; one module a topic."""

from typing import Any

import derivlab
from derivlab.panels.base import Panel
from derivlab.panels.controls import Choice, Integer, Line, Seed, Slider, Toggle
from derivlab.panels.prediction import Question

__all__ = ["Choice", "Integer", "Line", "Panel", "Question", "Seed", "Slider", "Toggle"]


def __getattr__(name: str) -> Any:
    """A panel by its name, loaded when it is asked for."""
    if name.endswith("Panel") and name in derivlab.__all__:
        return getattr(derivlab, name)
    raise AttributeError(f"module 'derivlab.panels' has no attribute {name!r}")
