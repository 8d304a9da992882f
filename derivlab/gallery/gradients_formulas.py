"""Wrong gradients of formulas: signs, factors, powers, the chain rule, the product rule, tiny and badly scaled ones."""

from __future__ import annotations

import numpy as np

from derivlab.gallery.gradients_record import Shelf

rules = Shelf("Rules of differentiation")
scales = Shelf("Scales")
points = Shelf("Points")

SHELVES = (rules, scales, points)


@rules(lambda x: np.cos(x), 0.8, "sign")
def cosine(x):
    """The derivative of the cosine is minus the sine."""
    return np.sin(x)


@rules(lambda x: 1.0 / x, 1.5, "sign")
def reciprocal(x):
    """The minus of the power -1 is lost."""
    return 1.0 / x**2


@rules(lambda x: np.sum((1.0 - x) ** 2), [0.3, 2.0, -1.0], "sign")
def distance_from_one(x):
    """The inner derivative of 1 - x is -1."""
    return 2.0 * (1.0 - x)


@rules(lambda x: 0.5 * x @ x, [1.0, -2.0, 0.5], "factor 2")
def half_square(x):
    """The half in front cancels the 2."""
    return 2.0 * x


@rules(lambda x: x @ x, [1.0, -2.0, 0.5], "factor 2")
def square(x):
    """The 2 is missing."""
    return x


@rules(lambda x: np.sum(x**3) / 6.0, [1.0, -2.0, 0.5], "missing factor")
def sixth_of_cubes(x):
    """The sixth is forgotten."""
    return 3.0 * x**2


@rules(lambda x: np.mean(np.sin(x)), [0.1, 0.7, 1.9, 2.4], "missing factor")
def mean_of_sines(x):
    """A mean divides by n, and so does its gradient."""
    return np.cos(x)


@rules(lambda x: np.log2(x), 3.0, "missing factor")
def logarithm_to_base_two(x):
    """The derivative of log2 has the factor 1 / log 2."""
    return 1.0 / x


@rules(lambda x: np.sin(np.pi * x / 180.0), 30.0, "missing chain factor", "missing factor")
def degrees(x):
    """The angle is in degrees; the factor π/180 is missing."""
    return np.cos(np.pi * x / 180.0)


@rules(lambda x: np.exp(-(x**2)), 0.7, "missing chain factor")
def gaussian(x):
    """The inner derivative -2x is missing."""
    return np.exp(-(x**2))


@rules(lambda x: np.tanh(np.sum(x**2)), [0.3, -0.2, 0.4], "missing chain factor")
def squashed_length(x):
    """The outer derivative 1 - tanh² is missing."""
    return 2.0 * x


@rules(lambda x: np.sqrt(1.0 + x @ x), [1.0, 2.0], "missing chain factor", "missing factor")
def pseudo_length(x):
    """The outer derivative 1 / (2√) is missing."""
    return 2.0 * x


@rules(lambda x: np.log(np.cos(x)), 0.4, "missing chain factor", "dropped term", "unknown")
def log_cosine(x):
    """The derivative of the logarithm alone."""
    return 1.0 / np.cos(x)


@rules(lambda x: np.sum(np.exp(np.sin(x))), [0.2, 1.1, 2.6], "missing chain factor")
def exponential_of_sines(x):
    """The inner cosine is missing."""
    return np.exp(np.sin(x))


@rules(lambda x: np.sin(4.0 * x), 0.3, "missing chain factor", "missing factor")
def fast_sine(x):
    """The inner 4 is missing."""
    return np.cos(4.0 * x)


@rules(lambda x: np.sum(x**4), [0.5, 1.5, -1.0], "off by one power")
def fourth_powers(x):
    """The exponent is not lowered."""
    return 4.0 * x**4


@rules(lambda x: np.sum(x**5), [0.5, 1.5, -1.0], "off by one power")
def fifth_powers(x):
    """The exponent is lowered twice."""
    return 5.0 * x**3


@rules(lambda x: x**-2.0, 1.3, "off by one power")
def inverse_square(x):
    """The exponent goes up instead of down."""
    return -2.0 * x**-2.0


@rules(
    lambda x: np.linalg.norm(x) ** 3,
    [1.0, 2.0, -0.5],
    "off by one power",
    "missing chain factor",
    "missing factor",
)
def cubed_length(x):
    """3|x|² x, but the unit vector was meant."""
    return 3.0 * np.linalg.norm(x) ** 2 * x


@rules(lambda x: x * np.sin(x), 1.2, "dropped term")
def product(x):
    """Half of the product rule."""
    return np.sin(x)


@rules(lambda x: np.exp(x) / x, 1.7, "dropped term")
def quotient(x):
    """The derivative of the denominator is forgotten."""
    return np.exp(x) / x


@rules(lambda x: x[0] ** 2 * x[1] + np.sin(x[0]), [1.2, 0.7], "dropped term")
def first_entry_lacks_a_term(x):
    """The sine was overlooked."""
    return np.array([2.0 * x[0] * x[1], x[0] ** 2])


@rules(lambda x: np.sum(x**2) + 3.0 * x[0] - x[1], [1.2, 0.7], "dropped term")
def linear_term(x):
    """The slopes of the linear terms are missing."""
    return 2.0 * x


@rules(lambda x: x[0] * x[1] * x[2], [1.2, 0.7, 2.0], "dropped term")
def last_entry_forgotten(x):
    """An entry is left at its initial zero."""
    out = np.zeros(3)
    out[0] = x[1] * x[2]
    out[1] = x[0] * x[2]
    return out


@rules(lambda x: 100.0 * (x[1] - x[0] ** 2) ** 2 + (1.0 - x[0]) ** 2, [-1.2, 1.0], "sign")
def rosenbrock_sign(x):
    """The sign of the second term in the first entry."""
    return np.array([-400.0 * x[0] * (x[1] - x[0] ** 2) + 2.0 * (1.0 - x[0]), 200.0 * (x[1] - x[0] ** 2)])


@rules(lambda x: 100.0 * (x[1] - x[0] ** 2) ** 2 + (1.0 - x[0]) ** 2, [-1.2, 1.0], "factor 2")
def rosenbrock_factor(x):
    """200 and 400 are mixed up."""
    return np.array([-200.0 * x[0] * (x[1] - x[0] ** 2) - 2.0 * (1.0 - x[0]), 200.0 * (x[1] - x[0] ** 2)])


@rules(lambda x: x[0] ** 2 * np.exp(x[1]), [1.5, 0.4], "wrong coordinate order")
def swapped(x):
    """The entries are in the wrong order."""
    return np.array([x[0] ** 2 * np.exp(x[1]), 2.0 * x[0] * np.exp(x[1])])


@rules(lambda x: x @ np.array([1.0, 4.0, 9.0]) + np.sum(np.sin(x)), [0.3, 0.8, 1.4], "wrong coordinate order")
def reversed_entries(x):
    """Filled in from the back."""
    return (np.array([1.0, 4.0, 9.0]) + np.cos(x))[::-1]


@rules(lambda x: np.hypot(x[0], x[1]), [3.0, 4.0], "sign")
def one_sign(x):
    """One entry has the wrong sign."""
    r = np.hypot(x[0], x[1])
    return np.array([x[0] / r, -x[1] / r])


@scales(lambda x: 1e-16 * np.sum(np.sin(x)), [0.4, 1.3], "factor 2")
def tiny(x):
    """Every absolute tolerance lets it pass."""
    return 2e-16 * np.cos(x)


@scales(
    lambda x: 1e8 * x[0] ** 2 + 1e-8 * x[1] ** 2, [1.0, 3.0], "factor 2", "missing factor", "off by one power"
)
def small_beside_large(x):
    """The wrong entry is sixteen orders smaller than the right one."""
    return np.array([2e8 * x[0], 1e-8 * x[1]])


@scales(
    lambda x: np.exp(-0.5 * np.sum((x / 1e-3) ** 2)), [1e-3, -2e-3], "missing factor", "missing chain factor"
)
def narrow(x):
    """A width of 1e-3 whose square is forgotten once."""
    return -(x / 1e-3) * np.exp(-0.5 * np.sum((x / 1e-3) ** 2))


@scales(lambda x: np.sum((x * 1e6) ** 2), [3e-6, -2e-6], "missing chain factor", "missing factor")
def micrometres(x):
    """One of the two conversions is missing."""
    return 2.0 * (x * 1e6)


@scales(lambda x: np.sum(x**2) + 1e-6 * np.sum(x**4), [1.0, -2.0], "dropped term")
def slight_stiffening(x):
    """The missing term is a millionth of the rest."""
    return 2.0 * x


@scales(lambda x: np.sum(np.log(x)), [1e-9, 1e9], "sign")
def logarithms(x):
    """One of two entries, eighteen orders apart, has the wrong sign."""
    return np.array([1.0, -1.0]) / x


@scales(lambda x: (1.0 - np.cos(x)) / x**2, 1e-5, "round-off")
def no_digits_left(x):
    """The formula is right, and of its digits none survives."""
    return np.sin(x) / x**2 - 2.0 * (1.0 - np.cos(x)) / x**3


@points(lambda x: np.sum(x**3), [1.0, 2.0], "right only at this point")
def frozen_numbers(x):
    """Worked out at one point and copied."""
    return np.array([3.0, 12.0])


@points(lambda x: np.sum(x**3), [1.0, 1.0], "off by one power", "right only at this point")
def right_at_one(x):
    """At x = 1 all powers are alike."""
    return 3.0 * x


@points(lambda x: np.exp(np.sum(x)) + x[0] * x[1], [0.0, 0.0], "dropped term", "right only at this point")
def right_at_the_origin(x):
    """At the origin the product has no slope."""
    return np.exp(np.sum(x)) * np.ones(2)


@points(
    lambda x: np.sum(np.abs(x) ** 1.5),
    [1.0, 2.0],
    "sign",
    "right only at this point",
    "unknown",
    "missing chain factor",
)
def positive_only(x):
    """The sign of x is missing, and the point has positive entries only."""
    return 1.5 * np.abs(x) ** 0.5


@points(
    lambda x: np.sum(np.maximum(x, 0.0) ** 2),
    [1.0, 2.0, 0.5],
    "right only at this point",
    "dropped term",
    "unknown",
)
def other_branch(x):
    """Right where all entries are positive."""
    return 2.0 * x


@points(lambda x: x[0] ** 2 + x[0] * x[1] + x[1] ** 2, [0.0, 0.0], "dropped term")
def right_at_the_minimum(x):
    """The mixed term has no slope at the origin."""
    return 2.0 * x


@points(lambda x: np.abs(x), 0.0, "no subgradient")
def beyond_the_kink(x):
    """At 0 every number from -1 to 1 will do, and 2 is none of them."""
    return np.where(x > 0, 1.0, np.where(x < 0, -1.0, 2.0))


@points(lambda x: np.max(x), [1.0, 1.0, 0.0], "no subgradient")
def every_maximum(x):
    """At a tie the slopes are shared, not given to each."""
    return np.where(x == np.max(x), 1.0, 0.0)
