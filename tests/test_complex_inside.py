"""Complex numbers inside a real function: autograd's own rules, and the same value in the reference."""

import numpy as np
import pytest

import derivlab as dl


def wave(x):
    return x + 1j * x**2


INSIDE = {  # a real function of a real number, and its derivative at 1.3 from a formula in real numbers
    "modulus": (lambda x: np.abs(wave(x)), lambda x: (x + 2 * x**3) / np.hypot(x, x**2)),
    "squared modulus": (
        lambda x: np.abs(np.exp(1j * x) + x) ** 2,
        lambda x: 2 * x + 2 * np.cos(x) - 2 * x * np.sin(x),
    ),
    "real part": (lambda x: np.real(wave(x) ** 3), lambda x: 3 * x**2 - 15 * x**4),
    "imaginary part": (lambda x: np.imag(wave(x) ** 3), lambda x: 12 * x**3 - 6 * x**5),
    "attributes": (
        lambda x: (wave(x) ** 2).imag + (wave(x) ** 2).real,
        lambda x: 6 * x**2 + 2 * x - 4 * x**3,
    ),
    "conjugate": (lambda x: np.real(wave(x) * np.conj(wave(x))), lambda x: 2 * x + 4 * x**3),
    "constant": (lambda x: np.abs(x * (1 + 2j)), lambda x: np.sqrt(5.0)),
    "logarithm": (lambda x: np.imag(np.log(wave(x))), lambda x: 1 / (1 + x**2)),
    "angle": (lambda x: np.angle(wave(x)), lambda x: 1 / (1 + x**2)),
    "root": (lambda x: np.abs(np.sqrt(wave(x))) ** 2, lambda x: (x + 2 * x**3) / np.hypot(x, x**2)),
    "sum of waves": (
        lambda x: np.abs(np.sum(np.exp(1j * np.arange(3) * x))) ** 2,
        lambda x: -4 * np.sin(x) - 4 * np.sin(2 * x) - 0.0,
    ),
    "inner product": (
        lambda x: np.real(np.vdot(np.stack([wave(x), 1j * x]), np.array([1 + 1j, 2.0]))),
        lambda x: 1 + 2 * x,
    ),
    "norm": (
        lambda x: np.linalg.norm(np.stack([wave(x), 1j * x])) ** 2,
        lambda x: 4 * x + 4 * x**3,
    ),
    "variance": (lambda x: 2 * np.var(np.stack([wave(x), 1j * x])), lambda x: x + (x**2 - x) * (2 * x - 1)),
    "spectrum": (
        lambda x: np.sum(np.abs(np.fft.fft(np.stack([x, 2 * x**2, x + 1]))) ** 2),
        lambda x: 3 * (2 * x + 16 * x**3 + 2 * (x + 1)),
    ),
}


@pytest.mark.parametrize("method", ["reverse", "forward", "reference"])
@pytest.mark.parametrize("name", INSIDE)
def test_real_functions_with_complex_numbers_inside(name, method):
    f, slope = INSIDE[name]
    assert dl.derivative(f, 1.3, method=method) == pytest.approx(slope(1.3), rel=1e-12)


@pytest.mark.parametrize("name", INSIDE)
def test_the_formulas_are_those_of_the_functions(name):
    f, slope = INSIDE[name]
    assert dl.derivative(f, 1.3, method="central_difference") == pytest.approx(slope(1.3), rel=1e-7)


def test_roots_of_negative_numbers_stay_outside_the_domain():
    for f in (np.sqrt, np.log, lambda x: x**0.3):
        with pytest.raises(dl.DerivativeError):
            dl.derivative(f, -1.0, method="reference")
