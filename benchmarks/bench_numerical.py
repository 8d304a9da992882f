"""Numerical methods against SciPy, numdifftools and autograd: interleaved medians of one run, as ratios."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import autograd
import autograd.numpy as anp
import numdifftools
import numpy as np
from ratios import Case, table
from scipy.optimize._numdiff import approx_derivative

import derivlab as dl


def rosenbrock(x):
    """Takes vectors and batches of columns alike."""
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2, axis=0)


def rosenbrock_boxed(x):
    return anp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2, axis=0)


def rosenbrock_plain(x):
    """The same without an axis, as most people write it: it takes a batch only when it is lifted to one."""
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def rosenbrock_loop(x):
    total = 0.0
    for k in range(len(x) - 1):
        total += 100 * (x[k + 1] - x[k] ** 2) ** 2 + (1 - x[k]) ** 2
    return total


def rosenbrock_counting(x):
    """Keeps state, and so is called at one point at a time."""
    global calls
    calls += 1
    return rosenbrock_plain(x)


calls = 0
METHODS = ("forward_difference", "central_difference", "five_point", "richardson", "complex_step")
SIZES = (
    (100, rosenbrock, "f takes batches", 15),
    (100, rosenbrock_plain, "f takes one point", 15),
    (100, rosenbrock_loop, "f loops over its input", 5),
    (100, rosenbrock_counting, "f keeps state", 9),
    (10, rosenbrock_plain, "f takes one point", 60),
    (2, rosenbrock_plain, "f takes one point", 100),
)


def rows(f: Callable, x: np.ndarray) -> dict[str, Callable]:
    return {
        **{f"scipy {m}": lambda m=m: approx_derivative(f, x, method=m) for m in ("2-point", "3-point", "cs")},
        "numdifftools": lambda: numdifftools.Gradient(f)(x),
        "autograd": lambda: autograd.grad(rosenbrock_boxed)(x),
        **{name: lambda name=name: dl.gradient(f, x, name) for name in METHODS},
    }


def cases() -> Iterator[Case]:
    for n, f, what, rounds in SIZES:
        yield Case(f"n = {n}, {what}", rows(f, np.linspace(0.5, 1.5, n)), rounds)


def main() -> None:
    for case, (n, *_) in zip(cases(), SIZES, strict=True):
        truth = autograd.grad(rosenbrock_boxed)(np.linspace(0.5, 1.5, n))
        size = np.max(np.abs(truth))
        errors = {
            name: f"{np.max(np.abs(np.ravel(call()) - truth)) / size:.0e}" for name, call in case.rows.items()
        }
        table(
            case,
            {
                "/ 2-point": "scipy 2-point",
                "/ 3-point": "scipy 3-point",
                "/ cs": "scipy cs",
                "/ numdifftools": "numdifftools",
            },
            errors,
        )


if __name__ == "__main__":
    main()
