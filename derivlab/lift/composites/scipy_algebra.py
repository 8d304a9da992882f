"""scipy.linalg by its textbook definitions."""

from __future__ import annotations

import numpy as np
import scipy.linalg

from derivlab.lift.lifted import numbers


def solve(a, b, lower=False, overwrite_a=False, overwrite_b=False, check_finite=True, transposed=False, **_):
    return np.linalg.solve(np.swapaxes(np.asarray(a), -1, -2) if transposed else a, b)


def solve_triangular(a, b, trans=0, lower=False, unit_diagonal=False, **_):
    a = np.tril(a) if lower else np.triu(a)
    if unit_diagonal:
        a = a - np.diag(np.diag(a)) + np.eye(len(a))
    return np.linalg.solve(a.T if trans in (1, "T") else a, b)


def cholesky(a, lower=False, **_):
    """Of the triangle that is named."""
    a = np.asarray(a)
    return np.linalg.cholesky(a) if lower else np.linalg.cholesky(a.T).T


def cho_factor(a, lower=False, **_):
    return cholesky(a, lower), lower


def cho_solve(c_and_lower, b, **_):
    c, lower = c_and_lower
    first = solve_triangular(c, b, trans=0 if lower else 1, lower=lower)
    return solve_triangular(c, first, trans=1 if lower else 0, lower=lower)


def eigh(a, b=None, lower=True, eigvals_only=False, **_):
    if b is None:
        values, vectors = np.linalg.eigh(a, "L" if lower else "U")
        return values if eigvals_only else (values, vectors)
    a, b = (np.tril(m) + np.tril(m, -1).T if lower else np.triu(m) + np.triu(m, 1).T for m in (a, b))
    root = np.linalg.inv(np.linalg.cholesky(b))
    values, vectors = np.linalg.eigh(root @ a @ root.T)
    vectors = root.T @ vectors
    own = scipy.linalg.eigh(numbers(a), numbers(b))[1]  # for the signs
    turned = np.sign(np.sum(numbers(vectors) * own, axis=0))
    return values if eigvals_only else (values, vectors * turned)


def eigvalsh(a, b=None, lower=True, **_):
    return eigh(a, b, lower, True)


def eig(a, b=None, left=False, right=True, **_):
    if b is not None or left:
        raise NotImplementedError("left eigenvectors and the generalised problem are not followed")
    return tuple(np.linalg.eig(a)) if right else np.linalg.eigvals(a)


def eigvals(a, b=None, **_):
    return eig(a, b, right=False)


def lu(a, permute_l=False, overwrite_a=False, check_finite=True, p_indices=False):
    """With SciPy's choice of rows."""
    a = np.asarray(a)
    rows = scipy.linalg.lu(numbers(a), p_indices=True)[0]
    lower, upper = _eliminated(a[np.argsort(rows)])
    if permute_l:
        return lower[rows], upper
    return (rows if p_indices else np.eye(len(rows))[rows]), lower, upper


def _eliminated(a):
    """Gauss's elimination of a matrix whose rows stand in order."""
    columns, rows = [], []
    for k in range(min(a.shape)):
        column = a[:, 0] / a[0, 0]
        columns.append(np.concatenate([np.zeros(k), column]))
        rows.append(np.concatenate([np.zeros(k), a[0]]))
        a = a[1:, 1:] - np.outer(column[1:], a[0, 1:])
    return np.stack(columns, axis=1), np.stack(rows)


def lu_factor(a, **_):
    a = np.asarray(a)
    pivots = scipy.linalg.lu_factor(numbers(a))[1]
    lower, upper = _eliminated(a[_order(pivots)])
    return np.tril(lower, -1) + upper, pivots


def _order(pivots):
    """The order of rows after one exchange after the other."""
    order = np.arange(len(pivots))
    for k, p in enumerate(pivots):
        order[[k, p]] = order[[p, k]]
    return order


def lu_solve(lu_and_piv, b, trans=0, **_):
    both, pivots = lu_and_piv
    order, b = _order(pivots), np.asarray(b)
    if not trans:
        return solve_triangular(both, solve_triangular(both, b[order], lower=True, unit_diagonal=True))
    first = solve_triangular(both, b, trans=1)
    return solve_triangular(both, first, trans=1, lower=True, unit_diagonal=True)[np.argsort(order)]


def svd(a, full_matrices=True, compute_uv=True, **_):
    return np.linalg.svd(a, full_matrices, compute_uv)


def qr(a, overwrite_a=False, lwork=None, mode="full", pivoting=False, check_finite=True):
    if pivoting:
        raise NotImplementedError("pivoting is not followed")
    found = np.linalg.qr(a, {"full": "complete", "economic": "reduced", "r": "complete"}[mode])
    return (found[1],) if mode == "r" else (found[0], found[1])


def lstsq(a, b, cond=None, **_):
    return np.linalg.lstsq(a, b)


def pinv(a, **_):
    return np.linalg.pinv(a)


def expm(A):
    """Scaling and squaring of the Taylor series, 30 terms at norm below 1/2."""
    a = np.asarray(A)
    size = np.max(np.sum(np.abs(numbers(a)), axis=-2))
    squarings = 0
    while size > 0.5:
        size, squarings = size / 2, squarings + 1
    a = a / 2.0**squarings
    out = term = np.eye(a.shape[-1])
    for k in range(1, 31):
        term = term @ a / k
        out = out + term
    for _ in range(squarings):
        out = out @ out
    return out


def sqrtm(A, **_):
    """Newton's iteration in the form of Denman and Beavers 1976."""
    y, z = np.asarray(A), np.eye(len(A))
    for _ in range(60):
        before = numbers(y)
        y, z = 0.5 * (y + np.linalg.inv(z)), 0.5 * (z + np.linalg.inv(y))
        if np.max(np.abs(numbers(y) - before)) <= 1e-15 * np.max(np.abs(before)):
            break
    else:
        raise NotImplementedError("the iteration for the root does not converge")
    return 0.5 * (y + np.linalg.inv(z))


def logm(A, **_):
    """Roots until the matrix is near 1, then 2 artanh((A - 1)/(A + 1)) by its series."""
    a, one, scale = np.asarray(A), np.eye(len(A)), 2.0
    for _ in range(60):
        if np.max(np.sum(np.abs(numbers(a) - one), axis=0)) < 0.1:
            break
        a, scale = sqrtm(a), 2.0 * scale
    else:
        raise NotImplementedError("the roots do not come near 1")
    z = np.linalg.solve(a + one, a - one)
    out, power, square = z, z, z @ z
    for k in range(3, 41, 2):
        power = power @ square
        out = out + power / k
    return scale * out


def fractional_matrix_power(A, t):
    if t == int(numbers(t)):
        return np.linalg.matrix_power(A, int(numbers(t)))
    return expm(t * logm(A))


def solve_banded(l_and_u, ab, b, **_):
    lower, upper = l_and_u
    n = np.shape(ab)[1]
    i, j = np.indices((n, n))
    within = (i - j <= lower) & (j - i <= upper)
    return np.linalg.solve(np.where(within, np.asarray(ab)[np.where(within, upper + i - j, 0), j], 0.0), b)


def solve_toeplitz(c_or_cr, b, **_):
    pair = c_or_cr if isinstance(c_or_cr, tuple) else (c_or_cr,)
    return np.linalg.solve(toeplitz(*pair), b)


def solve_circulant(c, b, **_):
    return np.linalg.solve(circulant(c), b)


def solve_sylvester(a, b, q):
    a, b, q = np.asarray(a), np.asarray(b), np.asarray(q)
    m, n = len(a), len(b)
    whole = np.kron(a, np.eye(n)) + np.kron(np.eye(m), b.T)
    return np.reshape(np.linalg.solve(whole, np.reshape(q, (-1,))), (m, n))


def solve_continuous_lyapunov(a, q):
    return solve_sylvester(a, np.asarray(a).T, q)


def block_diag(*arrs):
    arrs = [np.atleast_2d(np.asarray(a)) for a in arrs]
    out = np.zeros((sum(a.shape[0] for a in arrs), sum(a.shape[1] for a in arrs)))
    i = j = 0
    for a in arrs:
        out[i : i + a.shape[0], j : j + a.shape[1]] = a
        i, j = i + a.shape[0], j + a.shape[1]
    return out


def toeplitz(c, r=None):
    c = np.ravel(np.asarray(c))
    r = c if r is None else np.ravel(np.asarray(r))
    line = np.concatenate([c[::-1], r[1:]])
    return line[np.arange(len(c))[::-1, None] + np.arange(len(r))[None, :]]


def hankel(c, r=None):
    c = np.ravel(np.asarray(c))
    r = np.zeros(len(c)) if r is None else np.ravel(np.asarray(r))
    return np.concatenate([c, r[1:]])[np.arange(len(c))[:, None] + np.arange(len(r))[None, :]]


def circulant(c):
    n = len(c)
    return np.asarray(c)[(np.arange(n)[:, None] - np.arange(n)[None, :]) % n]
