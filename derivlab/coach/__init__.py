"""The first wrong step: hand-written backward functions against the truth, and what the mistake looks like."""

from derivlab.coach.check import check_vjp
from derivlab.coach.mistakes import MISTAKES
from derivlab.coach.record import VjpCheck

__all__ = ["MISTAKES", "VjpCheck", "check_vjp"]
