"""NumPy's universal functions, one at a time, with the slopes that every table of derivatives lists."""

from __future__ import annotations

import numpy as np

from derivlab.gallery import Topic, elementwise

case = Topic("elementary")

LN2, LN10 = np.log(2.0), np.log(10.0)

# name, f, x, f'(x)
case.table(
    ("sin", lambda x: np.sin(x), 0.7, lambda x: np.cos(x)),
    ("cos", lambda x: np.cos(x), 0.7, lambda x: -np.sin(x)),
    ("tan", lambda x: np.tan(x), 0.7, lambda x: 1 / np.cos(x) ** 2),
    ("arcsin", lambda x: np.arcsin(x), 0.3, lambda x: 1 / np.sqrt(1 - x**2)),
    ("arccos", lambda x: np.arccos(x), 0.3, lambda x: -1 / np.sqrt(1 - x**2)),
    ("arctan", lambda x: np.arctan(x), 1.3, lambda x: 1 / (1 + x**2)),
    ("sinh", lambda x: np.sinh(x), 0.4, lambda x: np.cosh(x)),
    ("cosh", lambda x: np.cosh(x), 0.4, lambda x: np.sinh(x)),
    ("tanh", lambda x: np.tanh(x), 0.4, lambda x: 1 / np.cosh(x) ** 2),
    ("arcsinh", lambda x: np.arcsinh(x), 1.1, lambda x: 1 / np.hypot(x, 1)),
    ("arccosh", lambda x: np.arccosh(x), 1.7, lambda x: 1 / np.sqrt((x - 1) * (x + 1))),
    ("arctanh", lambda x: np.arctanh(x), -0.3, lambda x: 1 / (1 - x**2)),
    (
        "acos_and_asin",
        lambda x: np.acos(x) * np.asin(x),
        0.2,
        lambda x: (np.arccos(x) - np.arcsin(x)) / np.sqrt(1 - x**2),
    ),
    ("exp", lambda x: np.exp(x), 1.2, lambda x: np.exp(x)),
    ("exp2", lambda x: np.exp2(x), 1.2, lambda x: LN2 * 2**x),
    ("expm1", lambda x: np.expm1(x), 1e-4, lambda x: np.exp(x)),
    ("log", lambda x: np.log(x), 2.5, lambda x: 1 / x),
    ("log2", lambda x: np.log2(x), 2.5, lambda x: 1 / (x * LN2)),
    ("log10", lambda x: np.log10(x), 2.5, lambda x: 1 / (x * LN10)),
    ("log1p", lambda x: np.log1p(x), 1e-4, lambda x: 1 / (1 + x)),
    ("sqrt", lambda x: np.sqrt(x), 2.0, lambda x: 0.5 / np.sqrt(x)),
    ("cbrt", lambda x: np.cbrt(x), 2.0, lambda x: 1 / (3 * np.cbrt(x) ** 2)),
    ("cbrt_of_negative", lambda x: np.cbrt(x), -2.0, lambda x: 1 / (3 * np.cbrt(x) ** 2)),
    ("square", lambda x: np.square(x), -1.5, lambda x: 2 * x),
    ("reciprocal", lambda x: np.reciprocal(x), 1.6, lambda x: -1 / x**2),
    ("negative_and_positive", lambda x: np.negative(x) * np.positive(x), 1.6, lambda x: -2 * x),
    ("absolute", lambda x: np.abs(x) * x, -1.5, lambda x: 2 * abs(x)),
    ("fabs", lambda x: np.fabs(x) ** 1.5, -1.5, lambda x: -1.5 * np.sqrt(-x)),
    ("deg2rad", lambda x: np.sin(np.deg2rad(x)), 30.0, lambda x: np.cos(x * np.pi / 180) * np.pi / 180),
    ("rad2deg", lambda x: np.rad2deg(np.arctan(x)), 0.5, lambda x: 180 / np.pi / (1 + x**2)),
    ("radians_and_degrees", lambda x: np.radians(x) * np.degrees(x), 3.0, lambda x: 2 * x),
    ("sinc", lambda x: np.sinc(x), 0.3, lambda x: (np.cos(np.pi * x) - np.sinc(x)) / x),
    ("sinc_at_zero", lambda x: np.sinc(x), 0.0, 0.0),
    ("i0", lambda x: np.i0(x), 1.5, 0.9816664285779075),
    ("sign_times_square", lambda x: np.sign(x) * x**2, -1.5, lambda x: 2 * abs(x)),
    ("heaviside", lambda x: np.heaviside(x, 0.5) * x**2, 0.8, lambda x: 2 * x),
    ("sawtooth", lambda x: x - np.floor(x), 2.3, 1.0),
    ("floor_ceil_trunc_rint", lambda x: x * (np.floor(x) + np.ceil(x) + np.trunc(x) + np.rint(x)), 2.3, 9.0),
    ("staircase", lambda x: x * np.arange(4) // 1, 3.3, (0.0, 0.0, 0.0, 0.0)),
    ("floor_division", lambda x: x**2 * (x // 0.7), 2.3, lambda x: 2 * x * 3),
    ("modulo_operator", lambda x: (x % 1.5) ** 2, 2.3, lambda x: 2 * (x - 1.5)),
    ("divmod", lambda x: divmod(x, 2.0)[1] ** 2, 5.3, lambda x: 2 * (x - 4)),
    ("modf", lambda x: np.modf(x)[0] ** 2, 2.3, lambda x: 2 * (x - 2)),
    ("frexp", lambda x: np.frexp(x)[0], 5.3, 0.125),
    ("ldexp", lambda x: np.ldexp(np.sin(x), 3), 0.7, lambda x: 8 * np.cos(x)),
    ("nan_to_num", lambda x: np.nan_to_num(np.log(x)), 2.0, lambda x: 1 / x),
    ("real_if_close", lambda x: np.real_if_close(x) * np.real(x) * np.conj(x), 2.0, lambda x: 3 * x**2),
    ("cube_of_negative", lambda x: x**3, -1.5, lambda x: 3 * x**2),
    ("negative_power", lambda x: x**-2, 1.7, lambda x: -2 / x**3),
    ("negative_power_of_negative", lambda x: x**-3, -1.7, lambda x: -3 / x**4),
    ("half_power", lambda x: x**0.5 + x**1.5, 1.7, lambda x: 0.5 / x**0.5 + 1.5 * x**0.5),
    ("self_power", lambda x: x**x, 1.7, lambda x: x**x * (np.log(x) + 1)),
    (
        "exponential_of_constant",
        lambda x: 2.0**x + np.power(3.0, -x),
        0.7,
        lambda x: LN2 * 2**x - np.log(3) * 3**-x,
    ),
    ("power_tower", lambda x: np.power(2.0, np.power(2.0, x)), 0.5, lambda x: LN2**2 * 2**x * 2 ** (2**x)),
    ("unary_minus_binds_last", lambda x: -(x**2) + (-x) ** 2 + 3 * x, 0.7, 3.0),
)

# of two numbers x[0], x[1]: gradients
case.table(
    ("arctan2", lambda x: np.arctan2(x[0], x[1]), [0.3, -0.5], lambda x: (x[1] / (x @ x), -x[0] / (x @ x))),
    (
        "arctan2_third_quadrant",
        lambda x: np.arctan2(x[0], x[1]),
        [-0.3, -0.5],
        lambda x: (x[1] / (x @ x), -x[0] / (x @ x)),
    ),
    ("hypot", lambda x: np.hypot(x[0], x[1]), [3.0, -4.0], (0.6, -0.8)),
    ("logaddexp", lambda x: np.logaddexp(x[0], x[1]), [0.3, 1.1], lambda x: np.exp(x) / np.sum(np.exp(x))),
    ("logaddexp_far_apart", lambda x: np.logaddexp(x[0], x[1]), [-900.0, 900.0], (0.0, 1.0)),
    ("logaddexp2", lambda x: np.logaddexp2(x[0], x[1]), [0.3, 1.1], lambda x: 2**x / np.sum(2**x)),
    (
        "power",
        lambda x: np.power(x[0], x[1]),
        [1.3, 2.6],
        lambda x: (x[1] * x[0] ** (x[1] - 1), np.log(x[0]) * x[0] ** x[1]),
    ),
    (
        "power_operator",
        lambda x: x[0] ** x[1],
        [1.3, -0.6],
        lambda x: (x[1] * x[0] ** (x[1] - 1), np.log(x[0]) * x[0] ** x[1]),
    ),
    ("float_power", lambda x: np.float_power(x[0], x[1]), [2, 3], lambda x: (12, 8 * LN2)),
    ("fmod", lambda x: np.fmod(x[0], x[1]), [-5.3, 2.0], (1.0, 2.0)),
    ("mod", lambda x: np.mod(x[0], x[1]), [-5.3, 2.0], (1.0, 3.0)),
    ("remainder", lambda x: np.remainder(x[0], x[1]) ** 2, [7.5, 2.0], (3.0, -9.0)),
    ("np_divmod", lambda x: np.divmod(x[0], x[1])[1], [7.5, 2.0], (1.0, -3.0)),
    ("copysign", lambda x: np.copysign(x[0], x[1]), [1.5, -2.0], (-1.0, 0.0)),
    (
        "maximum_minimum",
        lambda x: np.maximum(x[0], x[1]) * np.minimum(x[0], 0.0),
        [-1.5, 2.0],
        lambda x: x[::-1],
    ),
    (
        "fmax_fmin",
        lambda x: np.fmax(x[0], x[1]) + np.fmin(x[0], x[1]) ** 2,
        [-1.5, 2.0],
        lambda x: (2 * x[0], 1),
    ),
    (
        "true_divide",
        lambda x: np.divide(x[0], x[1]) - np.true_divide(x[1], x[0]),
        [1.5, 2.0],
        lambda x: (1 / x[1] + x[1] / x[0] ** 2, -x[0] / x[1] ** 2 - 1 / x[0]),
    ),
    (
        "named_operations",
        lambda x: np.subtract(np.multiply(x[0], x[1]), np.add(x[0], 1.0)),
        [1.5, 2.0],
        lambda x: (x[1] - 1, x[0]),
    ),
)

# on arrays: slopes on the diagonal of the Jacobian
case.table(
    ("sin_of_vector", np.sin, [0.1, -0.2, 3.0], elementwise(np.cos)),
    ("exp_of_matrix_entries", np.exp, [[0.1, -0.2], [3.0, 0.0]], elementwise(np.exp)),
    ("clip", lambda x: np.clip(x**2, 0.5, 4.0), [0.3, 1.5, 3.0], elementwise(lambda x: (0, 2 * x[1], 0))),
    (
        "clip_method_one_side",
        lambda x: x.clip(min=0.0) ** 2,
        [-0.3, 1.5],
        elementwise(lambda x: (0, 2 * x[1])),
    ),
    (
        "sinc_of_vector",
        lambda x: np.sinc(x),
        [0.0, 1.0, -2.0, 0.5],
        elementwise(lambda x: (0, -1, -0.5, -4 / np.pi)),
    ),
    ("powers_by_array", lambda x: x ** np.arange(4), 1.3, lambda x: (0, 1, 2 * x, 3 * x**2)),
    (
        "powers_of_array",
        lambda x: np.power([1.0, 2.0, 3.0], x),
        0.5,
        lambda x: np.log([1, 2, 3]) * np.array([1, 2, 3]) ** x,
    ),
    (
        "where",
        lambda x: np.where(x > 1, x**2, np.sin(x)),
        [0.5, 2.0],
        elementwise(lambda x: (np.cos(x[0]), 2 * x[1])),
    ),
    (
        "where_scalar_branches",
        lambda x: np.where(x < 0, -1.0, x) * x,
        [-0.5, 2.0],
        elementwise(lambda x: (-1, 2 * x[1])),
    ),
    (
        "piecewise",
        lambda x: np.piecewise(x, [x < 0, x >= 0], [lambda t: -t, lambda t: t**2]),
        [-0.5, 2.0],
        elementwise(lambda x: (-1, 4)),
    ),
    (
        "select",
        lambda x: np.select([x < 0, x < 1], [np.exp(x), 1 + x], default=2 * np.sqrt(x)),
        [-0.5, 0.4, 4.0],
        elementwise(lambda x: (np.exp(x[0]), 1, 0.5)),
    ),
    (
        "choose",
        lambda x: np.choose([0, 1, 1], [np.sin(x), np.cos(x)]),
        [0.5, 0.4, 4.0],
        elementwise(lambda x: (np.cos(x[0]), -np.sin(x[1]), -np.sin(x[2]))),
    ),
    (
        "masked_multiplication",
        lambda x: (x > 0) * x**2 + (x <= 0) * x,
        [-0.5, 0.4],
        elementwise(lambda x: (1, 2 * x[1])),
    ),
    (
        "comparison_as_float",
        lambda x: (x > 0).astype(float) * np.exp(x),
        [-0.5, 0.4],
        elementwise(lambda x: (0, np.exp(x[1]))),
    ),
    ("out_argument", lambda x: np.multiply(x, x, out=np.empty(2)), [-0.5, 0.4], elementwise(lambda x: 2 * x)),
    ("dtype_argument", lambda x: np.multiply(x, 3, dtype=float), [-0.5, 0.4], elementwise(lambda x: (3, 3))),
    (
        "where_argument",
        lambda x: np.sqrt(x, out=np.zeros(2), where=x > 0),
        [-0.5, 4.0],
        elementwise(lambda x: (0, 0.25)),
    ),
    (
        "nested_calls",
        lambda x: np.sqrt(1 + np.log1p(np.exp(-np.abs(x)))),
        [0.5, -1.0],
        elementwise(
            lambda x: -np.sign(x) / (1 + np.exp(abs(x))) / 2 / np.sqrt(1 + np.log1p(np.exp(-abs(x))))
        ),
    ),
)
