"""Where in the user's code a call or an error comes from."""

from __future__ import annotations

import functools
import os
import sys
from types import FrameType

from derivlab.errors import told

_PYTHON = os.path.join(os.path.dirname(os.__file__), "")
_HERE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "")


def user_frame() -> FrameType | None:
    """The innermost frame that runs the user's code."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and not is_users(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


def library_call() -> str:
    """` inside brentq` where a function of a library that the user's code called is at work, or an empty string."""
    frame: FrameType | None = sys._getframe(1)
    called = ""
    while frame is not None and not is_users(name := frame.f_code.co_filename):
        wrapper = name.startswith(_HERE) or "<locals>" in frame.f_code.co_qualname
        called = called if wrapper else f" inside {frame.f_code.co_qualname}"
        frame = frame.f_back
    return "" if frame is None else called


def user_line() -> str:
    """` at file:line` of the innermost frame that runs the user's code, or an empty string."""
    frame = user_frame()
    return "" if frame is None else position(frame.f_code.co_filename, frame.f_lineno)


def line_of(error: BaseException) -> str:
    """` at file:line` of the user's code where an error arose, or an empty string."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        place = position(name, trace.tb_lineno) if is_users(name) else place
        trace = trace.tb_next
    return place


def told_at(error: BaseException) -> str:
    """The kind of an error, what it says, and the user's line."""
    return f"{told(error)}{line_of(error)}"


def position(name: str, line: int) -> str:
    """` at file:line`, or ` at line N of the cell` in a notebook."""
    if "ipykernel" in name:  # a temporary name that says nothing
        return f" at line {line} of the cell"
    return f" at {os.path.basename(name)}:{line}"


@functools.cache
def is_users(name: str) -> bool:
    """Whether a file holds the user's code: neither Python's, nor a package's, nor this one's."""
    ours = name.startswith(_HERE) and not name.startswith(os.path.join(_HERE, "gallery"))
    return not ours and "site-packages" not in name and not name.startswith(("<frozen", _PYTHON))
