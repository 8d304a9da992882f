"""Hand-written gradients against the truth: right or wrong, entry by entry, and what the mistake looks like."""

from derivlab.gradcheck.check import GradientCheck, check_gradient

__all__ = ["GradientCheck", "check_gradient"]
