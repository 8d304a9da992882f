"""Functions of scipy.special as SymPy writes them."""

from __future__ import annotations

from collections.abc import Callable

import sympy as s

_SQRT2, _SQRT_PI = s.sqrt(2), s.sqrt(s.pi)
_BESSEL = {"j": s.besselj, "y": s.bessely, "i": s.besseli, "k": s.besselk}


def _order(function: Callable, n: int) -> Callable:
    return lambda x: function(n, x)


SPECIAL: dict[str, Callable] = {
    "erf": s.erf, "erfc": s.erfc, "erfi": s.erfi, "erfinv": s.erfinv, "erfcinv": lambda x: s.erfinv(1 - x),
    "gamma": s.gamma, "gammaln": s.loggamma, "digamma": s.digamma, "polygamma": s.polygamma, "zeta": s.zeta,
    "erfcx": lambda x: s.exp(x**2) * s.erfc(x), "dawsn": lambda x: _SQRT_PI / 2 * s.exp(-(x**2)) * s.erfi(x),
    "ndtri": lambda p: _SQRT2 * s.erfinv(2 * p - 1), "log_ndtr": lambda x: s.log(s.erfc(-x / _SQRT2) / 2),
    "expi": s.Ei, "exp1": lambda x: s.expint(1, x), "expn": s.expint, "spence": lambda x: s.polylog(2, 1 - x),
    "gammainc": lambda a, x: s.lowergamma(a, x) / s.gamma(a), "gammaincc": lambda a, x: s.uppergamma(a, x) / s.gamma(a),
    "betainc": lambda a, b, x: s.betainc_regularized(a, b, 0, x),
    "ellipk": s.elliptic_k, "ellipe": s.elliptic_e, "ellipkinc": s.elliptic_f, "ellipeinc": s.elliptic_e,
    "jv": s.besselj, "jn": s.besselj, "yv": s.bessely, "yn": s.bessely, "iv": s.besseli, "kv": s.besselk, "kn": s.besselk,
    "ive": lambda v, x: s.besseli(v, x) * s.exp(-s.Abs(x)), "kve": lambda v, x: s.besselk(v, x) * s.exp(x),
    **{f"{kind}{n}": _order(function, n) for kind, function in _BESSEL.items() for n in (0, 1)},
    **{f"i{n}e": lambda x, n=n: s.besseli(n, x) * s.exp(-s.Abs(x)) for n in (0, 1)},
    **{f"k{n}e": lambda x, n=n: s.besselk(n, x) * s.exp(x) for n in (0, 1)},
    "airy.0": s.airyai, "airy.1": s.airyaiprime, "airy.2": s.airybi, "airy.3": s.airybiprime,
    "sici.0": s.Si, "sici.1": s.Ci, "shichi.0": s.Shi, "shichi.1": s.Chi, "fresnel.0": s.fresnels, "fresnel.1": s.fresnelc,
}  # fmt: skip
