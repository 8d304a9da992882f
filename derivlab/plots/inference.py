"""Estimators in a contest: their single-sample slopes with the exact one, their variances, and who wins where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.patches import Polygon, Rectangle
from matplotlib.ticker import FixedLocator, LogLocator, NullLocator, StrMethodFormatter

from derivlab.inference.arena import Contest, WinnerMap, brief
from derivlab.inference.estimators import ESTIMATORS
from derivlab.plots.axes import AxesDisplay
from derivlab.plots.contours import levels
from derivlab.plots.paper import ink, paper, tinted

# A letter, a colour of Okabe and Ito (2008) and a name for each estimator; the letter says without colour what colour says.
STYLE = {
    "score": ("S", "#D55E00", "score function"),
    "score_baseline": ("B", "#E69F00", "score with baseline"),
    "pathwise": ("P", "#0072B2", "pathwise"),
    "path_only": ("O", "#009E73", "path only"),
    "measure_valued": ("M", "#CC79A7", "measure-valued"),
}
LETTERS = [STYLE[name][0] for name in ESTIMATORS]
BINS = 61
LOW, HIGH = 1e-6, 1e6  # of the variances shown; what is beyond is drawn at the edge, with its number


def window(reach: float) -> float:
    """1, 2 or 5 times a power of ten, at least as large: the half width of a picture that changes seldom."""
    if not 0 < reach < np.inf:
        return 1.0
    power = 10.0 ** np.floor(np.log10(reach))
    return float(next(step for step in (1, 2, 5, 10) if step * power >= reach * (1 - 1e-9)) * power)


def on_map(ax: Any, mu: np.ndarray, sigma: np.ndarray) -> None:
    """Axes over μ and σ, the latter by ratio."""
    ax.set(xlim=(mu[0], mu[-1]), yscale="log", ylim=(sigma[0], sigma[-1]), xlabel="μ", ylabel="σ")
    ax.yaxis.set(
        major_locator=LogLocator(subs=(1, 2, 5), numticks=20),
        minor_locator=NullLocator(),
        major_formatter=StrMethodFormatter("{x:g}"),
    )


@dataclass(repr=False)
class SlopesDisplay(AxesDisplay):
    """A row for each estimator: the histogram of its single-sample slopes about the exact one, and their mean."""

    names: Sequence[str]

    def plot(self, ax: Any = None) -> SlopesDisplay:
        """Draw what stands still."""
        ax = self.on(ax, (6, 3.2))
        rows = len(self.names)
        ax.set(xlim=(-1, 1), ylim=(-0.05, rows), xticks=np.linspace(-1, 1, 5))
        ax.set_yticks(rows - 0.6 - np.arange(rows), [f"{STYLE[n][2]}  {STYLE[n][0]}" for n in self.names])
        ax.set_xticklabels(["", "", "0", "", ""], alpha=0)  # room for the moving ones
        ax.tick_params(axis="y", length=0)
        ax.grid(axis="x", alpha=0.25)
        ax.axvline(0, ls="--", color=ink(), lw=1.5, zorder=1)
        for row in range(rows):
            ax.axhline(row, color=tinted(ink(), 0.3), lw=0.8, zorder=0)
        self._shapes = [
            ax.add_patch(Polygon(np.zeros((3, 2)), fc=STYLE[n][1], ec=ink(), lw=0.9, alpha=0.85))
            for n in self.names
        ]
        self._means = ax.plot([], [], "^", color=paper(), mec=ink(), ms=7, ls="", zorder=5)[0]
        below = {"transform": ax.get_xaxis_transform(), "va": "top", "fontsize": 10, "clip_on": False}
        sides = ((-1, "left"), (0, "center"), (1, "right"))
        self._ticks = [ax.text(x, -0.03, "", ha=side, **below) for x, side in sides]
        self.moving += [*self._shapes, self._means, *self._ticks]
        return self

    def move(self, contest: Contest, entry: str, zoom: float = 1.0) -> float:
        """Bring the rows to a contest; all share a window that holds nearly all samples of the widest, or a part of it.

        Returns half its width.
        """
        truth = np.nan_to_num(contest.truth(entry))
        variances = [contest.variance(name, entry) for name in self.names]
        half = window(2.5 * max((v for v in variances if np.isfinite(v)), default=0.0) ** 0.5 / zoom)
        floors = len(self.names) - 1 - np.arange(len(self.names))
        apart = [(contest.slopes(name, entry) - truth) / half for name in self.names]
        for shape, slopes, floor in zip(self._shapes, apart, floors, strict=True):
            shape.set_xy(_outline(slopes, floor))
        self._means.set_data([np.mean(slopes) for slopes in apart], floors + 0.06)
        for tick, text in zip(
            self._ticks, (f"−{half:g}", f"exact {brief(truth, 4)}", f"+{half:g}"), strict=True
        ):
            tick.set_text(text)
        return half


def _outline(values: np.ndarray, floor: Any) -> np.ndarray:
    """The steps of a histogram from -1 to 1 above a floor, 0.85 high; the bar in the middle is about zero."""
    places = np.floor((np.nan_to_num(values, nan=np.inf) + 1) * BINS / 2)
    inside = places[(places >= 0) & (places < BINS)].astype(int)
    counts = np.bincount(inside, minlength=BINS)
    edges = np.linspace(-1, 1, BINS + 1)
    heights = 0.85 * counts / max(counts.max(initial=0), 1)
    return np.column_stack([np.repeat(edges, 2), floor + np.concatenate([[0], np.repeat(heights, 2), [0]])])


@dataclass(repr=False)
class VarianceDisplay(AxesDisplay):
    """A bar for each estimator's variance on a logarithmic scale, with its number; a diamond marks the exact one."""

    names: Sequence[str]

    def plot(self, ax: Any = None) -> VarianceDisplay:
        """Draw what stands still."""
        ax = self.on(ax, (5, 3.2))
        rows = len(self.names)
        ax.set(xscale="log", xlim=(LOW, HIGH), ylim=(-0.05, rows), yticks=[])
        ax.xaxis.set(
            major_locator=FixedLocator(list(np.geomspace(LOW, HIGH, 5))), minor_locator=NullLocator()
        )
        ax.grid(axis="x", alpha=0.25)
        self._bars = [
            ax.add_patch(
                Rectangle((LOW, rows - 0.75 - row), 0, 0.3, fc=STYLE[n][1], ec=ink(), lw=0.9, zorder=2)
            )
            for row, n in enumerate(self.names)
        ]
        self._exact = ax.plot([], [], "D", color=paper(), mec=ink(), ms=6, ls="", zorder=4)[0]
        self._numbers = [
            ax.text(LOW * 1.6, rows - 0.42 - row, "", fontsize=9.5, va="bottom", zorder=5)
            for row in range(rows)
        ]
        self.moving += [*self._bars, self._exact, *self._numbers]
        return self

    def move(self, contest: Contest, entry: str) -> None:
        """Bring bars, diamonds and numbers to a contest."""
        exact = np.array([contest.variance(n, entry) for n in self.names])
        least = contest.least(entry)
        for bar, number, name in zip(self._bars, self._numbers, self.names, strict=True):
            variance = float(np.var(contest.slopes(name, entry)))
            bar.set_width(float(np.clip(np.nan_to_num(variance, posinf=HIGH), LOW, HIGH)) - LOW)
            number.set_text(f"{brief(variance)}{'   least' if name in least else ''}")
            number.set_fontweight("bold" if name in least else "normal")
        self._exact.set_data(np.clip(exact, LOW, HIGH), len(self.names) - 0.6 - np.arange(len(self.names)))


@dataclass(repr=False)
class WinnerMapDisplay(AxesDisplay):
    """Which estimator has the least variance at each μ and σ: a colour for each, and its letter."""

    map: WinnerMap
    entry: str = "d/dμ"
    among: Sequence[str] = ()

    def plot(self, ax: Any = None) -> WinnerMapDisplay:
        """Draw on the axes, or on a figure of its own."""
        ax = self.on(ax, (5, 3.4))
        mu, sigma = self.map.mu, self.map.sigma
        winners = self.map.winners(self.entry, self.among)
        colours = ListedColormap([STYLE[n][1] for n in ESTIMATORS])
        ax.pcolormesh(
            mu,
            sigma,
            np.ma.masked_less(winners, 0),
            cmap=colours,
            vmin=-0.5,
            vmax=len(STYLE) - 0.5,
            alpha=0.5,
            shading="nearest",
        )
        on_map(ax, mu, sigma)
        for i in range(1, len(sigma) - 1, max(len(sigma) // 9, 1)):
            for j in range(1, len(mu) - 1, max(len(mu) // 13, 1)):
                letter = LETTERS[winners[i, j]] if winners[i, j] >= 0 else "–"
                ax.text(mu[j], sigma[i], letter, ha="center", va="center", fontsize=8)
        ax.set_title(f"Least variance of {self.entry}", loc="left", fontsize=10)
        return self

    def __repr__(self) -> str:
        shown = np.unique(self.map.winners(self.entry, self.among))
        names = [STYLE[list(ESTIMATORS)[i]][2] for i in shown if i >= 0]
        return f"Least variance of {self.entry}: {', '.join(names)}, each somewhere"


@dataclass(repr=False)
class ElboDisplay(AxesDisplay):
    """The contours of the ELBO over μ and σ, with a star at the top and a path that `move` brings."""

    map: WinnerMap

    def plot(self, ax: Any = None) -> ElboDisplay:
        """Draw what stands still."""
        ax = self.on(ax, (5, 3.4))
        depth = np.ma.masked_invalid(-self.map.exact.elbo)
        heights = levels(-self.map.exact.elbo)
        norm = BoundaryNorm(heights, 256)
        place = self.map.mu, self.map.sigma
        ax.contourf(*place, depth, heights, cmap="cividis_r", norm=norm, extend="both")
        ax.contour(*place, depth, heights[::2], colors="white", linewidths=0.4, alpha=0.5)
        on_map(ax, *place)
        top = self.map.best
        ax.plot(
            top[0], np.exp(top[1]), marker="*", ms=13, color="white", mec="black", mew=0.8, ls="", zorder=3
        )
        self._halo = ax.plot([], [], color="black", lw=3.2, alpha=0.6, zorder=4)[0]
        self._line = ax.plot([], [], "o-", color="#56B4E9", lw=1.5, ms=2, mew=0, zorder=5)[0]
        self._from = ax.plot([], [], "s", color="#111111", mec="white", ms=8, mew=1.4, zorder=6)[0]
        self._here = ax.plot([], [], "o", color="#D55E00", mec="white", ms=9, mew=1.4, zorder=6)[0]
        self.moving += [self._halo, self._line, self._from, self._here]
        return self

    def move(self, path: np.ndarray) -> None:
        """Show the places (n, 2, 1) of a path of phi."""
        mu, sigma = path[:, 0, 0], np.exp(path[:, 1, 0])
        self._halo.set_data(mu, sigma)
        self._line.set_data(mu, sigma)
        self._from.set_data(mu[:1], sigma[:1])
        self._here.set_data(mu[-1:], sigma[-1:])

    def __repr__(self) -> str:
        return "The ELBO over μ and σ, with a path"
