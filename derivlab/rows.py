"""The answer of one method: its value, what it cost, how many digits are right."""

from __future__ import annotations

import math
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.lift import Bound
from derivlab.methods import kind_of, resolve
from derivlab.table import duration, short

FULL = 15.95  # digits of a float64: -log10(eps)
PATIENCE = 60.0  # seconds to wait for a reference that nobody asked for by name


@dataclass(frozen=True, eq=False)
class Row:
    """One method's answer; `cost` is a multiple of one evaluation of f; `error` says why there is no value.

    `label` is the method's name with the options that are not its defaults, and tells rows of one kind apart.
    """

    method: str
    family: str
    value: Any = None
    digits: float | None = None
    evaluations: int | None = None
    seconds: float | None = None
    cost: float | None = None
    note: str = ""
    error: str | None = None
    label: str = ""


def label_of(method: Any) -> str:
    """A method's name, with the options that are not its defaults: `central_difference(step=1e-05)`."""
    settings = fields(method) if is_dataclass(method) else ()
    options = ((f.name, _option(getattr(method, f.name)), repr(f.default)) for f in settings if f.init)
    given = ", ".join(f"{name}={value}" for name, value, default in options if value != default)
    return f"{kind_of(method)}({given})" if given else kind_of(method)


def _option(value: Any) -> str:
    """An option in one line: NumPy's numbers as Python's, the first entries of an array."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiub":
        return short(value)
    text = repr(value.item() if isinstance(value, np.generic) else value)
    return " ".join(text.split())


def unanswered(method: Any, error: str | None = None) -> Row:
    """The row of a method before its answer, or with the reason why there is none."""
    return Row(kind_of(method), str(getattr(method, "family", "other")), error=error, label=label_of(method))


def timed(call: Callable, most: int = 5, budget: float = 1.2e-2) -> tuple[Any, float]:
    """What a call gives, and its seconds: the median of up to `most` calls, begun while the budget is not spent.

    A short call during which the process had to wait for other programs is repeated, and so is a first one that
    imported modules.
    """
    times: list[float] = []
    idle, loaded, fresh = 0.0, len(sys.modules), True
    while len(times) < most and (sum(times) <= budget or (idle > 0.3 * sum(times) and sum(times) < 0.03)):
        start, busy = time.perf_counter(), time.process_time()
        result = call()
        imported, fresh = fresh and loaded < len(sys.modules), False
        if imported:
            continue
        times.append(max(time.perf_counter() - start, 1e-9))
        idle += times[-1] - (time.process_time() - busy)
    return result, statistics.median(times)


@cache
def _warm(name: str) -> None:
    """Let a method load what it needs, so that its first row does not pay for imports."""
    try:
        resolve(name).jacobian(Bound(lambda x: np.sum(x * x)), np.ones(2))
    except Exception:  # its row will say so
        return


def answer(method: Any, f: Bound, x: Any, of_f: float, shape: tuple, patience: float = math.inf) -> Row:
    """What a method says of f at x; whatever it raises but a KeyboardInterrupt becomes the row's error."""
    row = unanswered(method)
    try:
        _warm(row.method)
        _expect(method, f, x, patience)
        with np.errstate(all="ignore"):
            estimate, seconds = timed(lambda: method.jacobian(f, x))
        value = np.asarray(estimate.value, dtype=float)
        if value.shape != shape:
            raise DerivativeError(f"the method gives the shape {value.shape}, and {shape} is right.")
        return replace(
            row,
            value=value if value.ndim else float(value),
            evaluations=estimate.evaluations,
            seconds=seconds,
            cost=seconds / of_f,
            note="; ".join(n for n in estimate.notes if n),
        )
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a SystemExit in f too: no method sinks the others
        return replace(row, error=_sentence(error))


def _expect(method: Any, f: Bound, x: Any, patience: float) -> None:
    """Errors: the reference, which works coordinate by coordinate, would take more seconds than there is patience for."""
    n = int(np.size(x))
    if n < 20 or math.isinf(patience) or kind_of(method) != "reference":
        return
    start = time.perf_counter()
    with suppress(Exception), np.errstate(all="ignore"):  # the method itself will say so
        method.jvp(f, x, np.ones(np.shape(x)))
    expected = n * (time.perf_counter() - start)
    if expected > patience:
        raise DerivativeError(
            f"it would take about {duration(expected)} for {n} inputs; name it in methods to wait for it."
        )


def judged(row: Row, truth: Any, unit: float) -> Row:
    """The row with its digits, and a word on an entry that has far fewer by itself."""
    if row.value is None:
        return row
    digits = correct_digits(row.value, truth, unit)
    value, truth = np.asarray(row.value), np.asarray(truth)
    with np.errstate(all="ignore"):
        alone = np.where(truth == 0, 0.0, np.abs(value - truth) / np.abs(truth))
    worst = np.unravel_index(np.argmax(alone), alone.shape)
    own = min(max(0.0, -math.log10(alone[worst])), FULL) if alone[worst] > 0 else FULL
    if own > digits - 3:
        return replace(row, digits=digits)
    says = f"entry [{', '.join(map(str, worst))}] by itself has {own:.1f} digits"
    return replace(row, digits=digits, note="; ".join(filter(None, [row.note, says])))


def _sentence(error: BaseException) -> str:
    """What an error says, in one line."""
    says = (str(error).strip().splitlines() or ["no message"])[0][:400]
    return says if isinstance(error, DerivativeError) else f"{type(error).__name__}: {says}"


def correct_digits(value: Any, truth: Any, unit: float = 1.0) -> float:
    """-log10 of the largest error relative to the largest entry of the truth, between 0 and 15.95.

    Where all of the truth is 0 the error is taken relative to `unit`.
    """
    value, truth = np.asarray(value, dtype=float), np.asarray(truth, dtype=float)
    with np.errstate(all="ignore"):
        error = float(np.max(np.abs(value - truth), initial=0.0))
        size = float(np.max(np.abs(truth), initial=0.0)) or unit
        if error == 0:
            return FULL
        return float(np.clip(np.log10(size / error), 0.0, FULL)) if math.isfinite(error) else 0.0
