"""A rule of an operation on plain arrays: its maps, and the arguments that it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograd.core import primitive_jvps, primitive_vjps
from autograd.extend import defjvp, defvjp, primitive

from derivlab.lift.maps import MAPS


@dataclass(frozen=True)
class Direct:
    """`fun` on plain arguments, all by position; `arguments` brings what was written into that form, or gives None.

    `edge(z, *arguments)` says whether an argument sits where two branches meet. Of the arguments the first `most` may
    be traced; with `sequence` they are the entries of the one that was written.
    """

    fun: Callable
    arguments: Callable[..., tuple | None]
    edge: Callable[..., Any] | None = None
    most: int = 1
    sequence: bool = False


DIRECT: dict[str, Direct] = {}


@primitive
def _linear(g: Any, there: Callable, back: Callable) -> Any:
    return there(g)


defvjp(_linear, lambda _, g, there, back: lambda u: _linear(u, back, there), argnums=(0,))
defjvp(_linear, lambda u, _, g, there, back: _linear(u, there, back), argnums=(0,))


class Each:
    """One map for each place of an operation of any number of arrays."""

    def __init__(self, make: Callable):
        self.make = make

    def __getitem__(self, k: int) -> Callable:
        return self.make(k)

    def __len__(self) -> int:
        return 64  # more than an operation of NumPy takes


def add(
    key: str,
    fun: Callable,
    arguments: Callable,
    pulls: Any,
    pushes: Any,
    edge: Callable | None = None,
    sequence: bool = False,
) -> None:
    """A rule, also where the tangent itself carries an outer derivative."""
    MAPS[fun] = (pulls, pushes)
    DIRECT[key] = Direct(fun, arguments, edge, len(pulls), sequence)

    def maps(k: int, z: Any, args: tuple) -> tuple[Callable, Callable]:
        return lambda g: pulls[k](g, z, *args), lambda g: pushes[k](g, z, *args)

    def pull(argnums: tuple, z: Any, args: tuple, _: dict) -> Callable:
        return lambda g: [_linear(g, *maps(k, z, args)) for k in argnums]

    def push(argnums: tuple, tangents: list, z: Any, args: tuple, _: dict) -> Any:
        return sum(_linear(g, *maps(k, z, args)[::-1]) for k, g in zip(argnums, tangents, strict=True))

    primitive_vjps[fun], primitive_jvps[fun] = pull, push
