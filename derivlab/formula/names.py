"""The functions and constants of formulas: a row each, with NumPy's function, SymPy's constructor and LaTeX."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Function(NamedTuple):
    """`numeric` takes arrays, `symbolic` SymPy and its expressions; `latex` has a place for each argument.

    Constants of a `heavy` function are not worked out while a line is read, as SciPy would have to be loaded for them.
    """

    numeric: Callable
    symbolic: Callable
    latex: str
    least: int = 1
    most: int = 1
    heavy: bool = False


def _special(name: str, plain: Callable | None = None) -> Callable:
    """SciPy's function of arrays; of one number that of `math`, for which nothing has to be loaded."""

    def call(x: Any) -> Any:
        if plain and type(x) is np.float64:
            try:
                return np.float64(plain(x))
            except OverflowError:
                return np.float64(np.inf)
            except ValueError:  # a pole
                return np.float64(np.nan)
        import scipy.special

        return getattr(scipy.special, name)(x)

    return call


def _trigamma(x: Any) -> Any:
    import scipy.special

    return scipy.special.polygamma(1, x)


def _named(name: str) -> Callable:
    return lambda sympy, *arguments: getattr(sympy, name)(*arguments)


def _upright(name: str) -> str:
    return rf"\operatorname{{{{{name}}}}}\left({{0}}\right)"


def _row(numeric: Callable, symbolic: str, latex: str) -> Function:
    return Function(numeric, _named(symbolic), latex if "{0}" in latex else rf"{latex}\left({{0}}\right)")


def _log(x: Any, base: Any = None) -> Any:
    return np.log(x) if base is None else np.log(x) / np.log(base)


def _fold(step: Callable) -> Callable:
    def folded(first: Any, *others: Any) -> Any:
        for other in others:
            first = step(first, other)
        return first

    return folded


FUNCTIONS: dict[str, Function] = {
    "sin": _row(np.sin, "sin", r"\sin"),
    "cos": _row(np.cos, "cos", r"\cos"),
    "tan": _row(np.tan, "tan", r"\tan"),
    "sec": _row(lambda x: 1 / np.cos(x), "sec", r"\sec"),
    "csc": _row(lambda x: 1 / np.sin(x), "csc", r"\csc"),
    "cot": _row(lambda x: 1 / np.tan(x), "cot", r"\cot"),
    "asin": _row(np.arcsin, "asin", r"\arcsin"),
    "acos": _row(np.arccos, "acos", r"\arccos"),
    "atan": _row(np.arctan, "atan", r"\arctan"),
    "sinh": _row(np.sinh, "sinh", r"\sinh"),
    "cosh": _row(np.cosh, "cosh", r"\cosh"),
    "tanh": _row(np.tanh, "tanh", r"\tanh"),
    "sech": _row(lambda x: 1 / np.cosh(x), "sech", _upright("sech")),
    "csch": _row(lambda x: 1 / np.sinh(x), "csch", _upright("csch")),
    "coth": _row(lambda x: 1 / np.tanh(x), "coth", r"\coth"),
    "asinh": _row(np.arcsinh, "asinh", _upright("arsinh")),
    "acosh": _row(np.arccosh, "acosh", _upright("arcosh")),
    "atanh": _row(np.arctanh, "atanh", _upright("artanh")),
    "exp": _row(np.exp, "exp", r"\exp"),
    "exp2": Function(np.exp2, lambda sp, x: 2**x, r"2^{{{0}}}"),
    "expm1": Function(np.expm1, lambda sp, x: sp.exp(x) - 1, _upright("expm1")),
    "ln": _row(np.log, "log", r"\ln"),
    "log": Function(_log, _named("log"), r"\log\left({0}\right)", 1, 2),
    "log2": Function(np.log2, lambda sp, x: sp.log(x, 2), r"\log_{{2}}\left({0}\right)"),
    "log10": Function(np.log10, lambda sp, x: sp.log(x, 10), r"\log_{{10}}\left({0}\right)"),
    "log1p": Function(np.log1p, lambda sp, x: sp.log(1 + x), _upright("log1p")),
    "sqrt": _row(np.sqrt, "sqrt", r"\sqrt{{{0}}}"),
    "cbrt": Function(np.cbrt, lambda sp, x: sp.sign(x) * sp.Abs(x) ** sp.Rational(1, 3), r"\sqrt[3]{{{0}}}"),
    "abs": _row(np.abs, "Abs", r"\left|{0}\right|"),
    "sign": _row(np.sign, "sign", _upright("sign")),
    "heaviside": Function(
        lambda x: np.heaviside(x, 0.5), lambda sp, x: sp.Heaviside(x, sp.Rational(1, 2)), _upright("H")
    ),
    "where": Function(
        np.where,
        lambda sp, c, a, b: sp.Piecewise((a, c), (b, True)),
        r"\left({1} \ \mathrm{{if}} \ {0} \ \mathrm{{else}} \ {2}\right)",
        3,
        3,
    ),
    "floor": _row(np.floor, "floor", r"\left\lfloor {0} \right\rfloor"),
    "ceil": _row(np.ceil, "ceiling", r"\left\lceil {0} \right\rceil"),
    "max": Function(_fold(np.maximum), _named("Max"), r"\max\left({0}\right)", 2, 16),
    "min": Function(_fold(np.minimum), _named("Min"), r"\min\left({0}\right)", 2, 16),
    "pow": Function(lambda a, b: a**b, lambda sp, a, b: sp.Pow(a, b), _upright("pow"), 2, 2),
    "atan2": Function(np.arctan2, _named("atan2"), _upright("atan2"), 2, 2),
    "hypot": Function(np.hypot, lambda sp, a, b: sp.sqrt(a**2 + b**2), _upright("hypot"), 2, 2),
    "erf": _row(_special("erf", math.erf), "erf", _upright("erf")),
    "erfc": _row(_special("erfc", math.erfc), "erfc", _upright("erfc")),
    "gamma": _row(_special("gamma", math.gamma), "gamma", r"\Gamma"),
    "digamma": Function(_special("digamma"), _named("digamma"), r"\psi\left({0}\right)", heavy=True),
    "trigamma": Function(_trigamma, lambda sp, x: sp.polygamma(1, x), r"\psi_1\left({0}\right)", heavy=True),
    "lgamma": Function(_special("gammaln", math.lgamma), _named("loggamma"), r"\ln\Gamma\left({0}\right)"),
    "sigmoid": Function(lambda x: 1 / (1 + np.exp(-x)), lambda sp, x: 1 / (1 + sp.exp(-x)), _upright("sigmoid")),
    "relu": Function(lambda x: np.maximum(x, 0.0), lambda sp, x: sp.Max(x, 0), _upright("relu")),
    "softplus": Function(lambda x: np.logaddexp(0.0, x), lambda sp, x: sp.log(1 + sp.exp(x)), _upright("softplus")),
}  # fmt: skip

ALIASES = {
    **{f"arc{name}": f"a{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{f"ar{name}": f"a{name}" for name in ("sinh", "cosh", "tanh")},
    "arctan2": "atan2", "gammaln": "lgamma", "loggamma": "lgamma", "lg": "log10", "lb": "log2", "ld": "log2", "fabs": "abs", "absolute": "abs", "Abs": "abs", "Max": "max", "Min": "min", "Heaviside": "heaviside", "sgn": "sign",
    "ceiling": "ceil", "maximum": "max", "minimum": "min", "power": "pow", "cosec": "csc", "cotan": "cot", "tg": "tan",
    "ctg": "cot", "arctg": "atan", "logistic": "sigmoid", "√": "sqrt",
}  # fmt: skip

CONSTANTS: dict[str, tuple[float, str, str]] = {  # value, name in SymPy, LaTeX
    "pi": (np.pi, "pi", r"\pi"),
    "π": (np.pi, "pi", r"\pi"),
    "e": (np.e, "E", "e"),
    "tau": (2 * np.pi, "pi", r"\tau"),
    "τ": (2 * np.pi, "pi", r"\tau"),
}

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ϑ": "vartheta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "ρ": "rho", "σ": "sigma",
    "τ": "tau", "υ": "upsilon", "φ": "varphi", "ϕ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta",
    "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
GREEK_NAMES = {"alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
               "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"}  # fmt: skip


def function(name: str) -> Function | None:
    """The row of a function by any of its names."""
    return FUNCTIONS.get(ALIASES.get(name, name))


KNOWN = sorted({*FUNCTIONS, *ALIASES, "pi", "tau"} - {"√"})
