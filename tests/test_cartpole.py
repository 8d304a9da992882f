"""Learning to balance Gymnasium's pole, with gradients by derivlab's own methods."""

import time
from itertools import islice

import gymnasium
import numpy as np
import pytest

import derivlab as dl
from derivlab.policy import cartpole

SEEDS = range(5)


def first(seed=0, number=0, **settings):
    return next(islice(cartpole.learn(seed, **settings), number, None))


@pytest.mark.parametrize("seed", SEEDS)
def test_solved_while_the_class_watches(seed):
    """475 over 100 episodes; processor time, so that a busy machine does not fail it."""
    cartpole.environment(2).close()  # Gymnasium's import is not learning
    start = time.process_time()
    batches = list(cartpole.solve(seed))
    assert time.process_time() - start < 3
    assert batches[-1].recent >= cartpole.SOLVED
    last = np.concatenate([b.rollout.returns for b in batches[-5:]])
    assert len(last) == 100
    assert last.mean() == batches[-1].recent
    assert batches[0].rollout.returns.mean() < 60
    assert batches[-1].steps == sum(b.rollout.live.sum() for b in batches)


def test_episodes_are_those_of_the_single_environment():
    """The same first state and actions in Gymnasium's own CartPole-v1 give the same states and the same end."""
    seen = first(number=12).rollout
    alone = gymnasium.make("CartPole-v1")
    for episode in (0, 7):
        alone.reset()
        alone.unwrapped.state = tuple(seen.states[0, episode])
        length, over = 0, False
        while not over:
            state, _, terminated, truncated, _ = alone.step(int(seen.actions[length, episode]))
            length, over = length + 1, terminated or truncated
            if not over:
                np.testing.assert_allclose(seen.states[length, episode], state, atol=1e-4)
        assert length == seen.returns[episode]
        assert np.all(seen.live[:length, episode]) and not np.any(seen.live[length:, episode])


def test_the_gradient_is_the_same_by_every_method():
    batch = first(count=3, hidden=2)
    slopes = [
        cartpole.policy_gradient(batch.weights, batch.rollout, batch.advantages, method)
        for method in ("reverse", "forward", "central_difference", "complex_step")
    ]
    for slope in slopes[1:]:
        np.testing.assert_allclose(slope, slopes[0], atol=1e-8)
    assert np.linalg.norm(slopes[0]) > 0


def test_advantages_are_reward_to_go_less_what_state_and_time_explain():
    batch = first()
    seen, found = batch.rollout, batch.advantages
    assert not np.any(found[~seen.live])
    steps = found[seen.live]
    assert abs(steps.mean()) < 1e-3
    assert steps.std() == pytest.approx(1, abs=1e-3)
    features = cartpole._features(seen)[seen.live]
    assert np.max(np.abs(features.T @ steps)) / len(steps) < 1e-3  # the rest is orthogonal to what was fitted
    long, short = np.argmax(seen.returns), np.argmin(seen.returns)
    assert found[0, long] > found[0, short]


def test_a_pull_is_the_slope_of_one_steps_surrogate_by_its_logit():
    batch = first()
    found = cartpole.pulls(batch.weights, batch.rollout, batch.advantages, episode=2)
    t = 3
    state, action = batch.rollout.states[t, 2], batch.rollout.actions[t, 2]
    towards = 2.0 * action - 1.0

    def credit_of(shift):
        return batch.advantages[t, 2] * -np.log1p(
            np.exp(-(towards * cartpole.logit(batch.weights, state) + shift))
        )

    assert found[t] == pytest.approx(dl.derivative(credit_of, 0.0))
    assert len(found) == batch.rollout.returns[2]


def test_a_batch_says_itself_in_a_line():
    batch = first(count=4)
    told = (
        f"batch 0: 4 episodes with mean return {batch.rollout.returns.mean():.4g}; {batch.steps} steps so far"
    )
    assert repr(batch) == told


def test_the_same_seed_gives_the_same_run():
    a, b = first(3, 6), first(3, 6)
    np.testing.assert_array_equal(a.weights, b.weights)
    assert not np.array_equal(a.weights, first(4, 6).weights)


def test_a_gradient_of_ones_own_may_be_used():
    def up(weights, seen, credit):
        return np.zeros_like(weights)

    start, later = islice(cartpole.learn(0, slope=up), 2)
    np.testing.assert_array_equal(start.weights, later.weights)


def test_a_walk_shows_each_step_with_its_advantage_and_its_pull():
    batch = first(number=3)
    found = cartpole.walk(batch, 4)
    length = int(batch.rollout.returns[4])
    assert {len(part) for part in found} == {length}
    assert found.togo[-1] == 1
    np.testing.assert_allclose(found.togo[:-1], 1 + 0.99 * found.togo[1:])
    right = 1 / (1 + np.exp(-cartpole.logit(batch.weights, found.states)))
    np.testing.assert_allclose(found.chances, np.where(found.actions == 1, right, 1 - right))
    np.testing.assert_allclose(found.pulls, found.advantages * (1 - found.chances))


def test_advantages_of_ones_own_may_be_used():
    def nothing(seen, discount):
        return np.zeros(seen.live.shape)

    start, later = islice(cartpole.learn(0, credit=nothing), 2)
    np.testing.assert_array_equal(start.weights, later.weights)
    assert not np.any(start.advantages)


def test_a_sure_policy_does_not_overflow():
    batch = first()
    sure = 1e4 * batch.weights
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        slope = cartpole.policy_gradient(sure, batch.rollout, batch.advantages)
    assert np.all(np.isfinite(slope))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: cartpole.learn(count=0), "count"),
        (lambda: cartpole.learn(hidden=0), "hidden"),
        (lambda: cartpole.learn(rate=np.nan), "rate"),
        (lambda: cartpole.learn(discount=2), "discount"),
        (
            lambda: first(credit=lambda seen, discount: np.where(seen.live, np.nan, 0)),
            "finite number for each step",
        ),
        (lambda: first(credit=lambda seen, discount: seen.returns), "shape"),
        (lambda: cartpole.walk(first(count=2), 2), "no episode 2"),
    ],
)
def test_errors_say_what_to_do(wrong, says):
    with pytest.raises(dl.errors.DerivativeError, match=says):
        wrong()


def test_without_gymnasium_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "gymnasium", None)
    with pytest.raises(dl.errors.DerivativeError, match="pip install"):
        cartpole.environment()
