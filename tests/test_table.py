"""The comparison as text, HTML and data: columns, widths, wrong digits, refusals, labels."""

import html.parser
import json
import math
import re
from dataclasses import dataclass

import numpy as np
import pytest

import derivlab as dl
from derivlab.methods.estimate import Estimate
from derivlab.rows import correct_digits, timed
from derivlab.table import WIDTH, digits_right, duration, marked, multiple, short


def f(x):
    return np.sin(x[0]) * x[1] ** 2 + np.sum(np.exp(-x))


def kinked(x):
    return np.sum(np.abs(x)) + 2.0 * x[1]


@pytest.mark.parametrize(
    ("g", "x"),
    [
        (f, [1.0, 2.0]),
        (kinked, [1.0, 0.0, 3.0]),
        (np.sin, 1.2),
        (lambda x: np.outer(x, x), np.arange(1.0, 9)),
    ],
)
def test_text_is_aligned_and_no_wider_than_a_terminal(g, x):
    comparison = dl.compare(g, x)
    lines = repr(comparison).splitlines()
    assert max(map(len, lines)) <= WIDTH <= 120
    assert lines[1].split() == ["method", "value", "digits", "evaluations", "time", "cost", "note"]
    end = lines[1].index("evaluations") + len("evaluations")
    for row in comparison.rows:
        line = next(line for line in lines[2:] if line.startswith(f"{row.label} "))
        if row.value is not None:
            assert line[:end].endswith(f" {row.evaluations}")


def test_a_refusal_fills_its_line_and_stands_alone_in_chosen_columns():
    comparison = dl.compare(kinked, [1.0, 0.0], ["reverse", "central_difference"])
    error = comparison["reverse"].error
    assert comparison["reverse"].value is None
    assert error in re.sub(r"\s+", " ", repr(comparison))
    assert comparison.table("method", "digits").splitlines()[1].split() == ["reverse", "-"]
    assert error.split()[-1] in comparison.table("method", "note")
    with pytest.raises(dl.DerivativeError, match="no column 'speed'; choose from method"):
        comparison.table("speed")


class Page(html.parser.HTMLParser):
    """The tags and the underlined text of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.open, self.wrong, self.cells = [], [], [], 0
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "u" in self.open and "td" in self.open:
            self.wrong.append(data)


def test_html_is_well_formed_has_headings_and_marks_wrong_digits():
    page = Page(dl.compare(f, [1.0, 2.0], ["forward_difference", "reverse"])._repr_html_())
    assert page.open == []
    scopes = [a.get("scope") for tag, a in page.tags if tag == "th"]
    assert scopes == ["col"] * 7 + ["row"] * 2
    assert [tag for tag, _ in page.tags].count("caption") == 1
    assert len(page.wrong) == 2 and all(re.fullmatch(r"\d{3,6}", digits) for digits in page.wrong)


def test_html_shows_nobody_elses_markup():
    def bad(x):
        raise ValueError("<script>alert(1)</script>")

    bad.__name__ = "<img src=x>"
    calm = dl.compare(np.sin, 1.0)
    page = Page(calm._repr_html_().replace("sin", ""))
    assert page.open == []

    @dataclass(frozen=True)
    class Loud:
        name = "<b>loud</b>"

        def jacobian(self, f, x):
            return bad(x)

    text = dl.compare(np.sin, 1.0, [Loud()])._repr_html_()
    assert "<script>" not in text and "<b>loud" not in text and "&lt;b&gt;loud" in text


def test_a_banner_has_its_place_between_title_and_rows():
    from derivlab.table import html_table

    text = html_table(dl.compare(np.sin, 1.0), above="<p>all agree</p>")
    assert text.index("sin at x") < text.index("<p>all agree</p>") < text.index("<thead>")
    assert Page(text).open == []


@pytest.mark.parametrize(
    ("value", "truth", "shown"),
    [
        (1.7933297455311, 1.7933297823011, "1.7933297<u>455311</u>"),
        (2.0, 2.0, "2.0000000000000"),
        (-7.45e-9, 0.0, "<u>-7.4500000000000</u>e-09"),
        (0.0, 1.0, "<u>0</u>"),
        (4.0, 0.0, "<u>4.0000000000000</u>"),
        (0.99999999, 1.0, "0.9999999<u>9000000</u>"),
        (math.nan, 1.0, "<u>nan</u>"),
        (math.inf, 1.0, "<u>inf</u>"),
        (123456.0, 123457.0, "12345<u>6.00000000</u>"),
    ],
)
def test_wrong_digits_are_marked(value, truth, shown):
    assert marked(value, truth, 14) == shown


def test_as_many_digits_stand_as_the_error_allows():
    rng = np.random.default_rng(0)
    for _ in range(300):
        truth = rng.normal() * 10.0 ** rng.integers(-12, 12)
        value = truth * (1 + rng.normal() * 10.0 ** -rng.integers(1, 16))
        n = digits_right(value, truth, 16)
        unit = 10.0 ** (math.floor(math.log10(abs(value))) + 1 - n)
        assert n == 0 or abs(value - truth) <= 0.5 * unit * (1 + 1e-9)


def test_numbers_in_few_characters():
    assert [duration(s) for s in (4.04e-7, 3.4e-5, 9.96e-4, 0.0012, 2.5, 81.0)] == [
        "0.4 µs", "34 µs", "996 µs", "1.2 ms", "2.5 s", "81 s",
    ]  # fmt: skip
    assert [multiple(c) for c in (4.71, 95_712.0, 999_600.0, 1.234e7)] == [
        "4.71×",
        "95700×",
        "1.0e6×",
        "1.2e7×",
    ]
    assert short(np.arange(12.0).reshape(3, 4)) == "[0, 1, 2, ...] of shape (3, 4)"
    assert short([[1.0, 2.0], [3.0, 0.1]]) == "[[1, 2], [3, 0.1]]"


def test_two_of_one_kind_have_labels():
    small, large = dl.CentralDifference(step=1e-5), dl.CentralDifference(step=1e-2)
    comparison = dl.compare(np.sin, 1.0, [small, large, small, "reverse"])
    labels = [row.label for row in comparison]
    assert labels == [
        "central_difference(step=1e-05)", "central_difference(step=0.01)", "central_difference(step=1e-05) #2", "reverse",
    ]  # fmt: skip
    assert comparison[small].digits > comparison[large].digits
    assert comparison["central_difference(step=0.01)"] is comparison[large]
    assert all(label in repr(comparison) for label in labels) and len(comparison) == 4
    assert {row.method for row in comparison} == {"central_difference", "reverse"}
    with pytest.raises(KeyError, match="several rows 'central_difference'"):
        comparison["central_difference"]
    with pytest.raises(KeyError, match="no row 'forward'; there are central_difference"):
        comparison["forward"]
    assert dl.compare(np.sin, 1.0, small)["central_difference"].evaluations == 3


@pytest.mark.parametrize(
    ("step", "shown"),
    [
        (np.float64(1e-5), "1e-05"),
        (np.array([1e-5, 1e-6]), "[1e-05, 1e-06]"),
        (np.full(30, 1e-5), "[1e-05, 1e-05, 1e-05, ...] of shape (30,)"),
        ("small\nstep", r"'small\nstep'"),
    ],
)
def test_an_option_is_shown_in_one_short_line(step, shown):
    method = dl.CentralDifference(step=step)
    comparison = dl.compare(lambda x: np.sum(x**2), np.ones(np.size(step)), [method])
    assert comparison.rows[0].label == f"central_difference(step={shown})"
    assert comparison[method] is comparison.rows[0]


@pytest.mark.parametrize(
    ("value", "truth", "digits"),
    [
        ([1.0, 1e-9], [1.0, 0.0], 9.0),
        ([1.001, 5.0], [1.0, 10.0], 0.30103),
        (0.0, 0.0, 15.95),
        (1e-9, 0.0, 9.0),
        (math.nan, 1.0, 0.0),
        ([math.inf, 1.0], [1.0, 1.0], 0.0),
        (3.0, 1.0, 0.0),
        (0.0, 1.0, 0.0),
        (5e-324, 5e-324, 15.95),
    ],
)
def test_digits_are_relative_to_the_largest_entry(value, truth, digits):
    assert correct_digits(value, truth) == pytest.approx(digits, abs=1e-6)
    assert math.copysign(1.0, correct_digits(value, truth)) == 1.0


def test_digits_at_a_derivative_of_zero_are_fractions_of_f():
    for scale in (1e-12, 1.0, 1e12):
        comparison = dl.compare(lambda x, a: a * np.cos(x), 0.0, args=(scale,))
        assert comparison.reference == 0.0
        assert 7 < comparison["forward_difference"].digits < 9, scale
        assert comparison["reverse"].digits > 15
    assert "the true derivative is 0" in repr(comparison)


def test_an_entry_that_is_worse_than_the_whole_gets_a_word():
    comparison = dl.compare(lambda x: 1e6 * x[0] ** 2 + 1e-7 * x[1], [1.0, 1.0])
    assert re.search(r"entry \[1\] by itself has \d\.\d digits", comparison["forward_difference"].note)
    assert "by itself" not in comparison["reverse"].note


def test_without_a_reference_there_are_no_digits():
    comparison = dl.compare(kinked, [1.0, 0.0])
    assert comparison.reference is None and "left and from the right" in comparison.refusal
    assert all(row.digits is None for row in comparison)
    assert "no reference, so no digits" in repr(comparison) and "no digits" in comparison._repr_html_()


def test_of_float32_outputs_only_seven_digits_are_counted():
    comparison = dl.compare(lambda x: np.float32(np.sin(x[0]) * x[1]), [1.0, 2.0], ["central_difference"])
    row = comparison["central_difference"]
    assert row.digits is None or 2 < row.digits < 7.5


def bomb(error):
    @dataclass(frozen=True)
    class Bomb:
        name = "bomb"
        family = "numerical"

        def jacobian(self, f, x):
            raise error

    return Bomb()


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (
            RecursionError("maximum recursion depth exceeded"),
            "RecursionError: maximum recursion depth exceeded",
        ),
        (SystemExit(3), "SystemExit: 3"),
        (MemoryError(), "MemoryError: no message"),
        (KeyError("a\nb"), r"KeyError: 'a\nb'"),
        (dl.DerivativeError("no; do that.\nmore"), "no; do that."),
    ],
)
def test_whatever_a_method_raises_stays_in_its_row(error, says):
    comparison = dl.compare(np.sin, 1.0, [bomb(error), "reverse"])
    assert comparison["bomb"].error == says and comparison["bomb"].value is None
    assert comparison["reverse"].digits > 15
    assert says in repr(comparison) and comparison["bomb"].digits is None


def test_only_the_keyboard_interrupts():
    with pytest.raises(KeyboardInterrupt):
        dl.compare(np.sin, 1.0, [bomb(KeyboardInterrupt())])


@pytest.mark.parametrize("value", [np.ones(3), 2.0, None, "two"])
def test_a_method_of_the_wrong_shape_is_refused(value):
    class Careless:
        def jacobian(self, f, x):
            return Estimate(value, 1)

    row = dl.compare(f, [1.0, 2.0], [Careless()])["Careless"]
    assert row.value is None and row.error
    assert dl.compare(f, [1.0, 2.0], [Careless])["Careless"].family == "other"


def test_f_that_fails_says_where():
    def fails(x):
        return x[7]

    rejected = dl.compare(fails, [1.0]).rejected
    assert re.search(r"fails at x by itself \(IndexError.* at test_table\.py:\d+\); ", rejected)
    rejected = dl.compare(lambda x: np.sqrt(x), -1.0).rejected
    assert "f(x) is nan; x lies outside the domain of f" in rejected
    with pytest.raises(dl.DerivativeError, match="methods is empty"):
        dl.compare(np.sin, 1.0, [])


def test_data_is_ready_for_json():
    strict = json.loads(json.dumps(dl.compare(kinked, [1.0, 0.0]).to_dict(), allow_nan=False))
    assert strict["function"] == "kinked" and strict["x"] == [1.0, 0.0] and strict["reference"] is None
    row = json.loads(json.dumps(dl.compare(f, np.ones((2, 2))[0]).to_dict(), allow_nan=False))["rows"][-1]
    assert row["label"] == "reference" and len(row["value"]) == 2 and row["error"] is None

    class Nan:
        def jacobian(self, f, x):
            return Estimate(np.array([np.nan, np.float32(1)]), np.int64(3))

    row = dl.compare(f, [1.0, 2.0], [Nan()]).to_dict()["rows"][0]
    assert row["value"] == [None, 1.0] and row["digits"] == 0.0 and type(row["evaluations"]) is int


@pytest.mark.parametrize(
    ("x", "shown"),
    [
        ("x", "'x'"),
        ([1j, 2], "[1j, 2]"),
        (None, "None"),
        (np.array([1, None]), "array([1, None], dtype=object)"),
        (np.array(["a"]), "array(['a'], dtype='<U1')"),
        ([[1, 2], [3]], "[[1, 2], [3]]"),
        ({"a": 1}, "{'a': 1}"),
        ([math.nan, 1.0], [None, 1.0]),
        ([], []),
    ],
)
def test_whatever_x_is_a_comparison_shows_it_and_is_ready_for_json(x, shown, recwarn):
    comparison = dl.compare(np.sum, x, ["reverse"])
    data = json.loads(json.dumps(comparison.to_dict(), allow_nan=False))
    assert data["x"] == shown and data["seconds_of_f"] is None and data["rejected"]
    assert comparison._repr_html_() and repr(comparison) and not recwarn
    assert isinstance(shown, list) or comparison.title == f"sum at x = {shown}"


@pytest.mark.parametrize(
    ("f", "says"),
    [
        (lambda x: (v for v in x), "f returns generator"),
        (lambda x: math.inf * x[0], "f.x. is inf"),
        (lambda x: {"a": x[0]}, "f returns dict"),
    ],
)
def test_whatever_f_returns_is_named(f, says, recwarn):
    comparison = dl.compare(f, [1.0, 2.0], ["reverse"])
    assert re.match(says, comparison.rejected) and comparison.verdict.trust == "rejected" and not recwarn
    assert json.dumps(comparison.to_dict(), allow_nan=False)


def test_slow_calls_are_timed_once_and_fast_ones_a_few_times():
    import time

    calls = []
    timed(lambda: (calls.append(1), time.sleep(0.05)))
    assert len(calls) == 1
    calls.clear()
    assert timed(lambda: calls.append(1))[1] < 1e-3
    assert len(calls) == 5


def test_what_a_first_call_imports_is_not_its_time(monkeypatch):
    import sys
    import time

    calls = []

    def call():
        if not calls:
            time.sleep(0.05)
            monkeypatch.setitem(sys.modules, "derivlab_imported_by_a_first_call", sys)
        calls.append(1)

    assert timed(call)[1] < 0.01
    assert len(calls) == 6


def test_a_slow_f_is_not_called_more_than_the_methods_need():
    import time

    calls = []

    def slow(x):
        calls.append(1)
        time.sleep(0.002)
        return np.sin(x[0]) * x[1]

    comparison = dl.compare(slow, [1.0, 2.0], ["reverse", "central_difference"])
    assert len(calls) <= 70  # a look at the clock may be chance: f is run again, also beside x
    assert 2 < comparison["central_difference"].cost < 50  # five runs of f, on a processor that may be busy


def test_arguments_are_passed_on():
    comparison = dl.compare(lambda x, a: a * x**2, 3.0, ["reverse"], args=(2.0,))
    assert comparison["reverse"].value == 12.0 and comparison.value == 18.0


def test_a_reference_that_would_take_long_is_left_out_unless_it_is_named(monkeypatch):
    from derivlab import comparison

    monkeypatch.setattr(comparison, "PATIENCE", 1e-3)
    x = np.linspace(1.0, 2.0, 25)
    cut = dl.compare(lambda x: np.sum(x**2), x)
    assert cut["reference"].error.startswith("it would take about ") and cut.reference is None
    assert "no reference, so no digits: it would take about" in repr(cut)
    assert dl.compare(lambda x: np.sum(x**2), x, ["reverse"]).reference is None
    assert dl.compare(lambda x: np.sum(x**2), x, ["reverse", "reference"])["reverse"].digits > 15
