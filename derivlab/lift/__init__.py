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

from derivlab.errors import DerivativeError, mend, told
from derivlab.lift.lifted import Lifted
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
    what = told(error)
    with np.errstate(all="ignore"):
        try:
            f(np.array(x, dtype=float) if np.ndim(x) else float(x), *args)
        except DerivativeError as own:
            return own
        except Exception as own:
            what = told(own)
            return DerivativeError(f"f fails at x by itself ({what}); {mend(f, own)}.")
    return DerivativeError(f"{name} cannot follow this function ({what}); use a numerical method.")


def lift(f: Callable, to: str) -> Callable:
    """The plain NumPy function f for values of another library: `"autograd"`, `"sympy"` or `"mpmath"`."""
    space(to)

    def lifted(*args: Any) -> Any:
        where = space(to)
        return (
            run(Bound(f, args[1:]), _enter(args[0], to), where) if to != "sympy" else _leave(f, args, where)
        )

    return lifted


class _Lift(types.ModuleType):
    """`derivlab.lift` is this package, and `derivlab.lift(f, to)` the function."""

    def __call__(self, f: Callable, to: str) -> Callable:
        return lift(f, to)

    __call__.__doc__ = lift.__doc__


sys.modules[__name__].__class__ = _Lift


def _enter(value: Any, to: str) -> Any:
    return np.array(value, dtype=object) if isinstance(value, (list, tuple)) and to == "mpmath" else value


def _leave(f: Callable, args: tuple, where: Space) -> Any:
    from derivlab.lift.sympy_space import Term, expressions

    def entered(v: Any) -> Any:
        return Term(v, float("nan")) if hasattr(v, "free_symbols") else v

    first = args[0]
    if isinstance(first, (list, tuple, np.ndarray)):
        flat = np.empty(len(first), dtype=object)
        flat[:] = [entered(v) for v in first]
        first = flat
    else:
        first = entered(first)
    out = expressions(run(Bound(f, args[1:]), first, where))
    return out if out.ndim else out[()]
