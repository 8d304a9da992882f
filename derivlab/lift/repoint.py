"""Run a function with its own `np` and `math` re-pointed for one call, leaving every module as it was.

A copy of the function gets globals that look names up in the original ones and exchange what NumPy's protocols do not
reach: creation functions, `math`, `float`, and the helpers that the function calls.
"""

from __future__ import annotations

import builtins
import dataclasses
import functools
import inspect
import sys
import types
from collections.abc import Iterator
from typing import Any

import numpy as np

from derivlab.lift.dispatch import WRAPPED, dispatching
from derivlab.lift.lifted import Lifted, plain, reaches
from derivlab.lift.modules import Converted, Indexed, LiftedComplex, LiftedFloat, Module, Sampled, Vectorized
from derivlab.lift.objects import Exchange, Wrapped, exchangeable, is_shadow
from derivlab.lift.written import LOOKS, STDLIB, is_written, keeps_state, looks_closer, room_of

# How NumPy's own Python code takes arrays and lists alike, and the classes behind np.r_ and np.c_.
_Converter = getattr(sys.modules["numpy.lib._function_base_impl"], "_array_converter", None)
_Concatenator: Any = type(np.r_).__mro__[1]
_FLOATS = (float, np.float64, np.longdouble)
_CLASSES: dict[Any, str] = {
    np.vectorize: "vectorize",
    np.ndenumerate: "ndenumerate",
    np.nditer: "nditer",
    _Converter: "converter",
}
_UNTOUCHED = {np.ndarray, np.float64, float, int, bool, str, type(None), complex}
_STATELESS = {types.BuiltinFunctionType, types.MethodWrapperType, np.dtype, slice, range, frozenset}
_NUMERICAL = ("numpy", "scipy")
_CHANCE = ("random", "numpy.random", "time", "secrets", "uuid", "datetime")


def _draws(value: Any) -> bool:
    """Whether a built-in function draws random numbers or reads a clock."""
    owners = (getattr(value, "__module__", None), type(getattr(value, "__self__", None)).__module__)
    return any(owner and owner.startswith(_CHANCE) for owner in owners)


class Repointer:
    """Exchanges functions and modules for the namespace `space`, for the length of one call."""

    def __init__(self, space: Any):
        self.space = space
        self.memo: dict[Any, Any] = {}
        self.alive: list[Any] = []  # what the memo knows by identity
        self.live: list[tuple[types.CellType, Any]] = []
        self.copies: list[tuple[types.FunctionType, types.FunctionType]] = []
        self.exchange = Exchange(self)

    def __call__(self, value: Any) -> Any:
        """What a re-pointed function sees where the original sees `value`."""
        kind = type(value)
        if kind is types.ModuleType:
            return self.module(value)
        if kind in _UNTOUCHED:
            return self.datum(value) if kind is np.ndarray and self.space.data else value
        if (known := WRAPPED.get(id(value))) is not None and not self.space.data:
            return known[1]
        if kind is types.FunctionType:
            return self.function(value)
        if kind is types.MethodType:
            return types.MethodType(self(value.__func__), self(value.__self__))
        if kind is functools.partial:
            return functools.partial(
                self(value.func), *map(self, value.args), **{k: self(v) for k, v in value.keywords.items()}
            )
        if kind in (list, tuple, dict, set):
            return self.exchange.container(value)
        if isinstance(value, Wrapped):
            return dataclasses.replace(value, f=self(value.f))
        if hasattr(value, "cache_info") and hasattr(value, "__wrapped__"):
            return self(value.__wrapped__)
        if kind is type and value in _FLOATS:
            return LiftedFloat
        if kind is type and value in _CLASSES:
            return getattr(self, _CLASSES[value])
        if kind is np.vectorize:
            return self.vectorize(value.pyfunc, excluded=value.excluded, signature=value.signature)
        if kind is types.BuiltinFunctionType and value.__module__ in ("math", "cmath"):
            return getattr(self.module(sys.modules[value.__module__]), value.__name__)
        if callable(value) and (name := self.space.named(value)):
            return self.replacement(value, name)
        if id(value) in LOOKS:  # under another name
            self.space.detours.add(value.__name__)
            return value
        if isinstance(value, type):
            ours = is_written(value) and exchangeable(value, tuple, list, dict)
            return self.exchange.kind(value) if ours else value
        if kind is Lifted or is_shadow(kind):
            return value
        if isinstance(value, _Concatenator):
            getitem: Any = _Concatenator.__getitem__
            return Indexed(functools.partial(self.rebound(getitem), value))
        if not is_written(kind):
            if kind not in _STATELESS:
                self.space.doubts.add("chance" if isinstance(value, Iterator) else kind.__name__)
                if not isinstance(value, np.generic):
                    self.space.detours.add("an object")
            elif _draws(value):
                self.space.doubts.add("chance")
            return value
        if exchangeable(kind):
            return self.exchange.value(value)
        call = inspect.getattr_static(kind, "__call__", None)
        return types.MethodType(self.function(call), value) if type(call) is types.FunctionType else value

    def replacement(self, original: Any, name: str) -> Any:
        """What stands for a function of NumPy: one that makes arrays makes lifted ones."""
        created = self.space.creation(name)
        if self.space.data and not created:
            return Sampled(self.space, dispatching(original, name))
        return functools.partial(created, original) if created else dispatching(original, name)

    def datum(self, value: np.ndarray) -> Any:
        """A constant array as a lifted one; written to, it leaves the constant as it is."""
        if value.dtype.kind != "f":
            return value
        if id(value) not in self.memo:
            self.alive.append(value)
            self.memo[id(value)] = Lifted(self.space, value)
            self.space.doubts.add("constant arrays")
            self.space.detours.add("constant arrays")
        return self.memo[id(value)]

    def nditer(self, a: Any, *args: Any, **kwargs: Any) -> Any:
        """The entries of one array; all else that is iterated over stays NumPy's."""
        return (
            iter(a.reshape(-1))
            if type(a) is Lifted and not (args or kwargs)
            else np.nditer(a, *args, **kwargs)
        )

    def ndenumerate(self, a: Any) -> Any:
        """Indices and entries of an array."""
        return ((place, a[place]) for place in np.ndindex(np.shape(a)))

    def vectorize(self, f: Any = None, *_: Any, excluded: Any = (), signature: Any = None, **__: Any) -> Any:
        """A function of arrays that calls f with each of their entries, or with each core of a signature."""
        if f is None:
            return lambda g: self.vectorize(g, excluded=excluded, signature=signature)
        return Vectorized(self.space, self(f), excluded or (), signature)

    def converter(self, *values: Any) -> Any:
        """Arrays of what NumPy's own Python code was given."""
        return Converted(tuple(self.space.make_array(np.asarray, v) for v in values))

    def module(self, module: types.ModuleType) -> Any:
        """The module, or what looks its functions up and exchanges them."""
        if (known := self.memo.get(id(module))) is not None:
            return known
        name = module.__name__
        if name.startswith(_CHANCE):
            self.space.doubts.add("chance")
        top = name.split(".")[0]
        if name.startswith("numpy.random") and self.space.data:
            return Sampled(self.space, module)
        if (top in STDLIB and name not in ("math", "cmath")) or name.startswith("numpy.random"):
            return module
        self.alive.append(module)
        made = self.memo[id(module)] = Module(self, module)
        return made

    def function(self, f: types.FunctionType) -> Any:
        if type(f.__globals__) is _Globals:
            return f
        room = room_of(f.__globals__.get("__name__") or "")
        if room == "ours":
            return f
        if name := self.space.named(f):
            return self.replacement(f, name)
        if room == "user" and (f.__module__ or "").split(".")[0] in _NUMERICAL:
            return self.where_lifted(f)
        return f if room == "standard library" else self.rebound(f)

    def where_lifted(self, f: types.FunctionType) -> Any:
        """A library's own Python code, re-pointed where an argument is lifted."""

        def chosen(*args: Any, **kwargs: Any) -> Any:
            plain = not (reaches(args) or reaches(kwargs.values()))
            return (f if plain else self.rebound(f))(*args, **kwargs)

        return chosen

    def rebound(self, f: types.FunctionType) -> Any:
        """A copy of the function whose globals, closure and defaults are exchanged."""
        if id(f) in self.memo:
            return self.memo[id(f)]
        self.alive.append(f)
        if keeps_state(f.__code__):
            self.space.doubts.add(f.__name__)
            self.space.detours.add("memory")
        if looks_closer(f):
            self.space.detours.add(f.__name__)
        scope = self.memo.get(("globals", id(f.__globals__)))
        if scope is None:
            scope = self.memo["globals", id(f.__globals__)] = _Globals(self, f.__globals__)
        pending: list[tuple[types.CellType, Any]] = []
        cells = f.__closure__ and tuple(
            self.cell(c, n, pending) for c, n in zip(f.__closure__, f.__code__.co_freevars, strict=True)
        )
        copy = types.FunctionType(f.__code__, scope, f.__name__, f.__defaults__, cells)
        self.memo[id(f)] = copy
        for cell, content in pending:  # only now, so that functions may hold each other and themselves
            cell.cell_contents = self(content)
        copy.__kwdefaults__ = f.__kwdefaults__ and {k: self(v) for k, v in f.__kwdefaults__.items()}
        copy.__defaults__ = f.__defaults__ and tuple(self(d) for d in f.__defaults__)
        copy.__dict__.update(f.__dict__)
        self.copies.append((f, copy))
        return copy

    def cell(self, cell: types.CellType, name: str, pending: list) -> types.CellType:
        """A cell that holds code or objects gets a copy, filled later; one that holds a value stays, live."""
        if id(cell) in self.memo:
            return self.memo[id(cell)]
        try:
            content = cell.cell_contents
        except ValueError:
            return cell
        self.alive.append(cell)
        # Zero-argument super() goes on from the class as it was written.
        if type(content) in _UNTOUCHED or type(content) is Lifted or name == "__class__":
            self.live.append((cell, content))
            return cell
        made = self.memo[id(cell)] = types.CellType()
        pending.append((made, content))
        return made

    def finish(self) -> None:
        """Hand assignments to `global` names and attributes of functions back to where they belong."""
        for f, copy in self.copies:
            changed = {k: v for k, v in copy.__dict__.items() if f.__dict__.get(k, copy) is not v}
            f.__dict__.update({k: plain(v) for k, v in changed.items()})
        if self.exchange.pairs and self.exchange.finish(lambda value: value.concrete):
            self.space.doubts.add("changed containers or attributes")
            self.space.detours.add("memory")
        for cell, content in self.live:
            if type(cell.cell_contents) is Lifted and cell.cell_contents is not content:
                cell.cell_contents = cell.cell_contents.concrete
        for key, scope in list(self.memo.items()):
            if type(key) is tuple and key[0] == "globals":
                for name, value in dict.items(scope):
                    if not name.startswith("__") and type(value) is not Module:
                        scope.original[name] = value.concrete if type(value) is Lifted else value
                scope.clear()
        self.memo.clear()  # copies and their globals hold each other


_BUILTINS = {**vars(builtins), "float": LiftedFloat, "complex": LiftedComplex}


class _Globals(dict):
    """Globals that look up the original ones at every use, and exchange what they find."""

    def __init__(self, repoint: Repointer, original: dict):
        super().__init__(__builtins__={**_BUILTINS, "__import__": self.importer})
        self.repoint, self.original = repoint, original

    def __missing__(self, name: str) -> Any:
        if name in self.original:
            found = self.repoint(self.original[name])
            if type(found) is Module:
                dict.__setitem__(self, name, found)
            return found
        return _BUILTINS[name] if name in _BUILTINS else dict.__getitem__({}, name)

    def importer(
        self, name: str, globals_: Any = None, locals_: Any = None, fromlist: Any = (), level: int = 0
    ) -> Any:
        scope = globals_.original if isinstance(globals_, _Globals) else globals_
        module = builtins.__import__(name, scope, locals_, fromlist, level)
        # Compiled code imports through here too, with a list: it needs the module itself.
        return module if type(fromlist) is list else self.repoint(module)
