"""From evidence to a verdict: the first rule that finds something decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derivlab.diagnosis.evidence import Evidence, gather
from derivlab.diagnosis.limits import RULES
from derivlab.diagnosis.rejections import bad_input, bad_output, changes, fails, not_finite
from derivlab.diagnosis.values import guess, methods_of, stands
from derivlab.diagnosis.verdict import Finding, Verdict
from derivlab.diagnosis.words import mend, says
from derivlab.errors import DerivativeError
from derivlab.verbs import prepare

ORDER: tuple[Callable[[Evidence], Finding | None], ...] = (
    bad_input,
    fails,
    bad_output,
    changes,
    not_finite,
    *RULES,
    stands,
)


def judge(evidence: Evidence) -> Verdict:
    """The verdict of the first rule that applies."""
    finding = next(found for rule in ORDER if (found := rule(evidence)) is not None)
    finding = guess(evidence, finding)
    methods = methods_of(evidence, finding)
    return Verdict(
        finding.trust,
        finding.kind,
        says(evidence, finding, methods),
        mend(evidence, finding),
        finding.value,
        finding.left,
        finding.right,
        methods,
        finding.site,
        evidence.evaluations,
    )


def diagnosed(comparison: Any, effort: float = 1.0) -> Verdict:
    """The verdict on a comparison: its f at its x, with its rows."""
    f, args, x = comparison.f.f, comparison.f.args, comparison.x
    try:
        prepare(f, x, args)
    except DerivativeError as error:
        return judge(Evidence(f, args, x, comparison.rows, refusal=str(error)))
    return judge(gather(f, args, x, comparison, effort))
