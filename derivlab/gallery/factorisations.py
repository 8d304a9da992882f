"""Matrices taken apart by hand, and functions of matrices by iteration."""

from __future__ import annotations

import numpy as np

from derivlab.gallery import Topic

case = Topic("factorisations")


@case([[2.0, 0.5, 1.0], [0.3, 1.5, -0.4], [0.7, 0.2, 3.0]], lambda a: np.linalg.det(a) * np.linalg.inv(a).T)
def determinant_by_laplace(a):
    n = len(a)
    if n == 1:
        return a[0, 0]
    total = 0.0
    for j in range(n):
        minor = np.delete(a[1:], j, axis=1)
        total += (-1) ** j * a[0, j] * determinant_by_laplace(minor)
    return total


@case([[2.0, 0.5, 1.0], [0.3, 1.5, -0.4], [0.7, 0.2, 3.0]], lambda a: np.linalg.det(a) * np.linalg.inv(a).T)
def determinant_of_lists(a):
    def det(rows):
        if not rows:
            return 1
        head, *rest = rows
        minors = ([row[:j] + row[j + 1 :] for row in rest] for j in range(len(head)))
        return sum((-1) ** j * v * det(minor) for j, (v, minor) in enumerate(zip(head, minors)))

    return det([list(row) for row in a])


@case([[0.3, 0.5, 1.0], [2.0, 1.5, -0.4], [0.7, 0.2, 3.0]], lambda a: np.linalg.inv(a).T)
def log_determinant_by_pivoted_lu(a):
    a, n, total = a.copy(), len(a), 0.0
    for k in range(n):
        p = k + np.argmax(np.abs(a[k:, k]))
        if p != k:
            a[[k, p]] = a[[p, k]]
        total += np.log(np.abs(a[k, k]))
        for i in range(k + 1, n):
            a[i, k + 1 :] -= a[i, k] / a[k, k] * a[k, k + 1 :]
    return total


@case([[2.0, 0.5], [0.3, 1.5]], [[[-0.09233610341643583, -0.6832871652816251], [0.030778701138811943,
    0.22776238842720836]], [[0.018467220683287166, 0.13665743305632502], [-0.12311480455524777,
    -0.9110495537088334]]])  # fmt: skip
def gaussian_elimination(a):
    m = [[*row, 1.0 + i] for i, row in enumerate(a.tolist())]
    for k in range(2):
        for i in range(k + 1, 2):
            factor = m[i][k] / m[k][k]
            m[i] = [v - factor * w for v, w in zip(m[i], m[k])]
    x1 = m[1][2] / m[1][1]
    return np.array([(m[0][2] - m[0][1] * x1) / m[0][0], x1])


@case([1.0, 0.4, 0.2], [[[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]], [[0.0, 0.7071067811865476, 0.0],
    [0.3608439182435161, -0.14433756729740646, 0.0], [0.0, 0.0, 0.0]], [[0.0, 0.0, 0.7071067811865476],
    [-0.04886428059547614, -0.05262307141051277, -0.14433756729740646], [0.00762801658897248, 0.008214787095816517,
    -0.0606630431691066]]])  # fmt: skip
def cholesky_by_loops(p):
    a = np.array([[2.0, p[1], p[2]], [p[1], 1 + p[0], 0.3], [p[2], 0.3, 1.5]])
    n = len(a)
    L = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            s = a[i, j] - sum(L[i, k] * L[j, k] for k in range(j))
            L[i, j] = np.sqrt(s) if i == j else s / L[j, j]
    return L


@case([[2.0, 0.5], [0.3, 1.5], [-0.4, 0.8]], [[[[-0.9701425001453319, 0.0], [-0.14552137502179976, 0.0],
    [0.19402850002906638, 0.0]], [[0.015408145590543494, -0.9701425001453319], [-0.6889153095149675,
    -0.14552137502179976], [-0.4396457541835081, 0.19402850002906638]]], [[[0.0, 0.0], [8.785164952692102e-56, 0.0],
    [-6.588873714519076e-56, 0.0]], [[-0.005011980432711692, 0.01885036888409265], [0.2240912140136874,
    -0.8428209376620986], [0.14300850834670709, -0.5378638588261108]]]])  # fmt: skip
def qr_by_householder(a):
    R = a.copy()
    n = R.shape[1]
    for k in range(n):
        v = R[k:, k].copy()
        v[0] = v[0] + np.sign(v[0]) * np.linalg.norm(v)
        v = v / np.linalg.norm(v)
        R[k:, k:] -= 2 * np.outer(v, v @ R[k:, k:])
    return R[:n]


@case([[2.0, 0.5], [0.3, 1.5], [-0.4, 0.8]], [[[[0.028533602945450938, 0.0], [-0.06848064706908225, 0.0],
    [0.09130752942544301, 0.0]], [[-0.06848064706908225, 0.0], [0.47479915301230363, 0.0], [0.013696129413816451,
    0.0]], [[0.09130752942544301, 0.0], [0.013696129413816451, 0.0], [0.46680974418757737, 0.0]]],
    [[[-0.0003546168160518843, 0.03469722056319098], [-0.376852949200783, -0.07435118692112354], [-0.2844127959808467,
    0.11772271262511225]], [[0.021099282796728795, -0.07435118692112354], [-0.10185467520683869, 0.15932397197383613],
    [0.02910540757851496, -0.25226295562524054]], [[-0.03307454419294445, 0.11772271262511225], [0.14639659174620265,
    -0.25226295562524054], [-0.05557527715507024, 0.3994163464066308]]]])  # fmt: skip
def orthogonal_columns(a):
    basis = []
    for column in a.T:
        for b in basis:
            column = column - (b @ column) * b
        basis.append(column / np.sqrt(column @ column))
    return np.array(basis)


@case([[0.2, 0.5], [-0.3, 0.1]], [[[[1.1624908173562798, -0.17288432639037854], [0.28814054398396427,
    -0.02861968042582203]], [[0.28814054398396427, 1.104862708559487], [0.04769946737637005, 0.27860065050869026]]],
    [[[-0.17288432639037854, 0.017171808255493217], [1.104862708559487, -0.16716039030521415]],
    [[-0.02861968042582203, -0.16716039030521415], [0.27860065050869026, 1.0491425784577488]]]],
    "scaling and squaring of a Taylor series")  # fmt: skip
def matrix_exponential(a):
    scaled, term, total = a / 16, np.eye(2), np.eye(2)
    for k in range(1, 14):
        term = term @ scaled / k
        total = total + term
    for _ in range(4):
        total = total @ total
    return total


@case([[0.2, 0.5], [-0.3, 0.1]], [[[[1.1624909302839415, -0.1728844773862168], [0.28814079564369466,
    -0.02861965430312442]], [[0.28814079564369466, 1.1048627711552026], [0.0476994238385407, 0.27860091087598654]]],
    [[[-0.1728844773862168, 0.01717179258187465], [1.1048627711552026, -0.1671605465255919]], [[-0.02861965430312442,
    -0.1671605465255919], [0.27860091087598654, 1.0491425889800052]]]], "Padé approximant of order three")  # fmt: skip
def pade(a):
    a2 = a @ a
    u, v = a @ (a2 + 60 * np.eye(2)), 12 * a2 + 120 * np.eye(2)
    return np.linalg.solve(v - u, v + u)


@case([[1.4, 0.3], [0.1, 0.9]], [[[[0.42471048878082174, -0.00943135673013888], [-0.028294070190416635,
    0.0014083282535232483]], [[-0.028294070190416635, 0.4718672724315161], [0.0042249847605697445,
    -0.035335711458032874]]], [[[-0.00943135673013888, 0.00046944275117441616], [0.4718672724315161,
    -0.01177857048601096]], [[0.0014083282535232483, -0.01177857048601096], [-0.035335711458032874,
    0.5307601248615709]]]], "square root by Denman and Beavers 1976")  # fmt: skip
def matrix_square_root(a):
    y, z = a, np.eye(2)
    for _ in range(12):
        y, z = (y + np.linalg.inv(z)) / 2, (z + np.linalg.inv(y)) / 2
    return y


def _inverse_slope(a):
    inverse = np.linalg.inv(a)
    return -inverse[:, None, :, None] * inverse.T[None, :, None, :]


@case([[1.4, 0.3], [0.1, 0.9]], _inverse_slope)
def newton_schulz_inverse(a):
    x = a.T / np.trace(a @ a.T)
    for _ in range(30):
        x = x @ (2 * np.eye(2) - a @ x)
    return x


@case([2.0, 1.5, 0.3], [0.8200921998322399, 0.17990780016776006, 0.7682212795973759], "power iteration, sixty steps")  # fmt: skip
def sixty_power_steps(p):
    a = np.array([[p[0], p[2]], [p[2], p[1]]])
    v = np.array([1.0, 0.3])
    for _ in range(60):
        v = a @ v
        v = v / np.linalg.norm(v)
    return v @ a @ v


@case([2.0, 1.5, 0.3], [0.8200921998322399, 0.17990780016776006, 0.7682212795973759],
    "largest eigenvalue by one rotation of Jacobi 1846")  # fmt: skip
def jacobi_rotation(p):
    theta = 0.5 * np.arctan2(2 * p[2], p[0] - p[1])
    c, s = np.cos(theta), np.sin(theta)
    R = np.array([[c, -s], [s, c]])
    return (R.T @ np.array([[p[0], p[2]], [p[2], p[1]]]) @ R)[0, 0]


@case([3.0, 2.0, 0.5], [[-0.13016528925619836, 0.0, -0.14049586776859505], [0.0, 0.0, 0.0], [0.0371900826446281, 0.0,
    2.2479338842975207]], "conjugate gradients, Hestenes and Stiefel 1952")  # fmt: skip
def two_conjugate_steps(p):
    A = np.diag(p) + 0.2
    b = np.array([1.0, 0.0, -1.0])
    x, r = np.zeros(3), b.copy()
    d = r
    for _ in range(2):
        step = (r @ r) / (d @ A @ d)
        x = x + step * d
        new = r - step * (A @ d)
        d, r = new + (new @ new) / (r @ r) * d, new
    return x
