"""What a hand-written gradient of the gallery is: a function, a gradient, a point, and what is right to say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])

MISTAKES = (
    "sign", "missing factor", "factor 2", "transposed", "missing chain factor", "unsummed broadcast", "off by one power",
    "wrong coordinate order", "dropped term", "right only at this point", "no subgradient", "poor step", "not finite",
    "wrong shape", "no value", "raises", "mutates x", "random", "round-off", "unknown",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class HandWritten:
    """A gradient written by hand; `mistake` holds the honest names of what is wrong with it, () where it is right."""

    name: str
    f: Callable[..., Any]
    grad: Callable[..., Any]
    x: Any
    mistake: tuple[str, ...]
    topic: str
    says: str

    @property
    def right(self) -> bool:
        return not self.mistake


@dataclass(frozen=True)
class Shelf:
    """A heading that collects gradients: `@shelf(f, x, mistake, ...)` above a gradient adds it."""

    name: str
    gradients: list[HandWritten] = field(default_factory=list)

    def __call__(self, f: Callable[..., Any], x: Any, *mistake: str) -> Callable[[Function], Function]:
        """Add the decorated gradient; its name is the case's, its docstring says what is wrong."""

        def collect(grad: Function) -> Function:
            point = np.array(x, dtype=float) if isinstance(x, list) else x
            says = " ".join((grad.__doc__ or "").split())
            self.gradients.append(HandWritten(grad.__name__, f, grad, point, mistake, self.name, says))
            return grad

        return collect
