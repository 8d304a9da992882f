"""Gradients from returns only, and what each way costs in episodes.

A sampled gradient is a frozen value with one verb: `estimate(mdp, theta, rng)` gives a `BlackBox`, the gradient and the
episodes that it took. `aim(mdp, theta)` is what it gives on average.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.policy.episodes import sample, sample_each, whole
from derivlab.policy.estimators import Estimator
from derivlab.policy.exact import exact_gradient, expected_return
from derivlab.policy.learning import ascended
from derivlab.policy.mdp import MDP
from derivlab.verbs import gradient

Rng = np.random.Generator


class BlackBox(NamedTuple):
    """A gradient (S, A), and the episodes that it cost."""

    gradient: np.ndarray
    episodes: int

    def __repr__(self) -> str:
        return f"gradient of length {np.linalg.norm(self.gradient):.4g} from {self.episodes} episodes"


class Sampled(Protocol):
    """What `price` and `climb` take."""

    @property
    def name(self) -> str: ...
    def estimate(self, mdp: MDP, theta: np.ndarray, rng: Rng) -> BlackBox: ...
    def aim(self, mdp: MDP, theta: np.ndarray) -> np.ndarray: ...


@dataclass(frozen=True)
class Score:
    """The score function on a batch of episodes: it looks into the episodes, and into the policy."""

    estimator: Estimator = field(default_factory=Estimator)
    batch: int = 10
    name: ClassVar[str] = "score function"

    def estimate(self, mdp: MDP, theta: np.ndarray, rng: Rng) -> BlackBox:
        """∇ from one batch."""
        seen = sample(mdp, theta, self.batch, rng)
        return BlackBox(self.estimator.gradient(seen, mdp, theta), self.batch)

    def aim(self, mdp: MDP, theta: np.ndarray) -> np.ndarray:
        """∇J, with the entropy's; not known where credits are normalised, nan then."""
        return exact_gradient(theta, mdp, self.estimator.entropy) * (
            np.nan if self.estimator.normalise else 1
        )


@dataclass(frozen=True)
class Differences:
    """(J(θ + h e) - J(θ - h e)) / 2h for each preference, J from `batch` episodes a side.

    `common` replays the same random numbers on both sides, so that most of the noise cancels.
    """

    h: float = 0.1
    batch: int = 10
    common: bool = True
    name: ClassVar[str] = "finite differences"

    def __post_init__(self) -> None:
        _positive("h", self.h)

    def estimate(self, mdp: MDP, theta: np.ndarray, rng: Rng) -> BlackBox:
        """∇ from 2 · S · A · batch episodes."""
        sides = _mean_returns(mdp, self._sides(mdp, theta), self.batch, rng, 2 if self.common else 1)
        return BlackBox(self._slope(mdp, sides), 2 * theta.size * self.batch)

    def aim(self, mdp: MDP, theta: np.ndarray) -> np.ndarray:
        """The same difference of the exact J: off ∇J by h²/6 times third derivatives."""
        return self._slope(mdp, expected_return(self._sides(mdp, theta), mdp))

    def _sides(self, mdp: MDP, theta: np.ndarray) -> np.ndarray:
        moves = self.h * np.eye(theta.size).reshape(-1, *mdp.shape)
        return mdp.preferences(theta) + np.concatenate([moves, -moves])

    def _slope(self, mdp: MDP, sides: np.ndarray) -> np.ndarray:
        up, down = sides.reshape(2, *mdp.shape)
        return (up - down) / (2 * self.h)


@dataclass(frozen=True)
class Evolution:
    """Evolution strategy: how the return goes with normal noise ε on θ (Salimans et al. 2017).

    `antithetic`: the mean of (R(θ + σε) - R(θ - σε)) ε / 2σ over `pairs` of ε; else of R(θ + σε) ε / σ over twice as
    many. R is the mean of `batch` episodes; `common` replays the same random numbers on both sides of a pair.
    """

    sigma: float = 0.1
    pairs: int = 10
    batch: int = 1
    antithetic: bool = True
    common: bool = True
    name: ClassVar[str] = "evolution strategy"

    def __post_init__(self) -> None:
        _positive("sigma", self.sigma)
        whole(self.pairs, "pairs must be")

    def estimate(self, mdp: MDP, theta: np.ndarray, rng: Rng) -> BlackBox:
        """∇ from 2 · pairs · batch episodes."""
        noise = rng.standard_normal((self.pairs * (1 if self.antithetic else 2), *mdp.shape))
        noise = np.concatenate([noise, -noise]) if self.antithetic else noise
        thetas = mdp.preferences(theta) + self.sigma * noise
        alike = 2 if self.antithetic and self.common else 1
        worth = _mean_returns(mdp, thetas, self.batch, rng, alike)
        return BlackBox(
            np.tensordot(worth, noise, 1) / (len(noise) * self.sigma), 2 * self.pairs * self.batch
        )

    def aim(self, mdp: MDP, theta: np.ndarray) -> np.ndarray:
        """∇J_σ, the slope of the return smoothed by the noise (see `smoothed_gradient`)."""
        return smoothed_gradient(mdp, theta, self.sigma).mean


WAYS: dict[str, Callable[[], Sampled]] = {
    "score": Score,
    "differences": Differences,
    "evolution": Evolution,
}


def way_of(way: Any) -> Sampled:
    """A sampled gradient from itself, its name, or the `Estimator` of a score function; errors: something else."""
    if isinstance(way, Estimator):
        return Score(way)
    if isinstance(way, str) and way in WAYS:
        return WAYS[way]()
    if not hasattr(way, "estimate"):
        raise DerivativeError(f"{way!r} gives no sampled gradients; choose one of {', '.join(WAYS)}.")
    return way


class Smoothed(NamedTuple):
    """The gradient of J_σ and the standard error of each entry, (S, A)."""

    mean: np.ndarray
    error: np.ndarray


def smoothed_gradient(
    mdp: MDP, theta: np.ndarray, sigma: float = 0.1, pairs: int = 500, seed: int = 0
) -> Smoothed:
    """∇J_σ where J_σ(θ) is the mean of J(θ + σε) over normal ε: what an evolution strategy differentiates.

    The mean of exact ∇J at pairs θ ± σε, so no episode is needed. It is off ∇J by about σ²/2 · ∇ΔJ.
    """
    _positive("sigma", sigma)
    pairs = whole(pairs, "pairs must be", least=2)
    noise = sigma * np.random.default_rng(seed).standard_normal((pairs, *mdp.shape))
    around = mdp.preferences(theta) + np.stack([noise, -noise])
    each = gradient(lambda moved: np.sum(expected_return(moved, mdp)), around).mean(axis=0)
    return Smoothed(each.mean(axis=0), each.std(axis=0, ddof=1) / np.sqrt(pairs))


def _mean_returns(mdp: MDP, thetas: np.ndarray, batch: int, rng: Rng, alike: int) -> np.ndarray:
    """The mean return of each of K policies, shape (K,)."""
    seen = sample_each(mdp, thetas, batch, rng, alike)
    return seen.returns(mdp.discount).reshape(len(thetas), -1).mean(axis=1)


def _positive(name: str, size: float) -> None:
    if not 0 < size < np.inf:
        raise DerivativeError(f"{name} must be a positive number.")


def difference_gradient(
    mdp: MDP, theta: np.ndarray, batch: int = 10, h: float = 0.1, seed: int = 0, common: bool = True
) -> BlackBox:
    """One estimate by `Differences`."""
    return Differences(h, batch, common).estimate(mdp, mdp.preferences(theta), np.random.default_rng(seed))


def evolution_gradient(
    mdp: MDP,
    theta: np.ndarray,
    pairs: int = 10,
    batch: int = 10,
    sigma: float = 0.1,
    seed: int = 0,
    antithetic: bool = True,
    common: bool = True,
) -> BlackBox:
    """One estimate by `Evolution`."""
    return Evolution(sigma, pairs, batch, antithetic, common).estimate(
        mdp, mdp.preferences(theta), np.random.default_rng(seed)
    )


class Price(NamedTuple):
    """What a sampled gradient costs. `episodes`: for a noise of `precision` times the length of ∇J.

    `variance`: of one estimate, summed over the entries. `bias`: of the mean, as a share of the length of ∇J, which no
    number of episodes mends. `uphill`: the share of estimates with a positive product with ∇J.
    """

    name: str
    episodes: float
    variance: float
    bias: float
    uphill: float
    each: int  # episodes of one estimate
    precision: float

    def __repr__(self) -> str:
        return (
            f"{self.name}: {self.episodes:,.0f} episodes for noise of {100 * self.precision:g} % of the gradient, "
            f"bias {100 * self.bias:.2g} %"
        )


def price(
    mdp: MDP,
    theta: np.ndarray,
    way: Sampled | Estimator | str,
    precision: float = 0.1,
    repeats: int = 300,
    seed: int = 0,
) -> Price:
    """The cost of a sampled gradient (see `way_of`), from the scatter of `repeats` estimates; errors: ∇J is zero.

    The noise of a mean of n estimates falls as 1/√n, so the episodes are those of one estimate times its variance over
    (precision · |∇J|)².
    """
    _positive("precision", precision)
    way = way_of(way)
    repeats = whole(repeats, "the scatter is seen on several estimates; repeats must be", least=2)
    theta, rng = mdp.preferences(theta), np.random.default_rng(seed)
    exact = exact_gradient(theta, mdp)
    length = float(np.linalg.norm(exact))
    if length < 1e-12:
        raise DerivativeError(
            "the exact gradient is zero here, so no share of it can be reached; move theta."
        )
    drawn = [way.estimate(mdp, theta, rng) for _ in range(repeats)]
    cloud, each = np.array([one.gradient for one in drawn]), drawn[0].episodes
    variance = float(cloud.var(axis=0, ddof=1).sum())
    return Price(
        way.name,
        each * variance / (precision * length) ** 2,
        variance,
        float(np.linalg.norm(way.aim(mdp, theta) - exact) / length),
        float(np.mean(np.tensordot(cloud, exact, 2) > 0)),
        each,
        precision,
    )


class Climb(NamedTuple):
    """One step of learning by any sampled gradient: the preferences before it, and the episodes spent up to here."""

    number: int
    theta: np.ndarray
    gradient: np.ndarray
    expected_return: float  # J(θ), exact
    episodes: int

    def __repr__(self) -> str:
        return f"step {self.number}: J = {self.expected_return:.4g} after {self.episodes} episodes"


def climb(
    mdp: MDP,
    way: Sampled | Estimator | str,
    theta: np.ndarray | None = None,
    rate: float = 0.5,
    seed: int = 0,
) -> Iterator[Climb]:
    """Gradient ascent on J by a sampled gradient (see `way_of`), without end."""
    way = way_of(way)
    theta, rng, spent = mdp.preferences(theta), np.random.default_rng(seed), 0
    for number in count():
        found = way.estimate(mdp, theta, rng)
        yield Climb(number, theta, found.gradient, float(expected_return(theta, mdp)), spent)
        spent += found.episodes
        theta = ascended(mdp, theta, rate, found.gradient)
