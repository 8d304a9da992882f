"""The estimator arena: five ways to the slope of the ELBO, their noise, and where each of them wins."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import islice, product
from types import SimpleNamespace
from typing import Any

import numpy as np

from derivlab.descent.optimisers import Adam
from derivlab.errors import DerivativeError
from derivlab.inference import ESTIMATORS, TARGETS, Contest, WinnerMap, contest, svi, winner_map
from derivlab.inference.arena import ENTRIES, brief
from derivlab.inference.models import LogDensity
from derivlab.panels.base import Panel
from derivlab.panels.controls import Choice, Integer, Seed, Slider, Toggle
from derivlab.panels.own import named
from derivlab.panels.prediction import Question
from derivlab.plots.inference import STYLE
from derivlab.plots.inference_lab import EstimatorArenaDisplay

NAMES = {STYLE[name][2]: name for name in ESTIMATORS}
FIELDS = {
    "all five": tuple(ESTIMATORS),
    "pathwise against path only": ("pathwise", "path_only"),
    "without the model's derivative": ("score", "score_baseline", "measure_valued"),
}
TIE = "a tie"


class EstimatorArenaPanel(Panel):
    """Every estimator's single-sample slopes of the ELBO at a normal q with μ and σ, and the climb by SVI from there.

    `log_joint` takes z (..., 1) and gives ln p(x, z) (...); μ runs from `low` to `high`, σ from `narrow` to `wide`. A click on a map starts there.
    """

    title = "The estimator arena"
    size = (9.6, 6.8)
    play = "steps"
    themed = True
    notebook = "notebooks/08_probabilistic_inference.ipynb"
    question = Question("Which estimator has the least variance here?", (*NAMES, TIE))

    def __init__(
        self,
        log_joint: LogDensity | None = None,
        low: float = -1.5,
        high: float = 2.5,
        narrow: float = 0.05,
        wide: float = 2.0,
        **first: Any,
    ) -> None:
        own = named(log_joint, (low, high), (narrow, wide), taken=TARGETS)
        self._ranges = (low, high), (narrow, wide)
        self._climb = Climb()
        self._contest: tuple[Any, Any] = (None, None)
        place, fit = "Normal q (or click on a map)", "Climb (SVI with Adam)"
        self.controls = (
            Choice("model", own | TARGETS, scene=True, group="Contest"),
            Choice("slope", ENTRIES, scene=True, group="Contest", label="slope in"),
            Choice("among", FIELDS, scene=True, group="Contest", label="contestants"),
            Choice("samples", {f"{n:,}": n for n in (1000, 10, 100, 10_000)}, group="Contest"),
            Slider("zoom", 1.0, 1000.0, 1.0, step=0.25, log=True, group="Contest", help="into the histograms"),
            Slider("mu", low, high, min(max(1.3, low), high), step=(high - low) / 160, group=place, label="mean μ"),
            Slider("sigma", narrow, wide, min(max(0.1, narrow), wide), log=True, group=place, label="deviation σ"),
            Integer("steps", 0, 200, 40, group=fit, help="of the climb from μ and σ"),
            Toggle("follow", group=fit, label="contest follows", help="the contest is where the climb has arrived"),
            Choice("estimator", NAMES, "pathwise", group=fit),
            Slider("rate", 1e-3, 1.0, 0.05, step=0.05, log=True, group=fit, help="the learning rate α"),
            Integer("batch", 1, 50, 4, group=fit, help="samples for each step"),
            Seed(group="Random numbers"),
        )  # fmt: skip
        super().__init__(**first)

    def scene(self, figure: Any, at: SimpleNamespace) -> EstimatorArenaDisplay:
        return EstimatorArenaDisplay(self._map(at), at.slope, at.among).plot(figure)

    def update(self, display: EstimatorArenaDisplay, at: SimpleNamespace) -> str:
        path = self._path(at)
        found = self._held(at, path)
        half = display.move(found, path, at.zoom)
        return words(at, found, self._map(at), path, half, self._climb.end)

    def outcome(self, at: SimpleNamespace) -> str:
        least = self._held(at, self._path(at)).least(at.slope)
        return STYLE[least[0]][2] if len(least) == 1 else TIE

    def pick(self, display: EstimatorArenaDisplay, axes: Any, x: float, y: float) -> dict:
        if axes not in display.maps_:
            return {}
        mu, sigma = (np.clip(place, *ends) for place, ends in zip((x, y), self._ranges, strict=True))
        return {"mu": float(f"{mu:.3g}"), "sigma": float(f"{sigma:.3g}")}

    def _map(self, at: SimpleNamespace) -> WinnerMap:
        return mapped(at.model, *self._ranges)

    def _held(self, at: SimpleNamespace, path: np.ndarray) -> Contest:
        """The contest at the start, or where the climb has arrived; kept while only the climb goes on."""
        phi = path[-1] if at.follow else path[0]
        key = at.model, phi.tolist(), at.samples, at.seed, at.among
        if self._contest[0] != key:
            self._contest = key, contest(phi, at.model, at.samples, at.seed, at.among)
        return self._contest[1]

    @cached_property
    def _stops(self) -> tuple[list, list]:
        return self._slider("mu").stops(), self._slider("sigma").stops()

    def _path(self, at: SimpleNamespace) -> np.ndarray:
        """The places phi (n, 2, 1) of the climb, as far as it is asked for and gets."""
        way = at.model, at.estimator, at.rate, at.batch, at.seed
        return self._climb.path(way, (at.mu, at.sigma), self._stops, at.steps)


@lru_cache(8)
def mapped(model: LogDensity, mu: tuple[float, float], sigma: tuple[float, float]) -> WinnerMap:
    """The winner map of a model, kept for all panels."""
    return winner_map(model, np.linspace(*mu, 33), np.geomspace(*sigma, 25))


class Climb:
    """SVI from one start, or from all stops of the slider that is being moved, as far as it was asked for."""

    def __init__(self) -> None:
        self.way: Any = None
        self.places: list = []
        self.start: tuple = (None, None)
        self.done: list[np.ndarray] = []
        self.more: Iterator = iter(())
        self.end = ""  # why it goes no further

    def path(self, way: tuple, start: tuple, stops: tuple, steps: int) -> np.ndarray:
        """The places phi (n, 2, 1) from a start (μ, σ): one more than steps, or fewer with the reason in `end`."""
        if way != self.way or start not in self.places:
            self._begin(way, self._together(start, stops) if way == self.way else [start])
        try:
            self._go_on(steps)
        except DerivativeError:  # of another start, perhaps
            self._begin(way, [start])
            self._go_on(steps)
        self.start, run = start, self.places.index(start)
        return np.array([phi[:, run] for phi in self.done[: steps + 1]])

    def _together(self, start: tuple, stops: tuple) -> list:
        """All stops of the one coordinate that has moved."""
        moved = [new != old for new, old in zip(start, self.start, strict=True)]
        if sum(moved) != 1 or start[moved.index(True)] not in stops[moved.index(True)]:
            return [start]
        return list(product(*(s if m else [x] for x, s, m in zip(start, stops, moved, strict=True))))

    def _begin(self, way: tuple, places: list) -> None:
        model, estimator, rate, batch, seed = way
        mu, sigma = np.array(places).T
        phi = np.stack([mu, np.log(sigma)])[..., None]
        self.way, self.places, self.done, self.end = way, places, [], ""
        self.more = svi(model, phi, Adam(rate), estimator, batch, seed)

    def _go_on(self, steps: int) -> None:
        try:
            for step in islice(self.more, max(steps + 1 - len(self.done), 0)):
                self.done.append(step.phi)
        except DerivativeError as error:
            if len(self.places) > 1 or not self.done:
                self.way = None
                raise
            self.end = str(error)


def words(
    at: SimpleNamespace, found: Contest, map: WinnerMap, path: np.ndarray, half: float, end: str
) -> str:
    """What the picture shows, in sentences."""
    (mu,), (ln_sigma,) = found.phi
    least = found.least(at.slope)
    told = [
        f"At μ = {mu:.4g}, σ = {np.exp(ln_sigma):.4g} of {at.plain['model']} the ELBO is {float(found.exact.elbo):.4g} and its "
        f"exact {at.slope} is {brief(found.truth(at.slope), 4)}.",
        f"Least variance: {', '.join(STYLE[n][2] for n in least)} "
        f"({brief(found.variance(least[0], at.slope))})." if least else "No variance is known here.",
        _climbed(at, map, path),
        end and f"It ends there: {end}",
    ]  # fmt: skip
    samples = ", ".join(_told(found, name, at.slope) for name in found.gradients)
    return (
        f"{' '.join(filter(None, told))}\nVariances of {at.plain['samples']} samples (seed {at.seed}; exact ones in brackets): {samples}. "
        f"The histograms reach {brief(half)} to each side of the exact slope."
    )


def _told(found: Contest, name: str, entry: str) -> str:
    sampled, exact = float(np.var(found.slopes(name, entry))), found.variance(name, entry)
    return f"{STYLE[name][2]} {brief(sampled)} ({brief(exact)})"


def _climbed(at: SimpleNamespace, map: WinnerMap, path: np.ndarray) -> str:
    top, (mu, ln_sigma) = map.best.ravel(), path[-1].ravel()
    return (
        f"SVI by {at.plain['estimator']}, {at.batch} samples a step, rate {at.rate:.3g}, is after {len(path) - 1} steps at "
        f"μ = {mu:.4g}, σ = {np.exp(ln_sigma):.4g}; the top is at μ = {top[0]:.4g}, σ = {np.exp(top[1]):.4g}."
    )
