"""Dense networks: backpropagation written by hand, layer by layer, and training as a stream."""

from derivlab.networks.data import Dataset, Samples, dataset, split
from derivlab.networks.layers import (
    ACTIVATIONS,
    BACKWARD,
    FORWARD,
    LOSSES,
    Activation,
    Dense,
    Loss,
    Penalty,
)
from derivlab.networks.network import SCALES, Network, Pass, Stage
from derivlab.networks.record import Training, bar, train
from derivlab.networks.training import Epoch, Score, Settings, Spread, look, score, training

__all__ = [
    "ACTIVATIONS",
    "BACKWARD",
    "FORWARD",
    "LOSSES",
    "SCALES",
    "Activation",
    "Dataset",
    "Dense",
    "Epoch",
    "Loss",
    "Network",
    "Pass",
    "Penalty",
    "Samples",
    "Score",
    "Settings",
    "Spread",
    "Stage",
    "Training",
    "bar",
    "dataset",
    "look",
    "score",
    "split",
    "train",
    "training",
]
