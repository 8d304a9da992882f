"""Gradients of expectations: unbiased, with the variances that theory gives; SVI, Laplace and HMC against formulas."""

from itertools import islice

import numpy as np
import pytest
from scipy import stats

import derivlab as dl
from derivlab.errors import DerivativeError
from derivlab.inference import (
    ESTIMATORS,
    LinearGaussian,
    LogisticRegression,
    best_phi,
    breast_cancer,
    elbo,
    elbo_gradient,
    hmc,
    laplace,
    leapfrog,
    log_q,
    mode,
    normal_mean,
    sample_gradients,
    svi,
)
from derivlab.inference import energy_errors as energy_errors_of

Z = 4.5  # standard errors: by chance in about 1 of 10,000 comparisons of a dozen entries
RNG = np.random.default_rng(11)
PLANE = LinearGaussian(RNG.standard_normal((6, 3)), RNG.standard_normal(6), noise=0.7, spread=1.5)
ONE = normal_mean((0.6,))
OFF = np.array([[1.3], [np.log(0.1)]])  # one posterior unit off the mean 0.3, and narrow
PLACES = {
    "off": (ONE, OFF),
    "best": (ONE, best_phi(ONE)),
    "three": (PLANE, np.array([[0.3, -0.5, 0.2], [-1.0, 0.1, -0.4]])),
}


@pytest.mark.parametrize("place", PLACES)
def test_exact_elbo_is_the_evidence_less_the_divergence(place):
    """ELBO = ln p(x) - KL(q ‖ posterior), the KL of two normal distributions by its own formula."""
    model, phi = PLACES[place]
    spread, off = np.diag(np.exp(2 * phi[1])), phi[0] - model.posterior.mean
    trace = np.trace(model.precision @ spread) + off @ model.precision @ off
    logs = np.linalg.slogdet(model.precision)[1] + 2 * phi[1].sum()
    divergence = 0.5 * (trace - model.size - logs)
    assert elbo(phi, model) == pytest.approx(model.log_evidence - divergence, abs=1e-12)


@pytest.mark.parametrize("place", PLACES)
def test_exact_gradient_is_the_closed_form_by_every_method(place):
    model, phi = PLACES[place]
    pull = -model.precision @ (phi[0] - model.posterior.mean)
    truth = np.stack([pull, 1 - np.diag(model.precision) * np.exp(2 * phi[1])])
    for method in ("reverse", "forward", "complex_step"):
        np.testing.assert_allclose(elbo_gradient(phi, model, method), truth, atol=1e-12)
    np.testing.assert_allclose(elbo_gradient(best_phi(model), model), 0, atol=1e-12)


def test_densities_are_those_of_scipy():
    z = np.random.default_rng(0).standard_normal((5, 3))
    phi = PLACES["three"][1]
    np.testing.assert_allclose(log_q(z, phi), stats.norm.logpdf(z, phi[0], np.exp(phi[1])).sum(axis=-1))
    prior = stats.norm.logpdf(z, 0, 1.5).sum(axis=-1)
    likelihood = stats.norm.logpdf(PLANE.targets, z @ PLANE.features.T, 0.7).sum(axis=-1)
    np.testing.assert_allclose(PLANE(z), prior + likelihood)
    np.testing.assert_allclose(PLANE(z) - PLANE.posterior.logpdf(z), PLANE.log_evidence)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", ESTIMATORS)
def test_estimators_are_unbiased(name, place):
    model, phi = PLACES[place]
    size = 2 if name == "score_baseline" else 20_000  # the smallest batch is where a bias would be largest
    batches = [sample_gradients(phi, model, name, size, seed) for seed in range(600 if size == 2 else 1)]
    found = np.array([batch.mean(axis=0) for batch in batches]) if size == 2 else batches[0]
    error = found.std(axis=0, ddof=1) / np.sqrt(len(found))
    assert np.all(np.abs(found.mean(axis=0) - elbo_gradient(phi, model)) <= Z * error + 1e-12)


@pytest.mark.parametrize(
    ("name", "phi", "variance"),
    [
        ("score", OFF, 959.0),
        ("score_baseline", OFF, 248.0),
        ("pathwise", OFF, 0.04),
        ("path_only", OFF, 96.0),
        ("pathwise", best_phi(ONE), 2.0),
        ("path_only", best_phi(ONE), 0.0),
    ],
)
def test_variances_of_the_slope_in_the_mean(name, phi, variance):
    """The winner flips at the optimum; the error stated is that of a variance from so many samples."""
    slopes = sample_gradients(phi, ONE, name, 100_000, seed=1)[:, 0, 0]
    squares = (slopes - slopes.mean()) ** 2
    assert (
        abs(squares.mean() - variance) <= Z * squares.std() / np.sqrt(len(squares)) + 0.002 * variance + 1e-12
    )


@pytest.mark.parametrize(
    ("spelled", "name"),
    [("score function", "score"), ("Leave-one-out", "score_baseline"), ("sticking the landing", "path_only"),
     ("path-only", "path_only"), ("measure-valued", "measure_valued"), ("score with baseline", "score_baseline")],
)  # fmt: skip
def test_estimators_by_their_other_names(spelled, name):
    found = [sample_gradients(OFF, ONE, estimator, 4, seed=1) for estimator in (spelled, name)]
    np.testing.assert_array_equal(*found)


@pytest.mark.parametrize("name", ["score", "score_baseline", "measure_valued"])
def test_three_estimators_need_no_derivative_of_the_model(name):
    def model(z):
        return stats.norm.logpdf(z[..., 0], 0, 1) + stats.norm.logpdf(0.6, z[..., 0], 1)

    np.testing.assert_allclose(
        sample_gradients(OFF, model, name, 50, seed=4), sample_gradients(OFF, ONE, name, 50, seed=4)
    )


@pytest.mark.parametrize(
    ("estimator", "samples"), [("pathwise", 10), ("path_only", 10), ("score_baseline", 40)]
)
def test_svi_arrives_at_the_best_normal(estimator, samples):
    run = list(islice(svi(PLANE, np.zeros((2, 3)), dl.Adam(0.03), estimator, samples, seed=2), 400))
    late = np.mean([step.phi for step in run[200:]], axis=0)
    np.testing.assert_allclose(late, best_phi(PLANE), atol=0.1)
    assert elbo(late, PLANE) > elbo(run[0].phi, PLANE)
    np.testing.assert_array_equal(run[3].phi, run[2].phi + run[2].move)


def test_svi_says_what_it_cannot_use():
    for optimiser in (dl.BFGS(), dl.Adam([0.1, 0.2]), "adam"):
        with pytest.raises(DerivativeError, match="Adam"):
            svi(ONE, OFF, optimiser)
    with pytest.raises(DerivativeError, match="lower the rate"):
        list(islice(svi(ONE, OFF, dl.GradientDescent(500.0), seed=0), 50))


def test_seeds_make_runs_the_same():
    again = [sample_gradients(OFF, ONE, "score", 5, seed=seed) for seed in (3, 3, 4)]
    assert np.array_equal(again[0], again[1]) and not np.array_equal(again[0], again[2])
    chains = [[s.z for s in islice(hmc(ONE, [0.0], seed=seed), 5)] for seed in (3, 3)]
    np.testing.assert_array_equal(*chains)


@pytest.mark.parametrize("model", [ONE, PLANE])
def test_laplace_is_exact_for_a_conjugate_model(model):
    found = laplace(model, np.ones(model.size))
    np.testing.assert_allclose(found.mean, model.posterior.mean, atol=1e-8)
    np.testing.assert_allclose(found.covariance, np.linalg.inv(model.precision), rtol=1e-9)
    assert found.log_evidence == pytest.approx(model.log_evidence, abs=1e-9)


def test_laplace_of_the_breast_cancer_data():
    """The mode against scikit-learn's, the precision against XᵀSX + I / spread²."""
    linear_model = pytest.importorskip("sklearn.linear_model")
    model = breast_cancer(spread=2.0)
    found = laplace(model, np.zeros(model.size))
    theirs = linear_model.LogisticRegression(C=4.0, fit_intercept=False, tol=1e-10, max_iter=2000)
    np.testing.assert_allclose(found.mean, theirs.fit(model.features, model.labels).coef_[0], atol=1e-4)
    p = model.probability(found.mean)
    formula = (model.features.T * p * (1 - p)) @ model.features + np.eye(model.size) / 4.0
    np.testing.assert_allclose(found.precision, formula, rtol=1e-8, atol=1e-10)
    assert np.mean((p > 0.5) == model.labels) > 0.97


def test_the_mode_is_found_by_every_method():
    """At the top the gradient is all rounding, which is no sign of hidden state."""
    model = breast_cancer(spread=2.0)
    tops = [mode(model, np.zeros(model.size), method) for method in ("reverse", "forward")]
    np.testing.assert_allclose(*tops, atol=1e-7)


def test_laplace_refuses_what_has_no_top():
    with pytest.raises(DerivativeError, match="start elsewhere"):
        mode(lambda z: np.sum(z), np.zeros(2))
    with pytest.raises(DerivativeError, match="bend down"):
        laplace(lambda z: np.sum(z[:1] ** 2) - np.sum(z[1:] ** 2), np.zeros(2))


def energy_errors(gradient, step):
    """The largest |energy error| of ten trajectories of length 1; the kicks are the same for every step."""
    steps = (next(hmc(PLANE, [0.5, -0.2, 0.1], step, round(1 / step), gradient, seed)) for seed in range(10))
    return max(abs(step.energy_error) for step in steps)


def test_energy_error_shrinks_with_the_square_of_the_step():
    errors = [energy_errors("reverse", step) for step in (0.1, 0.05, 0.025)]
    np.testing.assert_allclose(np.divide(errors[:-1], errors[1:]), 4, rtol=0.1)


@pytest.mark.parametrize("wrong", ["half", "sign", "missing"])
def test_a_wrong_gradient_shows_in_the_energy_error(wrong):
    right = dl.grad(PLANE)
    factor = {"half": 0.5, "sign": -1.0, "missing": np.array([1.0, 1.0, 0.0])}[wrong]
    errors = [energy_errors(lambda z: factor * right(z), step) for step in (0.05, 0.025)]
    assert min(errors) > 100 * energy_errors("reverse", 0.025)
    assert errors[0] / errors[1] == pytest.approx(1, rel=0.1)


def test_many_chains_at_once_are_chains():
    one = list(islice(hmc(PLANE, [0.5, -0.2, 0.1], 0.2, 5, seed=2), 4))
    row = list(islice(hmc(PLANE, [[0.5, -0.2, 0.1]], 0.2, 5, seed=2), 4))
    np.testing.assert_allclose([s.z[0] for s in row], [s.z for s in one])
    assert [s.accepted[0] for s in row] == [s.accepted for s in one]
    *_, last = islice(hmc(PLANE, np.zeros((400, 3)), 0.2, 3, seed=1), 30)
    deviation = np.sqrt(np.diag(PLANE.posterior.cov) / 400)
    assert np.all(np.abs(last.z.mean(axis=0) - PLANE.posterior.mean) < Z * deviation)
    np.testing.assert_allclose(np.cov(last.z.T), PLANE.posterior.cov, atol=0.3 * PLANE.posterior.cov.max())


def test_drift_ends_at_the_energy_error():
    for start in ([0.5, -0.2, 0.1], np.zeros((4, 3))):
        step = next(hmc(PLANE, start, 0.1, 7, seed=3))
        assert len(step.path) == len(step.momenta) == len(step.drift(PLANE)) == 8
        np.testing.assert_allclose(step.drift(PLANE)[-1], step.energy_error)
        np.testing.assert_allclose(step.drift(PLANE)[0], 0)
        ends = [np.sum(step.momenta[i] ** 2, axis=-1) / 2 - PLANE(step.path[i]) for i in (0, -1)]
        np.testing.assert_allclose(step.energy_error, ends[1] - ends[0], atol=1e-12)


def test_a_chain_that_flies_off_leaves_the_others_alone():
    def half_line(z):
        return np.where(z[..., 0] > 0, -z[..., 0], -np.inf)

    step = next(hmc(half_line, [[0.1], [50.0]], 0.5, 4, gradient=dl.Reverse(), seed=1))
    assert step.energy_error[0] == np.inf and not step.accepted[0]
    assert np.isfinite(step.energy_error[1]) and step.accepted[1]


@pytest.mark.parametrize("gradient", ["reverse", lambda z: 0.9 * dl.grad(lambda y: np.sum(PLANE(y)))(z)])
def test_the_study_of_energy_errors(gradient):
    found = energy_errors_of(PLANE, np.zeros((10, 3)), (0.1, 0.05, 0.025), gradient=gradient)
    one = [next(hmc(PLANE, np.zeros((10, 3)), h, round(1 / h), gradient)).energy_error for h in (0.1, 0.05)]
    np.testing.assert_allclose(found[:2], np.sqrt(np.mean(np.square(one), axis=1)))
    assert found[1] / found[2] == pytest.approx(4 if gradient == "reverse" else 1, rel=0.1)


def test_leapfrog_goes_back_the_way_it_came():
    z, p = np.array([0.5, -0.2, 0.1]), np.array([1.0, 0.3, -0.8])
    slope = dl.grad(PLANE)
    *_, (there, kick) = islice(leapfrog(slope, z, p, 0.1), 21)
    *_, (back, returned) = islice(leapfrog(slope, there, -kick, 0.1), 21)
    np.testing.assert_allclose([back, -returned], [z, p], atol=1e-12)


def test_hmc_samples_the_posterior():
    model = normal_mean((0.6, 1.4, -0.3), noise=0.8)
    drawn = np.array([s.z[0] for s in islice(hmc(model, [0.0], 0.3, 3, seed=5), 600)])
    deviation = np.sqrt(model.posterior.cov.item())
    assert abs(drawn.mean() - model.posterior.mean.item()) < Z * deviation / np.sqrt(200)
    assert drawn.std() == pytest.approx(deviation, rel=0.15)


def test_a_trajectory_that_flies_off_is_rejected():
    steps = list(islice(hmc(lambda z: -np.sum(z**4), [1.0], 5.0, 20, seed=0), 3))
    assert not any(step.accepted for step in steps) and all(step.energy_error > 1e3 for step in steps)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: sample_gradients([0.0, 0.0], ONE), "ln σ"),
        (lambda: sample_gradients([[np.nan], [0.0]], ONE), "not finite"),
        (lambda: sample_gradients(OFF, ONE, "reinforce"), "path_only"),
        (lambda: elbo(OFF, lambda z: -np.sum(z**2, axis=-1)), "conjugate models only"),
        (lambda: elbo_gradient(OFF, LogisticRegression(np.ones((1, 1)), [1])), "conjugate models only"),
        (lambda: best_phi(LogisticRegression(np.ones((1, 1)), [1])), "conjugate models only"),
        (lambda: sample_gradients(OFF, ONE, count=0), "whole number"),
        (lambda: sample_gradients(OFF, ONE, "score_baseline", 1), "two or more"),
        (lambda: sample_gradients(OFF, lambda z: np.sum(z**2), "score", 5), "last axis"),
        (lambda: sample_gradients(OFF, lambda z: np.sum(z**2), "pathwise", 5), "last axis"),
        (lambda: normal_mean(noise=0.0), "above 0"),
        (lambda: LinearGaussian(np.ones((3, 2)), np.ones(2)), r"\(n, D\)"),
        (lambda: LogisticRegression(np.ones((2, 1)), [1, 2]), "0 and 1"),
        (lambda: svi(ONE, OFF, samples=0), "whole number"),
        (lambda: hmc(ONE, [np.nan]), "finite"),
        (lambda: hmc(ONE, [0.0], step="long"), "step is no array"),
        (lambda: hmc(ONE, [0.0], leaps=2.5), "trajectory"),
        (lambda: hmc(PLANE, [0.0]), r"\(\.\.\., 3\)"),
        (lambda: elbo(OFF, PLANE), r"\(\.\.\., 3\)"),
        (lambda: sample_gradients([["a"], [0.0]], ONE), "real numbers"),
        (lambda: sample_gradients(OFF, ONE, count="many"), "number of samples"),
        (lambda: sample_gradients(OFF, PLANE), r"\(\.\.\., 3\)"),
        (lambda: laplace(ONE, "here"), "start is no array"),
        (lambda: normal_mean(noise="loud"), "noise is no array"),
        (lambda: hmc(PLANE, np.zeros(3), gradient=lambda z: 1.0), "shape"),
        (lambda: hmc(ONE, [0.0], step=-1.0), "trajectory"),
        (lambda: hmc(lambda z: np.log(z[0]), [-1.0]), "start elsewhere"),
        (lambda: hmc(ONE, [0.0], gradient="sideways"), "sideways"),
        (lambda: hmc(lambda z: -(z**2), [0.0]), "last axis"),
        (lambda: hmc(ONE, np.zeros((2, 2, 1))), "R chains"),
    ],
)
def test_unusable_input_is_named(call, says):
    with pytest.raises(DerivativeError, match=says), np.errstate(all="ignore"):
        call()
