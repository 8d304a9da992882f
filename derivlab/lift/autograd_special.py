"""Functions of scipy.special with their slopes: in closed form, or by differences with the digits of the reference."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import defjvp, defvjp, primitive
from autograd.numpy.numpy_vjps import unbroadcast_f

from derivlab.lift.autograd_rules import plain
from derivlab.lift.tables import RESULTS

_TWO_OVER_ROOT_PI = 2.0 / math.sqrt(math.pi)
# The slope in each argument, of f(...) = z; None where it has no closed form. `s` holds these very functions.
# A name with a number is one of several results.
_SLOPES: dict[str, Callable] = {
    "ndtri": lambda s: (lambda z, x: math.sqrt(2.0 * math.pi) * anp.exp(0.5 * z * z),),
    "log_ndtr": lambda s: (lambda z, x: anp.exp(-0.5 * x * x - z) / math.sqrt(2.0 * math.pi),),
    "erfcx": lambda s: (_near("erfcx", 10.0, lambda z, x: 2.0 * x * z - _TWO_OVER_ROOT_PI),),
    "erfi": lambda s: (lambda z, x: _TWO_OVER_ROOT_PI * anp.exp(x * x),),
    "dawsn": lambda s: (_near("dawsn", 10.0, lambda z, x: 1.0 - 2.0 * x * z),),
    "expit": lambda s: (lambda z, x: z * s("expit")(-x),),
    "beta": lambda s: (_near("beta", 1e3, lambda z, a, b: z * (_psi(a) - _psi(a + b)), 0),
                       _near("beta", 1e3, lambda z, a, b: z * (_psi(b) - _psi(a + b)), 1)),
    "betaln": lambda s: (_near("betaln", 1e3, lambda z, a, b: _psi(a) - _psi(a + b), 0),
                         _near("betaln", 1e3, lambda z, a, b: _psi(b) - _psi(a + b), 1)),
    "binom": lambda s: (_near("binom", 1e3, lambda z, n, k: z * (_psi(n + 1.0) - _psi(n - k + 1.0)), 0),
                        _near("binom", 1e3, lambda z, n, k: z * (_psi(n - k + 1.0) - _psi(k + 1.0)), 1)),
    "poch": lambda s: (_near("poch", 1e3, lambda z, a, m: z * (_psi(a + m) - _psi(a)), 0),
                       lambda z, a, m: z * _psi(a + m)),
    "expi": lambda s: (lambda z, x: anp.exp(x) / x,),
    "exp1": lambda s: (lambda z, x: -anp.exp(-x) / x,),
    "expn": lambda s: (None, lambda z, n, x: -s("expn")(n - 1, x)),
    "ive": lambda s: (None, lambda z, v, x: 0.5 * (s("ive")(v - 1, x) + s("ive")(v + 1, x)) - anp.sign(x) * z),
    "kve": lambda s: (None, lambda z, v, x: z - 0.5 * (s("kve")(v - 1, x) + s("kve")(v + 1, x))),
    "zeta": lambda s: (None, lambda z, x, q: -x * s("zeta")(x + 1, q)),
    "polygamma": lambda s: (None, lambda z, n, x: s("polygamma")(n + 1, x)),
    "jv": lambda s: (None, lambda z, v, x: 0.5 * (s("jv")(v - 1, x) - s("jv")(v + 1, x))),
    "jn": lambda s: (None, lambda z, v, x: 0.5 * (s("jv")(v - 1, x) - s("jv")(v + 1, x))),
    "yv": lambda s: (None, lambda z, v, x: 0.5 * (s("yv")(v - 1, x) - s("yv")(v + 1, x))),
    "yn": lambda s: (None, lambda z, v, x: 0.5 * (s("yv")(v - 1, x) - s("yv")(v + 1, x))),
    "iv": lambda s: (None, lambda z, v, x: 0.5 * (s("iv")(v - 1, x) + s("iv")(v + 1, x))),
    "kv": lambda s: (None, lambda z, v, x: -0.5 * (s("kv")(v - 1, x) + s("kv")(v + 1, x))),
    "kn": lambda s: (None, lambda z, v, x: -0.5 * (s("kv")(v - 1, x) + s("kv")(v + 1, x))),
    "k0": lambda s: (lambda z, x: -s("k1")(x),),
    "k1": lambda s: (lambda z, x: -s("k0")(x) - z / x,),
    "i0e": lambda s: (_near("i0e", 1e3, lambda z, x: s("i1e")(x) - anp.sign(x) * z),),
    "i1e": lambda s: (_near("i1e", 1e3, lambda z, x: s("i0e")(x) - z * (anp.sign(x) + 1.0 / x)),),
    "k0e": lambda s: (_near("k0e", 1e3, lambda z, x: z - s("k1e")(x)),),
    "k1e": lambda s: (_near("k1e", 1e3, lambda z, x: z - s("k0e")(x) - z / x),),
    # (K - E) / m by Carlson's integral, which does not cancel at small m.
    "ellipk": lambda s: (lambda z, m: (z - s("elliprd")(0.0, 1.0 - m, 1.0) / 3.0) / (2.0 * (1.0 - m)),),
    "ellipe": lambda s: (lambda z, m: -s("elliprd")(0.0, 1.0 - m, 1.0) / 6.0,),
    "ellipkinc": lambda s: (lambda z, phi, m: (1.0 - m * anp.sin(phi) ** 2) ** -0.5, None),
    "ellipeinc": lambda s: (lambda z, phi, m: (1.0 - m * anp.sin(phi) ** 2) ** 0.5, None),
    "hyp0f1": lambda s: (None, lambda z, b, x: s("hyp0f1")(b + 1, x) / b),
    "hyp1f1": lambda s: (None, None, lambda z, a, b, x: a / b * s("hyp1f1")(a + 1, b + 1, x)),
    "hyp2f1": lambda s: (None, None, None, lambda z, a, b, c, x: a * b / c * s("hyp2f1")(a + 1, b + 1, c + 1, x)),
    "gammainc": lambda s: (None, lambda z, a, x: anp.exp((a - 1) * anp.log(x) - x - _gammaln(a))),
    "gammaincc": lambda s: (None, lambda z, a, x: -anp.exp((a - 1) * anp.log(x) - x - _gammaln(a))),
    "betainc": lambda s: (None, None, lambda z, a, b, x: anp.exp(
        (a - 1) * anp.log(x) + (b - 1) * anp.log1p(-x) + _gammaln(a + b) - _gammaln(a) - _gammaln(b))),
    "hyperu": lambda s: (None, None, lambda z, a, b, x: -a * s("hyperu")(a + 1, b + 1, x)),
    "spence": lambda s: (lambda z, x: anp.log(x) / (1.0 - x),),
    "stdtr": lambda s: (None, lambda z, v, t: anp.exp(
        _gammaln(0.5 * v + 0.5) - _gammaln(0.5 * v) - 0.5 * (v + 1) * anp.log1p(t * t / v)) / anp.sqrt(math.pi * v)),
    **{name: lambda s, count=count: (None,) * count for name, count in {
        "zetac": 1, "exprel": 1, "ellipkm1": 1, "voigt_profile": 3, "ber": 1, "bei": 1, "ker": 1, "kei": 1, "struve": 2, "modstruve": 2,
        "elliprc": 2, "elliprd": 3, "elliprf": 3, "elliprg": 3, "elliprj": 4}.items()},
    "airy.0": lambda s: (lambda z, x: s("airy.1")(x),),
    "airy.1": lambda s: (lambda z, x: x * s("airy.0")(x),),
    "airy.2": lambda s: (lambda z, x: s("airy.3")(x),),
    "airy.3": lambda s: (lambda z, x: x * s("airy.2")(x),),
    "sici.0": lambda s: (lambda z, x: anp.sinc(x / math.pi),),
    "sici.1": lambda s: (lambda z, x: anp.cos(x) / x,),
    "shichi.0": lambda s: (lambda z, x: anp.sinh(x) / x,),
    "shichi.1": lambda s: (lambda z, x: anp.cosh(x) / x,),
    "fresnel.0": lambda s: (lambda z, x: anp.sin(0.5 * math.pi * anp.mod(x * x, 4.0)),),
    "fresnel.1": lambda s: (lambda z, x: anp.cos(0.5 * math.pi * anp.mod(x * x, 4.0)),),
    "ellipj.0": lambda s: (lambda z, u, m: s("ellipj.1")(u, m) * s("ellipj.2")(u, m), None),
    "ellipj.1": lambda s: (lambda z, u, m: -s("ellipj.0")(u, m) * s("ellipj.2")(u, m), None),
    "ellipj.2": lambda s: (lambda z, u, m: -m * s("ellipj.0")(u, m) * s("ellipj.1")(u, m), None),
    "ellipj.3": lambda s: (lambda z, u, m: s("ellipj.2")(u, m), None),
}  # fmt: skip


def _gammaln(x: Any) -> Any:
    from autograd.scipy.special import gammaln

    return gammaln(x)


def _psi(x: Any) -> Any:
    from autograd.scipy.special import psi

    return psi(x)


def _near(name: str, limit: float, slope: Callable, k: int = 0) -> Callable:
    """A slope that cancels far from 0: beyond the limit from more digits."""
    return lambda z, *args: (
        slope if all(np.all(np.abs(plain(a)) < limit) for a in args) else _numeric(name, k)
    )(z, *args)


@functools.cache
def special(name: str) -> Any:
    """The function of scipy.special with the slopes of the table, or None; several results as a tuple."""
    if f"{name}.0" in _SLOPES:
        return lambda *args: tuple(special(f"{name}.{k}")(*args) for k in range(RESULTS[f"special.{name}"]))
    if name not in _SLOPES:
        return None
    import scipy.special

    top, _, result = name.partition(".")
    whole = getattr(scipy.special, top)
    slopes = [slope or _numeric(name, k) for k, slope in enumerate(_SLOPES[name](special))]
    part = functools.wraps(whole)(lambda *args: whole(*args)[int(result)]) if result else whole
    return _with_slopes(primitive(part), slopes)


def _with_slopes(function: Any, slopes: list) -> Any:
    defvjp(function, *[_pull(slope, k) for k, slope in enumerate(slopes)])
    defjvp(function, *map(_push, slopes))
    return function


def _numeric(name: str, k: int, orders: tuple[int, ...] = ()) -> Callable:
    """The slope in the k-th argument of a partial derivative: another one, from its definition with the digits of the reference."""

    def slope(_: Any, *args: Any) -> Any:
        raised = [*orders] or [0] * len(args)
        raised[k] += 1
        return _partial(name, tuple(raised))(*args)

    return slope


@functools.cache
def _partial(name: str, orders: tuple[int, ...]) -> Any:
    from derivlab.lift.mpmath_space import partial

    found = np.vectorize(functools.partial(partial, f"special.{name}", orders), otypes=[float])
    function = primitive(lambda *args: found(*args)[()])
    return _with_slopes(function, [_numeric(name, k, orders) for k in range(len(orders))])


def _pull(slope: Callable, k: int) -> Callable:
    return lambda z, *args: unbroadcast_f(args[k], lambda g: g * slope(z, *args))


def _push(slope: Callable) -> Callable:
    return lambda g, z, *args: g * slope(z, *args)
