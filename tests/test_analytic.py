"""Code that is proven analytic needs no check of its complex step; all other code is checked as before."""

import functools
import math

import numpy as np
import pytest
from numpy import exp
from numpy import sum as total

import derivlab as dl
from derivlab.methods.analytic import pieces


def analytic(f):
    proof = pieces(f)
    return proof is not None and proof.core


X = np.array([0.7, 1.2, 0.4])
DATA = np.linspace(0.1, 0.9, 12).reshape(4, 3)
RATE = 0.3
calls = 0
seen = [0]


def helper(y, scale=2.0):
    return scale * np.exp(-y)


def counted(x):
    global calls
    calls += 1
    return np.prod(x)


def closed():
    count, weights = 0, DATA[0]

    def f(x):
        nonlocal count
        count += 1
        return weights @ x**2

    return f


def loop(x):
    result = 0.0
    for k in range(len(x) - 1):
        result += RATE * x[k] * x[k + 1] ** 3
    return result


def with_inner(x):
    def inner(t):
        return t * x[0]

    return inner(x[1]) + (lambda t: t / x[2])(1.0)


PROVEN = {
    "rosenbrock": lambda x: np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2),
    "logistic": lambda x: np.mean(np.log(1 + np.exp(-(DATA @ x)))),
    "helper": lambda x: np.sum(helper(x)) * np.pi,
    "names of NumPy": lambda x: total(exp(x)),
    "generator": lambda x: sum(t**2 for t in x),
    "comprehension": lambda x: np.array([t * k for k, t in enumerate(x, 1)]).sum(),
    "solve": lambda x: np.linalg.solve(np.eye(3) + np.outer(x, x), DATA[1]).sum(),
    "unpacked": lambda x: (lambda a, b, c: a * b / c)(x[0], x[1], x[2]),
    "loop": loop,
    "inner": with_inner,
    "counter": counted,
    "counter of a closure": closed(),
}


def remembers(x):
    seen[0] += 1
    return x[0] * x[1] * x[2]


def counts_and_uses(x):
    global calls
    calls += 1
    return np.prod(x) + 0 * calls


def powers(x):
    k = 2.5
    return np.sum(x**k)


def writes(x):
    y = x.copy()
    y[0] = 1.0
    return y.sum() + x.sum()


def tried(x):
    try:
        return np.sum(x**2)
    except TypeError:
        return 0.0


UNPROVEN = {
    "branch": lambda x: x[0] * x[1] if len(x) > 2 else x[2],
    "comparison": lambda x: np.sum(x * (DATA[0] > 0.2)),
    "absolute value": lambda x: np.sum(abs(x)),
    "a function that NumPy has not": lambda x: np.sum(np.absolute(x)),
    "root": lambda x: np.sum(np.sqrt(x)),
    "a function of math": lambda x: math.sin(x[0]) * x[1] + x[2],
    "a function of math beside a constant of it": lambda x: math.pi * math.exp(x[0]) * x[1] + x[2],
    "a function of math inside": lambda x: sum(math.sin(t) for t in x),
    "math by another name": lambda x, m=math: m.sin(x[0]) * x[1] + x[2],
    "half power": lambda x: np.sum(x**0.5),
    "power by name": powers,
    "power of a variable": lambda x: x[0] ** x[1] + x[2],
    "arctan": lambda x: np.sum(np.arctan(x)),
    "cast": lambda x: np.sum(x.astype(complex)).real,
    "cast by name": lambda x: np.sum(np.array(x, "f8")),
    "conjugate": lambda x: np.sum(x * x.conj()).real,
    "state in a list": remembers,
    "counter that is used": counts_and_uses,
    "write": writes,
    "exception": tried,
    "default list": lambda x, memo=[]: x.sum() + len(memo),
    "tiny constant": lambda x: np.sum(x * 1e-300 * 1e300),
    "vdot": lambda x: np.vdot(x, x).real,
    "class": functools.partial(lambda a, x: a * np.sum(x), 2.0),
}


@pytest.mark.parametrize("name", PROVEN)
def test_proven_functions_take_one_evaluation_for_each_input_and_one_more(name):
    f = PROVEN[name]
    assert analytic(f)
    row = dl.compare(f, X, ["complex_step"])["complex_step"]
    assert row.evaluations == len(X) + 1
    assert np.allclose(row.value, dl.gradient(f, X, "reference"), rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("name", UNPROVEN)
def test_other_functions_are_not(name):
    assert not analytic(UNPROVEN[name])


def test_what_code_reads_is_looked_at_each_time():
    space = {"np": np, "g": lambda y: y**2}
    exec("def f(x): return np.sum(g(x))", space)
    f = space["f"]
    assert analytic(f)
    space["g"] = np.abs
    assert not analytic(f)
    space["g"] = lambda y: y**3
    assert analytic(f)
    f.__code__ = (lambda x: abs(x[0])).__code__
    assert not analytic(f)


def vanishing(x):
    """Gradient (1, -1), of which an imaginary part as small as the step loses the second."""
    return x[0] + np.log(np.exp(-x[1]))


@pytest.mark.parametrize("size", [400.0, 600.0, 650.0, 700.0])
def test_imaginary_parts_that_underflow_are_seen(size):
    assert analytic(vanishing)
    try:
        found = dl.gradient(vanishing, [1.0, size], "complex_step")
    except dl.DerivativeError:
        return
    assert np.allclose(found, [1.0, -1.0], rtol=1e-9)


def jump(x):
    return np.sum(np.tanh(1 / x))


def pole(x):
    return 1 / (1 + np.exp(1 / x[0])) + x[1]


def modulus(x):
    return np.exp(np.log(x[0] ** 2) / 2) + x[1]


@pytest.mark.parametrize("f", [jump, pole, modulus])
def test_poles_that_real_numbers_hide_are_seen(f):
    assert analytic(f)
    with pytest.raises(dl.DerivativeError):
        dl.gradient(f, [0.0, 1.0], "complex_step")


@pytest.mark.parametrize(
    "f",
    [lambda x: x**3, lambda x: (x - 1) ** 3 + 1, lambda x: 1e20 * (x - 1) ** 3, lambda x: np.sin(1e9 * x**8)],
)
@pytest.mark.parametrize("x", [0.0, 1.0, 1e4])
def test_what_may_be_a_remainder_or_a_rounding_error_is_checked(f, x):
    assert analytic(f)
    try:
        found = dl.derivative(f, x, "complex_step")
    except dl.DerivativeError:
        return
    assert np.isclose(found, dl.derivative(f, x, "reference"), rtol=1e-9, atol=0.0)


def test_a_sparse_jacobian_needs_no_check_and_a_zero_of_f_one():
    count = lambda f, x: dl.compare(f, x, ["complex_step"])["complex_step"].evaluations  # noqa: E731
    assert count(lambda x: x**2, np.ones(5)) == 6
    assert count(lambda x: np.exp(x) - 1, np.zeros(5)) == 5 + 3
    assert np.array_equal(dl.jacobian(lambda x: x**2, np.ones(5), "complex_step"), 2 * np.eye(5))


def test_a_step_of_ones_own_is_checked():
    f = PROVEN["rosenbrock"]
    with pytest.raises(dl.DerivativeError, match="analytic"):
        dl.gradient(f, X, dl.ComplexStep(step=0.1))


@pytest.mark.parametrize("step", [np.array([1e-20, 1e-20, 1e-20]), -1.0, "1e-20", None])
def test_a_step_that_is_no_number_is_refused(step):
    with pytest.raises(dl.DerivativeError, match="step"):
        dl.gradient(PROVEN["rosenbrock"], X, dl.ComplexStep(step=step))
