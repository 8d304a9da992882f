"""The caller's own function and the ranges that come with it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from numbers import Real
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.lift import function


def named(f: Callable | None, *ranges: tuple[Any, Any], taken: Collection[str] = ()) -> dict[str, Callable]:
    """f under a name that is not yet taken, nothing where there is none; errors: what is no function, and ranges without a width."""
    for low, high in ranges:
        if not (
            isinstance(low, Real) and isinstance(high, Real) and -np.inf < float(low) < float(high) < np.inf
        ):
            raise DerivativeError(f"{low!r} to {high!r} is no range; give two numbers, the lower one first.")
    if f is None:
        return {}
    name = getattr(f, "__name__", type(f).__name__)
    return {f"{name} (own)" if name in taken else name: function(f)}
