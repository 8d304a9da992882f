"""What f does along one line through x: three accounts of its slope, and where they contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from derivlab.diagnosis.exact import OUTSIDE, Exact
from derivlab.diagnosis.recorded import Record
from derivlab.diagnosis.sweep import Sweep, Window

SAME = 1e-6  # slopes closer than this, relative, are the same
MATCH, OPEN, CONTRADICTION = 1, 0, -1


@dataclass(frozen=True)
class Line:
    """x + t v: the automatic run, both sides with a hundred digits, the sweep, and whether f is seen to jump beside x."""

    v: np.ndarray
    record: Record
    exact: Exact | None
    sweep: Sweep
    staircase: bool = False

    @cached_property
    def automatic(self) -> np.ndarray | None:
        """The slope by the automatic run, where it is finite."""
        slope = self.record.slope
        if slope is None or slope.shape != self.sweep.base.shape:
            return None
        return slope if np.all(np.isfinite(slope)) else None

    @cached_property
    def width(self) -> int:
        return 5 if len(self.sweep.steps) > 12 else 4

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        return tuple(self.sweep.windows(self.width))

    @cached_property
    def natural(self) -> float:
        """The steepest secant over steps of 1e-4 of x and longer: the scale on which a slope is zero."""
        long = self.sweep.steps >= 1e-4
        return float(np.nanmax(np.abs(self.sweep.slopes[:, long]), initial=0.0))

    @cached_property
    def range(self) -> np.ndarray:
        """How far f moves from f(x) over all steps (m,)."""
        return np.nanmax(np.abs(self.sweep.values - self.sweep.base), axis=(0, 1), initial=0.0)

    @cached_property
    def size(self) -> np.ndarray:
        """Sizes of the slopes (m,)."""
        best = None if self.best is None else self.best.value
        known = [np.abs(s) for s in (self.automatic, self._smooth, best) if s is not None]
        size = np.max(known, axis=0) if known else np.zeros(self.sweep.base.size)
        return np.maximum(size, 1e-2 * np.max(size, initial=0.0))

    @cached_property
    def _smooth(self) -> np.ndarray | None:
        return self.exact.slope if self.exact is not None and self.exact.smooth else None

    @cached_property
    def best(self) -> Window | None:
        """The window with the smallest error."""
        found = [w for w in self.windows if np.all(np.isfinite(w.error))]
        return min(found, key=lambda w: float(np.max(w.error)), default=None)

    def same(self, a: np.ndarray, b: np.ndarray, more: float = 1.0) -> bool:
        near = more * (SAME * np.maximum(np.abs(a), np.abs(b)) + 1e-8 * self.natural)
        return bool(np.all(np.abs(a - b) <= np.maximum(near, SAME * 1e-2 * np.max(np.abs(a), initial=0.0))))

    def judge(self, window: Window, slope: np.ndarray) -> int:
        """Whether a window of differences is for a slope, against it, or too rough to tell."""
        floor = 1e-8 * self.natural
        gap = np.abs(window.value - slope)
        if not np.all(np.isfinite(window.error)):
            return OPEN
        # Steps so long that a line of this slope leaves the range of f jump over what f does at x.
        seen = np.abs(slope) * window.shortest <= self.range
        clear = window.error <= 1e-3 * self.size + floor
        if np.any(seen & clear & (gap > 10 * window.error + 1e-5 * self.size + floor)):
            return CONTRADICTION
        return (
            MATCH
            if np.all((gap <= 4 * window.error + floor) & (window.error <= 0.02 * self.size + floor))
            else OPEN
        )

    def verdict(self, slope: np.ndarray) -> int:
        """What the shortest steps that can tell say about a slope."""
        told = [j for j in (self.judge(w, slope) for w in self.windows) if j != OPEN]
        return told[-1] if told else OPEN

    def clear(self, window: Window) -> float:
        """The largest error relative to the slope, or to the scale on which a slope is zero."""
        return window.relative(
            np.abs(window.value) + 1e-3 * self.natural + 1e-10 * np.abs(self.sweep.base) + 1e-300
        )

    def settled(self, digits: float) -> Window | None:
        """The window of the least error if that has these digits and no finer one that can tell says otherwise."""
        good = [w for w in self.windows if self.clear(w) <= 10.0**-digits]
        if not good:
            return None
        best = min(good, key=lambda w: float(np.max(w.error)))
        if digits > 6 and not self._both_sides(best):
            return None
        finer = [w for w in self.windows if w.longest < best.longest]
        return None if any(self.judge(w, best.value) == CONTRADICTION for w in finer) else best

    def switched(self, slope: np.ndarray) -> Window | None:
        """The slope around a narrow zone about x in which f follows another: a sharp switch, nothing in between."""
        windows = (*self.sweep.windows(self.width - 1), *self.windows)
        against = [w for w in windows if self.judge(w, slope) == CONTRADICTION]
        against = [w for w in against if self.clear(w) <= 1e-8]
        if not against:
            return None
        around = min(against, key=lambda w: float(np.max(w.error)))
        if not self._both_sides(around):
            return None
        i = int(np.argmax(np.abs(around.value - slope)))
        gap = around.value[i] - slope[i]
        told = self.sweep.noise[:, i] < 0.05 * abs(gap)
        share = (self.sweep.slopes[:, told, i] - slope[i]) / gap  # 0 inside, 1 around
        steps = self.sweep.steps[told]
        inside, outside = np.abs(share) < 0.1, np.abs(share - 1.0) < 0.1
        short = steps < 1e-2
        between = ~(inside | outside) & short
        wide = inside & (steps > 2e-3)
        enough = np.all(np.sum(outside, axis=1) >= 4)
        return around if enough and not wide.any() and np.all(np.sum(between, axis=1) <= 1) else None

    def _both_sides(self, window: Window) -> bool:
        """Whether slopes from below and from above, extrapolated apart, tend to a window's: its error may be small by chance."""
        size = 1e-5 * (np.abs(window.value) + 1e-3 * self.natural + 1e-10 * np.abs(self.sweep.base))
        return all(any(np.all(np.abs(w.value - window.value) <= size) for w in side) for side in self._sides)

    @cached_property
    def _sides(self) -> tuple[tuple[Window, ...], ...]:
        return tuple(
            (*self.sweep.one_sided(k, self.width - 1), *self.sweep.one_sided(k, self.width)) for k in (0, 1)
        )

    @property
    def suspicious(self) -> bool:
        """Whether long secants know another slope than f has at x, and differences do not settle on it."""
        here, window = self.here, self.settled(8)
        if here is None or self.flight is None or self.rounded or self.switched(here) is not None:
            return False
        return window is None or self.same(window.value, here, 10)

    def first_step(self, side: int) -> tuple[float, float] | None:
        """The nearest interval of steps in which f leaves its slope at x by a fifth of what the secants do."""
        here: Any = self.here
        t = np.concatenate([[0.0], self.sweep.steps[::-1]])
        path = np.concatenate([self.sweep.base[None], self.sweep.values[side][::-1]])
        gap = np.abs(np.mean(self.secants, axis=0) - here)
        sign = (-1.0, 1.0)[side]
        with np.errstate(all="ignore"):
            off = np.abs(np.diff(path, axis=0) - sign * np.diff(t)[:, None] * here)
            seen = (off >= 0.2 * gap * np.diff(t)[:, None]) & (off > 1e3 * self.sweep.eps * np.abs(path[1:]))
        found = np.flatnonzero(seen.any(axis=1))
        return (float(t[found[0]]), float(t[found[0] + 1])) if found.size else None

    @property
    def secants(self) -> np.ndarray:
        """Slopes of the secants of the flight, two from below and two from above (4, m)."""
        first = self.flight or 0
        return self.sweep.slopes[:, first : first + 2].reshape(4, -1)

    @cached_property
    def here(self) -> np.ndarray | None:
        """The slope in the smallest neighbourhood: automatic, of a hundred digits, or of the finest window."""
        for slope in (self.automatic, self._smooth):
            if slope is not None:
                return slope
        told = [w for w in self.windows if self.clear(w) < 1e-2]
        return told[-1].value if told else None

    @cached_property
    def flight(self) -> int | None:
        """The first of two long steps whose secants to both sides agree on a slope that f does not have at x."""
        here = self.here
        if here is None or len(self.sweep.steps) < 4:
            return None
        for first in (0, 1):
            secants = self.sweep.slopes[:, first : first + 2].reshape(4, -1)
            far = np.mean(secants, axis=0)
            gap = np.abs(far - here)
            with np.errstate(all="ignore"):
                agree = np.max(np.abs(secants - far), axis=0) <= 0.75 * gap
                apart = gap > 0.2 * np.maximum(np.abs(far), np.abs(here)) + 1e-6 * self.natural
            if np.any(agree & apart & (self._stairs(here, first) >= 3)):
                return first
        return None

    def _stairs(self, here: np.ndarray, first: int) -> np.ndarray:
        """How many of the smallest jumps a long step climbs on either side, the lesser of the two (m,)."""
        t = np.concatenate([[0.0], self.sweep.steps[first:][::-1]])
        climbs = []
        for sign, values in zip((-1.0, 1.0), self.sweep.values, strict=True):
            path = np.concatenate([self.sweep.base[None], values[first:][::-1]]) - sign * t[:, None] * here
            jumps = np.abs(np.diff(path, axis=0))
            floor = 1e-9 * np.nanmax(np.abs(path), axis=0) + 1e-3 * np.nanmax(jumps, axis=0) + 5e-324
            least = np.nanmin(np.where(jumps > floor, jumps, np.inf), axis=0)
            climbs.append(np.abs(path[-1] - path[0]) / least)
        return np.min(climbs, axis=0)

    # ---- rounding
    @cached_property
    def loss(self) -> tuple[float, float]:
        """How wrong f(x) is, and by how much f moves over a step of 1e-4: the worst entry."""
        moved = self.sweep.steps <= 1.1e-4
        change = np.nanmax(np.abs(self.sweep.values[:, moved] - self.sweep.base), axis=(0, 1), initial=0.0)
        if self.exact is not None:
            wrong, change = np.abs(self.exact.value - self.sweep.base), self.exact.change
        else:
            bend = np.abs(self.sweep.values.sum(axis=0) - 2 * self.sweep.base)[-8:]
            wrong = np.nanmedian(bend, axis=0) if bend.size else np.zeros_like(change)
        with np.errstate(all="ignore"):
            share = np.where(wrong > 0, wrong / (change + 5e-324), 0.0)
        worst = int(np.argmax(np.nan_to_num(share)))
        return float(wrong[worst]), float(change[worst])

    @property
    def unharmed(self) -> bool:
        """Whether the slope survives what is lost in f(x): automatic and exact are one, and differences see it."""
        exact, automatic = self._smooth, self.automatic
        if exact is None or automatic is None or self.exact is None:
            return False
        wrong, size = np.abs(self.exact.value - self.sweep.base), np.abs(exact)
        clear = [w for w in self.windows if np.all(8 * wrong <= 1e-2 * size * w.shortest)]
        seen = [np.all(np.abs(w.value - exact) <= 1e-2 * size) for w in clear]
        return bool(seen and all(seen) and np.all(np.abs(exact - automatic) <= 1e-9 * size))

    @property
    def rounded(self) -> bool:
        """Whether f(x) is wrong by much more than rounding, and by much beside what f does nearby."""
        wrong, change = self.loss
        size = float(np.nanmax(np.abs(self.sweep.values), initial=0.0, where=np.isfinite(self.sweep.values)))
        size = min(size, float(np.max(np.abs(self.sweep.base))) + change)
        if wrong > 1e3 * self.sweep.eps * size + 5e-324 and wrong > 1e-4 * change and not self.unharmed:
            return True
        # No digit of f(x) is right, and differences have few.
        value = np.max(np.abs(self.sweep.base), initial=0.0)
        best = self.best
        few = best is not None and best.relative(np.abs(best.value) + 1e-300) > 1e-6
        far = np.max(self.range, initial=0.0)
        return self.exact is not None and few and wrong > 1e-2 * value and wrong > 0.1 * self.sweep.eps * far

    # ---- both sides, from plain numbers
    def side(self, side: int) -> Window | None:
        """The finest one-sided window that settles."""
        told = [w for w in self.sweep.one_sided(side, self.width) if self.clear(w) < 1e-3]
        return told[-1] if told else None

    @cached_property
    def leaping(self) -> tuple[bool, bool]:
        """For each side whether f stays a fixed distance away from f(x) however short the step."""
        seen = (self.sweep.steps > 1e-13) & (self.sweep.steps < 5e-8)
        gaps = np.abs(self.sweep.values[:, seen] - self.sweep.base)
        if not gaps.size or not np.isfinite(gaps).any():
            return False, False
        size = np.max(np.abs(self.sweep.base)) + np.nanmax(gaps)
        low, high = np.fmin.reduce(gaps, axis=1), np.fmax.reduce(gaps, axis=1)
        below, above = np.any((low > 0.9 * high) & (low > 1e5 * self.sweep.eps * size), axis=1)
        return bool(below), bool(above)

    def leaps(self) -> bool:
        """Whether f jumps at x, or so near that no step can tell."""
        return any(self.leaping)

    def growth(self) -> Iterator[float]:
        """For each side the power p in |slope| ~ h^-p over the shorter half of the steps, NaN where it is none."""
        half = slice(len(self.sweep.steps) // 2, None)
        for slopes, noise in zip(self.sweep.slopes, (self.sweep.noise,) * 2, strict=True):
            i = int(np.argmax(np.nan_to_num(np.abs(slopes[-1]))))
            s, h = np.abs(slopes[half, i]), self.sweep.steps[half]
            if not np.all(np.isfinite(s)) or np.any(s <= 10 * noise[half, i]):
                yield np.nan
                continue
            powers = -np.diff(np.log(s)) / np.diff(np.log(h))
            yield float(np.mean(powers)) if np.ptp(powers) < 0.1 else np.nan

    @property
    def outside(self) -> tuple[bool, bool]:
        """Whether f has no value just below and just above x."""
        if self.exact is not None:
            return self.exact.left.has(OUTSIDE), self.exact.right.has(OUTSIDE)
        low, high = np.isfinite(self.sweep.values[:, -4:]).all(axis=(1, 2))
        return not low, not high
