"""What is descended: f and its gradient at columns of points, with counts of what was evaluated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.lift import Bound
from derivlab.methods import resolve
from derivlab.methods.batch import FAILURES, same
from derivlab.methods.output import as_output
from derivlab.verbs import hessian, prepare

KEPT = 32  # points whose value or gradient a line search may ask for again
GOLDEN = 0.6180339887498949


class Columns:
    """A function of a point, of output shape `out`, at columns (n, B): in one call where that is shown to be the same."""

    def __init__(self, call: Callable, shape: tuple[int, ...], out: tuple[int, ...]):
        self.call, self.shape, self.out = call, shape, out
        self.failure: Exception | None = None
        self._together: bool | None = None

    def __call__(self, x: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            return self.at_once(x) if self.together(x) else self.one_by_one(x)

    def together(self, x: np.ndarray) -> bool:
        """Whether one call takes all columns, shown at scattered points beside them."""
        if x.shape[1] < 2:
            return False
        if self._together is None:
            spread = (np.arange(1.0, x.size + 1) * GOLDEN % 1.0).reshape(x.shape)
            near = x + 1e-3 * (spread - 0.5) * np.where(x == 0, 1.0, np.abs(x))
            try:
                with np.errstate(all="ignore"):
                    found = self.at_once(near)
                    self._together = all(
                        same(found[:, k], self.one_by_one(near[:, [k]])[:, 0]) for k in {0, 1, x.shape[1] - 1}
                    )
            except Exception:
                self._together = False
        return self._together

    def at_once(self, x: np.ndarray) -> np.ndarray:
        found = as_output(self.call(x.reshape(*self.shape, -1).copy()))
        if found.shape != (*self.out, x.shape[1]):
            raise ValueError("f is not elementwise in its columns")
        return found.reshape(-1, x.shape[1])

    def one_by_one(self, x: np.ndarray) -> np.ndarray:
        if x.shape[1] == 1:
            return self._one(x[:, 0])[:, None]
        return np.stack([self._one(column) for column in x.T], axis=-1)

    def _one(self, column: np.ndarray) -> np.ndarray:
        try:
            found = as_output(self.call(point(column, self.shape)))
        except DerivativeError:
            raise
        except FAILURES as error:  # outside its domain f may as well fail as be NaN
            self.failure = error
            return np.full(int(np.prod(self.out)), np.nan)
        if found.shape != self.out:
            raise DerivativeError(
                f"a value of shape {found.shape} came where {self.out} is needed; return one number from f, "
                "and from a gradient as many as x has."
            )
        return found.ravel()


def point(column: np.ndarray, shape: tuple[int, ...]) -> Any:
    """A column (n,) as the function takes it: a number, or a fresh array of that shape."""
    return column.reshape(shape).copy() if shape else float(column[0])


class Problem:
    """f, its gradient by any method or callable, and where to start; `x` holds the B starting points as columns (n, B)."""

    def __init__(
        self,
        f: Callable,
        start: Any,
        gradient: Any = "reverse",
        batch: bool | None = None,
        args: tuple = (),
        copies: int = 0,
    ):
        self.bound, start = prepare(f, start, args)
        self.batch = np.ndim(start) == 2 if batch is None else bool(batch and np.ndim(start))
        rows = np.asarray(start, dtype=float) if self.batch else np.asarray(start, dtype=float)[None]
        self.shape: tuple[int, ...] = rows.shape[1:]
        self.x = rows.reshape(len(rows), -1).T.copy()
        if copies:
            self.x, self.batch = _copied(self.x, copies), True
        self.f = Columns(self.bound, self.shape, ())
        self.method = (
            resolve(gradient) if isinstance(gradient, str) or hasattr(gradient, "jacobian") else None
        )
        self.own = None if self.method else Columns(_callable(gradient), self.shape, self.shape)
        self.gradient_calls = self.value_calls = 0
        self._values: dict[bytes, float] = {}
        self._gradients: dict[bytes, np.ndarray] = {}

    @property
    def size(self) -> int:
        """How many runs there are."""
        return self.x.shape[1]

    def one(self, k: int) -> Any:
        """The starting point of run k, as f takes it."""
        return point(self.x[:, k], self.shape)

    def public(self, columns: np.ndarray) -> Any:
        """Columns (n, B) in the shape of the start: its own, or (B, ...) for a batch."""
        rows = columns.T.reshape(-1, *self.shape)
        return rows if self.batch else rows[0] if self.shape else float(rows[0])

    def values(self, x: np.ndarray) -> np.ndarray:
        """f at columns, shape (B,); not finite outside the domain."""
        return self.f(x)[0]

    def gradients(self, x: np.ndarray, running: np.ndarray) -> tuple[np.ndarray, dict[int, str]]:
        """Gradients (n, B) of the running columns, the others NaN, and why a column has none."""
        if self.own is not None and running.all():
            return self.own(x), {}
        out, refusals, which = np.full(x.shape, np.nan), {}, np.flatnonzero(running)
        if self.own is not None:
            out[:, which] = self.own(x[:, which])
        elif (found := self._swept(x[:, which])) is not None:
            out[:, which] = found
        else:
            for k in map(int, which):
                try:
                    out[:, k] = self._slope(x[:, k])
                except DerivativeError as error:
                    refusals[k] = str(error)
        return out, refusals

    def _swept(self, x: np.ndarray) -> np.ndarray | None:
        """All gradients in one backward sweep, or None where the columns have to be seen one by one."""
        sweep = getattr(self.method, "vjp", None)
        if sweep is None or not self.f.together(x):
            return None
        try:
            found = sweep(self.bound, x.reshape(*self.shape, -1), np.ones(x.shape[1]))
        except DerivativeError:  # one of the columns has no derivative
            return None
        return np.asarray(found.value).reshape(x.shape)

    def _slope(self, column: np.ndarray) -> np.ndarray:
        assert self.method is not None
        found = np.asarray(self.method.jacobian(self.bound, point(column, self.shape)).value)
        if found.size != column.size:
            raise DerivativeError("f returns an array, and descending needs one number; sum the output.")
        return found.ravel()

    def value(self, x: np.ndarray) -> float:
        """f at one column (n, 1), infinite where it is not finite; counted, and kept for a while."""
        key = x.tobytes()
        if key not in self._values:
            self.value_calls += 1
            found = float(self.values(x)[0])
            _keep(self._values, key, found if np.isfinite(found) else np.inf)
        return self._values[key]

    def gradient(self, x: np.ndarray) -> np.ndarray:
        """The gradient at one column (n, 1), NaN where there is none; counted, and kept for a while."""
        key = x.tobytes()
        if key not in self._gradients:
            self.gradient_calls += 1
            _keep(self._gradients, key, self.gradients(x, np.array([True]))[0])
        return self._gradients[key]

    def remember(self, x: np.ndarray, value: float, gradient: np.ndarray) -> None:
        """Keep what is known of the point where a run is."""
        _keep(self._values, x.tobytes(), value)
        _keep(self._gradients, x.tobytes(), gradient)

    def hessian(self, x: np.ndarray) -> np.ndarray:
        """Second derivatives (n, n) at one column (n, 1), by the gradient's method; counted as n gradients."""
        self.gradient_calls += len(x)
        found = hessian(self.bound, point(x[:, 0], self.shape), self.method or "reverse")
        return np.asarray(found, dtype=float).reshape(len(x), len(x))


def _keep(memo: dict, key: bytes, value: Any) -> None:
    memo[key] = value
    while len(memo) > KEPT:
        del memo[next(iter(memo))]


def _copied(x: np.ndarray, copies: int) -> np.ndarray:
    if x.shape[1] not in (1, copies):
        raise DerivativeError(
            f"there are {x.shape[1]} starting points and {copies} rates; give one start, or as many as rates."
        )
    return np.tile(x, copies) if x.shape[1] == 1 else x


def _callable(gradient: Any) -> Callable:
    if not callable(gradient):
        raise DerivativeError(
            f"gradient={gradient!r} is neither a method's name nor a function; write gradient='reverse' or a "
            "function of x."
        )
    return Bound(gradient)
