"""The error of a difference quotient against its step: measured, and as truncation and rounding predict it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.methods.output import as_output
from derivlab.methods.scale import magnitude
from derivlab.stepsize.slopes import Slopes, noise, slopes_of
from derivlab.stepsize.stencils import SHORT, STENCILS, Imaginary, Stencil, stencil
from derivlab.table import written
from derivlab.verbs import prepare

MOST = 400  # steps of one curve


TINY = (1e-20, 1e-50, 1e-100, 1e-200)  # further steps of the complex step


@dataclass(frozen=True)
class Curve:
    """One method's error at each step, with its theory T h^order + R / h + floor.

    `best_step` and `best_error` are found among the steps; `predicted_step` and `predicted_error` are those of the
    theory (None where it has no optimum: the complex step only gets better). `failure` says why all is NaN.
    """

    method: str
    dtype: str
    steps: np.ndarray
    slopes: np.ndarray
    error: np.ndarray
    order: int
    truncation: float
    rounding: float
    floor: float
    failure: str = ""

    def theory(self, h: Any) -> np.ndarray:
        """The error that is expected with step h."""
        return self.truncation_at(h) + self.rounding_at(h)

    def truncation_at(self, h: Any) -> np.ndarray:
        """What the Taylor series leaves out: T h^order."""
        return self.truncation * np.asarray(h, dtype=float) ** self.order

    def rounding_at(self, h: Any) -> np.ndarray:
        """What rounding (or noise) in f does: R / h, and the floor."""
        return self.rounding / np.asarray(h, dtype=float) + self.floor

    @property
    def predicted_step(self) -> float | None:
        """Where T h^p + R / h is least: h = (R / pT)^(1/(p+1))."""
        if not (self.truncation > 0 and self.rounding > 0):
            return None
        return float((self.rounding / (self.order * self.truncation)) ** (1 / (self.order + 1)))

    @property
    def predicted_error(self) -> float | None:
        h = self.predicted_step
        return None if h is None else float(self.theory(h))

    @property
    def typical(self) -> np.ndarray:
        """The median error of five neighbouring steps: no single lucky hit."""
        if len(self.steps) < 20:
            return self.error
        padded = np.pad(self.error, 2, constant_values=np.inf)
        return np.median(np.lib.stride_tricks.sliding_window_view(padded, 5), axis=1)

    @property
    def best_step(self) -> float:
        """The step of the least typical error; of several that are as good, the largest."""
        typical = self.typical
        if np.all(np.isnan(typical)):
            return float("nan")
        return float(np.max(self.steps[typical <= np.nanmin(typical)]))

    @property
    def best_error(self) -> float:
        return float(np.nanmin(self.typical)) if not np.all(np.isnan(self.error)) else float("nan")

    def at(self, h: float) -> float:
        """The error at the step nearest to h."""
        return float(self.error[np.argmin(np.abs(np.log(self.steps) - np.log(h)))])


@dataclass(frozen=True, repr=False)
class StepSweep:
    """Curves of f at x along `direction`; `truth` is the slope, `noise` how far off a value of f is."""

    curves: tuple[Curve, ...]
    truth: Any
    noise: float
    x: Any
    direction: Any
    name: str
    evaluations: int
    notes: tuple[str, ...] = ()

    def __getitem__(self, method: str) -> Curve:
        name, _, dtype = method.partition(" ")
        name = SHORT.get(name, name)
        for curve in self.curves:
            if curve.method == name and (not dtype or curve.dtype == dtype):
                return curve
        raise KeyError(f"no curve {method!r}; there are {', '.join(c.method for c in self.curves)}")

    def table(self) -> str:
        """Best step and error of each curve, as predicted and as found."""
        rows = [("method", "h* predicted", "error predicted", "h* found", "error found")]
        for c in self.curves:
            single = f" {c.dtype}" if c.dtype != "float64" else ""
            guess, error = c.predicted_step, c.predicted_error
            rows.append((c.method + single, _short(guess), _short(error), _short(c.best_step), _short(c.best_error)))  # fmt: skip
        wide = [max(len(r[i]) for r in rows) for i in range(5)]
        return "\n".join("  ".join(c.ljust(w) for c, w in zip(r, wide, strict=True)).rstrip() for r in rows)

    def __repr__(self) -> str:
        way = "" if np.ndim(self.x) == 0 else f" along {written(self.direction)}"
        notes = "".join(f"\nnote: {n}" for n in self.notes)
        return (
            f"{self.name} at x = {written(self.x)}{way}, slope {written(self.truth)}\n{self.table()}{notes}"
        )

    def plot(self, ax: Any = None, guess: float | None = None) -> Any:
        """Error against h with the theory's lines; `guess` marks a step that was foretold."""
        from derivlab.plots.stepsize import StepSweepDisplay

        return StepSweepDisplay(self).plot(ax, guess)

    def to_dict(self) -> dict:
        """Plain lists and numbers, ready for JSON."""
        curves = [
            {k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in vars(c).items()}
            for c in self.curves
        ]
        plain = {k: np.asarray(getattr(self, k)).tolist() for k in ("truth", "x", "direction")}
        return plain | {"function": self.name, "noise": self.noise, "evaluations": self.evaluations, "curves": curves}  # fmt: skip


def _short(value: float | None) -> str:
    return "-" if value is None or np.isnan(value) else f"{value:.1e}"


def step_sweep(
    f: Callable,
    x: Any,
    methods: Iterable[str] | str = tuple(STENCILS),
    steps: Any = None,
    direction: Any = None,
    dtypes: Iterable[str] | str = ("float64",),
    truth: Any = None,
    args: tuple = (),
) -> StepSweep:
    """The error of difference quotients of f at x against their step h, with its theory and the best h.

    f may return an array; the error is then that of its worst entry. For an array x, `direction` is a coordinate's
    number or an array like x (all ones over √n unless given). `steps` are absolute, from about |x| down to 1e-16 |x|
    unless given; `dtypes` may name "float32", in which f is then evaluated too. `truth` is the slope, where it is known
    better than f can tell (noise, a simulation). Errors: `DerivativeError` where f has
    no derivative along the direction, unknown methods, steps that are not positive.
    """
    g, point = prepare(f, x, args)
    v = along(direction, point)
    stencils = [stencil(m) for m in ([methods] if isinstance(methods, str) else methods)]
    h = None if steps is None else _given(steps)
    curves: list[Curve] = []
    counted = _Counted(g)
    known = []
    for dtype in [dtypes] if isinstance(dtypes, str) else list(dtypes):
        line = partial(_line, counted, point, v, np.dtype(_dtype(dtype)))
        sigma = noise(line, _size(point, v), float(np.finfo(dtype).eps))
        exact = slopes_of(g, _rounded(point, dtype), v, sigma, truth)
        known.append((exact, sigma))
        curves += [
            _curve(s, line, dtype, exact, sigma, _steps(h, s, point, v, steps is None)) for s in stencils
        ]
    exact, sigma = known[0]
    slope = exact.first if exact.first.ndim else float(exact.first)
    failures = tuple(dict.fromkeys(f"{c.method}: {c.failure}" for c in curves if c.failure))
    return StepSweep(tuple(curves), slope, sigma, point, v, getattr(f, "__name__", type(f).__name__), counted.count, exact.notes + failures)  # fmt: skip


class _Counted:
    """f, counting its evaluations."""

    def __init__(self, f: Callable):
        self.f, self.count = f, 0

    def __call__(self, x: Any) -> Any:
        self.count += 1
        return self.f(x)


def along(direction: Any, x: Any) -> Any:
    """The direction as an array like x, 1 for a number; errors: another shape, zero, no such coordinate."""
    shape = np.shape(x)
    if not shape:
        return 1.0
    if direction is None:
        return np.full(shape, np.size(x) ** -0.5)
    if isinstance(direction, (int, np.integer)):
        if not -np.size(x) <= direction < np.size(x):
            raise DerivativeError(
                f"direction is {direction}, and x has {np.size(x)} coordinates; count from 0."
            )
        out = np.zeros(np.size(x))
        out[direction] = 1.0
        return out.reshape(shape)
    out = np.asarray(direction, dtype=float)
    if out.shape != shape or not np.any(out) or not np.all(np.isfinite(out)):
        raise DerivativeError(
            f"direction must be a coordinate's number or an array of the shape {shape}, not zero."
        )
    return out


def _given(steps: Any) -> np.ndarray:
    h = np.atleast_1d(np.asarray(steps, dtype=float)).ravel()
    if not h.size or not np.all(np.isfinite(h)) or np.any(h <= 0):
        raise DerivativeError("steps must be positive numbers, such as np.logspace(-16, 0, 65).")
    if h.size > MOST:
        raise DerivativeError(f"{h.size} steps are more than a curve needs; give at most {MOST}.")
    return np.sort(h)[::-1]


def _dtype(name: Any) -> str:
    kind = np.dtype(name).name
    if kind not in ("float64", "float32"):
        raise DerivativeError(f"dtypes may be 'float64' and 'float32', not {name!r}.")
    return kind


def _rounded(x: Any, dtype: str) -> Any:
    """x as the precision holds it."""
    rounded = np.asarray(x).astype(dtype).astype(float)
    return rounded if rounded.ndim else float(rounded)


def _size(x: Any, v: Any) -> float:
    """How far along v is as far as x itself: a power of ten near |x| / |v|, where 0 counts as 1."""
    size = magnitude(x)[np.asarray(v) != 0] / np.abs(np.asarray(v)[np.asarray(v) != 0])  # fmt: skip
    return float(10.0 ** np.round(np.log10(np.median(size))))


def _steps(h: np.ndarray | None, stencil: Stencil, x: Any, v: Any, further: bool) -> np.ndarray:
    if h is None:
        h = _size(x, v) * 10.0 ** -np.arange(0.0, 16.01, 0.25)
    return np.append(h, np.array(TINY) * _size(x, v)) if further and isinstance(stencil, Imaginary) else h


def _line(f: Callable, x: Any, v: Any, dtype: np.dtype, t: complex) -> np.ndarray:
    """f(x + t v) in that precision; t may be imaginary."""
    if isinstance(t, complex):
        dtype = np.result_type(dtype, np.complex64)
        t = complex(t)
    moved = np.asarray(x).astype(dtype) + np.asarray(v).astype(dtype) * dtype.type(t)
    value = f(moved if moved.ndim else moved[()])
    if isinstance(t, complex):
        return np.asarray(value)
    return np.asarray(as_output(value) if np.asarray(value).dtype.kind not in "f" else value)


def _curve(
    stencil: Stencil, line: Callable, dtype: str, exact: Slopes, sigma: float, steps: np.ndarray
) -> Curve:
    slopes, failure = [], ""
    for h in steps:
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("error", np.exceptions.ComplexWarning)
                slopes.append(np.asarray(stencil.quotient(line, _held(line, stencil, h, dtype)), dtype=float))
        except Exception as cause:
            slopes.append(np.full(exact.first.shape, np.nan))
            failure = f"{type(cause).__name__}: {cause}".split("\n")[0]
    found = np.stack(slopes)
    error = np.max(np.abs(found - exact.first).reshape(len(steps), -1), axis=1)
    rounding, floor = stencil.rounding(sigma, float(np.finfo(dtype).eps) / 2 * exact.size(1))
    truncation = stencil.constant * exact.size(stencil.order + 1)
    return Curve(stencil.name, dtype, steps, found, error, stencil.order, truncation, rounding, floor, failure if np.all(np.isnan(error)) else "")  # fmt: skip


def _held(line: Callable, stencil: Stencil, h: float, dtype: str) -> float:
    """h as the sum x + h keeps it, so that it is f that is rounded and not h; h itself where nothing is left."""
    x = line.args[1]  # type: ignore[attr-defined]
    if np.ndim(x) or isinstance(stencil, Imaginary):
        return h
    x = np.dtype(dtype).type(x)
    return float((x + np.dtype(dtype).type(h)) - x) or h
