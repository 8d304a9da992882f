"""Values hidden by `where`, 0/0, infinite slopes, and points outside the domain."""

from __future__ import annotations

import math

import numpy as np

from derivlab.gallery.traps_record import Topic

masked = Topic("values hidden by where")
removable = Topic("removable singularities")
singular = Topic("infinite slopes")
domain = Topic("outside the domain")

NEARLY_ONE = 1.0 - 1e-6
ARCSINE_SLOPE = 1 / math.sqrt((1 - NEARLY_ONE) * (1 + NEARLY_ONE))


@masked(1.0, "value", "masked_nan", value=1.0, line="np.sqrt(-x)")
def hidden_root(x):
    """where hides the NaN of √(-x) from the value, and 0·NaN brings it back in the gradient."""
    return np.where(x >= 0, x, np.sqrt(-x))


@masked(-1.0, "value", "masked_nan", "agree", "flat", value=0.0, line="np.log(x)")
def hidden_logarithm(x):
    """where hides log of a negative number."""
    return np.where(x > 0, np.log(x), 0.0)


@masked(1000.0, "value", "masked_nan", "overflow", value=1.0, line="np.exp(x)")
def hidden_overflow(x):
    """The branch that was not taken overflows to infinity, and 0·∞ is NaN."""
    return np.where(x <= 0, np.exp(x), 1.0 + x)


@masked(1.0, "value", "masked_nan", value=0.5, line="np.divide")
def hidden_division(x):
    """The branch that was not taken divides by zero."""
    return np.where(x < 0, np.divide(1.0, 1.0 - x), np.log1p(x))


@masked([0.0, 3.0], "value", "masked_nan", "removable", value=[-2.0, 2.0], line="np.sqrt")
def masked_distances(x):
    """Distances of points to themselves are masked out, after the square root of 0 has met the chain rule."""
    distance = np.sqrt((x[:, None] - x[None, :]) ** 2)
    return np.sum(np.where(np.eye(2) > 0, 0.0, distance))


@masked(2.0, "value", "masked_nan", value=0.5 + math.log(0.5), line="np.where")
def padded_likelihood(x):
    """Padding outside the support is masked out of a log-likelihood, its derivative 0·NaN is not."""
    y = np.array([0.5, -1.0])
    return np.sum(np.where(y > 0, np.log(x) + (x - 1.0) * np.log(y), 0.0))


@masked([-1.0, 2.0], "value", "masked_nan", "agree", value=[0.0, 0.5])
def selected_logarithms(x):
    """Selecting after the logarithm leaves its NaN behind, selecting before it does not compute it."""
    return np.sum(np.log(x)[x > 0])


@masked(1.0, "value", value=1.0)
def double_where(x):
    """The mend: a first where gives the dangerous branch a harmless input."""
    return np.where(x >= 0, x, np.sqrt(np.where(x >= 0, 1.0, -x)))


@removable(0.0, "rejected", "removable", "domain", "bad_output", line="np.sin(x) / x")
def sinc_without_guard(x):
    """0/0 is no value, although the limit is 1."""
    return np.sin(x) / x


@removable(0.0, "value", "removable", "masked_nan", "special_case_branch", value=0.0, line="np.sin(x) / x")
def sinc_with_where(x):
    """The value at 0 is mended by where, the gradient is not."""
    return np.where(x == 0, 1.0, np.sin(x) / x)


@removable(0.0, "value", "removable", "special_case_branch", "agree", value=0.0, line="if x == 0")
def sinc_with_branch(x):
    """An if gives the limit 1; that its slope 0 is right too is luck."""
    if x == 0:
        return 1.0
    return np.sin(x) / x


@removable(0.0, "value", "removable", "special_case_branch", value=0.5, line="if x == 0")
def relative_exponential(x):
    """(eˣ - 1)/x with its limit 1 written in as a constant: the slope there is 1/2, not 0."""
    if x == 0:
        return 1.0
    return np.expm1(x) / x


@removable(0.0, "value", "removable", "agree", value=0.0)
def sinc_of_numpy(x):
    """np.sinc knows its own limit."""
    return np.sinc(x)


@removable(1.0, "rejected", "removable", "domain", "bad_output", "error")
def cancelled_factor(x):
    """(x² - 1)/(x - 1) is x + 1 except at 1, where the program has no value."""
    return (x**2 - 1.0) / (x - 1.0)


@removable([0.0, 2.0, 3.0], "value", "removable", "agree", value=[6.0, 0.0, 0.0])
def product_through_zero(x):
    """The rule product/xᵢ divides 0 by 0; the product of the others is 6."""
    return np.prod(x)


@removable(0.0, "value", "agree", "flat", "removable", value=0.0)
def zeroth_power(x):
    """x⁰ is 1, the rule 0·x⁻¹ is 0·∞."""
    return x**0.0


@singular(0.0, "undefined", "singular", left=None, right=math.inf, line="np.sqrt")
@singular(1e-12, "value", value=5e5, name="square_root_beside", says="Steep, and a derivative all the same.")
@singular(1e-300, "value", value=5e149, name="square_root_at_a_tiny_number", says="1/(2√x) is 5e149 here.")
def square_root(x):
    """√x starts vertically at 0."""
    return np.sqrt(x)


@singular(0.0, "undefined", "singular", left=math.inf, right=math.inf, line="np.cbrt")
@singular(
    1e-9,
    "value",
    value=1e6 / 3,
    name="cube_root_beside",
    says="Beside its vertical point the slope is x^(-2/3)/3.",
)
def cube_root(x):
    """The cube root passes vertically through 0."""
    return np.cbrt(x)


@singular(0.0, "undefined", "singular", left=None, right=math.inf)
def half_power(x):
    """x to the power 0.5 is a square root."""
    return np.power(x, 0.5)


@singular(1.0, "undefined", "singular", left=math.inf, right=None, line="np.arcsin")
@singular(NEARLY_ONE, "value", value=ARCSINE_SLOPE, name="arcsine_beside", says="Steep: 707.")
def arcsine(x):
    """The arcsine ends vertically at 1."""
    return np.arcsin(x)


@singular(0.0, "undefined", "singular", "kink", left=-math.inf, right=math.inf)
def cusp(x):
    """√|x| is a cusp: the slopes are -∞ and +∞."""
    return np.sqrt(np.abs(x))


@singular(0.0, "undefined", "singular", "masked_nan", "kink", left=0.0, right=math.inf, line="np.where")
def root_behind_where(x):
    """The branch for x > 0 leaves 0 vertically; the branch taken at 0 is flat."""
    return np.where(x > 0, np.sqrt(np.abs(x)), 0.0)


@domain(-1.0, "rejected", "domain", "bad_output", line="np.log")
@domain(
    0.0,
    "rejected",
    "domain",
    "bad_output",
    "singular",
    name="logarithm_of_zero",
    says="log 0 is -∞, no value.",
)
def logarithm(x):
    """log of a negative number is NaN."""
    return np.log(x)


@domain(-1.0, "rejected", "domain", "bad_output", line="np.sqrt")
def root_of_negative(x):
    """√ of a negative number is NaN."""
    return np.sqrt(x) + 1.0


@domain(2.0, "rejected", "domain", "bad_output")
def arcsine_of_two(x):
    """No angle has the sine 2."""
    return np.arcsin(x) ** 2


@domain(0.0, "rejected", "domain", "bad_output", "singular", "error")
def reciprocal(x):
    """1/x has a pole at 0."""
    return 1.0 / x


@domain(-8.0, "rejected", "domain", "bad_output", "error")
def fractional_power(x):
    """Python's (-8.0)**(1/3) is a complex number, NumPy's is NaN."""
    return x ** (1.0 / 3.0)


@domain([[1.0, 2.0], [2.0, 1.0]], "rejected", "domain", "bad_input", "error")
def cholesky_of_indefinite(x):
    """A matrix with a negative eigenvalue has no Cholesky factor."""
    return np.sum(np.linalg.cholesky(x))


TOPICS = (masked, removable, singular, domain)
