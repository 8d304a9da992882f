"""Evaluating f at many points: in one call where f is shown to take a batch, itself or lifted, else one by one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.lift import Bound
from derivlab.methods.analytic import arithmetic
from derivlab.methods.layouts import LAYOUTS, SURE, TRIALS, WORTHWHILE, Known, direct, known_of, same
from derivlab.methods.output import FLOATS, as_output, called, failed_beside, finite, resolution
from derivlab.methods.scale import magnitude

FEW = 8  # points, never worth a call for all
BLOCK = 2**17  # numbers in one block: 1 MB
# Of f outside its domain; LinAlgError is a ValueError.
FAILURES = (ArithmeticError, ValueError, LookupError, AssertionError, RuntimeError)
GOLDEN = (0.6180339887498949, 0.4142135623730951)


class OtherShape(DerivativeError):
    """A mask, say, that other entries pass beside x."""

    def __init__(self, here: tuple, there: tuple):
        super().__init__(f"f returns shape {here} at x and {there} beside it; keep it the same.")


class Points:
    """f around x, counting calls; `base` is f(x) flattened, `out` its shape, `eps` its rounding unit.

    NumPy's warnings are for those who make it to silence.
    """

    def __init__(self, f: Callable, x: Any):
        # Points are fresh arrays: no second copy.
        self.f = f.f if type(f) is Bound and not f.args else f
        whole = np.array(x, dtype=float)
        self.shape, self.x, self.count = whole.shape, whole.ravel(), 1
        self.failure: Exception | None = None
        self.known = Known()
        self._looked_up = self._tried = False
        value = called(self.f, whole.copy() if self.shape else float(whole))
        array = as_output(value)
        self.eps, self.out, self.base = resolution(value), array.shape, array.ravel()
        if not finite(array):
            raise DerivativeError("f(x) is not finite; x lies outside the domain of f.")

    def notes(self) -> tuple[str, ...]:
        return () if self.eps < 1e-15 else (f"f returns single precision (rounding unit {self.eps:.0e})",)

    def steady(self, times: int) -> bool:
        """Whether f at x, evaluated again so many times, is what it was, but for a little noise."""
        near = 1e-6 * np.max(np.abs(self.base), initial=0.0)
        return all(np.all(np.abs(self.single(self.x.copy()) - self.base) <= near) for _ in range(times))

    def shifted(self, index: Any, value: Any, forgive: bool = False) -> np.ndarray:
        """Values (B, m) at points that equal x but for one coordinate; `forgive` makes failures NaN."""
        if self.batches(len(index)):
            found = self._in_blocks(np.asarray(index), np.asarray(value))
            if found is not None:
                return found
        return self._one_by_one(index, value, forgive)

    def forgiven(self, index: Any, value: Any) -> np.ndarray:
        """The same, NaN where f fails."""
        return self.shifted(index, value, forgive=True)

    def at(self, points: np.ndarray, forgive: bool = False) -> np.ndarray:
        """Values (B, m) at the rows of `points`."""
        if self.batches(len(points)):
            found = self._blocks(points)
            if found is not None:
                return found
        return np.array([self.single(p.copy(), forgive) for p in points]).reshape(len(points), self.base.size)

    def single(self, fresh: np.ndarray, forgive: bool = False) -> np.ndarray:
        """f (m,) at a flat array, which f may change."""
        self.count += 1
        try:
            found = as_output(self.f(fresh.reshape(self.shape) if self.shape else fresh.item()))
            if found.shape != self.out:
                raise OtherShape(self.out, found.shape)
        except FAILURES as error:
            self.failure = failed_beside(error)
            if not forgive:
                raise self.failure from error
            return np.full(self.base.size, np.nan)
        return found.ravel()

    def _one_by_one(self, index: Any, value: Any, forgive: bool) -> np.ndarray:
        f, x, shape, out = self.f, self.x, self.shape, self.out
        index = index if type(index) is list else index.tolist()
        value = value if type(value) is list else value.tolist()
        flat, found = len(shape) == 1, []
        for i, v in zip(index, value, strict=True):
            if shape:
                point = x.copy()
                point[i] = v
                v = point if flat else point.reshape(shape)
            try:
                value_there = f(v)
                if out or type(value_there) not in FLOATS:
                    value_there = as_output(value_there)
                    if value_there.shape != out:
                        raise OtherShape(out, value_there.shape)
            except FAILURES as error:
                self.failure = failed_beside(error)
                if not forgive:
                    raise self.failure from error
                value_there = np.full(out, np.nan)
            found.append(value_there)
        self.count += len(index)
        return np.array(found).reshape(len(index), self.base.size)

    def _in_blocks(self, index: np.ndarray, value: np.ndarray) -> np.ndarray | None:
        size = max(BLOCK // max(self.x.size, self.base.size), 8)
        if index.size <= size:
            return self._block(self.moved(index, value))
        parts = [slice(k, k + size) for k in range(0, index.size, size)]
        return self._gather(self.moved(index[part], value[part]) for part in parts)

    def moved(self, index: np.ndarray, value: np.ndarray) -> np.ndarray:
        """Points as rows, x itself first; laid out so that `columns` takes them without a copy."""
        table = np.empty((self.x.size, index.size + 1), dtype=value.dtype)
        table[:] = self.x[:, None]
        table[index, np.arange(1, index.size + 1)] = value
        return table.T

    def _blocks(self, points: np.ndarray) -> np.ndarray | None:
        size = max(BLOCK // max(self.x.size, self.base.size), 8)
        parts = range(0, len(points), size)
        return self._gather(np.concatenate([self.x[None], points[k : k + size]]) for k in parts)

    def _gather(self, blocks: Iterable[np.ndarray]) -> np.ndarray | None:
        found = []
        for points in blocks:
            part = self._block(points)
            if part is None:
                return None
            found.append(part)
        return found[0] if len(found) == 1 else np.concatenate(found)

    def _block(self, points: np.ndarray) -> np.ndarray | None:
        """One call for all rows; x itself must come out the same, and one more row where f may be more than arithmetic."""
        assert self.layout is not None
        middle = (len(points) + 1) // 2
        one = None if self.layout is direct else points[middle].copy()
        found = self._call(self.layout, points)
        if found is not None:
            self.count += len(points)
            with contextlib.suppress(*FAILURES):
                if same(found[0], self.base) and (one is None or same(found[middle], self.single(one))):
                    return found[1:]
        self._tried = True
        self.known.fail()
        return None

    def _call(self, layout: Callable, points: np.ndarray) -> np.ndarray | None:
        """f at all rows of `points` in one call, or None where it fails or returns another shape."""
        try:
            return layout(self, points)
        except Exception:
            return None

    @property
    def layout(self) -> Callable | None:
        """How one call of f takes many points, where that was shown."""
        return self.known.layout

    def batches(self, size: int) -> bool:
        """Whether `size` points go in one call."""
        if size < FEW:
            return False
        if not self._looked_up:
            self.known, self._looked_up = known_of(self.f, self.shape, self.out), True
        known = self.known
        if size >= WORTHWHILE and not (known.searched or self._tried or known.failures >= TRIALS):
            self._tried, known.searched, known.layout = True, True, None
            known.layout = self._found()
            if known.layout is None:
                known.fail()
        elif known.layout is None and known.failures < len(SURE) and arithmetic(self.f):
            known.layout, known.least = SURE[known.failures], 0.0
        return known.layout is not None and size >= known.least

    def cheap(self, size: int) -> bool:
        """Whether `size` points are known to go in one call, which costs more than they."""
        return size > FEW and self.batches(min(size, WORTHWHILE - 1))

    def _found(self) -> Callable | None:
        """The layout in which f takes batches, shown at x and two points far from it and from each other."""
        for reach in (0.5, 1e-3):
            points, answers = self._probes(reach), 0
            for layout in LAYOUTS:
                self.known.least = WORTHWHILE
                found = self._call(layout, points)
                if found is None:
                    continue
                self.count, answers = self.count + len(points), answers + 1
                if finite(found) and self._shown(points, found):
                    return layout
            if not answers:
                break
        return None

    def _probes(self, reach: float) -> np.ndarray:
        """x between scattered points, as many as make no dimension of x or f(x)."""
        extra = next(k for k in range(3, 9) if k not in (*self.shape, *self.out))
        spread = (
            np.arange(1.0, self.x.size + 1)[None] * GOLDEN[0] + np.arange(extra)[:, None] * GOLDEN[1]
        ) % 1.0
        points = self.x + reach * (spread - 0.5) * magnitude(self.x)
        points[1] = self.x
        return points

    def _shown(self, points: np.ndarray, found: np.ndarray) -> bool:
        try:
            alone = [self.single(points[k].copy()) for k in (0, 2)]
        except FAILURES:
            return False
        differ = not (same(alone[0], self.base) or same(alone[0], alone[1]))
        return differ and same(found[1], self.base) and same(found[0], alone[0]) and same(found[2], alone[1])
