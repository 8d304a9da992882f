"""All views of a descent at once: paths, loss, and f along the step with stability or f against the rate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from derivlab.descent import Descent, Section, Stability
from derivlab.plots.axes import Display, drawable
from derivlab.plots.contours import ContourDisplay, on_grid
from derivlab.plots.descent import GraphDisplay
from derivlab.plots.descent_views import LossDisplay, RatesDisplay, SectionDisplay, StabilityDisplay


@dataclass(repr=False)
class DescentLabDisplay(Display):
    """Views that move together; `f` takes one number where `domain` is one pair, two where it is two.

    `runners` names the descents that are shown, the first is the one whose step is looked at.
    """

    f: Callable
    domain: Sequence
    runners: Sequence[str]
    evaluations: int
    minima: Sequence = ()
    names: Sequence[str] = ("x", "y")
    lowest: float | None = None
    by_rate: bool = False  # f against the rate in place of f along the step

    def plot(self, figure: Any) -> DescentLabDisplay:
        """Draw what stands still on an empty figure."""
        self.figure_ = figure
        columns = figure.add_gridspec(1, 2, width_ratios=(11, 9))
        main = figure.add_subplot(columns[0])
        heights = (9, 12) if self.by_rate else (9, 9, 3)
        loss, *lower = columns[1].subgridspec(len(heights), 1, height_ratios=heights).subplots()
        self.main_ = main
        self.path, self.loss = self._map(main), self._loss(loss)
        self.section, self.stability = SectionDisplay(), StabilityDisplay()
        if self.by_rate:
            self.rates = RatesDisplay(self.runners, self.loss.scale, self.loss.lowest).plot(lower[0])
            views = [self.path, self.loss, self.rates]
        else:
            self.section.plot(lower[0])
            self.stability.plot(lower[1])
            self.stability._says.set_visible(False)  # the words say it
            self.stability.moving.remove(self.stability._says)
            views = [self.path, self.loss, self.section, self.stability]
        for view in views:
            self.moving += view.moving
        return self

    @property
    def flat(self) -> bool:
        """Whether f takes one number."""
        return np.ndim(self.domain) == 1

    def _map(self, ax: Any) -> Any:
        if self.flat:
            return GraphDisplay(self.f, (self.domain[0], self.domain[1]), len(self.runners)).plot(ax)
        return ContourDisplay(self.f, self.domain, len(self.runners), self.minima, self.names).plot(ax)

    def _loss(self, ax: Any) -> LossDisplay:
        heights = self._heights()
        low = float(np.min(heights)) if self.lowest is None or not np.isfinite(self.lowest) else self.lowest
        scale = float(np.max(heights)) - low or 1.0
        top = 30.0 if len(self.runners) <= 4 else 1e5  # room for the legend above the curves
        return LossDisplay(list(self.runners), scale, self.evaluations, low, 1e-9, top).plot(ax)

    def _heights(self) -> np.ndarray:
        if self.flat:
            values = np.array(
                [float(self.f(np.float64(x))) for x in np.linspace(self.domain[0], self.domain[1], 61)]
            )
        else:
            values = on_grid(self.f, self.domain, 61)[2]
        seen = drawable(values)
        return seen[np.isfinite(seen)] if np.isfinite(seen).any() else np.array([0.0, 1.0])

    def move(
        self,
        shown: Sequence[Descent],
        whole: Sequence[Descent],
        section: Section | None,
        stability: Stability | None,
        arrows: Sequence[str],
    ) -> None:
        """Bring all views to descents as far as they are `shown`, and the first one's current step."""
        self.path.move(shown, None if not self.flat else len(shown[0].steps) - 1, arrows)
        self.loss.move(whole)
        for dot, descent in zip(self.loss._dots, shown, strict=False):
            rest = np.clip(descent.values[-1] - self.loss.lowest, self.loss.bottom * self.loss.scale, None)
            dot.set_data([descent.evaluations[-1]], [rest])
        if not self.by_rate:
            self._look_around(section, stability)

    def _look_around(self, section: Section | None, stability: Stability | None) -> None:
        for view, record in ((self.section, section), (self.stability, stability)):
            for artist in view.moving:
                artist.set_visible(record is not None)
        if section is not None:
            self.section.move(section)
        if stability is not None:
            self.stability.move(stability)
