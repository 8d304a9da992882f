"""The policy-gradient lab on a bandit and on a corridor: is one batch's gradient worth following?"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np

from derivlab.panels.base import Panel
from derivlab.panels.controls import Choice, Control, Integer, Seed, Slider, Toggle
from derivlab.panels.keep import Keeping, Kept
from derivlab.panels.player import beginnings
from derivlab.panels.prediction import Question
from derivlab.plots.policy_lab import PolicyLabDisplay, uphill
from derivlab.policy import MDP, Estimator, Update, bandit, chain, policy, reinforce
from derivlab.policy.cloud import Cloud, cloud, score_gradient
from derivlab.policy.planning import bounds
from derivlab.policy.stale import keep_batch

LONGEST = 60  # steps of learning
EPISODES = 2048  # about so many in a cloud
RETURNS = {"reward-to-go": "to_go", "total return": "total"}
BASELINES = {"none": "none", "mean of the others": "constant", "mean by state": "state", "exact value": "value"}  # fmt: skip
LEARNT = ("mean of the others", "mean by state")
LOSS = "surrogate loss"
VIEWS = {"gradient cloud": False, LOSS: True}
CHANCES = {"below 50 %": 0.5, "50 to 75 %": 0.75, "75 to 95 %": 0.95, "above 95 %": 1.01}


class Lab(Keeping, Panel):
    """What the lab is on any small process; `names` and `title_of_chances` tell what the policy chooses."""

    size = (9.6, 5.6)
    play = "steps"
    themed = True
    notebook = "notebooks/07_policy_gradient.ipynb"
    question = Question("How likely does the gradient of one batch point uphill?", tuple(CHANCES))
    names: tuple[str, ...] = ()
    chances_title = ""
    place = ""
    process_controls: tuple[Control, ...] = ()
    baselines: tuple[str, ...] = tuple(BASELINES)
    loss_settings: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, **first: Any) -> None:
        self.controls = (
            Choice("view", VIEWS, scene=True),
            *self.process_controls,
            *self._weighing(),
            Integer("batch", 1, 32, 1, group="Learning", help="episodes in one gradient"),
            Slider("rate", 0.01, 10.0, 0.3, step=0.05, log=True, group="Learning", help="the learning rate α"),
            Integer("keep", 0, LONGEST, 20, group="Learning", label="keep batch of", when={"view": (LOSS,)},
                    help="from this step on its batch is used for ever"),
            Integer("steps", 0, LONGEST, 0, group="Learning"),
            Seed(group="Learning"),
        )  # fmt: skip
        super().__init__(**(self.implied(first, beginnings(self.controls, {})) | first))

    def _weighing(self) -> tuple[Control, ...]:
        """How steps are credited."""
        return (
            Choice("baseline", {name: BASELINES[name] for name in self.baselines}, group="Estimator"),
            Toggle("normalise", group="Estimator", label="normalise", help="divide a batch's credits by their spread"),
            Slider("entropy", 0.0, 1.0, 0.0, step=0.02, group="Estimator", label="entropy β",
                   help="the bonus for a policy that stays undecided"),
        )  # fmt: skip

    def process(self, at: SimpleNamespace) -> MDP:
        """The decision process of the settings."""
        raise NotImplementedError

    def shown(self, chances: np.ndarray) -> np.ndarray:
        """The chances that the bars show, from π (S, A)."""
        raise NotImplementedError

    def implied(self, given: dict, values: dict) -> dict:
        """The loss is looked at where it deceives; a baseline learnt from others needs others."""
        found = (
            dict(self.loss_settings) if given.get("view", values["view"]) == LOSS != values["view"] else {}
        )
        if given.get("baseline") in LEARNT and values["batch"] < 2:
            found["batch"] = 2
        return found

    def scene(self, figure: Any, at: SimpleNamespace) -> PolicyLabDisplay:
        return PolicyLabDisplay(self.names, self.chances_title, LONGEST, at.view).plot(figure)

    def update(self, display: PolicyLabDisplay, at: SimpleNamespace) -> str:
        mdp, fresh, updates = self._run(at)
        found, (low, high) = self._cloud(at, mdp, updates[-1].theta), bounds(mdp)
        display.move(found, updates, fresh, (low, high), self.shown(policy(updates[-1].theta)))
        last = (
            course(fresh, updates, at.keep)
            if at.view
            else (
                f"At most J = {high:.4g} can be had, at least {low:.4g}. Up and down in the cloud is the first principal direction "
                f"across ∇J, with {100 * found.share:.0f} % of the variance there."
            )
        )
        return f"{self._words(at, found, updates[-1])}\n{last}"

    def outcome(self, at: SimpleNamespace) -> str:
        mdp, _, updates = self._run(at)
        found = self._cloud(at, mdp, updates[-1].theta).uphill
        return next(answer for answer, most in CHANCES.items() if found < most)

    def _run(self, at: SimpleNamespace) -> tuple[MDP, list[Update], list[Update]]:
        """Learning as far as it is shown, and the way that is looked at; a stream goes on from where it was left."""
        key = tuple(value for name, value in at.plain.items() if name not in ("steps", "view", "keep"))
        mdp, stream = self._keep(("run", key), lambda: self._begin(at))
        fresh = stream.until(at.steps)
        if not at.view or at.keep >= at.steps:
            return mdp, fresh, fresh
        gradient = partial(score_gradient, estimator := self._estimator(at))
        stale = self._keep(
            ("stale", key, at.keep),
            lambda: Kept(keep_batch(fresh[at.keep], mdp, estimator, at.rate, gradient)),
        )
        return mdp, fresh, [*fresh[: at.keep], *stale.until(at.steps - at.keep)]

    def _begin(self, at: SimpleNamespace) -> tuple[MDP, Kept]:
        mdp, estimator = self.process(at), self._estimator(at)
        gradient = partial(score_gradient, estimator)
        return mdp, Kept(reinforce(mdp, None, estimator, at.rate, at.batch, at.seed, gradient=gradient))

    def _cloud(self, at: SimpleNamespace, mdp: MDP, theta: np.ndarray) -> Cloud:
        """The cloud where the policy is, with the same random numbers at every step, so that it moves and does not jump."""
        batches = max(EPISODES // at.batch, 128)
        return self._keep(
            ("cloud", *at.plain.values()),
            lambda: cloud(mdp, theta, self._estimator(at), at.batch, batches, (at.seed, 1)),
        )

    @staticmethod
    def _estimator(at: SimpleNamespace) -> Estimator:
        return Estimator(getattr(at, "returns", "to_go"), at.baseline, at.normalise, at.entropy)

    def _words(self, at: SimpleNamespace, found: Cloud, last: Update) -> str:
        if found.flat:
            meter = "the exact gradient is zero, so that no way is up"
        else:
            many = "one episode" if at.batch == 1 else f"one batch of {at.batch}"
            meter = f"the gradient of {many} points uphill with probability {uphill(found)}"
        return (
            f"{self._credited(at)} on {self.place}, after {last.number} steps: {meter}; its variance is {found.variance:.3g}, "
            f"|∇J| is {found.length:.3g}. The policy's return is J = {last.expected_return:.4g}."
        )

    def _credited(self, at: SimpleNamespace) -> str:
        plain = at.plain
        parts = [
            plain.get("returns", "reward"),
            f"baseline {plain['baseline']}",
            "normalised" if at.normalise else "",
            f"entropy β {at.entropy:.2g}" if at.entropy else "",
        ]
        told = ", ".join(filter(None, parts))
        return told[0].upper() + told[1:]


class PolicyGradientPanel(Lab):
    """The lab on a corridor of five states: both ends pay, the right one more, and one step in ten goes astray."""

    title = "Policy-gradient lab: a corridor of five states"
    names = ("1", "2 start", "3", "4", "5")
    chances_title = "Chance of stepping right, by state"
    loss_settings: ClassVar = {
        "returns": "reward-to-go",
        "baseline": "mean of the others",
        "batch": 8,
        "rate": 1.0,
        "keep": 20,
    }
    place = "the corridor"
    process_controls = (
        Slider("left", -2.0, 2.0, 0.1, step=0.05, group="Rewards", label="left end pays"),
        Slider("right", -2.0, 2.0, 1.0, step=0.05, group="Rewards", label="right end pays"),
        Integer("horizon", 1, 20, 8, group="Rewards", help="steps of an episode"),
        Slider("discount", 0.5, 1.0, 1.0, step=0.01, group="Rewards", label="discount γ"),
    )

    def _weighing(self) -> tuple[Control, ...]:
        return (Choice("returns", RETURNS, "total return", group="Estimator", label="credit", help="what each step is credited with"),
                *super()._weighing())  # fmt: skip

    def process(self, at: SimpleNamespace) -> MDP:
        return chain(left=at.left, right=at.right, horizon=at.horizon, discount=at.discount)

    def shown(self, chances: np.ndarray) -> np.ndarray:
        return chances[:, 1]


class BanditPanel(Lab):
    """The lab on a bandit of three arms: one choice, a noisy reward, and a gradient that has two directions only."""

    title = "Policy-gradient lab: a bandit of three arms"
    names = ("arm 1", "arm 2", "arm 3")
    chances_title = "Chance of each arm"
    loss_settings: ClassVar = {"baseline": "mean of the others", "batch": 8, "rate": 0.3, "keep": 10}
    place = "the bandit"
    baselines = ("none", "mean of the others", "exact value")
    process_controls = (
        Slider("arm_1", -2.0, 4.0, 1.0, step=0.05, group="Rewards", label="arm 1 pays"),
        Slider("arm_2", -2.0, 4.0, 1.2, step=0.05, group="Rewards", label="arm 2 pays"),
        Slider("arm_3", -2.0, 4.0, 0.8, step=0.05, group="Rewards", label="arm 3 pays"),
        Slider("noise", 0.0, 3.0, 1.0, step=0.05, group="Rewards", label="give or take"),
    )

    def process(self, at: SimpleNamespace) -> MDP:
        return bandit((at.arm_1, at.arm_2, at.arm_3), at.noise)

    def shown(self, chances: np.ndarray) -> np.ndarray:
        return chances[0]


def course(fresh: list[Update], updates: list[Update], keep: int) -> str:
    """What the loss did since the batch was kept, and what the return did meanwhile."""
    if len(updates) <= keep + 1:
        return f"From step {keep} on, its batch will be used for ever."
    first, last, other = updates[keep], updates[-1], fresh[-1]
    return (
        f"Since the batch of step {keep} is kept, the loss {_moved(first.loss, last.loss)} while J "
        f"{_moved(first.expected_return, last.expected_return)}. With new batches the loss is {other.loss:.3g} and "
        f"J is {other.expected_return:.4g}: this loss means nothing."
    )


def _moved(first: float, last: float) -> str:
    verb = "rose" if last > first else "fell" if last < first else "stayed"
    return f"{verb} from {first:.3g} to {last:.3g}"
