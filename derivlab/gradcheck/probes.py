"""Where to look at a function: points around a given one, or points that it takes at all."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.methods.output import as_output

SHAPES: tuple[tuple[int, ...], ...] = (
    (), (2,), (3,), (4,), (5,), (1,), *((n,) for n in range(6, 41)), (50,), (64,), (100,),
    (2, 2), (3, 3), (2, 3), (3, 2), (4, 4), (3, 4), (4, 3), (1, 1), (5, 5), (2, 2, 2), (3, 3, 3),
)  # fmt: skip

# Kinds of values: positive, of both signs, small, a distribution, beyond 1.
DRAWS: tuple[Callable, ...] = (
    lambda rng, shape: rng.uniform(0.3, 1.7, shape),
    lambda rng, shape: rng.normal(0.0, 1.2, shape),
    lambda rng, shape: rng.uniform(-0.9, 0.9, shape),
    lambda rng, shape: rng.dirichlet(np.ones(max(int(np.prod(shape)), 1))).reshape(shape),
    lambda rng, shape: rng.uniform(2.0, 6.0, shape),
)


SIDES = {3: "turned", 5: "drawn", 8: "drawn"}  # of the points around x; the others lie near
RADII = (0.3, 0.1, 0.03, 1e-2, 1e-3, 1e-5)
SEARCH = 5.0  # seconds for shapes that f takes
PATIENCE = 0.5  # seconds for f at a point that its author may never have thought of


@contextmanager
def stopping(seconds: float, lines: bool = True) -> Iterator[None]:
    """Python code inside ends with a TimeoutError after so long: a loop may never converge outside its domain.

    The clock is read at every line, or at every call only.
    """
    until, previous = time.perf_counter() + seconds, sys.gettrace()

    def watch(frame: Any, event: str, arg: Any) -> Any:
        if time.perf_counter() > until:
            raise TimeoutError("f does not end here")
        return watch if lines else None

    sys.settrace(watch)
    try:
        yield
    finally:
        sys.settrace(previous)


def taken(f: Callable, x: Any, seconds: float = PATIENCE) -> np.ndarray | None:
    """f(x) where it is a finite number or array of them and comes within the time, else None."""
    try:
        with np.errstate(all="ignore"), stopping(seconds):
            value = as_output(f(x))
    except Exception:
        return None
    return value if value.size and np.all(np.isfinite(value)) else None


def around(f: Callable, x: Any, count: int, rng: np.random.Generator) -> Iterator[tuple[Any, bool]]:
    """`count` points, x first, and whether each lies near; a few have other signs than x, if f is defined there."""
    start = time.perf_counter()
    shape = np.shape(as_output(f(x)))
    seconds = PATIENCE + 50 * (time.perf_counter() - start)
    yield x, True
    for k in range(1, count):
        side = SIDES.get(k, "near")
        near = side == "near"
        for radius in RADII[k % 2 :] if near else (0.5, 1.0):
            point = _moved(x, radius, side, rng)
            value = taken(f, point, seconds)
            if value is not None and value.shape == shape:
                yield point, near
                break


def _moved(x: Any, radius: float, side: str, rng: np.random.Generator) -> Any:
    """Each entry moved by up to `radius` of its size, or at about its size with its sign turned or drawn."""
    size, step = np.where(np.asarray(x) == 0, 1.0, np.abs(x)), radius * rng.uniform(0.2, 1.0, np.shape(x))
    sign = rng.choice([-1.0, 1.0], np.shape(x))
    if side == "near":
        point = x + sign * step * size
    else:
        sign = np.where(np.asarray(x) > 0, -1.0, 1.0) if side == "turned" else sign
        point = sign * (1.0 + step - 0.5 * radius) * size
    return point if np.ndim(x) else np.float64(point)


def found(f: Callable, fits: Callable, rng: np.random.Generator) -> list[tuple[int, ...]]:
    """One or two shapes of x that f takes and for which `fits(x, f(x))`, where f is one number if possible. Errors: none."""
    start = time.perf_counter()
    taking: list[tuple[bool, bool, tuple[int, ...]]] = []
    fitting: list[tuple[bool, tuple[int, ...]]] = []
    for shape in SHAPES:
        for x in drawn(f, shape, 1, rng):
            value = taken(f, x)
            out = None if value is None else value.shape
            taking.append((out != (), shape == (), shape))
            if fits(x, value):
                fitting.append((out != (), shape))
        enough = [s for several, s in fitting if not several and len(s) < 2]
        if len(enough) > 1 or (taking and time.perf_counter() - start > SEARCH):
            break
    if not taking:
        raise DerivativeError(
            "f takes no number, no vector of up to 100 numbers and no small matrix by itself; give x, a point where "
            "f is defined (and args= for further arguments)."
        )
    single = [shape for several, shape in fitting if not several]
    if single:
        return single[:1] + [shape for shape in single[1:] if len(shape) == 1][:1]
    return [min(fitting)[1] if fitting else min(taking)[2]]


def drawn(f: Callable, shape: tuple[int, ...], count: int, rng: np.random.Generator) -> Iterator[Any]:
    """Up to `count` random points of that shape where f is finite."""
    left = count
    for k in range(3 * len(DRAWS) * count):
        if not left:
            return
        point = DRAWS[k % len(DRAWS)](rng, shape)
        point = point if shape else np.float64(point)
        if taken(f, point) is not None:
            left -= 1
            yield point


def given(points: Iterable, shape: tuple[int, ...] | None) -> list[Any]:
    """The user's own points; errors: shapes that differ from that of x, no numbers."""
    out = []
    for point in points:
        try:
            p = np.array(point, dtype=float)
        except (TypeError, ValueError) as error:
            raise DerivativeError("points holds something that is no array of numbers; give arrays like x.") from error  # fmt: skip
        if not np.all(np.isfinite(p)):
            raise DerivativeError("points holds NaN or infinite numbers; give finite ones.")
        if shape is not None and p.shape != shape:
            raise DerivativeError(f"a point has the shape {p.shape}, and x the shape {shape}; give them the same.")  # fmt: skip
        out.append(p if p.ndim else np.float64(p))
    if not out:
        raise DerivativeError("points is empty; give at least one, or a number of points.")
    return out
