"""The error of difference quotients against their step, its theory, and a look at the digits."""

from derivlab.stepsize.microscope import Microscope, digit_microscope
from derivlab.stepsize.stencils import STENCILS
from derivlab.stepsize.sweep import Curve, StepSweep, step_sweep

__all__ = ["STENCILS", "Curve", "Microscope", "StepSweep", "digit_microscope", "step_sweep"]
