"""Code that goes another way when its numbers are lifted, or that stands on an edge few think of: refused, or right."""

import functools
import itertools
import json
import math
import pickle
import statistics
import sys
from collections.abc import Sized
from random import random

import numpy as np
import pytest
from scipy import interpolate, optimize, special

import derivlab as dl
from derivlab.gallery.traps import trap

FOLLOWING = ("forward", "reverse", "symbolic", "reference", "program")


def caught(x):
    try:
        json.dumps(x)
        return x**2
    except TypeError:
        return x


def pickled(x):
    try:
        return np.sum(pickle.loads(pickle.dumps(x)) ** 2)
    except Exception:
        return np.sum(x)


def accumulated(x, total):
    total += x
    return np.sum(total**2)


def counted(x):
    counted.calls = getattr(counted, "calls", 0) + 1
    return x**2 * counted.calls


# What a lifted value answers otherwise: f(x) is another number, and the right slope is `slope`.
DETOURS = {
    "type is": (lambda x: x**2 if type(x) is float else x, 3.0, 6.0),
    "type is ndarray": (lambda x: np.sum(x**2) if type(x) is np.ndarray else np.sum(x), [1.0, 2.0], [2.0, 4.0]),
    "hasattr": (lambda x: np.sum(x**2) if hasattr(x, "ctypes") else np.sum(x), [1.0, 2.0], [2.0, 4.0]),
    "except": (caught, 3.0, 6.0),
    "pickle": (pickled, [1.0, 2.0], [2.0, 4.0]),
}  # fmt: skip
# No derivative at x: a jump or a kink.
EDGES = {
    "copysign": (lambda x: np.copysign(x, 1.0), 0.0),
    "signbit": (lambda x: np.signbit(x) * 1.0 + x, 0.0),
    "count_nonzero": (lambda x: np.count_nonzero(x) * np.sum(x), [1.0, 0.0]),
    "any": (lambda x: np.sum(x) + 1.0 if np.any(x) else np.sum(x), [0.0, 0.0]),
    "all": (lambda x: np.sum(x) + 1.0 if x.all() else np.sum(x), [1.0, 0.0]),
    "logical_not": (lambda x: np.sum(np.logical_not(x) + x), [1.0, 0.0]),
    "where": (lambda x: np.sum(np.where(x, x + 1.0, 2.0)), [2.0, 0.0]),
    "set": (lambda x: 5.0 if x in {2.0} else x * x, 2.0),
    "dict": (lambda x: {2.0: 5.0}.get(x, x * x), 2.0),
    "isclose": (lambda x: x if np.isclose(x, 2.0, rtol=0, atol=0) else x**2, 2.0),
    "math.isclose": (lambda x: x if math.isclose(x, 2.0, rel_tol=0) else x**2, 2.0),
    "allclose": (lambda x: np.sum(x) if np.allclose(x, 1.0, rtol=0, atol=0) else np.sum(x**3) + 1.0, [1.0, 1.0]),
    "array_equal": (lambda x: np.sum(x) if np.array_equal(x, [1.0, 1.0]) else np.sum(x**3) + 1.0, [1.0, 1.0]),
    "array_equiv": (lambda x: np.sum(x) if np.array_equiv(x, [1.0, 1.0]) else np.sum(x**3) + 1.0, [1.0, 1.0]),
    "lexsort": (lambda x: x[np.lexsort((x,))][0], [1.0, 1.0]),
    "argpartition": (lambda x: x[np.argpartition(x, 0)][0] ** 2, [1.0, 1.0]),
    "nanargmax": (lambda x: x[np.nanargmax(x)], [1.0, 1.0]),
    "unique": (lambda x: np.sum(np.unique(x)), [1.0, 1.0, 2.0]),
    "frexp": (lambda x: math.frexp(x)[0], 4.0),
    "arange": (lambda x: np.arange(0.0, x, 1.0).sum() * x, 3.0),
    "astype": (lambda x: np.sum(x.astype(int) * x), [1.0, 2.5]),
    "a small kink": (lambda w: np.sum((w - 3) ** 2) + 1e-4 * np.sum(np.abs(w)), [0.0, 1.0]),
}  # fmt: skip


@pytest.mark.parametrize("method", FOLLOWING)
@pytest.mark.parametrize("name", DETOURS)
def test_code_that_goes_another_way_when_lifted_is_refused_or_right(name, method):
    f, x, slope = DETOURS[name]
    try:
        found = dl.gradient(f, x, method)
    except dl.DerivativeError:
        return
    assert found == pytest.approx(slope, rel=1e-12)


@pytest.mark.parametrize("method", FOLLOWING)
@pytest.mark.parametrize("name", EDGES)
def test_there_is_no_derivative_on_an_edge(name, method):
    f, x = EDGES[name]
    with pytest.raises(dl.DerivativeError):
        dl.gradient(f, x, method)


SQUARE = np.poly1d([1.0, 0.0, 0.0])
RIGHT = {
    "a polynomial": (SQUARE, 3.0, 6.0),
    "a polynomial called": (lambda x: SQUARE(x) * SQUARE.deriv()(x), 2.0, 24.0),
    "vectorize": (np.vectorize(lambda t: t * t if t > 0 else 0.0), 2.0, 4.0),
    "histogram": (lambda x: np.histogram(x, bins=[0, 1, 2])[0][0] * x[0], [0.5, 1.5], [1.0, 0.0]),
    "copysign": (lambda x: np.copysign(x[0], x[1]), [-3.0, 2.0], [-1.0, 0.0]),
    "copysign of -0": (lambda x: np.copysign(x, -0.0), 3.0, -1.0),
    "all": (lambda x: np.sum(x**2) if np.all(x) else x @ x, [1.0, 0.0], [2.0, 0.0]),
    "isclose": (lambda x: np.sum(np.where(np.isclose(x, [1.0, np.inf]), x**2, x)), [1.0, 5.0], [2.0, 1.0]),
    "nanargmax": (lambda x: x[np.nanargmax(x)] ** 2, [1.0, 3.0], [0.0, 6.0]),
    "extract": (lambda x: np.sum(np.extract(x > 1.0, x) ** 2), [1.5, 0.5], [3.0, 0.0]),
    "arange": (lambda x: np.arange(0.0, x, 1.0).sum() * x, 2.5, 3.0),
    "frexp": (lambda x: np.frexp(x)[0], 3.0, 0.25),
    "unique": (lambda x: np.sum(np.unique(x) ** 2), [3.0, 1.0, 2.0], [6.0, 2.0, 4.0]),
}  # fmt: skip


@pytest.mark.parametrize("method", ["forward", "reverse", "reference"])
@pytest.mark.parametrize("name", RIGHT)
def test_beside_the_edges_all_is_followed(name, method):
    f, x, slope = RIGHT[name]
    assert dl.gradient(f, x, method) == pytest.approx(slope, rel=1e-12)


@pytest.mark.parametrize("method", FOLLOWING)
def test_arguments_that_are_written_to_and_counters_are_refused(method):
    with pytest.raises(dl.DerivativeError, match="run again"):
        dl.gradient(accumulated, [1.0, 2.0], method, args=(np.zeros(2),))
    with pytest.raises(dl.DerivativeError):
        dl.gradient(counted, 3.0, method)
    numbers = itertools.count(1)
    with pytest.raises(dl.DerivativeError):
        dl.gradient(lambda x: x * next(numbers), 3.0, method)


@pytest.mark.parametrize("method", FOLLOWING)
def test_random_numbers_imported_by_name_are_seen(method):
    with pytest.raises(dl.DerivativeError):
        dl.gradient(lambda x: x * random(), 2.0, method)


def test_richardson_does_not_pass_off_a_mean_of_two_slopes():
    with pytest.raises(dl.DerivativeError, match="do not settle"):
        dl.gradient(lambda w: np.sum((w - 1) ** 2) + 0.1 * np.sum(np.abs(w)), [0.0, 2.0], "richardson")


def test_complex_step_does_not_lose_the_slope_of_a_modulus():
    with pytest.raises(dl.DerivativeError, match="not analytic"):
        dl.gradient(lambda w: np.sum((w - 3) ** 2) + 0.01 * np.sum(np.abs(w)), [0.0, 1.0], "complex_step")


@pytest.mark.parametrize(
    ("f", "x", "method", "words"),
    [
        (lambda x: np.exp(-1 / x**2) if x != 0 else 0.0, 0.0, "complex_step", "does not take complex numbers"),
        (lambda x: [1.0, 2.0].index(x) * x, 2.0, "reverse", "fails beside x"),
        (lambda x: [1.0, 2.0].index(x) * x, 2.0, "central_difference", "fails beside x"),
        (lambda x: special.rgamma(x), 0.0, "symbolic", "no finite value"),
        (lambda x: float(str(x)) ** 2, 3.0, "reverse", "text .*cuts the graph"),
        (lambda x: float(f"{x:.17g}") * x, 3.0, "reverse", "text .*differences beside x disagree"),
    ],
)  # fmt: skip
def test_what_fails_beside_x_comes_as_one_kind_of_error(f, x, method, words):
    with pytest.raises(dl.DerivativeError, match=words):
        dl.gradient(f, x, method)


def test_the_verdict_stands_where_f_exits_or_has_no_value_on_one_side():
    def leaves(x):
        raise SystemExit(1)

    assert dl.compare(leaves, 1.0, ["reverse"]).verdict.trust == "rejected"
    assert dl.compare(lambda x: np.sum(special.entr(x)), [0.0, 1.0]).verdict.trust == "undefined"


@pytest.mark.parametrize("method", ["richardson", "reference", "reverse", "forward", "symbolic"])
@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: np.abs(x), 0.0),
        (lambda x: np.maximum(x, 0) ** 2, 0.0),
        (lambda x: x * np.abs(x), 0.0),
        (lambda x: np.where(np.abs(x) <= 1, 0.5 * x * x, np.abs(x) - 0.5), 1.0),
        (lambda x: np.sum(np.maximum(x, 0) ** 2), [0.0, 1.0]),
    ],
)
def test_there_is_no_second_derivative_where_the_slope_has_a_kink(f, x, method):
    with pytest.raises(dl.DerivativeError):
        dl.hessian(f, x, method)


@pytest.mark.parametrize("method", ["richardson", "reference"])
def test_second_derivatives_are_kept_where_they_exist(method):
    assert dl.hessian(lambda x: np.exp(x) * x, 0.0, method) == pytest.approx(2.0)
    assert dl.hessian(lambda x: x[0] ** 3 + x[0] * x[1] + 5.0, [0.0, 2.0], method) == pytest.approx(
        np.array([[0.0, 1.0], [1.0, 0.0]]), abs=1e-9
    )


@pytest.mark.parametrize("method", ["reverse", "forward", "program"])
def test_coins_that_fall_alike_now_and_then_are_refused_each_time(method):
    """Of two runs one in sixteen is alike: what is near x then tells nothing."""
    dropout = trap("dropout")
    for _ in range(60):
        with pytest.raises(dl.DerivativeError):
            dl.gradient(dropout.f, dropout.x, method)


KIND = type
LOOKED = {
    "isinstance": lambda x: 5 * x if isinstance(x, np.generic) else x**2,
    "of a protocol": lambda x: x if isinstance(x, Sized) else x**2,
    "class": lambda x: x**2 if x.__class__ is float else x,
    "alias": lambda x: x**2 if KIND(x) is float else x,
    "default": lambda x, kind=type: x**2 if kind(x) is float else x,
    "percent": lambda x: x**2 if "L" not in "%s" % (x,) else x,  # noqa: UP031
    "fields": lambda x: x**2 if "L" not in "{!r}".format(x) else x,  # noqa: UP032
    "size": lambda x: x**2 if sys.getsizeof(x) == 24 else x,
}  # fmt: skip


def matched(x):
    match x:
        case np.generic():
            return x
        case _:
            return x**2


@pytest.mark.parametrize("method", FOLLOWING)
@pytest.mark.parametrize("name", [*LOOKED, "match"])
@pytest.mark.parametrize("x", [3.0, 1.0])
def test_looks_at_the_kind_of_x_are_seen_also_where_both_ways_have_one_value(x, name, method):
    """At 1 both x and x² are 1: only differences beside it tell them apart."""
    f = LOOKED.get(name, matched)
    for verb in (dl.gradient, functools.partial(dl.jvp, v=1.0), functools.partial(dl.vjp, v=1.0)):
        try:
            found = verb(f, x, method=method)
        except dl.DerivativeError:
            continue
        assert found == pytest.approx(2 * x, rel=1e-12)


@pytest.mark.parametrize("method", FOLLOWING[:4])
def test_looks_that_change_nothing_cost_no_answer(method):
    def f(x):
        if isinstance(x, (list, tuple)):
            x = np.array(x)
        elif not hasattr(x, "shape"):
            x = np.asarray(x)
        return np.sum(np.sin(x) * x)

    x = np.array([0.5, 1e-9, 1e9])
    assert dl.gradient(f, x, method) == pytest.approx(np.cos(x) * x + np.sin(x), rel=1e-12)


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (
            lambda x: optimize.brentq(lambda t: t**3 - x, 0.0, 10.0),
            r"float\(\) inside brentq at .*richardson",
        ),
        (lambda x: interpolate.CubicSpline([0.0, 1.0, 2.0], [0.0, 1.0, 4.0])(x), "inside .* at .*richardson"),
        (lambda x: statistics.fmean([x, 2.0]), r"float\(\) inside fmean at .*richardson"),
        (
            lambda x: np.random.default_rng(0).normal(x, 1.0),
            r"plain array at test_traps_refused.py:\d+ .*; keep",
        ),
    ],
)
def test_a_library_that_cuts_the_graph_is_named(f, words):
    with pytest.raises(dl.DerivativeError, match=words):
        dl.derivative(f, 1.3)
    assert np.isfinite(dl.derivative(f, 1.3, "richardson"))


def test_an_error_of_f_comes_with_its_line_and_in_one(tmp_path):
    def fails(x):
        raise RuntimeError("no\n  way.")

    line = fails.__code__.co_firstlineno + 1
    says = f"f fails at x by itself (RuntimeError: no way at test_traps_refused.py:{line}); call it once"
    for method in FOLLOWING:
        with pytest.raises(dl.DerivativeError) as raised:
            dl.gradient(fails, [1.0, 2.0], method)
        assert str(raised.value).startswith(says)


def kept(fill):
    """f that keeps something between calls; each time anew."""

    def make():
        store = {}
        return lambda x: fill(store, x)

    return make


def once(store, x):
    return store.setdefault("value", np.sum(x**2))


def scaled(store, x):
    store.setdefault("scale", np.max(np.abs(x)))
    return np.sum((x / store["scale"]) ** 2)


def halfway(store, x):
    store["last"] = 0.5 * (store.get("last", 0.0) + np.sum(x**2))
    return store["last"]


def seen(store, x):
    store[float(x[0])] = True
    return np.sum(x) * len(store)


MEMORY = {"once": kept(once), "scale": kept(scaled), "halfway": kept(halfway), "seen": kept(seen)}


@pytest.mark.parametrize("method", ["forward", "reverse", "symbolic", "program"])
@pytest.mark.parametrize("name", MEMORY)
def test_what_f_keeps_between_calls_is_seen_beside_x(name, method):
    with pytest.raises(dl.DerivativeError):
        dl.gradient(MEMORY[name](), [2.5, 1.5], method)


@pytest.mark.parametrize("method", FOLLOWING)
def test_what_is_only_written_down_is_no_memory(method):
    class Net:
        def loss(self, x):
            self.hidden = np.tanh(x)
            self.calls = getattr(self, "calls", 0) + 1
            return np.sum(self.hidden**2)

    x = np.array([0.3, -1.2])
    slope = 2 * np.tanh(x) / np.cosh(x) ** 2
    assert dl.gradient(Net().loss, x, method) == pytest.approx(slope, rel=1e-12)


def test_iterators_from_outside_run_dry():
    numbers = itertools.cycle([1.0, 1.0, 1.0, 2.0])
    for method in ("forward", "reverse", "symbolic", "reference"):
        with pytest.raises(dl.DerivativeError):
            dl.gradient(lambda x: x * next(numbers), 2.0, method)


def test_richardson_looks_at_f_again_where_nothing_settles():
    np.random.seed(4)
    for _ in range(30):
        with pytest.raises(dl.DerivativeError):
            dl.gradient(lambda x: np.sum(x * (np.random.rand(6) < 0.7)), np.arange(1.0, 7.0), "richardson")


def test_complex_step_sees_a_cache_that_takes_neighbours_for_equal():
    def make(near):
        last = []

        def f(x):
            if not last or not near(last[0], x):
                last[:] = [x.copy(), np.sum(x * x)]
            return last[1]

        return f

    for near in (np.allclose, lambda a, b: np.max(np.abs(a - b)) < 1e-3):
        with pytest.raises(dl.DerivativeError):
            dl.gradient(make(near), [1.5, 2.5], "complex_step")
    assert not dl.gradient(lambda x: np.sum(x > 1) * 1.0, [0.5, 2.0], "complex_step").any()


def test_the_reference_sees_newton_stop_at_once():
    """At 1 the first guess is the root: the program gives back x, whose slope is 1, within 1e-14 of it."""

    def root(a):
        y = a
        for _ in range(60):
            new = 0.5 * (y + a / y)
            if abs(new - y) < 1e-14:
                break
            y = new
        return y

    with pytest.raises(dl.DerivativeError, match="stops early"):
        dl.derivative(root, 1.0, "reference")
    assert dl.derivative(root, 2.0, "reference") == pytest.approx(0.5 / math.sqrt(2.0), rel=1e-12)


def test_the_reference_keeps_what_floats_lose():
    """(1 - cos x)/x² has no digit left in floats; a look at the type of x changes nothing."""

    def f(x):
        return (1 - np.cos(x)) / x**2 if isinstance(x, float) else np.nan

    assert dl.derivative(f, 1e-8, "reference") == pytest.approx(-1e-8 / 12, rel=1e-12)


KINKS_OF_A_LOGARITHM = {
    "log": (lambda x: np.log(1 + np.abs(x)), 0.0),
    "log and a line": (lambda x: np.log(1 + np.abs(x)) + 3 * x, 0.0),
    "exp": (lambda x: np.exp(np.abs(x)) - 1, 0.0),
    "root": (lambda x: np.sqrt(1 + np.maximum(x, 0)) - 1, 0.0),
    "small": (lambda x: np.log(1 + 1e-3 * np.abs(x)) + np.sin(x), 0.0),
    "product": (lambda x: np.prod(1 + np.abs(x)) - 2, [0.0, 1.0]),
    "norm": (lambda x: np.log(1 + np.linalg.norm(x)), [0.0, 0.0]),
    "largest": (lambda x: np.log(1 + np.max(x)), [0.0, 0.0]),
}  # fmt: skip


@pytest.mark.parametrize("name", KINKS_OF_A_LOGARITHM)
def test_steps_that_f_rounds_away_do_not_hide_a_kink(name):
    """Below 10⁻¹⁶ both sides of log(1 + |x|) are 0: that is no slope."""
    f, x = KINKS_OF_A_LOGARITHM[name]
    for method in ("richardson", "complex_step"):
        with pytest.raises(dl.DerivativeError):
            dl.gradient(f, x, method)
    assert dl.compare(f, x).verdict.trust == "undefined"


@pytest.mark.parametrize(
    ("f", "slope"),
    [
        (lambda x: np.sqrt(x * x + 1e-20), 0.0),
        (lambda x: np.tanh(1e10 * x), 1e10),
        (lambda x: np.abs(x) ** 1.5 + x, 1.0),
        (lambda x: x * np.abs(x) + np.log(1 + x), 1.0),
        (lambda x: np.log(1 + x**2), 0.0),
        (lambda x: np.exp(-1 / x**2) if x else 0.0, 0.0),
    ],
)
def test_what_is_smooth_at_the_smallest_scale_is_kept(f, slope):
    assert dl.derivative(f, 0.0, "richardson") == pytest.approx(slope, rel=1e-6, abs=1e-9)


def test_functions_of_math_are_no_proof_of_an_analytic_function():
    def f(x):
        return np.sum(x) * math.log(2.0) + math.sin(x[0])

    try:
        found = dl.gradient(f, [0.5, 1.0], "complex_step")
    except dl.DerivativeError:
        return
    assert found == pytest.approx([math.log(2.0) + math.cos(0.5), math.log(2.0)])


def test_plain_classes_are_told_apart_at_no_cost():
    from derivlab.lift.written import looks_closer

    def plain(x):
        if isinstance(x, (list, tuple)) or not isinstance(x, np.ndarray):
            x = np.array(x)
        return np.sum(x)

    def by_name(x, kind=np.generic):
        return x if isinstance(x, kind) else x**2

    assert not looks_closer(plain)
    assert looks_closer(by_name)
    assert all(looks_closer(LOOKED[name]) for name in ("isinstance", "of a protocol", "class"))
