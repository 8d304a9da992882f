"""The trap gallery: functions on which some method is silently wrong, each with the verdict that is right.

>>> from derivlab.gallery.traps import TRAPS, trap
>>> trap("absolute_value").left, trap("absolute_value").right
(-1.0, 1.0)
"""

from __future__ import annotations

from collections import Counter

from derivlab.gallery import (
    traps_code,
    traps_everyday,
    traps_floats,
    traps_inputs,
    traps_joins,
    traps_jumps,
    traps_kinks,
    traps_programs,
    traps_singular,
)
from derivlab.gallery.traps_record import TRUSTS, Topic, Trap

__all__ = ["KINDS", "TOPICS", "TRAPS", "TRUSTS", "Topic", "Trap", "counts", "trap"]

TOPICS: tuple[Topic, ...] = (
    *traps_kinks.TOPICS,
    *traps_joins.TOPICS,
    *traps_jumps.TOPICS,
    *traps_singular.TOPICS,
    *traps_floats.TOPICS,
    *traps_programs.TOPICS,
    *traps_code.TOPICS,
    *traps_inputs.TOPICS,
    *traps_everyday.TOPICS,
)

TRAPS: tuple[Trap, ...] = tuple(trap for topic in TOPICS for trap in topic.traps)

KINDS: tuple[str, ...] = tuple(sorted({kind for trap in TRAPS for kind in trap.kind}))


def trap(name: str) -> Trap:
    """The trap of that name; KeyError when there is none."""
    return {trap.name: trap for trap in TRAPS}[name]


def counts() -> dict[str, int]:
    """How many traps have each first-named kind, most first."""
    return dict(Counter(trap.kind[0] for trap in TRAPS).most_common())
