"""Recursive functions, and the algorithms of numerical analysis written out by hand."""

from __future__ import annotations

import functools
import math

import numpy as np

from derivlab.gallery import Topic

case = Topic("recursions")


@case(1.3, lambda x: 7 * x**6)
def power_by_squaring(x, n=7):
    if n == 0:
        return 1.0
    half = power_by_squaring(x, n // 2)
    return half * half * (x if n % 2 else 1)


@case(0.7, 42.297774399999994)
def fibonacci_polynomial(x, n=9):
    return n if n < 2 else x * fibonacci_polynomial(x, n - 1) + fibonacci_polynomial(x, n - 2)


@case(0.7, -1.012356843749998)
def legendre_with_a_dictionary(x):
    known = {0: 1.0, 1: x}

    def p(n):
        if n not in known:
            known[n] = ((2 * n - 1) * x * p(n - 1) - (n - 1) * p(n - 2)) / n
        return known[n]

    return p(8)


@case(0.7, 13.932835839999997)
def chebyshev_cached(x):
    @functools.cache
    def t(n):
        return (1, x)[n] if n < 2 else 2 * x * t(n - 1) - t(n - 2)

    return t(10)


@case([0.3, 1.7], [0.22500000000000012, -0.9222222222222229])
def b_spline(p):
    knots = [0.0, 0.5, 1.0, 1.6, 2.0, 2.5]

    def basis(i, k, t):
        if k == 0:
            return 1.0 if knots[i] <= t < knots[i + 1] else 0.0
        left = (t - knots[i]) / (knots[i + k] - knots[i]) * basis(i, k - 1, t)
        return left + (knots[i + k + 1] - t) / (knots[i + k + 1] - knots[i + 1]) * basis(i + 1, k - 1, t)

    return sum(c * basis(i, 2, p[1]) for i, c in enumerate([0.2, p[0], -0.5]))


@case(
    [0.2, 0.5, -0.3, 0.4],
    [0.34522719999999996, 0.46772639999999993, 0.2959056, 0.16954080000000007],
    "de Casteljau",
)
def bezier(points):
    def curve(p, t):
        return p[0] if len(p) == 1 else (1 - t) * curve(p[:-1], t) + t * curve(p[1:], t)

    return curve(points, 0.3) + curve(list(points), 0.8) ** 2


@case(
    [0.2, 0.5, -0.3, 0.4, 0.9],
    [0.4, 0.9689124217106447, -0.389885324773073, 0.3295004091510801, 0.5111775354749156],
)
def sum_in_halves(x):
    if len(x) == 1:
        return x[0] ** 2
    middle = len(x) // 2
    return sum_in_halves(x[:middle]) + np.sin(sum_in_halves(x[middle:]))


@case([3.1, -0.4, 2.2, 0.7, 1.5], lambda x: np.eye(5)[np.argsort(x)])
def merge_sort(x):
    def merge(a, b):
        if not a or not b:
            return a or b
        return [a[0], *merge(a[1:], b)] if a[0] <= b[0] else [b[0], *merge(a, b[1:])]

    def ordered(v):
        return v if len(v) < 2 else merge(ordered(v[: len(v) // 2]), ordered(v[len(v) // 2 :]))

    return np.array(ordered(list(x)))


@case([3.1, -0.4, 2.2, 0.7], lambda x: np.eye(4)[np.argsort(x)])
def quick_sort(x):
    def ordered(v):
        if len(v) <= 1:
            return v
        pivot = v[0]
        rest = v[1:]
        return [*ordered([t for t in rest if t < pivot]), pivot, *ordered([t for t in rest if t >= pivot])]

    return np.stack(ordered(list(x)))


@case(0.9, 0.13157544782450353, "adaptive Simpson rule, Kuncir 1962: depth fixed by a tolerance")
def adaptive_simpson(a):
    def f(t):
        return np.exp(-a * t) * np.cos(3 * t)

    def simpson(lo, hi):
        return (hi - lo) / 6 * (f(lo) + 4 * f((lo + hi) / 2) + f(hi))

    def integral(lo, hi, whole):
        mid = (lo + hi) / 2
        left, right = simpson(lo, mid), simpson(mid, hi)
        if abs(left + right - whole) < 1e-4:
            return left + right
        return integral(lo, mid, left) + integral(mid, hi, right)

    return integral(0.0, 2.0, simpson(0.0, 2.0))


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


@case(
    [[2.0, 0.5], [0.3, 1.5]],
    [
        [[-0.09233610341643583, -0.6832871652816251], [0.030778701138811943, 0.22776238842720836]],
        [[0.018467220683287166, 0.13665743305632502], [-0.12311480455524777, -0.9110495537088334]],
    ],
)
def gaussian_elimination(a):
    m = [[*row, 1.0 + i] for i, row in enumerate(a.tolist())]
    for k in range(2):
        for i in range(k + 1, 2):
            factor = m[i][k] / m[k][k]
            m[i] = [v - factor * w for v, w in zip(m[i], m[k])]
    x1 = m[1][2] / m[1][1]
    return np.array([(m[0][2] - m[0][1] * x1) / m[0][0], x1])


@case(
    [1.0, 0.4, 0.2],
    [
        [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]],
        [[0.0, 0.7071067811865476, 0.0], [0.3608439182435161, -0.14433756729740646, 0.0], [0.0, 0.0, 0.0]],
        [
            [0.0, 0.0, 0.7071067811865476],
            [-0.04886428059547614, -0.05262307141051277, -0.14433756729740646],
            [0.00762801658897248, 0.008214787095816517, -0.0606630431691066],
        ],
    ],
)
def cholesky_by_loops(p):
    a = np.array([[2.0, p[1], p[2]], [p[1], 1 + p[0], 0.3], [p[2], 0.3, 1.5]])
    n = len(a)
    L = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            s = a[i, j] - sum(L[i, k] * L[j, k] for k in range(j))
            L[i, j] = np.sqrt(s) if i == j else s / L[j, j]
    return L


@case(
    [[2.0, 0.5], [0.3, 1.5], [-0.4, 0.8]],
    [
        [
            [[-0.9701425001453319, 0.0], [-0.14552137502179976, 0.0], [0.19402850002906638, 0.0]],
            [
                [0.015408145590543494, -0.9701425001453319],
                [-0.6889153095149675, -0.14552137502179976],
                [-0.4396457541835081, 0.19402850002906638],
            ],
        ],
        [
            [[0.0, 0.0], [8.785164952692102e-56, 0.0], [-6.588873714519076e-56, 0.0]],
            [
                [-0.005011980432711692, 0.01885036888409265],
                [0.2240912140136874, -0.8428209376620986],
                [0.14300850834670709, -0.5378638588261108],
            ],
        ],
    ],
)
def qr_by_householder(a):
    R = a.copy()
    n = R.shape[1]
    for k in range(n):
        v = R[k:, k].copy()
        v[0] = v[0] + np.sign(v[0]) * np.linalg.norm(v)
        v = v / np.linalg.norm(v)
        R[k:, k:] -= 2 * np.outer(v, v @ R[k:, k:])
    return R[:n]


@case(
    [[2.0, 0.5], [0.3, 1.5], [-0.4, 0.8]],
    [
        [
            [[0.028533602945450938, 0.0], [-0.06848064706908225, 0.0], [0.09130752942544301, 0.0]],
            [[-0.06848064706908225, 0.0], [0.47479915301230363, 0.0], [0.013696129413816451, 0.0]],
            [[0.09130752942544301, 0.0], [0.013696129413816451, 0.0], [0.46680974418757737, 0.0]],
        ],
        [
            [
                [-0.0003546168160518843, 0.03469722056319098],
                [-0.376852949200783, -0.07435118692112354],
                [-0.2844127959808467, 0.11772271262511225],
            ],
            [
                [0.021099282796728795, -0.07435118692112354],
                [-0.10185467520683869, 0.15932397197383613],
                [0.02910540757851496, -0.25226295562524054],
            ],
            [
                [-0.03307454419294445, 0.11772271262511225],
                [0.14639659174620265, -0.25226295562524054],
                [-0.05557527715507024, 0.3994163464066308],
            ],
        ],
    ],
)
def gram_schmidt(a):
    basis = []
    for column in a.T:
        for b in basis:
            column = column - (b @ column) * b
        basis.append(column / np.sqrt(column @ column))
    return np.array(basis)


@case(
    [[0.2, 0.5], [-0.3, 0.1]],
    [
        [
            [[1.1624908173562798, -0.17288432639037854], [0.28814054398396427, -0.02861968042582203]],
            [[0.28814054398396427, 1.104862708559487], [0.04769946737637005, 0.27860065050869026]],
        ],
        [
            [[-0.17288432639037854, 0.017171808255493217], [1.104862708559487, -0.16716039030521415]],
            [[-0.02861968042582203, -0.16716039030521415], [0.27860065050869026, 1.0491425784577488]],
        ],
    ],
    "scaling and squaring of a Taylor series",
)
def matrix_exponential(a):
    scaled, term, total = a / 16, np.eye(2), np.eye(2)
    for k in range(1, 14):
        term = term @ scaled / k
        total = total + term
    for _ in range(4):
        total = total @ total
    return total


@case(
    [[0.2, 0.5], [-0.3, 0.1]],
    [
        [
            [[1.1624909302839415, -0.1728844773862168], [0.28814079564369466, -0.02861965430312442]],
            [[0.28814079564369466, 1.1048627711552026], [0.0476994238385407, 0.27860091087598654]],
        ],
        [
            [[-0.1728844773862168, 0.01717179258187465], [1.1048627711552026, -0.1671605465255919]],
            [[-0.02861965430312442, -0.1671605465255919], [0.27860091087598654, 1.0491425889800052]],
        ],
    ],
    "Padé approximant of order three",
)
def pade(a):
    a2 = a @ a
    u, v = a @ (a2 + 60 * np.eye(2)), 12 * a2 + 120 * np.eye(2)
    return np.linalg.solve(v - u, v + u)


@case(
    [[1.4, 0.3], [0.1, 0.9]],
    [
        [
            [[0.42471048878082174, -0.00943135673013888], [-0.028294070190416635, 0.0014083282535232483]],
            [[-0.028294070190416635, 0.4718672724315161], [0.0042249847605697445, -0.035335711458032874]],
        ],
        [
            [[-0.00943135673013888, 0.00046944275117441616], [0.4718672724315161, -0.01177857048601096]],
            [[0.0014083282535232483, -0.01177857048601096], [-0.035335711458032874, 0.5307601248615709]],
        ],
    ],
    "square root by Denman and Beavers 1976",
)
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


@case([1.7, 0.8], [0.4202630099474674, 0.6166056889659302], "arithmetic-geometric mean")
def arithmetic_geometric_mean(p):
    a, b = p
    for _ in range(6):
        a, b = (a + b) / 2, np.sqrt(a * b)
    return a


@case(0.6, 0.7750025015172983, "complete elliptic integral by the arithmetic-geometric mean")
def elliptic_integral(k):
    a, b = 1.0, math.sqrt(1 - k * k)
    while abs(a - b) > 1e-15:
        a, b = (a + b) / 2, math.sqrt(a * b)
    return math.pi / (2 * a)


@case(
    [0.3, -0.5, 1.2, 0.7],
    [
        [3.4, 3.4, 3.4, 3.4],
        [-1.8, -0.5000000000000001, 1.8, 0.5000000000000001],
        [2.6, -2.6, 2.6, -2.6],
        [-1.7999999999999998, 0.5000000000000001, 1.7999999999999998, -0.5000000000000001],
    ],
    "Cooley and Tukey 1965, real and imaginary parts apart",
)
def fourier_by_halves(x):
    def transform(v):
        if len(v) == 1:
            return [(v[0], 0.0)]
        even, odd, n = transform(v[::2]), transform(v[1::2]), len(v)
        out = [None] * n
        for k in range(n // 2):
            c, s = math.cos(2 * math.pi * k / n), -math.sin(2 * math.pi * k / n)
            re, im = odd[k][0] * c - odd[k][1] * s, odd[k][0] * s + odd[k][1] * c
            out[k] = (even[k][0] + re, even[k][1] + im)
            out[k + n // 2] = (even[k][0] - re, even[k][1] - im)
        return out

    return np.array([re**2 + 0.5 * im for re, im in transform(x)])


@case([0.3, -0.5, 1.2], [-0.5599999999999999, 1.28, 0.27999999999999997], "divided differences")
def newton_interpolation(y):
    x, c = [0.0, 0.5, 2.0], list(y)
    for k in range(1, 3):
        for i in range(2, k - 1, -1):
            c[i] = (c[i] - c[i - 1]) / (x[i] - x[i - k])
    return c[0] + (1.2 - x[0]) * (c[1] + (1.2 - x[1]) * c[2])


@case([0.3, -0.5, 1.2, 0.4], [-0.336, 0.9216000000000001, 0.504, -0.0896], "Neville's scheme")
def neville_interpolation(y):
    x, p = np.array([0.0, 0.5, 2.0, 3.0]), y.copy()
    for k in range(1, 4):
        p[: 4 - k] = ((1.2 - x[k:]) * p[: 4 - k] - (1.2 - x[: 4 - k]) * p[1 : 5 - k]) / (x[: 4 - k] - x[k:])
    return p[0]


@case(
    [1.0, 0.5, 0.25, 0.125],
    [1.1, 1.0263362906904883, 0.22532303598863357, 3.139364160879042],
    "Aitken's delta-squared process",
)
def aitken(terms):
    s = np.cumsum(terms**1.1)
    return s[-1] - (s[-1] - s[-2]) ** 2 / (s[-1] - 2 * s[-2] + s[-3])


@case(
    [2.0, 1.5, 0.3],
    [0.8200921998322399, 0.17990780016776006, 0.7682212795973759],
    "power iteration, sixty steps",
)
def power_iteration(p):
    a = np.array([[p[0], p[2]], [p[2], p[1]]])
    v = np.array([1.0, 0.3])
    for _ in range(60):
        v = a @ v
        v = v / np.linalg.norm(v)
    return v @ a @ v


@case(
    [2.0, 1.5, 0.3],
    [0.8200921998322399, 0.17990780016776006, 0.7682212795973759],
    "largest eigenvalue by one rotation of Jacobi 1846",
)
def jacobi_rotation(p):
    theta = 0.5 * np.arctan2(2 * p[2], p[0] - p[1])
    c, s = np.cos(theta), np.sin(theta)
    R = np.array([[c, -s], [s, c]])
    return (R.T @ np.array([[p[0], p[2]], [p[2], p[1]]]) @ R)[0, 0]


@case(
    [3.0, 2.0, 0.5],
    [
        [-0.13016528925619836, 0.0, -0.14049586776859505],
        [0.0, 0.0, 0.0],
        [0.0371900826446281, 0.0, 2.2479338842975207],
    ],
    "conjugate gradients, Hestenes and Stiefel 1952",
)
def conjugate_gradients(p):
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


@case(1.4, 0.045155005647329285, "Ackermann's growth, tamed: nested exponentials")
def tower(x, height=3):
    return x if height == 0 else np.exp(tower(x, height - 1) / 4)


@case([0.2, 0.6, 0.4], [0.9885351899408118, 0.2, 0.9713379748520297], "a binary tree of operations, walked")
def expression_tree(x):
    tree = ("+", ("*", 0, 1), ("sin", ("*", 2, ("+", 0, 2))))

    def walk(node):
        if isinstance(node, int):
            return x[node]
        op, *args = node
        values = [walk(a) for a in args]
        return (
            np.sin(values[0])
            if op == "sin"
            else values[0] + values[1]
            if op == "+"
            else values[0] * values[1]
        )

    return walk(tree)


@case(0.3, 0.35180535948601305, "is_even and is_odd of a depth, by turns")
def mutual_recursion(x):
    def even(n, v):
        return v if n == 0 else odd(n - 1, np.sin(v) + v)

    def odd(n, v):
        return even(n - 1, np.cos(v) * v)

    return even(6, x)
