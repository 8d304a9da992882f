"""Second differences: Hessians from values of f."""

from __future__ import annotations

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.methods.batch import Points
from derivlab.methods.ladder import RATIO, neville
from derivlab.methods.scale import magnitude, power_of_two

RUNGS = RATIO ** -np.arange(6.0)


def unit(points: Points) -> np.ndarray:
    """The size of each coordinate, 1 at zero."""
    return magnitude(points.x)


def default_steps(points: Points, power: float) -> np.ndarray:
    """h = ε^power |x_i|: rounding O(ε/h²) against truncation O(h²) balance at 1/4."""
    return power_of_two(points.eps**power * unit(points))


def second_differences(points: Points, h: np.ndarray, forgive: bool = False) -> np.ndarray:
    """(n, n, m), symmetric, truncation O(h²), from n² + n values.

    ∂ᵢ∂ⱼf ≈ (f(++) + f(--) + 2f - f(+0) - f(-0) - f(0+) - f(0-)) / 2hᵢhⱼ, the signs being those of hᵢ and hⱼ.
    """
    n, x, base = points.x.size, points.x, points.base
    steps = np.diag((x + h) - x)
    h = np.diag(steps)
    axis = points.at(np.concatenate([x + steps, x - steps]), forgive)
    sides = axis[:n] + axis[n:]
    out = np.empty((n, n, base.size))
    for i in range(n):
        out[i, i] = (sides[i] - 2 * base) / h[i] ** 2
        if i:
            both = steps[i] + steps[:i]
            pair = points.at(np.concatenate([x + both, x - both]), forgive)
            mixed = pair[:i] + pair[i:] + 2 * base - sides[i] - sides[:i]
            out[i, :i] = out[:i, i] = mixed / (2 * h[i] * h[:i])[:, None]
    if not (forgive or np.all(np.isfinite(out))):
        raise DerivativeError("f is not finite beside x; move x into its domain, or give a smaller step.")
    return out


def extrapolated(points: Points, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Second derivatives and their error estimates (n, n, m), from six ladder steps extrapolated to 0.

    Errors: not finite beside x; differences that do not settle; another curvature on either side.
    """
    n, m = points.x.size, points.base.size
    samples, lengths, noise = [], [], []
    for rung in RUNGS:
        h = start * rung
        found = second_differences(points, h, forgive=True)
        found[~np.isfinite(found)] = np.nan
        area = np.outer(h, h).ravel()
        samples.append(found.reshape(n * n, m))
        lengths.append(np.sqrt(area))
        noise.append(8 * points.eps * np.maximum(np.abs(points.base), 1e-300) / area[:, None])
    flat = np.broadcast_to(points.base, (len(RUNGS), n * n, m))
    value, error, rounding = neville(
        np.array(lengths), np.stack([samples, flat]), points.base, np.array(noise), 2
    )
    if not np.all(np.isfinite(error)):
        raise DerivativeError("f is not finite beside x; move x further into its domain.")
    size, scale = np.abs(value), np.nanmax(np.abs(samples), axis=0)
    near = np.max([1e-3 * size, 1e3 * rounding, 1e-6 * scale], axis=0)
    if np.any(error > np.maximum(near, 1e-9 * size.max(axis=0))) or _bent(points, start):
        raise DerivativeError(
            "second differences do not settle as the step shrinks (a kink of f or of its slope, jump or noise); "
            "move x, or smooth f there."
        )
    return value.reshape(n, n, m), error.reshape(n, n, m)


def _bent(points: Points, start: np.ndarray) -> bool:
    """Whether the curvatures on either side of x, along a slanted line, differ by as much for a shorter step.

    (f(2h) - 2f(h) + f(0)) / h² and (f(0) - 2f(-h) + f(-2h)) / h² are 2h f''' apart where f is smooth.
    """
    gaps, base = [], points.base
    v = start * (0.5 + np.arange(1, start.size + 1) * 0.6180339887498949 % 1.0)
    for h in (1 / 16, 1 / 256):
        far, near, back, behind = points.at(
            points.x + np.multiply.outer([2 * h, h, -h, -2 * h], v), forgive=True
        )
        right, left = far - 2 * near + base, base - 2 * back + behind
        gaps.append(np.abs(right - left) / h**2)
    size, rounding = (np.abs(right) + np.abs(left)) / h**2, 1e3 * points.eps * np.abs(base) / h**2
    return bool(np.any((gaps[1] > 0.5 * gaps[0]) & (gaps[1] > 1e-3 * size) & (gaps[1] > rounding)))


def shaped(points: Points, found: np.ndarray) -> np.ndarray:
    """(n, n, m) as f(x).shape + x.shape + x.shape."""
    return np.moveaxis(found, -1, 0).reshape(points.out + points.shape + points.shape)
