"""Probabilistic inference: gradients of expectations, five ways, beside exact ones; SVI, Laplace and HMC."""

from derivlab.inference.arena import TARGETS, Contest, WinnerMap, contest, winner_map
from derivlab.inference.elbo import best_phi, elbo, elbo_gradient, entropy, log_q
from derivlab.inference.estimators import ESTIMATORS, sample_gradients
from derivlab.inference.hmc import HMCStep, energy, energy_errors, hmc, leapfrog, trajectory
from derivlab.inference.laplace import Laplace, laplace, mode
from derivlab.inference.models import (
    LinearGaussian,
    LogisticRegression,
    banana,
    breast_cancer,
    log_normal,
    normal_mean,
    practice,
    two_peaks,
)
from derivlab.inference.moments import Moments, moments
from derivlab.inference.svi import SVIStep, svi

__all__ = [
    "ESTIMATORS",
    "TARGETS",
    "Contest",
    "HMCStep",
    "Laplace",
    "LinearGaussian",
    "LogisticRegression",
    "Moments",
    "SVIStep",
    "WinnerMap",
    "banana",
    "best_phi",
    "breast_cancer",
    "contest",
    "elbo",
    "elbo_gradient",
    "energy",
    "energy_errors",
    "entropy",
    "hmc",
    "laplace",
    "leapfrog",
    "log_normal",
    "log_q",
    "mode",
    "moments",
    "normal_mean",
    "practice",
    "sample_gradients",
    "svi",
    "trajectory",
    "two_peaks",
    "winner_map",
]
