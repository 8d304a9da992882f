"""The gradient program against hand-written gradients and autograd, and torch, mygrad and JAX where installed.

Costs are multiples of one evaluation of f in the same run. Recording, and JAX's compilation, are printed apart.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
from ratios import Case, table

import derivlab as dl

RNG = np.random.default_rng(0)
DATA, LABELS = RNG.normal(size=(569, 30)), RNG.choice([-1.0, 1.0], 569)
INPUTS, TARGETS = RNG.normal(size=(128, 64)), RNG.normal(size=(128, 10))
SIZES = (64 * 60, 60, 60 * 18, 18, 18 * 10)  # 5,178 parameters


def functions(np: ModuleType, array: Callable = lambda a: a) -> dict[str, Callable]:
    """The four functions in one namespace; `array` turns the data into its arrays."""
    data, labels, inputs, targets = map(array, (DATA, LABELS, INPUTS, TARGETS))

    def rosenbrock(x):
        return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    def ackley(x):
        hill = -20 * np.exp(-0.2 * np.sqrt(np.mean(x**2)))
        return hill - np.exp(np.mean(np.cos(6.283185307179586 * x))) + 22.718281828459045

    def logistic(w):
        return np.mean(np.log(1 + np.exp(-labels * (data @ w)))) + 0.1 * np.sum(w * w)

    def network(p):
        parts, start = [], 0
        for size in SIZES:
            parts.append(p[start : start + size])
            start += size
        first = np.tanh(inputs @ parts[0].reshape(64, 60) + parts[1])
        second = np.tanh(first @ parts[2].reshape(60, 18) + parts[3])
        rest = second @ parts[4].reshape(18, 10) - targets
        return np.mean(rest * rest)

    return {"Rosenbrock": rosenbrock, "Ackley": ackley, "logistic regression": logistic, "network": network}


POINTS = [("Rosenbrock", n) for n in (10, 100, 1_000, 10_000)]
POINTS += [("Ackley", 100), ("Ackley", 10_000), ("logistic regression", 30), ("network", sum(SIZES))]


def torch_gradient(name: str, x: np.ndarray) -> Callable[[], Any]:
    import torch

    names = {"sum": torch.sum, "exp": torch.exp, "sqrt": torch.sqrt, "mean": torch.mean, "cos": torch.cos, "log": torch.log, "tanh": torch.tanh}  # fmt: skip
    space = type("Torch", (), {k: staticmethod(v) for k, v in names.items()})
    f = functions(space, torch.from_numpy)[name]  # type: ignore[arg-type]

    def gradient():
        t = torch.from_numpy(x).clone().requires_grad_(True)
        f(t).backward()
        return t.grad.numpy()

    return gradient


def mygrad_gradient(name: str, x: np.ndarray) -> Callable[[], Any]:
    import mygrad

    f = functions(mygrad)[name]

    def gradient():
        t = mygrad.tensor(x)
        f(t).backward()
        return t.grad

    return gradient


def jax_gradient(name: str, x: np.ndarray) -> Callable[[], Any]:
    import jax

    jax.config.update("jax_enable_x64", True)
    compiled = jax.jit(jax.grad(functions(jax.numpy, jax.numpy.asarray)[name]))
    return lambda: np.asarray(compiled(x))


PEERS = {"torch": torch_gradient, "mygrad": mygrad_gradient, "jax": jax_gradient}


def main() -> None:
    ours, boxed = functions(np), functions(anp)
    for name, n in POINTS:
        x = np.random.default_rng(1).uniform(-0.5, 0.5, n)
        f = ours[name]
        start = time.perf_counter()
        program = dl.gradient_program(f, x)
        recording = 1e3 * (time.perf_counter() - start)
        rows = {
            "f": lambda f=f, x=x: f(x),
            "program": lambda program=program, x=x: program(x),
            "reverse": lambda f=f, x=x: dl.gradient(f, x),
            "autograd": lambda g=boxed[name], x=x: autograd.grad(g)(x),
        }
        rows |= {peer: make(name, x) for peer, make in PEERS.items() if find_spec(peer)}
        truth = rows["autograd"]()
        errors = {
            k: "" if k == "f" else f"{np.max(np.abs((call()[1] if k == 'program' else call()) - truth)):.0e}"
            for k, call in rows.items()
        }
        title = f"{name}, n = {n:,} (recorded in {recording:.1f} ms)"
        table(Case(title, rows, 100 if n < 5000 else 40), {"/ f": "f", "/ program": "program"}, errors)


if __name__ == "__main__":
    main()
