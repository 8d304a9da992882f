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


def unknown(word: str, called: bool) -> str:
    """What is said of a word, which a bracket follows where it is `called`."""
    if word.lower() in NOTES:
        return f"{shown(word)!r} is no name here: {NOTES[word.lower()]}"
    product = None if "__" in word or len(word) > 20 else _product(word, called)
    if product:
        return f"{shown(word)!r} is no name here; write {product}"
    near = [word.lower()] if word.lower() in KNOWN else difflib.get_close_matches(word, KNOWN, 1, 0.65)
    likely = (
        f"did you mean {near[0]}?"
        if near and "__" not in word
        else "write one letter, or one with a number: x, x1"
    )
    return f"{shown(word)!r} is no function or variable that formulas know; {likely}"


def _product(word: str, called: bool) -> str | None:
    """A word as a call or a product without its sign: sinx, xsin(x), xy."""
    if word.lower() in KNOWN:
        return None
    for known in LONGEST_FIRST:
        rest, head = word.removeprefix(known), word.removesuffix(known)
        if rest != word and not called and (VARIABLE.fullmatch(rest) or rest.isdigit()):
            return f"{known}({rest})"
        if head != word and VARIABLE.fullmatch(head) and (called or len(known) > 2):
            return f"{head}*{known}{'(...)' * called}"
    likely = len(word) == 2 or not difflib.get_close_matches(word, KNOWN, 1, 0.75)
    if not called and re.fullmatch(rf"[A-Za-z{GREEK}]{{2,3}}", word) and likely:
        return f"{'*'.join(word)} for a product"
    return None
