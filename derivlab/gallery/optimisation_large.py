"""Problems 20 to 35 of Moré, Garbow and Hillstrom, which come in any number of variables."""

from __future__ import annotations

from functools import partial

import numpy as np

from derivlab.gallery import Topic
from derivlab.gallery.optimisation import problem

case = Topic("optimisation_large")
least_squares = partial(problem, case)


def _watson_slopes(x):
    t, j = np.arange(1, 30)[:, None] / 29, np.arange(len(x))
    fit = t**j @ x
    slopes = j * t ** np.maximum(j - 1, 0) - 2 * fit[:, None] * t**j
    first, second = np.eye(len(x))[:2]
    return np.vstack([slopes, first, second - 2 * x[0] * first])


@least_squares(20, [0.0] * 6, _watson_slopes)
def watson(x):
    r = np.zeros(31)
    for i in range(1, 30):
        t = i / 29
        slope = sum(j * x[j] * t ** (j - 1) for j in range(1, len(x)))
        r[i - 1] = slope - sum(x[j] * t**j for j in range(len(x))) ** 2 - 1
    r[29] = x[0]
    r[30] = x[1] - x[0] ** 2 - 1
    return r


def _extended_rosenbrock_slopes(x):
    out = np.zeros((len(x), len(x)))
    for i in range(0, len(x), 2):
        out[i : i + 2, i : i + 2] = [[-20 * x[i], 10], [-1, 0]]
    return out


@least_squares(21, [-1.2, 1.0] * 3, _extended_rosenbrock_slopes)
def extended_rosenbrock(x):
    r = np.empty(len(x))
    r[::2] = 10 * (x[1::2] - x[::2] ** 2)
    r[1::2] = 1 - x[::2]
    return r


def _extended_powell_slopes(x):
    out = np.zeros((len(x), len(x)))
    for i in range(0, len(x), 4):
        a, b = 2 * (x[i + 1] - 2 * x[i + 2]), 2 * 10**0.5 * (x[i] - x[i + 3])
        out[i : i + 4, i : i + 4] = [
            [1, 10, 0, 0],
            [0, 0, 5**0.5, -(5**0.5)],
            [0, a, -2 * a, 0],
            [b, 0, 0, -b],
        ]
    return out


@least_squares(22, [3.0, -1.0, 0.0, 1.0] * 2, _extended_powell_slopes)
def extended_powell_singular(x):
    a, b, c, d = x.reshape(-1, 4).T
    return np.stack([a + 10 * b, 5**0.5 * (c - d), (b - 2 * c) ** 2, 10**0.5 * (a - d) ** 2], axis=1).ravel()


@least_squares(23, [1.0, 2.0, 3.0, 4.0], lambda x: np.vstack([1e-5**0.5 * np.eye(len(x)), 2 * x]))
def penalty_1(x):
    return np.append(1e-5**0.5 * (x - 1), np.dot(x, x) - 0.25)


def _penalty_2_slopes(x):
    n, a = len(x), 1e-5**0.5
    slopes, weights = a * np.diag(np.exp(x / 10) / 10), np.arange(n, 0, -1)
    return np.vstack([np.eye(n)[:1], slopes[1:] + slopes[:-1], slopes[1:], 2 * weights * x])


@least_squares(24, [0.5] * 4, _penalty_2_slopes)
def penalty_2(x):
    n = len(x)
    i = np.arange(2, n + 1)
    y = np.exp(i / 10) + np.exp((i - 1) / 10)
    smooth = 1e-5**0.5 * (np.exp(x[1:] / 10) + np.exp(x[:-1] / 10) - y)
    level = 1e-5**0.5 * (np.exp(x[1:] / 10) - np.exp(-1 / 10))
    return np.concatenate([[x[0] - 0.2], smooth, level, [np.sum((n - np.arange(n)) * x**2) - 1]])


def _variably_dimensioned_slopes(x):
    j = np.arange(1.0, len(x) + 1)
    return np.vstack([np.eye(len(x)), j, 2 * j * (j @ (x - 1))])


@least_squares(25, [0.8, 0.6, 0.4, 0.2, 0.0], _variably_dimensioned_slopes)
def variably_dimensioned(x):
    total = sum((j + 1) * (x[j] - 1) for j in range(len(x)))
    return np.hstack((x - 1, total, total**2))


def _trigonometric_slopes(x):
    i = np.arange(1, len(x) + 1)
    return np.sin(x) + np.diag(i * np.sin(x) - np.cos(x))


@least_squares(26, [0.2] * 5, _trigonometric_slopes)
def trigonometric(x):
    n = len(x)
    i = np.arange(n) + 1
    return n - np.sum(np.cos(x)) + i * (1 - np.cos(x)) - np.sin(x)


def _brown_almost_linear_slopes(x):
    n = len(x)
    return np.vstack([(np.eye(n) + 1)[:-1], [np.prod(np.delete(x, j)) for j in range(n)]])


@least_squares(27, [0.5] * 5, _brown_almost_linear_slopes)
def brown_almost_linear(x):
    n = len(x)
    r = x + np.sum(x) - (n + 1)
    r[n - 1] = np.prod(x) - 1
    return r


def _grid(n):
    return 1 / (n + 1), np.arange(1, n + 1) / (n + 1)


def _boundary_value_slopes(x):
    h, t = _grid(len(x))
    n = len(x)
    return np.diag(2 + 1.5 * h**2 * (x + t + 1) ** 2) - np.eye(n, k=1) - np.eye(n, k=-1)


@least_squares(28, [t * (t - 1) for t in (0.2, 0.4, 0.6, 0.8)], _boundary_value_slopes)
def discrete_boundary_value(x):
    h, t = _grid(len(x))
    padded = np.pad(x, 1)
    return 2 * x - padded[:-2] - padded[2:] + h**2 * (x + t + 1) ** 3 / 2


def _integral_equation_slopes(x):
    h, t = _grid(len(x))
    green = np.minimum(t[:, None], t) * (1 - np.maximum(t[:, None], t))
    return np.eye(len(x)) + 1.5 * h * green * (x + t + 1) ** 2


@least_squares(29, [t * (t - 1) for t in (0.2, 0.4, 0.6, 0.8)], _integral_equation_slopes)
def discrete_integral_equation(x):
    h, t = _grid(len(x))
    cubes = (x + t + 1) ** 3
    left = np.cumsum(t * cubes)
    right = np.cumsum(((1 - t) * cubes)[::-1])[::-1] - (1 - t) * cubes
    return x + h * ((1 - t) * left + t * right) / 2


def _tridiagonal_slopes(x):
    n = len(x)
    return np.diag(3 - 4 * x) - np.eye(n, k=-1) - 2 * np.eye(n, k=1)


@least_squares(30, [-1.0] * 6, _tridiagonal_slopes)
def broyden_tridiagonal(x):
    r = (3 - 2 * x) * x + 1
    r[1:] -= x[:-1]
    r[:-1] -= 2 * x[1:]
    return r


def _banded_slopes(x):
    n = len(x)
    i, j = np.indices((n, n))
    band = (j >= i - 5) & (j <= i + 1) & (i != j)
    return np.diag(2 + 15 * x**2) - band * (1 + 2 * x)


@least_squares(31, [-1.0] * 8, _banded_slopes)
def broyden_banded(x):
    n = len(x)
    r = []
    for i in range(n):
        around = [j for j in range(max(0, i - 5), min(n, i + 2)) if j != i]
        r.append(x[i] * (2 + 5 * x[i] ** 2) + 1 - sum(x[j] * (1 + x[j]) for j in around))
    return np.array(r)


@least_squares(32, [1.0] * 4, lambda x: np.eye(6, len(x)) - 2 / 6)
def linear_full_rank(x, m=6):
    r = np.full(m, -2 / m * np.sum(x) - 1)
    r[: len(x)] += x
    return r


@least_squares(33, [1.0] * 4, lambda x: np.outer(np.arange(1, 7), np.arange(1, 5)))
def linear_rank_1(x, m=6):
    return np.arange(1, m + 1) * np.dot(np.arange(1, len(x) + 1), x) - 1


@least_squares(34, [1.0] * 5, lambda x: np.outer([0, 1, 2, 3, 4, 0], [0, 2, 3, 4, 0]))
def linear_rank_1_with_zeros(x, m=6):
    inner = sum((j + 1) * x[j] for j in range(1, len(x) - 1))
    r = -np.ones(m)
    r[1:-1] += np.arange(1, m - 1) * inner
    return r


def _chebyquad_slopes(x):
    # T_i(u) = cos(i θ), u = 2x - 1 = cos θ: dT_i/dx = 2 i sin(i θ) / sin θ
    n = len(x)
    theta, i = np.arccos(2 * x - 1), np.arange(1, n + 1)[:, None]
    return 2 * i * np.sin(i * theta) / np.sin(theta) / n


@least_squares(35, [1 / 7, 2 / 7, 3 / 7, 4 / 7, 5 / 7, 6 / 7], _chebyquad_slopes)
def chebyquad(x):
    n = len(x)
    u = 2 * x - 1
    older, newer = np.ones(n), u
    r = np.zeros(n)
    for i in range(1, n + 1):
        r[i - 1] = np.mean(newer)
        if i % 2 == 0:
            r[i - 1] += 1 / (i**2 - 1)
        older, newer = newer, 2 * u * newer - older
    return r
