"""Singular points, narrow features and far scales: the slope of f as it is written, or a refusal."""

import contextlib
import functools
import math

import numpy as np
import pytest

import derivlab as dl

FOLLOWING = ("forward", "reverse", "symbolic", "reference", "program")


@pytest.mark.parametrize("method", FOLLOWING)
def test_zero_to_the_power_of_zero_has_no_slope_in_the_exponent(method):
    for f, x in ((lambda x: x[0] ** x[1], [0.0, 0.0]), (lambda x: 0.0**x, 0.0), (lambda x: x**x, 0.0)):
        with pytest.raises(dl.DerivativeError):
            dl.gradient(f, x, method)


@pytest.mark.parametrize("method", ["forward", "reverse", "reference", "program"])
def test_zero_to_other_powers_is_flat(method):
    assert not dl.gradient(lambda x: x[0] ** x[1], [0.0, 3.0], method).any()
    assert dl.gradient(lambda x: x[0] ** x[1], [2.0, 0.0], method) == pytest.approx([0.0, math.log(2.0)])


@pytest.mark.parametrize("method", ["forward", "reverse", "symbolic", "reference"])
def test_the_upper_root_of_a_matrix_reads_the_upper_triangle(method):
    found = dl.gradient(lambda x: np.linalg.cholesky(x, upper=True).sum(), [[2.0, 1.0], [1.0, 2.0]], method)
    assert found[1, 0] == 0.0
    assert found[0, 1] == pytest.approx(1 / math.sqrt(2.0) - 0.5 / math.sqrt(1.5), rel=1e-12)


@pytest.mark.parametrize(
    ("f", "x", "v", "slope"),
    [
        (lambda x: np.hypot(x, x), 1e200, 0.3, 0.3 * math.sqrt(2.0)),
        (lambda x: np.sin(x * 1e200), 1e-200, 1.0, 1e200 * math.cos(1.0)),
        (lambda x: np.sum(x**2), [1.0, 2.0], [0.0, 0.0], 0.0),
    ],
)
def test_the_reference_moves_along_v_by_no_more_than_x(f, x, v, slope):
    assert dl.jvp(f, x, v, "reference") == pytest.approx(slope, rel=1e-12)


def test_a_narrow_feature_of_the_formula_is_no_severed_graph():
    """Width 10⁻⁴ and height 10⁻³: long steps see the line around it, all exact methods its slope of 11."""
    verdict = dl.compare(lambda x: x + 10 * (x - 1) * np.exp(-(((x - 1) * 1e4) ** 2)), 1.0).verdict
    assert (verdict.trust, verdict.kind, verdict.value) == ("value", "agree", pytest.approx(11.0))


def test_a_derivative_inside_a_program_raises_one_kind_of_error_or_none():
    def f(x):
        return dl.derivative(lambda y: dl.derivative(lambda z: x * y + z * z * x, 1.0) * y, 2.0)

    with contextlib.suppress(dl.DerivativeError):
        assert dl.derivative(f, 0.5, "program") == pytest.approx(2.0)


def test_a_second_derivative_that_swells_is_given_up(monkeypatch):
    def norm_of_iterates(v):
        y = np.array([1.0, 0.3])
        for _ in range(40):
            y = np.array([[v[0], v[1]], [v[1], v[2]]]) @ y
            y = y / np.sqrt(np.sum(y**2))
        return y[0]

    monkeypatch.setattr("derivlab.lift.nested.SECONDS", 0.2)
    with pytest.raises(dl.DerivativeError, match="expression swell"):
        dl.hessian(norm_of_iterates, [4.0, 1.0, 3.0], "symbolic")


def test_a_cache_that_never_looks_at_x_is_no_agreement():
    """Followed, the function under the cache has a slope of 2x; called, f has one value for good."""
    current = {}

    @functools.cache
    def squares():
        return np.sum(current["x"] ** 2)

    def f(x):
        current["x"] = x
        return squares()

    verdict = dl.compare(f, [1.5, 2.5]).verdict
    assert (verdict.trust, verdict.kind) == ("unreliable", "hidden_state")
