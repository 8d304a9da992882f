"""A function's graph walked edge by edge: what each step hands on, what is asked there, and what an answer is worth."""

from derivlab.graph.functions import FUNCTIONS, Example
from derivlab.graph.judgement import ASKS, Judgement, judge, question, reveal, symbol
from derivlab.graph.nudge import Nudge, moved, nudge
from derivlab.graph.place import asked
from derivlab.graph.walk import MODES, MOST, Step, Walk, walk

__all__ = [
    "ASKS",
    "FUNCTIONS",
    "MODES",
    "MOST",
    "Example",
    "Judgement",
    "Nudge",
    "Step",
    "Walk",
    "asked",
    "judge",
    "moved",
    "nudge",
    "question",
    "reveal",
    "symbol",
    "walk",
]
