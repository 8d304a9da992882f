"""Gradient programs: right over the gallery at the recorded point and beside it, guarded, readable."""

import warnings

import numpy as np
import pytest
import scipy.special

import derivlab as dl
from derivlab.gallery import cases

CASES = [case for case in cases() if case.x_size <= 200]
A = np.arange(6.0).reshape(2, 3) / 7


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_gallery_at_the_point_and_beside_it(case):
    """Right to 1e-12, or an explicit refusal; a value that was baked in would show at the second point."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        known = case.known()
        if known.ndim != np.ndim(case.point):
            pytest.skip("an array")
        try:
            program = dl.gradient_program(case.f, case.point)
        except dl.DerivativeError as error:
            pytest.skip(f"refused: {error}")
        value, gradient = program(case.point)
        assert value == pytest.approx(float(case.f(np.copy(case.point)[()])), rel=1e-12)
        size = np.max(np.abs(known))
        assert np.max(np.abs(gradient - known)) <= 1e-12 * size
        beside = np.asarray(case.point) * 1.001 + 1e-4
        try:
            truth = dl.gradient(case.f, beside)
        except dl.DerivativeError:
            return
        assert np.max(np.abs(program(beside)[1] - truth)) <= 1e-11 * np.max(np.abs(truth))


def rosenbrock(x):
    inner = x[1:] - x[:-1] ** 2
    return np.sum(100 * inner**2 + (1 - x[:-1]) ** 2)


def test_source_is_readable_and_runs_by_itself():
    program = dl.gradient_program(rosenbrock, np.ones(4) * 1.2)
    lines = program.source.splitlines()
    assert lines[0] == "def rosenbrock(x):"
    assert "    v1 = x[1:]" in lines
    assert any(line.startswith("    inner = ") for line in lines)
    assert program.source.count("x[:-1]") == 2  # read once, written to once
    assert "# power rule" in program.source
    scope = {"np": np}
    exec(program.source, scope)
    value, gradient = scope["rosenbrock"](np.ones(4) * 1.2)
    assert value == rosenbrock(np.ones(4) * 1.2)
    assert gradient == pytest.approx(dl.gradient(rosenbrock, np.ones(4) * 1.2))


def test_constants_are_folded_and_dead_adjoints_left_out():
    def f(w):
        unused = np.exp(w) * 0.0
        return 3.0 * (2.0 * np.sum(w)) + unused[0] * 0.0

    source = dl.gradient_program(f, np.ones(3)).source
    assert "np.full((3,), 6.0)" in source or "6.0" in source
    assert "d_w[" not in source.replace("d_unused", "")


def test_another_shape_is_recorded_anew():
    program = dl.gradient_program(rosenbrock, np.ones(4) * 1.2)
    x = np.linspace(0.5, 1.5, 7)
    assert program(x)[1] == pytest.approx(dl.gradient(rosenbrock, x))
    assert program(np.ones(4))[0] == 0.0


@pytest.mark.parametrize(
    ("f", "one", "other"),
    [
        (lambda x: x[0] ** 2 if x[0] > 0 else -3 * x[1], [1.0, 2.0], [-1.0, 2.0]),
        (lambda x: x[np.argmax(x)] ** 3, [1.0, 2.0], [3.0, 2.0]),
        (lambda x: np.sum(x[x > 1.5] ** 2), [1.0, 2.0], [3.0, 2.0]),
        (lambda x: np.sum(np.sort(x) * np.arange(2)), [1.0, 2.0], [3.0, 2.0]),
        (lambda x: np.sum(np.where((x > 0) & (x < 2), x**2, np.sin(x))), [1.0, 3.0], [-1.0, 1.5]),
        (lambda x: np.sum(np.maximum(x, 0.5) * np.abs(x)), [1.0, 0.2], [-1.0, 0.7]),
        (lambda x: x[0] * float(x[1] > 1.0) + x[1], [1.0, 2.0], [1.0, 0.5]),
        (lambda x: sum(x[k] ** k for k in range(1 + int(x[1] > 1.0))), [1.0, 2.0], [1.0, 0.5]),
        (lambda x: x[0] * np.floor(x[1]) + x[1], [1.0, 2.5], [1.0, 4.5]),
        (lambda x: max(x[0], x[1]) * 2.0, [1.0, 2.0], [3.0, 2.0]),
        (lambda x: np.max(A @ np.array([x[0], x[1], 1.0])), [1.0, 2.0], [-9.0, -2.0]),
        (lambda x: np.linalg.norm(x) if np.any(x < 0) else np.prod(x), [1.0, 2.0], [-3.0, 2.0]),
    ],
)
def test_decisions_that_fall_differently_are_seen(f, one, other):
    try:
        program = dl.gradient_program(f, one)
    except dl.DerivativeError as error:
        pytest.skip(f"refused: {error}")
    for x in (one, other, one):
        assert program(x)[0] == pytest.approx(float(f(np.array(x))))
        assert program(x)[1] == pytest.approx(dl.gradient(f, x))


def test_masks_that_only_select_need_no_new_recording():
    program = dl.gradient_program(lambda x: np.sum(np.where(x > 0, x, 0.1 * x)), np.array([1.0, -1.0]))
    assert program(np.array([-2.0, 5.0]))[1] == pytest.approx([0.1, 1.0])
    assert not program._others


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda x: x * 2.0, "needs one number"),
        (lambda x: 3.0, "nothing to write"),
        (lambda x: np.sum(x) * np.random.default_rng().normal(), "run again"),
        (lambda x: np.log(-np.sum(x)), "not finite"),
        (lambda x: sum(x[k % 2] * 1.0 for k in range(3000)), "more than 5000 operations"),
    ],
)
def test_refusals(f, words):
    with pytest.raises(dl.DerivativeError, match=words):
        dl.gradient_program(f, [1.0, 2.0])


def test_it_is_a_method():
    row = dl.compare(rosenbrock, [0.5, 1.5], methods=["program", "reverse"])["program"]
    assert row.error is None
    assert row.value == pytest.approx(dl.gradient(rosenbrock, [0.5, 1.5]))
    assert dl.gradient(rosenbrock, [0.5, 1.5], "program") == pytest.approx(row.value)


@pytest.mark.parametrize(
    "part",
    [lambda z: z[:5], lambda z: z[..., 1:4], lambda z: z[2], lambda z: z[[0, 3]], lambda z: z[None, ::2]],
)
def test_parts_of_complex_values(part):
    x = np.array([0.3, -1.2, 0.8, 0.5, -0.4, 1.1, 0.2, 0.9])

    def power(x):
        return np.sum(np.abs(part(np.fft.rfft(x))) ** 2)

    np.testing.assert_allclose(
        dl.gradient(power, x, "program"), dl.gradient(power, x, "richardson"), rtol=1e-9, atol=1e-9
    )


def named(name, f):
    f.__name__ = name
    return f


@pytest.mark.parametrize(
    "f",
    [
        named("gamma", lambda x: scipy.special.gamma(x[0]) * x[1]),  # each calls a function of its own name
        named("fft", lambda x: np.sum(np.abs(np.fft.fft(x)) ** 2)),
        named("pull_fft", lambda x: np.sum(np.abs(np.fft.fft(x)) ** 2)),
        named("np", lambda x: np.sum(np.sin(x))),
        named("check", lambda x: np.sum(x**2) if x[0] > 0 else x[1]),
        named("float", lambda x: x[0] ** 2 + x[1]),
    ],
)
def test_a_function_may_bear_the_name_of_what_it_calls(f):
    np.testing.assert_allclose(dl.gradient(f, [1.3, 2.1], "program"), dl.gradient(f, [1.3, 2.1]), rtol=1e-14)


def test_a_function_of_one_number_may_be_called_float():
    program = dl.gradient_program(named("float", lambda x: np.sin(x) * x), 1.3)
    assert program(1.3)[1] == pytest.approx(np.cos(1.3) * 1.3 + np.sin(1.3), rel=1e-15)


@pytest.mark.parametrize("verb", [dl.hessian, lambda f, x, method: dl.hvp(f, x, x, method)])
def test_second_derivatives_are_told_where_to_go(verb):
    with pytest.raises(dl.DerivativeError, match="no second derivatives; use reverse"):
        verb(rosenbrock, [0.5, 1.5], method="program")
