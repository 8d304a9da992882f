"""The verbs: derivative, gradient, jacobian, hessian, products, and gradient functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.lift import Bound, Lifted, function, space
from derivlab.lift.nested import further, inside, jacobian_inside
from derivlab.lift.objects import Wrapped
from derivlab.methods import resolve
from derivlab.methods.output import as_output, finite
from derivlab.reals import floats


def prepare(f: Callable, x: Any, args: tuple = ()) -> tuple[Bound, Any]:
    """f of one argument, and x as a float or a fresh float64 array; errors: text, complex, empty or non-finite x."""
    f = function(f)
    if isinstance(x, np.ndarray) and (kind := type(x).__name__) in ("matrix", "MaskedArray"):
        raise DerivativeError(f"x is a {kind}, whose own arithmetic f would not get; pass np.asarray(x).")
    if isinstance(x, (np.ndarray, np.generic)) and not x.ndim:
        f = _OfNumPy(f)
    try:
        x = np.array(x)
        if x.dtype.kind == "c":
            raise DerivativeError(
                "x is complex; pass real numbers, and for a derivative of a derivative another method than complex_step."
            )
        if x.dtype.kind not in "fiub":
            raise TypeError
        if x.dtype != float:
            x = x.astype(float)
    except DerivativeError:
        raise
    except (TypeError, ValueError) as error:
        raise DerivativeError("x is no real number or array of them; pass floats.") from error
    if x.size == 0 or not finite(x):
        raise DerivativeError(
            "x is empty; pass at least one number."
            if x.size == 0
            else "x has entries that are NaN or infinite; pass finite numbers."
        )
    return Bound(f, further(args)), x if x.ndim else float(x)


@dataclass(frozen=True)
class _OfNumPy(Wrapped):
    """f where x was one of NumPy's numbers, whose attributes f may use."""

    def __call__(self, x: Any, *args: Any) -> Any:
        return self.f(np.array(x)[()] if type(x) in (float, complex) else x, *args)


def _unwrap(value: Any) -> Any:
    if hasattr(value, "_value"):
        return Lifted(space("autograd"), value)
    return value if np.ndim(value) else float(value)


def _scalar(value: Any, x: Any) -> None:
    if np.shape(value) != np.shape(x):
        raise DerivativeError(
            f"f returns an array of shape {np.shape(value)[: np.ndim(value) - np.ndim(x)]}, and a gradient needs one number; use dl.jacobian, or sum the output."
        )


def jacobian(f: Callable, x: Any, method: Any = "reverse", args: tuple = ()) -> Any:
    """All first derivatives of f at x.

    x is a number or an array of any shape, and the Jacobian has the shape `f(x).shape + x.shape`; `args` are further
    arguments of f. `method` is a name of `dl.methods()` or a value such as `dl.CentralDifference(step=1e-5)`. Errors:
    `DerivativeError` for an unusable x, where f cannot be followed, and where it has no derivative.
    """
    if (outer := inside(f, x, args)) is not None:
        return jacobian_inside(f, outer, args)
    g, x = prepare(f, x, args)
    return _unwrap(resolve(method).jacobian(g, x).value)


def gradient(f: Callable, x: Any, method: Any = "reverse", args: tuple = ()) -> Any:
    """The gradient of a function that returns one number, in the shape of x.

    x is a number or an array of any shape, `args` are further arguments of f. `method` is a name of `dl.methods()` or a
    value such as `dl.CentralDifference(step=1e-5)`. Errors: `DerivativeError` where f returns an array, for an unusable
    x, where f cannot be followed, and where it has no derivative.
    """
    if (outer := inside(f, x, args)) is not None:
        value = jacobian_inside(f, outer, args)
        _scalar(value, outer)
        return value
    g, x = prepare(f, x, args)
    value = resolve(method).jacobian(g, x).value
    _scalar(value, x)
    return _unwrap(value)


def derivative(f: Callable, x: Any, method: Any = "reverse", args: tuple = ()) -> Any:
    """The derivative of a function of one number at x; at an array of points, at each of them.

    The shape is that of x, followed by that of f at one point. Where f is shown to take the whole array at once, all
    points go in one sweep. `method`, `args` and errors are those of `dl.gradient`.
    """
    if (outer := inside(f, x, args)) is not None:
        if not outer.ndim:
            return jacobian_inside(f, outer, args)
        inner = [jacobian_inside(f, t, args) for t in outer.flat]
        return outer.space.call("stack", (inner,), {}).reshape(outer.shape + inner[0].shape)
    g, x = prepare(f, x, args)
    method = resolve(method)
    if not np.ndim(x):
        return _unwrap(method.jacobian(g, x).value)
    if (hasattr(method, "jvp") or hasattr(method, "vjp")) and _elementwise(g, x):
        if hasattr(method, "vjp"):  # the Jacobian is diagonal
            return method.vjp(g, x, np.ones(x.shape)).value
        v = np.where(x == 0, 1.0, np.abs(x))  # each point moves in proportion to itself
        return method.jvp(g, x, v).value / v
    slopes = [np.asarray(method.jacobian(g, float(t)).value) for t in x.ravel()]
    return np.stack(slopes).reshape(x.shape + slopes[0].shape)


def _elementwise(f: Bound, x: np.ndarray) -> bool:
    """Whether f of an array is f of each entry, shown at six places and for two arrays."""
    if x.size < 8:
        return False
    spread = 0.9 + 0.2 * (np.arange(1.0, x.size + 1) * 0.6180339887498949 % 1.0).reshape(x.shape)
    for points in (x, x * spread):
        try:
            with np.errstate(all="ignore"):
                found = np.asarray(f(points))
                if found.shape != x.shape or found.dtype.kind != "f":
                    return False
                for k in np.linspace(0, x.size - 1, 3).astype(int):
                    alone = np.asarray(f(float(points.flat[k])))
                    near = np.isclose(alone, found.flat[k], rtol=1e-13, atol=0.0, equal_nan=True)
                    if alone.ndim or not near:
                        return False
        except Exception:
            return False
    return True


def value_and_gradient(f: Callable, x: Any, method: Any = "reverse", args: tuple = ()) -> tuple[Any, Any]:
    """f(x), a number, and its gradient, in the shape of x; arguments and errors are those of `dl.gradient`."""
    slope = gradient(f, x, method, args)
    if inside(f, x, args) is not None:
        return f(x, *args), slope
    g, x = prepare(f, x, args)
    value = g(x)
    return value if type(value) is Lifted else _unwrap(as_output(value)), slope


def hessian(f: Callable, x: Any, method: Any = "reverse", args: tuple = ()) -> Any:
    """Second derivatives of a function that returns one number, shape `x.shape + x.shape`.

    Arguments and errors are those of `dl.gradient`.
    """
    method = resolve(method)
    if (outer := inside(f, x, args)) is not None:
        return jacobian_inside(Gradient(f), outer, args)
    g, x = prepare(f, x, args)
    if hasattr(method, "hessian"):
        value = method.hessian(g, x).value
        _scalar(value, np.zeros(np.shape(x) * 2))
        return _unwrap(value)
    return _unwrap(method.jacobian(Bound(Gradient(f, method), args), x).value)


def jvp(f: Callable, x: Any, v: Any, method: Any = "forward", args: tuple = ()) -> Any:
    """The derivative of f at x along v: the Jacobian times v (a Jacobian-vector product), shape of f(x).

    v has the shape of x. It takes one sweep where the method has one, else a Jacobian. Other arguments and errors are
    those of `dl.jacobian`.
    """
    if (outer := inside(f, x, (*further(args), v))) is not None:
        return _summed(jacobian_inside(f, outer, args), v, outer.ndim)
    if type(v) is Lifted:
        return _summed(jacobian(f, x, method, args), v, np.ndim(x))
    g, x = prepare(f, x, args)
    method, v = resolve(method), _like(v, np.shape(x), "v", "x")
    if hasattr(method, "jvp"):
        return _unwrap(method.jvp(g, x, v).value)
    return _unwrap(np.tensordot(np.asarray(method.jacobian(g, x).value), v, axes=np.ndim(x)))


def vjp(f: Callable, x: Any, v: Any, method: Any = "reverse", args: tuple = ()) -> Any:
    """v times the Jacobian of f at x (a vector-Jacobian product), shape of x.

    v has the shape of f(x). It takes one sweep where the method has one, else a Jacobian. Other arguments and errors
    are those of `dl.jacobian`.
    """
    if (outer := inside(f, x, (*further(args), v))) is not None:
        return _summed(v, jacobian_inside(f, outer, args), np.ndim(v))
    if type(v) is Lifted:
        return _summed(v, jacobian(f, x, method, args), v.ndim)
    g, x = prepare(f, x, args)
    method, v = resolve(method), floats(v, "v")
    if hasattr(method, "vjp"):
        return _unwrap(method.vjp(g, x, v).value)
    matrix = np.asarray(method.jacobian(g, x).value)
    shape = matrix.shape[: matrix.ndim - np.ndim(x)]
    return _unwrap(np.tensordot(_like(v, shape, "v", "f(x)"), matrix, axes=len(shape)))


def hvp(f: Callable, x: Any, v: Any, method: Any = "reverse", args: tuple = ()) -> Any:
    """The Hessian at x, times v, of a function that returns one number: shape of x.

    v has the shape of x. It takes two sweeps where the method has products of its own, else a Hessian. Other arguments
    and errors are those of `dl.gradient`.
    """
    if (outer := inside(f, x, (*further(args), v))) is not None:
        return _summed(jacobian_inside(Gradient(f), outer, args), v, outer.ndim)
    if type(v) is Lifted:
        return _summed(hessian(f, x, method, args), v, np.ndim(x))
    _, point = prepare(f, x, args)
    method, v = resolve(method), _like(v, np.shape(point), "v", "x")
    if hasattr(method, "vjp"):  # the Hessian is symmetric
        return vjp(Gradient(f, method), x, v, method, args)
    return _unwrap(np.tensordot(np.asarray(hessian(f, x, method, args)), v, axes=np.ndim(point)))


def _like(v: Any, shape: tuple, name: str, other: str) -> np.ndarray:
    v = floats(v, name)
    if v.shape != shape:
        raise DerivativeError(
            f"{name} has the shape {v.shape}, and {other} the shape {shape}; give them the same."
        )
    return v


def _summed(a: Any, b: Any, axes: int) -> Any:
    space = next(value.space for value in (a, b) if type(value) is Lifted)
    return space.call("tensordot", (a, b, axes), {})


class Gradient:
    """The gradient function of f; may be differentiated again."""

    def __init__(self, f: Callable, method: Any = "reverse", argnum: int = 0):
        self.f, self.method, self.argnum = f, method, argnum
        self.__name__ = f"grad_{getattr(f, '__name__', 'f')}"

    def __call__(self, *args: Any, **named: Any) -> Any:
        if self.argnum >= len(args):
            raise DerivativeError(f"argnum={self.argnum}, but only {len(args)} arguments were given.")
        if self.argnum == 0 and not named:
            return gradient(self.f, args[0], self.method, args[1:])
        others = (*args[: self.argnum], *args[self.argnum + 1 :], *named.values())
        return gradient(_Argument(self.f, self.argnum, tuple(named)), args[self.argnum], self.method, others)


@dataclass(frozen=True)
class _Argument(Wrapped):
    """f with one of its arguments moved to the front, and the last ones given by name."""

    argnum: int
    names: tuple[str, ...] = ()

    def __call__(self, x: Any, *others: Any) -> Any:
        count = len(others) - len(self.names)
        named = dict(zip(self.names, others[count:], strict=True))
        return self.f(*others[: self.argnum], x, *others[self.argnum : count], **named)


def grad(f: Callable, method: Any = "reverse", argnum: int = 0) -> Gradient:
    """The gradient function of f with respect to its argument `argnum`, counted from 0, as in autograd and JAX.

    `dl.grad(f)(x, *others)` is `dl.gradient(f, x, args=others)`, names go on to f, and `dl.grad(dl.grad(f))` the second derivative.
    Errors: `DerivativeError` where f is no function, for unknown methods and argument numbers.
    """
    f = function(f)
    if not isinstance(argnum, int) or argnum < 0:
        raise DerivativeError(f"argnum={argnum!r} is no argument's number; give one, counted from 0.")
    resolve(method)
    return Gradient(f, method, argnum)
