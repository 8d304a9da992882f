"""A function of several inputs at one point: its value, its cache, and its true vjp."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.gradcheck.truth import Oracle
from derivlab.lift.lines import told_at
from derivlab.lift.objects import Wrapped
from derivlab.methods.automatic import Reverse
from derivlab.methods.output import as_output


@dataclass(frozen=True)
class Slot(Wrapped):
    """f as a function of its input `index`, the others fixed; with an upstream, the number Σ upstream · f."""

    values: tuple
    index: int
    cached: bool = False
    upstream: Any = None

    def __call__(self, v: Any) -> Any:
        before, after = copied(self.values[: self.index]), copied(self.values[self.index + 1 :])
        out = self.f(*before, v, *after)
        out = out[0] if self.cached else out
        return out if self.upstream is None else np.sum(out * self.upstream)


@dataclass(frozen=True)
class Entries(Slot):
    """The number Σ upstream · f as a function of a few entries of its input `index`."""

    entries: tuple[int, ...] = ()

    def put(self, v: Any) -> Any:
        """The whole input with these entries; written without an assignment, so that it can be followed."""
        x = self.values[self.index]
        rest, places = np.array(x, dtype=float), np.zeros((len(self.entries), np.size(x)))
        rest.flat[list(self.entries)] = 0.0
        places[range(len(self.entries)), self.entries] = 1.0
        return rest + np.reshape(v @ places, np.shape(x))

    def __call__(self, v: Any) -> Any:
        return super().__call__(self.put(v))


@dataclass(frozen=True)
class Joint(Wrapped):
    """f of one flat vector that holds the inputs `which`, the others fixed."""

    values: tuple
    which: tuple[int, ...]
    cached: bool = False

    def __call__(self, flat: Any) -> Any:
        values, at = list(copied(self.values)), 0
        for k in self.which:
            size, shape = np.size(self.values[k]), np.shape(self.values[k])
            values[k] = np.reshape(flat[at : at + size], shape) if shape else flat[at]
            at += size
        out = self.f(*values)
        return out[0] if self.cached else out


def copied(values: tuple) -> tuple:
    """The inputs, arrays among them as fresh copies."""
    return tuple(v.copy() if isinstance(v, np.ndarray) else v for v in values)


@dataclass(frozen=True, eq=False)
class Problem:
    """f, its inputs with their names, and whether f returns (value, cache).

    `upstreams` are those to begin with; `only` says that no others ever come, as the 1 above a loss.
    """

    f: Callable
    values: tuple
    names: tuple[str, ...]
    cached: bool
    floats: tuple[int, ...]  # the inputs that have derivatives
    upstreams: tuple[np.ndarray, ...] = ()
    only: bool = False
    lines: bool = True  # whether f is code of the user's, whose lines are named

    @property
    def numbers(self) -> tuple[int, ...]:
        """The inputs that are real numbers, those without a gradient among them, as targets."""
        return tuple(k for k, v in enumerate(self.values) if isinstance(v, (np.ndarray, np.float64)) and v.dtype.kind == "f")  # fmt: skip

    @property
    def title(self) -> str:
        """The name of f, "f" where it has none."""
        name = getattr(getattr(self.f, "f", self.f), "__name__", "f")
        return "f" if name == "<lambda>" else name

    def forward(self, values: tuple) -> tuple[np.ndarray, Any, Any]:
        """The value as an array, as f gave it, and the cache."""
        with np.errstate(all="ignore"):
            out = self.f(*copied(values))
        raw, cache = (out[0], out[1] if len(out) == 2 else out[1:]) if self.cached else (out, None)
        return as_output(raw), raw, cache

    def slot(self, i: int, values: tuple, upstream: Any = None) -> Slot:
        """f of its input i."""
        return Slot(self.f, values, i, self.cached, upstream)

    def vjp(self, i: int, values: tuple, upstream: np.ndarray) -> tuple[np.ndarray, bool]:
        """upstream times the derivative by input i, and whether f has a kink there or cannot be followed."""
        f, x, shape = self.slot(i, values), values[i], np.shape(values[i])
        with np.errstate(all="ignore"):
            try:
                return np.asarray(Reverse().vjp(f, x, upstream).value).reshape(shape), False
            except DerivativeError as error:
                try:
                    return self._otherwise(i, values, upstream)
                except DerivativeError:
                    raise error from None

    def _otherwise(self, i: int, values: tuple, upstream: np.ndarray) -> tuple[np.ndarray, bool]:
        """By autograd's convention at a kink, else by 100 digits or extrapolation."""
        f, x = self.slot(i, values), values[i]
        try:
            return np.asarray(Reverse("convention").vjp(f, x, upstream).value).reshape(np.shape(x)), True
        except DerivativeError:
            return Oracle(self.slot(i, values, upstream))(x).value.reshape(np.shape(x)), True


def problem(f: Callable, x: Any, args: tuple) -> Problem:
    """f at its inputs; errors: `DerivativeError` where f does not run there, or gives nothing finite."""
    if not callable(f):
        raise DerivativeError(f"{f!r} is not a function; pass the function itself, without calling it.")
    several = isinstance(x, tuple) and not args and _takes(f, len(x))
    given = x if several else (x, *args)
    values = tuple(_number(v, first=k == 0) for k, v in enumerate(given))
    out, failure = _run(f, values)
    if failure is not None and np.asarray(given[0]).dtype.kind in "iu":  # indices, not numbers
        values = (np.asarray(given[0]), *values[1:])
        out, failure = _run(f, values)
    if failure is not None:
        raise DerivativeError(f"f fails at x by itself ({told_at(failure)}); call it once at x and mend that first.") from failure  # fmt: skip
    cached = isinstance(out, tuple) and len(out) > 1
    again, _ = _run(f, values)
    value, second = (as_output(o[0] if cached else o) for o in (out, again))
    if value.shape != second.shape or not np.allclose(value, second, rtol=1e-6, atol=0.0, equal_nan=True):
        raise DerivativeError("f gives another value when it is called again (random numbers, hidden state); fix its seed, or pass what is random as an input.")  # fmt: skip
    if not np.all(np.isfinite(value)):
        raise DerivativeError("f(x) is not finite; give a point in the domain of f.")
    floats = tuple(k for k, v in enumerate(values) if isinstance(v, (np.ndarray, np.float64)) and v.dtype.kind == "f")  # fmt: skip
    if not floats:
        raise DerivativeError("f has no input of real numbers here; pass x as floats.")
    return Problem(f, values, _names(f, len(values)), cached, floats, lines=not isinstance(f, np.ufunc))


def _run(f: Callable, values: tuple) -> tuple[Any, Exception | None]:
    try:
        with np.errstate(all="ignore"):
            return f(*copied(values)), None
    except Exception as error:
        return None, error


def _takes(f: Callable, count: int) -> bool:
    """Whether f takes so many inputs, and not one."""
    try:
        signature = inspect.signature(f)
        signature.bind(*range(count))
    except (TypeError, ValueError):
        return False
    needed = [p for p in signature.parameters.values() if p.default is p.empty and p.kind <= p.POSITIONAL_OR_KEYWORD]  # fmt: skip
    return len(needed) > 1


def _number(value: Any, first: bool) -> Any:
    """Real numbers as float64; whole numbers too where they are x. Everything else is handed on as it is."""
    if isinstance(value, (bool, str, bytes, dict, type(None))) or callable(value):
        return value
    try:
        array = np.array(value)
    except ValueError:
        return value
    if array.dtype.kind == "c" or not array.size:
        raise DerivativeError("an input of f is complex or empty; pass real numbers.")
    if array.dtype.kind == "f" or (first and array.dtype.kind in "iu"):
        array = array.astype(float)
        if not np.all(np.isfinite(array)) and first:
            raise DerivativeError("x has entries that are NaN or infinite; pass finite numbers.")
        return array if array.ndim else np.float64(array)
    return value


def _names(f: Callable, count: int) -> tuple[str, ...]:
    try:
        parameters = inspect.signature(f).parameters.values()
        names = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    except (TypeError, ValueError):
        names = []
    names += ["x" if k == 0 else f"args[{k - 1}]" for k in range(len(names), count)]
    return tuple(names[:count])
