"""Moving texts drawn once and stamped ever after: setting letters is most of what a frame would cost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox, IdentityTransform

MOST = 400  # stamps
AIR = 2  # pixels around a stamp


class Stamps:
    """Texts as small pictures, kept by what they say and how; they are put at whole pixels."""

    def __init__(self) -> None:
        self._kept: dict[Any, tuple[np.ndarray, int, int]] = {}

    def draw(self, artist: Any, renderer: RendererAgg) -> None:
        """Draw an artist: a plain text by its stamp, all others by themselves."""
        if not _plain(artist):
            artist.draw(renderer)
        elif artist.get_visible() and artist.get_text():
            self._press(artist, renderer)

    def _press(self, text: Text, renderer: RendererAgg) -> None:
        key = _key(text)
        if key not in self._kept:
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[key] = _made(text, renderer)
        picture, left, bottom = self._kept[key]
        x, y = text.get_transform().transform(text.get_unitless_position())
        if np.isfinite(x) and np.isfinite(y):
            renderer.draw_image(renderer.new_gc(), round(x) + left, round(y) + bottom, picture)


def _plain(artist: Any) -> bool:
    return (
        isinstance(artist, Text)
        and not isinstance(artist, Annotation)
        and not (artist.get_rotation() or artist.get_clip_on() or artist.get_path_effects())
    )


def _key(text: Text) -> tuple:
    box = text.get_bbox_patch()
    drawn = () if box is None else (box.get_facecolor(), box.get_edgecolor(), box.get_linewidth())
    return (text.get_text(), str(text.get_color()), text.get_alpha(), text.get_horizontalalignment(), text.get_verticalalignment(),
            hash(text.get_fontproperties()), drawn)  # fmt: skip


def _made(text: Text, renderer: RendererAgg) -> tuple[np.ndarray, int, int]:
    """The picture, bottom row first, and where its lower left corner is as seen from the text's position."""
    with _at(text, 0, 0):
        extent = text.get_window_extent(renderer)
        if (box := text.get_bbox_patch()) is not None:
            text.update_bbox_position_size(renderer)
            extent = Bbox.union([extent, box.get_window_extent(renderer)])
    left, bottom = (int(np.floor(side)) - AIR for side in extent.min)
    right, top = (int(np.ceil(side)) + AIR for side in extent.max)
    small = RendererAgg(right - left, top - bottom, renderer.dpi)
    with _at(text, -left, -bottom):
        text.draw(small)
    return np.array(small.buffer_rgba())[::-1], left, bottom


@contextmanager
def _at(text: Text, x: float, y: float) -> Iterator[None]:
    """The text at a place in pixels, for a while."""
    transform, place = text.get_transform(), text.get_position()
    text.set(transform=IdentityTransform(), position=(x, y))
    try:
        yield
    finally:
        text.set(transform=transform, position=place)
