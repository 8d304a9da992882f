"""Every case of the gallery crossed with every method: right, or refused in so many words."""

from collections import Counter, defaultdict
from functools import cache

import numpy as np
import pytest

import derivlab as dl
from derivlab.gallery import case, cases, topics

# Relative to the size of the Jacobian.
TOLERANCES = {
    "forward": 1e-12,
    "reverse": 1e-12,
    "reference": 1e-12,
    "symbolic": 1e-9,
    "richardson": 1e-6,
    "complex_step": 1e-7,  # of SciPy's square root of a complex matrix
    "five_point": 1e-3,  # a step that suits x may be long for f
    "central_difference": 1e-5,
    "forward_difference": 1e-2,
}
ALWAYS = ("forward", "reverse", "richardson")
# Where forward or reverse refuse, and why.
REFUSED = {
    (
        "select",
        "reverse",
    ): "the branch that np.select leaves out has the slope of a root at a negative number",
}


def verdict(one, method):
    """`right`, `wrong` or `refused`, and the error relative to the size of the Jacobian."""
    known = one.known()
    try:
        found = np.asarray(dl.jacobian(one.f, one.x, method))
    except dl.DerivativeError as refusal:
        return "refused", str(refusal)
    if found.shape != known.shape:
        return "wrong", f"shape {found.shape}"
    error = np.max(np.abs(found - known), initial=0.0) / (np.max(np.abs(known), initial=0.0) or 1.0)
    return "right" if error <= TOLERANCES[method] else "wrong", f"{error:.1e}"


@cache
def table(method):
    return {one.name: verdict(one, method) for one in cases() if within_reach(one, method)}


def within_reach(one, method):
    """Cases that the slow methods can do in a test: small ones."""
    if method in ALWAYS:
        return True
    size = one.x_size * max(one.known().size // one.x_size, 1)
    return size <= {"reference": 12, "symbolic": 4}.get(method, 200)


@pytest.mark.parametrize("method", ALWAYS)
def test_right_on_every_case(method):
    found = table(method)
    assert {name: v for name, v in found.items() if v[0] == "wrong"} == {}
    refused = {name: v[1] for name, v in found.items() if v[0] == "refused" and (name, method) not in REFUSED}
    assert refused == {}


def test_reference_right_on_every_small_case():
    found = table("reference")
    assert len(found) > 400
    assert {name: v for name, v in found.items() if v[0] != "right"} == {}


@pytest.mark.parametrize("method", ["complex_step", "five_point", "central_difference", "forward_difference"])
def test_never_wrong_without_a_word(method):
    found = table(method)
    print(method, Counter(v[0] for v in found.values()))
    assert {name: v for name, v in found.items() if v[0] == "wrong"} == {}


def test_symbolic_right_wherever_it_answers():
    found = table("symbolic")
    assert {name: v for name, v in found.items() if v[0] == "wrong"} == {}
    assert sum(v[0] == "right" for v in found.values()) > 0.8 * len(found)


def test_x_is_never_changed():
    for one in cases("building"):
        x = np.array(one.x, dtype=float)
        before = x.copy()
        dl.jacobian(one.f, x, "reverse")
        np.testing.assert_array_equal(x, before)


def test_names_are_unique_and_topics_are_full():
    counted = Counter(one.name for one in cases())
    assert [name for name, n in counted.items() if n > 1] == []
    sizes = defaultdict(int)
    for one in cases():
        sizes[one.topic] += 1
    assert set(sizes) == set(topics())
    assert min(sizes.values()) >= 5
    assert case("sin").f(0.5) == np.sin(0.5)
    with pytest.raises(KeyError, match="there is no topic"):
        list(cases("none"))
