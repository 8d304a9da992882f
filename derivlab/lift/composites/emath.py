"""numpy.emath: complex answers where real ones end."""

from __future__ import annotations

import numpy as np

from derivlab.lift.lifted import numbers


def _opened(x, inside):
    return x if np.all(inside(numbers(x))) else x + 0j


def sqrt(x):
    return np.sqrt(_opened(x, lambda v: v >= 0))


def log(x):
    return np.log(_opened(x, lambda v: v >= 0))


def power(x, p):
    return np.power(_opened(x, lambda v: v >= 0), p)
