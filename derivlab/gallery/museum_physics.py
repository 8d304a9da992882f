"""Rooms of the museum: contact and events, long horizons, chance, and networks that solve equations."""

from __future__ import annotations

import numpy as np

from derivlab.gallery.museum_record import Room

physics = Room(
    "Contact, events and chaos",
    "These derivatives are right, for the program. It is the program that is not the physics.",
)
chance = Room(
    "Chance and surrogates",
    "An expectation is smooth in its parameters, a draw is not, and the loss that is written down decides what the "
    "gradient belongs to.",
)


def mended_bounce(y):
    """At the floor the path is reflected, not only the velocity: y → -y."""
    v, dt = -2.0, 0.01
    for _ in range(100):
        y = y + dt * v
        if y < 0:
            y, v = -y, -v
    return y


@physics(
    "google/brax#317",
    1.005,
    wrong=1.0,
    right=-1.0,
    mend=mended_bounce,
    meant=True,
    title="Drop it from higher and it ends lower",
    see_also=("google/brax#73", "google/brax#109"),
)
def bounce(y):
    """Without gravity a ball falls at constant speed, bounces once, and rises. From higher it bounces later and
    ends lower: slope -1. The program counts whole steps, so its slope is +1, and a small finite difference agrees."""
    v, dt = -2.0, 0.01
    for _ in range(100):
        y = y + dt * v
        if y < 0:
            v = -v
    return y


def mended_billiards(x):
    """Each ball is set back along its own path to the moment of contact."""
    a, b, v, u = x
    for _ in range(100):
        a, b = a + 0.01 * v, b + 0.01 * u
        if b - a < 0.2:
            a, b, v, u = b - 0.2, a + 0.2, u, v
    return b


@physics(
    "keenon/nimblephysics#97",
    [0.0, 0.525, 1.0, 0.0],
    wrong=[0.0, 1.0, 0.67, 0.33],
    right=[1.0, 0.0, 1.0, 0.0],
    mend=mended_billiards,
    meant=True,
    title="Two balls on a line",
)
def billiards(x):
    """The first ball hits the second, stops, and passes its speed on: the end depends on where the first one
    started, not on the second. Nimble reported 0.75, 0.25, 0.91, 0.08 for its scene; whole steps give what you see."""
    a, b, v, u = x
    for _ in range(100):
        a, b = a + 0.01 * v, b + 0.01 * u
        if b - a < 0.2:
            v, u = u, v
    return b


def mended_stopwatch(a):
    """The overshoot x < 0 of the last step took |x|/a too long."""
    x, y = 1.0, 0.0
    while x > 0:
        x, y = x - 0.0007 * a, y + 0.0007
    return y + x / a


@physics(
    "SciML/SciMLSensitivity.jl#4",
    2.0,
    wrong=0.0,
    right=-0.25,
    mend=mended_stopwatch,
    meant=True,
    title="The stopwatch that counts whole steps",
    see_also=("SciML/DiffEqGPU.jl#533", "lanl/PyBNF#546"),
)
def stopwatch(a):
    """x falls from 1 with speed a, and y counts the time until x is 0: y = 1/a. The event stops the clock, no rule
    sees that the event moves with a, and the sensitivity was reported as 0."""
    x, y = 1.0, 0.0
    while x > 0:
        x, y = x - 0.0007 * a, y + 0.0007
    return y


def mended_climate(a):
    """Average over the invariant distribution, y = a sin²θ with θ uniform, not along one orbit."""
    angles = np.pi * (np.arange(64) + 0.5) / 128.0
    return np.mean(a * np.sin(angles) ** 2)


@physics(
    "google/brax#186",
    1.0,
    wrong=3011390227650594.0,
    right=0.5,
    mend=mended_climate,
    meant=True,
    title="Exact and useless",
    see_also=("SciML/SciMLSensitivity.jl#102", "climate-analytics-lab/jax-gcm#565"),
)
def climate(a):
    """The long-time average of this chaotic map is a/2, with slope 1/2. Along one orbit the derivative doubles with
    each step. Brax's half-cheetah printed gradient norms of 10¹⁸ and infinity."""
    y, total = 0.3 + 0.0 * a, 0.0
    for _ in range(60):
        y = 4.0 * y * (1.0 - y / a)
        total = total + y
    return total / 60.0


def mended_infected(p):
    """The expectation has a formula: each agent is infected with probability p."""
    return 1.0 * p


@chance(
    "jax-ml/jax#11606",
    0.3,
    wrong=0.0,
    right=1.0,
    mend=mended_infected,
    meant=True,
    title="Nobody is a little infected",
    see_also=("jax-ml/jax#17556",),
)
def infected(p):
    """Of a hundred agents each is infected with probability p. The share of infected grows like p, but each agent
    is a 0 or a 1, and neither has a slope."""
    draws = (np.arange(100) + 0.5) / 100.0
    return np.mean(np.where(draws < p, 1.0, 0.0))


def mended_policy_loss(t):
    """Each action's log-probability meets its own return."""
    log_probabilities = np.stack([-np.log1p(np.exp(-t)), -np.log1p(np.exp(t))])
    return np.sum(log_probabilities * np.array([3.0, 1.0]))


@chance(
    "Farama-Foundation/Gymnasium#1336",
    0.0,
    wrong=0.0,
    right=1.0,
    mend=mended_policy_loss,
    meant=True,
    title="A mean in the wrong place",
    see_also=("huggingface/deep-rl-class#70", "batra-mlp-lab/visdial-rl#13"),
)
def policy_loss(t):
    """REINFORCE weighs each action by the return that followed it. A tutorial averaged the log-probabilities first,
    and with them the credit: the good action and the bad one got the same weight."""
    log_probabilities = np.stack([-np.log1p(np.exp(-t)), -np.log1p(np.exp(t))])
    return np.sum(np.mean(log_probabilities) * np.array([3.0, 1.0]))


def mended_slope_of_network(x):
    """Squared rectifiers have a slope that has a slope."""
    return 2.0 * np.maximum(x, 0.0)


@chance(
    "lululxvi/deepxde#80",
    0.6,
    wrong=0.0,
    right=2.0,
    mend=mended_slope_of_network,
    meant=True,
    title="A network of straight lines",
)
def slope_of_network(x):
    """This is u′ of a rectifier network that fits u = x² well. An equation asks for u″ = 2, but a polygon has no
    curvature: u″ is 0 wherever it exists, and the loss cannot tell one network from another."""
    knots = np.array([0.0, 0.25, 0.5, 0.75])
    return np.sum(np.where(x > knots, 0.5, 0.0)) - 0.25


ROOMS = (physics, chance)
