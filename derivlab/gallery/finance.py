"""Prices and yields: formulas, trees, and chance with a fixed seed."""

from __future__ import annotations

import math

import numpy as np

from derivlab.gallery import Topic

case = Topic("finance")


@case([100.0, 105.0, 0.75, 0.03, 0.25], [-0.5052562680796405, 0.5776854016534037, 3.938027004290926,
    -45.492725380205535, 34.546416116994884],
    "Black and Scholes 1973, a put, with the normal distribution of NumPy users")  # fmt: skip
def put_option(p):
    s, k, t, r, v = p
    d1 = (np.log(s / k) + (r + 0.5 * v**2) * t) / (v * np.sqrt(t))
    d2 = d1 - v * np.sqrt(t)

    def cdf(z):
        return 0.5 * (1 + math.erf(z / np.sqrt(2)))

    return k * np.exp(-r * t) * cdf(-d2) - s * cdf(-d1)


@case([100.0, 0.25, 0.03], [-0.5287680949418345, 39.46544474450183, -42.829461000154815],
    "Cox, Ross and Rubinstein 1979, an American put")  # fmt: skip
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


@case([0.02, 0.015, 0.03, 0.025], [[-104.59378516158617, -101.24541107129745, -96.0198813845487, -92.82867890086285],
    [0.0, -0.10075486039329346, -0.1619476770897395, -0.18956692250787482]],
    "price of a bond from forward rates, and its duration")  # fmt: skip
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


@case([100.0, 0.2, 0.05], [0.6977770852175974, 19.134577618962517, 36.605954766283695],
    "Asian option by Monte Carlo, pathwise, with fixed draws")  # fmt: skip
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
