"""The digit microscope: a difference quotient digit by digit, with what cancels, what survives and what is right."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.lift import Bound
from derivlab.methods.output import as_output
from derivlab.stepsize.slopes import slopes_of
from derivlab.stepsize.stencils import SHORT
from derivlab.stepsize.sweep import along
from derivlab.table import written
from derivlab.verbs import prepare

DIGITS = 17  # that tell every float64 from its neighbours

# What kind of digit: words for the legend, mark below it in text, style in HTML (colour is never alone).
MARKS: dict[str, tuple[str, str, str]] = {
    "cancelled": ("cancels", ".", "color:#595959;text-decoration:line-through"),
    "survives": ("survives", "^", "color:#0072B2;font-weight:bold;text-decoration:underline"),
    "right": ("right", "=", "color:#007e5b;font-weight:bold;text-decoration:underline"),
    "wrong": ("wrong", "x", "color:#b34700;font-style:italic;text-decoration:underline wavy"),
    "plain": ("", " ", "color:#111"),
}


@dataclass(frozen=True)
class Line:
    """A number under the microscope: runs of digits of one kind."""

    label: str
    runs: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        return "".join(run for _, run in self.runs)

    def marks(self) -> str:
        """One mark below each digit."""
        return "".join(
            "".join(MARKS[kind][1] if c.isdigit() else " " for c in run) for kind, run in self.runs
        )


@dataclass(frozen=True, repr=False)
class Microscope:
    """f at both points, their difference, and the quotient beside the true slope.

    `cancelled` and `surviving` count significant digits of f, `right` those of the quotient that are true.
    """

    lines: tuple[Line, ...]
    h: float
    x: Any
    name: str
    quotient: float
    truth: float
    cancelled: int
    surviving: int
    right: int
    says: str

    def blaming(self, cause: str) -> Microscope:
        """The same digits, with another cause for those that are wrong."""
        return replace(
            self,
            says=_says(self.cancelled, self.surviving, self.right, self.quotient, f"{cause} spoils the rest"),
        )

    def __repr__(self) -> str:
        wide = max(len(line.label) for line in self.lines)
        rows = [self._title()]
        for line in self.lines:
            rows.append(f"{line.label:>{wide}} = {line.text}")
            if line.marks().strip():
                rows.append(" " * (wide + 3) + line.marks().rstrip())
        legend = "  ".join(f"{mark} {words}" for words, mark, _ in list(MARKS.values())[:4])
        return "\n".join([*rows, f"({legend})", self.says])

    def _title(self) -> str:
        return f"{self.name} at x = {written(self.x)}, h = {self.h:.3g}"

    def _repr_html_(self) -> str:
        text = "color:var(--jp-content-font-color1,#111)"
        rows = "".join(
            f'<tr style="background:transparent"><th scope="row" style="text-align:right;font-weight:normal;{text}">{html.escape(line.label)} =</th>'
            f'<td style="text-align:left;white-space:pre;background:#fff;padding:0 .5em">{"".join(map(_span, line.runs))}</td></tr>'
            for line in self.lines
        )
        legend = " &nbsp; ".join(
            f'<span style="background:#fff;padding:0 .3em;{style}">{words}</span>'
            for words, _, style in list(MARKS.values())[:4]
        )
        return (
            f'<table style="border-collapse:collapse;font-family:monospace;font-size:1.1em" aria-label="{html.escape(self.says)}">'
            f'<caption style="text-align:left;{text}">{html.escape(self._title())}</caption><tbody>{rows}</tbody></table>'
            f'<div style="{text}">{legend}<br>{html.escape(self.says)}</div>'
        )


def _span(run: tuple[str, str]) -> str:
    kind, digits = run
    style = MARKS[kind][2]
    shown = f"[{digits}]" if kind == "cancelled" and digits.strip() else digits
    return f'<span style="{style}">{html.escape(shown)}</span>'


def digit_microscope(
    f: Callable,
    x: Any,
    h: float = 1e-8,
    method: str = "forward_difference",
    direction: Any = None,
    output: int = 0,
    truth: Any = None,
    args: tuple = (),
) -> Microscope:
    """One difference quotient of f at x with step h, digit by digit.

    `method` is "forward_difference" or "central_difference"; for an array x, `direction` is a coordinate's number or
    an array; where f returns an array, `output` counts its entries; `truth` is the slope where it is known. Errors:
    `DerivativeError` for steps that are not positive, or where f has no finite value or no slope.
    """
    g, point = prepare(f, x, args)
    v, method = along(direction, point), SHORT.get(method, method)
    if not (isinstance(h, Real) and 0 < h < np.inf):
        raise DerivativeError(f"h is {h}; give a positive number such as 1e-8.")
    if method not in ("forward_difference", "central_difference"):
        raise DerivativeError(f"the microscope shows a forward or a central difference, not {method!r}; nothing cancels in others.")  # fmt: skip
    central = method == "central_difference"
    low_at = point - h * v if central else point
    high, low = (_value(g, p, output) for p in (point + h * v, low_at))
    slope = float(np.ravel(slopes_of(g, point, v, 0.0, truth).first)[output if truth is None else 0])
    name = getattr(f, "__name__", type(f).__name__)
    return _looked_at(high, low, float(h), slope, central, point, name)


def _value(f: Bound, x: Any, output: int) -> float:
    with np.errstate(all="ignore"):
        values = as_output(f(x)).ravel()
    if not -values.size <= output < values.size:
        raise DerivativeError(f"output is {output}, and f returns {values.size} numbers; count from 0.")
    if not np.isfinite(values[output]):
        raise DerivativeError("f is not finite at x or at x + h; give another x or a smaller h.")
    return float(values[output])


def _looked_at(
    high: float, low: float, h: float, slope: float, central: bool, x: Any, name: str
) -> Microscope:
    size = max(abs(high), abs(low))
    places = DIGITS - 1 - (int(np.floor(np.log10(size))) if size > 0 else 0)
    difference = high - low
    gone = DIGITS if difference == 0 else max(0, int(np.floor(np.log10(size))) - int(np.floor(np.log10(abs(difference)))))  # fmt: skip
    up, down, apart = (_fixed(value, places) for value in (high, low, difference))
    wide = max(map(len, (up, down, apart)))
    up, down, apart = (text.rjust(wide) for text in (up, down, apart))
    cut = _common(up, down)
    width = 2 * h if central else h
    quotient = difference / width
    right = _right_digits(quotient, slope)
    shown, true = _significant(quotient), _significant(slope)
    power = shown.find("e") if "e" in shown else len(shown)
    split = _after(shown[:power], right)
    lines = (
        Line("f(x + h)", (("cancelled", up[:cut]), ("survives", up[cut:]))),
        Line("f(x − h)" if central else "f(x)", (("cancelled", down[:cut]), ("survives", down[cut:]))),
        Line("difference", (("cancelled", apart[: _lead(apart)]), ("survives", apart[_lead(apart) :]))),
        Line("÷ 2h" if central else "÷ h", (("plain", f"{width:.16g}"),)),
        Line("quotient", (("right", shown[:split]), ("wrong", shown[split:power]), ("plain", shown[power:]))),
        Line("true slope", (("plain", true),)),
    )
    left = max(DIGITS - 1 - gone, 0)
    cause = "truncation spoils the rest: h is large" if right < left - 1 else "rounding spoils the rest"
    return Microscope(lines, h, x, name, quotient, slope, min(gone, DIGITS - 1), left, right, _says(gone, left, right, difference, cause))  # fmt: skip


def _says(gone: int, left: int, right: int, difference: float, cause: str) -> str:
    if difference == 0:
        return "Both values are the same float: all digits cancel, and the quotient is 0."
    kept = "1 digit of the quotient is" if right == 1 else f"{right} digits of the quotient are"
    return f"Of about 16 digits {gone} cancel and {left} survive; {kept} right, and {cause}."


def _fixed(value: float, places: int) -> str:
    """With so many digits after the point, exactly rounded."""
    return f"{Decimal(value):.{max(places, 0)}f}"


def _significant(value: float) -> str:
    return f"{value:.{DIGITS - 1}e}" if value and not 1e-5 <= abs(value) < 1e16 else f"{Decimal(value):.{max(DIGITS - 1 - _exponent(value), 0)}f}"  # fmt: skip


def _exponent(value: float) -> int:
    return int(np.floor(np.log10(abs(value)))) if value else 0


def _common(a: str, b: str) -> int:
    """The length of the common beginning."""
    return next((i for i, (p, q) in enumerate(zip(a, b, strict=True)) if p != q), len(a))


def _lead(text: str) -> int:
    """Where the first digit stands that is not 0."""
    return next((i for i, c in enumerate(text) if c in "123456789"), len(text))


def _right_digits(value: float, truth: float) -> int:
    """Significant digits that agree: -log10 of the relative error, at most 16."""
    if truth == 0:
        return 16 if value == 0 else 0
    error = abs(value - truth) / abs(truth)
    return 16 if error == 0 else int(np.clip(np.floor(-np.log10(error) + 0.3), 0, 16))  # half a digit is one


def _after(text: str, count: int) -> int:
    """The place behind the first `count` significant digits."""
    seen = 0
    for i, c in enumerate(text):
        if seen == count:
            return i if seen else 0
        seen += c.isdigit() and (seen > 0 or c != "0")
    return len(text)
