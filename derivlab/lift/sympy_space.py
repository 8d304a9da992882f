"""Lifting to SymPy: every number is an expression that carries its value along."""

from __future__ import annotations

import functools
import math
import operator
import threading
from typing import Any

import numpy as np
import sympy

from derivlab.errors import DerivativeError
from derivlab.lift.lines import user_line
from derivlab.lift.object_space import ObjectSpace

DEEP = 24  # operations on a power or function from which on nothing is simplified: SymPy would ask all parts for signs
CHOICES = (
    sympy.Max,
    sympy.Min,
)  # compare all of their arguments with each other: simplified where they are not deep
SHALLOW = 4
POLYNOMIAL = (operator.add, operator.sub, operator.mul)
OPERATIONS = 4_000  # on single terms in one call
LARGEST = 10  # operations up to which expressions are simplified, where large ones are kept as a graph


class _Left(threading.local):
    operations = OPERATIONS


_left = _Left()


class Part(sympy.Dummy):
    """A symbol that stands for a large expression, its `definition`."""

    definition: Any = None


class Term:
    """A SymPy expression and the number it has at the point, on which comparisons decide.

    `depth` says how deep it lies above a power. Where large expressions are kept as a graph, `size` counts
    operations up to `LARGEST`, and from there how deep it lies above a named part; else it is 0.
    """

    __slots__ = ("depth", "expr", "size", "value")

    def __init__(self, expr: Any, value: float, depth: int = 0, size: int = 0):
        self.expr, self.value, self.depth, self.size = expr, value, depth, size

    def __float__(self) -> float:
        return float(self.value)

    def __hash__(self) -> int:
        return id(self)

    def conjugate(self) -> Term:
        return self

    __pos__ = conjugate  # symbols are real


def exact(number: Any) -> Any:
    """The SymPy number equal to a float, as a short fraction where it is one."""
    if isinstance(number, (int, np.integer)):
        return sympy.Integer(int(number))
    if isinstance(number, (complex, np.complexfloating)):
        raise DerivativeError(
            f"complex numbers{user_line()} have no formula here; write real and imaginary part apart, or use reverse."
        )
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


def _sum(a: Any, b: Any) -> Any:
    return sympy.Add(a, b, evaluate=False)


def _product(a: Any, b: Any) -> Any:
    return sympy.Mul(a, b, evaluate=False)


def _power(a: Any, b: Any) -> Any:
    return sympy.Pow(a, b, evaluate=False)


def _negative(a: Any) -> Any:
    return -a


def _quotient(a: Any, b: Any) -> Any:
    return a / b


# Operations on large expressions: nothing is simplified, as SymPy would ask every part for its sign.
PLAIN: dict[Any, Any] = {
    operator.add: _sum,
    operator.sub: lambda a, b: _sum(a, _product(sympy.S.NegativeOne, b)),
    operator.mul: _product,
    _quotient: lambda a, b: _product(a, _power(b, sympy.S.NegativeOne)),
    operator.pow: _power,
    _negative: lambda a: _product(sympy.S.NegativeOne, a),
    **{
        f: functools.partial(f, evaluate=False)
        for f in (sympy.exp, sympy.log, sympy.sin, sympy.cos, sympy.tanh)
    },
}
# And the branch taken at the point.
TAKEN: dict[Any, Any] = {
    sympy.Max: lambda a, b: (a if a.value >= b.value else b).expr,
    sympy.Min: lambda a, b: (a if a.value <= b.value else b).expr,
    sympy.Abs: lambda a: a.expr if a.value >= 0 else -a.expr,
}


def _named(expr: Any) -> Any:
    if not expr.args:
        return expr
    part = Part(real=True)
    part.definition = expr
    return part


def _on_large(symbolic: Any, terms: list) -> Any:
    if symbolic in TAKEN:
        return TAKEN[symbolic](*terms)
    if symbolic in PLAIN:
        return PLAIN[symbolic](*[t.expr for t in terms])
    return symbolic(*[_named(t.expr) for t in terms])


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
            if size < LARGEST:
                return Term(symbolic(*[t.expr for t in terms]), value, 0, size + 1)
            made, size = _on_large(symbolic, terms), max(LARGEST, *[t.size for t in terms]) + 1
            # Named now and then: SymPy compares expressions level by level.
            return Term(_named(made), value, 0, LARGEST) if size > 2 * LARGEST else Term(made, value, 0, size)
        with sympy.evaluate(depth <= (SHALLOW if symbolic in CHOICES else DEEP)):
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
    ("truediv", _quotient, lambda a, b: np.divide(np.float64(a), b)),
    ("pow", operator.pow, lambda a, b: np.power(np.float64(a), b)),
]:
    _operator(_name, _symbolic, _numeric)
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Term, f"__{_name}__", lambda a, b, _name=_name: getattr(float(a), f"__{_name}__")(float(b)))
for _name, _symbolic, _numeric in [("neg", _negative, np.negative), ("abs", sympy.Abs, np.abs)]:
    setattr(Term, f"__{_name}__", _apply(_symbolic, _numeric))

_S = sympy
_FUNCTIONS = {
    "exp": _S.exp, "log": _S.log, "sin": _S.sin, "cos": _S.cos, "tan": _S.tan, "sinh": _S.sinh, "cosh": _S.cosh, "tanh": _S.tanh,
    "arcsin": _S.asin, "arccos": _S.acos, "arctan": _S.atan, "arcsinh": _S.asinh, "arccosh": _S.acosh, "arctanh": _S.atanh,
    "sqrt": _S.sqrt, "absolute": _S.Abs, "arctan2": _S.atan2, "log2": lambda x: _S.log(x) / _S.log(2),
    "log10": lambda x: _S.log(x) / _S.log(10), "log1p": lambda x: _S.log(1 + x), "expm1": lambda x: _S.exp(x) - 1,
    "exp2": lambda x: 2**x, "maximum": _S.Max, "minimum": _S.Min, "cbrt": lambda x: _S.sign(x) * _S.Abs(x) ** _S.Rational(1, 3),
}  # fmt: skip


def _special(name: str) -> Any:
    """The function of scipy.special, or one of its several results, where SymPy has it."""
    import scipy.special

    from derivlab.lift.sympy_special import SPECIAL

    if name not in SPECIAL:
        return None
    top, _, result = name.partition(".")
    whole = getattr(scipy.special, top)
    return _apply(SPECIAL[name], (lambda *args: whole(*args)[int(result)]) if result else whole)


# Formulas of SymPy's, and questions about the kind of a value.
FORMULAS = {
    "absolute", "maximum", "minimum", "arctan2", "shape", "ndim", "size", "isscalar", "iterable", "result_type", "common_type",
    "min_scalar_type", "can_cast", "iscomplexobj", "isrealobj", "may_share_memory", "shares_memory", "tril_indices_from",
    "triu_indices_from",
}  # fmt: skip


def _numberless(raw: Any) -> bool:
    """Whether there is a symbol without a number in a raw value."""
    if isinstance(raw, (list, tuple)) or (isinstance(raw, np.ndarray) and raw.dtype == object):
        return any(map(_numberless, raw if isinstance(raw, (list, tuple)) else raw.flat))
    return type(raw) is Term and math.isnan(raw.value)


class SympySpace(ObjectSpace):
    """Object arrays of SymPy expressions that carry their value along."""

    name = "sympy"
    scalar = {  # noqa: RUF012
        key: _apply(symbolic, getattr(np, key)) for key, symbolic in _FUNCTIONS.items()
    }

    placed = True  # whether symbols have numbers

    def __init__(self) -> None:
        super().__init__()
        _left.operations = OPERATIONS

    def own(self, value: Any) -> bool:
        return isinstance(value, sympy.Expr)

    def enter(self, value: Any) -> Term:
        """A symbol or a number as a term; a symbol has no number."""
        if not self.own(value):
            return term(value)
        if not value.free_symbols:
            return Term(value, float(value)) if value.is_real else term(complex(value))
        self.placed = False
        return Term(value, math.nan)

    def left(self, value: Any) -> Any:
        out = expressions(value)
        if not self.placed and any(e.has(sympy.nan) for e in out.flat):
            raise DerivativeError(
                "an operation of f asks for numbers, and symbols have none; use dl.expression(f, x)."
            )
        return out if out.ndim else out[()]

    def ask(self, what: str, *raws: Any) -> None:
        """Errors: a decision on symbols without numbers, by anything but a function with a formula of its own."""
        if not self.placed and what not in FORMULAS and any(map(_numberless, raws)):
            raise DerivativeError(
                f"{what}{user_line()} asks for a number, and a symbol has none; use dl.expression(f, x), which takes "
                "the branch at x."
            )

    def of_numbers(self, key: str) -> Any:
        if key not in self.scalar and key.startswith("special."):
            self.scalar[key] = _special(key[8:])
        return super().of_numbers(key)

    def concrete(self, value: Any) -> Any:
        if isinstance(value, np.ndarray) and value.dtype == object:
            return np.array([float(v) for v in value.flat]).reshape(value.shape)
        return float(value) if type(value) is Term else value


def symbols(x: Any, graph: bool = False) -> Any:
    """Real symbols in the shape of x, each with its number: x, or x0, x1, ..., or x0_1 for matrices.

    Where `graph`, large expressions of them are kept as they come.
    """
    if np.ndim(x) == 0:
        return Term(sympy.Symbol("x", real=True), float(x), size=int(graph))
    out = np.empty(np.shape(x), dtype=object)
    for place in np.ndindex(out.shape):
        out[place] = Term(
            sympy.Symbol("x" + "_".join(map(str, place)), real=True), float(x[place]), size=int(graph)
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
