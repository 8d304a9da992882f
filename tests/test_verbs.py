"""Products and sweeps: right, and at the price of a product, not of a Jacobian."""

import numpy as np
import pytest

import derivlab as dl

N = 60
X = np.linspace(0.4, 1.6, N)
V = np.cos(np.arange(N))


class Counted:
    """f that counts its calls, plain and lifted alike."""

    def __init__(self, f):
        self.f, self.calls = f, 0

    def __call__(self, x):
        self.calls += 1
        return self.f(x)


def chain(x):
    return np.sin(x[1:]) * x[:-1] ** 2


def chain_jacobian(x):
    out = np.zeros((N - 1, N))
    k = np.arange(N - 1)
    out[k, k + 1] = np.cos(x[1:]) * x[:-1] ** 2
    out[k, k] = 2 * np.sin(x[1:]) * x[:-1]
    return out


LIFTED = ["forward", "reverse", "reference", "symbolic"]
NUMERICAL = ["forward_difference", "central_difference", "five_point", "richardson", "complex_step"]
CLOSE = {"forward_difference": 1e-5, "central_difference": 1e-8, "five_point": 1e-9, "richardson": 1e-9}


@pytest.mark.parametrize("method", LIFTED + NUMERICAL)
def test_products(method):
    matrix = chain_jacobian(X)
    close = CLOSE.get(method, 1e-12)
    along = dl.jvp(chain, X, V, method)
    np.testing.assert_allclose(along, matrix @ V, atol=close * np.max(np.abs(matrix)))
    u = np.sin(np.arange(N - 1.0))
    np.testing.assert_allclose(dl.vjp(chain, X, u, method), u @ matrix, atol=10 * close)


@pytest.mark.parametrize(
    ("method", "most"),
    [("forward", 3), ("reference", 5), ("forward_difference", 3), ("central_difference", 4)],
)
def test_a_product_along_v_costs_a_few_evaluations(method, most):
    f = Counted(chain)
    dl.jvp(f, X, V, method)
    assert f.calls <= most


def test_a_product_with_the_transpose_costs_one_sweep():
    f = Counted(chain)
    dl.vjp(f, X, np.ones(N - 1))
    assert f.calls <= 3


def test_hessian_times_v_costs_a_few_sweeps():
    f = Counted(lambda x: np.sum(chain(x) ** 2))
    found = dl.hvp(f, X, V)
    assert f.calls <= 8
    np.testing.assert_allclose(found, dl.hessian(f, X) @ V, rtol=1e-10)


@pytest.mark.parametrize("method", LIFTED + NUMERICAL)
def test_a_derivative_along_many_points(method):
    x = np.linspace(-2.0, 3.0, 40).reshape(5, 8)
    close = CLOSE.get(method, 1e-13)
    f = Counted(lambda t: np.exp(np.sin(t)))
    np.testing.assert_allclose(dl.derivative(f, x, method), np.cos(x) * np.exp(np.sin(x)), atol=10 * close)
    assert f.calls < 80 or method == "symbolic"


@pytest.mark.parametrize(
    "f",
    [
        lambda t: t**2 if t < 1 else 2 * t - 1,  # takes one number at a time
        lambda t: t / np.max(np.abs(t)) * np.max(np.abs(t)) ** 2 if np.ndim(t) else t * abs(t),
    ],
)
def test_what_is_not_elementwise_goes_point_by_point(f):
    x = np.linspace(0.1, 2.05, 14)
    one_by_one = [dl.derivative(f, float(t)) for t in x]
    np.testing.assert_allclose(dl.derivative(f, x), one_by_one, rtol=1e-12)


def test_products_meet_kinks_with_a_refusal():
    x = np.array([0.0, 1.0])
    for call in (dl.jvp, dl.vjp):
        with pytest.raises(dl.DerivativeError):
            call(np.abs, x, np.ones(2))
    assert dl.jvp(np.abs, x, [0.0, 1.0]).tolist() == [0.0, 1.0]  # along the smooth axis


@pytest.mark.parametrize(("call", "v"), [(dl.jvp, np.ones(3)), (dl.vjp, np.ones(3)), (dl.hvp, np.ones(3))])
def test_shapes_that_do_not_fit_are_named(call, v):
    with pytest.raises(dl.DerivativeError, match="shape"):
        call(lambda x: x**2 if call is not dl.hvp else np.sum(x**2), X, v)


@pytest.mark.parametrize("outer", ["reverse", "forward"])
@pytest.mark.parametrize(
    "inner",
    [
        lambda f, x: dl.gradient(lambda x: np.sum(f(x)), x, "forward"),
        lambda f, x: dl.jacobian(f, x, "forward"),
        lambda f, x: dl.jvp(f, x, np.ones(3)),
        lambda f, x: dl.vjp(f, x, np.ones(3)),
        lambda f, x: dl.value_and_gradient(lambda x: np.sum(f(x)), x)[1],
        lambda f, x: dl.value_and_gradient(lambda x: np.sum(f(x)), x)[0],
        lambda f, x: dl.derivative(lambda s: f(s)[0], 0.7, "forward"),
    ],
)
def test_what_a_function_closes_over_may_carry_an_outer_derivative(inner, outer):
    x, w = np.array([0.3, -0.5, 0.8]), np.array([1.0, -2.0, 0.5])

    def scaled(t):
        return inner(lambda x: np.sin(x) * w * t**3, x)

    np.testing.assert_allclose(
        dl.jacobian(scaled, 1.5, outer), 2.0 * np.asarray(scaled(1.5)), rtol=1e-13, atol=1e-15
    )


def weighted(x, a, b=1.0):
    return np.sum(x * a) * b


@pytest.mark.parametrize("args", [2.0, np.array([2.0, 3.0]), "ab", None, {"a": 2.0}])
@pytest.mark.parametrize(
    "verb",
    [
        *(dl.gradient, dl.jacobian, dl.derivative, dl.hessian, dl.value_and_gradient, dl.compare),
        lambda f, x, args: dl.jvp(f, x, x, args=args),
        lambda f, x, args: dl.vjp(f, x, 1.0, args=args),
        lambda f, x, args: dl.hvp(f, x, x, args=args),
        lambda f, x, args: dl.descend(f, x, args=args),
        lambda f, x, args: dl.check_gradient(f, f, x, args=args),
        lambda f, x, args: dl.check_vjp(f, f, x, args=args),
        dl.step_sweep,
        dl.expression,
    ],
)
def test_further_arguments_come_in_a_tuple(verb, args):
    with pytest.raises(dl.DerivativeError, match=r"not a tuple; write args=\(value,\)"):
        verb(weighted, [1.0, 2.0], args=args)


@pytest.mark.parametrize("argnum", [-1, "a", 1.0, (0, 1)])
def test_the_number_of_an_argument_counts_from_0(argnum):
    with pytest.raises(dl.DerivativeError, match="is no argument's number"):
        dl.grad(lambda *numbers: numbers[0] * numbers[-1], argnum=argnum)


@pytest.mark.parametrize("v", ["ab", [1j, 0.0], [[1.0], [1.0, 2.0]]])
@pytest.mark.parametrize("product", [dl.jvp, dl.vjp, dl.hvp])
def test_a_direction_is_of_real_numbers(product, v):
    with pytest.raises(dl.DerivativeError, match="v is no array of real numbers"):
        product(lambda x: np.sum(x**2) if product is dl.hvp else x**2, [1.0, 2.0], v)


@pytest.mark.parametrize("method", LIFTED + NUMERICAL)
@pytest.mark.parametrize("x", [np.array(1.5), np.float32(1.5)])
def test_a_number_of_numpy_keeps_its_attributes(method, x):
    found = dl.gradient(lambda x: (x**3).sum() * x.ndim + x.reshape(1)[0] ** 2, x, method)
    assert type(found) is float and found == pytest.approx(3.0, rel=1e-6)


@pytest.mark.parametrize("method", LIFTED + NUMERICAL)
def test_a_gradient_function_hands_named_arguments_on(method):
    slope = dl.grad(lambda a, x, power=2, scale=1.0: scale * a * x**power, method, argnum=1)
    assert slope(2.0, 1.5, scale=3.0, power=3) == pytest.approx(2 * 3 * 3 * 1.5**2, rel=1e-6)


def test_a_named_argument_may_carry_an_outer_derivative():
    def outer(a):
        return dl.grad(lambda x, scale: scale**3 * x**2)(1.5, scale=a)

    for method in LIFTED:
        assert dl.derivative(outer, 2.0, method) == pytest.approx(3 * 2.0**2 * 2 * 1.5, rel=1e-14)


INSIDE = {  # with their derivative
    "vectors": (lambda x: dl.derivative(lambda t: [t**2, t**3], x[0])[1], lambda x: [6 * x[0], 0, 0]),
    "points": (lambda x: np.sum(dl.derivative(lambda t: t**3, x)), lambda x: 6 * x),
    "coupled": (lambda x: np.sum(dl.derivative(lambda t: t * np.sum(t**2), x)), lambda x: 6 * x),
    "list": (lambda x: dl.gradient(lambda t: t[0] * t[1] ** 2, [x[0], x[1]])[0], lambda x: [0, 2 * x[1], 0]),
    "curvature": (lambda x: np.trace(dl.hessian(lambda y: np.exp(y[0] * y[1] ** 2), x) / np.exp(x[0] * x[1] ** 2)),
                  lambda x: [2 + 8 * x[0] * x[1] ** 2, 4 * x[1] ** 3 + 8 * x[0] ** 2 * x[1], 0]),
}  # fmt: skip


@pytest.mark.parametrize("method", LIFTED)
@pytest.mark.parametrize("case", INSIDE)
def test_derivatives_inside_are_those_of_the_verb_outside(case, method):
    x = np.array([0.5, 1.5, 2.5])
    f, slopes = INSIDE[case]
    np.testing.assert_allclose(dl.gradient(f, x, method), slopes(x), rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("method", LIFTED)
def test_an_array_has_no_gradient_inside_either(method):
    with pytest.raises(dl.DerivativeError, match=r"shape \(3,\), and a gradient needs one number"):
        dl.gradient(lambda x: np.sum(dl.gradient(lambda t: t**3, x)), [0.5, 1.5, 2.5], method)


def test_the_reference_solves_with_a_hessian_inside():
    weights = np.array([[1.0, 2.0], [0.1, 0.5], [1.0, 0.2]])

    def newton(x):  # whose derivative vanishes along some coordinates where f is quadratic
        f = lambda y: np.sum(np.exp(weights @ y))  # noqa: E731
        return x - np.linalg.solve(dl.hessian(f, x), dl.gradient(f, x))

    x = [0.5, 1.5]
    np.testing.assert_allclose(dl.jacobian(newton, x, "reference"), dl.jacobian(newton, x), rtol=1e-12)


def test_the_slope_of_a_curvature_with_a_corner_is_symbolic_too():
    f = lambda x: dl.hessian(lambda y: np.abs(y) ** 3, x)  # noqa: E731
    assert dl.derivative(f, 1.5, "symbolic") == pytest.approx(6.0)


@pytest.mark.parametrize("verb", [dl.hessian, lambda f, x, method: dl.grad(dl.grad(f, method), method)(x)])
def test_complex_step_takes_no_derivative_of_a_derivative(verb):
    with pytest.raises(dl.DerivativeError, match="derivative of a derivative another method"):
        verb(lambda x: x**4, 1.5, "complex_step")


@pytest.mark.parametrize("x", [np.matrix([1.0, 2.0]), np.ma.array([1.0, 2.0], mask=[False, True])], ids=type)
def test_arrays_with_an_arithmetic_of_their_own_are_refused(x):
    with pytest.raises(dl.DerivativeError, match=r"pass np.asarray\(x\)"):
        dl.gradient(lambda x: np.sum(x * x.T), x)
