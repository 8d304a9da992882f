"""Where a hand-written vjp is tried: at the inputs themselves and beside them, with several random upstreams."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from derivlab.coach.problem import Joint, Problem
from derivlab.coach.replies import Reply
from derivlab.gradcheck.probes import around

PLACES = 5  # the inputs themselves, three places near them, one with all signs turned


@dataclass(frozen=True, eq=False)
class Trial:
    """One call: the inputs, the upstream, the true gradients by input, and what came back."""

    values: tuple
    upstream: np.ndarray
    reply: Reply
    problem: Problem
    claimed: tuple[int, ...]

    @cached_property
    def value(self) -> np.ndarray:
        """f at the inputs."""
        return self.problem.forward(self.values)[0]

    @cached_property
    def truths(self) -> dict[int, tuple[np.ndarray, bool]]:
        """For each input that a gradient is claimed for: the truth, and whether it is doubtful."""
        return {i: self.problem.vjp(i, self.values, self.upstream) for i in self.claimed}

    def given(self, i: int) -> np.ndarray:
        return self.reply.gradients[i]

    def vjp(self, i: int) -> np.ndarray:
        """The truth for any input, claimed or not."""
        return self.problem.vjp(i, self.values, self.upstream)[0]

    def true(self, i: int) -> np.ndarray:
        return self.truths[i][0]


def places(problem: Problem, moving: tuple[int, ...], rng: np.random.Generator) -> list[tuple[tuple, bool]]:
    """Inputs of which those named move together, and whether each place is near the first."""
    joint = Joint(problem.f, problem.values, moving, problem.cached)
    flat = np.concatenate([np.ravel(problem.values[i]) for i in moving])
    return [(spread(problem, moving, p), near) for p, near in around(joint, flat, PLACES, rng)]


def spread(problem: Problem, moving: tuple[int, ...], flat: np.ndarray) -> tuple:
    """The inputs with those named taken from a flat vector."""
    values, at = list(problem.values), 0
    for i in moving:
        size, shape = np.size(values[i]), np.shape(values[i])
        part = flat[at : at + size].reshape(shape)
        values[i] = part.copy() if shape else np.float64(part)
        at += size
    return tuple(values)


def upstreams(problem: Problem, shape: tuple, count: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Those of the problem, then random ones far from 0 and 1, of the shape of f's value."""
    if problem.only:
        return list(problem.upstreams)
    known = [u for u in problem.upstreams if u.shape == shape and count > 1]
    signs = (rng.choice([-1.0, 1.0], shape) for _ in range(count - len(known)))
    return known + [np.asarray(rng.uniform(0.4, 1.6, shape) * sign) for sign in signs]
