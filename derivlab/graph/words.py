"""A walk in words: the step just made, the sum it leads to, what is known so far, and what it costs."""

from __future__ import annotations

from typing import Any

import numpy as np

from derivlab.graph.nudge import Nudge
from derivlab.graph.walk import Step, Walk
from derivlab.tape_text import shown

FEW = 9  # entries that are written out
KIND = {"reverse": "adjoint", "forward": "tangent"}


def heading(walk: Walk, count: int) -> str:
    """The step just made."""
    if not count:
        return f"Start: {_start(walk)}."
    step = walk.steps[count - 1]
    way = "back from {} = {} to {}" if walk.mode == "reverse" else "on from {2} to {0} = {1}"
    operation = walk.operation(step)
    return way.format(
        walk.labels[operation.index], walk.phrase(operation), walk.labels[walk.argument(step).index]
    ) + (f" (its input {step.slot + 1})" if operation.inputs.count(walk.argument(step).index) > 1 else "")


def _start(walk: Walk) -> str:
    if walk.mode == "forward":
        return f"{walk.entries[0]} moves at the rate 1"
    several = "" if not walk.tape.nodes[-1].shape else ", its first entry,"
    return f"the output {walk.labels[-1]}{several} has the adjoint 1"


def terms(step: Step) -> tuple[str, str, str]:
    """Upstream, local derivative and contribution."""
    upstream, local, contribution = step.visit[2:5]
    return brief(upstream), "(a large matrix)" if local is None else brief(local), brief(contribution)


def brief(value: Any, digits: int = 6) -> str:
    """A value in words: its numbers where they are few, else how many there are."""
    return (
        shown(value, digits) if np.size(value) <= FEW else f"({'×'.join(map(str, np.shape(value)))} numbers)"
    )


def sum_told(walk: Walk, step: Step, digits: int = 6) -> str:
    """What the target has now."""
    name = f"{KIND[walk.mode]} of {walk.labels[step.visit.target.index]}"
    whole = brief(step.visit.total, digits)
    if step.before is not None:
        whole = f"{brief(step.before, digits)} {_plus(step.visit.contribution, digits)} = {whole}"
    return f"{name}: {whole}{', more to come' if step.awaited else ''}"


def _plus(value: Any, digits: int) -> str:
    """A summand with its sign."""
    return f"− {brief(-value, digits)}" if not np.ndim(value) and value < 0 else f"+ {brief(value, digits)}"


def result_told(walk: Walk, count: int, digits: int = 6) -> str:
    """The sweeps that are done, and what they gave."""
    rows = walk.rows(count)
    if not rows:
        return ""
    names = walk.entries if walk.mode == "forward" else _outputs(walk)
    if len(rows) == walk.sweeps and walk.mode == "reverse" and not walk.tape.nodes[-1].shape:
        return f"derivative by {walk.labels[0]}: {brief(rows[0], digits)}"
    return "derivative " + ", ".join(
        f"{'by ' if walk.mode == 'forward' else 'of '}{name}: {brief(row, digits)}"
        for name, row in list(zip(names, rows, strict=False))[-6:]
    )


def _outputs(walk: Walk) -> list[str]:
    shape = walk.tape.nodes[-1].shape
    return [f"{walk.labels[-1]}{list(k) if k else ''}" for k in np.ndindex(shape)]


def cost_told(walk: Walk, count: int) -> str:
    """The counter: edges passed, and what the whole derivative takes in both modes."""
    sweep = walk.steps[count - 1].sweep + 1 if count else 0
    costs = {mode: walk.cost(mode) for mode in KIND}
    totals = ", ".join(
        f"{mode} {c['edges']} in {c['sweeps']} sweep{'s' * (c['sweeps'] != 1)}" for mode, c in costs.items()
    )
    return (
        f"Operations: {count} so far, in sweep {sweep} of {walk.sweeps}; the whole derivative takes {totals}."
    )


def nudge_told(walk: Walk, it: Nudge) -> str:
    """Δoutput against gradient·Δ."""
    node = walk.tape.nodes[it.node]
    what = walk.labels[it.node] if not node.shape else f"every entry of {walk.labels[it.node]}"
    output = "the output" if not walk.tape.nodes[-1].shape else "the output's first entry"
    if not np.isfinite(it.moved):
        return f"Nudge {what} by {it.by:.4g}: {output} has no value there; gradient·Δ says {it.said:.6g}."
    return f"Nudge {what} by {it.by:.4g}: {output} moves by {it.moved:.6g}, gradient·Δ says {it.said:.6g}, gap {it.gap:.3g}."


def end_told(walk: Walk) -> str:
    """What is said after the last step."""
    if walk.kept < walk.sweeps:
        return f"These were {walk.kept} of {walk.sweeps} sweeps; the others are left out, being as long as these."
    return "The sweeps are done."


def step_told(walk: Walk, count: int) -> str:
    """Step, product and sum in one line."""
    start = f"{walk.mode}, step {count} of {len(walk.steps)}: "
    if not count:
        return f"{start}{heading(walk, 0)}"
    step = walk.steps[count - 1]
    upstream, local, contribution = terms(step)
    said = f"{start}{heading(walk, count)}, {upstream} × {local} = {contribution}; {sum_told(walk, step)}."
    result = result_told(walk, count)
    return f"{said} {result[:1].upper()}{result[1:]}." if result else said
