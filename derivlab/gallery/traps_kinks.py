"""Corners and ties where no derivative exists, and points just beside them where it does."""

from __future__ import annotations

import math

import numpy as np

from derivlab.gallery.traps_record import Topic

kinks = Topic("kinks and ties")
tables = Topic("tables")


@kinks(0.0, "undefined", "kink", left=-1.0, right=1.0, line="np.abs(x)")
@kinks(
    1e-9,
    "value",
    value=1.0,
    name="absolute_value_1e9_beside",
    says="The corner is 1e-9 away, and does not matter.",
)
@kinks(
    -1e-6, "value", value=-1.0, name="absolute_value_1e6_beside", says="The corner is 1e-6 away: slope -1."
)
@kinks(1e-3, "value", value=1.0, name="absolute_value_1e3_beside", says="The corner is 1e-3 away: slope 1.")
def absolute_value(x):
    """At the corner of |x| the slope jumps from -1 to 1; tools answer 0, 1 or -1 by convention."""
    return np.abs(x)


@kinks(0.0, "undefined", "kink", left=0.0, right=1.0, line="np.maximum(x, 0.0)")
@kinks(
    -1e-9,
    "value",
    "agree",
    "flat",
    value=0.0,
    name="relu_beside",
    says="Just left of its corner relu is constant.",
)
@kinks(
    -3.0,
    "value",
    "agree",
    "flat",
    value=0.0,
    name="relu_flat",
    says="Far left relu is constant: an honest 0.",
)
def relu(x):
    """At the corner of relu some tools answer 0, some 0.5, some 1: none of them is a derivative."""
    return np.maximum(x, 0.0)


@kinks(0.0, "undefined", "kink", left=0.1, right=1.0, line="np.where")
def leaky_relu(x):
    """A slope of 0.1 meets a slope of 1."""
    return np.where(x > 0, x, 0.1 * x)


@kinks(1.0, "undefined", "kink", left=1.0, right=2.0, line="np.maximum")
@kinks(1.0 + 1e-6, "value", value=2.0 + 2e-6, name="line_or_parabola_beside", says="Just beside a tie: 2 x.")
def line_or_parabola(x):
    """The line x and the parabola x² cross at 1 with different slopes."""
    return np.maximum(x, x * x)


@kinks(0.0, "undefined", "kink", left=0.0, right=1.0, line="max(x, 0.0)")
def built_in_max(x):
    """Python's own max compares values and returns one of them: a branch that leaves no trace."""
    return max(x, 0.0) * 1.0


@kinks(1.0, "undefined", "kink", left=-1.0, right=0.0)
def hinge_loss(x):
    """The hinge loss of a support vector machine exactly on its margin."""
    return np.maximum(0.0, 1.0 - x)


@kinks(0.0, "undefined", "kink", left=0.0, right=1.0, name="clip_lower_edge", line="np.clip")
@kinks(1.0, "undefined", "kink", left=1.0, right=0.0, name="clip_upper_edge", line="np.clip")
@kinks(0.5, "value", value=1.0, name="clip_inside", says="Between its edges clip is the identity.")
@kinks(
    2.0, "value", "agree", "flat", value=0.0, name="clip_outside", says="Outside its edges clip is constant."
)
def clip(x):
    """At its edges clip changes its slope between 0 and 1."""
    return np.clip(x, 0.0, 1.0)


@kinks(1.0, "undefined", "kink", left=0.0, right=2.0)
def two_corners(x):
    """Two corners, the point sits on the second."""
    return np.abs(x - 1.0) + np.abs(x + 1.0)


@kinks(0.0, "undefined", "kink", left=1.0, right=-1.0)
def laplace_density(x):
    """The peak of exp(-|x|) is sharp."""
    return np.exp(-np.abs(x))


@kinks(0.0, "undefined", "kink", left=2.0, right=1.0, line="if x > 0")
def branch_with_two_slopes(x):
    """An if statement joins two lines of different slope; the tool sees only the one that it took."""
    if x > 0:
        return 1.0 * x
    return 2.0 * x


@kinks(0.0, "undefined", "kink", left=-1.0, right=1.0, line="np.sqrt")
@kinks(-1e-6, "value", value=-1.0, name="root_of_square_beside", says="Beside the corner √(x²) is -x.")
def root_of_square(x):
    """√(x²) is |x| in disguise: the chain rule meets 0/0."""
    return np.sqrt(x**2)


@kinks([0.0, 0.0], "undefined", "kink", left=[-1.0, -1.0], right=[1.0, 1.0], line="np.linalg.norm")
@kinks(
    [3e-9, 4e-9],
    "value",
    value=[0.6, 0.8],
    name="euclidean_norm_beside",
    says="Off the tip of the cone: x/‖x‖.",
)
def euclidean_norm(x):
    """The tip of a cone: the length of a vector has no gradient at 0."""
    return np.linalg.norm(x)


@kinks([0.0, 0.0], "undefined", "kink", left=[-1.0, -1.0], right=[1.0, 1.0], line="np.hypot")
def hypotenuse(x):
    """hypot(0, 0) is the tip of the same cone."""
    return np.hypot(x[0], x[1])


@kinks([0.0, 1.0, -2.0], "undefined", "kink", left=[-1.0, 1.0, -1.0], right=[1.0, 1.0, -1.0])
def l1_norm(x):
    """The lasso penalty: a corner in the one coordinate that is zero, smooth in the others."""
    return np.sum(np.abs(x))


@kinks([1.0, 1.0, 0.0], "undefined", "kink", left=[0.0, 0.0, 0.0], right=[1.0, 1.0, 0.0], line="np.max")
@kinks(
    [1.0, 1.0 - 1e-6, 0.0],
    "value",
    value=[1.0, 0.0, 0.0],
    name="largest_nearly_tied",
    says="A near tie is none.",
)
def largest(x):
    """Two coordinates tie for the maximum: tools share the gradient between them, or give it to one."""
    return np.max(x)


@kinks([2.0, 2.0, 5.0], "undefined", "kink", left=[1.0, 1.0, 0.0], right=[0.0, 0.0, 0.0], line="np.sort")
def smallest_by_sorting(x):
    """Sorting hides which of two equal coordinates came first."""
    return np.sort(x)[0]


@kinks([1.0, 1.0, 3.0], "undefined", "kink", left=[0.0, 0.0, 0.0], right=[1.0, 1.0, 0.0], line="np.median")
@kinks(
    [3.0, 1.0, 2.0],
    "value",
    value=[0.0, 0.0, 1.0],
    name="median_without_ties",
    says="No tie: one entry counts.",
)
def median(x):
    """The median of tied numbers has a corner."""
    return np.median(x)


@kinks([1.0, 1.0], "undefined", "kink", left=[0.0, 0.0], right=[1.0, 1.0], line="np.argmax")
def picked_by_argmax(x):
    """Picking the entry that argmax names is a maximum, and a tie is its corner."""
    return x[np.argmax(x)] * 1.0


@kinks([1.0, 1.0, 1.0], "undefined", "kink", left=[-math.sqrt(2) / 3] * 3, right=[math.sqrt(2) / 3] * 3)
def spread_of_equals(x):
    """The standard deviation of equal numbers is the tip of a cone."""
    return np.std(x)


@kinks(0.0, "undefined", "kink", left=-1.0, right=1.0, line="eigvalsh")
def crossing_eigenvalues(x):
    """Two eigenvalues cross at 0, and the larger of them has a corner."""
    return np.linalg.eigvalsh(np.array([[x, 0.0], [0.0, -x]]))[1]


@kinks(0.0, "undefined", "kink", left=2.0, right=-2.0, line="min(best")
def nearest_of_two(x):
    """The distance to the nearer of two points, found in a loop, half way between them."""
    best = 100.0
    for centre in (-1.0, 1.0):
        best = min(best, (x - centre) ** 2)
    return best


@kinks(1.0, "undefined", "kink", left=0.0, right=1.0)
def dead_band(x):
    """Soft thresholding: flat inside the band, a line outside."""
    return np.where(np.abs(x) < 1.0, 0.0, np.abs(x) - 1.0)


@tables(1.0, "undefined", "kink", left=1.0, right=2.0, name="interpolation_at_a_knot", line="np.interp")
@tables(
    1.5, "value", value=2.0, name="interpolation_between_knots", says="Between two knots a table is a line."
)
@tables(
    1.0 + 1e-6,
    "value",
    value=2.0,
    name="interpolation_beside_a_knot",
    says="Just beside a knot it is a line too.",
)
def interpolation(x):
    """A table read with straight lines has a corner at every knot."""
    return np.interp(x, [0.0, 1.0, 2.0], [0.0, 1.0, 3.0])


@tables(0.5, "undefined", "jump", name="table_lookup_at_an_edge")
@tables(
    0.55,
    "value",
    "agree",
    "flat",
    "severed_graph",
    value=0.0,
    name="table_lookup_inside",
    says="Inside a cell: 0.",
)
def table_lookup(x):
    """Reading the nearest entry of a table makes steps."""
    return np.array([0.0, 1.0, 4.0, 9.0])[int(2 * x)]


TOPICS = (kinks, tables)
