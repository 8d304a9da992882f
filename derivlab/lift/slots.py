"""Adjoints of a part of an array."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from autograd.core import add_outgrads


class Slot(NamedTuple):
    """The adjoint of `a` in `a[key]`: zero everywhere else."""

    shape: tuple[int, ...]
    key: Any
    g: Any

    def into(self, known: tuple[Any, bool] | None) -> tuple[Any, bool]:
        """The sum with what is known, in place where that may be written to."""
        if known is None:
            total = np.zeros(self.shape)
        elif type(known[0]) is np.ndarray and known[0].dtype == float:
            total = known[0] if known[1] else known[0].copy()
        else:
            return add_outgrads(known, self.into(None)[0])
        if _basic(self.key):
            total[self.key] += self.g
        else:
            np.add.at(total, self.key, self.g)
        return total, True


def _basic(key: Any) -> bool:
    """Whether no entry is named twice by this index."""
    if type(key) is tuple:
        return all(type(k) in _INDICES for k in key)
    return type(key) in _INDICES or (type(key) is np.ndarray and key.dtype == bool)


_INDICES = {int, slice, type(None), type(Ellipsis), np.int64}
