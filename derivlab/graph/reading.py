"""An answer as a reader gives it: a number, a list of numbers, or an expression in the nodes' names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.formula import formula
from derivlab.graph.place import Place

LONGEST = 200  # characters
ROUNDED = re.compile(r"[0-9]*\.[0-9]{2,}")  # a number in an expression that somebody calculated before
NUMBER = re.compile(r"[-+−]?[0-9]*\.?([0-9]*)(?:[eE]([-+]?[0-9]+))?")
EXACT = 1e-6  # of the value, where more than digits was typed
BY_HAND = 3e-3  # of the value, in expressions with rounded numbers
COARSE = 1e-2  # of the value, however few digits were typed


@dataclass(frozen=True)
class Answer:
    """`values` at each place; a `number` counts at the first place only, to within `slack` where it was typed in digits."""

    text: str
    values: tuple[np.ndarray, ...]
    number: bool
    slack: float = 0.0

    def fits(self, wanted: Sequence) -> bool:
        """Whether this is what was wanted at every place."""
        pairs = zip(self.values, wanted, strict=True)
        return all(self._close(value, truth) for value, truth in list(pairs)[: 1 if self.number else None])

    def here(self, wanted: Any) -> bool:
        """Whether this is what was wanted at the first place."""
        return self._close(self.values[0], wanted)

    def _close(self, value: np.ndarray, truth: Any) -> bool:
        truth = np.asarray(truth, dtype=float)
        if not spreads(value.shape, truth.shape):
            return False
        size = np.max(np.abs(truth), initial=0.0)
        coarse = min(self.slack, COARSE * size)
        return bool(np.all(np.abs(value - truth) <= max(coarse, EXACT * size, 1e-12)))


def spreads(given: tuple, wanted: tuple) -> bool:
    """Whether an array of one shape stands for one of another: a number for all entries."""
    try:
        return np.broadcast_shapes(given, wanted) == wanted
    except ValueError:
        return False


def read(given: Any, places: Sequence[Place]) -> Answer:
    """What was typed, or given from code, at every place; errors: `DerivativeError`, one sentence."""
    if not isinstance(given, str):
        return _from_code(given, len(places))
    text = given.strip().lstrip("= ")
    if not text:
        raise DerivativeError("nothing was typed; type a number, or an expression such as cos(x).")
    if len(text) > LONGEST:
        raise DerivativeError(f"an answer has at most {LONGEST} characters; this one has {len(text)}.")
    if text.startswith("["):
        return _listed(text, places)
    return _weighed(text, _evaluated(text, places))


def _weighed(text: str, values: tuple[np.ndarray, ...]) -> Answer:
    """Where a rounded number stands in an expression, it was made for this place."""
    if ROUNDED.search(text) and not NUMBER.fullmatch(text):
        return Answer(text, values, True, BY_HAND * float(np.max(np.abs(values[0]))))
    number = all(np.array_equal(value, values[0]) for value in values)
    return Answer(text, values, number, _slack(text))


def _from_code(given: Any, count: int) -> Answer:
    try:
        value = np.asarray(given, dtype=float)
        if value.size == 0 or not np.isfinite(value).all():
            raise TypeError
    except (TypeError, ValueError, OverflowError) as error:
        shown = repr(given)[:40]
        raise DerivativeError(f"{shown} is no answer; give a number, or text such as 'cos(x)'.") from error
    return Answer(str(given), (value,) * count, True, _slack(str(given)))


def _listed(text: str, places: Sequence[Place]) -> Answer:
    """[1, cos(x)]: entries in brackets, an array row by row."""
    entries = parts(text.replace("[", "").replace("]", ""))
    columns = [_evaluated(entry, places) for entry in entries if entry.strip()]
    if not columns or any(np.ndim(value) for column in columns for value in column):
        raise DerivativeError("a list holds one number or expression for each entry, as in [1, cos(x)].")
    values = tuple(np.array(row, dtype=float) for row in zip(*columns, strict=True))
    return _weighed(text, values)


def parts(text: str) -> list[str]:
    """What stands between commas outside round brackets."""
    found, depth = [""], 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            found.append("")
        else:
            found[-1] += letter
    return found


def _evaluated(text: str, places: Sequence[Place]) -> tuple[np.ndarray, ...]:
    found = formula(text, tuple(places[0].names))
    with np.errstate(all="ignore"):
        try:
            values = tuple(np.asarray(found(*place.names.values()), dtype=float) for place in places)
        except ValueError as error:
            raise DerivativeError(
                f"{text} mixes arrays of different shapes; calculate entry by entry."
            ) from error
    if not np.isfinite(values[0]).all():
        raise DerivativeError(
            f"{text} has no finite value here; look at its logarithms, roots and denominators."
        )
    return values


def _slack(text: str) -> float:
    """One unit in the last digit of a typed number, 0 for anything else."""
    found = NUMBER.fullmatch(text)
    return 10.0 ** (int(found[2] or 0) - len(found[1])) if found else 0.0
