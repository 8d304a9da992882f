"""The gradient-descent lab."""

from derivlab.panels.descent.panel import GradientDescentPanel
from derivlab.panels.descent.runs import until

__all__ = ["GradientDescentPanel", "until"]
