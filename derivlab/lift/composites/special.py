"""Functions of scipy.special."""

from __future__ import annotations

import numpy as np
import scipy.special


def logsumexp(a, axis=None, b=None, keepdims=False, **_):
    a = np.asarray(a)
    top = np.max(a, axis=axis, keepdims=True)
    top = top - (top - top)
    terms = np.exp(a - top) if b is None else b * np.exp(a - top)
    out = np.log(np.sum(terms, axis=axis, keepdims=True)) + top
    if keepdims:
        return out
    return np.sum(out) if axis is None else np.squeeze(out, axis=axis)


def softmax(x, axis=None):
    return np.exp(x - logsumexp(x, axis=axis, keepdims=True))


def log_softmax(x, axis=None):
    return x - logsumexp(x, axis=axis, keepdims=True)


def expit(x):
    return 1.0 / (1.0 + np.exp(-x))


def logit(p):
    return np.log(p) - np.log1p(-p)


def log_expit(x):
    return -np.logaddexp(0.0, -x)


def xlogy(x, y):
    return x * np.log(y)


def xlog1py(x, y):
    return x * np.log1p(y)


def entr(x):
    return -x * np.log(x)


def rel_entr(x, y):
    return x * np.log(x / y)


def ndtr(x):
    return 0.5 * scipy.special.erfc(-x / np.sqrt(2.0))


def beta(a, b):
    return np.exp(betaln(a, b))


def betaln(a, b):
    return scipy.special.gammaln(a) + scipy.special.gammaln(b) - scipy.special.gammaln(a + b)
