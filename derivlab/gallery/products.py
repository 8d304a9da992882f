"""dot, matmul, einsum, tensordot, kron and the other products: polynomials of degree two or less."""

from __future__ import annotations

import numpy as np

from derivlab.gallery import Topic, quadratic

case = Topic("products")

V = [0.5, -1.5, 2.0]
M = [[0.5, -1.5, 2.0], [3.0, 0.75, -0.375]]
Q = [[1.0, -0.5, 0.25], [2.0, 1.5, -1.0], [0.75, -0.25, 3.0]]
T = [[[0.5, -1.5], [2.0, 3.0]], [[0.75, -0.375], [1.125, 0.25]]]
C = np.array([[1.0, 2.0], [0.5, -1.0], [3.0, 0.25]])

# name, f, x
for name, f, x in (
    ("dot_of_vectors", lambda x: np.dot(x, x[::-1]), V),
    ("dot_of_matrix_and_vector", lambda x: np.dot(x, x[0]), M),
    ("dot_of_vector_and_matrix", lambda x: x[:, 1].dot(x), M),
    ("dot_of_matrices", lambda x: x.dot(C), M),
    ("dot_with_scalar", lambda x: np.dot(x, 3.0) + np.dot(x[0, 0], x), M),
    ("dot_three_dimensional", lambda x: np.dot(x, x[0]), T),
    ("dot_of_constant_and_x", lambda x: np.dot(C, x), M),
    ("dot_of_lists", lambda x: np.dot([x[0], x[1]], [x[2], 1.0]), V),
    ("matmul_operator", lambda x: x @ x.T, M),
    ("matmul_function", lambda x: np.matmul(x, C), M),
    ("matmul_vector_left", lambda x: x @ C, V),
    ("matmul_vector_right", lambda x: C.T @ x, V),
    ("matmul_of_stack", lambda x: x @ x, T),
    ("matmul_of_stack_and_matrix", lambda x: x @ x[0], T),
    ("matmul_of_stack_and_vector", lambda x: x @ x[0, 0], T),
    ("matmul_in_place", lambda x: _product_in_place(x), Q),
    ("bilinear_form", lambda x: x @ Q @ x, V),
    ("inner_of_vectors", lambda x: np.inner(x, x), V),
    ("inner_of_matrices", lambda x: np.inner(x, x), M),
    ("inner_with_scalar", lambda x: np.inner(x, 2.0), V),
    ("outer", lambda x: np.outer(x, x[:2]), V),
    ("outer_of_matrices", lambda x: np.outer(x, x[0]), M),
    ("vdot", lambda x: np.vdot(x, x), M),
    ("vecdot", lambda x: np.vecdot(x, x), M),
    ("vecdot_of_linalg", lambda x: np.linalg.vecdot(x, 2 * x, axis=0), M),
    ("cross", lambda x: np.cross(x, [1.0, 2.0, 3.0]), V),
    ("cross_of_rows", lambda x: np.cross(x[0], x[1]), M),
    ("cross_of_stack", lambda x: np.cross(x, x[::-1] + 1.0), M),
    ("kron_of_vectors", lambda x: np.kron(x, x), V),
    ("kron_of_matrices", lambda x: np.kron(x[:, :2], x[:, 1:]), M),
    ("kron_of_vector_and_matrix", lambda x: np.kron(x[0], C), M),
    ("tensordot_2", lambda x: np.tensordot(x, x, 2), M),
    ("tensordot_1", lambda x: np.tensordot(x, C, axes=1), M),
    ("tensordot_0", lambda x: np.tensordot(x, x[:2], axes=0), V),
    ("tensordot_axes", lambda x: np.tensordot(x, x, axes=([0, 2], [1, 0])), T),
    ("tensordot_axis_pair", lambda x: np.tensordot(x, x, axes=(1, 1)), M),
    ("einsum_matrix_product", lambda x: np.einsum("ij,jk->ik", x, C), M),
    ("einsum_without_arrow", lambda x: np.einsum("ij,jk", x, C), M),
    ("einsum_trace", lambda x: np.einsum("ii", x), Q),
    ("einsum_diagonal", lambda x: np.einsum("ii->i", x) ** 2, Q),
    ("einsum_transpose", lambda x: np.einsum("ij->ji", x), M),
    ("einsum_sum", lambda x: np.einsum("ij->", x), M),
    ("einsum_row_sums", lambda x: np.einsum("ij->i", x), M),
    ("einsum_outer", lambda x: np.einsum("i,j->ij", x, x), V),
    ("einsum_norms", lambda x: np.einsum("ij,ij->i", x, x), M),
    ("einsum_batch", lambda x: np.einsum("bij,bjk->bik", x, x), T),
    ("einsum_ellipsis", lambda x: np.einsum("...ij,...j->...i", x, x[:, 0]), T),
    ("einsum_ellipsis_sum", lambda x: np.einsum("i...->...", x), T),
    ("einsum_three", lambda x: np.einsum("i,ij,j->", x, np.array(Q), x), V),
    ("einsum_three_optimised", lambda x: np.einsum("i,ij,j->", x, np.array(Q), x, optimize=True), V),
    ("einsum_optimal", lambda x: np.einsum("ij,jk,kl->il", C, x, C, optimize="optimal"), M),
    ("einsum_index_lists", lambda x: np.einsum(x, [0, 1], C, [1, 2], [0, 2]), M),
    ("einsum_spaces", lambda x: np.einsum("i j, j k -> i k", x, C), M),
    ("einsum_repeated_in_both", lambda x: np.einsum("ii,ij->j", x, x), Q),
    ("einsum_broadcast_size_one", lambda x: np.einsum("ij,ij->ij", x, x[:, :1] * np.ones((1, 3))), M),
    ("multiply_broadcast", lambda x: x[:, None, :] * x[None, :, :], M),
    ("hadamard_with_constant", lambda x: np.multiply(C.T, x) * x[0, 0], M),
    ("levi_civita", lambda x: np.einsum("ijk,j,k->i", _levi_civita(), x, np.array([1.0, 2.0, 3.0])), V),
    ("mahalanobis", lambda x: (x - C[:, 0]) @ np.array(Q) @ (x - C[:, 0]).T, V),
    ("attention_scores", lambda x: (x @ x.T) / np.sqrt(3.0), M),
    ("moment_tensor", lambda x: np.sum(x[:, :, None] * x[:, None, :], axis=0), M),
):
    case(x, quadratic, name=name)(f)


def _product_in_place(x):
    y = np.eye(3)
    y = y @ x
    y @= np.array(Q)
    return y


def _levi_civita():
    e = np.zeros((3, 3, 3))
    e[[0, 1, 2], [1, 2, 0], [2, 0, 1]], e[[0, 2, 1], [2, 1, 0], [1, 0, 2]] = 1.0, -1.0
    return e
