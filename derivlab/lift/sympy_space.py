"""Lifting to SymPy: every number is an expression that carries its value along."""

from __future__ import annotations

import math
import operator
import threading
from typing import Any

import numpy as np
import sympy

from derivlab.errors import DerivativeError
from derivlab.lift.lifted import user_line
from derivlab.lift.object_space import ObjectSpace

DEEP = 24  # operations on a power or function from which on nothing is simplified: SymPy would ask all parts for signs
POLYNOMIAL = (operator.add, operator.sub, operator.mul)
OPERATIONS = 4_000  # on single terms in one call
LARGEST = 10  # operations in an expression that gets no name yet


class _Left(threading.local):
    operations = OPERATIONS


_left = _Left()


class Part(sympy.Dummy):
    """A symbol that stands for a large expression, its `definition`.

    SymPy's questions about signs and domains go through a whole expression at each operation.
    """

    definition: Any = None


class Term:
    """A SymPy expression and the number it has at the point, on which comparisons decide.

    `depth` says how deep it lies above a power. Where large parts get names, `size` counts operations since the
    last one; it is 0 where expressions are written out.
    """

    __slots__ = ("depth", "expr", "size", "value")

    def __init__(self, expr: Any, value: float, depth: int = 0, size: int = 0):
        self.expr, self.value, self.depth, self.size = expr, value, depth, size

    def __float__(self) -> float:
        return float(self.value)

    def __hash__(self) -> int:
        return id(self)


def exact(number: Any) -> Any:
    """The SymPy number equal to a float, as a short fraction where it is one."""
    if isinstance(number, (int, np.integer)):
        return sympy.Integer(int(number))
    try:
        number = float(number)
    except (TypeError, ValueError) as error:
        raise DerivativeError(
            f"f returns {type(number).__name__}, which is no real number or array; return one."
        ) from error
    if not math.isfinite(number):
        return sympy.nan if math.isnan(number) else sympy.oo * (1 if number > 0 else -1)
    if abs(number) < 1e15 and number * 64 == int(number * 64):
        return sympy.Rational(int(number * 64), 64)
    return sympy.Float(number, 17)


def term(value: Any) -> Term:
    return value if type(value) is Term else Term(exact(value), float(value))


# Among named parts, the branch taken at the point: SymPy would first ask for the sign of a difference.
TAKEN: dict[Any, Any] = {
    sympy.Max: lambda a, b: (a if a.value >= b.value else b).expr,
    sympy.Min: lambda a, b: (a if a.value <= b.value else b).expr,
    sympy.Abs: lambda a: a.expr if a.value >= 0 else -a.expr,
}


def _named(expr: Any, value: float) -> Term:
    if not expr.args:
        return Term(expr, value, 0, 1)
    part = Part(real=True)
    part.definition = expr
    return Term(part, value, 0, 1)


def written_out(expr: Any) -> Any:
    """The expression with the definitions of all its parts put in."""
    while parts := expr.atoms(Part):
        expr = expr.xreplace({part: part.definition for part in parts})
    return expr


def _apply(symbolic: Any, numeric: Any) -> Any:
    def rule(*args: Any) -> Any:
        _left.operations -= 1
        if _left.operations < 0:
            raise DerivativeError(
                f"the formula takes more than {OPERATIONS} operations{user_line()} (expression swell); use reverse."
            )
        terms = [term(a) for a in args]
        size = sum(t.size for t in terms)
        with np.errstate(all="ignore"):
            value = float(numeric(*[np.float64(t.value) for t in terms]))
        depth = max(t.depth for t in terms)
        depth += bool(depth) or symbolic not in POLYNOMIAL
        if size:
            made = TAKEN[symbolic](*terms) if symbolic in TAKEN else symbolic(*[t.expr for t in terms])
            return _named(made, value) if size >= LARGEST else Term(made, value, 0, size + 1)
        with sympy.evaluate(depth <= DEEP):
            return Term(symbolic(*[t.expr for t in terms]), value, depth)

    return rule


def _operator(name: str, symbolic: Any, numeric: Any) -> None:
    rule = _apply(symbolic, numeric)

    def forward(self: Term, other: Any) -> Any:
        return NotImplemented if isinstance(other, np.ndarray) else rule(self, other)

    def backward(self: Term, other: Any) -> Any:
        return NotImplemented if isinstance(other, np.ndarray) else rule(other, self)

    setattr(Term, f"__{name}__", forward)
    setattr(Term, f"__r{name}__", backward)


for _name, _symbolic, _numeric in [
    ("add", operator.add, np.add),
    ("sub", operator.sub, np.subtract),
    ("mul", operator.mul, np.multiply),
    ("truediv", lambda a, b: a / b, lambda a, b: np.divide(np.float64(a), b)),
    ("pow", lambda a, b: a**b, lambda a, b: np.power(np.float64(a), b)),
]:
    _operator(_name, _symbolic, _numeric)
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Term, f"__{_name}__", lambda a, b, _name=_name: getattr(float(a), f"__{_name}__")(float(b)))
for _name, _symbolic, _numeric in [("neg", lambda a: -a, np.negative), ("abs", sympy.Abs, np.abs)]:
    setattr(Term, f"__{_name}__", _apply(_symbolic, _numeric))

_S = sympy
_FUNCTIONS = {
    "exp": _S.exp, "log": _S.log, "sin": _S.sin, "cos": _S.cos, "tan": _S.tan, "sinh": _S.sinh, "cosh": _S.cosh, "tanh": _S.tanh,
    "arcsin": _S.asin, "arccos": _S.acos, "arctan": _S.atan, "arcsinh": _S.asinh, "arccosh": _S.acosh, "arctanh": _S.atanh,
    "sqrt": _S.sqrt, "absolute": _S.Abs, "arctan2": _S.atan2, "log2": lambda x: _S.log(x) / _S.log(2),
    "log10": lambda x: _S.log(x) / _S.log(10), "log1p": lambda x: _S.log(1 + x), "expm1": lambda x: _S.exp(x) - 1,
    "exp2": lambda x: 2**x, "maximum": _S.Max, "minimum": _S.Min, "cbrt": lambda x: _S.sign(x) * _S.Abs(x) ** _S.Rational(1, 3),
}  # fmt: skip
_SPECIAL = {"erf": _S.erf, "erfc": _S.erfc, "gamma": _S.gamma, "gammaln": _S.loggamma, "digamma": _S.digamma}


class SympySpace(ObjectSpace):
    """Object arrays of SymPy expressions that carry their value along."""

    name = "sympy"
    scalar = {  # noqa: RUF012
        key: _apply(symbolic, getattr(np, key)) for key, symbolic in _FUNCTIONS.items()
    }

    def __init__(self) -> None:
        super().__init__()
        _left.operations = OPERATIONS

    def rule(self, key: str) -> Any:
        if key.startswith("special.") and (name := key[8:]) in _SPECIAL:
            import scipy.special

            self.scalar[key] = _apply(_SPECIAL[name], getattr(scipy.special, name))
        return super().rule(key)

    def concrete(self, value: Any) -> Any:
        if isinstance(value, np.ndarray) and value.dtype == object:
            return np.array([float(v) for v in value.flat]).reshape(value.shape)
        return float(value) if type(value) is Term else value


def symbols(x: Any, named: bool = False) -> Any:
    """Real symbols in the shape of x, each with its number: x, or x0, x1, ..., or x0_1 for matrices.

    Where `named`, large expressions of them are made of named parts.
    """
    if np.ndim(x) == 0:
        return Term(sympy.Symbol("x", real=True), float(x), size=int(named))
    out = np.empty(np.shape(x), dtype=object)
    for place in np.ndindex(out.shape):
        out[place] = Term(
            sympy.Symbol("x" + "_".join(map(str, place)), real=True), float(x[place]), size=int(named)
        )
    return out


def expressions(value: Any) -> np.ndarray:
    """The expressions behind a raw value, as an object array of its shape."""
    value = np.asarray(value, dtype=object)
    if any(isinstance(v, str) for v in value.flat):
        raise DerivativeError("f returns text; return a number or an array.")
    out = np.empty(value.shape, dtype=object)
    for place in np.ndindex(value.shape):
        out[place] = term(value[place]).expr
    return out
