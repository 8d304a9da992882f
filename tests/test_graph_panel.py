"""The graph panel without a browser: steps, questions, nudges, both modes, and its picture."""

import re

import numpy as np
import pytest

import derivlab as dl
from derivlab.graph import FUNCTIONS
from derivlab.panels import vectors
from derivlab.panels.graph import GraphPanel
from derivlab.plots.graph_layout import lay_out

FAN_OUT, CHAIN = list(FUNCTIONS)[:2]
CHANGES = [
    {"function": CHAIN}, {"function": "formula"}, {"point": "0.5, 1.5"}, {"mode": "forward"}, {"step": 4}, {"ask": "contribution"},
    {"ask": "nothing"}, {"wait": True}, {"node": 3}, {"nudge": -0.3},
]  # fmt: skip


@pytest.fixture(scope="module")
def panel():
    return GraphPanel()


@pytest.fixture(autouse=True)
def _reset(panel):
    panel.reset()


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_each_control_changes_words_and_picture(panel, change, changes_both):
    changes_both(panel, change)


def test_the_product_and_the_sum_are_filled_in_as_the_sweep_moves(panel):
    panel.drive(step=3)
    assert "back from v5 = a·y to a, 1 × 2 = 2; adjoint of a: 2, more to come." in panel.words
    panel.step(2)
    assert (
        "back from v4 = sin(a) to a, 1 × -0.416147 = -0.416147; adjoint of a: 2 − 0.416147 = 1.58385."
        in panel.words
    )
    below = [text.get_text() for text in panel._display.graph._below]
    assert below == ["", "", "∂ 2 + ?", "∂ 1.584", "∂ 1", "∂ 1", "∂ 1"]
    panel.back()
    assert [text.get_text() for text in panel._display.graph._below][3] == "∂ 2 + ?"
    panel.drive(step=9)
    assert "Derivative by p: [3.16771, 3.58385]" in panel.words
    assert "The sweeps are done." in panel.words
    assert panel.step() == repr(panel)
    assert panel.values["step"] == 9


def test_one_sweep_backwards_and_one_for_each_input_forwards_are_counted():
    panel = GraphPanel(function="six inputs, one output")
    panel.drive(step=16)
    assert (
        "Operations: 16 so far, in sweep 1 of 1; the whole derivative takes reverse 16 in 1 sweep, forward 96 in 6 sweeps."
        in panel.words
    )
    assert panel.ends["step"] == 16
    panel.drive(mode="forward")
    assert panel.values["step"] == 0
    panel.drive(step=50)
    assert "in sweep 4 of 6" in panel.words
    assert "Derivative by x: 1, by y: 0.5, by z: 1.5." in panel.words
    filled = panel._display.step._fill.get_xy()
    assert np.ptp(filled[:, 0]) == pytest.approx(50 * panel._display.step._length)


def test_answers_from_code_are_judged_scored_and_make_the_step(panel):
    fresh = GraphPanel(step=4)
    assert fresh.quiz["typed"] == "∂v4/∂a ="
    assert fresh.check("-cos(a)") == "The size is right, the sign is not. Score: 0 of 1."
    assert fresh.quiz["right"] is False
    assert fresh.values["step"] == 4
    assert fresh.answer("cos(a)") == "Right: ∂v4/∂a = -0.416147. Score: 1 of 2."
    assert fresh.values["step"] == 5
    assert fresh.quiz["right"] is True
    assert fresh.score == (1, 2)
    assert "It is ∂a/∂x = 2. Score: 1 of 2." in fresh.check("?")
    assert fresh.values["step"] == 6
    with pytest.raises(dl.DerivativeError, match="none of the variables"):
        fresh.check("foo(")
    assert fresh.score == (1, 2)
    fresh.step()
    assert fresh.quiz["said"] == ""


def test_answers_from_the_view_are_judged_and_what_cannot_be_read_is_said(panel):
    panel.drive(step=4)
    panel._on_message(panel, {"answer": "__import__('os')"}, [])
    assert panel.error.startswith("column 1")
    panel._on_message(panel, {"answer": "sin(a)"}, [])
    assert not panel.error
    assert "Asked is how fast it changes." in panel.quiz["said"]
    panel._on_message(panel, {"answer": "cos(a)"}, [])
    assert panel.values["step"] == 5


def test_play_waits_for_the_answer_where_that_is_wished(panel):
    panel.drive(wait=True, step=2)
    assert panel.ends["step"] == 2
    panel.step()
    assert panel.values["step"] == 2
    panel.check("y")
    assert panel.values["step"] == panel.ends["step"] == 3
    panel.back()
    assert panel.ends["step"] == 9  # what was answered is not asked for again
    panel.drive(ask="nothing")
    assert panel.ends["step"] == 9


def test_the_sum_is_asked_for_at_a_fan_out(panel):
    panel.drive(step=4, ask="sum so far")
    assert "a has 2 so far: what does it have after this edge?" in panel.words
    assert "adds up" in panel.check("cos(a)")
    assert panel.check("y + cos(a)").startswith("Right")


def test_a_nudge_is_told_against_the_gradient(panel):
    panel.drive(node=3, nudge=0.1)
    moved = np.sin(2.1) + 2.1 * 2 - np.sin(2) - 4
    assert (
        f"Nudge a by 0.1: the output moves by {moved:.6g}, gradient·Δ says {0.1 * (np.cos(2) + 2):.6g}, gap {moved - 0.1 * (np.cos(2) + 2):.3g}."
        in panel.words
    )
    steep = GraphPanel(lambda x: np.log(x), 0.5)
    assert "no value there; gradient·Δ says -1.2." in steep.drive(nudge=-0.6) + steep.words


def test_a_click_on_a_box_nudges_that_node(panel):
    wide, high = panel._picture.figure.bbox.size
    x, y = panel._display.graph.layout_.places[3]
    panel._on_message(panel, {"pick": [x / wide, 1 - (y + 208) / high]}, [])
    assert panel.values["node"] == 3
    panel._on_message(panel, {"pick": [0.001, 0.3]}, [])
    assert panel.values["node"] == 3


def test_another_function_brings_its_point_and_starts_anew(panel):
    panel.drive(step=5)
    panel.drive(function=CHAIN)
    assert (panel.values["point"], panel.values["step"], panel.values["node"]) == ("0.8", 0, 0)
    panel.drive(function="formula", formula="u v + w")
    assert panel.values["point"] == "0.8, 1.5, 2.2"
    panel.drive(point="1, pi/2, -3")
    assert "v4 + w" in panel.words


def test_a_formula_that_is_given_is_the_function():
    panel = GraphPanel(formula="s t^2")
    assert panel.values["function"] == "formula"
    assert "from v4 = s·v3 to s" in panel.drive(step=1)
    assert "exp(v)" in panel.drive(formula="exp(v)", step=1)
    assert panel.values["point"] == "0.8"
    panel.drive(formula="a b c d")
    assert "does not depend on x" in panel.drive(formula="floor(x)")  # and not: one number, and here are four
    own = GraphPanel(dl.formula("u/w"), [1.0, 4.0])
    assert "back from v3 = u/w to u, 1 × 0.25 = 0.25" in own.drive(step=1)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"function": "formula", "formula": "foo("}, "column 1"), ({"function": "formula", "formula": "3"}, "has no variable"),
        ({"function": "formula", "formula": ""}, "empty"), ({"point": "1"}, "takes 2 numbers, and here are 1"),
        ({"point": "1, b"}, "'b'"), ({"point": "__import__('os'), 1"}, "column 1"), ({"point": "1,,2"}, "empty"),
        ({"function": "formula", "formula": "log(x)", "point": "-1"}, "outside the domain"),
    ],
)  # fmt: skip
def test_what_cannot_be_walked_is_one_sentence_and_the_last_picture_stays(panel, change, says):
    frame = panel.frame
    assert says in panel.drive(**change)
    assert panel.error
    assert panel.frame == frame
    panel.reset()
    assert not panel.error


def test_settings_beyond_the_last_are_refused(panel):
    with pytest.raises(dl.DerivativeError, match="step = 10 is beyond the last one, 9"):
        panel.drive(step=10)
    with pytest.raises(dl.DerivativeError, match="node = 7 is beyond the last one, 6"):
        panel.drive(node=7)
    with pytest.raises(dl.DerivativeError, match="beyond"):
        GraphPanel(step=400)
    assert panel.values["step"] == 0


def test_functions_of_ones_own():
    def neuron(w, scale):
        z = w @ np.array([1.0, 2.0])
        return np.tanh(scale * z)

    panel = GraphPanel(neuron, [0.1, 0.2], args=(3.0,))
    assert "neuron" in repr(panel)
    panel.drive(step=2)
    assert "to z" in panel.words or "back from" in panel.words
    assert GraphPanel(lambda x: x, 2.0).words.count("The sweeps are done.") == 1
    large = GraphPanel(lambda x: np.sum(np.sin(x) ** 2), np.linspace(0, 1, 500))
    assert large.values["point"] == ""
    assert "a large matrix" not in large.drive(step=3)
    matrix = GraphPanel(lambda a: np.sum(a @ a), np.eye(2))
    assert matrix.values["point"] == "1, 0, 0, 1"
    matrix.drive(point="1, 2, 3, 4", step=2)
    assert not matrix.error


def raises(x):
    raise KeyError("lost")


@pytest.mark.parametrize(
    ("f", "x", "says"),
    [
        (raises, 1.0, "KeyError: 'lost'"), (lambda x: 3.0, 1.0, "does not depend on x"), (lambda x: np.log(x), -1.0, "domain"),
        ("sin(x)", 1.0, "is text"), (lambda x: x, [], "empty"), (lambda x: x, "one", "no real number"), (3, 1.0, "not a function"),
    ],
)  # fmt: skip
def test_functions_that_fail_are_named_at_once(f, x, says):
    with pytest.raises(dl.DerivativeError, match=says):
        GraphPanel(f, x)


def test_state_and_repr_are_plain_and_restore(panel):
    panel.drive(function=CHAIN, mode="forward", step=2, node=1, nudge=0.5, ask="contribution", wait=True)
    other = GraphPanel()
    other.state = panel.state
    assert repr(other) == repr(panel)
    assert "\n" not in repr(panel)
    assert re.fullmatch(
        r"GraphPanel\(function=chain.*\): forward, step 2 of 3: on from a to b = sin\(a\), .*", repr(panel)
    )
    assert "notebooks/03_inside" in panel.link()


def test_the_prediction_is_which_mode_is_cheaper():
    panel = GraphPanel(function="six inputs, one output", predict=True)
    assert panel.words.startswith("Covered")
    assert "Outcome: reverse (right)" in panel.answer("reverse")
    assert panel.answer("1").startswith("Right")
    assert panel.score == (2, 2)
    assert (
        GraphPanel(function="one input, three outputs", predict=True)
        .answer("reverse")
        .count("Outcome: forward")
        == 1
    )


def test_long_tapes_are_folded_with_a_word():
    def logistic(x):
        for _ in range(40):
            x = 4 * x * (1 - x)
        return x

    panel = GraphPanel(logistic, 0.3)
    assert len(panel._display.graph.layout_.boxes) <= 40
    assert "nodes are folded into boxes with a dashed rim." in panel.words
    panel.drive(step=80)
    assert not panel.error


@pytest.mark.parametrize("name", FUNCTIONS)
def test_boxes_keep_apart_and_inside(name):
    found = FUNCTIONS[name]
    x = np.array(found.point) if len(found.point) > 1 else found.point[0]
    layout = lay_out(dl.tape(found.f, x), 860, 370, 40)
    apart = np.abs(layout.places[:, None] - layout.places[None]) / layout.scale
    np.einsum("iij->ij", apart)[:] = np.inf
    assert ((apart[..., 0] > 100) | (apart[..., 1] > 60)).all()
    assert layout.places[:, 0].min() > 46 * layout.scale
    assert layout.places[:, 0].max() < 860 - 46 * layout.scale


def test_the_browser_can_draw_every_moving_artist(panel):
    panel.drive(step=3)
    assert vectors.drawable(panel._picture.moving)
    panel._draw({**panel.values, "step": 5})
    assert vectors.marks(panel._picture.moving, panel._picture.figure)
