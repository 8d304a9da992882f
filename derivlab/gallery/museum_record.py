"""What an exhibit is, and the tools that gave the wrong numbers, run again."""

from __future__ import annotations

import ast
import html
import inspect
import math
import textwrap
import types
import warnings
from collections.abc import Callable, Iterator, Mapping
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
        return autograd.jacobian(repointed)(x if np.ndim(x) else np.float64(x))


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
        return np.stack(columns, axis=-1).reshape(np.shape(columns[0]) + np.shape(x)).astype(float)[()]

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


def code(f: Callable[..., Any]) -> str:
    """The source of a function, without its decorators and its docstring."""
    source = textwrap.dedent(inspect.getsource(f))
    function = ast.parse(source).body[0]
    lines = source.splitlines()
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(getattr(first.value, "value", None), str):
        del lines[first.lineno - 1 : first.end_lineno]
    return "\n".join(lines[function.lineno - 1 :])


def number(value: Any) -> str:
    """A number or an array in six digits; "none" where there is no derivative."""
    if value is None:
        return "none"
    array = np.asarray(value, dtype=float) + 0.0  # no -0
    if array.ndim:
        return "[" + ", ".join(map(number, array)) + "]"
    return f"{array:.6g}"


@dataclass(frozen=True, eq=False, repr=False)
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

    @property
    def code(self) -> str:
        """The function, as a visitor reads it."""
        return code(self.f)

    @property
    def mended(self) -> str:
        """The function to write instead."""
        return code(self.mend)

    @property
    def truth(self) -> str:
        """The right number in words: of a kink the slopes on its two sides."""
        if self.sides is None and np.ndim(self.right) == 2:
            return f"a matrix, diagonal {number(np.diag(self.right))}"
        if self.sides is None:
            return number(self.right)
        left, right = (number(np.ravel(side)[0]) for side in self.sides)
        return f"none: left {left}, right {right}" + (" each" if np.ndim(self.sides[0]) else "")

    def __repr__(self) -> str:
        return f"{self.title} ({self.issue})\n{textwrap.indent(self.code, '    ')}\n    at {number(self.x)}"

    def reproduce(self) -> Any:
        """The wrong number, made again: a float for a number, else an array."""
        value = np.asarray(self.tool(self.f, np.copy(self.x) if np.ndim(self.x) else self.x), dtype=float)
        return value if value.ndim else float(value)


@dataclass(frozen=True, repr=False)
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

    def __repr__(self) -> str:
        """The exhibits without their labels: what a visitor sees before the answers."""
        return "\n\n".join([self.name, *map(repr, self.exhibits)])

    def __iter__(self) -> Iterator[Exhibit]:
        return iter(self.exhibits)

    def _repr_html_(self) -> str:
        """The same for a notebook, with links to the reports."""
        parts = (
            f'<p style="margin:.8em 0 0"><b>{html.escape(e.title)}</b> '
            f'(<a href="{e.url}">{html.escape(e.issue)}</a>), at {number(e.x)}</p>'
            f'<pre style="margin:.2em 0 0 1.5em;font-family:var(--jp-code-font-family,monospace)">{html.escape(e.code)}</pre>'
            for e in self
        )
        return f"<div>{''.join(parts)}</div>"

    def labels(self) -> str:
        """The answers: what the tool says when it is run again, what is right, and what had happened."""
        head = ("exhibit", "the tool says", "right")
        rows = [head, *((e.name, number(np.round(e.reproduce(), 12)), e.truth) for e in self)]
        wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
        table = ("  ".join(cell.ljust(w) for cell, w in zip(row, wide, strict=True)).rstrip() for row in rows)
        stories = (textwrap.fill(f"{e.name}: {e.story}", 100, subsequent_indent="  ") for e in self)
        return "\n".join([*table, "", *stories])
