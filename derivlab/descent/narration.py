"""A step told in its parts: gradient, direction, scale, move; each with its numbers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from derivlab.descent.record import Descent


class Part(NamedTuple):
    """A part of a step: its name, the formula, and the same with numbers."""

    name: str
    formula: str
    numbers: str

    def __str__(self) -> str:
        return f"{self.name}: {self.formula} = {self.numbers}"


def narrate(descent: Descent, number: int) -> tuple[Part, ...]:
    """The parts of step `number` of a single descent, in the order in which they are calculated.

    The direction is left out where it is the gradient itself. A step at the end of a descent has its gradient only.
    """
    step = descent.steps[number]
    gradient = Part("gradient", f"f'(x) at x = {vector(step.x)}", vector(step.gradient))
    if step.outcome:
        return (gradient,)
    parts = [gradient]
    if not np.array_equal(step.direction, step.gradient):
        parts.append(Part("direction", _direction(descent), vector(step.direction)))
    parts.append(Part("scale", _scale(descent), _common(step.scale)))
    formula = "-scale · direction" if len(parts) == 3 else "-scale · gradient"
    decay = (
        " - rate · decay · x"
        if hasattr(descent.optimiser, "decay") and descent.optimiser.name == "AdamW"
        else ""
    )
    after = np.asarray(step.x) + step.move
    parts.append(Part("move", formula + decay, f"{vector(step.move)}, so x becomes {vector(after)}"))
    return tuple(parts)


def vector(value: Any) -> str:
    """A number, or a few in brackets, with four digits."""
    flat = np.ravel(value)
    if np.ndim(value) == 0:
        return f"{flat[0]:.4g}"
    shown = ", ".join(f"{v:.4g}" for v in flat[:4])
    return f"({shown}{', ...' if flat.size > 4 else ''})"


def _common(value: Any) -> str:
    """One number where all entries are the same."""
    flat = np.ravel(value)
    return f"{flat[0]:.4g}" if np.all(flat == flat[0]) else vector(value)


def _direction(descent: Descent) -> str:
    return {
        "momentum": "beta · v + gradient",
        "Nesterov": "gradient + beta · (beta · v + gradient)",
        "Adam": "running mean of gradients, freed of its start at zero",
        "AdamW": "running mean of gradients, freed of its start at zero",
        "Newton": "H⁻¹ · gradient",
        "BFGS": "estimate of H⁻¹ · gradient",
        "conjugate gradient": "gradient + beta · direction before",
    }.get(descent.optimiser.name, "what the optimiser makes of the gradient")


def _scale(descent: Descent) -> str:
    return {
        "AdaGrad": "rate / √(sum of squared gradients)",
        "RMSProp": "rate / √(running mean of squared gradients)",
        "Adam": "rate / √(running mean of squared gradients)",
        "AdamW": "rate / √(running mean of squared gradients)",
        "backtracking": "length found by halving",
        "BFGS": "length found by a line search",
        "conjugate gradient": "length found by a line search",
    }.get(descent.optimiser.name, "rate")
