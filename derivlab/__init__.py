"""Symbolic, numerical and automatic derivatives of one plain NumPy function, side by side."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_WHERE = {
    "errors": "DerivativeError",
    "verbs": "derivative gradient jacobian hessian value_and_gradient jvp vjp hvp grad",
    "comparison": "compare Comparison",
    "diagnosis": "diagnose Verdict",
    "methods": "methods",
    "methods.symbolic": "Symbolic expression Expression",
    "methods.numerical": "ForwardDifference CentralDifference FivePoint Richardson ComplexStep",
    "methods.automatic": "Forward Reverse",
    "methods.reference": "Reference",
    "gradcheck": "check_gradient GradientCheck",
    "coach": "check_vjp VjpCheck",
    "coach.backward": "check_backward",
    "coach.record": "BackwardCheck",
    "stepsize": "step_sweep StepSweep digit_microscope",
    "lift": "lift",
    "formula": "formula Formula",
    "tape": "tape Tape",
    "derivation": "derivation Derivation",
    "program": "gradient_program",
    "methods.program": "Program GradientProgram",
    "networks": "Network train",
    "descent": "descend race rate_sweep Descent",
    "descent.optimisers": "GradientDescent Momentum Nesterov AdaGrad RMSProp Adam AdamW",
    "descent.curved": "Backtracking Newton BFGS ConjugateGradient",
    "panels.backprop": "BackpropPanel",
    "panels.cartpole": "CartPolePanel",
    "panels.comparison": "ComparisonPanel",
    "panels.descent": "GradientDescentPanel",
    "panels.hmc": "HMCPanel",
    "panels.gridworld": "GridworldPanel",
    "panels.inference": "EstimatorArenaPanel",
    "panels.graph": "GraphPanel",
    "panels.policy": "BanditPanel PolicyGradientPanel",
    "panels.stepsize": "StepSizePanel",
}
_NAMES = {name: module for module, names in _WHERE.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name == "__all__":
        return __dir__()
    if name not in _NAMES:
        raise AttributeError(f"module 'derivlab' has no attribute {name!r}")
    try:
        module = import_module(f"derivlab.{_NAMES[name]}")
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("derivlab"):
            raise
        says = f"{name} needs {error.name}, which is not installed; write: pip install 'derivlab[lab]'."
        raise ModuleNotFoundError(says, name=error.name) from error
    found = getattr(module, name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """The public names that can be had here: panels need the packages of the extra `lab`."""
    from importlib.util import find_spec

    panels = find_spec("anywidget") is not None
    return sorted(name for name, module in _NAMES.items() if panels or not module.startswith("panels."))
