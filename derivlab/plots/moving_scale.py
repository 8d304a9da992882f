"""Axes whose numbers move while their lines stand still, so that the background is drawn once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.transforms import ScaledTranslation

ROOM = "−0.00"  # what the layout leaves room for
AIR = 5 / 72  # inches between an axis and its numbers


def round_up(value: float) -> float:
    """The next of 1, 2, 5, 10, ...; 1 for nothing and for what is not finite."""
    if not (np.isfinite(value) and value > 0):
        return 1.0
    power = 10.0 ** np.floor(np.log10(value))
    return float(power * next(f for f in (1, 2, 5, 10, 20) if f * power >= value * (1 - 1e-9)))


class MovingScale:
    """Tick labels of one axis ("x" or "y") at fixed `places`; `move` gives them new texts. Those of `still` have none."""

    def __init__(self, ax: Any, axis: str, places: Sequence[float], still: Sequence[float] = ()):
        texts = [ROOM] * len(places) + [""] * len(still)
        getattr(ax, f"set_{axis}ticks")([*places, *still], texts, color="none")
        across = axis == "x"
        where = [(p, 0) if across else (0, p) for p in places]
        style: dict[str, Any] = {"ha": "center", "va": "top"} if across else {"ha": "right", "va": "center"}
        right, up = (0.0, -AIR) if across else (-AIR, 0.0)
        away = ScaledTranslation(right, up, ax.get_figure(root=True).dpi_scale_trans)
        frame = (ax.get_xaxis_transform() if across else ax.get_yaxis_transform()) + away
        self.moving = [ax.text(*xy, "", transform=frame, fontsize=9, clip_on=False, **style) for xy in where]

    def move(self, values: Sequence[float]) -> None:
        """New numbers at the same places."""
        for text, value in zip(self.moving, values, strict=True):
            text.set_text(f"{value:.3g}".replace("-", "−"))
