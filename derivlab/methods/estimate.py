"""What a method returns: a derivative and what it cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Estimate:
    """A derivative with its cost.

    `value` has the shape `f(x).shape + x.shape`; `evaluations` counts evaluations of f, a batch of B points as B;
    `error` estimates the absolute error of each entry, where the method can tell.
    """

    value: np.ndarray
    evaluations: int
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    error: np.ndarray | None = None
