"""First-order optimisers: frozen values with `init` and `update`, elementwise, so that batches run at once.

A point is a column: x and gradient have the shape (n, B) for B runs. `update(state, here, problem)` returns the move to
make, with what it was made from, and the next state. All of them fill in x ← x + move; where nothing else is said,
move = -scale · direction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np

from derivlab.descent.schedules import Rate, rate_at


class Here(NamedTuple):
    """Where the runs are: the number of the step from 0, points (n, B), values (B,), gradients (n, B)."""

    number: int
    x: np.ndarray
    value: np.ndarray
    gradient: np.ndarray


class Move(NamedTuple):
    """What is added to x (n, B), and its parts: what the gradient became, and the scale that it is taken with."""

    move: np.ndarray
    direction: np.ndarray
    scale: Any


class Optimiser(Protocol):
    """What descends: a frozen value; `formula` is its update in LaTeX, `single` says that it takes one run at a time.

    `limit` is what scale · λ must stay under for a quadratic of curvature λ, None where no such number holds.
    """

    name: ClassVar[str]
    formula: ClassVar[str]
    single: ClassVar[bool]

    @property
    def limit(self) -> float | None: ...

    def init(self, x: np.ndarray) -> Any: ...

    def update(self, state: Any, here: Here, problem: Any) -> tuple[Move, Any]: ...


def along(direction: np.ndarray, scale: Any) -> Move:
    """The move -scale · direction."""
    return Move(-scale * direction, direction, scale)


@dataclass(frozen=True)
class _FirstOrder:
    """What the rate of an optimiser may be: a number, one for each run of a batch, or a schedule."""

    rate: Rate = 0.1
    single: ClassVar[bool] = False

    @property
    def limit(self) -> float | None:
        """x ← (1 - scale · λ) x shrinks below 2."""
        return 2.0


@dataclass(frozen=True)
class GradientDescent(_FirstOrder):
    """x ← x - rate · g (Cauchy 1847)."""

    name: ClassVar[str] = "gradient descent"
    formula: ClassVar[str] = r"x \leftarrow x - \alpha g"

    def init(self, x: np.ndarray) -> None:
        return None

    def update(self, state: None, here: Here, problem: Any) -> tuple[Move, None]:
        return along(here.gradient, rate_at(self.rate, here.number)), None


@dataclass(frozen=True)
class Momentum(_FirstOrder):
    """The heavy ball: v ← beta · v + g, x ← x - rate · v (Polyak 1964).

    On a quadratic it is stable for rate · λmax < 2 (1 + beta), and damped critically at beta = (1 - √(rate · λ))².
    """

    beta: float = 0.9
    name: ClassVar[str] = "momentum"
    formula: ClassVar[str] = r"v \leftarrow \beta v + g,\quad x \leftarrow x - \alpha v"

    @property
    def limit(self) -> float:
        """The roots of r² - (1 + β - αλ) r + β lie inside the unit circle below 2 (1 + β)."""
        return 2 * (1 + self.beta)

    def init(self, x: np.ndarray) -> np.ndarray:
        return np.zeros_like(x)

    def update(self, state: np.ndarray, here: Here, problem: Any) -> tuple[Move, np.ndarray]:
        v = self.beta * state + here.gradient
        return along(v, rate_at(self.rate, here.number)), v


@dataclass(frozen=True)
class Nesterov(_FirstOrder):
    """The momentum step followed by a look ahead: v ← beta · v + g, x ← x - rate · (g + beta · v) (Nesterov 1983).

    The path is that of the points looked ahead to, at which the gradient is taken: Nesterov's y, with a constant beta, the
    form of Sutskever et al. (2013) after a change of variables, and of PyTorch and Keras.
    """

    beta: float = 0.9
    name: ClassVar[str] = "Nesterov"
    formula: ClassVar[str] = r"v \leftarrow \beta v + g,\quad x \leftarrow x - \alpha (g + \beta v)"

    @property
    def limit(self) -> float:
        """The roots of r² - (1 + β)(1 - αλ) r + β(1 - αλ) lie inside the unit circle below 2 (1 + β) / (1 + 2β)."""
        return 2 * (1 + self.beta) / (1 + 2 * self.beta)

    def init(self, x: np.ndarray) -> np.ndarray:
        return np.zeros_like(x)

    def update(self, state: np.ndarray, here: Here, problem: Any) -> tuple[Move, np.ndarray]:
        v = self.beta * state + here.gradient
        return along(here.gradient + self.beta * v, rate_at(self.rate, here.number)), v


@dataclass(frozen=True)
class AdaGrad(_FirstOrder):
    """Each coordinate by the root of the sum of its squared gradients (Duchi, Hazan and Singer 2011)."""

    eps: float = 1e-10
    name: ClassVar[str] = "AdaGrad"
    formula: ClassVar[str] = (
        r"s \leftarrow s + g^2,\quad x \leftarrow x - \frac{\alpha}{\sqrt{s} + \epsilon}\, g"
    )

    def init(self, x: np.ndarray) -> np.ndarray:
        return np.zeros_like(x)

    def update(self, state: np.ndarray, here: Here, problem: Any) -> tuple[Move, np.ndarray]:
        s = state + here.gradient**2
        return along(here.gradient, rate_at(self.rate, here.number) / (np.sqrt(s) + self.eps)), s


@dataclass(frozen=True)
class RMSProp(_FirstOrder):
    """Each coordinate by the root of a running mean of its squared gradients (Tieleman and Hinton 2012)."""

    rate: Rate = 0.01
    decay: float = 0.9
    eps: float = 1e-8
    name: ClassVar[str] = "RMSProp"
    formula: ClassVar[str] = (
        r"s \leftarrow \rho s + (1 - \rho) g^2,\quad x \leftarrow x - \frac{\alpha}{\sqrt{s} + \epsilon}\, g"
    )

    def init(self, x: np.ndarray) -> np.ndarray:
        return np.zeros_like(x)

    def update(self, state: np.ndarray, here: Here, problem: Any) -> tuple[Move, np.ndarray]:
        s = self.decay * state + (1 - self.decay) * here.gradient**2
        return along(here.gradient, rate_at(self.rate, here.number) / (np.sqrt(s) + self.eps)), s


class Moments(NamedTuple):
    """Running means of the gradient and of its square, both from zero."""

    first: np.ndarray
    second: np.ndarray


@dataclass(frozen=True)
class Adam(_FirstOrder):
    """Running means of g and g², freed of their start at zero (Kingma and Ba 2015, algorithm 1)."""

    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    name: ClassVar[str] = "Adam"
    formula: ClassVar[str] = (
        r"m \leftarrow \beta_1 m + (1 - \beta_1) g,\quad s \leftarrow \beta_2 s + (1 - \beta_2) g^2,\quad "
        r"x \leftarrow x - \frac{\alpha}{\sqrt{\hat s} + \epsilon}\, \hat m"
    )

    @property
    def limit(self) -> float:
        """That of momentum, whose gradients count 1 / (1 - β₁) times as much (Cohen et al. 2022)."""
        return 2 * (1 + self.beta1) / (1 - self.beta1)

    def init(self, x: np.ndarray) -> Moments:
        return Moments(np.zeros_like(x), np.zeros_like(x))

    def update(self, state: Moments, here: Here, problem: Any) -> tuple[Move, Moments]:
        t, g = here.number + 1, here.gradient
        m = self.beta1 * state.first + (1 - self.beta1) * g
        s = self.beta2 * state.second + (1 - self.beta2) * g**2
        scale = rate_at(self.rate, here.number) / (np.sqrt(s / (1 - self.beta2**t)) + self.eps)
        return along(m / (1 - self.beta1**t), scale), Moments(m, s)


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam, and a pull towards zero beside it: move = -scale · direction - rate · decay · x (Loshchilov and Hutter 2019)."""

    decay: float = 0.01
    name: ClassVar[str] = "AdamW"
    formula: ClassVar[str] = (
        r"x \leftarrow x - \frac{\alpha}{\sqrt{\hat s} + \epsilon}\, \hat m - \alpha \lambda x"
    )

    def update(self, state: Moments, here: Here, problem: Any) -> tuple[Move, Moments]:
        step, state = super().update(state, here, problem)
        pull = rate_at(self.rate, here.number) * self.decay * here.x
        return step._replace(move=step.move - pull), state
