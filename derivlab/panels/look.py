"""How a picture suits the page that shows it: as many pixels as the screen has, and dark where the page is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import RLock
from typing import Any

from matplotlib import rc_context

DRAWING = (
    RLock()
)  # a view's messages may come in a thread beside that of the cells, and Matplotlib draws in one at a time
PAPER, INK, RULE = "#1c1c1c", "#e8e8e8", "#8c8c8c"
DARK: Any = {"figure.facecolor": PAPER, "axes.facecolor": PAPER, "savefig.facecolor": PAPER, "legend.edgecolor": RULE, "grid.color": RULE} | dict.fromkeys(
    ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color", "patch.edgecolor"), INK
)  # fmt: skip


class Looking:
    """The part of a panel that follows the page; the view sets `dark` and `ratio`.

    `themed` says that the panel's displays take paper and ink from Matplotlib's settings. Pictures of other panels stay
    light in a dark page.
    """

    themed: bool = False
    dark: Any
    ratio: Any
    _picture: Any
    _staged: Any
    _tabled: tuple
    _refresh: Any
    _exported: bool = False

    def _suit(self, change: Any = None) -> None:
        """Draw everything anew for another page."""
        with DRAWING:
            self._picture.sharpen(self.ratio)
            self._staged, self._tabled = None, ()
            self._refresh()

    @contextmanager
    def _for_export(self) -> Iterator[None]:
        """White paper and plain pixels for a while, whatever page the panel is on."""
        if not self.dark and self._picture.ratio == 1:
            yield
            return
        self._exported, self._staged = True, None
        self._picture.sharpen(1.0)
        try:
            yield
        finally:
            self._exported = False
            self._suit()

    def _colours(self) -> AbstractContextManager:
        dark = self.dark and self.themed and not self._exported
        return rc_context(DARK) if dark else nullcontext()
