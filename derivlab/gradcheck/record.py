"""What a check of a gradient found, as text, as HTML and as plain numbers."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

import numpy as np

from derivlab.gradcheck.mistakes import named
from derivlab.table import written

SHOWN = 8  # entries in the printed table


@dataclass(frozen=True, repr=False)
class GradientCheck:
    """What a check found; true in a condition where the gradient is right.

    `error` is the largest error of each entry over all points, relative to that entry of the truth; `worst` the index
    of the entry that is most wrong, at the point `at`, where grad gave `given` and `truth` is right. `mistake` names
    what it looks like ("" if right) and `says` says it in a sentence; `note` holds what was allowed for, `sides` the
    one-sided slopes at `at`, which differ where f has a kink.
    """

    right: bool
    mistake: str
    says: str
    error: np.ndarray | None
    worst: tuple[int, ...] | None
    at: Any
    given: Any
    truth: Any
    points: tuple[Any, ...]
    note: str = ""
    name: str = "grad"
    sides: tuple[np.ndarray, np.ndarray] | None = None

    def __bool__(self) -> bool:
        return self.right

    def rows(self) -> list[tuple[str, str, str, str]]:
        """Entry, what grad gave, the truth (at a kink both slopes) and the relative error at `at`, worst first."""
        if self.error is None or np.shape(self.given) != np.shape(self.truth):
            return []
        given, true = np.asarray(self.given), np.asarray(self.truth)
        low, high = self.sides or (true, true)
        wrong = np.where((low < high) & (low <= given) & (given <= high), 0.0, relative(given, true))
        order = np.argsort(-_five_digits(np.nan_to_num(wrong.ravel())), kind="stable")[:SHOWN]
        return [
            (named(i) or "x", f"{given[i]:.10g}", _between(low[i], high[i]), f"{wrong[i]:.1e}")
            for i in (tuple(map(int, np.unravel_index(k, true.shape))) for k in order)
        ]

    def __repr__(self) -> str:
        lines = [f"{self.name}: {self._verdict()}", self.says]
        if rows := self.rows():
            lines.append(f"at x = {written(self.at)}")
            cells = [("entry", "given", "true", "relative error"), *rows]  # fmt: skip
            wide = [max(len(row[i]) for row in cells) for i in range(4)]
            lines += ["  " + "  ".join(c.ljust(w) for c, w in zip(row, wide, strict=True)).rstrip() for row in cells]  # fmt: skip
            if np.size(self.truth) > SHOWN:
                lines.append(f"  ... {np.size(self.truth) - SHOWN} more entries")
        return "\n".join([*lines, *([f"note: {self.note}"] if self.note else [])])

    def _verdict(self) -> str:
        return f"right at {counted(len(self.points))}" if self.right else f"WRONG ({self.mistake})"

    def table(self, caption: str, most: int = SHOWN) -> str:
        """At most so many rows as an HTML table, "" where there are none."""
        text = "color:var(--jp-content-font-color1,#111)"
        cell = (
            f"padding:.2em .8em;text-align:left;border-bottom:1px solid var(--jp-border-color2,#bbb);{text}"
        )
        head = "".join(f'<th scope="col" style="{cell}">{c}</th>' for c in ("entry", "given", "true", "relative error"))  # fmt: skip
        body = "".join(
            "<tr>" + "".join(f'<td style="{cell}">{text}</td>' for text in row) + "</tr>"
            for row in self.rows()[:most]
        )
        table = f'<table style="border-collapse:collapse;font-variant-numeric:tabular-nums"><caption style="text-align:left;{text}">{html.escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
        return table if body else ""

    def _repr_html_(self) -> str:
        colour, mark = ("#007e5b", "✓") if self.right else ("#b34700", "✗")
        text = "color:var(--jp-content-font-color1,#111)"
        note = f'<div style="{text}"><i>note: {html.escape(self.note)}</i></div>' if self.note else ""
        return (
            f'<div style="border-left:5px solid {colour};padding-left:.8em"><div style="{text}"><b>{mark} {html.escape(self.name)}: '
            f'{html.escape(self._verdict())}</b></div><div style="{text}">{html.escape(self.says)}</div>{self.table(f"at x = {written(self.at)}")}{note}</div>'
        )

    def to_dict(self) -> dict:
        """Plain lists and numbers, ready for JSON."""
        plain = {
            k: v.tolist() if isinstance(v, (np.ndarray, np.generic)) else v for k, v in vars(self).items()
        }
        return plain | {"points": [np.asarray(p).tolist() for p in self.points]}


def relative(given: np.ndarray, true: np.ndarray) -> np.ndarray:
    """|given - true| / |true| of each entry: 0 where both are 0, infinite where only the truth is."""
    with np.errstate(all="ignore"):
        error = np.abs(given - true) / np.abs(true)
    return np.where(given == true, 0.0, np.where(np.isnan(error), np.inf, error))


def _five_digits(error: np.ndarray) -> np.ndarray:
    """Rounded, so that errors that are equal but for rounding keep the order of their entries."""
    with np.errstate(all="ignore"):
        unit = np.where(error > 0, 10.0 ** (np.floor(np.log10(error)) - 4), 1.0)
        return np.where((unit > 0) & np.isfinite(unit), np.round(error / unit) * unit, error)


def _between(low: float, high: float) -> str:
    return f"{low:.10g}" if low == high else f"{low:.6g} to {high:.6g}"


def counted(count: int) -> str:
    """So many points."""
    return f"{count} point{'s' * (count != 1)}"
