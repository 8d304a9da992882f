"""The first wrong step of a backward pass: its layer and the kind of its mistake, in networks and in lists of steps."""

import json

import numpy as np
import pytest
from scipy.special import erf

import derivlab as dl
from derivlab.networks import Network

rng = np.random.default_rng(3)
X, y = rng.normal(size=(12, 3)), rng.integers(0, 3, 12)
targets = rng.normal(size=(12, 3))


def probabilities(scores):
    e = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


def dense(u, c):
    return u @ c.weights.T, c.x.T @ u, np.sum(u, axis=0)


def phi(z):
    return np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)


def in_place(u, c):
    u *= c.z > 0
    return u


# activation, rule, a wrong backward function, first wrong step, honest names of the mistake
MUTATIONS = [
    ("tanh", "dense", lambda u, c: (u @ c.weights.T, c.x.T @ u, u), "dense 3", "unsummed bias"),
    ("tanh", "dense", lambda u, c: (u @ c.weights.T, c.x.T @ u, u.mean(0)), "dense 3", "mean instead of sum"),
    ("tanh", "dense", lambda u, c: (u @ c.weights.T, u.T @ c.x, u.sum(0)), "dense 3", "transpose"),
    ("tanh", "dense", lambda u, c: (u @ c.weights.T, -c.x.T @ u, u.sum(0)), "dense 3", "sign"),
    ("tanh", "dense", lambda u, c: (-u @ c.weights.T, c.x.T @ u, u.sum(0)), "dense 3", "sign"),
    ("tanh", "dense", lambda u, c: (u @ c.weights.T, c.x.T @ u / len(u), u.sum(0)), "dense 3", "mean instead of sum"),
    ("tanh", "dense", lambda u, c: (u @ c.weights.T, c.x.T @ u, 2 * u.sum(0)), "dense 3", "factor 2"),
    ("tanh", "dense", lambda u, c: (u @ c.weights.T, c.x.T @ u, 0 * c.bias), "dense 3", "dropped term"),
    ("tanh", "dense", lambda u, c: (u @ c.weights.T, c.x.T @ np.ones_like(u), u.sum(0)), "dense 3", "upstream ignored"),
    ("tanh", "dense", lambda u, c: (c.x.T @ u, u @ c.weights.T, u.sum(0)), "dense 3", "swapped gradients"),
    ("tanh", "tanh", lambda u, c: u, "tanh 2", "missing activation derivative"),
    ("tanh", "tanh", lambda u, c: u * (1 - c.a), "tanh 2", "wrong activation derivative"),
    ("tanh", "tanh", lambda u, c: u * (1 - c.z**2), "tanh 2", "wrong activation derivative"),
    ("tanh", "tanh", lambda u, c: u * (c.a**2 - 1), "tanh 2", "sign"),
    ("tanh", "tanh", lambda u, c: 1 - c.a**2, "tanh 2", "upstream ignored"),
    ("tanh", "tanh", lambda u, c: u + 1 - c.a**2, "tanh 2", "not linear in upstream"),
    ("sigmoid", "sigmoid", lambda u, c: u, "sigmoid 2", "missing activation derivative"),
    ("sigmoid", "sigmoid", lambda u, c: u * c.z * (1 - c.z), "sigmoid 2", "wrong activation derivative"),
    ("sigmoid", "sigmoid", lambda u, c: u * c.a, "sigmoid 2", "wrong activation derivative"),
    ("relu", "relu", lambda u, c: u, "relu 2", "missing activation derivative"),
    ("relu", "relu", lambda u, c: u * (u > 0), "relu 2", "not linear in upstream"),
    ("relu", "relu", in_place, "relu 2", "mutates upstream"),
    ("gelu", "gelu", lambda u, c: u * 0.5 * (1 + erf(c.z / 2**0.5)), "gelu 2", "dropped term"),
    ("gelu", "gelu", lambda u, c: u, "gelu 2", "missing activation derivative"),
    ("tanh", "l2", lambda u, c: 0 * c.weights, "l2 3", "L2 forgotten"),
    ("tanh", "l2", lambda u, c: 2 * c.strength * c.weights, "l2 3", "factor 2"),
    ("tanh", "l2", lambda u, c: c.weights, "l2 3", "missing factor"),
    ("tanh", "softmax_cross_entropy", lambda u, c: probabilities(c.scores) - c.targets, "softmax_cross_entropy", "missing mean"),
    ("tanh", "softmax_cross_entropy", lambda u, c: (c.targets - probabilities(c.scores)) / 12, "softmax_cross_entropy", "sign"),
    ("tanh", "softmax_cross_entropy", lambda u, c: probabilities(c.scores) / 12, "softmax_cross_entropy", "dropped term"),
    ("tanh", "mean_squares", lambda u, c: u * (c.scores - c.targets) / 36, "mean_squares", "factor 2"),
    ("tanh", "mean_squares", lambda u, c: u * 2 * (c.scores - c.targets), "mean_squares", "missing mean"),
    ("tanh", "mean_squares", lambda u, c: u * 2 * (c.targets - c.scores) / 36, "mean_squares", "sign"),
]  # fmt: skip


def network(activation="tanh", rule="", **settings):
    loss = "mean_squares" if rule == "mean_squares" else "softmax_cross_entropy"
    return Network((3, 5, 4, 3), activation=activation, loss=loss, l2=0.1, **settings)


@pytest.mark.parametrize(("activation", "rule", "wrong", "layer", "mistake"), MUTATIONS)
def test_the_layer_and_the_mistake_are_named(activation, rule, wrong, layer, mistake):
    labels = targets if rule == "mean_squares" else y
    check = dl.check_backward(network(activation, rule, backward={rule: wrong}), X, labels)
    assert not check and (check.layer, check.mistake) == (layer, mistake), check
    assert all(step.split()[0] == rule for step in check.wrong)  # those below it are right by themselves
    assert f"WRONG at {layer}" in repr(check) and layer in check._repr_html_()


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "gelu", "identity"])
@pytest.mark.parametrize("loss", ["softmax_cross_entropy", "mean_squares"])
def test_right_ones_are_right(activation, loss):
    check = dl.check_backward(network(activation, loss), X, targets if loss == "mean_squares" else y)
    assert check and check.right and check.layer == check.mistake == "" and check.first is None, check
    assert len(check.steps) == 9


def test_a_loss_may_ignore_its_upstream_which_is_always_1():
    own = {"softmax_cross_entropy": lambda u, c: (probabilities(c.scores) - c.targets) / len(c.targets)}
    assert dl.check_backward(network(backward=own), X, y)


def test_the_first_of_two_wrong_steps_is_the_one_nearest_to_the_loss():
    def bias(u, c):
        return u @ c.weights.T, c.x.T @ u, u if c.weights.shape[1] == 5 else np.sum(u, axis=0)

    check = dl.check_backward(network(backward={"dense": bias, "tanh": lambda u, c: u}), X, y)
    assert (check.layer, check.wrong) == ("tanh 2", ("tanh 2", "tanh 1", "dense 1"))


def test_digits_in_a_moment():
    from sklearn.datasets import load_digits

    x, labels = load_digits(return_X_y=True)
    wide = Network((64, 32, 10), activation="relu", backward={"relu": lambda u, c: u})
    assert dl.check_backward(wide, x / 16, labels).layer == "relu 1"
    assert dl.check_backward(Network((64, 32, 10), activation="relu"), x / 16, labels)


def step(x, W, b):
    return x @ W + b


def step_back(upstream, x, W, b):
    return upstream @ W.T, x.T @ upstream, np.sum(upstream, axis=0)


def squares(p, t):
    return np.mean((p - t) ** 2)


def squares_back(p, t):
    return 2 * (p - t) / p.size


W1, b1, W2, b2 = rng.normal(size=(3, 4)), np.zeros(4), rng.normal(size=(4, 3)), np.zeros(3)


def steps(tanh_back):
    return [
        (step, step_back, W1, b1),
        (np.tanh, tanh_back),
        (step, step_back, W2, b2),
        (squares, squares_back, targets),
    ]


def test_a_list_of_ones_own_steps():
    assert dl.check_backward(steps(lambda upstream, y: upstream * (1 - y**2)), X)
    check = dl.check_backward(steps(lambda x, upstream: upstream), X)
    assert (check.layer, check.mistake) == ("tanh 2", "missing activation derivative")
    assert check.to_dict()["steps"][0]["name"] == "squares 4"


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: dl.check_backward(network(), X), "y is missing"),
        (lambda: dl.check_backward(np.tanh, X), "list of steps"),
        (lambda: dl.check_backward([(np.tanh, lambda x, g: g)], X), "one number"),
        (lambda: dl.check_backward([(np.tanh, lambda: 0)], X), "number of arguments|one number"),
        (lambda: dl.check_backward(network(), X[:, :2], y), "inputs"),
    ],
)
def test_bad_input_is_named(call, says):
    with pytest.raises(dl.DerivativeError, match=says):
        call()


def test_the_record_is_plain_data():
    check = dl.check_backward(steps(lambda x, upstream: upstream), X)
    assert json.loads(json.dumps(check.to_dict()))["layer"] == "tanh 2"


def test_each_step_gets_its_true_upstream_whatever_is_wrong_above_it():
    seen = []

    def tanh_back(u, c):
        seen.append(np.copy(u))
        return u * (1 - c.a**2)

    wrong_above = {"softmax_cross_entropy": lambda u, c: c.targets, "tanh": tanh_back}
    check = dl.check_backward(network(backward=wrong_above), X, y)
    assert check.wrong == ("softmax_cross_entropy",)
    right = network()
    passes = right.backprop(right.init(0), X, y)
    true = [step.upstream for step in passes if step.stage.rule == "tanh"]
    assert len(true) == 2
    assert all(any(u.shape == t.shape and np.allclose(u, t, rtol=1e-9) for u in seen) for t in true)


class Dense:
    def __init__(self, W, b):
        self.W, self.b, self.dW = W, b, np.zeros_like(W)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, upstream):
        self.dW += self.x.T @ upstream
        self.db = np.sum(upstream, axis=0)
        return upstream @ self.W.T


class Careless(Dense):
    def backward(self, upstream):
        below = super().backward(upstream)
        self.db = np.mean(upstream, axis=0)
        return below


class Tanh:
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, upstream):
        return upstream * (1 - self.y**2)


class Open(Tanh):
    def backward(self, upstream):
        return upstream


class Squares:
    def forward(self, p, t):
        self.gap = p - t
        return np.mean(self.gap**2)

    def backward(self):
        return 2 * self.gap / self.gap.size


def test_layers_as_objects():
    first, second = Dense(W1, b1 + 0.1), Dense(W2, b2)
    before = first.dW.copy()
    check = dl.check_backward([first, Tanh(), second, Squares()], X, targets)
    assert check and [c.name for c in check.steps[1].check.checks] == ["x", "W", "b"], check
    assert np.array_equal(first.dW, before) and not hasattr(first, "x")
    check = dl.check_backward([first, Open(), Careless(W2, b2), Squares()], X, targets)
    assert (check.layer, check.mistake, check.first.check.argument) == (
        "Careless 3",
        "mean instead of sum",
        "b",
    )
    assert check.wrong == ("Careless 3", "Open 2")
    assert check.steps[2].check.mistake == "missing activation derivative"
