"""The thirty-five problems of Moré, Garbow and Hillstrom: residuals, sums of squares, published starts.

J. J. Moré, B. S. Garbow, K. E. Hillstrom, Testing unconstrained optimization software, ACM TOMS 7 (1981).
Jacobians are written by hand; the gradient of the sum of squares is 2 Jᵀr.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from derivlab.gallery import Function, Topic

case = Topic("optimisation")


def _sum_of_squares(residuals: Callable, x):
    return np.sum(residuals(x) ** 2)


def problem(topic: Topic, number: int, x, jacobian: Callable) -> Callable[[Function], Function]:
    """Two cases: the residuals with their Jacobian, and their sum of squares with its gradient."""

    def collect(f: Function) -> Function:
        source = f"Moré, Garbow, Hillstrom 1981, problem {number}"

        def gradient(x):
            return 2 * np.asarray(jacobian(x), dtype=float).T @ f(x)

        topic(x, jacobian, source)(f)
        topic(x, gradient, source, name=f"{f.__name__}_sum_of_squares")(partial(_sum_of_squares, f))
        return f

    return collect


least_squares = partial(problem, case)


@least_squares(1, [-1.2, 1.0], lambda x: [[-20 * x[0], 10], [-1, 0]])
def rosenbrock(x):
    return np.array([10 * (x[1] - x[0] ** 2), 1 - x[0]])


@least_squares(2, [0.5, -2.0], lambda x: [[1, (10 - 3 * x[1]) * x[1] - 2], [1, (3 * x[1] + 2) * x[1] - 14]])
def freudenstein_roth(x):
    a, b = x
    return np.array([-13 + a + ((5 - b) * b - 2) * b, -29 + a + ((b + 1) * b - 14) * b])


@least_squares(3, [0.0, 1.0], lambda x: [[1e4 * x[1], 1e4 * x[0]], -np.exp(-x)])
def powell_badly_scaled(x):
    return np.array([1e4 * x[0] * x[1] - 1, np.exp(-x[0]) + np.exp(-x[1]) - 1.0001])


@least_squares(4, [1.0, 1.0], lambda x: [[1, 0], [0, 1], [x[1], x[0]]])
def brown_badly_scaled(x):
    return np.array([x[0] - 1e6, x[1] - 2e-6, x[0] * x[1] - 2])


@least_squares(5, [1.0, 1.0], lambda x: [[x[1] ** i - 1, x[0] * i * x[1] ** (i - 1)] for i in (1, 2, 3)])
def beale(x):
    return np.array([1.5, 2.25, 2.625]) - x[0] * (1 - x[1] ** np.arange(1, 4))


@least_squares(6, [0.3, 0.4], lambda x: [-i * np.exp(i * x) for i in range(1, 11)])
def jennrich_sampson(x):
    i = np.arange(1.0, 11.0)
    return 2 + 2 * i - (np.exp(i * x[0]) + np.exp(i * x[1]))


def _helical_valley_slopes(x):
    a, b, _ = x
    r = np.hypot(a, b)
    turn = 100 / (2 * np.pi * r**2)
    return [[turn * b, -turn * a, 10], [10 * a / r, 10 * b / r, 0], [0, 0, 1]]


@least_squares(7, [-1.0, 0.0, 0.0], _helical_valley_slopes)
def helical_valley(x):
    theta = np.arctan(x[1] / x[0]) / (2 * np.pi)
    if x[0] < 0:
        theta += 0.5
    return np.array([10 * (x[2] - 10 * theta), 10 * (np.sqrt(x[0] ** 2 + x[1] ** 2) - 1), x[2]])


BARD = [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39]


def _bard_slopes(x):
    u = np.arange(1.0, 16.0)
    v = 16 - u
    w = np.minimum(u, v)
    d = (v * x[1] + w * x[2]) ** 2
    return np.stack([-np.ones(15), u * v / d, u * w / d], axis=1)


@least_squares(8, [1.0, 1.0, 1.0], _bard_slopes)
def bard(x):
    u = np.arange(1, 16)
    v = 16 - u
    w = np.minimum(u, v)
    return np.array(BARD) - (x[0] + u / (v * x[1] + w * x[2]))


GAUSSIAN = [0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989]


def _gaussian_slopes(x):
    s = (8 - np.arange(1.0, 16.0)) / 2 - x[2]
    e = np.exp(-x[1] * s**2 / 2)
    return np.stack([e, -x[0] * s**2 / 2 * e, x[0] * x[1] * s * e], axis=1)


@least_squares(9, [0.4, 1.0, 0.0], _gaussian_slopes)
def gaussian(x):
    y = np.array(GAUSSIAN + GAUSSIAN[-2::-1])
    t = (8 - np.arange(1, 16)) / 2
    return x[0] * np.exp(-x[1] * (t - x[2]) ** 2 / 2) - y


MEYER = [
    34780,
    28610,
    23650,
    19630,
    16370,
    13720,
    11540,
    9744,
    8261,
    7030,
    6005,
    5147,
    4427,
    3820,
    3307,
    2872,
]


def _meyer_slopes(x):
    s = 45 + 5 * np.arange(1.0, 17.0) + x[2]
    e = np.exp(x[1] / s)
    return np.stack([e, x[0] * e / s, -x[0] * x[1] * e / s**2], axis=1)


@least_squares(10, [0.02, 4000.0, 250.0], _meyer_slopes)
def meyer(x):
    t = 45 + 5 * np.arange(1, 17)
    return x[0] * np.exp(x[1] / (t + x[2])) - np.array(MEYER)


def _gulf_slopes(x):
    t = np.arange(1, 11) / 100
    s = 25 + (-50 * np.log(t)) ** (2 / 3) - x[1]
    p = np.abs(s) ** x[2]
    e = np.exp(-p / x[0])
    return np.stack([e * p / x[0] ** 2, e * p * x[2] / (s * x[0]), -e * p * np.log(np.abs(s)) / x[0]], axis=1)


@least_squares(11, [5.0, 2.5, 0.15], _gulf_slopes)
def gulf_research_and_development(x):
    t = np.arange(1, 11) / 100
    y = 25 + (-50 * np.log(t)) ** (2 / 3)
    return np.exp(-(np.abs(y - x[1]) ** x[2]) / x[0]) - t


def _box_slopes(x):
    t = 0.1 * np.arange(1, 11)
    return np.stack([-t * np.exp(-t * x[0]), t * np.exp(-t * x[1]), np.exp(-10 * t) - np.exp(-t)], axis=1)


@least_squares(12, [0.0, 10.0, 20.0], _box_slopes)
def box_three_dimensional(x):
    t = 0.1 * np.arange(1, 11)
    return np.exp(-t * x[0]) - np.exp(-t * x[1]) - x[2] * (np.exp(-t) - np.exp(-10 * t))


def _powell_singular_slopes(x):
    a, b = 2 * (x[1] - 2 * x[2]), 2 * np.sqrt(10) * (x[0] - x[3])
    return [[1, 10, 0, 0], [0, 0, np.sqrt(5), -np.sqrt(5)], [0, a, -2 * a, 0], [b, 0, 0, -b]]


@least_squares(13, [3.0, -1.0, 0.0, 1.0], _powell_singular_slopes)
def powell_singular(x):
    a, b, c, d = x
    return np.array([a + 10 * b, np.sqrt(5) * (c - d), (b - 2 * c) ** 2, np.sqrt(10) * (a - d) ** 2])


def _wood_slopes(x):
    p, q = np.sqrt(90), np.sqrt(10)
    return [
        [-20 * x[0], 10, 0, 0],
        [-1, 0, 0, 0],
        [0, 0, -2 * p * x[2], p],
        [0, 0, -1, 0],
        [0, q, 0, q],
        [0, 1 / q, 0, -1 / q],
    ]


@least_squares(14, [-3.0, -1.0, -3.0, -1.0], _wood_slopes)
def wood(x):
    a, b, c, d = x
    return np.array([
        10 * (b - a**2), 1 - a, 90**0.5 * (d - c**2), 1 - c, 10**0.5 * (b + d - 2), 10**-0.5 * (b - d)
    ])  # fmt: skip


KOWALIK_Y = [0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246]
KOWALIK_U = [4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625]


def _kowalik_osborne_slopes(x):
    u = np.array(KOWALIK_U)
    top, bottom = u**2 + u * x[1], u**2 + u * x[2] + x[3]
    r = x[0] * top / bottom**2
    return np.stack([-top / bottom, -x[0] * u / bottom, r * u, r], axis=1)


@least_squares(15, [0.25, 0.39, 0.415, 0.39], _kowalik_osborne_slopes)
def kowalik_osborne(x):
    y, u = np.array(KOWALIK_Y), np.array(KOWALIK_U)
    return y - x[0] * (u**2 + u * x[1]) / (u**2 + u * x[2] + x[3])


def _brown_dennis_slopes(x):
    t = np.arange(1, 21) / 5
    a, b = 2 * (x[0] + t * x[1] - np.exp(t)), 2 * (x[2] + x[3] * np.sin(t) - np.cos(t))
    return np.stack([a, a * t, b, b * np.sin(t)], axis=1)


@least_squares(16, [25.0, 5.0, -5.0, -1.0], _brown_dennis_slopes)
def brown_dennis(x):
    t = np.arange(1, 21) / 5
    return (x[0] + t * x[1] - np.exp(t)) ** 2 + (x[2] + x[3] * np.sin(t) - np.cos(t)) ** 2


OSBORNE_1 = [
    0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.850, 0.818, 0.784, 0.751, 0.718, 0.685, 0.658, 0.628, 0.603, 0.580,
    0.558, 0.538, 0.522, 0.506, 0.490, 0.478, 0.467, 0.457, 0.448, 0.438, 0.431, 0.424, 0.420, 0.414, 0.411, 0.406,
]  # fmt: skip


def _osborne_1_slopes(x):
    t = 10 * np.arange(33.0)
    a, b = np.exp(-t * x[3]), np.exp(-t * x[4])
    return np.stack([-np.ones(33), -a, -b, t * x[1] * a, t * x[2] * b], axis=1)


@least_squares(17, [0.5, 1.5, -1.0, 0.01, 0.02], _osborne_1_slopes)
def osborne_1(x):
    t = 10 * np.arange(33)
    return np.array(OSBORNE_1) - (x[0] + x[1] * np.exp(-t * x[3]) + x[2] * np.exp(-t * x[4]))


def _biggs_slopes(x):
    t = 0.1 * np.arange(1, 14)
    a, b, c = np.exp(-t * x[0]), np.exp(-t * x[1]), np.exp(-t * x[4])
    return np.stack([-t * x[2] * a, t * x[3] * b, a, -b, -t * x[5] * c, c], axis=1)


@least_squares(18, [1.0, 2.0, 1.0, 1.0, 1.0, 1.0], _biggs_slopes)
def biggs_exp6(x):
    t = 0.1 * np.arange(1, 14)
    y = np.exp(-t) - 5 * np.exp(-10 * t) + 3 * np.exp(-4 * t)
    return x[2] * np.exp(-t * x[0]) - x[3] * np.exp(-t * x[1]) + x[5] * np.exp(-t * x[4]) - y


OSBORNE_2 = [
    1.366, 1.191, 1.112, 1.013, 0.991, 0.885, 0.831, 0.847, 0.786, 0.725, 0.746, 0.679, 0.608, 0.655, 0.616, 0.606, 0.602,
    0.626, 0.651, 0.724, 0.649, 0.649, 0.694, 0.644, 0.624, 0.661, 0.612, 0.558, 0.533, 0.495, 0.500, 0.423, 0.395, 0.375,
    0.372, 0.391, 0.396, 0.405, 0.428, 0.429, 0.523, 0.562, 0.607, 0.653, 0.672, 0.708, 0.633, 0.668, 0.645, 0.632, 0.591,
    0.559, 0.597, 0.625, 0.739, 0.710, 0.729, 0.720, 0.636, 0.581, 0.428, 0.292, 0.162, 0.098, 0.054,
]  # fmt: skip


def _osborne_2_slopes(x):
    t = np.arange(65.0)[:, None] / 10
    s = t - x[8:]
    e = np.exp(-x[5:8] * s**2)
    first = np.exp(-t * x[4])
    parts = [-first, -e, t * x[0] * first, x[1:4] * s**2 * e, -2 * x[1:4] * x[5:8] * s * e]
    return np.concatenate(parts, axis=1)


@least_squares(19, [1.3, 0.65, 0.65, 0.7, 0.6, 3.0, 5.0, 7.0, 2.0, 4.5, 5.5], _osborne_2_slopes)
def osborne_2(x):
    t = np.arange(65) / 10
    peaks = sum(x[k] * np.exp(-((t - x[k + 7]) ** 2) * x[k + 4]) for k in (1, 2, 3))
    return np.array(OSBORNE_2) - (x[0] * np.exp(-t * x[4]) + peaks)
