"""scipy.linalg and functions of matrices, with their differentials (Higham 2008)."""

from __future__ import annotations

import numpy as np
import scipy.linalg
from scipy.linalg import expm, solve_triangular

from derivlab.gallery import Topic
from derivlab.gallery.linear_algebra import directions, inverse

case = Topic("matrix_functions")

A = [[0.4, -0.5, 0.3], [0.25, 0.8, -0.2], [0.5, 0.1, 0.6]]
S = np.array([[4.0, 1.0, -0.5], [1.0, 3.0, 0.75], [-0.5, 0.75, 2.0]])
V = [0.5, -1.5, 2.0]
inv, det = np.linalg.inv, np.linalg.det


def upper_block(function):
    """f([[x, dx], [0, x]]) holds the differential of f in its upper block (Najfeld and Havel 1995)."""

    def differential(x, dx):
        n = len(x)
        return function(np.block([[x, dx], [np.zeros((n, n)), x]]))[:n, n:]

    return differential


def triangular(x, dx):
    """Of the solution of triu(x) y = 1."""
    upper = inv(np.triu(x))
    return -upper @ np.triu(dx) @ upper @ np.ones(3)


case.table(
    ("expm", lambda x: expm(x), A, directions(upper_block(scipy.linalg.expm))),
    ("expm_of_large_norm", lambda x: expm(5 * x)[0], A, directions(lambda x, dx: upper_block(scipy.linalg.expm)(5 * x, 5 * dx)[0])),
    ("trace_of_expm", lambda x: np.trace(expm(x)), A, lambda x: scipy.linalg.expm(x).T),
    ("expm_times_vector", lambda t: expm(t * np.array(A)) @ np.ones(3), 0.7, lambda t: A @ scipy.linalg.expm(t * np.array(A)) @ np.ones(3)),
    ("taylor_exponential", lambda x: _taylor(x), A, directions(upper_block(lambda a: _taylor(a)))),
    ("sqrtm", lambda x: scipy.linalg.sqrtm(x), S.tolist(), directions(upper_block(scipy.linalg.sqrtm))),
    ("square_root_by_newton", lambda x: _newton_root(x)[0], S.tolist(), directions(lambda x, dx: upper_block(scipy.linalg.sqrtm)(x, dx)[0])),
    ("neumann_series", lambda x: _neumann(x), (np.array(A) / 4).tolist(), directions(lambda x, dx: inv(np.eye(3) - x) @ dx @ inv(np.eye(3) - x))),
    ("matrix_polynomial", lambda x: 2 * x @ x - 3 * x + np.eye(3), A, directions(lambda x, dx: 2 * (x @ dx + dx @ x) - 3 * dx)),
    ("commutator", lambda x: x @ x.T - x.T @ x, A, directions(lambda x, dx: dx @ x.T + x @ dx.T - dx.T @ x - x.T @ dx)),
    ("scipy_solve", lambda x: scipy.linalg.solve(x, np.array(V)), A, directions(lambda x, dx: inverse(x, dx) @ V)),
    ("scipy_inverse_and_det", lambda x: scipy.linalg.det(x) * scipy.linalg.inv(x), A, directions(
        lambda x, dx: det(x) * (np.trace(inv(x) @ dx) * inv(x) + inverse(x, dx)))),
    ("solve_triangular_upper", lambda x: solve_triangular(x, np.ones(3)), A, directions(triangular)),
    ("solve_triangular_lower", lambda x: solve_triangular(x.T, np.ones(3), lower=True, trans="T"), A, directions(triangular)),
    ("cholesky_of_upper_triangle", lambda x: scipy.linalg.cholesky(x @ x.T)[0, 0], A, lambda x: np.outer([1, 0, 0], x[0]) / np.linalg.norm(x[0])),
    ("cho_solve", lambda x: scipy.linalg.cho_solve(scipy.linalg.cho_factor(S), x), V, inv(S)),
    ("cho_factor_traced", lambda x: np.sum(np.log(np.diag(scipy.linalg.cho_factor(x @ x.T, lower=True)[0]))), A, lambda x: inv(x).T),
    ("block_diag", lambda x: scipy.linalg.block_diag(x[:2, :2], x[2, 2]), A, directions(lambda x, dx: scipy.linalg.block_diag(dx[:2, :2], dx[2, 2]))),
    ("toeplitz", lambda x: scipy.linalg.toeplitz(x), V, directions(lambda x, dx: scipy.linalg.toeplitz(dx))),
    ("circulant_determinant", lambda x: det_of_circulant(x), V, lambda x: _cofactors(x)),
    ("sylvester_equation", lambda x: scipy.linalg.solve_sylvester(x, S, np.ones((3, 3))), A, directions(
        lambda x, dx: scipy.linalg.solve_sylvester(x, S, -dx @ scipy.linalg.solve_sylvester(x, S, np.ones((3, 3)))))),
    ("lyapunov_equation", lambda x: scipy.linalg.solve_continuous_lyapunov(x, -np.eye(3)), (np.array(A) - 2 * np.eye(3)).tolist(), directions(
        lambda x, dx: scipy.linalg.solve_continuous_lyapunov(x, -dx @ _lyapunov(x) - _lyapunov(x) @ dx.T))),
    ("scipy_eigenvalues", lambda x: np.sum(scipy.linalg.eigvalsh(x + x.T) ** 2), A, lambda x: 4 * (x + x.T)),
    ("scipy_svdvals", lambda x: np.sum(scipy.linalg.svdvals(x) ** 2), A, lambda x: 2 * x),
    ("scipy_norm", lambda x: scipy.linalg.norm(x), A, lambda x: x / np.linalg.norm(x)),
    ("conjugate_gradients", lambda b: _conjugate_gradients(b), V, inv(S)),
    ("gauss_elimination", lambda x: _eliminated(x, np.array(V)), S.tolist(), directions(lambda x, dx: inverse(x, dx) @ V)),
    ("power_iteration", lambda x: _power_iteration(x), S.tolist(), lambda x: _dominant(x)),
    ("determinant_by_minors", lambda x: _laplace(x), A, lambda x: det(x) * inv(x).T),
    ("gram_schmidt", lambda x: np.abs(np.prod(_gram_schmidt(x)[1])), A, lambda x: abs(det(x)) * inv(x).T),
)  # fmt: skip


def _taylor(a, terms=25):
    term = total = np.eye(len(a))
    for k in range(1, terms):
        term = term @ a / k
        total = total + term
    return total


def _newton_root(a):
    y, z = a, np.eye(len(a))
    for _ in range(12):
        y, z = (y + np.linalg.inv(z)) / 2, (z + np.linalg.inv(y)) / 2
    return y


def _neumann(a):
    total, term = np.eye(3), np.eye(3)
    for _ in range(80):
        term = term @ a
        total += term
    return total


def det_of_circulant(x):
    """The determinant of the circulant matrix of three numbers."""
    return np.linalg.det(scipy.linalg.circulant(x))


def _cofactors(x):
    a, b, c = x
    return (3 * (a * a - b * c), 3 * (b * b - a * c), 3 * (c * c - a * b))


def _lyapunov(x):
    return scipy.linalg.solve_continuous_lyapunov(x, -np.eye(3))


def _conjugate_gradients(b):
    x, r = np.zeros(3), b.copy()
    p = r.copy()
    for _ in range(3):
        step = (r @ r) / (p @ S @ p)
        x += step * p
        new = r - step * (S @ p)
        p = new + (new @ new) / (r @ r) * p
        r = new
    return x


def _eliminated(a, b):
    a, b, n = a.copy(), b.copy(), len(b)
    b = b + 0.0 * a[0, 0]
    for k in range(n):
        for i in range(k + 1, n):
            factor = a[i, k] / a[k, k]
            a[i, k:] -= factor * a[k, k:]
            b[i] -= factor * b[k]
    for k in reversed(range(n)):
        b[k] = (b[k] - a[k, k + 1 :] @ b[k + 1 :]) / a[k, k]
    return b


def _power_iteration(a):
    v = np.ones(3)
    for _ in range(120):
        v = a @ v
        v = v / np.linalg.norm(v)
    return v @ a @ v


def _dominant(x):
    """v vᵀ, as the iteration has converged and its left and right eigenvectors agree."""
    v = np.linalg.eigh(x)[1][:, -1]
    return np.outer(v, v)


def _laplace(a):
    if len(a) == 1:
        return a[0, 0]
    return sum((-1) ** j * a[0, j] * _laplace(np.delete(a[1:], j, axis=1)) for j in range(len(a)))


def _gram_schmidt(a):
    basis, lengths = [], []
    for column in a.T:
        for q in basis:
            column = column - (q @ column) * q
        lengths.append(np.sqrt(column @ column))
        basis.append(column / lengths[-1])
    return np.stack(basis, axis=1), np.array(lengths)
