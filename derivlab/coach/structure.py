"""What mistakes look like in the Jacobian that a hand-written vjp implies: entries lost, added, or elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from derivlab.coach.evidence import Wrong

Named = tuple[str, str]


def wrong_axis(it: Wrong) -> Iterator[Named]:
    """Entries act on each other along another axis than in f."""
    found = it.jacobians
    if found is None or it.x.shape != it.upstream.shape or it.x.ndim < 2:
        return
    true, own = (_along(j, it.x.ndim) for j in found)
    if true and own - true:
        says = " and ".join(map(str, sorted(true)))
        yield (
            "wrong axis",
            f"its entries depend on each other along axis {' and '.join(map(str, sorted(own)))}, those of f along {says}; sum over the axis that f sums over.",
        )


def _along(jacobian: np.ndarray, ndim: int) -> set[int]:
    """The axes along which an output and an input that it depends on differ."""
    size = np.max(np.abs(jacobian))
    where = np.argwhere(np.abs(jacobian) > 1e-9 * size)
    return {a for a in range(ndim) if np.any(where[:, a] != where[:, ndim + a])}


def not_transposed(it: Wrong) -> Iterator[Named]:
    """The Jacobian times the upstream: a vjp takes the transpose."""
    found = it.jacobians
    if found is None or it.x.shape != it.upstream.shape:
        return
    true, own = (j.reshape(it.x.size, -1) for j in found)
    if np.allclose(own, true.T, rtol=1e-7, atol=1e-9 * np.max(np.abs(true))):
        yield (
            "transpose",
            "it is the Jacobian times the upstream (a jvp); a vjp is the transposed Jacobian times the upstream: whatever runs forwards in f runs backwards in it.",
        )


def overwritten(it: Wrong) -> Iterator[Named]:
    """Some entries of the Jacobian are lost, the others are right."""
    found = it.jacobians
    if found is None:
        return
    true, own = (j.reshape(it.upstream.size, -1) for j in found)
    share = np.where(np.abs(true) > 1e-9 * np.max(np.abs(true)), own / np.where(true == 0, 1.0, true), np.nan)
    if np.any(np.isnan(share) & (np.abs(own) > 1e-9 * np.max(np.abs(true)))) or not _fractions(share):
        return
    columns = np.nan_to_num(share, nan=1.0).min(axis=0) < 1 - 1e-6
    kept = np.nansum(np.abs(share) > 1e-6, axis=0)[columns]
    lost, some = int(np.sum(share < 1e-6)), int(np.sum(~np.isnan(share)))
    if (np.all(kept == 1) and not _diagonal(own)) or np.any((share > 1e-6) & (share < 1 - 1e-6)):
        yield (
            "not accumulated",
            f"entries of {it.name} that act on several entries of f(x) get the part of one of them only; add the parts up (+=, or np.add.at where an index repeats).",
        )
    else:
        yield (
            "dropped term",
            f"{lost} of {some} local derivatives are taken for 0, the others are right; entries of f(x) that depend on other entries of {it.name} are forgotten.",
        )


def _fractions(share: np.ndarray) -> bool:
    """Whether all are 0, 1, 1/2, 1/3, ..., not all the same."""
    known = share[~np.isnan(share)]
    with np.errstate(all="ignore"):
        parts = np.where(known < 1e-6, 0.0, 1.0 / known)
    return bool(
        np.all(np.abs(parts - np.round(parts)) < 1e-6) and np.all(known > -1e-9) and np.ptp(known) > 1e-6
    )


def _diagonal(own: np.ndarray) -> bool:
    return own.shape[0] == own.shape[1] and np.array_equal(own, np.diag(np.diag(own)))


def unmasked(it: Wrong) -> Iterator[Named]:
    """Entries of the Jacobian that should be 0 are not."""
    found = it.jacobians
    if found is None:
        return
    true, own = found
    size = np.max(np.abs(true))
    zero, right = np.abs(true) <= 1e-9 * size, np.abs(own - true) <= 1e-7 * size
    if np.all(right | zero) and not np.all(right):
        yield (
            "missing mask",
            f"{int(np.sum(~right))} local derivatives that are 0 are not taken for 0: the upstream reaches entries of {it.name} that f does not depend on; mask them.",
        )


def another_slope(it: Wrong) -> Iterator[Named]:
    """Entry by entry as f is, with another slope: some other formula."""
    found = it.jacobians
    if found is None or it.x.shape != it.upstream.shape:
        return
    true, own = (j.reshape(it.x.size, -1) for j in found)
    if all(np.array_equal(j, np.diag(np.diag(j))) for j in (true, own)):
        k = int(np.argmax(np.abs(np.diag(own) - np.diag(true))))
        says = f"at {it.name} = {np.ravel(it.x)[k]:.4g} the local derivative is taken for {own[k, k]:.4g}, and {true[k, k]:.4g} is right; look at its formula."
        yield "wrong activation derivative", says


STRUCTURES: tuple[Callable[[Wrong], Iterator[Named]], ...] = (
    not_transposed,
    wrong_axis,
    overwritten,
    unmasked,
)
