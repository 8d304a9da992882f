"""Sampled functions: differences, convolutions, interpolation, polynomials."""

from __future__ import annotations

import numpy as np


def diff(a, n=1, axis=-1, prepend=None, append=None):
    parts = [np.atleast_1d(p) for p in (prepend, a, append) if p is not None]
    a = np.moveaxis(np.concatenate(parts, axis=axis) if len(parts) > 1 else np.asarray(a), axis, 0)
    for _ in range(n):
        a = a[1:] - a[:-1]
    return np.moveaxis(a, 0, axis)


def convolve(a, v, mode="full"):
    a, v = np.asarray(a), np.asarray(v)
    if len(v) > len(a):
        a, v = v, a
    n, m = len(a), len(v)
    full = np.concatenate([v[0] * a, np.zeros(m - 1)])
    for k in range(1, m):
        full = full + np.concatenate([np.zeros(k), v[k] * a, np.zeros(m - 1 - k)])
    start = {"full": 0, "same": (m - 1) // 2, "valid": m - 1}[mode]
    return full[start : start + {"full": n + m - 1, "same": n, "valid": n - m + 1}[mode]]


def correlate(a, v, mode="valid"):
    a, v = np.asarray(a), np.asarray(v)
    return convolve(a, v[::-1], mode) if len(v) <= len(a) else convolve(v[::-1], a, mode)


def interp(x, xp, fp, left=None, right=None):
    x, xp, fp = np.asarray(x), np.asarray(xp), np.asarray(fp)
    i = np.clip(np.searchsorted(xp, x, side="right") - 1, 0, len(xp) - 2)
    inside = fp[i] + (fp[i + 1] - fp[i]) * (x - xp[i]) / (xp[i + 1] - xp[i])
    low, high = fp[0] if left is None else left, fp[-1] if right is None else right
    return np.where(x < xp[0], low, np.where(x > xp[-1], high, inside))


def polyval(p, x):
    out = 0.0
    for c in p:
        out = out * x + c
    return out


def vander(x, N=None, increasing=False):
    n = len(x) if N is None else N
    powers = range(n) if increasing else reversed(range(n))
    return np.stack([x**k if k else np.ones(len(x)) for k in powers], axis=1)


def gradient(f, *spacing, **_):
    f = np.asarray(f)
    if f.ndim != 1 or (spacing and np.ndim(spacing[0])):
        raise NotImplementedError("only one axis with one spacing is followed")
    h = spacing[0] if spacing else 1.0
    return np.concatenate([f[1:2] - f[:1], (f[2:] - f[:-2]) / 2.0, f[-1:] - f[-2:-1]]) / h
