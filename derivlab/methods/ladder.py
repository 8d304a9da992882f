"""Difference quotients over shrinking steps, extrapolated, with an error estimate (Ridders 1982)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from derivlab.methods.few import FirstSteps, few
from derivlab.methods.rungs import BOTTOM, MIDDLE, RATIO, RUNGS, TOP, judged
from derivlab.methods.scale import magnitude, power_of_two

SETTLED = 1e-9
TURN = RATIO ** len(RUNGS)


def neville(h: np.ndarray, samples: np.ndarray, base: np.ndarray, noise: np.ndarray, power: int) -> tuple:
    """Best value, its error estimate and its rounding error, each (n, m), over all entries of the tableau.

    `samples` is (2, J, n, m): slopes D(h) and means E(h) = (f(x+h) + f(x-h))/2 for J steps h (J, n),
    descending. Both are series in h^power, 2 for central slopes: column k removes the term h^2k. E must
    tend to f(x), which is known: a kink or a feature narrower than h does not pass. For one-sided slopes
    power is 1, and E is f(x) itself.
    """
    value, error, best_noise = (np.full(samples.shape[2:], v) for v in (np.nan, np.inf, np.inf))
    old = samples
    for k in range(1, samples.shape[1]):
        new = old[:, 1:] + (old[:, 1:] - old[:, :-1]) / ((h[:-k] / h[k:]) ** power - 1.0)[:, :, None]
        rounding = noise[k:]
        gap = np.maximum(np.abs(new[0] - old[0, 1:]), np.abs(new[0] - old[0, :-1]))
        wrong = gap + np.abs(new[1] - base) / h[k:, :, None] + rounding
        wrong[np.isnan(wrong)] = np.inf
        pick = np.argmin(wrong, axis=0)[None]
        least = np.take_along_axis(wrong, pick, 0)[0]
        better = least < error
        if better.any():
            value = np.where(better, np.take_along_axis(new[0], pick, 0)[0], value)
            best_noise = np.where(better, np.take_along_axis(rounding, pick, 0)[0], best_noise)
            error = np.where(better, least, error)
        old = new
    return value, error, best_noise


class Ladder:
    """Slopes of f in n coordinates; `shift(index, value)` is f (B, m) with coordinate `index` at `value`."""

    def __init__(self, shift: Callable, centre: np.ndarray, start: np.ndarray, base: np.ndarray, eps: float):
        self.shift, self.centre, self.start, self.base, self.eps = shift, centre, start, base, eps
        self.value = self.error = self.noise = base  # (n, m) once it has run
        self.scale = np.zeros(base.size)
        self.open = np.arange(centre.size)  # coordinates that few rungs do not settle
        self.one_sided: list[int] = []
        self.most = 12  # ladders below the first

    @classmethod
    def joined(cls, parts: list[Ladder]) -> Ladder:
        """Ladders of neighbouring coordinates as one."""
        if len(parts) == 1:
            return parts[0]
        first = parts[0]
        whole = cls(first.shift, first.centre, first.start, first.base, first.eps)
        for name in ("centre", "start", "value", "error", "noise"):
            setattr(whole, name, np.concatenate([getattr(p, name) for p in parts]))
        whole.scale = np.concatenate([np.broadcast_to(p.scale, p.value.shape) for p in parts])
        firsts = np.cumsum([0] + [p.centre.size for p in parts[:-1]])
        whole.open = np.concatenate([first + p.open for first, p in zip(firsts, parts, strict=True)])
        whole.one_sided = [
            int(first) + i for first, p in zip(firsts, parts, strict=True) for i in p.one_sided
        ]
        return whole

    def values(self, which: np.ndarray, rungs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Steps as rounded (k, J), and f on both sides (k, 2, J, m)."""
        x, start = self.centre, self.start
        if which.size < x.size:
            x, start = x[which], start[which]
        x = x[:, None]
        h = (x + start[:, None] * rungs) - x
        points = np.empty((which.size, 2, rungs.size))
        points[:, 0], points[:, 1] = x + h, x - h
        f = self.shift(which.repeat(2 * rungs.size), points.ravel())
        return h, f.reshape(*points.shape, -1)

    def table(self, which: np.ndarray, h: np.ndarray, f: np.ndarray) -> tuple:
        """Steps (J, k), slopes and means (2, J, k, m), the slopes' rounding error (J, k, m)."""
        x, h, f = self.centre[which], h.T, f.transpose(1, 2, 0, 3)
        width = ((x + h) - (x - h))[:, :, None]
        samples = np.stack([(f[0] - f[1]) / width, 0.5 * (f[0] + f[1])])
        bad = ~np.isfinite(samples).all(axis=0)
        if bad.any():
            samples[:, bad] = np.nan
        size = np.maximum(np.abs(f).max(axis=0), np.abs(self.base))
        return h, samples, 4 * self.eps * size / width

    def take(
        self, which: np.ndarray, h: np.ndarray, samples: np.ndarray, noise: np.ndarray, finer: bool = True
    ) -> np.ndarray:
        """Keep what is better than before; returns where the error at least halved."""
        value, error, rounding = neville(h, samples, self.base, noise, 2)
        old = self.error[which]
        apart = np.abs(value - self.value[which]) > 10 * (old + error)
        if finer:
            # Steps that jump over whole waves bound nothing: a clear slope at a finer scale refutes them.
            clear = (error <= 1e-3 * np.abs(value)) & (np.abs(value) > 1e4 * rounding)
            better = (error < old) | (clear & apart)
        else:
            # Longer steps may sharpen what is known, not refute it.
            better = (error < old) & ~apart
        self.value[which] = np.where(better, value, self.value[which])
        self.noise[which] = np.where(better, rounding, self.noise[which])
        self.error[which] = np.where(better, error, old)
        return (error <= 0.5 * old) | better & (error > old)

    def verdict(self) -> tuple[np.ndarray, np.ndarray]:
        """Entries that want larger steps (rounding dominates) and those that want smaller ones."""
        size = np.abs(self.value)
        noisy = self.error <= 8 * self.noise
        column = np.nanmax(size, axis=1, keepdims=True, initial=0.0)
        done = (self.error <= SETTLED * size) | (noisy & (self.error <= SETTLED * 10 * column))
        open_ = np.zeros_like(done)
        open_[self.open] = ~done[self.open]
        return open_ & noisy & np.isfinite(self.error), open_ & ~(noisy & np.isfinite(self.error))

    def run(self, first: FirstSteps | None = None) -> None:
        """Three steps for every coordinate, one or two more where these do not settle, then smaller or larger ones.

        `first` has taken them already.
        """
        if first is None and few(self.centre.size, self.base.size):
            x, start, base = self.centre.tolist(), self.start.tolist(), self.base.tolist()
            first = FirstSteps(self.shift, x, start, base, self.eps)
        if first is None:
            h, f = self._many()
        else:
            self.value, self.error, self.noise = first.arrays()
            self.open = self.open[first.left]
            h, f = first.table()
        if self.open.size:
            self._climb(*self._with(TOP, h, f))

    def kinks(self) -> np.ndarray:
        """Which open coordinates have a kink that shows from 10⁻⁵ to 10⁻¹¹ of x.

        The bend |f(x+h) + f(x-h) - 2f(x)| / h is O(h) where f is smooth, and the same at all h at a kink. The ladder may
        go on to where 1 + h is 1, and take the silence for a slope.
        """
        which = self.open
        if which.size:
            which = which[np.any(self.scale[which] > 0, axis=1)]  # that change f
        if not which.size:
            return which
        h, f = self.values(which, 8.0 * np.array([1e-5, 1e-8, 1e-11]))
        bend = np.abs(f[:, 0] + f[:, 1] - 2.0 * self.base) / h[:, :, None]
        least, most = bend.min(axis=1), bend.max(axis=1)
        return which[np.any((least > 0) & (most < 2.0 * least), axis=1)]

    def _many(self) -> tuple[np.ndarray, np.ndarray]:
        h, f = self.values(self.open, MIDDLE)
        (self.value, self.error, self.noise), settled = judged(self.centre, h, f, self.base, self.eps)
        self.open = self.open[~settled]
        if not self.open.size:
            return h, f
        h, f = self._with(BOTTOM, h[~settled], f[~settled])
        found, settled = judged(self.centre[self.open], h, f, self.base, self.eps)
        self.value[self.open], self.error[self.open], self.noise[self.open] = found
        self.open = self.open[~settled]
        return h[~settled], f[~settled]

    def _with(self, rung: np.ndarray, h: np.ndarray, f: np.ndarray) -> tuple:
        """Steps and values of the open coordinates, with one more rung above or below."""
        more, g = self.values(self.open, rung)
        above, below = ((more, g), (h, f))[:: 1 if rung is TOP else -1]
        return np.concatenate([above[0], below[0]], axis=1), np.concatenate([above[1], below[1]], axis=2)

    def _climb(self, h: np.ndarray, f: np.ndarray) -> None:
        """From five rungs on, while there is something to gain."""
        which = self.open
        self.value[which], self.error[which], self.noise[which] = np.nan, np.inf, np.inf
        first = self.table(which, h, f)
        apart = np.abs(first[1][1] - self.base) / first[0][:, :, None]
        self.scale = np.zeros(self.value.shape)
        self.scale[which] = np.nanmax(np.fmax(np.abs(first[1][0]), apart), axis=0, initial=0.0)
        self.take(which, *first)
        up, down = self.verdict()
        if down.any():
            self._walk(down, first, 1.0 / TURN, np.minimum(self.most, np.where(self.centre == 0, 12, 10)))
        if up.any():
            self._walk(up & self.verdict()[0], first, TURN, np.full(self.centre.size, 8))
        lost = np.flatnonzero(~np.isfinite(self.error).all(axis=1))
        if lost.size:
            self._from_one_side(lost)

    def _walk(self, wanted: np.ndarray, first: tuple, factor: float, most: np.ndarray) -> None:
        """Whole ladders above or below the first, as long as they help or nothing is known yet."""
        which = np.flatnonzero(wanted.any(axis=1))
        place = np.searchsorted(self.open, which)
        h, samples, noise = (first[0][:, place], first[1][:, :, place], first[2][:, place])
        for turn in range(1, int(most.max()) + 1):
            keep = np.flatnonzero(turn <= most[which])
            which, h, samples, noise = which[keep], h[:, keep], samples[:, :, keep], noise[:, keep]
            if not which.size:
                return
            new_h, fresh, fresh_noise = self.table(which, *self.values(which, RUNGS * factor**turn))
            pair = [(h, samples, noise), (new_h, fresh, fresh_noise)][:: 1 if factor < 1 else -1]
            better = self.take(
                which,
                np.concatenate([pair[0][0], pair[1][0]]),
                np.concatenate([pair[0][1], pair[1][1]], axis=1),
                np.concatenate([pair[0][2], pair[1][2]]),
                finer=factor < 1,
            )
            larger, smaller = (side[which] for side in self.verdict())
            hopeless = ~(self.error[which] <= 0.05 * np.abs(self.value[which]))
            go = (smaller & (better | hopeless)) if factor < 1 else (larger & better)
            go &= wanted[which]
            if turn > 1:
                # Nothing has moved over two ladders: f does not depend on this coordinate.
                go &= np.any(
                    [k[0].any(axis=0) | (k[1] != self.base).any(axis=0) for k in (fresh, samples)], axis=0
                )
            keep = np.flatnonzero(go.any(axis=1))
            which, h, samples, noise = which[keep], new_h[:, keep], fresh[:, :, keep], fresh_noise[:, keep]
            if not which.size:
                return

    def _from_one_side(self, which: np.ndarray) -> None:
        """At an edge of the domain: slopes (f(x ± h) - f(x)) / ±h, a series in all powers of h."""
        for start in 2.0 ** -np.arange(0.0, 50.0, 12.0):
            h = self.start[which] * start * 0.5 ** np.arange(8.0)[:, None]
            for side in (1.0, -1.0):
                points = self.centre[which] + side * h
                f = self.shift(np.tile(which, len(h)), points.ravel()).reshape(*h.shape, -1)
                width = np.abs(points - self.centre[which])[:, :, None]
                slopes = side * (f - self.base) / width
                slopes[~np.isfinite(slopes)] = np.nan
                if start == 1.0:
                    self.scale[which] = np.fmax(
                        self.scale[which], np.nanmax(np.abs(slopes), axis=0, initial=0.0)
                    )
                samples = np.stack([slopes, np.broadcast_to(self.base, slopes.shape)])
                noise = 8 * self.eps * np.maximum(np.abs(f), np.abs(self.base)) / width
                value, error, rounding = neville(h, samples, self.base, noise, 1)
                better = error < self.error[which]
                for target, found in ((self.value, value), (self.noise, rounding), (self.error, error)):
                    target[which] = np.where(better, found, target[which])
            if np.all(self.error[which] <= 1e-8 * np.abs(self.value[which])):
                break
        self.one_sided = which.tolist()


def along(points: Any, v: np.ndarray) -> Ladder:
    """The ladder of t → f(x + t v) at t = 0, run: one slope of m entries."""
    moved = v != 0
    reach = np.min(magnitude(points.x)[moved] / np.abs(v[moved]), initial=np.inf)
    reach = reach if np.isfinite(reach) else 1.0
    ladder = Ladder(
        lambda index, t: points.at(points.x + np.multiply.outer(t, v), forgive=True),
        np.zeros(1),
        power_of_two(np.array([reach / 8])),
        points.base,
        points.eps,
    )
    if points.x[moved].any():
        # Below, x + t v is rounded to x.
        ladder.most = 7
    ladder.run()
    return ladder
