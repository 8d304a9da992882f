"""Products of vectors, matrices and tensors."""

from __future__ import annotations

import string

import numpy as np


def vdot(a, b):
    return np.sum(np.conj(np.ravel(np.asarray(a))) * np.ravel(np.asarray(b)))


def vecdot(x1, x2, axis=-1):
    return np.sum(np.conj(x1) * x2, axis=axis)


def matvec(x1, x2):
    return np.squeeze(np.matmul(x1, np.expand_dims(x2, -1)), axis=-1)


def vecmat(x1, x2):
    return np.squeeze(np.matmul(np.expand_dims(np.conj(x1), -2), x2), axis=-2)


def inner(a, b):
    return np.tensordot(a, b, axes=(-1, -1)) if np.ndim(a) and np.ndim(b) else a * b


def outer(a, b):
    return np.ravel(np.asarray(a))[:, None] * np.ravel(np.asarray(b))[None, :]


def tensordot(a, b, axes=2):
    """One product of matrices, the summed axes last on the left and first on the right."""
    a, b = np.asarray(a), np.asarray(b)
    if np.ndim(axes) == 0:
        first, second = list(range(a.ndim - axes, a.ndim)), list(range(axes))
    else:
        first, second = (
            [k % n for k in np.atleast_1d(part)] for part, n in zip(axes, (a.ndim, b.ndim), strict=True)
        )
    left = [k for k in range(a.ndim) if k not in first]
    right = [k for k in range(b.ndim) if k not in second]
    size = int(np.prod([a.shape[k] for k in first]))
    rows = np.reshape(np.transpose(a, (*left, *first)), (-1, size))
    columns = np.reshape(np.transpose(b, (*second, *right)), (size, -1))
    return np.reshape(rows @ columns, (*[a.shape[k] for k in left], *[b.shape[k] for k in right]))


def kron(a, b):
    a, b = np.asarray(a), np.asarray(b)
    n = max(a.ndim, b.ndim)
    a, b = (np.reshape(v, (1,) * (n - v.ndim) + v.shape) for v in (a, b))
    spread_a = np.reshape(a, [s for size in a.shape for s in (size, 1)])
    spread_b = np.reshape(b, [s for size in b.shape for s in (1, size)])
    return np.reshape(spread_a * spread_b, [i * j for i, j in zip(a.shape, b.shape, strict=True)])


def cross(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
    axisa, axisb, axisc = (axisa, axisb, axisc) if axis is None else (axis,) * 3
    a, b = np.moveaxis(np.asarray(a), axisa, -1), np.moveaxis(np.asarray(b), axisb, -1)
    if a.shape[-1] == b.shape[-1] == 2:
        return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    a, b = (np.concatenate([v, 0.0 * v[..., :1]], axis=-1) if v.shape[-1] == 2 else v for v in (a, b))
    parts = [a[..., i] * b[..., j] - a[..., j] * b[..., i] for i, j in ((1, 2), (2, 0), (0, 1))]
    return np.stack(parts, axis=axisc)


def trace(a, offset=0, axis1=0, axis2=1, dtype=None, out=None):
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1)


def einsum(*operands, **_):
    """Two operands at a time, each pair as one stack of matrix products."""
    terms, output, arrays = _spelled(operands)
    while len(terms) > 1:
        kept = set(output).union(*terms[2:])
        term, array = _product(terms[0], arrays[0], terms[1], arrays[1], kept)
        terms, arrays = [term, *terms[2:]], [array, *arrays[2:]]
    term, array = _summed(terms[0], arrays[0], set(output))
    return np.transpose(array, [term.index(c) for c in output]) if array.ndim else array


def _spelled(operands):
    """The index letters of each operand and of the output, ellipses spelled out; and the operands."""
    if isinstance(operands[0], str):
        subscripts, arrays = operands[0].replace(" ", ""), operands[1:]
    else:
        spell = [
            "".join("..." if k is Ellipsis else string.ascii_letters[k] for k in s) for s in operands[1::2]
        ]
        arrays = operands[: 2 * (len(operands) // 2) : 2]
        last = "->" + "".join("..." if k is Ellipsis else string.ascii_letters[k] for k in operands[-1])
        subscripts = ",".join(spell) + (last if len(operands) % 2 else "")
    arrays = [np.asarray(a) for a in arrays]
    inputs, arrow, output = subscripts.partition("->")
    terms = inputs.split(",")
    free = [c for c in string.ascii_letters if c not in subscripts]
    extra = [
        a.ndim - len(t.replace("...", "")) if "..." in t else 0 for t, a in zip(terms, arrays, strict=True)
    ]
    dots = "".join(free[: max(extra)])
    terms = [t.replace("...", dots[len(dots) - n :]) for t, n in zip(terms, extra, strict=True)]
    if not arrow:
        joined = "".join(terms)
        output = dots + "".join(sorted(c for c in set(joined) if joined.count(c) == 1 and c not in dots))
    return terms, output.replace("...", dots), arrays


def _summed(term, array, kept):
    """Diagonals where a letter comes twice, sums over the letters nobody keeps."""
    for c in set(term):
        while term.count(c) > 1:
            i, j = [k for k, d in enumerate(term) if d == c][:2]
            array = np.diagonal(array, axis1=i, axis2=j)
            term = "".join(d for k, d in enumerate(term) if k not in (i, j)) + c
    axes = tuple(k for k, c in enumerate(term) if c not in kept)
    return "".join(c for c in term if c in kept), np.sum(array, axis=axes) if axes else array


def _product(s, a, t, b, kept):
    s, a = _summed(s, a, kept | set(t))
    t, b = _summed(t, b, kept | set(s))
    size = {}
    for c, n in [*zip(s, a.shape, strict=True), *zip(t, b.shape, strict=True)]:
        size[c] = max(size.get(c, 1), n)
    a = (
        np.broadcast_to(a, [size[c] for c in s])
        if any(size[c] != n for c, n in zip(s, a.shape, strict=True))
        else a
    )
    b = (
        np.broadcast_to(b, [size[c] for c in t])
        if any(size[c] != n for c, n in zip(t, b.shape, strict=True))
        else b
    )
    both = [c for c in s if c in t]
    batch, summed = [c for c in both if c in kept], [c for c in both if c not in kept]
    left, right = [c for c in s if c not in t], [c for c in t if c not in s]

    def count(letters):
        return int(np.prod([size[c] for c in letters]))

    a = np.transpose(a, [s.index(c) for c in (*batch, *left, *summed)])
    b = np.transpose(b, [t.index(c) for c in (*batch, *summed, *right)])
    product = np.matmul(
        np.reshape(a, (count(batch), count(left), count(summed))),
        np.reshape(b, (count(batch), count(summed), count(right))),
    )
    letters = [*batch, *left, *right]
    return "".join(letters), np.reshape(product, tuple(size[c] for c in letters))
