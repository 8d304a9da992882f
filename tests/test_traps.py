"""The trap gallery is right about itself: every label is checked against mirrors written anew with mpmath."""

import copy
import inspect
import warnings

import mpmath as mp
import numpy as np
import pytest

from derivlab.gallery.traps import KINDS, TOPICS, TRAPS, TRUSTS, counts, trap

DIGITS = 90
TINY = "1e-40"

MATHEMATICAL_KINDS = ("kink", "jump", "singular")


def pick(i, *values):
    return values[i]


def clip01(x):
    return min(max(x, mp.mpf(0)), mp.mpf(1))


def larger(*v):
    return max(v)


def norm(v):
    return mp.sqrt(mp.fsum(c * c for c in v))


def spread(v):
    mean = mp.fsum(v) / len(v)
    return mp.sqrt(mp.fsum((c - mean) ** 2 for c in v) / len(v))


def newton_free_root(x):
    return mp.sqrt(x)


def logistic(x, n):
    return mp.sin(2**n * mp.asin(mp.sqrt(x))) ** 2


def lorenz(x, n):
    state = mp.matrix([x, 1, 20])
    dt, tenth, third = mp.mpf(0.01), mp.mpf(0.1), mp.mpf(8.0 / 3.0)
    for _ in range(n):
        a, b, c = state
        state = mp.matrix([a + tenth * (b - a), b + dt * (a * (28 - c) - b), c + dt * (a * b - third * c)])
    return state[0]


def nested_sine(x, depth):
    for _ in range(depth):
        x = mp.sin(x)
    return x


def damped(x):
    for _ in range(1000):
        x = x - mp.mpf(0.001) * mp.sin(x)
    return x


def series(x):
    return 1 + x + x**2 / 2 + x**3 / 6 + x**4 / 24


def pendulum(x):
    v, hundredth = mp.mpf(0), mp.mpf(0.01)
    for _ in range(100):
        v = v - hundredth * mp.sin(x)
        x = x + hundredth * v
    return x / 2


def two_newton_steps(x):
    y = (1 + x) / 2
    return (y + x / y) / 2


def exp_trace(v):
    mean, radius = (v[0] + v[2]) / 2, mp.sqrt(((v[0] - v[2]) / 2) ** 2 + v[1] ** 2)
    return mp.exp(mean + radius) + mp.exp(mean - radius)


def table(x):
    return x if x <= 1 else 2 * x - 1


def normals():
    return [mp.mpf(float(z)) for z in np.random.default_rng(0).normal(size=200)]


MIRRORS = {
    "absolute_value": mp.fabs,
    "relu": lambda x: larger(x, 0),
    "leaky_relu": lambda x: x if x > 0 else mp.mpf(0.1) * x,
    "line_or_parabola": lambda x: larger(x, x * x),
    "built_in_max": lambda x: larger(x, 0),
    "hinge_loss": lambda x: larger(0, 1 - x),
    "clip": clip01,
    "two_corners": lambda x: abs(x - 1) + abs(x + 1),
    "laplace_density": lambda x: mp.exp(-abs(x)),
    "branch_with_two_slopes": lambda x: x if x > 0 else 2 * x,
    "root_of_square": mp.fabs,
    "euclidean_norm": norm,
    "hypotenuse": norm,
    "l1_norm": lambda v: mp.fsum(abs(c) for c in v),
    "largest": lambda v: max(v),
    "smallest_by_sorting": lambda v: min(v),
    "median": lambda v: sorted(v)[1],
    "picked_by_argmax": lambda v: max(v),
    "spread_of_equals": spread,
    "crossing_eigenvalues": mp.fabs,
    "nearest_of_two": lambda x: min((x - 1) ** 2, (x + 1) ** 2),
    "dead_band": lambda x: larger(abs(x) - 1, 0),
    "interpolation": table,
    "table_lookup": lambda x: pick(int(2 * x), 0, 1, 4, 9),
    "odd_square": lambda x: x * abs(x),
    "half_parabola": lambda x: larger(x, 0) ** 2,
    "squared_relu": lambda x: larger(x, 0) ** 2,
    "huber": lambda x: x * x / 2 if abs(x) <= 1 else abs(x) - mp.mpf(1) / 2,
    "softplus_by_branches": lambda x: mp.log(1 + mp.exp(x)),
    "softplus_from_corners": lambda x: mp.log(1 + mp.exp(x)),
    "smoothstep": lambda x: clip01(x) ** 2 * (3 - 2 * clip01(x)),
    "cubed_absolute": lambda x: abs(x) ** 3,
    "absolute_to_the_three_halves": lambda x: abs(x) ** mp.mpf(1.5),
    "parabola_and_its_tangent": lambda x: x**2 if x < 1 else 2 * x - 1,
    "cancelling_corners": lambda x: x,
    "larger_plus_smaller": lambda x: x,
    "tie_everywhere": lambda x: 2 * x,
    "sum_over_sorted": lambda v: mp.fsum(c * c for c in v),
    "squared_norm": lambda v: mp.fsum(c * c for c in v),
    "root_of_fourth_power": lambda x: x * x,
    "trace_of_exponential": exp_trace,
    "elu": lambda x: x if x > 0 else mp.expm1(x),
    "cosine_of_absolute": mp.cos,
    "floor": mp.floor,
    "sign": mp.sign,
    "heaviside": lambda x: (mp.sign(x) + 1) / 2,
    "rounding": lambda x: mp.floor(x + mp.mpf(0.5)),
    "remainder": lambda x: x - mp.floor(x),
    "sawtooth": lambda x: x - mp.floor(x),
    "whole_part": lambda x: mp.floor(x) * x,
    "tariff": lambda x: x**2 + (mp.mpf(0.5) if x >= 1 else 0),
    "chosen_value": lambda v: 10 if v[0] >= v[1] else 20,
    "line_on_steps": lambda x: x + mp.floor(x),
    "hidden_root": lambda x: x if x >= 0 else mp.sqrt(-x),
    "hidden_logarithm": lambda x: mp.log(x) if x > 0 else 0,
    "hidden_overflow": lambda x: mp.exp(x) if x <= 0 else 1 + x,
    "hidden_division": lambda x: 1 / (1 - x) if x < 0 else mp.log(1 + x),
    "masked_distances": lambda v: 2 * abs(v[0] - v[1]),
    "padded_likelihood": lambda x: mp.log(x) + (x - 1) * mp.log(mp.mpf(0.5)),
    "selected_logarithms": lambda v: mp.fsum(mp.log(c) for c in v if c > 0),
    "double_where": lambda x: x if x >= 0 else mp.sqrt(-x),
    "sinc_with_where": lambda x: mp.sinc(x),
    "sinc_with_branch": lambda x: mp.sinc(x),
    "relative_exponential": lambda x: mp.expm1(x) / x if x else mp.mpf(1),
    "sinc_of_numpy": lambda x: mp.sincpi(x),
    "product_through_zero": lambda v: mp.fprod(v),
    "zeroth_power": lambda x: mp.mpf(1),
    "square_root": lambda x: mp.sqrt(x) if x >= 0 else None,
    "cube_root": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    "half_power": lambda x: mp.sqrt(x) if x >= 0 else None,
    "arcsine": lambda x: mp.asin(x) if abs(x) <= 1 else None,
    "cusp": lambda x: mp.sqrt(abs(x)),
    "root_behind_where": lambda x: mp.sqrt(x) if x > 0 else mp.mpf(0),
    "one_minus_cosine": lambda x: (1 - mp.cos(x)) / x**2,
    "big_minus_big": lambda x: x,
    "one_plus_tiny": lambda x: x,
    "relative_growth": lambda x: mp.expm1(x) / x,
    "hyperbola_and_asymptote": lambda x: mp.sqrt(x * x + 1) - x,
    "sine_minus_line": lambda x: mp.sin(x) - x,
    "expanded_power": lambda x: (x - 1) ** 7,
    "one_pass_variance": lambda v: spread(v) ** 2,
    "stable_softplus": lambda x: mp.log(1 + mp.exp(x)),
    "naive_sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "stable_length": norm,
    "gaussian_tail": lambda x: mp.exp(-x * x),
    "sine_far_out": mp.sin,
    "square": lambda x: x * x,
    "steep_reciprocal": lambda x: 1 / x,
    "nearly_level": mp.atan,
    "mixed_units": lambda v: mp.mpf(1e8) * v[0] ** 2 + v[1] ** 2 + mp.mpf(1e-8) * v[2] ** 2,
    "nanometre_wave": lambda x: mp.mpf(1e-9) * mp.sin(x / mp.mpf(1e-9)),
    "steep_switch": lambda x: mp.tanh(mp.mpf(1e6) * x),
    "small_wave_on_a_plateau": lambda x: 1000000 + mp.sin(x),
    "hilbert_three": lambda v: 9 * v[0] - 36 * v[1] + 30 * v[2],
    "nearly_singular_inverse": lambda x: (1 + x) / x,
    "single_precision_scalar": lambda x: x * x,
    "single_precision_array": lambda v: mp.sin(v[0]) + mp.sin(v[1]),
    "half_precision_buffer": lambda x: x * x,
    "printed_to_six_digits": mp.sin,
    "analogue_to_digital": lambda x: x,
    "hashed_noise": mp.sin,
    "monte_carlo_pathwise": lambda x: mp.fsum(mp.exp(x * z) for z in normals()) / 200,
    "loose_newton": two_newton_steps,
    "short_series": series,
    "logistic_five": lambda x: logistic(x, 5),
    "lorenz_short": lambda x: lorenz(x, 100),
    "newton_square_root": newton_free_root,
    "newton_sine": mp.sin,
    "product_with_break": lambda v: mp.fprod(v),
    "bisection": newton_free_root,
    "square_with_known_value": lambda x: x * x,
    "shortcut_for_zero": lambda x: mp.sin(x) * mp.exp(x),
    "logarithmic_mean_defect": lambda v: v[0] ** 2 - v[1] ** 2,
    "tangent_at_the_gap": lambda x: mp.log(x) / (x - 1) if x != 1 else mp.mpf(1),
    "bouncing_ball": lambda x: 1 - x,
    "bouncing_ball_with_time_of_impact": lambda x: 1 - x,
    "switched_on_for": lambda x: x,
    "two_balls": lambda v: v[0] + 1,
    "squared_modulus": lambda x: x * x,
    "times_conjugate": lambda x: x * x,
    "real_part": lambda v: v[0] ** 2 + v[1] ** 2,
    "derivative_inside": mp.sin,
    "length_of_vector": norm,
    "math_module": lambda x: mp.sin(x) + x * x,
    "float_call": lambda x: x * x,
    "item_call": lambda v: v[0] * v[1],
    "asarray_call": lambda v: v[0] ** 2 + v[1] ** 2,
    "array_with_dtype": lambda v: v[0] ** 3 + v[1] ** 3,
    "array_of_entries": lambda x: x + x * x,
    "filled_buffer": lambda v: v[0] ** 2 + v[1] ** 2 + v[2] ** 2,
    "filled_like": lambda v: [v[1], v[0]],
    "list_of_floats": lambda v: v[0] ** 2 + v[1] ** 2,
    "through_text": lambda x: x * x,
    "vectorised_math": mp.sin,
    "counted_loop": lambda x: 4 * x + 1,
    "doubled_input": lambda v: 2 * (v[0] ** 2 + v[1] ** 2),
    "sorted_in_place": lambda v: min(v),
    "overwritten_entry": lambda v: v[1] ** 2,
    "doubled_output": lambda v: 2 * (mp.sin(v[0]) + mp.sin(v[1])),
    "written_with_out": lambda v: mp.exp(v[0]) + mp.exp(v[1]),
    "exact_cache": lambda x: x * x,
    "seeded_dropout": lambda v: 2 * (v[1] + v[2] + v[3]),
    "swallowed_error": mp.log,
    "rescued_domain": lambda x: mp.sqrt(x) if x >= 0 else mp.mpf(0),
    "fallback_path": lambda v: v[0] ** 2 + v[1] ** 2,
    "recursion_of_150": lambda x: nested_sine(x, 150),
    "long_loop": damped,
    "constant": lambda x: mp.mpf(3),
    "constant_vector": lambda v: [mp.mpf(1), mp.mpf(2)],
    "number_of_entries": lambda v: mp.mpf(len(v)),
    "one_coordinate": lambda v: v[1] ** 3,
    "times_zero": lambda x: mp.mpf(1),
    "minus_itself": lambda x: mp.mpf(0),
    "sum_of_softmax": lambda v: mp.mpf(1),
    "flat_to_all_orders": lambda x: mp.exp(-1 / x) if x > 0 else mp.mpf(0),
    "bottom_of_a_parabola": lambda x: x * x + 1,
    "top_of_a_wave": mp.sin,
    "pinball": lambda x: abs(x) / 2,
    "largest_magnitude": lambda v: max(abs(c) for c in v),
    "total_deviation": lambda v: abs(v[0] - 1) + abs(v[1] - 2),
    "twisted_saddle": lambda v: v[0] ** 2 * v[1] / (v[0] ** 2 + v[1] ** 2) if any(v) else mp.mpf(0),
    "tallest_of_two": max,
    "quartic_penalty": lambda x: larger(x, 0) ** 4,
    "sine_by_quadrants": mp.sin,
    "power_by_loop": lambda x: x**3,
    "income_tax": lambda x: x / 5 if x <= 10000 else 2000 + (x - 10000) * 2 / 5,
    "shipping": lambda x: x * mp.mpf(1.02) - (5 if x >= 500 else 0),
    "price_in_cents": lambda x: x * mp.mpf(1.19),
    "quotient_of_entries": lambda v: 4 * v[0] / (v[0] + v[1]),
    "option": lambda x: larger(x - 120, 0),
    "present_value": lambda x: mp.fsum(100 / (1 + x) ** k for k in range(1, 11)),
    "square_root_from_the_answer": mp.sqrt,
    "fixed_point": mp.sin,
    "zero_load": lambda x: x,
    "composed": lambda x: mp.exp(mp.cos(x)),
    "dropped_stone": lambda x: (2 - x) * mp.mpf(0.8),
    "counted_steps": lambda x: 2 * x,
    "pendulum": pendulum,
    "solved_and_multiplied": lambda v: v[0],
    "list_of_math": mp.exp,
    "whole_number_input": lambda x: x * x,
    "sum_of_squares": lambda v: mp.fsum(c * c for c in v),
    "centred": lambda v: (v[0] + v[1]) / 2,
    "through_single": lambda x: x * x,
    "tangent_minus_sine": lambda x: (mp.tan(x) - mp.sin(x)) / (mp.mpf(1.5) * x**2),
    "root_of_almost_one": lambda x: mp.sqrt(1 + x) - 1,
    "modulus_squared_twice": lambda x: 2 * x * x,
    "two_formulas": mp.acos,
}

CHECKED = [t for t in TRAPS if t.value is not None or (t.trust == "undefined" and "jump" not in t.kind)]


def one_sided(mirror, x, h):
    """(f(x+h|x|) - f(x))/(h|x|) of an mpmath function, one coordinate at a time: an array of mpf."""
    point = [mp.mpf(float(c)) for c in np.ravel(x)]

    def at(shifted):
        value = mirror(shifted[0] if np.ndim(x) == 0 else shifted)
        return None if value is None else np.array(value, dtype=object)

    start, columns = at(point), []
    for i in range(len(point)):
        step = h * (abs(point[i]) or 1)
        moved = at([c + (step if i == j else 0) for j, c in enumerate(point)])
        columns.append(None if moved is None or start is None else (moved - start) / step)
    if any(column is None for column in columns):
        return None
    return np.stack(columns, axis=-1).reshape(np.shape(start) + np.shape(x))


def close(quotient, truth, digits=1e-13):
    quotient = np.asarray(quotient, dtype=object)
    truth = np.broadcast_to(np.asarray(truth, dtype=float), quotient.shape)
    return all(
        abs(q - mp.mpf(float(t))) <= digits * max(abs(mp.mpf(float(t))), abs(q)) + mp.mpf("1e-18")
        for q, t in zip(quotient.ravel(), truth.ravel(), strict=True)
    )


def evaluate(t, x):
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return t.f(copy.deepcopy(x))


@pytest.mark.parametrize("t", CHECKED, ids=lambda t: t.name)
def test_labels_are_the_limits_of_difference_quotients(t):
    with mp.workdps(DIGITS):
        sides = {sign: one_sided(MIRRORS[t.f.__name__], t.x, sign * mp.mpf(TINY)) for sign in (-1, 1)}
        for sign, truth in ((-1, t.left), (1, t.right)):
            if t.value is not None:
                tolerance = 1e-13 if t.trust == "value" else 1e-6
                assert close(sides[sign], t.value, tolerance)
            elif truth is None:
                assert sides[sign] is None
            elif np.all(np.isinf(np.asarray(truth, dtype=float))):
                assert sides[sign] * np.sign(truth) > mp.mpf("1e10")
            else:
                assert close(sides[sign], truth)


@pytest.mark.parametrize("t", CHECKED, ids=lambda t: t.name)
def test_mirrors_mirror_the_function(t):
    """Near x and a little beside it the program and its mirror have the same value."""
    loose = {"dtype": 1e-2, "event": 2e-2, "noise": 1e-3}.get(t.kind[0], 1e-9)
    if t.kind[0] in ("cancellation", "ill_conditioned", "hidden_state", "random"):
        loose = 2.0
    with mp.workdps(30):
        for shift in (0.0, 1e-3, -1e-3):
            x = np.asarray(t.x) * (1.0 + shift)
            x = float(x) if np.ndim(t.x) == 0 else x
            mine = MIRRORS[t.f.__name__](
                mp.mpf(x) if np.ndim(x) == 0 else [mp.mpf(float(c)) for c in np.ravel(x)]
            )
            if mine is not None:
                np.testing.assert_allclose(
                    np.asarray(evaluate(t, x), float),
                    np.array(mine, float),
                    rtol=loose,
                    atol=max(loose, 1e-12),
                )


@pytest.mark.parametrize(
    "t", [t for t in TRAPS if t.trust == "undefined" and "jump" in t.kind], ids=lambda t: t.name
)
def test_jumps_jump(t):
    """However small the step, on one side the value differs from that at x by a fixed amount."""
    for i in range(np.size(t.x)):
        for h in (1e-4, 1e-8, 1e-12):
            step = h * np.eye(np.size(t.x))[i].reshape(np.shape(t.x))
            gaps = [np.max(np.abs(evaluate(t, t.x + s * step) - evaluate(t, t.x))) for s in (-1, 1)]
            assert max(gaps) > 0.4


@pytest.mark.parametrize(
    "t", [t for t in TRAPS if t.trust == "rejected" and not t.also], ids=lambda t: t.name
)
def test_rejected_functions_have_no_real_finite_value(t):
    try:
        y = evaluate(t, t.x)
    except (ArithmeticError, AssertionError, IndexError, RecursionError, RuntimeError, TypeError, ValueError):
        return
    try:
        y = np.asarray(y)
    except ValueError:
        return
    assert y.size == 0 or not np.issubdtype(y.dtype, np.floating) or not np.all(np.isfinite(y))


@pytest.mark.parametrize(
    "t", [t for t in TRAPS if t.kind[0] in ("hidden_state", "random")], ids=lambda t: t.name
)
def test_functions_with_memory_or_chance_contradict_themselves(t):
    """Called at x, beside x, and at x again, the value is not the same, or follows the neighbour."""
    rises = []
    for _ in range(3):
        evaluate(t, t.x)
        beside, again = evaluate(t, t.x * 1.0005), evaluate(t, t.x)
        rises.append((float(beside), float(again)))
    stale = all(beside == again for beside, again in rises)
    assert stale or len(set(rises)) > 1


def central_difference(t, h):
    columns = []
    for i in range(np.size(t.x)):
        step = (h * max(1.0, np.max(np.abs(t.x))) * np.eye(np.size(t.x))[i]).reshape(np.shape(t.x))
        columns.append((evaluate(t, t.x + step) - evaluate(t, t.x - step)) / (2 * np.max(step)))
    return np.reshape(np.stack(columns, axis=-1), np.shape(t.value)).astype(float)


@pytest.mark.parametrize(
    "t",
    [t for t in TRAPS if t.trust == "unreliable" and t.value is not None and not t.also],
    ids=lambda t: t.name,
)
def test_unreliable_functions_mislead_a_common_step(t):
    """A central difference with the textbook step 1e-8 is wrong in the third digit or before."""
    error = np.max(np.abs(central_difference(t, 1e-8) - t.value)) / np.max(np.abs(t.value))
    assert error > 1e-3


@pytest.mark.parametrize("name", ["logistic_eighty", "lorenz_long"])
def test_chaos_has_lost_the_orbit(name):
    """Two starts that differ by rounding end apart by as much as the attractor is wide."""
    t = trap(name)
    ends = [float(evaluate(t, t.x * (1 + k * 2.3e-16))) for k in range(8)]
    assert max(ends) - min(ends) > 0.2


def test_hilbert_twelve_has_no_digit():
    """The first row of the inverse is known in integers; the solver misses them by a tenth."""
    t = trap("hilbert_twelve")
    first_row = np.array([evaluate(t, e) for e in np.eye(12)])
    exact = np.array([144, -10296, 240240, -2702700, 17297280, -68612544, 176432256, -299304720], dtype=float)
    assert 1e-3 < np.max(np.abs(first_row[:8] / exact - 1)) < 10


def test_gallery_is_labelled_and_large():
    assert len(TRAPS) >= 130
    assert len({t.name for t in TRAPS}) == len(TRAPS)
    assert {t.trust for t in TRAPS} == set(TRUSTS)
    assert sum(counts().values()) == len(TRAPS)
    assert {t.topic for t in TRAPS} == {topic.name for topic in TOPICS}
    for t in TRAPS:
        assert t.says.endswith(".") and t.trust not in t.also
        if t.trust == "value":
            assert t.value is not None
        if t.trust == "undefined":
            assert t.value is None and set(t.kind) & set(MATHEMATICAL_KINDS)


def test_kinds_of_the_issue_are_all_covered():
    asked = """agree kink jump singular removable masked_nan severed_graph special_case_branch early_exit
        truncation cancellation
        overflow underflow ill_conditioned chaos event noise random hidden_state mutation dtype
        not_analytic domain bad_output bad_input flat"""
    assert set(asked.split()) <= set(KINDS)


@pytest.mark.parametrize("f", {t.f for t in TRAPS}, ids=lambda f: f.__name__)
def test_functions_are_short_and_their_lines_exist(f):
    source = inspect.getsource(f)
    body = source[source.index("def ") :].strip().splitlines()
    assert len(body) <= 12
    assert f.__doc__ and f.__doc__.endswith(".")
    for t in TRAPS:
        if t.f is f and t.line:
            assert any(t.line in row for row in body)
