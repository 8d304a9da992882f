"""No method gives a wrong number without a word: every trap crossed with every method.

Run as a script, this file prints the table of verdicts: `python tests/test_silence.py`.
"""

import copy
import functools
from collections import Counter

import numpy as np
import pytest

import derivlab as dl
from derivlab.gallery.traps import TRAPS
from derivlab.methods import resolve
from derivlab.verbs import prepare

FOLLOWING = ("forward", "reverse", "reference", "symbolic")
SAMPLING = {"richardson": 1e-5, "complex_step": 1e-8}
BARE = ("estimated error", "distinct subexpressions")  # said of every answer
# Its partial derivatives exist and are right; that they are no derivative only a slanted direction shows.
PARTIAL = ("twisted_saddle", "richardson")
BELOW = 1e-16  # of f's own size: no difference of floats sees such a slope


@functools.cache
def verdict(t, method):
    """`right`, `wrong`, `refused`, `noted` or `silent` for a trap, where there is no number to compare with."""
    try:
        with np.errstate(all="ignore"):
            estimate = resolve(method).jacobian(*prepare(t.f, copy.deepcopy(t.x)))
    except dl.DerivativeError:
        return "refused"
    if t.trust == "value":
        truth = np.broadcast_to(np.asarray(t.value, float), estimate.value.shape)
        size = np.max(np.abs(truth), initial=0.0)
        apart = np.max(np.abs(estimate.value - truth), initial=0.0)
        near = max(SAMPLING.get(method, 1e-9) * (size or 1.0), BELOW * (method in SAMPLING))
        return "right" if apart <= near else "wrong"
    return "noted" if any(not any(b in n for b in BARE) for n in estimate.notes if n) else "silent"


@pytest.mark.parametrize("method", [*FOLLOWING, *SAMPLING])
def test_a_number_on_a_trap_is_right_or_comes_with_a_word(method):
    found = [(t.name, verdict(t, method)) for t in TRAPS if t.trust in ("value", "undefined")]
    bad = [name for name, what in found if what in ("wrong", "silent") and (name, method) != PARTIAL]
    assert bad == []


@pytest.mark.parametrize("method", [*FOLLOWING, *SAMPLING])
def test_what_has_to_be_rejected_raises_one_kind_of_error(method):
    found = [(t.name, verdict(t, method)) for t in TRAPS if t.trust == "rejected" and not t.also]
    assert [pair for pair in found if pair[1] != "refused"] == []


@pytest.mark.parametrize(("method", "least"), [("forward", 100), ("reverse", 95), ("reference", 115), ("symbolic", 100), ("richardson", 130)])  # fmt: skip
def test_most_traps_with_a_derivative_are_answered(method, least):
    assert sum(verdict(t, method) == "right" for t in TRAPS if t.trust == "value") >= least


if __name__ == "__main__":
    for name in (*FOLLOWING, *SAMPLING):
        print(f"{name:<14}", dict(Counter((t.trust, verdict(t, name)) for t in TRAPS)))
