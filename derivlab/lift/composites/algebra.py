"""numpy.linalg by its textbook definitions."""

from __future__ import annotations

import numpy as np

from derivlab.lift.composites.elementary import square_of_modulus
from derivlab.lift.lifted import numbers


def norm(x, ord=None, axis=None, keepdims=False):
    x = np.asarray(x)
    if axis is None and (ord is None or x.ndim == 1):
        x, axis = x.reshape(-1), 0
    if (isinstance(axis, tuple) and len(axis) == 2) or (axis is None and x.ndim == 2):
        axes = axis or (0, 1)
        if ord in (None, "fro"):
            return np.sqrt(np.sum(square_of_modulus(x), axis=axes, keepdims=keepdims))
        if ord in (1, np.inf):
            first, second = axes if ord == 1 else axes[::-1]
            sums = np.sum(np.abs(x), axis=first, keepdims=True)
            return np.max(sums, axis=second, keepdims=True).reshape(()) if x.ndim == 2 else None
        values = np.linalg.svd(x, compute_uv=False)
        return {2: values[0], -2: values[-1], "nuc": np.sum(values)}[ord]
    if ord is None or ord == 2:
        return np.sqrt(np.sum(square_of_modulus(x), axis=axis, keepdims=keepdims))
    if ord in (np.inf, -np.inf):
        return (np.max if ord > 0 else np.min)(np.abs(x), axis=axis, keepdims=keepdims)
    if ord == 1:
        return np.sum(np.abs(x), axis=axis, keepdims=keepdims)
    return np.sum(np.abs(x) ** ord, axis=axis, keepdims=keepdims) ** (1.0 / ord)


def matrix_power(a, n):
    if n < 0:
        a, n = np.linalg.inv(a), -n
    out = np.eye(a.shape[-1])
    for _ in range(n):
        out = out @ a
    return out


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
    return _eliminate(np.asarray(a), np.asarray(b))[0]


def inv(a):
    return _eliminate(np.asarray(a), np.eye(len(a)))[0]


def det(a):
    return _eliminate(np.asarray(a), np.eye(len(a)))[1]


def slogdet(a):
    d = det(a)
    return np.sign(d), np.log(np.abs(d))


def cholesky(a):
    a = np.asarray(a)
    n = len(a)
    lower = np.zeros((n, n))
    for j in range(n):
        for i in range(j, n):
            rest = a[i, j] - np.sum(lower[i, :j] * lower[j, :j])
            lower[i, j] = np.sqrt(rest) if i == j else rest / lower[j, j]
    return lower


def eigvalsh(a, UPLO="L"):
    return np.linalg.eigh(a)[0]


def eigvals(a):
    return np.linalg.eig(a)[0]


def svd(a, full_matrices=True, compute_uv=True, hermitian=False):
    if compute_uv:
        raise NotImplementedError("singular vectors are not followed; use compute_uv=False")
    gram = a.T @ a if a.shape[0] >= a.shape[1] else a @ a.T
    return np.sqrt(np.linalg.eigvalsh(gram))[::-1]


def svdvals(a):
    return svd(a, compute_uv=False)


def pinv(a, **_):
    return np.linalg.solve(a.T @ a, a.T) if a.shape[0] >= a.shape[1] else np.linalg.solve(a @ a.T, a).T


def lstsq(a, b, rcond=None):
    y = np.linalg.pinv(a) @ b
    residual = b - a @ y
    return y, np.sum(residual * residual, axis=0), min(a.shape), None


def cond(a, p=None):
    values = svd(a, compute_uv=False)
    if p not in (None, 2):
        return norm(a, p) * norm(np.linalg.inv(a), p)
    return values[0] / values[-1]
