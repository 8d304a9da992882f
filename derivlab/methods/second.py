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
    """Second derivatives and their error estimates (n, n, m), from six ladder steps extrapolated to 0."""
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
    value, error, _ = neville(np.array(lengths), np.stack([samples, flat]), points.base, np.array(noise), 2)
    if not np.all(np.isfinite(error)):
        raise DerivativeError("f is not finite beside x; move x further into its domain.")
    return value.reshape(n, n, m), error.reshape(n, n, m)


def shaped(points: Points, found: np.ndarray) -> np.ndarray:
    """(n, n, m) as f(x).shape + x.shape + x.shape."""
    return np.moveaxis(found, -1, 0).reshape(points.out + points.shape + points.shape)
