"""Programs: loops that stop by themselves, tables, finance, chance with a fixed seed, geometry, tricks of the trade."""

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


@case(
    [[0.3, 1.2, 0.8], [0.9, 0.2, 1.1], [0.5, 0.7, 0.4]],
    [
        [1.0, 0.19700274382891897, 0.014879486118557547],
        [0.3082721038762823, 0.8448737414869872, 0.20171985868563627],
        [0.040446636732883595, 0.336463315690888, 1.0],
    ],
    "Cuturi and Blondel 2017",
)
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


@case(
    [100.0, 105.0, 0.75, 0.03, 0.25],
    [-0.5052562680796405, 0.5776854016534037, 3.938027004290926, -45.492725380205535, 34.546416116994884],
    "Black and Scholes 1973, a put, with the normal distribution of NumPy users",
)
def put_option(p):
    s, k, t, r, v = p
    d1 = (np.log(s / k) + (r + 0.5 * v**2) * t) / (v * np.sqrt(t))
    d2 = d1 - v * np.sqrt(t)

    def cdf(z):
        return 0.5 * (1 + math.erf(z / np.sqrt(2)))

    return k * np.exp(-r * t) * cdf(-d2) - s * cdf(-d1)


@case(
    [100.0, 0.25, 0.03],
    [-0.5287680949418345, 39.46544474450183, -42.829461000154815],
    "Cox, Ross and Rubinstein 1979, an American put",
)
def binomial_tree(p):
    s, v, r = p
    n, k, dt = 12, 105.0, 1 / 12
    up = np.exp(v * np.sqrt(dt))
    q = (np.exp(r * dt) - 1 / up) / (up - 1 / up)
    prices = s * up ** (2.0 * np.arange(n + 1) - n)
    value = np.maximum(k - prices, 0)
    for step in range(n - 1, -1, -1):
        value = np.exp(-r * dt) * (q * value[1:] + (1 - q) * value[:-1])
        now = s * up ** (2.0 * np.arange(step + 1) - step)
        value = np.maximum(value, k - now)
    return value[0]


@case(
    [0.02, 0.015, 0.03, 0.025],
    [
        [-104.59378516158617, -101.24541107129745, -96.0198813845487, -92.82867890086285],
        [0.0, -0.10075486039329346, -0.1619476770897395, -0.18956692250787482],
    ],
    "price of a bond from forward rates, and its duration",
)
def bond(rates):
    discount = np.cumprod(1 / (1 + rates))
    flows = np.array([4.0, 4.0, 4.0, 104.0])
    price = flows @ discount
    return np.array([price, (flows * np.arange(1, 5)) @ discount / price])


@case(1.3, 0.2798972344297727, "yield by Newton from a price")
def bond_yield(scale):
    flows, y = scale * np.array([3.0, 3.0, 103.0]), 0.05
    for _ in range(12):
        t = np.arange(1, 4)
        price, slope = np.sum(flows / (1 + y) ** t), -np.sum(t * flows / (1 + y) ** (t + 1))
        y = y - (price - 120.0) / slope
    return y


@case(
    [100.0, 0.2, 0.05],
    [0.6977770852175974, 19.134577618962517, 36.605954766283695],
    "Asian option by Monte Carlo, pathwise, with fixed draws",
)
def asian_option(p):
    s, v, r = p
    z = np.round(np.random.default_rng(11).standard_normal((6, 4)), 3)
    steps = (r - v**2 / 2) * 0.25 + v * np.sqrt(0.25) * z
    paths = s * np.exp(np.cumsum(steps, axis=1))
    return np.exp(-r) * np.mean(np.maximum(paths.mean(axis=1) - 98.0, 0))


@case([0.4, 1.1], [-0.2997096235685402, -0.26988240331664654], "expected value with a legacy seed")
def monte_carlo(p):
    state = np.random.RandomState(7)
    total = 0.0
    for _ in range(10):
        z = round(float(state.uniform(-1, 1)), 4)
        total = total + np.cos(p[0] + p[1] * z)
    return total / 10


@case(
    [0.0, 0.8, 0.9, 0.1, -0.8],
    [0.020624999999999998, -0.12374999999999999, 0.838, 0.31275, -0.047625],
    "natural cubic spline, at 2.3",
)
def cubic_spline(y):
    n = len(y)
    A, b = np.eye(n), np.zeros(n)
    for i in range(1, n - 1):
        A[i, i - 1 : i + 2] = [1, 4, 1]
        b[i] = 6 * (y[i + 1] - 2 * y[i] + y[i - 1])
    m = np.linalg.solve(A, b)
    i, t = 2, 0.3
    linear = (1 - t) * y[i] + t * y[i + 1]
    return linear - t * (1 - t) / 6 * ((2 - t) * m[i] + (1 + t) * m[i + 1])


@case(2.3, 1.600980952380952, "monotone cubic of Fritsch and Carlson 1980, in x")
def hermite_spline(x):
    xs, ys = [0.0, 1.0, 2.0, 3.0, 4.0], [0.0, 0.5, 0.7, 2.0, 2.1]
    d = [(b - a) for a, b in itertools.pairwise(ys)]
    m = [d[0]] + [2 * a * b / (a + b) for a, b in itertools.pairwise(d)] + [d[-1]]
    i = max(k for k in range(4) if xs[k] <= x)
    t = x - xs[i]
    return ys[i] + t * m[i] + t * t * (3 * d[i] - 2 * m[i] - m[i + 1]) + t**3 * (m[i] + m[i + 1] - 2 * d[i])


@case(
    [0.1, 0.2, 1.0, 0.9],
    [0.31939657704222046, -0.0703593263683076, -0.124240664498473, 0.940983128763625],
    "where a ray meets a sphere, and the brightness there",
)
def ray_and_sphere(p):
    origin, direction = np.array([p[0], p[1], -3.0]), np.array([0.1, -0.05, 1.0])
    direction = direction / np.linalg.norm(direction)
    b = direction @ origin
    disc = b * b - (origin @ origin - p[2] ** 2)
    if disc < 0:
        return 0.0
    hit = origin + (-b - np.sqrt(disc)) * direction
    normal = hit / p[2]
    return p[3] * max(normal @ np.array([0.6, 0.0, -0.8]), 0.0)


@case(
    [0.4, 0.3, 0.9],
    [0.3714640728923512, 0.3817003353689265, -1.0571484065053591],
    "ray marching to a smooth union of two balls",
)
def ray_marching(p):
    def distance(q):
        a = np.sqrt(q[0] ** 2 + q[1] ** 2 + q[2] ** 2) - p[2]
        b = np.sqrt((q[0] - 1) ** 2 + q[1] ** 2 + q[2] ** 2) - 0.5
        return -np.log(np.exp(-4 * a) + np.exp(-4 * b)) / 4

    t = 0.0
    for _ in range(40):
        t = t + distance([p[0], p[1], t - 3.0])
    return t


@case(
    [[0.0, 0.0], [2.0, 0.1], [1.8, 1.5], [0.2, 1.0]],
    [
        [-0.004545604329982309, -0.0876617360859011],
        [0.056784446319111385, -0.09289351892366228],
        [0.026616373698906143, 0.07276486021102939],
        [-0.07885521568803522, 0.10779039479853399],
    ],
    "shoelace formula",
)
def polygon(corners):
    x, y = corners[:, 0], corners[:, 1]
    area = 0.5 * abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))
    return area / np.sum(np.hypot(*(corners - np.roll(corners, -1, axis=0)).T))


@case(
    [0.5, 0.3, 0.2, 1.1],
    [
        [-1.7330087137224317, -1.2535831751182287, -0.6796983023986104, -0.2589628099946621],
        [1.5536452509222176, 0.676062689031845, 0.11869732155411261, -0.15145383137995724],
        [1.0, 1.0, 1.0, 1.0],
    ],
    "forward kinematics of an arm",
)
def robot_arm(joints):
    x = y = angle = 0.0
    for q, length in zip(joints, [1.0, 0.8, 0.5, 0.3]):
        angle += q
        x, y = x + length * math.cos(angle), y + length * math.sin(angle)
    return np.array([x, y, angle])


@case(
    [0.9, 0.1, -0.3, 0.2],
    [
        [
            [0.5185595567867035, 0.057617728531855955, 1.090304709141274, -0.7268698060941828],
            [0.4166204986149585, -0.5385041551246537, -0.06869806094182823, -1.7085872576177286],
            [0.3656509695290858, 0.5318559556786704, 1.5623268698060941, 0.43213296398891965],
        ],
        [
            [-0.17728531855955681, -0.6980609418282548, 0.40997229916897504, 1.7617728531855956],
            [0.1994459833795014, -0.3988919667590028, -0.0664819944598338, -0.7977839335180056],
            [0.3878116343490305, -1.8282548476454292, 0.221606648199446, -0.4986149584487534],
        ],
        [
            [-0.525207756232687, 0.2925207756232687, -1.509141274238227, -0.046537396121883644],
            [0.09085872576177284, 1.8814404432132963, 0.46094182825484764, -0.6581717451523545],
            [0.39889196675900274, -0.3767313019390582, 1.1301939058171744, 0.08864265927977838],
        ],
    ],
    "a unit quaternion as a rotation matrix",
)
def quaternion(q):
    w, x, y, z = q / np.sqrt(np.dot(q, q))
    return np.array([
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ])  # fmt: skip


@case([0.3, 1.2, 0.7, 2.0], [1.68, 0.42, 0.72, 0.25199999999999995], "Speelpenning's product, 1980")
def speelpenning(x):
    y = 1.0
    for v in x:
        y *= v
    return y


@case(
    [0.6, 0.2],
    [[0.21598096216561724, -0.35017165091147073], [0.2591771545987407, -0.07463644162877726]],
    "the function of Griewank and Walther, Evaluating Derivatives, chapter 2",
)
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
