"""Gradients that return something else than an array of the shape of x."""

from __future__ import annotations

import numpy as np

from derivlab.gallery.gradients_record import Shelf

shapes = Shelf("Shapes and types")

SHELVES = (shapes,)

B = np.array([[1.0, 2.0, 0.5], [0.3, -1.0, 0.8]])


def total(x):
    return np.sum(x**2)


@shapes(total, [1.0, 2.0, 3.0], "wrong shape")
def column(x):
    """A column: x minus a column is a square matrix."""
    return 2.0 * x[:, None]


@shapes(total, [1.0, 2.0, 3.0], "wrong shape")
def one_number(x):
    """The entries are added up."""
    return np.sum(2.0 * x)


@shapes(lambda W: np.sum(np.sin(W @ np.array([1.0, 2.0, 3.0]))), B, "transposed")
def matrix_transposed(W):
    """(3, 2) for (2, 3)."""
    return np.outer(np.array([1.0, 2.0, 3.0]), np.cos(W @ np.array([1.0, 2.0, 3.0])))


@shapes(lambda x: np.sin(B @ x), [0.1, 0.2, 0.3], "transposed")
def jacobian_on_its_side(x):
    """(3, 2) for (2, 3)."""
    return (np.cos(B @ x)[:, None] * B).T


@shapes(lambda x: np.sin(B @ x), [0.1, 0.2, 0.3], "wrong shape")
def gradient_of_the_sum(x):
    """The outputs are added up; f has two."""
    return np.cos(B @ x) @ B


@shapes(lambda s: np.sum(s * B**2), 0.7, "unsummed broadcast")
def scale(s):
    """A scalar acts on all entries."""
    return B**2


@shapes(lambda c: np.sum((B - c[:, None]) ** 2), [0.5, -0.3], "unsummed broadcast")
def row_centres(c):
    """The columns are not summed."""
    return -2.0 * (B - c[:, None])


@shapes(total, [1.0, 2.0, 3.0], "not finite")
def not_a_number(x):
    """0/0 on the way."""
    return 2.0 * x * (x - x) / (x - x)


@shapes(total, [1.0, 2.0, 3.0], "no value")
def forgets_to_return(x):
    """There is no return statement."""
    2.0 * x


@shapes(total, [1.0, 2.0, 3.0], "raises")
def names_nothing(x):
    """A name that does not exist."""
    return 2.0 * z  # noqa: F821


@shapes(total, [1.0, 2.0, 3.0], "mutates x")
def in_place(x):
    """Right numbers, written over the caller's x."""
    x *= 2.0
    return x


@shapes(total, [1.3, 2.6, 3.9], "unknown", "missing factor", "dropped term")
def whole_numbers(x):
    """The result is cast to integers."""
    return (2.0 * x).astype(int)
