"""Smooth joins that look like corners and are none: here a tool must say "value"."""

from __future__ import annotations

import math

import numpy as np

from derivlab.gallery.traps_record import Topic

joins = Topic("smooth joins")


@joins(0.0, "value", value=0.0)
def odd_square(x):
    """x|x| has a corner in one factor and none in the product."""
    return x * np.abs(x)


@joins(0.0, "value", value=0.0)
def half_parabola(x):
    """x² on the right, 0 on the left: the slopes agree at the join."""
    return np.where(x > 0, x**2, 0.0)


@joins(0.0, "value", value=0.0)
def squared_relu(x):
    """Squaring rounds the corner of relu off."""
    return np.maximum(x, 0.0) ** 2


@joins(1.0, "value", value=1.0, name="huber_right_edge")
@joins(-1.0, "value", value=-1.0, name="huber_left_edge")
def huber(x):
    """The Huber loss was made so that parabola and line meet with one slope."""
    return np.where(np.abs(x) <= 1.0, 0.5 * x**2, np.abs(x) - 0.5)


@joins(0.0, "value", value=0.5)
def softplus_by_branches(x):
    """log(1 + eˣ) by two formulas that avoid overflow: one function, no corner."""
    if x > 0:
        return x + np.log1p(np.exp(-x))
    return np.log1p(np.exp(x))


@joins(0.0, "value", "agree", "kink", value=0.5)
def softplus_from_corners(x):
    """log(1 + eˣ) as relu plus a term in |x|: two corners cancel, and conventions at corners do not."""
    return np.where(x > 0, x, 0.0) + np.log1p(np.exp(-np.abs(x)))


@joins(0.0, "value", value=0.0, name="smoothstep_start")
@joins(1.0, "value", value=0.0, name="smoothstep_end")
def smoothstep(x):
    """The clip inside has corners at 0 and 1 where the cubic around it is flat."""
    t = np.clip(x, 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


@joins(0.0, "value", value=0.0)
def cubed_absolute(x):
    """|x|³ is twice differentiable at 0."""
    return np.abs(x) ** 3


@joins(0.0, "value", value=0.0)
def absolute_to_the_three_halves(x):
    """|x|^1.5 has slope 0 at 0, although its second derivative is infinite."""
    return np.abs(x) ** 1.5


@joins(1.0, "value", value=2.0)
def parabola_and_its_tangent(x):
    """A parabola continued by its own tangent."""
    return np.where(x < 1.0, x**2, 2.0 * x - 1.0)


@joins(0.0, "value", "agree", "kink", value=1.0)
def cancelling_corners(x):
    """relu(x) - relu(-x) is x: each part has a corner, the sum has none."""
    return np.where(x > 0, x, 0.0) - np.where(-x > 0, -x, 0.0)


@joins(0.0, "value", value=1.0)
def larger_plus_smaller(x):
    """max(x, 0) + min(x, 0) is x."""
    return np.maximum(x, 0.0) + np.minimum(x, 0.0)


@joins(1.0, "value", value=2.0)
def tie_everywhere(x):
    """A maximum of two equal functions ties everywhere and has no corner anywhere."""
    return np.maximum(2.0 * x, x + x)


@joins([1.0, 1.0, 2.0], "value", value=[2.0, 2.0, 4.0])
def sum_over_sorted(x):
    """A sum does not care about the order that sorting made."""
    return np.sum(np.sort(x) ** 2)


@joins([0.0, 0.0], "value", "removable", "agree", value=[0.0, 0.0])
def squared_norm(x):
    """‖x‖² is smooth, although the norm that it squares is not."""
    return np.linalg.norm(x) ** 2


@joins(0.0, "value", "removable", "agree", value=0.0)
def root_of_fourth_power(x):
    """√(x⁴) is x²; the chain rule divides 0 by 0 on its way."""
    return np.sqrt(x**4)


@joins([1.0, 0.0, 1.0], "value", value=[math.e, 0.0, math.e])
def trace_of_exponential(x):
    """A symmetric function of eigenvalues is smooth even where they coincide."""
    return np.sum(np.exp(np.linalg.eigvalsh(np.array([[x[0], x[1]], [x[1], x[2]]]))))


@joins(0.0, "value", value=1.0)
def elu(x):
    """The exponential linear unit joins x and eˣ - 1 with slope 1."""
    return np.where(x > 0, x, np.expm1(x))


@joins(0.0, "value", value=0.0)
def cosine_of_absolute(x):
    """An even function undoes the corner of |x|."""
    return np.cos(np.abs(x))


TOPICS = (joins,)
