"""A complex step of code made of analytic pieces: proven where no edge and no branch point is close, checked elsewhere."""

import numpy as np
import pytest
from scipy import special

import derivlab as dl
from derivlab.lift.watched import Edge, Scale, Watched, run_watched
from derivlab.methods.analytic import pieces
from derivlab.methods.complex_step import ComplexStep

X = np.array([0.7, 1.2, 0.4])
WEIGHTS = np.array([0.3, -0.2, 0.9])
SCALE = Scale(1e-8, True)


def branched(x):
    if x[0] > x[2] and not x[1] < 0.5:
        return np.sum(x**2) * x[0]
    return x[1]


def stepped(x):
    y = np.zeros_like(x)
    y[0] = np.sqrt(x[0])
    for k in range(1, len(x)):
        y[k] = y[k - 1] * x[k] if y[k - 1] < 1.0 else x[k]
        y[k] += 0.1
    y[1:] *= x[:-1]
    return np.sum(y**2)


def newton(x):
    root = 1.0 + 0.0 * x[0]
    while (root * root - x[1]) ** 2 > 1e-30:
        root = (root + x[1] / root) / 2.0
    return root * x[0]


def helped(x):
    return np.array([root(v) for v in x]) @ np.asarray([[x[0], 1.0], [2.0, x[1]], [1.0, 1.0]])


def root(v):
    return v**0.5


PIECES = {
    "root": lambda x: np.sqrt(np.sum(x**2) + 1.0),
    "powers": lambda x: np.sum(x**1.5) + np.sum(x**-0.5) + 2.0 ** x[0] + np.sum(np.power(x, x[::-1])),
    "whole powers of negative numbers": lambda x: (
        np.sum((-x) ** 3) + np.sum(np.power(-x, np.array([2, 3, 4])))
    ),
    "inverse functions": lambda x: np.arctan(x) + np.arcsin(x / 2) + np.arccosh(x + 1) + np.arctanh(x / 2),
    "branch": branched,
    "where": lambda x: np.sum(np.where(x > 0.6, x**2, np.exp(x))),
    "maximum": lambda x: np.sum(np.maximum(x - 0.6, 0.0) ** 2 * np.minimum(x, 1.0)),
    "extremes": lambda x: np.max(x) * x.min() + np.max(np.outer(x, WEIGHTS), axis=1)[0],
    "sorted": lambda x: np.sort(x) @ WEIGHTS + np.sum(np.clip(x, 0.5, 1.0) * x),
    "writes": stepped,
    "arrays of entries": helped,
    "special": lambda x: np.sum(special.erf(x) * special.erfc(x + 1.0)),
    "methods": lambda x: x.reshape(3, 1).T.dot(WEIGHTS).sum() * x.copy().prod() + np.sqrt(x @ WEIGHTS + 2.0),
}


@pytest.mark.parametrize("name", PIECES)
def test_pieces_take_one_evaluation_for_each_input_and_one_more(name):
    f = PIECES[name]
    assert not pieces(f).core
    estimate = ComplexStep().jacobian(f, X)
    assert estimate.evaluations == 4
    np.testing.assert_allclose(estimate.value, dl.jacobian(f, X, "reference"), rtol=1e-12, atol=1e-12)


def test_many_inputs_go_in_one_call_after_the_first():
    def f(x):
        return np.sum(np.sqrt(x) * x)

    x = np.linspace(0.5, 1.5, 60)
    np.testing.assert_allclose(dl.gradient(f, x, "complex_step"), 1.5 * np.sqrt(x), rtol=1e-13)


NEAR = {
    "a kink": (lambda x: x[1] + np.maximum(x[0], 0.7), X),
    "a kink, but for rounding": (lambda x: x[2] + np.maximum(x[0] + x[1] - 0.3, 0.0), np.array([0.1, 0.2, 1.0])),
    "a hidden modulus": (lambda x: 1.0 + x[1] + np.sqrt(x[0] ** 2), np.array([0.0, 1.0, 2.0])),
    "another": (lambda x: 1.0 + x[1] + (x[0] * x[0]) ** 0.5, np.array([0.0, 1.0, 2.0])),
    "a root at 0": (lambda x: 1.0 + x[1] * np.sqrt(x[0]), np.array([0.0, 1.0, 2.0])),
    "a jump": (lambda x: x[1] * np.where(x[0] >= 0.7, 2.0, 1.0), X),
    "equal entries": (lambda x: np.max(x), np.array([1.0, 1.0, 0.5])),
    "equal entries sorted": (lambda x: np.sort(x) @ WEIGHTS, np.array([1.0, 1.0, 0.5])),
    "a clip": (lambda x: np.sum(np.clip(x, 0.7, 1.0)), X),
    "a branch": (lambda x: x[0] ** 2 if x[0] > 0.7 else x[0], X),
    "a pole that a mask hides": (lambda x: np.sum(np.where(x > 1.0, x, 1.0 / (1.0 + np.exp(1.0 / x)))), np.array([0.0, 2.0, 3.0])),
    "a loop that ends where numbers meet": (newton, X),
    "a number as a mask": (lambda x: np.sum(np.where(x, x, x**2)), np.array([0.0, 1.0, 2.0])),
}  # fmt: skip


@pytest.mark.parametrize("name", NEAR)
def test_close_to_an_edge_nothing_is_proven(name):
    f, x = NEAR[name]
    assert pieces(f)
    try:
        estimate = ComplexStep().jacobian(f, x)
    except dl.DerivativeError:
        return
    assert estimate.evaluations > 4
    np.testing.assert_allclose(estimate.value, dl.gradient(f, x, "reference"), rtol=1e-9)


@pytest.mark.parametrize("f", [lambda t: t**2 if t > 0 else t, lambda t: np.where(t > 0, t**2, t)])
def test_a_single_complex_number_is_not_compared(f):
    with pytest.raises((TypeError, Edge)):
        run_watched(f, 0.5 + 1e-60j, Scale(1e-8, False))


def test_a_single_number_may_have_roots():
    estimate = ComplexStep().jacobian(lambda t: np.sqrt(t) * t, 4.0)
    assert estimate.value == pytest.approx(3.0, rel=1e-15)
    assert estimate.evaluations == 2


def test_a_cast_is_refused_as_ever():
    def f(x):
        y = np.zeros(3)
        y[0] = np.sqrt(x[0])
        return np.sum(y)

    with pytest.raises(dl.DerivativeError, match="imaginary part"):
        dl.gradient(f, X, "complex_step")


def test_a_form_that_cannot_be_watched_is_tried_once():
    def f(x):
        return np.mean([np.sqrt(x[0]), x[1], x[2]])

    assert pieces(f)
    first, second = (ComplexStep().jacobian(f, X) for _ in range(2))
    assert first.evaluations == second.evaluations + 1 == 7


@pytest.mark.parametrize("call", [bool, float, np.asarray, hash, abs, lambda x: np.exp(x, out=np.zeros(3)), lambda x: x.sort()])  # fmt: skip
def test_a_watched_value_gives_no_plain_number(call):
    with pytest.raises((TypeError, AttributeError)):
        call(Watched(X + 1e-60j, SCALE))
