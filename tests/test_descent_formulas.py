"""The update of every optimiser with its numbers filled in: the lines say what the optimiser does."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

import derivlab as dl
from derivlab.descent.formulas import LINES, fill_in
from derivlab.gallery.surfaces import bowl
from derivlab.panels import maths
from derivlab.panels.descent.choices import OPTIMISERS

OPERATIONS = {"+": "+", "−": "-", "·": "*", "(": "(", ")": ")"}


class At:
    rate, beta, beta2 = 0.05, 0.9, 0.99


def run(name, start=(-0.6, 1.7), f=None, steps=8):
    return dl.descend(f or bowl(10.0), start, OPTIMISERS[name](At), steps)


def worked_out(tree):
    """What a tree of numbers comes to."""
    if isinstance(tree, tuple):
        values = [worked_out(part) for part in tree[1:]]
        work = {"over": np.divide, "root": np.sqrt, "power": np.power}
        return work[tree[0]](*values)
    if isinstance(tree, list):
        numbers, text = [], ""
        for part in tree:
            if isinstance(part, str) and part in OPERATIONS:
                text += OPERATIONS[part]
            else:
                numbers.append(worked_out(part))
                text += f"numbers[{len(numbers) - 1}]"
        return eval(text)
    return float(tree) if isinstance(tree, str) else np.asarray(tree, dtype=float)


@pytest.mark.parametrize("number", [0, 1, 5])
@pytest.mark.parametrize("name", OPTIMISERS)
def test_numbers_come_to_the_value_and_the_last_value_is_the_next_point(name, number):
    found = run(name)
    if number >= len(found.steps) - 1:
        pytest.skip("it has arrived by then")
    lines = fill_in(found, number)
    for line in lines[1:]:
        if line.numbers:
            assert worked_out(line.numbers) == pytest.approx(line.value, rel=1e-9, abs=1e-12)
    assert lines[0].value == pytest.approx(found.steps[number].gradient)
    assert lines[-1].value == pytest.approx(found.steps[number + 1].x)
    assert all(line.numbers for line in lines if line.part in ("scale", "move"))


def test_the_parts_come_in_the_order_in_which_they_are_calculated():
    order = ("gradient", "momentum", "curvature", "scale", "move")
    for name in LINES:
        parts = [line.part for line in fill_in(run(name), 0)]
        assert parts[0] == "gradient" and parts[-1] == "move"
        if "Adam" not in name:
            assert parts == sorted(parts, key=order.index)


def test_what_momentum_remembers_is_that_of_the_steps_before():
    found = run("momentum")
    v = found.steps[0].gradient * 0.9 + found.steps[1].gradient
    line = fill_in(found, 2)[1]
    assert line.right == ["β", "v", "+", "g"]
    assert line.numbers[2] == pytest.approx(v)


def test_at_its_end_a_descent_has_its_gradient_only():
    found = run("gradient descent")
    assert [line.part for line in fill_in(found, len(found.steps) - 1)] == ["gradient"]


def test_an_optimiser_of_ones_own_is_told_by_what_its_step_says():
    class Signs(dl.GradientDescent):
        name = "signs"

    lines = fill_in(dl.descend(bowl(), [1.0, 1.0], Signs(0.1), 3), 0)
    assert [line.symbol for line in lines] == ["g", "u", "x"]


@pytest.mark.parametrize("name", OPTIMISERS)
def test_the_table_is_well_formed_and_marks_the_part_that_is_looked_at(name):
    text = maths.table(fill_in(run(name), 0), ("move",))
    rows = ElementTree.fromstring(text).findall(".//tr")
    assert [row.get("class") for row in rows] == [None] * (len(rows) - 1) + ["dl-now"]
    assert all(row.find(".//math") is not None for row in rows)


def test_numbers_are_set_as_they_are_read():
    line = fill_in(run("gradient descent", -1.6, lambda x: x**2), 0)
    said = [re.sub(r"<[^>]*>", "", maths.formula(part)) for part in line]
    assert said[0] == "g=f′(x)=f′(−1.6)=−3.2"
    assert said[1] == "u=αg=0.05·(−3.2)=−0.16"
    assert said[2] == "x←x−u=−1.6−(−0.16)=−1.44"
    assert (
        maths._number(np.float64(2.5e-7))
        == "<mrow><mn>2.5</mn><mo>·</mo><msup><mn>10</mn><mn>−7</mn></msup></mrow>"
    )
