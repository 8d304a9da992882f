"""Right gradients that a hasty checker rejects: kinks, noise, cancellation, scales, single precision, odd types."""

from __future__ import annotations

import math

import numpy as np

from derivlab.gallery.gradients_record import Shelf

plain = Shelf("Right")
kinks = Shelf("Right at a kink")
digits = Shelf("Right to the digits there are")

SHELVES = (plain, kinks, digits)

rng = np.random.default_rng(21)
A, y = rng.normal(size=(9, 3)), rng.normal(size=9)
labels = (y > 0) * 1.0
S = np.array([[2.0, 1.0, 0.0], [-0.5, 3.0, 0.7], [0.2, 0.1, 1.5]])
best = np.linalg.lstsq(A, y, rcond=None)[0]


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


@plain(lambda x: 100.0 * (x[1] - x[0] ** 2) ** 2 + (1.0 - x[0]) ** 2, [-1.2, 1.0])
def rosenbrock(x):
    return np.array([-400.0 * x[0] * (x[1] - x[0] ** 2) - 2.0 * (1.0 - x[0]), 200.0 * (x[1] - x[0] ** 2)])


@plain(lambda x: 0.5 * x @ S @ x, [0.3, -0.7, 1.1])
def quadratic_symmetrised(x):
    return 0.5 * (S + S.T) @ x


@plain(lambda w: np.mean(np.log1p(np.exp(A @ w)) - labels * (A @ w)), [0.0, 0.0, 0.0])
def logistic_at_zero(w):
    return A.T @ (sigmoid(A @ w) - labels) / 9.0


@plain(lambda w: np.sum((A @ w - y) ** 2), best)
def at_the_minimum(w):
    """All entries are rounding."""
    return 2.0 * A.T @ (A @ w - y)


@plain(lambda X: np.log(np.linalg.det(X)), np.array([[2.0, 0.3], [0.8, 1.5]]))
def log_determinant_right(X):
    return np.linalg.inv(X).T


@plain(lambda z: np.log(np.sum(np.exp(z))), [0.2, 1.0, -3.0])
def log_sum_exp(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


@plain(lambda x: np.tanh(x), [0.2, -1.0, 3.0])
def entry_by_entry(x):
    """The derivative of each entry, as an array like x."""
    return 1.0 - np.tanh(x) ** 2


@plain(lambda x: np.array([x[0] * x[1], np.sin(x[0]), x[1] ** 3]), [0.5, 1.5])
def jacobian_right(x):
    return np.array([[x[1], x[0]], [np.cos(x[0]), 0.0], [0.0, 3.0 * x[1] ** 2]])


@plain(lambda x: math.exp(math.sin(x)), 0.8)
def standard_library(x):
    return math.exp(math.sin(x)) * math.cos(x)


@plain(lambda x: x[0] ** 2 + 3.0 * x[1], [1.0, 2.0])
def list_of_numbers(x):
    return [2.0 * x[0], 3.0]


@plain(lambda x: np.sum(x), [1.0, 2.0])
def integers(x):
    return np.array([1, 1])


@plain(lambda x: np.array([x @ x]), [1.0, 2.0])
def one_number_in_an_array(x):
    return 2.0 * x


@plain(lambda q: np.linalg.norm(q), [3.0, 4.0])
def unit_vector(q):
    return q / np.sqrt(q @ q)


@plain(lambda p: np.sum(p * np.log(p)), [0.2, 0.3, 0.5])
def neg_entropy(p):
    return np.log(p) + 1.0


@kinks(lambda x: np.sum(np.maximum(x, 0.0)), [0.0, 1.0, -1.0])
def relu_zero(x):
    return np.where(x > 0, 1.0, 0.0)


@kinks(lambda x: np.sum(np.maximum(x, 0.0)), [0.0, 1.0, -1.0])
def relu_one(x):
    return np.where(x >= 0, 1.0, 0.0)


@kinks(lambda x: np.sum(np.maximum(x, 0.0)), [0.0, 1.0, -1.0])
def relu_half(x):
    return np.heaviside(x, 0.5)


@kinks(lambda x: np.sum(np.abs(x)), [0.0, 1.5, -2.0])
def sign_of(x):
    return np.sign(x)


@kinks(lambda x: np.max(x), [1.0, 1.0, 0.0])
def first_maximum(x):
    out = np.zeros_like(x)
    out[np.argmax(x)] = 1.0
    return out


@kinks(lambda x: np.max(x), [1.0, 1.0, 0.0])
def shared_maximum(x):
    hit = (x == np.max(x)) * 1.0
    return hit / np.sum(hit)


@kinks(lambda x: np.linalg.norm(x), [0.0, 0.0])
def length_at_the_origin(x):
    r = np.linalg.norm(x)
    return x / r if r > 0 else np.zeros_like(x)


@kinks(lambda w: np.sum(np.maximum(0.0, 1.0 - w)) + 0.5 * w @ w, [1.0, 0.5])
def hinge(w):
    return np.where(w < 1, -1.0, 0.0) + w


@kinks(lambda x: np.clip(x, -1.0, 1.0) ** 2 + x, 1.0)
def clipped(x):
    return np.where(np.abs(x) <= 1.0, 2.0 * x, 0.0) + 1.0


@kinks(lambda x: np.where(np.abs(x) < 1, 0.5 * x * x, np.abs(x) - 0.5), 1.0)
def huber(x):
    return np.clip(x, -1.0, 1.0)


@kinks(lambda x: np.maximum(x[0], 0.0) - np.maximum(x[1], 0.0), [0.0, 0.0])
def difference_of_relus(x):
    return np.array([0.0, -1.0])[: len(x)] * (x >= 0) + np.array([1.0, 0.0]) * (x > 0)


def wave(x):
    return np.sum(np.sin(x) * np.exp(-0.1 * x))


def rosenbrock_value(x):
    return 100.0 * (x[1] - x[0] ** 2) ** 2 + (1.0 - x[0]) ** 2


@digits(wave, [1.0, 2.0, 3.0])
def forward_difference(x):
    return np.array([(wave(x + 1e-7 * e) - wave(x)) / 1e-7 for e in np.eye(3)])


@digits(wave, [1.0, 2.0, 3.0])
def central_difference(x):
    return np.array([(wave(x + 1e-5 * e) - wave(x - 1e-5 * e)) / 2e-5 for e in np.eye(3)])


@digits(rosenbrock_value, [1.0, 1.0])
def difference_at_the_minimum(x):
    """The truth is 0, and a forward difference is h f''/2."""
    h = 1.5e-8
    return np.array([(rosenbrock_value(x + h * e) - rosenbrock_value(x)) / h for e in np.eye(2)])


@digits(lambda x: wave(x) + 1e6, [1.0, 2.0, 3.0])
def difference_of_large_values(x):
    h = 1e-5
    return np.array([((wave(x + h * e) + 1e6) - (wave(x - h * e) + 1e6)) / (2 * h) for e in np.eye(3)])


@digits(lambda x: np.sin(x) * x**2, 1.3)
def difference_without_calls(x):
    h = 1e-8
    return (np.sin(x + h) * (x + h) ** 2 - np.sin(x) * x**2) / h


@digits(wave, [1.0, 2.0, 3.0])
def single(x):
    x = x.astype(np.float32)
    return (np.cos(x) - np.float32(0.1) * np.sin(x)) * np.exp(np.float32(-0.1) * x)


@digits(lambda x: 1e-16 * np.sum(np.sin(x)), [0.4, 1.3])
def tiny_right(x):
    return 1e-16 * np.cos(x)


@digits(lambda x: 1e8 * x[0] ** 2 + 1e-8 * x[1] ** 2, [1.0, 3.0])
def sixteen_orders_apart(x):
    return np.array([2e8 * x[0], 2e-8 * x[1]])


@digits(lambda x: (1.0 - np.cos(x)) / x**2, 1e-3)
def cancelling(x):
    return np.sin(x) / x**2 - 2.0 * (1.0 - np.cos(x)) / x**3


@digits(lambda x: (1.0 - np.cos(x)) / x**2, 7e-4)
def cancelling_more(x):
    """Two digits are left."""
    return np.sin(x) / x**2 - 2.0 * (1.0 - np.cos(x)) / x**3


@digits(lambda x: np.sum((x - 1e5) ** 2), [1e5 + 1e-3, 1e5])
def large_offset(x):
    return 2.0 * x - 2e5


def root(x):
    y = 1.0 + x
    while abs(y * y - x) > 1e-12:
        y = 0.5 * (y + x / y)
    return y


@digits(root, 2.3)
def of_an_iteration(x):
    """f is Newton's method; its gradient is that of what it converges to."""
    return 0.5 / math.sqrt(x)


def bisection(c):
    low, high = 0.0, 10.0
    for _ in range(60):
        mid = 0.5 * (low + high)
        low, high = (mid, high) if mid**3 + mid < c else (low, mid)
    return mid


@digits(bisection, 2.0)
def implicit(c):
    """f is found by bisection, which no chain rule follows; its derivative by the implicit function theorem."""
    return 1.0 / (3.0 * bisection(c) ** 2 + 1.0)


def euler(k):
    q = 1.0
    for _ in range(50):
        q = q - 0.02 * k * q
    return q


@digits(euler, 1.5)
def of_a_simulation(k):
    return -0.02 * 50 * (1.0 - 0.02 * k) ** 49
