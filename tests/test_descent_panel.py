"""The gradient-descent lab without a browser: its numbers are those of `descend`, and each control matters."""

import re

import numpy as np
import pytest

import derivlab as dl
from derivlab.gallery.surfaces import bowl, surface
from derivlab.panels.descent import GradientDescentPanel, until

CHANGES = [
    {"surface": "himmelblau"}, {"surface": "1-D two valleys"}, {"surface": "formula"}, {"condition": 30.0},
    {"start_x": 1.0}, {"start_y": -0.5}, {"optimiser": "Adam"}, {"optimiser": "Newton"}, {"against": "BFGS"}, {"rate": 0.03},
    {"beta": 0.5}, {"steps": 30}, {"show": "1. gradient"}, {"noise": 0.5}, {"method": "forward difference"},
]  # fmt: skip


@pytest.fixture(scope="module")
def lab():
    return GradientDescentPanel(optimiser="momentum", rate=0.05)


@pytest.fixture(autouse=True)
def _reset(lab):
    lab.reset()


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_each_control_changes_picture_and_words(lab, change, changes_both):
    changes_both(lab, change)


def test_numbers_are_those_of_descend(lab):
    lab.drive(surface="rosenbrock", optimiser="Adam", rate=0.1, steps=40)
    true = dl.descend(surface("rosenbrock"), [-1.2, 1.0], dl.Adam(0.1, 0.9, 0.999), 40)
    assert f"after 40 steps x = ({true.x[0]:.4g}, {true.x[1]:.4g}), f = {true.value:.6g}." in lab.words


@pytest.mark.parametrize(
    ("rate", "course"), [(0.0799, "zig-zags"), (0.0801, "diverges"), (0.03, "converges")]
)
def test_the_stability_limit_of_a_quadratic_is_two_over_its_curvature(rate, course):
    panel = GradientDescentPanel(condition=25.0, rate=rate, predict=True)
    assert "rate·λmax" not in panel.words
    assert f"Outcome: {course}" in panel.answer("converges")
    side = "stable" if rate * 25 < 2 else "too large: steps grow"
    said = re.search(r"rate·λmax = (\S+) against 2: ([^.]+)\.", panel.words)
    assert float(said[1]) == pytest.approx(rate * 25, rel=1e-3)
    assert said[2] == side


@pytest.mark.parametrize("optimiser", ["gradient descent", "Adam", "Newton", "BFGS"])
@pytest.mark.parametrize("view", ["this step", "every rate"])
def test_a_start_at_the_minimum_is_no_error(lab, optimiser, view):
    line = lab.drive(start_x=0, start_y=0, optimiser=optimiser, against="all first-order", view=view)
    assert "after 0 steps x = (0, 0), f = 0. In all it converges: it converged at step 0" in line


@pytest.mark.parametrize(
    "text", ["log(x)", "1/x", "x^900", "log(x) + y^2", "1/(x*y)", "x^500 + y^500", "exp(300x) + y^2", "0x"]
)
def test_formulas_that_are_not_finite_everywhere_are_drawn(lab, text):
    lab.drive(surface="formula", formula=text, start_x=0.9, start_y=0.9)
    assert not lab.error
    assert f"on {text} from" in lab.words


def test_a_function_of_one_number_has_no_second_start():
    panel = GradientDescentPanel(lambda x: x**4 - x, domain=(-2, 2))
    assert "start_y" not in repr(panel)
    assert "start_y" in panel.drive(surface="booth")


def test_a_rate_between_the_stops_and_one_on_them_agree(lab):
    stop = lab._slider("rate").stops()[50]
    on, off = lab.drive(rate=stop), lab.drive(rate=stop * (1 + 1e-13))
    assert on == off


def test_a_surface_brings_its_start_and_rate_where_none_is_given(lab):
    lab.drive(surface="booth")
    assert (lab.values["start_x"], lab.values["start_y"], lab.values["rate"]) == (-8.0, -6.0, 0.08)
    lab.drive(surface="beale", rate=0.02)
    assert lab.values["rate"] == 0.02
    state = lab.state
    lab.reset()
    lab.state = state
    assert lab.state == state


def test_a_race_is_run_with_equal_evaluations():
    run = dl.descend(bowl(), [-0.6, 1.7], dl.BFGS(), 50)
    cut = until(run, 5)
    assert cut.evaluations[-1] - cut.evaluations[0] <= 5 < run.evaluations[-1]


def test_functions_of_ones_own_in_one_and_two_numbers():
    def ramp(x):
        return np.log1p(np.exp(x)) + 0.1 * x**2

    def valley(x):
        return (x[0] - x[1]) ** 2 + 0.05 * x[0] ** 2

    assert "momentum" in GradientDescentPanel(ramp, (-4, 4), optimiser="momentum").words
    panel = GradientDescentPanel(valley)
    assert "gradient descent (rate 0.05) on valley from (1.8, 1.8)" in panel.words
    panel._on_message(panel, {"pick": [0.25, 0.5]}, [])
    assert "from (1.8, 1.8)" not in panel.words


def test_a_wrong_formula_is_one_sentence_and_the_lab_lives_on(lab):
    frame = lab.drive(surface="formula") and lab.frame
    assert "column 3" in lab.drive(formula="x+")
    assert "write a formula of one or two" in lab.drive(formula="x+y+z")
    assert lab.frame == frame
    assert "on x^2 from" in lab.drive(formula="x^2")


def test_a_bad_finite_difference_is_an_experiment(lab):
    lab.drive(method="forward difference", h=1e-15, steps=60)
    assert "gradient by forward difference, h 1e-15" in lab.words
    assert not lab.error


@pytest.mark.parametrize(("rate", "says"), [(0.3, "3 against 2: too large"), (0.1, "1 against 2: stable")])
def test_stability_at_the_end_of_a_descent_is_that_of_its_last_step(rate, says):
    panel = GradientDescentPanel(rate=rate, steps=120)
    assert f"rate·λmax = {says}" in panel.words
    assert panel.maths.count("<tr") == 1


def test_the_last_step_of_the_slider_is_one_of_its_own(lab):
    lab.drive(surface="rosenbrock", optimiser="momentum", rate=1e-3, steps=120)
    assert "after 120 steps" in lab.words and "it took all 120 steps" in lab.words
    true = dl.descend(surface("rosenbrock"), [-1.2, 1.0], dl.Momentum(1e-3, 0.9), 120)
    assert f"f = {true.value:.6g}." in lab.words


def paraboloid(v):
    return v[0] ** 2 + v[1] ** 2


@pytest.mark.parametrize("name", ["rosenbrock", "bowl", "formula", "1-D parabola", "mine"])
def test_a_function_of_ones_own_is_the_one_shown_whatever_its_name(name):
    f = lambda v: 7 + v[0] ** 2 + v[1] ** 2  # noqa: E731
    f.__name__ = name
    panel = GradientDescentPanel(f, steps=0, start_x=1, start_y=1)
    assert "f = 9." in panel.words
    assert panel.values["surface"] == (name if name == "mine" else f"{name} (own)")


def test_a_start_may_be_anywhere_in_a_domain_of_ones_own():
    panel = GradientDescentPanel(lambda v: (v[0] - 50) ** 2 + v[1] ** 2, domain=((0, 100), (-3, 3)))
    assert "from (80, 1.8)" in panel.words
    assert len(panel._slider("start_x").stops()) < 500
    panel._on_message(panel, {"pick": [0.3, 0.5]}, [])
    assert 40 < panel.values["start_x"] < 80


@pytest.mark.parametrize(
    ("f", "domain", "says"),
    [
        (paraboloid, ((3, -3), (-3, 3)), "the lower one first"),
        (paraboloid, (0, np.inf), "the lower one first"),
        (paraboloid, ((0, 1),) * 3, "domain"),
        (paraboloid, "ab", "domain"),
        ("x^2", (0, 1), "dl.formula('x^2') makes a function of it"),
    ],
)
def test_what_is_no_domain_or_function_is_refused(f, domain, says):
    with pytest.raises(dl.DerivativeError, match=re.escape(says)):
        GradientDescentPanel(f, domain=domain)
