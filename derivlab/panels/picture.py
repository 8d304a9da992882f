"""One cached canvas: the background is drawn once, and only the moving artists are drawn for each frame."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib import rcParams
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from derivlab.panels.stamps import Stamps

try:  # the same format, packed five times as fast
    from isal.isal_zlib import compress as quick
except ImportError:  # has no wheel for every platform
    from zlib import compress as quick

LARGEST = 2.5e6  # pixels of a picture: what a screen of high resolution may ask for


class Picture:
    """A figure of `size` inches; `stage` draws the background, `frame` the moving artists on a copy of it."""

    def __init__(self, size: tuple[float, float], dpi: int = 100) -> None:
        self.figure = Figure(figsize=size, dpi=dpi, layout="constrained")
        self.canvas = FigureCanvasAgg(self.figure)
        self._background: Any = None
        self.moving: list = []
        self._stamps = Stamps()

    @property
    def ratio(self) -> float:
        """Pixels of the picture for one of the page."""
        return self.canvas.device_pixel_ratio

    def sharpen(self, ratio: float) -> bool:
        """Draw with so many pixels for one of the page from the next `stage` on; False where that changes nothing."""
        width, height = self.figure.get_size_inches() * 100
        most = min(max((LARGEST / (width * height)) ** 0.5, 1.0), 3.0)
        self._stamps = Stamps()
        return self.canvas._set_device_pixel_ratio(min(max(ratio, 1.0), most))  # type: ignore[attr-defined]

    def stage(self, moving: Iterable) -> None:
        """Lay out and draw all that stands still, once."""
        self.moving = sorted(moving, key=lambda artist: artist.get_zorder())
        for artist in self.moving:
            artist.set_animated(True)
            artist.set_in_layout(False)  # a frame must not depend on where the staging found them
        self.canvas.draw()
        self.figure.set_layout_engine("none")  # the layout must not move under the cached background
        self._background = self.canvas.copy_from_bbox(self.figure.bbox)

    def clear(self) -> None:
        """An empty figure, laid out anew at the next `stage`."""
        self.figure.clear()
        self.figure.set_facecolor(rcParams["figure.facecolor"])
        self.figure.set_layout_engine("constrained")
        self._background, self.moving = None, []

    def pixels(self, moving: bool = True) -> np.ndarray:
        """The frame as height x width x 4 bytes, a view of the canvas; without the moving artists where covered."""
        if self._background is None:
            self.canvas.draw()
        else:
            self.canvas.restore_region(self._background)
        renderer = self.canvas.get_renderer()
        for artist in self.moving if moving else ():
            self._stamps.draw(artist, renderer)
        return np.asarray(self.canvas.buffer_rgba())

    def frame(self, moving: bool = True) -> bytes:
        """The frame as PNG."""
        return png(self.pixels(moving))

    def place(self, across: float, down: float) -> tuple[Any, float, float] | None:
        """The axes and the data coordinates under a point given as fractions of the picture from its top left."""
        width, height = self.figure.bbox.size
        pixel = (across * width, (1 - down) * height)
        for axes in self.figure.axes:
            if axes.bbox.contains(*pixel):
                x, y = axes.transData.inverted().transform(pixel)
                return axes, float(x), float(y)
        return None


def png(pixels: np.ndarray, small: bool = False) -> bytes:
    """An array of height x width x 4 bytes as PNG, `small` for keeping, else quickly.

    Rows are not filtered, which packs drawings three times as fast.
    """
    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + 4 * width), np.uint8)
    rows[:, 1:] = pixels.reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    packed = zlib.compress(rows.data, 6) if small else quick(rows.data, 1)
    chunks = ((b"IHDR", header), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
