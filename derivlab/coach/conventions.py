"""How a hand-written vjp wants to be called: x first or upstream first, with the inputs, the output or a cache."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

# What customary names of parameters say; letters that are used for several things say nothing.
ROLES: dict[Any, str] = {
    "upstream": "upstream g dout dy grad gradient grad_output grad_out grad_y g_out gout gy v u ct cotangent delta d_out d_y "
    "dl_dy dldy dl_dout dloss dl upstream_gradient output_gradient y_bar ybar adjoint seed out_grad up dz da ds dh dp d_z d_a error",
    "cache": "cache ctx context res residuals saved memo memory",
    "output": "y out output ans fx value result activation",
    0: "x z inp input inputs xs data",
}
KNOWN = {name: role for role, names in ROLES.items() for name in names.split()}


@dataclass(frozen=True)
class Way:
    """One way of calling: for each parameter the number of an input, or "upstream", "cache" or "output".

    A curried one returns a function of the upstream; a bare one knows no upstream, and what it returns is multiplied by it.
    The input `turned`, or the upstream, is handed over transposed, as an experiment.
    """

    slots: tuple[Any, ...]
    curried: bool = False
    bare: bool = False
    turned: Any = None

    def __call__(self, my: Callable, values: tuple, upstream: Any, output: Any, cache: Any) -> Any:
        """What my returns."""
        if self.turned is not None:
            matrix = upstream if self.turned == "upstream" else values[self.turned]
            values, upstream, cache = _transposed((values, upstream, cache), matrix)
        have = {"upstream": upstream, "output": output, "cache": cache}
        found = my(*(have[s] if isinstance(s, str) else values[s] for s in self.slots))
        return found(upstream) if self.curried and callable(found) else found

    def shown(self, name: str, inputs: tuple[str, ...]) -> str:
        """As it is written: `my_vjp(x, upstream)`."""
        words = ", ".join(s if isinstance(s, str) else inputs[s] for s in self.slots)
        return f"{name}({words})" + "(upstream)" * self.curried


def _transposed(found: Any, matrix: np.ndarray) -> Any:
    """The same with every array that is this matrix transposed."""
    if isinstance(found, np.ndarray):
        return found.T if np.array_equal(found, matrix) else found
    if isinstance(found, (tuple, list)):
        parts = [_transposed(part, matrix) for part in found]
        return type(found)(*parts) if hasattr(found, "_fields") else type(found)(parts)
    if isinstance(found, dict):
        return {key: _transposed(part, matrix) for key, part in found.items()}
    return found


def ways(my: Callable, inputs: tuple[str, ...], cached: bool, scalar: bool) -> list[Way]:
    """The ways that the number and the names of the parameters of `my` leave open, the likeliest first."""
    names, least = _parameters(my)
    return _open(names, least, inputs, cached, scalar) or _open(names and [""] * len(names), least, inputs, cached, scalar)  # fmt: skip


def _open(
    names: list[str] | None, least: int, inputs: tuple[str, ...], cached: bool, scalar: bool
) -> list[Way]:
    found: list[Way] = []
    for count in [len(inputs) + 1] if names is None else range(len(names), least - 1, -1):
        roles = [_role(n, inputs) for n in (names or [])[:count]]
        if None not in roles and roles.count("upstream") == 1 and len(set(roles)) == len(roles):
            return [Way(tuple(roles))]
        fitting = [w for w in _templates(count, len(inputs), cached, scalar) if _fits(w, roles)]
        found += [w for w in fitting if w not in found]
    return found


def _parameters(my: Callable) -> tuple[list[str] | None, int]:
    """Names of the positional parameters, and how many are needed; None where any number goes."""
    try:
        parameters = list(inspect.signature(my).parameters.values())
    except (TypeError, ValueError):
        return None, 0
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return None, 0
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return [p.name for p in positional], sum(p.default is p.empty for p in positional)


def _role(name: str, inputs: tuple[str, ...]) -> Any:
    """What a parameter is by its name; inputs of f go before customary names."""
    return inputs.index(name) if name in inputs else KNOWN.get(name.lower())


def _fits(way: Way, roles: list) -> bool:
    return all(role is None or role == slot for role, slot in zip(roles, way.slots, strict=False))


def _templates(count: int, inputs: int, cached: bool, scalar: bool) -> Iterator[Way]:
    """Everything that a function of so many parameters may mean."""
    every = tuple(range(inputs))
    if cached and count == 2:
        yield from (Way(("upstream", "cache")), Way(("cache", "upstream")))
    if 0 < count - 1 <= inputs:
        some = every[: count - 1]
        yield from (Way((*some, "upstream")), Way(("upstream", *some)))
    if count == 2:
        yield from (Way(("upstream", "output")), Way(("output", "upstream")))
    if count == inputs + 2:
        yield from (Way((*every, "output", "upstream")), Way(("upstream", *every, "output")))
        yield from (Way(("output", *every, "upstream")), Way(("upstream", "output", *every)))
    if count == 1:
        yield Way(("upstream",))
    if cached and count == 1:
        yield Way(("cache",), curried=True)
    if count == inputs:
        yield from (
            (Way(every, curried=True), Way(every, bare=True)) if scalar else (Way(every, curried=True),)
        )
    if count == inputs + 1:
        yield Way(("output", *every), curried=True)
