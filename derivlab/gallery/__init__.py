"""The gallery: functions in plain NumPy, each with a point and the derivative that is known there.

>>> from derivlab.gallery import case, cases
>>> case("sin").known()
array(0.76484219)
>>> len([c for c in cases() if c.x_size == 1]) > 50
True
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, TypeVar

import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, eq=False)
class Case:
    """A smooth function, a point, and the derivative that is known there.

    `x` is a number, a list or an array; `derivative` is a number, a nested tuple or an array of shape
    `f(x).shape + x.shape`, or a formula that gives it at any x. Numbers written out to 17 digits are central
    differences of an mpmath transcription at 60 digits. `source` names where a known test function is from.
    """

    name: str
    f: Callable[..., Any]
    x: Any
    derivative: Any
    topic: str
    source: str = ""

    @property
    def point(self) -> Any:
        """x as a float or a float64 array, as methods take it."""
        x = np.array(self.x, dtype=float)
        return x if x.ndim else float(x)

    @property
    def x_size(self) -> int:
        """How many numbers x holds."""
        return int(np.size(self.x))

    def known(self) -> np.ndarray:
        """The known derivative at x as a float64 array of shape `f(x).shape + x.shape`."""
        given = self.derivative
        return np.asarray(given(self.point) if callable(given) else given, dtype=float)


def quadratic(f: Callable, x: Any) -> np.ndarray:
    """The derivative of a function that is a polynomial of degree two at most on the piece around x.

    (f(x + te) - f(x - te)) / 2t is then exact for any t that stays on the piece; t = 1/64 keeps short binary
    fractions short.
    """
    t, size = 1 / 64, np.size(x)
    steps = np.eye(size).reshape(size, *np.shape(x)) * t
    columns = [np.subtract(f(x + step), f(x - step)) / (2 * t) for step in steps]
    return np.stack(columns, axis=-1).reshape(np.shape(columns[0]) + np.shape(x))


def elementwise(slope: Callable) -> Callable:
    """The Jacobian of a function that acts on each entry alone: `slope` on the diagonal, zero elsewhere."""
    return lambda x: np.diag(np.ravel(slope(x))).reshape(np.shape(x) * 2)


@dataclass(frozen=True)
class Topic:
    """A table of cases: `@case(x, derivative)` above a function adds a row, `case.table(...)` adds several."""

    name: str
    rows: list[Case] = field(default_factory=list)

    def __call__(
        self, x: Any, derivative: Any, source: str = "", name: str = ""
    ) -> Callable[[Function], Function]:
        """Add the decorated function at x; its name is the case's unless one is given."""

        def collect(f: Function) -> Function:
            known = partial(derivative, f) if derivative is quadratic else derivative
            self.rows.append(Case(name or f.__name__, f, x, known, self.name, source))
            return f

        return collect

    def table(self, *rows: tuple) -> None:
        """Add rows (name, f, x, derivative) or (name, f, x, derivative, source)."""
        for name, f, x, derivative, *source in rows:
            self(x, derivative, *source, name=name)(f)


@cache
def topics() -> dict[str, Topic]:
    """The table of each topic: a module of this package that has one, loaded when it is asked for."""
    modules = {m.name: import_module(f"{__name__}.{m.name}") for m in iter_modules(__path__)}
    tables = {name: getattr(module, "case", None) for name, module in modules.items()}
    return {name: table for name, table in tables.items() if isinstance(table, Topic)}


def cases(topic: str | None = None) -> Iterator[Case]:
    """All cases, or those of one topic; errors: KeyError for an unknown topic."""
    if topic is not None and topic not in topics():
        raise KeyError(f"there is no topic {topic!r}; choose one of {', '.join(topics())}")
    for name, table in topics().items():
        if topic in (None, name):
            yield from table.rows


def case(name: str) -> Case:
    """The case of that name; KeyError when there is none."""
    return {case.name: case for case in cases()}[name]
