"""Entries taken to other places, where NumPy itself takes their numbers."""

from __future__ import annotations

import numpy as np

from derivlab.lift.lifted import plain


def _rearranged(move, *arrays):
    """The entries of the arrays at the places to which `move` takes their numbers; 0 numbers a constant zero."""
    arrays = [np.asarray(a) for a in arrays]
    ends = np.cumsum([1, *[a.size for a in arrays]])
    places = move(*[np.arange(e - a.size, e).reshape(a.shape) for a, e in zip(arrays, ends[1:], strict=True)])
    parts = [np.reshape(a, (-1,)) for a in arrays]
    every = list(places) if isinstance(places, (list, tuple)) else [places]
    if len(parts) > 1 or any(np.any(p == 0) for p in every):
        flat = np.concatenate([np.zeros(1), *parts])
    else:
        flat, every = parts[0], [p - 1 for p in every]
    found = [flat[p] for p in every]
    return type(places)(found) if isinstance(places, (list, tuple)) else found[0]


def _of_one(name):
    """The function of that name, of one array, by the numbers of its entries."""

    def moved(array, *args, **kwargs):
        args, kwargs = [plain(a) for a in args], {k: plain(v) for k, v in kwargs.items()}
        return _rearranged(lambda places: getattr(np, name)(places, *args, **kwargs), array)

    return moved


def _of_several(name):
    """The function of that name, of a sequence of arrays, by the numbers of their entries."""

    def moved(arrays, *args, **kwargs):
        return _rearranged(lambda *places: getattr(np, name)(places, *args, **kwargs), *arrays)

    return moved


ravel, reshape, transpose, swapaxes = map(_of_one, ("ravel", "reshape", "transpose", "swapaxes"))
moveaxis, rollaxis, expand_dims, squeeze = map(_of_one, ("moveaxis", "rollaxis", "expand_dims", "squeeze"))
flip, fliplr, flipud, rot90, roll = map(_of_one, ("flip", "fliplr", "flipud", "rot90", "roll"))
repeat, tile, resize, take, delete = map(_of_one, ("repeat", "tile", "resize", "take", "delete"))
take_along_axis, diag, diagflat, tril, triu = map(
    _of_one, ("take_along_axis", "diag", "diagflat", "tril", "triu")
)
split, array_split, hsplit, vsplit = map(_of_one, ("split", "array_split", "hsplit", "vsplit"))
dsplit, unstack = map(_of_one, ("dsplit", "unstack"))
concatenate, stack, vstack, hstack = map(_of_several, ("concatenate", "stack", "vstack", "hstack"))
dstack, column_stack = map(_of_several, ("dstack", "column_stack"))


def diagonal(a, offset=0, axis1=0, axis2=1):
    return _rearranged(lambda places: np.diagonal(places, offset, axis1, axis2), a)


def atleast_1d(*arrays):
    return _each(lambda a: a if a.ndim else np.reshape(a, (1,)), arrays)


def atleast_2d(*arrays):
    return _each(lambda a: a if a.ndim > 1 else np.reshape(a, (1, -1)), arrays)


def atleast_3d(*arrays):
    return _each(lambda a: a if a.ndim > 2 else np.expand_dims(np.atleast_2d(a), -1), arrays)


def _each(f, arrays):
    found = tuple(f(np.asarray(a)) for a in arrays)
    return found[0] if len(found) == 1 else found


def block(arrays):
    leaves = []

    def numbered(part):
        if isinstance(part, list):
            return [numbered(p) for p in part]
        leaves.append(np.asarray(part))
        return len(leaves) - 1

    shape = numbered(arrays)

    def filled(part, places):
        return [filled(p, places) for p in part] if isinstance(part, list) else places[part]

    return _rearranged(lambda *places: np.block(filled(shape, places)), *leaves)


def append(arr, values, axis=None):
    return _rearranged(lambda a, v: np.append(a, v, axis), arr, values)


def insert(arr, obj, values, axis=None):
    return _rearranged(lambda a, v: np.insert(a, plain(obj), v, axis), arr, values)


def compress(condition, a, axis=None):
    return _rearranged(lambda places: np.compress(plain(condition), places, axis), a)


def extract(condition, arr):
    return np.ravel(arr)[np.nonzero(np.ravel(condition))]


def choose(a, choices, mode="raise"):
    return _rearranged(lambda *places: np.choose(plain(a), places, mode=mode), *choices)


def select(condlist, choicelist, default=0.0):
    conditions = [plain(c) for c in condlist]
    return _rearranged(lambda *places: np.select(conditions, places[:-1], places[-1]), *choicelist, default)


def broadcast_to(array, shape, **_):
    return np.asarray(array) + np.zeros(shape)


def broadcast_arrays(*arrays):
    shape = np.broadcast_shapes(*[np.shape(a) for a in arrays])
    return tuple(np.broadcast_to(a, shape) for a in arrays)


def meshgrid(*xi, **kwargs):
    if kwargs.get("sparse"):
        return _rearranged(lambda *places: np.meshgrid(*places, **kwargs), *xi)
    shape = np.meshgrid(*[np.arange(np.size(x)) for x in xi], **kwargs)
    return tuple(np.reshape(x, (-1,))[places] for x, places in zip(xi, shape, strict=True))


def pad(array, pad_width, mode="constant", constant_values=0, **kwargs):
    if mode in ("edge", "reflect", "symmetric", "wrap") and kwargs.get("reflect_type", "even") == "even":
        return _rearranged(lambda places: np.pad(places, pad_width, mode), array)
    if mode != "constant":
        raise NotImplementedError(f"mode {mode!r} is not followed")
    inside = _rearranged(lambda places: np.pad(places, pad_width), array)
    if np.ndim(constant_values):
        return inside + np.pad(
            np.broadcast_to(0.0, np.shape(array)), pad_width, constant_values=constant_values
        )
    return (
        inside
        + np.pad(np.broadcast_to(0.0, np.shape(array)), pad_width, constant_values=1.0) * constant_values
    )


def sort(a, axis=-1, **_):
    a = np.asarray(a)
    if axis is None:
        a, axis = np.reshape(a, (-1,)), 0
    return np.take_along_axis(a, np.argsort(a, axis=axis), axis=axis)


def partition(a, kth, axis=-1, **_):
    """The entry at a place of NumPy's answer is the one whose rank it has."""
    a = np.asarray(a)
    if axis is None:
        a, axis = np.reshape(a, (-1,)), 0
    ranks = np.argsort(np.argsort(np.partition(plain(a).astype(float), kth, axis=axis), axis=axis), axis=axis)
    order = np.argsort(a, axis=axis)
    return np.take_along_axis(a, np.take_along_axis(order, ranks, axis=axis), axis=axis)


def unique(ar, return_index=False, return_inverse=False, return_counts=False, **_):
    flat = np.reshape(np.asarray(ar), (-1,))
    _, first, inverse, counts = np.unique(plain(flat), True, True, True)
    wanted = (return_index, return_inverse, return_counts)
    more = [v for v, want in zip((first, inverse, counts), wanted, strict=True) if want]
    return (flat[first], *more) if more else flat[first]


def sliding_window_view(x, window_shape, axis=None, **_):
    windows = np.lib.stride_tricks.sliding_window_view
    return _rearranged(lambda places: windows(places, window_shape, axis), x)
