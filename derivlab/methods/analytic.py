"""What the code of a function says of it: that it is analytic, made of analytic pieces, or arithmetic at least.

Sums, products, quotients, whole powers and compositions of analytic functions are analytic (Ahlfors 1979, chapter 2):
what is made of them has poles and logarithms, where f is not finite or, under an imaginary step, another number.
Branches, comparisons and writes make pieces; so do roots and other powers, which have a branch point at 0, and arctan,
which has two limits at infinity. Casts end the proof.
"""

from __future__ import annotations

from typing import Any

from derivlab.methods.whitelist import Proof, Whitelist

_ANALYTIC = frozenset((
    *("exp", "expm1", "exp2", "log", "log1p", "log2", "log10", "sin", "cos", "tan", "sinh", "cosh", "tanh"),
    *("add", "subtract", "multiply", "divide", "true_divide", "negative", "positive", "square"),
    *("reciprocal", "sum", "mean", "prod", "cumsum", "cumprod", "diff", "trace", "dot", "matmul", "inner"),
    *("outer", "kron", "tensordot", "convolve", "cross", "polyval", "array", "asarray", "concatenate"),
    *("stack", "vstack", "hstack", "column_stack", "reshape", "ravel", "transpose", "squeeze", "diagonal"),
    *("roll", "flip", "tile", "repeat", "zeros", "ones", "full", "eye", "identity", "arange", "linspace"),
    *("shape", "size", "ndim"),
))  # fmt: skip
_OTHERS = frozenset((
    *("sqrt", "cbrt", "power", "arctan", "arctan2", "arcsin", "arccos", "arcsinh", "arccosh", "arctanh"),
    *("hypot", "logaddexp", "logaddexp2", "abs", "absolute", "fabs", "sign", "maximum", "minimum", "max", "min"),
    *("amax", "amin", "where", "clip", "sort", "var", "std", "floor", "ceil", "less", "greater"),
))  # fmt: skip
_SPECIAL = frozenset((
    *("expit", "logit", "log_expit", "erf", "erfc", "erfinv", "gamma", "gammaln", "digamma", "ndtr", "log_ndtr"),
    *("xlogy", "xlog1py", "entr", "beta", "betaln", "j0", "j1", "i0", "i1"),
))  # fmt: skip
_BEHIND = frozenset(
    ("T", "copy", "flatten", "swapaxes", "linalg", "solve", "inv", "det", "pi", "e", "newaxis")
)
_OPERATORS = frozenset(("+", "-", "*", "/", "@", "[]"))
_DECISIONS = ("COMPARE_OP", "POP_JUMP", "JUMP", "TO_BOOL", "UNARY_NOT", "IS_OP")

_analytic = Whitelist(_ANALYTIC, _ANALYTIC | _BEHIND, _OPERATORS)
_arithmetic = Whitelist(
    _ANALYTIC | _OTHERS,
    _ANALYTIC | _OTHERS | _SPECIAL | _BEHIND | {"norm", "slogdet", "cholesky", "eigvalsh"},
    _OPERATORS | {"**"},
    _DECISIONS,
    ("scipy.special",),
)
_PIECES = frozenset((
    *("sqrt", "power", "arctan", "arcsin", "arccos", "arcsinh", "arccosh", "arctanh", "where", "maximum", "minimum"),
    *("max", "min", "amax", "amin", "sort", "clip", "zeros_like", "ones_like", "full_like"),
))  # fmt: skip
_pieces = Whitelist(
    _ANALYTIC | _PIECES,
    _ANALYTIC | _PIECES | _BEHIND | {"erf", "erfc"},
    _OPERATORS | {"**"},
    (*_DECISIONS, "STORE_SUBSCR", "STORE_SLICE"),
    ("scipy.special",),
    _analytic,
)


def arithmetic(f: Any) -> Proof | None:
    """The proof that f and all that it calls do nothing but compute and decide: no memory, not even a count of calls."""
    proof = _arithmetic.proof(f)
    return proof if proof is not None and not proof.counters else None


def pieces(f: Any) -> Proof | None:
    """The proof that f and all that it calls are analytic between the edges of decisions and the branch points of roots.

    Its `core` says that there are none of these: f is analytic.
    """
    return _pieces.proof(f)
