"""Two rooms of the museum: branches that were not taken, and zero divided by zero."""

from __future__ import annotations

import math

import numpy as np

from derivlab.gallery.museum_record import NAN, Room

branches = Room(
    "The branch not taken",
    "`where` computes both branches and shows one. The chain rule runs through both, and 0·NaN is NaN.",
)
zeros = Room(
    "Zero divided by zero",
    "The function is smooth at the point; the formula divides by zero there, and so does its rule.",
)


def mended_root(x):
    """A first where gives the dangerous branch a harmless input."""
    return np.where(x >= 0, x, np.sqrt(np.where(x >= 0, 1.0, -x)))


@branches(
    "HIPS/autograd#802", 1.0, wrong=NAN, right=1.0, mend=mended_root, title="The square root behind the mask"
)
def hidden_root(x):
    """For x ≥ 0 this is the line x, and `where` never shows the root of -x. The chain rule still runs through
    both branches, multiplies the NaN of the hidden one by 0, and 0·NaN is NaN."""
    return np.where(x >= 0, x, np.sqrt(-x))


def mended_exponential(x):
    """The exponent is limited to where the branch is used."""
    return np.where(x <= 0, np.exp(np.minimum(x, 0.0)), 1.0 + x)


@branches(
    "pytorch/pytorch#68425",
    1000.0,
    wrong=NAN,
    right=1.0,
    mend=mended_exponential,
    title="The exponential that overflowed unseen",
    see_also=("tensorflow/tensorflow#38349",),
)
def hidden_exponential(x):
    """Right of 0 this is 1 + x with slope 1. The unused exponential overflows to infinity there, and 0·∞ is NaN."""
    return np.where(x <= 0, np.exp(x), 1.0 + x)


def mended_transfer(x):
    """Each formula sees only arguments on its own side."""
    return np.where(x < 0, 1.0 / (1.0 - np.minimum(x, 0.0)), np.log1p(np.maximum(x, -0.5)))


@branches(
    "tensorflow/tensorflow#20355",
    1.0,
    wrong=NAN,
    right=0.5,
    mend=mended_transfer,
    title="A pole in the other branch",
)
def transfer(x):
    """At 1 the value is log 2 and the slope 1/2. The formula for negative x has its pole exactly there, and the
    backward pass visits it."""
    return np.where(x < 0, np.divide(1.0, 1.0 - x), np.log1p(x))


def mended_likelihood(a):
    """Padding is replaced by a valid number before the formula, not after it."""
    y = np.array([0.5, -1.0])
    safe = np.where(y > 0, y, 1.0)
    return np.sum(np.where(y > 0, np.log(a) + (a - 1.0) * np.log(safe), 0.0))


@branches(
    "pyro-ppl/numpyro#871",
    2.0,
    wrong=NAN,
    right=0.5 + math.log(0.5),
    mend=mended_likelihood,
    title="Padding that the mask did not keep out",
    see_also=("pyro-ppl/numpyro#2224", "pyro-ppl/pyro#2447"),
)
def padded_likelihood(a):
    """Rows of unequal length are padded with -1 and the padding is masked out of the log-likelihood. Its value is
    fine, its gradient is NaN, and every sample of the Markov chain diverges."""
    y = np.array([0.5, -1.0])
    return np.sum(np.where(y > 0, np.log(a) + (a - 1.0) * np.log(y), 0.0))


def mended_distances(x):
    """The diagonal is masked before the square root."""
    squares = (x[:, None] - x[None, :]) ** 2
    return np.sum(np.where(np.eye(2) > 0, 0.0, np.sqrt(np.where(np.eye(2) > 0, 1.0, squares))))


@branches(
    "jax-ml/jax#3407",
    [0.0, 3.0],
    wrong=[NAN, NAN],
    right=[-2.0, 2.0],
    mend=mended_distances,
    title="The distance from an atom to itself",
    see_also=("jax-ml/jax#654", "jax-ml/jax#347"),
)
def distances(x):
    """An energy sums over pairs of atoms and masks the distance of each atom to itself. That distance is √0, whose
    slope is infinite, and the mask comes one operation too late."""
    distance = np.sqrt((x[:, None] - x[None, :]) ** 2)
    return np.sum(np.where(np.eye(2) > 0, 0.0, distance))


def mended_angles(a):
    """The masked entry never reaches arctan2 as (0, 0)."""
    safe = np.where(np.array([0.0, 1.0, 0.0]) > 0.5, 1.0, a)
    return np.sum(np.where(np.array([0.0, 1.0, 0.0]) > 0.5, 0.0, np.arctan2(safe, safe)))


@branches(
    "jax-ml/jax#1052",
    [3.0, 0.0, -5.0],
    wrong=[0.0, NAN, 0.0],
    right=[0.0, 0.0, 0.0],
    mend=mended_angles,
    title="The angle of the zero vector",
)
def angles(a):
    """The angle of (a, a) does not change with a, and the entry (0, 0), which has no angle, is masked. Its
    derivative y/(x² + y²) is 0/0 all the same."""
    angle = np.arctan2(a, a)
    return np.sum(np.where(np.array([0.0, 1.0, 0.0]) > 0.5, 0.0, angle))


def mended_norm(x):
    """No root is taken that is squared again."""
    return np.sum(x**2)


@zeros(
    "HIPS/autograd#617",
    [0.0, 0.0],
    wrong=[NAN, NAN],
    right=[0.0, 0.0],
    mend=mended_norm,
    title="The squared norm at rest",
    see_also=("jax-ml/jax#4177", "HIPS/autograd#183"),
)
def squared_norm(x):
    """‖x‖² is the smoothest of functions. Written as the square of a norm, its derivative at 0 is 0 times x/‖x‖,
    which is 0·(0/0)."""
    return np.linalg.norm(x) ** 2


def mended_sinc(x):
    """The quotient never sees the zero."""
    safe = np.where(x == 0, 1.0, x)
    return np.where(x == 0, 1.0 - x**2 / 6.0, np.sin(safe) / safe)


@zeros(
    "pytorch/pytorch#56760",
    0.0,
    wrong=NAN,
    right=0.0,
    mend=mended_sinc,
    title="The top of the sinc",
    see_also=("jax-ml/jax#1722", "tensorflow/tensorflow#127226"),
)
def sinc(x):
    """sin(x)/x has a smooth top at 0 with slope 0, and the value there is mended by hand. Networks that learn
    filters made of it stopped training, for the gradient was not mended."""
    return np.where(x == 0, 1.0, np.sin(x) / x)


def mended_product(x):
    """Multiply one by one: no division by a factor."""
    return x[0] * x[1]


@zeros(
    "tensorflow/tensorflow#2641",
    [0.0, 2.0],
    wrong=[NAN, 0.0],
    right=[2.0, 0.0],
    mend=mended_product,
    title="A product with a zero in it",
    see_also=("pytorch/pytorch#773",),
)
def product(x):
    """The rule for a product divides the whole by the factor. When the factor is 0 the product of the others is
    gone, and 0/0 remains of it."""
    return np.prod(x)


def mended_powers(b):
    """A base of zero is taken out before the logarithm."""
    a = np.array([0.0, 2.0])
    return np.sum(np.where(a > 0, np.exp(b * np.log(np.where(a > 0, a, 1.0))), 0.0))


@zeros(
    "pytorch/pytorch#27134",
    [1.0, 1.0],
    wrong=[NAN, 2 * math.log(2)],
    right=[0.0, 2 * math.log(2)],
    mend=mended_powers,
    title="Nothing to the power of b",
)
def powers(b):
    """0ᵇ is 0 for every positive b, so its slope is 0. The rule aᵇ·log a says 0·(-∞)."""
    a = np.array([0.0, 2.0])
    return np.sum(np.exp(b * np.log(a)))


def mended_log_sum(x):
    """Work with the terms instead of their logarithms where all may vanish."""
    return 0.0 * np.exp(x)


@zeros(
    "jax-ml/jax#6811",
    1.0,
    wrong=NAN,
    right=0.0,
    mend=mended_log_sum,
    title="Adding two impossible paths",
    see_also=("pytorch/pytorch#31829",),
)
def log_sum_of_impossible(x):
    """-∞ is the logarithm of a probability 0, and adding two impossible paths gives 0 whatever x is. The rule
    subtracts -∞ from -∞."""
    return np.exp(np.logaddexp(-np.inf, x - np.inf))


def mended_exponential_matrix(x):
    """A power series has no eigenvectors in it."""
    a = np.array([[1.0 + x[0], x[1]], [x[1], 1.0 - x[0]]])
    total, term = np.eye(2), np.eye(2)
    for n in range(1, 25):
        term = np.dot(term, a) / n
        total = total + term
    return total[0, 1]


@zeros(
    "jax-ml/jax#669",
    [0.0, 0.0],
    wrong=[NAN, NAN],
    right=[0.0, math.e],
    mend=mended_exponential_matrix,
    title="Two equal eigenvalues",
    see_also=("XanaduAI/GradDFT#35",),
)
def exponential_of_matrix(x):
    """The exponential of a matrix is smooth, whatever its eigenvalues. By way of eigenvectors the rule divides by
    the difference of two eigenvalues, and here they are equal."""
    a = np.array([[1.0 + x[0], x[1]], [x[1], 1.0 - x[0]]])
    values, vectors = np.linalg.eigh(a)
    return np.dot(vectors * np.exp(values), vectors.T)[0, 1]


ROOMS = (branches, zeros)
