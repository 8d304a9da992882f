"""For anyone's tests: assertions whose failure says what is wrong with a gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from derivlab.gradcheck import GradientCheck, check_gradient


def assert_gradient(
    f: Callable,
    grad: Callable,
    x: Any = None,
    points: int | Iterable | None = None,
    args: tuple = (),
    seed: int = 0,
) -> GradientCheck:
    """Fail with the whole finding where `dl.check_gradient` calls the gradient (or Jacobian) `grad` of f wrong.

    Arguments as those of `dl.check_gradient`, whose record is returned. Errors: `AssertionError`, and
    `DerivativeError` where f cannot be checked at all.
    """
    __tracebackhide__ = True  # pytest then points at the caller's line
    check = check_gradient(f, grad, x, points, args, seed)
    if not check:
        raise AssertionError(repr(check))
    return check
