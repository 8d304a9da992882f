"""Operations entry by entry; broadcasting is undone by the sweep."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from derivlab.lift.direct.rule import add
from derivlab.lift.maps import ELEMENTWISE
from derivlab.lift.tables import EDGES


def _clipped(g: Any, z: Any, x: Any, lo: Any, hi: Any) -> Any:
    """All between the limits, half on them, as in autograd."""
    on = EDGES["clip"](x, lo, hi)
    return g * ((z == x) - 0.5 * on if np.count_nonzero(on) else z == x)


def _clip(x: Any, a_min: Any = None, a_max: Any = None, **limits: Any) -> tuple | None:
    lo, hi = limits.pop("min", a_min), limits.pop("max", a_max)
    return None if limits or (lo is None and hi is None) else (x, _array(lo), _array(hi))


def _array(a: Any) -> Any:
    return np.asarray(a) if type(a) in (list, tuple) else a


def _pair(x: Any, y: Any) -> tuple:
    return _array(x), _array(y)


def _finite_pair(x: Any, y: Any) -> tuple | None:
    return _pair(x, y) if np.all(np.isfinite(x)) and np.all(np.isfinite(y)) else None


def _off_origin(x: Any, y: Any) -> tuple | None:
    return _pair(x, y) if np.all(x) or np.all(y) else None


def _edge(key: str) -> Callable | None:
    """Whether an argument sits on an edge of an operation that has any."""
    return (lambda _, *given: np.count_nonzero(EDGES[key](*given))) if key in EDGES else None


def _turned(x: Any, y: Any) -> Any:
    """x / (x² + y²) where squares may under- or overflow."""
    far = np.hypot(x, y)
    return x / far / far


_LOGADDEXP = (lambda g, z, x, _y: g * np.exp(x - z), lambda g, z, _x, y: g * np.exp(y - z))
_HYPOT = (lambda g, z, x, _y: g * (x / z), lambda g, z, _x, y: g * (y / z))
_ARCTAN2 = (lambda g, _z, y, x: g * _turned(x, y), lambda g, _z, y, x: -g * _turned(y, x))
_REMAINDER = (lambda g, _z, _x, _y: g, lambda g, _z, x, y: -g * np.floor(x / y))
for _key, _maps, _arguments in (
    ("clip", (_clipped,), _clip),
    ("logaddexp", _LOGADDEXP, _finite_pair),
    ("hypot", _HYPOT, _off_origin),
    ("arctan2", _ARCTAN2, _pair),
    ("remainder", _REMAINDER, _pair),
    ("maximum", ELEMENTWISE["maximum"], _pair),
    ("minimum", ELEMENTWISE["minimum"], _pair),
    ("absolute", ELEMENTWISE["absolute"], lambda x: (x,)),
):
    add(_key, getattr(np, _key), _arguments, _maps, _maps, _edge(_key))
