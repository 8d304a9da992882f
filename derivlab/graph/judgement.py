"""What is asked at a step, and what an answer is worth: right, or wrong with the name of the mistake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.graph.mistakes import ALL, CONTRIBUTION, LOCAL, MISTAKES, RULES, SIMPLE, SUM, rules, truth
from derivlab.graph.place import Place, asked, places
from derivlab.graph.reading import COARSE, Answer, read, spreads
from derivlab.graph.walk import Walk
from derivlab.tape_text import shown

ASKS = ALL


@dataclass(frozen=True)
class Judgement:
    """Whether an answer is right; `kind` names the mistake, "" where there is none, and `hint` is a sentence."""

    right: bool
    kind: str
    hint: str

    def __str__(self) -> str:
        return self.hint


def question(walk: Walk, number: int, ask: str = LOCAL) -> str:
    """What is asked at step `number`, in words; "" where there is nothing to ask."""
    if not asked(walk.steps[number], walk):
        return ""
    place = Place(walk, walk.steps[number])
    return QUESTIONS[ask].format(**words(place), **facts(place))


def symbol(walk: Walk, number: int, ask: str = LOCAL) -> str:
    """What is asked, as a formula."""
    place = Place(walk, walk.steps[number])
    return SYMBOLS[ask].format(**words(place))


def words(place: Place) -> dict[str, str]:
    """The names that stand in questions and hints."""
    walk, visit = place.walk, place.step.visit
    operation, argument = (walk.labels[n.index] for n in (place.operation, place.argument))
    coming = f"adjoint of {operation}" if walk.mode == "reverse" else f"tangent of {argument}"
    several = sum(k == place.argument.index for k in place.operation.inputs) > 1
    return {
        "operation": operation, "argument": argument, "phrase": walk.phrase(place.operation), "upstream": coming,
        "source": walk.labels[visit.source.index], "target": walk.labels[visit.target.index],
        "slot": f", at place {place.step.slot + 1} of {len(place.operation.inputs)}" if several else "",
    }  # fmt: skip


def facts(place: Place) -> dict[str, str]:
    """The numbers that stand in questions."""
    near = dict(zip([place.walk.labels[k] for k in place.operation.inputs], place.values, strict=True))
    told = ", ".join(f"{name} = {shown(value, 4)}" for name, value in near.items())
    had = "nothing" if place.before is None else shown(place.before, 4)
    return {"at": told, "coming": shown(place.upstream, 4), "had": had}


QUESTIONS = {
    LOCAL: "{operation} = {phrase}: what is ∂{operation}/∂{argument}{slot}, where {at}?",
    CONTRIBUTION: "{operation} = {phrase}{slot}, where {at}; the {upstream} is {coming}: what does this edge bring to {target}?",
    SUM: "{operation} = {phrase}{slot}, where {at}; the {upstream} is {coming}, and {target} has {had} so far: what does it have after this edge?",
}  # fmt: skip
SYMBOLS = {LOCAL: "∂{operation}/∂{argument}", CONTRIBUTION: "upstream × local", SUM: "sum at {target}"}


def judge(walk: Walk, number: int, given: Any, ask: str = LOCAL) -> Judgement:
    """An answer to the question at step `number`; errors: `DerivativeError` where it cannot be read, or nothing is asked."""
    _known(walk, number, ask)
    seen = places(walk, number)
    answer = read(given, seen)
    wanted = [truth(place, ask) for place in seen]
    if answer.fits(wanted):
        return Judgement(True, "", f"Right: {symbol(walk, number, ask)} = {shown(wanted[0])}.")
    return next(filter(None, (look(answer, seen, wanted, ask) for look in LOOKS)))


def _known(walk: Walk, number: int, ask: str) -> None:
    if ask not in ASKS or not 0 <= number < len(walk.steps) or not asked(walk.steps[number], walk):
        raise DerivativeError("nothing is asked here; step on or back, or choose what to ask.")


def reveal(walk: Walk, number: int, ask: str = LOCAL) -> Judgement:
    """The answer itself."""
    _known(walk, number, ask)
    value = truth(Place(walk, walk.steps[number]), ask)
    return Judgement(True, "", f"It is {symbol(walk, number, ask)} = {shown(value)}.")


def misshapen(answer: Answer, seen: Sequence[Place], wanted: Sequence, ask: str) -> Judgement | None:
    """A list of another length than asked."""
    shape, given = np.shape(wanted[0]), answer.values[0].shape
    if spreads(given, shape):
        return None
    size = "one number" if not shape else f"{' by '.join(map(str, shape))} numbers"
    return Judgement(False, "shape", f"Asked is {size}, and this has {answer.values[0].size}.")


def coarse(answer: Answer, seen: Sequence[Place], wanted: Sequence, ask: str) -> Judgement | None:
    """Right as far as it goes, with too few digits."""
    off, size = np.max(np.abs(answer.values[0] - wanted[0])), np.max(np.abs(wanted[0]))
    if not answer.number or off > max(min(answer.slack, 0.1 * size), COARSE * size):
        return None
    return Judgement(False, "too coarse", "Close: give three digits, or an expression.")


def kink(answer: Answer, seen: Sequence[Place], wanted: Sequence, ask: str) -> Judgement | None:
    """Where the slopes of both sides differ, each slope in between will do."""
    if ask != LOCAL or not seen[0].operation.elementwise:
        return None
    low, high = np.sort(np.broadcast_arrays(*seen[0].sides), axis=0)
    if not np.any(high - low > 1e-3 * (1e-3 + np.abs(high) + np.abs(low))):
        return None
    takes = f"at this kink the slope jumps between {shown(low, 3)} and {shown(high, 3)}, and the sweep takes {shown(wanted[0])}."
    if np.all((answer.values[0] >= low - 1e-3) & (answer.values[0] <= high + 1e-3)):
        return Judgement(True, "", f"Right as one of several: {takes}")
    return Judgement(False, "kink", f"Not so: {takes}")


def only_here(answer: Answer, seen: Sequence[Place], wanted: Sequence, ask: str) -> Judgement | None:
    """An expression that has the right value by chance."""
    if not answer.here(wanted[0]):
        return None
    return Judgement(False, "right only at this point", f"{answer.text} has the right value here, but by chance: with other values of the inputs it is wrong.")  # fmt: skip


def nothing(answer: Answer, seen: Sequence[Place], wanted: Sequence, ask: str) -> Judgement | None:
    """Zero for something that is not, or the other way round."""
    names = words(seen[0])
    if not np.any(answer.values[0]):
        return Judgement(False, "not zero", f"{names['operation']} does move when {names['argument']} moves; zero is for what does not.".format())  # fmt: skip
    if not np.any(wanted[0]):
        flat = (
            f"{names['phrase']} does not change with {names['argument']} here"
            if ask == LOCAL
            else "Nothing arrives here"
        )
        return Judgement(False, "flat", f"{flat}: the slope is a plain number.")
    return None


def rule(answer: Answer, seen: Sequence[Place], wanted: Sequence, ask: str) -> Judgement | None:
    """A slip with the rule of the operation."""
    if ask != LOCAL:
        return None
    for row, values in enumerate(zip(*(rules(place) for place in seen), strict=True)):
        if np.all(np.isfinite(values[0])) and answer.fits(values):
            forgotten = RULES[seen[0].operation.operation][row][2]
            return Judgement(False, "rule", f"Not so: {forgotten}.")
    return None


def mistake(answer: Answer, seen: Sequence[Place], wanted: Sequence, ask: str) -> Judgement | None:
    """The first row of the table that gives this answer."""
    for row in MISTAKES:
        if ask in row.of and any(answer.fits(values) for values in _columns(row, seen)):
            return Judgement(False, row.kind, row.hint.format(**words(seen[0])))
    return None


def _columns(row: Any, seen: Sequence[Place]) -> list[tuple]:
    with np.errstate(all="ignore"):
        found = [list(row.values(place)) for place in seen]
    return [column for column in zip(*found, strict=False) if all(np.all(np.isfinite(v)) for v in column)]


def factor(answer: Answer, seen: Sequence[Place], wanted: Sequence, ask: str) -> Judgement | None:
    """A constant times the truth."""
    with np.errstate(all="ignore"):
        ratios = [
            np.ravel(value / np.asarray(want)) for value, want in zip(answer.values, wanted, strict=True)
        ]
    ratio = float(ratios[0][0])
    steady = np.isfinite(ratio) and all(np.allclose(r, ratio, rtol=1e-6) for r in ratios) and len(seen) > 1
    simple = any(answer.fits([s * np.asarray(want) for want in wanted]) for s in SIMPLE)
    moving = not np.allclose(wanted[0], wanted[-1])
    if not (simple or (steady and moving)):
        return None
    return Judgement(
        False, "constant factor", f"Off by a constant factor: this is {ratio:.4g} times what it should be."
    )


def term(answer: Answer, seen: Sequence[Place], wanted: Sequence, ask: str) -> Judgement | None:
    """A constant beside the truth."""
    gaps = [np.ravel(value - np.asarray(want)) for value, want in zip(answer.values, wanted, strict=True)]
    moving = not np.allclose(wanted[0], wanted[-1])
    if answer.number or not moving or not all(np.allclose(gap, gaps[0][0], rtol=1e-6) for gap in gaps):
        return None
    return Judgement(
        False, "constant term", "A constant is added that does not belong there: constants have the slope 0."
    )


def unknown(answer: Answer, seen: Sequence[Place], wanted: Sequence, ask: str) -> Judgement:
    """No row fits."""
    return Judgement(False, "unknown", ELSE[ask].format(**words(seen[0])))


ELSE = {
    LOCAL: "Not so. Let {argument} alone move, hold all else in {phrase} still, and take the slope of that.",
    CONTRIBUTION: "Not so. Multiply the {upstream} by the local derivative ∂{operation}/∂{argument}.",
    SUM: "Not so. Add what {target} had before to the {upstream} times ∂{operation}/∂{argument}.",
}
LOOKS = (misshapen, kink, nothing, rule, mistake, only_here, coarse, factor, term, unknown)
