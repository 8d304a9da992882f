"""Sampled functions: differences, sums of areas, convolutions, interpolation, polynomials."""

from __future__ import annotations

import numpy as np

from derivlab.lift.lifted import plain


def diff(a, n=1, axis=-1, prepend=None, append=None):
    a = np.asarray(a)
    parts = [p for p in (prepend, a, append) if p is not None]
    if len(parts) > 1:
        edge = tuple(1 if k == axis % a.ndim else size for k, size in enumerate(a.shape))
        parts = [np.asarray(p) if np.ndim(p) else np.broadcast_to(p, edge) for p in parts]
        a = np.concatenate(parts, axis=axis)
    a = np.moveaxis(a, axis, 0)
    for _ in range(n):
        a = a[1:] - a[:-1]
    return np.moveaxis(a, 0, axis)


def ediff1d(ary, to_end=None, to_begin=None):
    inside = np.diff(np.ravel(np.asarray(ary)))
    parts = [np.ravel(np.asarray(p)) for p in (to_begin, inside, to_end) if p is not None]
    return np.concatenate(parts) if len(parts) > 1 else inside


def gradient(f, *varargs, axis=None, edge_order=1):
    f = np.asarray(f)
    axes = range(f.ndim) if axis is None else [k % f.ndim for k in np.atleast_1d(axis)]
    spacings = varargs if len(varargs) > 1 else (varargs or (1.0,)) * len(axes)
    found = tuple(_slopes(f, h, k, edge_order) for h, k in zip(spacings, axes, strict=True))
    return found if len(found) > 1 else found[0]


def _slopes(f, h, axis, edge_order):
    """Weighted slopes of the intervals on either side; at the ends that of one, or of two extrapolated."""
    f = np.moveaxis(f, axis, 0)
    steps = np.diff(np.asarray(h)) if np.ndim(h) else h * np.ones(len(f) - 1)
    steps = np.reshape(steps, (-1,) + (1,) * (f.ndim - 1))
    slopes = (f[1:] - f[:-1]) / steps
    left, right = steps[:-1], steps[1:]
    inside = (right * slopes[:-1] + left * slopes[1:]) / (left + right)
    first, last = slopes[:1], slopes[-1:]
    if edge_order == 2:
        first = first + (first - slopes[1:2]) * steps[:1] / (steps[:1] + steps[1:2])
        last = last + (last - slopes[-2:-1]) * steps[-1:] / (steps[-1:] + steps[-2:-1])
    return np.moveaxis(np.concatenate([first, inside, last]), 0, axis)


def trapezoid(y, x=None, dx=1.0, axis=-1):
    y = np.asarray(y)
    if x is None:
        steps = dx
    else:
        steps = np.diff(np.asarray(x), axis=axis if np.ndim(x) > 1 else -1)
        if steps.ndim == 1:
            steps = np.reshape(steps, [-1 if k == axis % y.ndim else 1 for k in range(y.ndim)])
    y = np.moveaxis(y, axis, -1)
    steps = np.moveaxis(steps, axis, -1) if np.ndim(steps) > 1 else steps
    return np.sum(steps * (y[..., 1:] + y[..., :-1]) / 2.0, axis=-1)


def convolve(a, v, mode="full"):
    a, v = np.ravel(np.asarray(a)), np.ravel(np.asarray(v))
    if len(v) > len(a):
        a, v = v, a
    n, m = len(a), len(v)
    full = np.zeros(n + m - 1)
    for k in range(m):
        full = full + np.pad(v[k] * a, (k, m - 1 - k))
    start = {"full": 0, "same": (m - 1) // 2, "valid": m - 1}[mode]
    return full[start : start + {"full": n + m - 1, "same": n, "valid": n - m + 1}[mode]]


def correlate(a, v, mode="valid"):
    a, v = np.asarray(a), np.asarray(v)
    if len(v) <= len(a):
        return np.convolve(a, np.conj(v)[::-1], mode)
    return np.convolve(np.conj(v), a[::-1], mode)[::-1]


def interp(x, xp, fp, left=None, right=None, period=None):
    x, xp, fp = np.asarray(x), np.asarray(xp), np.asarray(fp)
    if period is not None:
        x, xp = x % period, xp % period
        order = np.argsort(xp)
        xp, fp = xp[order], fp[order]
        xp = np.concatenate([xp[-1:] - period, xp, xp[:1] + period])
        fp, left, right = np.concatenate([fp[-1:], fp, fp[:1]]), None, None
    i = np.clip(np.searchsorted(xp, x, side="right") - 1, 0, len(xp) - 2)
    inside = fp[i] + (fp[i + 1] - fp[i]) * (x - xp[i]) / (xp[i + 1] - xp[i])
    low, high = fp[0] if left is None else left, fp[-1] if right is None else right
    return np.where(x < xp[0], low, np.where(x > xp[-1], high, inside))


def unwrap(p, discont=None, axis=-1, *, period=2 * np.pi):
    """Whole periods are added, which have no derivative."""
    turns = np.unwrap(plain(np.asarray(p)).astype(float), discont, axis, period=period)
    return p + np.round((turns - plain(np.asarray(p)).astype(float)) / period) * period


def polyval(p, x):
    out = 0.0 * np.asarray(x)
    for c in p:
        out = out * x + c
    return out


def polyadd(a1, a2):
    a, b = np.atleast_1d(np.asarray(a1)), np.atleast_1d(np.asarray(a2))
    n = max(len(a), len(b))
    return np.pad(a, (n - len(a), 0)) + np.pad(b, (n - len(b), 0))


def polysub(a1, a2):
    return np.polyadd(a1, -np.asarray(a2))


def polymul(a1, a2):
    return np.convolve(np.atleast_1d(np.asarray(a1)), np.atleast_1d(np.asarray(a2)))


def vander(x, N=None, increasing=False):
    n = len(x) if N is None else N
    powers = range(n) if increasing else reversed(range(n))
    return np.stack([x**k if k else np.ones(len(x)) for k in powers], axis=1)


def polyfit(x, y, deg, rcond=None, full=False, w=None, cov=False):
    if full or cov:
        raise NotImplementedError("only the coefficients are followed")
    x, y = np.asarray(x), np.asarray(y)
    design = np.vander(x, deg + 1)
    if w is not None:
        w = np.asarray(w)
        design, y = design * w[:, None], y * (w if y.ndim == 1 else w[:, None])
    scale = np.sqrt(np.sum(plain(design).astype(float) ** 2, axis=0))
    found = np.linalg.lstsq(design / scale, y)[0]
    return found / (scale if y.ndim == 1 else scale[:, None])
