"""Formulas as graphs: long programs stay short, and refuse in words where they do not."""

import contextlib
import math

import numpy as np
import pytest
import sympy

import derivlab as dl
from derivlab.lift.sympy_space import OPERATIONS
from derivlab.methods.expression_graph import Graph
from derivlab.methods.symbolic import Symbolic


def logistic(x, n=40):
    for _ in range(n):
        x = 3.2 * x * (1 - x)
    return x


def damped(x, n=600):
    for _ in range(n):
        x = x - 0.001 * np.sin(x)
    return x


def largest_bend(x):
    y = x
    for _ in range(30):
        y = np.maximum(y * 1.01, 0.2) + np.abs(y - 5.0) * 0.01
    return y


@pytest.mark.parametrize("f", [logistic, damped, largest_bend])
def test_programs_whose_tree_would_have_more_than_two_to_the_thirty_parts(f):
    estimate = Symbolic().jacobian(f, 0.3)
    assert estimate.value == pytest.approx(dl.derivative(f, 0.3, "reverse"), rel=1e-11)
    assert int(estimate.notes[0].split()[0]) < OPERATIONS


def test_programs_that_are_too_long_are_refused_with_the_line():
    with pytest.raises(dl.DerivativeError, match=r"expression swell.*use reverse"):
        dl.derivative(lambda x: damped(x, OPERATIONS), 0.3, "symbolic")


def test_a_derivative_inside_sees_through_named_parts():
    def f(x):
        y = logistic(x, 6)
        return y * dl.derivative(lambda t: logistic(t, 2) * y, x)

    assert dl.derivative(f, 0.3, "symbolic") == pytest.approx(dl.derivative(f, 0.3, "richardson"), rel=1e-8)


@pytest.mark.parametrize("f", [lambda x: np.sqrt(x * x), lambda x: np.sqrt(x**2) + x, lambda x: np.abs(x * x * x) / x**2 if x else np.sqrt(x * x)])  # fmt: skip
def test_corners_that_only_the_formula_shows_are_refused(f):
    with pytest.raises(dl.DerivativeError):
        dl.derivative(f, 0.0, "symbolic")


def test_poles_and_domains_are_refused():
    for f, x in ((lambda x: np.sqrt(x), 0.0), (lambda x: x * np.log(x), 0.0), (lambda x: np.arcsin(x), 1.0)):
        with np.errstate(all="ignore"), pytest.raises(dl.DerivativeError):
            dl.derivative(f, x, "symbolic")


def test_several_outputs_share_the_parts():
    def orbit(p):
        x, out = p[0], []
        for _ in range(12):
            x = p[1] * x * (1 - x)
            out.append(x)
        return np.array(out)

    found = dl.jacobian(orbit, [0.3, 3.1], "symbolic")
    np.testing.assert_allclose(found, dl.jacobian(orbit, [0.3, 3.1], "reverse"), rtol=1e-11)


@pytest.mark.parametrize("method", ["reference", "symbolic"])
@pytest.mark.parametrize("outer", [np.sin, np.tanh, lambda v: 1 / (2 + v * v)])
def test_numbers_above_all_floats_cost_no_more_than_others(method, outer):
    def tower(x):
        for _ in range(4):
            x = np.exp(x)
        return outer(x) + 0.0

    with contextlib.suppress(dl.DerivativeError):
        assert dl.derivative(tower, 1.0, method) == 0.0


@pytest.mark.parametrize("method", ["reference", "richardson", "reverse"])
def test_entries_that_are_the_rounding_noise_of_others_are_zeros(method):
    def rotated(x):
        c, s = x[0] / math.hypot(x[0], x[1]), x[1] / math.hypot(x[0], x[1])
        return np.array([c * x[0] + s * x[1], c * x[1] - s * x[0]])

    found = dl.jacobian(rotated, [0.3, 0.7], method)
    np.testing.assert_allclose(
        found, [[0.3 / math.hypot(0.3, 0.7), 0.7 / math.hypot(0.3, 0.7)], [0, 0]], atol=1e-12
    )


def rooted(x, n):
    for _ in range(n):
        x = np.sqrt(x * x + x + 1) * np.sin(x) ** 3 + np.exp(-x) / (2 + np.arctan(x))
    return x


@pytest.mark.parametrize(("f", "n"), [(logistic, 12), (logistic, 60), (rooted, 8), (rooted, 40)])
def test_derivatives_of_deep_formulas_share_their_parts(f, n):
    formula = dl.expression(f, 0.3, args=(n,))
    found = Graph({formula.symbols[()]: 0.3}, 10**6).value(formula.derivative()[()])
    assert float(found) == pytest.approx(dl.derivative(f, 0.3, "reverse", args=(n,)), rel=1e-9)
    count = formula.operations
    assert count["f"] > 2_000 and count["f_shared"] < n * (n + 40)
    assert count["derivative"] > count["f"] and count["derivative_shared"] < 12 * count["f_shared"]


def test_long_formulas_are_counted_as_sympy_counts_them():
    formula = dl.expression(logistic, 0.3, args=(12,))
    assert formula.operations["f"] == sympy.count_ops(formula.expression)


def test_derivatives_with_respect_to_several_symbols_share_their_parts():
    def f(p):
        x = p[0]
        for _ in range(12):
            x = p[1] * x * (1 - x) + p[2] ** 2
        return x

    point = [0.3, 3.1, 0.1]
    formula = dl.expression(f, point)
    numbers = dict(zip(formula.symbols, point, strict=True))
    found = [float(Graph(numbers, 10**6).value(e)) for e in formula.derivative()]
    np.testing.assert_allclose(found, dl.gradient(f, point), rtol=1e-9)


def test_a_formula_that_takes_too_long_to_write_out_is_refused(monkeypatch):
    def f(x):
        y = x
        for k in range(16):
            y = np.maximum(y * 1.1, np.minimum(y + 0.1 * k, y**2))
        return y

    monkeypatch.setattr("derivlab.methods.symbolic.SECONDS", 0.3)
    with pytest.raises(dl.DerivativeError, match="expression swell"):
        dl.expression(f, 0.7)
    assert dl.compare(f, 0.7)["symbolic"].digits > 14
