"""Primitives that autograd lacks, with their derivatives both ways."""

from __future__ import annotations

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


@primitive
def expm1(x: Any) -> Any:
    return np.expm1(x)


# autograd's own slope is the value plus 1, which cancels far to the left of 0.
defvjp(expm1, lambda ans, x: lambda g: g * anp.exp(x))
defjvp(expm1, lambda g, ans, x: g * anp.exp(x))
OWN = {"where": where, "cbrt": cbrt, "expm1": expm1}


# Linear: the tangent is transformed like the value.
for _transform in (anp.fft.fft, anp.fft.ifft):
    defjvp(_transform, "same")
