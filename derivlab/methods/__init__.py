"""The methods by name; other packages add theirs through the entry-point group `derivlab.methods`."""

from __future__ import annotations

import functools
import sys
import types
import warnings
from importlib import import_module
from typing import Any

from derivlab.errors import DerivativeError

BUILT_IN = {
    "symbolic": "symbolic:Symbolic",
    "forward_difference": "numerical:ForwardDifference",
    "central_difference": "numerical:CentralDifference",
    "five_point": "numerical:FivePoint",
    "richardson": "numerical:Richardson",
    "complex_step": "numerical:ComplexStep",
    "forward": "automatic:Forward",
    "reverse": "automatic:Reverse",
    "program": "program:Program",
    "reference": "reference:Reference",
}


@functools.cache
def built_in(name: str) -> Any:
    """The method of that name with its default options."""
    module, kind = BUILT_IN[name].split(":")
    return getattr(import_module(f"derivlab.methods.{module}"), kind)()


@functools.cache
def plugins() -> dict[str, Any]:
    """Methods of other packages, looked up when first asked for."""
    from importlib.metadata import entry_points

    found = {}
    for entry in entry_points(group="derivlab.methods"):
        if entry.name in BUILT_IN:
            warnings.warn(
                f"the method {entry.name!r} of {entry.value} has a built-in's name; it is left out.",
                stacklevel=3,
            )
            continue
        try:
            made = entry.load()
            made = made() if isinstance(made, type) else made
            if not hasattr(made, "jacobian"):
                raise TypeError("it has no jacobian(f, x)")
            found[entry.name] = made
        except Exception as error:
            warnings.warn(
                f"the method {entry.name!r} of {entry.value} does not load ({type(error).__name__}: {error}); "
                "mend or remove that package.",
                stacklevel=3,
            )
    return found


def kind_of(method: Any) -> str:
    """The method's name, that of its class where it gives none."""
    return str(getattr(method, "name", type(method).__name__))


class MethodList(tuple):
    """The methods available here; prints as a table of what each is good for."""

    def __repr__(self) -> str:
        wide = max(len(kind_of(m)) for m in self)
        rows = ((kind_of(m), getattr(m, "family", "other"), getattr(m, "summary", "")) for m in self)
        return "\n".join(
            f"{name:<{wide}}  {family:<10}  {summary}".rstrip() for name, family, summary in rows
        )


def methods() -> MethodList:
    """The methods available here, each a frozen value with `name`, `family` and `summary`."""
    return MethodList([*(built_in(name) for name in BUILT_IN), *plugins().values()])


def resolve(method: Any) -> Any:
    """The method value for a name or a value; errors: unknown names."""
    if not isinstance(method, str):
        if not hasattr(method, "jacobian"):
            raise DerivativeError(
                f"{method!r} is no method; give a name such as 'reverse' or a value such as dl.CentralDifference()."
            )
        return method() if isinstance(method, type) else method
    if method in BUILT_IN:
        return built_in(method)
    if method in plugins():
        return plugins()[method]
    raise DerivativeError(
        f"there is no method {method!r}; choose one of {', '.join([*BUILT_IN, *plugins()])}."
    )


class _Methods(types.ModuleType):
    """`derivlab.methods` is this package, and `derivlab.methods()` the list."""

    def __call__(self) -> MethodList:
        return methods()

    __call__.__doc__ = methods.__doc__


sys.modules[__name__].__class__ = _Methods
