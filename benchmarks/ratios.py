"""Interleaved medians: every row runs a few times a round, so that all see the same machine and warm caches."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

# Until one large block was freed, glibc hands memory back after many a free, and the page faults that follow fall on
# whichever row comes next.
np.ones(3_000_000)
REPEATS = 4  # measured, after one that is not


class Case(NamedTuple):
    """Rows to compare on one function: a title, calls by name, and the rounds that they run."""

    title: str
    rows: dict[str, Callable]
    rounds: int


def medians(case: Case) -> dict[str, float]:
    """Microseconds of processor time a call: what else runs on the machine takes none of it."""
    times: dict[str, list[float]] = {name: [] for name in case.rows}
    for call in case.rows.values():
        call()
    for _ in range(case.rounds):
        for name, call in case.rows.items():
            for warm in range(REPEATS + 1):
                start = time.process_time()
                call()
                if warm:
                    times[name].append(time.process_time() - start)
    return {name: 1e6 * statistics.median(t) for name, t in times.items()}


def table(case: Case, peers: dict[str, str], extra: dict[str, str] | None = None) -> dict[str, float]:
    """Print microseconds and the ratios to the peers, as {heading: row}; `extra` is a last column."""
    took = medians(case)
    heads = "".join(f"{head:>18}" for head in peers)
    print(f"\n{case.title}\n{'':<22}{'µs':>10}{heads}{'  error' if extra else ''}")
    for name, micro in took.items():
        ratios = "".join(f"{micro / took[row]:>18.3g}" for row in peers.values())
        print(f"{name:<22}{micro:>10.0f}{ratios}" + (f"  {extra[name]}" if extra else ""))
    return took
