"""Descents that a panel has made, kept for the next look at them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from derivlab.descent import Descent, descend, section, stability
from derivlab.errors import DerivativeError
from derivlab.gallery.surfaces import Surface
from derivlab.panels.descent.choices import LIGHT, LONGEST, OPTIMISERS, RATES

MOST = 600  # records kept


class Runs:
    """Descents by optimiser and settings; where an optimiser takes a batch, all rates of the slider run at once."""

    def __init__(self) -> None:
        self._kept: dict[Any, Any] = {}

    def descent(self, found: Surface, name: str, at: SimpleNamespace) -> Descent:
        """The descent of one optimiser."""
        optimiser = OPTIMISERS[name](at)
        light = at.plain["surface"] in LIGHT and at.rate in RATES and not at.noise
        if not light or not _rated(optimiser):
            return self._once((optimiser, _key(found, at)), lambda: _run(found, optimiser, at))
        every = self._every(found, optimiser, at, RATES)
        return self._once((optimiser, "one", _key(found, at)), lambda: every._one(RATES.index(at.rate)))

    def by_rate(
        self, found: Surface, name: str, at: SimpleNamespace, evaluations: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Rates, and the f that the optimiser has reached with each after so many evaluations; one f where it takes no rate."""
        optimiser = OPTIMISERS[name](at)
        if not _rated(optimiser):
            return np.array(RATES)[[0, -1]], np.full(
                2, until(self.descent(found, name, at), evaluations).value
            )
        rates = RATES if at.plain["surface"] in LIGHT and not at.noise else RATES[::4]
        every = self._every(found, optimiser, at, rates)
        last = every.steps[min(evaluations, len(every.steps) - 1)]
        fled = [word in ("diverged", "not finite") for word in last.outcome]
        return np.array(rates), np.where(fled, np.nan, last.value)

    def local(self, found: Surface, descent: Descent, number: int) -> tuple:
        """f along the step, and stability, from the true Hessian; None where there is none."""
        return self._once((id(descent), number), lambda: (descent, _local(found, descent, number)))[1]

    def _every(self, found: Surface, optimiser: Any, at: SimpleNamespace, rates: tuple) -> Descent:
        key = (replace(optimiser, rate=0.0), len(rates), _key(found, at))
        return self._once(key, lambda: _run(found, replace(optimiser, rate=np.array(rates)), at))

    def _once(self, key: Any, make: Callable[[], Any]) -> Any:
        if key not in self._kept:
            made = make()
            if len(self._kept) > MOST:
                self._kept.clear()
            self._kept[key] = made
        return self._kept[key]


def _rated(optimiser: Any) -> bool:
    """Whether it runs at many rates at once."""
    return hasattr(optimiser, "rate") and not optimiser.single


def _key(found: Surface, at: SimpleNamespace) -> tuple:
    """What a descent hangs on beside its optimiser; the record keeps f, so that its id is its own."""
    return (id(found.f), at.start_x, at.start_y, at.noise, at.seed, at.plain["method"], at.h)


def _run(found: Surface, optimiser: Any, at: SimpleNamespace) -> Descent:
    start = np.array([at.start_x, at.start_y])[: len(found.domain)]
    return descend(found.f, start if start.size > 1 else start[0], optimiser, LONGEST, gradient=at.method(at), noise=at.noise,
                   seed=at.seed, budget=LONGEST + 1)  # fmt: skip


def _local(found: Surface, descent: Descent, number: int) -> tuple:
    from derivlab.verbs import hessian

    step = descent.steps[number]
    scaled = descent.steps[number - 1] if step.outcome else step  # at its end a descent takes no step
    try:
        matrix = hessian(found.f, step.x)
        stable = stability(found.f, step._replace(scale=scaled.scale), descent.optimiser, matrix)
        return section(found.f, step, matrix), stable if np.any(scaled.scale) else None
    except (DerivativeError, ArithmeticError, np.linalg.LinAlgError):
        return None, None


def until(descent: Descent, evaluations: int) -> Descent:
    """The part of a descent that has spent at most so many evaluations beyond its start's."""
    spent = np.asarray(descent.evaluations) - descent.evaluations[0]
    last = int(np.searchsorted(spent, evaluations, side="right"))
    return replace(descent, steps=descent.steps[: max(last, 1)])
