"""Functions of single numbers."""

from __future__ import annotations

import numpy as np

from derivlab.lift.lifted import numbers, plain


def hypot(a, b):
    return np.sqrt(a * a + b * b)


def logaddexp(a, b):
    first = a > b
    top, low = np.where(first, a, b), np.where(first, b, a)
    return top + np.log1p(np.exp(low - top))


def logaddexp2(a, b):
    return logaddexp(a * np.log(2.0), b * np.log(2.0)) / np.log(2.0)


def copysign(a, b):
    return np.where(np.signbit(a) == np.signbit(b), a, -a)


def remainder(a, b):
    return a - b * np.floor(a / b)


def fmod(a, b):
    return a - b * np.trunc(a / b)


def clip(a, a_min=None, a_max=None, min=None, max=None, **_):
    low, high = a_min if min is None else min, a_max if max is None else max
    if low is not None:
        a = np.where(a < low, low, a)
    return a if high is None else np.where(a > high, high, a)


def fmax(a, b):
    return np.maximum(a, b)


def fmin(a, b):
    return np.minimum(a, b)


def sinc(x):
    y = np.pi * np.asarray(x)
    # sin(y)/y = 1 - y²/3! + y⁴/5! - ... near the removable singularity, where cos(y)/y - sin(y)/y² cancels
    small = np.abs(numbers(y)) < 0.5
    safe, square, series = np.where(small, 1.0, y), np.where(small, y * y, 0.0), 1.0
    for k in range(16, 0, -2):
        series = 1.0 - series * square / (k * (k + 1))
    return np.where(small, series, np.sin(safe) / safe)


def isclose(a, b, rtol=1e-5, atol=1e-8, equal_nan=False):
    near = np.abs(a - b) <= atol + rtol * np.abs(b)
    return np.where(
        np.isfinite(a) & np.isfinite(b), near, np.isclose(numbers(a), numbers(b), rtol, atol, equal_nan)
    )


def allclose(a, b, rtol=1e-5, atol=1e-8, equal_nan=False):
    return bool(np.all(isclose(a, b, rtol, atol, equal_nan)))


def array_equiv(a, b):
    return bool(np.all(np.equal(a, b)))


def nanargmax(a, axis=None):
    return np.argmax(np.where(np.isnan(a), -np.inf, a), axis)


def nanargmin(a, axis=None):
    return np.argmin(np.where(np.isnan(a), np.inf, a), axis)


def nan_to_num(x, nan=0.0, **_):
    return np.where(np.isfinite(x), x, nan)


def square_of_modulus(x):
    return np.real(x * np.conjugate(x)) if np.iscomplexobj(x) else x * x


def divmod(a, b):
    return np.floor_divide(a, b), np.remainder(a, b)


def modf(x):
    whole = np.trunc(x)
    return x - whole, whole


def frexp(x):
    exponent = np.frexp(numbers(x))[1]
    # A number just below a power of two may have that power for its nearest float.
    exponent = exponent - ((np.abs(x) < 0.5 * 2.0**exponent) & (numbers(x) != 0))
    return x / 2.0**exponent, exponent


def ldexp(x, exponent):
    return x * 2.0 ** np.asarray(plain(exponent))


def angle(z, deg=False):
    found = np.arctan2(np.imag(z), np.real(z))
    return found * (180.0 / np.pi) if deg else found
