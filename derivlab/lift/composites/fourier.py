"""Discrete Fourier transforms."""

from __future__ import annotations

import numpy as np


def _fourier(n, columns, sign):
    turns = np.outer(np.arange(n), np.arange(columns)) % n
    return np.exp(sign * 2j * np.pi * turns / n)


def _fitted(a, n, axis):
    moved = np.moveaxis(np.asarray(a), axis, -1)
    n = moved.shape[-1] if n is None else n
    if n > moved.shape[-1]:
        moved = np.concatenate([moved, np.zeros((*moved.shape[:-1], n - moved.shape[-1]))], axis=-1)
    return moved[..., :n], n


def fft(a, n=None, axis=-1, norm=None):
    moved, n = _fitted(a, n, axis)
    scale = {"ortho": n**-0.5, "forward": 1 / n}.get(norm, 1.0)
    return np.moveaxis(np.dot(moved, _fourier(n, n, -1)) * scale, -1, axis)


def ifft(a, n=None, axis=-1, norm=None):
    moved, n = _fitted(a, n, axis)
    scale = {"ortho": n**-0.5, "forward": 1.0}.get(norm, 1 / n)
    return np.moveaxis(np.dot(moved, _fourier(n, n, 1)) * scale, -1, axis)


def rfft(a, n=None, axis=-1, norm=None):
    moved, n = _fitted(a, n, axis)
    return np.moveaxis(np.fft.fft(moved, norm=norm)[..., : n // 2 + 1], -1, axis)


def irfft(a, n=None, axis=-1, norm=None):
    """The transform back of the half spectrum and its mirrored conjugate."""
    moved = np.moveaxis(np.asarray(a), axis, -1)
    n = 2 * (moved.shape[-1] - 1) if n is None else n
    half = _fitted(moved, n // 2 + 1, -1)[0]
    mirrored = np.conj(half[..., 1 : (n + 1) // 2][..., ::-1])
    first = np.real(half[..., :1])
    last = [np.real(half[..., -1:])] if n % 2 == 0 else []
    whole = np.concatenate([first, half[..., 1 : (n + 1) // 2], *last, mirrored], axis=-1)
    return np.real(np.moveaxis(np.fft.ifft(whole, norm=norm), -1, axis))


def _along_each(one, a, s, axes, norm):
    axes = (range(np.ndim(a)) if s is None else range(-len(s), 0)) if axes is None else axes
    for k, axis in enumerate(axes):
        a = one(a, None if s is None else s[k], axis, norm)
    return a


def fftn(a, s=None, axes=None, norm=None):
    return _along_each(np.fft.fft, a, s, axes, norm)


def ifftn(a, s=None, axes=None, norm=None):
    return _along_each(np.fft.ifft, a, s, axes, norm)


def fft2(a, s=None, axes=(-2, -1), norm=None):
    return fftn(a, s, axes, norm)


def ifft2(a, s=None, axes=(-2, -1), norm=None):
    return ifftn(a, s, axes, norm)


def rfftn(a, s=None, axes=None, norm=None):
    axes = list(range(np.ndim(a)) if s is None else range(-len(s), 0)) if axes is None else list(axes)
    a = np.fft.rfft(a, None if s is None else s[-1], axes[-1], norm)
    return fftn(a, None if s is None else s[:-1], axes[:-1], norm)


def irfftn(a, s=None, axes=None, norm=None):
    axes = list(range(np.ndim(a)) if s is None else range(-len(s), 0)) if axes is None else list(axes)
    a = ifftn(a, None if s is None else s[:-1], axes[:-1], norm)
    return np.fft.irfft(a, None if s is None else s[-1], axes[-1], norm)


def rfft2(a, s=None, axes=(-2, -1), norm=None):
    return rfftn(a, s, axes, norm)


def irfft2(a, s=None, axes=(-2, -1), norm=None):
    return irfftn(a, s, axes, norm)


def fftshift(x, axes=None):
    axes = range(x.ndim) if axes is None else np.atleast_1d(axes)
    return np.roll(x, [x.shape[k] // 2 for k in axes], axis=tuple(axes))


def ifftshift(x, axes=None):
    axes = range(x.ndim) if axes is None else np.atleast_1d(axes)
    return np.roll(x, [-(x.shape[k] // 2) for k in axes], axis=tuple(axes))
