"""Where the mathematics is fine and the floating-point numbers are not."""

from __future__ import annotations

import math

import numpy as np

from derivlab.gallery.traps_record import Topic

cancellation = Topic("cancellation")
overflow = Topic("overflow and underflow")
scales = Topic("huge, tiny and mixed scales")
conditioning = Topic("ill-conditioning")
precision = Topic("single precision inside")


@cancellation(1e-5, "unreliable", "cancellation", value=-1e-5 / 12, line="np.cos")
@cancellation(
    0.5,
    "value",
    value=math.sin(0.5) / 0.25 - 2 * (1 - math.cos(0.5)) / 0.125,
    name="one_minus_cosine_far",
    says="Far from 0 nothing cancels.",
)
def one_minus_cosine(x):
    """1 - cos x loses ten digits near 0, and its derivative by the quotient rule loses them all."""
    return (1.0 - np.cos(x)) / x**2


@cancellation(1.0, "unreliable", "cancellation", value=1.0, line="1e16 + x")
def big_minus_big(x):
    """Adding 10¹⁶ rounds x to a multiple of 2: the program is a staircase, the rule says 1."""
    return (1e16 + x) - 1e16


@cancellation(1e-17, "unreliable", "cancellation", value=1.0, also=("value",), line="1.0 + x")
def one_plus_tiny(x):
    """1 + 10⁻¹⁷ is 1: the program returns 0 for every x near this one."""
    return (1.0 + x) - 1.0


@cancellation(1e-9, "unreliable", "cancellation", value=0.5, line="np.exp(x) - 1.0")
def relative_growth(x):
    """(eˣ - 1)/x at 10⁻⁹: the quotient rule subtracts two numbers of size 10⁹."""
    return (np.exp(x) - 1.0) / x


@cancellation(1e9, "unreliable", "cancellation", value=-5e-19, line="np.sqrt")
def hyperbola_and_asymptote(x):
    """√(x² + 1) - x at 10⁹ is rounded to 0, and so is its slope."""
    return np.sqrt(x**2 + 1.0) - x


@cancellation(1e-6, "unreliable", "cancellation", value=-2 * math.sin(5e-7) ** 2)
def sine_minus_line(x):
    """sin x - x at 10⁻⁶: its slope cos x - 1 keeps four digits."""
    return np.sin(x) - x


@cancellation(1.0001, "unreliable", "cancellation", value=7e-24)
def expanded_power(x):
    """(x - 1)⁷ multiplied out: near 1 only rounding is left."""
    return x**7 - 7 * x**6 + 21 * x**5 - 35 * x**4 + 35 * x**3 - 21 * x**2 + 7 * x - 1.0


@cancellation([1e8, 1e8 + 1, 1e8 + 2], "unreliable", "cancellation", value=[-2 / 3, 0.0, 2 / 3])
def one_pass_variance(x):
    """The mean of squares minus the square of the mean has no digits left at 10⁸."""
    return np.mean(x**2) - np.mean(x) ** 2


@overflow(1000.0, "rejected", "overflow", "bad_output", line="np.exp")
def exponential_overflow(x):
    """e¹⁰⁰⁰ is infinite in double precision."""
    return np.exp(x)


@overflow(1000.0, "rejected", "overflow", "bad_output", line="np.exp(x)")
def naive_softplus(x):
    """log(1 + eˣ) overflows where its value is x and its slope 1."""
    return np.log(1.0 + np.exp(x))


@overflow(1000.0, "value", value=1.0)
def stable_softplus(x):
    """The mend: logaddexp does not overflow."""
    return np.logaddexp(0.0, x)


@overflow(-1000.0, "value", "underflow", "overflow", "flat", "agree", value=0.0, also=("unreliable",))
def naive_sigmoid(x):
    """1/(1 + e¹⁰⁰⁰) is 0 and so is its slope; the chain rule multiplies 0 by ∞."""
    return 1.0 / (1.0 + np.exp(-x))


@overflow([1000.0, 0.0], "rejected", "overflow", "bad_output")
def naive_softmax(x):
    """∞/∞ in a softmax without its shift."""
    return np.exp(x)[0] / np.sum(np.exp(x))


@overflow([3e200, 4e200], "rejected", "overflow", "bad_output", line="x**2")
def naive_length(x):
    """The squares overflow, the length would not."""
    return np.sqrt(np.sum(x**2))


@overflow([3e200, 4e200], "value", value=[0.6, 0.8])
def stable_length(x):
    """The mend: hypot scales before it squares."""
    return np.hypot(x[0], x[1])


@overflow(
    40.0,
    "value",
    "underflow",
    "flat",
    "agree",
    value=0.0,
    also=("unreliable",),
    name="gaussian_tail_underflow",
)
@overflow(
    25.0, "value", value=-50 * math.exp(-625.0), name="gaussian_tail", says="Tiny, and right: -50 e⁻⁶²⁵."
)
def gaussian_tail(x):
    """e⁻¹⁶⁰⁰ is smaller than the smallest number: value and slope are 0."""
    return np.exp(-(x**2))


@overflow(40.0, "rejected", "underflow", "bad_output", line="np.exp")
def logarithm_of_likelihood(x):
    """The likelihood underflows to 0 before its logarithm is taken."""
    return np.log(np.exp(-(x**2)))


@scales(1e8, "value", value=math.cos(1e8), name="sine_at_1e8")
@scales(
    1e15,
    "value",
    value=math.cos(1e15),
    name="sine_at_1e15",
    says="A step of 1e-8 x jumps over a million waves.",
)
def sine_far_out(x):
    """sin at 10⁸ has slope cos 10⁸, and a step that grows with x jumps over whole waves."""
    return np.sin(x)


@scales(1e150, "value", value=2e150, name="square_of_huge")
@scales(
    1e-200, "value", value=2e-200, name="square_of_tiny", says="x² underflows to 0, its slope 2x does not."
)
def square(x):
    """x² at 10¹⁵⁰ is near the largest number, its slope is 2·10¹⁵⁰."""
    return x**2


@scales(1e-150, "value", value=-1e300)
def steep_reciprocal(x):
    """1/x near its pole, far steeper than any fixed step can see."""
    return 1.0 / x


@scales(1e10, "value", value=1 / (1 + 1e20))
def nearly_level(x):
    """arctan at 10¹⁰ is level to 20 digits: differences drown, the rule does not."""
    return np.arctan(x)


@scales([1e-8, 1.0, 1e8], "value", value=[2.0, 2.0, 2.0])
def mixed_units(x):
    """Coordinates of size 10⁻⁸, 1 and 10⁸ need steps of their own."""
    return np.sum(np.array([1e8, 1.0, 1e-8]) * x**2)


@scales(0.0, "value", value=1.0)
def nanometre_wave(x):
    """At 0 there is no size to read the step from, and the wave is 10⁻⁹ long."""
    return 1e-9 * np.sin(x / 1e-9)


@scales(1e-7, "value", value=1e6 * (1 - math.tanh(0.1) ** 2))
def steep_switch(x):
    """A smooth switch so steep that it looks like a jump."""
    return np.tanh(1e6 * x)


@scales(1.0, "value", value=math.cos(1.0))
def small_wave_on_a_plateau(x):
    """A wave on a height of a million: six digits of every difference are lost."""
    return 1e6 + np.sin(x)


def hilbert(n):
    """The Hilbert matrix, entries 1/(i + j + 1)."""
    i = np.arange(n)
    return 1.0 / (i[:, None] + i[None, :] + 1.0)


@conditioning(np.ones(12), "unreliable", "ill_conditioned", line="np.linalg.solve")
def hilbert_twelve(x):
    """Solving with the Hilbert matrix of order 12 (condition 10¹⁶) leaves no digit right."""
    return np.linalg.solve(hilbert(12), x)[0]


@conditioning([1.0, 1.0, 1.0], "value", value=[9.0, -36.0, 30.0])
def hilbert_three(x):
    """The Hilbert matrix of order 3 is harmless."""
    return np.linalg.solve(hilbert(3), x)[0]


@conditioning(1e-10, "unreliable", "ill_conditioned", "cancellation", value=-1e20)
def nearly_singular_inverse(x):
    """1 + 10⁻¹⁰ has lost half of the digits of x before the inverse is formed."""
    return np.linalg.inv(np.array([[1.0, 1.0], [1.0, 1.0 + x]]))[0, 0]


@precision(1.5, "unreliable", "dtype", value=3.0, line="np.float32")
def single_precision_scalar(x):
    """Seven digits inside: a difference with h = 10⁻⁸ is 0."""
    return np.float32(x) * np.float32(x)


@precision([0.5, 1.0], "unreliable", "dtype", value=[math.cos(0.5), math.cos(1.0)], line="np.float32")
def single_precision_array(x):
    """The array is converted to float32 on its way in."""
    return np.sum(np.sin(x.astype(np.float32)))


@precision(1.5, "unreliable", "dtype", value=3.0, line="np.float16")
def half_precision_buffer(x):
    """The result passes through a buffer with three digits."""
    buffer = np.zeros(1, dtype=np.float16)
    buffer[0] = x * x
    return buffer[0]


TOPICS = (cancellation, overflow, scales, conditioning, precision)
