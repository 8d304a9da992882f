"""Surfaces to descend: famous test functions and losses on real data, each with its domain, minima and a start.

>>> from derivlab.gallery.surfaces import surface
>>> rosenbrock = surface("rosenbrock")
>>> rosenbrock.f([1.0, 1.0]), rosenbrock.minima
(0.0, ((1.0, 1.0),))

Every function takes a point of shape (n,) and, as it is elementwise in the coordinates, columns of them (n, B). The
formulas are those of Jamil and Yang, "A literature survey of benchmark functions for global optimisation" (2013).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Surface:
    """A function f of a point, its gradient written by hand, and where to look at it.

    `domain` holds (low, high) for each coordinate, `minima` every point in it where f is lowest, `start` a place from
    which descending is instructive, `rate` one that suits gradient descent from there. `saddles` are known other
    points of zero slope; `coordinates` names the entries of a point.
    """

    name: str
    f: Callable[[Any], Any]
    gradient: Callable[[Any], Any]
    domain: tuple[tuple[float, float], ...]
    minima: tuple[tuple[float, ...], ...]
    start: tuple[float, ...]
    rate: float
    says: str
    saddles: tuple[tuple[float, ...], ...] = ()
    coordinates: tuple[str, ...] = ("x", "y")

    @property
    def lowest(self) -> float:
        """f at its minima, minus infinity where there are none."""
        return float(self.f(np.array(self.minima[0]))) if self.minima else -np.inf

    def __call__(self, x: Any) -> Any:
        return self.f(x)

    @property
    def __name__(self) -> str:
        return self.name


def bowl(condition: float = 10.0) -> Surface:
    """½ (κ x² + y²): curvatures κ and 1, so that κ is the condition number of the Hessian."""

    def f(x):
        return (condition * x[0] ** 2 + x[1] ** 2) / 2

    def gradient(x):
        return np.array([condition * x[0], x[1]])

    return Surface(
        "bowl", f, gradient, ((-2.0, 2.0), (-2.0, 2.0)), ((0.0, 0.0),), (-0.6, 1.7), round(1.6 / condition, 6),
        f"a quadratic with condition number {condition:g}: steep across, flat along",
    )  # fmt: skip


def rosenbrock(x):
    """(1 - x)² + 100 (y - x²)² (Rosenbrock 1960)."""
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


def rosenbrock_gradient(x):
    off = x[1] - x[0] ** 2
    return np.array([-2 * (1 - x[0]) - 400 * x[0] * off, 200 * off])


def beale(x):
    """(1.5 - x + xy)² + (2.25 - x + xy²)² + (2.625 - x + xy³)² (Beale 1958)."""
    return sum((c - x[0] * (1 - x[1] ** k)) ** 2 for k, c in enumerate((1.5, 2.25, 2.625), 1))


def beale_gradient(x):
    across, up = 0.0, 0.0
    for k, c in enumerate((1.5, 2.25, 2.625), 1):
        rest = c - x[0] * (1 - x[1] ** k)
        across = across - 2 * rest * (1 - x[1] ** k)
        up = up + 2 * rest * x[0] * k * x[1] ** (k - 1)
    return np.array([across, up])


def himmelblau(x):
    """(x² + y - 11)² + (x + y² - 7)² (Himmelblau 1972)."""
    return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2


def himmelblau_gradient(x):
    a, b = x[0] ** 2 + x[1] - 11, x[0] + x[1] ** 2 - 7
    return np.array([4 * x[0] * a + 2 * b, 2 * a + 4 * x[1] * b])


def saddle(x):
    """x² - y²."""
    return x[0] ** 2 - x[1] ** 2


def saddle_gradient(x):
    return np.array([2 * x[0], -2 * x[1]])


def monkey_saddle(x):
    """x³ - 3 x y²: three ways down and three up, and no curvature in the middle."""
    return x[0] ** 3 - 3 * x[0] * x[1] ** 2


def monkey_saddle_gradient(x):
    return np.array([3 * x[0] ** 2 - 3 * x[1] ** 2, -6 * x[0] * x[1]])


def rastrigin(x):
    """20 + Σ (x² - 10 cos 2πx) (Rastrigin 1974)."""
    return 20 + x[0] ** 2 - 10 * np.cos(2 * np.pi * x[0]) + x[1] ** 2 - 10 * np.cos(2 * np.pi * x[1])


def rastrigin_gradient(x):
    return np.array([2 * t + 20 * np.pi * np.sin(2 * np.pi * t) for t in (x[0], x[1])])


def ackley(x):
    """-20 exp(-0.2 √(½(x² + y²))) - exp(½(cos 2πx + cos 2πy)) + 20 + e (Ackley 1987); a cone at its minimum."""
    radius = np.sqrt((x[0] ** 2 + x[1] ** 2) / 2)
    waves = (np.cos(2 * np.pi * x[0]) + np.cos(2 * np.pi * x[1])) / 2
    return -20 * np.exp(-0.2 * radius) - np.exp(waves) + 20 + np.e


def ackley_gradient(x):
    radius = np.sqrt((x[0] ** 2 + x[1] ** 2) / 2)
    waves = np.exp((np.cos(2 * np.pi * x[0]) + np.cos(2 * np.pi * x[1])) / 2)
    inward = 2 * np.exp(-0.2 * radius) / radius  # 0 / 0 at the tip of the cone
    return np.array([inward * t + np.pi * np.sin(2 * np.pi * t) * waves for t in (x[0], x[1])])


def booth(x):
    """(x + 2y - 7)² + (2x + y - 5)²."""
    return (x[0] + 2 * x[1] - 7) ** 2 + (2 * x[0] + x[1] - 5) ** 2


def booth_gradient(x):
    a, b = x[0] + 2 * x[1] - 7, 2 * x[0] + x[1] - 5
    return np.array([2 * a + 4 * b, 4 * a + 2 * b])


def goldstein_price(x):
    """A product of two quartics, with values from 3 to a million (Goldstein and Price 1971)."""
    s, d = x[0] + x[1] + 1, 2 * x[0] - 3 * x[1]
    p = 19 - 14 * x[0] + 3 * x[0] ** 2 - 14 * x[1] + 6 * x[0] * x[1] + 3 * x[1] ** 2
    q = 18 - 32 * x[0] + 12 * x[0] ** 2 + 48 * x[1] - 36 * x[0] * x[1] + 27 * x[1] ** 2
    return (1 + s**2 * p) * (30 + d**2 * q)


def goldstein_price_gradient(x):
    s, d = x[0] + x[1] + 1, 2 * x[0] - 3 * x[1]
    p = 19 - 14 * x[0] + 3 * x[0] ** 2 - 14 * x[1] + 6 * x[0] * x[1] + 3 * x[1] ** 2
    q = 18 - 32 * x[0] + 12 * x[0] ** 2 + 48 * x[1] - 36 * x[0] * x[1] + 27 * x[1] ** 2
    first, second = 1 + s**2 * p, 30 + d**2 * q
    slope_p = -14 + 6 * x[0] + 6 * x[1]  # the same in x and in y
    of_first = 2 * s * p + s**2 * slope_p
    across = 4 * d * q + d**2 * (-32 + 24 * x[0] - 36 * x[1])
    up = -6 * d * q + d**2 * (48 - 36 * x[0] + 54 * x[1])
    return np.array([of_first * second + first * across, of_first * second + first * up])


_HIMMELBLAU = ((3.0, 2.0), (-2.805118086952745, 3.131312518250573),
               (-3.779310253377747, -3.283185991286170), (3.584428340330492, -1.848126526964404))  # fmt: skip
_SQUARE = ((-4.5, 4.5), (-4.5, 4.5))

SURFACES: tuple[Surface, ...] = (
    bowl(),
    Surface("rosenbrock", rosenbrock, rosenbrock_gradient, ((-2.0, 2.0), (-1.0, 3.0)), ((1.0, 1.0),), (-1.2, 1.0), 0.001,
            "a curved valley: easy to reach, slow to follow"),
    Surface("beale", beale, beale_gradient, _SQUARE, ((3.0, 0.5),), (1.0, 1.5), 0.01,
            "flat plains between steep corners", saddles=((0.0, 1.0),)),
    Surface("himmelblau", himmelblau, himmelblau_gradient, ((-6.0, 6.0), (-6.0, 6.0)), _HIMMELBLAU, (-1.0, -0.5), 0.01,
            "four minima of the same depth: the start decides"),
    Surface("saddle", saddle, saddle_gradient, ((-2.0, 2.0), (-2.0, 2.0)), (), (-1.5, 0.001), 0.1,
            "down one way, up the other, and no minimum", saddles=((0.0, 0.0),)),
    Surface("monkey_saddle", monkey_saddle, monkey_saddle_gradient, ((-1.5, 1.5), (-1.5, 1.5)), (), (1.2, 0.02), 0.05,
            "a saddle for two legs and a tail: no curvature in its middle", saddles=((0.0, 0.0),)),
    Surface("rastrigin", rastrigin, rastrigin_gradient, ((-5.12, 5.12), (-5.12, 5.12)), ((0.0, 0.0),), (2.2, -1.7), 0.002,
            "a bowl under an egg box: a hundred local minima"),
    Surface("ackley", ackley, ackley_gradient, ((-5.0, 5.0), (-5.0, 5.0)), ((0.0, 0.0),), (3.3, -2.6), 0.02,
            "a funnel in a rippled plain; a kink at its bottom"),
    Surface("booth", booth, booth_gradient, ((-10.0, 10.0), (-10.0, 10.0)), ((1.0, 3.0),), (-8.0, -6.0), 0.08,
            "a tilted quadratic with condition number 9"),
    Surface("goldstein_price", goldstein_price, goldstein_price_gradient, ((-2.0, 2.0), (-2.0, 2.0)), ((0.0, -1.0),),
            (-0.5, -0.6), 1e-4, "values from 3 to a million: no one rate suits all of it"),
)  # fmt: skip


@cache
def losses() -> tuple[Surface, ...]:
    """The losses on real data; they need scikit-learn, which has the data."""
    from derivlab.gallery.losses import LOSSES

    return tuple(make() for make in LOSSES)


def surfaces() -> tuple[Surface, ...]:
    """All surfaces by their names: the test functions, and the losses where scikit-learn is there."""
    from importlib.util import find_spec

    return SURFACES + (losses() if find_spec("sklearn") else ())


def surface(name: str) -> Surface:
    """The surface of that name; errors: `DerivativeError` with the names there are."""
    from derivlab.errors import DerivativeError

    for found in (*SURFACES, *surfaces()):
        if found.name == name:
            return found
    raise DerivativeError(
        f"there is no surface {name!r}; choose one of {', '.join(s.name for s in surfaces())}."
    )
