"""Numerical methods against SciPy, numdifftools and autograd: interleaved medians of one run, as ratios."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import autograd
import autograd.numpy as anp
import numdifftools
import numpy as np
from scipy.optimize._numdiff import approx_derivative

from derivlab.methods.numerical import (
    CentralDifference,
    ComplexStep,
    FivePoint,
    ForwardDifference,
    Richardson,
)


def rosenbrock(x):
    """Takes vectors and batches of columns alike."""
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2, axis=0)


def rosenbrock_boxed(x):
    return anp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2, axis=0)


def rosenbrock_alone(x):
    """The same without an axis, so that it takes one point at a time."""
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def scipy_rows(f: Callable, x: np.ndarray) -> dict[str, Callable]:
    return {f"scipy {m}": lambda m=m: approx_derivative(f, x, method=m) for m in ("2-point", "3-point", "cs")}


def our_rows(f: Callable, x: np.ndarray) -> dict[str, Callable]:
    methods = (ForwardDifference(), CentralDifference(), FivePoint(), Richardson(), ComplexStep())
    return {m.name: lambda m=m: m.jacobian(f, x).value for m in methods}


def medians(rows: dict[str, Callable], rounds: int) -> dict[str, float]:
    """Every row once a round, so that all see the same machine; microseconds."""
    times: dict[str, list[float]] = {name: [] for name in rows}
    for _ in range(rounds):
        for name, call in rows.items():
            start = time.perf_counter()
            call()
            times[name].append(time.perf_counter() - start)
    return {name: 1e6 * statistics.median(t) for name, t in times.items()}


def table(title: str, rows: dict[str, Callable], truth: np.ndarray, rounds: int) -> dict[str, float]:
    took = medians(rows, rounds)
    print(f"\n{title}\n{'method':<20}{'µs':>10}{'error':>10}{'/ 3-point':>12}{'/ numdifftools':>16}")
    for name, call in rows.items():
        error = np.max(np.abs(np.ravel(call()) - truth)) / np.max(np.abs(truth))
        print(
            f"{name:<20}{took[name]:>10.0f}{error:>10.0e}{took[name] / took['scipy 3-point']:>12.3f}"
            f"{took[name] / took['numdifftools']:>16.4f}"
        )
    return took


def main() -> None:
    for n, f, title, rounds in (
        (100, rosenbrock, "n = 100, f takes batches", 9),
        (100, rosenbrock_alone, "n = 100, one point at a time", 9),
        (10, rosenbrock_alone, "n = 10, one point at a time", 40),
        (2, rosenbrock_alone, "n = 2, one point at a time", 80),
    ):
        x = np.linspace(0.5, 1.5, n)
        rows = {
            **scipy_rows(f, x),
            "numdifftools": lambda f=f, x=x: numdifftools.Gradient(f)(x),
            "autograd": lambda x=x: autograd.grad(rosenbrock_boxed)(x),
            **our_rows(f, x),
        }
        table(title, rows, autograd.grad(rosenbrock_boxed)(x), rounds)


if __name__ == "__main__":
    main()
