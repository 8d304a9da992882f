"""Filled formulas as MathML, which browsers set and screen readers read."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np

from derivlab.descent.formulas import SIGNS, Filled
from derivlab.descent.narration import vector

SUBSCRIPTS = {"₁": "1", "₂": "2"}
HAT = "\u0302"


def table(lines: Sequence[Filled], now: Sequence[str] = ()) -> str:
    """The lines as a table: what each belongs to, and its formula; those of the parts in `now` are marked."""
    return f'<table class="dl-formula" aria-label="The update with its numbers"><tbody>{"".join(_rows(lines, now))}</tbody></table>'


def _rows(lines: Sequence[Filled], now: Sequence[str]) -> Any:
    for before, line in zip((None, *lines), lines, strict=False):
        named = line.part if before is None or before.part != line.part else ""
        mark = ' class="dl-now"' if line.part in now else ""
        yield f"<tr{mark}><th scope='row'>{named}</th><td>{formula(line)}</td></tr>"


def formula(line: Filled) -> str:
    """symbol = formula = numbers = value."""
    sign = "<mo>←</mo>" if line.symbol in _symbols(line.right) else "<mo>=</mo>"
    sides = [_mathml(line.right), _mathml(line.numbers), _mathml(line.value)]
    right = "<mo>=</mo>".join(side for side in sides if side)
    return f"<math displaystyle='true'><mrow>{_mathml(line.symbol)}{sign}{right}</mrow></math>"


def _symbols(tree: Any) -> list[str]:
    if isinstance(tree, str):
        return [tree]
    if isinstance(tree, (list, tuple)):
        return [symbol for part in tree for symbol in _symbols(part)]
    return []


def _mathml(tree: Any) -> str:
    if isinstance(tree, str):
        return _symbol(tree)
    if isinstance(tree, tuple):
        return _WRITTEN[tree[0]](*tree[1:])
    if isinstance(tree, list):
        return "".join(_signed(tree, i) for i in range(len(tree)))
    return _number(tree)


def _signed(row: list, i: int) -> str:
    """A negative number behind a sign stands in brackets."""
    part = row[i]
    plain = isinstance(part, (str, tuple, list)) or np.ndim(part) or not part < 0
    return _mathml(part) if i == 0 or plain or row[i - 1] == "(" else f"<mo>(</mo>{_number(part)}<mo>)</mo>"


def _row(tree: Any) -> str:
    return f"<mrow>{_mathml(tree)}</mrow>"


def _power(base: Any, exponent: Any) -> str:
    bare = isinstance(base, str) or (np.ndim(base) or not base < 0)
    inner = _row(base) if bare else f"<mrow><mo>(</mo>{_mathml(base)}<mo>)</mo></mrow>"
    return f"<msup>{inner}{_row(exponent)}</msup>"


_WRITTEN: dict[str, Any] = {
    "over": lambda top, bottom: f"<mfrac>{_row(top)}{_row(bottom)}</mfrac>",
    "root": lambda inner: f"<msqrt>{_mathml(inner)}</msqrt>",
    "power": _power,
}


def _symbol(name: str) -> str:
    if name in SIGNS:
        return f"<mo>{name}</mo>"
    if name.lstrip("−").isdigit():
        return f"<mn>{name}</mn>"
    if name[-1] in SUBSCRIPTS:
        return f"<msub><mi>{name[:-1]}</mi><mn>{SUBSCRIPTS[name[-1]]}</mn></msub>"
    if name[-1] == HAT:
        return f"<mover accent='true'><mi>{name[:-1]}</mi><mo stretchy='false'>^</mo></mover>"
    plain = {"ŝ": "s"}.get(name)
    return (
        f"<mover accent='true'><mi>{plain}</mi><mo stretchy='false'>^</mo></mover>"
        if plain
        else f"<mi>{escape(name)}</mi>"
    )


def _number(value: Any) -> str:
    """A number, or a few in brackets, with four digits."""
    text = vector(value).replace("-", "−")
    if np.ndim(value) == 0:
        return _decimal(text)
    entries = "<mo separator='true'>,</mo>".join(map(_decimal, text.strip("()").split(", ")))
    return f"<mrow><mo>(</mo>{entries}<mo>)</mo></mrow>"


def _decimal(text: str) -> str:
    """1.5e−07 as a power of ten."""
    digits, _, power = text.partition("e")
    if not power:
        return f"<mn>{digits}</mn>"
    ten = f"<msup><mn>10</mn><mn>{power[0].strip('+')}{power[1:].lstrip('0')}</mn></msup>"
    return ten if digits == "1" else f"<mrow><mn>{digits}</mn><mo>·</mo>{ten}</mrow>"
