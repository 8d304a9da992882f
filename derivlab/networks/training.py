"""Training as a stream: mini-batches in a seeded order, an optimiser's moves, and a look at everything each epoch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from derivlab.descent.optimisers import Here
from derivlab.descent.stream import copies_of
from derivlab.errors import DerivativeError
from derivlab.networks.data import Dataset, Samples
from derivlab.networks.layers import BACKWARD, LOSSES, STEEPEST
from derivlab.networks.network import Network
from derivlab.networks.stages import Stage, total
from derivlab.verbs import hessian

HIGH = 1e6  # times the first loss: training that gets there has diverged
FLAT = 0.01  # of the steepest slope: a unit that is flatter learns next to nothing from a sample
MOST = 2000  # weights of a network whose second derivatives are taken


class Score(NamedTuple):
    """The loss without penalty, and the share of samples whose class is right: nan where there are no classes."""

    loss: float
    accuracy: float


class Spread(NamedTuple):
    """The activations of one hidden layer over all samples: mean, standard deviation, and the share on flat ground."""

    mean: float
    deviation: float
    flat: float


class Epoch(NamedTuple):
    """Where training is after `number` passes over the samples and `steps` moves; number 0 is before the first.

    `objective` is what is minimised: the training loss and the penalty; `gradient_norms` (layers,) are the norms of its
    slope by each layer's weights and bias. `outcome` is empty while training goes on, else diverged or done.
    """

    number: int
    steps: int
    weights: np.ndarray
    train: Score
    test: Score
    objective: float
    gradient_norms: np.ndarray
    activations: tuple[Spread, ...]
    outcome: str = ""
    why: str = ""


@dataclass(frozen=True)
class Settings:
    """How to train: passes over the samples, samples a step (None: all), and the seed of their order."""

    epochs: int = 100
    batch: int | None = 32
    seed: int = 0


class _Batch:
    """The objective on some samples, as optimisers that search along lines ask for it: at columns (n, 1)."""

    def __init__(self, network: Network, samples: Samples):
        self.network, self.samples = network, samples

    def value(self, column: np.ndarray) -> float:
        return float(self.network.objective(column[:, 0], *self.samples))

    def gradient(self, column: np.ndarray) -> np.ndarray:
        return self.network.gradient(column[:, 0], *self.samples)[:, None]

    def hessian(self, column: np.ndarray) -> np.ndarray:
        if len(column) > MOST:
            raise DerivativeError(
                f"the network has {len(column)} weights, too many for second derivatives; take dl.Adam or dl.BFGS."
            )
        return hessian(self.network.objective, column[:, 0], args=self.samples)


def training(
    network: Network,
    data: Dataset,
    optimiser: Any,
    settings: Settings,
    weights: np.ndarray,
) -> Iterator[Epoch]:
    """Train from `weights`, an epoch a time, until `settings.epochs` are done or the loss is out of hand.

    An optimiser that searches along lines (BFGS, Newton, ...) needs all samples at each step. Errors: `DerivativeError`.
    """
    check(network, data, optimiser, settings)
    return _epochs(network, data, optimiser, settings, np.array(weights, dtype=float))


def _epochs(
    network: Network, data: Dataset, optimiser: Any, settings: Settings, w: np.ndarray
) -> Iterator[Epoch]:
    rng, train = np.random.default_rng(settings.seed), Samples(data.train.x, network.targets(data.train.y))
    state, steps = optimiser.init(w[:, None]), 0
    first = None
    for number in range(settings.epochs + 1):
        here = look(network, data, w)._replace(number=number, steps=steps)
        first = here.objective if first is None else first
        here = _judged(here, first, number == settings.epochs, optimiser)
        yield here
        if here.outcome:
            return
        with np.errstate(all="ignore"):
            for samples in _batches(train, settings.batch, rng):
                value, slope = network.value_and_gradient(w, *samples)
                there = Here(steps, w[:, None], np.array([value]), slope[:, None])
                move, state = optimiser.update(state, there, _Batch(network, samples))
                w, steps = w + move.move[:, 0], steps + 1


def _batches(train: Samples, size: int | None, rng: np.random.Generator) -> Iterator[Samples]:
    """All samples once, in a new order, `size` at a time; the last batch may be smaller."""
    if size is None or size >= len(train.x):
        yield train
        return
    order = rng.permutation(len(train.x))
    for at in range(0, len(order), size):
        rows = order[at : at + size]
        yield Samples(train.x[rows], train.y[rows])


def look(network: Network, data: Dataset, w: np.ndarray) -> Epoch:
    """Losses, accuracies, gradient norms and activations at weights w, over all samples."""
    with np.errstate(all="ignore"):
        stages = network.forward(w, *data.train)
        slope = network.layers(network.collected(stages))
        norms = [np.hypot(np.linalg.norm(weights), np.linalg.norm(bias)) for weights, bias in slope]
        hidden = tuple(_spread(stage) for stage in stages if stage.rule in STEEPEST)
        loss = next(stage for stage in stages if stage.rule == network.loss)
        train = Score(float(loss.value), _right(loss.cache.scores, data.train.y))
        test = score(network, w, data.test)
    return Epoch(0, 0, w, train, test, float(total(stages)), np.array(norms), hidden)


def score(network: Network, w: np.ndarray, samples: Samples) -> Score:
    """Loss and accuracy on samples; nan where there are none."""
    if not len(samples.x):
        return Score(np.nan, np.nan)
    scores = network.scores(w, samples.x)
    loss = LOSSES[network.loss](scores, network.targets(samples.y))
    return Score(float(loss), _right(scores, samples.y))


def _right(scores: np.ndarray, y: np.ndarray) -> float:
    if y.dtype.kind == "f" or scores.shape[1] < 2:
        return np.nan
    return float(np.mean(np.argmax(scores, axis=1) == y))


def _spread(stage: Stage) -> Spread:
    """How the activations of a hidden layer are spread."""
    a = stage.value
    slope = BACKWARD[stage.rule](np.ones_like(a), stage.cache)
    flat = np.mean(np.abs(slope) < FLAT * STEEPEST[stage.rule])
    return Spread(float(np.mean(a)), float(np.std(a)), float(flat))


def _judged(here: Epoch, first: float, last: bool, optimiser: Any) -> Epoch:
    """The epoch with its outcome: diverged, done, or none yet."""
    fine = np.isfinite(here.weights).all() and np.isfinite(here.objective)
    if not fine or here.objective > HIGH * (1 + abs(first)):
        reached = f"{here.objective:.3g}" if np.isfinite(here.objective) else "no number"
        rate = getattr(optimiser, "rate", None)
        lower = f" rate={rate:g} is too high; try {rate / 10:.4g}." if isinstance(rate, float | int) else ""
        why = f"The loss went from {first:.3g} to {reached} in epoch {here.number}:{lower or ' lower the rate.'}"
        return here._replace(outcome="diverged", why=why)
    return here._replace(outcome="done") if last else here


def check(network: Network, data: Dataset, optimiser: Any, settings: Settings) -> None:
    """Errors: what cannot be trained."""
    if not isinstance(network, Network):
        raise DerivativeError(f"{network!r} is no network; make one such as dl.Network((2, 8, 2)).")
    if not isinstance(data, Dataset):
        raise DerivativeError(f"{type(data).__name__} is no dataset; make one by networks.split(x, y).")
    if not hasattr(optimiser, "init") or not hasattr(optimiser, "update"):
        raise DerivativeError(f"{optimiser!r} is no optimiser; give one such as dl.Adam(0.01).")
    if copies_of(optimiser):
        raise DerivativeError("training takes one rate at a time; call it once for each.")
    for name, least in (("epochs", 0), ("batch", 1)):
        n = getattr(settings, name)
        if not (name == "batch" and n is None) and not (isinstance(n, int | np.integer) and n >= least):
            raise DerivativeError(f"{name} is {n!r}; give a whole number from {least}.")
    alone = getattr(optimiser, "single", False)
    if alone and settings.batch is not None and settings.batch < len(data.train.x):
        raise DerivativeError(
            f"{optimiser.name} compares losses along a line, which must be of the same samples; train with batch=None."
        )
