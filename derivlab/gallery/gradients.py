"""The gallery of hand-written gradients: right ones and wrong ones, each wrong one with the name of its mistake.

>>> from derivlab.gallery.gradients import GRADIENTS
>>> import derivlab as dl
>>> all(bool(dl.check_gradient(g.f, g.grad, g.x)) == g.right for g in GRADIENTS)
True
"""

from __future__ import annotations

from derivlab.gallery import gradients_formulas, gradients_models, gradients_right, gradients_shapes
from derivlab.gallery.gradients_record import MISTAKES, HandWritten, Shelf

__all__ = ["GRADIENTS", "MISTAKES", "SHELVES", "HandWritten", "Shelf", "hand_written"]

SHELVES: tuple[Shelf, ...] = (
    *gradients_formulas.SHELVES,
    *gradients_models.SHELVES,
    *gradients_shapes.SHELVES,
    *gradients_right.SHELVES,
)

GRADIENTS: tuple[HandWritten, ...] = tuple(g for shelf in SHELVES for g in shelf.gradients)


def hand_written(name: str) -> HandWritten:
    """The gradient of that name; KeyError when there is none."""
    return {g.name: g for g in GRADIENTS}[name]
