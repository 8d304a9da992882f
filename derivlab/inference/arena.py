"""Which estimator has the least variance where: samples beside exact moments, for one unknown z and a Gaussian q."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import optimize

from derivlab.errors import DerivativeError
from derivlab.inference.elbo import as_phi
from derivlab.inference.estimators import ESTIMATORS, height, name_of, sample_gradients, whole
from derivlab.inference.models import LogDensity, floats, normal_mean, practice, two_peaks
from derivlab.inference.moments import Moments, moments, singles
from derivlab.verbs import gradient

ENTRIES = ("d/dμ", "d/d ln σ", "d/dσ")
TIE = 1e-9  # of the largest variance: what is below is no noise at all
MU, SIGMA = np.linspace(-1.5, 2.5, 33), np.geomspace(0.05, 2.0, 25)
TARGETS: dict[str, LogDensity] = {
    "conjugate Gaussian": normal_mean((0.6,)),
    "logistic regression": practice(),
    "two peaks": two_peaks,
}


def entry_of(slopes: np.ndarray, entry: str, ln_sigma: Any, power: int = 1) -> np.ndarray:
    """The named entry of slopes (..., 2, *places) in μ and ln σ: d/dσ = (d/d ln σ) / σ; power 2 for variances."""
    if entry not in ENTRIES:
        raise DerivativeError(f"the slope {entry!r} is unknown; choose from {', '.join(ENTRIES)}.")
    axis = -1 - np.ndim(ln_sigma)
    found = np.take(slopes, min(ENTRIES.index(entry), 1), axis=axis)
    return found / np.exp(power * np.asarray(ln_sigma)) if entry == "d/dσ" else found


def brief(number: Any, digits: int = 3) -> str:
    """A number in few digits; what is only rounding is 0."""
    return "0" if abs(number) < 1e-12 else f"{number:.{digits}g}"


def chosen(among: Iterable[str]) -> list[str]:
    """The names of estimators, all if none is given."""
    return [name_of(name) for name in among] or list(ESTIMATORS)


@dataclass(frozen=True, eq=False)
class Contest:
    """Single-sample gradients (count, 2) of estimators at one phi (2, 1), all from the same seed, and exact moments."""

    phi: np.ndarray
    gradients: Mapping[str, np.ndarray]
    exact: Moments

    def slopes(self, name: str, entry: str = "d/dμ") -> np.ndarray:
        """The single-sample slopes of an estimator, shape (count,)."""
        return entry_of(self.gradients[name], entry, self._ln_sigma)

    def truth(self, entry: str = "d/dμ") -> float:
        """The exact slope."""
        return float(entry_of(self.exact.gradient, entry, self._ln_sigma))

    def variance(self, name: str, entry: str = "d/dμ") -> float:
        """The exact variance of one sample's slope."""
        variances = entry_of(self.exact.variances, entry, self._ln_sigma, 2)
        return float(variances[list(ESTIMATORS).index(name)])

    def least(self, entry: str = "d/dμ") -> list[str]:
        """The estimators of least exact variance: one, or several where they tie; none where no variance is known."""
        found = {name: self.variance(name, entry) for name in self.gradients}
        known = [v for v in found.values() if np.isfinite(v)]
        scale = float(np.max(np.nan_to_num(self.exact.variances, posinf=0.0)))
        return [name for name, v in found.items() if known and v <= min(known) + TIE * scale]

    @property
    def _ln_sigma(self) -> float:
        return float(self.phi[1, 0])

    def table(self, entry: str = "d/dμ") -> str:
        """Mean and variance of each estimator as lines of text, the exact ones beside them."""
        rows = [
            f"{'':<16}{'mean':>9}{'variance':>11}{'exact':>9}",
            f"{entry:<16}{brief(self.truth(entry)):>9}",
        ]
        for name in self.gradients:
            slopes, exact = self.slopes(name, entry), self.variance(name, entry)
            mark = "  least" if name in self.least(entry) else ""
            numbers = f"{brief(slopes.mean()):>9}{brief(slopes.var()):>11}{brief(exact):>9}"
            rows.append(f"{name:<16}{numbers}{mark}")
        return "\n".join(rows)

    def __str__(self) -> str:
        return self.table()

    __repr__ = __str__


def contest(
    phi: Any, log_joint: LogDensity, count: int = 1000, seed: Any = 0, among: Iterable[str] = ()
) -> Contest:
    """Let estimators draw `count` samples each at phi (2, 1); all five, or those named in `among`.

    `log_joint` takes z (..., 1) and gives ln p(x, z) (...). Errors: `DerivativeError`.
    """
    phi = as_phi(phi)
    if phi.shape != (2, 1):
        raise DerivativeError(
            f"phi has the shape {phi.shape}; a contest is held for one z, give [[μ], [ln σ]]."
        )
    names, count = chosen(among), whole(count)
    found = _samples(phi, log_joint, count, seed) if count > 1 else {}
    for name in set(names) - set(found):
        found[name] = sample_gradients(phi, log_joint, name, count, seed)[..., 0]
    return Contest(phi, {name: found[name] for name in names}, moments(phi[:, 0], log_joint))


def _samples(phi: np.ndarray, log_joint: LogDensity, count: int, seed: Any) -> dict[str, np.ndarray]:
    """What `sample_gradients` gives, (count, 2) for each estimator of one sample, from one sweep through the model."""
    noise = np.random.default_rng(seed).standard_normal(count)
    sigma = np.exp(phi[1])
    z = (phi[0] + sigma * noise)[:, None]
    worth = height(z, phi, log_joint)
    slope = gradient(lambda z: np.sum(log_joint(z)), z)[:, 0]
    others = (np.sum(worth) - worth) / (count - 1)
    return {name: found.T for name, found in singles(noise, sigma, worth, slope, others).items()}


@dataclass(frozen=True, eq=False)
class WinnerMap:
    """Exact moments over a grid of mu (A,) and sigma (U,): entries of `exact` end in the shape (U, A)."""

    log_joint: LogDensity
    mu: np.ndarray
    sigma: np.ndarray
    exact: Moments

    def winners(self, entry: str = "d/dμ", among: Iterable[str] = ()) -> np.ndarray:
        """The number in ESTIMATORS of the one with the least variance, shape (U, A); -1 where none is known."""
        variances = entry_of(self.exact.variances, entry, self._ln_sigma, 2)
        out = [name not in chosen(among) for name in ESTIMATORS]
        variances = np.where(np.isfinite(variances), variances, np.inf)
        variances[out] = np.inf
        return np.where(np.isfinite(variances).any(axis=0), np.argmin(variances, axis=0), -1)

    @property
    def _ln_sigma(self) -> np.ndarray:
        return np.broadcast_to(np.log(self.sigma)[:, None], self.exact.elbo.shape)

    @cached_property
    def best(self) -> np.ndarray:
        """phi (2, 1) of the highest ELBO near the highest place of the grid."""
        heights = np.nan_to_num(self.exact.elbo, nan=-np.inf)
        up, across = np.unravel_index(np.argmax(heights), heights.shape)

        def depth(phi: np.ndarray) -> tuple[float, np.ndarray]:
            here = moments(phi, self.log_joint)
            return -float(here.elbo), -here.gradient

        start = np.array([self.mu[across], np.log(self.sigma[up])])
        return optimize.minimize(depth, start, jac=True, options={"gtol": 1e-9}).x[:, None]

    def plot(self, ax: Any = None, entry: str = "d/dμ", among: Iterable[str] = ()) -> Any:
        """Draw who wins where; returns the display."""
        from derivlab.plots.inference import WinnerMapDisplay

        return WinnerMapDisplay(self, entry, tuple(among)).plot(ax)

    def __repr__(self) -> str:
        return f"Winner map over μ from {self.mu[0]:g} to {self.mu[-1]:g} and σ from {self.sigma[0]:g} to {self.sigma[-1]:g}"


def winner_map(log_joint: LogDensity, mu: Any = MU, sigma: Any = SIGMA) -> WinnerMap:
    """Which estimator has the least variance at each mu (A,) and sigma (U,); errors: `DerivativeError`."""
    mu, sigma = (np.atleast_1d(floats(v, n)) for v, n in ((mu, "mu"), (sigma, "sigma")))
    rows = mu.ndim == sigma.ndim == 1 and np.isfinite(mu).all() and np.isfinite(sigma).all()
    if not rows or not (sigma > 0).all() or (np.diff(mu) <= 0).any() or (np.diff(sigma) <= 0).any():
        raise DerivativeError(
            "mu and sigma make no grid; give two rows of increasing numbers, those of sigma above 0."
        )
    phi = np.stack(np.meshgrid(mu, np.log(sigma)))
    return WinnerMap(log_joint, mu, sigma, moments(phi, log_joint))
