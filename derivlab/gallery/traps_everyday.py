"""The same diseases in everyday code: statistics, finance, engineering, games."""

from __future__ import annotations

import math
import random

import numpy as np

from derivlab.gallery.traps_record import Topic

everyday = Topic("everyday code")
accounts = Topic("money and tables")
solvers = Topic("solvers and simulations")
habits = Topic("habits of programmers")


@everyday(0.0, "undefined", "kink", left=-0.5, right=0.5, name="pinball_at_the_median")
@everyday(0.4, "value", value=0.5, name="pinball_beside", says="Above the median: slope 1/2.")
def pinball(x):
    """The loss of a median regression has its corner at the data point."""
    return max(0.5 * x, -0.5 * x)


@everyday([2.0, -1.0, 2.0], "undefined", "kink", left=[0.0, 0.0, 0.0], right=[1.0, 0.0, 1.0])
def largest_magnitude(x):
    """The largest magnitude, taken twice."""
    return np.linalg.norm(x, np.inf)


@everyday([1.0, 2.0], "undefined", "kink", left=[-1.0, -1.0], right=[1.0, 1.0], line="np.abs")
def total_deviation(x):
    """A sum of absolute residuals at a perfect fit."""
    return np.sum(np.abs(x - np.array([1.0, 2.0])))


@everyday([0.0, 0.0], "undefined", "kink", left=[0.0, 0.0], right=[0.0, 0.0], line="if")
def twisted_saddle(x):
    """Slope 0 along both axes and not along the diagonals: x²y/(x² + y²)."""
    if x[0] == 0 and x[1] == 0:
        return 0.0
    return x[0] ** 2 * x[1] / (x[0] ** 2 + x[1] ** 2)


@everyday([1.0, 1.0], "undefined", "kink", left=[0.0, 0.0], right=[1.0, 1.0])
def tallest_of_two(x):
    """A loop keeps the larger entry."""
    best = x[0]
    for height in x:
        if height > best:
            best = height
    return best * 1.0


@everyday(0.0, "value", value=0.0)
def quartic_penalty(x):
    """A penalty that grows with the fourth power outside a wall has no corner at the wall."""
    return np.where(x > 0.0, x, 0.0) ** 4


@everyday(0.5, "value", value=math.cos(0.5))
def sine_by_quadrants(x):
    """sin by a reduction to a quadrant: branches, and no corner where they meet."""
    k = np.floor(x / (np.pi / 2))
    rest = x - k * np.pi / 2
    return [np.sin(rest), np.cos(rest), -np.sin(rest), -np.cos(rest)][int(k) % 4]


@everyday(2.0, "value", value=12.0)
def power_by_loop(x):
    """x³ by multiplications counted with an integer."""
    result, n = 1.0, 3
    while n > 0:
        result, n = result * x, n - 1
    return result


@accounts(10000.0, "undefined", "kink", left=0.2, right=0.4, line="if income")
@accounts(
    9999.99, "value", value=0.2, name="income_tax_below", says="A cent below the edge the lower rate applies."
)
def income_tax(income):
    """The marginal rate changes at the edge of a bracket: 20 or 40 percent."""
    if income <= 10000.0:
        return 0.2 * income
    return 2000.0 + 0.4 * (income - 10000.0)


@accounts(500.0, "undefined", "jump", line="if amount")
@accounts(499.0, "value", value=1.02, name="shipping_below", says="A euro below the edge: slope 1.02.")
def shipping(amount):
    """Free shipping from 500 on: the total falls there by 5."""
    total = 1.02 * amount
    if amount >= 500.0:
        return total - 5.0
    return total


@accounts(12.3456, "unreliable", "noise", "jump", "flat", line="round(", value=1.19)
def price_in_cents(net):
    """A price is rounded to a cent: 0 by the rule, 1.19 in the mean."""
    return round(1.19 * net, 2)


@accounts([3.0, 1.0], "value", value=[0.25, -0.75])
def quotient_of_entries(x):
    """The share of one entry in the sum, from a dictionary."""
    table = {"a": x[0], "b": x[1]}
    return table["a"] * 4.0 / (table["a"] + table["b"])


@accounts(100.0, "value", "agree", "flat", value=0.0, name="option_out_of_the_money")
@accounts(120.0, "undefined", "kink", left=0.0, right=1.0, line="max", name="option_at_the_strike")
def option(price):
    """The payoff of a call is 0 below its strike and has a corner at it."""
    return np.maximum(price - 120.0, 0.0)


@accounts(0.05, "value", value=-100 * sum(k / 1.05 ** (k + 1) for k in range(1, 11)))
def present_value(rate):
    """Ten payments discounted one by one."""
    return sum(100.0 / (1.0 + rate) ** k for k in range(1, 11))


@accounts(1.0, "unreliable", "noise", "jump", "flat", "event")
def histogram_height(width):
    """A share of fixed data inside a window is a staircase."""
    data = np.random.default_rng(5).normal(size=300)
    return np.mean(np.abs(data) < width)


@solvers(4.0, "value", "early_exit", "special_case_branch", value=0.25, line="break")
def square_root_from_the_answer(x):
    """The start value happens to be the root already."""
    y = 2.0
    for _ in range(30):
        step = (y * y - x) / (2.0 * y)
        if step == 0.0:
            break
        y = y - step
    return y


@solvers(math.pi, "value", "agree", "early_exit", value=-1.0)
def fixed_point(x):
    """sin by its own series, summed until a term no longer counts."""
    total, term, n = 0.0, x, 1
    while np.abs(term) > 1e-18:
        total = total + term
        term = -term * x * x / ((n + 1) * (n + 2))
        n = n + 2
    return total


@solvers(0.0, "value", "early_exit", "special_case_branch", value=1.0, line="if")
def zero_load(x):
    """No load, no displacement: the solver is not even called."""
    if abs(x) < 1e-12:
        return 0.0
    stiffness = np.array([[2.0, -1.0], [-1.0, 1.0]])
    return np.linalg.solve(stiffness, np.array([0.0, x]))[1] / 2.0


@solvers(0.7, "value", value=-math.sin(0.7) * math.exp(math.cos(0.7)))
def composed(x):
    """A closure inside a closure."""

    def outer(g):
        return lambda t: np.exp(g(t))

    return outer(np.cos)(x)


@solvers(1.003, "unreliable", "event", "jump", line="if", value=-0.8)
def dropped_stone(height):
    """A stone hits the ground at a time step and rises with 0.8 of its speed: the rule says +1."""
    y, v = height, -1.0
    for _ in range(400):
        y = y + 0.005 * v
        if y <= 0.0 and v < 0.0:
            v = 0.8
    return y


@solvers(0.3712, "unreliable", "event", "jump", "severed_graph", "flat", line="while", value=2.0)
def counted_steps(x):
    """How long until the tank is full, counted in steps of a thousandth."""
    level, steps = 0.0, 0
    while level < x:
        level = level + 0.0005
        steps = steps + 1
    return 0.001 * steps


@solvers(0.1, "unreliable", "chaos")
def tent_far(x):
    """Sixty steps of the sine map forget where they started."""
    for _ in range(120):
        x = 0.99 * np.sin(np.pi * x)
    return x


@solvers(0.3, "value", value=0.276264436023133599)
def pendulum(x):
    """A pendulum over one time unit is no chaos."""
    v = 0.0
    for _ in range(100):
        v = v - 0.01 * np.sin(x)
        x = x + 0.01 * v
    return 0.5 * x + 0.0 * v


@solvers([1.0, 2.0], "value", value=[1.0, 0.0])
def solved_and_multiplied(x):
    """A system that is solved and put in again gives the first entry back."""
    a = np.array([[4.0, 1.0], [1.0, 3.0]])
    return (a @ np.linalg.solve(a, x))[0]


@habits(0.8, "value", "severed_graph", "agree", value=math.exp(0.8))
def list_of_math(x):
    """A comprehension over math.exp."""
    return sum([math.exp(t) for t in [x]])


@habits(3, "value", "agree", value=6.0)
def whole_number_input(x):
    """The point is an int."""
    return x**2


@habits([1, 2, 3], "value", value=[2.0, 4.0, 6.0], name="list_input", says="The point is a list of ints.")
def sum_of_squares(x):
    """A sum of squares of an array."""
    return np.sum(np.square(x))


@habits(1.0, "rejected", "bad_output")
def returns_string_of_number(x):
    """A number formatted for people."""
    return "%.3f" % x


@habits(1.0, "rejected", "bad_output")
def returns_set(x):
    """A set of numbers."""
    return {x, 2 * x}


@habits([1.0, 2.0], "rejected", "bad_output")
def returns_rows_of_two_lengths(x):
    """Two rows of two lengths."""
    return [x, x[:1]]


@habits(-2.0, "rejected", "domain", "error", "bad_output", line="math.sqrt")
def root_by_math(x):
    """math.sqrt raises where np.sqrt warns."""
    return math.sqrt(x)


@habits(0.0, "rejected", "domain", "error", "bad_output", "removable")
def relative_change(x):
    """Division by a measurement that is zero."""
    return (x - 1.0) / x


@habits(800.0, "rejected", "overflow", "error", "bad_output", line="math.exp")
def exponential_by_math(x):
    """math.exp raises OverflowError."""
    return math.exp(x)


@habits([1.0, 2.0], "rejected", "bad_input", "error", line="x[2]")
def third_of_two(x):
    """The third entry of two."""
    return x[0] + x[2]


@habits(2.0, "rejected", "error", "bad_output", line="assert")
def asserts(x):
    """An assertion fails."""
    assert x < 1.0, "x must be below one"
    return x


@habits([np.inf, 1.0], "rejected", "bad_input", "bad_output")
def mean_with_infinity(x):
    """A sensor returned infinity."""
    return np.mean(x)


@habits([2.0, 5.0], "value", "mutation", "agree", value=[0.5, 0.5], also=("unreliable",), line="x -=")
def centred(x):
    """The mean is subtracted in place, and so from the caller's data."""
    mean = np.mean(x)
    x -= mean
    return mean


@habits(1.0, "unreliable", "random", "hidden_state", line="random.gauss")
def jittered(x):
    """Python's own random numbers."""
    return x + 0.01 * random.gauss(0.0, 1.0)


@habits([1.0, 2.0], "unreliable", "random", "hidden_state", line="permutation")
def shuffled_first(x):
    """The first entry after a shuffle."""
    return np.random.permutation(np.append(x, [5.0, 7.0, 11.0, 13.0]))[0] * 1.0


HISTORY: list[float] = []


@habits(1.0, "unreliable", "hidden_state", line="HISTORY")
def moving_total(x):
    """Every call adds to a list that is summed."""
    HISTORY.append(float(x))
    return sum(HISTORY)


@habits(0.6, "unreliable", "dtype", value=2 * 0.6, line="float32")
def through_single(x):
    """A cast to single precision on the way, and a float at the end."""
    return float(np.asarray(x, dtype="float32") ** 2)


@habits(1e-7, "unreliable", "cancellation", value=1 / 3, line="np.tan(x)")
def tangent_minus_sine(x):
    """tan x - sin x is x³/2: nothing of it is left at 10⁻⁷."""
    return (np.tan(x) - np.sin(x)) / (1.5 * x**2)


@habits(1e-9, "value", value=0.5 / math.sqrt(1 + 1e-9))
@habits(
    1e-15,
    "unreliable",
    "cancellation",
    value=0.5,
    also=("value",),
    line="np.sqrt",
    name="root_of_one_and_nothing",
    says="One digit of f is left.",
)
def root_of_almost_one(x):
    """√(1 + x) - 1 keeps seven digits at 10⁻⁹, and its slope all of them."""
    return np.sqrt(1.0 + x) - 1.0


@habits(-1.0, "value", "not_analytic", "agree", value=-4.0)
def modulus_squared_twice(x):
    """A modulus is squared."""
    return 2.0 * abs(x) ** 2


@habits(
    0.3,
    "value",
    "masked_nan",
    "agree",
    value=-1 / math.sqrt(1 - 0.09),
    line="np.arccosh",
)
def two_formulas(x):
    """Inside the unit interval arccos, outside arccosh: both are computed everywhere."""
    return np.where(np.abs(x) <= 1.0, np.arccos(x), np.arccosh(x))


TOPICS = (everyday, accounts, solvers, habits)
