"""Operations that are one node where their arguments are simple: against NumPy's definition followed operation by operation."""

import numpy as np
import pytest

import derivlab as dl
from derivlab.lift.autograd_space import AutogradSpace
from derivlab.lift.direct import DIRECT, products

X = np.array([[0.3, 1.7, -0.8], [1.1, -0.4, 0.6]])
Y = np.array([[0.5, -1.2, 0.9], [-0.7, 0.2, 1.4]])
AXES = ({}, {"axis": 0}, {"axis": 1, "keepdims": True}, {"axis": (0, 1)}, {"axis": -1})
CASES = {
    "clip": [lambda x: np.clip(x, -0.5, 1.0), lambda x: np.clip(x, None, Y), lambda x: np.clip(x, max=0.7), lambda x: x.clip(0.0)],
    "logaddexp": [lambda x: np.logaddexp(x, 0.0), lambda x: np.logaddexp(Y[:1], x), lambda x: np.logaddexp(x, x[:, :1] + 0.1)],
    "hypot": [lambda x: np.hypot(x, Y[:, :1]), lambda x: np.hypot(0.0, x)],
    "arctan2": [lambda x: np.arctan2(x, Y), lambda x: np.arctan2(Y[:1], x)],
    "remainder": [lambda x: x % 0.7, lambda x: np.mod(Y, x), lambda x: np.remainder(x, 0.37 * x[:1])],
    "maximum": [lambda x: np.maximum(x, 0.1), lambda x: np.maximum(Y[:, :1], x)],
    "minimum": [lambda x: np.minimum(x, x[:1] - 0.1), lambda x: np.minimum(0.2, x)],
    "absolute": [np.abs, lambda x: abs(x)],
    **{name: [lambda x, k=k, name=name: getattr(np, name)(x, **k) for k in AXES] for name in ("sum", "mean", "max", "min", "prod")},
    **{name: [lambda x, k=k, name=name: getattr(np, name)(x, **k) for k in (*AXES, {"ddof": 1}, {"axis": 0, "ddof": 1})] for name in ("var", "std")},
    "linalg.norm": [lambda x: np.linalg.norm(x), lambda x: np.linalg.norm(x[0]), lambda x: np.linalg.norm(x[0], 2), lambda x: np.linalg.norm(x, axis=1), lambda x: np.linalg.norm(x, axis=0, keepdims=True), lambda x: np.linalg.norm(x, axis=(0, 1))],
    "roll": [lambda x: np.roll(x, 1), lambda x: np.roll(x, (1, -1), axis=(0, 1))],
    "tile": [lambda x: np.tile(x, 2), lambda x: np.tile(x, (2, 1, 3))],
    "repeat": [lambda x: np.repeat(x, 2), lambda x: np.repeat(x, [1, 0, 2], axis=1)],
    "take": [lambda x: np.take(x, [1, 1, 4]), lambda x: np.take(x, 2, axis=1), lambda x: x.take([[0, 5]]), lambda x: np.take(x, 3)],
    "diag": [lambda x: np.diag(x[0]), lambda x: np.diag(x), lambda x: np.diag(x[1], -1)],
    "tril": [np.tril, lambda x: np.tril(x, -1)],
    "triu": [np.triu, lambda x: np.triu(x, 1)],
    "flip": [np.flip, lambda x: np.flip(x, 0)],
    "fliplr": [np.fliplr],
    "flipud": [np.flipud],
    "rot90": [np.rot90, lambda x: np.rot90(x, 3)],
    "pad": [lambda x: np.pad(x, 1), lambda x: np.pad(x, ((0, 1), (2, 0)), "edge"), lambda x: np.pad(x, 1, mode="reflect"), lambda x: np.pad(x, 2, "wrap"), lambda x: np.pad(x, 1, "symmetric")],
    "reshape": [lambda x: np.reshape(x, (3, 2)), lambda x: x.reshape(-1), lambda x: x.reshape(3, 2), lambda x: x[:, ::2].reshape(4)],
    "ravel": [np.ravel, lambda x: x.T.ravel()],
    "squeeze": [lambda x: np.squeeze(x[:1]), lambda x: np.squeeze(x[:, None], axis=1)],
    "expand_dims": [lambda x: np.expand_dims(x, 0), lambda x: np.expand_dims(x, (0, -1))],
    "transpose": [np.transpose, lambda x: x.T, lambda x: np.transpose(x[None], (2, 0, 1)), lambda x: x[:, None].transpose(-1, 0, 1)],
    "swapaxes": [lambda x: np.swapaxes(x[None], 0, 2), lambda x: x.swapaxes(0, -1)],
    "moveaxis": [lambda x: np.moveaxis(x[None], 0, -1), lambda x: np.moveaxis(x[:, None], (0, 1), (2, 0))],
    "concatenate": [lambda x: np.concatenate([x, Y]), lambda x: np.concatenate((Y, x, x), 1), lambda x: np.concatenate([x[0], [1.0, 2.0], x[1]], axis=-1)],
    "stack": [lambda x: np.stack([x, Y]), lambda x: np.stack([x[0], x[1], Y[0]], axis=-1), lambda x: np.stack([x[0, 0], x[1, 2], 2.0]), lambda x: np.array([x[0, 0], 2, x[1, 2]]), lambda x: np.array([x[0], Y[0]])],
    "vstack": [lambda x: np.vstack([x, x[0]]), lambda x: np.vstack((x[0], Y[0]))],
    "hstack": [lambda x: np.hstack([x, Y]), lambda x: np.hstack([x[0], 1.0, x[1, 1]])],
    "column_stack": [lambda x: np.column_stack([x[0], Y[0]]), lambda x: np.column_stack([x, Y[:, 0]])],
    "sort": [np.sort, lambda x: np.sort(x, axis=0), lambda x: np.sort(x[0])],
    "trace": [np.trace, lambda x: np.trace(x, 1), lambda x: np.trace(x[:, :, None] * x[0], axis1=1, axis2=2)],
    "diff": [np.diff, lambda x: np.diff(x, axis=0), lambda x: np.diff(x[0])],
    "outer": [np.outer, lambda x: np.outer(x[0], Y), lambda x: np.outer(Y, x[1])],
    "inner": [lambda x: np.inner(x, Y), lambda x: np.inner(x[0], x[1]), lambda x: np.inner(Y[0], x)],
    "tensordot": [lambda x: np.tensordot(x, Y), lambda x: np.tensordot(x, Y, ([0], [0])), lambda x: np.tensordot(Y.T, x, 1), lambda x: np.tensordot(x[None], np.arange(12.0).reshape(3, 2, 2), ([2, 1], [0, 2])), lambda x: np.tensordot(x, x, 0)],
    "cross": [lambda x: np.cross(x, Y), lambda x: np.cross(Y[0], x), lambda x: np.cross(x[0], x[1])],
    "einsum": [lambda x: np.einsum("ij,kj->ik", x, Y), lambda x: np.einsum("ij,ij", x, x), lambda x: np.einsum("ij->j", x), lambda x: np.einsum("ij,k->ki", x, Y[0]), lambda x: np.einsum("i,ij,j", Y[:, 0], x, x[0]), lambda x: np.einsum("ij,j", Y, x[1])],
}  # fmt: skip
OUTER = {"outer": lambda x: np.outer(x, Y)}
each_case = pytest.mark.parametrize(
    "f",
    [OUTER.get(name, f) if f is np.outer else f for name, several in CASES.items() for f in several],
    ids=[f"{name}-{k}" for name, several in CASES.items() for k in range(len(several))],
)


def test_every_rule_has_a_case():
    assert CASES.keys() == DIRECT.keys()


@pytest.fixture
def definitions(monkeypatch):
    """From the call on, definitions are followed."""
    return lambda: monkeypatch.setattr(AutogradSpace, "quick", False)


@each_case
def test_both_sweeps_and_what_they_note_are_those_of_the_definition(f, definitions):
    rows = [dl.compare(f, X, [method])[method] for method in ("reverse", "forward")]
    definitions()
    for row in rows:
        truth = dl.compare(f, X, [row.method])[row.method]
        np.testing.assert_allclose(row.value, truth.value, rtol=1e-13, atol=1e-14)
        assert (row.note, row.error) == (truth.note, truth.error)


@each_case
def test_the_rule_is_the_one_that_is_taken(f, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(AutogradSpace, "composite", None)
        for method in ("reverse", "forward"):
            dl.jacobian(f, X, method)


@each_case
def test_second_derivatives_follow_the_definition(f, definitions):
    weights = np.cos(np.arange(np.size(f(X)))).reshape(np.shape(f(X)))

    def total(x):
        return np.sum(weights * f(x) ** 2)

    found = dl.hessian(total, X)
    definitions()
    np.testing.assert_allclose(found, dl.hessian(total, X), rtol=1e-12, atol=1e-12)


@each_case
@pytest.mark.parametrize("outer", ["reverse", "forward"])
@pytest.mark.parametrize("inner", ["reverse", "forward"])
def test_a_tangent_may_carry_an_outer_derivative(f, inner, outer):
    """d/dt of the gradient of t² Σ w f at t = 1.5 is 3 times that of Σ w f."""
    weights = np.cos(np.arange(np.size(f(X)))).reshape(np.shape(f(X)))

    def slope(t):
        return dl.gradient(lambda x: np.sum(f(x) * (weights * t**2)), X, inner)

    truth = 3.0 * dl.gradient(lambda x: np.sum(f(x) * weights), X)
    np.testing.assert_allclose(dl.jacobian(slope, 1.5, outer), truth, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.prod(np.where(np.arange(3) == 1, 0.0, x[0])),
        lambda x: np.prod(x * 1e51),
        lambda x: np.linalg.norm(x, 2),
        lambda x: np.linalg.norm(x, 1),
        lambda x: np.linalg.norm(x[0], 3),
        lambda x: np.diff(x, n=2),
        lambda x: np.diff(x, prepend=0.0),
        lambda x: np.pad(x, 1, constant_values=2.0),
        lambda x: np.einsum("ii", x @ Y.T),
        lambda x: np.einsum("...j,j", x, Y[0]),
        lambda x: np.einsum("ij,ij->ij", x[:, :1], Y),
        lambda x: np.einsum(x, [0, 1], Y, [2, 1], [0, 2]),
        lambda x: np.cross(x, Y, axis=-1),
        lambda x: np.sort(x, axis=None),
        lambda x: np.var(x, mean=np.mean(x)),
        lambda x: np.sum(x, axis=1, initial=2.0),
        lambda x: np.max(x, initial=5.0),
        lambda x: np.clip(Y, x - 1.0, 0.5),
        lambda x: np.logaddexp(x, -np.inf),
        lambda x: np.tensordot(x[0, 0], Y, 0),
        lambda x: np.sum(x, dtype=float),
        lambda x: np.concatenate([x, Y], axis=None),
        lambda x: np.concatenate(x),
        lambda x: np.stack(x, axis=1),
        lambda x: np.array([[x[0, 0], 1.0], [x[1, 1], x[0, 0]]]),
        lambda x: np.vstack([[x[0, 0], x[0, 1]], [1.0, 2.0]]),
    ],
)
def test_other_arguments_are_taken_by_the_definition(f):
    np.testing.assert_allclose(
        dl.jacobian(f, X), dl.jacobian(f, X, "reference"), rtol=1e-11, atol=1e-12 * np.max(np.abs(f(X)))
    )


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.max(x), lambda x: np.sum(np.min(-x, axis=0)), lambda x: np.sort(x)[0], lambda x: np.clip(x, 0.0, 1.0)[1],
        lambda x: np.abs(x - 1.0)[0], lambda x: np.maximum(x, 1.0)[2], lambda x: np.linalg.norm(x - 1.0), lambda x: np.std(x),
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["reverse", "forward"])
def test_edges_are_seen(f, method):
    with pytest.raises(dl.DerivativeError):
        dl.gradient(f, np.ones(3), method)


def test_sums_that_end_alike_are_spelled_alike():
    assert products._spelled("ij, jk", ((2, 3), (3, 4))) == "ij,jk->ik"
    assert products._spelled("ij,jk", ((2, 3), (1, 4))) is None
