"""What is said of a name that formulas do not know: the likeliest thing to write instead."""

from __future__ import annotations

import difflib
import keyword
import re

from derivlab.formula.names import ALIASES, FUNCTIONS, GREEK_NAMES, KNOWN
from derivlab.formula.tokens import GREEK

LETTER = rf"(?:[A-Za-z{GREEK}]|{'|'.join(sorted(GREEK_NAMES))})"
VARIABLE = re.compile(LETTER + r"(?:_?[0-9]{1,4}|_[A-Za-z0-9]{1,8})?")
LONGEST_FIRST = sorted((*FUNCTIONS, *ALIASES), key=len, reverse=True)

NOTES = {  # words that are taken for names
    **dict.fromkeys(map(str.lower, keyword.kwlist), "a formula is calculated, not executed; take it out"),
    **dict.fromkeys(("and", "or", "not", "if", "else"), "write where(x > 0, a, b) for cases"),
    **dict.fromkeys(("inf", "infinity", "oo", "nan"), "only finite numbers are calculated with; take it out"),
    "factorial": "write gamma(n + 1)",
}


def shown(text: str) -> str:
    """What was typed, cut where it is long."""
    return text if len(text) <= 20 else text[:17] + "..."


def unknown(word: str, called: bool, held: bool) -> str:
    """What is said of a word: a bracket follows where it is `called`, it belongs to what stands before where it is `held`."""
    if word.lower() in NOTES:
        return f"{shown(word)!r} is no name here: {NOTES[word.lower()]}"
    plain = "__" not in word and len(word) <= 20
    if plain and word.lower() not in KNOWN and (meant := _call(word, called) or _product(word, called, held)):
        return f"{shown(word)!r} is no name here; write {meant}"
    near = [word.lower()] if word.lower() in KNOWN else difflib.get_close_matches(word, KNOWN, 1, 0.65)
    likely = f"did you mean {near[0]}?" if near and plain else "write one letter, or one with a number: x, x1"
    return f"{shown(word)!r} is no function or variable that formulas know; {likely}"


def _call(word: str, called: bool) -> str | None:
    """A word as a call without its brackets, or after a factor: sinx, cos2x, xsin(x)."""
    for known in LONGEST_FIRST:
        rest, head = word.removeprefix(known), word.removesuffix(known)
        if rest != word and not called and re.fullmatch(rf"[0-9]*(?:{VARIABLE.pattern}|pi)?", rest):
            return f"{known}({rest})"
        if head != word and VARIABLE.fullmatch(head) and (called or len(known) > 2):
            return f"{head}*{known}{'(...)' * called}"
    return None


def _product(word: str, called: bool, held: bool) -> str | None:
    """A word as a product, in brackets where the first factor alone would be taken: e^xy, sin xy, 1/xy."""
    letters = re.fullmatch(rf"[A-Za-z{GREEK}]{{2,3}}", word)
    likely = len(word) == 2 or not difflib.get_close_matches(word, KNOWN, 1, 0.75)
    factors = ["pi", word[2:]] if word.startswith("pi") and VARIABLE.fullmatch(word[2:]) else list(word)
    if called or (factors[0] != "pi" and not (letters and likely)):
        return None
    product = "*".join(factors)
    return f"({product})" if held else f"{product} for a product"
