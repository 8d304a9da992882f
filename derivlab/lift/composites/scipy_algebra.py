"""scipy.linalg by its textbook definitions."""

from __future__ import annotations

import numpy as np

from derivlab.lift.lifted import numbers


def solve_triangular(a, b, trans=0, lower=False, unit_diagonal=False, **_):
    a = np.tril(a) if lower else np.triu(a)
    if unit_diagonal:
        a = a - np.diag(np.diag(a)) + np.eye(len(a))
    return np.linalg.solve(a.T if trans in (1, "T") else a, b)


def expm(a):
    """Scaling and squaring of the Taylor series, 30 terms at norm below 1/2."""
    size = np.max(np.sum(np.abs(numbers(a)), axis=0))
    squarings = 0
    while size > 0.5:
        size, squarings = size / 2, squarings + 1
    a = a / 2.0**squarings
    out = term = np.eye(len(a))
    for k in range(1, 31):
        term = term @ a / k
        out = out + term
    for _ in range(squarings):
        out = out @ out
    return out


def solve(a, b, **_):
    return np.linalg.solve(a, b)


def cholesky(a, lower=False, **_):
    return np.linalg.cholesky(a) if lower else np.linalg.cholesky(a).T
