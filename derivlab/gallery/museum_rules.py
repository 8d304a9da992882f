"""Rooms of the museum: rules that were wrong in engines, and steps of finite differences that were wrong."""

from __future__ import annotations

import numpy as np

from derivlab.gallery.museum_record import Room, complex_step, difference, flipped, rule, summed

rules = Room(
    "Wrong rules",
    "Engines are programs too, and so is the code that calls them: a sign, a factor, a sum too many. A second, "
    "independent method finds it.",
)
steps = Room(
    "Steps too small and dice too many",
    "A finite difference is as good as its step, and only if f gives the same answer twice.",
)


def mended_density(s):
    """The density of one normal variable, written out."""
    return -np.log(s) - 0.5 * np.log(2.0 * np.pi) - 0.5 * ((1.0 - 2.0) / s) ** 2


@rules(
    "HIPS/autograd#401",
    2.0,
    wrong=0.375,
    right=-0.375,
    mend=mended_density,
    tool=flipped,
    title="The wrong way up the likelihood",
    see_also=("HIPS/autograd#412", "HIPS/autograd#455"),
)
def normal_density(s):
    """The log-density of a normal variable falls as s grows here. In autograd 1.2 the rule for the covariance had its
    sign flipped, and Gaussian processes would not fit."""
    covariance = np.dot(s, s)
    return -0.5 * (np.log(2.0 * np.pi * covariance) + (1.0 - 2.0) ** 2 / covariance)


def mended_signed(x):
    """The magnitude is |x|, and its slope knows the sign of x."""
    return 1.0 * np.abs(x)


def sign_forgotten(answer, x, y):
    return lambda g: g * np.sign(y)


@rules(
    "chalk-lab/Mooncake.jl#1195",
    -5.0,
    wrong=1.0,
    right=-1.0,
    mend=mended_signed,
    tool=rule("copysign", sign_forgotten),
    title="Tested on positive numbers only",
)
def signed(x):
    """copysign(x, 3) is |x|. The rule forgot the sign of x, and every test had x > 0, where it does not matter."""
    return np.copysign(x, 3.0)


def mended_total(w):
    """One sum, taken once."""
    return np.dot(w, np.array([3.0, 5.0]))


def summed_again(answer, x):
    return lambda g: x.size * g * np.ones(x.shape)


@rules(
    "jax-ml/jax#3970",
    [1.0, 1.0],
    wrong=[6.0, 10.0],
    right=[3.0, 5.0],
    mend=mended_total,
    tool=rule("sum", summed_again),
    title="Twice as many devices, twice the gradient",
)
def total(w):
    """A sum over devices was transposed into another sum over devices, so the gradient came out as many times too
    large as there were devices: here two."""
    return np.sum(w * np.array([3.0, 5.0]))


def mended_staircase(x):
    """Today's rule for floor is 0."""
    return x + np.floor(x)


def slope_one(answer, x):
    return lambda g: g


@rules(
    "tensorflow/tensorflow#897",
    3.8,
    wrong=2.0,
    right=1.0,
    mend=mended_staircase,
    tool=rule("floor", slope_one),
    title="A staircase with the slope of a ramp",
)
def staircase(x):
    """A step of a staircase is flat: slope 0. An early TensorFlow passed the gradient through as if floor(x)
    were x."""
    return x + np.floor(x)


def mended_normalised(x):
    """The same function; the mend is to ask for its Jacobian and to take the diagonal."""
    return (x - np.mean(x)) / np.sqrt(np.mean((x - np.mean(x)) ** 2))


def jacobian_of_normalised(x):
    """d z/dx = (I - (1 + z zᵀ)/n)/s for z = (x - mean)/s."""
    z = mended_normalised(np.asarray(x))
    s = np.sqrt(np.mean((np.asarray(x) - np.mean(x)) ** 2))
    return (np.eye(z.size) - (1.0 + np.outer(z, z)) / z.size) / s


@rules(
    "lululxvi/deepxde#202",
    [1.0, 2.0, 4.0],
    wrong=[0.0, 0.0, 0.0],
    right=jacobian_of_normalised([1.0, 2.0, 4.0]).tolist(),
    mend=mended_normalised,
    tool=summed,
    title="A batch that talks to itself",
    see_also=("tensorflow/tensorflow#4897", "tensorflow/tensorflow#38428"),
)
def normalised(x):
    """`tf.gradients` of many outputs is the gradient of their sum. A user of DeepXDE asked whether it is du/dx point
    by point: only if no output sees another point. Normalise over the batch, and the sum is always 0."""
    return (x - np.mean(x)) / np.sqrt(np.mean((x - np.mean(x)) ** 2))


def mended_modulus(x):
    """√x² goes over into complex numbers as an analytic function."""
    return np.sqrt(x * x)


@rules(
    "OpenMDAO/OpenMDAO1#568",
    -2.0,
    wrong=0.0,
    right=-1.0,
    mend=mended_modulus,
    tool=complex_step,
    title="The modulus is not analytic",
)
def modulus(x):
    """The complex step reads the derivative off an imaginary part. abs returns a length, which has none."""
    return np.abs(x)


def mended_single(x):
    """Double precision inside, or a step made for single precision."""
    return np.exp(-x[0]) + x[1] ** 2


@steps(
    "scipy/scipy#12991",
    [1.0, 3.0],
    wrong=[0.0, 0.0],
    right=[-float(np.exp(-1.0)), 6.0],
    mend=mended_single,
    tool=difference(1.5e-8),
    title="The fit that was finished before it began",
    see_also=("scipy/scipy#7117", "EFS-OpenSource/calibration-framework#66"),
)
def single_precision(x):
    """Single precision keeps seven digits, so adding 1.5·10⁻⁸ changes nothing. The gradient is 0, and the optimiser
    reports success where it started."""
    a = np.asarray(x, dtype=np.float32)
    return np.exp(-a[0]) + a[1] ** 2


def mended_tiny(x):
    """Measure x in its own unit, so that x is about 1: here the derivative is taken by rule instead."""
    return 1.0 + 2.0 * x


@steps(
    "scipy/scipy#10767",
    1e-20,
    wrong=0.0,
    right=2.0,
    mend=mended_tiny,
    tool=difference(1.5e-28),
    title="A step in proportion to nothing",
)
def tiny(x):
    """A step in proportion to x is a fine idea unless x is tiny and f is not: 1 + 3·10⁻²⁸ is 1."""
    return 1.0 + 2.0 * x


def mended_dropout(x):
    """Draw the mask once, outside."""
    keep = np.array([1.0, 0.0, 1.0])
    return np.sum(2.0 * keep * x**2)


@steps(
    "torch/tutorials#25",
    [1.0, 2.0, 3.0],
    wrong=[40004.0, 8.0, -39994.0001],
    right=[4.0, 0.0, 12.0],
    mend=mended_dropout,
    tool=difference(1e-4, seed=0),
    meant=True,
    title="A new network for every call",
    see_also=("pytorch/pytorch#114333", "openai/guided-diffusion#167"),
)
def dropout(x):
    """Dropout throws a die for each entry at each call. The two values of a difference belong to two networks, and
    what divides by 2h is their distance."""
    keep = np.random.rand(3) > 0.5
    return np.sum(2.0 * keep * x**2)


ROOMS = (rules, steps)
