"""A finding in words: two sentences, and code to write instead."""

from __future__ import annotations

from typing import Any

from derivlab.comparison import at_x, name_of, shown
from derivlab.diagnosis.evidence import Evidence
from derivlab.diagnosis.kinds import KINDS, VARIANTS
from derivlab.diagnosis.mends import fitting
from derivlab.diagnosis.verdict import Finding, Methods
from derivlab.table import short


def says(e: Evidence, finding: Finding, methods: Methods) -> str:
    """The sentences of a finding's kind, with what was seen filled in."""
    special = (finding.trust, finding.kind, finding.about), (finding.trust, finding.kind)
    text = next((VARIANTS[key] for key in special if key in VARIANTS), KINDS[finding.kind].says)
    text = text.format(**_fields(e, finding))
    if methods.wrong and finding.trust in ("value", "undefined"):
        verb = "is" if len(methods.wrong) == 1 else "are"
        what = "gives" if len(methods.wrong) == 1 else "give"
        text += (
            f" Wrong here {verb} {_listed(methods.wrong)}."
            if finding.trust == "value"
            else f" Here {_listed(methods.wrong)} {what} a number nevertheless."
        )
    return text


def mend(e: Evidence, finding: Finding) -> str:
    """Code of the finding's kind, with the user's line in it."""
    if finding.site is not None and (code := fitting(finding.kind, finding.site.text)) is not None:
        return f"{code}\n# instead of   {finding.site.text}"
    return KINDS[finding.kind].mend.format(**_fields(e, finding)).rstrip()


def _fields(e: Evidence, finding: Finding) -> dict[str, str]:
    line = "the line responsible" if finding.site is None else finding.site.text
    numbers = {name: number(getattr(finding, name)) for name in ("value", "left", "right")}
    return {
        **numbers,
        "f": name_of(e.f),
        "at_x": at_x(e.f),
        "x": shown(e.x),
        "line": line,
        "about": finding.about.rstrip(".") if finding.kind != "bad_output" else finding.about,
    }


def number(value: Any) -> str:
    """A number or an array in a few characters."""
    return "none" if value is None else short(value)


def _listed(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
