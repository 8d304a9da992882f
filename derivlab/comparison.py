"""All methods on one function at one point: what each says, how right it is, and what it cost."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from derivlab.errors import DerivativeError, mend
from derivlab.lift import Bound
from derivlab.lift.lines import told_at
from derivlab.lift.nested import further
from derivlab.methods import methods as available
from derivlab.methods import resolve
from derivlab.methods.output import as_output
from derivlab.rows import PATIENCE, Row, answer, judged, label_of, timed, unanswered
from derivlab.table import WIDTH, duration, filled, html_table, short, text_table
from derivlab.verbs import prepare

if TYPE_CHECKING:
    from derivlab.diagnosis import Verdict


@dataclass(frozen=True, repr=False, eq=False)
class Comparison:
    """Rows in the order of the methods; prints as a table, in a notebook as HTML.

    `reference` is the 100-digit derivative rounded to float64, None where it is refused, and `refusal` says why;
    `value` is f(x), `f` the function of one argument that was differentiated, `values` its first two values at x.
    `rejected` says why there is nothing to compare: x is no point, or f has no value there. `verdict` says which
    number to trust, and `why()` prints it.
    """

    rows: tuple[Row, ...]
    reference: Any
    refusal: str | None
    f: Bound
    x: Any
    value: Any
    seconds_of_f: float
    values: tuple[Any, ...] = ()
    rejected: str | None = None

    @cached_property
    def verdict(self) -> Verdict:
        """Which number to trust and why the others differ; found when first asked for, with about 60 evaluations of f."""
        return self.diagnose()

    def diagnose(self, effort: float = 1.0) -> Verdict:
        """The verdict with more evidence: `effort` 2 takes about 120 evaluations of f."""
        from derivlab.diagnosis import diagnosed

        return diagnosed(self, effort)

    def why(self) -> None:
        """Print the verdict: what to trust, why, which rows are wrong, the line responsible, and what to write instead."""
        print(self.verdict)

    @property
    def name(self) -> str:
        """What f is called."""
        return name_of(self.f.f)

    @property
    def title(self) -> str:
        """What is differentiated, and where."""
        if self.rejected is not None:
            return f"{self.name} at x = {shown(self.x)}"
        return f"{self.name} at x = {short(self.x)}, where {at_x(self.f.f)} = {short(self.value)}"

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader of the table has to know."""
        if self.rejected is not None:
            return (self.rejected,)
        legend = f"cost: time as a multiple of one evaluation of {self.name} ({duration(self.seconds_of_f)})"
        if self.refusal:
            return legend, f"no reference, so no digits: {self.refusal}"
        if not np.any(self.reference):
            return legend, "the true derivative is 0: digits count the error as a fraction of f(x)/x"
        return (legend,)

    def __getitem__(self, method: Any) -> Row:
        """The row of a label, a method's name or a method value; errors: KeyError, also where a name has two rows."""
        wanted = method if isinstance(method, str) else label_of(resolve(method))
        found = [row for row in self.rows if row.label == wanted]
        found = found or [row for row in self.rows if row.method == wanted]
        if len(found) != 1:
            says = "several rows" if found else "no row"
            raise KeyError(f"{says} {wanted!r}; there are {', '.join(row.label for row in self.rows)}")
        return found[0]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def table(self, *columns: str) -> str:
        """The rows as aligned text, of the named columns only; errors: a name that is none."""
        return text_table(self.rows, columns)

    def to_dict(self) -> dict:
        """Plain lists, numbers and text, ready for JSON; None for NaN and infinities."""
        return {
            "function": self.name,
            "x": _plain(np.asarray(self.x)) if _real(self.x) else shown(self.x),
            "value": _plain(self.value),
            "seconds_of_f": _plain(self.seconds_of_f),
            "reference": _plain(self.reference),
            "refusal": self.refusal,
            "rejected": self.rejected,
            "rows": [{k: _plain(v) for k, v in asdict(row).items()} for row in self.rows],
        }

    def plot(self, ax: Any = None) -> Any:
        """Correct digits against cost; returns the display with `ax_` and `figure_`."""
        from derivlab.plots.comparison import ComparisonDisplay

        return ComparisonDisplay(self).plot(ax)

    def text(self, width: int = WIDTH) -> str:
        """Title, table and remarks in lines no wider than `width`, where the values fit."""
        lines = (filled(line, width) for line in self.remarks)
        return "\n".join([filled(self.title, width), text_table(self.rows, width=width), *lines])

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        from derivlab.diagnosis.display import banner

        return html_table(self, banner(self))


def compare(f: Callable, x: Any, methods: Iterable | None = None, args: tuple = ()) -> Comparison:
    """Differentiate f at x by every method (or those given by name or value) and put the answers side by side.

    x is a number or an array of any shape; f returns a number or an array; derivatives are with respect to its first
    argument, `args` are the others. Times are medians of a few repetitions, of slow methods a single one; a reference
    that would take more than a minute is left out unless named. Where x is unusable, or f fails or is not finite there,
    no row has a value and the verdict is "rejected". Errors: `DerivativeError` where f is no function or args no tuple,
    and for unknown methods.
    """
    chosen, args = _chosen(methods), further(args)
    if not callable(f):
        prepare(f, x, args)
    values: list[Any] = []
    try:
        g, x = prepare(f, x, args)
        value, of_f = _value(g, x, values)
    except DerivativeError as error:
        rows = [unanswered(method, "nothing to differentiate") for method in chosen]
        g = Bound(f, args)
        return Comparison(tuple(rows), None, None, g, x, None, math.nan, tuple(values), str(error))
    shape = value.shape + np.shape(x)
    patience = PATIENCE if methods is None else math.inf
    rows = [answer(method, g, x, of_f, shape, patience) for method in chosen]
    judge = next((row for row in rows if row.label == "reference"), None)
    judge = judge or answer(resolve("reference"), g, x, of_f, shape, PATIENCE)
    if (truth := judge.value) is not None:
        unit = float(np.max(np.abs(value), initial=0.0)) / (float(np.max(np.abs(x))) or 1.0)
        rows = [judged(row, truth, unit or 1.0) for row in rows]
    labels = [row.label for row in rows]
    rows = [
        replace(row, label=f"{row.label} #{nth}") if (nth := labels[: k + 1].count(row.label)) > 1 else row
        for k, row in enumerate(rows)
    ]
    result = value if value.ndim else float(value)
    return Comparison(tuple(rows), truth, judge.error, g, x, result, of_f, tuple(values))


def name_of(f: Any) -> str:
    """What a function is called in a title: `f` for a lambda."""
    f = getattr(f, "func", f)  # of functools.partial
    name = getattr(f, "__name__", type(f).__name__)
    return "f" if name == "<lambda>" else name


def at_x(f: Any) -> str:
    """The value of a function in words: `f(x)`, and a formula as it stands."""
    return name_of(f) if hasattr(f, "source") else f"{name_of(f)}(x)"


def _chosen(methods: Any) -> tuple:
    """Method values for None, one or several of names and values; errors: none, or unknown ones."""
    if methods is None:
        return tuple(available())
    one = isinstance(methods, (str, type)) or hasattr(methods, "jacobian")
    chosen = tuple(resolve(m) for m in ([methods] if one else methods))
    if not chosen:
        raise DerivativeError("methods is empty; name at least one, or leave it out for all.")
    return chosen


def shown(x: Any) -> str:
    """x in a title, whatever it is."""
    return short(x) if _real(x) else " ".join(repr(x).split())[:80]


def _real(x: Any) -> bool:
    try:
        return np.asarray(x).dtype.kind in "fiub"
    except (TypeError, ValueError):
        return False


def _value(g: Bound, x: Any, values: list) -> tuple[np.ndarray, float]:
    """f(x), its first two values noted in `values`, and the seconds it takes; errors: f fails, or is not finite."""
    name = name_of(g.f)
    try:
        with np.errstate(all="ignore"):
            value, seconds = timed(lambda: _noted(g(x), values), 15, 1e-2)
    except DerivativeError:
        raise
    except (Exception, SystemExit) as error:
        raise DerivativeError(
            f"{name} fails at x by itself ({told_at(error)}); {mend(g.f, error)}."
        ) from error
    value = as_output(value)
    values[:] = [as_output(v) for v in values]
    if not value.size:
        raise DerivativeError(f"{name} returns an empty array; there is nothing to differentiate.")
    if not np.all(np.isfinite(value)):
        large = ", or the value is too large for a float" if np.isinf(value).any() else ""
        raise DerivativeError(
            f"{at_x(g.f)} is {short(value)}; x lies outside the domain of {name}{large}, so choose another."
        )
    return value, seconds


def _noted(value: Any, values: list) -> Any:
    if len(values) < 2:
        writable = isinstance(value, (np.ndarray, list))
        values.append(copy(value) if writable else value)  # f may write into its result again
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist())
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
