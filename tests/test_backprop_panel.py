"""The backpropagation lab without a browser: its numbers are those of `train`, and each control matters."""

import numpy as np
import pytest

import derivlab as dl
from derivlab.networks import confusion, dataset, over_plane, probe
from derivlab.panels import vectors
from derivlab.panels.backprop import ANSWERS, KEPT, BackpropPanel

CHANGES = [
    {"data": "circles"}, {"data": "spiral"}, {"data": "XOR"}, {"data": "digits 0 and 1"}, {"data": "moons"}, {"layers": 4}, {"units": 3}, {"activation": "relu"},
    {"activation": "sigmoid"}, {"activation": "gelu"}, {"activation": "identity"}, {"loss": "mean squares"}, {"init": "He"}, {"scale": 0.5},
    {"optimiser": "momentum"}, {"rate": 0.02}, {"batch": "all"}, {"l2": 0.02}, {"seed": 5}, {"epoch": 9}, {"layer": 2}, {"source": 2},
    {"target": 3}, {"h": 0.5},
]  # fmt: skip


@pytest.fixture(scope="module")
def lab():
    return BackpropPanel(epoch=4)


@pytest.fixture(autouse=True)
def _reset(lab):
    lab.reset()


@pytest.fixture(scope="module")
def other():
    return BackpropPanel(epoch=4)


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_each_control_changes_picture_and_words(other, change, changes_both):
    changes_both(other, change)


def test_numbers_are_those_of_train(lab):
    lab.drive(
        data="XOR",
        layers=1,
        units=6,
        activation="relu",
        optimiser="momentum",
        rate=0.05,
        batch="64",
        l2=0.01,
        seed=3,
        epoch=12,
    )
    run = dl.train(
        dl.Network((2, 6, 2), "relu", l2=0.01),
        dataset("xor", seed=3),
        dl.Momentum(0.05),
        12,
        batch=64,
        seed=3,
    )
    assert (
        f"after epoch 12 loss {run.last.train.loss:.4g}, test loss {run.last.test.loss:.4g}, accuracy"
        in lab.words
    )
    assert f"Gradient norms by layer: {', '.join(f'{n:.2g}' for n in run.last.gradient_norms)}." in lab.words


def test_a_setting_is_one_picture_whatever_came_before(lab):
    lab.drive(epoch=15)
    words, frame = lab.words, lab.frame
    for epoch in (3, 40, 15):
        lab.drive(epoch=epoch)
    assert (lab.words, lab.frame) == (words, frame)
    lab.drive(rate=0.3)
    lab.drive(rate=0.02)
    other = BackpropPanel(epoch=15)
    assert (lab.words, lab.frame) == (other.words, other.frame) == (words, frame)


def test_stepping_back_trains_nothing_anew(lab):
    lab.drive(epoch=20, units=5)
    run = lab._run(lab.at)
    lab.back(5)
    lab.step(3)
    assert lab._run(lab.at) is run
    assert len(run.done) == 21
    assert "after epoch 18 " in lab.words


def test_a_training_that_was_broken_off_begins_anew(lab, monkeypatch):
    lab.drive(units=7, epoch=2)
    words = lab.words

    def interrupted(self, *arguments):
        raise RuntimeError("broken off")

    lab.reset()
    with monkeypatch.context() as patch:
        patch.setattr("derivlab.networks.Network.value_and_gradient", interrupted)
        assert "broken off" in lab.drive(units=9, epoch=2)
    assert "after epoch 2 " in lab.drive(units=9, epoch=2)
    lab.drive(units=7)
    assert lab.words == words


def test_a_long_training_shows_a_bar(lab, monkeypatch):
    monkeypatch.setattr("derivlab.panels.backprop.PATIENCE", 0.0)
    seen = []
    lab.observe(lambda change: seen.append(change.new), "progress")
    lab.drive(units=6, epoch=3)
    assert seen == pytest.approx([0.25, 0.5, 0.75, 1.0, -1.0])


def test_only_the_last_trainings_are_kept(lab):
    for seed in range(KEPT + 3):
        lab.drive(seed=seed, epoch=1)
    assert len(lab._kept) == KEPT


def test_one_weights_slope_is_shown_both_ways(lab):
    lab.drive(layer=2, source=3, target=4, h=1e-4)
    run = lab._run(lab.at)
    w = run.done[4].weights
    found = probe(run.network, w, run.data.train, 2, 3, 4, 1e-4)
    slope = run.network.layers(dl.gradient(run.network.objective, w, args=tuple(run.data.train)))[1][0][2, 3]
    assert found.backprop == pytest.approx(slope, rel=1e-12)
    assert found.difference == pytest.approx(slope, rel=1e-6)
    assert (
        f"its slope is {found.backprop:.8e} by backpropagation, {found.difference:.8e} by a central difference"
        in lab.words
    )


def test_a_weight_that_is_not_there_gives_way_to_the_nearest(lab):
    assert lab.ends == {"layer": 3, "source": 2, "target": 8}
    lab.drive(layer=7, source=64, target=32)
    assert "Weight 8 → 2 of layer 3 " in lab.words
    lab.drive(layers=1)
    assert (lab.values["layer"], lab.values["source"], lab.values["target"]) == (2, 8, 2)
    run = lab._run(lab.at)
    with pytest.raises(dl.DerivativeError, match="source is 3; choose 1 to 2"):
        probe(run.network, run.done[0].weights, run.data.train, 1, 3, 1)


@pytest.mark.parametrize(
    ("settings", "answer"),
    [
        ({"activation": "sigmoid", "layers": 6}, 0),
        ({"activation": "relu", "init": "He", "layers": 3}, 1),
        ({"activation": "identity", "layers": 6, "scale": 10.0}, 1),
    ],
)
def test_the_question_is_answered_by_the_norms(settings, answer):
    panel = BackpropPanel(predict=True, **settings)
    assert "Gradient norms" not in panel.words
    assert f"Outcome: {ANSWERS[answer]} (right)" in panel.answer(ANSWERS[answer])
    norms = panel._run(panel.at).done[0].gradient_norms
    assert (norms[0] < 0.01 * norms[-1]) == (answer == 0)


def test_divergence_is_said_and_later_epochs_stay_there(lab):
    lab.drive(
        optimiser="gradient descent", rate=10.0, activation="relu", loss="mean squares", scale=3.0, epoch=50
    )
    assert not lab.error
    assert "Diverged. The loss went from" in lab.words and "rate=10 is too high" in lab.words
    frame = lab.frame
    lab.drive(epoch=60)
    assert lab.frame == frame


def test_another_optimiser_brings_its_rate_and_digits_a_pixel_that_is_not_black(lab):
    lab.drive(optimiser="gradient descent")
    assert lab.values["rate"] == 0.3 == BackpropPanel(optimiser="gradient descent").values["rate"]
    lab.drive(optimiser="Adam", rate=0.001)
    assert lab.values["rate"] == 0.001
    lab.drive(data="digits 3 and 8")
    assert "Weight 29 → 1 of layer 1" in lab.words and "slope is 0.0" not in lab.words


def test_digits_are_counted_by_what_they_are_taken_for(lab):
    lab.drive(data="all ten digits", units=16, epoch=3)
    run = lab._run(lab.at)
    counts = confusion(run.network, run.done[3].weights, run.data.test)
    assert counts.sum() == len(run.data.test.x)
    assert np.trace(counts) / counts.sum() == pytest.approx(run.done[3].test.accuracy)
    shown = [[text.get_text() for text in row] for row in lab._display.main._counts]
    assert shown == [[str(n) if n else "" for n in row] for row in counts]


def test_the_slope_stands_there_as_formulas_too(lab):
    found = lab._probed[1]
    assert f"<mi>{found.ends[1]:.12g}</mi>" in lab.maths and "backprop" in lab.maths
    assert "λ" not in lab.maths
    lab.drive(l2=0.1)
    assert "λ" in lab.maths


@pytest.mark.parametrize(
    "settings", [{"units": "many"}, {"optimiser": ["Adam"]}, {"data": None}, {"epoch": 201}, {"layers": 0}]
)
def test_settings_that_do_not_fit_are_said_and_change_nothing(lab, settings):
    before = lab.state
    with pytest.raises(dl.DerivativeError):
        lab.drive(**settings)
    assert lab.state == before


@pytest.mark.parametrize("name", ["backtracking", "conjugate gradient"])
def test_optimisers_that_search_along_lines_take_all_samples(lab, name):
    lab.drive(optimiser=name, epoch=30)
    assert not lab.error and "batch all" in lab.words and "batch=" not in repr(lab)
    epochs = lab._run(lab.at).done
    assert epochs[30].steps == 30 and epochs[30].objective < epochs[0].objective


def test_a_click_goes_to_an_epoch_or_a_layer(lab):
    display = lab._display
    assert lab.pick(display, display.norms.ax_, 17.3, 1e-3) == {"epoch": 17}
    assert lab.pick(display, display.loss.ax_, -5, 1) == {"epoch": 0}
    assert lab.pick(display, display.activations.axes_[1], 0, 0) == {"layer": 2}
    assert lab.pick(display, display.main.ax_, 0, 0) == {}


def test_frames_go_to_the_browser_without_pictures(lab):
    assert vectors.drawable(lab._picture.moving)
    marks, (words, _) = lab._marked({**lab.values, "epoch": 6})
    style, cells, _ = next(mark for mark in marks if mark[0]["kind"] == "image")
    assert "after epoch 6 " in words
    run = lab._run(lab.at)
    chance = over_plane(run.network, run.done[6].weights, lab._display.main.reach)
    cells = cells.reshape(style["rows"], style["columns"])
    assert np.allclose(
        cells, np.floor(chance[::-1] * len(style["colours"]))
    )  # the first row is the upper one
    left, top, right, bottom = style["box"]
    assert left < right and top < bottom


def test_state_and_fingerprint(lab):
    lab.drive(data="spiral", units=12, epoch=8, h=0.01)
    other = BackpropPanel()
    other.state = lab.state
    assert (repr(other), other.frame) == (repr(lab), lab.frame)
    assert repr(lab).startswith("BackpropPanel(data=spiral, layers=2, units=12, ")
