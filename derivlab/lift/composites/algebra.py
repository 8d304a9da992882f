"""numpy.linalg by its textbook definitions."""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import numpy as np

from derivlab.lift.composites.elementary import square_of_modulus
from derivlab.lift.lifted import numbers, plain


class SlogdetResult(NamedTuple):
    """As numpy.linalg.slogdet returns it."""

    sign: Any
    logabsdet: Any


class EighResult(NamedTuple):
    """As numpy.linalg.eigh returns it."""

    eigenvalues: Any
    eigenvectors: Any


class EigResult(NamedTuple):
    """As numpy.linalg.eig returns it."""

    eigenvalues: Any
    eigenvectors: Any


class QRResult(NamedTuple):
    """As numpy.linalg.qr returns it."""

    Q: Any
    R: Any


class SVDResult(NamedTuple):
    """As numpy.linalg.svd returns it."""

    U: Any
    S: Any
    Vh: Any


def _of_stack(f, a, *others):
    """f of a matrix, or of each matrix of a stack."""
    if a.ndim == 2:
        return f(a, *others)
    stack = np.reshape(a, (-1, *a.shape[-2:]))
    rest = [
        np.reshape(np.broadcast_to(o, (*a.shape[:-2], *o.shape[-2:])), (-1, *o.shape[-2:])) for o in others
    ]
    found = [np.asarray(f(*parts)) for parts in zip(stack, *rest, strict=True)]
    return np.reshape(np.stack(found), a.shape[:-2] + found[0].shape)


def matrix_transpose(x):
    return np.swapaxes(x, -1, -2)


def multi_dot(arrays, out=None):
    return functools.reduce(np.dot, arrays)


def vector_norm(x, axis=None, keepdims=False, ord=2):
    x = np.asarray(x)
    if axis is None:
        found = np.linalg.norm(np.reshape(x, (-1,)), ord)
        return np.reshape(found, (1,) * x.ndim) if keepdims else found
    return np.linalg.norm(x, ord, axis, keepdims)


def matrix_norm(x, keepdims=False, ord="fro"):
    return np.linalg.norm(x, ord, (-2, -1), keepdims)


def norm(x, ord=None, axis=None, keepdims=False):
    x = np.asarray(x)
    if axis is None:
        if ord is None:
            found = np.sqrt(np.sum(square_of_modulus(x)))
        else:
            found = _vector_norm(x, ord, 0) if x.ndim == 1 else _matrix_norm(x, ord)
        return np.reshape(found, (1,) * x.ndim) if keepdims else found
    axes = [k % x.ndim for k in np.atleast_1d(axis)]
    if len(axes) == 1:
        found = _vector_norm(x, ord, axes[0])
    else:
        found = _matrix_norm(np.moveaxis(x, axes, (-2, -1)), ord)
    return np.expand_dims(found, tuple(axes)) if keepdims else found


def _vector_norm(x, ord, axis):
    if ord is None or ord == 2:
        return np.sqrt(np.sum(square_of_modulus(x), axis=axis))
    if ord in (np.inf, -np.inf):
        return (np.max if ord > 0 else np.min)(np.abs(x), axis=axis)
    if ord == 0:
        return np.sum(x != 0, axis=axis).astype(float)
    if ord == 1:
        return np.sum(np.abs(x), axis=axis)
    return np.sum(np.abs(x) ** ord, axis=axis) ** (1.0 / ord)


def _matrix_norm(x, ord):
    if ord is None or ord == "fro":
        return np.sqrt(np.sum(square_of_modulus(x), axis=(-2, -1)))
    if ord in (1, -1, np.inf, -np.inf):
        sums = np.sum(np.abs(x), axis=-2 if abs(ord) == 1 else -1)
        return (np.max if ord > 0 else np.min)(sums, axis=-1)
    values = np.linalg.svd(x, compute_uv=False)
    return {2: values[..., 0], -2: values[..., -1], "nuc": np.sum(values, axis=-1)}[ord]


def matrix_power(a, n):
    a = np.asarray(a)
    if n < 0:
        a, n = np.linalg.inv(a), -n
    return functools.reduce(np.matmul, [a] * n) if n else np.broadcast_to(np.eye(a.shape[-1]), a.shape)


def _eliminate(a, b):
    """Gaussian elimination with partial pivoting: the solution of a y = b and the determinant of a."""
    n = len(a)
    rows = [a[i] for i in range(n)]
    right = [b[i] for i in range(n)]
    det = 1.0
    for k in range(n):
        pivot = max(range(k, n), key=lambda i: abs(numbers(rows[i][k])))
        if pivot != k:
            rows[k], rows[pivot], right[k], right[pivot] = rows[pivot], rows[k], right[pivot], right[k]
            det = -det
        det = det * rows[k][k]
        for i in range(k + 1, n):
            factor = rows[i][k] / rows[k][k]
            rows[i] = rows[i] - factor * rows[k]
            right[i] = right[i] - factor * right[k]
    for k in reversed(range(n)):
        for j in range(k + 1, n):
            right[k] = right[k] - rows[k][j] * right[j]
        right[k] = right[k] / rows[k][k]
    return np.stack(right), det


def solve(a, b):
    a, b = np.asarray(a), np.asarray(b)
    if b.ndim == 1:
        return np.squeeze(solve(a, b[:, None]), axis=-1) if a.ndim > 2 else _eliminate(a, b)[0]
    if b.ndim > a.ndim:
        a = np.broadcast_to(a, (*b.shape[:-2], *a.shape[-2:]))
    return _of_stack(lambda m, r: _eliminate(m, r)[0], a, b)


def inv(a):
    return _of_stack(lambda m: _eliminate(m, np.eye(len(m)))[0], np.asarray(a))


def det(a):
    return _of_stack(lambda m: _eliminate(m, m[:, :1])[1], np.asarray(a))


def slogdet(a):
    d = np.linalg.det(a)
    return SlogdetResult(np.sign(d), np.log(np.abs(d)))


def cholesky(a, upper=False):
    a = np.asarray(a)
    if upper:
        return np.swapaxes(_of_stack(_cholesky, np.swapaxes(a, -1, -2)), -1, -2)
    return _of_stack(_cholesky, a)


def _cholesky(a):
    n = len(a)
    lower = np.zeros((n, n))
    for j in range(n):
        for i in range(j, n):
            rest = a[i, j] - np.sum(lower[i, :j] * lower[j, :j])
            lower[i, j] = np.sqrt(rest) if i == j else rest / lower[j, j]
    return lower


def eigvalsh(a, UPLO="L"):
    return np.linalg.eigh(a, UPLO)[0]


def eig(a):
    """The vectors, whose length and sign are a convention, are not followed."""
    return EigResult(np.linalg.eigvals(a), None)


def qr(a, mode="reduced"):
    """Householder's reflections with LAPACK's signs: each takes a column to -sign(first entry) its length."""
    a = np.asarray(a)
    if a.ndim > 2:
        raise NotImplementedError("stacks are not followed")
    (m, n), r, q = a.shape, a, np.eye(a.shape[0])
    for k in range(min(m - 1, n)):
        column = r[k:, k]
        if not np.any(numbers(column[1:])):
            continue
        length = np.sqrt(np.sum(column * column))
        top = column[0] + (length if numbers(column[0]) >= 0 else -length)
        v = np.concatenate([np.zeros(k), np.reshape(top, (1,)), column[1:]])
        v = v / np.sqrt(np.sum(v * v))
        r = r - 2.0 * np.outer(v, v @ r)
        q = q - 2.0 * np.outer(q @ v, v)
    r, size = np.triu(r), m if mode == "complete" else min(m, n)
    return r[:size] if mode == "r" else QRResult(q[:, :size], r[:size])


def svd(a, full_matrices=True, compute_uv=True, hermitian=False):
    """From the eigenvectors of the smaller of aᵀa and aaᵀ, with NumPy's signs."""
    a = np.asarray(a)
    if a.ndim > 2:
        raise NotImplementedError("stacks are not followed")
    if not compute_uv:
        gram = a.T @ a if a.shape[0] >= a.shape[1] else a @ a.T
        return np.sqrt(np.linalg.eigvalsh(gram))[::-1]
    if a.shape[0] < a.shape[1]:
        u, s, vh = svd(a.T, full_matrices)
        return SVDResult(*_signed(vh.T, s, u.T, a))
    squares, v = np.linalg.eigh(a.T @ a)
    s, v = np.sqrt(squares[::-1]), v[:, ::-1]
    u, s, vh = _signed(a @ v / s, s, v.T, a)
    return SVDResult(_completed(u, a) if full_matrices else u, s, vh)


def _signed(u, s, vh, a):
    own = np.linalg.svd(plain(a).astype(float), full_matrices=True)
    k = s.shape[0]
    flip = np.where(np.sum(numbers(u[:, :k]) * own[0][:, :k], axis=0) < 0, -1.0, 1.0)
    turned = [u[:, :k] * flip, vh[:k] * flip[:, None]]
    u = turned[0] if u.shape[1] == k else np.concatenate([turned[0], u[:, k:]], axis=1)
    return u, s, turned[1] if vh.shape[0] == k else np.concatenate([turned[1], vh[k:]])


def _completed(u, a):
    """u and an orthonormal basis of what it leaves out: NumPy's, kept orthogonal to u."""
    if u.shape[0] == u.shape[1]:
        return u
    rest = np.linalg.svd(plain(a).astype(float))[0][:, u.shape[1] :]
    rest = rest - u @ (u.T @ rest)
    lower = np.linalg.cholesky(rest.T @ rest)
    return np.concatenate([u, np.linalg.solve(lower, rest.T).T], axis=1)


def svdvals(x):
    return np.linalg.svd(x, compute_uv=False)


def tensorsolve(a, b, axes=None):
    if axes is not None:
        raise NotImplementedError("axes= is not followed")
    a, b = np.asarray(a), np.asarray(b)
    shape = a.shape[b.ndim :]
    return np.reshape(np.linalg.solve(np.reshape(a, (b.size, -1)), np.reshape(b, (-1,))), shape)


def tensorinv(a, ind=2):
    a = np.asarray(a)
    n = int(np.prod(a.shape[:ind]))
    return np.reshape(np.linalg.inv(np.reshape(a, (n, n))), a.shape[ind:] + a.shape[:ind])


def pinv(a, rcond=None, hermitian=False, **_):
    a = np.asarray(a)
    if a.ndim > 2:
        raise NotImplementedError("stacks are not followed")
    if np.linalg.matrix_rank(plain(a).astype(float)) < min(a.shape):
        raise NotImplementedError("a matrix of less than full rank has no derivative of its pseudo-inverse")
    if a.shape[0] < a.shape[1]:
        return np.linalg.pinv(a.T).T
    q, r = np.linalg.qr(a)
    return np.linalg.solve(r, q.T)


def lstsq(a, b, rcond=None):
    a, b = np.asarray(a), np.asarray(b)
    own = np.linalg.lstsq(plain(a).astype(float), plain(b).astype(float))
    y = np.linalg.pinv(a) @ b
    residual = b - a @ y
    squares = np.sum(residual * residual, axis=0) if np.size(own[1]) else own[1]
    return y, np.reshape(squares, np.shape(own[1])), own[2], own[3]


def cond(x, p=None):
    if p in (None, 2, -2):
        values = np.linalg.svd(x, compute_uv=False)
        ratio = values[..., 0] / values[..., -1]
        return 1.0 / ratio if p == -2 else ratio
    return np.linalg.norm(x, p) * np.linalg.norm(np.linalg.inv(x), p)
