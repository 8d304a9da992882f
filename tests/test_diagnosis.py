"""Verdicts: right on the trap gallery, never a wrong number called a value, cheap, and in words."""

import copy
import warnings
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import derivlab as dl
from derivlab.diagnosis import KINDS
from derivlab.gallery import cases, traps_code
from derivlab.gallery.traps import TRAPS, TRUSTS, trap

BUDGET = 62
# One of each family: a verdict asks no more of the rows.
METHODS = ["forward_difference", "richardson", "complex_step", "reverse", "reference"]


def verdict(f, x):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return dl.compare(f, copy.deepcopy(x), METHODS).verdict


@pytest.fixture(scope="module")
def verdicts():
    traps_code.GAIN[0] = 1.0
    found = {t.name: verdict(t.f, t.x) for t in TRAPS}
    traps_code.GAIN[0] = 1.0  # cold again for other tests
    return found


def close(a, b, digits=1e-6):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return a.shape == b.shape and bool(
        np.all(np.abs(a - b) <= digits * np.max(np.abs(b), initial=0.0) + 1e-12)
    )


def confusion(verdicts):
    """Rows: the right trust; columns: the trust given."""
    counts = Counter((t.trust, verdicts[t.name].trust) for t in TRAPS)
    lines = ["right \\ given  " + "".join(f"{g:>12}" for g in TRUSTS)]
    lines += [f"{r:<15}" + "".join(f"{counts[r, g]:>12}" for g in TRUSTS) for r in TRUSTS]
    return "\n".join(lines)


def test_trust_is_right_on_the_trap_gallery(verdicts):
    print("\n" + confusion(verdicts))
    right = [t for t in TRAPS if verdicts[t.name].trust in (t.trust, *t.also)]
    missed = [f"{t.name}: {verdicts[t.name].trust} {verdicts[t.name].kind}" for t in TRAPS if t not in right]
    print(f"{len(right)} of {len(TRAPS)} right; missed: {missed}")
    assert len(right) >= 0.97 * len(TRAPS), missed


def test_no_wrong_number_is_called_a_value(verdicts):
    wrong = [
        t.name
        for t in TRAPS
        if (v := verdicts[t.name]).trust == "value" and not (t.value is not None and close(v.value, t.value))
    ]
    assert not wrong


def test_kinds_are_honest_names(verdicts):
    other = [f"{t.name}: {verdicts[t.name].kind}" for t in TRAPS if verdicts[t.name].kind not in t.kind]
    print(f"{len(TRAPS) - len(other)} of {len(TRAPS)} kinds; other: {other}")
    assert len(other) <= 0.04 * len(TRAPS), other


def test_one_sided_derivatives_where_there_is_none(verdicts):
    for t in TRAPS:
        if t.trust != "undefined" or "jump" in t.kind:
            continue
        for side, truth in ((verdicts[t.name].left, t.left), (verdicts[t.name].right, t.right)):
            if truth is None:
                assert side is None, t.name
            else:
                np.testing.assert_allclose(
                    np.asarray(side, float), truth, rtol=1e-9, atol=1e-9, err_msg=t.name
                )


def test_lines_are_the_ones_responsible(verdicts):
    labelled = [t for t in TRAPS if t.line]
    found = [t for t in labelled if (site := verdicts[t.name].line) is not None and t.line in site.text]
    missed = [f"{t.name}: {verdicts[t.name].line}, not {t.line}" for t in labelled if t not in found]
    print(f"{len(found)} of {len(labelled)} lines; missed: {missed}")
    assert len(found) >= 0.75 * len(labelled)


def test_the_budget_holds_and_is_stated(verdicts):
    assert max(v.evaluations for v in verdicts.values()) <= BUDGET


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_an_example_that_gets_it(kind, verdicts):
    assert verdicts[KINDS[kind].example].kind == kind
    assert trap(KINDS[kind].example).says


def test_every_kind_that_is_labelled_is_documented():
    assert {kind for t in TRAPS for kind in t.kind} <= set(KINDS)


def test_verdicts_are_said_in_words(verdicts):
    for name, v in verdicts.items():
        assert 30 < len(v.says) < 420, name
        assert v.says.endswith("."), name
        assert "{" not in v.says, name
        assert "None" not in v.says.replace("returns None", "").replace("is None", ""), (name, v.says)
        assert v.mend or v.kind in ("agree", "flat"), name
        if v.line is not None and "{line}" in KINDS[v.kind].mend:
            assert v.line.text in v.mend, name


# ---- smooth functions are values
SMOOTH = ("elementary", "formulas", "reductions", "optimisation", "likelihoods")


@pytest.mark.parametrize("topic", SMOOTH)
def test_smooth_functions_are_values(topic):
    for c in list(cases(topic))[::4]:
        if c.x_size > 20:
            continue
        v = verdict(c.f, c.point)
        assert v.trust == "value", (c.name, str(v))
        np.testing.assert_allclose(
            v.value, c.known(), rtol=1e-6, atol=1e-6 * np.max(np.abs(c.known()), initial=1e-6)
        )


BADLY_SCALED = [
    (lambda x: np.sin(x), 1e6, np.cos(1e6)),
    (lambda x: np.exp(60.0 * x), 1.0, 60 * np.exp(60.0)),
    (lambda x: np.tanh(1e5 * x), 2e-6, 1e5 / np.cosh(0.2) ** 2),
    (lambda x: 1e12 + 1e3 * x**2, 3.0, 6e3),
    (lambda x: x**40, 30.0, 40 * 30.0**39),
    (lambda x: 1e-30 * np.cos(x), 1.0, -1e-30 * np.sin(1.0)),
    (lambda x: np.sqrt(x), 1e-12, 5e5),
    (lambda x: np.log(x), 1e-200, 1e200),
    (lambda x: 1.0 / x, 1e12, -1e-24),
    (lambda x: np.sin(x) + 0.01 * np.sin(1000 * x), 1.0, np.cos(1.0) + 10 * np.cos(1000.0)),
    (lambda x: (x - 1.0) ** 2, 1.0, 0.0),
    (lambda x: x**2 - 0.01, 0.1, 0.2),
    (lambda x: (x - 2.0) ** 4, 2.0, 0.0),
    (lambda x: np.log(1 + x), 1e-9, 1 / (1 + 1e-9)),
    (lambda x: np.abs(x) ** 3, -1e-4, -3e-8),
    (lambda x: np.arctan(x / 1e-6), 0.0, 1e6),
]


@pytest.mark.parametrize("k", range(len(BADLY_SCALED)))
def test_badly_scaled_smooth_functions_are_values(k):
    f, x, slope = BADLY_SCALED[k]
    v = verdict(f, x)
    assert v.trust == "value", str(v)
    assert v.value == pytest.approx(slope, rel=1e-6, abs=1e-12)


def test_a_perfect_fit_is_a_value():
    a = np.random.default_rng(3).normal(size=(20, 4))
    x = np.array([0.1, 0.2, 0.3, -0.7])
    v = verdict(lambda w: np.sum((a @ w - a @ x) ** 2), x)
    assert v.trust == "value"
    assert np.max(np.abs(v.value)) < 1e-12


UNARY = [np.sin, np.cos, np.tanh, np.arctan, lambda t: np.exp(0.3 * t), lambda t: np.sqrt(t * t + 0.5)]
trees = st.recursive(
    st.sampled_from(["x", 0.7, -1.3, 2.5]),
    lambda inner: st.one_of(
        st.tuples(st.integers(0, len(UNARY) - 1), inner), st.tuples(st.sampled_from("+-*"), inner, inner)
    ),
    max_leaves=8,
)


def evaluate(tree, x):
    if tree == "x":
        return x
    if isinstance(tree, float):
        return tree
    if len(tree) == 2:
        return UNARY[tree[0]](evaluate(tree[1], x))
    a, b = evaluate(tree[1], x), evaluate(tree[2], x)
    return a + b if tree[0] == "+" else a - b if tree[0] == "-" else a * b


@settings(max_examples=60)
@given(trees, st.integers(-300, 300).map(lambda k: k / 100))  # at 1e-37, x - sin(x) cancels
def test_random_smooth_functions_are_values(tree, x):
    v = dl.compare(lambda t: evaluate(tree, t) + 0.0 * t, x, ["reverse", "richardson", "reference"]).verdict
    assert v.trust == "value", str(v)


@settings(max_examples=20)
@given(st.integers(1, 6), st.integers(0, 10**6))
def test_random_smooth_maps_are_values(n, seed):
    rng = np.random.default_rng(seed)
    a, b, x = rng.normal(size=(3, n)), rng.normal(size=(3, 3)), rng.normal(size=n)
    v = dl.compare(lambda t: b @ np.tanh(a @ t) + np.sin(a @ t) ** 2, x, ["reverse", "richardson"]).verdict
    assert v.trust == "value", str(v)


# ---- cases that fool one witness or another
def hilbert(n):
    i = np.arange(n)
    return 1.0 / (i[:, None] + i[None, :] + 1.0)


def guarded(x, tolerance):
    if abs(x) < tolerance:
        return 1.0
    return np.expm1(x) / x


def loose_root(x, tolerance):
    y = 1.0
    while abs(y * y - x) > tolerance:
        y = 0.5 * (y + x / y)
    return y


def two_balls(x):
    a, b, v, u = x
    for _ in range(100):
        a, b = a + 0.01 * v, b + 0.01 * u
        if b - a < 0.2:
            v, u = u, v
    return b


FOOLERS = {
    "one zero among a hundred": (
        lambda x: np.sum(np.abs(x)),
        np.r_[0.0, np.linspace(0.1, 2.0, 99)],
        "undefined",
    ),
    "one tie among a hundred": (
        lambda x: np.sum(np.maximum(x - 0.5, 0.0)),
        np.linspace(0, 1, 101),
        "undefined",
    ),
    "a wrap one bit beyond": (lambda x: np.angle(np.exp(1j * x)), np.pi, "undefined"),
    "a step one bit beyond": (lambda x: x // 0.1, 0.3, "undefined"),
    "endless oscillation": (lambda x: x * np.sin(1 / x) if x != 0 else 0.0, 0.0, "undefined"),
    "logarithmic slope": (lambda x: x**x, 0.0, "undefined"),
    "rounded by a cast": (lambda x: float(np.float32(np.sin(x))), 0.6, "unreliable"),
    "hilbert": (lambda x: np.linalg.solve(hilbert(10), x)[0], np.ones(10), "unreliable"),
    "balls": (two_balls, np.array([0.0, 0.525, 1.0, 0.0]), "unreliable"),
    "riemann sum": (lambda x: 0.01 * np.sum(np.sin(np.arange(0, x, 0.01))), 1.005, "unreliable"),
    "guard 1e-12": (lambda x: guarded(x, 1e-12), 0.0, 0.5),
    "guard 1e-6": (lambda x: guarded(x, 1e-6), 0.0, 0.5),
    "guard 1e-3": (lambda x: guarded(x, 1e-3), 0.0, 0.5),
    "loose root": (lambda x: loose_root(x, 1e-6), 1.0, 0.5),
    "tamed oscillation": (lambda x: x * x * np.sin(1 / x) if x != 0 else 0.0, 0.0, 0.0),
    "units": (lambda x: np.sum(np.array([1e-8, 1.0, 1e8]) * x), np.array([1e8, 1.0, 1e-8]), [1e-8, 1.0, 1e8]),
}


@pytest.mark.parametrize("name", FOOLERS)
def test_no_single_witness_decides(name):
    f, x, right = FOOLERS[name]
    v = verdict(f, x)
    assert v.trust == (right if isinstance(right, str) else "value"), str(v)
    if not isinstance(right, str):
        np.testing.assert_allclose(v.value, right, rtol=1e-6, atol=1e-9)


# ---- cost
@pytest.mark.parametrize("n", [1, 2, 40, 5000])
def test_a_verdict_counts_its_evaluations(n):
    calls = [0]

    def f(x):
        calls[0] += 1
        return np.sum(np.sin(x) ** 2)

    comparison = dl.compare(f, np.linspace(0.5, 2.0, n) if n > 1 else 0.7, ["reverse"])
    before = calls[0]
    v = comparison.verdict
    assert v.trust == "value"
    assert v.evaluations <= BUDGET
    assert calls[0] - before <= BUDGET + 30  # with a hundred digits too
    assert comparison.verdict is v
    again = comparison.diagnose(effort=3.0)
    assert BUDGET < again.evaluations < 4 * BUDGET
    assert again.trust == "value"


# ---- what a user sees
def test_why_and_the_table_say_the_same(capsys):
    c = dl.compare(lambda x: np.abs(x - 1.0), 1.0)
    c.why()
    text, page = capsys.readouterr().out, c._repr_html_()
    assert "UNDEFINED (kink)" in text and "left: -1.0" in text and "evaluations of f" in text
    assert "undefined" in page and "kink" in page and page.index("undefined") < page.index("<thead>")
    assert c.verdict.method.refused and "np.sqrt(x**2 + 1e-12)" in c.verdict.mend


def test_a_matrix_is_said_as_a_matrix():
    v = dl.compare(lambda x: [x[0] * x[1], x[0] ** 2], [1.0, 2.0]).verdict
    assert v.says.startswith("The derivative is [[2, 1], [2, 0]].")


def test_rows_are_sorted_into_right_and_wrong():
    v = dl.compare(lambda x: np.sin(x) if x != 0 else 0.0, 0.0).verdict
    assert (v.trust, v.value) == ("value", 1.0)
    assert "richardson" in v.method.right


def test_rejected_input_gives_a_comparison():
    for f, x, kind in (
        (np.sin, np.nan, "bad_input"),
        (lambda x: "text", 1.0, "bad_output"),
        (lambda x: x[5], [1.0], "bad_input"),
        (lambda x: np.log(x), -1.0, "domain"),
    ):
        c = dl.compare(f, x)
        assert (c.verdict.trust, c.verdict.kind) == ("rejected", kind)
        assert c.rejected and all(row.value is None for row in c)
        assert "rejected" in c._repr_html_() and c.rejected[:20] in repr(c)
    with pytest.raises(dl.DerivativeError, match="not a function"):
        dl.compare(3.0, 1.0)


def test_diagnose_is_the_verdict_of_a_comparison():
    assert dl.diagnose(lambda x: np.floor(x), 2.0).kind == "jump"
    assert dl.diagnose(lambda x, a: a * x**2, 3.0, args=(2.0,)).value == pytest.approx(12.0)


def test_a_slow_function_is_not_called_for_its_table():
    import time

    calls = [0]

    def slow(x):
        calls[0] += 1
        time.sleep(0.06)
        return x * x

    c = dl.compare(slow, 1.0, ["forward_difference"])
    before = calls[0]
    assert ".verdict" in c._repr_html_() and calls[0] == before


def test_the_linear_part_of_a_direction_is_checked():
    def f(x):
        r = np.sqrt(x[0] ** 2 + x[1] ** 2)
        return x[0] * x[1] / r if r > 0 else 0.0

    assert dl.compare(f, [0.0, 0.0], METHODS).verdict.trust == "undefined"
