"""Evaluations of f, counted, with what happened in them."""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from derivlab.diagnosis.source import Site, here
from derivlab.methods.output import as_output, resolution


@dataclass(frozen=True)
class Observed:
    """One evaluation at x: the value or the error, floating-point events with their lines, and side effects."""

    value: Any = None
    error: BaseException | None = None
    events: tuple[tuple[str, Site | None], ...] = ()
    mutated: bool = False
    drew: bool = False


class Calls:
    """f at points given as flat rows, flattened, NaN where it fails; `count` says how often it was called."""

    def __init__(self, f: Callable, args: tuple, x: Any):
        self.f, self.args, self.shape = f, args, np.shape(x)
        self.x = np.array(x, dtype=float).ravel()
        self.count = 0
        self.size: int | None = None
        self.eps = float(np.finfo(float).eps)

    def point(self, flat: np.ndarray) -> Any:
        return flat.reshape(self.shape).copy() if self.shape else float(flat[0])

    def observe(self) -> Observed:
        """f at x with a witness."""
        point, events = self.point(self.x), []
        before = _lots()
        self.count += 1
        value, error = None, None
        with (
            warnings.catch_warnings(),
            np.errstate(all="call", call=lambda kind, _: events.append((kind, here()))),
        ):
            warnings.simplefilter("ignore")
            try:
                value = self.f(point, *self.args)
            except (Exception, SystemExit) as raised:
                error = raised
        mutated = bool(self.shape) and not np.array_equal(np.ravel(point), self.x, equal_nan=True)
        return Observed(value, error, tuple(events), mutated, _lots() != before)

    def settle(self, value: Any) -> np.ndarray:
        """Take the value at x as the base; returns it flattened; errors: as `as_output`."""
        array = as_output(value)
        self.size, self.eps = array.size, resolution(value)
        return array.ravel()

    def __call__(self, flat: np.ndarray) -> np.ndarray:
        self.count += 1
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                found = as_output(self.f(self.point(flat), *self.args)).ravel()
            except (Exception, SystemExit):
                return np.full(self.size or 1, np.nan)
        return found if found.size == self.size else np.full(self.size or 1, np.nan)


def _lots() -> tuple:
    """Where the global random generators stand."""
    state: Any = np.random.get_state(legacy=False)  # noqa: NPY002
    return state["state"]["pos"], state["gauss"], state["state"]["key"][:4].tobytes(), hash(random.getstate())
