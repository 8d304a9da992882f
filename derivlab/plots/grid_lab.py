"""A gridworld while its policy is learnt: values as colours and numbers, chances as arrows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.patches import Rectangle

from derivlab.plots.axes import AxesDisplay, Display
from derivlab.plots.policy_lab import ChancesDisplay, CurveDisplay
from derivlab.policy.edits import cell_of
from derivlab.policy.grid import MOVES, Grid

WALL, DARK = (0.33, 0.33, 0.33, 1.0), "#111111"
REACH = 0.44  # of the arrow of a move that is certain, in cells
SHORTEST = 0.04  # chances below are not drawn


@dataclass(repr=False)
class GridDisplay(AxesDisplay):
    """Cells of a grid with a colour and a number each, arrows of the policy, and a frame around one cell."""

    rows: int
    columns: int
    start: tuple[int, int]
    label: str = "value V of the policy"
    low: float = -1.0
    high: float = 1.0

    def plot(self, ax: Any = None) -> GridDisplay:
        """Draw the axes on those given, or on a figure of its own."""
        ax = self.on(ax, (5.4, 4.2))
        ax.set(xlim=(-0.5, self.columns - 0.5), ylim=(self.rows - 0.5, -0.5), aspect="equal")
        ax.set(xticks=range(self.columns), yticks=range(self.rows), xlabel="column", ylabel="row")
        ax.tick_params(length=0)
        self._norm = Normalize(self.low, self.high)
        self._colours = plt.get_cmap("cividis")
        ax.figure.colorbar(ScalarMappable(self._norm, self._colours), ax=ax, label=self.label, shrink=0.8, orientation="horizontal")  # fmt: skip
        self._cells, self._numbers, self._pays = [], [], []
        for row, column in np.ndindex(self.rows, self.columns):
            square = Rectangle((column - 0.5, row - 0.5), 1, 1, ec=DARK, lw=0.8)
            self._cells.append(ax.add_patch(square))
            self._numbers.append(ax.text(column - 0.46, row + 0.45, "", fontsize=9, va="bottom", ha="left"))
            pay = ax.text(column, row - 0.46, "", fontsize=9, fontweight="bold", va="top", ha="center")
            self._pays.append(pay)
        self._rim = ax.plot([], [], color=DARK, lw=4.2, solid_capstyle="round")[0]
        self._arrows = ax.plot([], [], color="white", lw=1.8, solid_capstyle="round")[0]
        self._chosen = ax.add_patch(Rectangle((0, 0), 0.92, 0.92, fc="none", ec="#D55E00", lw=3))
        self.moving += [*self._cells, *self._numbers, *self._pays, self._rim, self._arrows, self._chosen]
        return self

    def move(self, grid: Grid, numbers: np.ndarray, chances: np.ndarray, chosen: tuple[int, int]) -> None:
        """Show a grid, a number for each cell, π (R·C, 4), and which cell is looked at."""
        lines, cells = [], [cell_of(grid, *place) for place in np.ndindex(self.rows, self.columns)]
        shades: Any = self._colours(
            self._norm([c.reward if c.ends else n for c, n in zip(cells, numbers, strict=True)])
        )
        for state, (row, column) in enumerate(np.ndindex(self.rows, self.columns)):
            cell, number = cells[state], float(numbers[state])
            free, colour = not cell.wall and not cell.ends, WALL if cell.wall else shades[state]
            ink = DARK if np.dot(colour[:3], (0.3, 0.6, 0.1)) > 0.5 else "white"
            self._cells[state].set(facecolor=colour, hatch="//" if cell.wall else "")
            self._numbers[state].set(text=f"{number:.2f}".replace("-", "−") if free else "", color=ink)
            self._pays[state].set(text=self._said(cell, row, column), color=ink)
            if free:
                lines += _arrows(row, column, chances[state])
        for line in (self._rim, self._arrows):
            line.set_data(*np.array(lines or [(np.nan, np.nan)]).T)
        self._chosen.set_xy((chosen[1] - 0.46, chosen[0] - 0.46))

    def _said(self, cell: Any, row: int, column: int) -> str:
        if cell.wall:
            return "wall"
        pay = f"{cell.reward:+.3g}".replace("-", "−") if cell.reward or cell.ends else ""
        where = "start" if (row, column) == self.start else ""
        return " ".join(filter(None, [where, pay, "end" if cell.ends else ""]))

    def __repr__(self) -> str:
        return f"A grid of {self.rows} x {self.columns} cells: {self.label}, and the policy"


def _arrows(row: int, column: int, chances: np.ndarray) -> list[tuple[float, float]]:
    """An arrow for each move, as long as it is likely: points of one line with gaps."""
    points: list[tuple[float, float]] = []
    for (down, right), chance in zip(MOVES.values(), chances, strict=True):
        if chance < SHORTEST:
            continue
        reach, head = REACH * chance, min(0.1, 0.35 * chance)
        tip = (column + right * reach, row + down * reach)
        back = (tip[0] - right * head, tip[1] - down * head)
        sides = [(back[0] + s * down * head, back[1] + s * right * head) for s in (1, -1)]
        points += [(column, row), tip, (np.nan, np.nan), sides[0], tip, sides[1], (np.nan, np.nan)]
    return points


@dataclass(repr=False)
class GridLabDisplay(Display):
    """The grid, the return against steps with the edits as dotted lines, and the policy in the chosen cell."""

    rows: int
    columns: int
    start: tuple[int, int]
    longest: int
    label: str
    low: float
    high: float

    def plot(self, figure: Any) -> GridLabDisplay:
        """Draw what stands still on an empty figure."""
        self.figure_ = figure
        columns = figure.add_gridspec(1, 2, width_ratios=(12, 8))
        self.grid = GridDisplay(
            self.rows, self.columns, self.start, self.label, self.low, self.high
        ).plot(figure.add_subplot(columns[0]))  # fmt: skip
        curve, chances = columns[1].subgridspec(2, 1, height_ratios=(8, 4)).subplots()
        self._curve = CurveDisplay("Expected return J: worst to best", self.longest).plot(curve)
        self._chances = ChancesDisplay(tuple(MOVES), "Policy in the chosen cell").plot(chances)
        self._edits = curve.plot(
            [], [], ":", color=plt.rcParams["text.color"], lw=1.6, transform=curve.get_xaxis_transform()
        )[0]
        self.moving += [*self.grid.moving, self._edits, *self._curve.moving, *self._chances.moving]
        return self

    def move(
        self, grid: Grid, numbers: np.ndarray, chances: np.ndarray, chosen: tuple[int, int],
        returns: Sequence[float], bounds: tuple[float, float], edits: Sequence[int],
    ) -> None:  # fmt: skip
        """Bring all views to the last of some steps; `edits` are the steps at which the grid was changed."""
        self.grid.move(grid, numbers, chances, chosen)
        self._chances.move(chances[grid.state(*chosen)])
        self._curve.move(returns, bounds[0], bounds[1])
        at = np.repeat(np.asarray(edits, dtype=float), 3)
        self._edits.set_data(at, np.tile([0.0, 1.0, np.nan], len(edits)))

    def __repr__(self) -> str:
        return f"Learning on a grid of {self.rows} x {self.columns} cells"
