"""What NumPy takes by position, in a type or in an order of memory, brought to what rules take."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.lift.lifted import Lifted
from derivlab.lift.lines import user_line

# What follows the axis by position.
AFTER_AXIS = {
    **dict.fromkeys(("sum", "prod", "mean", "cumsum", "cumprod"), ("dtype", "out", "keepdims")),
    **dict.fromkeys(("max", "min"), ("out", "keepdims")),
}


class Arguments:
    """The part of a namespace that looks at arguments before a rule does."""

    raw: Callable
    touches: Callable
    doubts: set[str]

    def arranged(self, key: str, args: tuple, kwargs: dict) -> tuple[tuple, dict]:
        """Arguments by the names that rules know, with orders of memory told."""
        if len(args) > 2 and key in AFTER_AXIS:
            return args[:2], {**kwargs, **dict(zip(AFTER_AXIS[key], args[2:], strict=False))}
        if key in ("ravel", "reshape") and type(args[0]) is Lifted:
            return self._laid_out(args, kwargs)
        return args, kwargs

    def _laid_out(self, args: tuple, kwargs: dict) -> tuple[tuple, dict]:
        """The orders A and K, which ask how an array lies in memory, as F or C; f shows whether it was that one."""
        order = kwargs.get("order", args[-1])
        if type(order) is not str or order not in ("A", "K"):
            return args, kwargs
        self.doubts.add("an order of memory")
        known = "F" if args[0].memory().flags.fnc else "C"
        if "order" in kwargs:
            return args, {**kwargs, "order": known}
        return (*args[:-1], known), kwargs

    def in_floats(self, key: str, args: tuple, kwargs: dict) -> dict:
        """The keywords without dtype=; errors: one that rounds."""
        rest = {k: v for k, v in kwargs.items() if k != "dtype"}
        kind = self.raw(kwargs["dtype"])
        if kind is None or np.dtype(kind) == float:
            return rest
        if np.dtype(kind).kind in "fiub" and any(self.touches(self.raw(a)) for a in args):
            raise DerivativeError(
                f"np.{key}{user_line()} with dtype={np.dtype(kind)} rounds; keep float64 for derivatives."
            )
        return kwargs
