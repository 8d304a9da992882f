"""The unit in which steps are taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError

SMALLEST = 1e-300  # of a smaller x no fraction is a normal number


def magnitude(x: Any) -> np.ndarray:
    """|x| entry by entry, and 1 where x is 0 or so small that steps of a part of it would vanish."""
    size = np.abs(x)
    return size + (size < SMALLEST)


def least(x: np.ndarray) -> float:
    """The smallest magnitude."""
    return _extreme(x, min, np.min)


def greatest(x: np.ndarray) -> float:
    """The largest magnitude."""
    return _extreme(x, max, np.max)


def _extreme(x: np.ndarray, of_list: Callable, of_array: Callable) -> float:
    """Of a few numbers Python finds it quicker."""
    if x.size < 16:
        return of_list([abs(c) if abs(c) >= SMALLEST else 1.0 for c in x.tolist()])
    return of_array(magnitude(x))


def power_of_two(size: np.ndarray) -> np.ndarray:
    """The power of two at or below: x ± h is then exact for most h."""
    return np.ldexp(0.5, np.frexp(size)[1])


def given_steps(step: Any, x: np.ndarray, shape: tuple, finest: float = 1.0) -> np.ndarray:
    """The user's h, one for each coordinate; errors: not positive, not finite, h times `finest` lost in rounding."""
    try:
        h = np.broadcast_to(np.asarray(step, dtype=float), shape).ravel()
    except (TypeError, ValueError):
        h = np.array([np.nan])
    if not (np.all(np.isfinite(h)) and np.all(h > 0)):
        raise DerivativeError(
            f"the step {step} is not positive; give one such as 1e-6, an array like x, or None."
        )
    if np.any(x + h * finest == x):
        raise DerivativeError(f"x + h rounds to x with the step {step}; give a larger one.")
    return h
