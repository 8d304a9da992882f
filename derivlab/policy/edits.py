"""Changes of a grid in the middle of learning, written as text: `8:1,2=#; 14:0,0=G`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from derivlab.errors import DerivativeError
from derivlab.policy.grid import PAYS, Grid

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)"
FORM = re.compile(rf"\s*(\d+)\s*:\s*(\d+)\s*,\s*(\d+)\s*=\s*(?:([#.GT])|({NUMBER})(!?))\s*")


class Cell(NamedTuple):
    """What is in a cell: a wall, or what arriving there pays and whether the episode ends."""

    reward: float = 0.0
    ends: bool = False
    wall: bool = False

    def __str__(self) -> str:
        if self.wall:
            return "#"
        letter = next((k for k, pay in PAYS.items() if self.ends and pay == self.reward), "")
        return letter or (
            f"{self.reward:.6g}!" if self.ends else f"{self.reward:.6g}" if self.reward else "."
        )


class Edit(NamedTuple):
    """From step `step` of learning on, a cell holds something else."""

    step: int
    row: int
    column: int
    cell: Cell

    def __str__(self) -> str:
        return f"{self.step}:{self.row},{self.column}={self.cell}"


def read_edits(text: str) -> tuple[Edit, ...]:
    """Edits in the order of their steps from `step:row,column=what` with semicolons between.

    What: `G` and `T` end the episode and pay 1 and -1, `#` is a wall, `.` is free, a number is paid, with `!` it ends too.
    Errors: `DerivativeError`.
    """
    found = [_read(part) for part in text.split(";") if part.strip()]
    return tuple(sorted(found, key=lambda edit: edit.step))


def _read(part: str) -> Edit:
    if (match := FORM.fullmatch(part)) is None:
        raise DerivativeError(
            f"{part.strip()!r} is no edit; write step:row,column=what, such as 8:1,2=# or 8:1,2=-0.5."
        )
    step, row, column, letter, number, ends = match.groups()
    pay = float(number) if number else PAYS.get(letter, 0.0)
    return Edit(int(step), int(row), int(column), Cell(pay, bool(ends) or letter in PAYS, letter == "#"))


def write_edits(edits: Iterable[Edit]) -> str:
    """The text that `read_edits` reads."""
    return "; ".join(map(str, edits))


def cell_of(grid: Grid, row: int, column: int) -> Cell:
    """What a cell holds; errors: there is no such cell."""
    grid._check(row, column)
    if grid.walls[row, column]:
        return Cell(wall=True)
    return Cell(float(grid.rewards[row, column]), bool(grid.ends[row, column]))


def put(grid: Grid, edit: Edit) -> Grid:
    """The grid with one cell changed; errors: those of `Grid`."""
    row, column, cell = edit[1:]
    if grid.walls[row : row + 1, column : column + 1].any() or cell.wall:
        grid = grid.with_wall(row, column, cell.wall)
    return grid.with_reward(row, column, cell.reward, cell.ends)


def edited(grid: Grid, edits: Iterable[Edit], step: int) -> Grid:
    """The grid as it is at a step of learning."""
    for edit in edits:
        grid = put(grid, edit) if edit.step <= step else grid
    return grid


def with_edit(grid: Grid, edits: Sequence[Edit], new: Edit) -> tuple[Edit, ...]:
    """The edits with a new one, in place of one of the same cell and step; none where the cell holds that anyway."""
    others = [edit for edit in edits if edit[:3] != new[:3]]
    before = cell_of(edited(grid, others, new.step), new.row, new.column)
    put(edited(grid, others, new.step), new)  # errors now, and not when it is drawn
    kept = others if before == new.cell else [*others, new]
    return tuple(sorted(kept, key=lambda edit: edit.step))
