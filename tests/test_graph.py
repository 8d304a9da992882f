"""Walks over graphs: their steps and costs, nudges, and what answers are worth, by a corpus of mistakes."""

import numpy as np
import pytest

import derivlab as dl
from derivlab.graph import FUNCTIONS, asked, judge, nudge, question, reveal, walk
from derivlab.graph.words import end_told, step_told

CONTRIBUTION, SUM = "contribution", "sum so far"


def example(word, mode="reverse"):
    found = next(e for name, e in FUNCTIONS.items() if name.startswith(word))
    x = np.array(found.point) if len(found.point) > 1 else found.point[0]
    return walk(found.f, x, mode, names=found.labels)


def number(walked, operation, argument):
    """The first step over an edge that is named by its ends."""
    for k, step in enumerate(walked.steps):
        ends = walked.operation(step), walked.argument(step)
        if (walked.labels[ends[0].index], walked.labels[ends[1].index]) == (operation, argument):
            return k
    raise AssertionError(f"no edge {operation} - {argument} in {walked.labels}")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_both_modes_give_the_derivative_and_cost_a_sweep_for_each_output_or_input(name):
    found = FUNCTIONS[name]
    x = np.array(found.point) if len(found.point) > 1 else found.point[0]
    truth = np.asarray(dl.jacobian(found.f, x, method="complex_step" if "ReLU" not in name else "reverse"))
    reverse, forward = walk(found.f, x), walk(found.f, x, "forward")
    rows = np.array(reverse.rows(len(reverse.steps))).reshape(truth.shape)
    columns = np.array(forward.rows(len(forward.steps)))
    assert rows == pytest.approx(truth, rel=1e-12)
    assert columns.ravel() == pytest.approx(truth.ravel(), rel=1e-12)
    assert (reverse.sweeps, forward.sweeps) == (truth.size // np.size(x), np.size(x))
    assert len(reverse.steps) == reverse.sweeps * reverse.edges
    assert len(forward.steps) == forward.sweeps * forward.edges


def test_contributions_still_to_come_are_counted_at_a_fan_out():
    walked = example("fan-out")
    into_a = [step for step in walked.steps if walked.labels[step.visit.target.index] == "a"]
    assert [step.awaited for step in into_a] == [1, 0]
    assert into_a[0].before is None
    assert into_a[1].before == into_a[0].visit.total


def test_a_new_sweep_begins_with_nothing_but_its_seed():
    walked = example("six inputs", "forward")
    first, second = walked.after(walked.edges), walked.after(walked.edges + 1)
    assert len(first) == len(walked.tape.nodes)
    assert set(second) == {0, walked.steps[walked.edges].visit.target.index}
    assert second[0][0].tolist() == [0, 1, 0, 0, 0, 0]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_nudge_moves_the_output_by_gradient_times_nudge_to_first_order(name):
    walked = example(name)
    for node in walked.tape.nodes:
        small, large = (nudge(walked, node.index, by) for by in (1e-5, 1e-3))
        assert small.gap == pytest.approx(0.0, abs=1e-8)
        assert abs(large.gap) <= 1e-4


# Function, mode, operation and input, what is asked, the answer, and the name of the mistake ("" is right).
CORPUS = [
    ("fan-out", "v4", "a", "local derivative", "cos(a)", ""),
    ("fan-out", "v4", "a", "local derivative", "cos(x y)", ""),
    ("fan-out", "v4", "a", "local derivative", "-0.416", ""),
    ("fan-out", "v4", "a", "local derivative", "= -0.42", ""),
    ("fan-out", "v4", "a", "local derivative", "cos(2)", ""),
    ("fan-out", "v4", "a", "local derivative", -0.41615, ""),
    ("fan-out", "v4", "a", "local derivative", "-cos(a)", "sign"),
    ("fan-out", "v4", "a", "local derivative", "0.416", "sign"),
    ("fan-out", "v4", "a", "local derivative", "cos(x)", "missing inner function"),
    ("fan-out", "v4", "a", "local derivative", "y cos(a)", "chain factor too many"),
    ("fan-out", "v4", "a", "local derivative", "sin(a)", "value instead of slope"),
    ("fan-out", "v4", "a", "local derivative", "-sin(a)", "rule"),
    ("fan-out", "v4", "a", "local derivative", "3cos(a)", "constant factor"),
    ("fan-out", "v4", "a", "local derivative", "cos(a) + 1", "constant term"),
    ("fan-out", "v4", "a", "local derivative", "1/cos(a)", "upside down"),
    ("fan-out", "v4", "a", "local derivative", "0", "not zero"),
    ("fan-out", "v4", "a", "local derivative", "-0.4", "too coarse"),
    ("fan-out", "v4", "a", "local derivative", "exp(a)", "unknown"),
    ("fan-out", "v4", "a", "local derivative", "[1, 2]", "shape"),
    ("fan-out", "v5", "a", "local derivative", "y", ""),
    ("fan-out", "v5", "a", "local derivative", "2", ""),
    ("fan-out", "v5", "a", "local derivative", "a", "wrong input"),
    ("fan-out", "v5", "a", "local derivative", "y^2/2", "right only at this point"),
    ("fan-out", "v5", "y", "local derivative", "a", ""),
    ("fan-out", "v6", "v4", "local derivative", "1", ""),
    ("fan-out", "v6", "v4", "local derivative", "x", "right only at this point"),
    ("fan-out", "a", "x", "local derivative", "1.584y", "chain factor too many"),
    ("fan-out", "a", "x", CONTRIBUTION, "3.168", ""),
    ("fan-out", "a", "x", CONTRIBUTION, "(cos(a) + y) y", ""),
    ("fan-out", "a", "x", CONTRIBUTION, "y", "missing chain factor"),
    ("fan-out", "a", "x", CONTRIBUTION, "cos(a) + y", "missing chain factor"),
    ("fan-out", "a", "x", CONTRIBUTION, "-(cos(a) + y) y", "sign"),
    ("fan-out", "a", "x", CONTRIBUTION, "(cos(a) + y) x", "wrong input"),
    ("fan-out", "a", "x", CONTRIBUTION, "cos(a) + 2y", "added instead of multiplied"),
    ("fan-out", "v4", "a", CONTRIBUTION, "cos(a) + y", "summed too early"),
    ("fan-out", "v4", "a", SUM, "cos(a) + y", ""),
    ("fan-out", "v4", "a", SUM, "1.584", ""),
    ("fan-out", "v4", "a", SUM, "cos(a)", "forgot to sum"),
    ("fan-out", "v4", "a", SUM, "-0.416", "forgot to sum"),
    ("fan-out", "v4", "a", SUM, "y", "forgot to sum"),
    ("fan-out", "v4", "a", SUM, "y cos(a)", "multiplied instead of summed"),
    ("chain", "a", "x", "local derivative", "2x", ""),
    ("chain", "a", "x", "local derivative", "x", "rule"),
    ("chain", "a", "x", "local derivative", "2x^2", "rule"),
    ("chain", "a", "x", "local derivative", "x^3/3", "rule"),
    ("chain", "b", "a", "local derivative", "2x cos(x^2)", "chain factor too many"),
    ("chain", "b", "a", "local derivative", "exp(b) cos(a)", "chain factor too many"),
    ("chain", "v3", "b", "local derivative", "b exp(b - 1)", "rule"),
    ("chain", "v3", "b", "local derivative", "exp(b) cos(a)", "chain factor too many"),
    ("chain", "a", "x", CONTRIBUTION, "2x cos(a)", "missing chain factor"),
    ("quotient", "v3", "a", "local derivative", "-x/a^2", ""),
    ("quotient", "v3", "a", "local derivative", "x/a^2", "sign"),
    ("quotient", "v3", "a", "local derivative", "-1/a^2", "rule"),
    ("quotient", "v3", "a", "local derivative", "1/a", "wrong input"),
    ("quotient", "v3", "x", "local derivative", "1/a^2", "rule"),
    ("distance", "v8", "v7", "local derivative", "1/sqrt(v7)", "rule"),
    ("distance", "v8", "v7", "local derivative", "1/(2 sqrt(v7))", ""),
    ("neuron", "y", "z", "local derivative", "1 - tanh(z)", "rule"),
    ("neuron", "y", "z", "local derivative", "1 - y^2", ""),
    ("neuron", "v7", "v6", "local derivative", "2(y - 1)", ""),
    ("ReLU", "a", "v4", "local derivative", "0", ""),
    ("ReLU", "a", "v4", "local derivative", "1", "flat"),
    ("logistic loss", "v4", "v3", "local derivative", "1/v3", ""),
    ("logistic loss", "z", "w", "local derivative", "w", "wrong input"),
    ("logistic loss", "z", "w", "local derivative", "-2", ""),
    ("cross-entropy", "v1", "z", "local derivative", "exp(z)", ""),
    ("cross-entropy", "v1", "z", "local derivative", "[exp(1), 7.389, 1.6487]", ""),
    ("cross-entropy", "v1", "z", "local derivative", [np.exp(1), np.exp(2), np.exp(0.5)], ""),
    ("cross-entropy", "v1", "z", "local derivative", "-exp(z)", "sign"),
    ("cross-entropy", "v1", "z", "local derivative", "[1, 2]", "shape"),
    ("cross-entropy", "total", "v1", "local derivative", "1", ""),
    ("bell", "v3", "v2", "local derivative", "exp(-a)", ""),
]  # fmt: skip


@pytest.mark.parametrize("row", CORPUS, ids=lambda row: f"{row[1]}-{row[2]}-{row[3][:5]}-{str(row[4])[:18]}")
def test_an_answer_is_right_or_its_mistake_has_the_right_name(row):
    word, operation, argument, ask, answer, kind = row
    walked = example(word)
    verdict = judge(walked, number(walked, operation, argument), answer, ask)
    assert (verdict.right, verdict.kind) == (kind == "", kind), verdict.hint
    assert verdict.hint.endswith(".")
    assert "{" not in verdict.hint


@pytest.mark.parametrize("mode", ["reverse", "forward"])
@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("ask", ["local derivative", CONTRIBUTION, SUM])
def test_every_question_takes_its_own_answer_and_not_its_negative(name, mode, ask):
    walked = example(name, mode)
    for k, step in enumerate(walked.steps):
        if not asked(step, walked):
            assert question(walked, k, ask) == ""
            continue
        assert "?" in question(walked, k, ask)
        visit = step.visit
        truth = {"local derivative": visit.local, CONTRIBUTION: visit.contribution, SUM: visit.total}[ask]
        assert judge(walked, k, truth, ask).right
        assert judge(walked, k, f"{truth:.4g}" if not np.ndim(truth) else truth.tolist(), ask).right
        if np.any(truth):
            assert judge(walked, k, -truth, ask).kind == "sign"


def test_a_factor_that_stands_twice_is_two_edges():
    walked = walk(lambda x: np.sin(x) * np.sin(x) + x, 0.7)
    square = walk(lambda x: x * x, 0.7)
    assert "at place 1 of 2" in question(square, 0)
    assert judge(square, 0, "2x").kind == "both ways at once"
    assert judge(square, 1, "x", SUM).kind == "forgot to sum"
    assert judge(square, 1, "2x", SUM).right
    assert walked.edges == 6


@pytest.mark.parametrize(("f", "x"), [(np.abs, 0.0), (lambda x: np.maximum(x, 0.0), 0.0)])
def test_at_a_kink_every_slope_between_those_of_both_sides_is_right(f, x):
    walked = walk(lambda v: f(v), x)
    for answer in (1.0, "0.3", "0"):
        assert judge(walked, 0, answer).right
    assert "the slope jumps between" in judge(walked, 0, 1.0).hint
    assert judge(walked, 0, 1.4).kind == "kink"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("", "nothing was typed"), ("   ", "nothing was typed"), ("foo(", "none of the variables a, v4"),
        ("__import__('os')", "column 1"), ("a.real", "column 2"), ("x" * 100_000, "at most 200 characters"),
        ("(" * 150, "levels"), ("9^9^9^9", "column"), ("cos(a", "never closed"), ("0,5", "decimals with a point"), ("1/0", "zero"),
        ("log(-a)", "no finite value"), ("[", "one number or expression"), ("[p, 1]", "one number or expression"), ("x\n", ""),
        (None, "no answer"), (float("nan"), "no answer"), (1j, "no answer"), ({}, "no answer"), ("u", "none of the variables"),
        ("p + [1]", "column"), ("lambda: 1", "column"), ("🦊", "column 1"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_one_sentence(answer, says):
    walked = example("fan-out")
    k = number(walked, "v4", "a")
    if not says:
        assert not judge(walked, k, answer).right
        return
    with pytest.raises(dl.DerivativeError, match=says) as caught:
        judge(walked, k, answer)
    assert len(str(caught.value)) < 250


def test_nothing_is_asked_where_a_node_only_passes_numbers_on():
    walked = example("fan-out")
    k = number(walked, "x", "p")
    with pytest.raises(dl.DerivativeError, match="nothing is asked here"):
        judge(walked, k, "1")
    with pytest.raises(dl.DerivativeError, match="nothing is asked here"):
        reveal(walked, len(walked.steps))


def test_names_are_the_readers_own_where_they_are_plain():
    def f(t):
        first = t[0] * t[1]
        sin = np.sin(first)
        for _ in range(2):
            sin = sin * first
        b = sin + t[1]
        b = b * 2
        return b

    walked = walk(f, np.array([0.5, 1.5]))
    assert walked.labels[:4] == ("t", "t0", "t1", "first")
    assert "sin" not in walked.labels
    assert {label for label in walked.labels if label.startswith("b")} == {"b_8", "b_9"}
    assert walk(dl.formula("sin(u v)"), [1.0, 2.0]).labels[:3] == ("p", "u", "v")
    assert judge(walked, number(walked, "first", "t0"), "t1").right


def test_a_walk_that_is_too_long_or_complex_is_refused_in_a_sentence():
    def long(x):
        for _ in range(3000):
            x = x * 1.001
        return x

    with pytest.raises(dl.DerivativeError, match="one sweep passes 3000 edges"):
        walk(long, 1.0)
    many = walk(lambda x: np.sum(np.sin(x) ** 2), np.linspace(0, 1, 900), "forward")
    assert (many.kept, many.sweeps, len(many.steps)) == (246, 900, 738)
    assert "246 of 900 sweeps" in end_told(many)


def test_a_function_of_a_single_node_has_no_steps():
    walked = walk(lambda x: x, 2.0)
    assert walked.steps == ()
    assert walked.rows(0) == [] or walked.rows(0)[0] == 1.0
    assert "step 0 of 0" in step_told(walked, 0)
