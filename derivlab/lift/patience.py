"""Work that may take too long, and is then given up."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any


class _TimeUp(BaseException):
    """Not an Exception: SymPy catches those."""


def within(seconds: float, call: Callable[[], Any]) -> Any:
    """What call returns, None when it has not returned in time; looked at whenever Python enters a function."""
    end, before = time.monotonic() + seconds, sys.getprofile()

    def watch(frame: Any, event: str, argument: Any) -> None:
        if time.monotonic() > end:
            raise _TimeUp

    sys.setprofile(watch)
    try:
        return call()
    except (_TimeUp, RecursionError):
        return None
    finally:
        sys.setprofile(before)
