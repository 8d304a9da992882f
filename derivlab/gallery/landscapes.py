"""Surfaces on which optimisers are tried out: valleys, egg boxes, plateaus."""

from __future__ import annotations

import numpy as np

from derivlab.gallery import Topic

case = Topic("landscapes")


@case([-1.2, 1.0], lambda x: (-400 * x[0] * (x[1] - x[0] ** 2) - 2 * (1 - x[0]), 200 * (x[1] - x[0] ** 2)))
def rosenbrock_valley(x):
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


def _chained_slope(x):
    out = np.zeros(len(x))
    out[:-1] = -400 * x[:-1] * (x[1:] - x[:-1] ** 2) - 2 * (1 - x[:-1])
    out[1:] += 200 * (x[1:] - x[:-1] ** 2)
    return out


@case([0.3, -0.2, 0.5, 1.4, 0.9], _chained_slope)
def chained_rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


@case([0.3, -0.2, 0.5, 1.4, 0.9], _chained_slope)
def chained_rosenbrock_by_loop(x):
    total = 0
    for i in range(len(x) - 1):
        total += 100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2
    return total


@case([1.0, 1.5], [34.5, 92.5], "Beale 1958")
def beale_plain(xy):
    x, y = xy
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


def _himmelblau_slope(x):
    a, b = x[0] ** 2 + x[1] - 11, x[0] + x[1] ** 2 - 7
    return 4 * x[0] * a + 2 * b, 2 * a + 4 * x[1] * b


@case([-2.0, 2.5], _himmelblau_slope)
def himmelblau(x):
    return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2


@case([0.3, -1.2, 2.4], lambda x: 2 * x + 20 * np.pi * np.sin(2 * np.pi * x))
def rastrigin(x, A=10):
    return A * len(x) + np.sum(x**2 - A * np.cos(2 * np.pi * x))


@case([0.7, -1.1, 0.4], [-0.7843019243151209, -2.70182733803447, 1.689203449556076], "Ackley 1987")
def ackley(x):
    n = x.size
    s1 = np.sqrt(np.sum(x * x) / n)
    s2 = np.cos(2 * np.pi * x).sum() / n
    return -20 * np.exp(-0.2 * s1) - np.exp(s2) + 20 + np.e


@case([-0.4, -0.7], [-286.2925091999999, -231.38417519999996], "Goldstein and Price 1971")
def goldstein_price(p):
    x, y = p[0], p[1]
    a = 1 + (x + y + 1) ** 2 * (19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2)
    b = 30 + (2 * x - 3 * y) ** 2 * (18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2)
    return a * b


@case(
    [2.0, -1.5, 0.3], [1.8994334544586347, -5.295247123106317, -0.1958838830570844], "Levy and Montalvo 1985"
)
def levy(x):
    w = 1 + (x - 1) / 4
    middle = np.sum((w[:-1] - 1) ** 2 * (1 + 10 * np.sin(np.pi * w[:-1] + 1) ** 2))
    return np.sin(np.pi * w[0]) ** 2 + middle + (w[-1] - 1) ** 2 * (1 + np.sin(2 * np.pi * w[-1]) ** 2)


@case([2.0, -1.5], [3.9999999999999862, -4.999999999999981])
def levy_13(x):
    a = np.sin(3 * np.pi * x[0]) ** 2
    b = (x[0] - 1) ** 2 * (1 + np.sin(3 * np.pi * x[1]) ** 2)
    return a + b + (x[1] - 1) ** 2 * (1 + np.sin(2 * np.pi * x[1]) ** 2)


@case([3.0, -4.0, 12.0], [-0.1057827891477864, 0.17033120219628417, 0.3329232299718697], "Griewank 1981")
def griewank(x):
    i = np.arange(1, len(x) + 1)
    return np.sum(x**2) / 4000 - np.prod(np.cos(x / np.sqrt(i))) + 1


@case(
    [420.0, -120.5, 33.0],
    lambda x: -np.sin(np.abs(x) ** 0.5) - np.abs(x) ** 0.5 * np.cos(np.abs(x) ** 0.5) / 2,
)
def schwefel(x):
    return 418.9829 * len(x) - np.sum(x * np.sin(np.sqrt(np.abs(x))))


@case([1.0, -2.0, 0.5, 3.0], [-11.5, 18.5, -5.25, 8.5], "Styblinski and Tang 1990")
def styblinski_tang(x):
    return sum(v**4 - 16 * v**2 + 5 * v for v in x) / 2


@case([0.8, 1.7, 2.2], [-4.759364955301355e-13, 5.7506247152965635, -5.139445421281593], "Michalewicz 1992")
def michalewicz(x):
    i = np.arange(1, x.shape[0] + 1)
    return -np.sum(np.sin(x) * np.sin(i * x**2 / np.pi) ** 20)


def _easom_slope(x):
    peak = np.exp(-np.sum((x - np.pi) ** 2))
    slopes = np.sin(x) + 2 * (x - np.pi) * np.cos(x)
    return peak * slopes * np.cos(x[::-1])


@case([2.5, 3.2], _easom_slope, "Easom 1990")
def easom(x):
    return -np.cos(x[0]) * np.cos(x[1]) * np.exp(-((x[0] - np.pi) ** 2) - (x[1] - np.pi) ** 2)


@case([-2.0, 7.5], [-0.5446008092106558, -4.399673796827659], "Branin 1972")
def branin(x):
    b, c, t = 5.1 / (4 * np.pi**2), 5 / np.pi, 1 / (8 * np.pi)
    return (x[1] - b * x[0] ** 2 + c * x[0] - 6) ** 2 + 10 * (1 - t) * np.cos(x[0]) + 10


@case([0.2, 0.6, -0.3], [0.68125, 1.7625, 0.24375000000000002])
def zakharov(x):
    inner = np.dot(0.5 * np.arange(1, x.size + 1), x)
    return np.sum(x**2) + inner**2 + inner**4


@case([0.5, 1.3], lambda x: (0.52 * x[0] - 0.48 * x[1], 0.52 * x[1] - 0.48 * x[0]))
def matyas(x):
    return 0.26 * (x[0] ** 2 + x[1] ** 2) - 0.48 * x[0] * x[1]


@case([0.5, 1.3], lambda x: (2 * (5 * x[0] + 4 * x[1] - 17), 2 * (4 * x[0] + 5 * x[1] - 19)))
def booth(x):
    return (x[0] + 2 * x[1] - 7) ** 2 + (2 * x[0] + x[1] - 5) ** 2


@case([0.5, 1.3], [2.80625, 3.1])
def three_hump_camel(p):
    x, y = p
    return 2 * x**2 - 1.05 * x**4 + x**6 / 6 + x * y + y**2


@case([0.5, -0.6], [2.4125, 1.8440000000000003], "Dixon and Szegö 1978")
def six_hump_camel(p):
    x, y = p
    return (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (-4 + 4 * y**2) * y**2


@case([0.4, 1.3], [-3.4288444942955247, 4.171155505704475], "McCormick 1976")
def mccormick(x):
    return np.sin(x[0] + x[1]) + (x[0] - x[1]) ** 2 - 1.5 * x[0] + 2.5 * x[1] + 1


@case([12.0, -300.5], [4.88716047155808, 7.771820938872914])
def eggholder(x):
    a, b = x[1] + 47, x[0]
    return -a * np.sin(np.sqrt(np.abs(a + b / 2))) - b * np.sin(np.sqrt(np.abs(b - a)))


@case([1.0, 0.5], [3.3128438878338193, 1.6564219439169097])
def drop_wave(x):
    r = np.sqrt(np.sum(np.square(x)))
    return -(1 + np.cos(12 * r)) / (0.5 * r**2 + 2)


@case([1.5, -2.5], [0.01770265575587795, -0.30725080054027104])
def cross_in_tray(x):
    bowl = np.abs(100 - np.sqrt(x[0] ** 2 + x[1] ** 2) / np.pi)
    return -0.0001 * (np.abs(np.sin(x[0]) * np.sin(x[1]) * np.exp(bowl)) + 1) ** 0.1


@case([1.5, -2.5], [0.07974092461450129, 0.40712286748294857])
def holder_table(x):
    return -np.abs(np.sin(x[0]) * np.cos(x[1]) * np.exp(np.abs(1 - np.hypot(x[0], x[1]) / np.pi)))


@case([-8.0, 1.5], [8.636621856275074, 53.91638660171921])
def bukin_6(x):
    return 100 * np.sqrt(np.abs(x[1] - 0.01 * x[0] ** 2)) + 0.01 * np.abs(x[0] + 10)


@case([0.3, 0.7, 1.1], [0.5917520591074118, 1.188197353693419, 1.1545960601340393])
def schaffer_f6_expanded(x):
    r2 = x**2 + np.roll(x, -1) ** 2
    return np.sum(0.5 + (np.sin(np.sqrt(r2)) ** 2 - 0.5) / (1 + 0.001 * r2) ** 2)


@case(
    [0.2, 0.4, 0.3],
    [-0.3802143298827583, 1.8365379393915162, 0.06810238745216068],
    "Hartmann 1973, three variables",
)
def hartmann_3(x):
    alpha = np.array([1.0, 1.2, 3.0, 3.2])
    A = np.array([[3.0, 10, 30], [0.1, 10, 35], [3.0, 10, 30], [0.1, 10, 35]])
    P = 1e-4 * np.array([[3689, 1170, 2673], [4699, 4387, 7470], [1091, 8732, 5547], [381, 5743, 8828]])
    return -np.sum(alpha * np.exp(-np.sum(A * (x - P) ** 2, axis=1)))


@case(
    [3.5, 4.2, 3.8, 4.4],
    [-2.8837623479422994, 1.1180154636653867, -1.1551357888433444, 2.2704331697313584],
    "Shekel 1971, five wells",
)
def shekel(x):
    wells = [[4, 4, 4, 4], [1, 1, 1, 1], [8, 8, 8, 8], [6, 6, 6, 6], [3, 7, 3, 7]]
    depths = [0.1, 0.2, 0.2, 0.4, 0.4]
    total = 0.0
    for well, depth in zip(wells, depths):
        total -= 1 / (np.sum((x - np.array(well)) ** 2) + depth)
    return total


@case([0.4, 0.7], [131.60281215037577, 263.5945350734683], "Müller and Brown 1979")
def mueller_brown(p):
    x, y = p
    table = ((-200, -1, 0, -10, 1, 0), (-100, -1, 0, -10, 0, 0.5), (-170, -6.5, 11, -6.5, -0.5, 1.5), (15, 0.7, 0.6, 0.7, -1, 1))  # fmt: skip
    return sum(
        A * np.exp(a * (x - u) ** 2 + b * (x - u) * (y - v) + c * (y - v) ** 2) for A, a, b, c, u, v in table
    )


@case([1.2, -0.7, 0.3], [1.0999999999999999, -4.8999999999999995, -0.7000000000000001])
def trid(x):
    return np.sum((x - 1) ** 2) - np.sum(x[1:] * x[:-1])


@case([1.2, 0.7, 0.3, 2.0], [1.2800000000000002, 0.655999999999999, -65.344, 492.8], "Dixon and Price 1989")
def dixon_price(x):
    i = np.arange(2, len(x) + 1)
    return (x[0] - 1) ** 2 + (i * (2 * x[1:] ** 2 - x[:-1]) ** 2).sum()


@case([0.9, 1.8, 3.2, 3.9], [-75.9127568445312, -369.4770124365883, -1923.7044974135642, -3429.5867770057384])
def perm(x, beta=0.5):
    n = len(x)
    outer = 0.0
    for k in range(1, n + 1):
        inner = 0.0
        for j in range(1, n + 1):
            inner = inner + (j**k + beta) * ((x[j - 1] / j) ** k - 1)
        outer = outer + inner**2
    return outer


@case(
    [1.1, 0.7, -0.4, 0.2],
    [224.60000000000014, -123.90000000000005, 2.9599999999999995, -14.900000000000002],
    "Colville 1968",
)
def colville(x):
    a, b, c, d = x
    linear = 10.1 * ((b - 1) ** 2 + (d - 1) ** 2) + 19.8 * (b - 1) * (d - 1)
    return 100 * (a * a - b) ** 2 + (a - 1) ** 2 + (c - 1) ** 2 + 90 * (c * c - d) ** 2 + linear


@case([0.4, -0.9], [-0.8069221226027539, 8.077608969723942], "peaks of MATLAB")
def peaks(p):
    x, y = p
    first = 3 * (1 - x) ** 2 * np.exp(-(x**2) - (y + 1) ** 2)
    second = -10 * (x / 5 - x**3 - y**5) * np.exp(-(x**2) - y**2)
    return first + second - np.exp(-((x + 1) ** 2) - y**2) / 3


@case([1.3, 0.4], lambda x: (x[0], 25 * x[1]))
def ill_conditioned_bowl(x):
    return 0.5 * x @ np.diag([1.0, 25.0]) @ x


@case([1.2, 0.7], lambda x: (3 * x[0] ** 2 - 3 * x[1] ** 2, -6 * x[0] * x[1]))
def monkey_saddle(x):
    return x[0] ** 3 - 3 * x[0] * x[1] ** 2


@case([3e-3, 4e-3, 5e2], [600002.0, 81.5, 0.100012])
def weighted_bowl_of_scales(x):
    return np.sum(10.0 ** np.array([8, 4, -4]) * x**2) + np.prod(x)


@case([0.3, 1.2, -0.4], [1.4020763837268722, 5.608305534907489, -1.8694351783024963], "Salomon 1996")
def salomon(x):
    r = np.linalg.norm(x)
    return 1 - np.cos(2 * np.pi * r) + 0.1 * r


@case([0.3, 1.2, -0.4], [0.6821211533990214, 1.4668683913392346, -0.6578427399098046], "Alpine function")
def alpine(x):
    return np.sum(np.abs(x * np.sin(x) + 0.1 * x))
