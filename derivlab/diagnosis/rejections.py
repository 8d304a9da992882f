"""Rules that end a diagnosis early: x is no point, f has no value there, or gives another one each time."""

from __future__ import annotations

import re

import numpy as np

from derivlab.diagnosis.evidence import Evidence
from derivlab.diagnosis.source import Site, code_of, matching, of_error
from derivlab.diagnosis.verdict import Finding

CHANCE = r"random|\brng\b|normal\(|uniform\(|shuffle|choice\(|secrets|\.sample\("
CLOCK = r"\btime\b|perf_counter|datetime|\.now\("
ROUNDING = r"astype\(|\bint\(|round|floor|ceil|rint|trunc|//"
ERRORS: tuple[tuple[type[BaseException] | tuple, str], ...] = (
    (np.linalg.LinAlgError, "domain"),
    (OverflowError, "overflow"),
    (ArithmeticError, "domain"),
    ((LookupError, TypeError), "bad_input"),
)


def bad_input(e: Evidence) -> Finding | None:
    """x is no finite real number or array."""
    return (e.refusal and Finding("rejected", "bad_input", about=e.refusal)) or None


def fails(e: Evidence) -> Finding | None:
    """f raises at x: the kind of its error says whether x has the wrong form, or lies outside the domain."""
    if (error := e.seen.error) is None:
        return None
    kind = next((kind for errors, kind in ERRORS if isinstance(error, errors)), "error")
    if isinstance(error, ValueError) and kind == "error":
        text = str(error)
        kind = (
            "domain"
            if "domain" in text
            else "bad_input"
            if re.search("shape|dimension|size|mismatch", text)
            else "error"
        )
    what = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}".rstrip(": ").rstrip(
        "."
    )
    return Finding("rejected", kind, site=of_error(error, e.f), about=what)


def bad_output(e: Evidence) -> Finding | None:
    """f returns no real number or array."""
    if e.complaint is not None and type(e.seen.value).__module__.split(".")[0] in (
        "mpmath",
        "autograd",
        "derivlab",
    ):
        # A number of another method's run, kept by f from one call to the next.
        return Finding("unreliable", "hidden_state", site=_state(e), about="numbers kept from earlier calls")
    if e.complaint is not None:
        return Finding("rejected", "bad_output", about=e.complaint, site=matching(e.f, r"\breturn\b"))
    kind = np.asarray(e.seen.value).dtype.kind
    if kind in "iu" and isinstance(e.seen.value, np.ndarray | np.integer):
        site = matching(e.f, ROUNDING) or matching(e.f, r"\[.*\] *=") or matching(e.f, r"\breturn\b")
        return Finding(
            "rejected",
            "bad_output",
            about="f returns whole numbers, and cuts to them what it computes.",
            site=site,
        )
    if kind == "b":
        return Finding(
            "rejected",
            "bad_output",
            about="f returns True or False, which has no slope.",
            site=matching(e.f, r"\breturn\b"),
        )
    return None


def changes(e: Evidence) -> Finding | None:
    """The value at x is not always the same."""
    if e.output is None:
        return None
    first = np.ravel(e.output)
    size = 1e-12 * np.max(np.abs(first), initial=0.0, where=np.isfinite(first))
    if all(v.shape == first.shape and np.allclose(v, first, 0.0, size, equal_nan=True) for v in e.again):
        return None
    other = next(v for v in e.again if v.shape != first.shape or not np.array_equal(v, first, equal_nan=True))
    about = f"{_short(first)} and {_short(other)}"
    if e.seen.drew or matching(e.f, CHANCE):
        return Finding("unreliable", "random", site=matching(e.f, CHANCE) or _state(e), about=about)
    return Finding("unreliable", "hidden_state", site=matching(e.f, CLOCK) or _state(e), about=about)


def _short(value: np.ndarray) -> str:
    return f"{value[0]:.10g}" if value.size else "nothing"


def _state(e: Evidence) -> Site | None:
    """The first line that uses a global which can change."""
    code = code_of(e.f)
    if code is None:
        return None
    space = getattr(e.f, "__globals__", {})
    lasting = (list, dict, set, np.ndarray, np.random.Generator, np.random.RandomState)
    names = [
        n for n in code.co_names if isinstance(space.get(n), lasting) or hasattr(space.get(n), "__next__")
    ]
    names += ["self", "nonlocal", "global", *code.co_freevars]
    return matching(e.f, "|".join(rf"\b{n}\b" for n in names))


def not_finite(e: Evidence) -> Finding | None:
    """NaN or infinite at x: a gap in f, an overflow, an underflow, or a point outside the domain."""
    if e.output is None or np.all(np.isfinite(e.output)):
        return None
    i = int(np.argmin(np.isfinite(np.ravel(e.output))))
    about = f"{np.ravel(e.output)[i]}"
    near = np.full(4, np.nan) if e.around is None else e.around[:, i]
    truth = np.nan if e.magnifier is None else e.magnifier.value[i]
    if np.all(np.isfinite(near)) and abs(near[1] - near[2]) <= 1e-3 * (
        abs(near[1]) + abs(near[2]) + abs(near[0] - near[3])
    ):
        limit = 0.5 * (near[1] + near[2])
        return Finding(
            "rejected",
            "removable",
            about=f"{about}, though {limit:.6g} a little beside x",
            site=_event(e, "divide", "invalid"),
        )
    if e.events("overflow") and not (e.events("underflow") and np.isfinite(truth)):
        return Finding("rejected", "overflow", about=about, site=_event(e, "overflow"))
    if e.events("underflow") and e.events("divide"):
        return Finding("rejected", "underflow", about=about, site=_event(e, "underflow"))
    if e.events("divide", "invalid"):
        return Finding("rejected", "domain", about=about, site=_event(e, "divide", "invalid"))
    kind = "overflow" if e.events("overflow") else "bad_output"
    return Finding(
        "rejected",
        kind,
        about=f"f returns {about} here.",
        site=_event(e, "overflow") or matching(e.f, r"\breturn\b"),
    )


def _event(e: Evidence, *words: str) -> Site | None:
    return next((site for site in e.events(*words) if site is not None), None)
