"""Boxes in layers: a row for each, and layers broken into lines like text, every other one backwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np


def broken(spots: np.ndarray, per: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Columns, rows and ways (1 to the right, -1 to the left) of boxes at (layer, row) with `per` layers in a line."""
    line, place = np.divmod(spots[:, 0].astype(int), per)
    ways = np.where(line % 2 == 0, 1, -1)
    columns = np.where(ways > 0, place, per - 1 - place)
    rows, below = np.array(spots[:, 1], dtype=float), 0.0
    for number in range(line.max() + 1):
        here = line == number
        rows[here] += below - spots[here, 1].min()
        below = rows[here].max() + 1.0
    return columns, rows, ways


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
