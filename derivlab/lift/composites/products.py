"""Products of vectors, matrices and tensors."""

from __future__ import annotations

import numpy as np


def kron(a, b):
    a, b = np.asarray(a), np.asarray(b)
    if a.ndim == b.ndim == 2:
        return np.reshape(
            a[:, None, :, None] * b[None, :, None, :], (a.shape[0] * b.shape[0], a.shape[1] * b.shape[1])
        )
    return np.reshape(a[:, None] * b[None, :], (-1,))


def cross(a, b):
    a, b = np.asarray(a), np.asarray(b)
    parts = [a[..., i] * b[..., j] - a[..., j] * b[..., i] for i, j in ((1, 2), (2, 0), (0, 1))]
    return np.stack(parts, axis=-1)


def trace(a, offset=0, axis1=0, axis2=1):
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1)


def vdot(a, b):
    return np.sum(np.conjugate(np.ravel(a)) * np.ravel(b))


def inner(a, b):
    return np.tensordot(a, b, axes=(-1, -1)) if np.ndim(a) and np.ndim(b) else a * b


def outer(a, b):
    return np.ravel(np.asarray(a))[:, None] * np.ravel(np.asarray(b))[None, :]


def einsum(subscripts, *operands, **_):
    """Broadcast each operand to all indices, multiply, and sum what the output leaves out."""
    inputs, _, output = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if "." in subscripts:
        raise NotImplementedError("einsum with an ellipsis is not followed")
    letters = sorted(set("".join(terms)))
    if "->" not in subscripts:
        output = "".join(c for c in letters if "".join(terms).count(c) == 1)
    order = list(output) + [c for c in letters if c not in output]
    product = 1.0
    for term, operand in zip(terms, operands, strict=True):
        operand = np.asarray(operand)
        while len(set(term)) < len(term):
            c = next(c for c in term if term.count(c) > 1)
            i, j = [k for k, d in enumerate(term) if d == c][:2]
            operand = np.diagonal(operand, axis1=i, axis2=j)
            term = "".join(d for k, d in enumerate(term) if k not in (i, j)) + c
        operand = np.transpose(operand, sorted(range(len(term)), key=lambda k: order.index(term[k])))
        shape, sizes = [], iter(operand.shape)
        for c in order:
            shape.append(next(sizes) if c in term else 1)
        product = product * np.reshape(operand, tuple(shape))
    extra = tuple(range(len(output), len(order)))
    return np.sum(product, axis=extra) if extra else product
