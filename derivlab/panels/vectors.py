"""Moving artists as lines, shapes and texts in pixels, so that the browser can draw them without a picture."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.colors import to_hex, to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Annotation, Text

DASHES = {
    "-": (),
    "--": (3.7, 1.6),
    ":": (1.0, 1.65),
    "-.": (6.4, 1.6, 1.0, 1.6),
}  # of the width, as Matplotlib's
MARKERS = {"None", "", " ", "o", "s", "D", "^", "v", "*", "x", "+"}


def drawable(artists: Iterable) -> bool:
    """Whether the browser can draw all of these; if not, it is sent pictures."""
    return all(_drawable(artist) for artist in artists)


def _drawable(artist: Any) -> bool:
    if isinstance(artist, Line2D):
        return artist.get_linestyle() in {*DASHES, "None"} and str(artist.get_marker()) in MARKERS
    if isinstance(artist, Text):
        return not (isinstance(artist, Annotation) and artist.arrow_patch) and not artist.get_rotation()
    return isinstance(artist, Patch) and not artist.get_hatch()


def marks(artists: Iterable, figure: Any) -> list[tuple[dict, np.ndarray, str]]:
    """(style, points in pixels from the top left, text) of every artist that shows anything."""
    found = []
    for artist in artists:
        if artist.get_visible():
            style, points, text = _MARK[_kind(artist)](artist, figure.dpi / 72)
            if artist.get_clip_on() and artist.axes is not None:
                style["clip"] = _flipped(artist.axes.bbox.get_points(), figure).ravel().round(1).tolist()
            if len(points):
                found.append((style, _flipped(points, figure), text))
    return found


def _kind(artist: Any) -> type:
    return next(kind for kind in _MARK if isinstance(artist, kind))


def _flipped(points: Any, figure: Any) -> np.ndarray:
    return np.asarray(points, dtype=float) * [1, -1] + [0, figure.bbox.height]


def _colour(colour: Any, alpha: float | None) -> str:
    return to_hex(to_rgba(colour, alpha), keep_alpha=True)


def _line(line: Line2D, dot: float) -> tuple[dict, np.ndarray, str]:
    width, alpha = line.get_linewidth() * dot, line.get_alpha()
    style: dict[str, Any] = {"kind": "line", "width": 0.0}
    if line.get_linestyle() != "None":
        dashes = [round(d * width, 2) for d in DASHES[str(line.get_linestyle())]]
        style |= {"width": width, "colour": _colour(line.get_color(), alpha), "dashes": dashes}
    if str(line.get_marker()) not in {"None", "", " "}:
        style |= {
            "marker": str(line.get_marker()), "size": line.get_markersize() * dot, "edge": line.get_markeredgewidth() * dot,
            "fill": _colour(line.get_markerfacecolor(), alpha), "rim": _colour(line.get_markeredgecolor(), alpha),
        }  # fmt: skip
    return style, line.get_transform().transform(line.get_xydata()), ""


def _patch(patch: Patch, dot: float) -> tuple[dict, np.ndarray, str]:
    """The outline of a patch, curves as chords."""
    polygons = patch.get_path().transformed(patch.get_transform()).to_polygons(closed_only=False)
    style: dict[str, Any] = {"kind": "shape", "fill": _colour(patch.get_facecolor(), None), "rim": _colour(patch.get_edgecolor(), None),
             "width": patch.get_linewidth() * dot if to_rgba(patch.get_edgecolor())[3] else 0.0}  # fmt: skip
    return style, np.array(polygons[0] if polygons else np.empty((0, 2))), ""


def _text(text: Text, dot: float) -> tuple[dict, np.ndarray, str]:
    place = text.get_transform().transform(text.get_unitless_position())
    style = {"kind": "text", "colour": _colour(text.get_color(), text.get_alpha()), "size": float(text.get_fontsize()) * dot,
             "across": text.get_horizontalalignment(), "up": text.get_verticalalignment(),
             "bold": text.get_fontweight() in ("bold", 700)}  # fmt: skip
    return style, np.array([place]) if text.get_text() else np.empty((0, 2)), text.get_text()


_MARK: dict[type, Any] = {Line2D: _line, Text: _text, Patch: _patch}
