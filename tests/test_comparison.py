"""The comparison record, expressions, and threads."""

import json
import threading

import numpy as np
import pytest

import derivlab as dl


def test_comparison_record():
    def f(x):
        return np.sin(x[0]) * x[1] ** 2 + np.sum(np.exp(-x))

    c = dl.compare(f, [1.0, 2.0])
    assert [r.method for r in c.rows] == [m.name for m in dl.methods()]
    assert c["reverse"].digits > 15 and 6 < c["forward_difference"].digits < 10
    assert c["reverse"].evaluations == 1 and c["central_difference"].evaluations == 5
    np.testing.assert_allclose(
        c.reference, [np.cos(1) * 4 - np.exp(-1), 4 * np.sin(1) - np.exp(-2)], rtol=1e-15
    )
    assert json.loads(json.dumps(c.to_dict()))["rows"][0]["method"] == "symbolic"
    assert "<table" in c._repr_html_() and "reverse" in repr(c)


def test_a_failing_method_does_not_sink_the_others():
    c = dl.compare(lambda x: np.sum(np.abs(x)), [1.0, -2.0])
    assert (c["complex_step"].value is None and "analytic" in c["complex_step"].error) or "imaginary" in c[
        "complex_step"
    ].error
    np.testing.assert_allclose(c["reverse"].value, [1.0, -1.0])
    c = dl.compare(lambda x: x[7], [1.0])
    assert "fails at x by itself" in c.rejected and all(row.value is None for row in c)


def test_expression():
    e = dl.expression(lambda x: x[0] ** 2 * np.sin(x[1]), [1.0, 2.0])
    assert str(e) == "x0**2*sin(x1)" and e.operations["derivative"] >= 3
    assert "sin" in e._repr_latex_()


def test_threads_do_not_disturb_each_other():
    wrong = []

    def work(k):
        for _ in range(30):
            if (
                abs(dl.derivative(lambda x: x * dl.derivative(lambda y: k * x * y, 2.0), 1.5) - 2 * k * 1.5)
                > 1e-12
            ):
                wrong.append(k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert not wrong


def test_formulas_of_a_simulation_do_not_hang():
    def throw(v):
        (x, y), (vx, vy), h = (0.0, 2.0), v, 0.05
        while y > 0:
            drag = 0.01 * np.sqrt(vx**2 + vy**2)
            vx, vy = vx - h * drag * vx, vy - h * (9.81 + drag * vy)
            x, y = x + h * vx, y + h * vy
        return x - y * vx / vy

    row = dl.compare(throw, [20.0, 15.0], ["symbolic"])["symbolic"]
    assert row.digits > 15 and row.seconds < 20


def test_ten_variables_are_compared_in_a_moment():
    """150 ms of a quiet processor; the bound leaves room for busy ones."""
    import time

    def rosenbrock(x):
        return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    def took(x):
        start = time.process_time()
        dl.compare(rosenbrock, x)
        return time.process_time() - start

    took(np.linspace(0.2, 1.5, 10))
    assert min(took(np.linspace(0.2, 1.5, 10)) for _ in range(3)) < 0.3


def test_a_function_of_several_numbers_is_told_to_take_one_array():
    def two(x, y):
        return x * helper(y)

    def helper(z):
        return z

    assert "let it take one array" in dl.compare(two, [1.0, 2.0]).rejected
    for method in ("reverse", "central_difference", "symbolic", "reference"):
        with pytest.raises(dl.DerivativeError, match="let it take one array"):
            dl.gradient(two, [1.0, 2.0], method)
    with pytest.raises(dl.DerivativeError, match="call it once at x"):
        dl.gradient(lambda x: helper(x, 1), 1.0)
    assert dl.gradient(two, 1.0, args=(3.0,)) == 3.0


def test_a_value_that_is_too_large_is_no_matter_of_the_domain_alone():
    assert "or the value is too large for a float, so choose another" in dl.compare(np.exp, 1000.0).rejected
    assert "too large" not in dl.compare(np.sqrt, -1.0).rejected
