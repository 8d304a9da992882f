"""Error against step: the numbers of the textbook, the theory beside them, and the digit microscope."""

import math
import re

import numpy as np
import pytest

import derivlab as dl


def wave(x):
    return np.exp(np.sin(x))


@pytest.fixture(scope="module")
def sweep():
    return dl.step_sweep(wave, 1.0, dtypes=("float64", "float32"))


@pytest.mark.parametrize(
    ("method", "step", "error"),
    [
        ("forward_difference", 1e-8, 1e-8),
        ("central_difference", 10**-5.5, 1e-11),
        ("five_point", 1e-3, 1e-12),
        ("forward float32", 10**-3.5, 10**-3.3),
        ("central_difference float32", 10**-2.3, 10**-4.6),
    ],
)
def test_best_steps_and_errors_are_those_of_the_textbook(sweep, method, step, error):
    curve = sweep[method]
    for found, expected in ((curve.best_step, step), (curve.best_error, error), (curve.predicted_step, step), (curve.predicted_error, error)):  # fmt: skip
        assert abs(math.log10(found / expected)) < 0.9


def test_the_complex_step_is_exact_at_1e_minus_200(sweep):
    curve = sweep["complex_step"]
    assert curve.at(1e-200) <= 4e-16 and curve.steps.min() < 1e-199
    assert curve.predicted_step is None


def test_theory_follows_what_is_measured_on_both_sides(sweep):
    for method in ("forward", "central"):
        curve = sweep[method]
        large = (curve.steps > 10 * curve.predicted_step) & (curve.steps < 0.02)
        assert np.allclose(curve.error[large], curve.truncation_at(curve.steps[large]), rtol=0.2)
        small = (curve.steps < curve.predicted_step / 10) & (curve.steps > 1e-14)
        ratio = curve.error[small] / curve.rounding_at(curve.steps[small])
        assert 0.1 < np.median(ratio) < 1.5 and np.max(ratio) < 5


@pytest.mark.parametrize(
    ("f", "x", "slope"),
    [
        (lambda x: np.sin(x), 1e5, math.cos(1e5)),
        (lambda x: np.exp(1e6 * x), 1e-6, 1e6 * math.e),
        (lambda x: math.sin(x), 1.0, math.cos(1.0)),
        (lambda x: x**2, 0.0, 0.0),
    ],
)
def test_scales_and_the_standard_library(f, x, slope):
    found = dl.step_sweep(f, x, methods="central")
    assert found.truth == pytest.approx(slope, rel=1e-8, abs=1e-12)
    assert found["central"].best_error <= 1e-7 * (abs(slope) or 1.0)


def test_one_direction_of_a_function_of_many_variables():
    def f(x):
        return np.array([np.sin(x[0]) * x[1] ** 2, x[0]])

    assert dl.step_sweep(f, [1.0, 2.0], direction=1).truth == pytest.approx([4 * math.sin(1.0), 0.0])
    assert dl.step_sweep(f, [1.0, 2.0], direction=[1.0, 0.0]).truth == pytest.approx([4 * math.cos(1.0), 1.0])
    whole = dl.step_sweep(lambda x: f(x)[0], [1.0, 2.0])
    assert whole.truth == pytest.approx((4 * math.cos(1.0) + 4 * math.sin(1.0)) / math.sqrt(2))
    assert whole["forward"].best_error < 1e-6 and "along" in repr(whole)


def test_noise_is_measured_and_moves_the_best_step():
    rng = np.random.default_rng(0)
    found = dl.step_sweep(
        lambda x: np.sin(x) + 1e-6 * rng.normal(), 1.0, methods="forward", truth=math.cos(1.0)
    )
    curve = found["forward"]
    assert found.noise == pytest.approx(1e-6, rel=0.7)
    assert 3e-4 < curve.predicted_step < 3e-2 and 1e-4 < curve.best_step < 3e-2


def test_steps_of_ones_own_and_bounded_cost():
    steps = [1e-2, 1e-4]
    found = dl.step_sweep(wave, 1.0, methods=["forward"], steps=steps)
    assert np.array_equal(found["forward"].steps, steps)
    assert found.evaluations < 100
    assert dl.step_sweep(wave, 1.0).evaluations < 1000


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: dl.step_sweep(wave, 1.0, steps=[0.0]), "positive"),
        (lambda: dl.step_sweep(wave, 1.0, steps=np.ones(1000)), "at most"),
        (lambda: dl.step_sweep(wave, 1.0, methods="reverse"), "no stencil"),
        (lambda: dl.step_sweep(wave, 1.0, dtypes="float16"), "float32"),
        (lambda: dl.step_sweep(np.sum, [1.0, 2.0], direction=2), "2 coordinates"),
        (lambda: dl.step_sweep(np.sum, [1.0, 2.0], direction=[0.0, 0.0]), "not zero"),
        (lambda: dl.step_sweep(np.abs, 0.0), "no slope"),
        (lambda: dl.digit_microscope(wave, 1.0, 0.0), "positive"),
        (lambda: dl.digit_microscope(wave, 1.0, method="complex"), "forward or a central"),
        (lambda: dl.digit_microscope(np.log, 1.0, 2.0, "central"), "not finite"),
        (lambda: dl.digit_microscope(wave, 1.0, output=1), "count from 0"),
    ],
)
def test_what_cannot_be_swept_is_refused_with_the_cause(call, says):
    with pytest.raises(dl.DerivativeError, match=says):
        call()


def test_a_function_without_complex_numbers_keeps_its_other_curves():
    found = dl.step_sweep(lambda x: math.exp(x), 1.0)
    assert np.isnan(found["complex_step"].best_error) and "complex_step" in repr(found)
    assert found["central"].best_error < 1e-9
    found.plot()


def test_the_picture_shows_each_curve_its_theory_and_the_guess(sweep):
    shown = sweep.plot(guess=1e-6)
    labels = [text.get_text() for text in shown.ax_.get_legend().get_texts()]
    assert {"forward", "central", "five-point", "complex step", "forward (float32)"} <= set(labels)
    assert "your h* = 1e-06" in labels and shown.ax_.get_xscale() == "log"
    other = sweep.plot(ax=shown.ax_)
    assert other.ax_ is shown.ax_


def test_the_record_speaks_and_is_plain_when_asked(sweep):
    assert "h* predicted" in repr(sweep) and "forward_difference float32" in repr(sweep)
    assert set(sweep.to_dict()) >= {"truth", "curves", "noise", "evaluations"}
    with pytest.raises(KeyError, match="there are"):
        _ = sweep["reverse"]


@pytest.mark.parametrize(
    ("h", "cancelled", "right"), [(1e-2, 2, 2), (1e-8, 8, 8), (1e-12, 12, 3), (1e-5, 5, 5)]
)
def test_the_microscope_counts_digits(h, cancelled, right):
    seen = dl.digit_microscope(wave, 1.0, h)
    assert (seen.cancelled, seen.right) == (cancelled, right)
    assert seen.quotient == (wave(1.0 + h) - wave(1.0)) / h
    assert seen.truth == pytest.approx(wave(1.0) * math.cos(1.0), rel=1e-15)


def test_the_microscope_marks_by_more_than_colour():
    seen = dl.digit_microscope(wave, 1.0, 1e-8)
    text, page = repr(seen), seen._repr_html_()
    high, low = (line for line in text.splitlines() if re.match(r" *f\(x", line))
    assert high.split("= ")[1][:9] == low.split("= ")[1][:9] == "2.3197768"
    assert ". ......." in text and "^^^^^^^^^" in text and "= =======xxxxxxxxx" in text
    assert "[2.3197768]" in page and "line-through" in page and "underline" in page
    assert len({len(line.text) for line in seen.lines[:3]}) == 1


def test_the_microscope_of_a_step_that_rounding_swallows():
    seen = dl.digit_microscope(wave, 1.0, 1e-17)
    assert seen.quotient == 0.0 and seen.right == 0 and "same float" in seen.says


def test_the_microscope_of_central_differences_and_directions():
    central = dl.digit_microscope(wave, 1.0, 1e-5, "central")
    assert central.right >= 10 and "f(x − h)" in repr(central)
    tiny = dl.digit_microscope(lambda x: -1e-12 * np.sin(x[0]) * x[1], [1.0, 2.0], 1e-5, direction=1)
    assert tiny.right >= 9 and "e-13" in repr(tiny)
    assert dl.digit_microscope(lambda x: np.array([x, x**2]), 3.0, 1e-6, output=1).truth == 6.0
