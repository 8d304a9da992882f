"""Where a lifted value's operations go: a table of rules for one library, and what all libraries share."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from derivlab.errors import DerivativeError, NoForwardRule
from derivlab.lift.arguments import Arguments
from derivlab.lift.composites import composite
from derivlab.lift.lifted import LISTS, ROWS, Lifted, plain, reaches
from derivlab.lift.lines import user_line
from derivlab.lift.modules import LiftedFloat
from derivlab.lift.protocols import Protocols
from derivlab.lift.repoint import Repointer
from derivlab.lift.tables import (
    ALIASES,
    COMPARISONS,
    CONCRETE,
    EDGES,
    JOINS,
    MEMORY,
    NEUTRAL,
    ON_FLOATS,
    SEQUENCES,
    STEPS,
    TEXT,
    VIEWS,
    key_of,
    source_of,
    title,
)

_ARITHMETIC = {name for name in dir(np) if isinstance(getattr(np, name), np.ufunc)} | {"dot", "where"}


class Space(Protocols, Arguments):
    """A library's values under NumPy's names; made anew for each lifted call, and notes what happened in it."""

    name: ClassVar[str]

    def __init__(self) -> None:
        self.refresh()

    def refresh(self, data: bool = False) -> None:
        """Forget what a run has noted; `data` lifts constant arrays too in the next one."""
        self.data = data
        self.edges: list[str] = []
        self.refusal: DerivativeError | None = None
        self.doubts: set[str] = set()  # reasons why f may give another value when it is run again
        self.detours: set[str] = set()  # reasons why f may go another way because its numbers are lifted

    # ---- what a library says for itself
    def rule(self, key: str) -> Any:
        raise NotImplementedError

    def concrete(self, value: Any) -> Any:
        raise NotImplementedError

    def array(self, nested: Any) -> Any:
        raise NotImplementedError

    def assigned(self, value: Any, key: Any, new: Any) -> Any:
        raise NotImplementedError

    def traced(self, value: Any) -> bool:
        raise NotImplementedError

    def getitem(self, value: Any, key: Any) -> Any:
        return value[key]

    def shares(self, result: Lifted, base: Lifted) -> bool:
        """Whether the numbers behind `result` are seen to lie in the memory of those behind `base`."""
        return False

    def entered(self, value: Any) -> Any:
        """An argument of a lifted function; plain data stay as they are."""
        return value

    def left(self, value: Any) -> Any:
        """The raw result of a lifted function as its caller sees it."""
        return value

    def ask(self, what: str, *raws: Any) -> None:
        """Errors: a decision on values that have no number, as symbols may."""

    def apply(self, rule: Callable, args: list, kwargs: dict) -> Any:
        return rule(*args, **kwargs)

    def shape(self, value: Any) -> tuple[int, ...]:
        return np.shape(self.concrete(value))

    def dtype(self, value: Any) -> np.dtype:
        return np.dtype(float) if self.traced(value) else np.asarray(value).dtype

    # ---- shared by all
    named = staticmethod(key_of)

    def raw(self, value: Any) -> Any:
        kind = type(value)
        if kind is Lifted:
            return value.value
        if kind is list or kind is tuple:
            return kind(self.raw(v) for v in value) if reaches(value) else value
        if kind is np.ndarray and value.dtype == object:
            return self.array(self.raw(value.tolist()))
        if issubclass(kind, ROWS):
            return self.raw(tuple(value))
        return LiftedFloat.dtype if value is LiftedFloat else value

    def wrap(self, value: Any) -> Any:
        if isinstance(value, (tuple, list)):
            return (
                type(value)(self.wrap(v) for v in value)
                if not hasattr(value, "_fields")
                else type(value)(*map(self.wrap, value))
            )
        if isinstance(value, (bool, np.bool_, int, str, np.integer, type(None))):
            return value
        if isinstance(value, np.ndarray) and value.dtype.kind in "biu":
            return value
        return Lifted(self, value)

    def index(self, key: Any) -> Any:
        if type(key) is tuple:
            return tuple(self.index(k) for k in key)
        if type(key) is list:
            return np.array([self.index(k) for k in key]) if key else key
        return key.concrete if type(key) is Lifted else key

    def plain(self, value: Any) -> Any:
        """The numbers behind a raw value, also inside lists."""
        if isinstance(value, (list, tuple)):
            return type(value)(self.plain(v) for v in value)
        return self.concrete(value)

    def tie(self, key: str, *values: Any, **kwargs: Any) -> None:
        """Note that an argument sits exactly on the edge between two branches."""
        if key in COMPARISONS:
            a, b = (self.concrete(v) for v in values)
            on_edge = np.any(a == b)
        elif key in EDGES:
            on_edge = np.any(EDGES[key](*values, **kwargs))
        else:
            return
        if on_edge:
            self.edges.append(f"{key}{user_line()}")

    def written(self) -> None:
        """Note that a number was written as text, which says more of it, or less, than a lifted one may."""
        self.edges.append(f"a number written as text{user_line()}")
        self.detours.add("text")

    def raw_call(self, key: str, *args: Any, **kwargs: Any) -> Any:
        return self.rule(key)(*args, **kwargs)

    def call(self, key: str, args: tuple, kwargs: dict) -> Any:
        """The rule of `key` on lifted arguments, else the function's own Python source re-pointed, else an error."""
        key = ALIASES.get(key, key)
        args, kwargs = self.arranged(key, args, kwargs)
        if "out" in kwargs:
            return self._into(key, args, kwargs)
        if "dtype" in kwargs:
            kwargs = self.in_floats(key, args, kwargs)
        if key in CONCRETE:
            return self._answer(key, args, kwargs)
        if key in NEUTRAL and (kwargs.get("where") is not None or kwargs.get("initial") is not None):
            return self._part(key, args, kwargs)
        if key in EDGES or key in STEPS:
            raws = [self.raw(a) for a in args]
            self.ask(key, *raws)
            plain = [self.plain(raw) for raw in raws]
            plain_kwargs = {k: self.plain(self.raw(v)) for k, v in kwargs.items()}
            with contextlib.suppress(TypeError, ValueError), np.errstate(all="ignore"):
                self.tie(key, *plain, **plain_kwargs)
            if key in STEPS:
                return self.wrap(self._step(key, plain, plain_kwargs))
        if key == "where" and type(args[0]) is Lifted:
            self.tie("equal", self.raw(args[0]), 0.0)
        rule = self.rule(key) if kwargs.get("where") is None else None
        if rule is None:
            result = self.composite(key, args, kwargs)
        else:
            raws, raw_kwargs = self._raws(key, args, kwargs)
            result = self.wrap(self.apply(rule, raws, raw_kwargs))
        return self._viewing(key, args, kwargs, result) if key in VIEWS else result

    def _into(self, key: str, args: tuple, kwargs: dict) -> Any:
        """The result written into the array that out= names."""
        out = kwargs["out"]
        result = self.call(key, args, {k: v for k, v in kwargs.items() if k != "out"})
        if out is None:
            return result
        if type(out) is not Lifted:
            self.refusal = DerivativeError(
                f"out= of np.{key}{user_line()} cuts the graph; assign the result instead."
            )
            raise self.refusal
        out[...] = result
        return out

    def _answer(self, key: str, args: tuple, kwargs: dict) -> Any:
        """NumPy's own answer to a question about the plain numbers."""
        raws = [self.raw(a) for a in args]
        self.ask(key, *raws)
        plain = [self.plain(r) for r in raws]
        if (key in COMPARISONS or key in EDGES) and any(map(self.touches, raws)):
            self.tie(key, *plain, **kwargs)
        if key in MEMORY:
            self.detours.add(key)
        if key in TEXT:
            self.written()
        if key in ON_FLOATS:
            plain = [_floats(p) for p in plain]
        return getattr(np, key)(*plain, **kwargs) if "." not in key else np.linalg.matrix_rank(*plain)

    def touches(self, raw: Any) -> bool:
        return any(map(self.touches, raw)) if type(raw) in LISTS else self.traced(raw)

    def _raws(self, key: str, args: tuple, kwargs: dict) -> tuple[list, dict]:
        """What a rule takes: the library's own values."""
        if key in JOINS and type(args[0]) in (list, tuple):
            args = ([self._array_of(part) for part in args[0]], *args[1:])
        raws = [self.raw(a) for a in args]
        if key not in SEQUENCES:
            raws = [
                r
                if type(r) not in LISTS
                else self.array(r)
                if reaches([a])
                else np.asarray(r)
                if key in _ARITHMETIC or key.startswith("special.")
                else r
                for r, a in zip(raws, args, strict=True)
            ]
        return raws, {k: self.raw(v) for k, v in kwargs.items()}

    def _viewing(self, key: str, args: tuple, kwargs: dict, result: Any) -> Any:
        """The result, tied to the array it looks at where NumPy's is a view and no copy."""
        base, name = args[0], key.rpartition(".")[2]
        if type(base) is not Lifted or not base.ndim:
            return result
        rest, named = [plain(a) for a in args[1:]], {k: plain(v) for k, v in kwargs.items()}

        def taken(values: Any) -> Any:
            return getattr(np, name)(values, *rest, **named)

        def at(k: int | None) -> Callable:
            def view(space: Any, value: Any) -> Any:
                if space is None:
                    return taken(value) if k is None else taken(value)[k]
                again = space.call(key, (Lifted(space, value), *rest), named)
                return (again if k is None else again[k]).value

            return view

        if type(result) in LISTS:
            return type(result)(Lifted(self, part.value, base, at(k)) for k, part in enumerate(result))
        if type(result) is not Lifted:
            return result
        shared = self.shares(result, base)
        if not shared:  # a rule may copy where NumPy does not
            memory = base.memory()
            shared = np.may_share_memory(taken(memory), memory)
        return Lifted(self, result.value, base, at(None)) if shared else result

    def _array_of(self, part: Any) -> Any:
        """A list that holds lifted values as one of them."""
        return self.array(self.raw(part)) if type(part) in (list, tuple) and reaches(part) else part

    def _part(self, key: str, args: tuple, kwargs: dict) -> Any:
        """A reduction over the entries that where= names, from initial= on."""
        where, initial = kwargs.pop("where", None), kwargs.pop("initial", None)
        neutral, joined = NEUTRAL[key]
        if where is not None:
            args = (self.call("where", (where, args[0], neutral), {}), *args[1:])
        found = self.call(key, args, kwargs)
        return found if initial is None else self.call(joined, (found, initial), {})

    def _step(self, key: str, raws: list, kwargs: dict) -> Any:
        return np.asarray(getattr(np, key)(*raws, **kwargs), dtype=float)[()]

    def composite(self, key: str, args: tuple, kwargs: dict) -> Any:
        self.doubts.add(key)
        function: Any = composite(key)
        if function is None:
            function = source_of(key)
            if function is None:
                raise DerivativeError(
                    f"{self.name} cannot follow {title(key)}{user_line()}; write it with other NumPy functions or use a numerical method."
                )
        try:
            return Repointer(self).rebound(function)(*args, **kwargs)
        except (TypeError, AttributeError, NotImplementedError) as error:
            if isinstance(error, (DerivativeError, NoForwardRule)):
                raise
            raise DerivativeError(f"{self.name} cannot follow {title(key)}{user_line()}: {error}.") from error

    def astype(self, value: Lifted, dtype: np.dtype) -> Any:
        if dtype.kind == "f":
            if dtype.itemsize < 8:
                raise DerivativeError(
                    f"astype({dtype}){user_line()} rounds to {dtype}; keep float64 for derivatives."
                )
            if not self.traced(value.value):
                return Lifted(self, np.asarray(value.concrete).astype(dtype))
            return value.copy()
        if dtype.kind == "c":
            raise DerivativeError(
                f"complex numbers{user_line()} cannot be followed; write real and imaginary part apart."
            )
        if dtype.kind == "O":
            return value.copy()
        if dtype.kind not in "iub":
            raise value._cut(f"astype({dtype})", "keep the numbers themselves")
        self.ask(f"astype({dtype})", value.value)
        self.edges.append(f"astype{user_line()}")
        return _cast(value.concrete, dtype)


def _cast(value: Any, dtype: np.dtype) -> np.ndarray:
    """Whole numbers or truths, by all digits of the value."""
    value = np.asarray(value)
    if value.dtype == object:
        value = np.frompyfunc(bool if dtype.kind == "b" else int, 1, 1)(value)
    return np.asarray(value).astype(dtype)


def _floats(value: Any) -> Any:
    if isinstance(value, (np.dtype, type, str)) or np.asarray(value).dtype != object:
        return value
    kind = complex if any(isinstance(v, complex) or hasattr(v, "_mpc_") for v in np.ravel(value)) else float
    return np.array([kind(v) for v in np.ravel(value)]).reshape(np.shape(value))[()]
