"""Python's operators for a class whose values belong to a namespace: each is the call of a NumPy function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

Kind = TypeVar("Kind", bound=type)

_ARITHMETIC = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "pow": "power", "mod": "remainder",
    "floordiv": "floor_divide", "matmul": "matmul", "divmod": "divmod", "and": "bitwise_and", "or": "bitwise_or", "xor": "bitwise_xor",
}  # fmt: skip
ORDER = {
    "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal", "eq": "equal", "ne": "not_equal",
}  # fmt: skip
_UNARY = {"neg": "negative", "pos": "positive", "abs": "absolute", "invert": "invert"}


def operators(kind: Kind) -> Kind:
    """The class with every operator calling `self.space` by the name of its NumPy function."""
    numbers: set[type] = {kind, float, int, np.float64, np.ndarray}
    for short, name in _ARITHMETIC.items():
        for prefix, method in zip(("", "r", "i"), _binary(short, name, numbers), strict=True):
            setattr(kind, f"__{prefix}{short}__", method)
    for short, name in ORDER.items():
        setattr(kind, f"__{short}__", _binary(short, name, numbers)[0])
    for short, name in _UNARY.items():
        setattr(kind, f"__{short}__", lambda self, name=name: self.space.call(name, (self,), {}))
    return kind


def _has_its_own(other: Any, reflected: str) -> bool:
    """Whether a user's object answers the operator itself, and is no sequence of numbers."""
    if isinstance(other, (np.ndarray, np.generic, list, tuple, complex)):
        return False
    kind = type(other)
    ours = kind.__module__.split(".")[0] in ("builtins", "numpy", "mpmath", "sympy", "autograd", "derivlab")
    return not ours and hasattr(kind, reflected)


def _binary(short: str, name: str, numbers: set[type]) -> tuple[Callable, ...]:
    """The operator, its reflection and its form in place."""
    reflected = f"__r{short}__"

    def forward(self, other):
        if type(other) not in numbers and _has_its_own(other, reflected):
            return NotImplemented
        return self.space.call(name, (self, other), {})

    def backward(self, other):
        return self.space.call(name, (other, self), {})

    def inplace(self, other):
        result = self.space.call(name, (self, other), {})
        if not self.ndim:
            return result
        self[...] = result
        return self

    return forward, backward, inplace
