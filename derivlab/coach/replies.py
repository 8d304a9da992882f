"""What a hand-written vjp returns, input by input, and what is odd about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from derivlab.coach.conventions import Way
from derivlab.coach.problem import Problem, copied
from derivlab.errors import told
from derivlab.gradcheck.answers import read


@dataclass(frozen=True)
class Reply:
    """A gradient for each input that it has one for, by the number of the input, or the fault that leaves none."""

    gradients: dict[int, np.ndarray]
    fault: str = ""
    says: str = ""
    notes: tuple[str, ...] = ()
    eps: float = 2.0**-52
    where: int | None = None  # the input that a fault concerns


@dataclass(frozen=True, eq=False)
class Asked:
    """A hand-written vjp with the way it is called, ready to be asked at any inputs and upstream."""

    my: Callable
    way: Way
    problem: Problem
    name: str

    def __call__(self, values: tuple, upstream: np.ndarray) -> Reply:
        """Call it once with fresh copies, and look at what comes back and at what it changed."""
        try:
            output, raw, cache = self.problem.forward(values)
        except Exception as error:
            return Reply({}, "raises", f"f raises {type(error).__name__} beside x.")
        own, up = copied(values), upstream.copy() if upstream.ndim else np.float64(upstream)
        before = [a.copy() for a in _arrays(cache)]
        try:
            with np.errstate(all="ignore"):
                found = self.way(self.my, own, up, output.copy() if output.ndim else raw, cache)
                found = self._times(found, upstream) if self.way.bare else found
        except Exception as error:
            return Reply({}, "raises", f"{self.name} raises {told(error)}.")
        reply = self._split(found)
        changed = self._changed(values, own, upstream, up, before, cache)
        if changed and not reply.fault:
            return replace(
                reply,
                fault=f"mutates {changed}",
                says=f"{self.name} changes the {changed} that it is given, which others still use; work on a copy: {changed} = {changed}.copy().",
            )
        return reply

    def _times(self, found: Any, upstream: np.ndarray) -> Any:
        parts = found if isinstance(found, tuple) else (found,)
        return tuple(None if p is None else np.multiply(p, upstream) for p in parts)

    def _split(self, found: Any) -> Reply:
        parts, fault = _parts(found, self.problem)
        if fault:
            return Reply({}, "no value", fault.format(self.name))
        gradients, notes, eps = {}, [], 2.0**-52
        for i, part in parts.items():
            answer = read(part, None)
            if answer.value is None:
                says = answer.says.replace("grad returns", f"{self.name} returns for {self.problem.names[i]}")
                return Reply({}, "no value", says, where=i)
            gradients[i] = answer.value
            notes += [n.replace("grad returns", f"{self.name} returns") for n in answer.notes]
            eps = max(eps, answer.eps)
        return Reply(gradients, notes=tuple(dict.fromkeys(notes)), eps=eps)

    def _changed(self, values: tuple, own: tuple, upstream: np.ndarray, up: Any, before: list, cache: Any) -> str:  # fmt: skip
        for name, old, new in zip(self.problem.names, values, own, strict=True):
            if isinstance(old, np.ndarray) and not np.array_equal(old, new, equal_nan=True):
                return name
        if not np.array_equal(upstream, up):
            return "upstream"
        return "" if all(map(_equal, before, _arrays(cache))) else "cache"


def _equal(a: np.ndarray, b: np.ndarray) -> bool:
    return a.shape == b.shape and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")


def _arrays(cache: Any) -> Iterator[np.ndarray]:
    """The arrays that a cache holds, and the bytes of nothing else."""
    if isinstance(cache, np.ndarray):
        yield cache
    elif isinstance(cache, (tuple, list)):
        for part in cache:
            yield from _arrays(part)
    elif isinstance(cache, dict):
        yield from _arrays(list(cache.values()))
    elif hasattr(cache, "__dict__"):
        yield from _arrays(vars(cache))


def _parts(found: Any, problem: Problem) -> tuple[dict[int, Any], str]:
    """Each gradient with the number of its input; errors as a sentence."""
    names, floats = problem.names, problem.floats
    if found is None:
        return {}, "{} returns None; add a return statement."
    if isinstance(found, dict):
        keys = {f"{before}{name}": i for i, name in enumerate(names) for before in ("", "d", "d_", "grad_")}
        parts = {keys[k]: v for k, v in found.items() if k in keys}
        return parts, "" if parts else f"{{}} returns a dict with none of the names {', '.join(names)}."
    if not isinstance(found, (tuple, list)) or (len(floats) == 1 and _is_array(found, problem)):
        return {floats[0]: found}, ""
    if len(found) > len(names):
        return {}, f"{{}} returns {len(found)} values, and f has {len(names)} inputs; return one gradient for each input."  # fmt: skip
    order = range(len(names)) if len(found) == len(names) else floats
    parts = {i: v for i, v in zip(order, found, strict=False) if v is not None and i in floats}
    return parts, "" if parts else "{} returns no gradient; return one for each input."


def _is_array(found: Any, problem: Problem) -> bool:
    """Whether a list or tuple is itself the gradient of the only input."""
    if any(part is None for part in found):
        return False
    with suppress(ValueError):
        shape = np.shape(found)
        return shape == np.shape(problem.values[problem.floats[0]]) or (len(shape) == 1 and len(found) > 1)
    return False
