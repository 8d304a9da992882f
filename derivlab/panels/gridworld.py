"""A gridworld to change while its policy is learnt: click on a cell, and learning goes on from where it is."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.panels.base import Panel
from derivlab.panels.controls import Choice, Integer, Line, Seed, Slider
from derivlab.panels.keep import Keeping, Kept
from derivlab.panels.player import beginnings
from derivlab.panels.prediction import Question
from derivlab.plots.grid_lab import GridLabDisplay
from derivlab.policy import (
    Estimator,
    Grid,
    Update,
    gridworld,
    policy,
    reinforce,
    values,
    visits,
)
from derivlab.policy.cloud import score_gradient
from derivlab.policy.edits import Cell, Edit, cell_of, edited, read_edits, with_edit, write_edits
from derivlab.policy.grid import MOVES, ROOM
from derivlab.policy.planning import bounds
from derivlab.policy.theorem import theorem_gradient

LONGEST = 80  # steps of learning
ROOMS = {
    "Russell and Norvig": ROOM,
    "cliff": "......\n......\nSTTTTG",
    "two doors": "..#..\nS.#.G\n.....\n..#..\n..#T.",
}
METHODS = {
    "exact gradient": ("value", True, False),
    "exact natural gradient": ("value", True, True),
    "sampled, no baseline": ("none", False, False),
    "sampled, exact value": ("value", False, False),
}
SHOWN = {"values": ("value V of the policy", -1.0, 1.0), "visits": ("share of an episode's steps", 0.0, 0.5)}
KINDS = ("free", "end", "wall")
CYCLE = (Cell(), Cell(1.0, True), Cell(-1.0, True), Cell(-0.5), Cell(wall=True))  # what clicks go through
HERE = ("row", "column", "steps", "edits", "room")


class GridworldPanel(Keeping, Panel):
    """Values and policy of a gridworld under policy gradients; each click changes the chosen cell from this step on."""

    title = "Policy gradients in a gridworld: click on a cell to change it"
    size = (9.6, 5.6)
    play = "steps"
    drags = False
    themed = True
    notebook = "notebooks/07_policy_gradient.ipynb"
    question = Question("Which way does the learnt policy leave the start?", tuple(MOVES))
    controls = (
        Choice("room", ROOMS, scene=True),
        Choice("show", SHOWN, scene=True, label="colours"),
        Choice("method", METHODS, group="Learning", label="gradient"),
        Integer("batch", 1, 64, 8, group="Learning", when={"method": tuple(m for m in METHODS if "sampled" in m)},
                help="episodes in one gradient"),
        Slider("rate", 0.01, 30.0, 1.0, step=0.05, log=True, group="Learning", help="the learning rate α"),
        Slider("slip", 0.0, 0.8, 0.1, step=0.02, group="Learning", help="chance that a step goes astray"),
        Slider("discount", 0.5, 1.0, 0.95, step=0.01, group="Learning", label="discount γ"),
        Integer("steps", 0, LONGEST, 0, group="Learning"),
        Seed(group="Learning", when={"method": tuple(m for m in METHODS if "sampled" in m)}),
        Integer("row", 0, 4, 2, group="Chosen cell (or click)"),
        Integer("column", 0, 5, 0, group="Chosen cell (or click)"),
        Choice("cell", KINDS, group="Chosen cell (or click)", help="changed from this step on"),
        Slider("reward", -1.0, 1.0, 0.0, step=0.1, group="Chosen cell (or click)", unless={"cell": ("wall",)},
               help="for arriving there, from this step on"),
        Line("edits", "", group="Chosen cell (or click)", help="step:row,column=what, where what is G, T, #, . or a number"),
    )  # fmt: skip

    def __init__(self, **first: Any) -> None:
        known = beginnings(self.controls, {})
        super().__init__(**(self.implied(first, known) | first))

    def implied(self, given: dict, values: dict) -> dict:
        """Another cell shows what it holds; what is put into a cell becomes an edit of this step."""
        now = values | given
        if given.get("room", values["room"]) != values["room"]:
            row, column = gridworld(ROOMS.get(now["room"], ROOM)).start
            now |= {"edits": "", "row": row, "column": column} | given
        base, edits = gridworld(ROOMS.get(now["room"], ROOM)), read_edits(now["edits"])
        holds = self._told(cell_of(edited(base, edits, now["steps"]), now["row"], now["column"]))
        if ("cell" in given or "reward" in given) and "edits" not in given:
            put_in = holds | given
            what = (
                Cell(wall=True)
                if put_in["cell"] == "wall"
                else Cell(put_in["reward"], put_in["cell"] == "end")
            )
            edits = with_edit(base, edits, Edit(now["steps"], now["row"], now["column"], what))
            return {"edits": write_edits(edits)} | self._told(what)
        edited(base, edits, LONGEST)  # errors now, and not when they are played
        if edits and edits[-1].step > LONGEST:
            raise DerivativeError(f"{edits[-1]} comes too late; learning has the steps 0 to {LONGEST}.")
        return (
            holds | {name: now[name] for name in ("edits", "row", "column")} if set(HERE) & set(given) else {}
        )

    @staticmethod
    def _told(cell: Cell) -> dict:
        """A cell as settings; what a wall would pay is nothing."""
        return {"cell": "wall" if cell.wall else "end" if cell.ends else "free", "reward": cell.reward}

    def _refresh(self) -> str:
        rows, columns = self._base(self.at).walls.shape
        self.ends = {"row": rows - 1, "column": columns - 1}
        return super()._refresh()

    def scene(self, figure: Any, at: SimpleNamespace) -> GridLabDisplay:
        grid = self._base(at)
        rows, columns = grid.walls.shape
        label, low, high = at.show
        return GridLabDisplay(rows, columns, grid.start, LONGEST, label, low, high).plot(figure)

    def update(self, display: GridLabDisplay, at: SimpleNamespace) -> str:
        edits = tuple(edit for edit in read_edits(at.edits) if edit.step <= at.steps)
        updates, grid = self._run(at, edits)
        mdp, theta = grid.mdp(), updates[-1].theta
        chances = policy(theta)
        numbers = values(theta, mdp)[0] if at.plain["show"] == "values" else self._share(theta, mdp)
        low, high = self._bounds(at, edits)
        returns = [update.expected_return for update in updates]
        cell_of(grid, at.row, at.column)
        display.move(grid, numbers, chances, (at.row, at.column), returns, (min(low, *returns), max(high, *returns)),
                     sorted({edit.step for edit in edits}))  # fmt: skip
        return self._words(at, grid, updates[-1], chances, edits, numbers)

    def outcome(self, at: SimpleNamespace) -> str:
        last = SimpleNamespace(**{**vars(at), "steps": LONGEST})
        updates, grid = self._run(last, read_edits(at.edits))
        return list(MOVES)[int(np.argmax(policy(updates[-1].theta)[grid.state(*grid.start)]))]

    def pick(self, display: GridLabDisplay, axes: Any, x: float, y: float) -> dict:
        """The cell under the click, and what comes next in it."""
        if axes is not display.grid.ax_:
            return {}
        row, column = min(max(round(y), 0), display.rows - 1), min(max(round(x), 0), display.columns - 1)
        at = self.at
        here = cell_of(edited(self._base(at), read_edits(at.edits), at.steps), row, column)
        order = [c for c in CYCLE if (row, column) != display.start or not (c.wall or c.ends)]
        after = order[(order.index(here) + 1) % len(order)] if here in order else order[0]
        return {"row": row, "column": column} | self._told(after)

    def _base(self, at: SimpleNamespace) -> Grid:
        return gridworld(at.room, slip=at.slip, discount=at.discount)

    def _run(self, at: SimpleNamespace, edits: tuple[Edit, ...]) -> tuple[list[Update], Grid]:
        """Every step up to the present one, and the grid there: after an edit a new stream begins where the last one was."""
        if not edits:
            return self._stream(at, edits, None).until(at.steps), self._base(at)
        begin = edits[-1].step
        before = tuple(edit for edit in edits if edit.step < begin)
        earlier, _ = self._run(SimpleNamespace(**{**vars(at), "steps": begin}), before)
        later = self._stream(at, edits, earlier[-1].theta).until(at.steps - begin)
        numbered = [u._replace(number=begin + k) for k, u in enumerate(later)]
        return [*earlier[:begin], *numbered], edited(self._base(at), edits, begin)

    def _stream(self, at: SimpleNamespace, edits: tuple[Edit, ...], theta: Any) -> Kept:
        names = ("room", "method", "batch", "rate", "slip", "discount", "seed")
        key = (*(at.plain[name] for name in names), edits)
        return self._keep(key, lambda: self._begin(at, edits, theta))

    def _begin(self, at: SimpleNamespace, edits: tuple[Edit, ...], theta: Any) -> Kept:
        baseline, exact, natural = at.method
        estimator, begin = Estimator(baseline=baseline), edits[-1].step if edits else 0
        slope = (
            (lambda seen, mdp, theta: theorem_gradient(theta, mdp))
            if exact
            else partial(score_gradient, estimator)
        )
        mdp = edited(self._base(at), edits, begin).mdp()
        seed = int(np.random.SeedSequence([at.seed, begin]).generate_state(1)[0])
        return Kept(reinforce(mdp, theta, estimator, at.rate, 1 if exact else at.batch, seed, natural, slope))

    def _bounds(self, at: SimpleNamespace, edits: tuple[Edit, ...]) -> tuple[float, float]:
        """The least and the most that can be had, in the grid as it is."""
        key = ("bounds", at.plain["room"], at.slip, at.discount, edits)
        return self._keep(key, lambda: bounds(edited(self._base(at), edits, LONGEST).mdp()))

    @staticmethod
    def _share(theta: np.ndarray, mdp: Any) -> np.ndarray:
        found = visits(theta, mdp).sum(axis=0)
        return found / found.sum()

    def _words(
        self,
        at: SimpleNamespace,
        grid: Grid,
        last: Update,
        chances: np.ndarray,
        edits: Any,
        numbers: np.ndarray,
    ) -> str:
        leaves = chances[grid.state(*grid.start)]
        way = list(MOVES)[int(np.argmax(leaves))]
        high = self._bounds(at, edits)[1]
        cell, place = cell_of(grid, at.row, at.column), grid.state(at.row, at.column)
        holds = "a wall" if cell.wall else f"{'an end' if cell.ends else 'free'}, pays {cell.reward:.3g}"
        if not (cell.wall or cell.ends):
            here = list(MOVES)[int(np.argmax(chances[place]))]
            what = "V" if at.plain["show"] == "values" else "its share of the steps"
            holds += f", {what} = {numbers[place]:.3g}, and the policy goes {here} with chance {chances[place].max():.2f}"
        told = f" Changed so far: {', '.join(map(told_edit, edits))}." if edits else ""
        return (
            f"After {last.number} steps of {at.plain['method']} J = {last.expected_return:.4g} of at most {high:.4g}; the policy "
            f"leaves the start going {way} with chance {leaves.max():.2f}.\nCell ({at.row}, {at.column}) is {holds}.{told}"
        )


def told_edit(edit: Edit) -> str:
    """An edit in words."""
    cell = edit.cell
    what = "a wall" if cell.wall else f"{'an end' if cell.ends else 'free'} with {cell.reward:.3g}"
    return f"({edit.row}, {edit.column}) at step {edit.step} to {what}"
