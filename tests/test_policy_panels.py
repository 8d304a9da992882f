"""The policy panels without a browser: their numbers are those of the estimators, and each control matters."""

import re
from functools import partial
from itertools import islice

import numpy as np
import pytest

import derivlab as dl
from derivlab.panels import BanditPanel, PolicyGradientPanel, vectors
from derivlab.panels.keep import Kept
from derivlab.policy import (
    Estimator,
    bandit,
    chain,
    exact_gradient,
    expected_return,
    gridworld,
    quality,
    reinforce,
    sample,
)
from derivlab.policy.cloud import batch_gradients, cloud, plane, score_gradient
from derivlab.policy.planning import bounds
from derivlab.policy.stale import keep_batch
from derivlab.policy.theorem import theorem_gradient

CHANGES = {
    PolicyGradientPanel: [
        {"view": "surrogate loss"}, {"left": 0.5}, {"right": 0.5}, {"horizon": 5}, {"discount": 0.8}, {"returns": "reward-to-go"},
        {"baseline": "exact value"}, {"normalise": True}, {"entropy": 0.4}, {"batch": 4}, {"rate": 1.0}, {"steps": 12}, {"seed": 3},
    ],
    BanditPanel: [
        {"view": "surrogate loss"}, {"arm_1": 0.2}, {"arm_2": 2.0}, {"arm_3": 1.0}, {"noise": 0.4}, {"baseline": "mean of the others"},
        {"normalise": True}, {"entropy": 0.4}, {"batch": 4}, {"rate": 1.0}, {"steps": 12}, {"seed": 3},
    ],
}  # fmt: skip
PROCESSES = {"chain": chain(discount=0.9), "bandit": bandit()}
ESTIMATORS = [Estimator(r, b, n, e) for r in ("total", "to_go") for b in ("none", "constant", "state", "value")
              for n, e in ((False, 0.0), (True, 0.0), (False, 0.4))]  # fmt: skip


@pytest.fixture(scope="module")
def panels():
    return {kind: kind(steps=5, batch=2) for kind in CHANGES}


@pytest.mark.parametrize(
    ("kind", "change"),
    [(kind, change) for kind, changes in CHANGES.items() for change in changes],
    ids=lambda part: part.__name__ if isinstance(part, type) else str(part),
)
def test_each_control_changes_picture_and_words(panels, kind, change, changes_both):
    panel = panels[kind]
    panel.reset()
    changes_both(panel, change)


@pytest.mark.parametrize("name", PROCESSES)
@pytest.mark.parametrize("estimator", ESTIMATORS, ids=str)
def test_many_batches_at_once_are_the_batches_one_by_one(name, estimator):
    mdp = PROCESSES[name]
    theta = np.random.default_rng(1).standard_normal(mdp.shape)
    found = batch_gradients(mdp, theta, estimator, 3, 20, seed=4)
    np.testing.assert_allclose(found, quality(mdp, theta, estimator, 3, 20, seed=4).cloud, atol=1e-12)
    episodes = sample(mdp, theta, 5, np.random.default_rng(2))
    closed = score_gradient(estimator, episodes, mdp, theta)
    np.testing.assert_allclose(closed, estimator.gradient(episodes, mdp, theta), atol=1e-12)


@pytest.mark.parametrize("mdp", [*PROCESSES.values(), gridworld().mdp()], ids=[*PROCESSES, "grid"])
def test_the_theorem_gives_the_exact_gradient(mdp):
    theta = np.random.default_rng(5).standard_normal(mdp.shape)
    for bonus in (0.0, 0.3):
        found = theorem_gradient(theta, mdp, bonus)
        np.testing.assert_allclose(found, exact_gradient(theta, mdp, bonus), atol=1e-13)


def test_the_meter_shows_the_known_chances_of_the_chain():
    """39 %, 37 % and 90 %; variances 10.6, 6.0 and 2.8."""
    panel = PolicyGradientPanel()
    known = [
        ("total return", "none", 39.0, 10.6),
        ("reward-to-go", "none", 37.3, 6.0),
        ("reward-to-go", "exact value", 89.7, 2.83),
    ]
    for returns, baseline, chance, variance in known:
        words = panel.drive(returns=returns, baseline=baseline)
        said = re.search(r"probability (\d+) % ± (\d+); its variance is ([\d.]+)", words)
        assert abs(float(said[1]) - chance) <= 1.5 * float(said[2])
        assert float(said[3]) == pytest.approx(variance, rel=0.15)


def test_the_plane_keeps_what_lies_in_it_and_the_side_of_every_vector():
    rng = np.random.default_rng(0)
    flat = rng.standard_normal((50, 2)) @ rng.standard_normal((2, 7))
    points, share = plane(flat, flat[0])
    np.testing.assert_allclose(points @ points.T, flat @ flat.T, atol=1e-10)
    assert share == pytest.approx(1)
    vectors = rng.standard_normal((50, 7))
    points, share = plane(vectors, flat[0])
    np.testing.assert_array_equal(points[:, 0] > 0, vectors @ flat[0] > 0)
    assert 1 / 7 < share < 1


def test_where_the_gradient_is_zero_no_way_is_up():
    panel = BanditPanel(arm_1=1, arm_2=1, arm_3=1)
    assert "the exact gradient is zero, so that no way is up" in panel.words
    assert not panel.error


def test_learning_is_reinforce():
    panel = PolicyGradientPanel(baseline="exact value", batch=4, rate=0.5, seed=6, steps=9)
    stream = reinforce(chain(), None, Estimator("total", "value"), 0.5, 4, 6)
    last = next(islice(stream, 9, None))
    assert f"J = {last.expected_return:.4g}." in panel.words
    assert panel.back(4).split("J = ")[1] != panel.step(4).split("J = ")[1]
    assert f"J = {last.expected_return:.4g}." in panel.words


def test_a_batch_that_is_kept_is_reinforce_without_fresh_episodes():
    mdp, estimator = chain(), Estimator(baseline="constant")
    slope = partial(score_gradient, estimator)
    stale = list(islice(reinforce(mdp, None, estimator, 0.5, 4, 2, gradient=slope, fresh=False), 8))
    first = next(reinforce(mdp, None, estimator, 0.5, 4, 2))
    for mine, other in zip(keep_batch(first, mdp, estimator, 0.5), stale, strict=False):
        np.testing.assert_allclose(mine.theta, other.theta, atol=1e-12)
        assert mine.loss == pytest.approx(other.loss)
        assert mine.expected_return == pytest.approx(other.expected_return)


@pytest.mark.parametrize("kind", CHANGES)
def test_the_loss_falls_while_the_return_collapses(kind):
    panel = kind()
    panel.drive(view="surrogate loss")
    panel.drive(steps=60)
    said = re.search(
        r"the loss fell from (\S+) to (\S+) while J fell from (\S+) to ([\d.]+)\. With", panel.words
    )
    loss, after, high, low = map(float, said.groups())
    assert after < loss - 0.2
    assert low < high - 0.15
    other = float(re.search(r"J is ([\d.]+): this loss means nothing", panel.words)[1])
    assert other > high


def test_bounds_are_the_best_and_the_worst_of_all_policies():
    mdp = chain(states=3, horizon=3, start=1)
    low, high = bounds(mdp)
    rng = np.random.default_rng(0)
    tried = [expected_return(9 * rng.standard_normal(mdp.shape), mdp) for _ in range(200)]
    assert low <= min(tried) < low + 0.1
    assert high - 0.1 < max(tried) <= high
    assert bounds(bandit()) == pytest.approx((0.8, 1.2))


def test_a_baseline_from_others_needs_others():
    panel = PolicyGradientPanel()
    panel.drive(baseline="mean by state")
    assert panel.values["batch"] == 2
    frame = panel.frame
    assert "use a batch of two or more" in panel.drive(batch=1)
    assert panel.frame == frame


def test_the_prediction_is_scored_by_the_meter():
    panel = PolicyGradientPanel(predict=True)
    assert "probability" not in panel.words
    assert "Outcome: below 50 % (not so)" in panel.answer("above 95 %")


@pytest.mark.parametrize("kind", CHANGES)
def test_a_state_comes_back_by_itself_and_by_link(panels, kind):
    panel = panels[kind]
    panel.reset()
    panel.drive(view="surrogate loss")
    panel.drive(steps=30, keep=7, seed=5)
    other = kind()
    other.state = panel.state
    assert repr(other) == repr(panel)
    assert other.frame == panel.frame
    assert dl.panels.link.encode(panel.state) in panel.link()


@pytest.mark.parametrize(
    ("name", "play", "settings"),
    [
        ("PolicyGradientPanel", "steps", {}),
        ("BanditPanel", "steps", {"view": "surrogate loss"}),
        ("GridworldPanel", "steps", {}),
        ("CartPolePanel", "step", {}),
    ],
)
def test_frames_are_drawn_by_the_browser_while_it_plays(name, play, settings):
    panel = getattr(dl, name)(**settings)
    assert vectors.drawable(panel._picture.moving)
    marks, said = panel._marked({**panel.values, play: 3})
    assert len(marks) > 8
    assert "3" in str(said)


def test_a_cloud_is_the_same_twice():
    first, second = (cloud(chain(), np.zeros((5, 2)), Estimator(), 2, 50, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first.points, second.points)
    assert not np.array_equal(first.points, cloud(chain(), np.zeros((5, 2)), Estimator(), 2, 50).points)


def test_a_stream_is_run_once_goes_on_and_fails_again():
    made = []

    def stream():
        for k in range(4):
            made.append(k)
            yield k
        raise ValueError("no more")

    kept = Kept(stream())
    assert kept.until(1) == [0, 1]
    assert kept.until(0) == [0]
    assert kept.until(2) == [0, 1, 2] == made
    for _ in range(2):
        with pytest.raises(ValueError, match="no more"):
            list(kept)
    assert kept.until(3) == [0, 1, 2, 3] == made
