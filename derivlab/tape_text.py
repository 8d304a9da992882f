"""Values, constants and nodes of a tape in a line of text."""

from __future__ import annotations

from typing import Any

import numpy as np


def short(value: Any) -> str:
    """A constant in a few characters."""
    if isinstance(value, slice):
        ends = ["" if end is None else str(end) for end in (value.start, value.stop, value.step)]
        return ":".join(ends if ends[2] else ends[:2])
    if isinstance(value, tuple):
        return ", ".join(map(short, value))
    if isinstance(value, (float, int, np.number)) and not isinstance(value, bool):
        return f"{value:.6g}"
    if isinstance(value, np.ndarray):
        return f"array{value.shape}".replace(",)", ")") if value.size > 3 else shown(value)
    return "..." if value is Ellipsis else repr(value)


def shown(value: Any, digits: int = 6) -> str:
    """A value in one line: all entries of a short array, the first and last of a long one."""
    if np.ndim(value) == 0:
        return f"{value + 0.0:.{digits}g}"  # no minus before a zero
    plain = {"float_kind": lambda entry: f"{entry + 0.0:.{digits}g}"}
    text = np.array2string(np.asarray(value), threshold=6, edgeitems=2, separator=", ", formatter=plain)  # type: ignore[arg-type]
    return " ".join(text.split())


def row(node: Any) -> str:
    """Number, name, operation, value and the user's line of a node."""
    return (
        f"#{node.index:<4}{node.name:<8} {node.expression:<28} {shown(node.value):<30} {node.line}".rstrip()
    )
