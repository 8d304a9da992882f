"""A line of text as tokens: numbers, names, signs, each with its column counted from 1."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from derivlab.errors import DerivativeError

LONGEST = 1000  # characters of a formula
DIGITS = 40  # characters of a number, so that none takes long to read

SIGNS = {"≤": "<=", "≥": ">=", "×": "*", "·": "*", "⋅": "*", "∙": "*", "∗": "*", "÷": "/", "⁄": "/", "∕": "/", "−": "-", "–": "-", "**": "^"}  # fmt: skip
SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+", strict=True))
SAME = str.maketrans("₀₁₂₃₄₅₆₇₈₉µϵϱ", "0123456789μερ")  # in names: x₁ is x1, and the micro sign a mu
GREEK = "ΓΔΘΛΞΠΣΦΨΩα-ξπ-ωϑϕ"  # none that looks like a Latin letter
ALONE = "(?<![A-Za-z])[ΓΘΛΞΠΣΦΨΩαβγεζηθλμξστφψωϑϕµϵ]"  # a letter follows as a factor: ωt, but neither Δx, nor a sine with an iota
BLANK = re.compile(r"[ \t\u00a0\u2009\u202f]*")
TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    rf"|(?P<name>[A-Za-z][A-Za-z0-9_₀-₉]*|π(?!_)|{ALONE}(?:_[A-Za-z0-9]+|[0-9]+|[₀-₉]+)?|[{GREEK}µϵϱ][A-Za-z0-9_₀-₉]*)"
    r"|(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+)"
    r"|(?P<sign>\*\*|//|<=|>=|[-+*/^(),|√×·⋅∙∗÷⁄∕−–<>≤≥])"
)

HINTS = {
    **dict.fromkeys(("==", "!=", "=>", "=<", "≠"), "only <, >, <= and >= compare; write where(x > 0, a, b)"),
    "=": "a formula has no equals sign; write only what stands to the right of it",
    ".": "a point stands only inside a number; write 0.5, and sin(x) instead of np.sin(x)",
    "!": "there is no factorial; write gamma(n + 1)",
    "%": "there is no remainder and no percent; write x/100 for a percentage",
    "\\": "LaTeX commands are not read; write sin(x), sqrt(x), a/b",
    "∞": "infinity is no number to calculate with; take it out",
    "\n": "a formula is one line; join the lines",
    **dict.fromkeys("[]{}", "only round brackets group; write ( and )"),
    **dict.fromkeys("'\"`", "a formula has no text in quotes; take them out"),
    **dict.fromkeys(":;@#$&?~", "it has no meaning in a formula; take it out"),
}


class Token(NamedTuple):
    """`kind` is number, name, raised, end, or the sign itself; `text` is as typed, x₁ as x1."""

    kind: str
    text: str
    column: int
    touches: bool = False  # nothing between it and the token before


def wrong(column: int, says: str) -> DerivativeError:
    """The error that a line is answered with."""
    return DerivativeError(f"column {column}: {says}{'' if says.endswith('?') else '.'}")


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a line, an `end` last; errors: `DerivativeError` with the column."""
    if len(text) > LONGEST:
        raise wrong(LONGEST + 1, f"a formula has at most {LONGEST} characters; split it, or write a function")
    here = 0
    while True:
        start = here
        here = BLANK.match(text, start).end()  # type: ignore[union-attr]
        if here == len(text):
            yield Token("end", "", here + 1)
            return
        found = TOKEN.match(text, here)
        if found is None:
            raise wrong(here + 1, _stranger(text[here : here + 2]))
        kind, word = str(found.lastgroup), found.group()
        touches = here == start and here > 0
        yield Token(
            SIGNS.get(word, word) if kind == "sign" else kind,
            word.translate(SAME) if kind == "name" else word,
            here + 1,
            touches,
        )
        here = found.end()


def _stranger(found: str) -> str:
    """What is said of a character, or of a pair where the two are one sign."""
    found = found if found in HINTS else found[0]
    if found in HINTS:
        return f"{found!r} stands here, and {HINTS[found]}"
    shows = found.isprintable() and not unicodedata.category(found).startswith("M")  # no mark on its own
    named = unicodedata.name(found, "no printable character").lower()
    return f"{found if shows else ascii(found)} ({named}) has no meaning in a formula; take it out"


def number(token: Token) -> float:
    """The value of a number; errors: too long, too large or too small for a float."""
    if len(token.text) > DIGITS:
        raise wrong(token.column, f"this number has more than {DIGITS} characters; round it")
    digits, _, exponent = token.text.lower().partition("e")
    value = float(token.text) if len(exponent) <= 5 else float("inf")
    if value == float("inf") or (value == 0 and digits.strip("0.")):
        raise wrong(token.column, f"{token.text} lies outside the range of a float, 1e-308 to 1e308")
    return value
