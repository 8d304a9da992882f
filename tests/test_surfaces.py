"""The surfaces: hand-written gradients against the reference, minima, saddles, domains, columns at once."""

import numpy as np
import pytest

import derivlab as dl
from derivlab.gallery.losses import LeastSquares, LogisticLoss, Minibatches, breast_cancer, diabetes
from derivlab.gallery.surfaces import SURFACES, bowl, surface, surfaces

ALL = surfaces()
BY_NAME = pytest.mark.parametrize("s", ALL, ids=lambda s: s.name)


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def inside(s, rng):
    low, high = np.array(s.domain).T
    return rng.uniform(low, high)


@BY_NAME
def test_the_gradient_is_right_at_the_start_and_elsewhere(s, rng):
    for x in (np.array(s.start), inside(s, rng), inside(s, rng)):
        np.testing.assert_allclose(s.gradient(x), dl.gradient(s.f, x, "reference"), rtol=1e-11, atol=1e-11)


@BY_NAME
def test_f_and_gradient_take_columns(s, rng):
    x = np.stack([inside(s, rng) for _ in range(5)], axis=1)
    np.testing.assert_allclose(s.f(x), [s.f(column) for column in x.T], rtol=1e-14)
    np.testing.assert_allclose(
        s.gradient(x).T, [s.gradient(column) for column in x.T], rtol=1e-11, atol=1e-12
    )


@BY_NAME
def test_nothing_in_the_domain_is_lower_than_the_minima(s, rng):
    low, high = np.array(s.domain).T
    for point in (*s.minima, s.start):
        assert np.all(low <= point) and np.all(point <= high)
    grid = np.stack(np.meshgrid(*(np.linspace(a, b, 201) for a, b in s.domain)), axis=0)
    assert s.f(grid.reshape(2, -1)).min() >= s.lowest - 1e-12
    for minimum in s.minima:
        x = np.array(minimum)
        assert s.f(x) == pytest.approx(s.lowest, abs=1e-9)
        if s.name != "ackley":  # whose minimum is the tip of a cone
            np.testing.assert_allclose(s.gradient(x), 0.0, atol=1e-8)


@BY_NAME
def test_saddles_have_no_slope_and_are_no_minima(s):
    for saddle in s.saddles:
        np.testing.assert_allclose(s.gradient(np.array(saddle)), 0.0, atol=1e-12)
        assert np.linalg.eigvalsh(dl.hessian(s.f, list(saddle), "forward"))[0] <= 0


@BY_NAME
def test_descending_from_the_start_by_the_suggested_rate_goes_down(s):
    found = dl.descend(s.f, s.start, dl.GradientDescent(s.rate), 30, gradient=s.gradient)
    assert found.value < found.values[0]
    assert np.all(np.diff(found.values) < 1e-9 * np.abs(found.values[0]))


def test_the_names_are_those_of_the_field_and_a_wrong_one_is_told():
    assert {"bowl", "rosenbrock", "beale", "himmelblau", "saddle", "monkey_saddle", "rastrigin", "ackley", "booth",
            "goldstein_price", "logistic", "least_squares"} == {s.name for s in ALL}  # fmt: skip
    with pytest.raises(dl.DerivativeError, match="no surface 'banana'; choose one of bowl, rosenbrock"):
        surface("banana")
    assert surface("logistic").coordinates == ("w radius", "w texture")


@pytest.mark.parametrize("condition", [1.0, 25.0, 1e4])
def test_the_bowl_has_the_condition_number_asked_for(condition):
    curvatures = np.linalg.eigvalsh(dl.hessian(bowl(condition).f, [0.3, 0.4]))
    assert curvatures[-1] / curvatures[0] == pytest.approx(condition)


@pytest.mark.parametrize("loss", [breast_cancer(), diabetes(), LeastSquares(np.eye(3), np.ones(3), 0.5)])
def test_losses_of_all_weights_have_right_gradients(loss, rng):
    w = rng.normal(size=loss.X.shape[1])
    np.testing.assert_allclose(loss.gradient(w), dl.gradient(loss, w), rtol=1e-10, atol=1e-12)
    columns = rng.normal(size=(loss.X.shape[1], 3))
    np.testing.assert_allclose(loss(columns), [loss(c) for c in columns.T])


def test_logistic_regression_agrees_with_scikit_learn():
    from sklearn.linear_model import LogisticRegression

    loss = breast_cancer()
    model = LogisticRegression(
        C=1 / (loss.ridge * len(loss.y)), fit_intercept=False, tol=1e-10, max_iter=2000
    )
    w = model.fit(loss.X, loss.y).coef_[0]
    found = dl.descend(loss, np.zeros(31), dl.BFGS(), 200, gradient=loss.gradient)
    np.testing.assert_allclose(found.x, w, atol=1e-5)
    assert loss.accuracy(found.x) == model.score(loss.X, loss.y) > 0.98


def test_minibatches_are_the_gradient_on_the_average():
    loss = LogisticLoss(breast_cancer().X[:, :3], breast_cancer().y, 0.1)
    w = np.array([0.5, -0.2, 0.1])
    drawn = Minibatches(loss, 16, seed=1)
    mean = np.mean([drawn(w) for _ in range(4000)], axis=0)
    np.testing.assert_allclose(mean, loss.gradient(w), atol=0.01)
    assert not np.array_equal(drawn(w), drawn(w))
    assert np.array_equal(Minibatches(loss, 4, seed=2)(w), Minibatches(loss, 4, seed=2)(w))


def test_every_surface_says_what_it_is():
    assert all(s.says and (s.f.__doc__ or s.name == "bowl") for s in SURFACES)
