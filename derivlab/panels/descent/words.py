"""What the gradient-descent lab says about its picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from derivlab.descent import Descent
from derivlab.descent.narration import vector
from derivlab.panels.descent.choices import WHOLE

TOLD = {"rate": "rate {:.4g}", "beta": "β {:.3g}", "beta2": "β₂ {:.4g}", "noise": "noise {:.3g}", "seed": "seed {}",
        "method": "gradient by {}", "h": "h {:.3g}"}  # fmt: skip


def result(
    name: str,
    controls: Sequence,
    plain: dict,
    whole: Sequence[Descent],
    shown: Sequence[Descent],
    stable: Any,
) -> str:
    """Where the first optimiser is, whether it is stable, how it ends, and the race, in one line."""
    first, here = whole[0], shown[0].steps[-1]
    parts = [
        f"{first.optimiser.name}{settings(controls, plain)} on {name} from {vector(first.steps[0].x)}: "
        f"after {len(shown[0].steps) - 1} steps x = {vector(here.x)}, f = {here.value:.6g}.",
        f"{stable.says()}." if stable is not None else "",
        f"In all it {first.course()}: it {first.says()}.",
    ]
    if len(whole) > 1:
        ranks = sorted(shown, key=lambda d: d.values[-1] if np.isfinite(d.values[-1]) else np.inf)
        told = ", ".join(f"{d.optimiser.name} {d.values[-1]:.3g}" for d in ranks)
        parts.append(f"Race, lowest f first: {told}.")
    look = plain["show"].lstrip("1234. ")
    return " ".join(filter(None, [*parts, f"Arrows: {look}." if plain["show"] != WHOLE else ""]))


def sweep(
    names: Sequence[str], curves: Sequence[tuple], places: Sequence[int | None], evaluations: int
) -> str:
    """The best rate of every optimiser, and the f reached with it."""
    told = []
    for name, (rates, values), place in zip(names, curves, places, strict=True):
        rate = (
            f" {rates[place]:.3g}" if place is not None else " takes no rate" if len(rates) == 2 else " none"
        )
        told.append(f"{name}{rate} (f = {values[place or 0]:.3g})")
    return f"Best rates after {evaluations} evaluations: {', '.join(told)}."


def settings(controls: Sequence, plain: dict) -> str:
    """Rate, memory, noise and method, as far as they matter, in brackets."""
    plain = {**plain, "method": plain["method"].partition(" (")[0]}
    shown = [c.name for c in controls if c.name in TOLD and c.matters(plain)]
    told = [
        TOLD[n].format(plain[n]) for n in shown if plain[n] not in (0.0, "exact") or n in ("beta", "seed")
    ]
    return f" ({', '.join(told)})" if told else ""
