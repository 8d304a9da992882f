"""Reverse and forward mode on plain NumPy against autograd on its own namespace, as ratios in one run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType

import autograd
import autograd.numpy as anp
import numpy as np
from autograd.core import make_jvp
from ratios import Case, table

import derivlab as dl

RNG = np.random.default_rng(0)
DATA, LABELS = RNG.normal(size=(60, 50)), RNG.choice([-1.0, 1.0], 60)
INPUTS, TARGETS = RNG.normal(size=(200, 30)), RNG.normal(size=200)


def functions(np: ModuleType) -> dict[str, tuple[Callable, int]]:
    """Functions of ten operations and more, written in a namespace, with the sizes of their input."""

    def rosenbrock(x):
        return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    def ackley(x):
        hill = -20 * np.exp(-0.2 * np.sqrt(np.mean(x**2)))
        return hill - np.exp(np.mean(np.cos(2 * np.pi * x))) + 20 + np.e

    def mixture(x):
        u = np.sin(x) * np.exp(-(x**2))
        v = np.tanh(u) + np.cos(3 * x)
        return np.sum(np.log1p(v * v) * np.sqrt(1 + x**2)) + np.dot(x, v)

    def logistic(w):
        return np.mean(np.log(1 + np.exp(-LABELS * (DATA @ w)))) + 0.1 * np.sum(w * w)

    def network(p):
        hidden = np.tanh(INPUTS @ p[:600].reshape(30, 20) + p[600:620])
        rest = hidden @ p[620:640] - TARGETS
        return np.mean(rest * rest)

    def flow(x):
        for _ in range(30):
            x = 0.9 * x + 0.1 * np.sin(x)
        return np.sum(x * x)

    def chain(x):
        total = 0.0
        for k in range(len(x) - 1):
            total = total + (x[k + 1] - x[k]) ** 2
        return total

    return {
        "Rosenbrock, n = 100": (rosenbrock, 100),
        "Rosenbrock, n = 10,000": (rosenbrock, 10_000),
        "Ackley, n = 100": (ackley, 100),
        "mixture, n = 10": (mixture, 10),
        "mixture, n = 10,000": (mixture, 10_000),
        "logistic regression, n = 50": (logistic, 50),
        "network, n = 640": (network, 640),
        "flow, n = 100": (flow, 100),
        "chain by entries, n = 100": (chain, 100),
    }


def cases() -> Iterator[Case]:
    boxed = functions(anp)
    for name, (f, n) in functions(np).items():
        x, g = np.random.default_rng(1).uniform(0.5, 1.5, n), boxed[name][0]
        v = np.ones(n)
        yield Case(
            name,
            {
                "f": lambda f=f, x=x: f(x),
                "autograd grad": lambda g=g, x=x: autograd.grad(g)(x),
                "reverse": lambda f=f, x=x: dl.gradient(f, x),
                "autograd make_jvp": lambda g=g, x=x, v=v: make_jvp(g, x)(v),
                "forward (jvp)": lambda f=f, x=x, v=v: dl.jvp(f, x, v),
            },
            150 if n < 1000 else 60,
        )


def main() -> None:
    for case in cases():
        table(case, {"/ f": "f", "/ grad": "autograd grad", "/ make_jvp": "autograd make_jvp"})


if __name__ == "__main__":
    main()
