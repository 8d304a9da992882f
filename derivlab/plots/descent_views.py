"""What a descent looks like from where it is: the fall of f, f along the step, stability; and sweeps of rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from derivlab.descent import Descent, RateSweep, Section, Stability
from derivlab.plots.axes import AxesDisplay
from derivlab.plots.paper import ink, readable
from derivlab.plots.runs import ON_WHITE, RUNS, labels_of

FLOOR = 1e-16  # of the first value: below is rounding


def above(lowest: float, scale: float) -> str:
    """What stands on the axis: f, or f above its lowest value where that is not 0."""
    if abs(lowest) < 1e-12 * scale:
        return "f"
    return f"f + {-lowest:.4g}" if lowest < 0 else f"f - {lowest:.4g}"


@dataclass(repr=False)
class LossDisplay(AxesDisplay):
    """f above `lowest` against evaluations, on a logarithmic scale; `move` brings lines to descents and marks a step.

    `scale` is f at the start above the lowest, `evaluations` how far the axis goes.
    """

    names: Sequence[str]
    scale: float
    evaluations: float
    lowest: float = 0.0
    bottom: float = 1e-10  # of the axis, in units of the scale
    top: float = 30.0

    @classmethod
    def of(cls, descents: Sequence[Descent], lowest: float | None = None) -> LossDisplay:
        """A display fitted to descents; without a known minimum f itself, or f above the lowest value met."""
        known = getattr(descents[0].f, "lowest", None) if lowest is None else lowest
        low = min(float(np.min(d.values)) for d in descents)
        if known is None or not np.isfinite(known) or known > low:
            known = 0.0 if low > 0 else low
        rests = np.concatenate([d.values for d in descents]) - known
        scale = float(descents[0].values[0] - known) or 1.0
        smallest = rests[rests > FLOOR * scale].min(initial=scale)
        most = max(float(d.evaluations[-1]) for d in descents)
        top = float(np.clip(3 * rests.max() / scale, 3, 30))
        return cls(labels_of(descents), scale, most, known, smallest / scale / 3, top)

    def plot(self, ax: Any = None) -> LossDisplay:
        """Draw the axes on those given, or on a figure of its own."""
        ax = self.on(ax, (6, 3.6))
        label = above(self.lowest, self.scale)
        ax.set(yscale="log", xlim=(0, 1.02 * self.evaluations), ylim=(self.bottom * self.scale, self.top * self.scale),
               xlabel="evaluations", ylabel=label)  # fmt: skip
        ax.grid(alpha=0.25)
        self._lines, self._dots = [], []
        for k, name in enumerate(self.names):
            colour, (_, marker, dash) = readable(ON_WHITE[k % len(ON_WHITE)]), RUNS[k % len(RUNS)]
            self._lines.append(ax.plot([], [], color=colour, ls=dash, lw=1.7, label=name)[0])
            self._dots.append(ax.plot([], [], marker, color=colour, ms=7, mec="black", mew=0.8)[0])
        if len(self.names) > 1:
            columns = 1 if len(self.names) <= 3 else 2
            ax.legend(self._dots, self.names, fontsize=8, framealpha=0.9, loc="upper right", ncols=columns)
        self.moving += [*self._lines, *self._dots]
        return self

    def move(self, descents: Sequence[Descent], number: int | None = None) -> None:
        """Show whole curves, and mark step `number` (None: the last)."""
        for k, (line, dot) in enumerate(zip(self._lines, self._dots, strict=True)):
            if k >= len(descents):
                line.set_data([], [])
                dot.set_data([], [])
                continue
            x, y = (
                descents[k].evaluations,
                np.clip(descents[k].values - self.lowest, FLOOR * self.scale, 1e3 * self.scale),
            )
            here = len(y) - 1 if number is None else min(number, len(y) - 1)
            line.set_data(x, y)
            dot.set_data(x[here : here + 1], y[here : here + 1])

    def __repr__(self) -> str:
        return f"f against evaluations of {', '.join(self.names)}"


@dataclass(repr=False)
class SectionDisplay(AxesDisplay):
    """f along the step beside its quadratic model, in units of what the slope promises, so that the axes stand still."""

    def plot(self, ax: Any = None) -> SectionDisplay:
        """Draw the axes on those given, or on a figure of its own."""
        ax = self.on(ax, (4.6, 3.2))
        ax.set(xlim=(-0.5, 2.0), ylim=(-1.3, 1.3), xlabel="share of the step", title="f along the step")
        ax.set_ylabel("change of f / slope · step")
        ax.axhline(0, color="0.5", lw=0.8)
        ax.axvline(1, color="0.5", lw=0.8, ls=":")
        ax.grid(alpha=0.25)
        self._slope = ax.plot([], [], color=ON_WHITE[2], lw=1.2, ls=":", label="slope")[0]
        self._model = ax.plot([], [], color=ON_WHITE[1], lw=1.8, ls="--", label="quadratic model")[0]
        self._curve = ax.plot([], [], color=ON_WHITE[0], lw=2, label="f")[0]
        self._ends = ax.plot([], [], "o", color=ON_WHITE[0], ms=7, mec="black", mew=0.8)[0]
        ax.legend(fontsize=8, framealpha=0.9, loc="upper left", ncols=3)
        self.moving += [self._slope, self._model, self._curve, self._ends]
        return self

    def move(self, section: Section) -> None:
        """Show a section; of a step of length zero nothing."""
        unit = abs(section.slope)
        if not unit > 0:
            for line in self.moving:
                line.set_data([], [])
            return
        here = float(np.interp(0.0, section.t, section.model))
        curve = (section.values - here) / unit
        self._curve.set_data(section.t, curve)
        self._model.set_data(section.t, (section.model - here) / unit)
        self._slope.set_data(section.t, section.t * section.slope / unit)
        self._ends.set_data([0, 1], [0, np.interp(1.0, section.t, curve)])

    def __repr__(self) -> str:
        return "f along the step, and its quadratic model"


@dataclass(repr=False)
class StabilityDisplay(AxesDisplay):
    """rate · λmax as a bar on a logarithmic scale, against the limit under which steps shrink."""

    low: float = 1e-3
    high: float = 1e2

    def plot(self, ax: Any = None) -> StabilityDisplay:
        """Draw the axes on those given, or on a figure of its own."""
        ax = self.on(ax, (4.6, 1.3))
        ax.set(xscale="log", xlim=(self.low, self.high), ylim=(0, 1), yticks=[], xlabel="rate · λ")
        self._bar = ax.barh(0.3, self.low, height=0.4, color=ON_WHITE[2])[0]
        self._limit = ax.plot([], [], color=plt.rcParams["text.color"], lw=2)[0]
        self._each = ax.plot([], [], "|", color=plt.rcParams["text.color"], ms=14, mew=1.5)[0]
        self._says = ax.text(0.01, 0.97, "", transform=ax.transAxes, va="top", fontsize=9)
        self._named = ax.text(self.high, 0.54, "", fontsize=8)
        self.moving += [self._bar, self._each, self._limit, self._named, self._says]
        return self

    def move(self, stability: Stability) -> None:
        """Show where rate · λmax is, the limit, and the other eigenvalues as ticks."""
        shown = np.clip(stability.products, self.low, self.high)
        limit = stability.limit
        stable = limit is None or stability.product < limit
        self._bar.set_width(float(shown[-1]))
        self._bar.set(facecolor=ON_WHITE[2] if stable else ON_WHITE[0], hatch="" if stable else "//")
        self._each.set_data(shown, np.full(shown.size, 0.3))
        self._limit.set_data([] if limit is None else [limit, limit], [] if limit is None else [0.0, 0.62])
        self._named.set(x=1.15 * (limit or self.high), text="" if limit is None else f"{limit:.3g}")
        self._says.set_text(stability.says())

    def __repr__(self) -> str:
        return "rate · λmax against its limit"


@dataclass(repr=False)
class RatesDisplay(AxesDisplay):
    """f after so many evaluations against the rate, a line for each optimiser; above the dotted line it got worse."""

    names: Sequence[str]
    scale: float
    lowest: float = 0.0
    low: float = 1e-4
    high: float = 10.0

    def plot(self, ax: Any = None) -> RatesDisplay:
        """Draw the axes on those given, or on a figure of its own."""
        ax = self.on(ax, (4.6, 3.2))
        label = above(self.lowest, self.scale)
        ax.set(xscale="log", yscale="log", xlim=(self.low, self.high), ylim=(1e-9 * self.scale, 30 * self.scale), xlabel="rate",
               ylabel=label, title="f so far, for every rate")  # fmt: skip
        ax.grid(alpha=0.25)
        self._start = ax.plot([], [], color="0.5", lw=1, ls=":")[0]
        self._here = ax.plot([], [], color=ink(), lw=1)[0]
        self._lines, self._bests = [], []
        for k in range(len(self.names)):
            colour, (_, marker, dash) = readable(ON_WHITE[k % len(ON_WHITE)]), RUNS[k % len(RUNS)]
            self._lines.append(ax.plot([], [], color=colour, ls=dash, lw=1.7)[0])
            self._bests.append(ax.plot([], [], marker, color=colour, ms=8, mec="black", mew=0.8)[0])
        self.moving += [self._start, self._here, *self._lines, *self._bests]
        return self

    def move(
        self, curves: Sequence[tuple[np.ndarray, np.ndarray]], rate: float, start: float | None = None
    ) -> None:
        """Show (rates, values) of every optimiser, its best rate by a marker, the rate in use, and f at the start."""
        self._here.set_data([rate, rate], self.ax_.get_ylim())
        self.places_ = []  # of the best rates
        level = [] if start is None else [start - self.lowest] * 2
        self._start.set_data([self.low, self.high][: len(level)], level)
        for (rates, values), line, best in zip(curves, self._lines, self._bests, strict=True):
            rest = np.maximum(values - self.lowest, 2e-9 * self.scale)
            line.set_data(rates, np.where(rest < 1e3 * self.scale, rest, np.nan))
            place = int(np.nanargmin(rest)) if np.isfinite(rest).any() and len(rates) > 2 else None
            self.places_.append(place)
            best.set_data(*([], []) if place is None else (rates[[place]], rest[[place]]))

    def __repr__(self) -> str:
        return f"f against the rate of {', '.join(self.names)}"


@dataclass(repr=False)
class RateSweepDisplay(AxesDisplay):
    """Loss against rate, a line for each optimiser with its best rate marked; above the dotted line it got worse."""

    sweep: RateSweep
    lowest: float = 0.0

    def plot(self, ax: Any = None) -> RateSweepDisplay:
        """Draw on the axes, or on a figure of its own."""
        ax = self.on(ax, (6.4, 4))
        sweep, start = self.sweep, self.sweep.start_value - self.lowest
        rest = np.maximum(sweep.losses - self.lowest, FLOOR * abs(start))
        for k, optimiser in enumerate(sweep.optimisers):
            colour, (_, marker, dash) = readable(ON_WHITE[k % len(ON_WHITE)]), RUNS[k % len(RUNS)]
            ax.plot(
                sweep.rates,
                rest[k],
                color=colour,
                ls=dash,
                lw=1.8,
                marker=marker,
                ms=3.5,
                label=optimiser.name,
            )
            best = int(np.argmin(rest[k]))
            ax.plot(sweep.rates[best], rest[k, best], marker, color=colour, ms=10, mec="black", mew=1)
        ax.axhline(start, color="0.4", lw=1, ls=":")
        ax.annotate(
            "f at the start",
            (1, start),
            xycoords=("axes fraction", "data"),
            ha="right",
            va="bottom",
            fontsize=8,
        )
        finite = rest[np.isfinite(rest)]
        low = finite.min(initial=start) if finite.size else start / 10
        ax.set(xscale="log", yscale="log", ylim=(low / 3, start * 30), xlabel="rate",
               ylabel=f"f after {sweep.budget} evaluations" + (f" - ({self.lowest:.4g})" if self.lowest else ""))  # fmt: skip
        ax.set_title(
            f"{sweep.name}: every optimiser at every rate; where a line ends, it diverged",
            loc="left",
            fontsize=10,
        )
        ax.grid(alpha=0.25)
        ax.legend(fontsize=9, framealpha=0.9, loc="best")
        return self

    def __repr__(self) -> str:
        return f"Loss against rate of {len(self.sweep.optimisers)} optimisers on {self.sweep.name}"
