"""Making arrays and writing into them: `np.array` of results, `np.zeros` and item assignment, views, in-place operators."""

from __future__ import annotations

import numpy as np

from derivlab.gallery import Topic, quadratic

case = Topic("building")

V = [0.5, -1.5, 2.0, 3.0]
M = [[0.5, -1.5, 2.0], [3.0, 0.75, -0.375]]

# name, f, x: arrays made of results
for name, f, x in (
    ("array_of_entries", lambda x: np.array([x[0] * x[1], x[2], 1.0]), V),
    ("array_nested", lambda x: np.array([[x[0], x[1] ** 2], [0, x[2] * x[3]]]), V),
    ("array_of_rows", lambda x: np.array([x, x[::-1] * 2]), V),
    ("array_of_tuples", lambda x: np.array(((x[0], 1.0), (2.0, x[1]))), V),
    ("array_from_comprehension", lambda x: np.array([t**2 for t in x]), V),
    ("array_from_nested_comprehension", lambda x: np.array([[s * t for t in x] for s in x]), V),
    ("array_of_scalar_argument", lambda x: np.array([x, x**2, 3.0]), 1.5),
    ("matrix_of_scalar_argument", lambda x: np.array([[1.0, x], [x, x * x]]), 1.5),
    ("array_copy_of_x", lambda x: np.array(x) ** 2, V),
    ("array_with_dtype", lambda x: np.array([x[0], x[1] * x[2]], dtype=float), V),
    ("array_with_float64", lambda x: np.array(x, dtype=np.float64, copy=True) * 2, V),
    ("array_ndmin", lambda x: np.array(x, ndmin=2).T, V),
    ("asarray", lambda x: np.asarray(x) ** 2, V),
    ("asarray_of_list", lambda x: np.asarray([x[0], x[1]], dtype="float64") @ np.ones(2), V),
    ("asanyarray_ascontiguousarray", lambda x: np.asanyarray(x) * np.ascontiguousarray(x), V),
    ("fromiter", lambda x: np.fromiter((t * t for t in x), float), V),
    ("full", lambda x: np.full((2, 2), x[0] * x[1]), V),
    ("full_like", lambda x: np.full_like(x, x[0]) * x, V),
    ("ones_like", lambda x: np.ones_like(x) * x[0], V),
    ("eye_times", lambda x: x[0] * np.eye(2) + np.identity(2) * x[1] ** 2, V),
    ("linspace_to_x", lambda x: np.linspace(0.0, x, 5) ** 2, 1.5),
    ("linspace_between_entries", lambda x: np.linspace(x[0], x[1], num=4, endpoint=False), V),
    ("arange_scaled", lambda x: x[0] + x[1] * np.arange(3), V),
    ("vectorize", lambda x: np.vectorize(lambda t: t * t if t > 0 else -t)(x), V),
    ("vectorize_two_arguments", lambda x: np.vectorize(lambda s, t: s * t)(x[:2], x[2:]), V),
    ("astype_float", lambda x: x.astype(float) * x.astype(np.float64), V),
    ("copy_method_and_function", lambda x: x.copy() * np.copy(x), V),
    ("tolist", lambda x: np.array([t * t for t in x.tolist()]), V),
    ("list_of_x", lambda x: sum(t * t for t in list(x)), V),
    ("map_and_zip", lambda x: sum(map(lambda a, b: a * b, x, x[::-1])), V),
    ("kronecker_delta_by_comparison", lambda x: (np.arange(4) == 2) * x[1] ** 2, V),
):  # fmt: skip
    case(x, quadratic, name=name)(f)


@case(V, quadratic)
def zeros_then_items(x):
    y = np.zeros(3)
    y[0] = x[0] * x[1]
    y[2] = x[3]
    return y


@case(V, quadratic)
def empty_like_in_loop(x):
    y = np.empty_like(x)
    for i in range(len(x)):
        y[i] = x[i] * x[i - 1]
    return y


@case(V, quadratic)
def zeros_like_accumulated(x):
    y = np.zeros_like(x)
    for i, t in enumerate(x):
        y[: i + 1] += t
    return y * x


@case(V, quadratic)
def zeros_of_shape_and_dtype_of_x(x):
    y = np.zeros(x.shape, dtype=x.dtype)
    y[...] = x
    y[-1] *= x[0]
    return y


@case(V, quadratic)
def slices_written(x):
    y = np.ones(6)
    y[1:5] = x
    y[::2] *= 2.0
    y[-2:] = x[0], x[1] ** 2
    return y


@case(M, quadratic)
def rows_and_columns_written(x):
    a = np.zeros((3, 3))
    a[0] = x[0]
    a[1, :] = x[1] * x[0]
    a[:, 2] = [x[0, 0], x[1, 1], 1.0]
    a[2, :2] += x[:, 0]
    return a


@case(V, quadratic)
def mask_written(x):
    y = x.copy()
    y[y < 0] = 0.0
    y[x > 1] *= x[0]
    return y


@case(V, quadratic)
def mask_written_with_values(x):
    y = np.zeros(4)
    positive = x > 0
    y[positive] = x[positive] ** 2
    y[~positive] = -x[~positive]
    return y


@case(V, quadratic)
def index_arrays_written(x):
    y = np.zeros(5)
    y[[4, 0]] = x[:2]
    y[np.array([1, 2])] += x[2:] * x[0]
    return y


@case(M, quadratic)
def grid_written(x):
    a = np.zeros((4, 4))
    a[np.ix_([0, 2], [1, 2, 3])] = x
    a[np.diag_indices(4)] = x[0, 0] * x[1, 1]
    return a


@case(V, quadratic)
def symmetric_from_triangle(x):
    a = np.zeros((2, 2))
    a[np.triu_indices(2)] = x[:3]
    return a + a.T - np.diag(np.diag(a))


@case(V, quadratic)
def chained_items(x):
    y = np.zeros((2, 2))
    y[0][1] = x[0] * x[1]
    y[1][:] = x[2:]
    return y


@case(V, quadratic)
def writing_through_transpose(x):
    y = np.zeros((2, 4))
    y.T[1] = x[:2]
    y.T[:, 0] = x**2
    return y


@case(V, quadratic)
def writing_through_row_view(x):
    a = np.zeros((2, 2))
    row = a[1]
    row += x[:2]
    row[0] *= x[3]
    return a


@case(V, quadratic)
def writing_through_reshape(x):
    a = np.zeros((2, 2))
    flat = a.reshape(-1)
    flat[:] = x
    a.ravel()[3] += x[0] ** 2
    return a


@case(V, quadratic)
def writing_to_flat(x):
    a = np.zeros((2, 2))
    a.flat = x
    a.flat[::3] = x[0] * x[1]
    return a


@case(V, quadratic)
def view_sees_later_writes(x):
    y = np.zeros(4)
    tail = y[2:]
    y[:] = x
    tail *= 3.0
    return y * tail.sum()


@case(V, quadratic)
def copy_keeps_old_values(x):
    y = x * 2.0
    kept = y.copy()
    y[0] = 100.0
    y += x
    return kept * y


@case(V, quadratic)
def alias_of_x(x):
    y = x
    y += 1.0
    return x * y


@case(V, quadratic)
def operators_in_place(x):
    y = np.ones(4)
    y *= x
    y += 2.0
    y -= x[0]
    y /= 4.0
    y **= 2
    return y


@case(V, quadratic)
def scalar_in_place(x):
    s = x[0]
    s += x[1]
    t = s
    s *= x[2]
    return np.array([s, t, x[0]])


@case(V, quadratic)
def swapped_entries(x):
    x[0], x[3] = x[3], x[0]
    x[[1, 2]] = x[[2, 1]]
    return x * np.arange(4)


@case(V, quadratic)
def sorted_in_place(x):
    x.sort()
    return x * np.arange(4)


@case(V, quadratic)
def filled(x):
    a = np.empty((2, 3))
    a.fill(x[0])
    a[1].fill(x[1] * x[2])
    return a


@case(V, quadratic)
def fill_diagonal(x):
    a = np.ones((3, 3))
    np.fill_diagonal(a, x[0] * x[1])
    return a


@case(V, quadratic)
def put_place_copyto_putmask(x):
    a = np.zeros(4)
    np.put(a, [0, 2], x[:2])
    b = np.arange(4.0)
    np.place(b, b > 1.5, [x[0], x[1] ** 2])
    c = np.ones(4)
    np.copyto(c, x, where=[True, False, False, True])
    d = np.zeros(4)
    np.putmask(d, x > 1, x**2)
    return a + b + c + d


@case(V, quadratic)
def put_along_axis(x):
    a = np.zeros((2, 2))
    np.put_along_axis(a, np.array([[1], [0]]), x[:2, None] * x[2], axis=1)
    return a


@case(V, quadratic)
def add_at(x):
    y = np.zeros(3)
    np.add.at(y, [0, 0, 2, 1], x**2)
    np.subtract.at(y, [1], x[0])
    return y


@case(V, quadratic)
def histogram_by_hand(x):
    totals = np.zeros(2)
    for label, t in zip([0, 1, 0, 1], x, strict=True):
        totals[label] += t * t
    return totals


@case(V, quadratic)
def results_into_out(x):
    y = np.zeros(4)
    np.add(x, 1.0, out=y)
    np.multiply(y, x, y)
    return y


@case(V, quadratic)
def list_grown(x):
    out = []
    for t in x:
        out.append(t * t)
    out[1] = out[0] + x[3]
    out.extend([x[0], 2.0])
    del out[2]
    return np.array(out)


@case(V, quadratic)
def nested_lists_written(x):
    a = [[0.0] * 2 for _ in range(2)]
    a[0][1] = x[0] * x[1]
    a[1][0] = x[2]
    return np.array(a)


@case(V, quadratic)
def augmented_by_concatenation(x):
    y = np.array([])
    for t in x:
        y = np.append(y, t**2)
    return y


@case(V, quadratic)
def integer_zeros_replaced(x):
    y = np.zeros(4, dtype=int)
    y = y + x
    return y * x[0]


@case(V, quadratic)
def three_dimensional_write(x):
    a = np.zeros((2, 2, 2))
    a[0, :, 1] = x[:2]
    a[..., 0] = x[2] * x[3]
    a[1, 1, 1:] = x[0]
    return a


@case(V, quadratic)
def einsum_diagonal_view(x):
    a = np.zeros((2, 2))
    a[range(2), range(2)] = x[:2]
    a += a.T * x[3]
    return a


@case(V, quadratic)
def index_named_twice(x):
    y = np.ones(3)
    y[[0, 0, 2]] = x[:3] * x[3]
    return y


DATA = np.array([1.0, 2.0, 4.0, 8.0])


@case(V, quadratic)
def copy_of_constant_written(x):
    y = DATA.copy()
    y[1] = x[0] * x[1]
    z = DATA * 2
    z[::3] = x[:2]
    return y + z


@case(V, quadratic)
def cumulated_into_out(x):
    y = np.empty_like(x)
    np.cumsum(x, out=y)
    return y * x
