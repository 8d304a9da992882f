"""Reading parts of arrays: slices, masks, index arrays, permutations, loops over entries."""

from __future__ import annotations

import numpy as np

from derivlab.gallery import Topic, quadratic

case = Topic("indexing")

V = [0.5, -1.5, 2.0, 3.0, -0.75]
M = [[0.5, -1.5, 2.0], [3.0, 0.75, -0.375], [1.25, -2.25, 0.875]]
T = [[[0.5, -1.5], [2.0, 3.0]], [[0.75, -0.375], [1.125, 0.25]]]

# name, f, x: parts of arrays are linear in them
for name, f, x in (
    ("last_entry", lambda x: x[-1], V),
    ("entry_of_matrix", lambda x: x[1, 2] + x[1][0] - x[-1, -1], M),
    ("row", lambda x: x[1], M),
    ("column", lambda x: x[:, 1], M),
    ("column_kept_two_dimensional", lambda x: x[:, 1:2], M),
    ("every_second", lambda x: x[::2], V),
    ("reversed", lambda x: x[::-1], V),
    ("negative_step_from_end", lambda x: x[-2:0:-2], V),
    ("all_but_ends", lambda x: x[1:-1] - 2 * x[:-2] + x[2:], V),
    ("block_of_entries", lambda x: x[:2, 1:], M),
    ("ellipsis", lambda x: x[..., 0], T),
    ("ellipsis_in_the_middle", lambda x: x[1, ..., ::-1], T),
    ("newaxis", lambda x: x[:, np.newaxis] - x[np.newaxis, :], V),
    ("none_index", lambda x: x[None, :, None] * np.ones((2, 1, 2)), V),
    ("slice_object", lambda x: x[slice(1, 4)], V),
    ("tuple_index", lambda x: x[(0, 2)] + x[tuple(1 for _ in range(2))], M),
    ("boolean_mask", lambda x: x[x > 0], V),
    ("boolean_list", lambda x: x[[True, False, True, True, False]], V),
    ("mask_of_matrix", lambda x: x[x > 0.6], M),
    ("mask_of_rows", lambda x: x[x[:, 0] > 1], M),
    ("where_indices", lambda x: x[np.where(x < 0)], V),
    ("nonzero_indices", lambda x: x[np.nonzero(x > 0)], M),
    ("flatnonzero", lambda x: x[np.flatnonzero(x > 0)], V),
    ("argwhere", lambda x: np.array([x[tuple(i)] for i in np.argwhere(x > 0)]), M),
    ("integer_array", lambda x: x[np.array([3, 0, 0, 1])], V),
    ("integer_list", lambda x: x[[2, 2, -1]], V),
    ("integer_matrix", lambda x: x[np.array([[0, 1], [4, 4]])], V),
    ("rows_by_list", lambda x: x[[2, 0]], M),
    ("pairs_of_indices", lambda x: x[[0, 1, 2], [2, 1, 0]], M),
    ("mixed_slice_and_list", lambda x: x[1:, [0, 2]], M),
    ("integer_and_list", lambda x: x[0, [2, 1, 1]], M),
    ("ix_", lambda x: x[np.ix_([0, 2], [1, 2])], M),
    ("range_index", lambda x: x[np.arange(3), np.arange(3)[::-1]], M),
    ("diag_indices", lambda x: x[np.diag_indices(3)], M),
    ("upper_triangle_indices", lambda x: x[np.triu_indices(3, k=1)], M),
    ("lower_triangle_indices_from", lambda x: x[np.tril_indices_from(x)], M),
    ("take", lambda x: np.take(x, [0, 3]), V),
    ("take_axis", lambda x: x.take([2, 0], axis=1), M),
    ("take_flattened", lambda x: np.take(x, [5, 7]), M),
    ("take_wrapped", lambda x: np.take(x, [6, -7], mode="wrap"), V),
    ("take_along_axis", lambda x: np.take_along_axis(x, np.argsort(x, axis=1), axis=1), M),
    ("compress", lambda x: np.compress([True, False, True], x, axis=0), M),
    ("extract", lambda x: np.extract(x > 0, x), M),
    ("choose_rows", lambda x: np.choose([0, 2, 1], x), M),
    ("sort", lambda x: np.sort(x), V),
    ("sort_rows", lambda x: np.sort(x, axis=1), M),
    ("sort_columns", lambda x: np.sort(x, axis=0)[::-1], M),
    ("sort_flattened", lambda x: np.sort(x, axis=None), M),
    ("argsort_permutation", lambda x: x[np.argsort(-x)] * np.arange(5), V),
    ("argmax_entry", lambda x: x[np.argmax(x)] - x[x.argmin()], V),
    ("argmax_of_rows", lambda x: x[np.arange(3), x.argmax(axis=1)], M),
    ("unravelled_argmax", lambda x: x[np.unravel_index(np.argmax(x), x.shape)], M),
    ("builtin_sorted", lambda x: np.array(sorted(x)), V),
    ("sorted_by_key", lambda x: np.stack(sorted(x, key=lambda t: -t)), V),
    ("unpacked", lambda x: np.array([x[0] - x[1], *x[2:]]), V),
    ("starred_assignment", lambda x: (lambda first, *rest: rest[-1] - first)(*x), V),
    ("unpacked_rows", lambda x: (lambda a, b, c: a - 2 * b + c)(*x), M),
    ("for_over_columns", lambda x: sum(k * c for k, c in enumerate(x.T)), M),
    ("ndenumerate", lambda x: sum((i + 2 * j) * v for (i, j), v in np.ndenumerate(x)), M),
    ("ndindex", lambda x: sum((i[0] - i[1]) * x[i] for i in np.ndindex(x.shape)), M),
    ("flat_iterator", lambda x: sum(k * v for k, v in enumerate(x.flat)), M),
    ("flat_index", lambda x: x.flat[4] - x.flat[-1], M),
    ("sliding_window_view", lambda x: np.lib.stride_tricks.sliding_window_view(x, 3) @ [1.0, 2.0, 1.0], V),
    ("searchsorted_interval", lambda x: x[np.searchsorted([0.0, 1.0, 2.5], 1.7)] * 2, V),
    ("interp_traced_ordinates", lambda x: np.interp([0.5, 2.2, 9.0], np.arange(5.0), x), V),
    ("diagonal_method", lambda x: x.diagonal() + np.diagonal(x, offset=-2), M),
    ("diag_of_matrix", lambda x: np.diag(x, k=1), M),
    ("trace_method", lambda x: x.trace() - np.trace(x, offset=1), M),
    ("triangles", lambda x: np.tril(x, k=-1) + 2 * np.triu(x), M),
    ("one_element_array", lambda x: x[1:2], V),
    ("squeezed_slice", lambda x: x[:, :1].squeeze(), M),
    ("unwrap_small_phases", lambda x: np.unwrap(x[:3]), V),
    ("integer_from_shape", lambda x: x[len(x) // 2] + x[x.size - 1] + x[x.shape[0] - 2] + x[x.ndim], V),
    ("delete", lambda x: np.delete(x, [1, 3]), V),
    ("trim_by_comparison_of_neighbours", lambda x: x[1:][x[1:] > x[:-1]], V),
    ("histogram_weights", lambda x: np.bincount([0, 1, 1, 2, 0], weights=x), V),
    ("interval_by_digitize", lambda x: x[np.digitize([0.2, 1.7], [0.0, 1.0, 2.0])], V),
):
    case(x, quadratic, name=name)(f)

for name, f, x in (
    ("neighbour_products", lambda x: x[:-1] * x[1:], V),
    ("dot_with_reversed", lambda x: x @ x[::-1], V),
    ("circular_neighbours", lambda x: sum(x[i] * x[(i + 1) % len(x)] for i in range(len(x))), V),
    ("pairwise_squared_distances", lambda x: ((x[:, None, :] - x[None, :, :]) ** 2).sum(-1), M),
    (
        "shoelace_area",
        lambda x: 0.5 * np.sum(x[:, 0] * np.roll(x[:, 1], -1) - x[:, 1] * np.roll(x[:, 0], -1)),
        M,
    ),
    ("rows_times_rows", lambda x: x[0] * x[1] + x[2, ::-1] ** 2, M),
    ("symmetric_part_squared", lambda x: np.sum(((x + x.T) / 2) ** 2), M),
    ("embedding_lookup", lambda x: (x[[0, 2, 2, 1]] * x[[1, 1, 0, 2]]).sum(axis=1), M),
):
    case(x, quadratic, name=name)(f)

case.table(
    (
        "interp_traced_abscissa",
        lambda x: np.interp(x, [0.0, 1.0, 3.0], [2.0, 5.0, 1.0]),
        [0.5, 2.0],
        ((3.0, 0.0), (0.0, -2.0)),
    ),
    (
        "interp_all_traced",
        lambda x: np.interp(x[0], x[1:4], x[4:]),
        [0.4, 0.0, 1.0, 2.0, 5.0, 3.0, 4.0],
        (-2.0, 1.2, 0.8, 0.0, 0.6, 0.4, 0.0),
    ),
    (
        "gathered_log_probabilities",
        lambda x: -np.log(x[[0, 1], [1, 0]]).mean(),
        [[0.2, 0.8], [0.5, 0.5]],
        ((0.0, -0.625), (-1.0, 0.0)),
    ),
    (
        "geometric_mean_of_positive",
        lambda x: np.exp(np.log(x[x > 0]).mean()),
        V,
        (0.9614997135382722, 0.0, 0.24037492838456806, 0.1602499522563787, 0.0),
    ),
)
