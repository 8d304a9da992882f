"""A hand-written vjp against the truth: right or wrong, for each input, and what the mistake looks like."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from derivlab.coach.broadcast import misfit
from derivlab.coach.conventions import Way, ways
from derivlab.coach.doubts import wrong
from derivlab.coach.evidence import Wrong
from derivlab.coach.problem import Problem, problem
from derivlab.coach.record import VjpCheck
from derivlab.coach.repairs import untransposed
from derivlab.coach.replies import Asked, Reply
from derivlab.coach.slips import named
from derivlab.coach.trials import Trial, places, upstreams
from derivlab.errors import DerivativeError
from derivlab.gradcheck.record import GradientCheck, relative
from derivlab.lift.nested import further


def check_vjp(f: Callable, my_vjp: Callable, x: Any, args: tuple = (), seed: int = 0) -> VjpCheck:
    """Hold a hand-written vjp (a backward function) of `f(x, *args)` against the truth, with several random upstreams.

    `my_vjp(x, *args, upstream)` gives upstream times the derivative of f, in the shape of x; where there are args it
    may return a tuple, or a dict by name, with a gradient for each input (None for those without). Parameters are also
    told by their names, so `my_vjp(upstream, x)` is as good; where f returns `(value, cache)`, `my_vjp(upstream, cache)` is. A
    function of the output, `my_vjp(upstream, y)`, and one that returns a function of the upstream are understood too. x may be a tuple of all
    inputs. The record names the kind of mistake (`derivlab.coach.MISTAKES` lists them), the input whose gradient is wrong, and what to write. Errors:
    `DerivativeError` where f cannot be checked at all.
    """
    if not callable(my_vjp):
        raise DerivativeError("my_vjp is not a function; pass the function itself, without calling it.")
    return checked(my_vjp, problem(f, x, further(args)), seed)


def checked(my: Callable, it: Problem, seed: int = 0, name: str = "", way: Way | None = None) -> VjpCheck:
    """The finding for the way of calling that is known, or fits best; errors: `my` takes another number of arguments."""
    name, scalar = name or getattr(my, "__name__", type(my).__name__), it.forward(it.values)[0].size == 1
    found = [way] if way else ways(my, it.names, it.cached, scalar)
    if not found:
        raise DerivativeError(f"{name} has another number of arguments than ({', '.join(it.names)}, upstream); write it as my_vjp({', '.join(it.names)}, upstream).")  # fmt: skip
    checks: list[VjpCheck] = []
    for way in found:
        checks.append(judged(Asked(my, way, it, name), seed))
        if checks[-1].right:
            return checks[-1]
    return min(checks, key=_doubt)


def _doubt(check: VjpCheck) -> int:
    """Of several ways to call, the one that was meant runs, is linear in the upstream, and fits in shape."""
    worst = ("raises", "no value", "not linear in upstream", "wrong shape", "upstream ignored", "unknown")
    return len(worst) - worst.index(check.mistake) if check.mistake in worst else 0


def judged(asked: Asked, seed: int = 0) -> VjpCheck:
    """The finding for one way of calling."""
    it, rng = asked.problem, np.random.default_rng(seed)
    value = it.forward(it.values)[0]
    way = asked.way.shown(asked.name, it.names)
    first = asked(it.values, upstreams(it, value.shape, 1, rng)[0])
    if not first.gradients:
        return _faulty(first, asked, way, 1)
    trials = list(_trials(asked, tuple(sorted(first.gradients)), rng))
    broken = next((t.reply for t in trials if set(t.reply.gradients) < set(t.claimed)), None)
    if broken is not None:
        return _faulty(broken, asked, way, len(trials))
    findings = [_of_input(asked, i, trials) for i in trials[0].claimed]
    return _gathered(asked, way, findings, trials)


def _trials(asked: Asked, claimed: tuple[int, ...], rng: np.random.Generator) -> Iterator[Trial]:
    """Two upstreams at the inputs, and one at each of a few places beside them where f and the vjp are defined."""
    it = asked.problem
    for k, (values, near) in enumerate(places(it, claimed, rng)):
        for u in upstreams(it, it.forward(values)[0].shape, 2 if k == 0 else 1, rng):
            trial = Trial(values, u, asked(values, u), it, claimed)
            if k == 0 or near or _meant(trial):
                yield trial


def _meant(trial: Trial) -> bool:
    """Whether a place far from x, where signs are others, is one that the vjp was written for."""
    given = [trial.reply.gradients.get(i) for i in trial.claimed]
    if any(g is None or not np.all(np.isfinite(g)) for g in given):
        return False
    flat = all(not np.any(trial.true(i)) for i in trial.claimed)
    return not (flat and np.all(trial.value != 0))


def _faulty(reply: Reply, asked: Asked, way: str, calls: int) -> VjpCheck:
    """Nothing to compare with; a transpose may be all that is missing."""
    names = asked.problem.names
    of, kind, says = names[reply.where] if reply.where is not None else "", reply.fault, reply.says
    if kind == "raises" and (found := untransposed(asked)) is not None:
        of, kind, says = found[0], "transpose", f"{says} {found[1]}"
    return VjpCheck(False, kind, of, says, (), way, calls, name=asked.name)


def _of_input(asked: Asked, i: int, trials: list[Trial]) -> GradientCheck:
    """The finding for the gradient by one input."""
    it, name = asked.problem, asked.problem.names[i]
    x, shape, places = it.values[i], np.shape(it.values[i]), tuple(t.values[i] for t in trials)
    if any(t.given(i).shape != shape for t in trials):
        kind, says = misfit(it, i, trials)
        return GradientCheck(False, kind, says, None, None, x, trials[0].given(i), trials[0].true(i), places, name=name)  # fmt: skip
    looked = [wrong(asked, t, i) for t in trials]
    masks, note = tuple(m for m, _ in looked), "; ".join(dict.fromkeys(n for _, n in looked if n))
    kind, says = named(Wrong(asked, i, tuple(trials), masks)) if any(m.any() for m in masks) else ("", "")
    k = next((k for k, m in enumerate(masks) if m.any()), 0)
    errors = [np.where(m, relative(t.given(i), t.true(i)), 0.0) for t, m in zip(trials, masks, strict=True)]
    worst = tuple(map(int, np.unravel_index(int(np.argmax(errors[k])), shape)))
    says += _where(masks, trials)
    return GradientCheck(not kind, kind, says, np.max(np.stack(errors), axis=0), worst, trials[k].values[i], trials[k].given(i), trials[k].true(i), places, note, name)  # fmt: skip


def _where(masks: tuple, trials: list[Trial]) -> str:
    """Where it is wrong, unless everywhere."""
    bad = [bool(m.any()) for m in masks]
    if not any(bad) or all(bad):
        return ""
    if not any(b for b, t in zip(bad, trials, strict=True) if t.values is trials[0].values):
        return " At the inputs given it happens to be right; it is wrong beside them."
    return ""


def _gathered(asked: Asked, way: str, findings: list[GradientCheck], trials: list[Trial]) -> VjpCheck:
    """One word on all inputs: the first mistake that has a name, and for which inputs."""
    bad = [c for c in findings if not c.right]
    note = "; ".join(
        dict.fromkeys(
            n for n in (*(c.note for c in findings), *trials[0].reply.notes, _unclaimed(asked, findings)) if n
        )
    )
    record = VjpCheck(not bad, "", "", "", tuple(findings), way, len(trials), note, asked.name)
    fault = next((t.reply for t in trials if t.reply.fault), None)
    if not bad:
        if fault is not None:
            return replace(record, right=False, mistake=fault.fault, says=fault.says)
        return replace(record, says=f"The gradient{'s' * (len(findings) > 1)} of {listed([c.name for c in findings])} agree{'s' * (len(findings) == 1)} with the truth.")  # fmt: skip
    main = next((c for c in bad if c.mistake != "unknown"), bad[0])
    if main.mistake == "unknown" and fault is not None:
        return replace(record, mistake=fault.fault, argument="", says=fault.says)
    groups: dict[str, list[str]] = {}
    for c in sorted(bad, key=lambda c: c is not main):
        groups.setdefault(c.says, []).append(c.name)
    says = " ".join(_sentence(names, text) for text, names in groups.items())
    return replace(
        record,
        mistake=main.mistake,
        argument=main.name,
        says=says + (f" Also: {fault.says}" if fault else ""),
    )


VERBS = {"it is ": "are ", "it has ": "have ", "it holds ": "hold "}


def _sentence(names: list[str], text: str) -> str:
    """What is said of the gradients of these inputs, "it" among the words, as a sentence."""
    of = f"The gradient{'s' * (len(names) > 1)} of {listed(names)}"
    verb = next((v for v in VERBS if text.startswith(v)), None)
    if verb is None:
        return f"{of}: {text}"
    return f"{of} {VERBS[verb] if len(names) > 1 else verb[3:]}{text[len(verb) :]}"


def _unclaimed(asked: Asked, findings: list[GradientCheck]) -> str:
    it, have = asked.problem, {c.name for c in findings}
    rest = [it.names[i] for i in it.floats if it.names[i] not in have and np.ndim(it.values[i])]
    return f"no gradient for {listed(rest)} came back, so none was checked" if rest else ""


def listed(names: list[str]) -> str:
    """Names in words."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
