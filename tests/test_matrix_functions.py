"""Matrix functions and decompositions of scipy.linalg, against differences of SciPy's own values."""

import numpy as np
import pytest
import scipy.linalg as sl

import derivlab as dl

A = np.array([[2.9, 0.6, -0.4], [0.3, 3.4, 0.8], [1.1, -0.2, 2.5]])
ONE, UP = np.eye(3), np.array([1.0, 2.0, 3.0])
CASES = {
    "lu": lambda a: np.concatenate(sl.lu(a[::-1])), "lu_l": lambda a: np.concatenate(sl.lu(a[::-1], permute_l=True)),
    "lu_rows": lambda a: sl.lu(a[::-1, :2], p_indices=True)[1], "lu_wide": lambda a: sl.lu(a[:2])[2],
    "lu_solve": lambda a: sl.lu_solve(sl.lu_factor(a[::-1]), a), "lu_solve_t": lambda a: sl.lu_solve(sl.lu_factor(a[::-1]), UP, trans=1),
    "lu_solve_constant": lambda a: sl.lu_solve(sl.lu_factor(A[::-1]), a),
    "logm": sl.logm, "logm_far": lambda a: sl.logm(50 * a[:2] @ a[:2].T), "fractional": lambda a: sl.fractional_matrix_power(a @ a.T, 0.3),
    "inverse_power": lambda a: sl.fractional_matrix_power(a, -2),
    "eig": lambda a: np.abs(sl.eig(a @ a.T)[0]), "eigvals": lambda a: sl.eigvals(a @ a.T).real,
    "eigh_of_two": lambda a: np.vstack([*sl.eigh(a + a.T, a @ a.T + ONE)]), "eigvalsh_of_two": lambda a: sl.eigvalsh(a + a.T, a @ a.T + ONE),
    "banded": lambda a: sl.solve_banded((1, 1), a, UP), "banded_below": lambda a: sl.solve_banded((1, 0), a[:2], UP),
    "toeplitz": lambda a: sl.solve_toeplitz((a[0], a[1] + 0.0), UP), "circulant": lambda a: sl.solve_circulant(a[0], a[1]),
    "null": lambda a: (n := sl.null_space(a[:2])) @ n.T,
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:logm result may be inaccurate")
@pytest.mark.parametrize("name", CASES)
def test_matrix_functions(name):
    f = CASES[name]
    truth = dl.jacobian(f, A, "reference")
    size = np.max(np.abs(truth))
    np.testing.assert_allclose(dl.jacobian(f, A, "richardson"), truth, atol=1e-7 * size)
    for method in ("forward", "reverse"):
        np.testing.assert_allclose(dl.jacobian(f, A, method), truth, atol=1e-12 * size)


def test_a_matrix_without_a_real_logarithm_is_refused():
    with pytest.raises(dl.DerivativeError):
        dl.jacobian(sl.logm, np.diag([1.0, -2.0]) + 0.1)


def test_a_refusal_names_the_function_and_not_its_wrapper():
    with pytest.raises(dl.DerivativeError, match=r"inside schur at test_matrix_functions\.py"):
        dl.jacobian(lambda a: sl.schur(a)[0], A)
