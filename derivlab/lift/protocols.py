"""How NumPy's protocols for universal functions (NEP 13) and for all others (NEP 18) reach a namespace's rules."""

from __future__ import annotations

from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.lift.creation import Creation
from derivlab.lift.lines import user_line
from derivlab.lift.tables import key_of, ufunc_key


class Protocols(Creation):
    """The part of a namespace that NumPy calls: each function becomes the call of a rule by its key."""

    composite: Any

    def ufunc(self, ufunc: np.ufunc, method: str, args: tuple, kwargs: dict, out: Any = None) -> Any:
        key = ufunc_key(ufunc)
        if method == "__call__" and not kwargs:
            return self.call(key, args, kwargs)
        if method == "__call__":
            kwargs = {k: v for k, v in kwargs.items() if k not in ("casting", "order", "subok")}
            dtype, where = kwargs.pop("dtype", None), kwargs.pop("where", True)
            if dtype is not None and np.dtype(self.raw(dtype)) != float:
                raise DerivativeError(
                    f"np.{key}{user_line()} with dtype={dtype} cannot be followed; keep float64 for derivatives."
                )
            return (
                self.call(key, args, kwargs) if where is True else self._where(key, args, kwargs, where, out)
            )
        known = {("add", "reduce"): "sum", ("multiply", "reduce"): "prod", ("maximum", "reduce"): "max", ("minimum", "reduce"): "min",
                 ("add", "accumulate"): "cumsum", ("multiply", "accumulate"): "cumprod"}  # fmt: skip
        if (name := known.get((key, method))) is not None:
            kwargs.setdefault("axis", 0)
            return self.call(name, args, {k: v for k, v in kwargs.items() if v is not None or k == "axis"})
        return self.composite(f"ufunc.{method}", (ufunc, *args), kwargs)

    def _where(self, key: str, args: tuple, kwargs: dict, where: Any, out: Any) -> Any:
        """A ufunc where a mask allows: elsewhere `out` stays, and the arguments are 1, at home in most domains."""
        if out is None:
            raise DerivativeError(
                f"np.{key}{user_line()} with where= and without out= leaves entries undefined; give out= or use np.where."
            )
        safe = [self.call("where", (where, a, 1.0), {}) for a in args]
        return self.call("where", (where, self.call(key, tuple(safe), kwargs), out), {})

    def function(self, func: Any, args: tuple, kwargs: dict) -> Any:
        key = key_of(func)
        if key is None:
            raise DerivativeError(f"{func.__name__}{user_line()} cannot be followed; use a numerical method.")
        return (self.creation(key) or (lambda _, *a, **k: self.call(key, a, k)))(func, *args, **kwargs)
