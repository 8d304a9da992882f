"""Writes a recorded run as straight lines of NumPy: values forward, adjoints back."""

from __future__ import annotations

import itertools
import keyword
import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from autograd.core import add_outgrads, primitive_vjps

from derivlab.errors import DerivativeError
from derivlab.lift.autograd_space import plain
from derivlab.lift.recorder import Decision, again
from derivlab.lift.sweeps import BOXES
from derivlab.lift.tables import function_of
from derivlab.methods.program_rules import FACTORS, INFIX, WORDS, Factor, matmul, power


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


class Names:
    """Names for variables and constants, each used once."""

    def __init__(self) -> None:
        self.used = {"np", "value", "gradient", "check"}
        self.constants: dict[str, Any] = {}
        self.fresh = itertools.count(1)

    def new(self, wish: str = "") -> str:
        """The wished name, or that with a number, or `v1`, `v2`, ..."""
        if not wish.isidentifier() or keyword.iskeyword(wish):
            wish = f"v{next(self.fresh)}"
        name, k = wish, itertools.count(2)
        while name in self.used:
            name = f"{wish}_{next(k)}"
        self.used.add(name)
        return name

    def constant(self, value: Any, wish: str = "c") -> str:
        """A name for a value that stays the same."""
        for name, known in self.constants.items():
            if known is value:
                return name
        name = self.new(wish)
        self.constants[name] = value
        return name


class Writer:
    """The lines of one recorded run; `nodes` in the order in which they ran, x first."""

    def __init__(
        self, nodes: list, decisions: list[Decision], names: dict[Any, str], parameter: str, shape: tuple
    ):
        self.wishes, self.names = names, Names()
        self.lines: list[str] = []
        self.variable = {nodes[0]: self.names.new(parameter)}
        self.original: dict[Any, Any] = {}  # of nodes that do the same once more
        self.same: dict[str, Any] = {}
        self.known: dict[int, str] = {}  # what decisions made, by identity
        self.root, self.end, self.shape = nodes[0], nodes[-1], shape
        self.steps = sorted([*needed(nodes, decisions)], key=lambda step: step.order)

    # ---- forward
    def forward(self) -> None:
        """A line for each operation, and the decisions where they were made."""
        for step in self.steps:
            self._decide(step) if isinstance(step, Decision) else self._operate(step)
        self.lines.append(f"value = {self.variable[self.end]}")

    def _operate(self, node: Any) -> None:
        line = self._call(node.recipe[0], self.words(node), node.recipe[3])
        if line in self.same:  # the same operation on the same values
            self.original[node] = self.same[line]
            self.variable[node] = self.variable[self.same[line]]
            return
        self.same[line] = node
        self.variable[node] = self.names.new(self.wishes.get(node, ""))
        self.lines.append(f"{self.variable[node]} = {line}")

    def words(self, node: Any) -> list[str]:
        """The arguments of an operation as source."""
        _, _, args, _, argnums = node.recipe
        places = dict(zip(argnums, node.parents, strict=True))
        word = self.key if node.recipe[0].__name__ == "__getitem__" else self.word
        return [self.variable[places[k]] if k in places else word(a) for k, a in enumerate(args)]

    def _call(self, fun: Any, words: list[str], kwargs: dict) -> str:
        operation = fun.__name__
        if operation == "__getitem__":
            return f"{words[0]}[{words[1]}]"
        if operation == "power" and words[1] == "2":
            return f"{words[0]} * {words[0]}"
        if operation == "negative" and len(words) == 1:
            return f"-{words[0]}"
        return self._applied(operation, again(fun), words, kwargs)

    def _applied(self, operation: str, function: Callable, words: list[str], kwargs: dict) -> str:
        if operation in INFIX and len(words) == 2 and not kwargs:
            left, right = (f"({word})" if word.startswith("-") else word for word in words)
            return f"{left} {INFIX[operation]} {right}"
        inside = ", ".join([*words, *(f"{name}={self.word(value)}" for name, value in kwargs.items())])
        public = getattr(np, operation, None) is function
        return f"{f'np.{operation}' if public else self.names.constant(function, operation)}({inside})"

    def _decide(self, decision: Decision) -> None:
        words = [self.word(a) for a in decision.args]
        name = self.known[id(decision.value)] = self.names.new()
        if decision.key == "value":
            line = words[0]
        else:
            line = self._applied(
                decision.key.rpartition(".")[2], function_of(decision.key), words, decision.kwargs
            )
        self.lines.append(f"{name} = {line}")
        if decision.guarded:
            recorded = decision.value
            literal = repr(bool(recorded)) if isinstance(recorded, (bool, np.bool_)) else ""
            self.lines.append(f"check({name}, {literal or self.names.constant(recorded)})")

    # ---- back
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
        if op in FACTORS and not kwargs:
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

    # ---- source
    def line(self, text: str, operation: str) -> str:
        """A line of its own for an adjoint, with the rule in words; its name."""
        if text.isidentifier():
            return text
        if text not in self.same:
            name = self.same[text] = self.names.new()
            lone = operation in FACTORS and len(FACTORS[operation]) == 1
            note = (
                f"slope of {operation}"
                if lone
                else WORDS.get(operation, "" if operation in FACTORS else operation)
            )
            self.lines.append(f"{name} = {text}" + (f"  # {note}" if note else ""))
        found = self.same[text]
        return found if isinstance(found, str) else self.variable[found]

    def word(self, value: Any) -> str:
        """A value as source: a variable, a literal, or a named constant."""
        if type(value) in BOXES:
            return self.variable[value._node]
        if id(value) in self.known:
            return self.known[id(value)]
        if value is Ellipsis:
            return "..."
        if isinstance(value, slice):
            return f"slice({', '.join(map(self.word, (value.start, value.stop, value.step)))})"
        if type(value) is tuple:
            return f"({', '.join(map(self.word, value))}{',' if len(value) == 1 else ''})"
        if type(value) is list:
            return f"[{', '.join(map(self.word, value))}]"
        if isinstance(value, (bool, int, str, type(None))):
            return repr(value)
        if isinstance(value, np.integer):
            return repr(int(value))
        if isinstance(value, (float, np.floating)) and math.isfinite(value):
            return repr(float(value))
        return self.names.constant(value)

    def key(self, value: Any) -> str:
        """An index as it stands between brackets."""
        if type(value) is tuple and value:
            return ", ".join(map(self.key, value)) + ("," if len(value) == 1 else "")
        if not isinstance(value, slice):
            return self.word(value)
        ends = ["" if end is None else self.word(end) for end in (value.start, value.stop, value.step)]
        return ":".join(ends if ends[2] else ends[:2])


class Pull:
    """autograd's rule of one operation as a function of the adjoint, the value and the arguments."""

    def __init__(self, maker: Callable, argnums: tuple, kwargs: dict):
        self.maker, self.argnums, self.kwargs = maker, argnums, kwargs

    def __call__(self, g: Any, value: Any, *args: Any) -> list:
        parts = self.maker(self.argnums, value, args, self.kwargs)(np.float64(g) if type(g) is float else g)
        return [add_outgrads(None, part)[0] for part in parts]


def needed(nodes: list, decisions: list[Decision]) -> Iterator[Any]:
    """Operations on the way to the output, decisions that they or guards ask for, and what those ask for."""
    asked = set(nodes[1:])
    wanted: set[int] = set()
    for node in nodes[1:]:
        wanted.update(map(id, _leaves(node.recipe[2])))
    kept = []
    for decision in reversed(decisions):
        if not (decision.guarded or id(decision.value) in wanted):
            continue
        kept.append(decision)
        for leaf in _leaves([*decision.args, *decision.kwargs.values()]):
            wanted.add(id(leaf))
            stack = [leaf._node] if type(leaf) in BOXES else []
            while stack:
                node = stack.pop()
                if node not in asked and node is not nodes[0]:
                    asked.add(node)
                    wanted.update(map(id, _leaves(node.recipe[2])))
                    stack += node.parents
    yield from asked
    yield from kept


def _leaves(values: Any) -> Iterator[Any]:
    for value in values:
        if type(value) in (list, tuple):
            yield from _leaves(value)
        else:
            yield value


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
