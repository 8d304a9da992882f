"""Code in classes: how larger programs are put together."""

from __future__ import annotations

import functools
import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import ClassVar, NamedTuple

import numpy as np

from derivlab.gallery import Topic

case = Topic("objects")


class Polynomial:
    """Coefficients, lowest first."""

    def __init__(self, *coefficients):
        self.coefficients = list(coefficients)

    def __call__(self, x):
        return sum(c * x**k for k, c in enumerate(self.coefficients))

    def __mul__(self, other):
        out = [0.0] * (len(self.coefficients) + len(other.coefficients) - 1)
        for i, a in enumerate(self.coefficients):
            for j, b in enumerate(other.coefficients):
                out[i + j] = out[i + j] + a * b
        return Polynomial(*out)

    def slope(self):
        return Polynomial(*[k * c for k, c in enumerate(self.coefficients)][1:])


@case(0.7, lambda x: 2 - 6 * x + 3 * x**2)
def callable_object(x):
    return Polynomial(1.0, 2.0, -3.0, 1.0)(x)


def _product_slope(c):
    # (a + b t)(1 + a t) = a + (b + a²) t + a b t², slope b + a² + 2 a b t at t = 1.5
    return 2 * c[0] + 3 * c[1], 1 + 3 * c[0]


@case([0.5, 2.0], _product_slope)
def operators_of_a_class(c):
    return (Polynomial(c[0], c[1]) * Polynomial(1.0, c[0])).slope()(1.5)


class Dense:
    def __init__(self, weight, bias, activation=np.tanh):
        self.weight, self.bias, self.activation = weight, bias, activation

    def forward(self, x):
        return self.activation(self.weight @ x + self.bias)


class Network:
    def __init__(self, layers):
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def loss(self, x, y):
        return float(np.sum((self.forward(x) - y) ** 2))


@case(np.linspace(-0.6, 0.9, 10).tolist(), [0.08676179818949263, -0.23136479517198036, 0.12291254743511452,
    -0.32776679316030544, 0.2892059939649754, 0.4097084914503818, 0.17489383141457854, 0.17489383141457848,
    0.6867888539710721, 0.559605732865318])  # fmt: skip
def network_of_objects(p):
    first = Dense(p[:4].reshape(2, 2), p[4:6])
    second = Dense(p[6:8].reshape(1, 2), p[8:9] * p[9], activation=lambda v: v)
    return Network([first, second]).loss(np.array([0.3, -0.8]), 0.5)


@dataclass
class Particle:
    position: np.ndarray
    velocity: np.ndarray
    mass: float = 1.0
    path: list = field(default_factory=list)

    def kick(self, force, h):
        self.velocity = self.velocity + h * force / self.mass

    def drift(self, h):
        self.position = self.position + h * self.velocity
        self.path.append(self.position)

    @property
    def energy(self):
        return 0.5 * self.mass * np.dot(self.velocity, self.velocity)


@case(
    [0.2, 1.0, 0.4, -0.1], [4.2049153645822965, 1.1164810922990405, 1.7898082447373158, -1.3500699677140446]
)
def dataclass_that_moves(state):
    body = Particle(state[:2], state[2:], mass=2.0)
    for _ in range(5):
        body.kick(-3.0 * body.position, 0.1)
        body.drift(0.1)
    return body.energy + sum(p[0] for p in body.path)


@dataclass(frozen=True)
class Option:
    spot: float
    strike: float
    rate: float = 0.02
    YEARS: ClassVar[float] = 0.5

    def forward(self):
        return self.spot * math.exp(self.rate * self.YEARS)

    def bumped(self, by):
        return replace(self, spot=self.spot + by)

    def __add__(self, other):
        return Option(self.spot + other.spot, self.strike + other.strike, self.rate)


@case([100.0, 0.03], lambda x: [2 * math.exp(x[1] / 2), (2 * x[0] + 3) * math.exp(x[1] / 2) / 2])
def frozen_dataclass(x):
    option = Option(x[0], 95.0, x[1])
    return (option + option.bumped(3.0)).forward()


class Point(NamedTuple):
    x: float
    y: float

    def norm(self):
        return math.hypot(self.x, self.y)


@case([3.0, 4.0], lambda v: [2 * v[0] + v[0] / np.hypot(*v), v[1] / np.hypot(*v)])
def named_tuple(v):
    point = Point(*v)
    moved = point._replace(x=point.x + 0.0)
    return moved.norm() + point.x**2


class Shape(ABC):
    @abstractmethod
    def area(self): ...

    def price(self, rate=2.0):
        return rate * self.area()


class Circle(Shape):
    def __init__(self, r):
        self.r = r

    def area(self):
        return math.pi * self.r**2


class Ring(Circle):
    def __init__(self, r, hole):
        super().__init__(r)
        self.hole = hole

    def area(self):
        return super().area() - Circle(self.hole).area()


@case([2.0, 0.5], lambda x: [4 * math.pi * x[0] + 4 * math.pi * x[0], -4 * math.pi * x[1]])
def inheritance(x):
    shapes = [Circle(x[0]), Ring(x[0], x[1])]
    return sum(s.price() for s in shapes if isinstance(s, Shape))


class Temperature:
    """A property with a setter, a class method and a static method."""

    factor = 1.8

    def __init__(self, celsius):
        self._celsius = celsius

    @property
    def fahrenheit(self):
        return self.to_fahrenheit(self._celsius)

    @fahrenheit.setter
    def fahrenheit(self, value):
        self._celsius = (value - 32) / self.factor

    @staticmethod
    def to_fahrenheit(c):
        return 1.8 * c + 32

    @classmethod
    def from_kelvin(cls, k):
        return cls(k - 273.15)


@case(300.0, lambda k: 2 * ((k - 273.15) + 10 / 1.8))
def properties(k):
    t = Temperature.from_kelvin(k)
    t.fahrenheit = t.fahrenheit + 10
    return t._celsius**2


class Dual:
    """A user's own forward mode, inside a function that is differentiated."""

    __slots__ = ("d", "v")

    def __init__(self, v, d=0.0):
        self.v, self.d = v, d

    def __mul__(self, o):
        return Dual(self.v * o.v, self.v * o.d + self.d * o.v)

    def sin(self):
        return Dual(np.sin(self.v), np.cos(self.v) * self.d)


@case(0.8, lambda x: 2 * np.cos(x**2) - 4 * x**2 * np.sin(x**2))
def slope_by_own_dual_numbers(x):
    x = Dual(x, 1.0)
    return (x * x).sin().d


class Value:
    """A scalar that records its own graph."""

    def __init__(self, data, parents=()):
        self.data, self.parents, self.grad = data, parents, 0.0

    def __add__(self, other):
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other):
        return Value(self.data * other.data, ((self, other.data), (other, self.data)))

    def tanh(self):
        t = math.tanh(self.data)
        return Value(t, ((self, 1 - t * t),))

    def backward(self, seed=1.0):
        self.grad = self.grad + seed
        for parent, slope in self.parents:
            parent.backward(seed * slope)


@case([0.6, -0.3], [[0.9645724900349671, 1.0], [1.0, 0.0]],
    "a small reverse mode inside: its gradient, differentiated")  # fmt: skip
def own_reverse_mode(p):
    a, b = Value(p[0]), Value(p[1])
    (a * b + a.tanh() * a).backward()
    return np.array([a.grad, b.grad])


class Kind(Enum):
    LINEAR = "linear"
    SQUARE = "square"

    def apply(self, v):
        return v if self is Kind.LINEAR else v * v


@case([0.6, 2.0], lambda x: [1.0, 2 * x[1]])
def enumeration(x):
    return sum(kind.apply(v) for kind, v in zip(Kind, x))


class Memo:
    def __init__(self, f):
        self.f, self.known = f, {}

    def __call__(self, n, x):
        if n not in self.known:
            self.known[n] = self.f(self, n, x)
        return self.known[n]


@case(0.4, lambda x: 12 * _hermite(5, x))
def memo_object(x):
    def rule(h, n, x):
        return [1.0, 2 * x][n] if n < 2 else 2 * x * h(n - 1, x) - 2 * (n - 1) * h(n - 2, x)

    return Memo(rule)(6, x)


def _hermite(n, x):
    # H_n' = 2 n H_(n-1)
    older, newer = 1.0, 2 * x
    for k in range(1, n):
        older, newer = newer, 2 * x * newer - 2 * k * older
    return newer


class Matrix:
    """Rows of numbers with the usual operators."""

    def __init__(self, rows):
        self.rows = [list(row) for row in rows]

    def __matmul__(self, other):
        columns = list(zip(*other.rows))
        return Matrix([[sum(a * b for a, b in zip(r, c)) for c in columns] for r in self.rows])

    def __getitem__(self, place):
        i, j = place
        return self.rows[i][j]

    def __iter__(self):
        return iter(self.rows)


@case([[0.5, 1.0], [-0.3, 0.8]], lambda a: [[3 * a[0, 0] ** 2 + 2 * a[0, 1] * a[1, 0], a[1, 0] * (2 * a[0, 0] + a[1, 1])], [a[0, 1] * (2 * a[0, 0] + a[1, 1]), a[0, 1] * a[1, 0]]])  # fmt: skip
def matrix_class(a):
    m = Matrix(a)
    return (m @ m @ m)[0, 0]


class Adam:
    """An optimiser with a state that changes in place."""

    def __init__(self, n, rate=0.1):
        self.m, self.v, self.t, self.rate = np.zeros(n), np.zeros(n), 0, rate

    def step(self, w, g):
        self.t += 1
        self.m[:] = 0.9 * self.m + 0.1 * g
        self.v *= 0.99
        self.v += 0.01 * g**2
        return w - self.rate * self.m / (1 - 0.9**self.t) / np.sqrt(self.v / (1 - 0.99**self.t) + 1e-6)


@case([0.7, -1.2], [[0.9833565641556177, 0.0], [0.0, 0.9965408005906995]])
def optimiser_object(w):
    optimiser = Adam(2)
    for _ in range(4):
        w = optimiser.step(w, np.array([2.0, 6.0]) * w)
    return w


class Pipeline:
    def __init__(self, **steps):
        self.__dict__.update(steps)
        self.names = list(steps)

    def run(self, x):
        return functools.reduce(lambda v, name: getattr(self, name)(v), self.names, x)


@case([0.6, 2.0], lambda x: np.exp(x) / np.sum(np.exp(x)))
def attributes_by_name(x):
    return Pipeline(exp=np.exp, total=np.sum, log=math.log).run(x)


@case([0.2, 1.1, 0.7], lambda x: 2 * (x - np.mean(x)))
def iterator_object(x):
    class Deviations:
        def __init__(self, values):
            self.values, self.mean, self.i = values, sum(values) / len(values), 0

        def __iter__(self):
            return self

        def __next__(self):
            if self.i == len(self.values):
                raise StopIteration
            self.i += 1
            return self.values[self.i - 1] - self.mean

    return sum(d * d for d in Deviations(x))
