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


def rosenbrock_costly(x):
    """Keeps state and takes about 100 µs: evaluations are all that counts."""
    return rosenbrock_counting(x) + 0 * sum(range(6000))


def rosenbrock_scalars(x):
    """Two variables, without an array operation."""
    return 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2


def wave(x):
    return np.exp(-x[0]) * np.sin(3 * x[0])


def boxed(f: Callable) -> Callable:
    """The same in autograd's namespace."""
    return {wave: lambda x: anp.exp(-x[0]) * anp.sin(3 * x[0])}.get(f, rosenbrock_boxed)


calls = 0
METHODS = ("forward_difference", "central_difference", "five_point", "richardson", "complex_step")
SIZES = (
    (100, rosenbrock, "f takes batches", 15),
    (100, rosenbrock_plain, "f takes one point", 15),
    (100, rosenbrock_loop, "f loops over its input", 5),
    (100, rosenbrock_counting, "f keeps state", 9),
    (10, rosenbrock_plain, "f takes one point", 20),
    (10, rosenbrock_loop, "f loops over its input", 20),
    (10, rosenbrock_counting, "f keeps state", 20),
    (2, rosenbrock_plain, "f takes one point", 40),
    (2, rosenbrock_scalars, "f takes entries", 40),
    (1, wave, "f takes one entry", 40),
    (2, rosenbrock_costly, "f takes 100 µs", 9),
    (10, rosenbrock_costly, "f takes 100 µs", 3),
)


def rows(f: Callable, x: np.ndarray) -> dict[str, Callable]:
    return {
        **{f"scipy {m}": lambda m=m: approx_derivative(f, x, method=m) for m in ("2-point", "3-point", "cs")},
        "numdifftools": lambda: numdifftools.Gradient(f)(x),
        "autograd": lambda: autograd.grad(boxed(f))(x),
        **{name: lambda name=name: dl.gradient(f, x, name) for name in METHODS},
    }


def point(n: int) -> np.ndarray:
    return np.linspace(0.5, 1.5, n)


def evaluations(call: Callable, f: Callable, x: np.ndarray) -> int:
    """How often `call` evaluates f one point at a time."""
    count = 0

    def counted(x):
        nonlocal count
        count += 1
        return f(x)

    call(counted, x)
    return count


def cases() -> Iterator[Case]:
    for n, f, what, rounds in SIZES:
        yield Case(f"n = {n}, {what}", rows(f, point(n)), rounds)


def main() -> None:
    for case, (n, f, *_) in zip(cases(), SIZES, strict=True):
        truth = autograd.grad(boxed(f))(point(n))
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
    print("\nevaluations of an f that keeps state, n = 10")
    peers = {
        "numdifftools": lambda f, x: numdifftools.Gradient(f)(x),
        "scipy 3-point": lambda f, x: approx_derivative(f, x),
        "scipy cs": lambda f, x: approx_derivative(f, x, method="cs"),
    }
    for name, call in {**peers, **{m: lambda f, x, m=m: dl.gradient(f, x, m) for m in METHODS}}.items():
        print(f"{name:<22}{evaluations(call, rosenbrock_plain, point(10)):>10}")


if __name__ == "__main__":
    main()
