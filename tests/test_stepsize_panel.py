"""The step-size panel without a browser: its numbers are those of `step_sweep` and the microscope."""

import numpy as np
import pytest

import derivlab as dl
from derivlab.panels.stepsize import StepSizePanel
from derivlab.tangent import noisy


@pytest.fixture(scope="module")
def panel():
    return StepSizePanel()


@pytest.fixture(autouse=True)
def _reset(panel):
    panel.reset()


@pytest.mark.parametrize(
    "change",
    [
        {"function": "x³ − 2x"},
        {"x": 0.5},
        {"h": 1e-5},
        {"look": "central"},
        {"dtype": "float32"},
        {"noise": "1e-6"},
    ],
    ids=str,
)
def test_each_control_changes_picture_and_words(panel, change, changes_both):
    changes_both(panel, change)


def test_a_seed_changes_the_noise_and_nothing_else_does(panel):
    first = panel.drive(noise="1e-6")
    assert panel.drive(seed=1) != first
    assert panel.drive(seed=0) == first
    f = noisy(np.sin, 1e-3, 5)
    assert f(0.3) == f(0.3) != f(0.3 + 1e-16)
    assert np.std([f(x) - np.sin(x) for x in np.linspace(0, 1, 400)]) == pytest.approx(1e-3, rel=0.1)


def test_the_forward_difference_of_the_textbook(panel):
    panel.ask()
    assert "Which step" in panel.words
    assert "Outcome: near 1e-8 (right)" in panel.answer("near 1e-8")
    assert "8 digits of the quotient are right" in panel.words


def test_what_spoils_digits_is_named(panel):
    assert panel.drive(h=0.1) and "1 digit of the quotient is right, and truncation" in panel.words
    assert panel.drive(h=1e-10) and "and rounding spoils the rest" in panel.words
    assert panel.drive(h=1e-5, noise="1e-6") and "and the noise spoils the rest" in panel.words
    assert panel.drive(h=0.1, noise="1e-9") and "and truncation spoils the rest" in panel.words


def test_a_click_takes_the_step_under_it_and_points_outside_change_nothing(panel):
    panel._on_message(panel, {"pick": [0.66, 0.3]}, [])
    assert 1e-4 < panel.values["h"] < 1e-1
    state = panel.state
    panel._on_message(panel, {"pick": [0.5, 0.95]}, [])
    assert panel.state == state


def test_functions_of_ones_own():
    def cube(x):
        return x**3

    assert "slope of cube at x = 2" in StepSizePanel(cube, x=2).words
    assert "domain" in repr(dl.StepSizePanel(function="√x", x=-1))
