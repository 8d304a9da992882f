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
    return r * r / (np.sqrt(1.0 + (r / delta) ** 2) + 1.0)


def boxcox(x, lmbda):
    return _boxcox(np.log(x), lmbda)


def _boxcox(log, lmbda):
    if np.all(numbers(lmbda) == 0) and lmbda is plain(lmbda):
        return log
    return np.expm1(lmbda * log) / lmbda


def inv_boxcox(y, lmbda):
    return np.exp(np.log1p(lmbda * y) / lmbda)


def boxcox1p(x, lmbda):
    return _boxcox(np.log1p(x), lmbda)


def inv_boxcox1p(y, lmbda):
    return np.expm1(np.log1p(lmbda * y) / lmbda)


def sindg(x):
    return np.sin(np.deg2rad(x))


def cosdg(x):
    return np.cos(np.deg2rad(x))


def tandg(x):
    return np.tan(np.deg2rad(x))


def powm1(x, y):
    return np.expm1(y * np.log(x))


def agm(a, b):
    """Gauss's iteration, which doubles the right digits at each step: nine steps reach a hundred."""
    for _ in range(9):
        a, b = 0.5 * (a + b), np.sqrt(a * b)
    return a


def spherical_jn(n, z, derivative=False):
    return _spherical(scipy.special.jv, n, z, derivative, 1)


def spherical_yn(n, z, derivative=False):
    return _spherical(scipy.special.yv, n, z, derivative, 1)


def spherical_in(n, z, derivative=False):
    return _spherical(scipy.special.iv, n, z, derivative, -1)


def spherical_kn(n, z, derivative=False):
    return _spherical(scipy.special.kv, n, z, derivative, 1)


def _spherical(bessel, n, z, derivative, sign):
    """√(π/2z) times the Bessel function of half an order more; NIST's handbook, 10.47 and 10.51."""
    found = np.sqrt(np.pi / 2 / z) * bessel(n + 0.5, z)
    if not derivative:
        return found
    return n / z * found - sign * np.sqrt(np.pi / 2 / z) * bessel(n + 1.5, z)


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
    return scipy.special.binom(N, k)


def factorial(n, **_):
    return scipy.special.gamma(n + 1.0)


def poch(z, m):
    return scipy.special.gamma(z + m) / scipy.special.gamma(z)


def rgamma(z):
    return 1.0 / scipy.special.gamma(z)


def gdtr(a, b, x):
    return scipy.special.gammainc(b, a * x)


def gdtrc(a, b, x):
    return scipy.special.gammaincc(b, a * x)


def chdtr(v, x):
    return scipy.special.gammainc(v / 2, x / 2)


def chdtrc(v, x):
    return scipy.special.gammaincc(v / 2, x / 2)


def pdtr(k, m):
    return scipy.special.gammaincc(np.floor(k) + 1, m)


def pdtrc(k, m):
    return scipy.special.gammainc(np.floor(k) + 1, m)


def bdtr(k, n, p):
    return scipy.special.betainc(n - np.floor(k), np.floor(k) + 1, 1 - p)


def bdtrc(k, n, p):
    return scipy.special.betainc(np.floor(k) + 1, n - np.floor(k), p)


def nbdtr(k, n, p):
    return scipy.special.betainc(n, k + 1, p)


def nbdtrc(k, n, p):
    return scipy.special.betainc(k + 1, n, 1 - p)


def fdtr(dfn, dfd, x):
    return scipy.special.betainc(dfn / 2, dfd / 2, dfn * x / (dfd + dfn * x))


def fdtrc(dfn, dfd, x):
    return scipy.special.betainc(dfd / 2, dfn / 2, dfd / (dfd + dfn * x))


def betaincc(a, b, x):
    return scipy.special.betainc(b, a, 1 - x)


def _solved(start, rest, slope):
    """Three steps of Newton's method from a root of sixteen digits: the derivatives of the exact root."""
    for _ in range(3):
        start = start - rest(start) / slope(start)
    return start


def gammaincinv(a, y):
    start = scipy.special.gammaincinv(numbers(a), numbers(y))
    return _solved(start, lambda x: scipy.special.gammainc(a, x) - y, lambda x: _gamma_density(a, x))


def gammainccinv(a, y):
    start = scipy.special.gammainccinv(numbers(a), numbers(y))
    return _solved(start, lambda x: scipy.special.gammaincc(a, x) - y, lambda x: -_gamma_density(a, x))


def _gamma_density(a, x):
    return np.exp((a - 1) * np.log(x) - x - scipy.special.gammaln(a))


def chdtri(v, p):
    return 2 * gammainccinv(v / 2, p)


def betaincinv(a, b, y):
    start = scipy.special.betaincinv(numbers(a), numbers(b), numbers(y))
    return _solved(
        start,
        lambda x: scipy.special.betainc(a, b, x) - y,
        lambda x: np.exp((a - 1) * np.log(x) + (b - 1) * np.log1p(-x) - betaln(a, b)),
    )


def stdtrit(df, p):
    start = scipy.special.stdtrit(numbers(df), numbers(p))
    gammaln = scipy.special.gammaln
    return _solved(
        start,
        lambda t: scipy.special.stdtr(df, t) - p,
        lambda t: (
            np.exp(gammaln(df / 2 + 0.5) - gammaln(df / 2) - (df + 1) / 2 * np.log1p(t * t / df))
            / np.sqrt(math.pi * df)
        ),
    )


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
    """Orthogonal polynomials by their recurrence; n comes first, x last, and parameters between them."""

    def evaluated(n, *rest):
        n, (*parameters, x) = np.asarray(numbers(n)), rest
        if np.any(n != np.rint(n)) or np.any(n < 0):
            raise NotImplementedError("an order that is no whole number is not followed")
        before, now = 1.0 + 0.0 * x, first(*parameters, x)
        found = np.where(n == 0, before, now)
        for k in range(1, int(np.max(n))):
            before, now = now, step(k, *parameters, x, now, before)
            found = np.where(n == k + 1, now, found)
        return found

    return evaluated


eval_legendre = _polynomial(lambda x: x, lambda k, x, p, q: ((2 * k + 1) * x * p - k * q) / (k + 1))
eval_chebyt = _polynomial(lambda x: x, lambda k, x, p, q: 2 * x * p - q)
eval_chebyu = _polynomial(lambda x: 2 * x, lambda k, x, p, q: 2 * x * p - q)
eval_hermite = _polynomial(lambda x: 2 * x, lambda k, x, p, q: 2 * x * p - 2 * k * q)
eval_hermitenorm = _polynomial(lambda x: x, lambda k, x, p, q: x * p - k * q)
eval_laguerre = _polynomial(lambda x: 1 - x, lambda k, x, p, q: ((2 * k + 1 - x) * p - k * q) / (k + 1))
eval_genlaguerre = _polynomial(
    lambda a, x: 1 + a - x, lambda k, a, x, p, q: ((2 * k + 1 + a - x) * p - (k + a) * q) / (k + 1)
)
eval_gegenbauer = _polynomial(
    lambda a, x: 2 * a * x, lambda k, a, x, p, q: (2 * (k + a) * x * p - (k + 2 * a - 1) * q) / (k + 1)
)


def _jacobi_step(k, a, b, x, p, q):
    s = 2 * k + a + b
    rise = (s + 1) * ((s + 2) * s * x + a * a - b * b) * p - 2 * (k + a) * (k + b) * (s + 2) * q
    return rise / (2 * (k + 1) * (k + a + b + 1) * s)


eval_jacobi = _polynomial(lambda a, b, x: (a + 1) + (a + b + 2) * (x - 1) / 2, _jacobi_step)


def eval_sh_legendre(n, x):
    return eval_legendre(n, 2 * x - 1)


def eval_sh_chebyt(n, x):
    return eval_chebyt(n, 2 * x - 1)


def eval_sh_chebyu(n, x):
    return eval_chebyu(n, 2 * x - 1)
