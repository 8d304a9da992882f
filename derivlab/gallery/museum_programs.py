"""Rooms of the museum: special values and early exits, casts, and numbers that are overwritten."""

from __future__ import annotations

import numpy as np

from derivlab.gallery.museum_record import Room, complex_step, difference

exits = Room(
    "Early exits",
    "A program may know the answer without doing the sum. The derivative of what it then does is not the "
    "derivative of the sum.",
)
memory = Room(
    "Casts and overwritten memory",
    "What is cut to whole numbers has no slope, and what is overwritten is gone when the backward pass asks for it.",
)


def mended_special_value(x):
    """The formula is right at 1 too."""
    return x**2


@exits(
    "JuliaDiff/ForwardDiff.jl#480",
    1.0,
    wrong=0.0,
    right=2.0,
    mend=mended_special_value,
    title="One is a special number",
)
def special_value(x):
    """1² is 1, so why compute it? At exactly 1 the function returns a constant, and a constant has slope 0. A hair
    beside 1 the slope is 2."""
    return 1.0 if x == 1 else x**2


def mended_product(x):
    """Every factor is multiplied."""
    total = 1.0
    for factor in x:
        total = total * factor
    return total


@exits(
    "JuliaDiff/ForwardDiff.jl#480",
    [2.0, 0.0, 3.0],
    wrong=[0.0, 2.0, 0.0],
    right=[0.0, 6.0, 0.0],
    mend=mended_product,
    title="Zero times anything",
)
def early_product(x):
    """Once a factor is 0 the product is known and the loop may stop. The factor 3 is then never seen, and the
    slope along the zero is 2 instead of 2·3."""
    total = 1.0
    for factor in x:
        total = total * factor
        if total == 0:
            break
    return total


def mended_newton(x):
    """One more step after the test: Newton's step carries the derivative of the root."""
    y = 1.0
    while np.abs(y * y - x) > 1e-12:
        y = 0.5 * (y + x / y)
    return 0.5 * (y + x / y)


@exits(
    "OpenMDAO/OpenMDAO#2839",
    1.0,
    wrong=0.0,
    right=0.5,
    mend=mended_newton,
    tool=complex_step,
    title="The solver that was already there",
    see_also=("OpenMDAO/OpenMDAO#2516", "SciML/NonlinearSolve.jl#1283"),
)
def newton_root(x):
    """Newton's iteration for √x starts at the answer. The complex step of 10⁻²⁰ is below its tolerance, so it
    returns its starting value, which does not depend on x."""
    y = 1.0
    while np.abs(y * y - x) > 1e-12:
        y = 0.5 * (y + x / y)
    return y


def mended_series(a):
    """Stop on a term so small that its derivative is small as well."""
    term, total = 1.0, 1.0
    for n in range(30):
        term = term * (a + n) * (-4.5 + n) / (11.0 + n) * 0.3 / (n + 1)
        total = total + term
    return total


@exits(
    "stan-dev/math#2857",
    -0.5,
    wrong=-0.12272727272727273,
    right=-0.12270228100857073,
    mend=mended_series,
    meant=True,
    title="The series that stopped at the second term",
)
def short_series(a):
    """The hypergeometric series ₂F₁(a, -4.5; 11; 0.3). The test of its gradient was met after two terms, and
    Stan returned -0.122727 where nine terms give -0.122702."""
    term, total, n = 1.0, 1.0, 0
    while np.abs(term) > 0.01:
        term = term * (a + n) * (-4.5 + n) / (11.0 + n) * 0.3 / (n + 1)
        total, n = total + term, n + 1
    return total


def mended_whole_numbers(x):
    """Zeros are floats unless told otherwise."""
    return np.stack([0.0 * x, 0.0 * x, 0.4 * x])


@memory(
    "nu-radio/NuRadioMC#1061",
    2.0,
    wrong=[0.0, 0.0, 0.0],
    right=[0.0, 0.0, 0.4],
    mend=mended_whole_numbers,
    tool=difference(1e-6),
    meant=True,
    title="An array of whole numbers",
)
def whole_numbers(x):
    """np.array([0, 0, 0]) holds whole numbers. The 0.8 put into it is cut to 0, and so is every number near it."""
    field = np.array([0, 0, 0])
    field[2] = 0.4 * x
    return field


def mended_countdown(x):
    """Numbers with a sign."""
    return 5.0 - x


def unsigned(f, x):
    """A central difference of the bytes in which f's values are stored."""
    left, right = (np.array([f(x + way)]).astype(np.uint8) for way in (-1.0, 1.0))
    return (right - left)[0] / 2.0


@memory(
    "numpy/numpy#15212",
    3.0,
    wrong=127.0,
    right=-1.0,
    mend=mended_countdown,
    tool=unsigned,
    title="Bytes cannot fall",
)
def countdown(x):
    """5, 4, 3, 2, 1 stored as bytes: np.gradient subtracted 3 from 1, and bytes have no -2. They have 254, and half
    of that is 127. Values read from images are stored like this."""
    return 5.0 - x


def mended_overwritten(x):
    """A new array leaves the old one as it was."""
    b = np.array([10.0])
    loss = np.sum(x * b)
    b = b + 100.0
    return loss


@memory(
    "NVIDIA/warp#947",
    1.0,
    wrong=110.0,
    right=10.0,
    mend=mended_overwritten,
    title="The factor that changed afterwards",
    see_also=("NVIDIA/warp#1350",),
)
def overwritten(x):
    """The loss is 10x. After it is computed b grows in place, and the backward pass reads the factor where it
    left it: 110."""
    b = np.array([10.0])
    loss = np.sum(x * b)
    b += 100.0
    return loss


ROOMS = (exits, memory)
