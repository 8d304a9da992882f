"""Methods of universal functions: repeated from entry to entry."""

from __future__ import annotations

import functools

import numpy as np


def reduce(ufunc, array, axis=0, dtype=None, out=None, keepdims=False, initial=None):
    array = np.asarray(array)
    axes = range(array.ndim) if axis is None else [k % array.ndim for k in np.atleast_1d(axis)]
    for k in axes:
        array = np.expand_dims(functools.reduce(ufunc, np.moveaxis(array, k, 0)), k)
    array = array if initial is None else ufunc(array, initial)
    return array if keepdims else np.squeeze(array, axis=tuple(axes))


def accumulate(ufunc, array, axis=0, dtype=None, out=None):
    rows = np.moveaxis(np.asarray(array), axis, 0)
    so_far = [rows[0]]
    for row in rows[1:]:
        so_far.append(ufunc(so_far[-1], row))
    return np.stack(so_far, axis=axis)


def reduceat(ufunc, array, indices, axis=0, dtype=None, out=None):
    rows = np.moveaxis(np.asarray(array), axis, 0)
    ends = [*indices[1:], len(rows)]
    parts = [ufunc.reduce(rows[i : max(j, i + 1)]) for i, j in zip(indices, ends, strict=True)]
    return np.stack(parts, axis=axis)


def outer(ufunc, a, b):
    a, b = np.asarray(a), np.asarray(b)
    return ufunc(np.reshape(a, a.shape + (1,) * b.ndim), b)


def at(ufunc, target, where, *operands):
    places = np.arange(target.size).reshape(target.shape)[where]
    operands = [np.broadcast_to(v, places.shape) for v in operands]
    for k in np.ndindex(places.shape):
        place = np.unravel_index(places[k], target.shape)
        target[place] = ufunc(target[place], *[v[k] for v in operands])
