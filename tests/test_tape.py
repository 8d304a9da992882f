"""The tape: adjoints against perturbed replays over the gallery, sweeps, names, and its picture."""

import re
import warnings
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import derivlab as dl
from derivlab.gallery import cases
from derivlab.plots.tape import MOST, TapeDisplay, fold

X = np.array([1.0, 2.0])


def f(x):
    a = x[0] * x[1]
    b = np.sin(a)
    for _ in range(2):
        b = b * a
    return b + np.sum(x**2)


def logistic(x):
    for _ in range(40):
        x = 4 * x * (1 - x)
    return x


def recorded(case):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return dl.tape(case.f, case.point)


CASES = [case for case in cases() if case.x_size <= 30]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_every_adjoint_is_a_finite_difference(case):
    """Perturbing one node and running the rest of the tape again moves the output by adjoint · shift."""
    rng = np.random.default_rng(0)
    try:
        tape = recorded(case)
        seed = rng.uniform(0.5, 1.0, np.shape(tape.value))[()]
        adjoints = tape.adjoints(seed)
    except dl.DerivativeError as error:
        pytest.skip(f"refused: {error}")
    if not np.all(np.isfinite(adjoints[0])):
        pytest.skip("a masked branch: reverse mode refuses this")
    known = np.tensordot(seed, case.known(), axes=np.ndim(seed))
    assert adjoints[0] == pytest.approx(known, rel=1e-10, abs=1e-10 * np.max(np.abs(known), initial=0.0))
    v = rng.uniform(0.5, 1.0, np.shape(case.point))
    along = np.sum(
        seed * tape.tangents(v)[-1]
    )  # forward and reverse are transposes: seed · (J v) = (seed J) · v
    assert along == pytest.approx(
        np.sum(adjoints[0] * v), rel=1e-9, abs=1e-9 * np.sum(np.abs(adjoints[0] * v))
    )
    picked = rng.permutation(len(tape.nodes))[:6]
    for node in (tape.nodes[k] for k in picked):
        if (
            isinstance(node.value, tuple)
            or np.iscomplexobj(node.value)
            or not np.all(np.isfinite(node.value))
        ):
            continue
        scale = np.where(node.value == 0, 1.0, np.abs(node.value))
        way = rng.uniform(0.5, 1.0, node.shape) * scale
        if node.shape == node.shape[::-1] and np.ndim(way) == 2 and np.array_equal(node.value, node.value.T):
            way = (way + way.T) / 2  # of a symmetric matrix, decompositions read one half
        claim = float(np.sum(adjoints[node.index] * way))
        slopes = []
        for h in (1e-4, 1e-6):
            with np.errstate(all="ignore"):
                up, down = (tape.replay({node.index: s * h * way})[-1] for s in (1, -1))
            slopes.append(float(np.sum(seed * (np.asarray(up) - down))) / (2 * h))
        noise = 1e-10 * np.max(np.abs(tape.value), initial=0.0) / 1e-6 * 1e-3
        error = np.min(np.abs(np.array(slopes) - claim))
        assert error <= 2e-5 * abs(claim) + noise + 1e-9, f"{node}: {slopes} for {claim}"


def test_replay_gives_the_values_again():
    tape = dl.tape(f, X)
    assert tape.replay({})[-1] == tape.value == f(X)


def test_sweeps_agree_and_the_running_sum_is_the_adjoint():
    tape = dl.tape(f, X)
    visits = list(tape.backward())
    assert len(visits) == tape.cost("reverse")["edges"] == 13
    for visit in visits:
        if visit.source.elementwise and not visit.source.shape:
            assert visit.contribution == visit.upstream * visit.local
    fan_out = [v.total for v in visits if v.target.name == "a"]
    assert len(fan_out) == 3
    assert fan_out[-1] == tape.adjoints()[3]
    assert tape.gradient() == pytest.approx(dl.gradient(f, X))
    columns = [tape.tangents(v)[-1] for v in np.eye(2)]
    assert columns == pytest.approx(tape.gradient())
    assert tape.cost("forward")["sweeps"] == 2


def test_arrays_need_a_seed_and_a_direction():
    tape = dl.tape(lambda x: np.exp(x) * x[0], X)
    with pytest.raises(dl.DerivativeError, match=r"give the seed, an array of that shape"):
        list(tape.backward())
    with pytest.raises(dl.DerivativeError, match=r"give the direction v"):
        list(tape.forward())
    with pytest.raises(dl.DerivativeError, match=r"the same"):
        tape.adjoints(np.ones(3))
    assert tape.adjoints(np.array([1.0, 0.0]))[0] == pytest.approx([2 * np.e, 0.0])


def test_names_lines_and_text():
    tape = dl.tape(f, X)
    assert [node.name for node in tape.nodes if node.operation == "multiply"] == ["a", "b", "b"]
    assert tape.nodes[4].code == "b = np.sin(a)"
    assert re.fullmatch(r"test_tape\.py:\d+", tape.nodes[4].line)
    assert tape.nodes[1].expression == "#0[0]"
    assert "power(#0, 2)" in repr(tape)
    assert dl.tape(lambda x: x[0, 1:].sum(), np.eye(2)).nodes[1].expression == "#0[0, 1:]"


def test_deep_graphs_do_not_recurse():
    def deep(x):
        for _ in range(5000):
            x = x * 1.0001
        return x

    assert dl.tape(deep, 1.0).gradient() == pytest.approx(1.0001**5000)


@pytest.mark.parametrize("bad", [lambda x: 3.0, lambda x: np.log(-x)])
def test_refusals(bad):
    with pytest.raises(dl.DerivativeError):
        dl.tape(bad, 1.0)


def test_the_picture_has_a_text_alternative_and_boxes_to_focus():
    svg = ET.fromstring(dl.tape(f, X).show().svg())
    assert svg.get("role") == "img"
    assert "10 nodes" in svg.get("aria-label")
    boxes = [g for g in svg if g.tag.endswith("g")]
    assert len(boxes) == 10
    texts = [[text.text for text in box if text.tag.endswith("text")] for box in boxes]
    assert texts[4][:4] == ["b_4", "sin(a)", "0.9093", "∂ 4"]
    assert texts[4][4].startswith("#4 b_4 = sin(a) = 0.909297, adjoint 4 (test_tape.py:")
    assert all(box.get("role") == "img" and box.get("aria-label") for box in boxes)
    assert all(g.get("tabindex") == "0" and "test_tape.py" in g[0].text for g in boxes[1:])


def test_boxes_do_not_overlap():
    display = dl.tape(f, X).show()
    places, _, (wide, high) = display._places()
    for k, (x, y) in enumerate(places):
        assert 50 <= x <= wide - 50
        assert 30 <= y <= high - 30
        assert all(x != u or abs(y - v) > 60 for u, v in places[:k])


def test_long_tapes_are_folded():
    tape = dl.tape(logistic, 0.3)
    assert len(tape.nodes) == 121
    boxes = fold(tape)
    assert 20 < len(boxes) <= MOST
    assert [node for box in boxes for node in box.nodes] == list(tape.nodes)
    assert "3 steps" in TapeDisplay.from_tape(tape).svg()


def test_dot_names_every_node_and_edge():
    tape = dl.tape(f, X)
    assert tape.to_dot().count("->") == 13
    assert tape.to_dot().count("label=") == 10
    assert '3 [label="a\\nx0·x1\\n2"];' in tape.to_dot()
