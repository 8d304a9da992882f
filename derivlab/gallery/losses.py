"""Losses on real data from scikit-learn: least squares on the diabetes data, logistic regression on breast cancers.

The columns of the data are standardised, as anyone would before descending. The small ones have two weights, to be
drawn; `breast_cancer` and `diabetes` give all of the data.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from derivlab.errors import DerivativeError
from derivlab.gallery.surfaces import Surface


@dataclass(frozen=True, eq=False)
class LogisticLoss:
    """mean log(1 + exp(-y Xw)) + ½ ridge |w|² for labels y = ±1, of weights w (n,) or columns of them (n, B)."""

    X: np.ndarray
    y: np.ndarray
    ridge: float = 0.0
    __name__ = "logistic_loss"

    def __call__(self, w: Any) -> Any:
        signed = self.X * self.y[:, None]
        return np.mean(np.logaddexp(0.0, -(signed @ w)), axis=0) + self.ridge / 2 * np.sum(w**2, axis=0)

    def gradient(self, w: Any) -> Any:
        """-Xᵀ (y σ(-y Xw)) / m + ridge · w."""
        signed = self.X * self.y[:, None]
        return -(signed.T @ (1 / (1 + np.exp(signed @ w)))) / len(self.y) + self.ridge * w

    def accuracy(self, w: Any) -> Any:
        """The share of labels whose side of the plane is right."""
        return np.mean(np.sign((self.X @ w).T) == self.y, axis=-1)


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """½ mean (Xw - y)² + ½ ridge |w|², of weights w (n,) or columns of them (n, B)."""

    X: np.ndarray
    y: np.ndarray
    ridge: float = 0.0
    __name__ = "least_squares"

    def __call__(self, w: Any) -> Any:
        off = (self.X @ w).T - self.y
        return np.mean(off**2, axis=-1) / 2 + self.ridge / 2 * np.sum(w**2, axis=0)

    def gradient(self, w: Any) -> Any:
        """Xᵀ (Xw - y) / m + ridge · w."""
        return self.X.T @ ((self.X @ w).T - self.y).T / len(self.y) + self.ridge * w


@dataclass(frozen=True, eq=False)
class Minibatches:
    """The gradient of a loss on `size` rows drawn anew at every call: what stochastic gradient descent descends."""

    loss: LogisticLoss | LeastSquares
    size: int = 32
    seed: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "_rng", np.random.default_rng(self.seed))

    def __call__(self, w: Any) -> Any:
        rows = self._rng.integers(len(self.loss.y), size=self.size)
        return type(self.loss)(self.loss.X[rows], self.loss.y[rows], self.loss.ridge).gradient(w)


def _data(name: str) -> Any:
    try:
        import sklearn.datasets
    except ImportError as error:
        raise DerivativeError(
            "scikit-learn, which has the data, is not installed; write: pip install scikit-learn."
        ) from error
    return getattr(sklearn.datasets, f"load_{name}")()


def standardised(X: np.ndarray) -> np.ndarray:
    """Columns of mean 0 and standard deviation 1."""
    return (X - X.mean(axis=0)) / X.std(axis=0)


@cache
def breast_cancer(ridge: float = 1e-3) -> LogisticLoss:
    """Malignant (+1) or benign (-1) from 30 measures of 569 tumours and a constant: 31 weights (Wolberg et al. 1995)."""
    data = _data("breast_cancer")
    X = np.column_stack([standardised(data.data), np.ones(len(data.data))])
    return LogisticLoss(X, np.where(data.target == 0, 1.0, -1.0), ridge)


@cache
def diabetes() -> LeastSquares:
    """How a disease went on in 442 patients, from 10 measures, all standardised (Efron et al. 2004)."""
    data = _data("diabetes")
    return LeastSquares(standardised(data.data), standardised(data.target[:, None])[:, 0])


def logistic() -> Surface:
    """Two of the measures of the breast-cancer data: mean radius and mean texture."""
    full = breast_cancer()
    loss = LogisticLoss(full.X[:, :2], full.y, 1e-3)
    return Surface("logistic", loss, loss.gradient, ((-2.0, 6.0), (-3.0, 5.0)), (_minimum(loss),), (-1.5, 4.5), 1.0,
                   "logistic regression on breast cancers: radius and texture", coordinates=("w radius", "w texture"))  # fmt: skip


def least_squares() -> Surface:
    """Two blood measures of the diabetes data that go together, so that the valley is long: s1 and s2."""
    full = diabetes()
    loss = LeastSquares(full.X[:, 4:6], full.y)
    found = np.linalg.lstsq(loss.X, loss.y, rcond=None)[0]
    return Surface("least_squares", loss, loss.gradient, ((-2.0, 2.0), (-2.0, 2.0)), (tuple(found.tolist()),), (-1.5, -0.5),
                   0.9, "least squares on two correlated measures of the diabetes data", coordinates=("w s1", "w s2"))  # fmt: skip


def _minimum(loss: LogisticLoss) -> tuple[float, ...]:
    """By Newton's method, until no step changes anything: the loss is strictly convex."""
    w, signed = np.zeros(loss.X.shape[1]), loss.X * loss.y[:, None]
    for _ in range(50):
        p = 1 / (1 + np.exp(signed @ w))
        H = (signed * (p * (1 - p))[:, None]).T @ signed / len(p) + loss.ridge * np.eye(len(w))
        w = w - np.linalg.solve(H, loss.gradient(w))
    return tuple(w.tolist())


LOSSES: tuple[Callable[[], Surface], ...] = (logistic, least_squares)
