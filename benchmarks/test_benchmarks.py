"""The same rows by pytest-benchmark: `pytest benchmarks --benchmark-only`, which prints ratios in each group."""

import bench_automatic
import bench_numerical
import pytest

ROWS = [
    pytest.param(case.title, call, id=f"{case.title}: {name}")
    for module in (bench_automatic, bench_numerical)
    for case in module.cases()
    for name, call in case.rows.items()
]


@pytest.mark.parametrize(("title", "call"), ROWS)
def test_row(benchmark, title, call):
    benchmark.group = title
    benchmark(call)
