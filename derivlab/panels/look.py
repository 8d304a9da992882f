"""How a picture suits the page that shows it: as many pixels as the screen has, and dark where the page is."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
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

    def _suit(self, change: Any = None) -> None:
        """Draw everything anew for another page."""
        with DRAWING:
            self._picture.sharpen(self.ratio)
            self._staged, self._tabled = None, ()
            self._refresh()

    def _colours(self) -> AbstractContextManager:
        return rc_context(DARK) if self.dark and self.themed else nullcontext()
