"""Functions as values: decorators, closures, generators, and what holds them."""

from __future__ import annotations

import functools
import itertools
import math
import operator
from collections import defaultdict, deque, namedtuple
from collections.abc import Callable
from contextlib import contextmanager

import numpy as np

from derivlab.gallery import Topic

case = Topic("functions")


Reading = namedtuple("Reading", "time value")


@case([0.5, 1.5, 2.5], lambda v: [0, 1, 4])
def tuples_in_a_comprehension(v):
    readings = [Reading(t, value) for t, value in enumerate(v)]
    return sum(r.time**2 * r.value for r in readings if r.value > 0)


def scaled_by(factor):
    def scale(f: Callable) -> Callable:
        @functools.wraps(f)
        def wrapped(*args, **kwargs):
            return factor * f(*args, **kwargs)

        return wrapped

    return scale


@case(0.6, lambda x: 3 * np.cos(x))
@scaled_by(3.0)
def decorated(x):
    return np.sin(x)


@case([0.6, 2.0], lambda x: [x[1] * math.exp(x[0] * x[1]), x[0] * math.exp(x[0] * x[1])])
def closures_and_partials(x):
    def multiply(a, b):
        return a * b

    def then(f, g):
        return lambda v: g(f(v))

    by = functools.partial(multiply, b=x[1])
    return then(by, math.exp)(x[0])


@case([0.6, 2.0, 1.5], lambda x: 2 * x * [1, 2, 3])
def functions_in_a_table(x):
    steps = {"square": lambda v: v * v, "weigh": lambda v: v * np.arange(1, 4), "total": np.sum}
    for name in ("square", "weigh", "total"):
        x = steps[name](x)
    return x


@case([0.6, 2.0, 1.5], [13.898035147985626, 1.8602148286332973, 3.093048827191591])
def generators(x):
    def running(values):
        total = 0.0
        for v in values:
            total += math.sin(v)
            yield total

    return sum(a * b for a, b in zip(running(x), itertools.accumulate(x, operator.mul)))


@case([0.6, 2.0, 1.5, 0.4], [4.672886669768817, 5.464453775571456, 7.2294018734537495, 6.306877999295491])
def itertools_and_functools(x):
    pairs = sum(a * b for a, b in itertools.combinations(x, 2))
    chain = functools.reduce(lambda a, b: a * np.cos(b), x)
    return pairs + chain + sum(map(operator.mul, x, reversed(x))) + max(x, key=lambda v: -v)


@case([0.6, 2.0, 1.5], lambda x: [2 * x[0] + x[1], x[0], 1.0])
def dictionaries_and_deques(x):
    bins = defaultdict(float)
    for k, v in zip("aba", (x[0] * x[0], x[2], x[0] * x[1])):
        bins[k] += v
    window = deque(maxlen=2)
    for value in bins.values():
        window.append(value)
    return sum(window)


@case(0.6, lambda x: 2 * x * np.cos(x**2))
def context_manager(x):
    @contextmanager
    def squared(v):
        yield v * v

    with squared(x) as y, np.errstate(all="ignore"):
        return np.sin(y)


SCALE = {"length": 2.5, "offsets": np.array([0.1, 0.2])}


@case([0.6, 2.0], lambda x: 12.5 * np.add(x, (0.1, 0.2)))
def constants_of_the_module(x):
    return np.sum((SCALE["length"] * (x + SCALE["offsets"])) ** 2)


@case([0.6, 2.0], lambda x: [np.cos(x[0]) * x[1], np.sin(x[0])])
def keywords_and_defaults(x, *, weights=(1.0, 1.0), power=1):
    def product(*factors, scale=1.0, **options):
        return scale * math.prod(factors) ** options.get("power", 1)

    return product(np.sin(x[0]), x[1], scale=weights[0], power=power)
