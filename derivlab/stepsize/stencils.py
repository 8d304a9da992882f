"""Difference quotients as tables of offsets and weights, with their truncation and rounding errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError


@dataclass(frozen=True)
class Stencil:
    """A quotient Σ c_k f(x + o_k h) / h: truncation `constant` · |f^(order+1)| · h^order."""

    name: str
    offsets: tuple[complex, ...]
    weights: tuple[float, ...]
    order: int
    constant: float

    def quotient(self, line: Callable, h: float) -> Any:
        """The slope with step h; `line(t)` is f(x + t v)."""
        return sum(c * line(o * h) for o, c in zip(self.offsets, self.weights, strict=True)) / h

    def rounding(self, sigma: float, _: float) -> tuple[float, float]:
        """Coefficient R and floor of the rounding error R / h, where each value of f is off by σ at random."""
        return sigma * float(np.linalg.norm(self.weights)), 0.0


@dataclass(frozen=True)
class Imaginary(Stencil):
    """Im f(x + ih) / h: nothing is subtracted, so that rounding does not grow as h shrinks."""

    def quotient(self, line: Callable, h: float) -> np.ndarray:
        value = np.asarray(line(1j * h))
        if value.dtype.kind != "c":
            raise DerivativeError("f does not keep complex numbers.")
        return value.imag / h

    def rounding(self, sigma: float, slope: float) -> tuple[float, float]:
        return 0.0, slope


# Taylor's remainders: f''h/2, f'''h²/6, f⁽⁵⁾h⁴/30, f'''h²/6.
STENCILS = {
    s.name: s
    for s in (
        Stencil("forward_difference", (1.0, 0.0), (1.0, -1.0), 1, 1 / 2),
        Stencil("central_difference", (1.0, -1.0), (0.5, -0.5), 2, 1 / 6),
        Stencil("five_point", (1.0, -1.0, 2.0, -2.0), (2 / 3, -2 / 3, -1 / 12, 1 / 12), 4, 1 / 30),
        Imaginary("complex_step", (1j,), (1.0,), 2, 1 / 6),
    )
}
SHORT = {"forward": "forward_difference", "central": "central_difference", "complex": "complex_step", "five-point": "five_point"}  # fmt: skip


def stencil(name: str) -> Stencil:
    """The stencil of that name; errors: unknown names."""
    found = STENCILS.get(SHORT.get(name, name))
    if found is None:
        raise DerivativeError(f"there is no stencil {name!r} to sweep; choose among {', '.join(STENCILS)}.")
    return found
