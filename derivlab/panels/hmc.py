"""Hamiltonian Monte Carlo with a right or a wrong gradient: the energy error tells which."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from types import SimpleNamespace
from typing import Any

import numpy as np

from derivlab.inference import (
    HMCStep,
    LinearGaussian,
    LogisticRegression,
    banana,
    energy,
    energy_errors,
    hmc,
    trajectory,
)
from derivlab.inference.models import LogDensity
from derivlab.panels.base import Panel
from derivlab.panels.controls import Choice, Integer, Seed, Slider
from derivlab.panels.own import named
from derivlab.panels.prediction import Question
from derivlab.plots.hmc import HMCDisplay
from derivlab.program import gradient_program

CHAINS = 40
STEPS = (0.4, 0.2, 0.1, 0.05)
HOURS = np.array([-2.0, -1.0, -0.5, 0.5, 1.0, 2.0])
DENSITIES: dict[str, LogDensity] = {
    "correlated Gaussian": LinearGaussian(np.array([[1.0, 0.8], [0.8, 1.0], [0.5, 0.5]]), np.array([1.0, 0.2, 0.4]), noise=0.6),
    "banana": banana,
    "logistic regression": LogisticRegression(np.column_stack([np.ones(6), HOURS]), np.array([0, 0, 1, 0, 1, 1]), spread=1.5),
}  # fmt: skip
GRADIENTS: dict[str, Callable[[np.ndarray, float], Any]] = {
    "right": lambda slope, factor: slope,
    "times a factor": lambda slope, factor: factor * slope,
    "sign of z₂ wrong": lambda slope, factor: slope * [1.0, -1.0],
    "z₂ left out": lambda slope, factor: slope * [1.0, 0.0],
}


class HMCPanel(Panel):
    """Chains of Hamiltonian Monte Carlo over two numbers, all from one start, with a gradient that may be wrong.

    `log_density` takes z (..., 2) and gives (...); `domain` is (low, high) for each number. A click on the map starts there.
    """

    title = "A sampler that tells when its gradient is wrong"
    size = (9.6, 5.6)
    play = "proposals"
    themed = True
    rate = 6.0
    notebook = "notebooks/08_probabilistic_inference.ipynb"
    question = Question(
        "Halve the step: what becomes of the energy error?", ("a quarter", "a half", "it stays")
    )

    def __init__(
        self, log_density: LogDensity | None = None, domain: Any = ((-3.0, 3.0), (-3.0, 3.0)), **first: Any
    ) -> None:
        own = named(log_density, *domain, taken=DENSITIES)
        self._domain = np.array(domain, dtype=float)
        self._programs: dict[str, Any] = {}
        self._studies: dict[Any, np.ndarray] = {}
        self._chain: tuple[Any, list[HMCStep], Iterator[HMCStep]] = (None, [], iter(()))
        (left, right), (low, high) = self._domain
        start = "Start (or click on the map)"
        self.controls = (
            Choice("density", own | DENSITIES, scene=True, group="Gradient"),
            Choice("gradient", GRADIENTS, group="Gradient"),
            Slider("factor", -1.0, 2.0, 0.5, step=0.05, group="Gradient", when={"gradient": ("times a factor",)}),
            Slider("step", 0.01, 1.0, 0.1, step=0.05, log=True, group="Leapfrog"),
            Integer("leaps", 1, 40, 10, group="Leapfrog", help="steps of a trajectory"),
            Integer("proposals", 1, 60, 5, group="Chains"),
            Slider("z1", left, right, left + 0.6 * (right - left), step=(right - left) / 120, group=start, label="start z₁"),
            Slider("z2", low, high, low + 0.6 * (high - low), step=(high - low) / 120, group=start, label="start z₂"),
            Seed(group="Random numbers"),
        )  # fmt: skip
        super().__init__(**first)

    def scene(self, figure: Any, at: SimpleNamespace) -> HMCDisplay:
        return HMCDisplay(at.density, self._domain.tolist(), STEPS).plot(figure)

    def update(self, display: HMCDisplay, at: SimpleNamespace) -> str:
        steps = self._steps(at)
        errors, right = self._study(at, at.plain["gradient"]), self._study(at, "right")
        rate = float(np.mean([step.accepted for step in steps]))
        chosen, true = self._drifts(at, steps[-1])
        display.move(steps[-1], chosen, true, errors, right, rate)
        return words(at, rate, chosen, errors, right)

    def outcome(self, at: SimpleNamespace) -> str:
        factor = halving(self._study(at, at.plain["gradient"]))
        near = {"a quarter": 4.0, "a half": 2.0, "it stays": 1.0}
        return min(near, key=lambda answer: abs(np.log(factor / near[answer])))

    def pick(self, display: HMCDisplay, axes: Any, x: float, y: float) -> dict:
        if axes is not display.map_:
            return {}
        z = np.clip((x, y), self._domain[:, 0], self._domain[:, 1])
        return {"z1": round(float(z[0]), 3), "z2": round(float(z[1]), 3)}

    def _slope(self, at: SimpleNamespace, kind: str) -> Callable:
        """The chosen gradient, from derivlab's own program of the right one."""
        name = at.plain["density"]
        if name not in self._programs:
            density = at.density
            self._programs[name] = gradient_program(lambda z: np.sum(density(z)), self._starts(at))
        program, wrong = self._programs[name], GRADIENTS[kind]
        return lambda z: wrong(program(z)[1], at.factor)

    @staticmethod
    def _starts(at: SimpleNamespace) -> np.ndarray:
        return np.tile([at.z1, at.z2], (CHAINS, 1))

    def _steps(self, at: SimpleNamespace) -> list[HMCStep]:
        """The proposals so far; what was drawn before is kept."""
        names = ("density", "gradient", "step", "leaps", "z1", "z2", "seed")
        key = (*(at.plain[name] for name in names), at.factor * (at.plain["gradient"] == "times a factor"))
        if key != self._chain[0]:
            slope = self._slope(at, at.plain["gradient"])
            self._chain = key, [], hmc(at.density, self._starts(at), at.step, at.leaps, slope, at.seed)
        _, done, more = self._chain
        done += islice(more, max(at.proposals - len(done), 0))
        return done[: at.proposals]

    def _drifts(self, at: SimpleNamespace, last: HMCStep) -> tuple[np.ndarray, np.ndarray]:
        """How the energy of the first chain drifts with the chosen gradient, and with the right one."""
        first = last.path[:, :1], last.momenta[:, :1]
        right = trajectory(self._slope(at, "right"), first[0][0], first[1][0], at.step, at.leaps)
        chosen, true = energy(at.density, *first)[:, 0], energy(at.density, *right)[:, 0]
        return chosen - chosen[0], true - true[0]

    def _study(self, at: SimpleNamespace, kind: str) -> np.ndarray:
        key = at.plain["density"], kind, at.factor * (kind == "times a factor"), at.z1, at.z2, at.seed
        if key not in self._studies:
            if len(self._studies) > 400:
                self._studies.clear()
            slope = self._slope(at, kind)
            self._studies[key] = energy_errors(at.density, self._starts(at), STEPS, 1.0, slope, at.seed)
        return self._studies[key]


def halving(errors: np.ndarray) -> float:
    """What halving the smaller steps divides the error by: 4 in theory, 1 where nothing finite is known."""
    with np.errstate(all="ignore"):
        factor = float(errors[-2] / errors[-1])
    return factor if np.isfinite(factor) and factor > 0 else 1.0


def words(at: SimpleNamespace, rate: float, drifts: np.ndarray, errors: np.ndarray, right: np.ndarray) -> str:
    """What the picture shows, in sentences."""
    kind = "right" if at.plain["gradient"] == "right" else f"wrong ({at.plain['gradient']})"
    kind = f"times {at.factor:.3g}" if at.plain["gradient"] == "times a factor" else kind
    ratio, wanted = halving(errors), halving(right)
    told = "the steps are too coarse to tell." if wanted < 3 else "about four, as it should be."
    verdict = (
        told if ratio > 3 or wanted < 3 else f"with the right one by {wanted:.2g}: the gradient is wrong."
    )
    return (
        f"HMC on {at.plain['density']}, gradient {kind}, step {at.step:.3g}, {at.leaps} leaps: after {at.proposals} proposals of "
        f"{CHAINS} chains from ({at.z1:.3g}, {at.z2:.3g}), seed {at.seed}, {100 * rate:.0f} % are accepted. "
        f"The energy of the trajectory shown is off by {drifts[-1]:.3g} at its end. "
        f"Halving the step from {STEPS[-2]} to {STEPS[-1]} at the same length divides the error by {ratio:.2g}, "
        f"from {errors[-2]:.3g} to {errors[-1]:.3g}; {verdict}"
    )  # fmt: skip
