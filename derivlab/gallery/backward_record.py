"""What a backward function of the gallery is: a function, a vjp, inputs, and what is right to say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, eq=False)
class Backward:
    """A vjp written by hand for `f(*inputs)`; `mistake` holds the honest names of what is wrong, () where it is right.

    `of` names the inputs whose gradients are wrong, () where it is none by itself.
    """

    name: str
    f: Callable[..., Any]
    vjp: Callable[..., Any]
    inputs: tuple[Any, ...]
    mistake: tuple[str, ...]
    of: tuple[str, ...]
    topic: str
    says: str

    @property
    def right(self) -> bool:
        return not self.mistake


@dataclass(frozen=True)
class BackwardShelf:
    """A heading that collects backward functions: `@shelf(f, (x, W), "sign", of="W")` above one adds it."""

    name: str
    cases: list[Backward] = field(default_factory=list)

    def __call__(
        self, f: Callable[..., Any], inputs: tuple, *mistake: str, of: str = ""
    ) -> Callable[[Function], Function]:
        """Add the decorated vjp; its name is the case's, its docstring says what is wrong."""

        def collect(vjp: Function) -> Function:
            given = tuple(np.array(v) if isinstance(v, list) else v for v in inputs)
            says = " ".join((vjp.__doc__ or "").split())
            self.cases.append(
                Backward(vjp.__name__, f, vjp, given, mistake, tuple(of.split()), self.name, says)
            )
            return vjp

        return collect
