"""Code that cuts the graph, remembers, draws lots, changes its arguments, or is not analytic."""

from __future__ import annotations

import functools
import itertools
import math
import time

import numpy as np

from derivlab.gallery.traps_record import Topic

analytic = Topic("complex step on code that is not analytic")
cuts = Topic("cuts of the graph")
mutation = Topic("changing arrays in place")
memory = Topic("memory between calls")
lots = Topic("random numbers")
rescue = Topic("errors that are hidden")


@analytic(-1.5, "value", "agree", "not_analytic", value=-3.0, line="np.abs")
def squared_modulus(x):
    """|x|² is not analytic: the complex step sees no change at all."""
    return np.abs(x) ** 2


@analytic(1.5, "value", "agree", "not_analytic", value=3.0, line="np.conj")
def times_conjugate(x):
    """x times its conjugate is x² for real x; the complex step says 0."""
    return np.real(x * np.conj(x))


@analytic([1.0, 2.0], "value", "agree", "not_analytic", value=[2.0, 4.0], line=".real")
def real_part(x):
    """Taking the real part throws the complex step away."""
    return np.sum(x.real**2)


@analytic(1.5, "value", "agree", "not_analytic", value=math.cos(1.5), line=".imag")
def derivative_inside(x):
    """The slope of -cos by a complex step: a second complex step outside is confused with the first."""
    return np.imag(-np.cos(x + 1e-20j)) / 1e-20


@analytic([-3.0, 1.0], "value", "agree", "not_analytic", value=[-3 / math.sqrt(10), 1 / math.sqrt(10)])
def length_of_vector(x):
    """A norm takes absolute values first."""
    return np.linalg.norm(x)


@cuts(0.7, "value", "agree", "severed_graph", value=math.cos(0.7) + 1.4, line="math.sin")
def math_module(x):
    """math.sin wants a float and gives one back."""
    return math.sin(x) + x * x


@cuts(0.7, "value", "agree", "severed_graph", value=1.4, line="float(x)")
def float_call(x):
    """float(x) makes a plain number of a traced one."""
    return float(x) ** 2


@cuts([0.7, 2.0], "value", "agree", "severed_graph", value=[2.0, 0.7], line=".item()")
def item_call(x):
    """.item() takes a plain number out of the array: only the other factor is seen."""
    return x[0].item() * x[1]


@cuts([1.0, 2.0], "value", "agree", "severed_graph", value=[2.0, 4.0], line="np.asarray")
def asarray_call(x):
    """np.asarray makes a plain array of a traced one."""
    return np.sum(np.asarray(x) ** 2)


@cuts([1.0, 2.0], "value", "agree", "severed_graph", value=[3.0, 12.0], line="np.array(x")
def array_with_dtype(x):
    """np.array(x, dtype=float) copies the numbers and forgets where they came from."""
    return np.sum(np.array(x, dtype=float) ** 3)


@cuts(0.7, "value", "agree", "severed_graph", value=2.4, line="np.array(")
def array_of_entries(x):
    """np.array of traced entries does not dispatch on them."""
    return np.sum(np.array([x, x**2]))


@cuts([1.0, 2.0, 3.0], "value", "agree", "severed_graph", value=[2.0, 4.0, 6.0], line="squares[i] =")
def filled_buffer(x):
    """Results written into an array of zeros, one by one."""
    squares = np.zeros(3)
    for i in range(3):
        squares[i] = x[i] ** 2
    return np.sum(squares)


@cuts([1.0, 2.0], "value", "agree", "severed_graph", value=[[0.0, 1.0], [1.0, 0.0]], line="swapped[0]")
def filled_like(x):
    """np.zeros_like(x) and item assignment: a silent loss in more than one tool."""
    swapped = np.zeros_like(x)
    swapped[0], swapped[1] = x[1], x[0]
    return swapped


@cuts([1.0, 2.0], "value", "agree", "severed_graph", value=[2.0, 4.0], line="tolist")
def list_of_floats(x):
    """A list of plain floats, and Python's own sum."""
    return sum(v * v for v in x.tolist())


@cuts(0.7, "value", "severed_graph", "agree", value=1.4, also=("unreliable",), line="repr")
def through_text(x):
    """The number goes through text and comes back exact: no tool can follow, differences can."""
    return float(repr(float(x))) ** 2


@cuts(0.7, "value", "severed_graph", "agree", value=math.cos(0.7), also=("unreliable",), line="np.vectorize")
def vectorised_math(x):
    """np.vectorize around math.sin."""
    return np.vectorize(math.sin)(x) * 1.0


@cuts(2.5, "value", "severed_graph", "agree", value=4.0)
def counted_loop(x):
    """The number of rounds is int(x): two nearby, and a sum of two lines."""
    total = 0.0
    for k in range(int(x)):
        total = total + 2.0 * x + k
    return total


@mutation([1.0, 2.0], "value", "mutation", "agree", value=[4.0, 8.0], also=("unreliable",), line="x *=")
def doubled_input(x):
    """x *= 2 changes the caller's array: the next evaluation starts elsewhere."""
    x *= 2.0
    return 0.5 * np.sum(x**2)


@mutation(
    [3.0, 1.0, 2.0], "value", "mutation", "agree", value=[0.0, 1.0, 0.0], also=("unreliable",), line=".sort()"
)
def sorted_in_place(x):
    """x.sort() reorders the caller's array."""
    x.sort()
    return x[0] * 1.0


@mutation([1.0, 2.0], "value", "mutation", "agree", value=[0.0, 4.0], also=("unreliable",), line="x[0] = 0.0")
def overwritten_entry(x):
    """One entry of the input is overwritten before it is used."""
    x[0] = 0.0
    return np.sum(x**2)


@mutation([0.3, 0.5], "value", value=[2 * math.cos(0.3), 2 * math.cos(0.5)])
def doubled_output(x):
    """In-place work on an array of one's own is harmless."""
    y = np.sin(x)
    y *= 2.0
    return np.sum(y)


@mutation([1.0, 2.0], "value", value=[math.e, math.e**2], line="out=")
def written_with_out(x):
    """out= writes into an array that was there before."""
    y = np.empty(2)
    np.exp(x, out=y)
    return np.sum(y)


CALLS = itertools.count()
LAST = {"x": math.inf, "y": 0.0}
DRIFT = [0.0]


@memory(1.0, "unreliable", "hidden_state", "random", line="next(CALLS)")
def call_counter(x):
    """Every call adds a little: the second value at the same x is not the first."""
    return x**2 + 1e-3 * next(CALLS)


@memory(1.0, "unreliable", "hidden_state", line='LAST["x"]')
def stale_cache(x):
    """A cache that takes neighbours for equal returns yesterday's value for today's x."""
    if abs(float(x) - LAST["x"]) > 1e-3:
        LAST["x"], LAST["y"] = float(x), float(x) ** 2
    return LAST["y"]


@memory(1.0, "unreliable", "hidden_state", line="DRIFT[0] =")
def running_average(x):
    """The result is averaged with that of the call before."""
    DRIFT[0] = 0.5 * DRIFT[0] + 0.5 * float(x) ** 2
    return DRIFT[0]


@memory(1.0, "unreliable", "hidden_state", "random", "noise", line="time.perf_counter")
def clock_reading(x):
    """The clock is read."""
    return x**2 + 1e-2 * math.sin(1e3 * time.perf_counter())


@memory(1.0, "unreliable", "hidden_state", line="GAIN")
def warm_up(x):
    """The gain rises with each call until it is warm."""
    GAIN[0] = min(GAIN[0] * 1.1, 10.0)
    return GAIN[0] * x**2


GAIN = [1.0]


@memory(1.5, "value", value=3.0)
def exact_cache(x):
    """A cache keyed by x itself gives every point its own value."""
    return cached_square(x)


@functools.lru_cache(maxsize=4096)
def cached_square(x):
    """x², remembered."""
    return x * x


@lots(1.0, "unreliable", "random", "hidden_state", "noise", line="np.random.normal")
def noisy_measurement(x):
    """A new draw of noise at every call."""
    return x**2 + 1e-3 * np.random.normal()


@lots([1.0, 2.0, 3.0, 4.0], "unreliable", "random", "hidden_state", line="np.random.random")
def dropout(x):
    """Dropout draws a new mask at every call."""
    return np.sum(np.where(np.random.random(4) < 0.5, 2.0 * x, 0.0))


@lots(0.5, "unreliable", "random", "hidden_state", line="default_rng()")
def monte_carlo_estimate(x):
    """A new Monte Carlo sample at every call: right on average, never twice the same."""
    return np.mean(np.exp(x * np.random.default_rng().normal(size=100)))


@lots(0.5, "unreliable", "random", "hidden_state", line="GENERATOR")
def advancing_generator(x):
    """A seeded generator still moves on from call to call."""
    return x * GENERATOR.normal()


GENERATOR = np.random.default_rng(1)


@lots([1.0, 2.0, 3.0, 4.0], "value", value=[0.0, 2.0, 2.0, 2.0])
def seeded_dropout(x):
    """The mask is drawn from a fresh seed at every call and so is always the same."""
    mask = np.random.default_rng(0).random(4) < 0.5
    return np.sum(np.where(mask, 2.0 * x, 0.0))


@rescue(2.0, "value", "severed_graph", "agree", value=0.5, line="except Exception")
def swallowed_error(x):
    """An error of the tracing tool is caught and 0 returned: a wrong constant, without a word."""
    try:
        return math.log(float(x))
    except Exception:
        return 0.0


@rescue(-1.0, "value", "agree", "flat", value=0.0, also=("unreliable",))
def rescued_domain(x):
    """Outside the domain the program answers 0, on purpose, and is flat there."""
    try:
        return math.sqrt(x)
    except ValueError:
        return 0.0


@rescue([1.0, 2.0], "value", "severed_graph", "agree", value=[2.0, 4.0], line="except TypeError")
def fallback_path(x):
    """A fallback for whatever is not an array returns something else."""
    try:
        return float(np.dot(x, x))
    except TypeError:
        return 0.0


TOPICS = (analytic, cuts, mutation, memory, lots, rescue)
