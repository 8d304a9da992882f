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

    def clusters(x):
        apart = INPUTS[:, None, :5] - x.reshape(4, 5)
        fit = -0.5 * np.sum(apart * apart, axis=2)
        top = np.max(fit, axis=1, keepdims=True)
        return np.sum(np.log(np.sum(np.exp(fit - top), axis=1)) + top[:, 0])

    def camera(x):
        turn = np.sqrt(np.sum(x[:3] ** 2))
        axis, point = x[:3] / turn, x[3:6]
        across = np.cross(axis, point) * np.sin(turn) + axis * np.dot(axis, point) * (1 - np.cos(turn))
        seen = point * np.cos(turn) + across + x[6:9]
        flat = seen[:2] / seen[2]
        far = np.sum(flat * flat)
        return np.sum((flat * (1 + 0.1 * far + 0.01 * far * far) - 0.5) ** 2)

    def statistics(x):
        z = (x - np.mean(x)) / np.std(x)
        return np.sum(z**3) + np.var(x) + np.sum(np.abs(z)) + np.linalg.norm(x) * np.mean(np.cos(x))

    def diffusion(x):
        wide = np.concatenate([x[-1:], x, x[:1]])
        new = x + 0.1 * (wide[2:] - 2 * wide[1:-1] + wide[:-2]) - 0.1 * x**3
        return np.sum(new * new) + np.sum((np.roll(new, 1) - new) ** 2) + np.max(new)

    def kinks(x):
        y = np.clip(np.minimum(np.where(x > 1, x**2, np.sin(x)), 3.0), -1.0, 2.5)
        y = np.maximum(y, 0.9 * x)
        return np.sum(y * np.exp(-y)) + np.prod(x[:3]) + np.sum(np.sort(x) * y)

    def matrices(x):
        outer = np.outer(x, x)
        square = np.einsum("ij,jk->ik", outer, outer)
        rows = np.vstack([x, x**2, np.sin(x)])
        return np.trace(square) + np.sum(np.tensordot(outer, x, 1)) + np.sum(np.diff(np.cumsum(rows, axis=1)))

    def pendulum(x):
        def rate(s):
            return np.array([s[1], -np.sin(s[0]), s[3], s[0] * s[1] - s[2]])

        for _ in range(5):
            a = rate(x)
            b = rate(x + 0.025 * a)
            x = x + 0.05 * rate(x + 0.025 * b)
        return np.sum(x * x)

    return {
        "clusters, n = 20": (clusters, 20),
        "camera, n = 9": (camera, 9),
        "statistics, n = 20": (statistics, 20),
        "diffusion, n = 20": (diffusion, 20),
        "kinks, n = 20": (kinks, 20),
        "matrices, n = 20": (matrices, 20),
        "pendulum, n = 4": (pendulum, 4),
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
