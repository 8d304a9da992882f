"""Wrong backward functions of blocks: normalisation, convolution, pooling, attention, embedding, broadcasting, gates."""

from __future__ import annotations

import numpy as np

from derivlab.gallery.backward_record import BackwardShelf

norms = BackwardShelf("Normalisation")
convolutions = BackwardShelf("Convolution and pooling")
sequences = BackwardShelf("Attention, embedding and gates")
broadcasts = BackwardShelf("Broadcasting and shapes")

SHELVES = (norms, convolutions, sequences, broadcasts)

rng = np.random.default_rng(51)
X, gamma, beta = rng.normal(size=(6, 4)), rng.uniform(0.5, 1.5, 4), rng.normal(size=4)
signal, kernel = rng.normal(size=10), rng.normal(size=3)
image, filters = rng.normal(size=(2, 5, 5)), rng.normal(size=(3, 3))
Q, K, V = rng.normal(size=(3, 4, 5))
table, words = rng.normal(size=(6, 3)), np.array([1, 4, 1, 0, 4, 4])
h, U = rng.normal(size=(4, 3)), rng.normal(size=(3, 3))


def batch_norm(x, gamma, beta):
    mean, var = np.mean(x, axis=0), np.var(x, axis=0)
    return gamma * (x - mean) / np.sqrt(var + 1e-5) + beta


def layer_norm(x, gamma, beta):
    centred = x - np.mean(x, axis=1, keepdims=True)
    return gamma * centred / np.sqrt(np.mean(centred**2, axis=1, keepdims=True) + 1e-5) + beta


def unit_rows(x):
    return x / np.sqrt(np.sum(x**2, axis=1, keepdims=True))


def conv1d(x, w):
    n = len(x) - len(w) + 1
    return np.stack([x[i : i + n] * w[i] for i in range(len(w))]).sum(axis=0)


def conv2d(x, w):
    rows, columns = x.shape[1] - w.shape[0] + 1, x.shape[2] - w.shape[1] + 1
    return sum(
        w[i, j] * x[:, i : i + rows, j : j + columns] for i in range(w.shape[0]) for j in range(w.shape[1])
    )


def max_pool(x):
    return np.max(x.reshape(x.shape[0] // 2, 2, x.shape[1] // 2, 2), axis=(1, 3))


def mean_pool(x):
    return np.mean(x.reshape(x.shape[0] // 2, 2, x.shape[1] // 2, 2), axis=(1, 3))


def softmax(s):
    e = np.exp(s - np.max(s, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def attention(Q, K, V):
    return softmax(Q @ K.T / np.sqrt(Q.shape[1])) @ V


def embed(table, words):
    return table[words]


def residual(x, W):
    return x + np.tanh(x @ W)


def gate(x, h, W):
    z = 1 / (1 + np.exp(-(x @ W)))
    return z * h + (1 - z) * x


def scale_rows(x, s):
    return x * s[:, None]


def stretch(x, s):
    return x * s


def mean_over_rows(x):
    return np.mean(x, axis=0)


def outer_sum(a, b):
    return a[:, None] + b[None, :]


def batch_norm_vjp(x, gamma, upstream, parts=(1, 1)):
    mean, var = np.mean(x, axis=0), np.var(x, axis=0)
    s = 1 / np.sqrt(var + 1e-5)
    n = (x - mean) * s
    d = upstream * gamma
    dx = s * (d - parts[0] * d.mean(axis=0) - parts[1] * n * (d * n).mean(axis=0))
    return dx, np.sum(upstream * n, axis=0), np.sum(upstream, axis=0)


@norms(batch_norm, (X, gamma, beta))
def batch_norm_right(upstream, x, gamma, beta):
    return batch_norm_vjp(x, gamma, upstream)


@norms(layer_norm, (X, gamma, beta))
def layer_norm_right(x, gamma, beta, dy):
    c = x - x.mean(axis=1, keepdims=True)
    s = 1 / np.sqrt((c**2).mean(axis=1, keepdims=True) + 1e-5)
    n, d = c * s, dy * gamma
    dx = s * (d - d.mean(axis=1, keepdims=True) - n * (d * n).mean(axis=1, keepdims=True))
    return dx, (dy * n).sum(axis=0), dy.sum(axis=0)


@norms(unit_rows, (X,))
def unit_rows_right(x, upstream):
    r = np.sqrt(np.sum(x**2, axis=1, keepdims=True))
    y = x / r
    return (upstream - y * np.sum(upstream * y, axis=1, keepdims=True)) / r


@norms(batch_norm, (X, gamma, beta), "dropped term", of="x")
def batch_norm_constant_statistics(upstream, x, gamma, beta):
    """Mean and variance are taken for constants."""
    return batch_norm_vjp(x, gamma, upstream, (0, 0))


@norms(batch_norm, (X, gamma, beta), "dropped term", of="x")
def batch_norm_constant_variance(upstream, x, gamma, beta):
    """The variance is taken for a constant."""
    return batch_norm_vjp(x, gamma, upstream, (1, 0))


@norms(batch_norm, (X, gamma, beta), "sign", of="x")
def batch_norm_variance_sign(upstream, x, gamma, beta):
    """The part through the variance has the wrong sign."""
    return batch_norm_vjp(x, gamma, upstream, (1, -1))


@norms(batch_norm, (X, gamma, beta), "missing factor", "missing chain factor", "dropped term", of="x")
def batch_norm_without_gamma(upstream, x, gamma, beta):
    """gamma is not multiplied in."""
    dx, dgamma, dbeta = batch_norm_vjp(x, 1.0, upstream)
    return dx, dgamma, dbeta


@norms(batch_norm, (X, gamma, beta), "missing chain factor", "dropped term", "missing factor", of="gamma")
def batch_norm_gamma_unscaled(upstream, x, gamma, beta):
    """x - mean is not divided by the deviation."""
    dx, _, dbeta = batch_norm_vjp(x, gamma, upstream)
    return dx, np.sum(upstream * (x - x.mean(axis=0)), axis=0), dbeta


@norms(batch_norm, (X, gamma, beta), "mean instead of sum", of="gamma beta")
def batch_norm_averaged(upstream, x, gamma, beta):
    """Means for sums."""
    dx, dgamma, dbeta = batch_norm_vjp(x, gamma, upstream)
    return dx, dgamma / len(x), dbeta / len(x)


@norms(layer_norm, (X, gamma, beta), "wrong axis", of="x")
def layer_norm_like_batch_norm(x, gamma, beta, upstream):
    """Means over the samples."""
    c = x - x.mean(axis=1, keepdims=True)
    s = 1 / np.sqrt((c**2).mean(axis=1, keepdims=True) + 1e-5)
    n, d = c * s, upstream * gamma
    dx = s * (d - d.mean(axis=0) - n * (d * n).mean(axis=0))
    return dx, (upstream * n).sum(axis=0), upstream.sum(axis=0)


@norms(layer_norm, (X, gamma, beta), "unsummed bias", "unsummed broadcast", of="beta")
def layer_norm_unsummed(x, gamma, beta, upstream):
    """beta acts on every row."""
    dx, dgamma, _ = layer_norm_right(x, gamma, beta, upstream)
    return dx, dgamma, upstream


@norms(unit_rows, (X,), "dropped term", of="x")
def unit_rows_constant_length(x, upstream):
    """The length depends on x."""
    return upstream / np.sqrt(np.sum(x**2, axis=1, keepdims=True))


# Convolution and pooling


@convolutions(conv1d, (signal, kernel))
def conv1d_right(x, w, upstream):
    return np.convolve(upstream, w), np.correlate(x, upstream, mode="valid")


@convolutions(conv2d, (image, filters))
def conv2d_right(upstream, x, w):
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for i in range(3):
        for j in range(3):
            dx[:, i : i + 3, j : j + 3] += w[i, j] * upstream
            dw[i, j] = np.sum(x[:, i : i + 3, j : j + 3] * upstream)
    return dx, dw


@convolutions(max_pool, (image[0, :4, :4],))
def max_pool_right(x, upstream):
    windows = x.reshape(2, 2, 2, 2)
    mask = windows == np.max(windows, axis=(1, 3), keepdims=True)
    return (mask * upstream[:, None, :, None]).reshape(4, 4)


@convolutions(max_pool, (np.zeros((4, 4)),))
def max_pool_at_ties(x, upstream):
    """The first of each window, by convention."""
    dx = np.zeros_like(x)
    for i in range(2):
        for j in range(2):
            k = np.unravel_index(np.argmax(x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2]), (2, 2))
            dx[2 * i + k[0], 2 * j + k[1]] = upstream[i, j]
    return dx


@convolutions(conv1d, (signal, kernel), "not flipped", of="x")
def conv1d_not_flipped(x, w, upstream):
    """The kernel runs backwards in the vjp."""
    return np.convolve(upstream, w[::-1]), np.correlate(x, upstream, mode="valid")


@convolutions(conv1d, (signal, kernel), "not flipped", of="w")
def conv1d_flipped_weights(x, w, upstream):
    """The gradient of the kernel is reversed."""
    return np.convolve(upstream, w), np.correlate(x, upstream, mode="valid")[::-1]


@convolutions(conv2d, (image, filters), "not flipped", of="x")
def conv2d_not_flipped(upstream, x, w):
    """Along both axes."""
    dx, dw = conv2d_right(upstream, x, w[::-1, ::-1])
    return dx, dw


@convolutions(conv2d, (image, filters), "transpose", of="w")
def conv2d_transposed(upstream, x, w):
    """Rows and columns of the filter swapped."""
    dx, dw = conv2d_right(upstream, x, w)
    return dx, dw.T


@convolutions(conv2d, (image, filters), "unsummed broadcast", "wrong shape", of="w")
def conv2d_unsummed(upstream, x, w):
    """A gradient of the filter for each image."""
    dx, _ = conv2d_right(upstream, x, w)
    dw = np.array([conv2d_right(u[None], image[None], w)[1] for u, image in zip(upstream, x)])
    return dx, dw


@convolutions(conv2d, (image, filters), "not accumulated", "dropped term", of="x")
def conv2d_overwritten(upstream, x, w):
    """= for += where windows overlap."""
    dx, dw = np.zeros_like(x), conv2d_right(upstream, x, w)[1]
    for i in range(3):
        for j in range(3):
            dx[:, i : i + 3, j : j + 3] = w[i, j] * upstream
    return dx, dw


@convolutions(max_pool, (image[0, :4, :4],), "missing mask", of="x")
def max_pool_everywhere(x, upstream):
    """All four entries of a window get the upstream."""
    return np.repeat(np.repeat(upstream, 2, axis=0), 2, axis=1)


@convolutions(mean_pool, (image[0, :4, :4],), "missing mean", "missing factor", of="x")
def mean_pool_summed(x, upstream):
    """The quarter is forgotten."""
    return np.repeat(np.repeat(upstream, 2, axis=0), 2, axis=1)


# Attention, embedding and gates


def attention_parts(Q, K, V, upstream):
    P = softmax(Q @ K.T / np.sqrt(Q.shape[1]))
    dP = upstream @ V.T
    return P, dP, P * (dP - np.sum(dP * P, axis=1, keepdims=True)) / np.sqrt(Q.shape[1])


@sequences(attention, (Q, K, V))
def attention_right(Q, K, V, upstream):
    P, _, dS = attention_parts(Q, K, V, upstream)
    return dS @ K, dS.T @ Q, P.T @ upstream


@sequences(embed, (table, words))
def embed_right(table, words, upstream):
    d = np.zeros_like(table)
    np.add.at(d, words, upstream)
    return d


@sequences(residual, (h, U))
def residual_right(x, W, upstream):
    d = upstream * (1 - np.tanh(x @ W) ** 2)
    return upstream + d @ W.T, x.T @ d


@sequences(attention, (Q, K, V), "missing factor", "missing chain factor", of="Q K")
def attention_unscaled(Q, K, V, upstream):
    """1/sqrt(d) is forgotten."""
    P, _, dS = attention_parts(Q, K, V, upstream)
    dS = dS * np.sqrt(Q.shape[1])
    return dS @ K, dS.T @ Q, P.T @ upstream


@sequences(attention, (Q, K, V), "transpose", of="K")
def attention_transposed(Q, K, V, upstream):
    """dS for its transpose."""
    P, _, dS = attention_parts(Q, K, V, upstream)
    return dS @ K, dS @ Q, P.T @ upstream


@sequences(attention, (Q, K, V), "missing chain factor", "missing activation derivative", of="Q K")
def attention_without_softmax(Q, K, V, upstream):
    """The softmax is passed over."""
    P, dP, _ = attention_parts(Q, K, V, upstream)
    dS = dP / np.sqrt(Q.shape[1])
    return dS @ K, dS.T @ Q, P.T @ upstream


@sequences(attention, (Q, K, V), "dropped term", of="Q K")
def attention_diagonal(Q, K, V, upstream):
    """The softmax couples the entries of a row."""
    P, dP, _ = attention_parts(Q, K, V, upstream)
    dS = P * dP / np.sqrt(Q.shape[1])
    return dS @ K, dS.T @ Q, P.T @ upstream


@sequences(attention, (Q, K, V), "transpose", of="V")
def attention_values(Q, K, V, upstream):
    """P for its transpose."""
    P, _, dS = attention_parts(Q, K, V, upstream)
    return dS @ K, dS.T @ Q, P @ upstream


@sequences(attention, (Q, K, V), "swapped gradients", of="Q K")
def attention_swapped(Q, K, V, upstream):
    """Keys for queries."""
    dQ, dK, dV = attention_right(Q, K, V, upstream)
    return dK, dQ, dV


@sequences(embed, (table, words), "not accumulated", of="table")
def embed_overwritten(table, words, upstream):
    """The last of several uses of a word wins."""
    d = np.zeros_like(table)
    d[words] = upstream
    return d


@sequences(embed, (table, words), "not accumulated", of="table")
def embed_buffered(table, words, upstream):
    """+= with repeated indices adds once."""
    d = np.zeros_like(table)
    d[words] += upstream
    return d


@sequences(residual, (h, U), "dropped term", of="x")
def residual_without_skip(x, W, upstream):
    """The skip connection is forgotten."""
    d = upstream * (1 - np.tanh(x @ W) ** 2)
    return d @ W.T, x.T @ d


@sequences(residual, (h, U), "dropped term", of="x")
def residual_skip_only(x, W, upstream):
    """Only the skip connection."""
    d = upstream * (1 - np.tanh(x @ W) ** 2)
    return upstream, x.T @ d


@sequences(gate, (h, h[::-1] + 0.3, U), "dropped term", of="x")
def gate_without_carry(x, h, W, upstream):
    """x enters through the gate and beside it."""
    z = 1 / (1 + np.exp(-(x @ W)))
    d = upstream * (h - x) * z * (1 - z)
    return d @ W.T, upstream * z, x.T @ d


@sequences(gate, (h, h[::-1] + 0.3, U), "missing activation derivative", of="x W")
def gate_open(x, h, W, upstream):
    """The gate's sigmoid is passed over."""
    z = 1 / (1 + np.exp(-(x @ W)))
    d = upstream * (h - x)
    return d @ W.T + upstream * (1 - z), upstream * z, x.T @ d


# Broadcasting and shapes


@broadcasts(scale_rows, (X, rng.normal(size=6)))
def scale_rows_right(x, s, upstream):
    return upstream * s[:, None], np.sum(upstream * x, axis=1)


@broadcasts(stretch, (X, 1.7))
def stretch_right(x, s, upstream):
    return upstream * s, np.sum(upstream * x)


@broadcasts(mean_over_rows, (X,))
def mean_over_rows_right(x, upstream):
    return np.broadcast_to(upstream / len(x), x.shape)


@broadcasts(scale_rows, (X, rng.normal(size=6)), "unsummed broadcast", of="s")
def scale_rows_unsummed(x, s, upstream):
    """A number for each entry."""
    return upstream * s[:, None], upstream * x


@broadcasts(stretch, (X, 1.7), "unsummed broadcast", of="s")
def stretch_unsummed(x, s, upstream):
    """A scalar acts on all entries."""
    return upstream * s, upstream * x


@broadcasts(stretch, (X, gamma), "wrong axis", of="s")
def stretch_over_all(x, s, upstream):
    """Summed over everything."""
    return upstream * s, np.full(4, np.sum(upstream * x))


@broadcasts(mean_over_rows, (X,), "missing mean", of="x")
def mean_over_rows_summed(x, upstream):
    """The mean's 1/N is forgotten."""
    return np.broadcast_to(upstream, x.shape)


@broadcasts(outer_sum, (kernel, signal[:3]), "swapped gradients", of="a b")
def outer_sum_swapped(a, b, upstream):
    """Rows for columns."""
    return upstream.sum(axis=0), upstream.sum(axis=1)


@broadcasts(mean_over_rows, (X,), "wrong shape", "unsummed broadcast", "missing factor", "wrong axis", of="x")
def mean_over_rows_not_spread(x, upstream):
    """One row for all."""
    return upstream / len(x)


@broadcasts(np.tanh, (X,), "no value")
def forgets_to_return(x, upstream):
    """There is no return statement."""
    upstream * (1 - np.tanh(x) ** 2)


@broadcasts(np.tanh, (X,), "raises")
def multiplies_matrices(x, upstream):
    """@ where * belongs."""
    return upstream @ (1 - np.tanh(x) ** 2)


@broadcasts(np.tanh, (X,), "mutates x")
def tanh_in_place(x, upstream):
    """Written over x."""
    np.tanh(x, out=x)
    return upstream * (1 - x**2)


@broadcasts(unit_rows, (X,), "not finite", of="x")
def divides_by_nothing(x, upstream):
    """0/0 on the way."""
    return upstream * (x - x) / (x - x)


kept: list = []


@broadcasts(np.tanh, (X,), "accumulates", "random", of="x")
def adds_up(x, upstream):
    """The gradients of earlier calls are still in there."""
    kept.append(upstream * (1 - np.tanh(x) ** 2))
    return sum(k for k in kept if k.shape == x.shape)


@broadcasts(stretch, (X, gamma), "upstream ignored", of="x")
def stretch_without_upstream(x, s, upstream):
    """The local derivative by itself."""
    return np.broadcast_to(s, x.shape), np.sum(upstream * x, axis=0)
