"""Every method on functions with known derivatives."""

import functools
import math

import numpy as np
import pytest
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st

import derivlab as dl

EXACT = ["forward", "reverse", "reference", "symbolic"]
NUMERICAL = {"richardson": 1e-8, "five_point": 1e-7, "central_difference": 1e-5, "forward_difference": 1e-4}


def filled(x):
    y = np.zeros(3)
    y[0] = x[0] * x[1]
    y[1:] = np.sin(x)
    y[2] += y[0]
    return np.sum(y**2)


def through_view(x):
    a = np.zeros((2, 2))
    a[0][1] = x[0]
    row = a[1]
    row += x[1]
    a.T[0, 0] = x[0] * x[1]
    return np.sum(a**2)


def newton(x):
    y = 1.0 + x
    while abs(y * y - x) > 1e-13:
        y = 0.5 * (y + x / y)
    return y


def horner(x, coefficients=(1.0, 2.0, 3.0)):
    return functools.reduce(lambda total, c: total * x + c, coefficients)


def runge_kutta(x):
    y = np.empty(11)
    y[0] = x
    for i in range(10):
        k = -y[i] * 0.1
        y[i + 1] = y[i] + k * (1 + 0.05 * y[i])
    return y[-1]


CASES = [
    ("sin", lambda x: np.sin(x), 0.7, math.cos(0.7)),
    ("math", lambda x: math.exp(math.sin(x)), 0.7, math.exp(math.sin(0.7)) * math.cos(0.7)),
    ("float", lambda x: float(x) ** 3, 2.0, 12.0),
    ("horner", horner, 2.0, 6.0),
    ("newton", newton, 2.0, 0.5 / math.sqrt(2.0)),
    ("array", lambda x: np.array([x[0] * x[1], np.exp(x[0])]), [0.5, 2.0], [[2.0, 0.5], [math.exp(0.5), 0.0]]),
    ("view", through_view, [0.5, 2.0], None),
    ("solve", lambda x: np.linalg.solve(np.array([[x[0], 1.0], [1.0, x[1]]]), np.ones(2)), [3.0, 2.0], None),
    ("det", lambda x: np.linalg.det(x), [[2.0, 1.0], [0.5, 3.0]], [[3.0, -0.5], [-1.0, 2.0]]),
    ("expm1", lambda x: np.expm1(x) + np.log1p(x), 0.3, math.exp(0.3) + 1 / 1.3),
    ("erf", lambda x: scipy.special.erf(x), 0.4, 2 / math.sqrt(math.pi) * math.exp(-0.16)),
    ("norm", lambda x: np.linalg.norm(x), [3.0, 4.0], [0.6, 0.8]),
    ("prod", lambda x: np.prod(x), [2.0, 3.0, 4.0], [12.0, 8.0, 6.0]),
    ("cumprod", lambda x: np.cumprod(x)[-1], [2.0, 3.0], [3.0, 2.0]),
    ("matmul", lambda x: x @ np.array([[2.0, 0.0], [1.0, 3.0]]) @ x, [1.0, 2.0], [6.0, 13.0]),
    ("einsum", lambda x: np.einsum("i,j->ij", x, x).sum(), [1.0, 2.0], [6.0, 6.0]),
    ("where", lambda x: np.where(x > 0, x**2, -x).sum(), [1.0, -2.0], [2.0, -1.0]),
    ("max", lambda x: np.max(x) * np.min(x), [1.0, 3.0, 2.0], [3.0, 1.0, 0.0]),
    ("sort", lambda x: np.sort(x) @ np.arange(3.0), [3.0, 1.0, 2.0], [2.0, 0.0, 1.0]),
    ("var", lambda x: np.var(x), [1.0, 2.0, 6.0], [-4 / 3, -2 / 3, 2.0]),
    ("trajectory", runge_kutta, 1.5, None),
    ("vectorised", lambda x: np.vectorize(lambda t: t * t)(x).sum(), [1.0, 2.0], [2.0, 4.0]),
    ("linspace", lambda x: np.linspace(0.0, x, 5).sum(), 2.0, 2.5),
    ("list", lambda x: [x[0] ** 2, x[1]], [3.0, 1.0], [[6.0, 0.0], [0.0, 1.0]]),
]  # fmt: skip


def known(f, x, value):
    return dl.jacobian(f, x, "richardson") if value is None else np.asarray(value)


@pytest.mark.parametrize("method", EXACT)
@pytest.mark.parametrize(("name", "f", "x", "value"), CASES, ids=[c[0] for c in CASES])
def test_exact_methods(name, f, x, value, method):
    found = dl.jacobian(f, x, method)
    np.testing.assert_allclose(
        found,
        known(f, x, value),
        rtol=1e-8 if value is None else 1e-12,
        atol=1e-10 if value is None else 1e-13,
    )


@pytest.mark.parametrize("method", NUMERICAL)
@pytest.mark.parametrize(("name", "f", "x", "value"), [c for c in CASES if c[3] is not None])
def test_numerical_methods(name, f, x, value, method):
    np.testing.assert_allclose(
        dl.jacobian(f, x, method), value, rtol=NUMERICAL[method], atol=NUMERICAL[method]
    )


@pytest.mark.parametrize("method", EXACT)
def test_item_assignment_follows_later_writes(method):
    # f = (x0 x1)² + sin²x0 + (sin x1 + x0 x1)²
    a, b = 1.0, 2.0
    tail = math.sin(b) + a * b
    truth = [
        2 * a * b * b + 2 * math.sin(a) * math.cos(a) + 2 * tail * b,
        2 * a * b * a + 2 * tail * (math.cos(b) + a),
    ]
    np.testing.assert_allclose(dl.gradient(filled, [a, b], method), truth, rtol=1e-13)


@pytest.mark.parametrize("method", ["forward", "reverse", "reference", "symbolic", "central_difference"])
def test_no_perturbation_confusion(method):
    assert dl.derivative(lambda x: x * dl.derivative(lambda y: x + y, 2.0), 1.5, method) == pytest.approx(
        1.0, abs=1e-8
    )


def test_gradient_functions_compose_and_pass_arguments_on():
    assert dl.grad(dl.grad(np.sin))(1.0) == pytest.approx(-math.sin(1.0), rel=1e-14)
    assert dl.grad(lambda a, b: a * b**3, argnum=1)(2.0, 3.0) == pytest.approx(54.0)
    assert dl.gradient(lambda x, k: k * x**2, 3.0, args=(5.0,)) == pytest.approx(30.0)


def test_products_and_hessian():
    def f(x):
        return x[0] ** 2 * x[1]

    np.testing.assert_allclose(dl.hessian(f, [1.0, 2.0]), [[4.0, 2.0], [2.0, 0.0]])
    np.testing.assert_allclose(dl.hvp(f, [1.0, 2.0], [1.0, 1.0]), [6.0, 2.0])
    assert dl.jvp(f, [1.0, 2.0], [1.0, 0.0]) == pytest.approx(4.0)
    np.testing.assert_allclose(dl.vjp(lambda x: x**2, [1.0, 2.0], [1.0, 10.0]), [2.0, 40.0])
    assert dl.value_and_gradient(lambda x: x**2, 3.0) == (9.0, 6.0)


def test_x_is_never_changed():
    def mutates(x):
        x *= 2.0
        return np.sum(x**2)

    x = np.array([1.0, 2.0])
    for method in dl.methods():
        if method.name != "complex_step":
            np.testing.assert_allclose(dl.gradient(mutates, x, method), [8.0, 16.0], rtol=1e-6)
        np.testing.assert_array_equal(x, [1.0, 2.0])


TRAPS = [
    ("kink", lambda x: np.abs(x), 0.0),
    ("special case", lambda x: 4.0 if x == 2 else x * x, 2.0),
    ("singular slope", lambda x: np.sqrt(x), 0.0),
    ("random", lambda x: x * np.random.rand(), 1.0),
    ("norm at zero", lambda x: np.linalg.norm(x), np.zeros(2)),
    ("jump", lambda x: np.floor(x) * x, 2.0),
    ("None", lambda x: None, 1.0),
    ("text", lambda x: "a", 1.0),
]


@pytest.mark.parametrize("method", ["forward", "reverse"])
@pytest.mark.parametrize(("name", "f", "x"), TRAPS, ids=[t[0] for t in TRAPS])
def test_refused_rather_than_wrong(name, f, x, method):
    with pytest.raises(dl.DerivativeError):
        dl.gradient(f, x, method)


def test_smooth_joins_are_not_refused():
    assert dl.derivative(lambda x: x * np.abs(x), 0.0) == 0.0
    assert dl.derivative(lambda x: np.maximum(x, 0.0) ** 2, 0.0) == 0.0
    assert dl.derivative(lambda x: 3.0 + 0.0 * x, 1.0) == 0.0


@pytest.mark.parametrize("x", ["text", [], float("nan"), [np.inf, 1.0], None])
def test_bad_points_are_refused(x):
    with pytest.raises(dl.DerivativeError):
        dl.gradient(np.sin, x)


UNARY = [
    np.sin,
    np.cos,
    np.tanh,
    np.exp,
    np.arctan,
    lambda v: v * v,
    lambda v: v + 1.5,
    lambda v: 1 / (2 + v * v),
]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(st.integers(0, len(UNARY) - 1), min_size=1, max_size=5),
    st.floats(-1.0, 1.0).map(lambda v: round(v, 6)),
)
def test_compositions_agree_with_the_reference(chain, x):
    def f(v):
        for i in chain:
            v = UNARY[i](v)
        return v

    truth = dl.derivative(f, x, "reference")
    for method in ("forward", "reverse"):
        assert dl.derivative(f, x, method) == pytest.approx(truth, rel=1e-11, abs=1e-55)


@pytest.mark.parametrize(
    ("f", "slope"),
    [
        (lambda x: np.clip(x, 0, 1) ** 2, 0.0),
        (lambda x: x * np.abs(x), 0.0),
        (lambda x: 1e-200 * np.sin(x), 1e-200),
        (lambda x: np.sin(x) + np.maximum(x, 0) ** 2, 1.0),
    ],
)
def test_the_reference_takes_no_remainder_for_a_slope(f, slope):
    assert dl.derivative(f, 0.0, "reference") == slope


@pytest.mark.parametrize("large", [1e40, 1e50, 1e55, 1e60])
def test_the_reference_resolves_a_slope_beside_a_large_constant(large):
    assert abs(dl.derivative(lambda x: np.exp(x) + large, 1.0, "reference") / np.e - 1) < 1e-14
    assert dl.derivative(lambda x: (x - 1) ** 2 + large, 1.0, "reference") == 0.0


@pytest.mark.parametrize("large", [1e70, 1e80])
def test_the_reference_says_where_a_hundred_digits_do_not_resolve_a_slope(large):
    with pytest.raises(dl.DerivativeError, match="do not resolve"):
        dl.derivative(lambda x: np.exp(x) + large, 1.0, "reference")


@pytest.mark.parametrize("tiny", [1e-20, 1e-60, -1e-200, 1e-320])
def test_the_reference_sees_slopes_in_tiny_coordinates_beside_large_ones(tiny):
    found = dl.gradient(lambda x: np.sum(np.sin(x)) + 1e3, [tiny, 1.0], "reference")
    assert found == pytest.approx([1.0, np.cos(1.0)], rel=1e-15)


@pytest.mark.parametrize("tiny", [1e-20, 1e-60, 1e-200])
def test_the_reference_steps_in_proportion_to_tiny_numbers(tiny):
    assert dl.derivative(np.log, tiny, "reference") == pytest.approx(1 / tiny, rel=1e-15)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: 2 * x - x / 3 + (-x) * 1.5 + 1 / x,
        lambda x: np.where(x > 0, x**2 / 7, np.divide(1.0, x - x)) + 3**x,
        lambda x: np.exp(-x) * np.sin(x) / (1 + np.sqrt(x)) + np.maximum(x, 0.2) * np.sign(x),
        lambda x: np.arctan2(x, 2) + np.log(x) * np.abs(x - 1) + np.float64(0.5) * x,
    ],
)
def test_the_reference_follows_single_numbers_as_it_follows_arrays(f):
    alone = dl.derivative(f, 0.7, "reference")
    assert alone == dl.jacobian(f, np.array([0.7]), "reference")[0, 0]
    assert alone == pytest.approx(dl.derivative(f, 0.7, "forward"), rel=1e-14)


@pytest.mark.parametrize(
    ("kind", "options", "says"),
    [
        (dl.Reverse, {"kinks": "ignore"}, "neither 'refuse' nor 'convention'"),
        (dl.Forward, {"kinks": None}, "neither 'refuse' nor 'convention'"),
        (dl.Reference, {"exponent": 0}, "whole number from 10 to 45"),  # a step of 1
        (dl.Reference, {"exponent": 60}, "whole number from 10 to 45"),
        (dl.Reference, {"exponent": 20.5}, "whole number from 10 to 45"),
        (dl.Reference, {"exponent": "40"}, "whole number from 10 to 45"),
        (dl.Symbolic, {"limit": "many"}, "no positive number of parts"),
        (dl.Symbolic, {"limit": 0}, "no positive number of parts"),
    ],
)
def test_an_option_that_means_nothing_is_refused(kind, options, says):
    with pytest.raises(dl.DerivativeError, match=says):
        kind(**options)
