"""The gridworld panel without a browser: edits are part of its state, and learning goes on from where it was."""

from itertools import islice

import numpy as np
import pytest

from derivlab.errors import DerivativeError
from derivlab.panels import GridworldPanel
from derivlab.policy import exact_gradient, expected_return, gridworld, reinforce
from derivlab.policy.edits import Cell, Edit, cell_of, edited, put, read_edits, with_edit, write_edits

CHANGES = [
    {"room": "cliff"}, {"room": "two doors"}, {"show": "visits"}, {"method": "sampled, no baseline"}, {"method": "exact natural gradient"},
    {"rate": 5.0}, {"slip": 0.3}, {"discount": 0.8}, {"steps": 20}, {"row": 0}, {"column": 1}, {"cell": "wall"}, {"reward": 0.5},
    {"edits": "3:0,0=T"},
]  # fmt: skip
CENTRE = [0.10, 0.15]  # of the picture: the cell in row 0, column 0


@pytest.fixture(scope="module")
def panel():
    return GridworldPanel(steps=6, row=2, column=2)


@pytest.fixture(autouse=True)
def _reset(panel):
    panel.reset()


def click(panel, where=CENTRE):
    panel._on_message(panel, {"pick": where}, [])
    assert not panel.error


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_each_control_changes_picture_and_words(panel, change, changes_both):
    changes_both(panel, change)


def test_batch_and_seed_matter_for_sampled_gradients(panel):
    first = panel.drive(method="sampled, exact value")
    assert panel.drive(batch=3) != first
    assert panel.drive(batch=8, seed=1) != first
    assert panel.drive(seed=0) == first


def test_learning_is_gradient_ascent_on_the_exact_return(panel):
    mdp, theta = gridworld().mdp(), np.zeros((12, 4))
    for _ in range(7):
        theta = theta + 2.0 * exact_gradient(theta, mdp)
    assert f"J = {expected_return(theta, mdp):.4g} of" in panel.drive(rate=2.0, steps=7)


def test_after_an_edit_the_run_goes_on_from_the_present_policy(panel):
    panel.drive(steps=9, row=0, column=2)
    before = panel.words
    panel.drive(cell="wall")
    assert panel.values["edits"] == "9:0,2=#"
    assert "Cell (0, 2) is a wall." in panel.words
    base = gridworld()
    theta = next(islice(_exact(base), 9, None)).theta
    changed = base.with_wall(0, 2)
    assert f"J = {expected_return(theta, changed.mdp()):.4g} of" in panel.words
    later = next(islice(_exact(changed, theta), 4, None)).theta
    assert f"J = {expected_return(later, changed.mdp()):.4g} of" in panel.step(4)
    panel.drive(steps=8)
    assert panel.values["cell"] == "free"
    panel.drive(steps=9, cell="free")
    assert panel.values["edits"] == ""
    assert panel.words == before


def _exact(grid, theta=None):
    return reinforce(
        grid.mdp(), theta, rate=1.0, batch=1, gradient=lambda seen, mdp, t: exact_gradient(t, mdp)
    )


def test_clicks_go_through_what_a_cell_may_hold_and_come_back(panel):
    panel.drive(steps=5)
    words, seen = panel.words, []
    for _ in range(5):
        click(panel)
        seen.append(panel.values["edits"])
    assert seen == ["5:0,0=G", "5:0,0=T", "5:0,0=-0.5", "5:0,0=#", ""]
    assert (panel.values["row"], panel.values["column"], panel.values["cell"]) == (0, 0, "free")
    assert panel.words.splitlines()[0] == words.splitlines()[0]
    assert not panel.spec["draggable"]


def test_edits_may_be_given_from_the_start():
    panel = GridworldPanel(edits="4:0,2=#; 9:1,3=0.5!", steps=12, row=1, column=3)
    assert (panel.values["cell"], panel.values["reward"]) == ("end", 0.5)
    assert (
        "Cell (1, 3) is an end, pays 0.5. Changed so far: (0, 2) at step 4 to a wall, (1, 3) at step 9 to an end with 0.5."
        in panel.words
    )
    assert GridworldPanel(cell="wall", row=0, column=1).values["edits"] == "0:0,1=#"
    with pytest.raises(DerivativeError, match="is no edit"):
        GridworldPanel(edits="a wall, please")


def test_a_click_beside_the_grid_changes_nothing(panel):
    state = panel.state
    click(panel, [0.9, 0.3])
    assert panel.state == state


def test_episodes_start_in_a_cell_that_stays_open(panel):
    for cell in ("wall", "end"):
        panel.drive(row=2, column=0)
        assert "episodes start in this cell" in _said(panel, cell=cell)
    click(panel, [0.08, 0.65])
    assert panel.values["edits"] == "6:2,0=-0.5"


def _said(panel, **settings):
    with pytest.raises(DerivativeError) as error:
        panel.drive(**settings)
    return str(error.value)


@pytest.mark.parametrize(
    ("edits", "says"),
    [
        ("3:0,0", "is no edit"),
        ("3:9,0=G", "there is no cell"),
        ("3:2,0=#", "episodes start"),
        ("x", "is no edit"),
    ],
)
def test_wrong_edits_are_one_sentence_and_the_panel_lives_on(panel, edits, says):
    frame = panel.frame
    with pytest.raises(DerivativeError, match=says):
        panel.drive(edits=edits)
    assert panel.frame == frame
    panel._on_values(type("Change", (), {"old": dict(panel.values), "new": {**panel.values, "edits": edits}}))
    assert says in panel.error


def test_the_state_with_its_edits_comes_back(panel):
    panel.drive(method="sampled, exact value", steps=12)
    click(panel)
    panel.drive(steps=20, row=1, column=2, reward=-0.3)
    panel.drive(steps=25)
    other = GridworldPanel()
    other.state = panel.state
    assert repr(other) == repr(panel)
    assert other.frame == panel.frame
    assert panel.values["edits"] == "12:0,0=G; 20:1,2=-0.3"


def test_the_sliders_end_with_the_room(panel):
    assert panel.ends == {"row": 2, "column": 3}
    panel.drive(room="cliff")
    assert panel.ends == {"row": 2, "column": 5}
    with pytest.raises(DerivativeError, match="there is no cell"):
        panel.drive(row=4)


def test_the_prediction_is_the_way_the_learnt_policy_leaves_the_start():
    panel = GridworldPanel(predict=True)
    assert "Outcome: up (right)" in panel.answer("up")
    panel.drive(room="two doors")
    panel.ask()
    assert "Outcome: right (not so)" in panel.answer("down")


def test_edits_are_read_as_they_are_written():
    text = "2:0,0=G; 2:0,1=0.25!; 8:1,2=#; 8:2,3=.; 11:0,0=-0.5; 12:1,0=T"
    assert write_edits(read_edits(text)) == text
    assert write_edits(read_edits(" 8 : 1 , 2 = # ;; 2:0,0= +1! ")) == "2:0,0=G; 8:1,2=#"


def test_a_new_edit_takes_the_place_of_one_of_the_same_cell_and_step():
    grid = gridworld()
    first = with_edit(grid, (), Edit(4, 0, 0, Cell(1.0, True)))
    assert with_edit(grid, first, Edit(4, 0, 0, Cell(wall=True))) == (Edit(4, 0, 0, Cell(wall=True)),)
    assert with_edit(grid, first, Edit(4, 0, 0, Cell())) == ()
    assert len(with_edit(grid, first, Edit(6, 0, 0, Cell()))) == 2
    assert cell_of(edited(grid, first, 3), 0, 0) == Cell()
    assert cell_of(edited(grid, first, 4), 0, 0) == Cell(1.0, True)
    walled = put(grid, Edit(0, 1, 1, Cell(0.5)))
    assert not walled.walls[1, 1]
    assert walled.rewards[1, 1] == 0.5
