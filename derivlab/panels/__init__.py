"""Panels: controls, a picture and the result in words; one module a topic."""

from derivlab.panels.base import Panel
from derivlab.panels.controls import Choice, Integer, Line, Seed, Slider, Toggle
from derivlab.panels.prediction import Question

__all__ = ["Choice", "Integer", "Line", "Panel", "Question", "Seed", "Slider", "Toggle"]
