"""A comparison as aligned text and as HTML, wrong digits marked."""

from __future__ import annotations

import html
import math
import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from derivlab.errors import DerivativeError

if TYPE_CHECKING:
    from derivlab.comparison import Comparison
    from derivlab.rows import Row

DEFAULT = ("method", "value", "digits", "evaluations", "time", "cost", "note")
# Notes stand below, and there is no time, which the cost repeats.
NARROW = ("method", "value", "digits", "evaluations", "cost")
WIDTH = 112  # of a table in text
NARROWEST = 24  # of a note in text
SHOWN = 4  # entries of an array that are written out; of longer ones the first three
MARKS = {"symbolic": "◆", "numerical": "●", "automatic": "■", "reference": "★"}

# Everything inherits from the page or is half transparent, so that light and dark themes both read.
CSS = """
.derivlab-table{color:var(--jp-content-font-color1,inherit);overflow-x:auto}
.derivlab-table table{border-collapse:collapse;margin:.4em 0;font-size:.95em;border:0;background:transparent;color:inherit}
.derivlab-table table caption{caption-side:top;text-align:left;padding:0 0 .4em;color:inherit;font-size:1.1em}
.derivlab-table p{margin:.3em 0;font-size:.9em}
.derivlab-table table thead{border-bottom:1px solid var(--jp-border-color1,rgba(128,128,128,.6))}
.derivlab-table table tbody tr{border-bottom:1px solid var(--jp-border-color2,rgba(128,128,128,.3))}
.derivlab-table table tr th,.derivlab-table table tr td{padding:.3em .55em;text-align:right;vertical-align:baseline;white-space:nowrap;
font-variant-numeric:tabular-nums;background:transparent;color:inherit;max-width:none}
.derivlab-table table tr th{font-weight:600}
.derivlab-table table tr .text{text-align:left}
.derivlab-table table tr td.value{font-family:var(--jp-code-font-family,monospace);font-size:.92em}
.derivlab-table table tr .note{white-space:normal;min-width:9em;max-width:30em}
.derivlab-table table tr .refusal{white-space:normal}
.derivlab-table u{opacity:.62;text-decoration:underline;text-underline-offset:.2em;text-decoration-thickness:1px}
.derivlab-table .bar{display:inline-block;width:3em;height:.55em;margin-left:.5em;text-align:left;line-height:0;
background:rgba(128,128,128,.25)}
.derivlab-table .bar i{display:inline-block;height:100%;background:currentColor;opacity:.75}
.derivlab-table .mark{display:inline-block;width:1.3em;font-weight:400}
.derivlab-table .symbolic{color:#cc79a7}
.derivlab-table .numerical{color:#2f8fcb}
.derivlab-table .automatic{color:#d55e00}
""".replace("\n", "")


def duration(seconds: float) -> str:
    """`34 µs`, `1.2 ms`, `2.5 s`: two significant digits below ten."""
    for unit, size in (("µs", 1e-6), ("ms", 1e-3), ("s", 1.0)):
        amount = seconds / size
        if amount < 999.5 or unit == "s":
            break
    return f"{amount:.1f} {unit}" if amount < 9.95 else f"{amount:.0f} {unit}"


def multiple(cost: float) -> str:
    """`4.7×`, `95700×`, `1.2e7×`: at most three significant digits."""
    if cost < 999_500:
        return f"{float(f'{cost:.3g}'):.15g}×"
    number, power = f"{cost:.1e}".split("e")
    return f"{number}e{int(power)}×"


def short(value: Any) -> str:
    """A number or an array in few characters: the shape and the first entries of a long one."""
    array = np.asarray(value)
    if array.size <= SHOWN:
        return _nested(array, lambda v: f"{v:.6g}")
    first = ", ".join(f"{v:.6g}" for v in array.flat[:3])
    return f"[{first}, ...] of shape {array.shape}"


def written(x: Any) -> str:
    """A number, or an array in one line, the middle of a long one left out."""
    if not np.ndim(x):
        return f"{x:.6g}"
    return np.array2string(np.asarray(x), precision=6, separator=", ", threshold=8).replace("\n", "")


def _nested(array: np.ndarray, entry: Callable) -> str:
    if array.ndim == 0:
        return entry(float(array))
    return "[" + ", ".join(_nested(part, entry) for part in array) + "]"


def _entries(value: Any, write: Callable) -> str:
    """All entries in their brackets, or the first three of a long array, through `write(entry, place)`."""
    array = np.asarray(value, dtype=float)
    places = iter(range(array.size))
    if array.size <= SHOWN:
        return _nested(array, lambda entry: write(entry, next(places)))
    return "[" + ", ".join(write(float(array.flat[k]), k) for k in range(3)) + ", ...]"


def _digits(v: float, precision: int) -> str:
    return f"{v:#.{precision}g}".rstrip(".") if v else "0"


def _precision(value: Any) -> int:
    return 16 if np.ndim(value) == 0 else 10 if np.size(value) <= 2 else 7


def digits_right(value: float, truth: float, precision: int) -> int:
    """How many leading digits of `value` stand: the error is at most half a unit of the last of them."""
    error = abs(value - truth)
    if error == 0:
        return precision
    if not (math.isfinite(error) and value):
        return 0
    exponent = int(f"{value:.{precision - 1}e}".split("e")[1])
    return min(max(exponent + 1 - math.ceil(math.log10(2 * error)), 0), precision)


def marked(value: float, truth: float | None, precision: int) -> str:
    """A number as HTML with `precision` significant digits, those that are wrong in `<u>`."""
    text = _digits(value, precision)
    right = precision if truth is None else digits_right(value, truth, precision)
    if right >= precision:
        return text
    number, _, power = text.partition("e")
    seen, cut = 0, len(number)
    for k, character in enumerate(number):
        if character.isdigit() and (seen or character != "0"):
            if seen == right:
                cut = k
                break
            seen += 1
    cut = 0 if right == 0 else cut
    return f"{number[:cut]}<u>{number[cut:]}</u>" + (f"e{power}" if power else "")


TEXT: dict[str, Callable[[Row], str]] = {
    "method": lambda row: row.label,
    "family": lambda row: row.family,
    "value": lambda row: _entries(row.value, lambda v, _: _digits(v, _precision(row.value))),
    "digits": lambda row: f"{row.digits:.1f}",
    "evaluations": lambda row: str(row.evaluations),
    "seconds": lambda row: f"{row.seconds:.3g}",
    "time": lambda row: duration(row.seconds or 0.0),
    "cost": lambda row: multiple(row.cost or 0.0),
    "note": lambda row: row.note,
    "error": lambda row: row.error or "",
}
ATTRIBUTE = {"time": "seconds"}
LEFT = ("method", "family", "value", "note", "error")
PROSE = ("note", "error")
LEAST = {"time": 6, "cost": 7}  # one width for all times, so that the table keeps its shape from run to run


def cell(row: Row, column: str) -> str:
    """One cell as text; `-` where the method gives nothing."""
    if column == "note" and row.error:
        return row.error
    if column not in ("method", "note") and getattr(row, ATTRIBUTE.get(column, column)) is None:
        return "-"
    return TEXT[column](row)


def known(columns: Sequence[str]) -> tuple[str, ...]:
    """The asked columns; errors: a name that is none."""
    for column in columns:
        if column not in TEXT:
            raise DerivativeError(f"there is no column {column!r}; choose from {', '.join(TEXT)}.")
    return tuple(columns) or DEFAULT


def filled(sentence: str, width: int = WIDTH) -> str:
    """A sentence in lines no wider than a table."""
    return textwrap.fill(sentence, width, subsequent_indent="  ", break_long_words=False)


def text_table(rows: Sequence[Row], columns: Sequence[str] = (), width: int = WIDTH) -> str:
    """Aligned columns, numbers to the right; long notes go on below themselves, refusals fill their line."""
    columns = known(columns)
    wide = _widths(rows, columns)
    room = width - sum(wide[:-1]) - 2 * (len(wide) - 1)
    if room < NARROWEST and columns == DEFAULT and width < WIDTH:
        return "\n".join(_narrow(rows, width))
    if columns[-1] in PROSE:
        wide[-1] = max(room, NARROWEST)
    lines = (
        _refusal(row, wide[0], width)
        if _refused(row, columns)
        else _aligned(_cells(row, columns), columns, wide)
        for row in rows
    )
    return "\n".join(line for row in (_aligned(columns, columns, wide), *lines) for line in row)


def _narrow(rows: Sequence[Row], width: int) -> Iterator[str]:
    """The table of a narrow terminal: notes stand below their rows."""
    wide = _widths(rows, NARROW)
    yield from _aligned(NARROW, NARROW, wide)
    for row in rows:
        if row.value is None:
            yield from _refusal(row, wide[0], width)
            continue
        yield from _aligned(_cells(row, NARROW), NARROW, wide)
        yield from textwrap.wrap(row.note, width, initial_indent="    ", subsequent_indent="    ")


def _cells(row: Row, columns: Sequence[str]) -> tuple[str, ...]:
    return tuple(cell(row, column) for column in columns)


def _refused(row: Row, columns: Sequence[str]) -> bool:
    """Whether a row is its error across all columns."""
    return row.value is None and columns in (DEFAULT, NARROW)


def _widths(rows: Sequence[Row], columns: Sequence[str]) -> list[int]:
    """The longest cell of each column; errors that fill a line have no cells but the method's."""
    lines = [columns, *(_cells(row, columns) for row in rows if not _refused(row, columns))]
    wide = [max(LEAST.get(c, 0), *(len(line[k]) for line in lines)) for k, c in enumerate(columns)]
    return [max(wide[0], *(len(row.label) for row in rows)), *wide[1:]] if columns[0] == "method" else wide


def _refusal(row: Row, wide: int, width: int) -> Iterator[str]:
    """The method, and its error across all other columns."""
    parts = textwrap.wrap(row.error or "", max(width - wide - 2, NARROWEST))
    yield from (f"{row.label if k == 0 else '':<{wide}}  {part}" for k, part in enumerate(parts))


def _aligned(line: Sequence[str], columns: Sequence[str], wide: Sequence[int]) -> Iterator[str]:
    parts = [
        textwrap.wrap(c, w) or [""] if n in PROSE else [c]
        for n, c, w in zip(columns, line, wide, strict=True)
    ]
    for k in range(max(map(len, parts))):
        cells = (p[k] if k < len(p) else "" for p in parts)
        yield "  ".join(
            c.ljust(w) if n in LEFT else c.rjust(w) for n, c, w in zip(columns, cells, wide, strict=True)
        ).rstrip()


def html_cell(row: Row, column: str, truth: np.ndarray | None) -> str:
    """One cell as HTML."""
    text = html.escape(cell(row, column))
    if column == "method":
        mark = f'<span class="mark {html.escape(row.family)}" title="{html.escape(row.family)}">{MARKS.get(row.family, "▲")}</span>'
        return f'<th class="text" scope="row">{mark}{text}</th>'
    if column == "value" and row.value is not None:
        flat = None if truth is None else truth.ravel()
        digits = {16: 16, 10: 12, 7: 9}[_precision(row.value)]
        text = _entries(row.value, lambda v, k: marked(v, None if flat is None else float(flat[k]), digits))
    if column == "digits" and row.digits is not None:
        text += (
            f'<span class="bar" aria-hidden="true"><i style="width:{min(row.digits / 16, 1):.0%}"></i></span>'
        )
    return f'<td class="{_kind(column)}">{text}</td>'


def _kind(column: str) -> str:
    return f"text {column}" if column in LEFT else "number"


def html_row(row: Row, truth: np.ndarray | None) -> Iterator[str]:
    """The cells of a row; a refusal spans all columns but the first."""
    if row.value is not None:
        yield from (html_cell(row, column, truth) for column in DEFAULT)
        return
    yield html_cell(row, "method", truth)
    yield f'<td class="text refusal" colspan="{len(DEFAULT) - 1}">{html.escape(row.error or "")}</td>'


def html_table(comparison: Comparison, above: str = "") -> str:
    """The whole comparison as HTML; `above` stands between the title and the rows."""
    truth = None if comparison.reference is None else np.asarray(comparison.reference, dtype=float)
    head = "".join(f'<th scope="col" class="{_kind(column)}">{column}</th>' for column in DEFAULT)
    body = "".join(f"<tr>{''.join(html_row(row, truth))}</tr>" for row in comparison.rows)
    families = dict.fromkeys(row.family for row in comparison.rows)
    legend = "&ensp;".join(
        f'<span class="{html.escape(f)}">{MARKS.get(f, "▲")}</span> {html.escape(f)}' for f in families
    )
    wrong = "" if truth is None else "&ensp;<u>12</u> digits that are wrong"
    below = "".join(f"<p>{html.escape(line)}</p>" for line in comparison.remarks)
    return (
        f'<div class="derivlab-table"><style>{CSS}</style><table>'
        f"<caption>{html.escape(comparison.title)}{above}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        f"<p>{legend}{wrong}</p>{below}</div>"
    )
