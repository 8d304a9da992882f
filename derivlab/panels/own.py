"""The caller's own function and the ranges that come with it."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.verbs import function


def named(f: Callable | None, *ranges: tuple[Any, Any]) -> dict[str, Callable]:
    """f under its name, nothing where there is none; errors: what is no function, and ranges without a width."""
    for low, high in ranges:
        if not (
            isinstance(low, Real) and isinstance(high, Real) and -np.inf < float(low) < float(high) < np.inf
        ):
            raise DerivativeError(f"{low!r} to {high!r} is no range; give two numbers, the lower one first.")
    return {} if f is None else {getattr(f, "__name__", "f"): function(f)}
