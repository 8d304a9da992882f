"""Programs with objects, containers and containers of code: followed by every lifted method, left as they were."""

import abc
import collections
import dataclasses
import math
from functools import partial

import numpy as np
import pytest

import derivlab as dl

EXACT = ["forward", "reverse", "reference", "symbolic"]
X = np.array([0.7, 1.9])


class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self, x): ...

    def doubled(self, x):
        out = np.zeros(1)
        out[0] = self.area(x)
        return 2 * out[0]


class Disc(Shape):
    scale = 3.0

    def __init__(self, power):
        self.power, self.seen = power, []

    def area(self, x):
        self.seen.append(x[0])
        return self.scale * math.exp(x[0]) * x[1] ** self.power

    def doubled(self, x):
        return super().doubled(x) + self.bonus + self.constant(x)

    @property
    def bonus(self):
        return math.sqrt(4.0)

    @staticmethod
    def constant(x):
        return math.sin(x[1])

    @classmethod
    def made(cls, x):
        return cls(2).doubled(x)


class Compact:
    __slots__ = ("weight",)

    def __init__(self, weight):
        self.weight = weight

    def __call__(self, x):
        out = np.empty(2)
        out[:] = self.weight * x
        return np.sum(out**2)


@dataclasses.dataclass(frozen=True)
class Spring:
    stiffness: float

    def energy(self, x):
        return 0.5 * self.stiffness * math.pow(x[0], 2)


class Expression:
    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        return Expression(math.exp(self.value) + other.value)


Pair = collections.namedtuple("Pair", "a b")
DISC, COMPACT, SPRING = Disc(2), Compact(3.0), Spring(4.0)
TABLE = {"sine": lambda x: math.sin(x[0]), "others": [lambda x: math.cos(x[1]), Spring(2.0).energy]}
E = math.exp(0.7)
SHAPE = [6 * E * 1.9**2, 12 * E * 1.9 + math.cos(1.9)]
CASES = {
    "inheritance": (lambda x: DISC.doubled(x), SHAPE),
    "made inside": (lambda x: Disc.made(x), SHAPE),
    "slots": (lambda x: COMPACT(x), [18 * 0.7, 18 * 1.9]),
    "bound method": (DISC.doubled, SHAPE),
    "callable object": (COMPACT, [18 * 0.7, 18 * 1.9]),
    "frozen dataclass": (lambda x: SPRING.energy(x), [2.8, 0.0]),
    "operators": (lambda x: (Expression(x[0]) + Expression(x[1])).value, [E, 1.0]),
    "named tuple": (lambda x: math.exp(Pair(x[0], x[1]).a), [E, 0.0]),
    "table": (
        lambda x: TABLE["sine"](x) + sum(f(x) for f in TABLE["others"]),
        [math.cos(0.7) + 1.4, -math.sin(1.9)],
    ),
    "item": (lambda x: x.sum().item() ** 2 * 3 - x[0].item() + X[0], [6 * 2.6 - 1, 6 * 2.6]),
    "lookup by rounding": (lambda x: np.arange(1.0, 5.0)[int(x[0] + 1)] * x[1], [0, 2]),
    "partial": (partial(lambda shape, x: shape.area(x), DISC), [3 * E * 1.9**2, 6 * E * 1.9]),
    "isinstance": (lambda x: DISC.area(x) if isinstance(DISC, Disc) else x[0], [3 * E * 1.9**2, 6 * E * 1.9]),
}


@pytest.mark.parametrize("method", EXACT)
@pytest.mark.parametrize("name", CASES)
def test_followed(name, method):
    f, known = CASES[name]
    np.testing.assert_allclose(dl.gradient(f, X, method), known, rtol=1e-13)


def test_further_arguments_are_followed_too():
    def loss(x, model, factor):
        return factor * model.doubled(x)

    np.testing.assert_allclose(dl.grad(loss)(X, DISC, 2.0), 2 * np.array(SHAPE) + [0, 0], rtol=1e-13)


def test_objects_get_back_plain_values():
    disc = Disc(1)
    dl.gradient(disc.area, X)
    assert disc.seen and all(type(v) in (float, np.float64) or type(v) is np.ndarray for v in disc.seen)
    assert type(disc) is Disc


def test_a_list_that_grows_is_the_users_own():
    seen = []

    def f(x):
        seen.append(float(x[0]))
        return x[0] ** 2

    dl.gradient(f, [3.0])
    assert seen
    assert seen == pytest.approx([3.0] * len(seen), rel=1e-5)
    assert all(isinstance(v, float) for v in seen)


REFUSED = {
    "root finder": lambda x: __import__("scipy.optimize", fromlist=["brentq"]).brentq(
        lambda t: t - x[0], -5, 5
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_the_line(name):
    with pytest.raises(dl.DerivativeError, match=r"test_lift_programs\.py"):
        dl.gradient(REFUSED[name], X)


def test_a_function_that_fails_by_itself_is_told_so():
    with pytest.raises(dl.DerivativeError, match=r"fails at x by itself.*IndexError"):
        dl.gradient(lambda x: x[5], X)


def test_ufuncs_with_a_mask():
    def safe_ratio(x):
        return np.sum(np.divide(x, x - 0.7, out=np.zeros_like(x), where=x != 0.7))

    with pytest.raises(dl.DerivativeError):  # the mask changes beside x
        dl.gradient(safe_ratio, X)
    np.testing.assert_allclose(dl.gradient(safe_ratio, [1.7, 2.7]), [-0.7, -0.7 / 4], rtol=1e-13)


@pytest.mark.parametrize("method", ["forward", "reverse", "reference"])
def test_fourier(method):
    def power(x):
        return np.sum(np.abs(np.fft.rfft(x * x)) ** 2 * np.arange(3))

    x = np.array([0.3, -1.2, 0.5, 2.0])
    y, k = x * x, np.arange(3)
    slope = 2 * np.real(np.exp(2j * np.pi * np.outer(np.arange(4), k) / 4) @ (k * np.fft.rfft(y)))
    np.testing.assert_allclose(dl.gradient(power, x, method), slope * 2 * x, rtol=1e-12)
