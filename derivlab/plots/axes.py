"""Axes to draw on."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt


def axes(ax: Any, size: tuple[float, float]) -> Any:
    """The axes given, or those of a new figure of that size in inches."""
    return plt.subplots(figsize=size, layout="constrained")[1] if ax is None else ax
