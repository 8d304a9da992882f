"""Hand-written gradients: none wrong accepted, none right rejected, and the mistake by its name."""

import functools
from collections import Counter

import numpy as np
import pytest

import derivlab as dl
from derivlab.gallery.gradients import GRADIENTS, MISTAKES, hand_written


@functools.cache
def checked(name):
    case = hand_written(name)
    return dl.check_gradient(case.f, case.grad, case.x)


@pytest.mark.parametrize("case", GRADIENTS, ids=lambda case: case.name)
def test_right_and_wrong_are_told_apart(case):
    check = checked(case.name)
    assert bool(check) is check.right is case.right, check
    assert check.mistake in (MISTAKES if case.mistake else ("",))
    assert check.says.endswith(".")


def test_the_gallery_is_large_and_its_names_are_its_own():
    assert sum(not case.right for case in GRADIENTS) >= 60
    assert sum(case.right for case in GRADIENTS) >= 30
    assert len({case.name for case in GRADIENTS}) == len(GRADIENTS)
    assert all(set(case.mistake) <= set(MISTAKES) for case in GRADIENTS)


def test_nine_of_ten_mistakes_are_named(capsys):
    wrong = [case for case in GRADIENTS if not case.right]
    named = Counter((case.mistake[0], checked(case.name).mistake in case.mistake) for case in wrong)
    for kind in sorted({kind for kind, _ in named}):
        print(f"{kind:<24} named {named[kind, True]:>2} of {named[kind, True] + named[kind, False]}")
    assert sum(named[key] for key in named if key[1]) >= 0.9 * len(wrong), capsys.readouterr().out


def total(x):
    return np.sum(x**2)


def twice(x):
    return 2.0 * x


def test_the_record_says_where_and_by_how_much():
    check = dl.check_gradient(
        lambda x: np.sum(x**3), lambda x: np.array([3 * x[0] ** 2, 6 * x[1] ** 2]), [1.0, 2.0]
    )
    assert check.worst == (1,)
    assert check.error == pytest.approx([0.0, 1.0], abs=1e-12)
    assert check.given[1] == pytest.approx(2 * check.truth[1])
    assert len(check.points) == 6 and np.array_equal(check.points[0], [1.0, 2.0])
    text = repr(check)
    assert "WRONG (factor 2)" in text and "grad[1]" in check.says.lower() and "[1]" in text
    assert "WRONG" in check._repr_html_() and "&lt;lambda&gt;" in check._repr_html_()
    assert check.to_dict()["mistake"] == "factor 2"
    with pytest.raises(AttributeError):
        check.right = True


def test_a_right_one_is_true_and_says_so():
    check = dl.check_gradient(total, twice, [1.0, 2.0])
    assert check and check.mistake == "" and "agree" in check.says and "right at 6 points" in repr(check)


@pytest.mark.parametrize("points", [1, 3, 9])
def test_the_number_of_points_is_the_users(points):
    assert len(dl.check_gradient(total, twice, [1.0, 2.0], points=points).points) == points


def test_points_of_ones_own():
    grid = [[1.0, 1.0], [2.0, -3.0]]
    check = dl.check_gradient(total, twice, points=grid)
    assert np.array_equal(check.points, grid)
    assert dl.check_gradient(lambda x: x**3, lambda x: 3 * x, points=[1.0])
    assert not dl.check_gradient(lambda x: x**3, lambda x: 3 * x, points=[1.0, 2.0])


def test_the_same_seed_looks_at_the_same_points():
    first, second, third = (dl.check_gradient(total, twice, [1.0, 2.0], seed=s).points for s in (1, 1, 2))
    assert np.array_equal(first, second) and not np.array_equal(first, third)


def test_points_stay_where_f_is_defined():
    check = dl.check_gradient(
        lambda x: np.sum(np.sqrt(1.0 - x**2)), lambda x: -x / np.sqrt(1.0 - x**2), [0.999, 0.5]
    )
    assert check and all(np.all(np.abs(p) < 1) for p in check.points)


@pytest.mark.parametrize(
    ("f", "grad", "shape"),
    [
        (lambda x: x[0] * x[1] ** 2, lambda x: np.array([x[1] ** 2, 2 * x[0] * x[1]]), (2,)),
        (lambda x: np.log(x) ** 2, lambda x: 2 * np.log(x) / x, ()),
        (lambda x: x @ np.diag([1.0, 2.0, 3.0]) @ x, lambda x: 2 * np.array([1.0, 2.0, 3.0]) * x, (3,)),
        (lambda X: np.linalg.det(X), lambda X: np.linalg.det(X) * np.linalg.inv(X).T, (2, 2)),
        (lambda p: np.sum((p[0] * np.arange(4.0) + p[1]) ** 2), lambda p: 2 * np.array([np.arange(4.0), np.ones(4)]) @ (p[0] * np.arange(4.0) + p[1]), (2,)),
        (lambda x: np.arccosh(x), lambda x: 1 / np.sqrt(x * x - 1), ()),
        (lambda w: np.sum((w[:15].reshape(5, 3) @ w[15:]) ** 2), lambda w: 2 * np.concatenate([np.outer(w[:15].reshape(5, 3) @ w[15:], w[15:]).ravel(), w[:15].reshape(5, 3).T @ (w[:15].reshape(5, 3) @ w[15:])]), (18,)),
    ],
)  # fmt: skip
def test_without_x_points_are_found(f, grad, shape):
    right = dl.check_gradient(f, grad)
    assert right and shape in {np.shape(p) for p in right.points}
    assert not dl.check_gradient(f, lambda x: -grad(x))


def test_without_x_and_without_a_point_there_is_a_clear_error():
    with pytest.raises(dl.DerivativeError, match=r"give x.*args"):
        dl.check_gradient(lambda x, y: x * y, lambda x, y: y)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: dl.check_gradient(3.0, twice, 1.0), "not a function"),
        (lambda: dl.check_gradient(total, np.ones(2), [1.0, 2.0]), "grad is not a function"),
        (lambda: dl.check_gradient(total, twice, ["a"]), "no real number"),
        (lambda: dl.check_gradient(total, twice, [np.nan]), "NaN"),
        (lambda: dl.check_gradient(np.log, np.reciprocal, -1.0), "not finite at x = -1"),
        (lambda: dl.check_gradient(lambda x: x[5], twice, [1.0]), "f fails at x"),
        (lambda: dl.check_gradient(lambda x: "text", twice, 1.0), "text|str"),
        (lambda: dl.check_gradient(total, twice, [1.0], points=0), "points is 0"),
        (lambda: dl.check_gradient(total, twice, [1.0], points=[]), "points is empty"),
        (lambda: dl.check_gradient(total, twice, [1.0], points=[[1.0, 2.0]]), "shape"),
        (lambda: dl.check_gradient(lambda x: np.random.normal(), twice, 1.0), "called again"),
    ],
)
def test_what_cannot_be_checked_is_refused_with_the_cause(call, says):
    with pytest.raises(dl.DerivativeError, match=says):
        call()


@pytest.mark.parametrize(
    ("grad", "mistake", "says"),
    [
        (lambda x: None, "no value", "returns None"),
        (lambda x: "text", "no value", "text"),
        (lambda x: 1j * x, "no value", "complex"),
        (lambda x: [[1.0], [1.0, 2.0]], "no value", "ragged"),
        (lambda x: 1 / 0, "raises", "ZeroDivisionError"),
        (lambda x: 2 * x * np.nan, "not finite", "NaN"),
        (lambda x: 2 * x[None], "wrong shape", "its numbers are right"),
        (lambda x: 2 * x[:1], "wrong shape", "(1,)"),
    ],
)
def test_odd_answers_get_clear_words(grad, mistake, says):
    check = dl.check_gradient(total, grad, [1.0, 2.0])
    assert (check.right, check.mistake) == (False, mistake)
    assert says in check.says and says in repr(check)


def test_odd_but_right_answers_get_a_note():
    assert "list" in dl.check_gradient(total, lambda x: [2 * x[0], 2 * x[1]], [1.0, 2.0]).note
    assert "integers" in dl.check_gradient(np.sum, lambda x: np.ones(2, int), [1.0, 2.0]).note
    assert (
        "single"
        in dl.check_gradient(lambda x: np.sum(np.sin(x)), lambda x: np.cos(x).astype("f4"), [1.0, 2.0]).note
    )
    relu = checked("relu_one")
    assert "kink" in relu.note and "0 to 1" in repr(relu) and relu.error.max() == 0.0
    assert "finite difference" in checked("forward_difference").note
    assert "formula of grad is right" in checked("cancelling_more").note


@pytest.mark.parametrize("size", [1e-300, 1e-16, 1.0, 1e16, 1e200])
def test_no_size_hides_a_mistake(size):
    f, x = (lambda x: size * np.sum(np.sin(x))), [0.4, 1.3]
    assert dl.check_gradient(f, lambda x: size * np.cos(x), x)
    assert dl.check_gradient(f, lambda x: 2 * size * np.cos(x), x).mistake == "factor 2"


@pytest.mark.parametrize("size", [1e-12, 1e-6, 1e6, 1e12])
def test_no_size_of_x_hides_a_mistake(size):
    x = size * np.array([0.4, 1.3])
    f = lambda x: np.sum((x / size) ** 3)  # noqa: E731
    assert dl.check_gradient(f, lambda x: 3 * x**2 / size**3, x)
    assert not dl.check_gradient(f, lambda x: 3 * x**2 / size**3 + np.array([0.0, 1e-6 / size]), x)


def test_many_inputs_take_no_minute():
    n = 3000
    f = lambda x: np.sum(np.sin(x) * np.roll(x, 1))  # noqa: E731
    grad = lambda x: np.cos(x) * np.roll(x, 1) + np.roll(np.sin(x), -1)  # noqa: E731
    x = np.linspace(0.1, 3.0, n)
    assert dl.check_gradient(f, grad, x, points=2)
    wrong = dl.check_gradient(f, lambda x: grad(x) * np.where(np.arange(n) == 1234, -1.0, 1.0), x, points=2)
    assert wrong.worst == (1234,) and wrong.mistake == "sign"


def test_further_arguments_go_to_both():
    assert dl.check_gradient(lambda x, a: a * x**2, lambda x, a: 2 * a * x, 1.0, args=(3.0,))


def test_x_and_the_users_arrays_stay_as_they_are():
    x = np.array([1.0, 2.0])
    assert dl.check_gradient(total, lambda x: np.multiply(x, 2.0, out=x), x).mistake == "mutates x"
    assert np.array_equal(x, [1.0, 2.0])


def test_autograd_and_the_verbs_are_right_gradients():
    assert dl.check_gradient(total, dl.grad(total), [1.0, 2.0])
    assert dl.check_gradient(total, lambda x: dl.gradient(total, x, "central_difference"), [1.0, 2.0])


def test_a_gradient_of_chance_is_called_so():
    rng = np.random.default_rng(0)
    check = dl.check_gradient(total, lambda x: 2 * x + 0.1 * rng.normal(size=2), [1.0, 2.0])
    assert check.mistake == "random" and "each time" in check.says


def test_noise_in_f_is_no_reason_to_reject():
    rng = np.random.default_rng(0)
    noisy = lambda x: np.sum(x**2) * (1 + 1e-9 * rng.normal())  # noqa: E731
    assert dl.check_gradient(noisy, twice, [1.0, 2.0])
    assert dl.check_gradient(noisy, lambda x: -2 * x, [1.0, 2.0]).mistake == "sign"


def test_a_network_that_is_slow_with_a_hundred_digits():
    rng = np.random.default_rng(0)
    data, target, shape = rng.normal(size=(64, 100)), rng.normal(size=(64, 30)), (100, 30)
    f = lambda W: np.mean((np.tanh(data @ W) - target) ** 2)  # noqa: E731

    def grad(W):
        a = np.tanh(data @ W)
        return 2 / target.size * data.T @ ((a - target) * (1 - a**2))

    W = 0.1 * rng.normal(size=shape)
    assert dl.check_gradient(f, grad, W, points=2)
    assert dl.check_gradient(f, lambda W: target.size * grad(W), W, points=2).mistake == "missing factor"


def test_a_loop_without_end_beside_x_is_left_out():
    def root(x):
        y = 1.0 + x
        while abs(y * y - x) > 1e-12:
            y = 0.5 * (y + x / y)
        return y

    assert dl.check_gradient(root, lambda x: 0.5 / np.sqrt(x), 2.3)
