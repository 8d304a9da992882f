"""Correct digits against cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.ticker import LogLocator, NullFormatter

from derivlab.comparison import Comparison
from derivlab.plots.axes import AxesDisplay
from derivlab.plots.labels import place_labels
from derivlab.rows import FULL

# Okabe and Ito (2008), with a marker of its own for each family; None is the colour of the text.
STYLE: dict[str, tuple[str | None, str]] = {
    "symbolic": ("#CC79A7", "D"),
    "numerical": ("#0072B2", "o"),
    "automatic": ("#D55E00", "s"),
    "framework": ("#009E73", "v"),
    "reference": (None, "*"),
}
OTHER = ("#E69F00", "^")


@dataclass(repr=False)
class ComparisonDisplay(AxesDisplay):
    """A comparison as a picture: cost as a multiple of f (logarithmic) across, correct digits upwards."""

    comparison: Comparison

    def plot(self, ax: Any = None) -> ComparisonDisplay:
        """Draw on the axes, or on a figure of its own; up and left is better."""
        ax = self.on(ax, (7.5, 4.4))
        rows = [row for row in self.comparison.rows if row.digits is not None]
        costs = [row.cost or 1.0 for row in rows] or [1.0, 1000.0]
        ax.set(xscale="log", xlim=(min(costs) / 4, max(costs) * 6), ylim=(-1, 21), yticks=[0, 4, 8, 12, 16],
               xlabel=f"cost (evaluations of {self.comparison.name} that take as long)", ylabel="correct digits")  # fmt: skip
        ax.set_title(f"Derivatives of {self.comparison.name}", loc="left", pad=24)
        ax.axhline(FULL, lw=0.8, ls=":", color=plt.rcParams["text.color"], alpha=0.5, zorder=1)
        ax.grid(alpha=0.25)
        ax.xaxis.set(major_locator=LogLocator(10), major_formatter="{x:g}×", minor_formatter=NullFormatter())
        for family in dict.fromkeys(row.family for row in rows):
            self._family(ax, family, [row for row in rows if row.family == family])
        if rows:
            ax.legend(loc="lower left", bbox_to_anchor=(-0.02, 0.99), ncols=5, frameon=False, fontsize=9,
                      handletextpad=0.2, columnspacing=1.2)  # fmt: skip
        self._missing(ax)
        place_labels(ax, [(row.cost, row.digits) for row in rows], [row.label for row in rows])
        return self

    def _family(self, ax: Any, family: str, rows: list) -> None:
        marker = STYLE.get(family, OTHER)[1]
        ax.scatter(
            [row.cost for row in rows],
            [row.digits for row in rows],
            color=_colour(family),
            marker=marker,
            s=90 if marker == "*" else 50,
            label=family,
            zorder=3,
        )

    def _missing(self, ax: Any) -> None:
        """A word on the methods that have no point."""
        silent = [row.label for row in self.comparison.rows if row.value is None]
        if silent:
            ax.text(
                0.01, 0.02, f"no answer: {', '.join(silent)}", transform=ax.transAxes, fontsize=8, wrap=True
            )
        if self.comparison.reference is None:
            ax.text(0.5, 0.5, "no reference, so no digits", transform=ax.transAxes, ha="center")

    def __repr__(self) -> str:
        return f"Digits against cost of the derivatives of {self.comparison.name}"


def _colour(family: str) -> Any:
    return STYLE.get(family, OTHER)[0] or plt.rcParams["text.color"]
