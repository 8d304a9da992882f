"""What an exhibit is, and the tools that gave the wrong numbers, run again."""

from __future__ import annotations

import inspect
import math
import textwrap
import types
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])
Tool = Callable[[Callable[..., Any], Any], Any]
NAN = math.nan


def engine(f: Callable[..., Any], x: Any, rules: Mapping[str, Any] | None = None) -> Any:
    """The Jacobian by autograd as it is: the function's own `np` becomes autograd's; `rules` replace some of it."""
    import autograd
    import autograd.numpy

    namespace = types.SimpleNamespace(**{**vars(autograd.numpy), **(rules or {})})
    repointed = types.FunctionType(f.__code__, {**f.__globals__, "np": namespace})
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return autograd.jacobian(repointed)(x)


def rule(name: str, vjp: Callable[..., Any]) -> Tool:
    """Autograd with one rule of differentiation replaced by the mistaken one of a report."""

    def tool(f: Callable[..., Any], x: Any) -> Any:
        from autograd.extend import defvjp, primitive

        mistaken = primitive(getattr(np, name))
        defvjp(mistaken, vjp)
        return engine(f, x, {name: mistaken})

    return tool


def difference(step: float, seed: int | None = None) -> Tool:
    """Central differences with one absolute step for every coordinate, as a naive checker takes them."""

    def tool(f: Callable[..., Any], x: Any) -> Any:
        np.random.seed(seed)
        ways = step * np.eye(np.size(x)).reshape(np.size(x), *np.shape(x))
        columns = [(f(x + way) - f(x - way)) / (2 * step) for way in ways]
        return np.stack(columns, axis=-1).reshape(np.shape(columns[0]) + np.shape(x)).astype(float)

    return tool


def complex_step(f: Callable[..., Any], x: Any) -> Any:
    """Im f(x + ih)/h at h = 1e-20, whether f is analytic or not; x is a number."""
    return np.imag(f(x + 1e-20j)) / 1e-20


def summed(f: Callable[..., Any], x: Any) -> Any:
    """The gradient of the sum of all outputs, which is what a `grad` of a vector returns in several tools."""
    full = np.asarray(engine(f, x))
    return full.sum(axis=tuple(range(full.ndim - np.ndim(x))))


def flipped(f: Callable[..., Any], x: Any) -> Any:
    """The right rule with the wrong sign."""
    return -np.asarray(engine(f, x))


@dataclass(frozen=True, eq=False)
class Exhibit:
    """A publicly reported wrong gradient, its mechanism in a few lines of NumPy, and its mend.

    `issue` is `owner/repository#number`. `wrong` is what `tool(f, x)` gives again here and `right` the truth, or None
    where no derivative exists, with the one-sided ones in `sides`. `meant` says that the truth is that of the thing
    which the program stands for; of the program as written, the wrong number may well be the derivative. `mend` is
    the function to write instead: plain autograd gets `right` from it.
    """

    name: str
    title: str
    project: str
    issue: str
    f: Callable[..., Any]
    x: Any
    wrong: Any
    right: Any
    story: str
    mend: Callable[..., Any]
    room: str
    tool: Tool = engine
    sides: tuple[Any, Any] | None = None
    meant: bool = False
    see_also: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """Where the report can be read."""
        return "https://github.com/{}/issues/{}".format(*self.issue.split("#"))

    def reproduce(self) -> Any:
        """The wrong number, made again: a float for a number, else an array."""
        value = np.asarray(self.tool(self.f, np.copy(self.x) if np.ndim(self.x) else self.x), dtype=float)
        return value if value.ndim else float(value)


@dataclass(frozen=True)
class Room:
    """A room of the museum: `@room(issue, x, wrong=..., right=..., ...)` above a function hangs an exhibit."""

    name: str
    lesson: str
    exhibits: list[Exhibit] = field(default_factory=list)

    def __call__(self, issue: str, x: Any, **texts: Any) -> Callable[[Function], Function]:
        """Hang the decorated function; its name is the exhibit's, its docstring the story."""

        def hang(f: Function) -> Function:
            project = issue.split("/")[1].split("#")[0]
            point = np.array(x, dtype=float) if isinstance(x, list) else x
            story = " ".join((f.__doc__ or "").split())
            texts.setdefault("project", project)
            self.exhibits.append(
                Exhibit(f.__name__, issue=issue, f=f, x=point, story=story, room=self.name, **texts)
            )
            return f

        return hang
