"""A verdict above a table: in colour and in words."""

from __future__ import annotations

import html
from typing import Any

SLOW = 3.0  # seconds that a table may take for its verdict
EVALUATIONS = 60
# Okabe and Ito's colours; the word says the same.
COLOURS = {"value": "#009e73", "undefined": "#0072b2", "unreliable": "#e69f00", "rejected": "#d55e00"}
MARKS = {"value": "\u2713", "undefined": "\u2220", "unreliable": "?", "rejected": "\u2715"}


def banner(comparison: Any) -> str:
    """The verdict as HTML; of a slow function only how to ask for it."""
    seconds = comparison.seconds_of_f * EVALUATIONS
    if "verdict" not in vars(comparison) and seconds > SLOW:
        return f"<p>.verdict and .why() say which number to trust: {EVALUATIONS} more evaluations, {seconds:.0f} s.</p>"
    verdict = comparison.verdict
    colour = COLOURS[verdict.trust]
    line = f"<br><code>{html.escape(str(verdict.line))}</code>" if verdict.line is not None else ""
    return (
        f'<div role="note" class="verdict {verdict.trust}" style="white-space:normal;max-width:60em;font-size:.9em;'
        f'margin:.5em 0;padding:.4em .8em;border-left:.35em solid {colour};background:{colour}22">'
        f'<strong><span style="color:{colour}" aria-hidden="true">{MARKS[verdict.trust]}</span> '
        f"{verdict.trust}</strong> ({verdict.kind.replace('_', ' ')}): {html.escape(verdict.says)}{line}</div>"
    )
