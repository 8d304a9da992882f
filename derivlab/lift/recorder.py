"""Recording a run: nodes that keep their values and know the user's line, names of variables, and decisions."""

from __future__ import annotations

import linecache
import math
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from types import FrameType
from typing import Any

import numpy as np
from autograd.core import VJPNode
from autograd.tracer import notrace_primitives

from derivlab.errors import DerivativeError
from derivlab.lift import Bound, Lifted, run
from derivlab.lift.autograd_space import AutogradSpace, Trace, plain
from derivlab.lift.lines import position, user_frame
from derivlab.lift.maps import BOXES
from derivlab.lift.sweeps import Pulled, order
from derivlab.lift.tables import ALIASES, CONCRETE, STEPS, function_of

# Answers that depend on the shape of x only.
SHAPES = {"shape", "ndim", "size", "result_type", "iscomplexobj", "isrealobj", "isscalar", "can_cast", "iscomplex", "isreal",
          "tril_indices_from", "triu_indices_from", "common_type", "min_scalar_type", "may_share_memory", "shares_memory"}  # fmt: skip


class Scribe:
    """What the user's frames call the values: looked up whenever an operation is recorded, and at the end."""

    def __init__(self, most: float = math.inf) -> None:
        self.names: dict[Any, str] = {}
        self.frames: dict[int, FrameType] = {}
        self.count, self.most = 0, most
        self.last = (0, 0, 0)

    def look(self, frame: FrameType) -> None:
        """Note the nodes that local variables of the frame hold by now."""
        here = (id(frame), frame.f_lineno, frame.f_lasti)
        same, self.last = self.last, here
        if here[:2] == same[:2] and here[2] > same[2]:  # further on in one statement
            return
        self.frames[id(frame)] = frame
        for name, value in frame.f_locals.items():
            if type(value) is Lifted and type(value._value) in BOXES:
                self.names.setdefault(value._value._node, name)

    def step(self) -> None:
        """Count an operation; errors: more than are wanted."""
        self.count += 1
        if self.count > self.most:
            raise DerivativeError(
                f"f takes more than {self.most} operations, too many to write out; use reverse."
            )

    def keep(self, result: Any) -> Any:
        """Look at all frames once more, now that the run has ended."""
        for frame in self.frames.values():
            self.last = (0, 0, 0)
            self.look(frame)
        self.frames.clear()
        return result


class Recorded(Pulled):
    """A node that keeps all its values and knows the user's line."""

    __slots__ = ("file", "number")

    def __init__(self, value: Any, fun: Any, args: tuple, kwargs: dict, argnums: tuple, parents: tuple):
        super().__init__(value, fun, args, kwargs, argnums, parents)
        self.recipe = (fun, value, args, kwargs, argnums)
        scribe = _scribe.get()
        scribe.step()
        frame = user_frame()
        self.file, self.number = ("", 0) if frame is None else (frame.f_code.co_filename, frame.f_lineno)
        if frame is not None:
            scribe.look(frame)

    def initialize_root(self) -> None:
        super().initialize_root()
        self.file, self.number = "", 0

    @property
    def line(self) -> str:
        """`file:line` of the user's code."""
        return position(self.file, self.number)[4:] if self.file else ""

    @property
    def code(self) -> str:
        """That line."""
        return linecache.getline(self.file, self.number).strip()


notrace_primitives[Recorded] = notrace_primitives[VJPNode]


_scribe: ContextVar[Scribe] = ContextVar("scribe")  # of the innermost run


@dataclass(eq=False)
class Decision:
    """A value without a derivative that the run made from x: a comparison, an index, a rounded number.

    `guarded` says that it was looked at outside the recorded operations (`if`, an index), so that another value
    may mean another run.
    """

    key: str
    args: tuple
    kwargs: dict
    value: Any
    order: int
    guarded: bool = False


class RecordingSpace(AutogradSpace):
    """autograd's functions on boxes; what carries no derivative is noted as a decision."""

    quick = False

    def __init__(self) -> None:
        super().__init__()
        self.decisions: list[Decision] = []
        self.known: dict[int, Decision] = {}

    def decide(self, key: str, args: tuple, kwargs: dict, value: Any) -> Decision:
        """Note a decision; its value is known by identity from now on."""
        decision = Decision(key, args, kwargs, value, next(order))
        self.decisions.append(decision)
        self.known[id(value)] = decision
        return decision

    def made(self, value: Any) -> bool:
        """Whether a raw value depends on x: a box, or what a decision made; also inside lists."""
        if type(value) in (list, tuple):
            return any(map(self.made, value))
        return type(value) in BOXES or id(value) in self.known

    def call(self, key: str, args: tuple, kwargs: dict) -> Any:
        key = ALIASES.get(key, key)
        if key in SHAPES:
            return super().call(key, args, kwargs)
        raws = tuple(self.raw(a) for a in args)
        raw_kwargs = {name: self.raw(value) for name, value in kwargs.items()}
        given = [*raws, *raw_kwargs.values()]
        if key not in CONCRETE and key not in STEPS and any(map(_boxed, given)):
            return super().call(key, args, kwargs)
        if not any(map(self.made, given)):
            return super().call(key, args, kwargs)
        if key in CONCRETE or key in STEPS:
            found = super().call(key, args, kwargs)  # with its word on ties
        else:
            found = function_of(key)(*raws, **raw_kwargs)
        value = found._value if type(found) is Lifted else found
        decision = self.decide(key, raws, raw_kwargs, value)
        if isinstance(value, (np.ndarray, np.float64)):
            return found if type(found) is Lifted else Lifted(self, value)
        decision.guarded = True
        return found

    def concrete(self, value: Any) -> Any:
        """The plain value, looked at by code that is not recorded."""
        if id(value) in self.known:
            self.known[id(value)].guarded = True
        elif type(value) in BOXES:
            self.decide("value", (value,), {}, plain(value)).guarded = True
        return plain(value)

    def plain(self, value: Any) -> Any:
        """The numbers behind a raw value for rules of NumPy itself, which are recorded."""
        return type(value)(map(self.plain, value)) if isinstance(value, (list, tuple)) else plain(value)

    def shape(self, value: Any) -> tuple[int, ...]:
        return np.shape(plain(value))


def record(f: Bound, x: Any, most: float = math.inf) -> tuple[Trace, RecordingSpace, Scribe]:
    """f at x on recorded nodes; errors: what cannot be followed, more than `most` operations."""
    where, scribe = RecordingSpace(), Scribe(most)
    entered = _scribe.set(scribe)
    try:
        with np.errstate(all="ignore"):
            trace = Trace(lambda box: scribe.keep(run(f, box, where)), x, node=Recorded)
    finally:
        _scribe.reset(entered)
    return trace, where, scribe


def _boxed(value: Any) -> bool:
    if type(value) in (list, tuple):
        return any(map(_boxed, value))
    return type(value) in BOXES


def again(fun: Callable) -> Callable:
    """The plain function behind a primitive."""
    return getattr(fun, "fun", fun)
