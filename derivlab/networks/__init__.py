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
from derivlab.networks.network import SCALES, Network
from derivlab.networks.record import Training, bar, train
from derivlab.networks.stages import Pass, Stage
from derivlab.networks.training import Epoch, Score, Settings, Spread, look, score, training
from derivlab.networks.views import Probe, confusion, hidden, over_plane, probe

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
    "Probe",
    "Samples",
    "Score",
    "Settings",
    "Spread",
    "Stage",
    "Training",
    "bar",
    "confusion",
    "dataset",
    "hidden",
    "look",
    "over_plane",
    "probe",
    "score",
    "split",
    "train",
    "training",
]
