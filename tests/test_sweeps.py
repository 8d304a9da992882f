"""The rules on plain arrays: each operation forward, backward, under an outer derivative, and on large arrays."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

import derivlab as dl
from derivlab.lift import sweeps
from derivlab.lift.maps import ELEMENTWISE, OTHERS

MIXED = np.linspace(0.2, 0.8, 6).reshape(2, 3)
ROW, COLUMN, NUMBER = np.array([[0.3, 0.5, 0.9]]), np.array([[0.4], [0.7]]), 1.7
ALONE = {
    "sum": [lambda np, x: np.sum(x), lambda np, x: np.sum(x, axis=0), lambda np, x: np.sum(x, 1), lambda np, x: np.sum(x, axis=(0, 1), keepdims=True)],
    "mean": [lambda np, x: np.mean(x), lambda np, x: np.mean(x, axis=1, keepdims=True), lambda np, x: np.mean(x, 0)],
    "reshape": [lambda np, x: np.reshape(x, (3, 2)), lambda np, x: np.reshape(x, -1), lambda np, x: np.reshape(x, (3, 2), "F"), lambda np, x: np.ravel(x, "F")],
    "transpose": [lambda np, x: np.transpose(x), lambda np, x: np.transpose(x[None], (2, 0, 1))],
    "getitem": [lambda np, x: x[1, 2], lambda np, x: x[:, ::-1], lambda np, x: x[[0, 1, 1], [2, 2, 2]], lambda np, x: x[x > 0.3], lambda np, x: x[..., None, 0]],
    "where": [lambda np, x: np.where(x > 0.5, x, x * x), lambda np, x: np.where(x > 0.5, 2.0, x)],
    "matmul": [lambda np, x: x @ x.T, lambda np, x: x @ np.array([1.0, 2, 3]), lambda np, x: np.array([1.0, 2]) @ x, lambda np, x: x[0] @ x[1]],
    "dot": [lambda np, x: np.dot(x, x.T), lambda np, x: np.dot(x[0], x[1]), lambda np, x: np.dot(x, 2.0)],
}  # fmt: skip


def _cases():
    for name, maps in ELEMENTWISE.items():
        if len(maps) == 1:
            yield name, lambda np, x, name=name: getattr(np, name)(x)
        elif name != "where":
            for other in (ROW, COLUMN, NUMBER, MIXED + 0.1):
                yield name, lambda np, x, name=name, c=other: getattr(np, name)(x, c)
                yield name, lambda np, x, name=name, c=other: getattr(np, name)(c, x)
            yield name, lambda np, x, name=name: getattr(np, name)(x, x[:, :1] + 0.05)
    for name in (2, 3, 0, -1, 0.5):
        yield f"power {name}", lambda np, x, n=name: x**n
    yield from ((name, f) for name, several in ALONE.items() for f in several)


CASES = list(_cases())


def test_every_rule_has_a_case():
    assert {name for name, _ in CASES} >= {*ELEMENTWISE, *OTHERS, "getitem"}


@pytest.mark.parametrize("name", [*ELEMENTWISE, *OTHERS, "getitem"])
def test_every_rule_is_the_one_that_is_taken(name, monkeypatch):
    """Both sweeps of one of its cases make nodes with maps on plain arrays only."""
    maps, missed = sweeps.maps_of, []

    def noted(push, fun, *rest):
        found = maps(push, fun, *rest)
        if found is None:
            missed.append(fun.__name__)
        return found

    monkeypatch.setattr(sweeps, "maps_of", noted)
    f = next(f for key, f in CASES if key == name)
    for method in ("reverse", "forward"):
        dl.jacobian(lambda x: f(np, x), MIXED, method)
    assert not missed


each_case = pytest.mark.parametrize(
    "f", [f for _, f in CASES], ids=[f"{k}-{name}" for k, (name, _) in enumerate(CASES)]
)
WEIGHTS = np.linspace(1.0, 2.0, 5000)[:, None, None]


@each_case
@pytest.mark.parametrize("share", [0.0, 1e-5])
def test_both_sweeps_equal_autograds_own(f, share):
    """Also behind a large array, of which a trace keeps the outline where it can."""

    def program(np, x):
        return f(np, x + np.sum(share * WEIGHTS * x, axis=0) if share else x)

    truth = autograd.jacobian(lambda x: program(anp, x))(MIXED)
    for method in ("reverse", "forward"):
        assert dl.jacobian(lambda x: program(np, x), MIXED, method) == pytest.approx(
            truth, rel=1e-13, abs=1e-15
        )


@each_case
def test_under_an_outer_derivative(f):
    """The inner trace is on plain numbers, and its adjoints carry the outer derivative."""

    def outer(np, grad):
        return lambda x: np.sum(x * grad(lambda y: np.sum(np.exp(x * np.sum(f(np, y)))))(MIXED))

    truth = autograd.grad(outer(anp, autograd.grad))(0.001)
    assert dl.derivative(outer(np, dl.grad), 0.001) == pytest.approx(truth, rel=1e-12)


def test_large_arrays_under_an_outer_derivative():
    y = np.linspace(0.2, 0.8, 4000)
    for name, maps in ELEMENTWISE.items():
        if len(maps) == 1:

            def outer(x, np, grad, name=name):
                return np.sum(grad(lambda y: x * np.mean(getattr(np, name)(y) ** 2 / (1.0 + y)))(y) * y)

            truth = autograd.grad(lambda x: outer(x, anp, autograd.grad))(0.7)
            assert dl.derivative(lambda x: outer(x, np, dl.grad), 0.7) == pytest.approx(truth, rel=1e-12), (
                name
            )


def test_results_may_be_written_to():
    slope = dl.gradient(lambda x: np.sum(x), np.ones(4))
    slope[0] = 3.0
    assert slope.tolist() == [3.0, 1.0, 1.0, 1.0]


def test_an_adjoint_that_two_parents_share_is_not_overwritten():
    def f(x):
        y = x * 1.0
        return np.sum((y + x)[:2] + (y + x)[1:]) + np.sum(y * y)

    assert dl.gradient(f, np.arange(3.0)) == pytest.approx([2.0, 6.0, 6.0])


def test_the_modulus_of_one_complex_number_keeps_autograds_rule():
    def impedance(x):
        return np.abs(x[0] + 2j * x[1])

    truth = [0.6, 1.6]
    for method in ("forward", "reverse"):
        assert dl.gradient(impedance, [3.0, 2.0], method) == pytest.approx(truth, rel=1e-14)
