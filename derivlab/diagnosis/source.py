"""Lines of the user's source: where an operation ran, where an error arose, where a word stands."""

from __future__ import annotations

import inspect
import linecache
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType, FunctionType
from typing import Any

from derivlab.formula import Formula
from derivlab.lift.lines import is_users

DEPTH = 2  # of calls: how far the user's own helpers are looked into


@dataclass(frozen=True)
class Site:
    """One line of the user's code."""

    file: str
    number: int
    text: str

    def __str__(self) -> str:
        where = "cell" if "ipykernel" in self.file else os.path.basename(self.file)
        return f"{where}:{self.number}: {self.text}"


def _site(file: str, number: int) -> Site:
    return Site(file, number, linecache.getline(file, number).strip())


def here() -> Site | None:
    """The user's line that is running now."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and not is_users(frame.f_code.co_filename):
        if type(owner := frame.f_locals.get("self")) is Formula:
            return Site("formula", 1, owner.source)
        frame = frame.f_back
    return frame and _site(frame.f_code.co_filename, frame.f_lineno)


def of_error(error: BaseException, f: Callable | None = None) -> Site | None:
    """The user's innermost line in a traceback; with f, only from f's own call on."""
    found, trace = None, error.__traceback__
    code: Any = code_of(f)
    inside = code is None
    while trace is not None:
        at = trace.tb_frame.f_code
        inside = inside or (at.co_filename == code.co_filename and at.co_name == code.co_name)
        if inside and is_users(at.co_filename):
            found = _site(at.co_filename, trace.tb_lineno)
        trace = trace.tb_next
    return found


def code_of(f: Any) -> Any:
    """The code object of a plain function, method, partial or callable object, else None."""
    if type(f) is Formula:  # whose code is not the user's
        return None
    f = getattr(f, "func", f)
    f = inspect.unwrap(f) if callable(f) else f
    f = getattr(f, "__func__", f)
    found = getattr(f, "__code__", None)
    return found or getattr(type(f).__dict__.get("__call__"), "__code__", None)


def codes(f: Any) -> Iterator[Any]:
    """The code of f, of functions defined inside it, and of the user's own functions that it calls."""
    seen, waiting = set(), [(code_of(f), getattr(f, "__globals__", {}), DEPTH)]
    while waiting:
        code, space, left = waiting.pop(0)
        if code is None or code in seen or not is_users(code.co_filename):
            continue
        seen.add(code)
        yield code
        waiting += [(c, space, left) for c in code.co_consts if hasattr(c, "co_code")]
        called = [space.get(name) for name in code.co_names] if left else []
        waiting += [(code_of(g), g.__globals__, left - 1) for g in called if isinstance(g, FunctionType)]


def matching(f: Callable, pattern: str) -> Site | None:
    """The first line of f or of its helpers that has the pattern outside comments and docstrings."""
    for code in codes(f):
        numbers = {n for _, _, n in code.co_lines() if n and n > code.co_firstlineno}
        for number in sorted(numbers or {code.co_firstlineno}):
            text = linecache.getline(code.co_filename, number).strip()
            if re.search(pattern, text) and not text.startswith(("#", '"', "'")):
                return _site(code.co_filename, number)
    return None
