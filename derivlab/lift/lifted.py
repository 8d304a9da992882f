"""A value of another library that answers NumPy's calls: the one idea of derivlab."""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.lift.lines import library_call, user_line
from derivlab.lift.operators import operators


def numbers(value: Any) -> np.ndarray:
    """The plain floats behind a value, for choices that leave the result as it is (a pivot, a scaling)."""
    found = np.array(plain(value))
    if found.dtype == object and any(hasattr(v, "_mpc_") or isinstance(v, complex) for v in found.flat):
        return found.astype(complex)
    return found if found.dtype.kind == "c" else found.astype(float)


def plain(value: Any) -> Any:
    """The value itself, or the plain one behind a lifted one."""
    return value.concrete if type(value) is Lifted else value


@operators
class Lifted:
    """One value (a number or an array) of the namespace `space`, seen by NumPy code as an array.

    Arithmetic, NumPy calls (NEP 13, NEP 18), indexing and item assignment go to the namespace's rules; whatever would
    turn the value into a plain number raises `DerivativeError`.
    """

    __slots__ = ("_parent", "_seen", "_value", "_version", "_view", "space")
    __array_priority__ = 1000.0

    def __init__(self, space: Any, value: Any, parent: Lifted | None = None, view: Any = None):
        self.space, self._value, self._parent, self._view = space, value, parent, view
        self._version = 0
        self._seen = parent.root._version if parent is not None else 0

    @property
    def root(self) -> Lifted:
        here = self
        while here._parent is not None:
            here = here._parent
        return here

    @property
    def value(self) -> Any:
        if self._parent is not None and self._seen != (now := self.root._version):
            self._value, self._seen = self._view(self.space, self._parent.value), now
            self.space.doubts.add("a view")
        return self._value

    def memory(self) -> np.ndarray:
        """An array laid out in memory as this one: what a further view of it shares, NumPy knows."""
        if self._parent is None:
            return np.empty(self.shape, dtype=bool)
        return self._view(None, self._parent.memory())

    def _assign(self, value: Any) -> None:
        self._value = value
        if self._parent is None:
            self._version += 1
            return
        self.space.doubts.add("a view")
        parent = self._parent
        where = self._view(None, np.arange(parent.size).reshape(parent.shape))
        flat = self.space.raw_call("reshape", parent.value, (-1,))
        flat = self.space.assigned(flat, np.ravel(where), self.space.raw_call("reshape", value, (-1,)))
        parent._assign(self.space.raw_call("reshape", flat, parent.shape))
        self._seen = self.root._version

    def _cut(self, what: str, instead: str) -> DerivativeError:
        """Kept as well: compiled code may go on with an error pending, and raise another one."""
        called = library_call()
        instead = "use a numerical method, such as richardson" if called else instead
        self.space.refusal = DerivativeError(f"{what}{called}{user_line()} cuts the graph; {instead}.")
        self.space.detours.add(what)
        return self.space.refusal

    # ---- what NumPy code asks of an array
    @property  # type: ignore[misc]
    def __class__(self) -> Any:  # isinstance answers as for the plain value
        return np.ndarray if self.ndim else np.float64

    @property
    def concrete(self) -> np.ndarray:
        return self.space.concrete(self.value)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.space.shape(self.value)

    @shape.setter
    def shape(self, new: Any) -> None:
        if self._parent is not None:
            raise DerivativeError(
                f"setting the shape of a view{user_line()} cannot be followed; use .reshape()."
            )
        self._value = self.space.raw_call("reshape", self.value, new)

    ndim = property(lambda self: len(self.shape))
    size = property(lambda self: int(np.prod(self.shape)))
    dtype = property(lambda self: self.space.dtype(self.value))
    itemsize = property(lambda self: 8)
    T = property(lambda self: self.space.call("transpose", (self,), {}))
    real = property(lambda self: self.space.call("real", (self,), {}))
    imag = property(lambda self: self.space.call("imag", (self,), {}))
    mT = property(lambda self: self.space.call("linalg.matrix_transpose", (self,), {}))
    base = property(lambda self: self._parent)
    flags = property(lambda self: self.memory().flags)
    nbytes = property(lambda self: 8 * self.size)

    @property
    def flat(self) -> Lifted:
        """The entries one after the other; written, they change this array whatever its layout."""
        return Lifted(
            self.space,
            self.space.raw_call("reshape", self.value, (-1,)),
            self,
            lambda s, v: np.reshape(v, (-1,)) if s is None else s.raw_call("reshape", v, (-1,)),
        )

    @flat.setter
    def flat(self, new: Any) -> None:
        self.flat[...] = new

    def __len__(self) -> int:
        if not self.ndim:
            raise TypeError("object of type 'float' has no len()")
        return self.shape[0]

    def __iter__(self):
        if not self.ndim:
            raise TypeError("'float' object is not iterable")
        return (self[i] for i in range(len(self)))

    def __getitem__(self, key: Any) -> Lifted:
        key = self.space.index(key)
        value = self.space.getitem(self.value, key)
        basic = type(key) in (int, slice) or all(
            isinstance(k, (int, np.integer, slice)) or k in (None, Ellipsis) for k in _parts(key)
        )
        if basic and self.space.shape(value):
            return Lifted(self.space, value, self, lambda s, v: v[key] if s is None else s.getitem(v, key))
        return Lifted(self.space, value)

    def __setitem__(self, key: Any, new: Any) -> None:
        self.space.doubts.add("an assignment")
        if self.dtype.kind in "iub":
            raise DerivativeError(
                f"assigning to an integer array{user_line()} rounds; create it with dtype=float."
            )
        if self.dtype.itemsize < 8 and reaches((new,)):
            raise DerivativeError(
                f"assigning to an array of {self.dtype}{user_line()} rounds; create it with dtype=float."
            )
        if isinstance(new, (list, tuple)):
            new = self.space.make_array(np.array, new)
        self._assign(self.space.assigned(self.value, self.space.index(key), self.space.raw(new)))

    def __array_ufunc__(self, ufunc, method, *args, out=None, **kwargs):
        if out is not None:
            target = out[0]
            if type(target) is not Lifted:
                raise self._cut(f"out= of np.{ufunc.__name__}", "assign the result instead")
            target[...] = self.space.ufunc(ufunc, method, args, kwargs, target)
            return target
        return self.space.ufunc(ufunc, method, args, kwargs)

    def __array_function__(self, func, types, args, kwargs):
        return self.space.function(func, args, kwargs)

    def __array__(self, *_, **__):
        raise self._cut(
            "conversion to a plain array",
            "keep the value as NumPy code made it (np.stack, np.array([...]))",
        )

    def __float__(self):
        raise self._cut("float()", "leave it out: NumPy functions take the value as it is")

    def __complex__(self):
        raise self._cut("complex()", "leave it out")

    def __int__(self):
        self.space.ask("int()", self.value)
        if self.space.traced(self.value):
            self.space.tie("trunc", np.asarray(self.concrete, dtype=float))
        return int(self.concrete)

    __trunc__ = __int__

    def __floor__(self):
        return int(self.space.call("floor", (self,), {}).concrete)

    def __ceil__(self):
        return int(self.space.call("ceil", (self,), {}).concrete)

    def __index__(self):
        if self.dtype.kind in "iub":
            return int(self.concrete)
        raise TypeError(f"a float cannot be an index{user_line()}")

    def __round__(self, n: int | None = 0) -> Any:
        return self.space.call("round", (self, n or 0), {})

    def __bool__(self) -> bool:
        self.space.ask("a branch", self.value)
        if self.size == 1:
            self.space.tie("equal", self.value, 0.0)
        return bool(self.concrete)

    def __hash__(self):
        if self.ndim:
            raise TypeError("unhashable type: 'numpy.ndarray'")
        self.space.detours.add("a look-up")
        return object.__hash__(self)

    def __reduce_ex__(self, protocol):
        raise self._cut("pickling", "use .copy() or copy.deepcopy")

    def __repr__(self) -> str:
        self.space.written()
        return f"Lifted({self.concrete!r}, {self.space.name})"

    def __format__(self, spec: str) -> str:
        self.space.written()
        return format(self.concrete if self.ndim else float(self.concrete), spec)

    def item(self, *args):
        if not args:
            return self.reshape(())
        place = args[0] if len(args) == 1 else args
        return self[place] if isinstance(place, tuple) else self.reshape(-1)[place]

    def view(self, dtype: Any = None, **_: Any) -> Lifted:
        kind = self.space.raw(dtype)
        same = kind is None or (isinstance(kind, type) and issubclass(kind, np.ndarray))
        if not same and np.dtype(kind) != self.dtype:
            raise self._cut(f".view({np.dtype(kind)})", "leave the bits of floats alone")
        return self[...] if self.ndim else self

    def tobytes(self, *args):
        raise self._cut(".tobytes()", "leave it out")

    def tolist(self):
        return [row.tolist() for row in self] if self.ndim else self

    def copy(self, order: str = "C") -> Lifted:
        return Lifted(self.space, self.value)

    __copy__ = copy

    def __deepcopy__(self, memo):
        return self.copy()

    def astype(self, dtype, *args, copy=True, **kwargs):
        return self.space.astype(self, np.dtype(dtype)) if copy or np.dtype(dtype) != self.dtype else self

    def fill(self, value):
        self[...] = value

    def sort(self, axis=-1, **kwargs):
        self[...] = self.space.call("sort", (self,), {"axis": axis})

    def partition(self, kth, axis=-1, **kwargs):
        self[...] = self.space.call("partition", (self, kth, axis), {})

    def put(self, indices, values, mode="raise"):
        self.space.make_put(np.put, self, indices, values, mode=mode)

    def flatten(self, order: str = "C") -> Any:
        return self.space.call("ravel", (self, order), {}).copy()

    def reshape(self, *shape, **kwargs):
        return self.space.call("reshape", (self, shape[0] if len(shape) == 1 else shape), kwargs)

    def transpose(self, *axes):
        axes = axes[0] if len(axes) == 1 else axes or None
        return self.space.call("transpose", (self, axes), {})

    def conjugate(self):
        return self

    conj = conjugate

    def __getattr__(self, name: str) -> Any:
        if name in METHODS:
            return lambda *args, **kwargs: self.space.call(name, (self, *args), kwargs)
        raise AttributeError(f"derivlab cannot follow the array attribute .{name}{user_line()}")


METHODS = {
    "sum", "prod", "mean", "std", "var", "max", "min", "cumsum", "cumprod", "dot", "ravel", "squeeze", "clip",
    "trace", "diagonal", "take", "repeat", "swapaxes", "round", "argmax", "argmin", "argsort", "all", "any",
    "nonzero", "compress", "choose", "ptp", "searchsorted", "argpartition",
}  # fmt: skip


LISTS = {list, tuple}
ROWS = (list, tuple, deque)  # and what is derived from them, such as named tuples


def among(values: Any) -> Any:
    """A lifted value among the values, also inside lists, tuples and arrays of objects, or None."""
    for v in values:
        kind = type(v)
        if kind is Lifted:
            return v
        if kind in LISTS or (kind is np.ndarray and v.dtype == object) or issubclass(kind, ROWS):
            inner = among(v if kind is not np.ndarray else v.flat)
            if inner is not None:
                return inner
    return None


def reaches(values: Any) -> bool:
    """Whether a lifted value is among the values, also inside lists and tuples."""
    return among(values) is not None


def _parts(key: Any) -> tuple:
    """The parts of an index, or one that is not basic where any of them is an array."""
    parts = key if type(key) is tuple else (key,)
    return ("fancy",) if any(isinstance(k, (list, np.ndarray, bool, np.bool_)) for k in parts) else parts
