"""One run at many points gives what single runs give, or ends with words; numerical methods use it."""

import warnings

import numpy as np
import pytest

import derivlab as dl
from derivlab.gallery import cases
from derivlab.lift import run
from derivlab.lift.batch_space import run_batch
from derivlab.methods.batch import Points
from derivlab.methods.layouts import direct

CASES = list(cases())


def around(x, points):
    """x and points beside it."""
    x = np.asarray(x, dtype=float)
    rng = np.random.default_rng(0)
    moves = rng.uniform(-1e-3, 1e-3, (points, *x.shape)) * np.where(x == 0, 1.0, np.abs(x))
    moves[0] = 0.0
    return x + moves


def outcome(case):
    """`alike`, `refused`, or `apart` where a run of a batch gives other numbers than single runs."""
    points = around(case.x, 4)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        alone = [np.asarray(case.f(p if p.ndim else float(p)), dtype=float) for p in points.copy()]
        try:
            found = run_batch(run, case.f, points)
        except Exception as error:
            return f"refused: {error}"
    size = np.max(np.abs(alone))
    same = found.shape == np.shape(alone) and np.allclose(found, alone, rtol=1e-11, atol=1e-11 * size)
    return "alike" if same else f"apart: {found} instead of {alone}"


@pytest.fixture(scope="module")
def outcomes():
    return {case.name: outcome(case) for case in CASES}


def test_never_other_numbers(outcomes):
    assert {name: what for name, what in outcomes.items() if what.startswith("apart")} == {}


def test_most_functions_run_in_one_sweep(outcomes):
    alike = sum(what == "alike" for what in outcomes.values())
    assert alike >= 0.75 * len(outcomes), {n: w for n, w in outcomes.items() if w != "alike"}


def rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


@pytest.mark.parametrize(
    "method", ["forward_difference", "central_difference", "five_point", "richardson", "complex_step"]
)
def test_a_function_that_keeps_state_is_called_at_every_point(method):
    calls = 0

    def f(x):
        nonlocal calls
        calls += 1
        return rosenbrock(x)

    x = np.linspace(0.5, 1.5, 60)
    assert dl.gradient(f, x, method) == pytest.approx(dl.gradient(rosenbrock, x), rel=1e-5)
    assert calls > 60  # f keeps state: it is called at every point


def fills(x):
    parts = np.zeros(len(x) - 1)
    for k in range(len(x) - 1):
        parts[k] = 100 * (x[k + 1] - x[k] ** 2) ** 2 + (1 - x[k]) ** 2
    return np.sum(parts)


def test_a_function_that_fills_an_array_takes_batches():
    assert Points(fills, np.linspace(0.5, 1.5, 40)).batches(200)


def test_a_function_without_an_axis_argument_takes_batches():
    x = np.linspace(0.5, 1.5, 40)
    points = Points(rosenbrock, x)
    found = points.shifted(np.arange(40), x + 1e-3)
    assert points.layout is direct
    moved = x + 1e-3 * np.eye(40)
    np.testing.assert_allclose(found[:, 0], [rosenbrock(row) for row in moved], rtol=1e-13)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x[0] ** 2 if x[0] > 0.5 else x[1],
        lambda x: np.sum(x[x > 0.5]),
        lambda x: x[int(np.argmax(np.sin(50 * x)))],
    ],
)
def test_points_that_part_are_run_one_by_one(f):
    x = np.linspace(0.1, 0.9, 40)
    with pytest.raises(dl.DerivativeError, match="part"):
        run_batch(run, f, np.stack([x, x[::-1]]))
    assert dl.gradient(f, x, "richardson") == pytest.approx(dl.gradient(f, x), rel=1e-6, abs=1e-9)


def test_chance_is_not_run_in_one_sweep():
    def f(x):
        return np.sum(x) + np.random.default_rng(0).normal()

    with pytest.raises(dl.DerivativeError, match="another value"):
        run_batch(run, f, np.ones((3, 2)))
