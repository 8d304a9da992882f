"""Whether a derivative found by following f is one of f: edges of branches, hidden state, and lost dependence."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.methods.output import as_output, beside, evaluated
from derivlab.methods.scale import magnitude


def verified(
    f: Callable, x: Any, value: np.ndarray, followed: Any, depends: bool, where: Any
) -> tuple[str, ...]:
    """Notes on the derivative `value` found in the namespace `where`, in which f had the value `followed`.

    Errors: sides that disagree at an edge; another value when f is run again.
    """
    if where.edges or not depends:
        return (confirm(f, x, value, where.edges),)
    if (where.doubts or where.detours) and not _again(f, x, followed, _more(where.doubts)):
        raise DerivativeError(
            "f gives another value when it is run again (randomness, hidden state, a cast, or a look at types); "
            "make f depend on the numbers in x only."
        )
    if where.detours and contradicted(f, x, value, np.ravel(followed)):
        raise DerivativeError(OTHER_WAY)
    return ()


OTHER_VALUE = (
    "f gives another value when it is run again (randomness or hidden state); make f depend on x only."
)
OTHER_WAY = (
    "differences beside x settle on another slope: f goes another way there (a look at types, an exception that it "
    "handles, an iteration that stops early, or memory); make f depend on the numbers in x only."
)


def along(f: Callable, x: Any, v: Any) -> Callable:
    """The function t -> f(x + t v)."""
    return lambda t: f(x + t * v if np.ndim(x) else float(x + t * v))


def contradicted(f: Callable, x: Any, value: np.ndarray, base: Any = None, flat_too: bool = True) -> bool:
    """Whether f beside x speaks against the slopes `value`: memory, a jump, or differences that settle on others.

    `base` is f(x). Two steps in a row must find one slope along a random direction, not 0 unless `flat_too`.
    """
    flat, slopes = np.ravel(x), []
    v = _slanted(flat.size) * magnitude(flat)
    claim = value.reshape(-1, flat.size) @ v

    def at(t: float) -> np.ndarray:
        point = (flat + t * v).reshape(np.shape(x))
        return as_output(evaluated(f, point if np.ndim(x) else float(point))).ravel()

    try:
        if base is None:
            base = at(0.0)
        quick, rounding = (at(1e-6) - base) / 1e-6, 1e-14 * np.abs(base) / 1e-6
        if np.all(np.abs(quick - claim) <= 1e-3 * np.abs(claim) + rounding):
            return False
        for h in (1e-6, 1e-7, 1e-6, 1e-7):
            up, down = at(h), at(-h)
            slopes.append((up - down) / (2 * h))
            rounding = 1e-14 * (np.abs(up) + np.abs(down)) / h
            if np.all(np.abs(slopes[-1] - claim) <= 1e-3 * np.abs(claim) + rounding):
                return False
            if len(slopes) > 1 and _settled_elsewhere(slopes[-2], slopes[-1], claim, rounding, flat_too):
                return True
        return not np.all(np.abs(at(0.0) - base) <= 1e-8 * np.abs(base))
    except DerivativeError:
        return False


@functools.lru_cache(maxsize=32)
def _slanted(n: int) -> np.ndarray:
    return np.random.default_rng(1).uniform(0.5, 1.0, n)


def _settled_elsewhere(before: Any, last: Any, claim: Any, rounding: Any, flat_too: bool) -> bool:
    alike = np.abs(last - before) <= 1e-3 * np.abs(last) + rounding * flat_too
    alike &= flat_too | (np.abs(last) > 4 * rounding)
    return bool(np.any(alike & (np.abs(last - claim) > 1e-2 * np.abs(claim) + 4 * rounding)))


def _more(doubts: set[str]) -> int:
    """Runs that show what one may not: a coin that falls on the same side, an argument that is written to."""
    return 6 if "chance" in doubts else int("constant arrays" in doubts)


def _again(f: Callable, x: Any, followed: Any, more: int = 0) -> bool:
    """Whether f run again, and `more` times, has the value that was followed, up to rounding."""
    own = as_output(evaluated(f, x))
    if _same(followed, own):
        return all(_same(own, as_output(evaluated(f, x))) for _ in range(more))
    if np.shape(followed) != own.shape:
        return False
    if not all(np.array_equal(own, as_output(evaluated(f, x))) for _ in range(1 + more)):
        return False
    return all_rounding(f, x, followed, own)


def all_rounding(f: Callable, x: Any, followed: Any, own: np.ndarray) -> bool:
    """Whether f changes as much among the numbers next to x as the value that was followed is away from its own."""
    # Near a flat point a gradient is all rounding: as much as f changes among the numbers next to x.
    unit = np.finfo(float).eps * np.max(np.abs(x), initial=0.0)
    points = (x + k * unit for k in (-2.0, -1.0, 1.0, 2.0))
    near = np.stack([as_output(evaluated(f, p if np.ndim(p) else float(p))) for p in points])
    return bool(np.max(np.abs(followed - own)) <= 8 * np.max(np.ptp(near, axis=0)))


def _same(ours: Any, own: np.ndarray) -> bool:
    near = 1e-9 * np.abs(own) + 1e-12 * np.max(np.abs(own), initial=0.0)
    return np.shape(ours) == own.shape and not np.any(np.abs(ours - own) > near)


def confirm(f: Callable, x: Any, value: np.ndarray, edges: list[str]) -> str:
    """Compare with differences along random directions from both sides, at shrinking steps; raise where they disagree."""
    rng = np.random.default_rng(1)
    flat, base = np.ravel(x), as_output(evaluated(f, x))
    matrix = value.reshape(base.size, flat.size)
    cause = (
        f"a branch sits exactly on its edge ({edges[0]}) and differences beside x disagree with it: no derivative, or a special case, here."
        if edges
        else "the result does not depend on x through operations that can be followed, and yet differences beside x are not 0: "
        "a cast, a look at types or a rounded copy cuts x off; use NumPy operations on x itself."
    )
    for _ in range(3):
        v = rng.uniform(0.3, 1.0, flat.size) * rng.choice([-1.0, 1.0], flat.size) * magnitude(flat)
        claim = matrix @ v
        for side in (1.0, -1.0):
            errors = []
            for h in (1e-3, 1e-4, 1e-5, 1e-6):
                point = (flat + side * h * v).reshape(np.shape(x))
                with np.errstate(all="ignore"):
                    moved = as_output(beside(f, point if np.ndim(x) else float(point)))
                slope = side * (moved - base).ravel() / h
                errors.append(np.max(np.abs(slope - claim), initial=0.0))
            size = np.max(np.abs(claim), initial=0.0) + np.max(np.abs(slope), initial=0.0)
            rounding = 1e-15 * np.max(np.abs(base), initial=0.0) / 1e-6
            if not min(errors) <= max(1e-6 * size, 0.05 * errors[0], 4 * rounding):
                raise DerivativeError(cause)
    return (
        f"on an edge ({edges[0]}), confirmed from both sides"
        if edges
        else "does not depend on x, confirmed by differences"
    )
