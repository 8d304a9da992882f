"""scipy.special: slopes as in Abramowitz and Stegun 1964, and the DLMF."""

from __future__ import annotations

import numpy as np
import scipy.special
import scipy.special as sc
from scipy.special import erf, expit, gammaln, logsumexp

from derivlab.gallery import Topic, elementwise

case = Topic("special")

V = [0.5, -1.5, 2.0]
P = [0.2, 0.5, 0.3]
ROOT = np.sqrt(np.pi)


def normal(x):
    """The density of the standard normal distribution."""
    return np.exp(-x * x / 2) / np.sqrt(2 * np.pi)


# name, f, x, f'(x)
case.table(
    ("erf", lambda x: erf(x), 0.7, lambda x: 2 / ROOT * np.exp(-x * x)),
    ("erfc_far_out", lambda x: sc.erfc(x), 6.0, lambda x: -2 / ROOT * np.exp(-x * x)),
    ("erfcx", lambda x: sc.erfcx(x), 2.0, lambda x: 2 * x * sc.erfcx(x) - 2 / ROOT),
    ("erfi", lambda x: sc.erfi(x), 0.7, lambda x: 2 / ROOT * np.exp(x * x)),
    ("dawsn", lambda x: sc.dawsn(x), 0.7, lambda x: 1 - 2 * x * sc.dawsn(x)),
    ("erfinv", lambda x: sc.erfinv(x), 0.4, lambda x: ROOT / 2 * np.exp(sc.erfinv(x) ** 2)),
    ("erfcinv", lambda x: sc.erfcinv(x), 0.4, lambda x: -ROOT / 2 * np.exp(sc.erfcinv(x) ** 2)),
    ("ndtr", lambda x: sc.ndtr(x), -1.3, normal),
    ("log_ndtr", lambda x: sc.log_ndtr(x), -1.3, lambda x: normal(x) / sc.ndtr(x)),
    ("ndtri", lambda p: sc.ndtri(p), 0.3, lambda p: 1 / normal(sc.ndtri(p))),
    ("gamma", lambda x: scipy.special.gamma(x), 2.7, lambda x: sc.gamma(x) * sc.digamma(x)),
    ("gamma_of_negative", lambda x: sc.gamma(x), -1.4, lambda x: sc.gamma(x) * sc.digamma(x)),
    ("gammaln", lambda x: gammaln(x), 12.3, lambda x: sc.digamma(x)),
    ("loggamma", lambda x: sc.loggamma(x), 2.3, lambda x: sc.digamma(x)),
    ("rgamma", lambda x: sc.rgamma(x), 2.3, lambda x: -sc.digamma(x) / sc.gamma(x)),
    ("digamma", lambda x: sc.digamma(x) + sc.psi(2 * x), 1.7, lambda x: sc.polygamma(1, x) + 2 * sc.polygamma(1, 2 * x)),
    ("polygamma", lambda x: sc.polygamma(1, x), 1.7, lambda x: sc.polygamma(2, x)),
    ("multigammaln", lambda x: sc.multigammaln(x, 3), 2.7, lambda x: sum(sc.digamma(x - j / 2) for j in range(3))),
    ("factorial_of_real", lambda x: sc.factorial(x), 2.5, lambda x: sc.gamma(x + 1) * sc.digamma(x + 1)),
    ("binom", lambda n: sc.binom(n, 2), 5.5, lambda n: n - 0.5),
    ("expit", lambda x: expit(x), 0.7, lambda x: sc.expit(x) * sc.expit(-x)),
    ("logit", lambda p: sc.logit(p), 0.3, lambda p: 1 / (p * (1 - p))),
    ("log_expit", lambda x: sc.log_expit(x), -30.0, lambda x: sc.expit(-x)),
    ("exprel", lambda x: sc.exprel(x), 0.7, lambda x: (np.exp(x) * (x - 1) + 1) / x**2),
    ("cosm1", lambda x: sc.cosm1(x), 1e-3, lambda x: -np.sin(x)),
    ("entr", lambda p: sc.entr(p), 0.3, lambda p: -np.log(p) - 1),
    ("j0_and_j1", lambda x: sc.j0(x) + sc.j1(x), 1.7, lambda x: -sc.j1(x) + sc.j0(x) - sc.j1(x) / x),
    ("jv", lambda x: sc.jv(2.5, x), 1.7, lambda x: sc.jvp(2.5, x)),
    ("jn", lambda x: sc.jn(2, x), 1.7, lambda x: sc.jvp(2, x)),
    ("y0_and_yv", lambda x: sc.y0(x) + sc.yv(1.5, x), 1.7, lambda x: -sc.y1(x) + sc.yvp(1.5, x)),
    ("i0_and_iv", lambda x: sc.i0(x) + sc.iv(1.5, x), 1.7, lambda x: sc.i1(x) + sc.ivp(1.5, x)),
    ("k0_k1_and_kv", lambda x: sc.k0(x) * sc.k1(x) + sc.kv(1.5, x), 1.7, lambda x: -(sc.k1(x) ** 2) - sc.k0(x) ** 2 - sc.k0(x) * sc.k1(x) / x + sc.kvp(1.5, x)),
    ("i0e_and_i1e", lambda x: sc.i0e(x) + sc.i1e(x), 1.7, lambda x: -sc.i1e(x) / x),
    ("k0e_and_k1e", lambda x: sc.k0e(x) + sc.k1e(x), 1.7, lambda x: -sc.k1e(x) / x),
    ("expi", lambda x: sc.expi(x), 0.7, lambda x: np.exp(x) / x),
    ("exp1_and_expn", lambda x: sc.exp1(x) + sc.expn(2, x), 0.7, lambda x: -np.exp(-x) / x - sc.exp1(x)),
    ("zeta_of_hurwitz", lambda q: sc.zeta(2.5, q), 1.7, lambda q: -2.5 * sc.zeta(3.5, q)),
    ("ellipk_and_ellipe", lambda m: sc.ellipk(m) * sc.ellipe(m), 0.4, lambda m: sc.ellipe(m) / (2 * m) * (sc.ellipe(m) / (1 - m) - sc.ellipk(m)) + sc.ellipk(m) * (sc.ellipe(m) - sc.ellipk(m)) / (2 * m)),
    ("hyp1f1", lambda x: sc.hyp1f1(1.5, 2.5, x), 0.7, lambda x: 0.6 * sc.hyp1f1(2.5, 3.5, x)),
    ("hyp2f1", lambda x: sc.hyp2f1(0.5, 1.5, 2.5, x), 0.4, lambda x: 0.3 * sc.hyp2f1(1.5, 2.5, 3.5, x)),
    ("gammainc", lambda x: sc.gammainc(2.5, x) - sc.gammaincc(1.5, x), 0.7, lambda x: x**1.5 * np.exp(-x) / sc.gamma(2.5) + x**0.5 * np.exp(-x) / sc.gamma(1.5)),
    ("betainc", lambda x: sc.betainc(2.0, 3.5, x), 0.4, lambda x: x * (1 - x) ** 2.5 / sc.beta(2, 3.5)),
    ("lambertw", lambda x: sc.lambertw(x).real, 1.7, lambda x: sc.lambertw(x).real / (x * (1 + sc.lambertw(x).real))),
    ("legendre_polynomial", lambda x: sc.eval_legendre(3, x), 0.4, lambda x: 7.5 * x**2 - 1.5),
    ("hermite_polynomial", lambda x: sc.eval_hermite(3, x), 0.4, lambda x: 24 * x**2 - 12),
    ("boxcox", lambda x: sc.boxcox(x, 0.5), 2.0, lambda x: x**-0.5),
)  # fmt: skip

# of several numbers
case.table(
    ("logsumexp", lambda x: logsumexp(x), V, lambda x: np.exp(x) / np.exp(x).sum()),
    ("logsumexp_far_apart", lambda x: sc.logsumexp(x), [-900.0, 900.0, 899.0], lambda x: [0, sc.expit(1.0), sc.expit(-1.0)]),
    ("logsumexp_axis", lambda x: sc.logsumexp(x, axis=0, keepdims=True)[0], [V, V], lambda x: 0.5 * np.eye(3)[:, None, :] * np.ones((1, 2, 1))),
    ("logsumexp_weighted", lambda x: sc.logsumexp(x, b=[1.0, 2.0, 0.5]), V, lambda x: np.exp(x) * (1, 2, 0.5) / np.sum(np.exp(x) * (1, 2, 0.5))),
    ("softmax", lambda x: sc.softmax(x), V, lambda x: np.diag(sc.softmax(x)) - np.outer(sc.softmax(x), sc.softmax(x))),
    ("log_softmax", lambda x: sc.log_softmax(x), V, lambda x: np.eye(3) - sc.softmax(x)),
    ("xlogy", lambda x: np.sum(sc.xlogy(x, x)), P, lambda x: np.log(x) + 1),
    ("xlog1py", lambda x: sc.xlog1py(x[0], x[1]), P, lambda x: (np.log1p(x[1]), x[0] / (1 + x[1]), 0)),
    ("kl_divergence", lambda p: np.sum(sc.rel_entr(p, np.array([0.5, 0.25, 0.25]))), P, lambda p: np.log(p / [0.5, 0.25, 0.25]) + 1),
    ("kl_div", lambda q: np.sum(sc.kl_div([0.5, 0.25, 0.25], q)), P, lambda q: 1 - np.array([0.5, 0.25, 0.25]) / q),
    ("beta", lambda x: sc.beta(x[0], x[1]), [1.5, 2.5], lambda x: sc.beta(*x) * (sc.digamma(x) - sc.digamma(x.sum()))),
    ("betaln", lambda x: sc.betaln(x[0], x[1]), [1.5, 2.5], lambda x: sc.digamma(x) - sc.digamma(x.sum())),
    ("huber", lambda x: sc.huber(1.0, x), V, elementwise(lambda x: (x[0], -1, 1))),
    ("pseudo_huber", lambda x: sc.pseudo_huber(1.5, x), V, elementwise(lambda x: x / np.sqrt(1 + (x / 1.5) ** 2))),
    ("erf_of_matrix", lambda x: erf(x), [V, V], elementwise(lambda x: 2 / ROOT * np.exp(-x * x))),
    ("dirichlet_normaliser", lambda a: np.sum(gammaln(a)) - gammaln(np.sum(a)), [1.5, 2.5, 0.7], lambda a: sc.digamma(a) - sc.digamma(a.sum())),
)  # fmt: skip
