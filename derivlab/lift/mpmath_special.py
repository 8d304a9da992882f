"""Functions of scipy.special by mpmath's names, or by their definitions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_NAMED = {"erf": "erf", "erfc": "erfc", "erfi": "erfi", "erfinv": "erfinv", "gamma": "gamma", "rgamma": "rgamma", "beta": "beta", "binom": "binomial", "poch": "rf",
          "expi": "ei", "exp1": "e1", "expn": "expint", "polygamma": "psi", "zeta": "zeta", "jv": "besselj", "jn": "besselj",
          "yv": "bessely", "yn": "bessely", "iv": "besseli", "kv": "besselk", "kn": "besselk", "ellipk": "ellipk", "ellipe": "ellipe",
          "ellipkinc": "ellipf", "ellipeinc": "ellipe", "hyp0f1": "hyp0f1", "hyp1f1": "hyp1f1", "hyp2f1": "hyp2f1", "hyperu": "hyperu",
          "eval_legendre": "legendre", "sici.0": "si", "shichi.0": "shi", "shichi.1": "chi",
          "fresnel.0": "fresnels", "fresnel.1": "fresnelc", "airy.0": "airyai", "airy.2": "airybi",
          "struve": "struveh", "modstruve": "struvel", "elliprc": "elliprc", "elliprd": "elliprd", "elliprf": "elliprf",
          "elliprg": "elliprg", "elliprj": "elliprj"}  # fmt: skip
_BESSEL = {"j": "besselj", "y": "bessely", "i": "besseli", "k": "besselk"}


def special(mp: Any) -> dict[str, Callable]:
    """Functions of numbers in the context `mp`, by their name; one of several results has a number."""
    root = mp.sqrt
    return {
        **{key: getattr(mp, name) for key, name in _NAMED.items()},
        "digamma": lambda x: mp.psi(0, x),
        "gammaln": lambda x: mp.ln(abs(mp.gamma(x))),
        "betaln": lambda a, b: mp.ln(abs(mp.beta(a, b))),
        "exprel": lambda x: mp.expm1(x) / x if x else mp.one,
        "erfcinv": lambda x: mp.erfinv(1 - x),
        "erfcx": lambda x: mp.exp(x * x) * mp.erfc(x),
        "dawsn": lambda x: root(mp.pi) / 2 * mp.exp(-x * x) * mp.erfi(x),
        "ndtri": lambda p: root(2) * mp.erfinv(2 * p - 1),
        "log_ndtr": lambda x: mp.ln(mp.erfc(-x / root(2)) / 2),
        "gammainc": lambda a, x: mp.gammainc(a, 0, x, regularized=True),
        "gammaincc": lambda a, x: mp.gammainc(a, x, mp.inf, regularized=True),
        "betainc": lambda a, b, x: mp.betainc(a, b, 0, x, regularized=True),
        **{kelvin: _order(mp, kelvin, 0) for kelvin in ("ber", "bei", "ker", "kei")},
        "zetac": lambda x: mp.zeta(x) - 1,
        "ellipkm1": lambda p: mp.ellipk(1 - p),
        "spence": lambda x: mp.re(mp.polylog(2, 1 - x)),
        "stdtr": lambda v, t: (
            mp.mpf(0.5)
            + t * mp.gamma((v + 1) / 2) / mp.gamma(mp.mpf(v) / 2) / root(mp.pi * v)
            * mp.hyp2f1(0.5, (v + 1) / 2, 1.5, -t * t / v)
        ),
        "voigt_profile": lambda x, sigma, gamma: mp.re(_faddeeva(mp, mp.mpc(x, gamma) / (sigma * root(2)))) / (sigma * root(2 * mp.pi)),
        "sici.1": lambda x: mp.re(mp.ci(x)),
        "airy.1": lambda x: mp.airyai(x, derivative=1),
        "airy.3": lambda x: mp.airybi(x, derivative=1),
        **{f"ellipj.{k}": _jacobi(mp, kind) for k, kind in enumerate(("sn", "cn", "dn"))},
        # The amplitude, on the branch that the quarter periods count.
        "ellipj.3": lambda u, m: mp.asin(_jacobi(mp, "sn")(u, m)) * (-1) ** (n := int(mp.nint(u / (2 * mp.ellipk(m))))) + n * mp.pi,
        **{f"{kind}{n}": _order(mp, name, n) for kind, name in _BESSEL.items() for n in (0, 1)},
        **{f"{kind}{n}e": _scaled(mp, name, n) for kind, name in (("i", "besseli"), ("k", "besselk")) for n in (0, 1)},
        **{f"{kind}ve": _scaled(mp, name) for kind, name in (("i", "besseli"), ("k", "besselk"))},
    }  # fmt: skip


def _faddeeva(mp: Any, z: Any) -> Any:
    return mp.exp(-z * z) * mp.erfc(-1j * z)


def _jacobi(mp: Any, kind: str) -> Callable:
    return lambda u, m: mp.re(mp.ellipfun(kind, u, m=m))


def _order(mp: Any, name: str, n: int) -> Callable:
    return lambda x: getattr(mp, name)(n, x)


def _scaled(mp: Any, name: str, *order: int) -> Callable:
    return lambda *args: (
        getattr(mp, name)(*order, *args) * mp.exp(-abs(args[-1]) if name == "besseli" else args[-1])
    )
