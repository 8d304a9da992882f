"""All methods on one function at one point: what each says, how right it is, and what it cost."""

from __future__ import annotations

import html
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.methods import methods as available
from derivlab.methods import resolve
from derivlab.methods.output import as_output
from derivlab.verbs import prepare

COLUMNS = ("method", "value", "digits", "evaluations", "seconds", "cost", "note")
FULL = 15.95  # digits of a float64: -log10(eps)


@dataclass(frozen=True)
class Row:
    """One method's answer; `cost` is a multiple of one evaluation of f; `error` says why there is no value."""

    method: str
    family: str
    value: Any = None
    digits: float | None = None
    evaluations: int | None = None
    seconds: float | None = None
    cost: float | None = None
    note: str = ""
    error: str | None = None


@dataclass(frozen=True, repr=False)
class Comparison:
    """Rows in the order of the methods; `reference` is the 100-digit value rounded to float64, None where there is none."""

    rows: tuple[Row, ...]
    reference: Any
    x: Any
    name: str
    seconds_of_f: float

    def __getitem__(self, method: str) -> Row:
        for row in self.rows:
            if row.method == method:
                return row
        raise KeyError(f"no row {method!r}; there are {', '.join(r.method for r in self.rows)}")

    def table(self, *columns: str) -> str:
        """The rows as aligned text, only the named columns."""
        columns = columns or COLUMNS
        cells = [list(columns), *[[_cell(row, c) for c in columns] for row in self.rows]]
        wide = [max(len(line[i]) for line in cells) for i in range(len(columns))]
        return "\n".join(
            "  ".join(cell.ljust(w) for cell, w in zip(line, wide, strict=True)).rstrip() for line in cells
        )

    def __repr__(self) -> str:
        return f"{self.name} at x = {_number(self.x)}\n{self.table()}"

    def to_dict(self) -> dict:
        """Plain lists and numbers, ready for JSON."""
        rows = [
            {k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in asdict(row).items()}
            for row in self.rows
        ]
        plain = np.asarray(self.reference).tolist() if self.reference is not None else None
        return {"function": self.name, "x": np.asarray(self.x).tolist(), "reference": plain, "rows": rows}

    def plot(self, ax: Any = None) -> Any:
        """Correct digits against cost; returns the display with `ax_` and `figure_`."""
        from derivlab.plots.comparison import ComparisonDisplay

        return ComparisonDisplay(self).plot(ax)

    def _repr_html_(self) -> str:
        style = "padding:.3em .8em;text-align:left;border-bottom:1px solid var(--jp-border-color2,#bbb);color:var(--jp-content-font-color1,#111)"
        head = "".join(f'<th scope="col" style="{style}">{c}</th>' for c in COLUMNS)
        body = "".join(
            "<tr>"
            + "".join(
                f'<td style="{style};background:transparent">{html.escape(_cell(row, c))}</td>'
                for c in COLUMNS
            )
            + "</tr>"
            for row in self.rows
        )
        title = html.escape(f"{self.name} at x = {_number(self.x)}")
        return (
            '<table style="border-collapse:collapse;font-variant-numeric:tabular-nums;background:transparent">'
            f'<caption style="text-align:left;color:var(--jp-content-font-color1,#111)">{title}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )


def _number(value: Any) -> str:
    array = np.asarray(value)
    if array.size > 6:
        first = ", ".join(f"{v:.6g}" for v in array.ravel()[:3])
        return f"[{first}, ... {array.size} entries]"
    return np.array2string(array, precision=10, separator=", ").replace("\n", "")


def _cell(row: Row, column: str) -> str:
    value = getattr(row, column)
    if column == "note":
        return row.error or row.note
    if value is None:
        return "-"
    if column == "value":
        return _number(value)
    formats: dict[str, Callable] = {
        "digits": lambda v: f"{v:.1f}",
        "seconds": lambda v: (
            f"{v * 1e6:.0f} µs" if v < 1e-3 else f"{v * 1e3:.1f} ms" if v < 1 else f"{v:.2f} s"
        ),
        "cost": lambda v: f"{v:.3g}",
    }
    return formats.get(column, str)(value)


def correct_digits(value: Any, truth: Any) -> float:
    """-log10 of the largest error relative to the largest entry of the truth, between 0 and 15.95."""
    value, truth = np.asarray(value, dtype=float), np.asarray(truth, dtype=float)
    error, size = np.max(np.abs(value - truth), initial=0.0), np.max(np.abs(truth), initial=0.0)
    if not error > 0:
        return FULL if np.all(np.isfinite(value)) else 0.0
    return float(np.clip(-np.log10(error / size), 0.0, FULL)) if size > 0 else 0.0


def _timed(call: Callable, budget: float = 0.004) -> tuple[Any, float]:
    """The result and the best time of repeats that fit into the budget."""
    best, spent, result = np.inf, 0.0, None
    for _ in range(20):
        start = time.perf_counter()
        result = call()
        took = time.perf_counter() - start
        best, spent = min(best, took), spent + took
        if spent > budget:
            break
    return result, best


def _row(method: Any, f: Callable, x: Any, of_f: float) -> Row:
    try:
        estimate, seconds = _timed(lambda: method.jacobian(f, x))
        value = np.asarray(estimate.value, dtype=float)
    except Exception as error:
        says = str(error) if isinstance(error, DerivativeError) else f"{type(error).__name__}: {error}"
        return Row(method.name, method.family, error=says.split("\n")[0])
    shown = value if value.ndim else float(value)
    return Row(
        method.name,
        method.family,
        shown,
        None,
        estimate.evaluations,
        seconds,
        seconds / of_f,
        "; ".join(n for n in estimate.notes if n),
    )


def compare(f: Callable, x: Any, methods: Iterable | None = None, args: tuple = ()) -> Comparison:
    """Differentiate f at x by every method (or those named) and put the answers side by side.

    x is a number or an array of any shape; f returns a number or an array; digits are counted against the 100-digit
    reference. Errors: `DerivativeError` for an unusable x or when f itself fails at x.
    """
    g, x = prepare(f, x, args)
    chosen = tuple(
        resolve(m)
        for m in (available() if methods is None else [methods] if isinstance(methods, str) else methods)
    )
    name = getattr(f, "__name__", type(f).__name__)
    try:
        with np.errstate(all="ignore"):
            value, of_f = _timed(lambda: g(x), 0.002)
        value = as_output(value)
    except DerivativeError:
        raise
    except Exception as error:
        raise DerivativeError(
            f"{name} fails at x by itself ({type(error).__name__}: {error}); call it once at x and mend that first."
        ) from error
    if not np.all(np.isfinite(value)):
        raise DerivativeError(
            f"{name}(x) is {_number(value)}; x lies outside the domain of f, so choose another."
        )
    rows = [_row(method, g, x, of_f) for method in chosen]
    truth = next((r.value for r in rows if r.family == "reference"), None)
    if truth is None and not any(m.family == "reference" for m in chosen):
        truth = _row(resolve("reference"), g, x, of_f).value
    if truth is not None:
        rows = [
            r if r.value is None else Row(**{**vars(r), "digits": correct_digits(r.value, truth)})
            for r in rows
        ]
    return Comparison(tuple(rows), truth, x, name, of_f)
