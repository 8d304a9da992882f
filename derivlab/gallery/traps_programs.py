"""Noise, iterations that stop, chaos, and contact: where a program and the thing that it computes differ."""

from __future__ import annotations

import math

import numpy as np

from derivlab.gallery.traps_record import Topic

noise = Topic("noise")
truncation = Topic("truncated iterations")
early_exit = Topic("early exits")
special_case = Topic("special-case branches")
chaos = Topic("chaos")
event = Topic("events")


@noise(0.7, "unreliable", "noise", "jump", "flat", value=math.cos(0.7), line="np.round")
def printed_to_six_digits(x):
    """A simulator that prints six decimals: the rule says 0, small steps say anything."""
    return np.round(np.sin(x), 6)


@noise(0.7, "unreliable", "noise", "jump", "flat", value=1.0, line="np.floor")
def analogue_to_digital(x):
    """A converter with 10⁴ levels a volt."""
    return np.floor(x * 1e4 + 0.37) / 1e4


@noise(0.7, "unreliable", "noise", value=math.cos(0.7), line="hash")
def hashed_noise(x):
    """Noise of 10⁻⁶ that depends on x in no smooth way."""
    return np.sin(x) + 1e-9 * (hash(float(x)) % 1000)


SAMPLES = np.random.default_rng(0).normal(size=200)


@noise(0.3, "unreliable", "noise", "jump", "flat", line="x > SAMPLES")
def monte_carlo_fraction(x):
    """The share of fixed samples below x is a staircase: the rule says 0, a density is meant."""
    return np.mean(np.where(x > SAMPLES, 1.0, 0.0))


@noise(0.3, "value", value=float(np.mean(SAMPLES * np.exp(0.3 * SAMPLES))))
def monte_carlo_pathwise(x):
    """A mean over fixed samples of a smooth function is smooth."""
    return np.mean(np.exp(x * SAMPLES))


@truncation(2.0, "value", "truncation", "agree", value=13 / 36, also=("unreliable",), line="while")
def loose_newton(x):
    """Newton's √2 stopped at one digit: the program's slope is 0.361, that of the root 0.354."""
    y = 1.0
    while np.abs(y * y - x) > 0.1:
        y = 0.5 * (y + x / y)
    return y


@truncation(1.0, "value", "truncation", "agree", value=2.5 + 1 / 6, also=("unreliable",), line="while")
def short_series(x):
    """Five terms of the exponential series: its slope is the sum of four."""
    total, term, n = 0.0, 1.0, 0
    while np.abs(term) > 0.02:
        total, n = total + term, n + 1
        term = term * x / n
    return total


def logistic(x, steps):
    """Iterates of x → 4x(1 - x); x = sin²θ gives sin²(2ⁿθ)."""
    for _ in range(steps):
        x = 4.0 * x * (1.0 - x)
    return x


def logistic_slope(x, steps):
    """d sin²(2ⁿθ)/dx = 2ⁿ sin(2ⁿ⁺¹θ)/sin 2θ."""
    theta = math.asin(math.sqrt(x))
    return 2**steps * math.sin(2 ** (steps + 1) * theta) / math.sin(2 * theta)


@chaos(0.3, "value", value=logistic_slope(0.3, 5))
def logistic_five(x):
    """Five steps of the logistic map are a polynomial like any other."""
    return logistic(x, 5)


@chaos(0.3, "unreliable", "chaos")
def logistic_eighty(x):
    """After 55 doublings no digit of x is left in the iterate, and the derivative is 10²⁴."""
    return logistic(x, 80)


def lorenz(x, steps):
    """The first coordinate of the Lorenz system after Euler steps of 0.01 from (x, 1, 20)."""
    y, z = 1.0, 20.0
    for _ in range(steps):
        x, y, z = (x + 0.1 * (y - x), y + 0.01 * (x * (28.0 - z) - y), z + 0.01 * (x * y - 8.0 / 3.0 * z))
    return x


@chaos(1.0, "value", value=-0.89813581887021624)
def lorenz_short(x):
    """One time unit of the Lorenz system can still be predicted."""
    return lorenz(x, 100)


@chaos(1.0, "unreliable", "chaos")
def lorenz_long(x):
    """Beyond its horizon the derivative of the Lorenz system is exact and useless."""
    return lorenz(x, 3000)


@early_exit(1.0, "value", "early_exit", "special_case_branch", value=0.5, line="while")
@early_exit(
    2.0, "value", value=0.25 * math.sqrt(2), name="newton_square_root_elsewhere", says="Five steps: 1/(2√2)."
)
def newton_square_root(x):
    """Newton's method starts at the answer and does nothing: the rule differentiates the constant 1."""
    y = 1.0
    while np.abs(y * y - x) > 1e-12:
        y = 0.5 * (y + x / y)
    return y


@early_exit(0.0, "value", "early_exit", "special_case_branch", value=1.0, line="break")
def newton_sine(x):
    """Solving arcsin(y) = x: at x = 0 the first residual is 0 and the loop leaves at once."""
    y = 0.0
    for _ in range(50):
        residual = np.arcsin(y) - x
        if np.abs(residual) < 1e-13:
            break
        y = y - residual * np.sqrt(1.0 - y * y)
    return y


@early_exit(
    [0.0, 2.0, 3.0], "value", "early_exit", "special_case_branch", value=[6.0, 0.0, 0.0], line="break"
)
def product_with_break(x):
    """A product that stops at its first zero forgets the factors behind it."""
    result = 1.0
    for factor in x:
        result = result * factor
        if result == 0:
            break
    return result


@early_exit(
    2.0, "value", "severed_graph", "early_exit", value=0.25 * math.sqrt(2), also=("unreliable",), line="if"
)
def bisection(x):
    """Bisection compares and halves: the answer depends on x, no operation does."""
    low, high = 0.0, 4.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if middle * middle > x:
            high = middle
        else:
            low = middle
    return 0.5 * (low + high)


@special_case(2.0, "value", "special_case_branch", value=4.0, line="if x == 2.0")
@special_case(
    3.0, "value", value=6.0, name="square_with_known_value_elsewhere", says="The special case is not met."
)
def square_with_known_value(x):
    """A value known beforehand is returned as a constant: the rule says 0."""
    return 4.0 if x == 2.0 else x * x


@special_case(0.0, "value", "special_case_branch", value=1.0, line="if not np.any(x)")
def shortcut_for_zero(x):
    """An early return for an input of zero saves work and loses the slope."""
    if not np.any(x):
        return 0.0
    return np.sin(x) * np.exp(x)


@special_case([1.0, 1.0], "value", "special_case_branch", value=[2.0, -2.0], line="if x[0] == x[1]")
def logarithmic_mean_defect(x):
    """Equal arguments are treated apart: the difference of squares there is 0, its gradient is not."""
    if x[0] == x[1]:
        return 0.0
    return x[0] ** 2 - x[1] ** 2


@special_case(1.0, "value", "agree", "special_case_branch", "removable", value=-0.5)
def tangent_at_the_gap(x):
    """log(x)/(x - 1) continued at 1 by its own tangent: value and slope are right."""
    return np.log(x) / (x - 1.0) if x != 1.0 else 1.0 - 0.5 * (x - 1.0)


@event(0.505, "unreliable", "event", "jump", value=-1.0, line="if y < 0")
def bouncing_ball(height):
    """Naive contact: the ball turns at the next time step; the rule says +1, physics -1."""
    y, v = height, -1.0
    for _ in range(100):
        y = y + 0.01 * v
        if y < 0:
            v = 1.0
    return y


@event(0.505, "value", value=-1.0)
def bouncing_ball_with_time_of_impact(height):
    """The mend: the time of impact is computed, and the height after it counts from there."""
    time_of_impact = height / 1.0
    return 1.0 * (1.0 - time_of_impact)


@event(0.505, "unreliable", "event", "jump", "flat", "severed_graph", value=1.0, line="np.where(times < x")
def switched_on_for(x):
    """A source runs until time x on a grid of time steps: the rule says 0, the integral has slope 1."""
    times = 0.01 * np.arange(100)
    return np.sum(np.where(times < x, 0.01, 0.0))


@event([0.0, 0.505], "unreliable", "event", "jump", value=[1.0, 0.0], line="if gap < 0")
def two_balls(x):
    """The left ball passes its speed on at a time step: the rule credits the wrong ball."""
    left, right, moving = x[0], x[1], True
    for _ in range(100):
        left, right = (left + 0.01, right) if moving else (left, right + 0.01)
        gap = right - left
        if gap < 0:
            moving = False
    return right


TOPICS = (noise, truncation, chaos, early_exit, special_case, event)
