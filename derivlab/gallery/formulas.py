"""Formulas of science and engineering as one writes them down, with `np` or with `math`."""

from __future__ import annotations

import math
from math import cos, exp, log, pi, sin, sqrt

import numpy as np

from derivlab.gallery import Topic, elementwise

case = Topic("formulas")


@case(0.6, lambda x: 1 / (4 * np.cosh(x / 2) ** 2))
def logistic(x):
    return 1 / (1 + np.exp(-x))


@case(-3.0, lambda x: 1 / (1 + np.exp(-x)))
def softplus(x):
    return np.log(1 + np.exp(x))


@case([-40.0, 0.3, 40.0], elementwise(lambda x: 1 / (4 * np.cosh(x / 2) ** 2)))
def logistic_without_overflow(x):
    return np.where(x >= 0, 1 / (1 + np.exp(-np.abs(x))), np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))))


@case([-1.2, 0.7], elementwise(lambda x: (0.2 * np.exp(x[0]), 1.0)))
def elu(x):
    return np.where(x > 0, x, 0.2 * (np.exp(x) - 1))


@case(0.8, 1.019583731057303, "Hendrycks and Gimpel 2016")
def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


@case(0.8, 1.0198978436257895)
def gelu_by_erf(x):
    return x * 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))


@case([-0.7, 1.9], ((0.1844160732567819, 0.0), (0.0, 1.0749275910630463)), "Misra 2019")
def mish(x):
    return x * np.tanh(np.log1p(np.exp(x)))


@case(0.9, lambda x: -(x - 0.4) / 0.25 * math.exp(-((x - 0.4) ** 2) / 0.5) / math.sqrt(0.5 * math.pi))
def normal_density(x, mean=0.4, sigma=0.5):
    return np.exp(-0.5 * ((x - mean) / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi))


@case(0.9, lambda x: math.exp(-x * x / 2) / math.sqrt(2 * math.pi))
def normal_distribution(x):
    return 0.5 * math.erfc(-x / math.sqrt(2))


@case(0.7, lambda x: math.exp(-x) * (math.cos(3 * x) * 3 - math.sin(3 * x)))
def damped_oscillation(t):
    return exp(-t) * sin(3 * t)


@case(0.3, lambda x: math.exp(math.sin(x)) * math.cos(x))
def exp_of_sine(x):
    return math.exp(math.sin(x))


@case(1.5, 4.053427893898621, "Squire and Trapp 1998")
def squire_trapp(x):
    return np.exp(x) / np.sqrt(np.sin(x) ** 3 + np.cos(x) ** 3)


@case([300.0, 5e-7], (2.685351283391842e-27, 1.5272222033281714e-18), "Planck's law")
def black_body(x):
    temperature, wavelength = x
    h, c, k = 6.62607015e-34, 2.99792458e8, 1.380649e-23
    return 2 * h * c**2 / wavelength**5 / np.expm1(h * c / (wavelength * k * temperature))


@case([350.0, 5e4], (16930.233850659064, -118.51163695461344), "Arrhenius equation")
def arrhenius(x):
    return 1e13 * np.exp(-x[1] / (8.314 * x[0]))


@case([1.1, 0.9, 1.2], (-78.47434400085709, 4.621737012231159, 71.93481533411901), "Lennard-Jones potential")
def lennard_jones(x):
    r, epsilon, sigma = x
    return 4 * epsilon * ((sigma / r) ** 12 - (sigma / r) ** 6)


@case([1.4, 2.0, 1.1], (0.6973224582690833, 0.03899882515818439, 0.1267859015034697), "Morse potential")
def morse(p):
    return p[1] * (1 - np.exp(-p[2] * (p[0] - 1.2))) ** 2


@case([2.0, 1.5, 0.3], lambda v: (v[1] * v[2], v[0] * v[2], v[0] * v[1]) / (v[2] + v[1]) - np.array([0, 1, 1]) * v.prod() / (v[2] + v[1]) ** 2)  # fmt: skip
def michaelis_menten(x):
    vmax, km, s = x
    return vmax * s * km / (km + s)


@case(
    [100.0, 95.0, 0.5, 0.02, 0.25],
    (0.6682607326058879, -0.5959380339523346, 7.54767948803971, 28.30705661273589, 25.6615888941211),
    "Black and Scholes 1973",
)
def black_scholes_call(x):
    s, k, t, r, sigma = x
    d1 = (log(s / k) + (r + sigma**2 / 2) * t) / (sigma * sqrt(t))
    d2 = d1 - sigma * sqrt(t)

    def phi(z):
        return (1.0 + math.erf(z / sqrt(2.0))) / 2.0

    return s * phi(d1) - k * exp(-r * t) * phi(d2)


@case([0.2, 1.3, 2.0], (-6178.334501273861, -2851.9926600388567, 1523.9401192386526))
def haversine_distance(x):
    lat1, lat2, dlon = x
    a = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin(dlon / 2) ** 2
    return 2 * 6371.0 * np.arcsin(np.sqrt(a))


@case([0.3, 0.4], lambda x: [[-0.4, -0.3], [0.6, -0.8]])
def complex_square_by_parts(x):
    a, b = x
    return np.array([0.5 - a * b, a * a - b * b])


@case([2.0, 0.5], lambda x: [[math.cos(0.5), -2 * math.sin(0.5)], [math.sin(0.5), 2 * math.cos(0.5)]])
def polar_to_cartesian(x):
    r, phi = x
    return np.array([r * np.cos(phi), r * np.sin(phi)])


@case(
    [1.0, 2.0, 2.0],
    (
        (0.3333333333333333, 0.6666666666666666, 0.6666666666666666),
        (0.09938079899999065, 0.1987615979999813, -0.24845199749997662),
        (-0.4, 0.2, 0.0),
    ),
)
def cartesian_to_spherical(p):
    x, y, z = p
    r = math.sqrt(x**2 + y**2 + z**2)
    return [r, math.acos(z / r), math.atan2(y, x)]


@case(
    [0.7, 2.5, 1.3],
    (0.11631832876052736, 2.496213979473597, 0.23383816108063524),
    "impedance of a series RLC circuit",
)
def impedance(x):
    r, l, c = x
    omega = 2 * pi * 0.4
    return np.abs(r + 1j * omega * l + 1 / (1j * omega * c))


@case([0.7, 2.5], lambda x: (-x[0], -(x[1] ** 3)) / np.sqrt(1 + x[0] ** 2 + x[1] ** 4 / 2) ** 3)
def inverse_multiquadric(x):
    return 1 / np.sqrt(1 + x[0] ** 2 + x[1] ** 4 / 2)


@case(
    [0.11, 3.7, 6.4],
    (0.16176281022442063, -0.006346981883174912, 0.0008890506004782669),
    "van der Waals equation, compressibility",
)
def van_der_waals(x):
    b, a, v = x
    return v / (v - b) - a / (0.08206 * 300.0 * v)


@case(
    [0.02, 12, 1e5],
    (58072.960700859294, -698.0748291872872, 0.09455959662295149),
    "annuity formula with an integer number of years",
)
def annuity(x):
    rate, years, loan = x
    return loan * rate / (1 - math.pow(1 + rate, -years))


@case(0.8, 47.56704132094)
def math_functions_once_each(x):
    a = math.asinh(x) + math.acosh(1 + x) + math.atanh(x / 2) + math.asin(x) - math.acos(x) + math.atan(x)
    b = math.sinh(x) + math.cosh(x) - math.tanh(x) + math.tan(x) + math.expm1(x) + math.log1p(x)
    return a * b + math.log2(1 + x) * math.log10(2 + x) - math.exp2(x) + math.cbrt(x)


@case(0.8, 9.304669350337042)
def math_functions_of_two(x):
    a = math.pow(x, 2.5) + math.hypot(x, 1.0, 2 * x) + math.atan2(x, 0.5) + math.copysign(x, -1.0)
    return a + math.log(x + 2, 3) * math.fmod(x, 0.3) + math.ldexp(x, 2) + math.remainder(x, 0.3)


@case(2.7, 2.117360795347733)
def math_gamma_and_error_functions(x):
    return math.gamma(x) + math.lgamma(x) * math.erf(x / 3) - math.erfc(x / 4)


@case([0.3, 1.4, 2.0], (4.943696902055159, 4.00650791373456, 1.933885620909315))
def math_of_sequences(x):
    p = [x[0], x[1]]
    total = math.fsum(x) + math.prod(x) * math.dist(p, (1.0, x[2]))
    return total + (math.sumprod(p, [2.0, 3.0]) if hasattr(math, "sumprod") else 2.0 * p[0] + 3.0 * p[1])


@case(2.4, lambda x: 2 * x + math.radians(1) * math.cos(math.radians(x)) + 180 / math.pi)
def math_roundings_and_angles(x):
    whole = math.floor(x) + math.ceil(x) + math.trunc(x)
    return x * x + whole + math.sin(math.radians(x)) + math.degrees(x) + math.fabs(math.isqrt(9) - 3.0)


@case(1.2, lambda x: cos(x) + 1)
def names_imported_one_by_one(x):
    return sin(x) + x - pi
