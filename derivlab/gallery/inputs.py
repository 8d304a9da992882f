"""Points of every kind: numbers, integers, lists, float32, no axes, many axes; and what f may return."""

from __future__ import annotations

import numpy as np

from derivlab.gallery import Topic, quadratic

case = Topic("inputs")

T = np.arange(12.0).reshape(2, 3, 2) / 8 - 0.5

# name, f, x
for name, f, x in (
    ("python_float", lambda x: x * x, 1.5),
    ("python_integer", lambda x: x * x + 1, 3),
    ("numpy_scalar", lambda x: x * x, np.float64(1.5)),
    ("no_axes", lambda x: x * x, np.array(1.5)),
    ("float32_scalar", lambda x: x * x, np.float32(1.5)),
    ("array_of_integers", lambda x: x * x, np.array([1, 2, 3])),
    ("list_of_integers", lambda x: x @ x, [1, 2, 3]),
    ("float32_array", lambda x: x * x, np.array([0.5, 1.5], dtype=np.float32)),
    ("boolean_array", lambda x: x * x, np.array([True, False])),
    ("tuple_of_numbers", lambda x: x[0] * x[1], (0.5, 1.5)),
    ("nested_list", lambda x: x @ x, [[1, 2], [3, 4]]),
    ("one_entry", lambda x: x**2, [1.5]),
    ("one_by_one", lambda x: x @ x, [[1.5]]),
    ("three_axes", lambda x: np.sum(x * x, axis=1), T),
    ("four_axes", lambda x: np.sum(x * x, axis=(0, 3)), T.reshape(2, 3, 2, 1)),
    ("fortran_order", lambda x: x.ravel() ** 2, np.asfortranarray(T[0])),
    ("strided", lambda x: x.ravel() ** 2, T[::2, ::-1, 1]),
    ("negative_zero", lambda x: x * x, -0.0),
    ("at_zero", lambda x: x @ x + x[0], np.zeros(3)),
    ("large_and_small", lambda x: x[0] * x[1], [2.0**40, 2.0**-40]),
    ("returns_list", lambda x: [x[0] * x[1], x[1]], [0.5, 1.5]),
    ("returns_tuple", lambda x: (x[0] * x[1], 1.0, x[1]), [0.5, 1.5]),
    ("returns_nested_list", lambda x: [[x[0] * x[1], 0], [1, x[1]]], [0.5, 1.5]),
    ("returns_list_of_arrays", lambda x: [x * x, 2 * x], [0.5, 1.5]),
    ("returns_no_axes", lambda x: np.array(x @ x), [0.5, 1.5]),
    ("returns_one_entry", lambda x: np.array([x @ x]), [0.5, 1.5]),
    ("returns_x", lambda x: x, [0.5, 1.5]),
    ("returns_part_of_x", lambda x: x[1:], [0.5, 1.5]),
    ("returns_constant_and_x", lambda x: np.stack([x, np.ones(2)]), [0.5, 1.5]),
    ("returns_nothing_of_x", lambda x: np.ones(2), [0.5, 1.5]),
    ("returns_integer", lambda x: 3, [0.5, 1.5]),
    ("checks_its_type", lambda x: x * x if isinstance(x, (float, np.floating)) else -x, 1.5),
    ("checks_for_scalars", lambda x: x * x if np.isscalar(x) or np.ndim(x) == 0 else -x, 1.5),
    (
        "checks_for_arrays",
        lambda x: x * x if isinstance(x, np.ndarray) and x.dtype.kind == "f" else -x,
        [0.5, 1.5],
    ),
    ("checks_its_length", lambda x: x[0] * x[1] if hasattr(x, "__len__") and len(x) == 2 else x, [0.5, 1.5]),
    ("converts_first", lambda x: np.atleast_1d(np.asarray(x, dtype=float)) ** 2, 1.5),
    ("converts_to_float", lambda x: float(x) * np.float64(x), 1.5),
    ("default_arguments", lambda x, a=2.0, *args, b=3.0, **kwargs: a * x * x + b, 1.5),
    ("prints_on_the_way", lambda x: (f"{x[0]:.3f}, {x}, {x.shape}", x @ x)[1], [0.5, 1.5]),
    ("asserts_on_the_way", lambda x: _checked(x), [0.5, 1.5]),
):
    case(x, quadratic, name=name)(f)


def _checked(x):
    assert x.ndim == 1 and np.all(np.isfinite(x)), f"bad x: {x}"
    try:
        return x[5]
    except IndexError:
        return x[0] * x[1]
