"""Decompositions for autograd, each packed into one array: derivatives both ways, and of any order.

Differentials as in Giles 2008, "Collected matrix derivative results for forward and reverse mode".
"""

from __future__ import annotations

from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import defjvp, defvjp, primitive
from autograd.numpy.linalg import grad_svd
from autograd.tracer import isbox

from derivlab.lift.autograd_rules import plain
from derivlab.lift.composites.algebra import EighResult, EigResult, SlogdetResult, SVDResult


def _t(a: Any) -> Any:
    return anp.swapaxes(a, -1, -2)


def _diagonal(a: Any) -> Any:
    return anp.sum(a * np.eye(a.shape[-1]), axis=-1)


def _over(numerator: Any, gaps: Any) -> Any:
    """Quotients by gaps; where nothing is asked for, 0 even at a gap of 0."""
    asked = plain(numerator) != 0
    return anp.where(asked, numerator, 0.0) / anp.where(asked, gaps, 1.0)


@primitive
def _logdet(a: Any) -> Any:
    return np.linalg.slogdet(a)[1]


# d log|det a| = tr(a⁻¹ da)
defvjp(_logdet, lambda ans, a: lambda g: g[..., None, None] * _t(anp.linalg.inv(a)))
defjvp(_logdet, lambda g, ans, a: anp.sum(g * _t(anp.linalg.inv(a)), axis=(-2, -1)))


def slogdet(a: Any) -> SlogdetResult:
    if np.iscomplexobj(plain(a)):
        raise NotImplementedError("the determinant of a complex matrix is not followed")
    return SlogdetResult(np.linalg.slogdet(plain(a))[0], _logdet(a))


@primitive
def _eigh(a: Any, uplo: str) -> Any:
    """Eigenvalues in the first row, eigenvectors below."""
    w, v = np.linalg.eigh(a, uplo)  # type: ignore[call-overload]
    return np.concatenate([w[..., None, :], v], axis=-2)


def _eigh_back(ans: Any, a: Any, uplo: str) -> Any:
    w, v = ans[..., 0, :], ans[..., 1:, :]

    def pull(g: Any) -> Any:
        gaps = w[..., None, :] - w[..., :, None]
        inner = _over(_t(v) @ g[..., 1:, :] * (1 - np.eye(w.shape[-1])), gaps)
        whole = v @ (inner + g[..., 0, :, None] * np.eye(w.shape[-1])) @ _t(v)
        side = anp.tril if uplo == "L" else anp.triu  # of the triangle that is read
        return side(whole + _t(whole)) - whole * np.eye(w.shape[-1])

    return pull


def _eigh_forth(g: Any, ans: Any, a: Any, uplo: str) -> Any:
    w, v = ans[..., 0, :], ans[..., 1:, :]
    side = anp.tril(g) if uplo == "L" else anp.triu(g)
    g = side + _t(side) - g * np.eye(w.shape[-1])
    inner = _t(v) @ g @ v
    moved = v @ _over(inner * (1 - np.eye(w.shape[-1])), w[..., None, :] - w[..., :, None])
    return anp.concatenate([_diagonal(inner)[..., None, :], moved], axis=-2)


defvjp(_eigh, _eigh_back, argnums=(0,))
defjvp(_eigh, _eigh_forth, argnums=(0,))


def eigh(a: Any, UPLO: str = "L") -> EighResult:
    packed = _eigh(a, UPLO)
    return EighResult(packed[..., 0, :], packed[..., 1:, :])


@primitive
def _cholesky(a: Any) -> Any:
    return np.linalg.cholesky(a)


def _halved(a: Any) -> Any:
    """The lower triangle with half its diagonal."""
    return anp.tril(a) - 0.5 * a * np.eye(a.shape[-1])


def _cholesky_back(ans: Any, a: Any) -> Any:
    def pull(g: Any) -> Any:
        inner = anp.linalg.solve(_t(ans), _t(anp.linalg.solve(_t(ans), _t(_halved(_t(ans) @ g)))))
        return 2.0 * _halved(0.5 * (inner + _t(inner)))  # of the triangle that is read

    return pull


def _cholesky_forth(g: Any, ans: Any, a: Any) -> Any:
    """da = l Φ(l⁻¹ da l⁻ᵀ), Φ the lower triangle with half its diagonal (Murray 2016)."""
    half = _halved(g)
    return ans @ _halved(anp.linalg.solve(ans, _t(anp.linalg.solve(ans, half + _t(half)))))


defvjp(_cholesky, _cholesky_back)
defjvp(_cholesky, _cholesky_forth)


def cholesky(a: Any, upper: bool = False) -> Any:
    return _t(_cholesky(_t(a))) if upper else _cholesky(a)


@primitive
def _svd(a: Any) -> Any:
    """The thin decomposition: left vectors, values, right vectors, one below the other, transposed left ones."""
    u, s, vt = np.linalg.svd(a, full_matrices=False)
    return np.concatenate([np.swapaxes(u, -1, -2), s[..., :, None], vt], axis=-1)


def _parts(packed: Any, m: int) -> tuple[Any, Any, Any]:
    return _t(packed[..., :m]), packed[..., m], packed[..., m + 1 :]


def _svd_back(ans: Any, a: Any) -> Any:
    m = plain(a).shape[-2]
    back = grad_svd(_parts(ans, m), a, full_matrices=False)
    return lambda g: back(_parts(g, m))


def _svd_forth(g: Any, ans: Any, a: Any) -> Any:
    u, s, vt = _parts(ans, plain(a).shape[-2])
    v, inner, off = _t(vt), _t(u) @ g @ _t(vt), 1 - np.eye(s.shape[-1])
    gaps = s[..., None, :] ** 2 - s[..., :, None] ** 2
    row, column = s[..., None, :], s[..., :, None]
    du = u @ _over((inner * row + column * _t(inner)) * off, gaps) + (g @ v - u @ inner) / row
    dv = v @ _over((column * inner + _t(inner) * row) * off, gaps) + (_t(g) @ u - v @ _t(inner)) / row
    return anp.concatenate([_t(du), _diagonal(inner)[..., :, None], _t(dv)], axis=-1)


defvjp(_svd, _svd_back)
defjvp(_svd, _svd_forth)


@primitive
def _svdvals(a: Any) -> Any:
    return np.linalg.svd(a, compute_uv=False)


def _vectors(a: Any) -> tuple[Any, Any]:
    u, _, vt = _parts(_svd(a), plain(a).shape[-2])
    return u, vt


# ds = diag(uᵀ da v)
defvjp(_svdvals, lambda ans, a: lambda g: (lambda u, vt: (u * g[..., None, :]) @ vt)(*_vectors(a)))
defjvp(_svdvals, lambda g, ans, a: (lambda u, vt: _diagonal(_t(u) @ g @ _t(vt)))(*_vectors(a)))


def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    if not compute_uv:
        return _svdvals(a)
    m, n = plain(a).shape[-2:]
    if full_matrices and m != n:
        u, vt = np.linalg.svd(plain(a))[::2]
        return _full(a, u, vt)
    return SVDResult(*_parts(_svd(a), m))


def _full(a: Any, u: Any, vt: Any) -> SVDResult:
    """Thin vectors and an orthonormal basis of what they leave out: NumPy's, kept orthogonal to them."""
    m, n = plain(a).shape
    left, s, right = _parts(_svd(a), m)
    if m > n:
        return SVDResult(_completed(left, u[:, n:]), s, right)
    return SVDResult(left, s, _t(_completed(_t(right), vt[m:].T)))


def _completed(some: Any, others: Any) -> Any:
    others = others - some @ (_t(some) @ others)
    lower = _cholesky(_t(others) @ others)
    return anp.concatenate([some, _t(anp.linalg.solve(lower, _t(others)))], axis=1)


@primitive
def eigvals(a: Any) -> Any:
    return np.linalg.eigvals(a)


def _eigen(a: Any) -> tuple[Any, Any]:
    if isbox(a):
        raise NotImplementedError("second derivatives of general eigenvalues are not followed")
    v = np.linalg.eig(a)[1]
    return v, np.linalg.inv(v)


def _eigvals_back(ans: Any, a: Any) -> Any:
    v, left = _eigen(a)
    return lambda g: anp.real(_t((v * g[..., None, :]) @ left))


# dw = diag(v⁻¹ da v)
defvjp(eigvals, _eigvals_back)
defjvp(eigvals, lambda g, ans, a: (lambda v, left: _diagonal(left @ g @ v))(*_eigen(a)))


def eig(a: Any) -> EigResult:
    return EigResult(eigvals(a), _Refused("np.linalg.eig's vectors, whose length and sign are a convention,"))


class _Refused:
    """A part of an answer that cannot be differentiated: named when it is used."""

    def __init__(self, what: str):
        self._what = what

    def __getattr__(self, name: str) -> Any:
        raise NotImplementedError(f"{self._what} are not followed")
