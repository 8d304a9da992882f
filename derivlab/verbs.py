"""The verbs: derivative, gradient, jacobian, hessian, products, and gradient functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.lift import Bound, Lifted, run, space
from derivlab.methods import resolve
from derivlab.methods.output import as_output


def prepare(f: Callable, x: Any, args: tuple = ()) -> tuple[Bound, Any]:
    """f of one argument, and x as a float or a fresh float64 array; errors: text, complex, empty or non-finite x."""
    if not callable(f):
        raise DerivativeError(f"{f!r} is not a function; pass the function itself, without calling it.")
    try:
        x = np.asarray(x)
        if x.dtype.kind not in "fiub":
            raise TypeError
        x = x.astype(float)
    except (TypeError, ValueError) as error:
        raise DerivativeError("x is no real number or array of them; pass floats.") from error
    if x.size == 0 or not np.all(np.isfinite(x)):
        raise DerivativeError(
            "x is empty; pass at least one number."
            if x.size == 0
            else "x has entries that are NaN or infinite; pass finite numbers."
        )
    return Bound(f, tuple(args)), x if x.ndim else float(x)


def _enclosing(f: Any, args: tuple) -> Any:
    """The namespace of a lifted value that f closes over, if there is one."""
    cells = getattr(f, "__closure__", None) or ()
    found = [c.cell_contents for c in cells if _holds(c)] + [a for a in args if type(a) is Lifted]
    return found[0].space if found else None


def _holds(cell: Any) -> bool:
    try:
        return type(cell.cell_contents) is Lifted
    except ValueError:
        return False


def _inside(f: Callable, x: Any, args: tuple) -> Any:
    """x as a value of the outer namespace, where the derivative is taken inside another one; else None."""
    if type(x) is Lifted:
        return x
    outer = _enclosing(f, args)
    if outer is None or outer.name == "autograd":
        return None
    x = np.asarray(x, dtype=float)
    return Lifted(outer, outer.constant(x if x.ndim else float(x)))


def _boxed(f: Callable, x: Lifted, args: tuple) -> Any:
    """A derivative taken inside a function that is itself being differentiated: by the outer namespace's own means."""
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

    from derivlab.lift.sympy_space import Term, term

    terms = np.asarray(x.value, dtype=object)
    fresh: Any = np.empty(terms.shape, dtype=object)
    for place in np.ndindex(terms.shape):
        fresh[place] = Term(sympy.Dummy(real=True), float(terms[place]))
    inner: Any = run(Bound(f, args), fresh if terms.ndim else fresh[()], x.space)
    back = {fresh[p].expr: term(terms[p]).expr for p in np.ndindex(terms.shape)}
    inner = term(np.asarray(inner, dtype=object)[()])
    out = np.empty(terms.shape, dtype=object)
    for place in np.ndindex(terms.shape):
        out[place] = Term(sympy.diff(inner.expr, fresh[place].expr).subs(back), float("nan"))
    return Lifted(x.space, out if out.ndim else out[()])


def _difference(f: Callable, x: Lifted, args: tuple) -> Any:
    from derivlab.lift.mpmath_space import context

    # Inner step 1e-20: error 1e-40, far below what an outer step of 1e-40 at 100 digits can see at second order.
    mp, flat = context(), np.asarray(x.value, dtype=object).ravel()
    h, slopes = mp.mpf(10) ** -12, []
    for i in range(flat.size):
        values = []
        for k in (1, -1, 2, -2, 3, -3):
            point = flat.copy()
            point[i] = point[i] + k * h
            values.append(run(Bound(f, args), point.reshape(x.shape) if x.shape else point[0], x.space))
        a, b, c = (values[2 * j] - values[2 * j + 1] for j in range(3))
        slopes.append((45 * a - 9 * b + c) / (60 * h))
    out = np.array(slopes, dtype=object).reshape(x.shape)
    return Lifted(x.space, out if out.ndim else out[()])


def _unwrap(value: Any) -> Any:
    if hasattr(value, "_value"):
        return Lifted(space("autograd"), value)
    return value if np.ndim(value) else float(value)


def _scalar(value: np.ndarray, x: Any) -> None:
    if np.shape(value) != np.shape(x):
        raise DerivativeError(
            f"f returns an array of shape {np.shape(value)[: np.ndim(value) - np.ndim(x)]}, and a gradient needs one number; use dl.jacobian, or sum the output."
        )


def jacobian(f: Callable, x: Any, method: Any = "reverse", args: tuple = ()) -> Any:
    """All first derivatives of f at x, shape `f(x).shape + x.shape`; errors: `DerivativeError`."""
    g, x = prepare(f, x, args)
    return _unwrap(resolve(method).jacobian(g, x).value)


def gradient(f: Callable, x: Any, method: Any = "reverse", args: tuple = ()) -> Any:
    """The gradient of a scalar function at x, shape of x; errors: `DerivativeError`."""
    if (inside := _inside(f, x, args)) is not None:
        return _boxed(f, inside, args)
    value = jacobian(f, x, method, args)
    _scalar(value, np.asarray(x))
    return value


def derivative(f: Callable, x: Any, method: Any = "reverse", args: tuple = ()) -> Any:
    """The derivative of a function of one number at x; at an array of points, of an elementwise function at each."""
    if (inside := _inside(f, x, args)) is not None:
        return _boxed(f, inside, args)
    g, x = prepare(f, x, args)
    if not np.ndim(x):
        return _unwrap(resolve(method).jacobian(g, x).value)
    return np.stack([np.asarray(resolve(method).jacobian(g, float(t)).value) for t in x.ravel()]).reshape(
        x.shape + np.shape(as_output(g(float(x.flat[0]))))
    )


def value_and_gradient(f: Callable, x: Any, method: Any = "reverse", args: tuple = ()) -> tuple[Any, Any]:
    """f(x) and its gradient."""
    slope = gradient(f, x, method, args)
    g, x = prepare(f, x, args)
    return _unwrap(as_output(g(x))), slope


def hessian(f: Callable, x: Any, method: Any = "reverse", args: tuple = ()) -> Any:
    """Second derivatives of a scalar function, shape `x.shape + x.shape`."""
    method = resolve(method)
    g, x = prepare(f, x, args)
    if hasattr(method, "hessian"):
        return _unwrap(method.hessian(g, x).value)
    inner: Any = method
    if method.family == "numerical":
        from derivlab.methods.numerical import Richardson

        inner = method = Richardson()
    return _unwrap(method.jacobian(Bound(Gradient(f, inner), args), x).value)


def jvp(f: Callable, x: Any, v: Any, method: Any = "forward", args: tuple = ()) -> Any:
    """The derivative of f at x along v: Jacobian times v, shape of f(x)."""
    g, x = prepare(f, x, args)
    v = _like(v, np.shape(x), "v", "x")
    matrix = np.asarray(resolve(method).jacobian(g, x).value)
    return _unwrap(np.tensordot(matrix, v, axes=np.ndim(x)))


def vjp(f: Callable, x: Any, v: Any, method: Any = "reverse", args: tuple = ()) -> Any:
    """v times the Jacobian of f at x, shape of x."""
    g, x = prepare(f, x, args)
    matrix = np.asarray(resolve(method).jacobian(g, x).value)
    shape = matrix.shape[: matrix.ndim - np.ndim(x)]
    return _unwrap(np.tensordot(_like(v, shape, "v", "f(x)"), matrix, axes=len(shape)))


def hvp(f: Callable, x: Any, v: Any, method: Any = "reverse", args: tuple = ()) -> Any:
    """The Hessian of a scalar f at x times v, shape of x."""
    _, point = prepare(f, x, args)
    return _unwrap(
        np.tensordot(
            np.asarray(hessian(f, x, method, args)), _like(v, np.shape(point), "v", "x"), axes=np.ndim(point)
        )
    )


def _like(v: Any, shape: tuple, name: str, other: str) -> np.ndarray:
    v = np.asarray(v, dtype=float)
    if v.shape != shape:
        raise DerivativeError(
            f"{name} has the shape {v.shape}, and {other} the shape {shape}; give them the same."
        )
    return v


class Gradient:
    """The gradient function of f; may be differentiated again."""

    def __init__(self, f: Callable, method: Any = "reverse", argnum: int = 0):
        self.f, self.method, self.argnum = f, method, argnum
        self.__name__ = f"grad_{getattr(f, '__name__', 'f')}"

    def __call__(self, *args: Any) -> Any:
        if self.argnum >= len(args):
            raise DerivativeError(f"argnum={self.argnum}, but only {len(args)} arguments were given.")
        if self.argnum == 0:
            return gradient(self.f, args[0], self.method, args[1:])
        others = args[: self.argnum] + args[self.argnum + 1 :]
        return gradient(_Argument(self.f, self.argnum), args[self.argnum], self.method, others)


class _Argument:
    """f with one of its arguments moved to the front."""

    def __init__(self, f: Callable, argnum: int):
        self.f, self.argnum = f, argnum

    def __call__(self, x: Any, *others: Any) -> Any:
        return self.f(*others[: self.argnum], x, *others[self.argnum :])


def grad(f: Callable, method: Any = "reverse", argnum: int = 0) -> Gradient:
    """The gradient function of f with respect to its argument `argnum`, as in autograd and JAX; it composes."""
    if not callable(f):
        raise DerivativeError(f"{f!r} is not a function; pass the function itself, without calling it.")
    resolve(method)
    return Gradient(f, method, argnum)
