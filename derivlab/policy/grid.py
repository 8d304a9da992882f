"""A gridworld whose rewards and walls can be edited; each edit gives a new one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.policy.mdp import MDP

MOVES = {"up": (-1, 0), "right": (0, 1), "down": (1, 0), "left": (0, -1)}
PAYS = {"G": 1.0, "T": -1.0}
LETTERS, SETTINGS = "SGT#.", ("step", "slip", "horizon", "discount")
ROOM = """
...G
.#.T
S...
"""


@dataclass(frozen=True, eq=False)
class Grid:
    """Rooms in rows and columns: `rewards` (R, C) for arriving, `walls` (R, C), `ends` (R, C), and the first cell."""

    rewards: np.ndarray
    walls: np.ndarray
    ends: np.ndarray
    start: tuple[int, int]
    step: float = -0.04
    slip: float = 0.1
    horizon: int = 30
    discount: float = 0.95

    def with_reward(self, row: int, column: int, value: float, ends: bool | None = None) -> Grid:
        """The same grid, but arriving in that cell pays `value`; with `ends`, whether the episode ends there.

        Errors: no such cell, a value that is not finite, an end where episodes start.
        """
        self._check(row, column)
        if not np.isfinite(value):
            raise DerivativeError("a reward is not finite; give a number.")
        if ends and (row, column) == self.start:
            raise DerivativeError("episodes start in this cell; let them end elsewhere.")
        rewards, stops = self.rewards.copy(), self.ends.copy()
        rewards[row, column] = value
        if ends is not None:
            stops[row, column] = ends
        return replace(self, rewards=rewards, ends=stops)

    def with_wall(self, row: int, column: int, wall: bool = True) -> Grid:
        """The same grid with a wall in that cell, or without it; errors: no such cell, or episodes start there."""
        self._check(row, column)
        if (row, column) == self.start:
            raise DerivativeError("episodes start in this cell; put the wall elsewhere.")
        walls = self.walls.copy()
        walls[row, column] = wall
        return replace(self, walls=walls)

    def state(self, row: int, column: int) -> int:
        """The number of a cell in the tables of `mdp()`."""
        return row * self.walls.shape[1] + column

    def preferences(self, theta: Any = None) -> np.ndarray:
        """Errors: always, as a grid is a drawing; its tables, which all functions take, are `grid.mdp()`."""
        raise DerivativeError("a grid is only the drawing of a process; pass grid.mdp().")

    def mdp(self) -> MDP:
        """The grid as tables; a step goes to either side of where it aims with probability `slip` in all."""
        rows, columns = self.walls.shape
        count, ways = rows * columns, list(MOVES.values())
        transition = np.zeros((count, len(ways), count))
        for row, column in np.ndindex(rows, columns):
            for a in range(len(ways)):
                for turn, p in ((0, 1 - self.slip), (1, self.slip / 2), (-1, self.slip / 2)):
                    there = self._after(row, column, ways[(a + turn) % len(ways)])
                    transition[self.state(row, column), a, self.state(*there)] += p
        reward = np.broadcast_to(self.rewards.ravel() + self.step, transition.shape).copy()
        first = np.eye(count)[self.state(*self.start)]
        ends = self.ends.ravel() & ~self.walls.ravel()
        return MDP(transition, reward, first, self.horizon, self.discount, ends, tuple(MOVES))

    def _check(self, row: int, column: int) -> None:
        rows, columns = self.walls.shape
        if not (0 <= row < rows and 0 <= column < columns):
            raise DerivativeError(
                f"there is no cell ({row}, {column}); rows are 0 to {rows - 1}, columns 0 to {columns - 1}."
            )

    def _after(self, row: int, column: int, way: tuple[int, int]) -> tuple[int, int]:
        r, c = row + way[0], column + way[1]
        inside = 0 <= r < self.walls.shape[0] and 0 <= c < self.walls.shape[1]
        return (r, c) if inside and not self.walls[r, c] else (row, column)


def gridworld(plan: str = ROOM, **settings: float) -> Grid:
    """A grid from a drawing: S start, G ends and pays 1, T ends and pays -1, # wall, . free.

    `settings` are the other fields of `Grid`. Errors: `DerivativeError` for unequal lines, other letters, or not just one S.
    After Russell and Norvig, Artificial Intelligence (2020), figure 17.1.
    """
    lines = plan.split()
    if not lines or len({len(line) for line in lines}) != 1 or "".join(lines).count("S") != 1:
        raise DerivativeError("the drawing needs lines of one length and just one S.")
    if strange := set("".join(lines)) - set(LETTERS):
        raise DerivativeError(f"the drawing holds {sorted(strange)[0]!r}; draw with the letters {LETTERS}.")
    if unknown := set(settings) - set(SETTINGS):
        raise DerivativeError(f"a grid has no {sorted(unknown)[0]!r}; it takes {', '.join(SETTINGS)}.")
    letters = np.array([list(line) for line in lines])
    row, column = np.argwhere(letters == "S")[0]
    rewards = np.vectorize(lambda letter: PAYS.get(letter, 0.0))(letters)
    ends = np.isin(letters, list(PAYS))
    return Grid(rewards, letters == "#", ends, (int(row), int(column)), **settings)  # type: ignore[arg-type]
