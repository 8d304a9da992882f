"""Functions to descend on: those of the gallery, the caller's own, and formulas typed by a reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

from derivlab.errors import DerivativeError
from derivlab.formula import formula
from derivlab.gallery.surfaces import SURFACES, Surface, bowl, surface
from derivlab.panels.descent.choices import LINES, LOSSES
from derivlab.panels.own import named
from derivlab.reals import floats

TYPED = "x^2 + 4y^2 + 2sin(3x)"


class Functions:
    """Every surface by its name in the panel, each made once; the caller's own function comes first."""

    def __init__(self, f: Callable | None, domain: Any) -> None:
        ready = {s.name.replace("_", " "): s for s in SURFACES} | LINES
        self._known = _own(f, domain, {*ready, *LOSSES, "formula"}) | ready
        self.names = [*self._known, *(LOSSES if find_spec("sklearn") else ()), "formula"]
        self.flat = [name for name, found in self._known.items() if len(found.domain) == 1]
        domains = [found.domain for found in self._known.values()]
        self.reach = [_around([domain[i] for domain in domains if len(domain) > i]) for i in (0, 1)]
        self._made: dict[tuple, Surface] = {}

    def find(self, plain: dict) -> Surface:
        """The surface that settings ask for; errors: `DerivativeError`."""
        name = plain.get("surface", self.names[0])
        typed_, condition = plain.get("formula", TYPED), plain.get("condition", 10.0)
        key = (name, typed_ if name == "formula" else "", condition if name == "bowl" else 0.0)
        if key not in self._made:
            if len(self._made) > 200:
                self._made.clear()
            self._made[key] = self._make(*key)
        return self._made[key]

    def _make(self, name: str, text: str, condition: float) -> Surface:
        if name == "formula":
            return typed(text)
        if name == "bowl" and condition:
            return bowl(condition)
        return self._known[name] if name in self._known else surface(LOSSES.get(name, name))


def typed(text: str) -> Surface:
    """A formula of x, or of x and y, as a surface over (-3, 3); errors: `DerivativeError`."""
    found = formula(text)
    if not 1 <= len(found.variables) <= 2:
        raise DerivativeError(
            f"{text} has {len(found.variables)} variables; write a formula of one or two, such as x^2 + 3y^2."
        )
    two = len(found.variables) == 2
    f = (lambda x: found(x[0], x[1])) if two else found
    domain = ((-3.0, 3.0),) * len(found.variables)
    return Surface(
        text, f, lambda x: None, domain, (), (2.0, 1.5)[: len(domain)], 0.05, "", coordinates=found.variables
    )


def _around(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The interval from -10 to 10, and further where domains are larger."""
    return min(-10.0, *(low for low, _ in pairs)), max(10.0, *(high for _, high in pairs))


def _own(f: Callable | None, domain: Any, taken: set[str]) -> dict[str, Surface]:
    """The caller's function as a surface, under its name."""
    if f is None:
        return {}
    try:
        pairs = tuple((float(low), float(high)) for low, high in floats(domain, "domain").reshape(-1, 2))
        if not 1 <= len(pairs) <= 2:
            raise ValueError(len(pairs))
    except ValueError as error:
        raise DerivativeError(
            f"the domain {domain!r} is no (low, high) for each number, one or two; give one such as ((-3, 3), (-3, 3))."
        ) from error
    ((name, f),) = named(f, *pairs, taken=taken).items()
    start = tuple(low + 0.8 * (high - low) for low, high in pairs)
    return {
        name: Surface(
            name, f, lambda x: None, pairs, (), start, 0.05, "", coordinates=("x", "y")[: len(pairs)]
        )
    }
