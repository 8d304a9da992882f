"""Functions that do nothing but arithmetic: few points go in one plain call, with the values of single ones."""

import warnings

import numpy as np
import pytest
from scipy import special

import derivlab as dl
from derivlab.gallery import cases
from derivlab.lift import batch_rules
from derivlab.lift.direct_batch import DirectBatch, gathering, run_direct
from derivlab.methods import layouts
from derivlab.methods.analytic import arithmetic, pieces
from derivlab.methods.batch import Points
from derivlab.methods.layouts import direct, lifted
from derivlab.methods.richardson import Richardson

CASES = [case for case in cases() if arithmetic(case.f)]
MATRIX = np.linspace(0.1, 0.9, 12).reshape(4, 3)
TIMES = np.linspace(0.0, 1.0, 7)
X = np.array([0.7, 1.2, 0.4])
counts = 0


def rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def alone(f, points):
    return np.array([f(point if point.ndim else float(point)) for point in points.copy()], dtype=float)


def directly(f, points):
    """f at all points in one call."""
    work = []
    proof = arithmetic(f)
    f = proof.by.rebuilt(f, gathering(work)) if proof.gathers else f
    return run_direct(f, points.copy(), work)


def around(x, size=5):
    x = np.asarray(x, dtype=float)
    moves = np.random.default_rng(1).uniform(-1e-3, 1e-3, (size, *x.shape))
    return x + moves * np.where(x == 0, 1.0, np.abs(x))


def outcome(case):
    """`alike`, `refused`, or `apart` where a batch gives other numbers than single calls."""
    points = around(case.x)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            found = directly(case.f, points)
        except Exception as error:
            return f"refused: {error}"
        single = alone(case.f, points)
    size = np.max(np.abs(single))
    same = found.shape == single.shape and np.allclose(found, single, rtol=1e-11, atol=1e-11 * size)
    return "alike" if same else f"apart: {found} instead of {single}"


@pytest.fixture(scope="module")
def outcomes():
    return {case.name: outcome(case) for case in CASES}


def test_never_other_numbers(outcomes):
    assert len(outcomes) > 500
    assert {name: what for name, what in outcomes.items() if what.startswith("apart")} == {}


def test_most_arithmetic_takes_a_batch(outcomes):
    alike = sum(what == "alike" for what in outcomes.values())
    assert alike >= 0.95 * len(outcomes), {n: w for n, w in outcomes.items() if w != "alike"}


def helped(x, scale=2.0, *, much=np.exp):
    def inner(y):
        return np.array([y, scale * much(y)])

    return np.array([inner(v)[1] for v in x])[:2] + recursive(x, 3)


def recursive(x, times):
    return np.array([x[0], x[1]]) * times + sum([recursive(x, k) for k in range(times - 1)])


FORMS = {
    "operators": lambda x: (2.0 - x[0]) / x[1] + 3.0**x - x**0.5 + -x @ MATRIX.T @ MATRIX + abs(x[2] - x),
    "arrays on either side": lambda x: TIMES * x[0] - x[1] * TIMES + np.exp(-x[2] * TIMES) / (TIMES + x[0]),
    "entries and slices": lambda x: x[::-1] * x[-1] + x[None, :, None][0, :, 0] - x[[0, 2, 1]],
    "two axes": lambda x: np.sum(MATRIX * x, axis=1) + (MATRIX * x).max(axis=-1) + (MATRIX + x).T.sum(0),
    "loops": lambda x: (
        sum(v**k for k, v in enumerate(x)) + sum([a * b for a, b in zip(x[1:], reversed(x), strict=False)])
    ),
    "joined": lambda x: np.concatenate([x, np.stack([x[0], x[1] * x[2], 2.0]), TIMES * x[0]]),
    "matrices joined": lambda x: np.concatenate([x[:, None] * x, MATRIX], axis=0) @ x,
    "arrays of entries": lambda x: (
        np.array([[x[0], 1.0], [x[1] * x[2], x[0]]]) @ np.asarray([x[1], 2.0]) + helped(x)
    ),
    "a list": lambda x: [x[0] * x[1], np.tanh(x[2])],
    "no x": lambda x: TIMES,
    "decided without a branch": lambda x: np.where(x > x[0] / 2, np.maximum(x, 0.9), np.clip(x, 0.1, 0.5)),
    "branches on which all points agree": lambda x: (
        max(x[0], x[1]) * x[2] if 0.0 < x[2] < x[1] and not x[0] > 1.0 else abs(x[0])
    ),
    "special": lambda x: special.expit(x) * special.gammaln(x + 1) + np.linalg.norm(MATRIX @ x),
    "statistics": lambda x: (x - x.mean()) / np.std(x) + np.var(x) + x.prod(),
    "copies and shapes": lambda x: x.reshape(3, 1).T[0] * len(x) + x.copy().size + x.flatten() * x.shape[0],
}


@pytest.mark.parametrize("name", FORMS)
def test_all_forms_give_the_values_of_single_calls(name):
    f, points = FORMS[name], around(X, 4)
    assert arithmetic(f)
    np.testing.assert_allclose(directly(f, points), alone(f, points), rtol=1e-13)


def in_place(x):
    y = x * 1.0
    part = y[1:]
    part *= x[:-1]
    total = y[0]
    total += 1.0
    return np.sum(y**2) * total + y[0]


def test_writing_in_place_is_seen_through_views_but_not_by_numbers():
    points = around(X, 4)
    np.testing.assert_allclose(run_direct(in_place, points, []), alone(in_place, points), rtol=1e-13)


def sorts(x):
    y = x * 1.0
    y.sort()
    return y[0] * y[1] ** 2


def counted(x):
    global counts
    counts += 1
    return np.sum(x**2)


OTHERS = {
    "while": lambda x: [x := x / 2 for _ in iter(lambda: np.sum(x) > 1, False)][-1],
    "cast": lambda x: float(x[0]) * x[1],
    "chance": lambda x: np.sum(x) * np.random.default_rng(0).normal(),
    "container": lambda x, seen=[]: seen.append(1) or np.sum(x),
    "count": counted,
    "another ufunc": lambda x: np.sum(np.frompyfunc(lambda v: v * v, 1, 1)(x)),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_may_do_more_than_arithmetic_is_no_candidate(name):
    assert not arithmetic(OTHERS[name])


@pytest.mark.parametrize(
    "f", [sorts, lambda x: np.sum(np.exp(x, where=True)), lambda x: np.mean([x[0], x[1]])]
)
def test_a_form_that_is_not_known_ends_the_run(f):
    assert arithmetic(f)
    with pytest.raises((TypeError, AttributeError)):
        run_direct(f, around(X), [])
    assert Richardson().jacobian(f, X).value == pytest.approx(dl.gradient(f, X), rel=1e-9)


@pytest.mark.parametrize(
    "call",
    [
        bool,
        lambda x: bool(x[0] > 0.7),
        float,
        np.asarray,
        hash,
        lambda x: np.add(x, x, out=np.zeros(3)),
        lambda x: x.sort(),
    ],
)
def test_many_points_are_never_taken_for_one(call):
    with pytest.raises((TypeError, AttributeError)):
        call(DirectBatch(around(X), []))


@pytest.mark.parametrize("n", [2, 3, 5])
def test_few_points_go_in_one_call(n):
    calls = []

    def f(x):
        return rosenbrock(x)

    x = np.linspace(0.5, 1.4, n)
    assert arithmetic(f)
    Richardson().jacobian(f, x)
    estimate = Richardson().jacobian(f, x)
    assert estimate.evaluations == 8 * n + 2  # four steps at once
    assert estimate.value == pytest.approx(dl.gradient(f, x), rel=1e-12)

    def seen(x):
        calls.append(1)
        return rosenbrock(x)

    assert Richardson().jacobian(seen, x).evaluations == len(calls) == 6 * n + 1


def test_a_few_numbers_are_quicker_one_by_one():
    def f(x):
        return x[0] * x[1] + x[1] ** 2

    Richardson().jacobian(f, np.array([0.7, 1.2]))
    assert Richardson().jacobian(f, np.array([0.7, 1.2])).evaluations == 13


def test_what_few_points_showed_is_not_lost_when_many_are_tried():
    def f(x):
        return np.sum(np.log1p(np.exp(-x[:, None] * TIMES) @ TIMES))

    x, least = np.linspace(0.5, 1.4, 20), []
    for size in (20, 40, 20):
        points = Points(f, x)
        points.shifted([0] * size, np.linspace(0.4, 0.6, size).tolist())
        least.append(points.known.least)
    assert points.layout is direct
    assert least[0] == least[1] == least[2] < 20


def test_very_long_arrays_go_one_by_one():
    many = np.linspace(0.0, 1.0, 100_000)

    def f(x):
        return np.mean(np.exp(-x[0] * many) * x[1])

    Richardson().jacobian(f, np.array([0.7, 1.2]))
    assert Richardson().jacobian(f, np.array([0.7, 1.2])).evaluations <= 17


def test_where_points_part_they_go_one_by_one():
    def f(x):
        return x[0] * x[1] + np.sum(np.sin(x)) if x[0] > 0.69 else 2.0 * x[0] + 10.0

    for _ in range(3):
        estimate = Richardson().jacobian(f, X)
        np.testing.assert_allclose(
            estimate.value, [1.2 + np.cos(0.7), 0.7 + np.cos(1.2), np.cos(0.4)], rtol=1e-9
        )


def test_values_of_a_batch_are_checked(monkeypatch):
    def wrong(x, axis=None, keepdims=False):
        return batch_rules.Batch(np.full(len(x.a), 1.0))

    batch_rules.rule.cache_clear()
    batch_rules._fast.cache_clear()
    monkeypatch.setitem(batch_rules._RULES, "sum", wrong)
    try:
        points = Points(lambda x: np.sum(np.sin(x)), X)
        found = points.shifted([0] * 20, np.linspace(0.6, 0.8, 20).tolist())
        assert points.layout is None
        np.testing.assert_allclose(found[0], np.sum(np.sin([0.6, 1.2, 0.4])), rtol=1e-15)
    finally:
        batch_rules.rule.cache_clear()
        batch_rules._fast.cache_clear()


def test_a_form_that_is_not_known_is_lifted_the_next_time():
    def f(x):
        return np.mean([x[0] * x[1], np.sin(x[2]), x[1]]) ** 2 * np.exp(-x[0])

    x = X.copy()
    for layout in (None, lifted):
        points = Points(f, x)
        found = points.shifted([0] * 20, np.linspace(0.6, 0.8, 20).tolist())
        assert points.layout is layout
        assert found[3, 0] == pytest.approx(f(np.array([np.linspace(0.6, 0.8, 20)[3], 1.2, 0.4])), rel=1e-14)


def test_code_that_changes_is_read_again():
    def f(x):
        return np.sum(np.sin(x) * x)

    points = Points(f, X)
    points.shifted([0] * 20, [0.5] * 20)
    assert points.layout is direct
    f.__code__ = (lambda x: np.sum(np.sin(x) * x) if x[0] > 0.6 else 0.0).__code__
    changed = Points(f, X)
    assert changed.shifted([0] * 20, [0.5] * 20)[0, 0] == 0.0


def test_constants_may_change_between_calls():
    scale = 2.0

    def f(x):
        return np.sum(scale * np.exp(x) * x)

    first = dl.gradient(f, X, "richardson")
    scale = 4.0
    np.testing.assert_allclose(dl.gradient(f, X, "richardson"), 2 * first, rtol=1e-12)


def test_arithmetic_is_wider_than_analytic():
    assert all(arithmetic(f) for f in FORMS.values())
    assert not pieces(FORMS["decided without a branch"]).core
    assert not pieces(FORMS["special"])
    assert layouts.LAYOUTS.index(direct) < layouts.LAYOUTS.index(lifted)
