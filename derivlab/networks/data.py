"""Samples to learn from: two classes in the plane, handwritten digits, or one's own, split and standardised."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from derivlab.errors import DerivativeError


class Samples(NamedTuple):
    """Inputs x (N, inputs), and y: classes (N,) as whole numbers, or values."""

    x: np.ndarray
    y: np.ndarray


@dataclass(frozen=True, repr=False, eq=False)
class Dataset:
    """Samples to train on and others to test with, standardised by `mean` and `spread` of the former."""

    name: str
    train: Samples
    test: Samples
    mean: np.ndarray
    spread: np.ndarray

    @property
    def inputs(self) -> int:
        """How many numbers a sample has."""
        return self.train.x.shape[1]

    @property
    def classes(self) -> int:
        """How many classes there are, 0 where y holds values."""
        return (
            0
            if self.train.y.dtype.kind == "f"
            else int(max(self.train.y.max(), self.test.y.max(initial=0))) + 1
        )

    def raw(self, x: Any) -> np.ndarray:
        """Standardised samples in their own units again."""
        return np.asarray(x) * self.spread + self.mean

    def __repr__(self) -> str:
        kind = f"{self.classes} classes" if self.classes else "values"
        return f"Dataset({self.name}: {len(self.train.x)} samples to train on and {len(self.test.x)} to test with, {self.inputs} inputs, {kind})"


def moons(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Two half circles that reach into each other."""
    return _sklearn().make_moons(count, random_state=int(rng.integers(2**31)))


def circles(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A ring within a ring."""
    return _sklearn().make_circles(count, factor=0.5, random_state=int(rng.integers(2**31)))


def spiral(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Two arms that wind around each other one and a half times."""
    t, y = np.sqrt(rng.uniform(0.02, 1, count)), np.arange(count) % 2
    angle = 3 * np.pi * t + np.pi * y
    return t[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1), y


def xor(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Four squares; class 1 where the coordinates have opposite signs."""
    x = rng.uniform(-1, 1, (count, 2))
    return x + 0.1 * np.sign(x), (x[:, 0] * x[:, 1] < 0).astype(int)


def digits(count: int, rng: np.random.Generator, only: tuple[int, ...] = ()) -> tuple[np.ndarray, np.ndarray]:
    """Handwritten digits of 8 × 8 pixels from 0 to 16 (Alpaydin and Kaynak 1998); `only` some of them, numbered from 0."""
    x, y = _sklearn().load_digits(return_X_y=True)
    rows = rng.permutation(np.flatnonzero(np.isin(y, only or range(10))))[:count]
    return x[rows], np.searchsorted(only, y[rows]) if only else y[rows]


class Source(NamedTuple):
    """Where samples come from, how many there are at most, and the usual noise."""

    draw: Callable
    most: int
    noise: float


SOURCES = {
    "moons": Source(moons, 300, 0.2),
    "circles": Source(circles, 300, 0.1),
    "spiral": Source(spiral, 400, 0.02),
    "xor": Source(xor, 300, 0.05),
    "digits": Source(digits, 1797, 0.0),
}


def dataset(
    name: str,
    count: int | None = None,
    *,
    noise: float | None = None,
    seed: int = 0,
    test: float = 0.3,
    only: Sequence[int] = (),
) -> Dataset:
    """Samples by name: moons, circles, spiral, xor (two classes in the plane), or digits (64 pixels, ten classes).

    `noise` is the standard deviation of what is added to each input, `test` the share kept for testing, `only` the
    digits wanted, as in `dataset("digits", only=(3, 8))`. Errors: `DerivativeError`.
    """
    if name not in SOURCES:
        raise DerivativeError(f"there are no samples {name!r}; choose one of {', '.join(SOURCES)}.")
    source, rng = SOURCES[name], np.random.default_rng(seed)
    count, noise = source.most if count is None else count, source.noise if noise is None else noise
    only = tuple(np.ravel(only).tolist())
    if not isinstance(count, int | np.integer) or count < 4:
        raise DerivativeError(f"count is {count!r}; ask for a whole number of samples, at least 4.")
    if not 0 <= noise < np.inf:
        raise DerivativeError(f"noise is {noise!r}; a standard deviation is a number from 0.")
    if only and (name != "digits" or not {*only} <= {*range(10)} or len({*only}) < 2):
        raise DerivativeError(
            f"only={only!r} chooses digits; give two or more of 0 to 9 with dataset('digits')."
        )
    chosen = {"only": tuple(sorted({*only}))} if only else {}
    x, y = source.draw(count, rng, **chosen)
    title = f"{name} {', '.join(map(str, chosen['only']))}" if only else name
    return split(x + noise * rng.standard_normal(x.shape), y, test=test, seed=seed, name=title)


def split(
    x: Any, y: Any, *, test: float = 0.3, seed: int = 0, standardise: bool = True, name: str = "samples"
) -> Dataset:
    """One's own samples x (N, inputs) and y, shuffled and split, each input to mean 0 and spread 1 on those to train on.

    An input that never changes is left at 0. Errors: `DerivativeError`.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y)
    if x.ndim != 2 or len(x) != len(y) or not x.size or not np.isfinite(x).all():
        raise DerivativeError(
            f"x of shape {x.shape} and y of shape {y.shape} make no samples; give finite x of shape (N, inputs), and y of N rows."
        )
    if y.dtype.kind not in "iubf" or not np.isfinite(y).all():
        raise DerivativeError("y holds values that are no finite numbers; number the classes from 0.")
    if not 0 <= test < 1:
        raise DerivativeError(f"test is {test!r}; give the share kept for testing, from 0 and below 1.")
    order, kept = np.random.default_rng(seed).permutation(len(x)), round(test * len(x))
    mine, theirs = order[kept:], order[:kept]
    mean, spread = np.zeros(x.shape[1]), np.ones(x.shape[1])
    if standardise:
        mean, spread = x[mine].mean(axis=0), x[mine].std(axis=0)
        spread = np.where(spread > 1e-12 * (1 + np.abs(mean)), spread, 1.0)
    x, y = (x - mean) / spread, y.astype(int) if y.dtype.kind in "iub" else y.astype(float)
    return Dataset(name, Samples(x[mine], y[mine]), Samples(x[theirs], y[theirs]), mean, spread)


def _sklearn() -> Any:
    """scikit-learn's samples; errors: it is not installed."""
    try:
        import sklearn.datasets
    except ImportError as error:
        raise DerivativeError(
            'these samples are scikit-learn\'s; install it with pip install "derivlab[lab]".'
        ) from error
    return sklearn.datasets
