"""The estimator arena: slopes and variances of each estimator here, who wins where, and the path of the fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from derivlab.inference.arena import Contest, WinnerMap
from derivlab.plots.axes import Display
from derivlab.plots.inference import ElboDisplay, SlopesDisplay, VarianceDisplay, WinnerMapDisplay


@dataclass(repr=False)
class EstimatorArenaDisplay(Display):
    """Four views of one place (μ, σ) that move together."""

    map: WinnerMap
    entry: str
    among: Sequence[str]

    def plot(self, figure: Any) -> EstimatorArenaDisplay:
        """Draw what stands still on an empty figure."""
        self.figure_ = figure
        rows = figure.add_gridspec(2, 1, height_ratios=(len(self.among) * 0.16 + 0.35, 1))
        slopes, variances = rows[0].subgridspec(1, 2, width_ratios=(5, 3)).subplots()
        self.maps_ = rows[1].subgridspec(1, 2).subplots()
        self.slopes = SlopesDisplay(self.among).plot(slopes)
        self.variances = VarianceDisplay(self.among).plot(variances)
        slopes.set_title(f"{self.entry} from one sample (△ mean of all)", loc="left", fontsize=10)
        variances.set_title("variance (◇ exact)", loc="left", fontsize=10)
        WinnerMapDisplay(self.map, self.entry, self.among).plot(self.maps_[0])
        self.elbo = ElboDisplay(self.map).plot(self.maps_[1])
        self.maps_[1].set_title("ELBO, its top ★, and the climb from ■ to ●", loc="left", fontsize=10)
        self._here = self.maps_[0].plot([], [], "o", color="#111111", mec="white", ms=9, mew=1.4, zorder=6)[0]
        self.moving += [*self.slopes.moving, *self.variances.moving, *self.elbo.moving, self._here]
        return self

    def move(self, contest: Contest, path: np.ndarray, zoom: float = 1.0) -> float:
        """Bring all views to a contest and a path (n, 2, 1); returns half the width of the histograms."""
        half = self.slopes.move(contest, self.entry, zoom)
        self.variances.move(contest, self.entry)
        self.elbo.move(path)
        self._here.set_data(contest.phi[0], np.exp(contest.phi[1]))
        return half

    def __repr__(self) -> str:
        return f"The estimator arena of {self.entry}"
