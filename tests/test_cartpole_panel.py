"""The CartPole panel without a browser: real states, the credit of each step, and training in stages."""

import re
import sys

import numpy as np
import pytest

from derivlab.panels import CartPolePanel
from derivlab.plots.cartpole_lab import right_chance
from derivlab.policy import cartpole

CHANGES = [
    {"stage": "batch of your choice"}, {"episode": 3}, {"step": 4}, {"credit": "reward-to-go"}, {"discount": 0.9}, {"seed": 1},
]  # fmt: skip


@pytest.fixture(scope="module")
def panel():
    return CartPolePanel()


@pytest.fixture(autouse=True)
def _reset(panel):
    panel.reset()


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_each_control_changes_picture_and_words(panel, change, changes_both):
    changes_both(panel, change)


def test_the_rate_matters_as_soon_as_something_is_learnt(panel):
    first = panel.drive(stage="batch of your choice", batch=3)
    assert panel.drive(rate=0.1) != first
    assert panel.drive(batch=4) != panel.drive(batch=3)


def test_each_step_is_one_of_gymnasiums_with_its_advantage_and_its_pull(panel):
    panel.drive(stage="batch of your choice", batch=2, episode=4)
    panel.drive(step=5)
    batch = list(cartpole.solve(0, 3))[2]
    seen = cartpole.walk(batch, 4)
    x, _, angle, _ = seen.states[5]
    side = "right" if angle > 0 else "left"
    assert f"cart at {x:.2f} m, pole {abs(np.degrees(angle)):.1f}° to the {side};" in panel.words
    assert f"Advantage {seen.advantages[5]:.3g}," in panel.words
    went = "right" if seen.actions[5] else "left"
    assert f"the policy went {went} (right has chance" in panel.words
    other = {"right": "left", "left": "right"}[went]
    way = went if seen.advantages[5] > 0 else other
    assert f"pulls the policy to the {way} by {abs(seen.pulls[5]):.3g}" in panel.words


def test_a_pull_to_the_right_makes_right_likelier():
    """The sign of the arrow is that of the step's part of the gradient along the logit."""
    batch = next(cartpole.solve(3))
    seen = cartpole.walk(batch, 1)
    logits = cartpole.logit(batch.weights, seen.states)
    slope = seen.advantages * (seen.actions - 1 / (1 + np.exp(-logits)))  # ∂/∂l of A ln π
    np.testing.assert_allclose(seen.pulls * (2 * seen.actions - 1), slope, atol=1e-12)


def test_the_arrows_point_where_the_step_goes_and_pulls(panel):
    for step in (0, 3, 5):
        panel.drive(step=step)
        display, seen = panel._display._pole, panel._display.walk
        (x, tip, *_), (left, right) = (
            display._pull.get_xdata(),
            (seen.actions[step] == 0, seen.actions[step] == 1),
        )
        slope = seen.advantages[step] * (right - right_chance(seen, step))
        assert np.sign(tip - x) == np.sign(slope)
        push = display._push.get_xdata()
        assert (push[1] < push[0]) == left
        pole = display._pole.get_xydata()
        angle = np.arctan2(pole[1, 0] - pole[0, 0], pole[1, 1] - pole[0, 1])
        np.testing.assert_allclose([pole[0, 0], angle], seen.states[step][[0, 2]], atol=1e-12)


def test_training_is_shown_while_it_runs_and_kept(panel):
    seen = []
    panel.observe(lambda change: seen.append(change.new), "progress")
    panel.drive(stage="half-trained", seed=11)
    assert seen[-1] == -1.0
    assert all(0 <= share <= 1 for share in seen[:-1])
    half = float(re.search(r"mean return ([\d.]+)\), episode", panel.words)[1])
    assert half >= cartpole.SOLVED / 2
    assert panel.drive(stage="trained").count("untrained") == 0
    assert "Training: solved after" in panel.words
    assert float(re.search(r"mean return ([\d.]+)\), episode", panel.words)[1]) > 450
    seen.clear()
    panel.drive(stage="half-trained")
    assert set(seen) <= {-1.0}
    panel.unobserve_all("progress")


def test_play_ends_with_the_episode(panel):
    last = panel.ends["step"]
    assert 7 < last < 60
    panel.step(500)
    assert panel.values["step"] == last
    assert f"step {last} of {last}:" in panel.words
    assert "It is the episode's last step." in panel.words
    panel.drive(step=400)
    assert f"step {last} of {last}:" in panel.words


def test_another_episode_begins_at_its_first_step(panel):
    panel.drive(step=6)
    panel.drive(episode=2)
    assert panel.values["step"] == 0
    panel.drive(episode=1, step=3)
    assert panel.values["step"] == 3


def test_the_state_comes_back(panel):
    panel.drive(stage="batch of your choice", batch=3, episode=7, seed=2)
    panel.drive(step=9)
    other = CartPolePanel()
    other.state = panel.state
    assert repr(other) == repr(panel)
    assert other.frame == panel.frame


def test_the_prediction_is_the_third_with_the_least_advantage(panel):
    panel.ask()
    assert "Advantage" not in panel.words
    said = panel.answer("its last third")
    thirds = np.array_split(cartpole.walk(next(cartpole.solve(0)), 0).advantages, 3)
    least = ("its first third", "its middle third", "its last third")[np.argmin([t.mean() for t in thirds])]
    assert f"Outcome: {least} " in said


def test_without_gymnasium_the_panel_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "gymnasium", None)
    assert "pip install" in CartPolePanel(seed=99).error
