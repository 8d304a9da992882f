"""The estimator arena without a browser: its numbers are those of contests and of `svi`, and each control matters."""

import re
from itertools import islice

import numpy as np
import pytest

import derivlab as dl
from derivlab import inference
from derivlab.panels import vectors
from derivlab.panels.inference import EstimatorArenaPanel
from derivlab.plots.inference import window

CHANGES = [
    {"model": "logistic regression"}, {"model": "two peaks"}, {"slope": "d/dσ"}, {"slope": "d/d ln σ"},
    {"among": "pathwise against path only"}, {"samples": "100"}, {"zoom": 10.0}, {"mu": 0.5}, {"sigma": 0.4}, {"steps": 60}, {"follow": True},
    {"estimator": "score function"}, {"rate": 0.2}, {"batch": 20}, {"seed": 7},
]  # fmt: skip
ONE = inference.normal_mean((0.6,))


@pytest.fixture(scope="module")
def arena():
    return EstimatorArenaPanel()


@pytest.fixture(autouse=True)
def _reset(arena):
    arena.reset()


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_each_control_changes_picture_and_words(arena, change, changes_both):
    changes_both(arena, change)


def test_numbers_are_those_of_the_contest_and_of_svi(arena):
    arena.drive(samples="10,000", seed=3)
    found = inference.contest([[1.3], [np.log(0.1)]], ONE, 10_000, 3)
    for name in inference.ESTIMATORS:
        assert f" {np.var(found.slopes(name)):.3g} ({found.variance(name):.3g})" in arena.words
    assert "exact d/dμ is -2. Least variance: pathwise (0.04)." in arena.words
    *_, last = islice(inference.svi(ONE, [[1.3], [np.log(0.1)]], dl.Adam(0.05), "pathwise", 4, 3), 41)
    assert f"after 40 steps at μ = {last.phi[0, 0]:.4g}, σ = {np.exp(last.phi[1, 0]):.4g};" in arena.words


def test_the_winner_flips_at_the_top(arena):
    arena.drive(among="pathwise against path only")
    assert "Least variance: pathwise (0.04)" in arena.words
    arena.drive(mu=0.3, sigma=0.5**0.5)
    assert "Least variance: path only (0)." in arena.words
    assert "exact d/dμ is 0." in arena.words
    assert re.search(r"pathwise (1\.[89]|2\.[01])\d* \(2\), path only 0 \(0\)", arena.words)


def test_prediction_and_outcome(arena):
    arena.ask()
    assert "least variance" in arena.words and "0.04" not in arena.words
    assert "Outcome: pathwise (right)" in arena.answer("pathwise")
    arena.drive(mu=0.3, sigma=0.5**0.5)
    arena.ask()
    assert "Outcome: a tie (not so)" in arena.answer("path only")


@pytest.mark.parametrize("name", ["mu", "sigma"])
def test_dragging_the_start_gives_the_frames_of_a_fresh_panel(arena, name):
    """All stops of the slider climb at once, with the same result as one by one."""
    stops = arena._slider(name).stops()[10:60:20]
    dragged = [arena.drive(**{name: stop}) for stop in stops]
    assert len(arena._climb.places) > 50
    for stop, line in zip(stops, dragged, strict=True):
        assert repr(EstimatorArenaPanel(**{name: stop})) == line


def test_play_climbs_on_and_back_without_climbing_anew(arena):
    arena.step()
    more = arena._climb.more
    lines = [arena.step() for _ in range(3)]
    assert [arena.back(), arena.back()] == lines[1::-1]
    assert arena._climb.more is more


def test_the_contest_follows_the_climb_where_it_sticks_the_landing(arena):
    arena.drive(estimator="path only", rate=0.1, steps=200, follow=True, among="pathwise against path only")
    assert "At μ = 0.3, σ = 0.7071" in arena.words
    assert "Least variance: path only (" in arena.words


def test_a_click_on_either_map_starts_there_and_elsewhere_nothing_changes(arena):
    for across in (0.3, 0.75):
        arena.reset()
        arena._on_message(arena, {"pick": [across, 0.75]}, [])
        assert arena.values["mu"] != 1.3 and arena.values["sigma"] != 0.1
    state = arena.state
    arena._on_message(arena, {"pick": [0.4, 0.2]}, [])
    assert arena.state == state


def test_a_climb_that_leaves_the_numbers_stops_with_a_word():
    def half_line(z):
        return np.sum(np.log(z) - z, axis=-1)

    panel = EstimatorArenaPanel(half_line, 3, 6, mu=4, sigma=0.3, rate=1.0, batch=2)
    assert not panel.error
    assert re.search(r"after \d steps at .* It ends there: .*", panel.words)
    panel.drive(mu=panel._slider("mu").stops()[50])
    assert not panel.error
    panel.drive(rate=0.001, sigma=0.1)
    assert "after 40 steps" in panel.words and "ends there" not in panel.words


def test_a_model_of_ones_own_on_another_scale():
    model = inference.normal_mean((40.0, 60.0), noise=20.0, spread=100.0)
    panel = EstimatorArenaPanel(model, 0, 100, 1, 50, mu=50, sigma=30, rate=1.0, steps=100)
    assert not panel.error
    top = inference.best_phi(model)
    assert "of LinearGaussian the" in panel.words
    assert f"the top is at μ = {top[0, 0]:.4g}, σ = {np.exp(top[1, 0]):.4g}." in panel.words


def test_a_log_joint_that_fits_not_is_one_sentence():
    assert "let it sum over the last axis" in repr(EstimatorArenaPanel(lambda z: z**2))
    assert "two or more" in repr(EstimatorArenaPanel(estimator="score with baseline", batch=1))


def test_windows_are_round_numbers():
    assert [window(x) for x in (0.9, 1, 1.01, 4, 51, 0.02)] == [1, 1, 2, 5, 100, 0.02]
    assert window(0) == window(np.nan) == 1


def test_frames_are_drawn_by_the_browser_while_a_slider_moves(arena):
    assert vectors.drawable(arena._picture.moving)
    marks, (said, _) = arena._marked({**arena.values, "mu": 0.8})
    assert len(marks) > 20 and "At μ = 0.8" in said


def test_what_is_no_function_is_refused():
    with pytest.raises(dl.DerivativeError, match="is text"):
        dl.EstimatorArenaPanel("normal")
