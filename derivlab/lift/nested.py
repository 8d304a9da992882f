"""A derivative taken inside a function that is itself being differentiated: by the outer namespace's own means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.lift import Bound, Lifted, run
from derivlab.lift.lifted import among
from derivlab.lift.objects import Wrapped


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
    outer = _enclosing(f, further(args))
    if outer is None or outer.name == "autograd":
        return None
    x = np.asarray(x, dtype=float)
    return Lifted(outer, outer.constant(x if x.ndim else float(x)))


@dataclass(frozen=True)
class _Entry(Wrapped):
    """One entry of what f returns."""

    place: int

    def __call__(self, *args: Any) -> Any:
        found = self.f(*args)
        if type(found) is not Lifted:
            lifted = among(found if isinstance(found, (list, tuple)) else [found])
            found = np.asarray(found) if lifted is None else lifted.space.make_array(np.array, found)
        return found.reshape(-1)[self.place]


def boxed_jacobian(f: Callable, x: Lifted, args: tuple) -> Any:
    """All first derivatives at a value of the outer namespace, an entry of f at a time."""
    value = Lifted(x.space, run(Bound(f, args), x.value, x.space))
    rows = [boxed(_Entry(f, k), x, args) for k in range(value.size)]
    return x.space.call("stack", (rows,), {}).reshape(value.shape + x.shape)


def boxed(f: Callable, x: Lifted, args: tuple) -> Any:
    """The gradient of f at a value of the outer namespace, as one of its values."""
    if x.space.name == "autograd":
        from derivlab.lift.autograd_space import Trace

        found = Trace(lambda box: run(Bound(f, args), box, x.space), x.value)
        value = found.pull(np.ones(())[()]) if found.depends else np.zeros(x.shape)
        return Lifted(x.space, value)
    if x.space.name == "sympy":
        return _symbolic(f, x, args)
    return _difference(f, x, args)


def _symbolic(f: Callable, x: Lifted, args: tuple) -> Any:
    import sympy

    from derivlab.lift.sympy_space import Term, term, written_out

    terms = np.asarray(x.value, dtype=object)
    fresh: Any = np.empty(terms.shape, dtype=object)
    for place in np.ndindex(terms.shape):
        fresh[place] = Term(sympy.Dummy(real=True), float(terms[place]))
    inner: Any = run(Bound(f, args), fresh if terms.ndim else fresh[()], x.space)
    back = {fresh[p].expr: term(terms[p]).expr for p in np.ndindex(terms.shape)}
    whole = written_out(term(np.asarray(inner, dtype=object)[()]).expr)
    out = np.empty(terms.shape, dtype=object)
    for place in np.ndindex(terms.shape):
        out[place] = Term(sympy.diff(whole, fresh[place].expr).subs(back), float("nan"))
    return Lifted(x.space, out if out.ndim else out[()])


def _difference(f: Callable, x: Lifted, args: tuple) -> Any:
    from derivlab.lift.mpmath_space import context

    # Truncation h⁶ = 1e-72, rounding 1e-100/h = 1e-88: an outer step of 1e-40 leaves 1e-48 of it.
    mp, flat = context(), np.asarray(x.value, dtype=object).ravel()
    h, slopes = mp.mpf(10) ** -12, []

    def at(i: int, step: Any) -> Any:
        point = flat.copy()
        point[i] = point[i] + step
        return run(Bound(f, args), point.reshape(x.shape) if x.shape else point[0], x.space)

    for i in range(flat.size):
        values = [at(i, k * h) for k in (1, -1, 2, -2, 3, -3)]
        a, b, c = (values[2 * j] - values[2 * j + 1] for j in range(3))
        slopes.append((45 * a - 9 * b + c) / (60 * h))
        # The third difference over h³: bounded where f is smooth, and 1/h times as large at a kink of its slope.
        bend = abs(a - b / 2)
        if bend > mp.mpf(10) ** -80 * abs(values[0]) + mp.mpf(10) ** -30:
            shorter = h / 1000
            near, far = (at(i, k * shorter) - at(i, -k * shorter) for k in (1, 2))
            if abs(near - far / 2) > bend / 10**8:  # 10⁻⁹ where f is smooth
                raise DerivativeError("the function inside has a kink at x, or its slope has one; move x.")
    out = np.array(slopes, dtype=object).reshape(x.shape)
    return Lifted(x.space, out if out.ndim else out[()])
