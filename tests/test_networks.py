"""Dense networks: the gradient written by hand against the tape's and autograd's, training, and data."""

import itertools

import numpy as np
import pytest

import derivlab as dl
from derivlab.networks import ACTIVATIONS, BACKWARD, LOSSES, Epoch, Settings, dataset, split, training

RNG = np.random.default_rng(0)
X = RNG.standard_normal((9, 3))
CLASSES = RNG.integers(0, 4, 9)
CASES = list(itertools.product(ACTIVATIONS, LOSSES, (1, 9), (0.0, 0.3)))


def network_at(activation="tanh", loss="softmax_cross_entropy", l2=0.0, **more):
    """A network with biases that are not zero."""
    net = dl.Network((3, 5, 4, 4), activation, loss, l2, **more)
    return net, net.init(1, "he") + 0.1 * np.random.default_rng(2).standard_normal(net.size)


@pytest.mark.parametrize(("activation", "loss", "count", "l2"), CASES)
def test_backprop_is_the_tapes_and_autograds_gradient(activation, loss, count, l2):
    net, w = network_at(activation, loss, l2)
    samples = X[:count], CLASSES[:count]
    by_hand = net.gradient(w, *samples)
    assert by_hand.shape == w.shape and np.abs(by_hand).max() > 1e-3
    for other in (
        dl.gradient(net.objective, w, args=samples),
        dl.tape(net.objective, w, args=samples).gradient(),
    ):
        assert np.allclose(by_hand, other, rtol=1e-12, atol=1e-12)


def test_backprop_agrees_with_differences_and_passes_the_gradient_check():
    net, w = network_at("gelu", l2=0.1)
    truth = dl.gradient(net.objective, w, "central_difference", (X, CLASSES))
    assert np.allclose(net.gradient(w, X, CLASSES), truth, atol=1e-8)
    assert dl.check_gradient(net.objective, net.gradient, w, args=(X, CLASSES)).right


def test_layers_may_differ_and_values_may_be_regressed():
    net = dl.Network((3, 4, 5, 1), ("relu", "sigmoid"), "mean_squares")
    w, y = net.init(3), X @ [1.0, -2.0, 0.5]
    assert np.allclose(net.gradient(w, X, y), dl.gradient(net.objective, w, args=(X, y)), atol=1e-13)
    assert net.objective(w, X, y) == pytest.approx(np.mean((net.scores(w, X)[:, 0] - y) ** 2))


def test_no_score_is_too_large():
    net = dl.Network((1, 2), loss="softmax_cross_entropy")
    w = np.array([1e4, -1e4, 0.0, 0.0])
    value, slope = net.value_and_gradient(w, np.ones((1, 1)), [1])
    assert value == pytest.approx(2e4)
    assert np.allclose(slope, [1, -1, 1, -1])


def test_the_backward_pass_is_a_stream_from_the_loss_to_the_input():
    net, w = network_at("relu", l2=0.1)
    passes = list(net.backprop(w, X, CLASSES))
    names = [p.stage.name for p in passes if p.stage.rule != "l2"]
    assert names == ["softmax_cross_entropy", "dense 3", "relu 2", "dense 2", "relu 1", "dense 1"]
    by_x = dl.gradient(lambda x: net.objective(w, x, CLASSES), X)
    assert np.allclose(passes[-1].slopes[0], by_x, atol=1e-13)


def test_a_backward_function_can_be_ones_own():
    def halved(upstream, cache):
        d_x, d_weights, d_bias = BACKWARD["dense"](upstream, cache)
        return d_x, 0.5 * d_weights, d_bias

    (net, w), (mine, _) = network_at(), network_at(backward={"dense": halved})
    right, wrong = net.layers(net.gradient(w, X, CLASSES)), net.layers(mine.gradient(w, X, CLASSES))
    for (weights, bias), (half, same) in zip(right, wrong, strict=True):
        assert np.allclose(0.5 * weights, half)
        assert np.allclose(bias, same)


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"dense": lambda g, c: (g @ c.weights.T, c.x.T @ g)}, r"of dense 3 returns 2 values; it should return d_x, d_weights, d_bias"),
        ({"dense": lambda g, c: (g @ c.weights.T, g.T @ c.x, g.sum(0))}, r"dense 2 returns d_weights of shape \(4, 5\); it should have the shape \(5, 4\)"),
        ({"dense": lambda g, c: (g @ c.weights.T, c.x.T @ g, g)}, r"dense 3 returns d_bias of shape \(9, 4\)"),
        ({"tanh": lambda g, c: None}, "of tanh 2 returns None; it should return d_z"),
        ({"tahn": lambda g, c: g}, "there is no backward function 'tahn'"),
    ],
)  # fmt: skip
def test_a_backward_function_that_does_not_fit_is_named(rules, says):
    def slope():
        net, w = network_at(backward=rules)
        net.gradient(w, X, CLASSES)

    with pytest.raises(dl.DerivativeError, match=says):
        slope()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"sizes": (2,)}, "sizes is"), ({"sizes": (2, 0, 2)}, "sizes is"), ({"sizes": (2, 2.5, 2)}, "sizes is"), ({"sizes": 3}, "sizes is"),
        ({"activation": "swish"}, "choose one of tanh, relu"), ({"activation": ("tanh",) * 3}, "3 activations for 2 hidden layers"),
        ({"loss": "hinge"}, "choose one of softmax"), ({"sizes": (2, 1)}, "give an output for each class"), ({"l2": -1}, "l2 is -1"),
        ({"l2": np.nan}, "l2 is nan"), ({"activation": 3}, "activation is 3"), ({"loss": ["mean_squares"]}, "loss is"), ({"backward": 3}, "by name"),
        ({"backward": {"tanh": 3}}, "give a function of"), ({"sizes": "abc"}, "sizes is"),
    ],
)  # fmt: skip
def test_settings_that_make_no_network_are_said(settings, says):
    with pytest.raises(dl.DerivativeError, match=says):
        dl.Network(**{"sizes": (2, 3, 3, 2), **settings})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"w": np.zeros(3)}, "has 64 weights"), ({"x": X[:, :2]}, "3 inputs"), ({"x": X[0]}, "give a row for each sample"),
        ({"y": CLASSES[:4]}, "9 samples and y 4"), ({"y": CLASSES + 4}, "number the classes from 0"), ({"y": np.ones((9, 2))}, "4 outputs"),
        ({"x": X[:0], "y": CLASSES[:0]}, "no samples"),
    ],
)  # fmt: skip
def test_samples_that_do_not_fit_are_said(change, says):
    net, w = network_at()
    with pytest.raises(dl.DerivativeError, match=says):
        net.objective(**{"w": w, "x": X, "y": CLASSES, **change})


def test_first_weights_have_the_spread_asked_for():
    net = dl.Network((100, 300, 300))
    for scale, spread in (
        ("glorot", (2 / 400) ** 0.5),
        ("he", 0.02**0.5),
        (0.3, 0.3),
        (lambda i, o: 1 / i, 0.01),
    ):
        weights, bias = net.layers(net.init(0, scale))[0]
        assert np.std(weights) == pytest.approx(spread, rel=0.02)
        assert not bias.any()
    with pytest.raises(dl.DerivativeError, match="choose one of glorot, he"):
        net.init(0, "xavier")


@pytest.mark.parametrize(
    "optimiser",
    [dl.GradientDescent(0.5), dl.Momentum(0.1), dl.Adam(0.02), dl.AdamW, dl.RMSProp(), dl.AdaGrad(0.3)],
)
def test_first_order_optimisers_learn_moons(optimiser):
    run = dl.train(dl.Network((2, 8, 2)), dataset("moons"), optimiser, 60)
    assert run.last.outcome == "done" and len(run.epochs) == 61
    assert run.last.test.accuracy > 0.85


@pytest.mark.parametrize(
    "optimiser",
    [dl.BFGS(), dl.Newton(damping=0.1, saddle_free=True), dl.Backtracking(), dl.ConjugateGradient()],
)
def test_optimisers_that_search_along_lines_take_all_samples(optimiser):
    data = dataset("moons", 60)
    run = dl.train(dl.Network((2, 3, 2)), data, optimiser, 12, batch=None)
    assert run.last.objective < 0.8 * run.epochs[0].objective
    with pytest.raises(dl.DerivativeError, match="train with batch=None"):
        dl.train(dl.Network((2, 3, 2)), data, optimiser, 5, batch=8)


def test_a_step_is_the_optimisers_own():
    net, data = dl.Network((2, 4, 2), l2=0.1), dataset("xor", 40)
    run = dl.train(net, data, dl.Adam(0.05), 7, batch=None)
    path = dl.descend(net.objective, net.init(0), dl.Adam(0.05), 7, args=tuple(data.train)).path
    assert np.allclose([epoch.weights for epoch in run.epochs], path, atol=1e-12)


def test_training_repeats_by_its_seed_and_sees_every_sample_once_an_epoch():
    net, data = dl.Network((2, 4, 2)), dataset("circles", 50, test=0.2)
    one, two, other = (dl.train(net, data, epochs=3, batch=7, seed=s).weights for s in (5, 5, 6))
    assert np.array_equal(one, two) and not np.array_equal(one, other)
    from derivlab.networks.training import _batches

    seen = np.concatenate([b.x for b in _batches(data.train, 7, np.random.default_rng(0))])
    assert np.array_equal(np.sort(seen[:, 0]), np.sort(data.train.x[:, 0]))


def test_training_is_a_stream_that_can_be_left():
    net, data = dl.Network((2, 4, 2)), dataset("moons", 50)
    stream = training(net, data, dl.Adam(0.01), Settings(epochs=10**9), net.init())
    first, second = next(stream), next(stream)
    assert isinstance(first, Epoch) and (first.number, second.number) == (0, 1)
    assert first.outcome == "" and first.steps == 0 < second.steps


def test_each_epoch_tells_gradients_and_activations_layer_by_layer():
    net, data = dl.Network((2, 4, 4, 2), "sigmoid"), dataset("moons", 80)
    last = dl.train(net, data, epochs=2).last
    slope = dl.gradient(net.objective, last.weights, args=tuple(data.train))
    norms = [np.sqrt(np.sum(a**2) + np.sum(b**2)) for a, b in net.layers(slope)]
    assert np.allclose(last.gradient_norms, norms, rtol=1e-10)
    (weights, bias), _, _ = net.layers(last.weights)
    a = 1 / (1 + np.exp(-(data.train.x @ weights + bias)))
    assert last.activations[0].mean == pytest.approx(a.mean())
    assert last.activations[0].deviation == pytest.approx(a.std())


def test_saturated_and_dead_units_are_counted():
    data = dataset("moons", 80)
    wide, dead = dl.Network((2, 4, 2), "tanh"), dl.Network((2, 4, 2), "relu")
    w = wide.init(0, 1000.0)
    assert dl.train(wide, data, epochs=0, weights=w).last.activations[0].flat > 0.95
    w = dead.init(0)
    dead.layers(w)[0][1][:] = -100
    assert dl.train(dead, data, epochs=0, weights=w).last.activations[0].flat == 1


def test_gradients_vanish_in_deep_sigmoid_networks_and_not_in_relu_ones():
    data = dataset("moons")
    shares = {}
    for activation, scale in (("sigmoid", "glorot"), ("relu", "he")):
        norms = dl.train(
            dl.Network((2, *(8,) * 6, 2), activation), data, epochs=0, scale=scale
        ).gradient_norms[0]
        shares[activation] = norms[0] / norms[-1]
    assert shares["sigmoid"] < 1e-3 < 0.05 < shares["relu"]


def test_divergence_is_said_in_words():
    run = dl.train(
        dl.Network((2, 8, 1), "relu", "mean_squares"),
        split(X[:, :2], X[:, 2], test=0),
        dl.GradientDescent(50.0),
        200,
    )
    assert run.last.outcome == "diverged" and len(run.epochs) < 200
    assert "rate=50 is too high; try 5." in run.says()
    assert "diverged: The loss went from" in repr(run)


def test_a_long_run_draws_a_bar_and_wipes_it_away(monkeypatch, capsys):
    monkeypatch.setattr("derivlab.networks.record.PATIENCE", 0.0)
    monkeypatch.setattr("derivlab.networks.record.PACE", 0.0)
    dl.train(dl.Network((2, 2)), dataset("moons", 20), epochs=4)
    said = capsys.readouterr().err
    assert "epoch 2 of 4, loss" in said and "█" in said
    assert said.endswith("\r") and not said.rstrip("\r").rpartition("\r")[2].strip()
    dl.train(dl.Network((2, 2)), dataset("moons", 20), epochs=4, progress=False)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"epochs": -1}, "epochs is -1"), ({"epochs": 1.5}, "epochs is 1.5"), ({"batch": 0}, "batch is 0"), ({"optimiser": "adam"}, "is no optimiser"),
        ({"optimiser": dl.Adam([0.1, 0.2])}, "one rate at a time"), ({"data": X}, "make one by networks.split"), ({"weights": np.zeros(3)}, "weights"),
        ({"network": dl.Network((3, 2))}, "3 inputs"), ({"network": (2, 2)}, "is no network"), ({"optimiser": dl.Adam(np.nan)}, "no finite number"),
    ],
)  # fmt: skip
def test_what_cannot_be_trained_is_said(change, says):
    with pytest.raises(dl.DerivativeError, match=says):
        dl.train(**{"network": dl.Network((2, 2)), "data": dataset("moons", 20), **change})


@pytest.mark.parametrize(
    ("name", "inputs", "classes"),
    [("moons", 2, 2), ("circles", 2, 2), ("spiral", 2, 2), ("xor", 2, 2), ("digits", 64, 10)],
)
def test_samples_are_split_by_their_seed_and_standardised(name, inputs, classes):
    data, same, other = (dataset(name, seed=s) for s in (3, 3, 4))
    assert (data.inputs, data.classes) == (inputs, classes)
    assert np.array_equal(data.train.x, same.train.x) and not np.array_equal(data.train.x, other.train.x)
    assert np.allclose(data.train.x.mean(axis=0), 0, atol=1e-12)
    assert np.all((np.abs(data.train.x.std(axis=0) - 1) < 1e-12) | (data.train.x.std(axis=0) == 0))
    assert len(data.test.x) == round(0.3 * (len(data.test.x) + len(data.train.x)))
    assert set(data.train.y) == set(range(classes))


def test_digits_may_be_some_of_the_ten_and_come_back_as_pictures():
    data = dataset("digits", only=(8, 3))
    assert data.classes == 2 and data.name == "digits 3, 8"
    pictures = data.raw(data.test.x)
    assert np.allclose(pictures, np.round(pictures), atol=1e-9) and pictures.max() == pytest.approx(16)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": "rings"}, "choose one of moons"), ({"count": 1}, "at least 4"), ({"test": 1.0}, "below 1"), ({"only": (1, 2)}, "chooses digits"),
        ({"name": "digits", "only": (1,)}, "two or more"), ({"noise": -0.1}, "from 0"), ({"noise": np.nan}, "from 0"),
    ],
)  # fmt: skip
def test_samples_that_cannot_be_had_are_said(change, says):
    with pytest.raises(dl.DerivativeError, match=says):
        dataset(**{"name": "moons", **change})


def test_ones_own_samples_are_checked():
    with pytest.raises(dl.DerivativeError, match="make no samples"):
        split(X, CLASSES[:3])
    with pytest.raises(dl.DerivativeError, match="make no samples"):
        split(np.full((4, 2), np.nan), [0, 1, 0, 1])


def test_a_training_is_drawn_on_axes_that_fit_it():
    run = dl.train(dl.Network((2, 4, 2)), dataset("moons", 40), epochs=5)
    loss, norms = run.plot().axes_
    line = loss.lines[0]
    assert np.allclose(line.get_ydata(), run.losses[:, 0])
    assert loss.get_ylim()[0] <= run.losses.min() and run.losses.max() <= loss.get_ylim()[1]
    assert np.allclose(norms.lines[0].get_ydata(), run.gradient_norms[:, 0])


@pytest.mark.parametrize("loss", LOSSES)
def test_the_likeliest_class_is_the_one_predicted(loss):
    net, w = network_at(loss=loss)
    chances = net.probabilities(w, X)
    assert np.allclose(chances.sum(axis=1), 1) and chances.min() > 0
    assert np.array_equal(np.argmax(chances, axis=1), net.predict(w, X))


def test_without_test_samples_there_is_no_test_line():
    run = dl.train(dl.Network(np.array([2, 4, 2]), backward=None), dataset("moons", 40, test=0), epochs=3)
    assert "test" not in repr(run)
    assert [len(line.get_xdata()) for line in run.plot().axes_[0].lines[:2]] == [4, 0]


def test_labels_and_samples_that_are_no_numbers_are_said():
    net, w = network_at()
    with pytest.raises(dl.DerivativeError, match="y holds no numbers"):
        net.objective(w, X, ["a"] * 9)
    with pytest.raises(dl.DerivativeError, match="NaN or infinite"):
        net.objective(w, np.full((9, 3), np.nan), CLASSES)
    with pytest.raises(dl.DerivativeError, match="no finite numbers"):
        split(X, ["cat", "dog"] * 4 + ["cat"])
