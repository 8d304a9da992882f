"""Correct digits against cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import matplotlib.pyplot as plt

from derivlab.comparison import Comparison

# Okabe and Ito (2008), with a marker of its own for each family.
STYLE = {
    "symbolic": ("#CC79A7", "D"),
    "numerical": ("#0072B2", "o"),
    "automatic": ("#D55E00", "s"),
    "reference": ("#000000", "*"),
}


@dataclass
class ComparisonDisplay:
    """A comparison as a picture: cost as a multiple of f (logarithmic) across, correct digits upwards."""

    comparison: Comparison
    ax_: Any = field(default=None, init=False)
    figure_: Any = field(default=None, init=False)

    def plot(self, ax: Any = None) -> ComparisonDisplay:
        if ax is None:
            _, ax = plt.subplots(figsize=(7, 4), layout="constrained")
        rows = [r for r in self.comparison.rows if r.digits is not None]
        for family, (colour, marker) in STYLE.items():
            mine = [r for r in rows if r.family == family]
            if mine:
                ax.scatter(
                    [r.cost for r in mine],
                    [r.digits for r in mine],
                    c=colour,
                    marker=marker,
                    s=60,
                    label=family,
                    zorder=3,
                )
        for row in rows:
            ax.annotate(row.method, (row.cost, row.digits), textcoords="offset points", xytext=(3, -8), rotation=-35,
                        ha="left", va="top", rotation_mode="anchor", fontsize=8)  # fmt: skip
        ax.set(xscale="log", xlabel="cost (evaluations of f that take as long)", ylabel="correct digits", ylim=(-1, 17.5),
               title=f"Derivatives of {self.comparison.name}")  # fmt: skip
        ax.margins(x=0.2)
        ax.grid(alpha=0.3)
        ax.legend(loc="lower left", fontsize=8)
        self.ax_, self.figure_ = ax, ax.figure
        return self
