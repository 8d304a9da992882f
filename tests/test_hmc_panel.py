"""The panel of Hamiltonian Monte Carlo without a browser: its numbers are those of `hmc`, and each control matters."""

from itertools import islice

import numpy as np
import pytest

import derivlab as dl
from derivlab import inference
from derivlab.panels import vectors
from derivlab.panels.hmc import CHAINS, DENSITIES, HMCPanel, halving

CHANGES = [
    {"density": "banana"}, {"density": "logistic regression"}, {"gradient": "sign of z₂ wrong"}, {"gradient": "z₂ left out"},
    {"gradient": "right"}, {"factor": 0.8}, {"step": 0.2}, {"leaps": 20}, {"proposals": 9}, {"z1": -0.5}, {"z2": 1.0}, {"seed": 3},
]  # fmt: skip


@pytest.fixture(scope="module")
def panel():
    return HMCPanel(gradient="times a factor")


@pytest.fixture(autouse=True)
def _reset(panel):
    panel.reset()


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_each_control_changes_picture_and_words(panel, change, changes_both):
    changes_both(panel, change)


@pytest.mark.parametrize("density", DENSITIES)
def test_numbers_are_those_of_hmc(panel, density):
    panel.drive(density=density, gradient="right", proposals=8, leaps=6)
    start = np.tile([0.6, 0.6], (CHAINS, 1))
    steps = list(islice(inference.hmc(DENSITIES[density], start, 0.1, 6), 8))
    rate = np.mean([step.accepted for step in steps])
    assert f"after 8 proposals of 40 chains from (0.6, 0.6), seed 0, {100 * rate:.0f} % are" in panel.words
    assert f"off by {steps[-1].energy_error[0]:.3g} at its end" in panel.words
    errors = inference.energy_errors(DENSITIES[density], start)
    assert f"from {errors[-2]:.3g} to {errors[-1]:.3g}; about four, as it should be." in panel.words


@pytest.mark.parametrize("density", DENSITIES)
@pytest.mark.parametrize("gradient", ["times a factor", "sign of z₂ wrong", "z₂ left out"])
def test_a_wrong_gradient_shows_at_once(panel, density, gradient):
    right = panel.drive(density=density, gradient="right", proposals=20) and rate(panel)
    panel.drive(gradient=gradient)
    assert "the gradient is wrong" in panel.words
    assert rate(panel) < right


def rate(panel):
    return float(panel.words.partition(" % are")[0].rpartition(" ")[2])


def test_a_factor_of_one_is_right(panel):
    panel.drive(factor=1.0)
    assert "gradient times 1," in panel.words and "about four, as it should be" in panel.words


def test_prediction_and_outcome(panel):
    panel.ask()
    assert "Outcome: it stays (not so)" in panel.answer("a quarter")
    panel.drive(gradient="right")
    panel.ask()
    assert "Outcome: a quarter (right)" in panel.answer("a quarter")


def test_play_goes_on_and_back_without_sampling_anew(panel):
    more = panel._chain[2]
    lines = [panel.step() for _ in range(3)]
    assert [panel.back(), panel.back()] == lines[1::-1]
    assert panel._chain[2] is more


def test_a_click_on_the_map_starts_there(panel):
    panel._on_message(panel, {"pick": [0.2, 0.4]}, [])
    assert panel.values["z1"] != 0.6 and panel.values["z2"] != 0.6
    state = panel.state
    panel._on_message(panel, {"pick": [0.8, 0.2]}, [])
    assert panel.state == state


def test_densities_of_ones_own_and_what_does_not_fit():
    def ring(z):
        return -8.0 * (np.sqrt(z[..., 0] ** 2 + z[..., 1] ** 2) - 1.5) ** 2

    panel = HMCPanel(ring, z1=1.2, z2=0.6)
    assert "HMC on ring" in panel.words and "about four" in panel.words
    assert "last axis" in repr(HMCPanel(lambda z: -(z**2)))
    assert dl.HMCPanel is HMCPanel


def test_halving_where_nothing_finite_is_known():
    assert halving(np.array([4.0, 1.0])) == 4
    assert halving(np.array([np.inf, np.inf])) == halving(np.array([1.0, 0.0])) == 1


def test_frames_are_drawn_by_the_browser_while_a_slider_moves(panel):
    assert vectors.drawable(panel._picture.moving)
    marks, (said, _) = panel._marked({**panel.values, "step": 0.2})
    assert len(marks) > 8 and "step 0.2," in said


def test_what_is_no_function_is_refused():
    with pytest.raises(dl.DerivativeError, match="is text"):
        dl.HMCPanel("normal")
