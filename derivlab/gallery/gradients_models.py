"""Wrong gradients of models: regression, classification, networks, likelihoods, physics, finite differences."""

from __future__ import annotations

import numpy as np

from derivlab.gallery.gradients_record import Shelf

regression = Shelf("Regression and classification")
networks = Shelf("Networks")
physics = Shelf("Physics and likelihoods")
differences = Shelf("Finite differences")

SHELVES = (regression, networks, physics, differences)

rng = np.random.default_rng(20)
A, y, w = rng.normal(size=(8, 3)), rng.normal(size=8), np.array([0.3, -0.7, 1.1])
labels = np.array([0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0])
S = np.array([[2.0, 1.0, 0.0], [-0.5, 3.0, 0.7], [0.2, 0.1, 1.5]])


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def softmax(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


def least_squares(w):
    return np.mean((A @ w - y) ** 2)


def ridge(w):
    return np.sum((A @ w - y) ** 2) + 0.01 * w @ w


def logistic(w):
    z = A @ w
    return np.mean(np.log(1.0 + np.exp(z)) - labels * z)


def quadratic(x):
    return 0.5 * x @ S @ x


def entropy(z):
    return -np.log(softmax(z)[1])


@regression(least_squares, w, "missing factor")
def residuals(w):
    """2 and 1/n are missing."""
    return A.T @ (A @ w - y)


@regression(least_squares, w, "sign")
def residuals_reversed(w):
    """y - Aw instead of Aw - y."""
    return 2.0 / 8.0 * A.T @ (y - A @ w)


@regression(ridge, w, "dropped term")
def without_penalty(w):
    """The penalty is in f and not in its gradient."""
    return 2.0 * A.T @ (A @ w - y)


@regression(ridge, w, "factor 2")
def half_penalty(w):
    """The 2 of the penalty is missing."""
    return 2.0 * A.T @ (A @ w - y) + 0.01 * w


@regression(logistic, w, "missing chain factor", "dropped term", "unknown")
def logistic_without_sigmoid(w):
    """The linear predictor stands where its sigmoid belongs."""
    return A.T @ (A @ w - labels) / 8.0


@regression(logistic, w, "missing factor")
def logistic_sum(w):
    """The mean's 1/n is missing."""
    return A.T @ (sigmoid(A @ w) - labels)


@regression(quadratic, w, "dropped term", "transposed", "unknown")
def quadratic_form(x):
    """Sx is the gradient of a symmetric form only; this S is not symmetric."""
    return S @ x


@regression(lambda b: np.sum((A @ w + b - y) ** 2), 0.4, "unsummed broadcast")
def intercept(b):
    """The intercept acts on every row, so its gradient is a sum over them."""
    return 2.0 * (A @ w + b - y)


@regression(lambda b: np.mean((A + b) ** 2), np.array([0.1, 0.2, 0.3]), "unsummed broadcast")
def offsets(b):
    """The rows are not summed."""
    return 2.0 * (A + b) / A.size


@regression(entropy, np.array([0.2, 1.1, -0.4]), "sign")
def cross_entropy(z):
    """Label minus probability."""
    return np.array([0.0, 1.0, 0.0]) - softmax(z)


@regression(entropy, np.array([0.2, 1.1, -0.4]), "dropped term")
def cross_entropy_without_label(z):
    """The label is not subtracted."""
    return softmax(z)


@regression(softmax, np.array([0.2, 1.1, -0.4]), "dropped term")
def softmax_diagonal(z):
    """The derivative of a sigmoid, entry by entry: the normalisation is forgotten."""
    p = softmax(z)
    return np.diag(p * (1.0 - p))


@regression(softmax, np.array([0.2, 1.1, -0.4]), "sign")
def softmax_sign(z):
    """p pᵀ - diag(p)."""
    p = softmax(z)
    return np.outer(p, p) - np.diag(p)


H = rng.normal(size=(4, 3))
v = rng.normal(size=4)
data, target = rng.normal(size=3), 0.7


def network(W):
    return (v @ np.tanh(W @ data) - target) ** 2


def _error(W):
    return 2.0 * (v @ np.tanh(W @ data) - target)


@networks(network, H, "missing chain factor")
def backward_without_tanh(W):
    """The derivative of the activation is left out."""
    return np.outer(_error(W) * v, data)


@networks(network, H, "transposed")
def backward_transposed(W):
    """The outer product is the wrong way round."""
    return np.outer(data, _error(W) * v * (1.0 - np.tanh(W @ data) ** 2))


@networks(network, H, "factor 2")
def backward_half(W):
    """The 2 of the square is lost."""
    return np.outer(0.5 * _error(W) * v * (1.0 - np.tanh(W @ data) ** 2), data)


@networks(network, H, "unknown", "missing chain factor")
def backward_of_sigmoid(W):
    """The derivative of another activation."""
    a = np.tanh(W @ data)
    return np.outer(_error(W) * v * a * (1.0 - a), data)


M = np.array([[1.0, 2.0], [3.0, 5.0]])


@networks(
    lambda X: np.sum(M * np.sin(X)),
    np.array([[0.1, 0.2], [0.3, 0.5]]),
    "transposed",
    "unknown",
    "wrong coordinate order",
)
def square_transposed(X):
    """The shapes agree, so nothing complains."""
    return (M * np.cos(X)).T


@networks(lambda X: np.trace(M @ X @ X), np.array([[0.1, 0.2], [0.4, 0.5]]), "transposed")
def trace_transposed(X):
    """The derivative of tr(MXX) is the transpose of XM + MX."""
    return X @ M + M @ X


@networks(
    lambda X: np.log(np.linalg.det(X)),
    np.array([[2.0, 0.3], [0.8, 1.5]]),
    "transposed",
    "wrong coordinate order",
)
def log_determinant(X):
    """The inverse is not transposed."""
    return np.linalg.inv(X)


@networks(lambda z: np.tanh(M @ z), np.array([0.1, 0.3]), "transposed", "missing chain factor", "unknown")
def jacobian_transposed(z):
    """Columns where rows belong."""
    return ((1.0 - np.tanh(M @ z) ** 2)[:, None] * M).T


@networks(lambda z: np.tanh(M @ z), np.array([0.1, 0.3]), "missing chain factor")
def jacobian_without_activation(z):
    """The Jacobian of the linear part alone."""
    return M + 0.0 * z[0]


@physics(lambda q: -1.0 / np.sqrt(q @ q), np.array([1.0, 2.0, -0.5]), "off by one power")
def gravity(q):
    """The force falls with the square: the unit vector was forgotten."""
    return q / (q @ q)


@physics(lambda q: 4.0 * ((1.0 / q) ** 12 - (1.0 / q) ** 6), 1.2, "sign")
def lennard_jones(q):
    """Force is minus the gradient; this is the force."""
    return 4.0 * (12.0 / q**13 - 6.0 / q**7)


@physics(lambda q: 4.0 * ((1.0 / q) ** 12 - (1.0 / q) ** 6), 1.2, "dropped term")
def repulsion_only(q):
    """The attraction is forgotten."""
    return -48.0 / q**13


@physics(
    lambda p: np.sum(np.log(p[1]) + 0.5 * ((y - p[0]) / p[1]) ** 2), np.array([0.3, 1.2]), "dropped term"
)
def normal_likelihood(p):
    """The logarithm of the width is not differentiated."""
    r = y - p[0]
    return np.array([-np.sum(r) / p[1] ** 2, -np.sum(r**2) / p[1] ** 3])


@physics(
    lambda p: np.sum(np.log(p[1]) + 0.5 * ((y - p[0]) / p[1]) ** 2),
    np.array([0.3, 1.2]),
    "off by one power",
    "missing chain factor",
)
def normal_likelihood_power(p):
    """The mean's entry is divided by the width once instead of twice."""
    r = y - p[0]
    return np.array([-np.sum(r) / p[1], len(y) / p[1] - np.sum(r**2) / p[1] ** 3])


@physics(
    lambda p: p[0] * (1.0 - np.exp(-p[1] * 3.0)),
    np.array([2.0, 0.4]),
    "missing chain factor",
    "missing factor",
)
def saturation(p):
    """The time 3 is missing in the second entry."""
    return np.array([1.0 - np.exp(-3.0 * p[1]), p[0] * np.exp(-3.0 * p[1])])


def wave(x):
    return np.sum(np.sin(x) * np.exp(-0.1 * x))


@differences(wave, np.array([1.0, 2.0, 3.0]), "poor step", "unknown")
def step_too_small(x):
    """h = 1e-15: rounding eats all digits."""
    return np.array([(wave(x + 1e-15 * e) - wave(x)) / 1e-15 for e in np.eye(3)])


@differences(wave, np.array([1.0, 2.0, 3.0]), "factor 2")
def half_width(x):
    """A central difference that is divided by h instead of 2h."""
    return np.array([(wave(x + 1e-6 * e) - wave(x - 1e-6 * e)) / 1e-6 for e in np.eye(3)])


@differences(wave, np.array([1.0, 2.0, 3.0]), "sign")
def backward_minus_forward(x):
    """The difference the wrong way round."""
    return np.array([(wave(x) - wave(x + 1e-7 * e)) / 1e-7 for e in np.eye(3)])
