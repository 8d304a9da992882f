"""Hand-written backward functions: none wrong accepted, none right rejected, and the mistake by its name and its place."""

import functools
from collections import Counter

import numpy as np
import pytest

import derivlab as dl
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


def test_the_gallery_is_large_and_its_names_are_its_own():
    assert sum(not case.right for case in BACKWARD) >= 80
    assert sum(case.right for case in BACKWARD) >= 25
    assert len({case.name for case in BACKWARD + OTHERS}) == len(BACKWARD + OTHERS)
    assert case_of("affine_unsummed").of == ("b",)


@pytest.mark.parametrize(
    ("cases", "share"),
    [(BACKWARD, 0.95), (OTHERS, 0.9)],
    ids=["the gallery", "others, written after the rules"],
)
def test_kind_and_place_of_mistakes_are_named(cases, share, capsys):
    found = Counter((case.mistake[0], located(case)) for case in cases if not case.right)
    for kind in sorted({kind for kind, _ in found}):
        print(f"{kind:<28} located {found[kind, True]:>2} of {found[kind, True] + found[kind, False]}")
    assert sum(found[key] for key in found if key[1]) >= share * sum(found.values()), capsys.readouterr().out
