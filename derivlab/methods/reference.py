"""The reference: differences with a hundred digits, from both sides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral
from typing import Any, ClassVar

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.lift import run, space
from derivlab.methods.estimate import Estimate
from derivlab.methods.output import as_output, evaluated
from derivlab.methods.verification import OTHER_VALUE, OTHER_WAY, along, confirm, contradicted

GOLDEN = 0.6180339887498949
TINY = 1e-15  # of a step; a smaller one may be lost beside what the other coordinates add


@dataclass(frozen=True)
class Reference:
    """Central difference at 100 digits with h = 1e-40: truncation 1e-80, rounding 1e-60.

    `exponent` is that 40, a whole number from 10 to 45.
    """

    exponent: int = 40
    name: ClassVar[str] = "reference"
    family: ClassVar[str] = "reference"
    summary: ClassVar[str] = "the truth to more than 50 digits, slowly; refuses where the two sides disagree"

    def __post_init__(self) -> None:
        if not isinstance(self.exponent, Integral) or not 10 <= self.exponent <= 45:
            raise DerivativeError(
                f"exponent={self.exponent!r} is no whole number from 10 to 45; the step is 10 to the power of -exponent."
            )

    def evaluate(self, f: Callable, flat: Any, shape: tuple, where: Any = None) -> np.ndarray:
        """f at a flat array of mpmath numbers, as an object array; `where` notes what happened in it."""
        where = where or space("mpmath")
        out = np.asarray(run(f, flat.reshape(shape) if shape else flat[0], where))
        out = out.astype(float) if out.dtype.kind in "biu" else out
        if out.dtype.kind not in "fiubO" or any(
            not hasattr(v, "_mpf_") and not isinstance(v, (int, float)) for v in out.astype(object).flat
        ):
            raise DerivativeError("f returns something that is no real number; return a number or an array.")
        return out

    def sides(
        self, f: Callable, x: Any, v: np.ndarray, exponent: int | None = None, mid: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Left and right derivative along v, and f(x), which may be given as `mid`."""
        from derivlab.lift.mpmath_space import context

        mp = context()
        h = mp.mpf(10) ** -(exponent or self.exponent)
        flat, move = _numbers(x), _numbers(v) * h
        low, high = (self.evaluate(f, p, np.shape(x)) for p in (flat - move, flat + move))
        mid = self.evaluate(f, flat, np.shape(x)) if mid is None else mid
        return (mid - low) / h, (high - mid) / h, mid

    def _stays(self, f: Callable, x: Any, v: np.ndarray, gap: np.ndarray, mid: np.ndarray) -> bool:
        """Whether the gap between the sides is as wide for a step 1000 times longer: where f is smooth it is O(h)."""
        left, right, _ = self.sides(f, x, v, self.exponent - 3, mid)
        return bool(np.any((np.abs(left - right) < 3 * gap) & (gap > 1e-38 * np.abs(mid))))

    def _slope(
        self, f: Callable, x: Any, v: np.ndarray, where: str, mid: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """The slope along v, and f(x), which may be given; errors: sides that differ."""
        left, right, mid = self.sides(f, x, v, mid=mid)
        largest = np.max(np.abs(mid), initial=0)
        last_digits = 1e-57 * largest  # of 100, seen through a step of 1e-40
        if np.any((left != 0) & (np.abs(left) < 1e-45 * largest)):  # through a longer one more of them
            left, right, mid = self.sides(f, x, v, 20, mid)
            last_digits = 1e-77 * largest
        left, right = (np.where(np.abs(side) > last_digits, side, 0 * side) for side in (left, right))
        size, gap = np.maximum(np.abs(left), np.abs(right)), np.abs(left - right)
        apart = (gap > 1e-15 * size) & (gap > 1e-38 * np.abs(mid))
        if np.any(apart) and self._stays(f, x, v, gap, mid):
            raise DerivativeError(
                f"the derivative from the left and from the right differ {where}; "
                "f has a kink, a jump or a special case here."
            )
        if np.any(steep := size > 1e12 * np.abs(mid)):
            nearby = self.sides(f, x, v, self.exponent - 3, mid)[1]
            if np.any(steep & (size > 1.001 * np.abs(nearby))):
                raise DerivativeError(
                    f"the slope {where} still grows when the step shrinks to 1e-{self.exponent}; "
                    "f has a jump or an infinite slope here."
                )
        if np.any(flat := (left == 0) & (right == 0)):
            self._slopes_farther_out(f, x, v, where, flat, mid)
        mean = (left + right) / 2
        mean = np.where(np.abs(mean) > gap, mean, 0 * mean)  # below the gap it is a remainder of order h
        if np.any((mean != 0) & (np.abs(mean) < 1e-30)):
            near, far, _ = self.sides(f, x, v, self.exponent - 3, mid)
            mean = np.where(np.abs(near + far) < 200 * np.abs(mean), mean, 0 * mean)
        return mean, mid

    def _slopes_farther_out(
        self, f: Callable, x: Any, v: np.ndarray, where: str, flat: np.ndarray, mid: np.ndarray
    ) -> None:
        """Errors: f looks constant at x, but has one and the same slope on both sides from 1e-6 to 1e-5."""
        near, far = (self.sides(f, x, v, exponent, mid)[:2] for exponent in (6, 5))
        slopes = np.stack([np.where(flat, slope, 0) for slope in (*near, *far)])
        smallest, largest = np.min(np.abs(slopes), axis=0), np.max(np.abs(slopes), axis=0)
        one = np.ptp(slopes, axis=0) < 0.01 * largest
        size = np.max(np.abs(mid), initial=0)
        hidden = one & (smallest > 1e-85 * size) & (smallest <= 1e-50 * size)
        if np.any(hidden) and np.max(np.abs(v)) > TINY:
            raise DerivativeError(
                f"the slope {where} is less than 1e-50 of f itself, which 100 digits do not resolve; take the large "
                "part out of f, or use 'reverse'."
            )
        if np.any(one & (smallest > 1e-50 * size)):
            raise DerivativeError(
                f"f is constant {where} at x, yet has a slope on either side; an iteration that stops early, or a "
                "special case, keeps it from moving."
            )

    def jacobian(self, f: Callable, x: Any) -> Estimate:
        own, flat, columns, where = _in_floats(f, x), np.ravel(x), [], space("mpmath")
        mid = self.evaluate(f, _numbers(x), np.shape(x), where)
        for i in range(flat.size):
            v = np.zeros(flat.size)
            v[i] = abs(flat[i]) or 1.0
            slope, mid = self._slope(f, x, v, f"in x[{i}]", mid)
            if v[i] < TINY and not np.any(slope):
                v[i] = 1.0
                slope, mid = self._slope(f, x, v, f"in x[{i}]", mid)
            columns.append(slope / v[i])
        if flat.size > 1:
            self._slanted(f, x, columns, mid)
        value = _floats(np.stack(columns, axis=-1)).reshape(mid.shape + np.shape(x))
        count = 2 * flat.size + 1 + 2 * (flat.size > 1)
        return Estimate(value, count, notes=_agreement(f, x, own, mid, where, (f, x, value)))

    def _slanted(self, f: Callable, x: Any, columns: list, mid: np.ndarray) -> None:
        """Errors: along a direction that is no axis, another slope than the partial derivatives add up to."""
        flat = np.ravel(x)
        v = np.where(flat == 0, 1.0, np.abs(flat)) * (0.5 + GOLDEN * np.arange(1, flat.size + 1) % 1.0)
        slope, _ = self._slope(f, x, v, "along a slanted direction", mid)
        parts = np.stack(columns, axis=-1) * v
        size = np.sum(np.abs(parts), axis=-1)
        if np.any(np.abs(np.sum(parts, axis=-1) - slope) > 1e-12 * size + (size == 0) * np.abs(slope) / 2):
            raise DerivativeError(
                "the slope along a slanted direction is not the one that the partial derivatives add up to; "
                "f has no derivative here."
            )

    def jvp(self, f: Callable, x: Any, v: Any) -> Estimate:
        """The Jacobian times v, from three evaluations."""
        own, where = _in_floats(f, x), space("mpmath")
        mid = self.evaluate(f, _numbers(x), np.shape(x), where)
        flat, v = np.ravel(x), np.asarray(v, dtype=float)
        moved = np.ravel(v) != 0
        if not moved.any():
            return Estimate(np.zeros(mid.shape), 1)
        size = np.where(flat == 0, 1.0, np.abs(flat))  # no coordinate moves by more than its own
        unit = float(np.min(size[moved] / np.abs(np.ravel(v)[moved])))
        slope, _ = self._slope(f, x, np.ravel(v) * unit, "along v", mid)
        value = _floats(slope / unit).reshape(mid.shape)
        slanted = (along(f, x, v), 0.0, value)  # judged as the function t -> f(x + t v), whose slope this is
        return Estimate(value, 3, notes=_agreement(f, x, own, mid, where, slanted))


def _numbers(x: Any) -> np.ndarray:
    from derivlab.lift.mpmath_space import context

    return np.array([context().mpf(float(t)) for t in np.ravel(x)], dtype=object)


def _floats(values: np.ndarray) -> np.ndarray:
    out = np.array([float(t) for t in np.ravel(values)])
    if not np.all(np.isfinite(out)):
        raise DerivativeError(
            "the 100-digit value is not finite; x lies outside the domain of f or on its edge."
        )
    return out


def _in_floats(f: Callable, x: Any) -> np.ndarray:
    own = as_output(evaluated(f, x))
    if not np.isfinite(own).all():
        raise DerivativeError(
            "f(x) is not finite in floats; x lies outside the domain of f, or an intermediate result overflows."
        )
    return own


def _agreement(
    f: Callable, x: Any, own: np.ndarray, mid: np.ndarray, where: Any, judged: tuple
) -> tuple[str, ...]:
    """A note where f in floats is far from f with 100 digits; errors: f may have gone another way there.

    `judged` is a function, a point and its derivative there.
    """
    exact = mid.astype(float)
    if own.shape != exact.shape:
        raise DerivativeError(
            f"mpmath makes an array of shape {exact.shape} where f returns one of shape {own.shape}: an operation was "
            "followed wrongly; use another method."
        )
    apart = _gap(exact, own)
    if apart < 1e-9:
        f, x, value = judged
        if mid.dtype != object:
            return (confirm(f, x, value, []),)
        if contradicted(f, x, value, own.ravel(), bool(where.detours)):
            raise DerivativeError(OTHER_WAY)
        return ()
    if not np.array_equal(own, as_output(evaluated(f, x))):
        raise DerivativeError(OTHER_VALUE)
    if _gap(exact, _with_16_digits(f, x)) < 0.01 * apart:  # not for lack of digits
        raise DerivativeError(
            "f gives another value when it is run with 100 digits (a look at types, an exception that it handles, or a "
            "view that is written to); make f depend on the numbers in x only."
        )
    return (f"f itself, in floats, has only {max(-np.log10(apart), 0):.0f} digits right here",)


def _gap(exact: np.ndarray, found: np.ndarray) -> float:
    return float(np.max(np.abs(found - exact), initial=0.0) / (np.max(np.abs(exact), initial=0.0) or 1.0))


def _with_16_digits(f: Callable, x: Any) -> np.ndarray:
    """f with numbers that round as floats do, in the way that it takes with 100 digits."""
    from derivlab.lift.mpmath_space import context

    with context().workprec(53):
        return Reference().evaluate(f, _numbers(x), np.shape(x)).astype(float)
