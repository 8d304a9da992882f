"""The museum of famous wrong gradients: publicly reported cases, made again in a few lines of NumPy.

>>> from derivlab.gallery.museum import exhibit
>>> exhibit("special_value").reproduce(), exhibit("special_value").right
(0.0, 2.0)
"""

from __future__ import annotations

from derivlab.gallery import (
    museum_branches,
    museum_kinks,
    museum_physics,
    museum_programs,
    museum_rules,
)
from derivlab.gallery.museum_record import Exhibit, Room, complex_step, difference, engine, number, rule

__all__ = [
    "EXHIBITS",
    "ROOMS",
    "Exhibit",
    "Room",
    "complex_step",
    "difference",
    "engine",
    "exhibit",
    "number",
    "room",
    "rule",
]

ROOMS: tuple[Room, ...] = (
    *museum_branches.ROOMS,
    *museum_kinks.ROOMS,
    *museum_programs.ROOMS,
    *museum_rules.ROOMS,
    *museum_physics.ROOMS,
)

EXHIBITS: tuple[Exhibit, ...] = tuple(exhibit for room in ROOMS for exhibit in room)


def exhibit(name: str) -> Exhibit:
    """The exhibit of that name; KeyError when there is none."""
    return {exhibit.name: exhibit for exhibit in EXHIBITS}[name]


def room(name: str) -> Room:
    """The room of that name; KeyError when there is none."""
    return {room.name: room for room in ROOMS}[name]
