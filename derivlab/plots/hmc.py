"""Hamiltonian Monte Carlo at work: chains over the density, the energy along a trajectory, and its error against the step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.ticker import FixedLocator, NullLocator

from derivlab.errors import DerivativeError
from derivlab.inference.hmc import HMCStep
from derivlab.plots.axes import Display
from derivlab.plots.paper import ink, paper, readable, tinted

RIGHT, CHOSEN = "#0072B2", "#D55E00"  # Okabe and Ito (2008); the right gradient is also dashed
LEVELS = (0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 18.0, 30.0, 60.0)  # below the highest log density
ENERGIES = (-100, -10, -1, -0.1, 0, 0.1, 1, 10, 100)
FLOOR = 1e-8  # of the errors shown


@dataclass(repr=False)
class HMCDisplay(Display):
    """Three views of HMC over two numbers with a right and a chosen gradient; `move` brings them to a proposal."""

    log_density: Callable
    domain: Sequence
    steps: Sequence[float]

    def plot(self, figure: Any) -> HMCDisplay:
        """Draw what stands still on an empty figure."""
        self.figure_ = figure
        columns = figure.add_gridspec(1, 2, width_ratios=(11, 9))
        self.map_ = figure.add_subplot(columns[0])
        along, study, rate = columns[1].subgridspec(3, 1, height_ratios=(9, 9, 2)).subplots()
        self._map(self.map_)
        self._along(along)
        self._study(study)
        self._rate(rate)
        return self

    def _map(self, ax: Any) -> None:
        across, up = (np.linspace(low, high, 121) for low, high in self.domain)
        points = np.stack(np.meshgrid(across, up), axis=-1)
        with np.errstate(all="ignore"):
            depth = -np.asarray(self.log_density(points))
        if depth.shape != points.shape[:2]:
            raise DerivativeError(
                f"the log density gives the shape {depth.shape} at z of shape {points.shape}; let it sum over the last axis only."
            )
        depth = np.ma.masked_invalid(depth)
        depth = depth - depth.min()
        ax.contourf(across, up, depth, LEVELS, cmap="cividis_r", extend="max")
        ax.set(xlim=self.domain[0], ylim=self.domain[1], xlabel="z₁", ylabel="z₂", facecolor="0.6")
        ax.set_title("density, chains (dots) and one trajectory", loc="left", fontsize=10)
        self._dots = ax.plot([], [], "o", ms=4.5, color="#FFFFFF", mec="#111111", mew=0.7, ls="")[0]
        halo = ax.plot([], [], color="#111111", lw=3.6, alpha=0.7)[0]
        line = ax.plot([], [], "o-", color=CHOSEN, lw=1.8, ms=2.5, mew=0)[0]
        self._paths = halo, line
        self._from = ax.plot([], [], "s", color="#111111", mec="#FFFFFF", ms=8, mew=1.3)[0]
        self._to = ax.plot([], [], "o", color=CHOSEN, mec="#FFFFFF", ms=10, mew=1.3)[0]
        self._says = ax.text(
            0.02, 0.02, "", transform=ax.transAxes, va="bottom", fontsize=10, color="#111111"
        )
        self._says.set_bbox({"boxstyle": "round,pad=0.15", "fc": "#FFFFFF", "alpha": 0.85, "lw": 0})
        self.moving += [self._dots, halo, line, self._from, self._to, self._says]

    def _along(self, ax: Any) -> None:
        ax.set_yscale("symlog", linthresh=0.1)
        ax.set(xlim=(-0.02, 1.02), ylim=(-100, 100), xticks=(0, 1))
        ax.set_xticklabels(["start", "end"])
        ax.yaxis.set(major_locator=FixedLocator(ENERGIES), minor_locator=NullLocator())
        ax.set_yticklabels([f"{e:g}" for e in ENERGIES])
        ax.grid(alpha=0.25)
        ax.axhline(0, color=tinted(ink(), 0.5), lw=0.8)
        ax.set_title("energy error along the trajectory", loc="left", fontsize=10)
        self._truth = ax.plot([], [], "--", color=readable(RIGHT), lw=1.8)[0]
        self._drift = ax.plot([], [], "o-", color=CHOSEN, lw=1.6, ms=2.5, mew=0)[0]
        self.moving += [self._truth, self._drift]

    def _study(self, ax: Any) -> None:
        ax.set(xscale="log", yscale="log", xlim=(min(self.steps) / 1.4, max(self.steps) * 1.4))
        ax.set(ylim=(1e-6, 1e3), xlabel="step of the leapfrog")
        ax.xaxis.set(major_locator=FixedLocator(list(self.steps)), minor_locator=NullLocator())
        ax.set_xticklabels([f"{step:g}" for step in self.steps])
        ax.yaxis.set(major_locator=FixedLocator([1e-6, 1e-3, 1, 1e3]), minor_locator=NullLocator())
        ax.grid(alpha=0.25)
        ax.set_title("energy error after the length 1", loc="left", fontsize=10)
        self._right = ax.plot([], [], "s--", color=readable(RIGHT), lw=1.8, ms=6, label="right gradient")[0]
        self._chosen = ax.plot([], [], "o-", color=CHOSEN, lw=1.6, ms=6, label="chosen gradient")[0]
        ax.legend(loc="lower right", fontsize=9, framealpha=0.9)
        self.moving += [self._right, self._chosen]

    def _rate(self, ax: Any) -> None:
        ax.set(xlim=(0, 1), ylim=(0, 1), yticks=[], xticks=(0, 0.5, 1))
        ax.set_xticklabels(["0", "accepted proposals", "100 %"])
        self._bar = ax.barh(0.5, 0.0, height=0.7, color="#009E73", ec=ink())[0]
        self._share = ax.text(0.02, 0.47, "", va="center", fontsize=10)
        self._share.set_bbox({"boxstyle": "round,pad=0.15", "fc": paper(), "alpha": 0.85, "lw": 0})
        self.moving += [self._bar, self._share]

    def move(
        self,
        step: HMCStep,
        drift: np.ndarray,
        truth: np.ndarray,
        errors: np.ndarray,
        right: np.ndarray,
        rate: float,
    ) -> None:
        """Bring the views to a proposal of R chains: the first one's `drift` of energy (L+1,), `truth` with the right

        gradient; errors against the step with the chosen gradient and the `right` one; the rate of acceptance.
        """
        self._dots.set_data(*step.z.T)
        path = step.path[:, 0]
        for line in self._paths:
            line.set_data(*path.T)
        self._from.set_data(*path[:1].T)
        self._to.set_data(*path[-1:].T)
        self._to.set_marker("o" if step.accepted[0] else "X")
        self._says.set_text("● accepted" if step.accepted[0] else "✕ rejected")
        for line, energies in ((self._drift, drift), (self._truth, truth)):
            line.set_data(np.linspace(0, 1, len(energies)), np.clip(energies, -100, 100))
        for line, values in ((self._chosen, errors), (self._right, right)):
            line.set_data(self.steps, np.clip(np.nan_to_num(values, posinf=1e3), FLOOR, 1e3))
        self._bar.set_width(rate)
        self._share.set_text(f"{100 * rate:.0f} %")

    def __repr__(self) -> str:
        return "HMC over two numbers, with its energy errors"
