"""What a constant between a gradient, or a part of it, and the truth is called: signs, means, factors."""

from __future__ import annotations

import numpy as np

from derivlab.coach.evidence import Wrong

Named = tuple[str, str]


def told(it: Wrong, k: float, what: str) -> Named:
    """The name of k times the truth and a sentence on `what`, "it" or a part."""
    if abs(k) < 1e-9:
        return (
            "dropped term",
            f"{what} is 0 where the truth is not; the input acts on f, so the upstream must reach it.",
        )
    sign = "has the wrong sign and " if k < 0 else ""
    for size, of in _sizes(it):
        if abs(abs(k) / size - 1) < 1e-6 and not (size == 2 and not _averages(it)):
            return (
                "missing mean",
                f"{what} {sign}is {size} times too large, and {size} is {of}: f takes a mean; divide by {size}.",
            )
        if abs(abs(k) * size - 1) < 1e-6 and not (size == 2 and it.x.size >= it.upstream.size):
            return (
                "mean instead of sum",
                f"{what} {sign}is {size} times too small, and {size} is {of}: f adds up; sum instead of taking the mean, or divide once only.",
            )
    if abs(k + 1) < 1e-6:
        return "sign", f"{what} has the wrong sign; turn it."
    kind = "factor 2" if any(abs(abs(k) - r) < 1e-6 for r in (2.0, 0.5)) else "missing factor"
    return (
        kind,
        f"{what} is {abs(k):.6g} times the truth{' and the sign turned' * (k < 0)}; multiply by {1 / k:.6g}.",
    )


def _sizes(it: Wrong) -> list[tuple[int, str]]:
    """Numbers that a mean may be taken over, and what they are."""
    found: dict[int, str] = {}
    for name, value in [*zip(it.problem.names, it.values, strict=True), ("f(x)", it.upstream)]:
        shape = np.shape(value)
        for axis, n in enumerate(shape):
            found.setdefault(n, f"the length of axis {axis} of {name}")
        found.setdefault(int(np.prod(shape, dtype=int)), f"the size of {name}")
        found.setdefault(int(np.prod(shape[:-1], dtype=int)), f"the number of rows of {name}")
    return [(n, of) for n, of in found.items() if n > 1]


def _averages(it: Wrong) -> bool:
    """Whether f takes a mean, or divides."""
    names = it.graphs[0].names if it.graphs else ()
    return any(word in name for name in names for word in ("mean", "divide", "average", "var", "std"))
