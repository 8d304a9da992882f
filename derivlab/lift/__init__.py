"""Lifting: hand a plain NumPy function the values of another library."""

from __future__ import annotations

import functools
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError, mend
from derivlab.lift.lifted import Lifted
from derivlab.lift.lines import told_at
from derivlab.lift.repoint import Repointer
from derivlab.lift.space import Space

SPACES = {"autograd": "AutogradSpace", "sympy": "SympySpace", "mpmath": "MpmathSpace"}


def space(name: str) -> Space:
    """A new, empty namespace by name; errors: unknown name."""
    if name not in SPACES:
        raise DerivativeError(f"cannot lift to {name!r}; choose one of {', '.join(SPACES)}.")
    return _space_class(name)()


@functools.cache
def _space_class(name: str) -> type[Space]:
    return getattr(import_module(f"derivlab.lift.{name}_space"), SPACES[name])


def function(f: Any) -> Callable:
    """f; errors: text, and what else is no function."""
    if isinstance(f, str):
        raise DerivativeError(f"{f!r} is text; dl.formula({f!r}) makes a function of it.")
    if not callable(f):
        raise DerivativeError(f"{f!r} is not a function; pass the function itself, without calling it.")
    return f


@dataclass(frozen=True)
class Bound:
    """A function of its first argument, the others fixed; it hands out a fresh copy of an array at each call."""

    f: Callable
    args: tuple = ()

    def __call__(self, x: Any) -> Any:
        return self.f(x.copy() if isinstance(x, np.ndarray) else x, *self.args)


def run(f: Callable, raw: Any, where: Space) -> Any:
    """f at the raw value `raw` of the namespace `where`, as a raw value.

    Where a lifted value meets plain data that it cannot be written into, f is run once more with all data lifted.
    """
    try:
        return _once(f, raw, where)
    except DerivativeError:
        if where.refusal is None or where.data:
            raise
        first = where.refusal
        where.refresh(data=True)
        try:
            return _once(f, raw, where)
        except Exception:
            raise first from None


def _once(f: Callable, raw: Any, where: Space) -> Any:
    repoint = Repointer(where)
    f, args = (f.f, f.args) if isinstance(f, Bound) else (f, ())
    try:
        out = repoint(f)(Lifted(where, raw), *map(repoint, args))
    except (DerivativeError, NotImplementedError):
        raise
    except Exception as error:
        if (cause := _refusal(error) or where.refusal) is not None:  # seen through compiled code that went on
            raise cause from None
        raise _blamed(f, args, where.plain(raw), where.name, error) from error
    finally:
        repoint.finish()
    if out is None:
        raise DerivativeError("f returns None; add a return statement.")
    if type(out) in (list, tuple) or (type(out) is not Lifted and isinstance(out, (list, tuple))):
        try:
            out = where.make_array(np.array, out)
        except ValueError as error:
            raise DerivativeError("f returns a ragged list; return rows of one length.") from error
    return where.raw(out)


def _refusal(error: BaseException | None) -> DerivativeError | None:
    while error is not None and not isinstance(error, DerivativeError):
        error = error.__cause__ or error.__context__
    return error


def _blamed(f: Callable, args: tuple, x: Any, name: str, error: Exception) -> DerivativeError:
    """Whether f fails by itself, or only here."""
    what = told_at(error)
    with np.errstate(all="ignore"):
        try:
            f(np.array(x, dtype=float) if np.ndim(x) else float(x), *args)
        except DerivativeError as own:
            return own
        except Exception as own:
            what = told_at(own)
            if not np.isnan(np.asarray(x, dtype=float)).any():  # as of symbols
                return DerivativeError(f"f fails at x by itself ({what}); {mend(f, own)}.")
    return DerivativeError(f"{name} cannot follow this function ({what}); use a numerical method.")


def lift(f: Callable, to: str) -> Callable:
    """The plain NumPy function f for values of another library: `"autograd"`, `"sympy"` or `"mpmath"`.

    SymPy's may be symbols, lists, arrays and matrices of them. Errors: `DerivativeError` for another name, where f is
    no function, where an operation cannot be followed, and where f decides on a symbol, which has no number.
    """
    space(to)

    @functools.wraps(function(f))
    def lifted(x: Any, /, *others: Any, **named: Any) -> Any:
        where = space(to)
        named = {name: where.entered(_nested(value)) for name, value in named.items()}
        x, *rest = (where.entered(_nested(value)) for value in (x, *others))
        x = where.make_array(np.array, x) if isinstance(x, (list, tuple)) else x
        out = run(Bound(functools.partial(f, **named) if named else f, tuple(rest)), where.raw(x), where)
        if where.refusal is not None:  # swallowed by what asked
            raise where.refusal
        return where.left(out)

    return lifted


class _Lift(types.ModuleType):
    """`derivlab.lift` is this package, and `derivlab.lift(f, to)` the function."""

    def __call__(self, f: Callable, to: str) -> Callable:
        return lift(f, to)

    __call__.__doc__ = lift.__doc__


sys.modules[__name__].__class__ = _Lift


def _nested(value: Any) -> Any:
    """A matrix of SymPy's or mpmath's as a list of rows, one of a single column as a vector."""
    if not (hasattr(value, "cols") and hasattr(value, "tolist")):
        return value
    rows = value.tolist()
    return [row[0] for row in rows] if value.cols == 1 else rows
