"""Functions of scipy.special."""

from __future__ import annotations

import math

import numpy as np
import scipy.special

from derivlab.lift.lifted import numbers, plain


def logsumexp(a, axis=None, b=None, keepdims=False, return_sign=False):
    if return_sign:
        raise NotImplementedError("return_sign=True is not followed")
    a = np.asarray(a)
    top = np.max(plain(a).astype(float), axis=axis, keepdims=True)
    terms = np.exp(a - top) if b is None else b * np.exp(a - top)
    out = np.log(np.sum(terms, axis=axis, keepdims=True)) + top
    if keepdims:
        return out
    return np.reshape(out, ()) if axis is None else np.squeeze(out, axis=axis)


def softmax(x, axis=None):
    return np.exp(x - logsumexp(x, axis=axis, keepdims=True))


def log_softmax(x, axis=None):
    return x - logsumexp(x, axis=axis, keepdims=True)


def expit(x):
    return np.exp(-np.logaddexp(0.0, -x))


def logit(p):
    return np.log(p) - np.log1p(-p)


def log_expit(x):
    return -np.logaddexp(0.0, -x)


def softplus(x):
    return np.logaddexp(0.0, x)


def xlogy(x, y):
    return x * np.log(y)


def xlog1py(x, y):
    return x * np.log1p(y)


def entr(x):
    return -x * np.log(x)


def rel_entr(x, y):
    return x * np.log(x / y)


def kl_div(x, y):
    return x * np.log(x / y) - x + y


def huber(delta, r):
    size = np.abs(r)
    return np.where(size <= delta, 0.5 * r * r, delta * (size - 0.5 * delta))


def pseudo_huber(delta, r):
    return delta * delta * (np.sqrt(1.0 + (r / delta) ** 2) - 1.0)


def boxcox(x, lmbda):
    if np.all(numbers(lmbda) == 0) and lmbda is plain(lmbda):
        return np.log(x)
    return (x**lmbda - 1.0) / lmbda


def inv_boxcox(y, lmbda):
    return (lmbda * y + 1.0) ** (1.0 / lmbda)


def cosm1(x):
    return -2.0 * np.sin(0.5 * x) ** 2


def exprel(x):
    return np.expm1(x) / x


def exp10(x):
    return 10.0**x


def sinc(x):
    return np.sinc(x)


def ndtr(x):
    return 0.5 * scipy.special.erfc(-x / np.sqrt(2.0))


def beta(a, b):
    return np.exp(betaln(a, b))


def betaln(a, b):
    return scipy.special.gammaln(a) + scipy.special.gammaln(b) - scipy.special.gammaln(a + b)


def loggamma(z):
    if np.any(numbers(z) <= 0):
        raise NotImplementedError("the complex branch of loggamma is not followed")
    return scipy.special.gammaln(z)


def multigammaln(a, d):
    terms = [scipy.special.gammaln(a - 0.5 * j) for j in range(d)]
    return sum(terms) + d * (d - 1) / 4.0 * math.log(math.pi)


def binom(n, k):
    gamma = scipy.special.gammaln
    return np.exp(gamma(n + 1.0) - gamma(k + 1.0) - gamma(n - k + 1.0))


def comb(N, k, **_):
    return binom(N, k)


def factorial(n, **_):
    return scipy.special.gamma(n + 1.0)


def poch(z, m):
    return scipy.special.gamma(z + m) / scipy.special.gamma(z)


def rgamma(z):
    return 1.0 / scipy.special.gamma(z)


def lambertw(z, k=0, tol=1e-8):
    """Three steps of Newton's method on w eʷ = z from SciPy's value, which has sixteen digits: exact derivatives."""
    start = scipy.special.lambertw(numbers(z), k)
    if np.any(np.imag(start) != 0):
        raise NotImplementedError("complex values of lambertw are not followed")
    w = np.real(start)
    for _ in range(3):
        w = w - (w - z * np.exp(-w)) / (1.0 + w)
    return w


def _polynomial(first, step):
    def evaluated(n, x):
        before, now = 1.0 + 0.0 * x, first(x)
        for k in range(1, int(n)):
            before, now = now, step(k, x, now, before)
        return now if n else before

    return evaluated


eval_legendre = _polynomial(lambda x: x, lambda k, x, p, q: ((2 * k + 1) * x * p - k * q) / (k + 1))
eval_chebyt = _polynomial(lambda x: x, lambda k, x, p, q: 2 * x * p - q)
eval_chebyu = _polynomial(lambda x: 2 * x, lambda k, x, p, q: 2 * x * p - q)
eval_hermite = _polynomial(lambda x: 2 * x, lambda k, x, p, q: 2 * x * p - 2 * k * q)
eval_hermitenorm = _polynomial(lambda x: x, lambda k, x, p, q: x * p - k * q)
eval_laguerre = _polynomial(lambda x: 1 - x, lambda k, x, p, q: ((2 * k + 1 - x) * p - k * q) / (k + 1))
