"""Trust: whether a number is the derivative, why the methods disagree, and what to write instead.

Evidence is gathered once: two runs at x, one automatic run and one sweep of differences along one or two lines, slopes
from both sides with a hundred digits. An ordered table of rules then decides; the first that finds something wins.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derivlab.diagnosis.diagnose import diagnosed, judge
from derivlab.diagnosis.evidence import Evidence, gather
from derivlab.diagnosis.kinds import KINDS, Kind
from derivlab.diagnosis.verdict import Methods, Verdict

__all__ = ["KINDS", "Evidence", "Kind", "Methods", "Verdict", "diagnose", "diagnosed", "gather", "judge"]


def diagnose(f: Callable, x: Any, args: tuple = (), effort: float = 1.0) -> Verdict:
    """Whether f has a derivative at x, which number it is, and why methods disagree: `compare(f, x).verdict`.

    About 60 evaluations of f beside those of the compared methods, `effort` times as many where asked. Errors:
    `DerivativeError` where f is no function.
    """
    from derivlab.comparison import compare

    return compare(f, x, args=args).diagnose(effort)
