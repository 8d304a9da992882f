"""A vjp that fails for want of a transpose: with one matrix turned it runs, and is right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from derivlab.coach.replies import Asked, Reply
from derivlab.coach.trials import upstreams

Named = tuple[str, str]


def untransposed(asked: Asked) -> Named | None:
    """The input whose gradient needs a transpose, and a sentence; None where no transpose helps."""
    it = asked.problem
    upstream = upstreams(it, it.forward(it.values)[0].shape, 2, np.random.default_rng(6))[0]
    candidates: list[Any] = [*(i for i in it.floats if np.ndim(it.values[i]) == 2), "upstream"]
    for which in candidates:
        reply = replace(asked, way=replace(asked.way, turned=which))(it.values, upstream)
        if reply.gradients and not reply.fault and _right(asked, reply, upstream):
            name = which if isinstance(which, str) else it.names[which]
            of = next((it.names[i] for i in sorted(reply.gradients) if _needs(asked, i, which, upstream)), "")
            return (
                of,
                f"{asked.name} fails; with {name} transposed it runs and is right: write {name}.T there.",
            )
    return None


def _right(asked: Asked, reply: Reply, upstream: np.ndarray) -> bool:
    it = asked.problem
    for i, given in reply.gradients.items():
        true = it.vjp(i, it.values, upstream)[0]
        if given.shape != true.shape or not np.allclose(
            given, true, rtol=1e-7, atol=1e-10 * np.max(np.abs(true))
        ):
            return False
    return True


def _needs(asked: Asked, i: int, k: Any, upstream: np.ndarray) -> bool:
    """Whether the gradient by input i depends on input k, or is a matrix that the upstream is multiplied for."""
    it = asked.problem
    if k == "upstream":
        return np.ndim(it.values[i]) == 2
    moved = (*it.values[:k], 1.1 * it.values[k], *it.values[k + 1 :])
    return not np.allclose(it.vjp(i, it.values, upstream)[0], it.vjp(i, moved, upstream)[0], rtol=1e-6)
