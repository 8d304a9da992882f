"""Symbolic derivatives by SymPy, evaluated with forty digits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.lift import Bound, function, run, space
from derivlab.lift.nested import further
from derivlab.methods.estimate import Estimate
from derivlab.methods.output import as_output, evaluated
from derivlab.methods.verification import verified
from derivlab.reals import floats

SECONDS = 10.0  # for writing a formula out
WRITTEN = 2_000  # operations; longer formulas are never written out
_BESIDE = "the formula of the derivative has no finite value at x; it holds beside x only."


@dataclass(frozen=True)
class Expression:
    """The SymPy expressions of f, valid on the branch taken at x.

    `expressions` has the shape of f(x), `symbols` that of x; `valid_on` names decisions that sat on an edge.
    """

    expressions: np.ndarray
    symbols: np.ndarray
    valid_on: tuple[str, ...] = ()

    @property
    def expression(self) -> Any:
        """The single expression of a scalar function, or the array of them."""
        return self.expressions[()] if self.expressions.ndim == 0 else self.expressions

    def derivative(self) -> np.ndarray:
        """All first derivatives: expressions in the shape `f(x).shape + x.shape`.

        Formulas of more than `WRITTEN` operations keep their common parts shared, and nothing is simplified.
        """
        import sympy

        from derivlab.methods.shared_parts import slope

        differentiate = sympy.diff if self._short else slope
        out = np.empty(self.expressions.shape + self.symbols.shape, dtype=object)
        for i in np.ndindex(self.expressions.shape):
            for j in np.ndindex(self.symbols.shape):
                out[i + j] = differentiate(self.expressions[i], self.symbols[j])
        return out

    @property
    def _short(self) -> bool:
        from derivlab.methods.shared_parts import lengths

        found = lengths(self.expressions.flat)
        return sum(found[e] for e in self.expressions.flat) <= WRITTEN

    @property
    def operations(self) -> dict[str, int]:
        """Numbers of operations of f and f', written out and with common subexpressions shared."""
        count = _counted if self._short else _counted_part_by_part
        counts = {}
        for name, terms in (("f", self.expressions), ("derivative", self.derivative())):
            counts[name], counts[f"{name}_shared"] = count(list(terms.flat))
        return counts

    def _repr_latex_(self) -> str:
        import sympy

        return f"$\\displaystyle {sympy.latex(self.expression if self.expressions.ndim == 0 else sympy.Array(self.expressions.tolist()))}$"

    def __repr__(self) -> str:
        return str(self.expression if self.expressions.ndim == 0 else self.expressions.tolist())


def _counted(terms: list) -> tuple[int, int]:
    import sympy

    shared, rest = sympy.cse(terms)
    parts = [sympy.count_ops(t) for t in (*(t for _, t in shared), *rest)]
    return int(sum(sympy.count_ops(t) for t in terms)), int(sum(parts))


def _counted_part_by_part(terms: list) -> tuple[int, int]:
    from derivlab.methods.shared_parts import lengths, shared

    found = lengths(terms)
    return sum(found[t] for t in terms), shared(terms)


def expression(f: Callable, x: Any, args: tuple = ()) -> Expression:
    """The SymPy expression of f on the branch taken at x.

    x is a number or an array, `args` are further arguments of f; one expression for each entry of f(x), with a symbol
    for each of x. Errors: `DerivativeError` for operations that SymPy cannot follow, and for expression swell.
    """
    from derivlab.lift.patience import within

    bound, at = Bound(function(f), further(args)), floats(x, "x")
    if not at.size:
        raise DerivativeError("x is empty; pass at least one number.")
    found = within(SECONDS, lambda: _expression(bound, at))
    if found is None:
        raise DerivativeError(
            f"the formula takes longer than {SECONDS:g} s to write out (expression swell); use reverse for its values, or dl.tape to look at it."
        )
    return found[0]


def _expression(f: Bound, x: Any, graph: bool = False) -> tuple[Expression, Any, Any]:
    """Written out, or large parts as a graph; the number it has at x, and the namespace with what it noted."""
    from derivlab.lift.sympy_space import expressions, symbols

    x = np.asarray(x, dtype=float)
    terms, where = symbols(x if x.ndim else float(x), graph), space("sympy")
    followed = run(f, terms, where)
    out = expressions(followed)
    names = np.empty(np.shape(x), dtype=object)
    for place in np.ndindex(names.shape):
        names[place] = (terms[place] if names.ndim else terms).expr
    return (
        Expression(out, names, tuple(where.edges)),
        where.concrete(np.asarray(followed, dtype=object)),
        where,
    )


@dataclass(frozen=True)
class Symbolic:
    """Expression, derivative, value: exact on the branch taken, at the price of expression swell.

    `limit` is how many parts the formula may have.
    """

    limit: int = 20_000
    name: ClassVar[str] = "symbolic"
    family: ClassVar[str] = "symbolic"
    summary: ClassVar[str] = "a formula to read; exact, but grows fast with the program"

    def __post_init__(self) -> None:
        if not (isinstance(self.limit, Real) and self.limit > 0):
            raise DerivativeError(
                f"limit={self.limit!r} is no positive number of parts; give one such as 20000."
            )

    def jacobian(self, f: Bound, x: Any) -> Estimate:
        if np.size(x) > 200:
            raise DerivativeError(f"{np.size(x)} symbols are too many for formulas; use reverse.")
        from derivlab.methods.expression_graph import Graph

        found, followed, where = _expression(f, x, graph=True)
        if not (np.isfinite(followed).all() or np.isfinite(as_output(evaluated(f, x))).all()):
            raise DerivativeError("f(x) is not finite; x lies outside the domain of f.")
        numbers = dict(zip(found.symbols.flat, np.ravel(x).tolist(), strict=True))
        graph = Graph(numbers, self.limit)
        try:
            rows = [list(graph.slopes(e)) for e in found.expressions.flat]
        except DerivativeError:
            raise
        except (ZeroDivisionError, ValueError) as error:  # a pole
            raise DerivativeError(_BESIDE) from error
        value = np.array(rows).reshape(found.expressions.shape + found.symbols.shape)
        if not np.all(np.isfinite(value)):
            raise DerivativeError(_BESIDE)
        where.edges += graph.edges
        depends = any(graph.depends[e] for e in found.expressions.flat)
        notes = verified(f, x, value, followed, depends, where)
        return Estimate(value, 1, notes=(f"{len(graph.values)} distinct subexpressions", *notes))
