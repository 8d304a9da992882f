"""Fair races: optimisers with the same number of evaluations, and each at many rates, since one rate proves nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from derivlab.descent.optimisers import Optimiser
from derivlab.descent.record import Descent, descend
from derivlab.errors import DerivativeError
from derivlab.reals import floats

RATES = np.geomspace(1e-4, 1.0, 41)


@dataclass(frozen=True, repr=False)
class Race:
    """Descents of one f from one start with `budget` evaluations each; iterating gives them in the order of the start."""

    descents: tuple[Descent, ...]
    budget: int

    def __iter__(self) -> Any:
        return iter(self.descents)

    def __getitem__(self, name: str) -> Descent:
        found = {descent.optimiser.name: descent for descent in self.descents}
        if name not in found:
            raise KeyError(f"no optimiser {name!r}; there are {', '.join(found)}")
        return found[name]

    @property
    def ranking(self) -> list[tuple[str, float]]:
        """Names and the values at which they ended, the lowest first."""
        best = [(d.optimiser.name, float(d.value)) for d in self.descents]
        return sorted(best, key=lambda entry: entry[1])

    def __repr__(self) -> str:
        wide = max(len(d.optimiser.name) for d in self.descents)
        rows = (f"{d.optimiser.name:<{wide}}  {d.says()}" for d in self.descents)
        return "\n".join([f"{self.descents[0].name}, {self.budget} evaluations each", *rows])

    def plot(self, ax: Any = None, **options: Any) -> Any:
        """The paths of all over the contours of f; `view="loss"` for f against evaluations."""
        from derivlab.plots.descent import DescentDisplay

        return DescentDisplay.from_descents(*self.descents, **options).plot(ax)


def race(f: Callable, start: Any, optimisers: Iterable[Optimiser], budget: int = 100, **options: Any) -> Race:
    """Descend f from one start by several optimisers with the same number of evaluations; options as in `descend`.

    An evaluation is a gradient, with the value that comes with it, or a value alone: line searches pay for what they try.
    """
    runners = _runners(optimisers)
    options = {"steps": budget, **options}
    return Race(tuple(descend(f, start, o, budget=budget, **options) for o in runners), budget)


@dataclass(frozen=True, repr=False)
class RateSweep:
    """`losses[i, j]` is the f at which optimiser i ended with rate j; infinite where it diverged."""

    rates: np.ndarray
    losses: np.ndarray
    optimisers: tuple[Optimiser, ...]
    name: str
    start_value: float
    budget: int

    @property
    def best(self) -> dict[str, tuple[float, float]]:
        """For each optimiser the best rate, and the f that it reached."""
        places = np.argmin(self.losses, axis=1)
        return {
            o.name: (float(self.rates[j]), float(self.losses[i, j]))
            for i, (o, j) in enumerate(zip(self.optimisers, places, strict=True))
        }

    def __repr__(self) -> str:
        wide = max(len(o.name) for o in self.optimisers)
        head = f"{self.name}, {self.budget} evaluations for each of {self.rates.size} rates"
        rows = (
            f"{name:<{wide}}  best rate {rate:.3g}: f = {loss:.3g}"
            for name, (rate, loss) in self.best.items()
        )
        return "\n".join([head, *rows])

    def plot(self, ax: Any = None) -> Any:
        """Loss against rate, a line for each optimiser."""
        from derivlab.plots.descent_views import RateSweepDisplay

        return RateSweepDisplay(self).plot(ax)


def rate_sweep(
    f: Callable,
    start: Any,
    optimisers: Iterable[Optimiser],
    rates: Any = None,
    budget: int = 100,
    **options: Any,
) -> RateSweep:
    """What each optimiser reaches from one start with `budget` evaluations, for every rate; options as in `descend`.

    `rates` are positive numbers, 41 from 1e-4 to 1 unless given; all rates of a first-order optimiser run at once.
    Errors: `DerivativeError`.
    """
    runners, rates = _runners(optimisers), floats(RATES if rates is None else rates, "rates").ravel()
    if not rates.size or not np.all((rates > 0) & (rates < np.inf)):
        raise DerivativeError("rates are positive numbers; give some such as [0.001, 0.01, 0.1].")
    options = {"steps": budget, **options}
    rows = [descend(f, start, _at(o, rates), budget=budget, **options) for o in runners]
    losses = np.array([_reached(row) for row in rows])
    return RateSweep(rates, losses, runners, rows[0].name, float(rows[0].values[0, 0]), budget)


def _at(optimiser: Any, rates: np.ndarray) -> Optimiser:
    return replace(optimiser, rate=rates)


def _reached(row: Descent) -> np.ndarray:
    values = row.values[-1].copy()
    values[[word in ("diverged", "diverging", "not finite") for word in row.outcome]] = np.inf
    return values


def _runners(optimisers: Any) -> tuple[Optimiser, ...]:
    given = optimisers if isinstance(optimisers, (list, tuple)) else [optimisers]
    runners = tuple(o() if isinstance(o, type) else o for o in given)
    if not runners:
        raise DerivativeError(
            "there are no optimisers; give a list such as [dl.Adam(0.1), dl.Momentum(0.01)]."
        )
    return runners
