"""The parts of a step as arrows: which are drawn, how long, and what stands at them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from derivlab.descent import Step

ARROWS = {  # which of three arrows shows a part of a step, and whether the part is what the scale has been applied to
    "slope": (0, False), "added": (1, False), "direction": (1, False), "sum": (2, False), "gradient": (0, True), "momentum": (1, True), "step": (2, True),
}  # fmt: skip
SHORTEST = 0.14  # of the picture: shorter arrows are enlarged, all by the same factor
LONGEST = 0.6  # of the picture: a gradient may be longer than all of it


def arrows_of(
    step: Step, shown: Sequence[str], span: np.ndarray
) -> tuple[dict[int, tuple[str, np.ndarray]], float]:
    """Name and tip of each arrow to draw, and how many times too long they are; arrows of no length are left out."""
    parts = {}
    for scaled in (False, True):
        scale = np.asarray(step.scale) if scaled else np.ones(())
        gradient = -scale * step.gradient
        whole = step.move if scaled else -step.direction
        tips = dict(
            zip(
                ("gradient", "momentum", "step") if scaled else ("slope", "added", "sum"),
                (gradient, whole - gradient, whole),
                strict=True,
            )
        )
        tips |= {} if scaled else {"direction": whole}
        lengths = {name: np.hypot(*(tip / span)) for name, tip in tips.items()}
        names = [name for name in tips if name in shown]
        seen = [name for name in names if lengths[name] > 1e-3 * max(lengths.values())]
        longest = max((lengths[name] for name in seen), default=0.0)
        if longest > 0:
            factor = _enlarged(longest, scaled)
            parts[scaled] = {ARROWS[name][0]: (name, factor * tips[name]) for name in seen}, factor
    both = [parts[scaled] for scaled in (True, False) if scaled in parts]
    return {k: v for drawn, _ in reversed(both) for k, v in drawn.items()}, both[0][1] if both else 1.0


def _enlarged(longest: float, scaled: bool) -> float:
    if longest < SHORTEST:
        return _round(SHORTEST / longest)
    return 1.0 if scaled or longest < LONGEST else _round(LONGEST / longest) / 2


def label_of(name: str, middle: str) -> str:
    """What stands at an arrow."""
    added = {"momentum": middle, "added": middle}
    return added.get(name) or {"slope": "-gradient", "gradient": "-gradient", "sum": "direction"}.get(
        name, name
    )


def _round(factor: float) -> float:
    """1, 2 or 5 times a power of ten, at least as large."""
    power = 10.0 ** np.floor(np.log10(factor))
    return float(next(step for step in (1, 2, 5, 10) if step * power >= factor) * power)
