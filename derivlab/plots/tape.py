"""The graph of a tape as SVG: layers from left to right, values above the nodes, adjoints below."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, groupby
from typing import Any

import numpy as np

from derivlab.graph.labels import labels, phrase
from derivlab.plots.layers import broken, order
from derivlab.tape import Node, Tape
from derivlab.tape_text import shown

MOST = 60  # boxes that stay readable; more are folded
WIDTH, HEIGHT, GAP, ROW = 104, 38, 46, 86
BREAK = "\\n"  # as Graphviz writes it
READABLE = 880  # pixels to which a wide picture may shrink; less is scrolled
LINE = 7  # layers side by side, as many as a notebook is wide
CSS = """
.derivlab-tape{overflow:auto;max-height:40em}
.derivlab-tape text{font:11px var(--jp-code-font-family,monospace);fill:currentColor;text-anchor:middle}
.derivlab-tape svg{max-width:100%;height:auto}
.derivlab-tape .name{font-weight:700;font-size:12px}
.derivlab-tape .detail{display:none;text-anchor:start}
.derivlab-tape g:hover .detail,.derivlab-tape g:focus .detail{display:inline}
.derivlab-tape:has(g:focus) g:hover:not(:focus) .detail{display:none}
.derivlab-tape .adjoint{fill:var(--derivlab-adjoint,#b34700)}
[data-jp-theme-light="false"] .derivlab-tape{--derivlab-adjoint:#f08c4a}
.derivlab-tape rect{fill:rgba(86,180,233,.18);stroke:#2f8fcb;stroke-width:1.2}
.derivlab-tape .end rect{stroke-width:2.6}
.derivlab-tape .folded rect{stroke-dasharray:5 3}
.derivlab-tape path{fill:none;stroke:currentColor;stroke-opacity:.5}
.derivlab-tape g:focus{outline:none}
.derivlab-tape g:focus rect{stroke:#d55e00;stroke-width:3}
""".replace("\n", "")


@dataclass(frozen=True)
class Box:
    """One box of the picture: a node, or a run of nodes folded into one."""

    nodes: tuple[Node, ...]

    @property
    def last(self) -> Node:
        """The node whose value the box shows."""
        return self.nodes[-1]

    def lines(self, names: Sequence[str]) -> tuple[str, str]:
        """What stands in the box: the node's name and its operation, or how many steps lead to it."""
        name = names[self.last.index]
        if len(self.nodes) > 1:
            return f"{len(self.nodes)} steps", f"to {name}"
        return name, phrase(self.last, names) if self.last.inputs else ""


def fold(tape: Tape, most: int = MOST) -> tuple[Box, ...]:
    """The nodes as at most `most` boxes: short stretches of what one line of code made, else equal stretches.

    A stretch of consecutive nodes may be folded without making a cycle, since every edge leads forward.
    """
    nodes, inner = tape.nodes, tape.nodes[1:-1]
    if len(nodes) <= most:
        return tuple(Box((node,)) for node in nodes)
    lines = [tuple(group) for _, group in groupby(inner, key=lambda node: node.line)]
    if len(lines) > most - 2:
        lines = [inner]
    size = next(k for k in count(2) if sum(-(-len(line) // k) for line in lines) <= most - 2)
    runs = [line[k : k + size] for line in lines for k in range(0, len(line), size)]
    return tuple(map(Box, ((nodes[0],), *runs, (nodes[-1],))))


@dataclass(frozen=True)
class TapeDisplay:
    """The picture of a tape, for notebooks; `boxes`, the edges between them, and the adjoints of all nodes."""

    tape: Tape
    boxes: tuple[Box, ...]
    edges: tuple[tuple[int, int], ...]
    adjoints: tuple[Any, ...] | None
    names: tuple[str, ...]

    @classmethod
    def from_tape(cls, tape: Tape, most: int = MOST) -> TapeDisplay:
        """The picture of a tape; adjoints are left out where the output is an array."""
        boxes = fold(tape, most)
        home = {node.index: k for k, box in enumerate(boxes) for node in box.nodes}
        edges = dict.fromkeys(
            (home[i], home[node.index])
            for node in tape.nodes
            for i in node.inputs
            if home[i] != home[node.index]
        )
        adjoints = None if tape.nodes[-1].shape else tape.adjoints()
        return cls(tape, boxes, tuple(edges), adjoints, labels(tape))

    def svg(self) -> str:
        """The picture as an SVG element with a text alternative."""
        places, ways, (wide, high) = self._places()
        curves = "".join(_curve(places[a], places[b], ways[a], ways[b]) for a, b in self.edges)
        cards = "".join(self._card(k, *places[k], high) for k in range(len(self.boxes)))
        least = f"min-width:{min(wide, READABLE)}px"
        return (
            f'<svg style="{least}" role="img" aria-label="{html.escape(self.words())}" width="{wide}" height="{high}" '
            f'viewBox="0 0 {wide} {high}" xmlns="http://www.w3.org/2000/svg">{curves}{cards}</svg>'
        )

    def words(self) -> str:
        """The graph in one sentence."""
        tape = self.tape
        counts = Counter(node.operation for node in tape.nodes[1:]).most_common(5)
        most = f" ({', '.join(f'{n} {name}' for name, n in counts)})" if counts else ""
        slope = "" if self.adjoints is None else f"; the derivative by x is {shown(self.adjoints[0])}"
        return (
            f"Computational graph of {tape.name}: {len(tape.nodes)} node{'s' * (len(tape.nodes) != 1)}{most}; "
            f"the value is {shown(tape.value)}{slope}."
        )

    def _repr_html_(self) -> str:
        return f'<div class="derivlab-tape"><style>{CSS}</style>{self.svg()}</div>'

    def __repr__(self) -> str:
        return self.words()

    def layers(self) -> list[int]:
        """How many edges the longest way from x to each box has."""
        depth = [0] * len(self.boxes)
        for a, b in sorted(self.edges, key=lambda edge: edge[1]):
            depth[b] = max(depth[b], depth[a] + 1)
        return depth

    def _places(self) -> tuple[list[tuple[float, float]], list[int], tuple[int, int]]:
        """The middle of each box, which way its line runs, and the size of the picture; a line for details stays free below."""
        spots = np.array(order(self.layers(), self.edges), dtype=float)
        columns, rows, ways = broken(spots, min(LINE, int(spots[:, 0].max()) + 1))
        x, y = GAP + WIDTH / 2 + columns * (WIDTH + GAP), ROW / 2 + rows * ROW
        size = round(x.max() + WIDTH / 2 + GAP), round(y.max() + ROW / 2 + 20)
        return list(zip(x.tolist(), y.tolist(), strict=True)), ways.tolist(), size

    def _told(self, box: Box) -> str:
        """All about a box in one line."""
        node, (first, second) = box.last, box.lines(self.names)
        told = (
            f"#{node.index} {self.names[node.index]} = {second}"
            if len(box.nodes) == 1 and second
            else f"#{node.index} {first} {second}"
        )
        told = f"{told.rstrip()} = {shown(node.value)}"
        if self.adjoints is not None:
            told += f", adjoint {shown(self.adjoints[node.index])}"
        return f"{told} ({node.line}: {node.code})" if node.line else told

    def _card(self, k: int, x: float, y: float, high: int) -> str:
        box, told = self.boxes[k], html.escape(self._told(self.boxes[k]))
        kinds = (
            "node",
            "end" if k in (0, len(self.boxes) - 1) else "",
            "folded" if len(box.nodes) > 1 else "",
        )
        first, second = box.lines(self.names)
        below = "" if self.adjoints is None else f"∂ {brief(self.adjoints[box.last.index])}"
        texts = (("name", y + (-2 if second else 4), cut(first, 14)), ("", y + 12, cut(second, 15)),
                 ("", y - HEIGHT / 2 - 5, brief(box.last.value)), ("adjoint", y + HEIGHT / 2 + 13, below))  # fmt: skip
        return (
            f'<g tabindex="0" class="{" ".join(filter(None, kinds))}" role="img" aria-label="{told}"><title>{told}</title>'
            f'<rect x="{x - WIDTH / 2:g}" y="{y - HEIGHT / 2:g}" width="{WIDTH}" height="{HEIGHT}" rx="5"/>'
            + "".join(
                f'<text class="{kind}" x="{x:g}" y="{up:g}">{html.escape(text)}</text>'
                for kind, up, text in texts
                if text
            )
            + f'<text class="detail" x="{GAP}" y="{high - 8}" aria-hidden="true">{told}</text></g>'
        )


def _curve(a: tuple[float, float], b: tuple[float, float], out: int, into: int) -> str:
    """From the side where a's line goes on to the side where b's comes from."""
    start, end = a[0] + out * WIDTH / 2, b[0] - into * WIDTH / 2
    bend = GAP if out != into else max(abs(end - start) / 2, GAP / 2)
    tip = f"M{end - 9 * into:g} {b[1] - 4:g} L{end - 2 * into:g} {b[1]:g} L{end - 9 * into:g} {b[1] + 4:g}"
    return (
        f'<path d="M{start:g} {a[1]:g} C{start + out * bend:g} {a[1]:g} {end - into * bend:g} {b[1]:g} {end - 6 * into:g} {b[1]:g}"/>'
        f'<path d="{tip}"/>'
    )


def brief(value: Any) -> str:
    """A value in at most 16 characters."""
    return cut(shown(value, 4), 16)


def cut(text: str, most: int) -> str:
    """A text, its end left out where it is long."""
    return text if len(text) <= most else text[: most - 1] + "…"


def to_dot(tape: Tape) -> str:
    """The graph of a tape in Graphviz' language."""
    names = labels(tape)
    told = [[names[n.index], phrase(n, names) if n.inputs else "", brief(n.value)] for n in tape.nodes]
    cards = [
        f'  {k} [label="{BREAK.join(map(_quoted, filter(None, lines)))}"];' for k, lines in enumerate(told)
    ]
    lines = [f"  {i} -> {n.index};" for n in tape.nodes for i in n.inputs]
    return "\n".join(["digraph {", "  rankdir=LR; node [shape=box];", *cards, *lines, "}"])


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
