"""Copies, views and casts under lifted values: what NumPy copies is a copy, what rounds is refused."""

import numpy as np
import pytest

import derivlab as dl

FOLLOWING = ("forward", "reverse", "symbolic", "reference")
X = np.array([1.3, 2.7])


def written(make):
    """x₀² + y₀, where y₀ is written over: 2x₀ and 5 where y is a copy, 0 and 50x₁ + 5 where it is x itself."""

    def f(x):
        y = make(x)
        y[0] = 5 * x[1]
        return x[0] ** 2 + y[0]

    return f


COPIES = {
    "copy": np.copy,
    "array": np.array,
    "array copy": lambda x: np.array(x, copy=True),
    "asarray copy": lambda x: np.asarray(x, copy=True),
    "astype": lambda x: x.astype(float),
    "flatten": lambda x: x.flatten(),
    "fancy": lambda x: x[[0, 1]],
    "plus": lambda x: +x,
}
VIEWS = {
    "asarray": np.asarray,
    "array no copy": lambda x: np.array(x, copy=False),
    "array if needed": lambda x: np.array(x, copy=None),
    "astype no copy": lambda x: x.astype(float, copy=False),
    "view": lambda x: x.view(),
    "same dtype": lambda x: x.view(np.float64),
}
# Views that no rule knows: refused, since f has another value when it is run again.
UNSEEN = {
    "nan_to_num": lambda x: np.nan_to_num(x, copy=False),
    "real": lambda x: x.real,
    "np.real": np.real,
    "windows": lambda x: np.lib.stride_tricks.sliding_window_view(x, 2, writeable=True)[0],
    "meshgrid": lambda x: np.meshgrid(x, copy=False)[0],
    "einsum": lambda x: np.einsum("i->i", x),
}


@pytest.mark.parametrize("method", FOLLOWING)
@pytest.mark.parametrize("name", COPIES)
def test_writing_to_a_copy_leaves_x_alone(name, method):
    assert dl.gradient(written(COPIES[name]), X, method) == pytest.approx(np.array([2.6, 5.0]), rel=1e-12)


@pytest.mark.parametrize("method", FOLLOWING)
@pytest.mark.parametrize("name", VIEWS)
def test_writing_to_x_under_another_name_changes_x(name, method):
    assert dl.gradient(written(VIEWS[name]), X, method) == pytest.approx(np.array([0.0, 140.0]), rel=1e-12)


@pytest.mark.parametrize("method", FOLLOWING)
@pytest.mark.parametrize("name", UNSEEN)
def test_writing_to_a_view_is_refused_or_right(name, method):
    try:
        found = dl.gradient(written(UNSEEN[name]), X, method)
    except dl.DerivativeError:
        return
    assert found == pytest.approx(np.array([0.0, 140.0]), rel=1e-12)


def buffered(make):
    def f(x):
        y = make(2)
        y[:] = x
        return np.sum(y**2)

    return f


ROUNDED = {
    "zeros": buffered(lambda n: np.zeros(n, dtype=np.float32)),
    "empty": buffered(lambda n: np.empty(n, "f4")),
    "half": buffered(lambda n: np.ones(n, np.half)),
    "fromiter": lambda x: np.sum(np.fromiter(x, dtype=np.float32) ** 2),
    "full": lambda x: np.full(3, x[0], dtype=np.float32).sum(),
    "linspace": lambda x: np.linspace(x[0], x[1], 3, dtype=np.float32).sum(),
    "sum": lambda x: np.sum(x, dtype=np.float32),
    "sum by position": lambda x: np.sum(x, 0, np.float32),
    "mean": lambda x: x.mean(dtype=np.float32),
    "whole numbers": lambda x: np.sum(x, dtype=int) * 1.0,
    "in place": lambda x: np.sum(np.multiply(np.ones(2, np.float32), x, out=np.ones(2, np.float32), casting="unsafe")),
    "bits": lambda x: np.sum((x.view(np.uint64) ^ np.uint64(1 << 63)).view(float)),
    "complex view": lambda x: np.imag(x.view(complex)[0] ** 2),
    "text": lambda x: np.sum(x.astype("S32").astype(float) ** 2),
}  # fmt: skip


@pytest.mark.parametrize("method", FOLLOWING)
@pytest.mark.parametrize("name", ROUNDED)
def test_what_rounds_or_reads_the_bits_is_refused(name, method):
    with pytest.raises(dl.DerivativeError):
        dl.gradient(ROUNDED[name], X, method)


@pytest.mark.parametrize("method", FOLLOWING)
def test_whole_numbers_that_a_range_is_cut_to_have_no_slope(method):
    assert not dl.gradient(
        lambda x: np.linspace(x[0], x[1], 3, dtype=int).sum() * 1.0, [1.2, 3.8], method
    ).any()
    assert dl.gradient(lambda x: np.full(3, x, dtype=int).sum() * x, 3.3, method) == pytest.approx(9.0)


@pytest.mark.parametrize("method", FOLLOWING)
def test_what_follows_the_axis_by_position_is_a_type_and_no_keepdims(method):
    def f(x):
        table = x * np.ones((3, 2))
        total = np.sum(table, 0, float) * np.array([1.0, 2.0])
        return np.sum(total) + np.max(x, 0, None, True)[0] ** 2 + np.sum(x, None, None, None, True)[0] ** 2

    assert dl.gradient(f, X, method) == pytest.approx(np.array([11.0, 6.0 + 5.4 + 8.0]), rel=1e-12)


@pytest.mark.parametrize("method", FOLLOWING)
@pytest.mark.parametrize("order", ["C", "F", "A", "K"])
def test_orders_of_memory_are_numpys_own_or_refused(order, method):
    x, weights = np.array([[0.3, 1.7, 2.1], [1.2, 0.5, 2.8]]), np.arange(1.0, 7.0)
    for lay in (lambda x: x, lambda x: x.T, lambda x: 2 * x.T, lambda x: (2 * x.T).copy()):
        for flat in (
            lambda y: np.ravel(y, order),
            lambda y: y.flatten(order),
            lambda y: np.ravel(y, order=order),
        ):

            def f(x, lay=lay, flat=flat):
                return flat(lay(x)) @ weights

            try:
                found = dl.gradient(f, x, method)
            except dl.DerivativeError:
                assert order in ("A", "K")
                continue
            assert found == pytest.approx(dl.gradient(f, x, "central_difference"), rel=1e-7)
