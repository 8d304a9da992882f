"""Sums, products, extremes, spreads and differences along axes."""

from __future__ import annotations

import numpy as np

from derivlab.gallery import Topic, quadratic

case = Topic("reductions")

V = [0.5, -1.5, 2.0, 3.0]
M = [[0.5, -1.5, 2.0], [3.0, 0.75, -0.375]]
T = [[[0.5, -1.5], [2.0, 3.0]], [[0.75, -0.375], [1.125, 0.25]]]

# name, f, x: linear maps
for name, f, x in (
    ("sum_all", lambda x: np.sum(x), M),
    ("sum_axis_0", lambda x: np.sum(x, axis=0), M),
    ("sum_last_axis_keepdims", lambda x: x.sum(axis=-1, keepdims=True), M),
    ("sum_two_axes", lambda x: np.sum(x, axis=(0, 2)), T),
    ("sum_where", lambda x: np.sum(x, where=[True, False, True]), M),
    ("sum_initial", lambda x: np.sum(x, initial=0.0), M),
    ("builtin_sum_of_rows", lambda x: sum(x), M),
    ("builtin_sum_of_generator", lambda x: sum(k * t for k, t in enumerate(x)), V),
    ("mean_axis", lambda x: x.mean(axis=1), M),
    ("mean_two_axes_keepdims", lambda x: np.mean(x, axis=(1, 2), keepdims=True), T),
    ("subtract_mean", lambda x: x - x.mean(axis=0), M),
    ("cumsum", lambda x: np.cumsum(x), V),
    ("cumsum_axis", lambda x: x.cumsum(axis=1), M),
    ("cumsum_flattened", lambda x: np.cumsum(x), M),
    ("add_reduce", lambda x: np.add.reduce(x), M),
    ("add_reduce_all_axes", lambda x: np.add.reduce(x, axis=None), M),
    ("add_accumulate", lambda x: np.add.accumulate(x, axis=1), M),
    ("add_reduceat", lambda x: np.add.reduceat(x, [0, 1, 3]), V),
    ("add_outer", lambda x: np.add.outer(x, 2 * x), V),
    ("subtract_outer", lambda x: np.subtract.outer(x, x), V),
    ("maximum_reduce", lambda x: np.maximum.reduce(x), M),
    ("minimum_accumulate", lambda x: np.minimum.accumulate(x), V),
    ("max_axis", lambda x: np.max(x, axis=1), M),
    ("min_method_keepdims", lambda x: x.min(axis=0, keepdims=True), M),
    ("amax_minus_amin", lambda x: np.amax(x) - np.amin(x, axis=1), M),
    ("builtin_max_and_min", lambda x: max(x) - min(x[0], x[1], x[2]), V),
    ("ptp", lambda x: np.ptp(x, axis=1), M),
    ("median_odd", lambda x: np.median(x[:3]), V),
    ("median_even", lambda x: np.median(x), V),
    ("median_axis", lambda x: np.median(x, axis=1), M),
    ("percentile", lambda x: np.percentile(x, 30), V),
    ("percentiles", lambda x: np.percentile(x, [25, 50, 75]), V),
    ("quantile_axis", lambda x: np.quantile(x, 0.4, axis=1), M),
    ("nansum_nanmean", lambda x: np.nansum(x, axis=0) + np.nanmean(x), M),
    ("nanmax_nanmin", lambda x: np.nanmax(x) - np.nanmin(x), M),
    ("diff", lambda x: np.diff(x), V),
    ("diff_second", lambda x: np.diff(x, n=2), V),
    ("diff_axis_prepend", lambda x: np.diff(x, axis=0, prepend=0.0), M),
    ("ediff1d", lambda x: np.ediff1d(x), V),
    ("gradient_unit_spacing", lambda x: np.gradient(x), V),
    ("gradient_spacing", lambda x: np.gradient(x, 0.1), V),
    ("gradient_of_grid", lambda x: np.gradient(x, axis=1), M),
    ("gradient_both_axes", lambda x: np.stack(np.gradient(x)), M),
    ("gradient_uneven", lambda x: np.gradient(x, np.array([0.0, 0.1, 0.5, 1.0])), V),
    ("gradient_second_order_edges", lambda x: np.gradient(x, 0.5, edge_order=2), V),
    ("trapezoid", lambda x: np.trapezoid(x, dx=0.5), V),
    ("trapezoid_given_abscissae", lambda x: np.trapezoid(x, [0.0, 0.1, 0.5, 1.0]), V),
    ("average_with_weights", lambda x: np.average(x, weights=[1, 2, 3, 4]), V),
    ("average_axis_with_weights", lambda x: np.average(x, axis=1, weights=[1, 2, 3]), M),
    ("cumulative_sum", lambda x: np.cumulative_sum(x), V),
    ("apply_along_axis", lambda x: np.apply_along_axis(np.sum, 1, x), M),
    ("sum_of_list", lambda x: np.sum([x[0], x[1], 3 * x[2]]), V),
    ("mean_of_list", lambda x: np.mean([x[0], x[1], 3 * x[2]]), V),
    ("sorted_smallest_two", lambda x: np.sum(np.sort(x)[:2]), V),
    ("partition", lambda x: np.sum(np.partition(x, 2)[:2]), V),
):
    case(x, quadratic, name=name)(f)

for name, f, x in (
    ("sum_of_squares", lambda x: np.sum(x**2), V),
    ("mean_square", lambda x: np.mean(np.square(x)), M),
    ("var", lambda x: np.var(x), V),
    ("var_method_ddof_axis", lambda x: x.var(axis=1, ddof=1), M),
    ("variance_with_keepdims", lambda x: np.var(x, axis=0, keepdims=True), M),
    ("nanvar", lambda x: np.nanvar(x), V),
    ("multiply_outer", lambda x: np.multiply.outer(x, x), V),
    ("product_of_two", lambda x: np.prod(x[:2]) + x[2:].prod(), V),
    ("weights_of_their_own", lambda x: np.average(x, weights=[1.0, 2.0, 3.0, 4.0]) * np.max(x), V),
    ("trapezoid_of_square", lambda x: np.trapezoid(x**2, axis=0), M),
    ("covariance", lambda x: np.cov(x), M),
    ("covariance_of_columns", lambda x: np.cov(x, rowvar=False), M),
    ("covariance_of_two", lambda x: np.cov(x, x[::-1], bias=True), V),
    ("scatter_matrix", lambda x: (x - x.mean(0)).T @ (x - x.mean(0)), M),
):
    case(x, quadratic, name=name)(f)


def others(x):
    """Of each entry, the product of all the others."""
    return np.array([np.prod(np.delete(x, i)) for i in range(len(x))])


case.table(
    ("prod", lambda x: np.prod(x), V, others),
    ("prod_through_zero", lambda x: x.prod(), [0.0, 2.0, 3.0], others),
    ("multiply_reduce", lambda x: np.multiply.reduce(x), V, others),
    ("cumprod_last", lambda x: np.cumprod(x)[-1], V, others),
    ("multiply_accumulate", lambda x: np.multiply.accumulate(x), [2.0, 3.0], ((1.0, 0.0), (3.0, 2.0))),
    ("cumprod_axis", lambda x: x.cumprod(axis=0)[1], [[2.0, 3.0]] * 2, (((2, 0), (2, 0)), ((0, 3), (0, 3)))),
    ("prod_axis", lambda x: np.prod(x, axis=1), [[2.0, 3.0]] * 2, (((3, 2), (0, 0)), ((0, 0), (3, 2)))),
    ("std", lambda x: np.std(x), V, lambda x: (x - x.mean()) / x.size / x.std()),
    ("std_ddof", lambda x: x.std(ddof=1), V, lambda x: (x - x.mean()) / (x.size - 1) / x.std(ddof=1)),
    (
        "std_axis_sum",
        lambda x: np.sum(np.std(x, axis=1)),
        M,
        (
            (0.038749212914606423, -0.4262413420606707, 0.3874921291460643),
            (0.44543540318737396, -0.0890870806374748, -0.3563483225498992),
        ),
    ),
    (
        "standardised",
        lambda x: (x - np.mean(x)) / np.std(x),
        [0.5, -1.5, 2.0],
        (
            (0.46184872690111983, -0.1979351686719085, -0.26391355822921136),
            (-0.1979351686719085, 0.0848293580022465, 0.11310581066966201),
            (-0.26391355822921136, 0.11310581066966201, 0.15080774755954934),
        ),
    ),
    (
        "coefficient_of_variation",
        lambda x: np.std(x) / np.mean(x),
        V,
        (-0.4976166020227778, -0.7925005143325721, -0.2764536677904321, -0.129011711635535),
    ),
    (
        "correlation",
        lambda x: np.corrcoef(x[:3], x[3:])[0, 1],
        [0.5, -1.5, 2.0, 3.0, 0.7, -0.4],
        (
            0.31827072898869113,
            -0.13640174099515334,
            -0.18186898799353776,
            0.10246494755449873,
            -0.3167098378957233,
            0.2142448903412246,
        ),
    ),
    (
        "skewness",
        lambda x: np.mean((x - x.mean()) ** 3) / np.var(x) ** 1.5,
        V,
        (-0.44901510655111393, 0.29349032104178957, -0.19816867831026816, 0.35369346381959255),
    ),
    (
        "logsumexp_by_hand",
        lambda x: np.log(np.sum(np.exp(x - x.max()))) + x.max(),
        V,
        lambda x: np.exp(x) / np.exp(x).sum(),
    ),
    ("logaddexp_reduce", lambda x: np.logaddexp.reduce(x), V, lambda x: np.exp(x) / np.exp(x).sum()),
    (
        "softmax_by_hand",
        lambda x: np.exp(x) / np.sum(np.exp(x)),
        V,
        lambda x: (
            np.diag(np.exp(x) / np.exp(x).sum()) - np.outer(np.exp(x), np.exp(x)) / np.exp(x).sum() ** 2
        ),
    ),
    (
        "softmax_of_rows",
        lambda x: (np.exp(x) / np.exp(x).sum(axis=1, keepdims=True))[:, 0],
        M,
        (
            ((0.14633545143359383, -0.004289418519525398, -0.14204603291406842), (0.0, 0.0, 0.0)),
            ((0.0, 0.0, 0.0), (0.10750316955926892, -0.08115575383606391, -0.026347415723205005)),
        ),
    ),
    (
        "entropy_of_softmax",
        lambda x: -np.sum(np.exp(x) / np.sum(np.exp(x)) * np.log(np.exp(x) / np.sum(np.exp(x)))),
        V,
        (0.11649443113758132, 0.03097242993947315, 0.14441117109451998, -0.29187803217157443),
    ),
    ("geometric_mean", lambda x: np.exp(np.mean(np.log(x))), [1.0, 2.0, 4.0], lambda x: 2 / (3 * x)),
    (
        "harmonic_mean",
        lambda x: len(x) / np.sum(1.0 / x),
        [1.0, 2.0, 4.0],
        lambda x: 3 / (1 / x).sum() ** 2 / x**2,
    ),
    ("euclidean_length", lambda x: np.sqrt((x**2).sum()), V, lambda x: x / np.linalg.norm(x)),
    (
        "p_norm_by_hand",
        lambda x: np.sum(np.abs(x) ** 3) ** (1 / 3),
        V,
        (0.021926342261992925, -0.19733708035793632, 0.3508214761918868, 0.7893483214317453),
    ),
    ("hypot_reduce", lambda x: np.hypot.reduce(x), V, lambda x: x / np.linalg.norm(x)),
    (
        "traced_weights",
        lambda x: np.average([1.0, 2.0, 4.0, 8.0], weights=np.exp(x)),
        V,
        (-0.312028818396054, -0.0346251969626253, -0.6430548496560391, 0.9897088650147184),
    ),
    ("log_of_product", lambda x: np.log(np.prod(x)), [1.0, 2.0, 4.0], lambda x: 1 / x),
)
