"""Wrong backward functions of layers and activations, each seeded with one mistake, and the right ones beside them."""

from __future__ import annotations

import numpy as np

from derivlab.gallery.backward_record import BackwardShelf

dense = BackwardShelf("Dense layers")
activations = BackwardShelf("Activations")
losses = BackwardShelf("Losses")

SHELVES = (dense, activations, losses)

rng = np.random.default_rng(50)
X, W, b = rng.normal(size=(6, 3)), rng.normal(size=(3, 4)), rng.normal(size=4)
Q, r = rng.normal(size=(3, 3)), rng.normal(size=3)
Z = rng.normal(size=(5, 4))
T = rng.normal(size=(5, 4))
labels = np.array([2, 0, 3, 1, 1])
binary = np.array([1.0, 0.0, 1.0, 1.0, 0.0])


def affine(x, W, b):
    return x @ W + b


def tanh_layer(x, W, b):
    return np.tanh(x @ W + b)


def relu_layer(x, W, b):
    return np.maximum(x @ W + b, 0.0)


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_layer(x, W, b):
    return sigmoid(x @ W + b)


def cached_affine(x, W, b):
    return x @ W + b, (x, W)


def relu(z):
    return np.maximum(z, 0.0)


def leaky(z):
    return np.where(z > 0, z, 0.1 * z)


def elu(z):
    return np.where(z > 0, z, np.exp(np.minimum(z, 0.0)) - 1.0)


def softplus(z):
    return np.log1p(np.exp(z))


def swish(z):
    return z * sigmoid(z)


def gelu(z):
    return 0.5 * z * (1.0 + np.tanh(0.7978845608 * (z + 0.044715 * z**3)))


def softmax(z):
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


def log_softmax(z):
    low = z - np.max(z, axis=1, keepdims=True)
    return low - np.log(np.sum(np.exp(low), axis=1, keepdims=True))


def squares(p, t):
    return np.mean((p - t) ** 2)


def half_squares(p, t):
    return 0.5 * np.sum((p - t) ** 2) / len(p)


def cross_entropy(z, y):
    return -np.mean(log_softmax(z)[np.arange(len(y)), y])


def binary_entropy(z, t):
    return np.mean(np.logaddexp(0.0, z) - t * z)


def hinge(s, y):
    right = s[np.arange(len(y)), y][:, None]
    margins = np.maximum(0.0, s - right + 1.0)
    return np.sum(margins) / len(y) - 1.0


def ridge(x, W, t):
    return np.mean((x @ W - t) ** 2) + 0.05 * np.sum(W**2)


# Dense layers


@dense(affine, (X, W, b))
def affine_right(upstream, x, W, b):
    return upstream @ W.T, x.T @ upstream, upstream.sum(axis=0)


@dense(cached_affine, (X, W, b))
def cached_affine_right(dout, cache):
    x, W = cache
    return dout @ W.T, x.T @ dout, dout.sum(axis=0)


@dense(tanh_layer, (X, W, b))
def tanh_layer_right(x, W, b, g):
    d = g * (1 - np.tanh(x @ W + b) ** 2)
    return {"W": x.T @ d, "b": d.sum(0), "x": d @ W.T}


@dense(affine, (X, W, b), "unsummed bias", of="b")
def affine_unsummed(upstream, x, W, b):
    """The bias acts on every row."""
    return upstream @ W.T, x.T @ upstream, upstream


@dense(affine, (X, W, b), "mean instead of sum", of="b")
def affine_averaged(upstream, x, W, b):
    """A mean over the rows where the sum belongs."""
    return upstream @ W.T, x.T @ upstream, upstream.mean(axis=0)


@dense(affine, (X, W, b), "transpose", of="W")
def affine_on_its_side(upstream, x, W, b):
    """(4, 3) for (3, 4)."""
    return upstream @ W.T, upstream.T @ x, upstream.sum(axis=0)


@dense(affine, (X[:3], Q, r), "transpose", of="x")
def affine_square(upstream, x, W, b):
    """W is square, so that W for its transpose goes unnoticed."""
    return upstream @ W, x.T @ upstream, upstream.sum(axis=0)


@dense(affine, (X[:3], Q, r), "transpose", of="W")
def affine_square_weights(upstream, x, W, b):
    """x instead of its transpose."""
    return upstream @ W.T, x @ upstream, upstream.sum(axis=0)


@dense(tanh_layer, (X[:3], Q, r), "transpose", of="x")
def tanh_layer_square(x, W, b, upstream):
    """The transpose is forgotten behind an activation."""
    d = upstream * (1 - np.tanh(x @ W + b) ** 2)
    return d @ W, x.T @ d, d.sum(axis=0)


@dense(affine, (X[:3], Q, r), "wrong axis", of="b")
def affine_wrong_axis(upstream, x, W, b):
    """Summed over the units instead of the rows."""
    return upstream @ W.T, x.T @ upstream, upstream.sum(axis=1)


@dense(affine, (X, W, b), "wrong axis", of="b")
def affine_other_axis(upstream, x, W, b):
    """One number for each row."""
    return upstream @ W.T, x.T @ upstream, upstream.sum(axis=1)


@dense(tanh_layer, (X, W, b), "missing activation derivative", of="x W b")
def tanh_layer_linear(x, W, b, upstream):
    """As if there were no tanh."""
    return upstream @ W.T, x.T @ upstream, upstream.sum(axis=0)


@dense(sigmoid_layer, (X, W, b), "missing activation derivative", of="x W b")
def sigmoid_layer_linear(upstream, x, W, b):
    """As if there were no sigmoid."""
    return upstream @ W.T, x.T @ upstream, upstream.sum(axis=0)


@dense(relu_layer, (X, W, b), "missing activation derivative", of="x W b")
def relu_layer_open(upstream, x, W, b):
    """Closed units learn too."""
    return upstream @ W.T, x.T @ upstream, upstream.sum(axis=0)


@dense(tanh_layer, (X, W, b), "missing activation derivative", of="b")
def tanh_layer_bias(x, W, b, upstream):
    """The activation is forgotten for the bias alone."""
    d = upstream * (1 - np.tanh(x @ W + b) ** 2)
    return d @ W.T, x.T @ d, upstream.sum(axis=0)


@dense(tanh_layer, (X, W, b), "wrong activation derivative", of="x W b")
def tanh_layer_of_input(x, W, b, upstream):
    """1 - z² for 1 - tanh² z."""
    z = x @ W + b
    d = upstream * (1 - z**2)
    return d @ W.T, x.T @ d, d.sum(axis=0)


@dense(cached_affine, (X, W, b), "sign", of="W")
def cached_affine_sign(dout, cache):
    """A minus from the update rule."""
    x, W = cache
    return dout @ W.T, -x.T @ dout, dout.sum(axis=0)


@dense(affine, (X[:3], Q, r), "swapped gradients", of="x W")
def affine_swapped(upstream, x, W, b):
    """dW where dx belongs."""
    return x.T @ upstream, upstream @ W.T, upstream.sum(axis=0)


@dense(affine, (X, W, b), "missing factor", "mean instead of sum", of="W")
def affine_mean_weights(upstream, x, W, b):
    """Divided by the rows, which is the loss's business."""
    return upstream @ W.T, x.T @ upstream / len(x), upstream.sum(axis=0)


@dense(affine, (X, W, b), "upstream ignored", of="W")
def affine_without_upstream(upstream, x, W, b):
    """The local derivative alone."""
    return upstream @ W.T, x.T @ np.ones_like(upstream), upstream.sum(axis=0)


@dense(relu_layer, (X, W, b), "mutates upstream")
def relu_layer_in_place(upstream, x, W, b):
    """Right numbers, written over the caller's upstream."""
    upstream *= x @ W + b > 0
    return upstream @ W.T, x.T @ upstream, upstream.sum(axis=0)


@dense(cached_affine, (X, W, b), "mutates cache", "mutates x")
def cached_affine_in_place(dout, cache):
    """x in the cache is scaled."""
    x, W = cache
    dW = x.T @ dout
    x *= 0.5
    return dout @ W.T, dW, dout.sum(axis=0)


@dense(ridge, (X, W[:, 0], X[:, 0]), "dropped term", of="W")
def ridge_without_penalty(x, W, t, upstream):
    """L2 is in f and not in its gradient."""
    d = upstream * 2 * (x @ W - t) / len(t)
    return np.outer(d, W), x.T @ d, -d


# Activations


@activations(np.tanh, (Z,))
def tanh_right(x, upstream):
    return upstream * (1 - np.tanh(x) ** 2)


@activations(sigmoid, (Z,))
def sigmoid_from_output(upstream, y):
    return upstream * y * (1 - y)


@activations(relu, (np.array([[0.0, -1.0, 2.0], [3.0, 0.0, 0.0]]),))
def relu_at_zero(z, upstream):
    """0 where z is 0: a convention."""
    return upstream * (z > 0)


@activations(relu, (np.array([[0.0, -1.0, 2.0], [3.0, 0.0, 0.0]]),))
def relu_at_zero_open(z, upstream):
    """1 where z is 0: another convention."""
    return upstream * (z >= 0)


@activations(softmax, (Z,))
def softmax_right(z, g):
    p = softmax(z)
    return p * (g - np.sum(g * p, axis=1, keepdims=True))


@activations(gelu, (Z,))
def gelu_right(z, upstream):
    c = 0.7978845608
    t = np.tanh(c * (z + 0.044715 * z**3))
    return upstream * (0.5 * (1 + t) + 0.5 * z * (1 - t**2) * c * (1 + 3 * 0.044715 * z**2))


@activations(np.tanh, (Z,), "missing activation derivative", of="x")
def tanh_open(x, upstream):
    """The upstream is handed on."""
    return upstream


@activations(np.tanh, (Z,), "wrong activation derivative", of="x")
def tanh_without_square(x, upstream):
    """1 - tanh for 1 - tanh²."""
    return upstream * (1 - np.tanh(x))


@activations(sigmoid, (Z,), "wrong activation derivative", of="z")
def sigmoid_of_input(z, upstream):
    """z (1 - z) for a (1 - a)."""
    return upstream * z * (1 - z)


@activations(sigmoid, (Z,), "upstream ignored", of="z")
def sigmoid_alone(z, upstream):
    """The chain rule is left out."""
    a = sigmoid(z)
    return a * (1 - a)


@activations(relu, (Z,), "not linear in upstream", of="z")
def relu_masked_by_upstream(z, upstream):
    """The mask is made from the upstream."""
    return upstream * (upstream > 0)


@activations(relu, (Z,), "wrong activation derivative", of="z")
def relu_inverted(z, upstream):
    """Open where it should be closed."""
    return upstream * (z < 0)


@activations(relu, (np.array([1.0, 2.0, 3.0]),), "missing activation derivative", of="z")
def relu_on_positive_numbers(z, upstream):
    """At positive numbers nothing is wrong."""
    return upstream


@activations(leaky, (Z,), "wrong activation derivative", "dropped term", of="z")
def leaky_shut(z, upstream):
    """The slope of the negative side is forgotten."""
    return upstream * (z > 0)


@activations(
    elu, (Z,), "wrong activation derivative", "missing activation derivative", "missing chain factor", of="z"
)
def elu_open(z, upstream):
    """1 on both sides."""
    return upstream * np.ones_like(z)


@activations(softplus, (Z,), "sign", of="z")
def softplus_reversed(z, upstream):
    """The sign of the exponent's derivative is lost."""
    return -upstream * sigmoid(z)


@activations(swish, (Z,), "dropped term", of="z")
def swish_without_second(z, upstream):
    """The product rule has two terms."""
    return upstream * sigmoid(z)


@activations(softmax, (Z,), "dropped term", of="z")
def softmax_diagonal(z, upstream):
    """p (1 - p) is the diagonal of a matrix that is full."""
    p = softmax(z)
    return upstream * p * (1 - p)


@activations(softmax, (Z,), "wrong axis", of="z")
def softmax_over_rows(z, upstream):
    """The sum runs over the samples."""
    p = softmax(z)
    return p * (upstream - np.sum(upstream * p, axis=0, keepdims=True))


@activations(log_softmax, (Z,), "dropped term", "upstream ignored", "not linear in upstream", of="z")
def log_softmax_for_one_class(z, upstream):
    """As if the upstream of each row summed to 1."""
    return upstream - softmax(z)


@activations(log_softmax, (Z,), "sign", of="z")
def log_softmax_plus(z, upstream):
    """A plus before the second term."""
    return upstream + softmax(z) * np.sum(upstream, axis=1, keepdims=True)


# Losses


@losses(cross_entropy, (Z, labels))
def cross_entropy_right(z, y, upstream):
    p = softmax(z)
    p[np.arange(len(y)), y] -= 1
    return upstream * p / len(y)


@losses(squares, (Z, T))
def squares_right(p, t, upstream):
    d = upstream * 2 * (p - t) / p.size
    return d, -d


@losses(half_squares, (Z, T))
def half_squares_of_the_first(p, t, upstream):
    """One gradient only."""
    return upstream * (p - t) / len(p)


@losses(hinge, (Z, labels))
def hinge_right(s, y, upstream):
    rows = np.arange(len(y))
    d = (s - s[rows, y][:, None] + 1.0 > 0).astype(float)
    d[rows, y] = 0.0
    d[rows, y] = -d.sum(axis=1)
    return upstream * d / len(y), None


@losses(cross_entropy, (Z, labels), "missing mean", of="z")
def cross_entropy_summed(z, y, upstream):
    """1/N is forgotten."""
    p = softmax(z)
    p[np.arange(len(y)), y] -= 1
    return upstream * p


@losses(cross_entropy, (Z, labels), "sign", of="z")
def cross_entropy_reversed(z, y, upstream):
    """Label minus probability."""
    p = -softmax(z)
    p[np.arange(len(y)), y] += 1
    return upstream * p / len(y)


@losses(cross_entropy, (Z, labels), "dropped term", of="z")
def cross_entropy_without_label(z, y, upstream):
    """The 1 of the label is not taken off."""
    return upstream * softmax(z) / len(y)


@losses(cross_entropy, (Z, labels), "upstream ignored", of="z")
def cross_entropy_without_upstream(z, y, upstream):
    """Right where the loss is the last step."""
    p = softmax(z)
    p[np.arange(len(y)), y] -= 1
    return p / len(y)


@losses(squares, (Z, T), "factor 2", of="p")
def squares_without_two(p, t, upstream):
    """The 2 is forgotten in one of the two gradients."""
    d = upstream * (p - t) / p.size
    return d, -2 * d


@losses(squares, (Z, T), "missing mean", of="p t")
def squares_summed(p, t, upstream):
    """A sum of squares."""
    d = upstream * 2 * (p - t)
    return d, -d


@losses(squares, (Z, T), "sign", of="t")
def squares_same_sign(p, t, upstream):
    """The targets have the other sign."""
    d = upstream * 2 * (p - t) / p.size
    return d, d


@losses(squares, (Z, T), "missing factor", "missing mean", of="p t")
def squares_by_rows(p, t, upstream):
    """Divided by the rows; the mean is over all entries."""
    d = upstream * 2 * (p - t) / len(p)
    return d, -d


@losses(
    binary_entropy,
    (Z[:, 0], binary),
    "missing chain factor",
    "wrong activation derivative",
    "unknown",
    "missing activation derivative",
    of="z",
)
def binary_entropy_twice(z, t, upstream):
    """The sigmoid's derivative is multiplied in, and it is already."""
    a = sigmoid(z)
    return upstream * (a - t) * a * (1 - a) / len(t)


@losses(hinge, (Z, labels), "dropped term", of="s")
def hinge_without_label(s, y, upstream):
    """The label's own score has a slope, too."""
    rows = np.arange(len(y))
    d = (s - s[rows, y][:, None] + 1.0 > 0).astype(float)
    d[rows, y] = 0.0
    return upstream * d / len(y)
