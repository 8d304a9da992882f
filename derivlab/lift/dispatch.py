"""NumPy's functions, made to find lifted arguments also inside lists, where NumPy's protocols do not look."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from derivlab.lift.lifted import ROWS, Lifted, among

# The same for every space: NumPy's functions by identity.
WRAPPED: dict[int, tuple[Any, Any]] = {}


def dispatching(original: Any, name: str) -> Any:
    """A function of NumPy that finds lifted arguments inside lists too."""
    if id(original) not in WRAPPED:

        @functools.wraps(original, assigned=("__name__", "__doc__"), updated=())
        def lifted(*args: Any, **kwargs: Any) -> Any:
            found = among(args)
            if found is None and kwargs:
                found = among(kwargs.values())
            return original(*args, **kwargs) if found is None else found.space.call(name, args, kwargs)

        WRAPPED[id(original)] = (
            original,
            _universal(original, name) if isinstance(original, np.ufunc) else lifted,
        )
    return WRAPPED[id(original)][1]


def _universal(original: np.ufunc, name: str) -> Any:
    """A universal function that meets a lifted first argument before NumPy has to look for it."""

    def direct(*args: Any, **kwargs: Any) -> Any:
        if not kwargs and type(args[0]) is Lifted and len(args) == original.nin:
            return args[0].space.call(name, args, kwargs)
        nested = among(a for a in args if isinstance(a, ROWS))
        return original(*args, **kwargs) if nested is None else nested.space.call(name, args, kwargs)

    for part in ("reduce", "accumulate", "outer", "at", "reduceat", "nin", "nout", "identity", "__name__"):
        setattr(direct, part, getattr(original, part))
    return direct
