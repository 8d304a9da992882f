"""What displays share: where they draw, and which of their artists move."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

HUGE = 1e200  # what draws contours bounds them by 1e250, and limits have some air


def drawable(values: np.ndarray) -> np.ndarray:
    """Values that a picture can take: NaN where they are not finite, and none beyond what its axes can bear."""
    return np.where(np.isfinite(values), np.clip(values, -HUGE, HUGE), np.nan)


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
