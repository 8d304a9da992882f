"""A derivative taken inside a function that is itself being differentiated: by the outer namespace's own means."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.lift import Bound, Lifted, run
from derivlab.lift.lifted import among
from derivlab.lift.patience import within


def further(args: Any) -> tuple:
    """The further arguments of f; errors: no tuple, such as a bare number or array."""
    if not isinstance(args, (tuple, list)):
        raise DerivativeError(f"args is of type {type(args).__name__}, not a tuple; write args=(value,).")
    return tuple(args)


def _enclosing(f: Any, args: tuple) -> Any:
    """The namespace of a lifted value that f closes over, if there is one."""
    cells = getattr(f, "__closure__", None) or ()
    if not (cells or args):
        return None
    found = [c.cell_contents for c in cells if _holds(c)] + [a for a in args if type(a) is Lifted]
    return found[0].space if found else None


def _holds(cell: Any) -> bool:
    try:
        return type(cell.cell_contents) is Lifted
    except ValueError:
        return False


def inside(f: Callable, x: Any, args: tuple) -> Any:
    """x as a value of the outer namespace, where the derivative is taken inside another one; else None."""
    if type(x) is Lifted:
        return x
    if (lifted := among([x])) is not None:
        return lifted.space.make_array(np.array, x)
    outer = _enclosing(f, further(args))
    if outer is None or outer.name == "autograd":
        return None
    x = np.asarray(x, dtype=float)
    return Lifted(outer, outer.constant(x if x.ndim else float(x)))


def jacobian_inside(f: Callable, x: Lifted, args: tuple) -> Lifted:
    """All first derivatives of f at a value of the outer namespace, as one of its values."""
    return _WAYS[x.space.name](Bound(f, args), x)


def _automatic(f: Bound, x: Lifted) -> Lifted:
    from derivlab.lift.autograd_space import Trace, plain

    found = Trace(lambda box: run(f, box, x.space), x.value)
    shape = np.shape(plain(found.value))
    if not found.depends:
        return Lifted(x.space, np.zeros(shape + x.shape))
    if not shape:
        return Lifted(x.space, found.pull(np.ones(())[()]))
    size = int(np.prod(shape))
    rows = [Lifted(x.space, found.pull(seed)) for seed in np.eye(size).reshape(size, *shape)]
    return x.space.call("stack", (rows,), {}).reshape(shape + x.shape)


SECONDS = 10.0  # for writing a derivative out


def _symbolic(f: Bound, x: Lifted) -> Lifted:
    import sympy

    from derivlab.lift.sympy_space import Term, term, written_out

    terms = np.asarray(x.value, dtype=object)
    fresh: Any = np.empty(terms.shape, dtype=object)
    for place in np.ndindex(terms.shape):
        fresh[place] = Term(sympy.Dummy(real=True), float(terms[place]))
    inner = np.asarray(run(f, fresh if terms.ndim else fresh[()], x.space), dtype=object)
    back = {fresh[p].expr: term(terms[p]).expr for p in np.ndindex(terms.shape)}
    out = np.empty(inner.shape + terms.shape, dtype=object)

    def fill() -> np.ndarray:
        for entry in np.ndindex(inner.shape):
            whole = written_out(term(inner[entry]).expr)
            for place in np.ndindex(terms.shape):
                out[entry + place] = Term(sympy.diff(whole, fresh[place].expr).subs(back), float("nan"))
        return out

    if within(SECONDS, fill) is None:
        raise DerivativeError(
            f"the formula of the derivative inside takes longer than {SECONDS:g} s to write out (expression swell); use reverse."
        )
    return Lifted(x.space, out if out.ndim else out[()])


# Truncation (1e-20)⁶, rounding 1e-160/1e-20: as right as any other function of 100 digits.
STEP, MORE = -20, 60


def _difference(f: Bound, x: Lifted) -> Lifted:
    from derivlab.lift.mpmath_space import context

    mp, flat = context(), np.asarray(x.value, dtype=object).ravel()

    def at(i: int, step: Any) -> Any:
        point = flat.copy()
        point[i] = point[i] + step
        return np.asarray(run(f, point.reshape(x.shape) if x.shape else point[0], x.space), dtype=object)

    with mp.workdps(mp.dps + MORE):
        slopes = [_slope(mp, functools.partial(at, i), t) for i, t in enumerate(flat)]
    out = np.stack(slopes, axis=-1).reshape(slopes[0].shape + x.shape)
    return Lifted(x.space, out if out.ndim else out[()])


def _slope(mp: Any, at: Callable, t: Any) -> np.ndarray:
    """The slope of f in a coordinate that is t here; errors: a kink."""
    h = mp.mpf(10) ** STEP * max(abs(t), mp.mpf(10) ** STEP) if t else mp.mpf(10) ** STEP
    values = [at(k * h) for k in (1, -1, 2, -2, 3, -3)]
    a, b, c = (values[2 * j] - values[2 * j + 1] for j in range(3))
    # The third difference: of order h³ where f is smooth, and longer at a kink of f or of its slope.
    bend = np.abs(a - b / 2)
    if np.any(bend > mp.mpf(10) ** -50 * np.abs(values[0]) + mp.mpf(10) ** -100):
        shorter = h / 1000
        near, far = (at(k * shorter) - at(-k * shorter) for k in (1, 2))
        if np.any(np.abs(near - far / 2) > bend / 10**8):  # 10⁻⁹ where f is smooth
            raise DerivativeError("the function inside has a kink at x, or its slope has one; move x.")
    return np.asarray((45 * a - 9 * b + c) / (60 * h), dtype=object)


_WAYS: dict[str, Callable] = {"autograd": _automatic, "sympy": _symbolic, "mpmath": _difference}
