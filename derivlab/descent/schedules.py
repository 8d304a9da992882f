"""Learning-rate schedules: frozen callables from the number of a step, counted from 0, to its rate."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError

Rate = Any  # a number, an array of numbers (one for each run of a batch), or a callable of the step's number


def rate_at(rate: Rate, number: int) -> Any:
    """The rate of a step: schedules are asked, numbers stay; errors: a schedule that gives no finite number."""
    found = rate(number) if callable(rate) else rate
    if type(found) is float and math.isfinite(found):  # quickly, at every step
        return found
    try:
        if not np.all(np.isfinite(found)):
            raise ValueError
        return np.asarray(found, dtype=float)[()]
    except (TypeError, ValueError) as error:
        raise DerivativeError(
            f"the rate of step {number} is {found!r}; a schedule gives a finite number for each step, from 0."
        ) from error


@dataclass(frozen=True)
class StepDecay:
    """rate · factor^⌊k / every⌋: constant, then smaller by a factor every so many steps."""

    rate: float = 0.1
    factor: float = 0.5
    every: int = 50

    def __call__(self, number: int) -> float:
        return self.rate * self.factor ** (number // self.every)


@dataclass(frozen=True)
class Exponential:
    """rate · factor^k."""

    rate: float = 0.1
    factor: float = 0.99

    def __call__(self, number: int) -> float:
        return self.rate * self.factor**number


@dataclass(frozen=True)
class InverseTime:
    """rate / (1 + decay · k): slow enough to average noise away, fast enough to settle (Robbins and Monro 1951)."""

    rate: float = 0.1
    decay: float = 0.01

    def __call__(self, number: int) -> float:
        return self.rate / (1 + self.decay * number)


@dataclass(frozen=True)
class Cosine:
    """Half a cosine from rate down to `floor` in `steps` steps, then the floor (Loshchilov and Hutter 2017)."""

    rate: float = 0.1
    steps: int = 100
    floor: float = 0.0

    def __call__(self, number: int) -> float:
        done = min(number / self.steps, 1.0)
        return self.floor + (self.rate - self.floor) * (1 + float(np.cos(np.pi * done))) / 2


@dataclass(frozen=True)
class Warmup:
    """A schedule, or a number, reached along a straight line in the first `steps` steps (Goyal et al. 2017)."""

    after: float | Callable[[int], float] = 0.1
    steps: int = 10

    def __call__(self, number: int) -> float:
        return rate_at(self.after, number) * min((number + 1) / self.steps, 1.0)
