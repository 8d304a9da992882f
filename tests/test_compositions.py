"""Random compositions of array operations: every exact method against the reference, and against differences."""

import math
import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import derivlab as dl

# A program is a list of steps on a 2 × 3 array `a`, each leaving a 2 × 3 array of moderate size.
C = np.array([[1.0, -0.5, 0.25], [0.5, 2.0, -1.0]])
Q = np.array([[2.0, 0.5, -0.25], [0.5, 1.5, 0.75], [-0.25, 0.75, 3.0]])


def written(a):
    out = np.zeros_like(a)
    out[0] = a[1] * a[0, 1]
    out[1, ::-1] += a[0]
    out[:, 1] *= 0.5
    return out


def written_by_mask(a):
    out = a.copy()
    out[a > 0.3] = np.sin(a[a > 0.3])
    return out


def viewed(a):
    out = np.zeros((2, 3))
    out += a
    flat = out.reshape(-1)
    flat[2:4] = flat[:2] - flat[4:]
    return out


def looped(a):
    rows = []
    for row in a:
        total = 0.0
        for t in row:
            total = 0.5 * total + t
        rows.append([total, row[0], row.mean()])
    return np.array(rows)


STEPS = {
    "sin": np.sin,
    "tanh": np.tanh,
    "square": lambda a: 0.5 * a**2,
    "exp": lambda a: np.exp(-a * a),
    "log": lambda a: np.log(1.5 + a * a),
    "sqrt": lambda a: np.sqrt(1 + np.abs(a)) * a,
    "divide": lambda a: a / (2 + np.cos(a)),
    "add constant": lambda a: a + C,
    "times constant": lambda a: C * a,
    "broadcast row": lambda a: a - a[0],
    "broadcast column": lambda a: a * a[:, :1] + a[:, 1:2],
    "mean": lambda a: a - a.mean(axis=1, keepdims=True),
    "sum": lambda a: a + 0.1 * np.sum(a, axis=0),
    "softmax": lambda a: np.exp(a) / np.exp(a).sum(axis=1, keepdims=True),
    "spread": lambda a: a / (1 + a.std(axis=0)),
    "cumsum": lambda a: np.cumsum(a, axis=1) / 2,
    "prod": lambda a: a + np.prod(a, axis=1)[:, None],
    "sort": lambda a: np.sort(a, axis=1),
    "permute": lambda a: a[:, [2, 0, 1]],
    "reverse": lambda a: a[::-1, ::-1],
    "roll": lambda a: np.roll(a, 1, axis=1) * 1.5,
    "transpose": lambda a: a.T.reshape(2, 3),
    "concatenate": lambda a: np.concatenate([a[:, 1:], a[:, :1] ** 2], axis=1),
    "stack": lambda a: np.stack([a[1], a[0] * a[1]]),
    "where": lambda a: np.where(a > 0.2, a, 0.5 * a**2),
    "maximum": lambda a: np.maximum(a, 0.1 * a.T.reshape(2, 3)),
    "clip": lambda a: np.clip(a, -0.8, 0.9) + 0.1 * a,
    "matmul": lambda a: a @ Q / 2,
    "gram": lambda a: (a @ a.T) @ a / 3,
    "einsum": lambda a: np.einsum("ij,kj->ik", a, Q) / 3,
    "outer": lambda a: np.outer(a[:, 0], a[1]),
    "solve": lambda a: np.linalg.solve(Q + np.diag(a[0] ** 2), a.T).T,
    "inverse": lambda a: a @ np.linalg.inv(3 * np.eye(3) + 0.1 * np.outer(a[0], a[1])),
    "norm": lambda a: a / (1 + np.linalg.norm(a, axis=1, keepdims=True)),
    "cholesky": lambda a: a @ np.linalg.cholesky(np.eye(3) + a.T @ a),
    "pad": lambda a: np.pad(a, ((0, 0), (1, 1)), mode="edge")[:, :3],
    "take": lambda a: np.take(a, [1, 1, 2], axis=1),
    "diag": lambda a: a + np.diag(np.diag(a))[:, [0, 1, 1]],
    "diff": lambda a: np.diff(a, axis=1, prepend=a[:, -1:]),
    "convolve": lambda a: np.stack([np.convolve(r, [0.5, 1.0, -0.5], "same") for r in a]),
    "interp": lambda a: np.interp(a, [-2.0, -1.0, 0.05, 1.0, 2.0], [0.0, 1.0, 0.5, -1.0, 2.0]),
    "list": lambda a: np.array([[t * t for t in row] for row in a]),
    "apply": lambda a: np.apply_along_axis(lambda r: r[::-1] * r[0], 1, a),
    "vectorize": lambda a: np.vectorize(lambda t: t * t if t > 0 else -t)(a),
    "fourier": lambda a: np.fft.irfft(np.fft.rfft(a, axis=1), n=3, axis=1) * a,
    "in place": lambda a: written(a),
    "mask": lambda a: written_by_mask(a),
    "view": lambda a: viewed(a),
    "loop": lambda a: looped(a),
}  # fmt: skip
programs = st.lists(st.sampled_from(sorted(STEPS)), min_size=1, max_size=5)
entries = st.floats(-1.2, 1.2).map(lambda v: round(v, 3) + 0.0137)
UNEVEN = np.sqrt([[2.0, 3.0, 5.0], [7.0, 11.0, 13.0]]) / 50
points = st.lists(entries, min_size=6, max_size=6).map(lambda v: np.array(v).reshape(2, 3) + UNEVEN)
FEW = settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def program(names):
    def f(x):
        for name in names:
            x = STEPS[name](x)
        return x

    return f


EDGE = ("edge", "differ", "settle", "does not depend", "constant", "finite")


def found(f, x, method):
    """The Jacobian, or None where the point happens to lie on an edge."""
    try:
        return np.asarray(dl.jacobian(f, x, method))
    except dl.DerivativeError as refusal:
        if any(word in str(refusal) for word in EDGE):
            return None
        raise


@pytest.mark.parametrize("name", sorted(STEPS))
def test_each_step(name):
    x = np.array([[0.31, -0.72, 0.55], [1.03, 0.24, -0.41]])
    truth = dl.jacobian(STEPS[name], x, "reference")
    scale = np.max(np.abs(truth)) or 1.0
    for method, tolerance in (("forward", 1e-12), ("reverse", 1e-12), ("richardson", 1e-7)):
        np.testing.assert_allclose(
            dl.jacobian(STEPS[name], x, method), truth, rtol=0, atol=tolerance * scale, err_msg=method
        )


@FEW
@given(programs, points)
def test_exact_methods_agree_with_the_reference(names, x):
    f = program(names)
    answers = [found(f, x, m) for m in ("reference", "forward", "reverse")]
    if any(a is None for a in answers):
        return
    truth, *others = answers
    for other in others:
        np.testing.assert_allclose(other, truth, rtol=0, atol=1e-11 * max(np.max(np.abs(truth)), 1e-3))


@settings(FEW, max_examples=40)
@given(programs, points)
def test_exact_methods_agree_with_differences(names, x):
    f = program(names)
    exact, numerical = found(f, x, "reverse"), found(f, x, "richardson")
    if exact is None or numerical is None:
        return
    np.testing.assert_allclose(numerical, exact, rtol=0, atol=1e-6 * max(np.max(np.abs(exact)), 1e-2))


@FEW
@given(programs, points)
def test_products_agree_with_the_jacobian(names, x):
    f = program(names)
    matrix = found(f, x, "reverse")
    if matrix is None:
        return
    v, u = np.cos(np.arange(6.0)).reshape(2, 3), np.sin(1 + np.arange(6.0)).reshape(2, 3)
    size = max(np.max(np.abs(matrix)), 1e-3)
    np.testing.assert_allclose(dl.jvp(f, x, v), np.tensordot(matrix, v, 2), rtol=0, atol=1e-11 * size)
    np.testing.assert_allclose(dl.vjp(f, x, u), np.tensordot(u, matrix, 2), rtol=0, atol=1e-11 * size)


SMOOTH = sorted(set(STEPS) - {"where", "maximum", "clip", "interp", "vectorize", "sort", "mask", "sqrt"})


@settings(FEW, max_examples=10)
@given(st.lists(st.sampled_from(SMOOTH), min_size=1, max_size=3), points)
def test_second_derivatives_agree_with_differences_of_gradients(names, x):
    f = program(names)

    def loss(t):
        return np.sum(f(t) ** 2)

    differences = found(lambda t: dl.gradient(loss, t), x, "richardson")
    if differences is None:
        return
    hessian = dl.hessian(loss, x)
    scale = max(np.max(np.abs(hessian)), 1.0)
    np.testing.assert_allclose(hessian, differences, rtol=0, atol=1e-6 * scale)
    v = np.cos(np.arange(6.0)).reshape(2, 3)
    np.testing.assert_allclose(dl.hvp(loss, x, v), np.tensordot(hessian, v, 2), rtol=0, atol=1e-9 * scale)


@settings(FEW, max_examples=15)
@given(programs, points)
def test_x_is_left_alone_whatever_f_does(names, x):
    inner = program(names)

    def f(t):
        out = inner(t)
        t[0] = 7.0
        t *= 0.0
        return np.sum(out)

    before = x.copy()
    for method in ("forward", "reverse", "reference", "richardson"):
        found(f, x, method)
        np.testing.assert_array_equal(x, before)


def test_perturbations_are_not_confused():
    # d/dx [x · d/dy (x + y)] = 1 for every x; d/dx [x · d/dy (x y)] = 2x
    for method in ("forward", "reverse", "symbolic", "reference"):
        inner = dl.grad(lambda y, x: x + y)
        assert dl.derivative(lambda x, g=inner: x * g(2.0, x), 3.0, method) == pytest.approx(1.0)
        assert dl.derivative(lambda x: x * dl.derivative(lambda y: x * y, 2.0), 3.0, method) == pytest.approx(
            6.0
        )


def test_gradients_compose():
    third = dl.grad(dl.grad(dl.grad(lambda x: np.exp(2 * x) + x**4)))
    assert third(0.5) == pytest.approx(8 * np.exp(1.0) + 12.0, rel=1e-12)
    partial = dl.grad(lambda a, x, k=2.0: k * a**2 * x, argnum=1)
    assert partial(3.0, 5.0, 4.0) == pytest.approx(36.0)
    directional = dl.grad(lambda x: dl.jvp(lambda t: np.sin(t) * t, x, 1.0))
    assert directional(0.7) == pytest.approx(2 * np.cos(0.7) - 0.7 * np.sin(0.7), rel=1e-12)


def test_every_verb_may_be_used_inside_a_function():
    def f(t):
        return np.array([math.sin(t[0]) * t[1], t[1] ** 2])

    x, v, u = np.array([0.7, 1.9]), np.array([0.5, -1.0]), np.array([2.0, 3.0])
    inner = {
        "jacobian": lambda t: dl.jacobian(f, t)[0, 0] ** 2,
        "jvp": lambda t: dl.jvp(f, t, v)[0],
        "jvp along x": lambda t: np.sum(dl.jvp(f, x, t)),
        "vjp": lambda t: np.sum(dl.vjp(f, t, u) ** 2),
        "hessian": lambda t: np.sum(dl.hessian(lambda s: f(s)[0] * f(s)[1], t)),
        "hvp": lambda t: dl.hvp(lambda s: f(s)[0] * f(s)[1], t, v)[1],
        "value and gradient": lambda t: np.sum(dl.gradient(lambda s: f(s)[0], t) ** 2),
    }
    for name, g in inner.items():
        numerical = dl.gradient(g, x, "richardson")
        for method in ("forward", "reverse"):
            np.testing.assert_allclose(dl.gradient(g, x, method), numerical, rtol=1e-7, err_msg=name)


def test_argument_numbers_follow_math_and_writing():
    def f(a, x):
        out = np.zeros(2)
        out[0] = math.exp(a) * x
        return np.sum(out)

    assert dl.grad(f, argnum=1)(0.5, 2.0) == pytest.approx(np.exp(0.5))
    assert dl.grad(dl.grad(f, argnum=0), argnum=1)(0.5, 2.0) == pytest.approx(np.exp(0.5))


def test_threads_do_not_meet():
    """Re-pointing belongs to one call: other threads see NumPy as it is."""

    def f(x):
        out = np.zeros(3)
        for _ in range(20):
            out[:] = np.sin(x) + 0.5 * out
        return np.sum(out)

    x = np.array([0.2, 0.5, 0.9])
    truth, plain = dl.gradient(f, x), f(x)
    wrong = []

    def work(k):
        for _ in range(10):
            if k % 2 and f(x) != plain:
                wrong.append("value")
            method = ("forward", "reverse", "reference")[k % 3]
            if not np.allclose(dl.gradient(f, x, method), truth, rtol=1e-12):
                wrong.append(method)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert type(np.zeros(1)) is np.ndarray
