"""How descents in one picture are told apart: a colour, a marker, a dash and a label for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from derivlab.descent import Descent

# Okabe and Ito (2008); a marker and a dash for each, so that colour is never alone.
RUNS = (("#D55E00", "o", "-"), ("#56B4E9", "s", (0, (5, 1.5))), ("#F0E442", "^", (0, (1.5, 1))), ("#CC79A7", "D", (0, (5, 1, 1, 1))),
        ("#009E73", "v", (0, (8, 2))), ("#E69F00", "P", (0, (3, 1))), ("#FFFFFF", "X", (0, (1, 2))))  # fmt: skip
ON_WHITE = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")


def name_of(descent: Descent) -> str:
    """The optimiser, with its rate where a limit of stability is known for it."""
    rate: Any = getattr(descent.optimiser, "rate", None)
    told = isinstance(rate, (int, float)) and getattr(descent.optimiser, "limit", None) is not None
    return f"{descent.optimiser.name} {rate:g}" if told else descent.optimiser.name


def labels_of(descents: Sequence[Descent]) -> list[str]:
    """Optimisers and rates; with the options that tell them apart, or the starts, where those are the same."""
    plain = [name_of(descent) for descent in descents]
    if len(set(plain)) == len(plain):
        return plain
    options = [vars(descent.optimiser) for descent in descents]
    differ = [
        key for key in options[0] if len({repr(given.get(key)) for given in options}) > 1 and key != "rate"
    ]
    if differ:
        return [
            ", ".join([name, *(f"{key} {_short(given[key])}" for key in differ if key in given)])
            for name, given in zip(plain, options, strict=True)
        ]
    return [f"{name} from {_short(d.steps[0].x)}" for name, d in zip(plain, descents, strict=True)]


def _short(value: Any) -> str:
    flat = [f"{v:.3g}" if isinstance(v, (int, float)) else str(v) for v in np.ravel(value).tolist()]
    return flat[0] if np.ndim(value) == 0 else f"({', '.join(flat[:3])}{', ...' if len(flat) > 3 else ''})"
