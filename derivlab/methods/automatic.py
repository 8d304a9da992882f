"""Automatic derivatives by autograd: forward and reverse mode."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import autograd.numpy as anp
import numpy as np

from derivlab.errors import DerivativeError
from derivlab.lift import run, space
from derivlab.lift.autograd_space import Trace, isbox, plain
from derivlab.methods.estimate import Estimate
from derivlab.methods.output import as_output, finite
from derivlab.methods.verification import along, verified


def trace(f: Callable, x: Any, tangent: Any = None) -> tuple[Any, Any]:
    """Run f on autograd's boxes; the trace and the namespace with what it noted."""
    where = space("autograd")
    try:
        with np.errstate(all="ignore"):
            found = Trace(lambda box: run(f, box, where), x, tangent)
    except NotImplementedError as error:
        if tangent is not None:
            raise
        raise DerivativeError(
            f"autograd has no rule for an operation of f ({error}); use a numerical method."
        ) from error
    if not finite(as_output(plain(found.value))):
        raise DerivativeError("f(x) is not finite; x lies outside the domain of f.")
    return found, where


def plain_value(found: Any) -> Any:
    """The value of a trace without any boxes."""
    return plain(found.value)


def pull(found: Any, seed: Any) -> Any:
    """The adjoint of x; errors: an infinite slope, and operations whose rule autograd lacks or gets wrong."""
    try:
        return found.pull(seed)
    except ZeroDivisionError as error:
        raise DerivativeError(
            "the slope is infinite here (a root or a division at zero); move x away from the edge of the domain."
        ) from error
    except (NotImplementedError, TypeError, ValueError, AttributeError, IndexError) as error:
        if isinstance(error, DerivativeError):
            raise
        raise DerivativeError(
            f"autograd has no working rule for an operation of f ({str(error).rstrip('.')}); use a numerical method."
        ) from error


_ONE = (np.float64(1.0),)


@dataclass(frozen=True)
class _Automatic:
    """`kinks="refuse"` raises where a branch sits on its edge and the sides disagree; `"convention"` lets it pass."""

    kinks: str = "refuse"
    family: ClassVar[str] = "automatic"

    def __post_init__(self) -> None:
        if self.kinks not in ("refuse", "convention"):
            raise DerivativeError(
                f"kinks={self.kinks!r} is neither 'refuse' nor 'convention'; write one of them."
            )

    def _verified(
        self, f: Callable, x: Any, value: np.ndarray, where: Any, found: Any, followed: Any = None
    ) -> tuple[str, ...]:
        if not finite(value):
            raise DerivativeError(
                "the automatic derivative is not finite: a singular slope, or a branch that np.where masked; keep the masked branch in its domain."
            )
        # A value that still carries an outer derivative is judged there.
        if hasattr(found.value, "_value") or self.kinks == "convention":
            return ()
        followed = found.value if followed is None else followed
        return verified(f, x, value, followed, found.depends, where)


@dataclass(frozen=True)
class Reverse(_Automatic):
    """One backward sweep for each output (Speelpenning 1980; autograd).

    `kinks="refuse"` raises where a branch sits on its edge and the sides disagree; `"convention"` lets it pass.
    """

    name: ClassVar[str] = "reverse"
    summary: ClassVar[str] = "exact to rounding, one sweep whatever the number of inputs: gradients"

    def jacobian(self, f: Callable, x: Any) -> Estimate:
        found, where = trace(f, x)
        shape = np.shape(plain(found.value))
        rows = []
        if found.depends:
            size = math.prod(shape)
            with np.errstate(all="ignore"):
                for seed in np.eye(size).reshape(size, *shape) if shape else _ONE:
                    rows.append(pull(found, seed))
        return _finish(self, f, x, rows, shape, found, where)

    def vjp(self, f: Callable, x: Any, u: Any) -> Estimate:
        """u, of the shape of f(x), times the Jacobian: one backward sweep."""
        found, where = trace(f, x)
        shape = np.shape(plain_value(found))
        if np.shape(u) != shape:
            raise DerivativeError(
                f"v has the shape {np.shape(u)}, and f(x) the shape {shape}; give them the same."
            )
        if not found.depends:
            return Estimate(
                np.zeros(np.shape(x)),
                1,
                notes=self._verified(f, x, np.zeros(shape + np.shape(x)), where, found),
            )
        with np.errstate(all="ignore"):
            value = _array(pull(found, u if shape else np.float64(u)))
        if isbox(value) or hasattr(found.value, "_value"):
            return Estimate(value, 1)
        if where.edges or where.detours:  # judged as the function u · f, whose gradient this is
            followed = np.sum(u * found.value)
            notes = self._verified(lambda t: np.sum(u * as_output(f(t))), x, value, where, found, followed)
        else:
            notes = self._verified(f, x, value, where, found)
        return Estimate(value, 1, notes=notes)


@dataclass(frozen=True)
class Forward(_Automatic):
    """One forward sweep for each input (Wengert 1964; autograd).

    `kinks="refuse"` raises where a branch sits on its edge and the sides disagree; `"convention"` lets it pass.
    """

    name: ClassVar[str] = "forward"
    summary: ClassVar[str] = "exact to rounding, one sweep for each input: few inputs, many outputs"

    def jacobian(self, f: Callable, x: Any) -> Estimate:
        columns, flat, seen = [], np.eye(max(int(np.size(x)), 1)), set()
        try:
            for row in flat:
                found, where = trace(f, x, row.reshape(np.shape(x)) if np.shape(x) else _ONE[0])
                columns.append(_tangent(found))
                seen |= where.detours
        except ZeroDivisionError as error:
            raise DerivativeError(
                "the slope is infinite here (a root or a division at zero); move x away from the edge of the domain."
            ) from error
        except NotImplementedError:
            # autograd knows no forward rule for an operation: the transpose of reverse is the same matrix.
            estimate = Reverse(self.kinks).jacobian(f, x)
            return Estimate(
                estimate.value,
                estimate.evaluations,
                notes=("an operation has no forward rule: transposed reverse",),
            )
        full = np.shape(plain(found.value)) + np.shape(x)
        if any(map(isbox, columns)):
            return Estimate(anp.reshape(anp.stack(columns, axis=-1), full), len(flat))
        value, where.detours = np.stack(columns, axis=-1).reshape(full), seen
        return Estimate(value, len(flat), notes=self._verified(f, x, value, where, found))

    def jvp(self, f: Callable, x: Any, v: Any) -> Estimate:
        """The Jacobian times v: one forward sweep."""
        try:
            found, where = trace(f, x, v if np.shape(x) else np.float64(v))
            value = _tangent(found)
        except NotImplementedError:
            estimate = Reverse(self.kinks).jacobian(f, x)
            return Estimate(np.tensordot(estimate.value, v, axes=np.ndim(x)), 1, notes=estimate.notes)
        if isbox(value):
            return Estimate(value, 1)
        if (
            where.edges or where.detours or not found.depends
        ):  # judged as the function t -> f(x + t v), whose slope this is
            notes = self._verified(along(f, x, v), 0.0, value, where, found)
        else:
            notes = self._verified(f, x, value, where, found)
        return Estimate(value, 1, notes=notes)


def _tangent(found: Any) -> Any:
    """The tangent of the output, a box where it carries an outer derivative."""
    return _array(found.tangent()) if found.depends else np.zeros(np.shape(plain(found.value)))


def _array(value: Any) -> Any:
    return value if isbox(value) else np.asarray(value)


def _finish(method: Any, f: Callable, x: Any, rows: list, shape: tuple, found: Any, where: Any) -> Estimate:
    full = shape + np.shape(plain(x))
    if any(isbox(r) for r in rows):
        return Estimate(anp.reshape(anp.stack(rows), full), 1)
    rows = rows or [np.zeros(full)]
    value = np.asarray(rows if shape else rows[0], dtype=float).reshape(full)
    return Estimate(value, 1, notes=method._verified(f, x, value, where, found))
