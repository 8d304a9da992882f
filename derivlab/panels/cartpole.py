"""The pole on its cart: train it, stop it, and see what each step of an episode teaches the policy."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
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
CREDITS = {"advantage (state baseline)": advantages, "reward-to-go": reward_to_go}
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
        Choice("stage", STAGES, scene=True, group="Policy", help="how much it has learnt"),
        Integer("batch", 0, LONGEST, 5, scene=True, group="Policy", label="after batches", when={"stage": (CHOSEN,)}),
        Integer("episode", 0, COUNT - 1, 0, scene=True, group="Episode", help="of the batch's twenty"),
        Integer("step", 0, 499, 0, group="Episode"),
        Choice("credit", CREDITS, scene=True, group="Learning", help="what each step is worth"),
        Slider("rate", 0.005, 0.5, 0.05, step=0.1, log=True, scene=True, group="Learning", help="of Adam"),
        Slider("discount", 0.8, 1.0, 0.99, step=0.01, scene=True, group="Learning", label="discount γ"),
        Seed(scene=True, group="Learning"),
    )  # fmt: skip

    def implied(self, given: dict, values: dict) -> dict:
        """Another episode is seen from its beginning."""
        return {"step": 0} if any(given[name] != values[name] for name in given if name != "step") else {}

    def scene(self, figure: Any, at: SimpleNamespace) -> CartPoleLabDisplay:
        return CartPoleLabDisplay(self._walk(at), LONGEST).plot(figure)

    def update(self, display: CartPoleLabDisplay, at: SimpleNamespace) -> str:
        batches, here = self._learnt(at)
        step = min(at.step, len(display.walk.actions) - 1)
        display.move(step, batches, here)
        return words(at, batches, batches[here], display.walk, step)

    def outcome(self, at: SimpleNamespace) -> str:
        thirds = np.array_split(self._walk(at).advantages, 3)
        return PARTS[int(np.argmin([np.mean(third) for third in thirds]))]

    def _learnt(self, at: SimpleNamespace, watched: bool = False) -> tuple[list[Batch], int]:
        """All that has been learnt with these settings so far, and which batch is looked at; it trains if need be."""
        kept = self._keep(("run", *self._key(at)), lambda: self._begin(at))
        wanted, here, known = at.stage(at), 0, len(kept.seen)
        for batch in kept:
            here = batch.number
            if wanted(batch):
                break
            if watched and here >= known:
                self._tell(kept)
        return kept.seen, here

    @staticmethod
    def _key(at: SimpleNamespace) -> tuple:
        return tuple(at.plain[name] for name in ("seed", "rate", "discount", "credit"))

    @staticmethod
    def _begin(at: SimpleNamespace) -> Kept[Batch]:
        settings = {"rate": at.rate, "discount": at.discount, "credit": at.credit}
        return Kept(solve(at.seed, LONGEST, count=COUNT, **settings))

    def _tell(self, kept: Kept[Batch]) -> None:
        """Show how far training has come: a bar, and the learning curve as it grows in the picture that there is."""
        now = time.monotonic()
        if self._staged is None or now < self.__dict__.get("_told", 0.0) + LIVE:
            return
        self._told = now
        self.progress = min(kept.seen[-1].rollout.returns.mean() / SOLVED, 1.0)
        self._display.learning.move(kept.seen, len(kept.seen) - 1)
        self.frame = self._picture.frame(moving=not self.covered)

    def _walk(self, at: SimpleNamespace) -> Walk:
        batches, here = self._learnt(at)
        key = ("walk", *self._key(at), here, at.episode)
        return self._keep(key, lambda: walk(batches[here], at.episode, at.discount))

    def _refresh(self) -> str:
        """First learn, and let that be seen; then draw."""
        try:
            self._learnt(self.at, watched=True)
            self.ends = {"step": max(len(self._walk(self.at).actions) - 1, self.values["step"])}
        except DerivativeError:
            pass  # drawing says it
        finally:
            self.progress = -1.0
        return super()._refresh()


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
        f"{last}: cart at {x:.2f} m, pole {abs(np.degrees(angle)):.1f}° to the {'right' if angle > 0 else 'left'}; the policy went {went} (right has chance "
        f"{right_chance(seen, step):.2f}). Advantage {credit:.3g}, so this step pulls the policy to the "
        f"{went if pull >= 0 else other} by {abs(pull):.3g}.{end}\nTraining: {course}."
    )
