"""Means, spreads, quantiles and extremes along axes."""

from __future__ import annotations

import numpy as np

from derivlab.lift.composites.elementary import square_of_modulus
from derivlab.lift.lifted import plain


def _count(a, axis):
    return a.size if axis is None else int(np.prod([a.shape[k] for k in np.atleast_1d(axis)]))


def mean(a, axis=None, dtype=None, out=None, keepdims=False, where=None):
    a = np.asarray(a)
    if where is None:
        return np.sum(a, axis=axis, keepdims=keepdims) / _count(a, axis)
    count = np.sum(np.broadcast_to(plain(where), a.shape), axis=axis, keepdims=keepdims)
    return np.sum(np.where(where, a, 0.0), axis=axis, keepdims=keepdims) / count


def var(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, where=None, mean=None, correction=None):
    a, part = np.asarray(a), {} if where is None else {"where": where}
    centre = np.mean(a, axis=axis, keepdims=True, **part) if mean is None else mean
    squares = square_of_modulus(a - centre)
    lost = ddof if correction is None else correction
    if where is None:
        return np.sum(squares, axis=axis, keepdims=keepdims) / (_count(a, axis) - lost)
    count = np.sum(np.broadcast_to(plain(where), a.shape), axis=axis, keepdims=keepdims)
    return np.sum(np.where(where, squares, 0.0), axis=axis, keepdims=keepdims) / (count - lost)


def std(a, *args, **kwargs):
    return np.sqrt(np.var(a, *args, **kwargs))


def average(a, axis=None, weights=None, returned=False, keepdims=False):
    a = np.asarray(a)
    if weights is None:
        found, total = np.mean(a, axis=axis, keepdims=keepdims), 1.0 * _count(a, axis)
    else:
        w = np.asarray(weights)
        if axis is not None and w.ndim != a.ndim:
            w = w.reshape([-1 if i == axis % a.ndim else 1 for i in range(a.ndim)])
        total = np.sum(w * np.ones(a.shape), axis=axis, keepdims=keepdims)
        found = np.sum(a * w, axis=axis, keepdims=keepdims) / total
    return (found, np.broadcast_to(total, np.shape(found))) if returned else found


def ptp(a, axis=None, out=None, keepdims=False):
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)


def median(a, axis=None, out=None, overwrite_input=False, keepdims=False):
    return np.quantile(a, 0.5, axis=axis, keepdims=keepdims)


def percentile(a, q, *args, **kwargs):
    return np.quantile(a, np.asarray(q) / 100.0, *args, **kwargs)


_PLACES = {
    "linear": lambda place: place,
    "lower": np.floor,
    "higher": np.ceil,
    "nearest": np.rint,
    "midpoint": lambda place: 0.5 * (np.floor(place) + np.ceil(place)),
}


def quantile(a, q, axis=None, out=None, overwrite_input=False, method="linear", keepdims=False, **_):
    """Between the two sorted entries on either side of the place q (n - 1)."""
    if method not in _PLACES:
        raise NotImplementedError(f"method {method!r} is not followed")
    a, q = np.asarray(a), np.array(plain(q)).astype(float)
    axes = list(range(a.ndim)) if axis is None else [k % a.ndim for k in np.atleast_1d(axis)]
    rest = [k for k in range(a.ndim) if k not in axes]
    s = np.transpose(a, (*axes, *rest)).reshape((-1, *[a.shape[k] for k in rest]))
    s = np.sort(s, axis=0)
    place = _PLACES[method](q * (len(s) - 1.0))
    low = np.floor(place).astype(int)
    high, part = np.minimum(low + 1, len(s) - 1), np.reshape(place - low, place.shape + (1,) * len(rest))
    found = s[low] + part * (s[high] - s[low])
    if not keepdims:
        return found
    return np.reshape(found, q.shape + tuple(1 if k in axes else a.shape[k] for k in range(a.ndim)))


def cov(m, y=None, rowvar=True, bias=False, ddof=None, fweights=None, aweights=None, dtype=None):
    if fweights is not None or aweights is not None:
        raise NotImplementedError("weights of np.cov are not followed")
    rows = _variables(m, rowvar) if y is None else np.concatenate([_variables(v, rowvar) for v in (m, y)])
    deviation = rows - np.mean(rows, axis=1, keepdims=True)
    ddof = (0 if bias else 1) if ddof is None else ddof
    return np.squeeze(deviation @ np.conj(deviation.T) / (rows.shape[1] - ddof))


def _variables(m, rowvar):
    m = np.atleast_2d(np.asarray(m))
    return m if rowvar or len(m) == 1 else m.T


def corrcoef(x, y=None, rowvar=True, **_):
    c = np.cov(x, y, rowvar)
    if not c.ndim:
        return c / c
    s = np.sqrt(np.diagonal(c))
    return c / (s[:, None] * s[None, :])


def prod(a, axis=None, keepdims=False, **_):
    a = np.asarray(a)
    if axis is not None and not isinstance(axis, tuple):
        moved = np.moveaxis(a, axis, 0)
        out = np.ones(moved.shape[1:])
        for part in moved:
            out = out * part
        return np.expand_dims(out, axis) if keepdims else out
    axes = range(a.ndim) if axis is None else [k % a.ndim for k in axis]
    out = a
    for k in sorted(axes, reverse=True):
        out = np.prod(out, axis=k)
    return np.expand_dims(out, tuple(axes)) if keepdims else out


def cumprod(a, axis=None, **_):
    a = np.asarray(a)
    moved = a.reshape(-1) if axis is None else np.moveaxis(a, axis, 0)
    parts = [moved[0]]
    for part in moved[1:]:
        parts.append(parts[-1] * part)
    out = np.stack(parts)
    return out if axis is None else np.moveaxis(out, 0, axis)


def cumulative_sum(x, axis=None, include_initial=False, **_):
    return _cumulative(np.cumsum, 0.0, x, axis, include_initial)


def cumulative_prod(x, axis=None, include_initial=False, **_):
    return _cumulative(np.cumprod, 1.0, x, axis, include_initial)


def _cumulative(function, first, x, axis, include_initial):
    axis = 0 if axis is None else axis
    found = function(x, axis=axis)
    if not include_initial:
        return found
    start = np.zeros(found.shape).take([0], axis=axis) + first
    return np.concatenate([start, found], axis=axis)


def _where_nan(a, value):
    return np.where(np.isnan(a), value, a)


def nansum(a, axis=None, dtype=None, out=None, keepdims=False, **_):
    return np.sum(_where_nan(a, 0.0), axis=axis, keepdims=keepdims)


def nanprod(a, axis=None, dtype=None, out=None, keepdims=False, **_):
    return np.prod(_where_nan(a, 1.0), axis=axis, keepdims=keepdims)


def nancumsum(a, axis=None, **_):
    return np.cumsum(_where_nan(a, 0.0), axis=axis)


def nancumprod(a, axis=None, **_):
    return np.cumprod(_where_nan(a, 1.0), axis=axis)


def nanmax(a, axis=None, out=None, keepdims=False, **_):
    return np.max(_where_nan(a, -np.inf), axis=axis, keepdims=keepdims)


def nanmin(a, axis=None, out=None, keepdims=False, **_):
    return np.min(_where_nan(a, np.inf), axis=axis, keepdims=keepdims)


def nanmean(a, axis=None, dtype=None, out=None, keepdims=False, **_):
    return np.mean(_where_nan(a, 0.0), axis=axis, keepdims=keepdims, where=~np.isnan(a))


def nanvar(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, **_):
    return np.var(_where_nan(a, 0.0), axis=axis, ddof=ddof, keepdims=keepdims, where=~np.isnan(a))


def nanstd(a, *args, **kwargs):
    return np.sqrt(np.nanvar(a, *args, **kwargs))


def nanmedian(a, axis=None, out=None, overwrite_input=False, keepdims=False):
    return np.nanquantile(a, 0.5, axis, keepdims=keepdims)


def nanpercentile(a, q, axis=None, **kwargs):
    return np.nanquantile(a, np.asarray(q) / 100.0, axis, **kwargs)


def nanquantile(a, q, axis=None, **kwargs):
    if np.any(np.isnan(a)):
        if axis is not None:
            raise NotImplementedError("quantiles along an axis with NaN are not followed")
        a = a[~np.isnan(a)]
    return np.quantile(a, q, axis, **kwargs)


def apply_along_axis(func1d, axis, arr, *args, **kwargs):
    moved = np.moveaxis(np.asarray(arr), axis, -1)
    rows = np.reshape(moved, (-1, moved.shape[-1]))
    found = np.stack([np.asarray(func1d(row, *args, **kwargs)) for row in rows])
    inner = found.ndim - 1
    found = np.reshape(found, moved.shape[:-1] + found.shape[1:])
    for k in range(inner):
        found = np.moveaxis(found, moved.ndim - 1 + k, axis % moved.ndim + k)
    return found


def bincount(x, weights=None, minlength=0):
    n = max(minlength, int(np.max(plain(x))) + 1)
    return np.sum(np.where(np.arange(n)[:, None] == np.asarray(x)[None, :], weights, 0.0), axis=1)
