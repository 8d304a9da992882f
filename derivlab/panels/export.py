"""Films, and pages that work without a kernel or a network, made of the panel's own frames."""

from __future__ import annotations

import base64
import html
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, product
from pathlib import Path
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.panels.controls import Choice, Toggle, plain
from derivlab.panels.picture import png
from derivlab.panels.view import View, source

FRAMES = 240  # of a film, at most; then stops are left out
STOPS = {1: 101, 2: 25}  # of each control of a page, at most, by the number of controls
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<style>{css}</style></head>
<body><main id="panel"></main>
<script type="application/json" id="data">{data}</script>
<script type="module">{view}
{page}</script></body></html>
"""


class Exporting:
    """The part of a panel that is saved; `_still(settings)` gives pixels and words of any settings."""

    values: Any
    controls: tuple
    rate: float
    spec: Any
    progress: Any
    title: str
    play: Any
    _still: Callable
    _slider: Callable
    _refresh: Callable
    _for_export: Callable

    def save(self, path: str | Path, over: str = "", speed: float = 1.0) -> Path:
        """A film (.gif, or .mp4 where ffmpeg is there) over the stops of a slider, by default the one that Play moves.

        Errors: `DerivativeError` for another suffix, another control, or where ffmpeg is missing.
        """
        path, slider = placed(path), self._slider(over)
        if path.suffix not in WRITERS:
            raise DerivativeError(
                f"{path.name} is no film; choose a name that ends in {' or '.join(WRITERS)}."
            )
        if not plain(speed) or not 0.01 <= speed <= 100:
            raise DerivativeError(f"speed is {speed!r}; give a number from 0.01 to 100, such as 1.")
        stops = thinned(slider.stops(), FRAMES)
        frames = (still[0] for still in self._stills([{slider.name: stop} for stop in stops]))
        WRITERS[path.suffix](frames, path, self.rate * speed)
        return path

    def export_html(
        self, path: str | Path, over: str | Sequence[str] = (), largest: float = 20e6, stops: int = 0
    ) -> Path:
        """A page with the panel's pictures for every stop of one or two controls, the others as they are now.

        It needs neither kernel nor network. `stops` bounds the stops of each control, `largest` the page's bytes.
        Errors: `DerivativeError`, above all where the page would be too large.
        """
        path = placed(path)
        names = [over] if isinstance(over, str) else list(over) or [self.play]
        grid = {name: self._grid(name, stops or STOPS.get(len(names), 0)) for name in names}
        if len(grid) not in STOPS:
            raise DerivativeError(f"a page is made over one or two controls, not over {len(grid)}.")
        settings = [dict(zip(grid, point, strict=True)) for point in product(*grid.values())]
        pictures, frames, told = self._pictures(settings, largest)
        first = {
            name: min(stops, key=lambda stop: _away(stop, self.values[name])) for name, stops in grid.items()
        }
        data = {
            "spec": self._page_spec(grid), "values": first, "grid": grid, "frames": frames, "words": [said for said, _ in told],
            "maths": [written for _, written in told] if any(written for _, written in told) else [],
            "pictures": [base64.b64encode(picture).decode() for picture in pictures],
        }  # fmt: skip
        path.write_text(_page(self.title, data), encoding="utf-8")
        return path

    def _pictures(self, settings: list[dict], largest: float) -> tuple[list[bytes], list[int], list]:
        """Every different picture once, which of them each of the settings has, and words and formulas."""
        places: dict[bytes, int] = {}
        frames, told, size = [0] * len(settings), [("", "")] * len(settings), 0
        scenes = [c.name for c in self.controls if c.scene]
        order = sorted(range(len(settings)), key=lambda i: str([settings[i].get(name) for name in scenes]))
        for done, (pixels, says) in enumerate(self._stills([settings[i] for i in order]), 1):
            picture = png(pixels, small=True)
            size += sum(map(len, says)) + (0 if picture in places else len(picture) * 4 // 3)  # base64
            _within(size, largest, done, len(settings))
            frames[order[done - 1]], told[order[done - 1]] = places.setdefault(picture, len(places)), says
        return list(places), frames, told

    def _stills(self, settings: list[dict]) -> Iterator[tuple[np.ndarray, tuple[str, str]]]:
        """Pixels, and words and formulas, of some settings after another, with a progress bar; the panel itself stays as it is."""
        try:
            with self._for_export():
                for number, setting in enumerate(settings):
                    yield self._still({**self.values, **setting})
                    self.progress = (number + 1) / len(settings)
        finally:
            self.progress = -1.0
            self._refresh()

    def _grid(self, name: str, most: int) -> list:
        control = next((c for c in self.controls if c.name == name), None)
        if isinstance(control, Choice):
            return control.names
        if isinstance(control, Toggle):
            return [False, True]
        return thinned(self._slider(name).stops(), most)

    def _page_spec(self, grid: dict) -> dict:
        """The view's description with the chosen controls only, each at its chosen stops."""
        shown = [c.spec() | {"when": {}, "unless": {}} for c in self.controls if c.name in grid]
        for spec in shown:
            stops = grid[spec["name"]]
            if "stops" in spec and len(stops) > 1:
                every = spec["step"] * ((len(spec["stops"]) - 1) // (len(stops) - 1))
                spec |= {"stops": stops, "low": stops[0], "high": stops[-1], "step": every}
        play = self.play if isinstance(self.play, str) and self.play in grid else ""
        return dict(self.spec) | {"controls": shown, "play": play, "pickable": False, "asks": False}


def placed(path: str | Path) -> Path:
    """A path in a folder that is there; errors: `DerivativeError`, before any work is done."""
    path = Path(path)
    if not path.parent.is_dir():
        raise DerivativeError(f"there is no folder {path.parent}; make it, or choose another.")
    return path


def thinned(stops: list, most: int) -> list:
    """Every k-th stop, so that there are at most so many, both ends among them where some such k is near."""
    last, most = len(stops) - 1, max(most, 2)
    least = max(-(-last // (most - 1)), 1)
    return stops[:: next((k for k in range(least, 2 * least) if last % k == 0), -(-len(stops) // most))]


def _away(stop: Any, value: Any) -> float:
    return abs(stop - value) if isinstance(value, float | int) else float(stop != value)


def _within(size: int, largest: float, done: int, frames: int) -> None:
    if size > largest:
        raise DerivativeError(
            f"the page would be larger than {largest / 1e6:.3g} MB ({done} of its {frames} pictures take {size / 1e6:.3g} MB); "
            f"choose fewer stops, such as stops={max(done // 2, 2)}, or allow more with largest=."
        )


def _page(title: str, data: dict) -> str:
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return PAGE.format(
        title=html.escape(title),
        css=View._css + source("page.css"),
        data=text,
        view=View._esm,
        page=source("page.js"),
    )


def _gif(frames: Iterator[np.ndarray], path: Path, rate: float) -> None:
    from PIL import Image

    images = [
        Image.fromarray(frame[:, :, :3].copy()).quantize(128, dither=Image.Dither.NONE) for frame in frames
    ]
    images[0].save(path, save_all=True, append_images=images[1:], duration=1000 / rate, loop=0)


def _packed() -> str | None:
    """The ffmpeg that the package imageio-ffmpeg brings along, where that is installed."""
    try:
        from imageio_ffmpeg import get_ffmpeg_exe

        return get_ffmpeg_exe()
    except (ImportError, RuntimeError):
        return None


def _mp4(frames: Iterator[np.ndarray], path: Path, rate: float) -> None:
    if (ffmpeg := shutil.which("ffmpeg") or _packed()) is None:
        raise DerivativeError(
            "ffmpeg is not found here; install it (or pip install imageio-ffmpeg), or save the film as .gif."
        )
    first = next(frames)
    size = f"{first.shape[1]}x{first.shape[0]}"
    source = ["-f", "rawvideo", "-pix_fmt", "rgba", "-s", size, "-r", f"{rate:g}", "-i", "-"]
    even = ["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2:color=white", "-pix_fmt", "yuv420p"]
    command = [ffmpeg, "-y", "-loglevel", "error", *source, *even, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        with suppress(BrokenPipeError):  # ffmpeg has ended, and says why
            for frame in chain([first], frames):
                process.stdin.write(frame.tobytes())
            process.stdin.close()
        says = process.stderr.read().decode(errors="replace")
    if process.returncode:
        raise DerivativeError(f"ffmpeg could not write {path}: {' '.join(says.split())[:200]}")


WRITERS = {".gif": _gif, ".mp4": _mp4}
