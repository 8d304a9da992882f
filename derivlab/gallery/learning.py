"""Losses of machine learning: layers, networks and clusterings as one writes them without a framework."""

from __future__ import annotations

import math

import numpy as np

from derivlab.gallery import Topic

case = Topic("learning")

X = np.array([[0.5, -1.2], [1.1, 0.3], [-0.7, 0.9], [0.2, 1.4]])
Y = np.array([1.0, -0.5, 0.3, 0.8])


@case([0.4, -0.6, 0.1], lambda w: 2 * np.column_stack([X, np.ones(4)]).T @ (X @ w[:2] + w[2] - Y) / 4)
def linear_regression(w):
    return np.mean((X @ w[:2] + w[2] - Y) ** 2)


@case([0.4, -0.6], lambda w: X.T @ (X @ w - Y) + 0.3 * w)
def ridge(w):
    r = np.dot(X, w) - Y
    return 0.5 * r.dot(r) + 0.15 * (w * w).sum()


@case([0.4, -0.6], lambda w: X.T @ (X @ w - Y) + 0.2 * np.sign(w))
def lasso_away_from_the_corner(w):
    return 0.5 * np.linalg.norm(X @ w - Y) ** 2 + 0.2 * np.abs(w).sum()


@case([0.4, -0.6], [1.1960000000000002, -1.516])
def huber_regression(w, delta=0.8):
    r = np.abs(X @ w - Y)
    return np.sum(np.where(r < delta, 0.5 * r**2, delta * (r - 0.5 * delta)))


@case([0.4, -0.6, 0.1], [0.675, -0.7999999999999999, 0.5])
def hinge_away_from_the_kink(w):
    margins = np.sign(Y) * (X @ w[:2] - w[2])
    return 0.5 * w[:2] @ w[:2] + np.maximum(0, 1 - margins).mean()


@case([0.4, -0.6], [0.33, -0.6799999999999999])
def quantile_regression(w, tau=0.7):
    r = Y - X @ w
    return np.sum(np.maximum(tau * r, (tau - 1) * r))


@case(np.linspace(-0.9, 1.1, 13).tolist(), [-0.21911127597427482, -0.14059334197111756, -0.004141335965583964,
    0.3125509331551828, 0.32526453400093536, 0.29121981284749865, 0.7510760428314287, 0.9089014869820384,
    1.020817238761423, 0.1832962703371452, 0.41946417021318183, 0.6564872541418316, 1.5397028587714987])  # fmt: skip
def network_with_tanh(p):
    W1, b1, W2, b2 = p[:6].reshape(2, 3), p[6:9], p[9:12], p[12]
    hidden = np.tanh(X @ W1 + b1)
    return np.mean((hidden @ W2 + b2 - Y) ** 2)


@case(np.linspace(-0.95, 1.1, 13).tolist(), [-0.5764823350694441, -0.00400111979166651, -0.7441119502314809,
    -0.005164565972222019, 2.72921447193287, 2.269150502025462, 3.116446788194443, 4.022647627314812,
    9.018701374421292, 1.335334921874999, 1.9039496383101833, 3.026950447048608, 9.706225694444441])  # fmt: skip
def network_with_relu(p):
    W1, b1, W2, b2 = p[:6].reshape(3, 2), p[6:9], p[9:12], p[12]
    hidden = np.maximum(X @ W1.T + b1, 0.0)
    return np.sum((np.dot(hidden, W2) + b2 - Y) ** 2)


@case(np.linspace(-0.9, 1.1, 9).tolist(), [0.017854825065252145, 0.021926472657580225, 0.0709380186757856,
    0.07153145278623066, 0.9527034849264768, 1.2760655234125733, 0.04463721848495765, 0.15471846847144619,
    1.969829848622936])  # fmt: skip
def network_by_scalar_loops(p):
    total = 0.0
    for x, y in zip(X, Y):
        out = p[8]
        for j in range(2):
            z = p[6 + j]
            for i in range(2):
                z += p[2 * j + i] * x[i]
            out += p[4 + j] * (1.0 / (1.0 + math.exp(-z)))
        total += (out - y) ** 2
    return total / len(Y)


@case(np.linspace(-0.7, 0.8, 14).tolist(), [-0.010151932651146531, -0.012733189281978287, -0.010834124305976802,
    -0.0065352044937117305, -0.008330610926556455, -0.007896574671958694, -0.011475554452002138,
    -0.017743842828092292, 0.008485875095546925, -0.07021798684304259, 0.0, 0.0, 0.0, 0.0])  # fmt: skip
def deep_network_from_a_list(p):
    layers, shapes, start = [], [(2, 2), (2, 2), (2, 1)], 0
    for rows, columns in shapes:
        size = rows * columns
        W = p[start : start + size].reshape(rows, columns)
        layers.append((W, p[start + size - columns : start + size]))
        start += size
    a = X
    for k, (W, b) in enumerate(layers):
        a = a @ W + b
        if k < len(layers) - 1:
            a = a / (1 + np.exp(-a))
    return np.mean(np.square(a[:, 0] - Y)) + 1e-2 * sum(np.sum(W**2) for W, _ in layers)


@case([[0.2, -0.5, 0.3], [0.7, 0.1, -0.4]], [[-0.024600195310402074, 0.1412541690636172, -0.11665397375321512],
    [0.6047538130122969, -0.45423741218025254, -0.1505164008320444]])  # fmt: skip
def cross_entropy_of_softmax(W):
    z = X @ W
    p = np.exp(z) / np.sum(np.exp(z), axis=1)[:, None]
    wanted = np.eye(3)[[0, 2, 1, 1]]
    return -np.sum(wanted * np.log(p)) / len(X)


@case([[0.2, -0.5], [0.7, 0.1], [-0.3, 0.9]], [[[[0.08546893632967546, 0.013677078413195314], [0.0, 0.0], [0.0, 0.0]],
    [[0.2274972447547327, 0.07422721336942197], [0.0, 0.0], [0.0, 0.0]]], [[[0.0, 0.0], [0.07499245492371781,
    0.02820292403750156], [0.0, 0.0]], [[0.0, 0.0], [0.19932879914205417, 0.11748267161358732], [0.0, 0.0]]], [[[0.0,
    0.0], [0.0, 0.0], [0.1320574441787069, 0.011128429669777234]], [[0.0, 0.0], [0.0, 0.0], [0.37740539792149036,
    0.053609472939784186]]]], "Vaswani and others 2017")  # fmt: skip
def attention(q):
    keys, values = (
        np.array([[0.1, 0.4], [-0.8, 0.3], [0.5, -0.6]]),
        np.array([[1.0, 2.0], [0.0, -1.0], [0.5, 0.3]]),
    )
    scores = q @ keys.T / np.sqrt(keys.shape[-1])
    weights = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    weights /= np.sum(weights, axis=-1, keepdims=True)
    return weights @ values


@case(np.linspace(-0.8, 0.7, 12).tolist(), [3.8664709652951225e-05, 0.0008821539943920303, 0.011536504871567817,
    0.10959058048928245, -0.003188733846140032, -0.0023831476432535394, -0.38090216234615926, -0.28281018364659205,
    -0.33563300689247894, -0.26959319964575, 1.3970959904000047, 1.619816489121256])  # fmt: skip
def causal_self_attention(p):
    Wq, Wk, Wv = p.reshape(3, 2, 2)
    q, k, v = X @ Wq, X @ Wk, X @ Wv
    scores = np.einsum("id,jd->ij", q, k) / math.sqrt(2)
    scores = np.where(np.tril(np.ones((4, 4))) > 0, scores, -1e9)
    weights = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return np.sum((weights @ v) ** 2)


@case([[0.5, -1.2, 0.1], [1.1, 0.3, -0.4], [-0.7, 0.9, 2.0]], [[[[1.288570334972016, 0.0, 0.0], [-0.8590429129860568,
    0.0, 0.0], [-0.42952742198595906, 0.0, 0.0]], [[0.0, 0.08711107454962941, 0.0], [0.0, -0.3048452126444746, 0.0],
    [0.0, 0.2177341380948452, 0.0]], [[0.0, 0.0, 0.8687019941882173], [0.0, 0.0, -0.6877197728075917], [0.0, 0.0,
    -0.1809822213806256]]], [[[-0.8590429129860568, 0.0, 0.0], [0.572711183305186, 0.0, 0.0], [0.28633172968087084,
    0.0, 0.0]], [[0.0, -0.3048452126444746, 0.0], [0.0, 1.066947357185854, 0.0], [0.0, -0.7621021445413794, 0.0]],
    [[0.0, 0.0, -0.6877197728075917], [0.0, 0.0, 0.5444502871739384], [0.0, 0.0, 0.14326948563365327]]],
    [[[-0.42952742198595906, 0.0, 0.0], [0.28633172968087084, 0.0, 0.0], [0.14319569230508825, 0.0, 0.0]], [[0.0,
    0.2177341380948452, 0.0], [0.0, -0.7621021445413794, 0.0], [0.0, 0.5443680064465342, 0.0]], [[0.0, 0.0,
    -0.1809822213806256], [0.0, 0.0, 0.14326948563365327], [0.0, 0.0, 0.03771273574697236]]]],
    "Ioffe and Szegedy 2015")  # fmt: skip
def batch_norm(x):
    mean, var = x.mean(axis=0), x.var(axis=0)
    return 1.5 * (x - mean) / np.sqrt(var + 1e-5) - 0.2


@case([0.5, -1.2, 0.1, 0.9], [[0.8580129635965905, -0.04108039829973275, -0.32202254515461803, -0.4949100201422398],
    [-0.020540199149866375, 0.06162059744959912, -0.15020580539058268, 0.10912540709084992], [0.09660676354638541,
    0.0901234832343496, -0.28486248804759945, 0.09813224126686443], [-0.9898200402844796, 0.4365016283633997,
    -0.6542149417790962, 1.207533353700176]], "Ba, Kiros and Hinton 2016")  # fmt: skip
def layer_norm(x):
    return (x - np.mean(x)) / (np.std(x) + 1e-3) * np.array([1.0, 0.5, -0.3, 2.0])


@case([0.5, -1.2, 0.1, 0.9], [[1.136652164000635, 0.30176552714082855, -0.02514712726173571, -0.2263241453556214],
    [0.30176552714082855, 0.5381505351713252, 0.06035310542816571, 0.5431779488534914], [-0.02514712726173571,
    0.06035310542816571, 1.2573583748569666, -0.045264829071124286], [-0.2263241453556214, 0.5431779488534914,
    -0.045264829071124286, 0.8550043386691951]])  # fmt: skip
def root_mean_square_norm(x):
    return x / np.sqrt(np.mean(x**2) + 1e-6)


IMAGE = np.arange(16.0).reshape(4, 4) ** 1.5 / 10


@case([[0.1, -0.2], [0.4, 0.3]], lambda k: [[[[IMAGE[i + a, j + b] for b in (0, 1)] for a in (0, 1)] for j in range(3)] for i in range(3)])  # fmt: skip
def convolution_by_loops(kernel):
    out = np.zeros((3, 3))
    for i in range(3):
        for j in range(3):
            out[i, j] = np.sum(IMAGE[i : i + 2, j : j + 2] * kernel)
    return out


@case([[0.1, -0.2], [0.4, 0.3]], [[0.6104985862834212, 0.8819702271312039], [1.9761550498292935, 2.4122866166002885]])  # fmt: skip
def convolution_with_pooling(kernel):
    maps = np.array([[np.sum(IMAGE[i : i + 2, j : j + 2] * kernel) for j in range(2)] for i in range(2)])
    return np.tanh(maps.max()) + maps.mean()


@case([0.3, -0.5, 0.2], lambda k: [[0.0, 1.0, 0.5], [1.0, 0.5, -1.0], [0.5, -1.0, 2.0], [-1.0, 2.0, 0.0]])
def convolution_of_a_signal(kernel):
    signal = [0.0, 1.0, 0.5, -1.0, 2.0, 0.0]
    return [sum(k * s for k, s in zip(kernel, signal[i : i + 3])) for i in range(4)]


@case([0.5, 0.3, -0.6, 0.1, 0.4], [0.08858945739384295, -0.04898597656036678, 0.10798102201198298,
    -0.21656308448406555, 1.0006976355323585], "Elman 1990")  # fmt: skip
def recurrent_network(p):
    h, loss = 0.0, 0.0
    for x, y in [(0.5, 0.1), (-0.3, 0.4), (0.8, -0.2), (0.1, 0.6)]:
        h = np.tanh(p[0] * x + p[1] * h + p[2])
        loss = loss + (p[3] * h + p[4] - y) ** 2
    return loss


@case(np.linspace(-0.6, 0.8, 9).tolist(), [0.08759425861123928, 0.05607469743182119, 0.22526937367037342,
    0.0015100520996490657, 0.004439272398971089, 0.012876878960212043, 0.03270168573831359, 0.0484472884423012,
    0.3202550449976199], "Cho and others 2014")  # fmt: skip
def gated_recurrent_unit(p):
    def sigmoid(v):
        return 0.5 * (1 + np.tanh(v / 2))

    h = 0.0
    for x in (0.5, -0.3, 0.8):
        z, r = sigmoid(p[0] * x + p[1] * h + p[2]), sigmoid(p[3] * x + p[4] * h + p[5])
        h = (1 - z) * h + z * np.tanh(p[6] * x + p[7] * r * h + p[8])
    return h


@case([[0.1, 0.2], [0.9, -0.3]], [[1.4657461985588163, -4.239726827268194], [0.3560534815373912, 1.0261020272080639]])  # fmt: skip
def soft_k_means(centres, beta=2.0):
    d = np.sum((X[:, None, :] - centres[None, :, :]) ** 2, axis=-1)
    soft = np.exp(-beta * d) / np.exp(-beta * d).sum(1, keepdims=True)
    return np.sum(soft * d)


@case([[0.1, 0.2], [0.9, -0.3]], [[1.4, -3.8], [0.3999999999999999, 0.6]])
def k_means(centres):
    nearest = np.argmin(np.sum((X[:, None] - centres) ** 2, axis=2), axis=1)
    return np.sum((X - centres[nearest]) ** 2)


@case([[0.1, 0.2], [0.9, -0.3], [-0.5, 0.6]], [[-0.399258452085787, 0.2578595064377661], [0.2123935175051477,
    -0.13297606341641274], [0.18686493458063924, -0.12488344302135339]], "van der Maaten and Hinton 2008")  # fmt: skip
def stochastic_neighbours(y):
    P = np.array([[0.0, 0.3, 0.1], [0.3, 0.0, 0.1], [0.1, 0.1, 0.0]])
    total, pairs = 0.0, {}
    for i in range(3):
        for j in range(3):
            if i != j:
                pairs[i, j] = 1 / (1 + np.sum((y[i] - y[j]) ** 2))
                total += pairs[i, j]
    return sum(P[i, j] * np.log(P[i, j] / (q / total)) for (i, j), q in pairs.items())


@case([[0.3, 0.1], [-0.2, 0.5], [0.4, 0.7], [0.6, -0.1]], [[-8.384, -5.9479999999999995], [-1.4240000000000002,
    -2.322], [-2.114, -2.552], [-2.178, -0.786]])  # fmt: skip
def matrix_factorisation(factors):
    seen = [(0, 1, 4.0), (1, 0, 2.0), (0, 0, 5.0)]
    left, right = factors[:2], factors[2:]
    return sum((rating - left[i] @ right[j]) ** 2 for i, j, rating in seen) + 0.1 * np.sum(factors**2)


@case([0.3, -0.4, 0.5], [[1.2745042416355084, 0.3405773338817225, -0.492240677875927], [0.11714285714285716,
    -0.6799999999999999, -0.6142857142857143]])  # fmt: skip
def cosine_similarity(v):
    others = np.array([[1.0, 0.2, -0.3], [0.4, -0.9, 0.1]])
    return others @ v / (np.linalg.norm(others, axis=1) * np.linalg.norm(v))


@case([[0.5, 1.2], [-0.3, 0.4], [0.9, -1.0]], [[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]], "triplet loss")
def triplet(x):
    anchor, near, far = x
    return np.maximum(np.sum((anchor - near) ** 2) - np.sum((anchor - far) ** 2) + 3.0, 0)


@case([0.2, -0.7, 1.1], lambda z: np.diag(_softmax(z / 0.5)) / 0.5 - np.outer(_softmax(z / 0.5), _softmax(z / 0.5)) / 0.5)  # fmt: skip
def softmax_with_temperature(z):
    return _softmax(z / 0.5)


def _softmax(z):
    e = np.exp(z - np.max(z))
    return e / e.sum()


@case([0.3, -0.2], [0.05574830375796633, -0.22170513891845386],
    "eight steps of gradient descent with momentum, as a function of the start")  # fmt: skip
def unrolled_descent(w):
    velocity = np.zeros(2)
    for _ in range(8):
        gradient = X.T @ (X @ w - Y) / 4
        velocity = 0.9 * velocity - 0.1 * gradient
        w = w + velocity
    return np.mean((X @ w - Y) ** 2)


@case(0.15, -1.630158780158642, "loss after Adam, as a function of the rate")
def rate_of_adam(rate):
    w, m, v = np.array([1.0, -0.5]), np.zeros(2), np.zeros(2)
    for t in range(1, 6):
        g = np.array([2.0, 10.0]) * w
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g**2
        w = w - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w @ w


@case([0.4, 1.2], [-0.9055562876543265, 0.4197617469943674], "support of the kernel trick")
def kernel_ridge(p):
    K = np.exp(-p[0] * ((X[:, None] - X) ** 2).sum(axis=2))
    alpha = np.linalg.solve(K + p[1] * np.eye(4), Y)
    return np.sum((K @ alpha - Y) ** 2)


@case([0.2, 0.5, -0.3, 0.8], [-0.062815345402486, 0.029245022882108725, 0.030421599948960393, -0.054286512311663954],
    "dice overlap of soft masks")  # fmt: skip
def dice(z):
    p, truth = 1 / (1 + np.exp(-z)), np.array([1, 0, 0, 1])
    return 1 - (2 * (p * truth).sum() + 1) / (p.sum() + truth.sum() + 1)


@case([0.4, 0.7, 0.2], [-0.666516292749662, 1.1062984197965477, -1.9250335532981868], "Lin and others 2017")
def focal_loss(p):
    y = np.array([1, 0, 1])
    pt = np.where(y == 1, p, 1 - p)
    return -np.mean((1 - pt) ** 2 * np.log(pt))
