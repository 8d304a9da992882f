"""Small decision processes: exact gradients, estimators that hit them on average, and learning."""

from itertools import islice

import numpy as np
import pytest

import derivlab as dl
from derivlab.errors import DerivativeError
from derivlab.policy import (
    MDP,
    Estimator,
    action_values,
    advantages,
    bandit,
    chain,
    entropy,
    every_episode,
    exact_gradient,
    exact_quality,
    expected_return,
    fisher,
    gridworld,
    log_policy,
    natural_gradient,
    policy,
    quality,
    reinforce,
    reward_to_go,
    sample,
    values,
    visits,
)

Z = 4.5  # standard errors: by chance in about 1 of 10,000 comparisons of a dozen entries
PROCESSES = {
    "bandit": bandit(),
    "chain": chain(discount=0.9),
    "grid": gridworld(horizon=12).mdp(),
}
ESTIMATORS = {
    "total": Estimator("total"),
    "to_go": Estimator("to_go"),
    "constant": Estimator(baseline="constant"),
    "state": Estimator(baseline="state"),
    "value": Estimator(baseline="value"),
    "total, value": Estimator("total", baseline="value"),
    "entropy": Estimator(baseline="value", entropy=0.5),
}


def preferences(mdp, seed=3):
    return 0.7 * np.random.default_rng(seed).standard_normal(mdp.shape)


@pytest.mark.parametrize("name", PROCESSES)
def test_exact_gradient_is_the_same_by_every_method(name):
    mdp = PROCESSES[name]
    theta = preferences(mdp)
    exact = exact_gradient(theta, mdp)
    methods = ("central_difference", "complex_step") + (("forward",) if name != "grid" else ())
    for method in methods:
        np.testing.assert_allclose(exact_gradient(theta, mdp, method=method), exact, atol=1e-8)


@pytest.mark.parametrize("name", PROCESSES)
def test_exact_gradient_is_the_policy_gradient_theorem(name):
    """∇J = Σ_t γ^t Σ_s d_t(s) π(a|s) (Q_t(s, a) - V_t(s))."""
    mdp = PROCESSES[name]
    theta = preferences(mdp)
    v, d = values(theta, mdp), visits(theta, mdp)
    total = sum(
        mdp.discount**t
        * d[t][:, None]
        * policy(theta)
        * (mdp.mean_reward + mdp.discount * mdp.moves @ v[t + 1] - v[t][:, None])
        for t in range(mdp.horizon)
    )
    np.testing.assert_allclose(exact_gradient(theta, mdp), total, atol=1e-13)
    assert expected_return(theta, mdp) == pytest.approx(mdp.start @ v[0], abs=1e-13)


@pytest.mark.parametrize("name", PROCESSES)
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_estimators_are_unbiased(name, estimator):
    mdp = PROCESSES[name]
    assert quality(mdp, preferences(mdp), ESTIMATORS[estimator], batch=5, batches=1200).z < Z


def few():
    mdp = chain()
    return sample(mdp, np.zeros((5, 2)), 4, np.random.default_rng(0)), mdp, np.zeros((5, 2))


def undiscounted(episodes, mdp):
    """What many tutorials do: the discount within the return, but not before it."""
    later = np.zeros(len(episodes.states))
    rows = []
    for reward in episodes.rewards.T[::-1]:
        later = reward + mdp.discount * later
        rows.append(later)
    return np.array(rows[::-1]).T


def with_the_past(episodes, mdp):
    """Summed the wrong way round: each step is credited with what came before it."""
    return np.cumsum(episodes.rewards * mdp.discount ** np.arange(mdp.horizon), axis=1)


@pytest.mark.parametrize(
    ("wrong", "least"),
    [
        (Estimator(undiscounted, "none"), 6),
        (Estimator(with_the_past, "none"), 10),
        (Estimator(baseline="value", normalise=True), 6),
    ],
    ids=["discount dropped", "past for future", "normalised"],
)
def test_the_test_of_bias_sees_a_biased_estimator(wrong, least):
    mdp = chain(discount=0.7)
    assert quality(mdp, preferences(mdp), wrong, batch=5, batches=1200).z > least


@pytest.mark.parametrize(
    ("estimator", "uphill", "variance"),
    [("total", 39, 10.6), ("to_go", 37, 6.0), ("value", 90, 2.8)],
)
def test_five_states_in_closed_form(estimator, uphill, variance):
    """All 65,536 episodes of the chain under the uniform policy, against the numbers known for it."""
    mdp = chain()
    found = exact_quality(mdp, np.zeros(mdp.shape), ESTIMATORS[estimator])
    assert round(100 * found.uphill) == uphill
    assert round(found.variance, 1) == variance
    assert len(found.cloud) == 4**8
    np.testing.assert_allclose(found.mean, found.exact, atol=1e-12)


@pytest.mark.parametrize("baseline", ["none", "constant", "state", "value", 0.7])
@pytest.mark.parametrize("name", ["bandit", "chain"])
def test_over_all_episodes_every_baseline_is_without_bias(name, baseline):
    """Of an uneven policy, too: the means are expectations there."""
    mdp = bandit() if name == "bandit" else chain(horizon=5, discount=0.9)
    found = exact_quality(mdp, preferences(mdp), Estimator(baseline=baseline))
    np.testing.assert_allclose(found.mean, found.exact, atol=1e-12)
    assert found.variance < 1.001 * exact_quality(mdp, preferences(mdp), Estimator("total")).variance


def test_normalised_credits_of_all_episodes_have_spread_one():
    mdp = chain(horizon=5)
    episodes = every_episode(mdp, preferences(mdp))
    credit = Estimator(normalise=True).weights(episodes, mdp, preferences(mdp))
    assert episodes.probability @ credit.sum(axis=1) == pytest.approx(0, abs=1e-12)
    assert episodes.probability @ (credit**2).mean(axis=1) == pytest.approx(1)


def test_a_baseline_of_ones_own_and_one_that_looks_at_the_action():
    mdp = chain(discount=0.9)
    theta = preferences(mdp)

    def by_value(episodes, mdp, theta, credits):
        t = np.arange(mdp.horizon)
        return mdp.discount**t * values(theta, mdp)[t, episodes.states]

    def by_action(episodes, mdp, theta, credits):
        t = np.arange(mdp.horizon)
        return mdp.discount**t * action_values(theta, mdp)[t, episodes.states, episodes.actions]

    drawn = sample(mdp, theta, 30, np.random.default_rng(0))
    np.testing.assert_array_equal(
        Estimator(baseline=by_value).gradient(drawn, mdp, theta),
        Estimator(baseline="value").gradient(drawn, mdp, theta),
    )
    np.testing.assert_allclose(
        exact_quality(chain(horizon=5), theta, Estimator(baseline=by_action)).mean, 0, atol=1e-12
    )


def test_names_may_be_spelled_otherwise_and_none_is_no_baseline():
    assert Estimator("reward-to-go", "state-dependent") == Estimator("to_go", "state")
    assert Estimator("Total return", None) == Estimator("total")


def test_rewards_by_state_and_action_and_one_first_state_are_enough():
    mdp = chain()
    short = MDP(mdp.transition, mdp.mean_reward, 1, 8)
    theta = preferences(mdp)
    assert expected_return(theta, short) == pytest.approx(expected_return(theta, mdp), abs=1e-12)
    assert quality(short, theta, Estimator(), batch=5, batches=500).z < Z


def test_a_horizon_that_is_whole_is_an_integer():
    assert chain(horizon=8.0).horizon == 8 and isinstance(chain(horizon=8.0).horizon, int)


def test_advantages_weigh_to_nothing_and_carry_the_gradient():
    mdp = PROCESSES["grid"]
    theta = preferences(mdp)
    found = advantages(theta, mdp)
    np.testing.assert_allclose(np.sum(policy(theta) * found, axis=2), 0, atol=1e-13)
    weights = mdp.discount ** np.arange(mdp.horizon)[:, None] * visits(theta, mdp)
    slope = policy(theta) * np.einsum("ts,tsa->sa", weights, found)
    np.testing.assert_allclose(exact_gradient(theta, mdp), slope, atol=1e-13)


def test_large_preferences_make_a_sure_policy_and_no_overflow():
    mdp = PROCESSES["grid"]
    theta = np.zeros(mdp.shape)
    theta[:, 1] = 5000.0
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        np.testing.assert_array_equal(policy(theta)[:, 1], 1)
        np.testing.assert_array_equal(exact_gradient(theta, mdp), 0)


def test_sampled_quality_agrees_with_the_exact_one():
    mdp, theta = chain(), np.zeros((5, 2))
    sampled, exact = quality(mdp, theta, Estimator(), batches=4000), exact_quality(mdp, theta, Estimator())
    assert abs(sampled.uphill - exact.uphill) < 4 * np.sqrt(0.25 / 4000)
    assert sampled.variance == pytest.approx(exact.variance, rel=0.1)


def test_every_episode_is_what_sampling_draws():
    mdp = gridworld("S.G", slip=0.2, horizon=4).mdp()
    theta = preferences(mdp)
    complete = every_episode(mdp, theta)
    assert complete.probability.sum() == pytest.approx(1)
    assert complete.probability @ complete.returns(mdp.discount) == pytest.approx(
        expected_return(theta, mdp), abs=1e-12
    )
    drawn = sample(mdp, theta, 20_000, np.random.default_rng(1))
    steps = np.sum(complete.live, axis=1)
    for length in range(1, 5):
        p = complete.probability[steps == length].sum()
        seen = np.mean(np.sum(drawn.live, axis=1) == length)
        assert abs(seen - p) <= Z * np.sqrt(p * (1 - p) / 20_000)


def test_nothing_is_paid_or_credited_after_the_end():
    mdp = gridworld().mdp()
    drawn = sample(mdp, np.zeros(mdp.shape), 300, np.random.default_rng(0))
    assert np.any(~drawn.live)
    assert not np.any(drawn.rewards[~drawn.live])
    assert np.all(drawn.live[:, :-1] | ~drawn.live[:, 1:])
    for estimator in ESTIMATORS.values():
        assert not np.any(estimator.weights(drawn, mdp, np.zeros(mdp.shape))[~drawn.live])


def test_one_gradient_an_episode_and_the_batch_gradient_agree():
    mdp = chain(discount=0.9)
    theta = preferences(mdp)
    drawn = sample(mdp, theta, 40, np.random.default_rng(5))
    for estimator in ESTIMATORS.values():
        each = estimator.gradients(drawn, mdp, theta)
        for method in ("reverse", "forward", "central_difference"):
            batch = estimator.gradient(drawn, mdp, theta, method)
            np.testing.assert_allclose(each.mean(axis=0), batch, atol=1e-8)


def test_entropy_of_the_uniform_policy_is_at_its_maximum():
    mdp = chain()
    assert entropy(np.zeros((5, 2)), np.ones(5)) == pytest.approx(5 * np.log(2))
    weights = np.arange(1.0, 6.0)
    np.testing.assert_allclose(dl.gradient(entropy, np.zeros((5, 2)), args=(weights,)), 0, atol=1e-15)
    bonus = exact_gradient(preferences(mdp), mdp, bonus=1.0) - exact_gradient(preferences(mdp), mdp)
    assert np.sum(bonus * preferences(mdp)) < 0  # towards equal preferences


def test_fisher_matrix_is_the_curvature_of_the_divergence():
    mdp = chain(discount=0.9)
    theta = preferences(mdp)
    weights = mdp.discount ** np.arange(mdp.horizon) @ visits(theta, mdp)

    def divergence(moved):
        before = log_policy(theta)
        return np.sum(weights[:, None] * np.exp(before) * (before - log_policy(moved)))

    curvature = dl.hessian(divergence, theta).reshape(10, 10)
    np.testing.assert_allclose(fisher(theta, mdp), curvature, atol=1e-10)


def test_natural_gradient_does_not_care_how_the_policy_is_written():
    """θ -> 3θ is the same family: the change of the policy per natural step stays, that of a plain one does not."""
    mdp = chain()
    theta = preferences(mdp)
    slope = exact_gradient(theta, mdp)
    step = natural_gradient(slope, theta, mdp)
    np.testing.assert_allclose(fisher(theta, mdp) @ step.ravel(), slope.ravel(), atol=1e-10)
    np.testing.assert_allclose(step.sum(axis=1), 0, atol=1e-10)
    assert np.sum(step * slope) > 0


def test_natural_gradient_is_exact_where_visits_are_rare():
    """States that a good policy hardly visits count in full, and those it cannot visit not at all."""
    mdp = gridworld("S..\n.#G\n..T", slip=0.02).mdp()
    theta = 3 * preferences(mdp)
    slope = exact_gradient(theta, mdp)
    step = natural_gradient(slope, theta, mdp)
    np.testing.assert_allclose(fisher(theta, mdp) @ step.ravel(), slope.ravel(), atol=1e-9)
    assert not np.any(step[4])  # the wall


@pytest.mark.parametrize("natural", [False, True])
def test_reinforce_climbs_and_is_reproducible(natural):
    def run():
        stream = reinforce(chain(), estimator=Estimator(baseline="value"), natural=natural, rate=0.3, seed=4)
        return list(islice(stream, 40))

    first, second = run(), run()
    assert first[-1].expected_return > 3 * first[0].expected_return
    np.testing.assert_array_equal(first[-1].theta, second[-1].theta)
    assert [u.number for u in first] == list(range(40))


def test_what_streams_yield_says_itself_in_a_line():
    update = next(reinforce(chain(), batch=3))
    assert repr(update).startswith("update 0: J = 1.007; 3 episodes of at most 8 steps with mean return")
    assert repr(every_episode(chain(horizon=2), np.zeros((5, 2)))) == "all 16 episodes of at most 2 steps"


def test_reinforce_takes_another_gradient():
    def truth(episodes, mdp, theta):
        return exact_gradient(theta, mdp)

    returns = [u.expected_return for u in islice(reinforce(chain(), gradient=truth), 20)]
    assert np.all(np.diff(returns) > 0)


def test_one_old_batch_may_be_used_for_ever():
    updates = list(islice(reinforce(chain(), batch=4, fresh=False), 5))
    assert updates[-1].episodes is updates[0].episodes


def test_editing_a_grid_moves_rewards_and_walls():
    grid = gridworld(slip=0.0)
    start = grid.state(*grid.start)
    assert grid.mdp().transition[start, 0, grid.state(1, 0)] == 1
    walled = grid.with_wall(1, 0)
    assert walled.mdp().transition[start, 0, start] == 1
    assert grid.mdp().transition[start, 0, grid.state(1, 0)] == 1
    richer = grid.with_reward(0, 0, 5.0).mdp()
    assert richer.reward[grid.state(1, 0), 0, grid.state(0, 0)] == pytest.approx(5 + grid.step)
    assert not richer.terminal[grid.state(0, 0)]
    assert grid.with_reward(0, 0, 5.0, ends=True).mdp().terminal[grid.state(0, 0)]
    assert chain().with_reward(2, 7.0).reward[1, 1, 2] == 7


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: MDP(np.ones((2, 2, 2)), np.ones((2, 2, 2)), np.array([1.0, 0.0]), 3), "no probabilities"),
        (lambda: MDP(np.full((2, 2, 2), 0.5), np.ones((3, 2)), np.array([1.0, 0.0]), 3), "do not fit"),
        (lambda: chain(horizon=0), "horizon"),
        (lambda: chain(discount=1.5), "discount"),
        (lambda: chain(horizon=2.5), "whole number"),
        (lambda: chain(left=np.nan), "a reward is not finite"),
        (lambda: chain(start=5), "a start among them"),
        (lambda: chain(states=1), "two states"),
        (lambda: bandit(()), "nothing to choose"),
        (lambda: MDP("P", [[[1.0]]], [1.0], 3), "transition is no array of real numbers"),
        (lambda: reinforce(chain(), np.full((5, 2), 1j)), "theta is no array of real numbers"),
        (lambda: bandit("abc"), "rewards is no array"),
        (lambda: MDP([[1.0]], [[[1.0]]], [1.0], 3), "do not fit"),
        (lambda: MDP([[[1.0]]], [[[1.0]]], [1.0], 3, terminal=[True, False]), "do not fit"),
        (lambda: chain().with_reward(9, 1.0), "no state 9"),
        (lambda: gridworld("S?G"), "letters"),
        (lambda: gridworld(wind=1), "no 'wind'"),
        (lambda: gridworld().with_wall(-1, 0), "no cell"),
        (lambda: gridworld().with_reward(0, 4, 1.0), "columns 0 to 3"),
        (lambda: gridworld().with_reward(0, 0, np.inf), "not finite"),
        (lambda: gridworld().with_reward(2, 0, 1.0, ends=True), "start in this cell"),
        (lambda: exact_gradient(np.zeros((3, 2)), chain()), r"shape \(3, 2\); give .* \(5, 2\)"),
        (lambda: expected_return(np.zeros(10), chain()), "shape"),
        (lambda: reinforce(chain(), np.full((5, 2), np.nan)), "finite"),
        (lambda: reinforce(chain(), estimator="to_go"), r"Estimator\('to_go'\)"),
        (lambda: reinforce(chain(), rate=np.nan), "rate"),
        (lambda: reinforce(chain(), batch=2.5), "whole number"),
        (lambda: list(islice(reinforce(chain(left=1e200), rate=1e200), 9)), "lower its rate"),
        (lambda: Estimator(entropy=np.inf), "entropy"),
        (lambda: Estimator(baseline=np.nan), "finite number or a function"),
        (lambda: MDP(np.ones((1, 1, 1)), np.ones((1, 1, 1)), 3, 5), "do not fit"),
        (lambda: Estimator(lambda *_: np.zeros(3)).gradients(*few()), "one number for each step"),
        (lambda: gridworld("S..\n.G"), "one length"),
        (lambda: gridworld("..\n.G"), "one S"),
        (lambda: gridworld().with_wall(2, 0), "start in this cell"),
        (lambda: reinforce(gridworld()), r"pass grid.mdp\(\)"),
        (lambda: exact_gradient(np.zeros((12, 4)), gridworld()), r"pass grid.mdp\(\)"),
        (lambda: quality(chain(), np.zeros((5, 2)), Estimator(baseline="constant")), "two or more"),
        (lambda: quality(chain(), np.zeros((5, 2)), Estimator(), batch=2.5), "batch must be a whole"),
        (lambda: quality(chain(), np.zeros((5, 2)), Estimator(), batches=1), "batches .* at least two"),
        (lambda: quality(chain(), np.zeros((5, 2)), Estimator("later")), "choose one of total, to_go"),
        (lambda: quality(chain(), np.zeros((5, 2)), Estimator(baseline="best")), "none, constant, state"),
        (lambda: every_episode(chain(horizon=30), np.zeros((5, 2))), "sample"),
        (lambda: sample(chain(), np.zeros((5, 2)), 0, np.random.default_rng(0)), "at least one"),
    ],
)
def test_errors_say_what_to_do(wrong, says):
    with pytest.raises(DerivativeError, match=says):
        wrong()


def test_reward_to_go_by_hand():
    mdp = chain(discount=0.5, horizon=3)
    drawn = sample(mdp, np.zeros((5, 2)), 1, np.random.default_rng(0))._replace(
        rewards=np.array([[1.0, 2.0, 4.0]])
    )
    np.testing.assert_allclose(reward_to_go(drawn, mdp), [[3.0, 2.0, 1.0]])
