"""Plain functions on the values of other libraries: what goes in, what comes out, and what is refused."""

import autograd
import mpmath
import numpy as np
import pytest
import scipy.special
import sympy

import derivlab as dl

a, b, c, d = sympy.symbols("a b c d")
MATRIX = sympy.Matrix([[a, b], [c, d]])


def test_each_library_gets_its_own_values():
    t = sympy.Symbol("t", positive=True)
    assert sympy.simplify(dl.lift(lambda x: np.sin(x) ** 2, "sympy")(t) - sympy.sin(t) ** 2) == 0
    assert abs(dl.lift(np.sin, "mpmath")(mpmath.mpf(1)) - mpmath.sin(1)) < 1e-15
    assert autograd.grad(dl.lift(lambda x: np.zeros(1) + x**2, "autograd"))(3.0) is not None


@pytest.mark.parametrize("values", [MATRIX, MATRIX.tolist(), np.array(MATRIX.tolist())], ids=type)
def test_matrices_of_symbols(values):
    determinant = dl.lift(lambda m: m[0, 0] * m[1, 1] - m[0, 1] * m[1, 0], "sympy")
    assert determinant(values) == a * d - b * c
    assert sympy.Matrix(dl.lift(lambda m: m @ m, "sympy")(values)) == MATRIX * MATRIX
    inverse = sympy.Matrix(dl.lift(np.linalg.inv, "sympy")(values))
    assert (inverse * MATRIX).applyfunc(sympy.simplify) == sympy.eye(2)


def test_a_column_is_a_vector():
    def f(x):
        return np.sin(x[0]) * x[1]

    assert dl.lift(f, "sympy")(sympy.Matrix([a, b])) == b * sympy.sin(a)
    assert float(dl.lift(f, "mpmath")(mpmath.matrix([1, 2]))) == pytest.approx(2 * np.sin(1), rel=1e-15)


def test_matrices_of_many_digits():
    m = mpmath.matrix([[3, 1], [1, 2]])
    assert dl.lift(lambda m: np.sum(m @ m), "mpmath")(m) == 25
    assert dl.lift(lambda x, m: np.sum(m @ x), "mpmath")([mpmath.mpf(2), 1], m) == 11


def test_further_arguments_may_be_the_library_s_too():
    def f(x, weight):
        return np.sum(weight * x**2)

    assert dl.lift(f, "sympy")([a, b], c).equals(c * (a**2 + b**2))
    assert dl.lift(f, "sympy")([a, b], [c, 2.0]).equals(c * a**2 + 2 * b**2)
    assert dl.lift(f, "sympy")([1.0, 2.0], c).equals(5 * c)
    assert dl.lift(f, "mpmath")(mpmath.mpf(2), mpmath.mpf(3)) == 12
    assert dl.lift(f, "mpmath")(2.0, mpmath.mpf(3)) == 12
    assert dl.lift(f, "mpmath")(2.0, weight=mpmath.mpf(3)) == 12
    assert dl.lift(f, "sympy")([a, b], weight=c).equals(c * (a**2 + b**2))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x if x > 0 else -x,
        lambda x: np.where(x > 0, x, -x),
        lambda x: x if x == 0 else 2 * x,
        lambda x: x if x else 1.0,
        lambda x: int(x) + x,
        lambda x: np.floor(x) * x,
        lambda x: np.sign(x) * x,
        lambda x: np.clip(x, 0, 1),
        lambda x: x % 2,
        lambda x: max(x, 1.0),
        lambda x: np.max(np.array([x, 1.0])),
        lambda x: np.sort(np.array([x, 1.0]))[0],
        lambda x: np.argmax(np.array([x, 1.0])) * x,
        lambda x: np.interp(x, [0.0, 1.0], [0.0, 2.0]),
        lambda x: np.array([x]).astype(int)[0],
        lambda x: 2 * x if np.isfinite(x) else x,
        lambda x: scipy.special.logsumexp(np.array([x, 1.0])),
    ],
)
def test_what_depends_on_the_number_of_a_symbol_is_refused(f):
    with pytest.raises(
        dl.DerivativeError, match=r"(symbol has|symbols have) none; use dl.expression\(f, x\)"
    ):
        dl.lift(f, "sympy")(a)
    assert dl.expression(f, 0.3) is not None


def test_what_has_a_formula_of_its_own_needs_no_number():
    assert dl.lift(lambda x: np.maximum(x, 0.0) + np.abs(x), "sympy")(a) == sympy.Max(0, a) + sympy.Abs(a)
    assert dl.lift(lambda x: x[0] if x[0] > 3 else x[1], "sympy")([sympy.pi, a]) == sympy.pi
    assert dl.lift(lambda x: len(x) * np.sum(x) / np.size(x), "sympy")([a, b]).equals(a + b)


def test_what_swallows_an_error_does_not_hide_it():
    with pytest.raises(dl.DerivativeError, match="cuts the graph"):
        dl.lift(lambda x: mpmath.sin(x), "mpmath")(2.0)  # mpmath makes NaN of what it cannot convert


@pytest.mark.parametrize("given", [dl.lift, dl.expression])
@pytest.mark.parametrize(("f", "says"), [(3.0, "is not a function"), ("sin(x)", "dl.formula")])
def test_what_is_no_function_is_told_so(given, f, says):
    with pytest.raises(dl.DerivativeError, match=says):
        given(f, "sympy")


def test_what_has_no_formula_is_told_so():
    with pytest.raises(dl.DerivativeError, match=r"complex numbers .* have no formula"):
        dl.lift(np.sin, "sympy")(sympy.I)
    with pytest.raises(dl.DerivativeError, match="x is empty"):
        dl.expression(np.sum, [])
