"""Colours that can be seen on the paper in use: Matplotlib's settings may ask for a dark one."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import to_hex, to_rgb

TEXT, LINE = (
    4.5,
    2.0,
)  # contrasts: of small letters (WCAG 2), and of lines that differ by dashes and markers as well


def ink() -> Any:
    """The colour of text on the paper in use."""
    return plt.rcParams["text.color"]


def paper() -> Any:
    """The colour of the paper in use."""
    return plt.rcParams["axes.facecolor"]


def tinted(colour: Any, share: float) -> str:
    """The paper with a share of a colour."""
    own, plain = np.array(to_rgb(colour)), np.array(to_rgb(paper()))
    return to_hex(plain + share * (own - plain))


def readable(colour: Any, contrast: float = LINE) -> str:
    """The colour, mixed with ink until it stands out from the paper."""
    own, black, paper = (np.array(to_rgb(c)) for c in (colour, ink(), plt.rcParams["axes.facecolor"]))
    for share in np.linspace(0, 1, 21):
        mixed = own + share * (black - own)
        if _contrast(mixed, paper) >= contrast:
            return to_hex(tuple(mixed))
    return to_hex(tuple(black))


def _contrast(one: np.ndarray, other: np.ndarray) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: np.ndarray) -> float:
    """The relative luminance of sRGB, as WCAG 2 defines it."""
    linear = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])
