"""Formulas typed by people: what is read and how, one sentence for all else, within limits, and nothing executed."""

import math
import pickle
import string
import subprocess
import sys
import time
import tracemalloc
import weakref
from pathlib import Path

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import derivlab as dl
from derivlab.formula.names import ALIASES, FUNCTIONS
from derivlab.formula.text import text as written
from derivlab.formula.tree import postorder
from derivlab.lift.patience import within

X, Y, Z = 1.3, 0.7, -0.4
VALUES = {"x": X, "y": Y, "z": Z, "t": 0.9, "a": 2.0, "b": -1.5, "c": 0.25, "x0": 0.3, "x1": 1.1, "x_1": 0.8, "x_max": 2.0,
          "theta": 0.6, "θ": 0.6, "alpha": 1.2, "gamma": 2.5, "λ": 3.0, "i": 1.7, "theta0": 0.1, "theta_1": 0.2,
          "sigma_x": 0.4, "μ": 0.5, "ε": 0.3, "tau1": 0.7, "τ_1": 0.7, "θ_2b": 0.9}  # fmt: skip
sin, cos, exp, ln, pi, e = math.sin, math.cos, math.exp, math.log, math.pi, math.e

READ = {
    "sin(x)*y^2 + exp(-x)": sin(X) * Y**2 + exp(-X),
    "-x**2": -(X**2), "-x^2^y": -(X ** (2**Y)), "2**-x": 2**-X, "2^3^2": 512, "(2^3)^2": 64, "2^-x^2": 2 ** -(X**2),
    "x--y": X + Y, "x*-y": -X * Y, "+x": X, "- - x": X, "x-y-z": X - Y - Z, "x/y/z": X / Y / Z, "x/y*z": X / Y * Z,
    "2x": 2 * X, "2(x+1)": 2 * (X + 1), "(x+1)(x-1)": X**2 - 1, "x(x+1)^2": X * (X + 1) ** 2, "x y z": X * Y * Z,
    "1/2x": X / 2, "x/2y": X / 2 * Y, "2x^2y": 2 * X**2 * Y, "x^2y": X**2 * Y, "e^2x": e**2 * X, "2^3x": 8 * X,
    "3e2x": 300 * X, "1e-3": 1e-3, "1E3x": 1000 * X, "2e": 2 * e, "2e-x": 2 * e - X, "2e x": 2 * e * X, ".5x": X / 2, "5.x": 5 * X,
    "sin x": sin(X), "sin 2x": sin(2 * X), "sin 2x + 1": sin(2 * X) + 1, "sin x^2": sin(X**2), "sin(x)^2": sin(X) ** 2,
    "sin (x)^2": sin(X) ** 2, "sin x cos y": sin(X) * cos(Y), "sin cos x": sin(cos(X)), "sin -x": -sin(X), "sin x/2": sin(X) / 2,
    "sin^2 x": sin(X) ** 2, "sin²(x)": sin(X) ** 2, "cos^2 x + sin^2 x": 1.0, "2sin x": 2 * sin(X), "sin 2 pi x": sin(2 * pi * X),
    "|x|": X, "|z|": -Z, "2|z|": -2 * Z, "|x||z|": -X * Z, "|x+|z||": X - Z, "||z||": -Z, "z|z|": -Z * Z, "ln|z|": ln(-Z),
    "|sin |z||": sin(-Z), "(|z|)": -Z, "|(|z|)x|": -Z * X, "|x|^2": X**2, "|x - y|/2": (X - Y) / 2,
    "π x": pi * X, "2×x·y": 2 * X * Y, "−x": -X, "x ÷ 2": X / 2, "x²": X**2, "x³y": X**3 * Y, "x⁻¹": 1 / X, "x¹⁰": X**10, "√x": X**0.5,
    "√(x+1)": (X + 1) ** 0.5, "sqrt 2": 2**0.5, "2√2": 2 * 2**0.5, "x ∗ y": X * Y, "pi": pi, "tau": 2 * pi, "2pi x": 2 * pi * X,
    "x0 x1": 0.33, "x0*x1": 0.33, "x_1^2": 0.64, "x_max - 1": 1.0, "theta^2 + alpha": 1.56, "θ": 0.6, "gamma*x": 2.5 * X,
    "2λ": 6.0, "a x^2 + b x + c": 2 * X**2 - 1.5 * X + 0.25, "e^-x": exp(-X), "e^(i x)": exp(1.7 * X), "exp -x": exp(-X),
    "log(x)": ln(X), "ln x": ln(X), "log10(x)": math.log10(X), "lg x": math.log10(X), "log2 x": math.log2(X), "log(x, 2)": math.log2(X),
    "max(x, y, z)": X, "min(x,y,z)": Z, "atan2(y, x)": math.atan2(Y, X), "arctan2(y,x)": math.atan2(Y, X), "hypot(x,y)": math.hypot(X, Y),
    "pow(x, 3)": X**3, "sign(z)": -1.0, "floor(x)": 1.0, "ceil x": 2.0, "cbrt(z)": -math.cbrt(-Z), "erf(x)": math.erf(X), "gamma(x)": math.gamma(X),
    "arcsin(y)": math.asin(Y), "asin y": math.asin(Y), "arsinh(x)": math.asinh(X), "sec x": 1 / cos(X), "cot(x)": 1 / math.tan(X),
    "sigmoid(x)": 1 / (1 + exp(-X)), "relu(z)": 0.0, "softplus(x)": ln(1 + exp(X)), "1/(1 + e^(-x))": 1 / (1 + exp(-X)),
    "exp(-x²/2)/√(2π)": exp(-(X**2) / 2) / math.sqrt(2 * pi), "x^(1/3)": X ** (1 / 3), "0^0": 1.0, "3": 3.0, "100x": 100 * X,
    "2πx": 2 * pi * X, "sin(2πx)": sin(2 * pi * X), "a sin(λt)": 2 * sin(2.7), "πx²": pi * X**2, "λ π x": 3 * pi * X, "2λπ": 6 * pi, "aπx": 2 * pi * X, "aθ": 1.2,
    "theta0 + theta_1 x": 0.1 + 0.2 * X, "sigma_x^2": 0.16, "x₀ + x₁²": 0.3 + 1.21, "log₂ x": math.log2(X), "log₁₀(x)": math.log10(X),
    "x₀ - x0": 0.0, "3µ": 1.5, "ϵ²": 0.09, "2 tau1": 1.4, "τ_1": 0.7, "θ_2b": 0.9, "aθ_2b": 1.8, "-2x": -2 * X, "-2x y": -2 * X * Y, "-x/2y": -X / 2 * Y,
    "((((x))))": X, "  x  +  1 ": X + 1, "x\t+ 1": X + 1, "x\u00a0y": X * Y,
}  # fmt: skip


def value(text):
    f = dl.formula(text)
    return f(*(VALUES[name] for name in f.variables))


@pytest.mark.parametrize("text", READ)
def test_is_read_as_people_mean_it(text):
    assert value(text) == pytest.approx(READ[text], rel=1e-14)


WRONG = {
    "": (1, "is empty"), "   ": (1, "is empty"), "x+": (3, r"ends after '\+'"), "(x": (1, "never closed"), "x)": (2, "never opened"),
    "()": (2, "nothing in these brackets"), "sin": (1, r"write sin\(x\)"), "sin()": (5, r"write sin\(x\)"), "sin(x,y)": (1, "takes 1 argument, not 2"),
    "max(x)": (1, "takes 2 to 16 arguments, not 1"), "sinx": (1, r"write sin\(x\)"), "sqrt2": (1, r"write sqrt\(2\)"), "sn(x)": (1, "did you mean sin\\?"),
    "1 + expp(x)": (5, "did you mean exp\\?"), "arcsine(x)": (1, "did you mean arcsin\\?"), "xy": (1, r"write x\*y"), "rate*x": (1, "'rate' is no function or variable"),
    "y = x": (3, "no equals sign"), "x<2": (2, "not a comparison"), "1,5x": (2, "decimals with a point"), "x,y": (2, "a comma"), "x 2": (3, r"write \* before 2"),
    "(x)2": (4, r"write \* before 2"), "2 3": (3, r"write \* before 3"), "1.2.3": (4, "number"), "x**": (4, "ends after"), "x***y": (4, "cannot stand"),
    "x//y": (2, r"write floor\(a/b\)"), "^x": (1, "cannot stand"), "f(x)": (1, r"write f\*\(...\)"), "0x10": (1, "another base"), "1_000": (2, "_"),
    "x!": (2, "gamma"), "x%2": (2, "percent"), "[x]": (1, "round brackets"), r"\sin x": (1, "LaTeX"), "х": (1, "cyrillic small letter ha"),
    "x\ny": (2, "one line"), "'x'": (1, "quotes"), "|x": (1, r"never closed; add '\|'"), "x|": (3, "ends after"), "sin⁻¹ x": (1, "two things"),
    "(x+)": (4, r"something is missing before '\)'"), "sin(x,)": (7, r"something is missing before '\)'"), "max(x,,y)": (7, "something is missing before ','"),
    "max(,x)": (5, "something is missing"), "(x,y)": (3, "a comma separates"), "(|x)|": (4, r"the bar at column 2 is still open"), "|(x|)": (5, "the bar at column 4"),
    "x != y": (3, r"only <, >, <= and >= compare"), "where(x==0, 1, 2)": (8, "only <, >"), "x ≠ y": (3, "only <, >"), "sin^-1 x": (1, "two things"),
    "x and y": (3, r"write where\(x > 0, a, b\)"), "x if x > 0 else 0": (3, r"write where"), "import os": (1, "is calculated, not executed"),
    "True": (1, "not executed"), "x*inf": (3, "only finite numbers"), "NaN": (1, "only finite numbers"), "factorial(5)": (1, r"gamma\(n \+ 1\)"),
    "Pi*x": (1, r"did you mean pi\?"), "Sin(x)": (1, r"did you mean sin\?"), "xsin(x)": (1, r"write x\*sin\(...\)"), "xln(x)": (1, r"write x\*ln"), "ax": (1, r"write a\*x"),
    "e^xy": (3, r"write \(x\*y\)\."), "sin xy": (5, r"write \(x\*y\)\."), "1/xy": (3, r"write \(x\*y\)\."), "sin 2xy": (6, r"write \(x\*y\)\."), "3*xy": (3, r"write x\*y for"), "√xy": (2, r"write \(x\*y\)\."), "cosωt": (4, r"write \(ω\*t\)\."),
    "cos2x": (1, r"write cos\(2x\)"), "sinpi": (1, r"write sin\(pi\)"), "2pix": (2, r"write \(pi\*x\)"), "e^pix": (3, r"write \(pi\*x\)"),
    "mod(x, 2)": (1, "write one letter"), "Δx": (1, r"write Δ\*x"), "2π3": (3, r"write \* before 3"), "log(x, -2)": (1, "to the base -2"), "x\u0301": (2, r"'\\u0301' \(combining"),
    "sιn(x)": (2, "no function or variable"), "cοs(x)": (2, "omicron"), "ιn(x)": (1, "no function or variable"), "ρi": (1, r"write ρ\*i"), "Αx": (1, "capital letter alpha"),
    "\u03a2": (1, "no printable"), "aωt": (2, r"write \(ω\*t\)"), "kχp": (2, r"write \(χ\*p\)"),
    "x²³⁴⁵⁶": (2, "no exponent"), "∞": (1, "infinity"), "1/0": (2, "divides by zero"), "x/(1-1)": (2, "divides by zero"), "log(0)": (1, "too large"),
    "sqrt(-1)": (1, "no real number"), "(-8)^(1/3)": (5, "no real number"), "log(x, 1)": (1, "no logarithm to the base 1"), "💥": (1, "collision symbol"), "\x00": (1, "no printable"),
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_gets_a_sentence_and_the_column(text):
    column, says = WRONG[text]
    with pytest.raises(dl.DerivativeError, match=rf"^column {column}: .*{says}") as told:
        dl.formula(text)
    sentence = str(told.value)
    assert sentence[-1] in ".?" and sentence.isprintable()


HOSTILE = [
    "__import__('os').system('touch HACKED')", "eval('1')", "exec('x=1')", "open('HACKED','w')", "().__class__.__bases__[0].__subclasses__()",
    "x.__class__", "lambda: 0", "[x for x in (1,2)]", "import os", "os.system('x')", "Function('exec')(x)", "S('x')", "sympify('1+1')", "Symbol('x')",
    "getattr(x,'y')", "globals()", "breakpoint()", "exit()", "print(x)", "input()", "x if x else y", "x and y", "x:=3", "f'{x}'", "x;y", "`id`", "$(id)",
    "x\\", "%s%n", "{0}", "{x.__class__}", "x//0", "1e999", "1e-999", "0e999999999999", "1e+99999999999", "9" * 41, "9" * 900, "0." + "0" * 900 + "1",
    "9**9**9**9", "9^9^9^9^9^9", "10^400", "x^100000", "x^(10^9)", "2^(2^(2^(2^2)))", "(((2^1000)^1000)^1000)", "((10^9+1)/10^9)^1000^1000",
    "exp(exp(exp(10)))", "gamma(1000)", "gamma(gamma(100))", "exp(1e308)", "pow(9,pow(9,pow(9,9)))", "x^-1e308", "1/1e-320", "1e308*10",
    "(" * 5000, "(" * 900, "(" * 400 + "x" + ")" * 400, "-" * 900 + "x", "+" * 900, "x^" * 400 + "x", "sin " * 240 + "x", "sin(" * 200 + "x" + ")" * 200, "|" * 900,
    "|x" * 400, "√" * 800 + "2", "1+" * 499 + "1", "x" * 1001, "x " * 499, "x*" * 100_000 + "x", "max(" * 200 + "x,x" + ")" * 200, "max(" + "x," * 450 + "x)",
    "²" * 500, "x" + "²" * 500, "x" + "⁹" * 100, "\ud800", "x\u202ey", "\u200bx", "x\u0301", "ｘ", "１+１", "٣", "x\r\ny", "\x1b[31m", "\x00" * 100, "é", "ß", "ⅷ", "½x",
    "a" * 900, "_", "__", "x_", "x__y", "sin.x", "sin=x", "def f(x): return x", "while 1: pass", "raise x", "assert 0", "yield x", "await x", "async",
    "0b1", "0o7", "0xff", "1j", "1_0", "1__0", "..", "...", ". 5", "5 .", "e" * 30 + "(", "sin" * 300, "sin^" * 200, "sin^sin x", "sin^(2) x", "sin^-1(x)", "log_2(x)",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_lines_are_refused_at_once_in_little_memory(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tracemalloc.start()
    start = time.perf_counter()
    try:
        f = dl.formula(text)
    except dl.DerivativeError as error:
        took, sentence = time.perf_counter() - start, str(error)
        assert sentence.startswith("column ") and sentence.isprintable() and len(sentence) < 250
    else:
        pytest.fail(f"{f!r} is read")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert took < 0.5  # traced memory slows it tenfold
    assert peak < 2**22
    assert not list(tmp_path.iterdir())


class Pretends:
    __class__ = str  # to isinstance


@pytest.mark.parametrize("text", [5, None, b"x", ["x"], 1.5, object, Pretends()], ids=repr)
def test_what_is_no_text_is_told(text):
    with pytest.raises(dl.DerivativeError, match="a formula is text, not"):
        dl.formula(text)


class Trap(str):
    def trap(self, *_):
        raise SystemExit("what a subclass of str does was called")

    __len__ = __getitem__ = __iter__ = __eq__ = __hash__ = __str__ = __repr__ = __format__ = trap


def test_a_subclass_of_text_is_its_characters():
    assert dl.formula(Trap("x + 1")) == dl.formula(np.str_("x + 1")) == dl.formula("x + 1")
    assert type(dl.formula(Trap("x + 1")).source) is str
    with pytest.raises(dl.DerivativeError, match=r"^column 3: the formula ends"):
        dl.formula(Trap("x+"))


def test_the_longest_formulas_that_are_allowed_are_read_in_little_time():
    for text in (
        "+".join(["x"] * 200),
        "(" * 58 + "x" + ")" * 58,
        "x^" * 28 + "x",
        "sin(" * 50 + "x" + ")" * 50,
        "(" + "*".join(["(x+1)"] * 60) + ")",
    ):
        start = time.perf_counter()
        f = dl.formula(text)
        assert np.isfinite(f(0.9)) and f.latex
        assert time.perf_counter() - start < 0.3


def test_a_call_from_deep_in_the_stack_ends_in_a_sentence():
    def deeper(n):
        return dl.formula("sin(" * 50 + "x" + ")" * 50) if n == 0 else deeper(n - 1)

    outcomes = set()
    for left in range(50, 400, 50):
        try:
            outcomes.add(str(deeper(sys.getrecursionlimit() - left - len(_frames()))))
        except dl.DerivativeError as error:
            outcomes.add(str(error)[:30])
        except RecursionError:
            outcomes.add("in the caller")  # before the formula was reached, or in telling it
    assert outcomes


def _frames():
    frame, found = sys._getframe(), []
    while frame:
        found.append(frame)
        frame = frame.f_back
    return found


def test_reading_loads_neither_sympy_nor_what_executes_text():
    code = "import sys, numpy, derivlab as dl; dl.formula('sin(x)*y^2 + erf(gamma(2))').latex; print({'sympy', 'scipy'} & set(sys.modules))"
    root = Path(__file__).resolve().parent.parent
    ran = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert ran.stdout == "set()\n"
    sources = "".join(
        path.read_text(encoding="utf-8") for path in (root / "derivlab" / "formula").glob("*.py")
    )
    for word in ("eval(", "exec(", "sympify", "parse_expr", "import ast", "__import__(", "lambdify"):
        assert word not in sources, word


# As a function ------------------------------------------------------------------------------------------------------


def test_one_variable_takes_numbers_and_arrays():
    f = dl.formula("x^-1 + x^2")
    assert f(2) == 4.5
    assert f([1, 2]).tolist() == [2.0, 4.5]
    np.testing.assert_allclose(f(np.array([[1, 2], [4, 5]])), [[2, 4.5], [16.25, 25.2]])
    for ten in (10, np.int8(10), np.uint64(10), np.array(10), range(10, 11)):
        assert dl.formula("x^30")(ten) == 1e30  # not as a whole number, which would overflow
    assert dl.formula("x - 3")(np.True_) == -2.0


@pytest.mark.parametrize("bad", ["1", b"1", None, {}, {1}, ["a"], [1, [2, 3]], 10**400, np.array(["a"]), np.array(["2020"], "M8[Y]")], ids=repr)  # fmt: skip
def test_what_is_no_number_is_told(bad):
    for call in (
        lambda: dl.formula("x + 1")(bad),
        lambda: dl.formula("x y")(1, bad),
        lambda: dl.formula("2pi")(bad),
    ):
        with pytest.raises(dl.DerivativeError, match="no number or array of numbers"):
            call()


def test_several_variables_come_one_by_one_in_a_list_or_by_name():
    f = dl.formula("x - 2y")
    assert f(1, 2) == f([1, 2]) == f(np.array([1.0, 2.0])) == f(y=2, x=1) == f(1, y=2) == -3
    np.testing.assert_allclose(f(np.array([1.0, 2.0]), 3.0), [-5, -4])
    np.testing.assert_allclose(f(np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 2.0]])), [1, 0, -1])
    for bad in (
        lambda: f(1),
        lambda: f([1, 2, 3]),
        lambda: f(1, 2, 3),
        lambda: f(x=1),
        lambda: f(1, z=2),
        lambda: f(),
    ):
        with pytest.raises(dl.DerivativeError, match="has the variables x, y"):
            bad()


def test_variables_come_in_the_order_of_the_alphabet_or_as_told():
    assert dl.formula("y + x").variables == ("x", "y")
    assert dl.formula("x10 + x2 + x1 + a").variables == ("a", "x1", "x2", "x10")
    f = dl.formula("rate*time + x", variables="time, rate, x")
    assert (f.variables, f(2, 3, 1)) == (("time", "rate", "x"), 7)
    assert dl.formula("x", variables=["x", "y"])([3, 4]) == 3
    assert dl.formula("2e + pi", variables=["e", "pi"])(1, 2) == 4
    with pytest.raises(dl.DerivativeError, match="column 5: 'y' is none of the variables x"):
        dl.formula("x + y", variables=["x"])
    assert dl.formula("x₁ + µ", variables=["µ", "x₁"]).variables == ("μ", "x1")
    with pytest.raises(dl.DerivativeError, match="column 1: 'x' is no constant, and there are no variables"):
        dl.formula("x", variables=[])
    for bad in (["x", "x"], ["1x"], ["a.b"], ["__class__"], [""], 5, object(), [None], [["x"]]):
        with pytest.raises(dl.DerivativeError, match=r"named twice|is no name"):
            dl.formula("x", variables=bad)


def test_a_constant_has_the_shape_of_what_it_is_asked_at():
    f = dl.formula("2pi")
    assert f.variables == () and f() == pytest.approx(2 * pi)
    assert f(np.ones(3)).shape == (3,)
    assert dl.derivative(f, 1.0) == 0.0


@pytest.mark.parametrize(
    ("text", "x"), [("sin(x)*y^2 + exp(-x)", [1, 2]), ("sin(x)*exp(-x)", 1.2), ("(x - y)^3/√(x² + 1)", [0.3, 2.0]), ("x^x", 1.7)]
)  # fmt: skip
def test_every_method_differentiates_it(text, x):
    found = dl.compare(dl.formula(text), x)
    assert [row.method for row in found.rows if row.error] == []
    assert all(row.digits > 6 for row in found.rows)
    assert f", where {text} = " in repr(found)


def test_the_verbs_take_it():
    f = dl.formula("x^2 y + y^3")
    np.testing.assert_allclose(dl.gradient(f, [2, 3]), [12, 31])
    np.testing.assert_allclose(dl.gradient(f, 2.0, args=(3.0,)), 12)
    np.testing.assert_allclose(dl.hessian(f, [2, 3]), [[6, 4], [4, 18]])
    np.testing.assert_allclose(dl.jvp(f, [2, 3], [1, 0]), 12)
    np.testing.assert_allclose(dl.grad(lambda v: f([v[0], 2 * v[1]]))([2.0, 1.5]), [12, 62])
    np.testing.assert_allclose(dl.derivative(dl.formula("x^3"), np.arange(10.0)), 3 * np.arange(10.0) ** 2)
    assert dl.descend(dl.formula("(x-3)²"), 0.0, dl.GradientDescent(0.3)).x == pytest.approx(3)
    assert dl.descend(f, [[1.0, 1.0], [2.0, 2.0]], dl.GradientDescent(0.01), 3).path.shape == (4, 2, 2)


def test_a_verdict_names_the_formula_where_it_names_a_line_of_code(capsys):
    dl.compare(dl.formula("|x|"), 0.0).why()
    said = capsys.readouterr().out
    assert said.startswith("UNDEFINED (kink)") and "\nline: formula:1: |x|\n" in said


def test_it_is_a_value():
    f = dl.formula("x+1")
    assert f == dl.formula("x+1") != dl.formula("1+x")
    assert pickle.loads(pickle.dumps(f)) == f and hash(f) == hash(dl.formula("x+1"))
    g = dl.formula("gamma(gamma)")  # the function of the variable; where gamma is given, its square
    assert pickle.loads(pickle.dumps(g))(4.0) == g(4.0) == 6.0
    assert dl.formula("gamma(gamma)", ["gamma"])(4.0) == 16.0
    assert pickle.loads(pickle.dumps(dl.formula("x", ["x", "y"]))).variables == ("x", "y")
    assert repr(f) == "formula('x+1')" and f.__name__ == f.source == "x+1"


# Every function, SymPy and LaTeX ------------------------------------------------------------------------------------


def called(name, count):
    """The function of x, y, z; `where` of a comparison of them."""
    first, *others = "xyz"[:count]
    return f"{name}({', '.join([f'{first} < 1' if name == 'where' else first, *others])})"


INSIDE = {"acosh": 1.6, "asin": 0.4, "acos": 0.4, "atanh": 0.4}


@pytest.mark.parametrize("name", [*FUNCTIONS, *ALIASES])
def test_numpy_and_sympy_agree_on_every_function(name):
    row = FUNCTIONS[ALIASES.get(name, name)]
    at = INSIDE.get(ALIASES.get(name, name), 0.8)
    for count in range(row.least, min(row.most, 3) + 1):
        f = dl.formula(called(name, count))
        point = [at, 1.9, 0.3][:count]
        symbols = [sympy.Symbol(s, real=True) for s in f.variables]
        exact = f.expression.subs(dict(zip(symbols, point, strict=True)))
        assert f(*point) == pytest.approx(float(sympy.N(exact, 20)), rel=1e-13)


def test_pieces():
    f = dl.formula("where(x ≤ 1, x^2, 2x - 1)*y")
    assert f(0.5, 2.0) == 0.5 and f(2.0, 2.0) == 6.0
    np.testing.assert_array_equal(f(np.array([0.5, 2.0]), 2.0), [0.5, 6.0])
    assert f.latex.startswith(r"\left(x^{2} \ \mathrm{if} \ x \le 1 \ \mathrm{else} \ 2 \, x - 1\right)")
    x, y = sympy.symbols("x y", real=True)
    assert f.expression == y * sympy.Piecewise((x**2, x <= 1), (2 * x - 1, True))
    for wrong in (
        "where(x, 1, 2)",
        "where(x < 1 < 2, 1, 2)",
        "(x < 1)*x",
        "max(x < 1, 2)",
        "where(x < 1, 2)",
    ):
        with pytest.raises(dl.DerivativeError, match=r"^column"):
            dl.formula(wrong)


@pytest.mark.parametrize("source", [*READ, *(called(name, row.least) for name, row in FUNCTIONS.items())])
def test_text_is_read_as_the_same_tree(source):
    tree = dl.formula(source)._tree
    again = dl.formula(written(tree))._tree
    assert written(again) == written(tree)
    assert [n.kind for n in postorder(again)] == [n.kind for n in postorder(tree)]


def test_reading_a_line_does_not_load_scipy():
    code = "import sys, derivlab as dl; dl.formula('digamma(2)*x + gamma(3)*erf(1)'); assert 'scipy' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert dl.formula("digamma(2)*x")(3.0) == pytest.approx(3 * (1 - np.euler_gamma))


def test_decimals_are_fractions_in_sympy():
    x = sympy.Symbol("x", real=True)
    assert dl.formula("0.1x + 1e-3").expression == x / 10 + sympy.Rational(1, 1000)
    assert float(dl.formula("(1 + 1/1000)^1000 x").expression.coeff(x)) == pytest.approx(1.001**1000)
    assert float(dl.formula("(1.0000001^1000)^1000").expression) == pytest.approx(
        math.exp(0.1), rel=1e-6
    )  # at once
    assert dl.formula("e^x + tau").expression == sympy.exp(x) + 2 * sympy.pi
    assert dl.formula("sin(x)^2 + cos(x)^2").simplified(seconds=60) == 1


def test_simplifying_has_an_end():
    f = dl.formula("*".join(f"(sin({k}x)^{k}+cos({k}x)+tan(x/{k}))" for k in range(2, 9)))
    start = time.perf_counter()
    assert f.simplified(seconds=0.2) == f.expression
    assert time.perf_counter() - start < 2.0
    many = dl.formula(
        "(x + y + z + a + b + c)^50*(x - y)/sin x"
    )  # a loop without calls, which no clock stops
    start = time.perf_counter()
    assert many.simplified(seconds=0.2) == many.expression
    assert time.perf_counter() - start < 2.0
    before = sys.getprofile()
    assert within(0.05, lambda: [math.sqrt(k) for k in range(10**7)]) is None
    assert sys.getprofile() is before


class Dies:
    def __del__(self):
        len(())


@pytest.mark.parametrize(
    "dies", [lambda: (x for x in (1, 2)), Dies, lambda: weakref.finalize(Dies(), len, ()) and None]
)
def test_the_clock_goes_on_where_an_object_dies_after_time(dies, monkeypatch):
    printed = []
    monkeypatch.setattr(sys, "unraisablehook", printed.append)

    def call():
        thing = dies()
        next(thing) if hasattr(thing, "send") else None
        for _ in range(4 * 10**6):  # past the time, without a call
            pass
        del thing
        end = time.monotonic() + 3.0
        while time.monotonic() < end:
            pass
        return "ran on"

    assert within(0.1, call) is None
    assert not printed
    assert within(0.1, lambda: all(x >= 0 for x in range(10**9))) is None


LATEX = {
    "x^2": "x^{2}", "(x+1)/2": r"\frac{x + 1}{2}", "2x_1": r"2 \, x_{1}", "sin x": r"\sin\left(x\right)", "-(x+1)": r"-\left(x + 1\right)",
    "(x+1)^2": r"\left(x + 1\right)^{2}", "x-(y-z)": r"x - \left(y - z\right)", "|x|": r"\left|x\right|", "√x": r"\sqrt{x}", "1e-3": r"1 \cdot 10^{-3}",
    "alpha + θ": r"\alpha + \theta", "x*2": r"x \cdot 2", "(x y)^2": r"\left(x \, y\right)^{2}", "(-x)^2": r"\left(-x\right)^{2}", "(x^2)^3": r"\left(x^{2}\right)^{3}",
    "x_max": "x_{max}", "cbrt x": r"\sqrt[3]{x}", ".5": "0.5", "2^-x": "2^{-x}", "x*(-y)": r"x \, \left(-y\right)",
    "-2x": r"-2 \, x", "-x y/3": r"\frac{-x \, y}{3}", "x - (-2y)": r"x - \left(-2 \, y\right)", "2*(-2x)": r"2 \, \left(-2 \, x\right)", "(-2x)^2": r"\left(-2 \, x\right)^{2}",
    "exp2(x)^2": r"\left(2^{x}\right)^{2}", "theta_1": r"\theta_{1}", "x₁²": "x_{1}^{2}", "2πr": r"2 \, \pi \, r",
}  # fmt: skip


@pytest.mark.parametrize("text", LATEX)
def test_latex_is_the_formula_as_it_was_typed(text):
    assert dl.formula(text).latex == LATEX[text]
    assert dl.formula(text)._repr_latex_() == rf"$\displaystyle {LATEX[text]}$"


@pytest.mark.parametrize("text", [*READ, *(called(name, row.least) for name, row in FUNCTIONS.items())])
def test_latex_is_well_formed(text):
    from matplotlib.mathtext import MathTextParser

    MathTextParser("path").parse(f"${dl.formula(text).latex}$")


# Random formulas, and random text -----------------------------------------------------------------------------------

SAFE = ["sin", "cos", "tanh", "exp", "atan", "abs", "sinh", "arctan", "erf"]
NUMERIC = {
    "sin": np.sin,
    "cos": np.cos,
    "tanh": np.tanh,
    "exp": np.exp,
    "atan": np.arctan,
    "arctan": np.arctan,
    "abs": np.abs,
    "sinh": np.sinh,
}
PYTHON = {name: getattr(np, {"atan": "arctan"}.get(name, name), None) or math.erf for name in SAFE}


def leaves():
    numbers = st.one_of(
        st.integers(0, 20).map(str),
        st.floats(0.01, 50).map(lambda v: f"{v:.3g}"),
        st.sampled_from(["1e-2", ".5", "3.", "2.5e1"]),
    )
    names = st.sampled_from(["x", "y", "z", "pi", "e"])
    numbers = numbers.map(
        lambda text: (text, repr(float(text)), 9)
    )  # as floats: NumPy's whole numbers overflow
    return st.one_of(numbers, names.map(lambda text: (text, text, 9)))


def grown(children):
    """(as typed, as Python has it, how strongly it binds) of larger formulas."""

    def held(child, least, python=False):
        return f"({child[python]})" if child[2] < least else child[python]

    def infix(parts):
        left, (sign, strength), right, space = parts
        typed = f"{held(left, strength)}{space}{sign}{space}{held(right, strength + 1)}"
        return typed, f"{held(left, strength, True)}{sign}{held(right, strength + 1, True)}", strength

    def power(parts):
        base, exponent, sign = parts
        return (
            f"{held(base, 5)}{sign}{held(exponent, 3)}",
            f"{held(base, 5, True)}**{held(exponent, 3, True)}",
            4,
        )

    def negative(child):
        return f"-{held(child, 3)}", f"-{held(child, 3, True)}", 3

    def call(parts):
        name, child = parts
        return f"{name}({child[0]})", f"{name}({child[1]})", 9

    def beside(parts):
        left, right = parts
        return f"({left[0]})({right[0]})", f"({left[1]})*({right[1]})", 2

    def bars(child):
        return f"|{child[0]}|" if "|" not in child[0] else f"abs({child[0]})", f"abs({child[1]})", 9

    signs = st.sampled_from([("+", 1), ("-", 1), ("*", 2), ("/", 2)])
    return st.one_of(
        st.tuples(children, signs, children, st.sampled_from(["", " "])).map(infix),
        st.tuples(children, children, st.sampled_from(["^", "**"])).map(power),
        children.map(negative), st.tuples(st.sampled_from(SAFE), children).map(call),
        st.tuples(children, children).map(beside), children.map(bars),
    )  # fmt: skip


def read_or_told(text, *reasons):
    """The formula, or None where one of the reasons is given."""
    try:
        return dl.formula(text)
    except dl.DerivativeError as error:
        says = str(error)
    assert says.startswith("column ") and says.isprintable() and any(reason in says for reason in reasons), (
        text,
        says,
    )
    return None


@given(st.recursive(leaves(), grown, max_leaves=25))
@settings(max_examples=300)
def test_random_formulas_have_the_value_that_python_gives_them(made):
    typed, python, _ = made
    scope = {
        **PYTHON,
        "x": np.float64(X),
        "y": np.float64(Y),
        "z": np.float64(Z),
        "pi": np.float64(pi),
        "e": np.float64(e),
    }
    with np.errstate(all="ignore"):
        try:
            expected = float(eval(python, {"__builtins__": {}}, scope))
        except (ArithmeticError, TypeError):
            expected = math.nan
        f = read_or_told(typed, "too large", "no real", "zero", "at most 1000", "levels")
        if f is None:
            return
        found = float(f(*({"x": X, "y": Y, "z": Z}[name] for name in f.variables)))
    if math.isfinite(expected):
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-12), typed
    assert dl.formula(typed).latex


ALPHABET = (
    string.ascii_letters[:6]
    + "xyzsincoexplg0123456789"
    + "+-*/^()|,. _"
    + "πθ√²⁻×·−"
    + "\\'\"[]{}=<>!%:;@#\n\t\0é∞"
)


@given(st.one_of(st.text(ALPHABET, max_size=60), st.text(max_size=40), st.lists(st.sampled_from(["x", "(", ")", "|", "sin", "2", "^", "-", "+", "*", ",", " ", "√", "²", "e", "."]), max_size=40).map("".join)))  # fmt: skip
@settings(max_examples=600)
def test_random_text_is_read_or_told(text):
    f = read_or_told(text, "column ")
    if f is not None:
        with np.errstate(all="ignore"):
            assert isinstance(float(f(*np.linspace(0.3, 2.0, len(f.variables)))), float)
        assert f.latex.isprintable()
        again = dl.formula(written(f._tree))
        assert (again.variables, written(again._tree)) == (f.variables, written(f._tree))


@given(st.recursive(leaves(), grown, max_leaves=8))
@settings(max_examples=40, derandomize=True)  # some formulas of all magnify rounding
def test_sympy_has_the_same_formula(made):
    try:
        f = dl.formula(made[0])
    except dl.DerivativeError:
        return
    point = [{"x": X, "y": Y, "z": Z}[name] for name in f.variables]
    with np.errstate(all="ignore"):
        ours = float(f(*point))
    symbols = {
        sympy.Symbol(n, real=True): sympy.Float(v, 30) for n, v in zip(f.variables, point, strict=True)
    }
    theirs = within(
        5, lambda: sympy.N(f.expression.subs(symbols), 20)
    )  # not with fractions: their powers have no end
    if theirs is not None and math.isfinite(ours) and abs(ours) < 1e100 and theirs.is_real:
        assert ours == pytest.approx(float(theirs), rel=1e-8, abs=1e-10)
