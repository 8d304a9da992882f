"""What derivlab says when a derivative cannot be given."""

from typing import Any


class DerivativeError(ValueError):
    """No derivative can be given: one sentence with the cause, the user's line where known, and what to write."""


class NoForwardRule(NotImplementedError):
    """An operation can be pulled back only; the forward sweep gives way to the reverse one."""


def told(error: BaseException) -> str:
    """The kind of an error and what it says, to stand within a sentence."""
    said = " ".join(str(error).split()).rstrip(".")[:400]
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def mend(f: Any, error: BaseException) -> str:
    """What to do about an error that f raises by itself."""
    name = getattr(getattr(f, "f", f), "__qualname__", "")
    if isinstance(error, TypeError) and str(error).startswith((f"{name}() missing", f"{name}() takes")):
        return "let it take one array, with x[0], x[1] for its numbers; further arguments are for args=(...)"
    return "call it once at x and mend that first"
