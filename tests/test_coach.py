"""Hand-written backward functions: none wrong accepted, none right rejected, and the mistake by its name and its place."""

import functools
import inspect
from collections import Counter

import numpy as np
import pytest
from scipy.optimize import brentq

import derivlab as dl
from derivlab.coach import MISTAKES
from derivlab.gallery.backward import BACKWARD
from derivlab.gallery.backward import backward as case_of
from derivlab.gallery.backward_others import OTHERS

rng = np.random.default_rng(0)
X, W, b = rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=4)


def dense(x, W, b):
    return np.tanh(x @ W + b)


def backward(x, W, b, upstream):
    d = upstream * (1 - dense(x, W, b) ** 2)
    return d @ W.T, x.T @ d, np.sum(d, axis=0)


def test_a_right_one_is_true_and_says_so():
    check = dl.check_vjp(dense, backward, X, args=(W, b))
    assert check and check.right and check.mistake == "" and check.wrong == ()
    assert [c.name for c in check.checks] == ["x", "W", "b"]
    assert "right" in repr(check) and "agree" in check.says


def test_a_wrong_one_is_named_with_its_input():
    def unsummed(x, W, b, upstream):
        dx, dW, _ = backward(x, W, b, upstream)
        return dx, dW, upstream * (1 - dense(x, W, b) ** 2)

    check = dl.check_vjp(dense, unsummed, X, args=(W, b))
    assert not check and (check.mistake, check.argument, check.wrong) == ("unsummed bias", "b", ("b",))
    assert "unsummed bias" in repr(check) and "unsummed bias" in check._repr_html_()
    with pytest.raises(AttributeError):
        check.right = True


@functools.cache
def checked(name):
    case = {c.name: c for c in (*BACKWARD, *OTHERS)}[name]
    return dl.check_vjp(case.f, case.vjp, case.inputs[0], args=case.inputs[1:])


def located(case):
    """Whether kind and place are named."""
    check = checked(case.name)
    return check.mistake in case.mistake and set(check.wrong) == set(case.of)


@pytest.mark.parametrize("case", BACKWARD + OTHERS, ids=lambda case: case.name)
def test_right_and_wrong_are_told_apart(case):
    check = checked(case.name)
    assert bool(check) is check.right is case.right, check
    assert check.says.endswith(".") and "grad " not in check.says
    assert case.right or check.mistake.split(" ")[0] == "mutates" or check.mistake in MISTAKES
    assert all(kind in MISTAKES or kind.startswith("mutates") for kind in case.mistake)


def test_the_gallery_is_large_and_its_names_are_its_own():
    assert sum(not case.right for case in BACKWARD) >= 80
    assert sum(case.right for case in BACKWARD) >= 25
    assert len({case.name for case in BACKWARD + OTHERS}) == len(BACKWARD + OTHERS)
    assert case_of("affine_unsummed").of == ("b",)


@pytest.mark.parametrize(
    ("cases", "share"),
    [(BACKWARD, 0.97), (OTHERS, 0.94)],
    ids=["the gallery", "others, written after the rules"],
)
def test_kind_and_place_of_mistakes_are_named(cases, share, capsys):
    found = Counter((case.mistake[0], located(case)) for case in cases if not case.right)
    for kind in sorted({kind for kind, _ in found}):
        print(f"{kind:<28} located {found[kind, True]:>2} of {found[kind, True] + found[kind, False]}")
    assert sum(found[key] for key in found if key[1]) >= share * sum(found.values()), capsys.readouterr().out


def tanh(x):
    return np.tanh(x)


def cached_tanh(x):
    return np.tanh(x), {"y": np.tanh(x)}


class Layer:
    def forward(self, x):
        self.x = x
        return np.tanh(x)

    def backward(self, upstream):
        return upstream * (1 - np.tanh(self.x) ** 2)


layer = Layer()
CONVENTIONS = {
    "x, upstream": (tanh, lambda x, upstream: upstream * (1 - np.tanh(x) ** 2)),
    "upstream, x": (tanh, lambda upstream, x: upstream * (1 - np.tanh(x) ** 2)),
    "names that say nothing": (tanh, lambda p, q: p * (1 - np.tanh(q) ** 2)),
    "and the other way round": (tanh, lambda q, p: p * (1 - np.tanh(q) ** 2)),
    "upstream, output": (tanh, lambda dout, out: dout * (1 - out**2)),
    "upstream, cache": (cached_tanh, lambda dout, cache: dout * (1 - cache["y"] ** 2)),
    "residuals, g": (cached_tanh, lambda res, g: g * (1 - res["y"] ** 2)),
    "a function of the upstream": (tanh, lambda x: lambda g: g * (1 - np.tanh(x) ** 2)),
    "as autograd has it": (tanh, lambda ans, x: lambda g: g * (1 - ans**2)),
    "a layer that remembers": (layer.forward, layer.backward),
}


@pytest.mark.parametrize("name", CONVENTIONS)
def test_every_usual_way_to_write_it_is_understood(name):
    f, my = CONVENTIONS[name]
    assert dl.check_vjp(f, my, X), dl.check_vjp(f, my, X)


@pytest.mark.parametrize("name", CONVENTIONS)
def test_and_a_wrong_one_is_wrong_in_each(name):
    f, my = CONVENTIONS[name]

    def halved(*args):
        found = my(*args)
        return (lambda g: 0.5 * found(g)) if callable(found) else 0.5 * found

    halved.__signature__ = inspect.signature(my)
    check = dl.check_vjp(f, halved, X)
    assert not check and check.mistake == "factor 2", check


def test_a_wrong_formula_is_not_excused_by_another_way_to_call_it():
    assert not dl.check_vjp(np.tanh, lambda upstream, z: upstream * (1 - z**2), X)


def test_inputs_in_a_tuple_a_dict_of_gradients_and_indices():
    assert dl.check_vjp(dense, backward, (X, W, b))
    assert dl.check_vjp(
        dense, lambda x, W, b, g: dict(zip("xWb", backward(x, W, b, g), strict=True)), (X, W, b)
    )

    def rows(index, table, upstream):
        found = np.zeros_like(table)
        np.add.at(found, index, upstream)
        return None, found

    assert dl.check_vjp(lambda index, table: table[index], rows, np.array([0, 2, 2]), args=(X,))
    assert dl.check_vjp(lambda x, W: x @ W, lambda x, W, g: g @ W.T, X, args=(W,)).note


def test_a_gradient_of_a_loss_may_do_without_an_upstream():
    assert dl.check_vjp(lambda x: np.sum(x**2), lambda x: 2 * x, X)
    assert dl.check_vjp(tanh, lambda x: 1 - np.tanh(x) ** 2, X).mistake == "upstream ignored"


@pytest.mark.parametrize(
    ("my", "mistake"),
    [
        (lambda x, g: (g * (1 - np.tanh(x) ** 2)).astype(int), "wrong dtype"),
        (lambda x, g: None, "no value"),
        (lambda x, g: "text", "no value"),
        (lambda x, g: 1j * g, "no value"),
        (lambda x, g: [[1.0], [2.0, 3.0]], "no value"),
        (lambda x, g: g[0], "wrong shape"),
        (lambda x, g: np.sum(g * (1 - np.tanh(x) ** 2), axis=0), "wrong axis"),
        (lambda x, g: np.sin(7 * g) + x, "not linear in upstream"),
        (lambda x, g: g * np.cos(x + 0.3), "wrong activation derivative"),
        (lambda x, g: g[::-1] * np.cos(x + 0.3), "unknown"),
        (lambda x, g: 1 / 0, "raises"),
    ],
)
def test_odd_answers_are_named(my, mistake):
    check = dl.check_vjp(tanh, my, X)
    assert not check and check.mistake == mistake, check


def test_single_precision_and_differences_are_right_to_the_digits_they_have():
    assert dl.check_vjp(tanh, lambda x, g: (g * (1 - np.tanh(x) ** 2)).astype(np.float32), X)
    assert dl.check_vjp(tanh, lambda x, g: g * (np.tanh(x + 1e-6) - np.tanh(x - 1e-6)) / 2e-6, X)


def test_functions_that_automatic_differentiation_cannot_follow():
    def root(a):
        return np.array([brentq(lambda t, v: t**3 + t - v, -5, 5, (v,), xtol=1e-14) for v in a])

    assert dl.check_vjp(root, lambda a, g: g / (3 * root(a) ** 2 + 1), np.array([1.0, 2.0]))
    assert not dl.check_vjp(root, lambda a, g: g / (3 * root(a) ** 2), np.array([1.0, 2.0]))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: dl.check_vjp(tanh, 3, X), "not a function"),
        (lambda: dl.check_vjp(3, tanh, X), "not a function"),
        (lambda: dl.check_vjp(tanh, lambda: 0, X), "number of arguments"),
        (lambda: dl.check_vjp(tanh, lambda x, g: g, [np.nan, 1.0]), "finite"),
        (lambda: dl.check_vjp(lambda x: x @ np.ones((7, 7)), lambda x, g: g, X), "f fails at x"),
        (lambda: dl.check_vjp(lambda x: np.log(-np.abs(x)), lambda x, g: g, X), "finite"),
        (lambda: dl.check_vjp(lambda x: x * np.random.rand(), lambda x, g: g, X), "another value"),
        (lambda: dl.check_vjp(lambda x: None, lambda x, g: g, X), "return"),
    ],
)
def test_what_cannot_be_checked_is_said(call, says):
    with pytest.raises(dl.DerivativeError, match=says):
        call()


RIGHT_AT_EDGES = {
    "a whole layer at the kink": (
        lambda x, W: np.maximum(x @ W, 0),
        lambda x, W, u: ((u * (x @ W > 0)) @ W.T, x.T @ (u * (x @ W > 0))),
        (np.zeros((4, 3)), W),
    ),
    "|x| at 0": (np.abs, lambda x, u: u * np.sign(x), (np.array([0.0, 1.0, -2.0]),)),
    "saturated": (np.tanh, lambda x, u: u * (1 - np.tanh(x) ** 2), (np.array([30.0, -8.0, 0.1]),)),
    "large": (lambda x: x**2, lambda x, u: 2 * x * u, (1e8 * X,)),
    "tiny": (lambda x: x**2, lambda x, u: 2 * x * u, (1e-8 * X,)),
    "constant": (lambda x: x - x, lambda x, u: 0 * x, (X,)),
    "clipped probabilities": (
        lambda p, t: -np.mean(t * np.log(np.clip(p, 1e-12, 1))),
        lambda p, t, u: -u * t / p / p.size,
        (np.full((2, 3), 0.3), np.eye(3)[[0, 2]]),
    ),
    "mask of -inf": (
        lambda z: np.log(np.sum(np.exp(np.where([True, False, True], z, -np.inf)))),
        lambda z, u: u * np.where([True, False, True], np.exp(z), 0) / (np.exp(z[0]) + np.exp(z[2])),
        (np.array([0.3, 1.0, -0.5]),),
    ),
    "inverse": (
        np.linalg.inv,
        lambda A, u: -np.linalg.inv(A).T @ u @ np.linalg.inv(A).T,
        (X[:3] + 3 * np.eye(3),),
    ),
}


@pytest.mark.parametrize("name", RIGHT_AT_EDGES)
def test_right_ones_at_edges_are_right(name):
    f, my, inputs = RIGHT_AT_EDGES[name]
    assert dl.check_vjp(f, my, inputs[0], args=inputs[1:]), dl.check_vjp(f, my, inputs[0], args=inputs[1:])


@pytest.mark.parametrize(
    ("my", "of", "turn"),
    [
        (lambda x, W, b, g: (g @ W, x.T @ g, g.sum(0)), "x", "W.T"),
        (lambda x, W, b, g: (g @ W.T, x @ g, g.sum(0)), "W", "x.T"),
        (lambda x, W, b, g: (g @ W.T, x.T @ g.T, g.sum(0)), "W", ""),
    ],
)
def test_a_product_that_fails_for_want_of_a_transpose_is_named(my, of, turn):
    check = dl.check_vjp(lambda x, W, b: x @ W + b, my, (X, W, b))
    assert check.mistake in ("transpose", "raises") and turn in check.says
    assert check.argument == of or not turn
