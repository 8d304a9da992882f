"""Moving artists as lines, shapes and texts in pixels of the page, so that the browser can draw them without a picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from matplotlib.colors import to_hex, to_rgba
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Annotation, Text

MARKERS = {"None", "", " ", "o", "s", "D", "^", "v", "*", "x", "+", "P", "X", "|"}
Mark = tuple[dict, np.ndarray, str]


def drawable(artists: Iterable) -> bool:
    """Whether the browser can draw all of these; if not, it is sent pictures."""
    return all(_drawable(artist) for artist in artists)


def _drawable(artist: Any) -> bool:
    if isinstance(artist, Line2D):
        return str(artist.get_marker()) in MARKERS
    if isinstance(artist, Text):
        return not (isinstance(artist, Annotation) and artist.arrow_patch) and not artist.get_rotation()
    if isinstance(artist, AxesImage):
        return np.ndim(np.asarray(artist.get_array())) == 2
    return isinstance(artist, Patch)


def marks(artists: Iterable, figure: Any) -> list[Mark]:
    """(style, points in pixels from the top left, text) of every artist that shows anything."""
    found: list[Mark] = []
    dot = figure.dpi / figure.canvas.device_pixel_ratio / 72
    for artist in artists:
        if not artist.get_visible():
            continue
        clip = {}
        if artist.get_clip_on() and artist.axes is not None:
            clip = {"clip": _flipped(artist.axes.bbox.get_points(), figure).ravel().round(1).tolist()}
        for style, points, text in _MARK[_kind(artist)](artist, dot):
            if len(points):
                where = points if style["kind"] == "image" else _flipped(points, figure)
                found.append((style | clip, where, text))
    return found


def _kind(artist: Any) -> type:
    return next(kind for kind in _MARK if isinstance(artist, kind))


def _flipped(points: Any, figure: Any) -> np.ndarray:
    upside_down = np.asarray(points, dtype=float) * [1, -1] + [0, figure.bbox.height]
    return upside_down / figure.canvas.device_pixel_ratio


def _colour(colour: Any, alpha: float | None) -> str:
    return to_hex(to_rgba(colour, alpha), keep_alpha=True)


def _line(line: Line2D, dot: float) -> Iterator[Mark]:
    width, alpha = line.get_linewidth() * dot, line.get_alpha()
    style: dict[str, Any] = {"kind": "line", "width": 0.0}
    if line.get_linestyle() != "None":
        dashes = [round(d * dot, 2) for d in line._dash_pattern[1] or ()]  # type: ignore[attr-defined]
        style |= {"width": width, "colour": _colour(line.get_color(), alpha), "dashes": dashes}
    if str(line.get_marker()) not in {"None", "", " "} and line.get_markersize():
        style |= {
            "marker": str(line.get_marker()), "size": line.get_markersize() * dot, "edge": line.get_markeredgewidth() * dot,
            "fill": _colour(line.get_markerfacecolor(), alpha), "rim": _colour(line.get_markeredgecolor(), alpha),
        }  # fmt: skip
    yield style, line.get_transform().transform(line.get_xydata()), ""


def _patch(patch: Patch, dot: float) -> Iterator[Mark]:
    """The outlines of a patch, curves as chords."""
    style: dict[str, Any] = {
        "kind": "shape", "fill": _colour(patch.get_facecolor(), None), "rim": _colour(patch.get_edgecolor(), None),
        "width": patch.get_linewidth() * dot if to_rgba(patch.get_edgecolor())[3] else 0.0, "hatch": bool(patch.get_hatch()),
    }  # fmt: skip
    for polygon in patch.get_path().transformed(patch.get_transform()).to_polygons(closed_only=False):
        yield style, np.asarray(polygon), ""


def _text(text: Text, dot: float) -> Iterator[Mark]:
    style: dict[str, Any] = {
        "kind": "text", "colour": _colour(text.get_color(), text.get_alpha()), "size": float(text.get_fontsize()) * dot,
        "across": text.get_horizontalalignment(), "up": text.get_verticalalignment(), "bold": text.get_fontweight() in ("bold", 700),
        "mono": text.get_fontfamily()[0] == "monospace",
    }  # fmt: skip
    if (box := text.get_bbox_patch()) is not None:
        style |= {"box": _colour(box.get_facecolor(), None), "pad": 0.15 * style["size"]}
    if text.get_text():
        yield style, np.array([text.get_transform().transform(text.get_unitless_position())]), text.get_text()


def _image(image: AxesImage, dot: float) -> Iterator[Mark]:
    """The cells row by row from the top as numbers of colours, two to a point."""
    cells = np.asarray(image.get_array())
    colours = image.cmap(np.arange(image.cmap.N), bytes=True).view("<u4")[
        :, 0
    ]  # red, green, blue, alpha in one number
    numbers = np.clip(np.nan_to_num(np.asarray(image.norm(cells)) * image.cmap.N), 0, image.cmap.N - 1)
    left, right, bottom, top = image.get_extent()
    corners = image.axes.transData.transform([(left, top), (right, bottom)])
    style = {
        "kind": "image", "box": _flipped(corners, image.axes.figure).ravel().round(2).tolist(), "rows": cells.shape[0],
        "columns": cells.shape[1], "colours": colours.tolist(), "smooth": image.get_interpolation() == "bilinear",
    }  # fmt: skip
    rows = numbers[::-1] if image.origin == "lower" else numbers
    yield style, np.resize(np.floor(rows).ravel(), (-(-cells.size // 2), 2)), ""


_MARK: dict[type, Any] = {Line2D: _line, Text: _text, Patch: _patch, AxesImage: _image}
