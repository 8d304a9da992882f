"""The gallery of hand-written backward functions: right ones, and wrong ones with the name and the place of the mistake.

>>> from derivlab.gallery.backward import BACKWARD
>>> import derivlab as dl
>>> all(bool(dl.check_vjp(c.f, c.vjp, c.inputs[0], args=c.inputs[1:])) == c.right for c in BACKWARD)
True
"""

from __future__ import annotations

from derivlab.gallery import backward_blocks, backward_layers
from derivlab.gallery.backward_record import Backward, BackwardShelf

__all__ = ["BACKWARD", "SHELVES", "Backward", "BackwardShelf", "backward"]

SHELVES: tuple[BackwardShelf, ...] = (*backward_layers.SHELVES, *backward_blocks.SHELVES)

BACKWARD: tuple[Backward, ...] = tuple(case for shelf in SHELVES for case in shelf.cases)


def backward(name: str) -> Backward:
    """The backward function of that name; KeyError when there is none."""
    return {case.name: case for case in BACKWARD}[name]
