"""Jumps, where no derivative exists, and points just beside them where it does."""

from __future__ import annotations

import numpy as np

from derivlab.gallery.traps_record import Topic

jumps = Topic("jumps and points beside them")


@jumps(2.0, "undefined", "jump", name="floor_at_a_step", line="np.floor")
@jumps(2.0 + 1e-3, "value", "agree", "flat", value=0.0, name="floor_1e3_beside", says="On a step: slope 0.")
@jumps(
    2.0 + 1e-6,
    "value",
    "agree",
    "flat",
    value=0.0,
    name="floor_1e6_beside",
    says="1e-6 beside the edge: slope 0.",
)
@jumps(
    2.0 - 1e-9,
    "value",
    "agree",
    "flat",
    value=0.0,
    name="floor_1e9_beside",
    says="1e-9 before the edge: slope 0.",
)
def floor(x):
    """At a whole number floor jumps; tools answer 0, as they do everywhere."""
    return np.floor(x)


@jumps(-1.0, "undefined", "jump")
def ceiling(x):
    """At a whole number ceil jumps too."""
    return np.ceil(x) * x


@jumps(0.0, "undefined", "jump", name="sign_at_zero", line="np.sign")
@jumps(
    1e-9, "value", "agree", "flat", value=0.0, name="sign_beside", says="Beside its jump sign is constant."
)
def sign(x):
    """sign jumps by 2 at 0 and passes through the middle: every tool says slope 0."""
    return np.sign(x)


@jumps(0.0, "undefined", "jump", line="np.heaviside")
@jumps(
    -1e-3, "value", "agree", "flat", value=0.0, name="heaviside_beside", says="Before the step: an honest 0."
)
def heaviside(x):
    """A central difference over a unit step is 1/(2h): it grows as the step shrinks."""
    return np.heaviside(x, 0.5)


@jumps(0.5, "undefined", "jump", name="round_at_a_half")
@jumps(
    0.5 + 1e-6,
    "value",
    "agree",
    "flat",
    value=0.0,
    name="round_beside",
    says="Beside a half, round is constant.",
)
def rounding(x):
    """Half way between two whole numbers round jumps."""
    return np.round(x)


@jumps(3.0, "undefined", "jump", name="remainder_at_a_wrap", line="x % 1.0")
@jumps(
    3.0 + 1e-3, "value", value=1.0, name="remainder_beside", says="Beside its wrap the remainder has slope 1."
)
def remainder(x):
    """The remainder falls from 1 to 0 where it wraps; tools answer 1."""
    return x % 1.0


@jumps(1.0, "undefined", "jump", name="sawtooth_at_a_tooth")
@jumps(
    1.0 - 1e-6, "value", value=1.0, name="sawtooth_beside", says="Along a tooth of the saw the slope is 1."
)
def sawtooth(x):
    """x - floor(x) has slope 1 everywhere except where it jumps."""
    return x - np.floor(x)


@jumps(3.0, "undefined", "jump", name="whole_part_at_a_step")
@jumps(
    2.5,
    "value",
    "agree",
    "severed_graph",
    value=2.0,
    name="whole_part_between",
    says="int(x) is 2 nearby: slope 2.",
)
def whole_part(x):
    """int(x) is a step function that cuts the graph."""
    return int(x) * x


@jumps(0.0, "undefined", "jump", line="x >= 0")
def step_by_comparison(x):
    """A comparison turned into a number is a unit step."""
    return (x >= 0) * 1.0


@jumps(1.0, "undefined", "jump", line="if x >= 1.0")
@jumps(
    1.0 - 1e-6,
    "value",
    value=2.0 - 2e-6,
    name="tariff_beside",
    says="Just below the surcharge the slope is 2 x.",
)
def tariff(x):
    """A surcharge from 1 on: both branches have slope 2x, and the price jumps between them."""
    if x >= 1.0:
        return x**2 + 0.5
    return x**2


@jumps([1.0, 1.0], "undefined", "jump", line="np.argmax")
@jumps(
    [1.0, 2.0],
    "value",
    "agree",
    "flat",
    value=[0.0, 0.0],
    name="chosen_value_clear",
    says="The choice stays: 0.",
)
def chosen_value(x):
    """A value selected by argmax switches from one to another at a tie."""
    return np.array([10.0, 20.0])[np.argmax(x)]


@jumps(2.0, "undefined", "jump", line="if x == 2.0")
def isolated_point(x):
    """One point lifted off a parabola is a jump on both sides."""
    if x == 2.0:
        return 5.0
    return x * x


@jumps(0.0, "undefined", "jump", line="np.arctan2")
def branch_cut(x):
    """The angle of a point that crosses the negative axis jumps from -π to π; its rule says -1."""
    return np.arctan2(x, -1.0)


@jumps(1.5, "value", value=1.0)
def line_on_steps(x):
    """x + floor(x) between two steps: slope 1."""
    return x + np.floor(x)


TOPICS = (jumps,)
