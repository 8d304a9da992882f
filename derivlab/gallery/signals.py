"""Fourier transforms, convolutions, filters, windows, interpolation: linear or quadratic in the signal."""

from __future__ import annotations

import numpy as np

from derivlab.gallery import Topic, quadratic

case = Topic("signals")

V = [0.5, -1.5, 2.0, 3.0]
ODD = [0.5, -1.5, 2.0, 3.0, -0.75]
M = [[0.5, -1.5, 2.0, 1.25], [3.0, 0.75, -0.375, -2.0]]

# name, f, x
for name, f, x in (
    ("power_spectrum", lambda x: np.abs(np.fft.fft(x)) ** 2, V),
    ("power_spectrum_of_odd_length", lambda x: np.abs(np.fft.rfft(x)) ** 2, ODD),
    ("real_and_imaginary_parts", lambda x: np.stack([np.fft.fft(x).real, np.fft.fft(x).imag]), V),
    ("real_transform", lambda x: np.concatenate([np.real(np.fft.rfft(x)), np.imag(np.fft.rfft(x))]), ODD),
    ("transform_padded", lambda x: np.fft.fft(x, 6).real, V),
    ("transform_cut", lambda x: np.fft.rfft(x, n=3).imag, V),
    ("transform_cut_to_three", lambda x: np.abs(np.fft.fft(x, 3)) ** 2, V),
    ("transform_back_padded", lambda x: np.abs(np.fft.ifft(x, 7, norm="forward")) ** 2, V),
    ("real_transform_of_columns", lambda x: np.abs(np.fft.rfft(x, axis=0)) ** 2, M),
    ("real_transform_in_two_dimensions", lambda x: np.abs(np.fft.rfft2(x)) ** 2, M),
    ("real_two_dimensional_back", lambda x: np.fft.irfft2(np.fft.rfft2(x) ** 1, s=(2, 4)), M),
    ("transform_along_all_axes", lambda x: np.abs(np.fft.fftn(x)) ** 2, M),
    ("transform_of_columns", lambda x: np.fft.fft(x, axis=0).real, M),
    ("transform_normalised", lambda x: np.fft.fft(x, norm="ortho").imag, V),
    ("there_and_back", lambda x: np.fft.ifft(np.fft.fft(x)).real, V),
    ("real_there_and_back", lambda x: np.fft.irfft(np.fft.rfft(x), n=5), ODD),
    ("low_pass", lambda x: np.fft.irfft(np.fft.rfft(x) * np.array([1.0, 0.5, 0.0])), V),
    ("two_dimensional_transform", lambda x: np.abs(np.fft.fft2(x)) ** 2, M),
    ("two_dimensional_back", lambda x: np.fft.ifft2(np.fft.fft2(x) * 2).real, M),
    ("shifted_spectrum", lambda x: np.fft.fftshift(np.abs(np.fft.fft(x)) ** 2), V),
    ("spectral_derivative", lambda x: np.fft.ifft(2j * np.pi * np.fft.fftfreq(5) * np.fft.fft(x)).real, ODD),
    ("fourier_convolution", lambda x: np.fft.ifft(np.fft.fft(x) * np.fft.fft(x[::-1])).real, V),
    ("convolve_full", lambda x: np.convolve(x, [1.0, 2.0, 1.0]), V),
    ("convolve_same", lambda x: np.convolve(x, [1.0, 2.0, 1.0], "same"), V),
    ("convolve_valid", lambda x: np.convolve(x, x[:2], mode="valid"), V),
    ("convolve_kernel_traced", lambda x: np.convolve([1.0, 2.0, 0.5, 1.0, 3.0], x), V),
    ("convolve_with_itself", lambda x: np.convolve(x, x), V),
    ("correlate_full", lambda x: np.correlate(x, [1.0, 0.5], "full"), V),
    ("correlate_longer_second", lambda x: np.correlate([1.0, 0.5], x, "full"), V),
    ("autocorrelation", lambda x: np.correlate(x, x, "full")[3:], V),
    ("moving_average", lambda x: np.convolve(x, np.ones(3) / 3, mode="valid"), V),
    (
        "moving_average_by_cumsum",
        lambda x: (np.cumsum(np.r_[0.0, x])[2:] - np.cumsum(np.r_[0.0, x])[:-2]) / 2,
        V,
    ),
    ("exponential_smoothing", lambda x: _smoothed(x), V),
    ("recursive_filter", lambda x: _filtered(x), V),
    ("hann_window", lambda x: np.hanning(4) * x + np.hamming(4) * x**2, V),
    ("detrended", lambda x: x - np.polyval(np.polyfit(np.arange(4.0), x, 1), np.arange(4.0)), V),
    ("resampled", lambda x: np.interp(np.linspace(0, 3, 7), np.arange(4), x), V),
    ("downsampled", lambda x: x.reshape(-1, 2).mean(axis=1), V),
    ("upsampled", lambda x: np.kron(x, [1.0, 0.0]), V),
    ("goertzel", lambda x: _goertzel(x), V),
    ("haar_wavelet", lambda x: np.r_[(x[::2] + x[1::2]), (x[::2] - x[1::2])] / np.sqrt(2), V),
    ("image_gradient_energy", lambda x: sum(np.sum(g**2) for g in np.gradient(x)), M),
    (
        "total_of_squared_differences",
        lambda x: np.sum(np.diff(x, axis=1) ** 2) + np.sum(np.diff(x, axis=0) ** 2),
        M,
    ),
    ("two_dimensional_convolution", lambda x: _convolved(x, np.array([[1.0, 2.0], [0.0, -1.0]])), M),
    ("sliding_windows", lambda x: np.lib.stride_tricks.sliding_window_view(x, 2).sum(axis=1) ** 2, V),
    ("toeplitz_product", lambda x: np.array([[x[abs(i - j)] for j in range(4)] for i in range(4)]) @ x, V),
    ("signal_energy", lambda x: np.vdot(x, x), V),
    ("parseval", lambda x: np.sum(np.abs(np.fft.fft(x)) ** 2) / len(x), V),
    (
        "analytic_signal",
        lambda x: np.abs(np.fft.ifft(np.fft.fft(x) * np.array([1.0, 2.0, 1.0, 0.0]))) ** 2,
        V,
    ),
):
    case(x, quadratic, name=name)(f)


def _smoothed(x, alpha=0.25):
    level, out = x[0], []
    for t in x:
        level = alpha * t + (1 - alpha) * level
        out.append(level)
    return np.array(out)


def _filtered(x):
    y = np.zeros_like(x)
    for n in range(len(x)):
        y[n] = x[n] + 0.5 * (x[n - 1] if n else 0.0) - 0.25 * (y[n - 1] if n else 0.0)
    return y


def _goertzel(x):
    turn = 2 * np.cos(2 * np.pi / len(x))
    one = two = 0.0
    for t in x:
        one, two = t + turn * one - two, one
    return one**2 + two**2 - turn * one * two


def _convolved(x, kernel):
    (m, n), (p, q) = x.shape, kernel.shape
    out = np.zeros((m - p + 1, n - q + 1))
    for i in range(p):
        for j in range(q):
            out += kernel[i, j] * x[i : i + m - p + 1, j : j + n - q + 1]
    return out
