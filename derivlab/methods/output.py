"""What f may return: a number or an array of real numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError, mend
from derivlab.lift.lines import told_at

FLOATS = (float, np.float64)
EPS = float(np.finfo(np.float64).eps)
_COARSER = {np.dtype(kind): float(np.finfo(kind).eps) for kind in (np.float32, np.float16)}


def as_output(value: Any) -> np.ndarray:
    """The value of f as a float64 array; errors: None, text, ragged, complex or object values."""
    if type(value) in FLOATS:
        return np.array(value)
    if value is None:
        raise DerivativeError("f returns None; add a return statement.")
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise DerivativeError("f returns a ragged list; return rows of one length.") from error
    if not array.size:
        raise DerivativeError("f returns an empty array; return at least one number.")
    if array.dtype.kind == "c":
        raise DerivativeError(
            "f returns complex numbers; return np.real(...), np.abs(...) or both parts as an array."
        )
    if array.dtype.kind not in "fiub":
        raise DerivativeError(
            f"f returns {type(value).__name__}, which is no real number or array; return one."
        )
    return array.astype(float)


def finite(a: np.ndarray) -> bool:
    """Whether all entries are finite."""
    if type(a) is np.ndarray and a.size <= 2:  # Python's numbers are quicker
        return all(map(math.isfinite, a.ravel().tolist()))
    fine = np.isfinite(a)
    return np.count_nonzero(fine) == fine.size


def evaluated(f: Callable, x: Any) -> Any:
    """f at a copy of x; errors: f fails there by itself."""
    with np.errstate(all="ignore"):
        return called(f, x.copy() if isinstance(x, np.ndarray) else x)


def called(f: Callable, x: Any) -> Any:
    """f at x; errors: f fails there by itself."""
    try:
        return f(x)
    except DerivativeError:
        raise
    except Exception as error:
        raise DerivativeError(f"f fails at x by itself ({told_at(error)}); {mend(f, error)}.") from error


def failed_beside(error: Exception) -> Exception:
    """What to raise where f fails at a point next to x."""
    if isinstance(error, DerivativeError):
        return error
    return DerivativeError(
        f"f fails beside x ({told_at(error)}); move x to where f is defined on both sides."
    )


def beside(f: Callable, x: Any) -> Any:
    """f at a point next to the one that matters; errors: f fails there."""
    try:
        return f(x)
    except Exception as error:
        raise failed_beside(error) from error


def resolution(value: Any) -> float:
    """The rounding unit of what f returns: coarser than float64's where it returns float32 or float16."""
    return _COARSER.get(getattr(value, "dtype", None), EPS)  # type: ignore[arg-type]
