"""Models by their log joint density: plain NumPy functions of points z with shape (..., D), giving shape (...)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import stats

from derivlab.errors import DerivativeError
from derivlab.reals import floats

LogDensity = Callable[[Any], Any]
HALF_LOG_TAU = 0.5 * np.log(2 * np.pi)


def log_normal(z: Any, mean: Any, spread: Any) -> Any:
    """The log density of a normal distribution, entry by entry; unlike SciPy's it can be differentiated."""
    return -0.5 * ((z - mean) / spread) ** 2 - np.log(spread) - HALF_LOG_TAU


def _positive(**numbers: float) -> None:
    for name, number in numbers.items():
        value = floats(number, name)
        if value.ndim or not 0 < value < np.inf:
            raise DerivativeError(f"{name}={number!r} is no standard deviation; give a number above 0.")


def _table(model: Any, rows: Any, column: Any, names: tuple[str, str]) -> None:
    """Store rows (n, D) and column (n,) as floats; errors: other shapes, entries that are not finite."""
    rows, column = floats(rows, names[0]), floats(column, names[1])
    if rows.ndim != 2 or column.shape != rows.shape[:1] or not rows.size:
        raise DerivativeError(
            f"{names[0]} has the shape {rows.shape} and {names[1]} {column.shape}; give (n, D) and (n,)."
        )
    if not (np.isfinite(rows).all() and np.isfinite(column).all()):
        raise DerivativeError(
            f"{names[0]} or {names[1]} has entries that are not finite; leave those rows out."
        )
    for name, value in zip(names, (rows, column), strict=True):
        object.__setattr__(model, name, value)


def _fits(z: Any, size: int) -> None:
    if np.shape(z)[-1:] != (size,):
        raise DerivativeError(
            f"z has the shape {np.shape(z)}; give (..., {size}), a number for each feature."
        )


@dataclass(frozen=True, eq=False)
class LinearGaussian:
    """z ~ N(0, spread² I) and targets ~ N(features · z, noise² I): conjugate, so all that is estimated is known exactly.

    features (n, D), targets (n,). Bishop (2006), section 3.3.
    """

    features: np.ndarray
    targets: np.ndarray
    noise: float = 1.0
    spread: float = 1.0

    def __post_init__(self) -> None:
        _table(self, self.features, self.targets, ("features", "targets"))
        _positive(noise=self.noise, spread=self.spread)

    def __call__(self, z: Any) -> Any:
        """ln p(targets, z) at z (..., D)."""
        _fits(z, self.size)
        prior = np.sum(log_normal(z, 0.0, self.spread), axis=-1)
        return prior + np.sum(log_normal(self.targets, z @ self.features.T, self.noise), axis=-1)

    @property
    def size(self) -> int:
        """D."""
        return self.features.shape[1]

    @cached_property
    def precision(self) -> np.ndarray:
        """Λ = I / spread² + XᵀX / noise², the posterior's, shape (D, D)."""
        return np.eye(self.size) / self.spread**2 + self.features.T @ self.features / self.noise**2

    @cached_property
    def posterior(self) -> Any:
        """p(z | targets) as SciPy's `multivariate_normal`, with `mean`, `cov` and `logpdf`."""
        mean = np.linalg.solve(self.precision, self.features.T @ self.targets / self.noise**2)
        return stats.multivariate_normal(mean, np.linalg.inv(self.precision))

    @cached_property
    def log_evidence(self) -> float:
        """ln p(targets), where targets ~ N(0, noise² I + spread² XXᵀ)."""
        covariance = self.noise**2 * np.eye(len(self.targets))
        covariance += self.spread**2 * self.features @ self.features.T
        return float(stats.multivariate_normal(cov=covariance).logpdf(self.targets))


def normal_mean(data: Any = (0.6,), noise: float = 1.0, spread: float = 1.0) -> LinearGaussian:
    """One unknown mean z ~ N(0, spread²), seen through each datum ~ N(z, noise²)."""
    data = floats(data, "data")
    return LinearGaussian(np.ones((data.size, 1)), data.ravel(), noise, spread)


@dataclass(frozen=True, eq=False)
class LogisticRegression:
    """P(label = 1) = 1 / (1 + exp(-features · w)) with weights w ~ N(0, spread² I); features (n, D), labels 0 or 1."""

    features: np.ndarray
    labels: np.ndarray
    spread: float = 1.0

    def __post_init__(self) -> None:
        _table(self, self.features, self.labels, ("features", "labels"))
        _positive(spread=self.spread)
        if not np.isin(self.labels, (0.0, 1.0)).all():
            raise DerivativeError("labels has entries other than 0 and 1; write the classes as 0 and 1.")

    def __call__(self, w: Any) -> Any:
        """ln p(labels, w) at w (..., D)."""
        _fits(w, self.size)
        margins = (2.0 * self.labels - 1.0) * (w @ self.features.T)
        prior = np.sum(log_normal(w, 0.0, self.spread), axis=-1)
        return prior - np.sum(np.logaddexp(0.0, -margins), axis=-1)

    @property
    def size(self) -> int:
        """D."""
        return self.features.shape[1]

    def probability(self, w: Any) -> Any:
        """P(label = 1) of each row, shape (..., n)."""
        return 1 / (1 + np.exp(-(w @ self.features.T)))


def practice() -> LogisticRegression:
    """Six pupils, hours of practice above the mean and who passed: one weight, whose posterior is skewed."""
    hours = np.array([-2.0, -1.0, -0.5, 0.5, 1.0, 2.0])
    return LogisticRegression(hours[:, None], np.array([0, 0, 1, 0, 1, 1]), spread=2.0)


def banana(z: Any) -> Any:
    """A bent ridge over z (..., 2): z₁ ~ N(0, 1) and z₂ ~ N(z₁² - 1, 0.5²)."""
    return log_normal(z[..., 0], 0.0, 1.0) + log_normal(z[..., 1], z[..., 0] ** 2 - 1, 0.5)


def two_peaks(z: Any) -> Any:
    """ln of 0.4 N(-0.5, 0.35²) + 0.6 N(1.6, 0.35²) at z (..., 1): no normal distribution fits both peaks."""
    parts = ((0.4, -0.5), (0.6, 1.6))
    left, right = (np.log(share) + np.sum(log_normal(z, mean, 0.35), axis=-1) for share, mean in parts)
    return np.logaddexp(left, right)


def breast_cancer(spread: float = 1.0) -> LogisticRegression:
    """569 tumours: a constant and 30 standardised measurements; label 1 is benign.

    Street, Wolberg and Mangasarian (1993), from scikit-learn. Errors: scikit-learn is not installed.
    """
    try:
        from sklearn.datasets import load_breast_cancer
    except ImportError as error:
        raise DerivativeError('the data come with scikit-learn; pip install "derivlab[lab]".') from error
    table = load_breast_cancer()
    scaled = (table.data - table.data.mean(axis=0)) / table.data.std(axis=0)
    return LogisticRegression(np.column_stack([np.ones(len(scaled)), scaled]), table.target, spread)
