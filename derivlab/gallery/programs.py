"""Programs: loops that stop by themselves, series, dynamic programming, tricks of the trade."""

from __future__ import annotations

import itertools
import math

import numpy as np

from derivlab.gallery import Topic

case = Topic("programs")


@case(7.3, lambda x: 0.5 / np.sqrt(x))
def heron(x):
    guess = x
    while abs(guess * guess - x) > 1e-12 * x:
        guess = 0.5 * (guess + x / guess)
    return guess


@case([2.0, 0.9], [0.5770691741132578, 0.3349344328709275], "Kepler's equation by Newton")
def kepler_equation(p):
    mean, e = p
    anomaly = mean
    for _ in range(50):
        step = (anomaly - e * np.sin(anomaly) - mean) / (1 - e * np.cos(anomaly))
        anomaly -= step
        if abs(step) < 1e-14:
            break
    return anomaly


def _fixed_point_slope(a):
    # x = a cos x, so dx/da = cos x / (1 + a sin x)
    x = 1.0
    for _ in range(400):
        x = a * math.cos(x)
    return math.cos(x) / (1 + a * math.sin(x))


@case(0.4, _fixed_point_slope)
def fixed_point_of_cosine(a):
    x = 1.0
    for _ in range(400):
        x = a * math.cos(x)
    return x


@case([0.6, 2.0], [0.0, 0.17574161930411578], "Halley's method for the inverse of x + sin(x)/2")
def halley(p):
    x = p[0]
    for _ in range(8):
        f, d, dd = x + np.sin(x) / p[1] - 1.5, 1 + np.cos(x) / p[1], -np.sin(x) / p[1]
        x = x - 2 * f * d / (2 * d * d - f * dd)
    return x


@case(3.0, 0.1602499522563787, "secant steps until they stop moving")
def cube_root_by_secants(c):
    a, b = 1.0, 2.0
    fa, fb = a**3 - c, b**3 - c
    while abs(fb) > 1e-9:
        a, b, fa = b, b - fb * (b - a) / (fb - fa), fb
        fb = b**3 - c
    return b - fb / (3 * b * b)


def _small_root(c):
    return (-c[1] - np.sqrt(c[1] ** 2 - 4 * c[0] * c[2])) / (2 * c[0])


@case([1.0, -3.0, 1.0], lambda c: -np.array([_small_root(c) ** 2, _small_root(c), 1]) / (2 * c[0] * _small_root(c) + c[1]))  # fmt: skip
def root_after_bisection(c):
    def f(t):
        return c[0] * t * t + c[1] * t + c[2]

    low, high = 0.0, 1.0
    while high - low > 1e-3:
        middle = (low + high) / 2
        low, high = (low, middle) if f(middle) < 0 else (middle, high)
    x = (low + high) / 2
    for _ in range(4):
        x = x - f(x) / (2 * c[0] * x + c[1])
    return x


@case([1.0, -3.0, 2.0, 0.5], lambda c: 1.7 ** np.arange(4)[::-1])
def horner(c):
    total = 0
    for a in c:
        total = total * 1.7 + a
    return total


@case(0.8, lambda x: 1 / (1 + x * x))
def arctangent_by_continued_fraction(x, depth=60):
    tail = 2 * depth + 1.0
    for k in range(depth, 0, -1):
        tail = 2 * k - 1 + (k * x) ** 2 / tail
    return x / tail


@case(1.2, lambda x: np.exp(x))
def exponential_by_series(x):
    term, total, n = 1.0, 1.0, 1
    while abs(term) > 1e-17 * abs(total):
        term = term * x / n
        total, n = total + term, n + 1
    return total


@case(0.9, lambda x: 2 / np.sqrt(np.pi) * np.exp(-x * x))
def error_function_by_series(x):
    terms = ((-1) ** n * x ** (2 * n + 1) / (math.factorial(n) * (2 * n + 1)) for n in range(30))
    return 2 / math.sqrt(math.pi) * sum(terms)


@case(2.5, -0.3873419503448162, "zeta by Euler and Maclaurin")
def zeta(s, n=10):
    total = sum(k**-s for k in range(1, n))
    total += n ** (1 - s) / (s - 1) + n**-s / 2
    b, term = [1 / 6, -1 / 30, 1 / 42], s * n ** (-s - 1) / 2
    for k, bernoulli in enumerate(b, start=1):
        total += bernoulli * term
        term *= (s + 2 * k - 1) * (s + 2 * k) / ((2 * k + 1) * (2 * k + 2) * n**2)
    return total


@case(3.7, 1.1671535393615122, "gamma by Lanczos 1964")
def log_gamma(x):
    c = [76.18009172947146, -86.50532032941677, 24.01409824083091, -1.231739572450155, 1.208650973866179e-3, -5.395239384953e-6]  # fmt: skip
    series = 1.000000000190015
    for j, cj in enumerate(c):
        series += cj / (x + 1 + j)
    return (x + 0.5) * math.log(x + 5.5) - x - 5.5 + math.log(2.5066282746310005 * series / x)


@case([0.7, 1.5], [0.24154956503498107, 0.05878694436419167], "Bessel function by its integral")
def bessel_by_trapezoids(p):
    t = np.linspace(0, np.pi, 41)
    y = np.cos(2 * t - p[0] * np.sin(t))
    return p[1] * np.sum((y[1:] + y[:-1]) * np.diff(t)) / 2 / np.pi


@case([0.3, 1.9], [0.3144208368170524, 0.008116344542672056], "Gauss and Legendre, five nodes")
def quadrature(p):
    nodes, weights = np.polynomial.legendre.leggauss(5)
    a, b = p
    x = 0.5 * (b - a) * nodes + 0.5 * (a + b)
    return 0.5 * (b - a) * np.dot(weights, np.exp(-(x**2)) * a)


@case([4.0, 1.0, 3.0, 2.5], lambda x: 1.0 + np.argsort(np.argsort(x)))
def sorting_network(x):
    a = list(x)
    for i, j in [(0, 1), (2, 3), (0, 2), (1, 3), (1, 2)]:
        a[i], a[j] = min(a[i], a[j]), max(a[i], a[j])
    return a[0] * 1 + a[1] * 2 + a[2] * 3 + a[3] * 4


@case(
    [[0.3, 1.2, 0.8], [0.9, 0.2, 1.1], [0.5, 0.7, 0.4]], lambda c: np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
)
def dynamic_time_warping(cost):
    n, m = cost.shape
    D = np.full((n + 1, m + 1), np.inf)
    D[0, 0] = 0
    for i in range(n):
        for j in range(m):
            D[i + 1, j + 1] = cost[i, j] + min(D[i, j + 1], D[i + 1, j], D[i, j])
    return D[n, m]


@case([[0.3, 1.2, 0.8], [0.9, 0.2, 1.1], [0.5, 0.7, 0.4]], [[1.0, 0.19700274382891897, 0.014879486118557547],
    [0.3082721038762823, 0.8448737414869872, 0.20171985868563627], [0.040446636732883595, 0.336463315690888, 1.0]],
    "Cuturi and Blondel 2017")  # fmt: skip
def soft_time_warping(cost):
    D = {(0, 0): 0.0}
    for i, j in itertools.product(range(1, 4), repeat=2):
        before = [D[k] for k in ((i - 1, j), (i, j - 1), (i - 1, j - 1)) if k in D]
        D[i, j] = cost[i - 1, j - 1] - math.log(sum(math.exp(-b) for b in before))
    return D[3, 3]


@case([4.0, 2.0, 7.0, 1.0, 3.0], lambda w: [0, 1, 0, 1, 0])
def cheapest_stairs(w):
    best = [0.0, w[0]]
    for k in range(1, len(w)):
        best.append(w[k] + min(best[-1], best[-2]))
    return min(best[-1], best[-2])


@case([2.0, 8.0, 2.0, 1.0, 4.0], lambda w: [1, 0, 0, 1, 1])
def shortest_path(w):
    edges = {("a", "b"): w[0], ("a", "c"): w[1], ("b", "c"): w[2] * 4, ("b", "d"): w[3], ("d", "c"): w[4]}
    far = {"a": 0.0}
    for _ in range(4):
        for (u, v), length in edges.items():
            if u in far and (v not in far or far[u] + length < far[v]):
                far[v] = far[u] + length
    return far["c"]


@case([0.3, 1.2, 0.7, 2.0], [1.68, 0.42, 0.72, 0.25199999999999995], "Speelpenning's product, 1980")
def speelpenning(x):
    y = 1.0
    for v in x:
        y *= v
    return y


@case([0.6, 0.2], [[0.21598096216561724, -0.35017165091147073], [0.2591771545987407, -0.07463644162877726]],
    "the function of Griewank and Walther, Evaluating Derivatives, chapter 2")  # fmt: skip
def lighthouse(p):
    nu, gamma = p[0] + 1, p[1] + 1
    omega, t = 0.3, 0.7
    y1 = nu * np.tan(omega * t) / (gamma - np.tan(omega * t))
    return y1, y1 * gamma


@case([1.5, 0.5], [3.0118433276739065, -13.723961509314075], "Evaluating Derivatives, baby example")
def baby_example(x):
    v1 = x[0] / x[1]
    v3 = np.sin(v1) + v1 - np.exp(x[1])
    return v3 * (v1 - np.exp(x[1]))


@case([0.3, 0.8, 1.2], lambda x: 2 * x * (x > 0.5))
def filtered_by_a_comprehension(x):
    return sum(v**2 for v in x if v > 0.5)


@case([0.3, 0.8, 1.2], lambda x: [x[1] * x[2], x[0] * x[2], x[0] * x[1]])
def reduced_by_a_loop_with_else(x):
    product = 1.0
    for v in x:
        if v == 0:
            product = 0.0
            break
        product = product * v
    else:
        product = product + 0.0
    return product


@case([1.0, 2.0, 4.0], [-1.3333333333333333, -0.3333333333333333, 1.6666666666666667], "Welford 1962")
def running_variance(x):
    mean = m2 = 0.0
    for n, v in enumerate(x, start=1):
        delta = v - mean
        mean += delta / n
        m2 += delta * (v - mean)
    return m2 / (len(x) - 1)


@case([0.4, 0.1, 0.9], [0.8, 0.2, 1.8], "compensated sum, Kahan 1965")
def kahan(x):
    total = lost = 0.0
    for v in x:
        y = v**2 - lost
        t = total + y
        lost = (t - total) - y
        total = t
    return total


@case(2.7, lambda x: 3 * x**2)
def match_statement(x):
    match (x, 3):
        case (v, 2):
            return v**2
        case (v, 3):
            return v**3


@case([0.2, 0.5], lambda x: [np.cos(x[0]) * x[1], np.sin(x[0])])
def walrus_and_star(x):
    first, *rest = x
    return (s := np.sin(first)) * rest[0] + 0 * s


@case(0.5, lambda x: np.sqrt(1 - x) - x / (2 * np.sqrt(1 - x)), "an exception that chooses the path")
def rescued(x):
    try:
        return math.sqrt(x - 1)
    except ValueError:
        return math.sqrt(1 - x) * x
