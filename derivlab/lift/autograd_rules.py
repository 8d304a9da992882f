"""Primitives that autograd lacks, with their derivatives both ways."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import defjvp, defvjp, primitive
from autograd.numpy.numpy_vjps import unbroadcast_f
from autograd.tracer import isbox


def plain(value: Any) -> Any:
    while isbox(value):
        value = value._value
    return value


@primitive
def assigned(a: Any, new: Any, key: Any) -> Any:
    out = np.array(a, dtype=np.result_type(a, new, float))
    out[key] = new
    return out


def _kept(g: Any, key: Any) -> Any:
    mask = np.ones(np.shape(plain(g)))
    mask[key] = 0.0
    return g * mask


def _stayed(part: Any, ans: Any, key: Any) -> Any:
    """The adjoint of what was written, 0 where an index named twice was written over."""
    if not any(isinstance(k, (list, np.ndarray, range)) for k in (key if type(key) is tuple else (key,))):
        return part
    value = plain(ans)
    places = np.arange(value.size).reshape(value.shape)[key]
    last = np.full(value.size, -1)
    last[places.ravel()] = np.arange(places.size)
    stays = last[places.ravel()] == np.arange(places.size)
    return part if stays.all() else part * stays.reshape(places.shape)


defvjp(
    assigned,
    lambda ans, a, new, key: lambda g: _like(a, _kept(g, key)),
    lambda ans, a, new, key: unbroadcast_f(new, lambda g: _like(new, _stayed(g[key], ans, key))),
)
defjvp(
    assigned,
    lambda g, ans, a, new, key: _kept(g, key),
    lambda g, ans, a, new, key: assigned(np.zeros(np.shape(plain(ans))), g, key),
)


def _like(value: Any, g: Any) -> Any:
    """The adjoint of a real value is real."""
    return anp.real(g) if np.iscomplexobj(plain(g)) and not np.iscomplexobj(plain(value)) else g


@primitive
def where(condition: Any, a: Any, b: Any) -> Any:
    return np.where(condition, a, b)


def _zeros(ans: Any) -> Any:
    return np.zeros(np.shape(plain(ans)))


defvjp(
    where,
    None,
    lambda ans, c, a, b: unbroadcast_f(a, lambda g: _like(a, where(c, g, _zeros(ans)))),
    lambda ans, c, a, b: unbroadcast_f(b, lambda g: _like(b, where(c, _zeros(ans), g))),
)
defjvp(
    where,
    None,
    lambda g, ans, c, a, b: where(c, g, _zeros(ans)),
    lambda g, ans, c, a, b: where(c, _zeros(ans), g),
)


@primitive
def cbrt(x: Any) -> Any:
    return np.cbrt(x)


defvjp(cbrt, lambda ans, x: lambda g: g / (3 * ans**2))
defjvp(cbrt, lambda g, ans, x: g / (3 * ans**2))


# Linear: the tangent is transformed like the value.
for _transform in (anp.fft.fft, anp.fft.ifft):
    defjvp(_transform, "same")

_TWO_OVER_ROOT_PI = 2.0 / math.sqrt(math.pi)
# The slope in each argument, of f(...) = z; None where it has no closed form. `s` holds these very functions.
_SLOPES: dict[str, Callable] = {
    "ndtri": lambda s: (lambda z, x: math.sqrt(2.0 * math.pi) * anp.exp(0.5 * z * z),),
    "log_ndtr": lambda s: (lambda z, x: anp.exp(-0.5 * x * x - z) / math.sqrt(2.0 * math.pi),),
    "erfcx": lambda s: (lambda z, x: 2.0 * x * z - _TWO_OVER_ROOT_PI,),
    "erfi": lambda s: (lambda z, x: _TWO_OVER_ROOT_PI * anp.exp(x * x),),
    "dawsn": lambda s: (lambda z, x: 1.0 - 2.0 * x * z,),
    "expi": lambda s: (lambda z, x: anp.exp(x) / x,),
    "exp1": lambda s: (lambda z, x: -anp.exp(-x) / x,),
    "expn": lambda s: (None, lambda z, n, x: -s("expn")(n - 1, x)),
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
    "i0e": lambda s: (lambda z, x: s("i1e")(x) - anp.sign(x) * z,),
    "i1e": lambda s: (lambda z, x: s("i0e")(x) - z * (anp.sign(x) + 1.0 / x),),
    "k0e": lambda s: (lambda z, x: z - s("k1e")(x),),
    "k1e": lambda s: (lambda z, x: z - s("k0e")(x) - z / x,),
    "ellipk": lambda s: (lambda z, m: (s("ellipe")(m) / (1.0 - m) - z) / (2.0 * m),),
    "ellipe": lambda s: (lambda z, m: (z - s("ellipk")(m)) / (2.0 * m),),
    "hyp0f1": lambda s: (None, lambda z, b, x: s("hyp0f1")(b + 1, x) / b),
    "hyp1f1": lambda s: (None, None, lambda z, a, b, x: a / b * s("hyp1f1")(a + 1, b + 1, x)),
    "hyp2f1": lambda s: (None, None, None, lambda z, a, b, c, x: a * b / c * s("hyp2f1")(a + 1, b + 1, c + 1, x)),
    "gammainc": lambda s: (None, lambda z, a, x: anp.exp((a - 1) * anp.log(x) - x - _gammaln(a))),
    "gammaincc": lambda s: (None, lambda z, a, x: -anp.exp((a - 1) * anp.log(x) - x - _gammaln(a))),
    "betainc": lambda s: (None, None, lambda z, a, b, x: anp.exp(
        (a - 1) * anp.log(x) + (b - 1) * anp.log1p(-x) + _gammaln(a + b) - _gammaln(a) - _gammaln(b))),
}  # fmt: skip


def _gammaln(x: Any) -> Any:
    from autograd.scipy.special import gammaln

    return gammaln(x)


@functools.cache
def special(name: str) -> Any:
    """The function of scipy.special with the slopes of the table, or None."""
    if name not in _SLOPES:
        return None
    import scipy.special

    function = primitive(getattr(scipy.special, name))
    slopes = _SLOPES[name](special)
    known = [k for k, slope in enumerate(slopes) if slope]
    defvjp(function, *[_pull(slopes[k], k) for k in known], argnums=known)
    defjvp(function, *[_push(slopes[k]) for k in known], argnums=known)
    return function


def _pull(slope: Callable, k: int) -> Callable:
    return lambda z, *args: unbroadcast_f(args[k], lambda g: g * slope(z, *args))


def _push(slope: Callable) -> Callable:
    return lambda g, z, *args: g * slope(z, *args)
