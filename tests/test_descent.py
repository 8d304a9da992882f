"""Descents against closed forms, published recurrences and SciPy; how they end; batches; races."""

import itertools
import json
import math
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest
import scipy.optimize

import derivlab as dl
from derivlab import descent
from derivlab.gallery.surfaces import bowl, surface

ROSENBROCK = surface("rosenbrock")
FIRST_ORDER = [dl.GradientDescent(1e-3), dl.Momentum(1e-3), dl.Nesterov(1e-3), dl.AdaGrad(0.3), dl.RMSProp(0.01),
               dl.Adam(0.1), dl.AdamW(0.1, decay=0.1)]  # fmt: skip
SECOND_ORDER = [dl.Backtracking(), dl.Newton(), dl.BFGS(), dl.ConjugateGradient()]
EVERY = pytest.mark.parametrize("optimiser", [*FIRST_ORDER, *SECOND_ORDER], ids=lambda o: o.name)


def quadratic(x):
    return (25 * x[0] ** 2 + x[1] ** 2) / 2


def slope_of_quadratic(x):
    return np.array([25 * x[0], x[1]])


# Closed forms ------------------------------------------------------------------------------------------------------


def test_gradient_descent_on_a_quadratic_is_a_geometric_sequence():
    found = dl.descend(quadratic, [1.0, 2.0], dl.GradientDescent(0.03), 40)
    k = np.arange(41)[:, None]
    np.testing.assert_allclose(found.path, (1 - 0.03 * np.array([25, 1])) ** k * [1.0, 2.0], rtol=1e-12)
    np.testing.assert_allclose(found.values, [quadratic(x) for x in found.path])
    np.testing.assert_allclose(found.gradient_norms, np.linalg.norm(found.path * [25, 1], axis=1))


def test_the_rate_is_stable_below_two_over_the_largest_curvature():
    rates = dl.GradientDescent([0.0799, 0.0801])
    found = dl.descend(quadratic, [1.0, 1.0], rates, 10_000, gradient=slope_of_quadratic)
    assert list(found.outcome) == ["converged", "diverged"]
    assert np.all(found.turns > 0.8)
    short = dl.descend(quadratic, [1.0, 1.0], rates, 300, gradient=slope_of_quadratic)
    assert list(short.outcome) == ["steps", "diverging"]
    assert "took all" in short.says(0) and "diverges slowly" in short.says(1)
    alone = dl.descend(quadratic, [1.0, 1.0], dl.GradientDescent(0.0801), 300, gradient=slope_of_quadratic)
    assert "diverges slowly" in repr(alone)


def rate_of_decay(optimiser, curvature):
    path = dl.descend(lambda x: curvature * x**2 / 2, 1.0, optimiser, 400, tolerance=0.0,
                      gradient=lambda x: curvature * x).path  # fmt: skip
    return np.max(np.abs(path[380:])) ** (1 / 390)


@pytest.mark.parametrize("rate", [0.01, 0.04])
def test_momentum_is_damped_critically_where_the_theory_says(rate):
    curvature = 4.0
    critical = (1 - math.sqrt(rate * curvature)) ** 2
    best = rate_of_decay(dl.Momentum(rate, critical), curvature)
    assert best == pytest.approx(math.sqrt(critical), rel=0.03)
    assert best < rate_of_decay(dl.Momentum(rate, critical + 0.1), curvature)  # swings
    assert best < rate_of_decay(dl.Momentum(rate, critical - 0.1), curvature)  # creeps
    swings = dl.descend(lambda x: 2 * x**2, 1.0, dl.Momentum(rate, critical + 0.1), 100).path
    creeps = dl.descend(lambda x: 2 * x**2, 1.0, dl.Momentum(rate, critical - 0.01), 100).path
    assert np.any(swings < -1e-9)
    assert np.all(creeps > 0)


@pytest.mark.parametrize(
    "optimiser", [dl.GradientDescent(1.0), dl.Momentum(1.0, 0.7), dl.Nesterov(1.0, 0.7), dl.Momentum(1.0, 0.9)], ids=repr
)  # fmt: skip
def test_the_limit_of_an_optimiser_is_where_it_stops_to_settle(optimiser):
    rates = np.array([0.998, 1.002]) * optimiser.limit / 25
    found = dl.descend(
        quadratic,
        [1.0, 0.0],
        replace(optimiser, rate=rates),
        2000,
        tolerance=0.0,
        gradient=slope_of_quadratic,
    )
    below, above = np.abs(found.x[:, 0])
    assert below < 1 < above


def test_adam_near_its_limit_with_a_second_moment_that_no_longer_changes():
    # With eps far above every gradient the scale is rate / eps: momentum whose gradients count (1 - beta1) times.
    for factor, settles in ((0.99, True), (1.01, False)):
        chosen = dl.Adam(factor * dl.Adam().limit / 25 * 1e9, eps=1e9)
        found = dl.descend(quadratic, [1e-60, 0.0], chosen, 300, tolerance=0.0, gradient=slope_of_quadratic)
        late = np.abs(found.path[[100, 300], 0])  # the first steps, freed of their bias, are larger
        assert (late[1] < late[0]) == settles


def test_newton_is_done_with_a_quadratic_after_one_step():
    found = dl.descend(quadratic, [3.0, -7.0], dl.Newton())
    np.testing.assert_allclose(found.path[1], 0.0, atol=1e-14)
    assert (found.outcome, len(found.path)) == ("converged", 2)


def test_newton_is_drawn_to_a_saddle_unless_told_otherwise():
    saddle = surface("saddle")
    np.testing.assert_allclose(dl.descend(saddle, saddle.start, dl.Newton()).x, 0.0, atol=1e-14)
    free = dl.descend(saddle, saddle.start, dl.Newton(saddle_free=True), 60)
    assert free.value < -100
    damped = dl.descend(saddle, saddle.start, dl.Newton(damping=3.0), 60)
    assert damped.value < -100


def test_newton_moves_nothing_along_a_flat_direction():
    found = dl.descend(lambda x: (x[0] + x[1] - 2) ** 2, [5.0, 1.0], dl.Newton())
    np.testing.assert_allclose(found.x, [3.0, -1.0])


# Published recurrences, in scalars --------------------------------------------------------------------------------


def recurrence(state, rule, start, count):
    """x after each step of `rule(state, g, x, t) -> state, x`, for arrays; written once more beside the package."""
    x, path = np.array(start, dtype=float), [np.array(start, dtype=float)]
    for t in range(1, count + 1):
        state, x = rule(state, ROSENBROCK.gradient(x), x, t)
        path.append(x)
    return np.array(path)


def momentum_rule(v, g, x, t):
    v = 0.9 * v - 1e-3 * g  # Sutskever et al. (2013), equation 1
    return v, x + v


def adagrad_rule(s, g, x, t):
    s = s + g * g
    return s, x - 0.3 * g / (np.sqrt(s) + 1e-10)


def rmsprop_rule(s, g, x, t):
    s = 0.9 * s + 0.1 * g * g
    return s, x - 0.01 * g / (np.sqrt(s) + 1e-8)


def adam_rule(state, g, x, t):
    m, v = state
    m, v = 0.9 * m + (1 - 0.9) * g, 0.999 * v + (1 - 0.999) * g * g
    return (m, v), x - 0.1 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)


def adamw_rule(state, g, x, t):
    state, moved = adam_rule(state, g, x, t)
    return state, moved - 0.1 * 0.1 * x


@pytest.mark.parametrize(
    ("optimiser", "state", "rule"),
    [
        (FIRST_ORDER[1], 0.0, momentum_rule),
        (FIRST_ORDER[3], 0.0, adagrad_rule),
        (FIRST_ORDER[4], 0.0, rmsprop_rule),
        (FIRST_ORDER[5], (0.0, 0.0), adam_rule),
        (FIRST_ORDER[6], (0.0, 0.0), adamw_rule),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_the_recurrences_are_those_published(optimiser, state, rule):
    found = dl.descend(ROSENBROCK.f, ROSENBROCK.start, optimiser, 50)
    np.testing.assert_allclose(found.path, recurrence(state, rule, ROSENBROCK.start, 50), rtol=1e-9)


def test_nesterov_is_the_classical_form_seen_from_where_it_looks():
    x, v, seen = np.array(ROSENBROCK.start), np.zeros(2), []
    for _ in range(40):
        ahead = x + 0.9 * v  # y = x + beta v; v ← beta v - rate g(y); x ← x + v
        seen.append(ahead)
        v = 0.9 * v - 1e-3 * ROSENBROCK.gradient(ahead)
        x = x + v
    found = dl.descend(ROSENBROCK.f, ROSENBROCK.start, dl.Nesterov(1e-3, 0.9), 39)
    np.testing.assert_allclose(found.path, seen, rtol=1e-9)


def test_adam_takes_its_first_steps_as_worked_out_by_hand():
    # f = x²: g = 2, 1.8; m̂ = g₁, then (0.9·0.2 + 0.1·1.8) / 0.19; ŝ = 4, then (0.999·0.004 + 0.001·3.24) / 0.001999.
    second = 0.9 - 0.1 * (0.36 / 0.19) / math.sqrt(0.007236 / 0.001999)
    path = dl.descend(lambda x: x**2, 1.0, dl.Adam(0.1, eps=0.0), 2).path
    np.testing.assert_allclose(path, [1.0, 0.9, second], rtol=1e-12)


def test_every_move_is_made_of_the_parts_told():
    for optimiser in [*FIRST_ORDER, *SECOND_ORDER]:
        found = dl.descend(ROSENBROCK.f, ROSENBROCK.start, optimiser, 5, noise=0.1, seed=4)
        for step, after in itertools.pairwise(found.steps):
            pull = 0.1 * 0.1 * step.x if optimiser.name == "AdamW" else 0.0
            np.testing.assert_allclose(step.move, -step.scale * step.direction - pull, rtol=1e-12)
            np.testing.assert_array_equal(after.x, step.x + step.move)
            assert after.number == step.number + 1


# Against SciPy -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["rosenbrock", "beale", "himmelblau", "booth", "logistic"])
@pytest.mark.parametrize(("optimiser", "theirs"), [(dl.BFGS(), "BFGS"), (dl.ConjugateGradient(), "CG")])
def test_bfgs_and_conjugate_gradients_find_what_scipy_finds(name, optimiser, theirs):
    s = surface(name)
    scipys = scipy.optimize.minimize(s.f, s.start, jac=s.gradient, method=theirs, options={"gtol": 1e-8})
    found = dl.descend(s.f, s.start, optimiser, 300, gradient=s.gradient)
    assert found.outcome in ("converged", "stalled")
    np.testing.assert_allclose(found.x, scipys.x, atol=1e-5)
    assert len(found.path) - 1 <= 2 * scipys.nit + 10
    assert found.evaluations[-1] <= 4 * (scipys.nfev + scipys.njev)


def test_bfgs_learns_the_inverse_hessian_of_a_quadratic():
    found = dl.descend(quadratic, [1.0, 3.0], dl.BFGS(), 50, tolerance=1e-12)
    assert found.outcome == "converged"
    assert len(found.path) < 12


def test_backtracking_goes_down_at_every_step_and_counts_what_it_tries():
    calls = []

    def f(x):
        calls.append(1)
        return ROSENBROCK.f(x)

    found = dl.descend(f, ROSENBROCK.start, dl.Backtracking(), 30, gradient=ROSENBROCK.gradient)
    assert np.all(np.diff(found.values) < 0)
    gradients, values = 31, len(calls) - 31
    assert abs(found.evaluations[-1] - (gradients + values)) <= 31


# How descents end --------------------------------------------------------------------------------------------------


def test_outcomes_have_a_word_and_a_sentence():
    cases = {
        "converged": (lambda x: (x - 3) ** 2, 0.0, dl.GradientDescent(0.3)),
        "diverged": (lambda x: x**4, 3.0, dl.GradientDescent(0.3)),
        "not finite": (lambda x: np.sqrt(x), 0.5, dl.GradientDescent(2.0)),
        "no derivative": (lambda x: np.abs(x), 1.0, dl.GradientDescent(0.25)),
        "steps": (lambda x: x**2, 1.0, dl.GradientDescent(1e-3)),
        "stalled": (lambda x: x**2, 1.0, dl.GradientDescent(1e-30)),
    }
    for outcome, (f, start, optimiser) in cases.items():
        found = dl.descend(f, start, optimiser)
        assert found.outcome == outcome, repr(found)
        assert found.steps[-1].outcome == outcome
        assert np.all(np.isfinite(found.path)) and np.all(np.isfinite(found.values))
        assert repr(found) == f"gradient descent on f {found.says()}"
    assert dl.descend(lambda x: x**2, 1.0, dl.GradientDescent(1e-3), budget=7).outcome == "budget"


def test_a_function_that_fails_outside_its_domain_ends_the_run():
    found = dl.descend(lambda x: math.log(x), 1.0, dl.GradientDescent(0.9))
    assert found.outcome == "not finite"
    assert "left the domain" in repr(found)


def test_a_kink_may_be_passed_by_convention():
    found = dl.descend(np.abs, 1.0, dl.GradientDescent(0.25), gradient=dl.Reverse(kinks="convention"))
    assert found.outcome == "converged"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"optimiser": 0.1}, "0.1 is no optimiser; give one such as dl.Adam"),
        ({"optimiser": dl.Adam("fast")}, "rate='fast' is no finite number"),
        ({"optimiser": dl.Adam(float("nan"))}, "is no finite number"),
        ({"optimiser": dl.Adam([0.1, 0.2]), "start": [[1.0, 2.0]] * 3}, "3 starting points and 2 rates"),
        ({"steps": -1}, "steps=-1 is no whole number"),
        ({"noise": -1.0}, "noise=-1.0 is no standard deviation"),
        ({"steps": "10"}, "steps='10' is no whole number"),
        ({"steps": np.inf}, "steps=inf is no whole number"),
        ({"noise": "a"}, "noise='a' is no standard deviation"),
        ({"budget": "a"}, "budget='a' is no number of evaluations"),
        ({"budget": np.nan}, "budget=nan is no number of evaluations"),
        ({"tolerance": None}, "tolerance=None is no size of a gradient"),
        ({"optimiser": dl.GradientDescent(None)}, "rate=None is no finite number"),
        ({"optimiser": dl.Momentum(0.1, [0.5, 0.9])}, r"beta=\[0.5, 0.9\] is no finite number; give one such as 0.9"),
        ({"optimiser": dl.RMSProp(0.1, np.nan)}, "decay=nan is no finite number"),
        ({"optimiser": dl.Adam(0.1, "a")}, "beta1='a' is no finite number"),
        ({"optimiser": dl.Adam(0.1, 0.9, 1.0)}, "beta2=1.0 is outside 0 to 1"),
        ({"gradient": "revers"}, "no method 'revers'; choose one of"),
        ({"gradient": 3}, "gradient=3 is neither"),
        ({"gradient": lambda x: 1.0}, r"shape \(\) came where \(2,\) is needed"),
        ({"f": lambda x: x}, r"shape \(2,\) came where \(\) is needed"),
        ({"f": lambda x: np.log(x[0])}, "f is nan at the start"),
        ({"start": [1.0]}, r"f fails \(IndexError"),
        ({"start": [1.0, np.nan]}, "NaN"),
        ({"f": "x"}, r"is text; dl.formula\(.x.\) makes"),
    ],
)  # fmt: skip
def test_a_mistake_is_told(arguments, says):
    given = {"f": quadratic, "start": [-1.0, 1.0], **arguments}
    with pytest.raises(dl.DerivativeError, match=says):
        dl.descend(**given)


@pytest.mark.parametrize("rate", [None, "a", np.nan])
def test_a_schedule_without_a_number_is_told(rate):
    found = dl.descend(quadratic, [-1.0, 1.0], dl.GradientDescent(lambda k: rate if k else 0.1))
    assert len(found.path) == 2
    assert "the rate of step 1 is" in found.says()


@pytest.mark.parametrize("rates", [[], [0.0, 0.1], [-0.1], [np.inf], [np.nan], "0.1"])
def test_a_sweep_over_what_is_no_rate_is_told(rates):
    with pytest.raises(dl.DerivativeError, match="rates"):
        dl.rate_sweep(quadratic, [-1.0, 1.0], [dl.Adam()], rates)


# Batches, gradients, noise, schedules ------------------------------------------------------------------------------

STARTS = np.array([[-1.2, 1.0], [0.5, 0.5], [1.5, -0.5], [0.0, 2.0]])


@EVERY
def test_a_batch_is_its_runs_side_by_side(optimiser):
    whole = dl.descend(ROSENBROCK.f, STARTS, optimiser, 12)
    assert whole.path.shape == (len(whole.steps), 4, 2)
    for k, start in enumerate(STARTS):
        alone = dl.descend(ROSENBROCK.f, start, optimiser, 12)
        length = len(alone.path)
        np.testing.assert_allclose(whole.path[:length, k], alone.path, rtol=1e-9)
        np.testing.assert_array_equal(whole.evaluations[:length, k], alone.evaluations)
        assert whole.outcome[k] == alone.outcome
        assert whole.says(k) == alone.says()


def test_a_batch_costs_one_sweep_where_f_takes_columns_and_is_right_where_it_does_not():
    calls = []

    def counted(x):
        calls.append(np.shape(x))
        return quadratic(x)

    dl.descend(counted, STARTS, dl.GradientDescent(0.01), 10)
    assert len(calls) < 60
    summed = dl.descend(lambda x: np.sum(x**2), STARTS, dl.GradientDescent(0.1), 10)
    np.testing.assert_allclose(summed.path[-1], STARTS * 0.8**10)
    by_order = dl.descend(lambda x: np.sum(np.sort(x) * [1.0, 2.0]), STARTS, dl.GradientDescent(0.1), 1)
    assert by_order.path.shape == (2, 4, 2)


def test_numbers_as_starts_and_rates_as_batches():
    many = dl.descend(lambda x: (x - 3) ** 2, [0.0, 5.0, 7.0], dl.GradientDescent(0.25), 3, batch=True)
    np.testing.assert_allclose(many.path[-1], [3 - 3 / 8, 3 + 2 / 8, 3 + 4 / 8])
    rates = dl.descend(quadratic, [1.0, 1.0], dl.GradientDescent([0.01, 0.05]), 3)
    np.testing.assert_allclose(rates.path[-1], [[0.75**3, 0.99**3], [(-0.25) ** 3, 0.95**3]])
    searched = dl.descend(quadratic, [1.0, 1.0], dl.Backtracking([1.0, 0.01]), 3)
    assert searched.path.shape == (4, 2, 2)


def test_a_run_that_ends_leaves_the_others_alone():
    found = dl.descend(quadratic, [1.0, 1.0], dl.Momentum([0.5, 0.01]), 600)
    assert list(found.outcome) == ["diverged", "converged"]
    alone = dl.descend(quadratic, [1.0, 1.0], dl.Momentum(0.01), 600)
    np.testing.assert_allclose(found.path[: len(alone.path), 1], alone.path, rtol=1e-12)
    assert np.all(np.isfinite(found.path))


@dataclass(frozen=True)
class SignDescent:
    """Steps of one length, as a stranger would add it."""

    rate: float = 0.1
    name: ClassVar[str] = "sign descent"
    single: ClassVar[bool] = False

    def init(self, x):
        return None

    def update(self, state, here, problem):
        direction = np.sign(here.gradient)
        return descent.Move(-self.rate * direction, direction, self.rate), None


def test_an_optimiser_of_ones_own_runs_races_and_is_drawn():
    found = dl.race(quadratic, [1.0, 1.0], [SignDescent(0.125), dl.GradientDescent(0.01)], 9)
    np.testing.assert_allclose(found["sign descent"].x, 0.0, atol=1e-15)
    assert found.plot() and dl.rate_sweep(
        quadratic, [1.0, 1.0], SignDescent(), [0.1, 0.2], 9
    ).losses.shape == (1, 2)
    step = found["sign descent"].steps[0]
    assert "chooses its own step" in descent.stability(quadratic, step, SignDescent()).says()
    assert descent.narrate(found["sign descent"], 0)[1].name == "direction"

    class Nameless(SignDescent):
        def __getattribute__(self, part):
            if part == "single":
                raise AttributeError(part)
            return super().__getattribute__(part)

    with pytest.raises(dl.DerivativeError, match="Nameless has no single; an optimiser has a name"):
        dl.descend(quadratic, [1.0, 1.0], Nameless())


def test_any_gradient_will_do_and_a_bad_one_shows():
    good = dl.descend(ROSENBROCK.f, ROSENBROCK.start, dl.Adam(0.05), 60)
    for gradient in (
        "forward",
        "central_difference",
        ROSENBROCK.gradient,
        dl.grad(ROSENBROCK.f),
        dl.FivePoint(),
    ):
        other = dl.descend(ROSENBROCK.f, ROSENBROCK.start, dl.Adam(0.05), 60, gradient=gradient)
        np.testing.assert_allclose(other.path, good.path, atol=1e-5)
    bad = dl.descend(
        quadratic, [1.0, 1.0], dl.GradientDescent(0.04), 300, gradient=dl.ForwardDifference(step=0.1)
    )
    np.testing.assert_allclose(bad.x, -0.05, atol=1e-5)  # half a step beside the minimum
    assert bad.outcome in ("converged", "stalled", "steps")


def test_noise_has_the_size_asked_for_and_a_seed():
    starts = np.full((60, 2), 0.1)
    noisy = [
        dl.descend(
            quadratic, starts, dl.GradientDescent(0.02), 60, noise=1.0, seed=s, gradient=slope_of_quadratic
        )
        for s in (0, 0, 1)
    ]
    np.testing.assert_array_equal(noisy[0].path, noisy[1].path)
    assert not np.array_equal(noisy[0].path, noisy[2].path)
    # Stationary variance of x ← (1 - ac) x - a n: a² / (1 - (1 - ac)²), c = 25.
    expected = 0.02**2 / (1 - (1 - 0.02 * 25) ** 2)
    assert np.var(noisy[0].path[20:, :, 0]) == pytest.approx(expected, rel=0.2)


def test_schedules_are_callables_of_the_step():
    shapes = {
        descent.StepDecay(0.4, 0.5, 10): [0.4, 0.4, 0.2, 0.1],
        descent.Exponential(0.4, 0.9): [0.4, 0.4 * 0.9**9, 0.4 * 0.9**10, 0.4 * 0.9**20],
        descent.InverseTime(0.4, 0.1): [0.4, 0.4 / 1.9, 0.2, 0.4 / 3],
        descent.Cosine(0.4, 20, 0.1): [0.4, None, 0.25, 0.1],
        descent.Warmup(0.4, 10): [0.04, 0.4, 0.4, 0.4],
        descent.Warmup(descent.StepDecay(0.4, 0.5, 10), 20): [0.02, 0.2, 0.11, 0.1],
    }
    for schedule, expected in shapes.items():
        for k, rate in zip((0, 9, 10, 20), expected, strict=True):
            assert rate is None or schedule(k) == pytest.approx(rate)
    for chosen in (descent.StepDecay(0.01), lambda k: 0.01):
        found = dl.descend(quadratic, [1.0, 1.0], dl.GradientDescent(chosen), 3)
        np.testing.assert_allclose(found.path[-1], [0.75**3, 0.99**3])
    # A falling rate averages noise away where a constant one keeps jittering.
    ends = [
        np.abs(dl.descend(lambda x: x**2, np.ones(20), dl.GradientDescent(rate), 400, noise=1.0, seed=5, batch=True,
                          gradient=lambda x: 2 * x).path[-100:]).mean()
        for rate in (0.1, descent.InverseTime(0.1, 0.05))
    ]  # fmt: skip
    assert ends[1] < ends[0] / 3


def test_steps_are_a_stream_without_end():
    stream = descent.steps(quadratic, [1.0, 1.0], dl.GradientDescent(1e-3))
    found = list(itertools.islice(stream, 5))
    assert [step.number for step in found] == [0, 1, 2, 3, 4]
    assert found[0].outcome == ""
    np.testing.assert_allclose(found[0].move, [-0.025, -0.001])


def test_records_go_to_json():
    for found in (dl.descend(quadratic, [1.0, 1.0], dl.Adam, 3), dl.descend(quadratic, STARTS, dl.BFGS, 3)):
        read = json.loads(json.dumps(found.to_dict()))
        np.testing.assert_allclose(read["path"], found.path)
        assert read["optimiser"].startswith(found.optimiser.name.split()[0])


# Where it is, races ------------------------------------------------------------------------------------------------


def test_a_section_is_f_along_the_move_and_its_model_touches_it():
    step = dl.descend(ROSENBROCK.f, ROSENBROCK.start, dl.GradientDescent(1e-3), 1).steps[0]
    found = descent.section(ROSENBROCK.f, step, points=31)
    np.testing.assert_allclose(found.values, [ROSENBROCK.f(step.x + t * step.move) for t in found.t])
    near = descent.section(ROSENBROCK.f, step, reach=1e-3, points=5)
    np.testing.assert_allclose(near.model, near.values, rtol=1e-8)
    assert found.slope < 0 < found.curvature
    model = descent.section(quadratic, dl.descend(quadratic, [1.0, 1.0], steps=1).steps[0])
    np.testing.assert_allclose(model.model, model.values, rtol=1e-9)
    line = descent.section(lambda x: x**3, dl.descend(lambda x: x**3, 2.0, steps=1).steps[0])
    assert line.values[0] == pytest.approx((2.0 + 1.2) ** 3)


def test_stability_is_the_rate_times_the_largest_curvature():
    step = dl.descend(quadratic, [1.0, 1.0], dl.GradientDescent(0.08), 1).steps[0]
    found = descent.stability(quadratic, step, dl.GradientDescent(0.08))
    assert (found.product, found.limit) == (pytest.approx(2.0), 2.0)
    assert found.condition == pytest.approx(25)
    np.testing.assert_allclose(found.eigenvalues, [1, 25])
    over = dl.descend(quadratic, [1.0, 1.0], dl.GradientDescent(0.09), 1).steps[0]
    assert "too large" in descent.stability(quadratic, over, dl.GradientDescent(0.09)).says()
    adam = dl.descend(quadratic, [1.0, 1.0], dl.Adam(0.1), 1).steps[0]
    rescaled = descent.stability(quadratic, adam, dl.Adam(0.1))
    assert rescaled.product == pytest.approx(0.1)  # 0.1 / |g| · λ, g = (25, 1)
    assert rescaled.limit == pytest.approx(38)
    assert "chooses its own step" in descent.stability(quadratic, step, dl.BFGS()).says()
    assert descent.stability(surface("saddle").f, step, dl.Adam()).condition == np.inf


@pytest.mark.parametrize(
    ("f", "start", "says"),
    [
        (quadratic, [1.0, 1.0], "rate·λmax = 2 against 2: at the limit"),
        (surface("saddle").f, [1.0, 1.0], "stable, but f also curves down here (λmin = -2)"),
        (np.sin, 1.5, "f curves down here, where no rate is stable"),
    ],
)
def test_no_step_is_called_stable_at_the_limit_or_where_f_curves_down(f, start, says):
    optimiser = dl.GradientDescent(0.08)
    assert says in descent.stability(f, dl.descend(f, start, optimiser, 1).steps[0], optimiser).says()


def test_where_f_has_no_minimum_a_lower_rate_is_no_advice():
    saddle, steep = surface("saddle"), dl.descend(quadratic, [1.0, 1.0], dl.GradientDescent(1.0))
    found = dl.descend(saddle.f, saddle.start, dl.GradientDescent(0.1), 200)
    assert (found.outcome, found.course()) == ("diverged", "diverges")
    assert found.says().endswith("no minimum lies that way") and steep.says().endswith("lower the rate")


def test_a_gradient_that_shrinks_no_more_is_a_creep():
    rosenbrock = surface("rosenbrock")
    found = dl.descend(rosenbrock.f, rosenbrock.start, dl.GradientDescent(1e-3), 119)
    assert found.gradient_norms[-1] < 0.01 * found.gradient_norms[0]
    assert found.course() == "creeps"
    assert dl.descend(rosenbrock.f, rosenbrock.start, dl.Momentum(1e-3), 119).course() == "converges"


def test_a_race_is_fair():
    found = dl.race(ROSENBROCK.f, ROSENBROCK.start, [*FIRST_ORDER, *SECOND_ORDER], budget=60)
    for run in found:
        ended_early = run.outcome in ("converged", "stalled")
        assert ended_early or 60 <= run.evaluations[-1] < 130
    assert found["Newton"].outcome == "converged"
    assert found.ranking[0][0] == "Newton"
    assert found.ranking == sorted(found.ranking, key=lambda entry: entry[1])
    assert repr(found).startswith("rosenbrock, 60 evaluations each\n")
    with pytest.raises(KeyError, match="no optimiser 'SGD'; there are gradient descent, momentum"):
        _ = found["SGD"]


def test_a_rate_sweep_has_a_line_for_each_optimiser():
    rates = np.array([0.01, 0.05, 0.0799, 0.0801, 0.5])
    found = dl.rate_sweep(
        quadratic, [1.0, 1.0], [dl.GradientDescent(), dl.Momentum(beta=0.5)], rates, budget=50
    )
    assert found.losses.shape == (2, 5)
    assert np.all(np.isfinite(found.losses[0, :3])) and np.all(np.isinf(found.losses[0, 3:]))
    for j, rate in enumerate(rates[:3]):
        alone = dl.descend(quadratic, [1.0, 1.0], dl.GradientDescent(rate), 49)
        assert found.losses[0, j] == pytest.approx(alone.value)
    assert np.isfinite(found.losses[1, 3])  # momentum is stable to 3 / 25
    assert found.best["gradient descent"][0] == 0.05
    assert "best rate 0.05" in repr(found)
    with pytest.raises(dl.DerivativeError, match="there are no optimisers"):
        dl.rate_sweep(quadratic, [1.0, 1.0], [])


def test_worse_conditioned_bowls_take_longer():
    lengths = []
    for condition in (2.0, 20.0, 200.0):
        s = bowl(condition)
        lengths.append(len(dl.descend(s.f, [1.0, 1.0], dl.GradientDescent(2 / (condition + 1)), 5000, gradient=s.gradient).path))  # fmt: skip
    assert lengths[0] * 5 < lengths[1] < lengths[2] / 5
