"""SymPy expressions as a graph of distinct parts: values and slopes with forty digits, each part once."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import mpmath
import sympy

from derivlab.errors import DerivativeError
from derivlab.lift.mpmath_space import capped
from derivlab.lift.sympy_space import Part

DIGITS = 40


class Graph:
    """Expressions at a point: `value(e)`, and `slopes(e)` by the chain rule over the parts, last first.

    Written out as a tree, the derivative of a program of n steps has up to 2ⁿ parts; as a graph about n.
    Errors: `DerivativeError` for more than `limit` parts, complex values, functions without a rule;
    `ZeroDivisionError` at a pole.
    """

    def __init__(self, numbers: dict, limit: int, mp: Any = None):
        self.mp = mp or mpmath.ctx_mp.MPContext()
        self.mp.dps = DIGITS
        self.symbols = list(numbers)
        self.values = {symbol: self.mp.mpf(value) for symbol, value in numbers.items()}
        self.depends = dict.fromkeys(numbers, True)
        self.partials: dict[Any, list] = {}
        self.edges: list[str] = []  # functions whose slope is taken where it jumps
        self.limit = limit

    def value(self, expression: Any) -> Any:
        """The value of the expression, a real number."""
        for e in self._parts(expression):
            if len(self.values) > self.limit:
                raise DerivativeError(
                    f"the formula has more than {self.limit} parts (expression swell); use reverse."
                )
            self.values[e] = self._compute(e)
            self.depends[e] = any(self.depends[a] for a in _args(e))
        return self._real(self.values[expression])

    def slopes(self, expression: Any) -> Iterator[float]:
        """The derivative with respect to each symbol, in their order."""
        self.value(expression)
        adjoints = {expression: self.mp.one}
        for e in reversed(list(self._needed(expression))):
            for part, slope in self._slopes_of(e):
                adjoints[part] = adjoints.get(part, 0) + adjoints[e] * slope
        return (float(self._real(adjoints.get(s, 0))) for s in self.symbols)

    def _real(self, value: Any) -> Any:
        if getattr(value, "imag", 0):
            raise DerivativeError("the formula has a complex value at x; x lies outside the domain of f.")
        return value.real

    def _parts(self, expression: Any) -> Iterator[Any]:
        """The parts without a value yet, each after its own parts."""
        return after_their_parts(expression, self.values.__contains__)

    def _needed(self, expression: Any) -> Iterator[Any]:
        """The parts that depend on a symbol, each after its own parts."""
        return after_their_parts(expression, lambda e: not self.depends[e])

    def _slopes_of(self, e: Any) -> list:
        """The slope of a part in each of its own parts that depend on a symbol."""
        if e not in self.partials:
            parts = _args(e)
            args = [self.values[a] for a in parts]
            self.partials[e] = [(a, self._slope(e, i, args)) for i, a in enumerate(parts) if self.depends[a]]
        return self.partials[e]

    def _slope(self, e: Any, i: int, args: list) -> Any:
        if e.is_Add or isinstance(e, Part):
            return 1
        if e.is_Mul:
            return self.mp.fprod(args[:i] + args[i + 1 :])
        if e.is_Pow:
            base, exponent = args
            return exponent * base ** (exponent - 1) if i == 0 else self.mp.ln(base) * base**exponent
        variables, formula = slope_rule(e.func, len(args), i)
        if e.func in _CORNERS and args[0] == 0:
            self.edges.append(e.func.__name__)
        inner = Graph(dict(zip(variables, args, strict=True)), self.limit, self.mp)
        return inner.value(formula)

    def _compute(self, e: Any) -> Any:
        mp = self.mp
        if e.is_Rational:
            return mp.mpf(int(e.p)) / int(e.q)
        if e.is_Float:
            return mp.mpf(e._mpf_)
        if isinstance(e, Part):
            return self.values[e.definition]
        if not e.args:
            return mp.mpf(str(sympy.N(e, DIGITS + 5)))
        args = [self.values[a] for a in e.args]
        if e.is_Add:
            return mp.fsum(args)
        if e.is_Mul:
            return mp.fprod(args)
        if e.is_Pow:
            return mp.power(args[0], capped(args[1]))
        name = type(e).__name__
        rule: Any = _VALUES.get(name) or getattr(mp, _NAMES.get(name, name), None)
        if name in _SHAPED:
            rule = functools.partial(_SHAPED[name], mp)
        if rule is None:
            raise DerivativeError(
                f"SymPy leaves {name} in the derivative without a value; use an automatic method."
            )
        return rule(*map(capped, args))


def after_their_parts(expression: Any, skip: Callable) -> Iterator[Any]:
    """The parts of an expression, each once and after its own parts; `skip` names those that are known."""
    seen: set = set()
    stack = [(expression, False)]
    while stack:
        e, ready = stack.pop()
        if ready:
            yield e
        elif e not in seen and not skip(e):
            seen.add(e)
            stack.append((e, True))
            stack.extend((a, False) for a in _args(e))


def _args(e: Any) -> tuple:
    return (e.definition,) if isinstance(e, Part) else e.args


@functools.cache
def slope_rule(function: Any, count: int, i: int) -> tuple[list, Any]:
    """The derivative of a function of `count` variables with respect to the i-th, as SymPy knows it."""
    variables = [sympy.Dummy(real=True) for _ in range(count)]
    formula = sympy.diff(function(*variables), variables[i])
    if formula.has(*_UNKNOWN):
        raise DerivativeError(
            f"SymPy has no formula for the slope of {function.__name__} in its argument {i + 1}; use an automatic method."
        )
    return variables, formula


_UNKNOWN = (sympy.Derivative, sympy.Integral, sympy.Subs, sympy.meijerg, sympy.hyper)


def _heaviside(x: Any, at_zero: Any = 0.5) -> Any:
    return 1 if x > 0 else 0 if x < 0 else at_zero


def _spike(x: Any, order: Any = 0) -> Any:
    """Dirac's delta and its derivatives: zero away from the jump, and no number on it."""
    return mpmath.inf if x == 0 else 0


_CORNERS = (sympy.Abs, sympy.sign)
# mpmath's names of SymPy's functions, and what has another shape there.
_NAMES = {"log": "ln", "polygamma": "psi", "Ei": "ei", "elliptic_k": "ellipk", "elliptic_e": "ellipe", "elliptic_f": "ellipf",
          "Si": "si", "Ci": "ci", "Shi": "shi", "Chi": "chi"}  # fmt: skip
_VALUES = {"Abs": abs, "Max": max, "Min": min, "Heaviside": _heaviside, "DiracDelta": _spike}
_SHAPED: dict[str, Callable] = {
    "lowergamma": lambda mp, a, x: mp.gammainc(a, 0, x),
    "uppergamma": lambda mp, a, x: mp.gammainc(a, x),
    "betainc_regularized": lambda mp, a, b, x, y: mp.betainc(a, b, x, y, regularized=True),
    "airyaiprime": lambda mp, x: mp.airyai(x, derivative=1),
    "airybiprime": lambda mp, x: mp.airybi(x, derivative=1),
}
