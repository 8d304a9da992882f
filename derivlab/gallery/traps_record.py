"""What a trap is: a function and a point at which some method is wrong, with the right verdict beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

TRUSTS = ("value", "undefined", "unreliable", "rejected")

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, eq=False)
class Trap:
    """A function, a point, and the verdict that is right there.

    `trust` is one of `TRUSTS`; `kind` holds every kind that is an honest name for the reason. `value` is
    the true derivative, of shape `f(x).shape + x.shape`. Where there is none, `left` and `right` are the
    limits of (f(x+h) - f(x)) / h for h below and above zero, one coordinate at a time: infinite for a
    singular slope, None where they do not exist. `also` names further answers for `trust` that may be
    defended, `line` is a piece of the source line responsible.
    """

    name: str
    f: Callable[..., Any]
    x: Any
    trust: str
    kind: tuple[str, ...]
    topic: str
    says: str
    value: Any = None
    left: Any = None
    right: Any = None
    also: tuple[str, ...] = ()
    line: str | None = None


@dataclass(frozen=True)
class Topic:
    """A heading that collects traps: `@topic(x, trust, kind, ...)` above a function adds one."""

    name: str
    traps: list[Trap] = field(default_factory=list)

    def __call__(
        self, x: Any, trust: str, *kind: str, name: str = "", says: str = "", **truth: Any
    ) -> Callable[[Function], Function]:
        """Add the decorated function as a trap; its name and its docstring are the trap's unless given."""

        def collect(f: Function) -> Function:
            point = np.array(x, dtype=float) if isinstance(x, list) else x
            kinds = kind or ("agree",)
            self.traps.append(
                Trap(name or f.__name__, f, point, trust, kinds, self.name, says or f.__doc__ or "", **truth)
            )
            return f

        return collect
