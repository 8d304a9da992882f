"""Descents as streams of steps: optimisers, schedules, races, and what the function looks like where they are."""

from derivlab.descent.curved import BFGS, Backtracking, ConjugateGradient, Newton
from derivlab.descent.local import Section, Stability, section, stability
from derivlab.descent.narration import Part, narrate
from derivlab.descent.optimisers import (
    AdaGrad,
    Adam,
    AdamW,
    GradientDescent,
    Here,
    Momentum,
    Move,
    Nesterov,
    Optimiser,
    RMSProp,
)
from derivlab.descent.race import Race, RateSweep, race, rate_sweep
from derivlab.descent.record import Descent, descend
from derivlab.descent.schedules import Cosine, Exponential, InverseTime, StepDecay, Warmup
from derivlab.descent.stream import Step, steps

__all__ = [
    "BFGS",
    "AdaGrad",
    "Adam",
    "AdamW",
    "Backtracking",
    "ConjugateGradient",
    "Cosine",
    "Descent",
    "Exponential",
    "GradientDescent",
    "Here",
    "InverseTime",
    "Momentum",
    "Move",
    "Nesterov",
    "Newton",
    "Optimiser",
    "Part",
    "RMSProp",
    "Race",
    "RateSweep",
    "Section",
    "Stability",
    "Step",
    "StepDecay",
    "Warmup",
    "descend",
    "narrate",
    "race",
    "rate_sweep",
    "section",
    "stability",
    "steps",
]
