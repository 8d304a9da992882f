"""What a panel has computed once, kept: streams go on from where they were left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

T = TypeVar("T")
MOST = 400  # things kept


class Keeping:
    """The part of a panel that keeps what took time, by the settings that it depends on."""

    def _keep(self, key: Any, make: Callable[[], Any]) -> Any:
        kept = self.__dict__.setdefault("_kept", {})
        if key not in kept:
            if len(kept) >= MOST:
                kept.clear()
            kept[key] = make()
        return kept[key]


class Kept(Generic[T]):
    """A stream and what it has yielded so far; where it failed, it fails again."""

    def __init__(self, stream: Iterator[T]):
        self._stream, self.seen = stream, list[T]()
        self._failed: Exception | None = None

    def __iter__(self) -> Iterator[T]:
        """From its beginning; only what is new is computed."""
        yield from self.seen
        yield from self._new()

    def until(self, number: int) -> list[T]:
        """Those up to a number, counted from 0; fewer where the stream ends before."""
        for _ in zip(range(len(self.seen), number + 1), self._new(), strict=False):
            pass
        return self.seen[: number + 1]

    def _new(self) -> Iterator[T]:
        if self._failed is not None:
            raise self._failed
        try:
            for item in self._stream:
                self.seen.append(item)
                yield item
        except Exception as error:
            self._failed = error
            raise
