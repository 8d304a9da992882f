"""Contests of estimators: exact moments against closed forms and samples, who wins where, places and fits in batches."""

from itertools import islice

import numpy as np
import pytest

import derivlab as dl
from derivlab.errors import DerivativeError
from derivlab.inference import (
    ESTIMATORS,
    TARGETS,
    best_phi,
    contest,
    elbo,
    elbo_gradient,
    moments,
    normal_mean,
    practice,
    sample_gradients,
    svi,
    winner_map,
)
from derivlab.inference.arena import ENTRIES

ONE = normal_mean((0.6,))
OFF = np.array([[1.3], [np.log(0.1)]])
NAMES = list(ESTIMATORS)
MU, LN_SIGMA = (grid.ravel() for grid in np.meshgrid([-1.0, 0.4, 2.1], np.log([0.07, 0.4, 1.7])))


def test_moments_of_the_conjugate_model_are_the_closed_forms():
    """With ln p - ln q = a + b ε σ + ½ c σ² ε² at a slope b and a curvature c of ln p - ln q in the middle."""
    found = moments(np.stack([MU, LN_SIGMA]), ONE)
    phis = np.stack([MU, LN_SIGMA]).T[..., None]
    np.testing.assert_allclose(found.elbo, [elbo(phi, ONE) for phi in phis], rtol=1e-12)
    np.testing.assert_allclose(found.gradient.T, [elbo_gradient(p, ONE).ravel() for p in phis], atol=1e-11)
    b, v = -2 * (MU - 0.3), np.exp(2 * LN_SIGMA)
    c = 1 / v - 2
    in_mu = dict(zip(NAMES, found.variances[:, 0], strict=True))
    np.testing.assert_allclose(in_mu["pathwise"], 4 * v, rtol=1e-10)
    np.testing.assert_allclose(in_mu["path_only"], c**2 * v, rtol=1e-10)
    np.testing.assert_allclose(in_mu["score_baseline"], 2 * b**2 + 2.5 * c**2 * v, rtol=1e-10)
    np.testing.assert_allclose(in_mu["measure_valued"], b**2 * (4 / np.pi - 1), rtol=1e-10)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("place", [(1.3, 0.1), (0.8, 1.5)], ids=str)
def test_moments_are_those_of_many_samples(target, place):
    phi = np.array([[place[0]], [np.log(place[1])]])
    exact = moments(phi[:, 0], TARGETS[target])
    for row, name in enumerate(NAMES):
        drawn = sample_gradients(phi, TARGETS[target], name, 40_000, seed=1)[..., 0]
        error = drawn.std(axis=0) / np.sqrt(len(drawn))
        assert np.all(np.abs(drawn.mean(axis=0) - exact.gradient) < 4.5 * error)
        squares = (drawn - drawn.mean(axis=0)) ** 2
        error = squares.std(axis=0) / np.sqrt(len(drawn))
        assert np.all(np.abs(squares.mean(axis=0) - exact.variances[row]) < 4.5 * error), name


@pytest.mark.parametrize("target", TARGETS)
def test_a_contest_draws_what_sample_gradients_gives(target):
    found = contest([[0.4], [-0.8]], TARGETS[target], 50, seed=6)
    for name in NAMES:
        drawn = sample_gradients([[0.4], [-0.8]], TARGETS[target], name, 50, seed=6)[..., 0]
        np.testing.assert_allclose(found.gradients[name], drawn, rtol=1e-10, atol=1e-10)
    assert list(found.gradients) == NAMES


def test_the_winner_flips():
    assert contest(OFF, ONE).least() == ["pathwise"]
    both = contest(best_phi(ONE), ONE, among=("pathwise", "path_only"))
    assert both.least() == ["path_only"]
    assert (both.variance("pathwise"), both.variance("path_only")) == pytest.approx((2.0, 0.0), abs=1e-9)
    assert set(contest(best_phi(ONE), ONE).least()) == {"score_baseline", "path_only", "measure_valued"}


@pytest.mark.parametrize("entry", ENTRIES)
def test_the_map_says_what_contests_say(entry):
    found = winner_map(practice(), np.linspace(-1.5, 2.5, 5), [0.05, 0.3, 1.9])
    for i, j in np.ndindex(3, 5):
        phi = [[found.mu[j]], [np.log(found.sigma[i])]]
        assert contest(phi, practice(), 2).least(entry) == [NAMES[found.winners(entry)[i, j]]]


def test_the_picture_of_the_map_has_the_winners_letters():
    found = winner_map(ONE)
    shown = found.plot(among=("pathwise", "path_only"))
    winners = found.winners("d/dμ", ("pathwise", "path_only"))
    for text in shown.ax_.texts:
        x, y = text.get_position()
        place = np.argmin(np.abs(found.sigma - y)), np.argmin(np.abs(found.mu - x))
        assert text.get_text() == "SBPOM"[winners[place]]
    assert len(shown.ax_.texts) > 50
    assert repr(shown) == "Least variance of d/dμ: pathwise, path only, each somewhere"


def test_path_only_beats_pathwise_above_half_the_width():
    """4σ² = (2 - 1/σ²)² σ² at σ = ½, wherever the mean is."""
    found = winner_map(ONE, [-1.0, 0.3], [0.49, 0.51])
    assert found.winners()[:, 1].tolist() == [4, 4]
    assert found.winners("d/dμ", ("pathwise", "path_only")).tolist() == [[2, 2], [3, 3]]


def test_the_slope_in_sigma_is_that_in_its_logarithm_over_sigma():
    found = contest(OFF, ONE)
    assert found.truth("d/dσ") == pytest.approx(10 * found.truth("d/d ln σ"))
    assert found.variance("score", "d/dσ") == pytest.approx(100 * found.variance("score", "d/d ln σ"))
    assert found.truth() == pytest.approx(-2)
    assert "pathwise" in str(found) and "least" in found.table("d/dσ")


def test_the_top_of_the_elbo_is_found():
    np.testing.assert_allclose(winner_map(ONE).best, best_phi(ONE), atol=1e-6)
    top = winner_map(TARGETS["two peaks"], sigma=[0.2, 0.4, 1.0]).best
    assert top[0, 0] == pytest.approx(1.6, abs=0.02)


def test_a_log_joint_without_density_somewhere_has_no_winner_there():
    found = winner_map(lambda z: np.sum(np.log(z) - z, axis=-1), [-2.0, 30.0], [0.5, 1.0])
    assert found.winners().tolist() == [[-1, found.winners()[0, 1]], [-1, found.winners()[1, 1]]]
    assert (found.winners()[:, 1] >= 0).all()


@pytest.mark.parametrize("name", NAMES)
def test_places_and_fits_in_a_batch_are_those_one_by_one(name):
    phis = np.array([[[0.1], [1.3], [2.0]], [[-1.0], [0.0], [0.2]]])
    model = practice()
    batch = sample_gradients(phis, model, name, 50, seed=3)
    climb = list(islice(svi(model, phis, dl.Adam(0.1), name, 5, seed=1), 8))
    for run in range(3):
        one = phis[:, run]
        np.testing.assert_allclose(batch[:, :, run], sample_gradients(one, model, name, 50, seed=3))
        alone = list(islice(svi(model, one, dl.Adam(0.1), name, 5, seed=1), 8))
        np.testing.assert_allclose([s.phi[:, run] for s in climb], [s.phi for s in alone])
        assert climb[7].elbo[run] == pytest.approx(alone[7].elbo)


def test_a_fit_without_density_ends_the_batch():
    phis = np.array([[[20.0], [-5.0]], [[0.0], [0.0]]])
    with pytest.raises(DerivativeError, match="not finite at step 0"), np.errstate(all="ignore"):
        next(svi(lambda z: np.sum(np.log(z) - z, axis=-1), phis, seed=0))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: contest(OFF, ONE, among=("score", "luck")), "luck"),
        (lambda: contest(OFF, ONE, 1), "two or more"),
        (lambda: contest(OFF, ONE, 0), "whole number"),
        (lambda: contest(OFF, ONE).truth("d/dx"), "d/dμ, d/d ln σ, d/dσ"),
        (lambda: contest(OFF, lambda z: np.sum(z**2)), "last axis"),
        (lambda: winner_map(ONE, [0.0], [0.0, 1.0]), "above 0"),
        (lambda: winner_map(ONE, ["left"]), "mu is no array"),
        (lambda: winner_map(ONE, [1.0, 0.0]), "increasing"),
        (lambda: winner_map(ONE, [0.0], [1.0, np.inf]), "no grid"),
        (lambda: moments([0.0, 0.0, 0.0], ONE), r"\(2, \.\.\.\)"),
        (lambda: moments([0.0, 0.0], lambda z: z**2), "last axis"),
        (lambda: contest(np.zeros((2, 3)), ONE), "for one z"),
    ],
)
def test_unusable_input_is_named(call, says):
    with pytest.raises(DerivativeError, match=says):
        call()
