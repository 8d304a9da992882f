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


@case([0.2, 0.5, -0.3, 0.4], [0.34522719999999996, 0.46772639999999993, 0.2959056, 0.16954080000000007],
    "de Casteljau")  # fmt: skip
def bezier(points):
    def curve(p, t):
        return p[0] if len(p) == 1 else (1 - t) * curve(p[:-1], t) + t * curve(p[1:], t)

    return curve(points, 0.3) + curve(list(points), 0.8) ** 2


@case([0.2, 0.5, -0.3, 0.4, 0.9], [0.4, 0.9689124217106447, -0.389885324773073, 0.3295004091510801,
    0.5111775354749156])  # fmt: skip
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


@case([0.3, -0.5, 1.2, 0.7], [[3.4, 3.4, 3.4, 3.4], [-1.8, -0.5000000000000001, 1.8, 0.5000000000000001], [2.6, -2.6,
    2.6, -2.6], [-1.7999999999999998, 0.5000000000000001, 1.7999999999999998, -0.5000000000000001]],
    "Cooley and Tukey 1965, real and imaginary parts apart")  # fmt: skip
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


@case([1.0, 0.5, 0.25, 0.125], [1.1, 1.0263362906904883, 0.22532303598863357, 3.139364160879042],
    "Aitken's delta-squared process")  # fmt: skip
def aitken(terms):
    s = np.cumsum(terms**1.1)
    return s[-1] - (s[-1] - s[-2]) ** 2 / (s[-1] - 2 * s[-2] + s[-3])


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
