"""Backward functions that no rule of the coach was made with: written after the rules, measured as they are."""

from __future__ import annotations

import numpy as np

from derivlab.gallery.backward_record import Backward, BackwardShelf

others = BackwardShelf("Others")

rng = np.random.default_rng(77)
X, Y = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
W, V, c = rng.normal(size=(3, 3)), rng.normal(size=(5, 3)), rng.normal(size=5)
H = rng.normal(size=(4, 3))
classes = np.array([2, 0, 1, 2])
mask = np.array([[1.25, 0.0, 1.25], [1.25, 1.25, 0.0], [0.0, 1.25, 1.25], [1.25, 1.25, 1.25]])
sequence = rng.normal(size=(2, 7))
batch, mats = rng.normal(size=(3, 2, 4)), rng.normal(size=(3, 4, 4))
counts = np.array([3.0, 0.0, 2.0, 5.0])


def linear(x, weight, bias):
    return x @ weight.T + bias


def recurrent(x, h, W, U):
    return np.tanh(x @ W + h @ U)


def recurrent_backward(dnext, x, h, W, U):
    d = dnext * (1 - np.tanh(x @ W + h @ U) ** 2)
    return d @ W.T, d @ U.T, x.T @ d, h.T @ d


def cosine(a, b):
    return np.sum(a * b, axis=1) / np.sqrt(np.sum(a * a, axis=1) * np.sum(b * b, axis=1))


def rms_norm(x, gain):
    return gain * x / np.sqrt(np.mean(x**2, axis=-1, keepdims=True) + 1e-6)


def gaussian(mu, log_sigma, y):
    return np.sum(log_sigma + 0.5 * ((y - mu) / np.exp(log_sigma)) ** 2)


def poisson(z, k):
    return np.mean(np.exp(z) - k * z)


def huber(p, t):
    r = p - t
    return np.mean(np.where(np.abs(r) < 1.0, 0.5 * r**2, np.abs(r) - 0.5))


def dropout(x, mask):
    return x * mask


def parametric_relu(x, slope):
    return np.where(x > 0, x, slope * x)


def hard_tanh(x):
    return np.clip(x, -1.0, 1.0)


def normalised(w):
    return w / np.sum(w, axis=1, keepdims=True)


def log_sum(z):
    return np.log(np.sum(np.exp(z), axis=1))


def running_sum(x):
    return np.cumsum(x, axis=1)


def upsample(x):
    return np.repeat(x, 2, axis=1)


def batched(a, b):
    return a @ b


def distances(a, b):
    return np.sum((a[:, None, :] - b[None, :, :]) ** 2, axis=2)


def pooled(x):
    return x.mean(axis=1)


def two_layers(x, W, V):
    return np.maximum(x @ W, 0.0) @ V.T


def triplet(a, p, n):
    gap = np.sum((a - p) ** 2, axis=1) - np.sum((a - n) ** 2, axis=1) + 1.0
    return np.mean(np.maximum(gap, 0.0))


def strided(x, w):
    return np.stack([x[:, i : i + 3] @ w for i in range(0, x.shape[1] - 2, 2)], axis=1)


def entropy(p):
    return -np.sum(p * np.log(p), axis=1)


def smooth_labels(z, y):
    z = z - z.max(axis=1, keepdims=True)
    logs = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    target = 0.9 * np.eye(z.shape[1])[y] + 0.1 / z.shape[1]
    return -(target * logs).sum() / len(y)


def cell(c, f, i, g):
    s = lambda z: 1 / (1 + np.exp(-z))
    return s(f) * c + s(i) * np.tanh(g)


# Right ones


@others(linear, (X, V, c))
def linear_backward(grad_output, x, weight, bias):
    return grad_output @ weight, grad_output.T @ x, grad_output.sum(0)


@others(recurrent, (X, H, W, W[::-1] + 0.1))
def recurrent_right(dnext, x, h, W, U):
    return recurrent_backward(dnext, x, h, W, U)


@others(gaussian, (X, 0.2 * Y, H))
def gaussian_right(mu, log_sigma, y, upstream):
    r = (y - mu) / np.exp(log_sigma)
    return -upstream * r / np.exp(log_sigma), upstream * (1 - r**2), None


@others(huber, (3 * X, Y))
def huber_right(p, t, upstream):
    d = upstream * np.clip(p - t, -1, 1) / p.size
    return d, -d


@others(distances, (X, V))
def distances_right(a, b, g):
    d = 2 * g[:, :, None] * (a[:, None, :] - b[None, :, :])
    return d.sum(axis=1), -d.sum(axis=0)


@others(running_sum, (sequence,))
def running_sum_right(x, upstream):
    return np.cumsum(upstream[:, ::-1], axis=1)[:, ::-1]


@others(hard_tanh, (2 * X,))
def hard_tanh_right(dout, x):
    dx = dout.copy()
    dx[np.abs(x) > 1] = 0
    return dx


@others(smooth_labels, (X, classes))
def smooth_labels_right(z, y, upstream):
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return upstream * (p - 0.9 * np.eye(3)[y] - 0.1 / 3) / len(y)


@others(strided, (sequence, rng.normal(size=3)))
def strided_right(upstream, x, w):
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for j, i in enumerate(range(0, x.shape[1] - 2, 2)):
        dx[:, i : i + 3] += np.outer(upstream[:, j], w)
        dw += x[:, i : i + 3].T @ upstream[:, j]
    return dx, dw


@others(entropy, (np.array([[0.2, 0.5, 0.3], [0.1, 0.1, 0.8]]),))
def entropy_right(p, upstream):
    return -upstream[:, None] * (np.log(p) + 1)


@others(triplet, (X, Y, H))
def triplet_right(a, p, n, upstream):
    gap = np.sum((a - p) ** 2, axis=1) - np.sum((a - n) ** 2, axis=1) + 1.0
    on = upstream * (gap > 0)[:, None] / len(a)
    return 2 * on * (n - p), -2 * on * (a - p), 2 * on * (a - n)


@others(lambda x: (np.exp(x), {"out": np.exp(x)}), (X,))
def exp_with_cache(dout, cache):
    return dout * cache["out"]


# Wrong ones


@others(linear, (X, V, c), "transpose", of="weight")
def linear_as_in_notes(grad_output, x, weight, bias):
    """The layout of the other convention."""
    return grad_output @ weight, x.T @ grad_output, grad_output.sum(0)


@others(linear, (X, V, c), "unsummed bias", "wrong shape", of="bias")
def linear_keepdims(grad_output, x, weight, bias):
    """(1, 5) for (5,)."""
    return grad_output @ weight, grad_output.T @ x, grad_output.sum(0, keepdims=True)


@others(recurrent, (X, H, W, W[::-1] + 0.1), "missing activation derivative", of="h U")
def recurrent_state_open(dnext, x, h, W, U):
    """The recurrent branch forgets tanh."""
    dx, _, dW, _ = recurrent_backward(dnext, x, h, W, U)
    return dx, dnext @ U.T, dW, h.T @ dnext


@others(recurrent, (X, H, W, W[::-1] + 0.1), "transpose", of="h")
def recurrent_state_transposed(dnext, x, h, W, U):
    """U for its transpose."""
    dx, _, dW, dU = recurrent_backward(dnext, x, h, W, U)
    return dx, dnext * (1 - np.tanh(x @ W + h @ U) ** 2) @ U, dW, dU


@others(recurrent, (X, H, W, W[::-1] + 0.1), "swapped gradients", of="W U")
def recurrent_swapped(dnext, x, h, W, U):
    """dU and dW the other way round."""
    dx, dh, dW, dU = recurrent_backward(dnext, x, h, W, U)
    return dx, dh, dU, dW


@others(cosine, (X, Y), "dropped term", of="a b")
def cosine_constant_lengths(a, b, upstream):
    """The lengths are taken for constants."""
    n = np.sqrt(np.sum(a * a, axis=1) * np.sum(b * b, axis=1))
    return (upstream / n)[:, None] * b, (upstream / n)[:, None] * a


@others(rms_norm, (X, c[:3]), "dropped term", of="x")
def rms_norm_constant(x, gain, upstream):
    """The root mean square depends on x."""
    r = np.sqrt(np.mean(x**2, axis=-1, keepdims=True) + 1e-6)
    return upstream * gain / r, (upstream * x / r).sum(axis=0)


@others(rms_norm, (X, c[:3]), "unsummed broadcast", of="gain")
def rms_norm_first_row(x, gain, upstream):
    """The gain of the first sample alone."""
    r = np.sqrt(np.mean(x**2, axis=-1, keepdims=True) + 1e-6)
    n, d = x / r, upstream * gain
    return (d - n * np.mean(d * n, axis=-1, keepdims=True)) / r, (upstream * n)[0]


@others(gaussian, (X, 0.2 * Y, H), "dropped term", of="log_sigma")
def gaussian_without_normaliser(mu, log_sigma, y, upstream):
    """log sigma's own 1 is missing."""
    r = (y - mu) / np.exp(log_sigma)
    return -upstream * r / np.exp(log_sigma), -upstream * r**2


@others(gaussian, (X, 0.2 * Y, H), "sign", of="mu")
def gaussian_mean_sign(mu, log_sigma, y, upstream):
    """The minus of y - mu."""
    r = (y - mu) / np.exp(log_sigma)
    return upstream * r / np.exp(log_sigma), upstream * (1 - r**2)


@others(poisson, (c[:4], counts), "missing mean", of="z")
def poisson_summed(z, k, upstream):
    """A sum over the observations."""
    return upstream * (np.exp(z) - k)


@others(
    poisson,
    (c[:4], counts),
    "missing activation derivative",
    "missing chain factor",
    "dropped term",
    "unknown",
    of="z",
)
def poisson_rate(z, k, upstream):
    """1 for the rate: the derivative with respect to exp z, half of it."""
    return upstream * (1 - k) / len(z)


@others(
    huber,
    (3 * X, Y),
    "wrong activation derivative",
    "missing chain factor",
    "unknown",
    "dropped term",
    "missing activation derivative",
    of="p t",
)
def huber_quadratic(p, t, upstream):
    """As if all residuals were small."""
    d = upstream * (p - t) / p.size
    return d, -d


@others(dropout, (X, mask), "missing factor", "wrong activation derivative", of="x")
def dropout_unscaled(x, mask, upstream):
    """The mask's scale is forgotten."""
    return upstream * (mask > 0)


@others(
    dropout,
    (X, mask),
    "missing activation derivative",
    "missing chain factor",
    "missing mask",
    "dropped term",
    of="x",
)
def dropout_off(x, mask, upstream):
    """The mask is forgotten."""
    return upstream


@others(parametric_relu, (X, 0.25), "unsummed broadcast", of="slope")
def parametric_relu_unsummed(x, slope, upstream):
    """One slope for all."""
    return upstream * np.where(x > 0, 1, slope), upstream * np.minimum(x, 0)


@others(parametric_relu, (X, 0.25), "wrong axis", of="slope")
def parametric_relu_rows(x, slope, upstream):
    """Summed over one axis of two."""
    return upstream * np.where(x > 0, 1, slope), np.sum(upstream * np.minimum(x, 0), axis=0)


@others(hard_tanh, (2 * X,), "missing activation derivative", of="x")
def hard_tanh_open(dout, x):
    """Outside -1 ... 1 the slope is 0."""
    return dout


@others(hard_tanh, (2 * X,), "mutates dout", "mutates upstream", "mutates")
def hard_tanh_in_place(dout, x):
    """The caller's upstream is written over."""
    dout[np.abs(x) > 1] = 0
    return dout


@others(normalised, (np.abs(X) + 0.2,), "wrong axis", of="w")
def normalised_over_columns(w, upstream):
    """The sum runs along the other axis."""
    s = w.sum(axis=1, keepdims=True)
    return upstream / s - (upstream * w).sum(axis=0, keepdims=True) / s**2


@others(normalised, (np.abs(X) + 0.2,), "dropped term", of="w")
def normalised_constant_sum(w, upstream):
    """The sum depends on w."""
    return upstream / w.sum(axis=1, keepdims=True)


@others(log_sum, (X,), "upstream ignored", of="z")
def log_sum_alone(z, upstream):
    """The softmax by itself."""
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


@others(log_sum, (X,), "missing factor", "missing chain factor", of="z")
def log_sum_unnormalised(z, upstream):
    """The derivative of log is forgotten."""
    return upstream[:, None] * np.exp(z)


@others(running_sum, (sequence,), "not flipped", of="x")
def running_sum_forwards(x, upstream):
    """The adjoint of a running sum runs backwards."""
    return np.cumsum(upstream, axis=1)


@others(upsample, (sequence,), "not accumulated", "dropped term", of="x")
def upsample_every_second(x, upstream):
    """One of the two copies."""
    return upstream[:, ::2]


@others(upsample, (sequence,), "factor 2", "mean instead of sum", of="x")
def upsample_averaged(x, upstream):
    """The mean of the two copies."""
    return 0.5 * (upstream[:, ::2] + upstream[:, 1::2])


@others(batched, (batch, mats), "transpose", of="a")
def batched_untransposed(a, b, upstream):
    """Each of the matrices is to be transposed."""
    return upstream @ b, np.swapaxes(a, 1, 2) @ upstream


@others(distances, (X, V), "sign", of="b")
def distances_same_sign(a, b, g):
    """b has the other sign."""
    d = 2 * g[:, :, None] * (a[:, None, :] - b[None, :, :])
    return d.sum(axis=1), d.sum(axis=0)


@others(distances, (X, V), "factor 2", of="a b")
def distances_half(a, b, g):
    """The 2 of the square."""
    d = g[:, :, None] * (a[:, None, :] - b[None, :, :])
    return d.sum(axis=1), -d.sum(axis=0)


@others(pooled, (batch,), "missing mean", of="x")
def pooled_summed(x, upstream):
    """1/2 is forgotten: two rows are averaged."""
    return np.broadcast_to(upstream[:, None, :], x.shape)


@others(two_layers, (X, W, V), "missing activation derivative", of="x W")
def two_layers_open(x, W, V, upstream):
    """relu is passed over on the way back."""
    h = np.maximum(x @ W, 0.0)
    dh = upstream @ V
    return dh @ W.T, x.T @ dh, upstream.T @ h


@others(two_layers, (X, W, V), "not linear in upstream", of="x W")
def two_layers_masked_by_gradient(x, W, V, upstream):
    """The mask is made of the gradient."""
    dh = np.maximum(upstream @ V, 0.0)
    return dh @ W.T, x.T @ dh, upstream.T @ np.maximum(x @ W, 0.0)


@others(triplet, (X, Y, H), "dropped term", of="a")
def triplet_one_side(a, p, n, upstream):
    """The anchor stands in both distances."""
    gap = np.sum((a - p) ** 2, axis=1) - np.sum((a - n) ** 2, axis=1) + 1.0
    on = upstream * (gap > 0)[:, None] / len(a)
    return 2 * on * (a - p), -2 * on * (a - p), 2 * on * (a - n)


@others(strided, (sequence, rng.normal(size=3)), "not accumulated", "dropped term", of="x")
def strided_overwritten(upstream, x, w):
    """Windows that overlap add up."""
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for j, i in enumerate(range(0, x.shape[1] - 2, 2)):
        dx[:, i : i + 3] = np.outer(upstream[:, j], w)
        dw += x[:, i : i + 3].T @ upstream[:, j]
    return dx, dw


@others(strided, (sequence, rng.normal(size=3)), "not accumulated", "dropped term", of="w")
def strided_last_window(upstream, x, w):
    """The weights of the last window alone."""
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for j, i in enumerate(range(0, x.shape[1] - 2, 2)):
        dx[:, i : i + 3] += np.outer(upstream[:, j], w)
        dw = x[:, i : i + 3].T @ upstream[:, j]
    return dx, dw


@others(smooth_labels, (X, classes), "wrong activation derivative", "dropped term", "unknown", of="z")
def smooth_labels_hard(z, y, upstream):
    """Targets without smoothing."""
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return upstream * (p - np.eye(3)[y]) / len(y)


@others(cell, (X, Y, H, X[::-1] * 0.7), "missing activation derivative", of="f")
def cell_forget_gate_open(c, f, i, g, upstream):
    """The sigmoid of one gate is passed over."""
    s = lambda z: 1 / (1 + np.exp(-z))
    di = upstream * np.tanh(g) * s(i) * (1 - s(i))
    return upstream * s(f), upstream * c, di, upstream * s(i) * (1 - np.tanh(g) ** 2)


@others(cell, (X, Y, H, X[::-1] * 0.7), "wrong activation derivative", of="g")
def cell_tanh_without_square(c, f, i, g, upstream):
    """1 - tanh."""
    s = lambda z: 1 / (1 + np.exp(-z))
    df, di = upstream * c * s(f) * (1 - s(f)), upstream * np.tanh(g) * s(i) * (1 - s(i))
    return upstream * s(f), df, di, upstream * s(i) * (1 - np.tanh(g))


@others(
    cell,
    (X, Y, H, X[::-1] * 0.7),
    "missing chain factor",
    "missing factor",
    "wrong activation derivative",
    of="i",
)
def cell_input_gate_without_candidate(c, f, i, g, upstream):
    """The other factor of the product is forgotten."""
    s = lambda z: 1 / (1 + np.exp(-z))
    df, di = upstream * c * s(f) * (1 - s(f)), upstream * s(i) * (1 - s(i))
    return upstream * s(f), df, di, upstream * s(i) * (1 - np.tanh(g) ** 2)


OTHERS: tuple[Backward, ...] = tuple(others.cases)
