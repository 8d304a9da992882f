"""numpy.linalg, with the differentials of matrix calculus (Magnus and Neudecker 2019)."""

from __future__ import annotations

import numpy as np

from derivlab.gallery import Topic, quadratic

case = Topic("linear_algebra")

A = [[2.0, -0.5, 1.0], [0.25, 3.0, -1.0], [0.5, 1.5, 2.5]]
W = [[1.0, 0.5], [-0.5, 2.0], [0.25, 1.5]]
S = np.array([[4.0, 1.0, -0.5], [1.0, 3.0, 0.75], [-0.5, 0.75, 2.0]])
V = [0.5, -1.5, 2.0]
B = np.array([[1.0, 2.0], [0.5, -1.0], [3.0, 0.25]])
inv, det, svd = np.linalg.inv, np.linalg.det, np.linalg.svd


def directions(differential):
    """The derivative from the differential: `differential(x, dx)` for each unit matrix dx."""

    def known(x):
        units = np.eye(np.size(x)).reshape(-1, *np.shape(x))
        columns = [np.asarray(differential(x, dx)) for dx in units]
        return np.stack(columns, axis=-1).reshape(columns[0].shape + np.shape(x))

    return known


def inverse(x, dx):
    return -inv(x) @ dx @ inv(x)


def singular(function):
    """The gradient Σ g_i u_i v_iᵀ of a function of singular values, g = function(s)."""

    def known(x):
        u, s, vt = svd(x, full_matrices=False)
        return (u * function(s)) @ vt

    return known


def smooth_symmetric(x):
    """A symmetric matrix that depends on three numbers."""
    return np.array([[x[0], x[1], 0.5], [x[1], x[2], 0.25], [0.5, 0.25, 1.0]])


def projections(x, weights):
    """Σ w_k v_kᵀ dA v_k for the eigenvectors of `smooth_symmetric`."""
    _, v = np.linalg.eigh(smooth_symmetric(np.asarray(x)))
    g = (v * weights) @ v.T
    return np.array([g[0, 0], 2 * g[0, 1], g[1, 1]])


case.table(
    ("det", lambda x: np.linalg.det(x), A, lambda x: det(x) * inv(x).T),
    ("det_of_one_by_one", lambda x: np.linalg.det(x[:1, :1]), A, [[1, 0, 0], [0, 0, 0], [0, 0, 0]]),
    ("log_abs_det", lambda x: np.linalg.slogdet(x)[1], A, lambda x: inv(x).T),
    ("slogdet_unpacked", lambda x: (lambda s, l: s * np.exp(l))(*np.linalg.slogdet(-x)), A, lambda x: -det(x) * inv(x).T),
    ("slogdet_by_name", lambda x: np.linalg.slogdet(x).logabsdet, A, lambda x: inv(x).T),
    ("log_of_det", lambda x: np.log(np.linalg.det(x @ x.T)), A, lambda x: 2 * inv(x).T),
    ("determinants_of_stack", lambda x: np.linalg.det(np.stack([x, 2 * x])), A, lambda x: np.stack([det(x) * inv(x).T, 8 * det(x) * inv(x).T])),
    ("inv", lambda x: np.linalg.inv(x), A, directions(inverse)),
    ("inverse_of_stack", lambda x: np.linalg.inv(np.stack([x, x]))[1], A, directions(inverse)),
    ("trace_of_inverse", lambda x: np.trace(np.linalg.inv(x)), A, lambda x: -(inv(x) @ inv(x)).T),
    ("solve_for_vector", lambda x: np.linalg.solve(x, np.array(V)), A, directions(lambda x, dx: inverse(x, dx) @ V)),
    ("solve_for_columns", lambda x: np.linalg.solve(x, B), A, directions(lambda x, dx: inverse(x, dx) @ B)),
    ("solve_with_traced_right_side", lambda x: np.linalg.solve(S, x), V, inv(S)),
    ("solve_with_traced_columns", lambda x: np.linalg.solve(S, x), W, directions(lambda x, dx: inv(S) @ dx)),
    ("solve_stack", lambda x: np.linalg.solve(np.stack([x, x.T]), np.ones((2, 3, 1)))[0, :, 0], A, directions(lambda x, dx: inverse(x, dx) @ np.ones(3))),
    ("quadratic_form_of_inverse", lambda x: x @ np.linalg.solve(S, x), V, lambda x: 2 * inv(S) @ x),
    ("matrix_power_3", lambda x: np.linalg.matrix_power(x, 3), A, directions(lambda x, dx: dx @ x @ x + x @ dx @ x + x @ x @ dx)),
    ("matrix_power_minus_1", lambda x: np.linalg.matrix_power(x, -1), A, directions(inverse)),
    ("matrix_power_0_and_1", lambda x: np.linalg.matrix_power(x, 0) + np.linalg.matrix_power(x, 1), A, directions(lambda x, dx: dx)),
    ("multi_dot", lambda x: np.linalg.multi_dot([x, S, x[:, 0]]), A, directions(lambda x, dx: dx @ S @ x[:, 0] + x @ S @ dx[:, 0])),
    ("frobenius_norm", lambda x: np.linalg.norm(x), A, lambda x: x / np.linalg.norm(x)),
    ("frobenius_norm_by_name", lambda x: np.linalg.norm(x, "fro", keepdims=True)[0, 0], A, lambda x: x / np.linalg.norm(x)),
    ("norm_of_vector", lambda x: np.linalg.norm(x), V, lambda x: x / np.linalg.norm(x)),
    ("norm_1", lambda x: np.linalg.norm(x, 1), V, lambda x: np.sign(x)),
    ("norm_3", lambda x: np.linalg.norm(x, ord=3), V, lambda x: np.sign(x) * x**2 / np.linalg.norm(x, 3) ** 2),
    ("norm_inf", lambda x: np.linalg.norm(x, np.inf), V, [0, 0, 1]),
    ("norm_minus_inf", lambda x: np.linalg.norm(x, -np.inf), V, [1, 0, 0]),
    ("norm_of_rows", lambda x: np.linalg.norm(x, axis=1), W, directions(lambda x, dx: np.sum(x * dx, 1) / np.linalg.norm(x, axis=1))),
    ("normalised_rows", lambda x: (x / np.linalg.norm(x, axis=-1, keepdims=True))[:, 0], W, directions(
        lambda x, dx: dx[:, 0] / np.linalg.norm(x, axis=1) - x[:, 0] * np.sum(x * dx, 1) / np.linalg.norm(x, axis=1) ** 3)),
    ("matrix_norm_1", lambda x: np.linalg.norm(x, 1), W, [[0, 1], [0, 1], [0, 1]]),
    ("matrix_norm_inf", lambda x: np.linalg.norm(x, np.inf), W, [[0, 0], [-1, 1], [0, 0]]),
    ("spectral_norm", lambda x: np.linalg.norm(x, 2), W, singular(lambda s: [1, 0])),
    ("smallest_singular_value", lambda x: np.linalg.norm(x, -2), W, singular(lambda s: [0, 1])),
    ("nuclear_norm", lambda x: np.linalg.norm(x, "nuc"), W, singular(lambda s: [1, 1])),
    ("norms_of_stack", lambda x: np.linalg.norm(np.stack([x, 3 * x]), axis=(1, 2)), W, lambda x: np.stack([x, 3 * x]) / np.linalg.norm(x)),
    ("vector_norm", lambda x: np.linalg.vector_norm(x), W, lambda x: x / np.linalg.norm(x)),
    ("condition_number", lambda x: np.linalg.cond(x), W, singular(lambda s: [1 / s[1], -s[0] / s[1] ** 2])),
    ("singular_values", lambda x: np.linalg.svd(x, compute_uv=False), W, directions(
        lambda x, dx: np.diag(svd(x, full_matrices=False)[0].T @ dx @ svd(x)[2].T))),
    ("singular_values_of_three", lambda x: np.linalg.svd(x)[1], W, directions(
        lambda x, dx: np.diag(svd(x, full_matrices=False)[0].T @ dx @ svd(x)[2].T))),
    ("svdvals", lambda x: np.sum(np.linalg.svdvals(x) ** 2), W, lambda x: 2 * x),
    ("rebuilt_from_svd", lambda x: (lambda u, s, vt: (u * s**2) @ vt)(*np.linalg.svd(x, full_matrices=False)), W, directions(
        lambda x, dx: _cubed(x, dx))),
    ("pinv", lambda x: np.linalg.pinv(x), W, directions(lambda x, dx: _pseudo(x, dx))),
    ("pinv_of_wide", lambda x: np.linalg.pinv(x.T).T, W, directions(lambda x, dx: _pseudo(x, dx))),
    ("lstsq_traced_data", lambda x: np.linalg.lstsq(np.array(W), x, rcond=None)[0], V, np.linalg.pinv(W)),
    ("lstsq_traced_design", lambda x: np.linalg.lstsq(x, np.array(V), rcond=None)[0], W, directions(lambda x, dx: _pseudo(x, dx) @ V)),
    ("normal_equations", lambda x: np.linalg.solve(x.T @ x, x.T @ np.array(V)), W, directions(lambda x, dx: _pseudo(x, dx) @ V)),
    ("residual_of_lstsq", lambda x: np.linalg.lstsq(np.array(W), x, rcond=None)[1][0], V, lambda x: 2 * (x - W @ np.linalg.pinv(W) @ x)),
    ("cholesky_diagonal", lambda x: 2 * np.sum(np.log(np.diag(np.linalg.cholesky(x @ x.T)))), A, lambda x: 2 * inv(x).T),
    ("cholesky_reads_one_triangle", lambda x: np.linalg.cholesky(x)[1], [[2.0, 0.5], [0.3, 1.0]], lambda x: _lower_row(x)),
    ("cholesky_solve", lambda x: np.sum(np.linalg.solve(np.linalg.cholesky(smooth_symmetric(x)), np.ones(3)) ** 2), [3.0, 0.5, 2.0], lambda x: _form(x)),
    ("eigenvalues", lambda x: np.linalg.eigvalsh(smooth_symmetric(x)), [3.0, 0.5, 2.0], lambda x: np.stack([projections(x, np.eye(3)[k]) for k in range(3)])),
    ("largest_eigenvalue", lambda x: np.linalg.eigh(smooth_symmetric(x))[0][-1], [3.0, 0.5, 2.0], lambda x: projections(x, np.eye(3)[2])),
    ("eigh_by_name", lambda x: np.linalg.eigh(smooth_symmetric(x)).eigenvalues[0], [3.0, 0.5, 2.0], lambda x: projections(x, np.eye(3)[0])),
    ("spectral_square", lambda x: (lambda w, v: (v * w**2) @ v.T)(*np.linalg.eigh(smooth_symmetric(x)))[0, 0], [3.0, 0.5, 2.0], lambda x: (2 * x[0], 2 * x[1], 0)),
    ("trace_of_logarithm", lambda x: np.sum(np.log(np.linalg.eigvalsh(smooth_symmetric(x)))), [3.0, 0.5, 2.0], lambda x: projections(x, 1 / np.linalg.eigvalsh(smooth_symmetric(x)))),
    ("spectral_radius", lambda x: np.max(np.abs(np.linalg.eigvals(x))), [[2.0, 1.0], [1.0, 3.0]], lambda x: _radius(x)),
    ("sum_of_eigenvalues", lambda x: np.real(np.sum(np.linalg.eigvals(x))), [[2.0, 1.0], [0.5, 3.0]], np.eye(2)),
    ("r_of_qr", lambda x: np.abs(np.prod(np.diag(np.linalg.qr(x)[1]))), A, lambda x: np.abs(det(x)) * inv(x).T),
    ("projector_of_qr", lambda x: (lambda q: q @ q.T)(np.linalg.qr(x).Q)[0], W, directions(lambda x, dx: _projector(x, dx)[0])),
    ("tensorsolve", lambda x: np.linalg.tensorsolve(S, x), V, inv(S)),
    ("matrix_transpose", lambda x: np.linalg.matrix_transpose(x) @ x[:, 0], W, directions(lambda x, dx: dx.T @ x[:, 0] + x.T @ dx[:, 0])),
)  # fmt: skip


def _pseudo(x, dx):
    """Golub and Pereyra 1973, for full column rank."""
    p = np.linalg.pinv(x)
    return -p @ dx @ p + np.linalg.inv(x.T @ x) @ dx.T @ (np.eye(len(x)) - x @ p)


def _cubed(x, dx):
    """The differential of U s² Vᵀ = (x xᵀ)^½ x, the root's by a Sylvester equation in the eigenbasis."""
    w, q = np.linalg.eigh(x @ x.T)
    w = np.sqrt(np.maximum(w, 0))
    root = (q * w) @ q.T
    inner = q.T @ (dx @ x.T + x @ dx.T) @ q
    sums = w[:, None] + w[None, :]
    moved = q @ (inner / np.where(sums > 1e-6, sums, 1.0) * (sums > 1e-6)) @ q.T
    return moved @ x + root @ dx


def _lower_row(x):
    """Of a, c (below the diagonal) and d: c/√a and √(d - c²/a)."""
    a, c, d = x[0, 0], x[1, 0], x[1, 1]
    last = np.sqrt(d - c * c / a)
    first_slopes = [[-c / (2 * a**1.5), 0.0], [1 / np.sqrt(a), 0.0]]
    last_slopes = [[c * c / (2 * a * a * last), 0.0], [-c / (a * last), 1 / (2 * last)]]
    return [first_slopes, last_slopes]


def _form(x):
    """d(1ᵀ A⁻¹ 1) = -yᵀ dA y with y = A⁻¹ 1."""
    y = np.linalg.solve(smooth_symmetric(np.asarray(x)), np.ones(3))
    return (-(y[0] ** 2), -2 * y[0] * y[1], -(y[1] ** 2))


def _radius(x):
    v = np.linalg.eigh(x)[1]
    return np.outer(v[:, -1], v[:, -1])


def _projector(x, dx):
    """Golub and Pereyra 1973: P⊥ dx x⁺ and its transpose."""
    half = (np.eye(len(x)) - x @ np.linalg.pinv(x)) @ dx @ np.linalg.pinv(x)
    return half + half.T


for name, f, x in (
    ("matmul_with_itself", lambda x: x @ x, A),
    ("gram_matrix", lambda x: x.T @ x, W),
    ("linear_solve_of_constant_matrix", lambda x: x @ np.linalg.inv(S) @ x, V),
):
    case(x, quadratic, name=name)(f)
