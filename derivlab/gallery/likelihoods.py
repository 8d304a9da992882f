"""Log-likelihoods and the objectives of the ADBench suite, at sizes that fit on a page.

Šrajer, Kukelova, Fitzgibbon, A benchmark of selected algorithmic differentiation tools, OMS 33 (2018).
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import expit, gammaln, logsumexp

from derivlab.gallery import Topic

case = Topic("likelihoods")

POINTS = np.array([[0.3, -1.1], [1.2, 0.4], [-0.7, 0.8], [0.1, 2.0], [-1.5, -0.6]])
LABELS = np.array([1, 0, 1, 1, 0])


@case([0.4, -0.3, 0.2], lambda w: -_design().T @ (LABELS - 1 / (1 + np.exp(-_design() @ w))))
def logistic_regression(w):
    z = _design() @ w
    return -np.sum(LABELS * z - np.log(1 + np.exp(z)))


def _design():
    return np.column_stack([np.ones(len(POINTS)), POINTS])


@case([0.4, -0.3, 0.2], [0.018859187322263337, -0.0959236271120467, -0.09075446953057113])
def logistic_regression_by_loop(w):
    total = 0.0
    for (a, b), label in zip(POINTS, LABELS):
        p = 1.0 / (1.0 + math.exp(-(w[0] + w[1] * a + w[2] * b)))
        total -= math.log(p) if label == 1 else math.log(1.0 - p)
    return total / len(POINTS) + 0.05 * (w[1] ** 2 + w[2] ** 2)


@case([0.4, -0.3, 0.2], lambda w: -_design().T @ (LABELS - 1 / (1 + np.exp(-_design() @ w))))
def cross_entropy_with_expit(w):
    p = expit(_design() @ w)
    return -(LABELS @ np.log(p) + (1 - LABELS) @ np.log1p(-p))


COUNTS = np.array([2, 0, 3, 1, 5])


@case([0.4, -0.3, 0.2], lambda w: _design().T @ (COUNTS - np.exp(_design() @ w)))
def poisson_regression(w):
    rate = np.exp(_design() @ w)
    return np.sum(COUNTS * np.log(rate) - rate - gammaln(COUNTS + 1))


@case([[0.1, -0.2, 0.3], [0.5, 0.0, -0.4], [-0.3, 0.7, 0.2]], [[-0.10248162369011392, -0.1042704352747442,
    0.20675205896485813], [0.313249653372752, 0.11072920283236833, -0.4239788562051203], [0.29668159500287944,
    -0.302272488773724, 0.005590893770844548]])  # fmt: skip
def softmax_regression(weights):
    logits = _design() @ weights
    logits = logits - logits.max(axis=1, keepdims=True)
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return -np.mean(np.log(chances[np.arange(5), [0, 2, 1, 1, 0]]))


@case([0.4, -0.3, 0.2], [-0.6866207027225806, 0.91326352278316, 0.6876812160733268])
def probit_regression(w):
    z = _design() @ w
    total = 0.0
    for label, v in zip(LABELS, z):
        total += math.log(0.5 * math.erfc(-(2 * label - 1) * v / math.sqrt(2)))
    return total


@case([0.3, 1.4], lambda p: (-np.sum(p[0] - POINTS[:, 0]) / p[1] ** 2, -5 / p[1] + np.sum((p[0] - POINTS[:, 0]) ** 2) / p[1] ** 3))  # fmt: skip
def normal_log_likelihood(p):
    mu, sigma = p
    return np.sum(-0.5 * ((POINTS[:, 0] - mu) / sigma) ** 2 - np.log(sigma) - 0.5 * np.log(2 * np.pi))


@case([0.3, 1.4, 4.5], [-0.06435654397833473, -1.4444063472814563, 0.09068251530494457])
def student_log_likelihood(p):
    mu, sigma, nu = p
    z2 = ((POINTS[:, 1] - mu) / sigma) ** 2
    norm = gammaln((nu + 1) / 2) - gammaln(nu / 2) - 0.5 * np.log(nu * np.pi) - np.log(sigma)
    return np.sum(norm - (nu + 1) / 2 * np.log1p(z2 / nu))


@case([2.5, 1.4], [-1.169303252201662, 1.942857142857143])
def gamma_log_likelihood(p):
    shape, rate = p
    y = np.array([0.4, 1.7, 2.2, 0.9])
    return np.sum(shape * np.log(rate) - gammaln(shape) + (shape - 1) * np.log(y) - rate * y)


@case([1.7, 2.1], [-0.9636483994616293, 2.0238539002879468], "Weibull lifetimes, two of them censored")
def weibull_censored(p):
    k, scale = p
    total = 0.0
    for time, died in [(0.7, True), (2.5, True), (3.0, False), (1.1, True), (3.0, False)]:
        total -= (time / scale) ** k
        if died:
            total += np.log(k / scale) + (k - 1) * np.log(time / scale)
    return total


@case([2.0, 3.5], [-0.21012378718100636, 0.14239848414931452])
def beta_binomial(p):
    a, b = p
    total = 0.0
    for k, n in [(3, 10), (7, 12), (0, 5)]:
        total += math.lgamma(k + a) + math.lgamma(n - k + b) - math.lgamma(n + a + b)
        total += math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return total


@case([0.4, -0.5, 1.2, 0.2, -0.3, 0.6], [-0.6891627936655577, 0.3067443431365869, -0.18116552226987317,
    0.37754066879814546, 0.2906471033700207, -0.10460379936932215], "Bradley and Terry 1952")  # fmt: skip
def bradley_terry(strength):
    games = [(0, 1), (2, 0), (3, 4), (5, 2), (1, 5), (4, 0), (2, 1)]
    return sum(strength[w] - np.logaddexp(strength[w], strength[l]) for w, l in games)


@case([0.2, -0.4, 0.5, 1.0, -0.8, 0.3, -0.2, 0.1], [-1.8223751192259954, 1.8223751192259954, -3.0427520704969013,
    -3.3853912154397627, 2.774493459846624, 3.1854113783948916, 0.1, -0.2], "mixture of Gaussians on a line")  # fmt: skip
def mixture_on_a_line(p):
    alphas, means, logs = p[:2], p[2:4], p[4:6]
    y = POINTS.ravel()
    parts = alphas - logs - 0.5 * ((y[:, None] - means) / np.exp(logs)) ** 2
    return np.sum(logsumexp(parts, axis=1)) - len(y) * logsumexp(alphas) + p[6] * p[7]


# alphas 2, means 2 x 2, log diagonals 2 x 2, below the diagonal 2
GMM = [0.1, -0.2, 0.3, -0.5, 0.8, 0.4, 0.1, -0.2, 0.3, 0.05, 0.6, -0.4]


def _log_gamma_distrib(a, p):
    out = 0.25 * p * (p - 1) * math.log(math.pi)
    for j in range(1, p + 1):
        out += math.lgamma(a + 0.5 * (1 - j))
    return out


@case(GMM, [0.3671714074703277, -0.3671714074703277, -2.633254563699743, 0.3403390825685834, -1.3041666404005863,
    0.4576407338250895, -0.30819150796955913, 0.7301336327206579, 1.09460443683443, 0.7862671717341336,
    -0.875343103453666, 0.2237656237706641], "ADBench, gaussian mixture model with Wishart prior")  # fmt: skip
def gaussian_mixture(params, gamma=1.0, m=0):
    k, d = 2, 2
    alphas, means = params[:k], params[k : k + k * d].reshape(k, d)
    logs, below = params[k + k * d : k + 2 * k * d].reshape(k, d), params[k + 2 * k * d :]
    total = 0.0
    for x in POINTS:
        beta = np.zeros(k)
        for j in range(k):
            Q = np.diag(np.exp(logs[j]))
            Q[1, 0] = below[j]
            beta[j] = alphas[j] + np.sum(logs[j]) - 0.5 * np.sum((Q @ (x - means[j])) ** 2)
        top = np.max(beta)
        total += top + np.log(np.sum(np.exp(beta - top)))
    n, freedom = len(POINTS), d + m + 1
    prior = 0.0
    for j in range(k):
        squares = np.sum(np.exp(2 * logs[j])) + below[j] ** 2
        prior += 0.5 * gamma**2 * squares - m * np.sum(logs[j])
    constant = freedom * d * (math.log(gamma) - 0.5 * math.log(2)) - _log_gamma_distrib(0.5 * freedom, d)
    top = np.max(alphas)
    return total - n * (top + np.log(np.sum(np.exp(alphas - top)))) + prior - k * constant


def rodrigues(rotation, point):
    """The point turned about an axis by the length of the rotation vector."""
    theta = np.sqrt(np.sum(rotation**2))
    axis = rotation / theta
    turned = point * np.cos(theta) + np.cross(axis, point) * np.sin(theta)
    return turned + axis * np.dot(axis, point) * (1 - np.cos(theta))


# rotation, centre, focal length, principal point, distortion, point, weight
CAMERA = [0.1, -0.2, 0.3, 0.4, -0.1, 0.2, 1.1, 0.05, -0.04, 0.02, -0.01, 0.7, 0.9, 4.0, 0.8]


@case(CAMERA, [[0.14285181784830978, 0.8883631853636431, -0.18201829173835993, -0.22396580983962175,
    0.06696629019853954, 5.880335614393717e-05, -0.14781907372936204, 0.8, 0.0, -0.00889090718264585,
    -0.00048666619126689617, 0.22396580983962175, -0.06696629019853954, -5.880335614393717e-05, -0.3532512263778728],
    [-0.9009110477192511, 0.10606525921182684, -0.07533866693624854, -0.057892179673125425, -0.21622294064498246,
    0.06147120909129476, 0.1151354679937794, 0.0, 0.8, 0.006925078973484666, 0.0003790616344332716,
    0.057892179673125425, 0.21622294064498246, -0.06147120909129476, -0.1816887315085533], [0.0, 0.0, 0.0, 0.0, 0.0,
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -1.6]], "ADBench, bundle adjustment")  # fmt: skip
def bundle_adjustment(p):
    rotation, centre, focal, principal, distortion = p[:3], p[3:6], p[6], p[7:9], p[9:11]
    point, weight = p[11:14], p[14]
    seen = rodrigues(rotation, point - centre)
    flat = seen[:2] / seen[2]
    r2 = np.sum(flat**2)
    projected = flat * (1 + distortion[0] * r2 + distortion[1] * r2**2) * focal + principal
    return np.append(weight * (projected - np.array([0.2, 0.3])), 1 - weight**2)


def _euler(angles):
    cx, cy, cz = np.cos(angles)
    sx, sy, sz = np.sin(angles)
    rx = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    ry = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    rz = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    return rz @ ry @ rx


@case([0.1, 0.2, -0.3, 0.5, 0.4, -0.2, 0.3, 0.6, -0.1], [[0.06373803172319116, 0.037389346188144615,
    -0.37788099439795775, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0], [-0.061516799195585684, -0.011565880125196517,
    0.12519673031418718, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0], [0.3900681308807264, -0.00793353523048395, 0.0, 0.0, 0.0, 1.0,
    0.0, 0.0, 0.0], [0.0869473922610545, 0.19367057480501662, -0.7331907899244504, 1.0, 0.0, 0.0, -0.1449750349647248,
    0.0, 0.0], [-0.23129759647019812, -0.05990932926992383, 0.20882709387739395, 0.0, 1.0, 0.0, -0.14655952482411183,
    0.0, 0.0], [0.7469641529610838, 0.017172551061531503, 0.0, 0.0, 0.0, 1.0, 0.39244013201824934, 0.0, 0.0],
    [0.024874022596364485, 0.5267924600078598, -0.9290903379000046, 1.0, 0.0, 0.0, -0.28231977882658077,
    -0.11005078428593647, 0.0], [-0.556611297750058, -0.1629560039014588, 0.2029483568310687, 0.0, 1.0, 0.0,
    -0.5152636520694824, -0.3656454914054791, 0.0], [0.9286809441199148, 0.0806809979744593, 0.0, 0.0, 0.0, 1.0,
    0.5972649235386299, 0.2035665851323087, 0.0]], "ADBench, hand tracking: a chain of bones")  # fmt: skip
def hand_tracking(theta):
    pose = np.eye(4)
    pose[:3, :3] = _euler(theta[:3])
    pose[:3, 3] = theta[3:6]
    tips = []
    for bend in theta[6:]:
        bone = np.eye(4)
        bone[:3, :3] = _euler(np.array([bend, 0.0, bend / 2]))
        bone[1, 3] = 0.4
        pose = np.matmul(pose, bone)
        tips.append(pose[:3, 3])
    return (np.array(tips) - np.linspace(0, 1, 9).reshape(3, 3)).ravel()


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


@case(np.linspace(-0.8, 0.9, 16).tolist(), [0.007133266510469709, 0.01897856864468679, 0.012864011503473292,
    0.009756139308570666, 0.03324556782254714, 0.05008056518856084, 0.02634834088925168, 0.015813453471678673,
    0.035666332552348544, 0.021087298494096435, 0.1159197983376306, 0.05346465018465187, 0.12190953147626621,
    0.06148971757391175, 0.23901693591997092, 0.08889877679752024],
    "ADBench, long short-term memory, one layer of two cells")  # fmt: skip
def lstm(p):
    weight, bias = p[:8].reshape(4, 2), p[8:].reshape(4, 2)
    hidden, cell, loss = np.zeros(2), np.zeros(2), 0.0
    sequence = np.array([[0.5, -0.3], [0.2, 0.9], [-0.6, 0.1]])
    for t in range(len(sequence) - 1):
        x, target = sequence[t], sequence[t + 1]
        forget = _sigmoid(x * weight[0] + bias[0])
        ingate = _sigmoid(hidden * weight[1] + bias[1])
        outgate = _sigmoid(x * weight[2] + bias[2])
        change = np.tanh(hidden * weight[3] + bias[3])
        cell = cell * forget + ingate * change
        hidden = outgate * np.tanh(cell)
        loss += np.sum(target * hidden - np.log(np.sum(np.exp(hidden))))
    return -loss / 2


@case([0.6, 0.3, -0.5, 0.8, 0.2, -0.1], [-0.02642387925162731, 0.02642387925162731, -0.030271221243049366,
    0.030271221243049366, 0.07015741612027405, -0.08942935759127638], "forward algorithm, Baum 1966")  # fmt: skip
def hidden_markov_model(p):
    rows = np.stack([p[:2], p[2:4]])
    step = np.exp(rows) / np.sum(np.exp(rows), axis=1, keepdims=True)
    emit = np.stack([1 / (1 + np.exp(-p[4:])), 1 / (1 + np.exp(p[4:]))], axis=1)
    alpha = np.array([0.5, 0.5]) * emit[:, 0]
    total = 0.0
    for y in [0, 1, 1, 0, 1]:
        alpha = (alpha @ step) * emit[:, y]
        scale = np.sum(alpha)
        total += np.log(scale)
        alpha /= scale
    return total


@case([0.6, 0.3, -0.5, 0.8], [1.9921547468074043, 0.3149716720351216, 0.6245258460819664, 0.3754741539180336],
    "forward algorithm in logarithms")  # fmt: skip
def hidden_markov_model_in_logs(p):
    step = [[p[0], np.log1p(-np.exp(p[0] - 1)) - 1], [p[1] - 2, -0.3]]
    alpha = [p[2], p[3]]
    for y in (0.3, -0.7, 1.2):
        alpha = [logsumexp([alpha[i] + step[i][j] for i in range(2)]) - (y - j) ** 2 / 2 for j in range(2)]
    return logsumexp(alpha)


@case([0.5, -0.7, 0.4], [-0.6507704902284466, -0.2426452933163191, -1.0558846965439974],
    "Kalman filter for a local level with drift")  # fmt: skip
def kalman_filter(p):
    F, H = np.array([[1.0, 1.0], [0.0, 1.0]]), np.array([[1.0, 0.0]])
    Q, R = np.diag(np.exp(p[:2])), np.exp(p[2])
    m, P, total = np.zeros(2), np.eye(2), 0.0
    for y in [0.8, 1.9, 2.7, 4.4, 4.9]:
        m, P = F @ m, F @ P @ F.T + Q
        S = (H @ P @ H.T)[0, 0] + R
        gain = (P @ H.T / S)[:, 0]
        v = y - m[0]
        total += -0.5 * (np.log(2 * np.pi * S) + v**2 / S)
        m = m + gain * v
        P -= np.outer(gain, H @ P)
    return total


@case([0.2, -0.3, -1.0], [-1.06228123299301, -2.5345093892602506, 0.18144392416596195],
    "Rasmussen and Williams 2006, algorithm 2.1")  # fmt: skip
def gaussian_process(p):
    amplitude, length, noise = np.exp(p)
    t = np.linspace(0, 2, 5)
    y = np.sin(3 * t)
    K = amplitude**2 * np.exp(-0.5 * (t[:, None] - t) ** 2 / length**2) + noise**2 * np.eye(5)
    L = np.linalg.cholesky(K)
    alpha = np.linalg.solve(L.T, np.linalg.solve(L, y))
    return -0.5 * y @ alpha - np.sum(np.log(np.diag(L))) - 2.5 * np.log(2 * np.pi)


@case([0.2, -0.3, -1.0], [-2.7646179642361774, 0.5552084178430697, -0.40485957143933465])
def gaussian_process_by_slogdet(p):
    t = np.array([0.0, 0.4, 1.1, 1.7])
    y = np.cos(t)
    K = np.exp(2 * p[0] - np.abs(t[:, None] - t[None, :]) / np.exp(p[1])) + np.exp(2 * p[2]) * np.eye(4)
    _, logdet = np.linalg.slogdet(K)
    return -0.5 * np.dot(y, np.linalg.inv(K).dot(y)) - 0.5 * logdet


@case([0.4, 0.9, 0.1, 0.3, -0.2], [-1.1072779395903705, -1.784041814503302, 2.5648446176693342, -2.8041799352903483,
    3.0840808749126647], "multivariate normal with a Cholesky factor as parameter")  # fmt: skip
def normal_with_factor(p):
    L = np.zeros((2, 2))
    L[np.tril_indices(2)] = p[:3]
    L[np.diag_indices(2)] = np.exp(np.diag(L))
    z = np.linalg.solve(L, (POINTS - p[3:]).T)
    return -0.5 * np.sum(z**2) - len(POINTS) * np.trace(np.log(L * np.eye(2) + 1 - np.eye(2)))


@case([0.05, 0.1, 0.8], [57.47638696481181, 29.9510299278053, 29.28085226475966], "Bollerslev 1986")
def garch(p):
    omega, alpha, beta = p
    returns = [0.3, -0.9, 1.4, 0.2, -2.1, 0.6]
    variance, total = omega / (1 - alpha - beta), 0.0
    for r in returns:
        total -= 0.5 * (math.log(2 * math.pi * variance) + r * r / variance)
        variance = omega + alpha * r * r + beta * variance
    return total


@case([0.5, -0.2, 0.7], [0.3753169929046257, 0.5222358708139866, -0.30865783112326584])
def ordinal_regression(p):
    cuts = np.cumsum([p[0] - 2, np.exp(p[1]), np.exp(p[2])])
    total = 0.0
    for score, level in [(0.3, 0), (-0.8, 1), (1.2, 3), (0.1, 2)]:
        c = np.concatenate(([0.0], 1 / (1 + np.exp(-(cuts - score))), [1.0]))
        total += np.log(c[level + 1] - c[level])
    return total


@case([0.3, 0.8, -0.4], [0.3736073458316278, -0.1824555607039637, -0.14021526574353924],
    "Cox 1972, partial likelihood")  # fmt: skip
def cox_partial_likelihood(beta):
    covariates = np.array([[1.0, 0.2, 0.5], [0.3, -0.6, 1.0], [0.0, 1.1, -0.2], [0.7, 0.4, 0.9]])
    risk = covariates @ beta
    at_risk = np.cumsum(np.exp(risk)[::-1])[::-1]
    return np.sum((risk - np.log(at_risk))[[0, 2, 3]])


@case([0.9, 0.4, -0.2, 0.3], [-14.365918111742358, 3.0558134368169965, -21.88410377262621, -7.748976344322916],
    "evidence lower bound with a fixed draw")  # fmt: skip
def evidence_lower_bound(p):
    mean, spread = p[:2], np.exp(p[2:])
    z = mean + spread * np.random.default_rng(3).standard_normal((4, 2)).round(3)
    model = -0.5 * (z[:, 0] ** 2 + (z[:, 1] - z[:, 0] ** 2) ** 2)
    return np.mean(model) + np.sum(np.log(spread))
