"""NumPy functions written with simpler NumPy functions: one definition that serves every library."""

from __future__ import annotations

import numpy as np

from derivlab.lift.lifted import numbers


def var(a, axis=None, ddof=0, keepdims=False, **_):
    a = np.asarray(a)
    deviation = a - np.mean(a, axis=axis, keepdims=True)
    n = a.size if axis is None else np.prod([a.shape[i] for i in np.atleast_1d(axis)])
    return np.sum(deviation**2, axis=axis, keepdims=keepdims) / (n - ddof)


def std(a, axis=None, ddof=0, keepdims=False, **_):
    return np.sqrt(var(a, axis, ddof, keepdims))


def mean(a, axis=None, keepdims=False, **_):
    a = np.asarray(a)
    n = a.size if axis is None else np.prod([a.shape[i] for i in np.atleast_1d(axis)])
    return np.sum(a, axis=axis, keepdims=keepdims) / n


def average(a, axis=None, weights=None):
    a = np.asarray(a)
    if weights is None:
        return mean(a, axis)
    w = np.asarray(weights)
    if axis is not None and w.ndim != a.ndim:
        w = w.reshape([-1 if i == axis % a.ndim else 1 for i in range(a.ndim)])
    return np.sum(a * w, axis=axis) / np.sum(w * np.ones(a.shape), axis=axis)


def hypot(a, b):
    return np.sqrt(a * a + b * b)


def logaddexp(a, b):
    top = np.where(a > b, a, b)
    return top + np.log(np.exp(a - top) + np.exp(b - top))


def logaddexp2(a, b):
    return logaddexp(a * np.log(2.0), b * np.log(2.0)) / np.log(2.0)


def copysign(a, b):
    return np.where(np.signbit(a) == np.signbit(b), a, -a)


def remainder(a, b):
    return a - b * np.floor(a / b)


def fmod(a, b):
    return a - b * np.trunc(a / b)


def clip(a, a_min=None, a_max=None, min=None, max=None, **_):
    low, high = a_min if min is None else min, a_max if max is None else max
    if low is not None:
        a = np.where(a < low, low, a)
    return a if high is None else np.where(a > high, high, a)


def fmax(a, b):
    return np.maximum(a, b)


def fmin(a, b):
    return np.minimum(a, b)


def sinc(x):
    y = np.pi * np.asarray(x)
    # sin(y)/y = 1 - y²/6 + y⁴/120 near the removable singularity
    small = np.abs(numbers(y)) < 1e-4
    safe = np.where(small, 1.0, y)
    return np.where(small, 1.0 - y * y / 6.0 + y**4 / 120.0, np.sin(safe) / safe)


def logsumexp(a, axis=None, b=None, keepdims=False, **_):
    a = np.asarray(a)
    top = np.max(a, axis=axis, keepdims=True)
    top = top - (top - top)
    terms = np.exp(a - top) if b is None else b * np.exp(a - top)
    out = np.log(np.sum(terms, axis=axis, keepdims=True)) + top
    if keepdims:
        return out
    return np.sum(out) if axis is None else np.squeeze(out, axis=axis)


def softmax(x, axis=None):
    return np.exp(x - logsumexp(x, axis=axis, keepdims=True))


def log_softmax(x, axis=None):
    return x - logsumexp(x, axis=axis, keepdims=True)


def expit(x):
    return 1.0 / (1.0 + np.exp(-x))


def logit(p):
    return np.log(p) - np.log1p(-p)


def log_expit(x):
    return -np.logaddexp(0.0, -x)


def xlogy(x, y):
    return x * np.log(y)


def xlog1py(x, y):
    return x * np.log1p(y)


def entr(x):
    return -x * np.log(x)


def rel_entr(x, y):
    return x * np.log(x / y)


def ndtr(x):
    import scipy.special as special

    return 0.5 * special.erfc(-x / np.sqrt(2.0))


def beta(a, b):
    return np.exp(betaln(a, b))


def betaln(a, b):
    import scipy.special as special

    return special.gammaln(a) + special.gammaln(b) - special.gammaln(a + b)


def prod(a, axis=None, keepdims=False, **_):
    a = np.asarray(a)
    if axis is None:
        out = 1.0
        for entry in a.reshape(-1):
            out = out * entry
        return np.reshape(out, (1,) * a.ndim) if keepdims else out
    moved = np.moveaxis(a, axis, 0)
    out = np.ones(moved.shape[1:])
    for part in moved:
        out = out * part
    return np.expand_dims(out, axis) if keepdims else out


def cumprod(a, axis=None, **_):
    a = np.asarray(a)
    moved = a.reshape(-1) if axis is None else np.moveaxis(a, axis, 0)
    parts = [moved[0]]
    for part in moved[1:]:
        parts.append(parts[-1] * part)
    out = np.stack(parts)
    return out if axis is None else np.moveaxis(out, 0, axis)


def diff(a, n=1, axis=-1, prepend=None, append=None):
    parts = [np.atleast_1d(p) for p in (prepend, a, append) if p is not None]
    a = np.moveaxis(np.concatenate(parts, axis=axis) if len(parts) > 1 else np.asarray(a), axis, 0)
    for _ in range(n):
        a = a[1:] - a[:-1]
    return np.moveaxis(a, 0, axis)


def convolve(a, v, mode="full"):
    a, v = np.asarray(a), np.asarray(v)
    if len(v) > len(a):
        a, v = v, a
    n, m = len(a), len(v)
    full = np.concatenate([v[0] * a, np.zeros(m - 1)])
    for k in range(1, m):
        full = full + np.concatenate([np.zeros(k), v[k] * a, np.zeros(m - 1 - k)])
    start = {"full": 0, "same": (m - 1) // 2, "valid": m - 1}[mode]
    return full[start : start + {"full": n + m - 1, "same": n, "valid": n - m + 1}[mode]]


def correlate(a, v, mode="valid"):
    a, v = np.asarray(a), np.asarray(v)
    return convolve(a, v[::-1], mode) if len(v) <= len(a) else convolve(v[::-1], a, mode)


def interp(x, xp, fp, left=None, right=None):
    x, xp, fp = np.asarray(x), np.asarray(xp), np.asarray(fp)
    i = np.clip(np.searchsorted(xp, x, side="right") - 1, 0, len(xp) - 2)
    inside = fp[i] + (fp[i + 1] - fp[i]) * (x - xp[i]) / (xp[i + 1] - xp[i])
    low, high = fp[0] if left is None else left, fp[-1] if right is None else right
    return np.where(x < xp[0], low, np.where(x > xp[-1], high, inside))


def median(a, axis=None, keepdims=False, **_):
    return percentile(a, 50.0, axis, keepdims)


def quantile(a, q, axis=None, keepdims=False, **_):
    return percentile(a, 100.0 * q, axis, keepdims)


def percentile(a, q, axis=None, keepdims=False, **_):
    a = np.asarray(a)
    s = np.sort(a.reshape(-1)) if axis is None else np.moveaxis(np.sort(a, axis=axis), axis, 0)
    place = (s.shape[0] - 1) * q / 100.0
    low = int(np.floor(place))
    out = s[low] if low == place else s[low] + (s[low + 1] - s[low]) * (place - low)
    if not keepdims:
        return out
    return np.reshape(out, (1,) * a.ndim) if axis is None else np.expand_dims(out, axis)


def ptp(a, axis=None, keepdims=False, **_):
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)


def norm(x, ord=None, axis=None, keepdims=False):
    x = np.asarray(x)
    if axis is None and (ord is None or x.ndim == 1):
        x, axis = x.reshape(-1), 0
    if (isinstance(axis, tuple) and len(axis) == 2) or (axis is None and x.ndim == 2):
        axes = axis or (0, 1)
        if ord in (None, "fro"):
            return np.sqrt(np.sum(x * x, axis=axes, keepdims=keepdims))
        if ord in (1, np.inf):
            first, second = axes if ord == 1 else axes[::-1]
            sums = np.sum(np.abs(x), axis=first, keepdims=True)
            return np.max(sums, axis=second, keepdims=True).reshape(()) if x.ndim == 2 else None
        values = np.linalg.svd(x, compute_uv=False)
        return {2: values[0], -2: values[-1], "nuc": np.sum(values)}[ord]
    if ord is None or ord == 2:
        return np.sqrt(np.sum(x * x, axis=axis, keepdims=keepdims))
    if ord in (np.inf, -np.inf):
        return (np.max if ord > 0 else np.min)(np.abs(x), axis=axis, keepdims=keepdims)
    if ord == 1:
        return np.sum(np.abs(x), axis=axis, keepdims=keepdims)
    return np.sum(np.abs(x) ** ord, axis=axis, keepdims=keepdims) ** (1.0 / ord)


def matrix_power(a, n):
    if n < 0:
        a, n = np.linalg.inv(a), -n
    out = np.eye(a.shape[-1])
    for _ in range(n):
        out = out @ a
    return out


def eliminate(a, b):
    """Gaussian elimination with partial pivoting: the solution of a y = b and the determinant of a."""
    n = len(a)
    rows = [a[i] for i in range(n)]
    right = [b[i] for i in range(n)]
    det = 1.0
    for k in range(n):
        pivot = max(range(k, n), key=lambda i: abs(numbers(rows[i][k])))
        if pivot != k:
            rows[k], rows[pivot], right[k], right[pivot] = rows[pivot], rows[k], right[pivot], right[k]
            det = -det
        det = det * rows[k][k]
        for i in range(k + 1, n):
            factor = rows[i][k] / rows[k][k]
            rows[i] = rows[i] - factor * rows[k]
            right[i] = right[i] - factor * right[k]
    for k in reversed(range(n)):
        for j in range(k + 1, n):
            right[k] = right[k] - rows[k][j] * right[j]
        right[k] = right[k] / rows[k][k]
    return np.stack(right), det


def solve(a, b):
    return eliminate(np.asarray(a), np.asarray(b))[0]


def inv(a):
    return eliminate(np.asarray(a), np.eye(len(a)))[0]


def det(a):
    return eliminate(np.asarray(a), np.eye(len(a)))[1]


def slogdet(a):
    d = det(a)
    return np.sign(d), np.log(np.abs(d))


def cholesky(a):
    a = np.asarray(a)
    n = len(a)
    lower = np.zeros((n, n))
    for j in range(n):
        for i in range(j, n):
            rest = a[i, j] - np.sum(lower[i, :j] * lower[j, :j])
            lower[i, j] = np.sqrt(rest) if i == j else rest / lower[j, j]
    return lower


def eigvalsh(a, UPLO="L"):
    return np.linalg.eigh(a)[0]


def svd(a, full_matrices=True, compute_uv=True, hermitian=False):
    if compute_uv:
        raise NotImplementedError("singular vectors are not followed; use compute_uv=False")
    gram = a.T @ a if a.shape[0] >= a.shape[1] else a @ a.T
    return np.sqrt(np.linalg.eigvalsh(gram))[::-1]


def svdvals(a):
    return svd(a, compute_uv=False)


def pinv(a, **_):
    return np.linalg.solve(a.T @ a, a.T) if a.shape[0] >= a.shape[1] else np.linalg.solve(a @ a.T, a).T


def lstsq(a, b, rcond=None):
    y = np.linalg.pinv(a) @ b
    residual = b - a @ y
    return y, np.sum(residual * residual, axis=0), min(a.shape), None


def cond(a, p=None):
    values = svd(a, compute_uv=False)
    if p not in (None, 2):
        return norm(a, p) * norm(np.linalg.inv(a), p)
    return values[0] / values[-1]


def solve_triangular(a, b, trans=0, lower=False, unit_diagonal=False, **_):
    a = np.tril(a) if lower else np.triu(a)
    if unit_diagonal:
        a = a - np.diag(np.diag(a)) + np.eye(len(a))
    return np.linalg.solve(a.T if trans in (1, "T") else a, b)


def expm(a):
    """Scaling and squaring of the Taylor series, 30 terms at norm below 1/2."""
    size = np.max(np.sum(np.abs(numbers(a)), axis=0))
    squarings = 0
    while size > 0.5:
        size, squarings = size / 2, squarings + 1
    a = a / 2.0**squarings
    out = term = np.eye(len(a))
    for k in range(1, 31):
        term = term @ a / k
        out = out + term
    for _ in range(squarings):
        out = out @ out
    return out


def kron(a, b):
    a, b = np.asarray(a), np.asarray(b)
    if a.ndim == b.ndim == 2:
        return np.reshape(
            a[:, None, :, None] * b[None, :, None, :], (a.shape[0] * b.shape[0], a.shape[1] * b.shape[1])
        )
    return np.reshape(a[:, None] * b[None, :], (-1,))


def cross(a, b):
    a, b = np.asarray(a), np.asarray(b)
    parts = [a[..., i] * b[..., j] - a[..., j] * b[..., i] for i, j in ((1, 2), (2, 0), (0, 1))]
    return np.stack(parts, axis=-1)


def trace(a, offset=0, axis1=0, axis2=1):
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1)


def diag(v, k=0):
    v = np.asarray(v)
    if v.ndim == 2:
        return np.diagonal(v, k)
    n = len(v) + abs(k)
    out = np.zeros((n, n))
    i = np.arange(len(v))
    out[i + max(-k, 0), i + max(k, 0)] = v
    return out


def cov(m, ddof=1):
    m = np.asarray(m)
    d = m - np.mean(m, axis=1, keepdims=True)
    return d @ d.T / (m.shape[1] - ddof)


def corrcoef(m, y=None):
    c = cov(m if y is None else np.stack([m, y]))
    s = np.sqrt(np.diagonal(c))
    return c / (s[:, None] * s[None, :])


def take(a, indices, axis=None, **_):
    a = np.asarray(a)
    if axis is None:
        return a.reshape(-1)[indices]
    return a[(slice(None),) * (axis % a.ndim) + (indices,)]


def take_along_axis(a, indices, axis=-1):
    place = [
        np.arange(n).reshape([-1 if i == j else 1 for i in range(a.ndim)]) for j, n in enumerate(a.shape)
    ]
    place[axis] = indices
    return a[tuple(place)]


def repeat(a, repeats, axis=None):
    n = np.size(a) if axis is None else np.shape(a)[axis]
    return np.take(a, np.repeat(np.arange(n), repeats), axis=axis)


def roll(a, shift, axis=None):
    a = np.asarray(a)
    if axis is None:
        return np.take(a, np.roll(np.arange(a.size), shift)).reshape(a.shape)
    for s, k in zip(*np.broadcast_arrays(np.atleast_1d(shift), np.atleast_1d(axis)), strict=True):
        a = np.take(a, np.roll(np.arange(a.shape[k]), s), axis=int(k))
    return a


def flip(m, axis=None):
    m = np.asarray(m)
    axes = range(m.ndim) if axis is None else [i % m.ndim for i in np.atleast_1d(axis)]
    return m[tuple(slice(None, None, -1) if i in axes else slice(None) for i in range(m.ndim))]


def delete(a, obj, axis=None):
    n = np.size(a) if axis is None else np.shape(a)[axis]
    return np.take(a, np.delete(np.arange(n), obj), axis=axis)


def append(a, values, axis=None):
    if axis is None:
        return np.concatenate([np.ravel(np.asarray(a)), np.ravel(np.asarray(values))])
    return np.concatenate([a, values], axis=axis)


def select(condlist, choicelist, default=0.0):
    out = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        out = np.where(condition, choice, out)
    return out


def polyval(p, x):
    out = 0.0
    for c in p:
        out = out * x + c
    return out


def vander(x, N=None, increasing=False):
    n = len(x) if N is None else N
    powers = range(n) if increasing else reversed(range(n))
    return np.stack([x**k if k else np.ones(len(x)) for k in powers], axis=1)


def nansum(a, axis=None, **_):
    return np.sum(np.where(np.isnan(a), 0.0, a), axis=axis)


def _where_nan(a, value):
    return np.where(np.isnan(a), value, a)


def nanmax(a, axis=None, keepdims=False, **_):
    return np.max(_where_nan(a, -np.inf), axis=axis, keepdims=keepdims)


def nanmin(a, axis=None, keepdims=False, **_):
    return np.min(_where_nan(a, np.inf), axis=axis, keepdims=keepdims)


def nanprod(a, axis=None, keepdims=False, **_):
    return np.prod(_where_nan(a, 1.0), axis=axis, keepdims=keepdims)


def nanmean(a, axis=None, keepdims=False, **_):
    count = np.sum(~np.isnan(a), axis=axis, keepdims=keepdims)
    return np.sum(_where_nan(a, 0.0), axis=axis, keepdims=keepdims) / count


def nanvar(a, axis=None, ddof=0, keepdims=False, **_):
    deviation = np.where(np.isnan(a), 0.0, a - nanmean(a, axis=axis, keepdims=True))
    count = np.sum(~np.isnan(a), axis=axis, keepdims=keepdims)
    return np.sum(deviation**2, axis=axis, keepdims=keepdims) / (count - ddof)


def nanstd(a, axis=None, ddof=0, keepdims=False, **_):
    return np.sqrt(nanvar(a, axis, ddof, keepdims))


def apply_along_axis(func1d, axis, arr, *args, **kwargs):
    moved = np.moveaxis(arr, axis, -1)
    rows = np.reshape(moved, (-1, moved.shape[-1]))
    found = np.stack([np.asarray(func1d(row, *args, **kwargs)) for row in rows])
    found = np.reshape(found, moved.shape[:-1] + found.shape[1:])
    return found if found.ndim < moved.ndim else np.moveaxis(found, -1, axis)


def eigvals(a):
    return np.linalg.eig(a)[0]


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
    scale = {"ortho": n**-0.5, "forward": 1 / n}.get(norm, 1.0)
    return np.moveaxis(np.dot(moved, _fourier(n, n // 2 + 1, -1)) * scale, -1, axis)


def irfft(a, n=None, axis=-1, norm=None):
    moved = np.moveaxis(np.asarray(a), axis, -1)
    n = 2 * (moved.shape[-1] - 1) if n is None else n
    half = moved[..., : n // 2 + 1]
    mirrored = np.conj(half[..., 1 : (n + 1) // 2][..., ::-1])
    first = np.real(half[..., :1])
    last = [np.real(half[..., -1:])] if n % 2 == 0 else []
    whole = np.concatenate([first, half[..., 1 : (n + 1) // 2], *last, mirrored], axis=-1)
    return np.real(np.moveaxis(ifft(whole, n, -1, norm), -1, axis))


def fft2(a, s=None, axes=(-2, -1), norm=None):
    s = (None, None) if s is None else s
    return fft(fft(a, s[1], axes[1], norm), s[0], axes[0], norm)


def ifft2(a, s=None, axes=(-2, -1), norm=None):
    s = (None, None) if s is None else s
    return ifft(ifft(a, s[1], axes[1], norm), s[0], axes[0], norm)


def fftshift(x, axes=None):
    axes = range(x.ndim) if axes is None else np.atleast_1d(axes)
    return np.roll(x, [x.shape[k] // 2 for k in axes], axis=tuple(axes))


def ifftshift(x, axes=None):
    axes = range(x.ndim) if axes is None else np.atleast_1d(axes)
    return np.roll(x, [-(x.shape[k] // 2) for k in axes], axis=tuple(axes))


def nan_to_num(x, nan=0.0, **_):
    return np.where(np.isfinite(x), x, nan)


def pad(array, pad_width, mode="constant", constant_values=0.0, **_):
    numbered = np.pad(np.arange(1, array.size + 1).reshape(array.shape), pad_width, mode)
    flat = np.concatenate([np.zeros(1) + constant_values, np.ravel(array)])
    return flat[numbered]


def tile(a, reps):
    a = np.asarray(a)
    return np.ravel(a)[np.tile(np.arange(a.size).reshape(a.shape), reps)]


def split(ary, sections, axis=0):
    ary = np.asarray(ary)
    return [np.take(ary, part, axis=axis) for part in np.array_split(np.arange(ary.shape[axis]), sections)]


def vdot(a, b):
    return np.sum(np.ravel(a) * np.ravel(b))


def inner(a, b):
    return np.tensordot(a, b, axes=(-1, -1)) if np.ndim(a) and np.ndim(b) else a * b


def outer(a, b):
    return np.ravel(np.asarray(a))[:, None] * np.ravel(np.asarray(b))[None, :]


def einsum(subscripts, *operands, **_):
    """Broadcast each operand to all indices, multiply, and sum what the output leaves out."""
    inputs, _, output = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if "." in subscripts:
        raise NotImplementedError("einsum with an ellipsis is not followed")
    letters = sorted(set("".join(terms)))
    if "->" not in subscripts:
        output = "".join(c for c in letters if "".join(terms).count(c) == 1)
    order = list(output) + [c for c in letters if c not in output]
    product = 1.0
    for term, operand in zip(terms, operands, strict=True):
        operand = np.asarray(operand)
        while len(set(term)) < len(term):
            c = next(c for c in term if term.count(c) > 1)
            i, j = [k for k, d in enumerate(term) if d == c][:2]
            operand = np.diagonal(operand, axis1=i, axis2=j)
            term = "".join(d for k, d in enumerate(term) if k not in (i, j)) + c
        operand = np.transpose(operand, sorted(range(len(term)), key=lambda k: order.index(term[k])))
        shape, sizes = [], iter(operand.shape)
        for c in order:
            shape.append(next(sizes) if c in term else 1)
        product = product * np.reshape(operand, tuple(shape))
    extra = tuple(range(len(output), len(order)))
    return np.sum(product, axis=extra) if extra else product


def broadcast_arrays(*arrays):
    shape = np.broadcast_shapes(*[np.shape(a) for a in arrays])
    return [a + np.zeros(shape) for a in arrays]


def meshgrid(x, y, indexing="xy"):
    x, y = np.asarray(x), np.asarray(y)
    xx, yy = x[None, :] + 0.0 * y[:, None], y[:, None] + 0.0 * x[None, :]
    return (xx, yy) if indexing == "xy" else (xx.T, yy.T)


def gradient(f, *spacing, **_):
    f = np.asarray(f)
    if f.ndim != 1 or (spacing and np.ndim(spacing[0])):
        raise NotImplementedError("only one axis with one spacing is followed")
    h = spacing[0] if spacing else 1.0
    return np.concatenate([f[1:2] - f[:1], (f[2:] - f[:-2]) / 2.0, f[-1:] - f[-2:-1]]) / h


_PREFIX: dict[str, list] = {
    "linalg.": [norm, matrix_power, solve, inv, det, slogdet, cholesky, eigvalsh, svd, svdvals, pinv, lstsq, cond,
                eigvals],
    "fft.": [fft, ifft, rfft, irfft, fft2, ifft2, fftshift, ifftshift],
    "special.": [logsumexp, softmax, log_softmax, expit, logit, log_expit, xlogy, xlog1py, entr, rel_entr, ndtr, beta, betaln],
    "slinalg.": [expm, solve, solve_triangular, cholesky],
    "": [var, std, mean, average, hypot, logaddexp, logaddexp2, copysign, remainder, fmod, clip, fmax, fmin, sinc, prod, cumprod, diff,
         convolve, correlate, interp, median, quantile, percentile, ptp, kron, cross, trace, diag, cov, corrcoef, take, take_along_axis,
         repeat, roll, flip, delete, append, select, polyval, vander, nansum, nanmax, nanmin, nanprod, nanmean, nanvar, nanstd, nan_to_num, apply_along_axis, pad, tile, split, vdot, inner, outer, einsum,
         broadcast_arrays, meshgrid, gradient],
}  # fmt: skip
TABLE = {prefix + f.__name__: f for prefix, group in _PREFIX.items() for f in group}
