"""Products of vectors, matrices and tensors."""

from __future__ import annotations

import functools
import string
from collections.abc import Callable
from typing import Any

import numpy as np

from derivlab.lift.direct.rule import DIRECT, Direct, Each, add


def _bilinear(fun: Callable) -> tuple[Callable, Callable]:
    """The pushes of an operation that is linear in each of its first two arguments."""
    return lambda g, _z, _x, y, *rest: fun(g, y, *rest), lambda g, _z, x, _y, *rest: fun(x, g, *rest)


def _outer(x: Any, y: Any) -> Any:
    return np.outer(x, y)


add(
    "outer",
    _outer,
    lambda x, y: (x, y),
    (
        lambda g, _z, _x, y: (g @ np.ravel(y)).reshape(np.shape(_x)),
        lambda g, _z, x, _y: (np.ravel(x) @ g).reshape(np.shape(_y)),
    ),
    _bilinear(_outer),
)


def _tensordot(x: Any, y: Any, first: tuple, second: tuple) -> Any:
    return np.tensordot(x, y, (first, second))


def _free(a: Any, summed: tuple) -> list[int]:
    return [k for k in range(np.ndim(a)) if k not in summed]


def _tensordot_left(g: Any, _z: Any, _x: Any, y: Any, first: tuple, second: tuple) -> Any:
    left, right = _free(_x, first), _free(y, second)
    found = np.tensordot(g, y, (range(len(left), np.ndim(g)), right))
    return np.transpose(found, np.argsort(left + [first[second.index(k)] for k in sorted(second)]))


def _tensordot_right(g: Any, _z: Any, x: Any, _y: Any, first: tuple, second: tuple) -> Any:
    left, right = _free(x, first), _free(_y, second)
    found = np.tensordot(x, g, (left, range(len(left))))
    return np.transpose(found, np.argsort([second[first.index(k)] for k in sorted(first)] + right))


def _summed_axes(x: Any, y: Any, axes: Any = 2) -> tuple | None:
    if not (np.ndim(x) and np.ndim(y)):
        return None
    if np.ndim(axes) == 0:
        axes = (range(np.ndim(x) - axes, np.ndim(x)), range(axes))
    first, second = (
        tuple(int(k) % np.ndim(a) for k in np.atleast_1d(part)) for part, a in zip(axes, (x, y), strict=True)
    )
    return x, y, first, second


_TENSORDOT = (_tensordot_left, _tensordot_right), _bilinear(_tensordot)
add("tensordot", _tensordot, _summed_axes, *_TENSORDOT)
DIRECT["inner"] = Direct(_tensordot, lambda x, y: _summed_axes(x, y, (-1, -1)), most=2)


def _cross(x: Any, y: Any) -> Any:
    return np.cross(x, y)


add(
    "cross",
    _cross,
    lambda x, y: (x, y) if np.shape(x)[-1:] == np.shape(y)[-1:] == (3,) else None,
    (lambda g, _z, _x, y: np.cross(y, g), lambda g, _z, x, _y: np.cross(g, x)),
    _bilinear(_cross),
)


@functools.lru_cache(maxsize=256)
def _spelled(subscripts: str, shapes: tuple) -> str | None:
    """With the output written out: one letter an axis, no letter twice in an array, and of one length everywhere."""
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if not set(inputs + output) <= {*string.ascii_letters, ","} or any(len(set(t)) < len(t) for t in terms):
        return None
    if [len(t) for t in terms] != [len(shape) for shape in shapes]:
        return None
    lengths = {
        pair for term, shape in zip(terms, shapes, strict=True) for pair in zip(term, shape, strict=True)
    }
    if len({letter for letter, _ in lengths}) < len(lengths):
        return None
    joined = "".join(terms)
    return f"{inputs}->{output if arrow else ''.join(sorted(c for c in joined if joined.count(c) == 1))}"


@functools.lru_cache(maxsize=256)
def _back(k: int, subscripts: str) -> tuple[str, tuple[bool, ...]]:
    """The sum that takes the adjoint to the k-th array, and which of its axes that sum knows."""
    inputs, _, output = subscripts.partition("->")
    terms = inputs.split(",")
    term, others = terms[k], [output, *terms[:k], *terms[k + 1 :]]
    known = tuple(any(c in other for other in others) for c in term)
    return f"{','.join(others)}->{''.join(c for c, yes in zip(term, known, strict=True) if yes)}", known


def _einsum(subscripts: str, *arrays: Any) -> Any:
    return np.einsum(subscripts, *arrays)


def _einsum_pull(k: int) -> Callable:
    """Along axes that only the k-th array has, all its entries are alike."""

    def pull(g: Any, _z: Any, subscripts: str, *arrays: Any) -> Any:
        back, known = _back(k - 1, subscripts)
        found, shape = np.einsum(back, g, *arrays[: k - 1], *arrays[k:]), np.shape(arrays[k - 1])
        if all(known):
            return found
        ones = [n if yes else 1 for n, yes in zip(shape, known, strict=True)]
        return np.broadcast_to(found.reshape(ones), shape)

    return pull


def _einsum_push(k: int) -> Callable:
    return lambda g, _z, subscripts, *arrays: np.einsum(subscripts, *arrays[: k - 1], g, *arrays[k:])


def _summed(subscripts: Any, *arrays: Any) -> tuple | None:
    spelled = isinstance(subscripts, str) and _spelled(subscripts, tuple(map(np.shape, arrays)))
    return (spelled, *arrays) if spelled else None


add("einsum", _einsum, _summed, Each(_einsum_pull), Each(_einsum_push))
