"""Means, spreads, products and extremes along axes."""

from __future__ import annotations

import numpy as np

from derivlab.lift.composites.elementary import square_of_modulus


def var(a, axis=None, ddof=0, keepdims=False, **_):
    a = np.asarray(a)
    deviation = a - np.mean(a, axis=axis, keepdims=True)
    n = a.size if axis is None else np.prod([a.shape[i] for i in np.atleast_1d(axis)])
    return np.sum(square_of_modulus(deviation), axis=axis, keepdims=keepdims) / (n - ddof)


def std(a, axis=None, ddof=0, keepdims=False, **_):
    return np.sqrt(var(a, axis, ddof, keepdims))


def mean(a, axis=None, keepdims=False, **_):
    a = np.asarray(a)
    n = a.size if axis is None else np.prod([a.shape[i] for i in np.atleast_1d(axis)])
    return np.sum(a, axis=axis, keepdims=keepdims) / n


def average(a, axis=None, weights=None):
    a = np.asarray(a)
    if weights is None:
        return mean(a, axis)
    w = np.asarray(weights)
    if axis is not None and w.ndim != a.ndim:
        w = w.reshape([-1 if i == axis % a.ndim else 1 for i in range(a.ndim)])
    return np.sum(a * w, axis=axis) / np.sum(w * np.ones(a.shape), axis=axis)


def prod(a, axis=None, keepdims=False, **_):
    a = np.asarray(a)
    if axis is None:
        out = 1.0
        for entry in a.reshape(-1):
            out = out * entry
        return np.reshape(out, (1,) * a.ndim) if keepdims else out
    moved = np.moveaxis(a, axis, 0)
    out = np.ones(moved.shape[1:])
    for part in moved:
        out = out * part
    return np.expand_dims(out, axis) if keepdims else out


def cumprod(a, axis=None, **_):
    a = np.asarray(a)
    moved = a.reshape(-1) if axis is None else np.moveaxis(a, axis, 0)
    parts = [moved[0]]
    for part in moved[1:]:
        parts.append(parts[-1] * part)
    out = np.stack(parts)
    return out if axis is None else np.moveaxis(out, 0, axis)


def median(a, axis=None, keepdims=False, **_):
    return percentile(a, 50.0, axis, keepdims)


def quantile(a, q, axis=None, keepdims=False, **_):
    return percentile(a, 100.0 * q, axis, keepdims)


def percentile(a, q, axis=None, keepdims=False, **_):
    a = np.asarray(a)
    s = np.sort(a.reshape(-1)) if axis is None else np.moveaxis(np.sort(a, axis=axis), axis, 0)
    place = (s.shape[0] - 1) * q / 100.0
    low = int(np.floor(place))
    out = s[low] if low == place else s[low] + (s[low + 1] - s[low]) * (place - low)
    if not keepdims:
        return out
    return np.reshape(out, (1,) * a.ndim) if axis is None else np.expand_dims(out, axis)


def ptp(a, axis=None, keepdims=False, **_):
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)


def cov(m, ddof=1):
    m = np.asarray(m)
    d = m - np.mean(m, axis=1, keepdims=True)
    return d @ d.T / (m.shape[1] - ddof)


def corrcoef(m, y=None):
    c = cov(m if y is None else np.stack([m, y]))
    s = np.sqrt(np.diagonal(c))
    return c / (s[:, None] * s[None, :])


def nansum(a, axis=None, **_):
    return np.sum(np.where(np.isnan(a), 0.0, a), axis=axis)


def _where_nan(a, value):
    return np.where(np.isnan(a), value, a)


def nanmax(a, axis=None, keepdims=False, **_):
    return np.max(_where_nan(a, -np.inf), axis=axis, keepdims=keepdims)


def nanmin(a, axis=None, keepdims=False, **_):
    return np.min(_where_nan(a, np.inf), axis=axis, keepdims=keepdims)


def nanprod(a, axis=None, keepdims=False, **_):
    return np.prod(_where_nan(a, 1.0), axis=axis, keepdims=keepdims)


def nanmean(a, axis=None, keepdims=False, **_):
    count = np.sum(~np.isnan(a), axis=axis, keepdims=keepdims)
    return np.sum(_where_nan(a, 0.0), axis=axis, keepdims=keepdims) / count


def nanvar(a, axis=None, ddof=0, keepdims=False, **_):
    deviation = np.where(np.isnan(a), 0.0, a - nanmean(a, axis=axis, keepdims=True))
    count = np.sum(~np.isnan(a), axis=axis, keepdims=keepdims)
    return np.sum(deviation**2, axis=axis, keepdims=keepdims) / (count - ddof)


def nanstd(a, axis=None, ddof=0, keepdims=False, **_):
    return np.sqrt(nanvar(a, axis, ddof, keepdims))


def apply_along_axis(func1d, axis, arr, *args, **kwargs):
    moved = np.moveaxis(arr, axis, -1)
    rows = np.reshape(moved, (-1, moved.shape[-1]))
    found = np.stack([np.asarray(func1d(row, *args, **kwargs)) for row in rows])
    found = np.reshape(found, moved.shape[:-1] + found.shape[1:])
    return found if found.ndim < moved.ndim else np.moveaxis(found, -1, axis)
