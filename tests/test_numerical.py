"""Numerical methods: accuracy at awkward scales, batches that must never change a number, honest refusals."""

import math
import warnings

import numpy as np
import pytest
import scipy.special

import derivlab as dl
from derivlab.errors import DerivativeError
from derivlab.methods import few
from derivlab.methods.batch import Points
from derivlab.methods.numerical import (
    CentralDifference,
    ComplexStep,
    FivePoint,
    ForwardDifference,
    Richardson,
)

METHODS = (ForwardDifference(), CentralDifference(), FivePoint(), Richardson(), ComplexStep())
ACCURACY = {
    "forward_difference": 1e-4,
    "central_difference": 1e-6,
    "five_point": 1e-6,
    "richardson": 1e-10,
    "complex_step": 1e-13,
}
IDS = [m.name for m in METHODS]


def logistic(x):
    for _ in range(8):
        x = 4.0 * x * (1.0 - x)
    return x


def logistic_slope(x):
    """The iterate is sin²(2⁸θ) for x = sin²θ."""
    theta = math.asin(math.sqrt(x))
    return 2**8 * math.sin(2**9 * theta) / math.sin(2 * theta)


KNOWN = [
    (np.sin, 0.7, math.cos(0.7)),
    (lambda x: x**2, 1e150, 2e150),
    (lambda x: 1 / x, 1e-150, -1e300),
    (lambda x: np.exp(-x), 30.0, -math.exp(-30.0)),
    (scipy.special.gamma, 3.3, float(scipy.special.gamma(3.3) * scipy.special.digamma(3.3))),
    (np.linalg.det, np.array([[2.0, 1.0], [0.5, 3.0]]), [[3.0, -0.5], [-1.0, 2.0]]),
    (lambda x: np.array([x[0] * x[1], np.exp(x[0])]), np.array([0.5, 2.0]), [[2, 0.5], [math.exp(0.5), 0]]),
    (lambda x: [x[0] ** 2, x[1]], np.array([3.0, 1.0]), [[6.0, 0.0], [0.0, 1.0]]),
    (lambda x: np.outer(x, x), np.array([2.0, 3.0]), [[[4, 0], [3, 2]], [[3, 2], [0, 6]]]),
    (lambda x: x * 0 + 3, 1.0, 0.0),
]  # fmt: skip

AWKWARD = [
    ("far out", np.sin, 1e8, math.cos(1e8)),
    ("fine structure at 0", lambda x: 1e-9 * np.sin(x / 1e-9), 0.0, 1.0),
    ("scale above x", np.cos, 1e-8, -1e-8),
    ("steep switch", lambda x: np.tanh(1e6 * x), 1e-7, 1e6 * (1 - math.tanh(0.1) ** 2)),
    ("near the edge", lambda x: np.sqrt(x - 1), 1.0001, 0.5 / math.sqrt(1.0001 - 1)),
    ("logarithm near 0", np.log, 1e-10, 1e10),
    ("steep exponential", lambda x: np.exp(100 * x), 1.0, 100 * math.exp(100)),
    ("narrow bump", lambda x: np.exp(-(((x - 1.0001) / 1e-4) ** 2)), 1.0, 2 / 1e-4 * math.exp(-1)),
    ("logistic map", logistic, 0.3, logistic_slope(0.3)),
    ("tail", lambda x: np.exp(-(x**2)), 25.0, -50 * math.exp(-625)),
    ("plateau", lambda x: 1e6 + np.sin(x), 1.0, math.cos(1.0)),
    ("raises outside", math.log, 0.5, 2.0),
    ("single precision", lambda x: np.float32(x) ** 2, 1.5, 3.0),
    ("flat", lambda x: 1.0 - np.cos(x), 0.0, 0.0),
]
SCALES = np.array([1e-8, 1.0, 1e8])


@pytest.mark.parametrize("method", METHODS, ids=IDS)
@pytest.mark.parametrize(("f", "x", "slope"), KNOWN)
def test_known_slopes(method, f, x, slope):
    estimate = method.jacobian(f, x)
    assert estimate.value.dtype == np.float64
    assert estimate.value.shape == np.shape(slope)
    np.testing.assert_allclose(
        estimate.value, slope, rtol=ACCURACY[method.name], atol=1e-7 * np.max(np.abs(slope))
    )


@pytest.mark.parametrize(("name", "f", "x", "slope"), AWKWARD, ids=[a[0] for a in AWKWARD])
def test_richardson_finds_the_scale(name, f, x, slope):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        estimate = Richardson().jacobian(f, x)
    assert estimate.value == pytest.approx(slope, rel=1e-6, abs=1e-12)
    assert abs(estimate.value - slope) <= 10 * estimate.error + 1e-12 * abs(slope)


@pytest.mark.parametrize("method", METHODS, ids=IDS)
def test_badly_scaled_coordinates(method):
    f = lambda x: np.sum(x**2 / SCALES)  # noqa: E731
    found = method.jacobian(f, SCALES).value * np.array([0.0, 1.0, 1.0])
    np.testing.assert_allclose(found, [0.0, 2.0, 2.0], rtol=1e-2)


def test_edges_of_the_domain_are_met_from_one_side():
    def root(x):
        return math.sqrt(x) ** 3 + 2.0 * x

    estimate = Richardson().jacobian(root, 0.0)
    assert estimate.value == pytest.approx(2.0, abs=1e-6)
    assert any("one-sided" in note for note in estimate.notes)


REFUSED = [
    ("kink", np.abs, 0.0),
    ("jump", np.floor, 2.0),
    ("singular", np.sqrt, 0.0),
    ("norm", np.linalg.norm, np.zeros(2)),
    ("lifted point", lambda x: 5.0 if x == 2 else x * x, 2.0),
    ("None", lambda x: None, 1.0),
    ("text", str, 1.0),
    ("complex", lambda x: np.exp(1j * x), 1.0),
    ("ragged", lambda x: [[x], [x, x]], 1.0),
    ("infinite", lambda x: np.exp(1000 * x), 1.0),
]


@pytest.mark.parametrize(("name", "f", "x"), REFUSED, ids=[r[0] for r in REFUSED])
def test_richardson_refuses(name, f, x):
    with pytest.raises(DerivativeError):
        Richardson().jacobian(f, x)


NOT_ANALYTIC = [
    (lambda x: np.abs(x) ** 2, -1.5),
    (lambda x: np.real(x * np.conj(x)), 1.5),
    (lambda x: np.sum(x.real**2), np.array([1.0, 2.0])),
    (lambda x: float(np.real(x)) ** 2, 1.5),
    (lambda x: x.astype(float) @ x.astype(float), np.array([1.0, 2.0])),
    (lambda x: x.conj() @ x, np.array([1.0, 2.0])),
    (lambda x: np.abs(x[0]) * x[1], np.array([-1.0, 2.0])),
    (np.linalg.norm, np.array([3.0, 4.0])),
    (math.sin, 0.5),
]


@pytest.mark.parametrize(("f", "x"), NOT_ANALYTIC)
def test_complex_step_refuses_what_is_not_analytic(f, x):
    with pytest.raises(DerivativeError):
        ComplexStep().jacobian(f, x)


@pytest.mark.parametrize("step", [0.0, -1e-6, math.nan, math.inf, "small", 1e-30, np.ones(3)])
def test_bad_steps_are_refused(step):
    with pytest.raises(DerivativeError):
        CentralDifference(step=step).jacobian(lambda x: x[0] * x[1], np.array([1.0, 2.0]))


def test_a_given_step_is_taken():
    assert ForwardDifference(step=0.5).jacobian(lambda x: x * x, 1.0).value == 2.5
    steps = CentralDifference(step=np.array([0.5, 0.25])).jacobian(lambda x: np.sum(x**3), np.ones(2)).value
    np.testing.assert_allclose(steps, [3.25, 3.0625])


@pytest.mark.parametrize("method", METHODS[:3], ids=IDS[:3])
def test_values_outside_the_domain_are_named(method):
    with pytest.raises(DerivativeError, match=r"x\[0\]"):
        method.jacobian(lambda x: np.where(x > 1.0, np.nan, np.where(x < 1.0, np.inf, x)), 1.0)


@pytest.mark.parametrize("method", METHODS, ids=IDS)
def test_products_along_a_direction(method):
    f = lambda x: np.array([x[0] ** 2 * x[1], np.sin(x[1])])  # noqa: E731
    estimate = method.jvp(f, np.array([1.0, 2.0]), np.array([1.0, -3.0]))
    np.testing.assert_allclose(estimate.value, [1.0, -3 * math.cos(2.0)], rtol=1e-5)
    assert estimate.evaluations <= 21


@pytest.mark.parametrize(
    ("method", "digits"), [(ForwardDifference(), 1e-5), (CentralDifference(), 1e-5), (Richardson(), 1e-9)]
)
def test_hessians(method, digits):
    f = lambda x: x[0] ** 2 * x[1] + np.sin(x[1] * x[2])  # noqa: E731
    x = np.array([1.0, 2.0, -0.3])
    s, c = math.sin(x[1] * x[2]), math.cos(x[1] * x[2])
    mixed = c - x[1] * x[2] * s
    truth = [[2 * x[1], 2 * x[0], 0], [2 * x[0], -(x[2] ** 2) * s, mixed], [0, mixed, -(x[1] ** 2) * s]]
    found = method.hessian(f, x).value
    np.testing.assert_allclose(found, truth, atol=4 * digits)
    np.testing.assert_array_equal(found, found.T)
    assert method.hessian(np.exp, 0.5).value == pytest.approx(math.exp(0.5), rel=10 * digits)


N = 40
WEIGHTS = np.linspace(1.0, 2.0, N)
STATE = {"calls": 0}


def in_place(x):
    x *= 2.0
    return np.sum(x**2, axis=0)


def branch_on_any(x):
    return np.sum(x**3, axis=0) if np.any(x < 0.0) else np.sum(x**2, axis=0)


def square_when_square(x):
    return np.sum(x**2, axis=0) if x.ndim == 1 or x.shape[0] != x.shape[1] else np.sum(x**3, axis=0)


def by_size(x):
    """Right for small batches only."""
    return np.sum(x**2, axis=0) if x.ndim == 1 or x.shape[-1] < 12 else np.sum(x**2, axis=0) + x[0] * 1e-3


def newton(x):
    y = np.sum(x, axis=0) * 0.5
    while np.max(np.abs(y * y - np.sum(x, axis=0))) > 1e-6:
        y = 0.5 * (y + np.sum(x, axis=0) / y)
    return y


# Each is right one by one; in one batch each is either right too or another function.
TEMPTING = [
    lambda x: np.sum(x**2, axis=0),
    lambda x: np.sum(x**2, axis=-1),
    lambda x: np.sum(x**2),
    lambda x: x - x.mean(),
    lambda x: x / np.max(x),
    lambda x: np.sort(x) * WEIGHTS,
    lambda x: np.cumsum(x) ** 2,
    lambda x: x * WEIGHTS,
    lambda x: x @ np.outer(WEIGHTS, WEIGHTS[:7]),
    lambda x: np.outer(WEIGHTS[:5], WEIGHTS) @ x,
    lambda x: np.linalg.norm(x),
    lambda x: x[0] * x[1] + np.max(x) * 1e-6,
    lambda x: sum(v * v for v in x),
    lambda x: max(x) * min(x),
    lambda x: x.ravel()[:3] ** 2,
    lambda x: np.diff(x) ** 2,
    lambda x: x[0] * np.ones(5),
    in_place, branch_on_any, square_when_square, by_size, newton,
]  # fmt: skip


# Sums of forty terms in another order differ by a few ε, which a difference divides by its step.
ROUNDING = {"forward_difference": 1e-5, "central_difference": 1e-8, "five_point": 1e-9, "richardson": 1e-9}


def alone(f):
    """f that refuses anything but one point."""

    def single(x):
        if np.shape(x) != (N,):
            raise TypeError("one point at a time")
        return f(x)

    return single


@pytest.mark.parametrize("method", METHODS[:4], ids=IDS[:4])
@pytest.mark.parametrize("f", TEMPTING)
def test_batches_change_no_number(method, f):
    for x in (np.linspace(0.3, 2.0, N), np.linspace(0.3, 2.0, N)[::-1] * 1.1):
        together, apart = method.jacobian(f, x), method.jacobian(alone(f), x)
        np.testing.assert_allclose(
            together.value, apart.value, rtol=0, atol=ROUNDING[method.name] * np.max(np.abs(apart.value))
        )


def test_a_branch_taken_inside_a_block_is_seen():
    x = np.linspace(0.3, 2.0, N)
    x[0] = 1e-9
    f = lambda x: np.sum(x**2, axis=0) if np.any(x < -1e-8) else np.sum(x**3, axis=0)  # noqa: E731
    method = CentralDifference(step=1e-6)
    np.testing.assert_allclose(method.jacobian(f, x).value, method.jacobian(alone(f), x).value, rtol=1e-9)


@pytest.mark.parametrize(
    "f", [lambda x: np.sum(x**2, axis=0), lambda x: np.sum(x**2, axis=-1), lambda x: x**2]
)
def test_batches_save_calls(f):
    calls = []

    def counted(x):
        calls.append(np.shape(x))
        return f(x)

    x = np.linspace(0.3, 2.0, N)
    for method in METHODS:
        calls.clear()
        estimate = method.jacobian(counted, x)
        np.testing.assert_allclose(
            np.sum(estimate.value, axis=0) if estimate.value.ndim > 1 else estimate.value, 2 * x, rtol=1e-5
        )
        assert len(calls) <= 20
        assert estimate.evaluations >= N


@pytest.mark.parametrize("n", [3, 20])
def test_inputs_that_change_nothing_take_no_more_than_others(n):
    def f(x):
        return np.array([x[0] * np.exp(-x[1]), 1e3 * x[1] ** 2])

    estimate = Richardson().jacobian(f, np.linspace(0.7, 1.3, n))
    assert estimate.evaluations <= 8 * n + 16
    assert not np.any(estimate.value[:, 2:])
    assert "few digits" not in " ".join(estimate.notes)


def test_a_slope_that_cannot_be_seen_beside_f_is_looked_for_all_the_same():
    x = np.array([1.0, 1e-18])
    np.testing.assert_allclose(Richardson().jacobian(lambda x: x[0] ** 2 + 3.0 * x[1], x).value, [2.0, 3.0])


def test_failing_the_check_costs_a_few_evaluations():
    x = np.linspace(0.3, 2.0, N)
    assert len(Points(np.sum, x).base) == 1
    calls = []
    CentralDifference().jacobian(lambda x: (calls.append(1), np.sum(x**2))[1], x)
    assert len(calls) <= 2 * N + 6


def test_random_functions_are_not_batched():
    rng = np.random.default_rng(0)
    points = Points(lambda x: np.sum(x**2, axis=0) * rng.uniform(0.9, 1.1), np.linspace(0.3, 2.0, N))
    points.shifted(np.arange(N), points.x)
    assert points.layout is None


KINKS = [
    (np.abs, 0.0),
    (lambda x: np.maximum(0.0, 1.0 - x), 1.0),
    (np.round, 0.5),
    (np.linalg.norm, np.zeros(2)),
]


@pytest.mark.parametrize("method", [Richardson(), ComplexStep()], ids=["richardson", "complex_step"])
@pytest.mark.parametrize(("f", "x"), KINKS)
def test_symmetric_kinks_are_not_a_slope_of_zero(method, f, x):
    with pytest.raises(DerivativeError):
        method.jacobian(f, x)


@pytest.mark.parametrize("x", [1e12, 1e15])
def test_waves_far_out(x):
    assert Richardson().jacobian(np.sin, x).value == pytest.approx(math.cos(x), rel=1e-6)


def test_errors_beside_x_mean_a_step_too_long():
    table = [0.0, 1.0, 4.0, 9.0]
    assert Richardson().jacobian(lambda x: table[int(x)] * x, 3.9).value == pytest.approx(9.0, rel=1e-9)


@pytest.mark.parametrize("x", [5e-324, -1e-313, 1e-310, [1e-320, 1.0]])
def test_numbers_too_small_for_a_fraction_of_themselves_are_stepped_like_zero(x):
    comparison = dl.compare(lambda t: np.sum(np.sin(t)), x)
    for row in comparison.rows:
        assert row.error is None
        assert np.max(np.abs(row.value - np.cos(x))) < 1e-7
    assert comparison.verdict.trust == "value"


@pytest.mark.parametrize("bend", [1.5, 1.05, 1.005])
def test_the_complex_step_sees_small_kinks_that_real_parts_decide(bend):
    with pytest.raises(DerivativeError, match="not analytic"):
        ComplexStep().jacobian(lambda x: np.where(np.real(x) > 0, bend * x, x), 0.0)


def test_the_complex_step_checks_curved_functions_with_few_evaluations():
    def rosenbrock(x):
        return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    assert ComplexStep().jacobian(rosenbrock, np.linspace(0.5, 1.5, 10)).evaluations <= 15


@pytest.mark.parametrize("stiff", [1.0, 5.0])  # settled after three steps, and after four
def test_first_steps_say_the_same_in_numbers_and_in_arrays(monkeypatch, stiff):
    calls = 0

    def f(x):
        nonlocal calls
        calls += 1  # it is called at one point at a time
        return np.stack([np.exp(-stiff * x[0]) * np.sin(x[1]), x[1] ** 3])

    x = np.array([0.5, 1.2])
    one = Richardson().jacobian(f, x)
    monkeypatch.setattr(few, "FEW", 0)
    other = Richardson().jacobian(f, x)
    np.testing.assert_allclose(one.value, other.value, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(one.error, other.error, rtol=1e-3, atol=1e-15)
    assert one.evaluations == other.evaluations


@pytest.mark.parametrize("step", [3e-16, 1e-15, [1.0, 1e-15]])
def test_a_ladder_that_would_end_in_rounding_is_refused(step):
    with pytest.raises(DerivativeError, match="x \\+ h rounds to x"):
        Richardson(step=step).jacobian(lambda x: np.sum(x**2), np.array([1.0, 2.0]))


def test_smooth_slopes_take_few_steps_and_their_error_is_bounded():
    def f(x):
        return math.exp(-x) * math.sin(x)

    for x in np.linspace(0.2, 3.0, 30):
        estimate = Richardson().jacobian(f, x)
        apart = abs(estimate.value - math.exp(-x) * (math.cos(x) - math.sin(x)))
        assert estimate.evaluations <= 9
        assert apart <= estimate.error <= 1e-10


def test_functions_that_take_batches_are_remembered_and_checked_each_time():
    turn = [1.0]

    def f(x):
        calls.append(np.shape(x))
        return np.sum(turn[0] * x**2, axis=0)

    calls, x = [], np.linspace(0.3, 2.0, N)
    first = Richardson().jacobian(f, x).value
    trial = len(calls)
    calls.clear()
    np.testing.assert_allclose(Richardson().jacobian(f, x).value, first, rtol=1e-12)
    assert len(calls) < trial
    turn[0] = np.linspace(
        1.0, 2.0, N
    )  # now a batch of columns is another function, and one of N wrong columns
    np.testing.assert_allclose(Richardson().jacobian(f, x).value, 2 * turn[0] * x, rtol=1e-9)
