"""Writes a recorded run as straight lines of NumPy: values forward, adjoints back."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from autograd.core import add_outgrads, primitive_vjps

from derivlab.errors import DerivativeError
from derivlab.lift.autograd_space import plain
from derivlab.lift.recorder import Decision
from derivlab.methods.program_lines import Lines
from derivlab.methods.program_rules import FACTORS, WORDS, Factor, matmul, power


class Adjoint(NamedTuple):
    """number · name, of shape `shape`; a scalar stands for an array that is the same everywhere. Name "" is 1."""

    number: float
    name: str
    shape: tuple[int, ...]

    def text(self) -> str:
        """The product as source."""
        if not self.name:
            return repr(self.number)
        return {1.0: self.name, -1.0: f"-{self.name}"}.get(self.number, f"{self.number!r} * {self.name}")


class Slot(NamedTuple):
    """An adjoint of `a[key]`, to be added to that of a."""

    key: str
    repeats: bool
    g: Adjoint


class Writer(Lines):
    """Lines forward, and the adjoint lines back from the output to x."""

    def backward(self) -> None:
        """Adjoint lines from the output to x."""
        nodes = [step for step in self.steps if not isinstance(step, Decision)]
        parts: dict[Any, list] = {self._first(self.end): [Adjoint(1.0, "", ())]}
        for node in reversed(nodes):
            if node not in parts:
                continue
            g = self.total(parts.pop(node), self.variable[node], node.recipe[1])
            if g.number != 0.0:
                for parent, part in zip(node.parents, self.handed_on(node, g), strict=True):
                    parts.setdefault(self._first(parent), []).append(part)
        self.finish(parts.get(self.root, []))

    def _first(self, node: Any) -> Any:
        return self.original.get(node, node)

    def handed_on(self, node: Any, g: Adjoint) -> list:
        """What the adjoint g of a node contributes to each of its inputs."""
        words, argnums = self.words(node), node.recipe[4]
        found = [self.rule(node, g, k, words) for k in argnums]
        return found if all(part is not None for part in found) else self.own_rule(node, g, words)

    def rule(self, node: Any, g: Adjoint, k: int, words: list[str]) -> Any:
        """The contribution to argument k by a rule of the tables, or None."""
        fun, value, args, kwargs, _ = node.recipe
        if any(map(_unusual, (value, *(plain(args[i]) for i in node.recipe[4])))):
            return None
        op, full, shape = fun.__name__, np.shape(value), np.shape(plain(args[k]))
        if op == "power" and k == 0 and self.fixed(node, 1) and (slope := power(args[1])) is not None:
            return self.scaled(node, g, slope, k, words)
        if op in FACTORS and k < len(FACTORS[op]) and not kwargs:
            return self.scaled(node, g, FACTORS[op][k], k, words)
        if op == "__getitem__" and isinstance(args[0], np.ndarray):
            return Slot(words[1], _repeats(args[1]), g)
        if op in ("sum", "mean") and set(kwargs) <= {"axis", "keepdims"} and len(args) == 1:
            return self.spread(op, g, kwargs, full, shape)
        if op in ("matmul", "dot") and not kwargs:
            return self.product(g, full, k, words, args)
        if op == "reshape" and len(args) == 2 and not kwargs:
            return self.arranged(g, f".reshape({shape!r})", shape, "back to its own shape")
        if op == "transpose":
            axes = args[1] if len(args) > 1 else kwargs.get("axes")
            back = "" if axes is None else repr(tuple(int(a) for a in np.argsort(axes)))
            return self.arranged(g, f".transpose({back})", shape, "transposed back")
        if op == "where" and k > 0 and not kwargs:
            inside = [g.name or "1.0", "0.0"][:: 1 if k == 1 else -1]
            text = f"np.where({words[0]}, {', '.join(inside)})"
            have = np.broadcast_shapes(np.shape(plain(args[0])), g.shape)
            return self.fitted(Adjoint(g.number, self.line(text, op), have), full, shape)
        return None

    def fixed(self, node: Any, k: int) -> bool:
        """Whether argument k is the same at every x."""
        return k not in node.recipe[4] and id(node.recipe[2][k]) not in self.known

    def scaled(self, node: Any, g: Adjoint, slope: Factor, k: int, words: list[str]) -> Adjoint:
        """g times the slope, summed to the shape of the argument."""
        fun, value, args, _, _ = node.recipe
        number, name, have = g.number * slope.number, g.name, g.shape
        linear = fun.__name__ in ("multiply", "divide") and slope.text in ("{x}", "{y}")
        if linear and self.fixed(node, 1 - k) and type(args[1 - k]) in (int, float, np.float64):
            number = number / float(args[1 - k]) if slope.divide else number * float(args[1 - k])
        elif slope.text:
            text = slope.text.format(z=self.variable[node], x=words[0], y=words[-1])
            sign = "/" if slope.divide else "*"
            name = self.line(f"{name or '1.0'} {sign} {text}" if name or slope.divide else text, fun.__name__)
            shapes = {
                "{x}": np.shape(plain(args[0])),
                "{y}": np.shape(plain(args[-1])),
                "{z}": np.shape(value),
            }
            have = np.broadcast_shapes(have, *(shape for mark, shape in shapes.items() if mark in slope.text))
        return self.fitted(Adjoint(number, name, have), np.shape(value), np.shape(plain(args[k])))

    def product(self, g: Adjoint, full: tuple, k: int, words: list[str], args: tuple) -> Adjoint | None:
        """The adjoint of a factor of a matrix product."""
        ndims = np.ndim(plain(args[0])), np.ndim(plain(args[1]))
        if ndims == (1, 1):
            text = f"{g.name} * {words[1 - k]}" if g.name else words[1 - k]
            return Adjoint(g.number, self.line(text, "multiply"), np.shape(plain(args[k])))
        whole = self.whole(g, full)
        back = matmul(whole.name, words[0], words[1], ndims, k)
        if back is None:
            return None
        return Adjoint(whole.number, self.line(back, "matmul"), np.shape(plain(args[k])))

    def arranged(self, g: Adjoint, ending: str, shape: tuple, note: str) -> Adjoint:
        """The adjoint of an array that was laid out anew."""
        return g if g.shape == () else Adjoint(g.number, self.line(g.name + ending, note), shape)

    def spread(self, op: str, g: Adjoint, kwargs: dict, full: tuple, shape: tuple) -> Adjoint:
        """The adjoint of what was summed, or averaged."""
        number = g.number if op == "sum" else g.number * math.prod(full) / math.prod(shape)
        if g.shape == ():
            return Adjoint(number, g.name, ())
        axis = kwargs.get("axis")
        axis = tuple(range(len(shape))) if axis is None else axis
        text = g.name if kwargs.get("keepdims") else f"np.expand_dims({g.name}, {axis!r})"
        return Adjoint(number, self.line(f"np.broadcast_to({text}, {shape!r})", op), shape)

    def fitted(self, g: Adjoint, full: tuple, shape: tuple) -> Adjoint:
        """An adjoint in the shape `full` of a result, summed to the shape of a broadcast argument."""
        if full == shape:
            return g if g.shape in ((), full) else self.whole(g, full)
        if g.shape == ():
            return Adjoint(g.number * math.prod(full) / math.prod(shape), g.name, ())
        whole, lead = self.whole(g, full), tuple(range(len(full) - len(shape)))
        ones = tuple(k + len(lead) for k, n in enumerate(shape) if n == 1 and full[k + len(lead)] != 1)
        text = f"np.sum({whole.name}, axis={ones!r}, keepdims=True)" if ones else whole.name
        if lead:
            text = f"np.sum({text}, axis={lead!r})" if shape else f"np.sum({text})"
        return Adjoint(whole.number, self.line(text, "summed over the broadcast axes"), shape)

    def whole(self, g: Adjoint, shape: tuple) -> Adjoint:
        """An adjoint that really has its shape."""
        if g.shape == shape and g.name:
            return g
        if not g.name:
            return Adjoint(g.number, self.line(f"np.ones({shape!r})" if shape else "1.0", ""), shape)
        return Adjoint(g.number, self.line(f"np.broadcast_to({g.name}, {shape!r})", ""), shape)

    def total(self, parts: list, name: str, value: Any) -> Adjoint:
        """The sum of contributions; those to some entries only go into a buffer."""
        if isinstance(value, tuple):
            inside = ", ".join(f"({part.number!r}, {part.name})" for part in parts)
            return Adjoint(1.0, self.line(f"{self.names.constant(gathered, 'gathered')}({inside})", ""), ())
        slots = [part for part in parts if isinstance(part, Slot)]
        whole = _collected([part for part in parts if not isinstance(part, Slot)])
        if slots:
            return self._filled(slots, whole, name, np.shape(value))
        if len(whole) <= 1:
            return whole[0] if whole else Adjoint(0.0, "", ())
        have = np.broadcast_shapes(*(part.shape for part in whole))
        return Adjoint(1.0, self.line(_sum(whole), "contributions add up"), have)

    def _filled(self, slots: list[Slot], whole: list[Adjoint], name: str, shape: tuple) -> Adjoint:
        buffer = self.names.new(f"d_{name}")
        start = f"np.zeros({shape!r})"
        if whole:
            start = f"np.full({shape!r}, {_sum(whole)})"
        self.lines.append(f"{buffer} = {start}")
        for key, group in itertools.groupby(slots, key=lambda slot: slot.key):
            several = list(group)
            if several[0].repeats:
                self.lines += [
                    f"np.add.at({buffer}, np.index_exp[{key}], {slot.g.text()})" for slot in several
                ]
                continue
            g = _collected([slot.g for slot in several])
            sign, text = (
                ("-=", _sum([g[0]._replace(number=-g[0].number)]))
                if len(g) == 1 and g[0].number < 0
                else ("+=", _sum(g))
            )
            self.lines.append(f"{buffer}[{key}] {sign} {text}  # {WORDS['index']}")
        return Adjoint(1.0, buffer, shape)

    def own_rule(self, node: Any, g: Adjoint, words: list[str]) -> list:
        """Contributions by autograd's own rule on the present values."""
        fun, value, args, kwargs, argnums = node.recipe
        if fun not in primitive_vjps:
            raise DerivativeError(f"there is no backward rule of {fun.__name__}; use a numerical method.")
        whole = self.whole(g, _shape(value))
        if fun.__name__ == "__getitem__":  # the index stands alone here, and not between brackets
            words = [words[0], f"np.s_[{words[1]}]"]
        name = f"pull_{fun.__name__.strip('_')}"
        pull = self.names.constant(Pull(primitive_vjps[fun], argnums, kwargs), name)
        found = [self.names.new() for _ in argnums]
        inside = ", ".join([whole.name, self.variable[node], *words])
        self.lines.append(f"{', '.join(found)}, = {pull}({inside})  # autograd's rule of {fun.__name__}")
        shapes = [_shape(plain(args[k])) for k in argnums]
        return [Adjoint(whole.number, name, shape) for name, shape in zip(found, shapes, strict=True)]

    def finish(self, parts: list) -> None:
        """The gradient in the shape of x."""
        shape = self.shape
        g = self.total(parts, self.variable[self.root], np.empty(shape))
        text = g.text()
        if not shape:
            text = f"float({text})"
        elif g.shape != shape or not g.name:
            text = f"np.full({shape!r}, {text})"
        elif g.number == 1.0 and g.name in self.variable.values():
            text = f"{g.name}.copy()"
        self.lines.append(f"gradient = {text}")


class Pull:
    """autograd's rule of one operation as a function of the adjoint, the value and the arguments."""

    def __init__(self, maker: Callable, argnums: tuple, kwargs: dict):
        self.maker, self.argnums, self.kwargs = maker, argnums, kwargs

    def __call__(self, g: Any, value: Any, *args: Any) -> list:
        parts = self.maker(self.argnums, value, args, self.kwargs)(np.float64(g) if type(g) is float else g)
        return [add_outgrads(None, part)[0] for part in parts]


def _unusual(value: Any) -> bool:
    """Complex numbers and results in several parts, which keep autograd's own rules."""
    return isinstance(value, (complex, tuple)) or getattr(getattr(value, "dtype", None), "kind", "") == "c"


def _shape(value: Any) -> tuple[int, ...]:
    return () if isinstance(value, tuple) else np.shape(value)


def gathered(*parts: tuple[float, Any]) -> Any:
    """The sum of number · part over adjoints of a result in several parts."""
    total = None
    for number, part in parts:
        scaled = [number * p for p in part]
        made = type(part)(*scaled) if hasattr(part, "_fields") else tuple(scaled)
        total = add_outgrads(total, made)
    return total[0]  # type: ignore[index]


def _repeats(index: Any) -> bool:
    """Whether an index may name an entry twice."""
    parts = index if type(index) is tuple else (index,)
    return any(type(part) is list or (type(part) is np.ndarray and part.dtype != bool) for part in parts)


def _collected(parts: list[Adjoint]) -> list[Adjoint]:
    """Like terms taken together."""
    numbers: dict[tuple, float] = {}
    for part in parts:
        numbers[part.name, part.shape] = numbers.get((part.name, part.shape), 0.0) + part.number
    return [Adjoint(number, *key) for key, number in numbers.items() if number]


def _sum(parts: list[Adjoint]) -> str:
    return " + ".join(part.text() for part in parts).replace("+ -", "- ")
