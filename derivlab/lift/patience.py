"""Work that may take too long, and is then given up."""

from __future__ import annotations

import inspect
import sys
import time
import weakref
from collections.abc import Callable
from typing import Any


class _TimeUp(BaseException):
    """Not an Exception: SymPy catches those."""


def _swallows(frame: Any) -> bool:
    """Whether an error raised here may be printed only, after which Python looks at no clock: where objects die."""
    code = frame.f_code
    dies = code.co_name == "__del__" or code.co_filename == weakref.__file__
    return dies or bool(code.co_flags & inspect.CO_GENERATOR)


def within(seconds: float, call: Callable[[], Any]) -> Any:
    """What call returns, None when it has not returned in time; looked at whenever Python enters a function.

    Generators, which are closed wherever they are dropped, have half as long again, and a tenth of a second at least.
    """
    grace = max(seconds / 2, 0.1)
    end, before, own = time.monotonic() + seconds, sys.getprofile(), sys._getframe()

    def watch(frame: Any, event: str, argument: Any) -> None:
        late = time.monotonic() - end
        if late > 0 and frame is not own and (late > grace or not _swallows(frame)):
            raise _TimeUp

    sys.setprofile(watch)
    try:
        return call()
    except (_TimeUp, RecursionError):
        return None
    finally:
        sys.setprofile(before)
