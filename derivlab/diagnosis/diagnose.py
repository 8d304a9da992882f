"""From evidence to a verdict: the first rule that finds something decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from derivlab.diagnosis.evidence import Evidence, gather
from derivlab.diagnosis.limits import RULES
from derivlab.diagnosis.rejections import bad_input, bad_output, changes, fails, not_finite
from derivlab.diagnosis.values import guess, methods_of, stands
from derivlab.diagnosis.verdict import Finding, Verdict

ORDER: tuple[Callable[[Evidence], Finding | None], ...] = (bad_input, fails, bad_output, changes, not_finite, *RULES, stands)


def judge(evidence: Evidence) -> Verdict:
    """The verdict of the first rule that applies."""
    finding = next(found for rule in ORDER if (found := rule(evidence)) is not None)
    finding = guess(evidence, finding)
    return Verdict(
        finding.trust, finding.kind, finding.about, "", finding.value, finding.left, finding.right,
        methods_of(evidence, finding), finding.site, evidence.evaluations,
    )


def verdict(f: Callable, x: Any, args: tuple = (), rows: Sequence[Any] = (), earlier: Sequence[Any] = (), effort: float = 1.0) -> Verdict:
    return judge(gather(f, args, x, rows, earlier, effort))
