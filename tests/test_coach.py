"""Hand-written backward functions: none wrong accepted, none right rejected, and the mistake by its name and its place."""

import numpy as np
import pytest

import derivlab as dl

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
