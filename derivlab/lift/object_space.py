"""What libraries share whose numbers live in NumPy arrays of objects."""

from __future__ import annotations

from typing import Any

import numpy as np

from derivlab.lift.lifted import Lifted
from derivlab.lift.space import Space
from derivlab.lift.tables import RESULTS

# NumPy's own function works on arrays of objects.
NATIVE = {
    "add", "subtract", "multiply", "divide", "negative", "positive", "power", "sum", "cumsum", "reshape", "ravel", "transpose",
    "concatenate", "stack", "hstack", "vstack", "dstack", "column_stack", "where", "dot", "matmul", "tensordot", "swapaxes",
    "moveaxis", "expand_dims", "squeeze", "diagonal", "tril", "triu", "broadcast_to", "atleast_1d", "atleast_2d", "atleast_3d", "rot90",
    "flipud", "fliplr", "sort", "max", "min", "array_split", "vsplit", "hsplit", "block",
}  # fmt: skip
ARITHMETIC = {
    "square": lambda x: x * x, "reciprocal": lambda x: 1 / x, "conjugate": lambda x: x.conjugate(), "real": lambda x: getattr(x, "real", x),
    "imag": lambda x: getattr(x, "imag", 0 * x),
    "maximum": lambda a, b: a if a >= b else b, "minimum": lambda a, b: a if a <= b else b,
    "rad2deg": lambda x: x * (180 / np.pi), "deg2rad": lambda x: x * (np.pi / 180),
}  # fmt: skip


class ObjectSpace(Space):
    """Arrays of objects: structure by NumPy itself, mathematics by a table of scalar functions."""

    scalar: dict[str, Any]

    def rule(self, key: str) -> Any:
        if key in ("array", "asarray"):
            return self.array
        if (scalar := self.of_numbers(key)) is not None:
            return lambda *args: _elementwise(scalar, args)
        if key in RESULTS and self.of_numbers(f"{key}.0"):
            parts = [self.of_numbers(f"{key}.{k}") for k in range(RESULTS[key])]
            return lambda *args: tuple(_elementwise(part, args) for part in parts)
        return getattr(np, key) if key in NATIVE else None

    def of_numbers(self, key: str) -> Any:
        """The function of single numbers, or None."""
        return self.scalar.get(key) or ARITHMETIC.get(key)

    def array(self, nested: Any) -> Any:
        return (
            np.stack([np.asarray(self.array(n), dtype=object) for n in nested])
            if isinstance(nested, (list, tuple))
            else nested
        )

    def constant(self, value: Any) -> Any:
        """A plain value as one of this library's."""
        return value

    def concrete(self, value: Any) -> Any:
        return value

    def traced(self, value: Any) -> bool:
        return not isinstance(value, (float, np.floating)) and np.asarray(value).dtype == object

    def own(self, value: Any) -> bool:
        """Whether it is a number of this library's."""
        raise NotImplementedError

    def enter(self, value: Any) -> Any:
        """A number as this namespace computes with it."""
        return value

    def entered(self, value: Any) -> Any:
        if not isinstance(value, (list, tuple, np.ndarray)):
            return Lifted(self, self.enter(value)) if self.own(value) else value
        nested = np.array(value, dtype=object)
        if not any(map(self.own, nested.flat)):
            return value
        return Lifted(self, _elementwise(self.enter, (nested,)))

    def assigned(self, value: Any, key: Any, new: Any) -> Any:
        out = np.array(value, dtype=object)
        out[key] = new
        return out


def _elementwise(scalar: Any, args: tuple) -> Any:
    return np.frompyfunc(scalar, len(args), 1)(*args)
