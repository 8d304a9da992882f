"""What a gradient of another shape than that of the truth is."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial

import numpy as np

from derivlab.gradcheck.mistakes import same


def misshapen(given: list[np.ndarray], true: list[np.ndarray], out: tuple, shape: tuple) -> tuple[str, str]:
    """What a gradient of another shape is, by its values at all points."""
    got, full = given[0].shape, out + shape
    has = f"grad has the shape {got}, and x the shape {shape}" + (f", f(x) the shape {out}" if out else "")

    def all_are(change: Callable) -> bool:
        try:
            return all(np.all(same(np.reshape(change(g), full), t)) for g, t in zip(given, true, strict=True))
        except ValueError:
            return False

    turned = (lambda g: np.moveaxis(g, range(len(shape)), range(-len(shape), 0))) if out else np.transpose
    if (got == full[::-1] or (out and got == shape + out)) and all_are(turned):
        return "transposed", f"{has}: it is the transpose of the truth."
    if given[0].size == np.prod(full, dtype=int) and all_are(lambda g: g):
        return "wrong shape", f"{has}; its numbers are right, reshape it to {full}."
    for count in range(1, len(got) + 1):
        for axes in itertools.combinations(range(len(got)), count):
            for how, words in ((np.sum, "summed"), (np.mean, "averaged")):
                if all_are(partial(how, axis=axes)):
                    over = f"axis {axes[0]}" if count == 1 else f"axes {axes}"
                    return "unsummed broadcast", f"{has}; {words} over {over} it is right: what f broadcasts, its gradient must sum."  # fmt: skip
    if len(got) > len(full) and got[len(got) - len(full) :] == full:
        return "unsummed broadcast", f"{has}: it has an axis more; what f broadcasts, its gradient must sum."
    if len(got) == len(full) and got == full[::-1]:
        return "transposed", f"{has}: its axes are swapped, and its numbers are wrong too."
    return "wrong shape", f"{has}; return {full}."
