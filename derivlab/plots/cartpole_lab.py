"""The pole on its cart, what each step of an episode was credited with, and how learning went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

from derivlab.plots.axes import AxesDisplay, Display
from derivlab.plots.moving_scale import round_up
from derivlab.plots.policy_cloud import BLUE, GREEN, VERMILLION, MeterDisplay
from derivlab.policy.cartpole import SOLVED, Batch, Walk

TRACK = 2.4  # metres to either side; further out the episode is over
TILT = np.radians(12)  # further over the episode is over
CART, POLE = (0.5, 0.3), 1.0  # metres
LONGEST = 0.9  # metres that the largest pull of an episode is drawn with


@dataclass(repr=False)
class CartPoleDisplay(AxesDisplay):
    """The cart and the pole as they stand, the push that was made, and where the step pulls the policy."""

    def plot(self, ax: Any = None) -> CartPoleDisplay:
        """Draw the axes on those given, or on a figure of its own."""
        ax = self.on(ax, (5.4, 2.6))
        ink = plt.rcParams["text.color"]
        ax.set(
            xlim=(-2.8, 2.8), ylim=(-0.75, 1.5), aspect="equal", yticks=[], xlabel="position of the cart (m)"
        )
        ax.plot([-TRACK, TRACK], [-0.18, -0.18], color=ink, lw=1.5)
        ax.plot([-TRACK, -TRACK, np.nan, TRACK, TRACK], [-0.3, 0.0, np.nan, -0.3, 0.0], color=ink, lw=2)
        self._fan = ax.plot([], [], ":", color=ink, lw=1)[0]
        self._cart = ax.add_patch(Rectangle((0, 0), *CART, fc="0.7", ec=ink, lw=1.2))
        self._pole = ax.plot([], [], color="#E69F00", lw=7, solid_capstyle="round")[0]
        self._axle = ax.plot([], [], "o", color=ink, ms=6)[0]
        self._push = ax.plot([], [], color=GREEN, lw=3, label="push that was made")[0]
        self._pull = ax.plot([], [], color=VERMILLION, lw=3, label="pull on the policy")[0]
        ax.legend(loc="upper left", fontsize=8, framealpha=0.9)
        self.moving += [self._fan, self._cart, self._pole, self._axle, self._push, self._pull]
        return self

    def move(self, state: np.ndarray, action: int, pull: float) -> None:
        """Show a state, the push (0: left, 1: right), and a pull to the right from -1 to 1."""
        x, angle = float(state[0]), float(state[2])
        self._cart.set_xy((x - CART[0] / 2, -CART[1] / 2))
        self._pole.set_data([x, x + POLE * np.sin(angle)], [0, POLE * np.cos(angle)])
        self._axle.set_data([x], [0])
        reach = 1.25 * POLE
        left, right = x - reach * np.sin(TILT), x + reach * np.sin(TILT)
        self._fan.set_data([left, x, right], [reach * np.cos(TILT), 0, reach * np.cos(TILT)])
        side = 1 if action else -1
        self._push.set_data(*_arrow(x + side * CART[0] / 2, 0.0, side * 0.5))
        self._pull.set_data(*_arrow(x, -0.5, LONGEST * pull))

    def __repr__(self) -> str:
        return "The pole on its cart"


def _arrow(x: float, y: float, length: float) -> tuple[Sequence[float], Sequence[float]]:
    """The shaft and the head of a level arrow."""
    tip, head = x + length, min(0.12, 0.6 * abs(length)) * np.sign(length)
    return [x, tip, np.nan, tip - head, tip, tip - head], [y, y, np.nan, y + abs(head), y, y - abs(head)]


@dataclass(repr=False)
class StemsDisplay(AxesDisplay):
    """One number for each step of an episode, up or down from zero, and a mark that moves to the present one."""

    values: np.ndarray
    title: str
    up: str = "+"
    down: str = "−"

    def plot(self, ax: Any = None) -> StemsDisplay:
        """Draw the axes on those given, or on a figure of its own."""
        ax = self.on(ax, (5.4, 1.6))
        last, unit = max(len(self.values) - 1, 1), round_up(float(np.max(np.abs(self.values))))
        ax.set(xlim=(-0.02 * last, 1.02 * last), ylim=(-1.15 * unit, 1.15 * unit), yticks=(-unit, 0, unit))
        ax.set_title(self.title, loc="left", fontsize=10)
        ax.axhline(0, color="0.5", lw=0.8)
        for place, word in ((0.94, self.up), (0.06, self.down)):
            ax.text(
                1.015, place, word, transform=ax.transAxes, fontsize=8, va="top" if place > 0.5 else "bottom"
            )
        steps = np.arange(len(self.values))
        for colour, some in ((BLUE, self.values > 0), (VERMILLION, self.values <= 0)):
            ax.vlines(steps[some], 0, self.values[some], color=colour, lw=1.4)
        ink = plt.rcParams["text.color"]
        self._here = ax.axvline(0, color=ink, lw=1, ls="--")
        self._dot = ax.plot([], [], "o", color=ink, ms=6)[0]
        self.moving += [self._here, self._dot]
        return self

    def move(self, step: int) -> None:
        """Mark a step."""
        self._here.set_xdata([step, step])
        self._dot.set_data([step], self.values[step : step + 1])

    def __repr__(self) -> str:
        return self.title


@dataclass(repr=False)
class LearningDisplay(AxesDisplay):
    """The mean return of each batch, and the return at which the task counts as solved."""

    most: int

    def plot(self, ax: Any = None) -> LearningDisplay:
        """Draw the axes on those given, or on a figure of its own."""
        ax = self.on(ax, (4.6, 3))
        ax.set(xlim=(-1, self.most + 1), ylim=(0, 520), xlabel="batches of 20 episodes")
        ax.set_title("Mean return: steps until it falls", loc="left", fontsize=10)
        ax.grid(alpha=0.3)
        ax.axhline(SOLVED, color=GREEN, lw=1.5, ls="--")
        ax.text(
            0.99,
            SOLVED - 8,
            "solved: 475",
            ha="right",
            va="top",
            fontsize=9,
            transform=ax.get_yaxis_transform(),
        )
        self._line = ax.plot([], [], color=BLUE, lw=2, marker="o", ms=3)[0]
        self._dot = ax.plot([], [], "o", color=VERMILLION, mec=plt.rcParams["text.color"], ms=9)[0]
        self.moving += [self._line, self._dot]
        return self

    def move(self, batches: Sequence[Batch], here: int) -> None:
        """Show the batches learnt from so far, and mark the one that is looked at."""
        means = [float(batch.rollout.returns.mean()) for batch in batches]
        self._line.set_data(np.arange(len(means)), means)
        self._dot.set_data([here], means[here : here + 1])

    def __repr__(self) -> str:
        return "Mean return of each batch"


@dataclass(repr=False)
class CartPoleLabDisplay(Display):
    """The pole, the credit and the pull of every step of an episode, and the course of learning."""

    walk: Walk
    most: int

    def plot(self, figure: Any) -> CartPoleLabDisplay:
        """Draw what stands still on an empty figure."""
        self.figure_ = figure
        columns = figure.add_gridspec(1, 2, width_ratios=(12, 8))
        pole, credit, pull = columns[0].subgridspec(3, 1, height_ratios=(8, 4, 4)).subplots()
        curve, chance = columns[1].subgridspec(2, 1, height_ratios=(9, 1.6)).subplots()
        self._towards = self.walk.pulls * (2 * self.walk.actions - 1)
        self._largest = float(np.max(np.abs(self._towards))) or 1.0
        self._pole = CartPoleDisplay().plot(pole)
        self._credit = StemsDisplay(self.walk.advantages, "Advantage of each step of this episode").plot(
            credit
        )
        title = "Its pull on the policy: advantage · ∂ ln π / ∂ logit"
        self._pull = StemsDisplay(self._towards, title, "right", "left").plot(pull)
        self.learning = LearningDisplay(self.most).plot(curve)
        self._chance = MeterDisplay("Chance of pushing right (%)", 0, 100, 50).plot(chance)
        for view in (self._pole, self._credit, self._pull, self.learning, self._chance):
            self.moving += view.moving
        return self

    def move(self, step: int, batches: Sequence[Batch], here: int) -> None:
        """Bring all views to one step of the episode; the batches learnt from, and the one that is looked at."""
        walk, right = self.walk, right_chance(self.walk, step)
        self._pole.move(walk.states[step], int(walk.actions[step]), self._towards[step] / self._largest)
        self._credit.move(step)
        self._pull.move(step)
        self.learning.move(batches, here)
        self._chance.move(100 * right, f"{100 * right:.0f} %")

    def __repr__(self) -> str:
        return "The pole, the credit of its steps, and the course of learning"


def right_chance(walk: Walk, step: int) -> float:
    """How likely the policy was to push right."""
    return float(walk.chances[step] if walk.actions[step] else 1 - walk.chances[step])
