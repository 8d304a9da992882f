"""What a descent is given, or an error that says what to give instead."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from numbers import Real
from typing import Any

import numpy as np

from derivlab.descent.optimisers import GradientDescent
from derivlab.errors import DerivativeError

NUMBERS = {  # which numbers will do, and what they are
    "steps": (lambda n: 0 <= n < np.inf and n == int(n), "whole number from 0; give one such as 100"),
    "budget": (lambda n: n >= 0, "number of evaluations; give one such as 100"),
    "noise": (lambda n: 0 <= n < np.inf, "standard deviation; give a number from 0"),
    "tolerance": (lambda n: n >= 0, "size of a gradient; give a number from 0, such as 1e-8"),
}
MEANS = ("beta1", "beta2")  # shares of a running mean that is freed of its start at zero


def number(name: str, value: Any) -> None:
    """Errors: a value that is no number of the kind that `name` is."""
    good, kind = NUMBERS[name]
    if not (isinstance(value, Real) and good(value)):
        raise DerivativeError(f"{name}={value!r} is no {kind}.")


def usable(optimiser: Any) -> Any:
    """The optimiser, of a class one with its defaults; errors: what is none, and options that are no numbers."""
    if optimiser is None:
        optimiser = GradientDescent()
    if isinstance(optimiser, type) and hasattr(optimiser, "update"):
        optimiser = optimiser()
    if not hasattr(optimiser, "init") or not hasattr(optimiser, "update"):
        raise DerivativeError(f"{optimiser!r} is no optimiser; give one such as dl.Adam(0.1).")
    lacks = [part for part in ("name", "single") if not hasattr(optimiser, part)]
    if lacks:
        raise DerivativeError(
            f"{type(optimiser).__name__} has no {' and no '.join(lacks)}; an optimiser has a name, says by `single` "
            "whether it takes one run at a time, and has init and update."
        )
    _options(optimiser)
    return optimiser


def _options(optimiser: Any) -> None:
    for option in fields(optimiser) if is_dataclass(optimiser) else ():
        if option.name == "rate" or not isinstance(option.default, float):
            continue
        value = getattr(optimiser, option.name)
        if not (isinstance(value, Real) and np.isfinite(float(value))):
            raise DerivativeError(
                f"{option.name}={value!r} is no finite number; give one such as {option.default:g} "
                "(only the rate may be a list)."
            )
        if option.name in MEANS and not 0 <= float(value) < 1:
            raise DerivativeError(
                f"{option.name}={value!r} is outside 0 to 1 (1 excluded); give one such as {option.default:g}."
            )
