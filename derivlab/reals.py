"""Input as arrays of real numbers, or an error that says what it is instead."""

from __future__ import annotations

from typing import Any

import numpy as np

from derivlab.errors import DerivativeError


def floats(values: Any, name: str) -> np.ndarray:
    """A fresh array of floats; errors: text, complex numbers, ragged rows."""
    try:
        found = np.asarray(values)
        # NumPy would drop an imaginary part with no more than a warning, and read "1.5".
        if found.dtype.kind in "cUS":
            raise TypeError(found.dtype)
        return found.astype(float)
    except (TypeError, ValueError) as error:
        raise DerivativeError(f"{name} is no array of real numbers; pass floats.") from error
