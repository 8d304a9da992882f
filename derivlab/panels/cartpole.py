"""The pole on its cart: train it, stop it, and see what each step of an episode teaches the policy."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from derivlab.panels.base import Panel
from derivlab.panels.controls import Choice, Integer, Seed, Slider
from derivlab.panels.keep import Keeping, Kept
from derivlab.panels.prediction import Question
from derivlab.plots.cartpole_lab import CartPoleLabDisplay, right_chance
from derivlab.policy.cartpole import SOLVED, Batch, Walk, advantages, reward_to_go, solve, walk

LONGEST = 60  # batches; with the first settings 25 to 31 are enough
COUNT = 20  # episodes in a batch
CHOSEN = "batch of your choice"
Wanted = Callable[[Batch], bool]
STAGES: dict[str, Callable[[SimpleNamespace], Wanted]] = {
    "untrained": lambda at: lambda batch: batch.number == 0,
    "half-trained": lambda at: lambda batch: batch.rollout.returns.mean() >= SOLVED / 2,
    "trained": lambda at: lambda batch: False,
    CHOSEN: lambda at: lambda batch: batch.number == at.batch,
}
CREDITS = {"advantage (state baseline)": advantages, "reward-to-go only": reward_to_go}
PARTS = ("its first third", "its middle third", "its last third")
LIVE = 0.1  # seconds between two pictures of learning


class CartPolePanel(Keeping, Panel):
    """Gymnasium's CartPole-v1, learnt by REINFORCE while you watch; Play goes through one of its episodes.

    The stages look in on the policy before, halfway through and after training. Errors: Gymnasium is not installed.
    """

    title = "CartPole: learn, watch, and see what each step teaches"
    size = (9.6, 5.6)
    play = "step"
    rate = 50.0  # the pole moves in steps of 0.02 s: speed 1 is real time
    themed = True
    notebook = "notebooks/07_policy_gradient.ipynb"
    question = Question("Which part of this episode is credited least?", PARTS)
    controls = (
        Choice("stage", STAGES, group="Policy", help="how much it has learnt"),
        Integer("batch", 0, LONGEST, 5, group="Policy", label="after batches", when={"stage": (CHOSEN,)}),
        Integer("episode", 0, COUNT - 1, 0, group="Episode", help="of the batch's twenty"),
        Integer("step", 0, 499, 0, group="Episode"),
        Choice("credit", CREDITS, group="Learning"),
        Slider("rate", 0.005, 0.5, 0.05, step=0.1, log=True, group="Learning", help="of Adam"),
        Slider("discount", 0.8, 1.0, 0.99, step=0.01, group="Learning", label="discount γ"),
        Seed(group="Learning"),
    )  # fmt: skip

    def implied(self, given: dict, values: dict) -> dict:
        """Another episode is seen from its beginning."""
        return {"step": 0} if any(given[name] != values[name] for name in given if name != "step") else {}

    def scene(self, figure: Any, at: SimpleNamespace) -> CartPoleLabDisplay:
        return CartPoleLabDisplay(LONGEST).plot(figure)

    def update(self, display: CartPoleLabDisplay, at: SimpleNamespace) -> str:
        batches, here = self._learnt(at, display)
        seen = self._walk(at, batches[here])
        step = min(at.step, len(seen.actions) - 1)
        display.move(batches, here, seen, step)
        return words(at, batches, batches[here], seen, step)

    def outcome(self, at: SimpleNamespace) -> str:
        batches, here = self._learnt(at)
        thirds = np.array_split(self._walk(at, batches[here]).advantages, 3)
        return PARTS[int(np.argmin([np.mean(third) for third in thirds]))]

    def _learnt(self, at: SimpleNamespace, display: Any = None) -> tuple[list[Batch], int]:
        """All that has been learnt with these settings so far, and which batch is looked at; it trains if need be."""
        names = ("seed", "rate", "discount", "credit")
        kept = self._keep(tuple(at.plain[name] for name in names), lambda: self._begin(at))
        wanted, here, known = at.stage(at), 0, len(kept.seen)
        try:
            for batch in kept:
                here = batch.number
                if wanted(batch):
                    break
                if here >= known:
                    self._tell(kept, display)
        finally:
            self.progress = -1.0
        return kept.seen, here

    @staticmethod
    def _begin(at: SimpleNamespace) -> Kept[Batch]:
        settings = {"rate": at.rate, "discount": at.discount, "credit": at.credit}
        return Kept(solve(at.seed, LONGEST, count=COUNT, **settings))

    def _tell(self, kept: Kept[Batch], display: Any) -> None:
        """Show how far training has come: a bar, and the learning curve as it grows."""
        now = time.monotonic()
        if display is None or self._staged is None or now < self.__dict__.get("_told", 0.0) + LIVE:
            return
        self._told = now
        self.progress = min(kept.seen[-1].rollout.returns.mean() / SOLVED, 1.0)
        display.learning.move(kept.seen, len(kept.seen) - 1)
        self.frame = self._picture.frame(moving=not self.covered)

    def _walk(self, at: SimpleNamespace, batch: Batch) -> Walk:
        names = ("seed", "rate", "discount", "credit", "episode")
        key = ("walk", batch.number, *(at.plain[name] for name in names))
        return self._keep(key, lambda: walk(batch, at.episode, at.discount))

    def _refresh(self) -> str:
        said = super()._refresh()
        if not self.error:
            batches, here = self._learnt(self.at)
            last = len(self._walk(self.at, batches[here]).actions) - 1
            self.ends = {"step": max(last, self.values["step"])}
        return said


def words(at: SimpleNamespace, batches: list[Batch], batch: Batch, seen: Walk, step: int) -> str:
    """One step of an episode, what it was credited with, and how training went."""
    x, _, angle, _ = seen.states[step]
    went, other = ("right", "left") if seen.actions[step] else ("left", "right")
    pull, credit, last = seen.pulls[step], seen.advantages[step], len(seen.actions) - 1
    end = (
        ""
        if step < last
        else " It is the episode's last step."
        if last < 499
        else " The episode is complete: 500 steps."
    )
    run = batches[-1]
    course = (
        f"solved after {len(batches)} batches ({run.steps:,} steps): {run.recent:.4g} over 100 episodes"
        if run.recent >= SOLVED
        else f"{len(batches)} batches so far ({run.steps:,} steps), the last with a mean return of {run.rollout.returns.mean():.4g}"
    )
    return (
        f"After {batch.number} batches (mean return {batch.rollout.returns.mean():.4g}), episode {at.episode}, step {step} of "
        f"{last}: cart at {x:.2f} m, pole {np.degrees(angle):.1f}° to the right; the policy went {went} (right has chance "
        f"{right_chance(seen, step):.2f}). Advantage {credit:.3g}, so this step pulls the policy to the "
        f"{went if pull >= 0 else other} by {abs(pull):.3g}.{end}\nTraining: {course}."
    )
