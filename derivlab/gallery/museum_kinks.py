"""A room of the museum: kinks, the conventions at them, and smooth functions built from kinks."""

from __future__ import annotations

import numpy as np

from derivlab.gallery.museum_record import NAN, Room, rule

kinks = Room(
    "Kinks and conventions",
    "At a kink there is no derivative, only a convention. Where two kinks cancel there is a derivative, and the "
    "sum of two conventions misses it.",
)


def mended_relu(x):
    """No derivative exists; this spelling at least names the side that is chosen."""
    return np.where(x > 0, x, 0.0)


@kinks(
    "jax-ml/jax#37821",
    0.0,
    wrong=0.5,
    right=None,
    sides=(0.0, 1.0),
    mend=mended_relu,
    title="Half a slope for a rectifier",
    see_also=("Theano/Theano#3210", "pytorch/pytorch#56734"),
)
def rectifier(x):
    """max(x, 0) gives 1/2 here, `where(x > 0, x, 0)` gives 0: two spellings of one function, two gradients, and
    neither is a derivative."""
    return np.maximum(x, 0.0)


def mended_clip(x):
    """A clip with a small slope outside keeps moving; at the border the slope is still a choice."""
    return np.where(x < 0, 0.01 * x, np.where(x > 1, 1.0 + 0.01 * (x - 1.0), x))


@kinks(
    "pytorch/pytorch#7002",
    0.0,
    wrong=0.0,
    right=None,
    sides=(0.0, 1.0),
    mend=mended_clip,
    title="Stuck on the border",
    see_also=("pytorch/pytorch#184574",),
)
def clipped(x):
    """A parameter that starts on the border of [0, 1] gets the gradient 0 and never moves, though moving inwards
    would help. PyTorch later chose 1, and some asked for 0 again."""
    return np.clip(x, 0.0, 1.0)


def mended_largest(x):
    """Share the slope among the winners, so that the shares add up to 1."""
    return np.sum(np.where(x == np.max(x), x, 0.0)) / np.sum(x == np.max(x))


def each_winner(answer, x):
    return lambda g: g * (x == answer)


@kinks(
    "apache/mxnet#18563",
    [1.0, 1.0, 1.0],
    wrong=[1.0, 1.0, 1.0],
    right=None,
    sides=([0.0, 0.0, 0.0], [1.0, 1.0, 1.0]),
    mend=mended_largest,
    tool=rule("max", each_winner),
    title="Everybody wins",
    see_also=("tensorflow/tensorflow#51681", "chelsea0x3b/dfdx#111"),
)
def largest(x):
    """Raise all three entries by h and the largest grows by h. This gradient says 3h: every tied entry got the
    whole slope."""
    return np.max(x)


def mended_spread(x):
    """The variance is smooth; take the root only away from zero."""
    variance = np.mean((x - np.mean(x)) ** 2)
    return np.where(variance > 0, np.sqrt(np.where(variance > 0, variance, 1.0)), 0.0)


@kinks(
    "pytorch/pytorch#4320",
    [2.0, 2.0],
    wrong=[NAN, NAN],
    right=None,
    sides=([-0.5, -0.5], [0.5, 0.5]),
    mend=mended_spread,
    title="The spread of equal numbers",
    see_also=("jax-ml/jax#11716", "keras-team/keras#2960"),
)
def spread(x):
    """The spread of two numbers is half their distance: a corner where they are equal. The root of a zero variance
    makes NaN of it, whatever the constant is."""
    return np.sqrt(np.mean((x - np.mean(x)) ** 2))


def mended_softplus(x):
    """One smooth branch on either side of zero."""
    return np.where(x > 0, x + np.log1p(np.exp(-x)), np.log1p(np.exp(x)))


def slope_one_at_zero(answer, x):
    return lambda g: g * np.where(x >= 0, 1.0, -1.0)


@kinks(
    "jax-ml/jax#2107",
    0.0,
    wrong=0.0,
    right=0.5,
    mend=mended_softplus,
    tool=rule("abs", slope_one_at_zero),
    title="Two corners that cancel",
    see_also=("jax-ml/jax#2140", "FluxML/NNlib.jl#679"),
)
def softplus(x):
    """log(1 + eˣ) is smooth with slope 1/2 at 0. Written without overflow it has two corners at 0 that cancel; with
    1/2 for the one and 1 for the other the sum is 0."""
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


def mended_line(x):
    """Write x."""
    return 1.0 * x


@kinks(
    "pytorch/pytorch#76898",
    0.0,
    wrong=0.0,
    right=1.0,
    mend=mended_line,
    title="A straight line without slope",
)
def line(x):
    """A rectifier minus a mirrored rectifier is x. Whatever slope one number is given to a rectifier at 0, the
    difference of the two is 0."""
    return np.where(x > 0, x, 0.0) - np.where(x < 0, -x, 0.0)


ROOMS = (kinks,)
