"""Odd things that come out, odd things that go in, deep recursion, and honest independence of x."""

from __future__ import annotations

import math

import numpy as np

from derivlab.gallery.traps_record import Topic

outputs = Topic("odd outputs")
inputs = Topic("odd inputs")
recursion = Topic("deep recursion")
constants = Topic("constants and independence")


@outputs(1.0, "rejected", "bad_output")
def returns_nothing(x):
    """The return statement was forgotten: None."""
    _ = x**2


@outputs(1.0, "rejected", "bad_output")
def returns_text(x):
    """The result was formatted for a report."""
    return f"{x**2}"


@outputs(1.0, "rejected", "bad_output", "not_analytic")
def returns_complex(x):
    """The value is a complex number."""
    return np.exp(1j * x)


@outputs(1.0, "rejected", "bad_output")
def returns_ragged(x):
    """A list of rows of unequal length is no array."""
    return [[x, x**2], [x]]


@outputs(1.0, "rejected", "bad_output")
def returns_dictionary(x):
    """A dictionary of results is no array."""
    return {"loss": x**2}


@outputs([1.0, 2.0], "rejected", "bad_output")
def returns_empty(x):
    """Nothing passed the filter: an array without entries."""
    return x[x > 10.0]


@outputs(1.0, "rejected", "bad_output", "domain")
def returns_nan(x):
    """The value is not a number."""
    return x * math.nan


@outputs([1.0, 2.0], "rejected", "bad_output", "domain")
def returns_some_nan(x):
    """One of the values is not a number."""
    return np.log(np.array([x[0], -x[1]]))


@outputs(1.0, "rejected", "bad_output", "overflow")
def returns_infinity(x):
    """The value is infinite."""
    return x * math.inf


@outputs(1.0, "rejected", "bad_output", also=("value", "undefined"))
def returns_truth(x):
    """A comparison is returned instead of a number."""
    return x > 0


@outputs([1.5, 2.5], "rejected", "bad_output", "jump", "flat", also=("value", "unreliable"))
def returns_integers(x):
    """The result is rounded down to integers."""
    return np.floor(x).astype(int)


@outputs(1.0, "rejected", "bad_output")
def returns_function(x):
    """A function is returned that was not called."""
    return lambda: x**2


@outputs(1.0, "rejected", "bad_output", "error", line="raise")
def always_raises(x):
    """The function raises an error of its own."""
    raise RuntimeError("the solver did not converge")


@inputs(math.nan, "rejected", "bad_input", "bad_output", name="not_a_number")
@inputs(
    math.inf,
    "rejected",
    "bad_input",
    "bad_output",
    name="infinite_input",
    says="The point is infinitely far.",
)
@inputs(
    "1.0",
    "rejected",
    "bad_input",
    "error",
    name="text_input",
    says="The point is text that looks like a number.",
)
@inputs(None, "rejected", "bad_input", "error", name="no_input", says="The point is None.")
@inputs(
    [],
    "rejected",
    "bad_input",
    "bad_output",
    "error",
    name="empty_input",
    says="The point has no coordinates.",
)
@inputs(1.0 + 1.0j, "rejected", "bad_input", "bad_output", name="complex_input", says="The point is complex.")
def plain_square(x):
    """The point is not a number."""
    return x * x


@inputs([1.0, math.nan, 3.0], "rejected", "bad_input", "bad_output")
def sum_with_a_gap(x):
    """One coordinate is missing in the data."""
    return np.sum(x**2)


@inputs([1.0, math.nan, 3.0], "rejected", "bad_input", also=("value",))
def sum_without_gaps(x):
    """nansum hides the missing coordinate, and there is no derivative with respect to it."""
    return np.nansum(x**2)


@inputs([1.0, 2.0, 3.0], "rejected", "bad_input", "error", line="x[5]")
def index_out_of_range(x):
    """An entry is asked for that does not exist."""
    return x[5] ** 2


@inputs([1.0, 2.0, 3.0], "rejected", "bad_input", "error", line="@ x")
def shapes_that_do_not_match(x):
    """A matrix with two columns meets a vector of three."""
    return np.sum(np.ones((2, 2)) @ x)


@inputs(1.0, "rejected", "bad_input", "error", line="x[0]")
def scalar_taken_for_a_vector(x):
    """The function wants a vector and gets a number."""
    return x[0] ** 2 + x[1] ** 2


@inputs([[1.0, 2.0], [2.0, 4.0]], "rejected", "domain", "bad_input", "error", line="np.linalg.inv")
def singular_matrix(x):
    """A singular matrix has no inverse."""
    return np.linalg.inv(x)[0, 0]


def nested_sine(x, depth):
    """sin(sin(... sin(x))), by recursion."""
    return x if depth == 0 else np.sin(nested_sine(x, depth - 1))


def nested_sine_slope(x, depth):
    """The product of the cosines on the way."""
    slope = 1.0
    for _ in range(depth):
        slope, x = slope * math.cos(x), math.sin(x)
    return slope


@recursion(1.0, "value", value=nested_sine_slope(1.0, 150))
def recursion_of_150(x):
    """A recursion 150 calls deep is fine."""
    return nested_sine(x, 150)


@recursion(1.0, "rejected", "error", "bad_output", line="nested_sine(x, 100000)")
def recursion_without_bottom(x):
    """A recursion 100 000 calls deep ends in RecursionError."""
    return nested_sine(x, 100000)


@recursion(0.9, "value", value=0.439731772491536734)
def long_loop(x):
    """2000 operations in a row, written as a loop."""
    for _ in range(1000):
        x = x - 0.001 * np.sin(x)
    return x


@constants(1.0, "value", "agree", "flat", value=0.0)
def constant(x):
    """A number that does not depend on x has slope 0, honestly."""
    return 3.0


@constants([1.0, 2.0], "value", "agree", "flat", value=[[0.0, 0.0], [0.0, 0.0]])
def constant_vector(x):
    """A constant array: the Jacobian is zero."""
    return np.array([1.0, 2.0])


@constants([1.0, 2.0], "value", "agree", "flat", value=[0.0, 0.0])
def number_of_entries(x):
    """Only the shape of x is used."""
    return float(len(x))


@constants([1.0, 2.0, 3.0], "value", value=[0.0, 12.0, 0.0])
def one_coordinate(x):
    """Two of three coordinates are not used."""
    return x[1] ** 3


@constants(2.0, "value", "agree", "flat", value=0.0)
def times_zero(x):
    """A switched-off term."""
    return 0.0 * np.sin(x) + 1.0


@constants(2.0, "value", "agree", "flat", value=0.0)
def minus_itself(x):
    """x - x."""
    return np.exp(x) - np.exp(x)


@constants([0.2, 0.5], "value", "agree", "flat", value=[0.0, 0.0])
def sum_of_softmax(x):
    """Probabilities sum to 1 whatever x is."""
    return np.sum(np.exp(x) / np.sum(np.exp(x)))


@constants(0.0, "value", "agree", "flat", "masked_nan", value=0.0, line="np.where")
def flat_to_all_orders(x):
    """e^(-1/x) for x > 0, and 0: every derivative at 0 is 0."""
    return np.where(x > 0, np.exp(-1.0 / np.where(x > 0, x, 1.0)), 0.0)


@constants(0.0, "value", value=0.0)
def bottom_of_a_parabola(x):
    """A slope of 0 that is not a cut: the parabola's lowest point."""
    return (x - 0.0) ** 2 + 1.0


@constants(math.pi / 2, "value", value=6.123233995736766e-17)
def top_of_a_wave(x):
    """cos is tiny, not zero, at the float nearest to π/2."""
    return np.sin(x)


TOPICS = (outputs, inputs, recursion, constants)
