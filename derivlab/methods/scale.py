"""The unit in which steps are taken."""

from __future__ import annotations

from typing import Any

import numpy as np

SMALLEST = 1e-300  # of a smaller x no fraction is a normal number


def magnitude(x: Any) -> np.ndarray:
    """|x| entry by entry, and 1 where x is 0 or so small that steps of a part of it would vanish."""
    size = np.abs(x)
    return np.where(size < SMALLEST, 1.0, size)
