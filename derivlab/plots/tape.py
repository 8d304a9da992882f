"""The graph of a tape as SVG: layers from left to right, values above the nodes, adjoints below."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, groupby
from typing import Any

from derivlab.tape import Node, Tape, shown

MOST = 60  # boxes that stay readable; more are folded
WIDTH, HEIGHT, GAP, ROW = 104, 30, 46, 74
CSS = """
.derivlab-tape{overflow:auto;max-height:40em}
.derivlab-tape text{font:11px var(--jp-code-font-family,monospace);fill:currentColor;text-anchor:middle}
.derivlab-tape .name{font-weight:700;font-size:12px}
.derivlab-tape .adjoint{fill:var(--derivlab-adjoint,#d55e00)}
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

    @property
    def label(self) -> str:
        """The operation, or how many of them."""
        if len(self.nodes) == 1:
            return (
                self.last.expression.lstrip("#0123456789")
                if self.last.operation == "index"
                else self.last.operation
            )
        kinds = dict.fromkeys(node.operation for node in self.nodes)
        return f"{len(self.nodes)} × {next(iter(kinds))}" if len(kinds) == 1 else f"{len(self.nodes)} steps"


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
        return cls(tape, boxes, tuple(edges), adjoints)

    def svg(self) -> str:
        """The picture as an SVG element with a text alternative."""
        places, (wide, high) = self._places()
        curves = "".join(_curve(places[a], places[b]) for a, b in self.edges)
        cards = "".join(self._card(k, *places[k]) for k in range(len(self.boxes)))
        return (
            f'<svg role="img" aria-label="{html.escape(self.words())}" width="{wide}" height="{high}" '
            f'viewBox="0 0 {wide} {high}" xmlns="http://www.w3.org/2000/svg">{curves}{cards}</svg>'
        )

    def words(self) -> str:
        """The graph in one sentence."""
        tape = self.tape
        counts = Counter(node.operation for node in tape.nodes[1:]).most_common(5)
        most = ", ".join(f"{n} {name}" for name, n in counts)
        slope = "" if self.adjoints is None else f"; the derivative by x is {shown(self.adjoints[0])}"
        return (
            f"Computational graph of {tape.name}: {len(tape.nodes)} nodes ({most}); "
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

    def _places(self) -> tuple[list[tuple[float, float]], tuple[int, int]]:
        """The middle of each box, and the size of the picture."""
        rows = order(self.layers(), self.edges)
        layers = max(column for column, _ in rows) + 1
        tall = max(row for _, row in rows) + 1
        places = [(GAP / 2 + WIDTH / 2 + column * (WIDTH + GAP), ROW / 2 + row * ROW) for column, row in rows]
        return places, (round(GAP + layers * (WIDTH + GAP) - GAP), round(tall * ROW))

    def _card(self, k: int, x: float, y: float) -> str:
        box = self.boxes[k]
        node = box.last
        ends = " end" if k in (0, len(self.boxes) - 1) else ""
        folded = " folded" if len(box.nodes) > 1 else ""
        value, adjoint = (
            brief(node.value),
            "" if self.adjoints is None else brief(self.adjoints[node.index]),
        )
        title = f"#{node.index} {node.expression} = {shown(node.value)}"
        if self.adjoints is not None:
            title += f", adjoint {shown(self.adjoints[node.index])}"
        if node.line:
            title += f" ({node.line}: {node.code})"
        label = f"{node.name} = {box.label}" if node.name and node.inputs else box.label
        return (
            f'<g tabindex="0" class="node{ends}{folded}" role="listitem" aria-label="{html.escape(title)}">'
            f"<title>{html.escape(title)}</title>"
            f'<rect x="{x - WIDTH / 2:g}" y="{y - HEIGHT / 2:g}" width="{WIDTH}" height="{HEIGHT}" rx="5"/>'
            f'<text class="name" x="{x:g}" y="{y + 4:g}">{html.escape(cut(label, 14))}</text>'
            f'<text x="{x:g}" y="{y - HEIGHT / 2 - 5:g}">{html.escape(value)}</text>'
            f'<text class="adjoint" x="{x:g}" y="{y + HEIGHT / 2 + 13:g}">{html.escape(adjoint and "∂ " + adjoint)}</text></g>'
        )


def order(layers: Sequence[int], edges: Sequence[tuple[int, int]]) -> list[tuple[int, float]]:
    """A column and a row for each box: boxes stand at the mean of their neighbours, long edges pass between boxes.

    The barycentre rule over layers (Sugiyama, Tagawa and Toda 1981); an edge over several layers gets a
    placeholder in each of them.
    """
    column = list(layers)
    links: list[tuple[int, int]] = []
    for a, b in edges:
        here = a
        for level in range(layers[a] + 1, layers[b]):
            column.append(level)
            links.append((here, len(column) - 1))
            here = len(column) - 1
        links.append((here, b))
    ranks: list[list[int]] = [[] for _ in range(max(column) + 1)]
    for k, level in enumerate(column):
        ranks[level].append(k)
    row = {k: float(i) for rank in ranks for i, k in enumerate(rank)}
    left: dict[int, list[int]] = {k: [] for k in range(len(column))}
    right: dict[int, list[int]] = {k: [] for k in range(len(column))}
    for a, b in links:
        left[b].append(a)
        right[a].append(b)
    for turn in range(8):
        near = left if turn % 2 == 0 else right
        for rank in ranks if turn % 2 == 0 else ranks[::-1]:
            wish = {k: sum(row[n] for n in near[k]) / len(near[k]) if near[k] else row[k] for k in rank}
            rank.sort(key=lambda k: wish[k])
            row.update(_apart(rank, wish))
    low = min(row.values())
    return [(column[k], row[k] - low) for k in range(len(layers))]


def _apart(rank: list[int], wish: dict[int, float]) -> Iterator[tuple[int, float]]:
    """Rows at least one apart, as near to the wishes as going down and centring gives."""
    rows = [wish[rank[0]]]
    for k in rank[1:]:
        rows.append(max(wish[k], rows[-1] + 1.0))
    shift = sum(wish[k] for k in rank) / len(rank) - sum(rows) / len(rows)
    return ((k, row + shift) for k, row in zip(rank, rows, strict=True))


def _curve(a: tuple[float, float], b: tuple[float, float]) -> str:
    start, end = a[0] + WIDTH / 2, b[0] - WIDTH / 2
    bend = (end - start) / 2
    return (
        f'<path d="M{start:g} {a[1]:g} C{start + bend:g} {a[1]:g} {end - bend:g} {b[1]:g} {end - 6:g} {b[1]:g}"/>'
        f'<path d="M{end - 9:g} {b[1] - 4:g} L{end - 2:g} {b[1]:g} L{end - 9:g} {b[1] + 4:g}"/>'
    )


def brief(value: Any) -> str:
    """A value in at most 16 characters."""
    return cut(shown(value, 4), 16)


def cut(text: str, most: int) -> str:
    """A text, its end left out where it is long."""
    return text if len(text) <= most else text[: most - 1] + "…"


def to_dot(tape: Tape) -> str:
    """The graph of a tape in Graphviz' language."""
    cards = [f'  {n.index} [label="{_quoted(n.operation)}\\n{_quoted(brief(n.value))}"];' for n in tape.nodes]
    lines = [f"  {i} -> {n.index};" for n in tape.nodes for i in n.inputs]
    return "\n".join(["digraph {", "  rankdir=LR; node [shape=box];", *cards, *lines, "}"])


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
