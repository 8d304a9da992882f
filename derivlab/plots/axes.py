"""What displays share: where they draw, and which of their artists move."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import matplotlib.pyplot as plt


@dataclass(repr=False)
class Display:
    """A picture of a record: `plot` draws what stands still on `figure_`, `move` brings the artists in `moving` along."""

    moving: list = field(default_factory=list, init=False)
    figure_: Any = field(default=None, init=False)


@dataclass(repr=False)
class AxesDisplay(Display):
    """A picture on axes of its own, `ax_`."""

    ax_: Any = field(default=None, init=False)

    def on(self, ax: Any, size: tuple[float, float]) -> Any:
        """The axes given, or those of a new figure of that size in inches."""
        self.ax_ = ax = plt.subplots(figsize=size, layout="constrained")[1] if ax is None else ax
        self.figure_ = ax.figure
        return ax
