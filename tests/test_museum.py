"""Every exhibit of the museum: the wrong number comes again, the mend is right, and derivlab is not fooled."""

import inspect
import math
import re
import warnings

import mpmath as mp
import numpy as np
import pytest

import derivlab as dl
from derivlab.gallery.museum import EXHIBITS, ROOMS, engine, exhibit, number, room

mp.mp.dps = 50
NAMES = [e.name for e in EXHIBITS]


def close(value, truth, relative=1e-9):
    """Equal to rounding, NaN at the same places."""
    value, truth = np.asarray(value, dtype=float), np.asarray(truth, dtype=float)
    size = np.max(np.abs(truth), initial=0.0, where=np.isfinite(truth))
    return value.shape == truth.shape and np.allclose(
        value, truth, rtol=0, atol=relative * (size or 1.0), equal_nan=True
    )


def slopes(f, x):
    """∂f/∂x by central differences with fifty digits; x is a number or a list."""
    x = [mp.mpf(t) for t in np.ravel(x)]
    h = mp.mpf("1e-20")
    found = []
    for i in range(len(x)):
        up, down = ([t + s * h * (k == i) for k, t in enumerate(x)] for s in (1, -1))
        found.append((f(*up) - f(*down)) / (2 * h))
    return np.array([float(t) for t in found])


def symmetric(c, s):
    """Off-diagonal entry of exp([[1 + c, s], [s, 1 - c]])."""
    r = mp.sqrt(c * c + s * s)
    return mp.e * s * mp.sinh(r) / r if r else mp.mpf(0)


def normalise(*x):
    mean = mp.fsum(x) / len(x)
    spread = mp.sqrt(mp.fsum((t - mean) ** 2 for t in x) / len(x))
    return [(t - mean) / spread for t in x]


TRUTHS = {  # the function meant, written anew; where a formula for the derivative is plainer, that
    "hidden_root": lambda x: x,
    "hidden_exponential": lambda x: 1 + x,
    "transfer": lambda x: mp.log(1 + x),
    "padded_likelihood": lambda a: mp.log(a) + (a - 1) * mp.log(mp.mpf(0.5)),
    "distances": lambda a, b: 2 * abs(b - a),
    "angles": lambda a, b, c: mp.atan2(a, a) + mp.atan2(c, c),
    "squared_norm": lambda a, b: a * a + b * b,
    "sinc": lambda x: mp.sin(x) / x if x else mp.mpf(1),
    "product": lambda a, b: a * b,
    "powers": lambda a, b: mp.mpf(0) + 2**b,
    "log_sum_of_impossible": lambda x: mp.mpf(0),
    "exponential_of_matrix": symmetric,
    "softplus": lambda x: mp.log(1 + mp.exp(x)),
    "line": lambda x: x,
    "special_value": lambda x: x * x,
    "early_product": lambda a, b, c: a * b * c,
    "newton_root": mp.sqrt,
    "short_series": lambda a: mp.hyp2f1(a, -4.5, 11, mp.mpf(0.3)),
    "countdown": lambda x: 5 - x,
    "overwritten": lambda x: 10 * x,
    "normal_density": lambda s: -mp.log(s) - 1 / (2 * s * s),
    "signed": abs,
    "total": lambda a, b: 3 * a + 5 * b,
    "staircase": lambda x: x + 3,
    "modulus": abs,
    "single_precision": lambda a, b: mp.exp(-a) + b * b,
    "tiny": lambda x: 1 + 2 * x,
    "dropout": lambda a, b, c: 2 * (a * a + c * c),
    "bounce": lambda y: 2 - y,
    "billiards": lambda a, b, v, u: a + mp.mpf(0.2) + v,
    "stopwatch": lambda a: 1 / a,
    "climate": lambda a: mp.quad(lambda t: a * mp.sin(t) ** 2, [0, mp.pi / 2]) / (mp.pi / 2),
    "infected": lambda p: p,
    "policy_loss": lambda t: 3 * mp.log(1 / (1 + mp.exp(-t))) + mp.log(1 / (1 + mp.exp(t))),
    "slope_of_network": lambda x: 2 * x,
}
VECTORS = {
    "whole_numbers": lambda x: [0 * x, 0 * x, mp.mpf(0.4) * x],
    "normalised": normalise,
}
CORNERS = {
    "rectifier": lambda x: max(x, 0),
    "clipped": lambda x: min(max(x, 0), 1),
    "largest": lambda *x: max(x),
    "spread": lambda a, b: abs(a - b) / 2,
}


@pytest.mark.parametrize("e", EXHIBITS, ids=NAMES)
def test_the_wrong_number_comes_again(e):
    assert close(e.reproduce(), e.wrong, 1e-6)
    assert e.right is None or not close(e.wrong, e.right, 1e-6)


@pytest.mark.parametrize("e", EXHIBITS, ids=NAMES)
def test_the_right_number_is_that_of_the_function_meant(e):
    if e.name in CORNERS:
        f, x = CORNERS[e.name], [mp.mpf(t) for t in np.ravel(e.x)]
        for i in range(len(x)):
            for side, given in zip((-1, 1), e.sides, strict=True):
                moved = [t + side * mp.mpf("1e-20") * (k == i) for k, t in enumerate(x)]
                slope = side * (f(*moved) - f(*x)) / mp.mpf("1e-20")
                assert float(slope) == pytest.approx(np.ravel(given)[i])
    elif e.name in VECTORS:
        rows = len(VECTORS[e.name](*np.ravel(e.x).tolist()))
        found = [slopes(lambda *x, k=k: VECTORS[e.name](*x)[k], e.x) for k in range(rows)]
        assert close(np.reshape(found, np.shape(e.right)), e.right)
    else:
        assert close(slopes(TRUTHS[e.name], e.x).reshape(np.shape(e.x)), e.right)


@pytest.mark.parametrize("e", EXHIBITS, ids=NAMES)
def test_plain_autograd_is_right_about_the_mend(e):
    value = engine(e.mend, e.x)
    if e.right is not None:
        assert close(value, e.right, 1e-8)
    else:
        assert np.all(value >= np.asarray(e.sides[0])) and np.all(value <= np.asarray(e.sides[1]))


def values(f, x):
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        np.random.seed(1)
        return np.asarray(f(np.copy(x) if np.ndim(x) else x), dtype=float)


@pytest.mark.parametrize("e", [e for e in EXHIBITS if not e.meant], ids=lambda e: e.name)
def test_the_mend_has_the_same_value(e):
    """At x and beside it, but for the kinks, where the mend changes the function."""
    points = [np.asarray(e.x) * (1 + t) + t for t in (0.0, 1e-3, 7e-4)][: 1 if e.right is None else 3]
    for x in points:
        x = x if np.ndim(e.x) else float(x)
        ours, theirs = values(e.f, x), values(e.mend, x)
        assert np.allclose(ours, theirs, rtol=1e-6, atol=1e-6), x


def flagged(row):
    """Whether a method refused, or said that its number is not to be trusted."""
    return row.error is not None or "few digits" in row.note or "single precision" in row.note


@pytest.mark.parametrize("e", [e for e in EXHIBITS if not e.meant], ids=lambda e: e.name)
def test_no_method_of_derivlab_is_silently_wrong(e):
    """Right or refusing; of a kink the plain differences, which look at two points, know nothing."""
    try:
        comparison = dl.compare(e.f, np.copy(e.x) if np.ndim(e.x) else e.x)
    except dl.DerivativeError:
        return
    blind = ("forward_difference", "central_difference", "five_point") if e.right is None else ()
    for row in comparison.rows:
        if row.method in blind or flagged(row):
            continue
        assert e.right is not None, f"{row.method} says {row.value} at a kink"
        assert close(row.value, e.right, 1e-6), f"{row.method} says {row.value}"
    if comparison.reference is not None:
        assert close(comparison.reference, e.right)


@pytest.mark.parametrize("e", EXHIBITS, ids=NAMES)
def test_exhibits_are_short_and_cited(e):
    assert 2 <= len(e.code.splitlines()) <= 10 and '"""' not in e.code and "@" not in e.code
    assert len(e.mended.splitlines()) <= 10
    assert e.story.endswith(".") and 60 <= len(e.story) <= 330
    assert (inspect.getdoc(e.mend) or "").endswith(".")
    for issue in (e.issue, *e.see_also):
        assert re.fullmatch(r"[\w.-]+/[\w.-]+#\d+", issue)
    assert re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+/issues/\d+", e.url)
    assert e.project == e.issue.split("/")[1].split("#")[0]
    assert (e.right is None) == (e.sides is not None)


def test_the_museum_is_large_and_diverse():
    assert len(EXHIBITS) >= 36 and len(set(NAMES)) == len(EXHIBITS)
    assert len({e.project for e in EXHIBITS}) >= 15
    assert len(ROOMS) >= 9 and all(len(r.exhibits) >= 3 for r in ROOMS)
    assert {*TRUTHS, *VECTORS, *CORNERS} == set(NAMES)
    assert sum(e.meant for e in EXHIBITS) <= len(EXHIBITS) / 3


def test_finding_and_showing():
    e = exhibit("special_value")
    assert e in room("Early exits").exhibits
    assert e.code == "def special_value(x):\n    return 1.0 if x == 1 else x**2"
    assert repr(e).splitlines()[0] == "One is a special number (JuliaDiff/ForwardDiff.jl#480)"
    assert repr(room("Early exits")).count("\n\n") == 4
    labels = room("Kinks and conventions").labels().splitlines()
    assert " ".join(labels[1].split()) == "rectifier 0.5 none: left 0, right 1"
    assert sum(line.startswith("rectifier: max(x, 0) gives 1/2") for line in labels) == 1
    shown = room("Kinks and conventions")._repr_html_()
    assert "x &gt; 0" in shown and 'href="https://github.com/jax-ml/jax/issues/37821"' in shown
    assert [number(v) for v in (None, -0.0, [1.0, math.nan])] == ["none", "0", "[1, nan]"]
    with pytest.raises(KeyError):
        exhibit("no such thing")


def test_formulas_with_shared_parts_are_differentiated_part_by_part():
    """Thirty steps of a quadratic map: written out, the formula would have 2³⁰ terms."""

    def orbit(a):
        y = 0.3
        for _ in range(30):
            y = 1.5 * y * (1.0 - y / a)
        return y

    assert dl.derivative(orbit, 1.0, method="symbolic") == pytest.approx(dl.derivative(orbit, 1.0), rel=1e-9)


def test_the_reference_sees_an_iteration_that_does_not_move():
    """Truth 1/2; at x = 1 and a hair beside it the loop returns its starting value on both sides."""
    for x in (1.0, 1.0 + 1e-13):
        with pytest.raises(dl.DerivativeError, match="constant in x\\[0\\]"):
            dl.derivative(exhibit("newton_root").f, x, method="reference")
    assert dl.derivative(lambda x: x**3 + 7.0, 0.0, method="reference") == 0.0
    assert dl.derivative(lambda x: np.floor(x), 2.5, method="reference") == 0.0
    assert dl.derivative(lambda x: np.maximum(x, 0.0), -1e-9, method="reference") == 0.0


@pytest.mark.parametrize(
    "f", [np.sign, np.cbrt, lambda x: np.heaviside(x, 0.5)], ids=["sign", "cbrt", "step"]
)
def test_the_reference_refuses_slopes_without_bound(f):
    """Jumps whose value is the mean of its sides, and infinite slopes: left and right differences agree."""
    with pytest.raises(dl.DerivativeError, match="still grows"):
        dl.derivative(f, 0.0, method="reference")
    for c in (1e14, 1e-30):
        assert dl.derivative(lambda x, c=c: c * np.sin(x), 0.0, method="reference") == pytest.approx(c)


STAIRS = {
    "floor": (np.floor, 0.0),
    "round": (np.round, 0.0),
    "one decimal": (lambda x: np.round(x, 1) * x, 3.8),
    "remainder": (lambda x: x % 1.0, 1.0),
    "quotient": (lambda x: x // 1.0 + x, 1.0),
    "heaviside": (lambda x: np.heaviside(x, 0.5) * x, 1.0),
    "array": (lambda x: np.sum(np.floor(np.stack([x, 2 * x])) * x), 10.0),
}


@pytest.mark.parametrize("method", ["forward", "reverse", "symbolic", "reference"])
@pytest.mark.parametrize("name", STAIRS)
def test_stairs_are_flat_between_their_steps(name, method):
    f, slope = STAIRS[name]
    assert dl.derivative(f, 3.8, method=method) == pytest.approx(slope, abs=1e-15)


@pytest.mark.parametrize("method", ["forward", "reverse", "symbolic", "reference"])
@pytest.mark.parametrize(
    ("f", "x"), [(np.floor, 3.0), (np.rint, 2.5), (np.round, 0.5), (lambda x: x % 1.0, 2.0), (np.sign, 0.0)]
)
def test_stairs_have_no_slope_at_a_step(f, x, method):
    with pytest.raises(dl.DerivativeError):
        dl.derivative(f, x, method=method)


def test_forward_mode_takes_numbers_beside_x():
    """A number and a constant meet in one operation: both have a shape."""
    assert dl.derivative(lambda x: np.clip(x, 0.0, 2.0) ** 2, 1.5, method="forward") == 3.0
    assert dl.derivative(lambda x: np.copysign(x, 3.0), -5.0, method="forward") == -1.0


@pytest.mark.parametrize("e", [e for e in EXHIBITS if not e.meant], ids=lambda e: e.name)
def test_the_verdict_calls_no_wrong_number_a_value(e):
    verdict = dl.compare(e.f, np.copy(e.x) if np.ndim(e.x) else e.x).verdict
    if e.sides is not None:
        assert verdict.trust == "undefined"
        assert close(verdict.left, e.sides[0], 1e-5) and close(verdict.right, e.sides[1], 1e-5)
    elif e.name == "single_precision":
        assert (verdict.trust, verdict.kind) == ("unreliable", "dtype")
    else:
        assert verdict.trust == "value" and close(verdict.value, e.right, 1e-6)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("bounce", "event"),
        ("stopwatch", "event"),
        ("infected", "event"),
        ("climate", "chaos"),
        ("dropout", "random"),
    ],
)
def test_the_verdict_warns_of_programs_that_are_not_what_they_stand_for(name, kind):
    e = exhibit(name)
    verdict = dl.compare(e.f, e.x).verdict
    assert (verdict.trust, verdict.kind) == ("unreliable", kind)


def test_a_corner_that_only_floats_have_is_one():
    """Soft contact on a grid of steps: with a hundred digits the ball is a rounding error off the ground."""

    def contact(y):
        v = -1.0
        for _ in range(1000):
            v = v + 10.0 * np.maximum(-y, 0.0)
            y = y + 0.001 * v
        return y

    verdict = dl.compare(contact, 0.5, methods=["reverse", "central_difference"]).verdict
    assert (verdict.trust, verdict.kind) == ("undefined", "kink")
    assert verdict.left == pytest.approx(1.80254, abs=1e-4)
    assert verdict.right == pytest.approx(-2.88907, abs=1e-4)
