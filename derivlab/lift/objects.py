"""Users' classes, objects and containers, with re-pointed code inside, for the length of one call."""

from __future__ import annotations

import abc
import enum
import functools
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol

import numpy as np

from derivlab.lift.lifted import Lifted

# Their subclasses are laid out like plain objects.
_BASES = {object, abc.ABC, Generic, Protocol}
_DATA = (bool, int, float, complex, str, bytes, type(None), np.ndarray, np.generic, Lifted)
LARGEST = 10_000  # of a container that is looked through


@dataclass(frozen=True)
class Wrapped:
    """A callable of this package around a function of the user's, which is re-pointed inside it."""

    f: Callable


def exchangeable(kind: type, *containers: type) -> bool:
    """Whether a subclass with re-pointed methods can stand for the class: written in Python, of plain layout.

    One that is yet to be called may also extend the named containers.
    """
    if type(kind) not in (type, abc.ABCMeta) or issubclass(kind, (BaseException, enum.Enum)):
        return False
    return all(k in _BASES or k in containers or _plain(k) for k in kind.__mro__)


def _plain(kind: type) -> bool:
    """Made by a class statement, with Python's own way of looking attributes up."""
    heap_type = 1 << 9
    return bool(kind.__flags__ & heap_type) and "__getattribute__" not in vars(kind)


class _Shadow(type):
    """Objects of the original class are instances of its shadow too."""

    def __instancecheck__(cls, value: Any) -> bool:
        original = vars(cls).get("_derivlab_original")
        return super().__instancecheck__(value) or (original is not None and isinstance(value, original))


class _AbstractShadow(_Shadow, abc.ABCMeta):
    pass


def is_shadow(kind: type) -> bool:
    """Whether the class stands for another one already."""
    return isinstance(kind, _Shadow)


def shadow_class(kind: type, repoint: Callable) -> type:
    """A subclass whose own and inherited methods are re-pointed; `super()` finds the re-pointed parents."""
    parents = tuple(repoint(base) for base in kind.__bases__ if base not in _BASES)
    parents = tuple(p for p in parents if p not in kind.__bases__)

    def look_up(self: Any, name: str) -> Any:
        found = object.__getattribute__(self, name)
        return found if name.startswith("__") or isinstance(found, _DATA) else repoint(found)

    space = {name: _member(member, repoint) for name, member in vars(kind).items()}
    space = {name: member for name, member in space.items() if member is not None}
    slots: dict[str, Any] = {} if any("__dict__" in vars(k) for k in kind.__mro__) else {"__slots__": ()}
    body = {
        **space,
        **slots,
        "__getattribute__": look_up,
        "__module__": kind.__module__,
        "__qualname__": kind.__qualname__,
    }
    shadow = (
        _AbstractShadow
        if issubclass(type(kind), abc.ABCMeta) or any(type(p) is _AbstractShadow for p in parents)
        else _Shadow
    )(kind.__name__, (kind, *parents), {**body, "_derivlab_original": kind})
    return shadow


def _member(member: Any, repoint: Callable) -> Any:
    """A re-pointed method, property or the like; None for what is inherited as it is."""
    if isinstance(member, types.FunctionType):
        return repoint(member)
    if isinstance(member, (staticmethod, classmethod)):
        return type(member)(repoint(member.__func__))
    if isinstance(member, property):
        parts = (member.fget, member.fset, member.fdel)
        return property(*[part and repoint(part) for part in parts])
    if isinstance(member, functools.cached_property):
        return functools.cached_property(repoint(member.func))
    return None


def attributes(value: Any) -> dict[str, Any]:
    """What an object holds, in its dictionary or in slots."""
    names = [n for k in type(value).__mro__ for n in _slots(k) if n not in ("__dict__", "__weakref__")]
    held = {n: object.__getattribute__(value, n) for n in names if _has(value, n)}
    return {**held, **(object.__getattribute__(value, "__dict__") if _has(value, "__dict__") else {})}


def _slots(kind: type) -> tuple[str, ...]:
    slots = vars(kind).get("__slots__", ())
    return (slots,) if isinstance(slots, str) else tuple(slots)


def _has(value: Any, name: str) -> bool:
    try:
        object.__getattribute__(value, name)
    except AttributeError:
        return False
    return True


def _store(target: Any, name: str, part: Any) -> None:
    """Set an attribute, past a property of the same name."""
    if any(name in _slots(k) for k in type(target).__mro__):
        object.__setattr__(target, name, part)
    else:
        object.__getattribute__(target, "__dict__")[name] = part


class Exchange:
    """Objects and containers that were exchanged, and how to hand back what a call changed in them."""

    def __init__(self, repoint: Callable):
        self.repoint = repoint
        self.pairs: dict[int, tuple[Any, Any, Any]] = {}  # original, exchanged, what it held
        self.kinds: dict[type, type] = {}
        self.originals: dict[int, Any] = {}

    def kind(self, kind: type) -> type:
        """The shadow of a class."""
        if kind not in self.kinds:
            made = shadow_class(kind, self.repoint)
            self.kinds[kind] = made
            self.originals[id(made)] = kind
        return self.kinds[kind]

    def value(self, value: Any) -> Any:
        """The object with a shadow of its class, holding the same attributes."""
        kind = type(value)
        if id(value) not in self.pairs:
            shadow = self.kind(kind)
            made: Any = object.__new__(shadow)
            held = attributes(value)
            for name, part in held.items():
                _store(made, name, part)
            self._keep(value, made, held)
        return self.pairs[id(value)][1]

    def container(self, value: Any) -> Any:
        """A copy of a list, tuple, dict or set with its entries exchanged."""
        if id(value) in self.pairs:
            return self.pairs[id(value)][1]
        if id(value) in self.originals or len(value) > LARGEST:
            return value
        if type(value) is tuple:
            made: Any = tuple(self.repoint(v) for v in value)
            if all(a is b for a, b in zip(made, value, strict=True)):
                return value
            self._keep(value, made, None)
            return made
        made = type(value)()
        self._keep(value, made, None)
        _refill(made, value, self.repoint)
        self.pairs[id(value)] = (value, made, made.copy())
        return made

    def _keep(self, original: Any, made: Any, held: Any) -> None:
        self.pairs[id(original)] = (original, made, held)
        self.originals[id(made)] = original

    def finish(self, concrete: Callable) -> bool:
        """What the call changed goes back as plain values; whether there was anything."""
        changed = False

        def plain(value: Any) -> Any:
            if type(value) is Lifted:
                return concrete(value)
            return self.originals.get(id(value), value)

        for original, made, held in self.pairs.values():
            if isinstance(original, (list, dict, set)):
                if held is not None and not _same(made, held):
                    changed = True
                    _refill(original, made, plain)
            elif held is not None:
                for name, value in attributes(made).items():
                    if name not in held or value is not held[name]:
                        changed = True
                        _store(original, name, plain(value))
        return changed


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, dict):
        return len(a) == len(b) and all(k in b and v is b[k] for k, v in a.items())
    if isinstance(a, set):
        return a == b
    return len(a) == len(b) and all(v is w for v, w in zip(a, b, strict=True))


def _refill(target: Any, source: Any, exchange: Callable) -> None:
    """Make `target` hold the exchanged entries of `source`."""
    entries = list(source.items()) if isinstance(source, dict) else list(source)
    target.clear()
    if isinstance(source, dict):
        target.update({k: exchange(v) for k, v in entries})
    elif isinstance(source, set):
        target.update(exchange(v) for v in entries)
    else:
        target.extend(exchange(v) for v in entries)
