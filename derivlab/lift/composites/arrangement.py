"""Entries taken to other places."""

from __future__ import annotations

import numpy as np


def diag(v, k=0):
    v = np.asarray(v)
    if v.ndim == 2:
        return np.diagonal(v, k)
    n = len(v) + abs(k)
    out = np.zeros((n, n))
    i = np.arange(len(v))
    out[i + max(-k, 0), i + max(k, 0)] = v
    return out


def take(a, indices, axis=None, **_):
    a = np.asarray(a)
    if axis is None:
        return a.reshape(-1)[indices]
    return a[(slice(None),) * (axis % a.ndim) + (indices,)]


def take_along_axis(a, indices, axis=-1):
    place = [
        np.arange(n).reshape([-1 if i == j else 1 for i in range(a.ndim)]) for j, n in enumerate(a.shape)
    ]
    place[axis] = indices
    return a[tuple(place)]


def repeat(a, repeats, axis=None):
    n = np.size(a) if axis is None else np.shape(a)[axis]
    return np.take(a, np.repeat(np.arange(n), repeats), axis=axis)


def roll(a, shift, axis=None):
    a = np.asarray(a)
    if axis is None:
        return np.take(a, np.roll(np.arange(a.size), shift)).reshape(a.shape)
    for s, k in zip(*np.broadcast_arrays(np.atleast_1d(shift), np.atleast_1d(axis)), strict=True):
        a = np.take(a, np.roll(np.arange(a.shape[k]), s), axis=int(k))
    return a


def flip(m, axis=None):
    m = np.asarray(m)
    axes = range(m.ndim) if axis is None else [i % m.ndim for i in np.atleast_1d(axis)]
    return m[tuple(slice(None, None, -1) if i in axes else slice(None) for i in range(m.ndim))]


def delete(a, obj, axis=None):
    n = np.size(a) if axis is None else np.shape(a)[axis]
    return np.take(a, np.delete(np.arange(n), obj), axis=axis)


def append(a, values, axis=None):
    if axis is None:
        return np.concatenate([np.ravel(np.asarray(a)), np.ravel(np.asarray(values))])
    return np.concatenate([a, values], axis=axis)


def select(condlist, choicelist, default=0.0):
    out = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        out = np.where(condition, choice, out)
    return out


def pad(array, pad_width, mode="constant", constant_values=0.0, **_):
    numbered = np.pad(np.arange(1, array.size + 1).reshape(array.shape), pad_width, mode)
    flat = np.concatenate([np.zeros(1) + constant_values, np.ravel(array)])
    return flat[numbered]


def tile(a, reps):
    a = np.asarray(a)
    return np.ravel(a)[np.tile(np.arange(a.size).reshape(a.shape), reps)]


def split(ary, sections, axis=0):
    ary = np.asarray(ary)
    return [np.take(ary, part, axis=axis) for part in np.array_split(np.arange(ary.shape[axis]), sections)]


def broadcast_arrays(*arrays):
    shape = np.broadcast_shapes(*[np.shape(a) for a in arrays])
    return [a + np.zeros(shape) for a in arrays]


def meshgrid(x, y, indexing="xy"):
    x, y = np.asarray(x), np.asarray(y)
    xx, yy = x[None, :] + 0.0 * y[:, None], y[:, None] + 0.0 * x[None, :]
    return (xx, yy) if indexing == "xy" else (xx.T, yy.T)
