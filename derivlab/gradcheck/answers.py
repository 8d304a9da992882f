"""What a hand-written gradient returns at one point, and what is odd about it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from derivlab.errors import told
from derivlab.gradcheck.truth import unit
from derivlab.methods.output import resolution


@dataclass(frozen=True)
class Answer:
    """Its value as floats, or the fault that leaves none; `steps` are the displacements at which it called functions."""

    value: np.ndarray | None
    fault: str = ""
    says: str = ""
    eps: float = 2.0**-52
    notes: tuple[str, ...] = ()
    steps: np.ndarray | None = None


def ask(grad: Callable, x: Any) -> Answer:
    """Call grad once with a copy of x and look at what comes back, at x itself, and at what was called."""
    own = np.copy(x) if np.ndim(x) else x
    try:
        with np.errstate(all="ignore"), _displacements(x) as steps:
            raw = grad(own)
    except Exception as error:
        return Answer(None, "raises", f"grad raises {told(error)}.")
    if raw is None:
        return Answer(None, "no value", "grad returns None; add a return statement.")
    answer = read(raw, steps)
    if answer.value is not None and not np.array_equal(own, x, equal_nan=True):
        says = "grad changes the x that it is given, so a descent that calls it goes astray; work on a copy of x."
        return Answer(answer.value, "mutates x", says, answer.eps, answer.notes, answer.steps)
    return answer


def read(raw: Any, steps: np.ndarray | None = None) -> Answer:
    """The value as floats, with what is odd about it."""
    try:
        array = np.asarray(raw)
    except ValueError:
        return Answer(None, "no value", "grad returns a ragged list; return rows of one length.")
    notes: tuple[str, ...] = ()
    if isinstance(raw, (list, tuple)):
        kind = type(raw).__name__
        notes = (f"grad returns a {kind}; return np.array(...), for {kind}s do not subtract",)
    if array.dtype == object and array.size:
        with suppress(TypeError, ValueError):
            array = array.astype(float)
    if array.dtype.kind == "c" and not np.any(array.imag):
        array, notes = array.real, (*notes, "grad returns complex numbers with imaginary part 0")
    if array.dtype.kind not in "fiub":
        return Answer(None, "no value", f"grad returns {_named(array)}, which is no array of real numbers.")
    if array.dtype.kind in "iub":
        notes = (*notes, "grad returns integers; in integers, digits after the point are lost")
    return Answer(array.astype(float), eps=resolution(array), notes=notes, steps=steps)


def _named(array: np.ndarray) -> str:
    return {"c": "complex numbers", "U": "text", "S": "text"}.get(array.dtype.kind, f"{array.dtype} objects")


@contextmanager
def _displacements(x: Any) -> Iterator[np.ndarray]:
    """The largest small displacement from x, for each coordinate, at which any Python function is called inside."""
    flat, size = np.ravel(np.asarray(x, dtype=float)), unit(x)
    steps, previous = np.zeros(flat.size), sys.getprofile()

    def note(frame: Any, event: str, _: Any) -> None:
        if event != "call":
            return
        code = frame.f_code
        for name in code.co_varnames[: code.co_argcount]:
            local = frame.f_locals.get(name)
            value = np.asarray(local if issubclass(type(local), (float, np.ndarray)) else None)
            if value.size == flat.size and value.dtype.kind in "fc":
                offset = np.abs(np.ravel(value.real) - flat)
                if np.any(offset) and np.all(offset <= 1e-2 * size):
                    np.maximum(steps, offset, out=steps)

    sys.setprofile(note)
    try:
        yield steps
    finally:
        sys.setprofile(previous)


def fitted(value: np.ndarray, out: tuple, shape: tuple, elementwise: bool) -> tuple[np.ndarray | None, str]:
    """The value in the shape `f(x).shape + x.shape`, and a note; None where the shape is another one."""
    full = out + shape
    if value.shape == full:
        return value, ""
    if elementwise and value.shape == shape:
        matrix = np.zeros(full)
        matrix.reshape(value.size, value.size)[np.diag_indices(value.size)] = value.ravel()
        return matrix, "f works entry by entry: grad is checked as the derivative of each entry"
    if np.prod(out, dtype=int) == 1:
        if out and value.shape == shape:
            return value.reshape(full), f"f returns one number in an array of shape {out}"
        if not shape and value.size == 1:
            return value.reshape(full), f"grad returns one number in an array of shape {value.shape}"
    return None, ""
