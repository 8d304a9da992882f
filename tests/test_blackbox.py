"""Gradients from returns only: right about what they aim at, noisier than the score function, and what they cost."""

from dataclasses import dataclass
from itertools import islice

import numpy as np
import pytest

from derivlab.errors import DerivativeError
from derivlab.policy import (
    BlackBox,
    Differences,
    Estimator,
    Evolution,
    Score,
    bandit,
    chain,
    climb,
    difference_gradient,
    evolution_gradient,
    exact_gradient,
    expected_return,
    gridworld,
    loss_against_return,
    price,
    quality,
    sample,
    sample_each,
    smoothed_gradient,
)

Z = 4.5  # standard errors
PROCESSES = {"bandit": bandit(), "chain": chain(discount=0.9), "grid": gridworld("S.G", horizon=6).mdp()}
WAYS = {
    "score": Score(Estimator(baseline="value"), 5),
    "differences": Differences(h=0.3, batch=5),
    "differences, own numbers": Differences(h=0.3, batch=5, common=False),
    "evolution": Evolution(sigma=0.3, pairs=20),
    "evolution, own numbers": Evolution(sigma=0.3, pairs=20, common=False),
    "evolution, one-sided": Evolution(sigma=0.3, pairs=20, antithetic=False),
}


def preferences(mdp, seed=3):
    return 0.7 * np.random.default_rng(seed).standard_normal(mdp.shape)


@pytest.mark.parametrize("name", PROCESSES)
@pytest.mark.parametrize("way", WAYS)
def test_on_average_a_way_gives_what_it_aims_at(name, way):
    mdp, way = PROCESSES[name], WAYS[way]
    theta, rng = preferences(mdp), np.random.default_rng(1)
    cloud = np.array([way.estimate(mdp, theta, rng).gradient for _ in range(600)])
    error = cloud.std(axis=0, ddof=1) / np.sqrt(600)
    assert np.max(np.abs(cloud.mean(axis=0) - way.aim(mdp, theta)) / np.maximum(error, 2e-3)) < Z


def test_an_evolution_strategy_differentiates_the_smoothed_return():
    """J_σ of a two-armed bandit depends on one difference of preferences, so that a quadrature gives it."""
    mdp = bandit((0.0, 1.0))
    theta = np.zeros(mdp.shape)
    theta[0] = [-1.2, 0.4]
    node, weight = np.polynomial.hermite_e.hermegauss(60)

    def smoothed(shift, sigma):  # the sum of two normal deviations has √2 the spread
        return np.sum(weight / weight.sum() / (1 + np.exp(-(1.6 + shift + np.sqrt(2) * sigma * node))))

    for sigma in (0.1, 1.0, 2.0):
        slope = (smoothed(1e-5, sigma) - smoothed(-1e-5, sigma)) / 2e-5
        found = smoothed_gradient(mdp, theta, sigma, pairs=4000)
        assert abs(found.mean[0, 1] - slope) < Z * found.error[0, 1]
        assert found.mean[0, 1] == pytest.approx(slope, rel=0.02)
    assert np.max(np.abs(found.mean - exact_gradient(theta, mdp))) > 0.02  # not the slope of J


def test_the_bias_of_differences_is_that_of_the_central_difference_of_j():
    mdp = chain()
    theta = preferences(mdp)
    bias = [np.abs(Differences(h=h).aim(mdp, theta) - exact_gradient(theta, mdp)).max() for h in (0.4, 0.2)]
    assert bias[0] == pytest.approx(4 * bias[1], rel=0.1)  # O(h²)
    moved = theta.copy()
    moved[2, 1] += 0.4
    low = 2 * theta - moved
    slope = (expected_return(moved, mdp) - expected_return(low, mdp)) / 0.8
    assert Differences(h=0.4).aim(mdp, theta)[2, 1] == pytest.approx(slope, abs=1e-12)


def test_episodes_of_several_policies_are_told_apart_and_may_share_their_dice():
    mdp = chain()
    sure = np.zeros((2, 5, 2))
    sure[0, :, 0], sure[1, :, 1] = 50, 50
    seen = sample_each(mdp, sure, 7, np.random.default_rng(0))
    assert not np.any(seen.actions[:7]) and np.all(seen.actions[7:])
    same = np.zeros((4, 5, 2))
    alike = sample_each(mdp, same, 7, np.random.default_rng(0), alike=2)
    np.testing.assert_array_equal(alike.states[:14], alike.states[14:])
    assert not np.array_equal(alike.states[:7], alike.states[7:14])


def test_many_policies_have_their_returns_at_once():
    mdp = chain(discount=0.9)
    thetas = np.random.default_rng(0).standard_normal((3, 5, 2))
    together = expected_return(thetas, mdp)
    np.testing.assert_allclose(together, [expected_return(theta, mdp) for theta in thetas], rtol=1e-13)


def test_the_price_is_the_number_of_episodes_after_which_the_noise_is_as_small():
    """The predicted number of episodes, really spent, leaves the predicted noise."""
    mdp = chain()
    theta = np.zeros(mdp.shape)
    exact = exact_gradient(theta, mdp)
    for way in (Score(Estimator(), 10), Evolution(sigma=0.5, pairs=10)):
        found = price(mdp, theta, way, precision=0.5, repeats=800)
        estimates, rng = round(found.episodes / found.each), np.random.default_rng(5)
        means = [
            np.mean([way.estimate(mdp, theta, rng).gradient for _ in range(estimates)], axis=0)
            for _ in range(40)
        ]
        noise = np.sqrt(np.var(means, axis=0, ddof=1).sum()) / np.linalg.norm(exact)
        assert noise == pytest.approx(0.5, rel=0.25)
        assert found.each == way.estimate(mdp, theta, rng).episodes


def test_the_price_of_the_score_function_is_its_exact_variance():
    mdp = chain()
    theta = np.zeros(mdp.shape)
    found = price(mdp, theta, Score(Estimator(baseline="value"), 20), repeats=800)
    square = np.sum(exact_gradient(theta, mdp) ** 2)
    assert found.episodes == pytest.approx(2.795 / (0.01 * square), rel=0.15)  # the variance in closed form
    assert found.bias == 0


def test_the_black_box_costs_more_and_symmetry_and_common_numbers_make_it_cheaper():
    mdp = chain()
    theta = np.zeros(mdp.shape)
    cost = {
        name: price(mdp, theta, way, repeats=150).episodes
        for name, way in {
            "score": Score(),
            "antithetic": Evolution(),
            "own": Evolution(common=False),
            "plain": Evolution(antithetic=False),
            "differences": Differences(),
            "differences, own": Differences(common=False),
        }.items()
    }
    assert 10 * cost["score"] < cost["antithetic"] < cost["own"] < cost["plain"]
    assert 10 * cost["score"] < cost["differences"] < 0.1 * cost["differences, own"]
    assert "episodes for noise of 10 %" in repr(price(mdp, theta, Score()))


def test_more_smoothing_is_cheaper_and_less_right():
    mdp = chain()
    theta = np.zeros(mdp.shape)
    small, large = (price(mdp, theta, Evolution(sigma=sigma)) for sigma in (0.1, 1.0))
    assert large.episodes < small.episodes / 5
    assert large.bias > 10 * small.bias > 0


@pytest.mark.parametrize("way", [Score(Estimator(baseline="value"), 10), Differences(batch=2), Evolution()])
def test_learning_by_any_way_counts_its_episodes(way):
    run = list(islice(climb(chain(), way, rate=0.5, seed=2), 40))
    again = list(islice(climb(chain(), way, rate=0.5, seed=2), 40))
    assert run[-1].expected_return > 2 * run[0].expected_return
    assert repr(run[0]) == "step 0: J = 1.007 after 0 episodes"
    assert run[-1].episodes == 39 * way.estimate(chain(), np.zeros((5, 2)), np.random.default_rng()).episodes
    np.testing.assert_array_equal(run[-1].theta, again[-1].theta)


def test_a_way_of_ones_own_is_priced_and_climbed():
    @dataclass(frozen=True)
    class Truth:
        name = "truth"

        def estimate(self, mdp, theta, rng):
            return BlackBox(exact_gradient(theta, mdp), 1)

        def aim(self, mdp, theta):
            return exact_gradient(theta, mdp)

    found = price(chain(), np.zeros((5, 2)), Truth())
    assert found.episodes == pytest.approx(0, abs=1e-20) and found.uphill == 1
    assert np.all(np.diff([step.expected_return for step in islice(climb(chain(), Truth()), 10)]) > 0)


def test_ways_have_names():
    mdp, theta = chain(), np.zeros((5, 2))
    assert (
        price(mdp, theta, "evolution", repeats=20).each
        == Evolution().estimate(mdp, theta, np.random.default_rng(0)).episodes
    )
    value = Estimator(baseline="value")
    assert price(mdp, theta, value, repeats=20) == price(mdp, theta, Score(value), repeats=20)
    assert next(climb(mdp, "differences")).episodes == 0


def test_the_functions_are_the_methods():
    mdp, theta = chain(), np.zeros((5, 2))
    rng = np.random.default_rng(4)
    np.testing.assert_array_equal(
        evolution_gradient(mdp, theta, 3, 2, 0.2, seed=4).gradient,
        Evolution(0.2, 3, 2).estimate(mdp, theta, rng).gradient,
    )
    assert difference_gradient(mdp, [[0, 0]] * 5, batch=3).episodes == 60


def test_the_loss_falls_at_every_step_while_the_return_collapses():
    shown = loss_against_return()
    assert shown.old.loss_fell == 1
    assert shown.old.expected_return[-1] < 0.5 * shown.old.expected_return[0]
    assert shown.fresh.expected_return[-1] > 3 * shown.fresh.expected_return[0]
    assert 0.3 < shown.fresh.loss_fell < 0.7
    assert shown.old.loss[0] == shown.fresh.loss[0]
    assert "100 % of the steps" in repr(shown.old)


def test_the_slope_of_the_surrogate_is_that_of_j_only_where_the_batch_was_drawn():
    """E[∇ surrogate] of old episodes at moved preferences is not ∇J there; of fresh ones it is."""
    mdp, estimator = chain(), Estimator("total")
    start = np.zeros(mdp.shape)
    moved = start + 0.5 * preferences(mdp)
    assert quality(mdp, moved, estimator, batch=5, batches=1000).z < Z
    drawn = sample(mdp, start, 5000, np.random.default_rng(0))
    each = estimator.gradients(drawn, mdp, moved)
    error = each.std(axis=0, ddof=1) / np.sqrt(5000)
    assert np.max(np.abs(each.mean(axis=0) - exact_gradient(moved, mdp)) / error) > 6


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: Differences(h=0.0), "h must be positive|h must be a positive"),
        (lambda: Evolution(sigma=-1.0), "sigma must be a positive"),
        (lambda: price(chain(), np.zeros((5, 2)), "genetic"), "choose one of score, differences, evolution"),
        (lambda: Evolution(pairs=0), "pairs must be a whole number, at least one"),
        (lambda: price(chain(), np.zeros((5, 2)), Score(), repeats=1), "at least two"),
        (lambda: price(chain(), np.zeros((5, 2)), Score(), precision=0), "precision must be a positive"),
        (lambda: smoothed_gradient(chain(), np.zeros((5, 2)), sigma=0), "sigma must be a positive"),
        (lambda: price(bandit((1.0, 1.0)), np.zeros((3, 2)), Score()), "exact gradient is zero"),
        (lambda: difference_gradient(chain(), np.zeros((3, 2))), "shape"),
        (lambda: smoothed_gradient(chain(), np.zeros(10)), "shape"),
        (lambda: next(climb(chain(), Score(), theta=np.full((5, 2), np.nan))), "finite"),
        (lambda: loss_against_return(batch=0), "at least one"),
    ],
)
def test_errors_say_what_to_do(wrong, says):
    with pytest.raises(DerivativeError, match=says):
        wrong()
