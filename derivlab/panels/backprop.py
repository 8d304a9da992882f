"""The backpropagation lab: a network learns while its gradients are watched, layer by layer and weight by weight."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np

from derivlab.descent import (
    AdaGrad,
    Adam,
    AdamW,
    Backtracking,
    ConjugateGradient,
    GradientDescent,
    Momentum,
    Nesterov,
    RMSProp,
)
from derivlab.descent.formulas import Filled
from derivlab.networks import SCALES, Dataset, Epoch, Network, Probe, Settings, dataset, probe, training
from derivlab.networks.record import told
from derivlab.panels.base import Panel
from derivlab.panels.controls import Choice, Integer, Seed, Slider
from derivlab.panels.maths import formula
from derivlab.panels.prediction import Question
from derivlab.plots.backprop_lab import BackpropLabDisplay

LONGEST = 200  # epochs
DEEPEST, WIDEST = 6, 32  # hidden layers, units in each
KEPT = 12  # trainings
PATIENCE = 0.5  # seconds of training without a bar
MIDDLE = 29  # of the 64 pixels
DATA: dict[str, Callable[[int], Dataset]] = {
    "moons": lambda seed: dataset("moons", seed=seed),
    "circles": lambda seed: dataset("circles", seed=seed),
    "spiral": lambda seed: dataset("spiral", seed=seed),
    "XOR": lambda seed: dataset("xor", seed=seed),
    "digits 0 and 1": lambda seed: dataset("digits", seed=seed, only=(0, 1)),
    "digits 3 and 8": lambda seed: dataset("digits", seed=seed, only=(3, 8)),
    "all ten digits": lambda seed: dataset("digits", seed=seed),
}
OPTIMISERS: dict[str, tuple[Callable, float]] = {  # with a rate that suits small networks
    "gradient descent": (GradientDescent, 0.3),
    "momentum": (Momentum, 0.05),
    "Nesterov": (Nesterov, 0.05),
    "AdaGrad": (AdaGrad, 0.1),
    "RMSProp": (RMSProp, 0.01),
    "Adam": (Adam, 0.02),
    "AdamW": (AdamW, 0.02),
    "backtracking": (Backtracking, 1.0),
    "conjugate gradient": (ConjugateGradient, 1.0),
}
WHOLE = ("backtracking", "conjugate gradient")  # they search along lines, on all samples at once
BATCHES: dict[str, int | None] = {"1": 1, "4": 4, "8": 8, "16": 16, "32": 32, "64": 64, "all": None}
ANSWERS = ("less than 1/100: it vanishes", "of like size", "more than 100 times: it explodes")


@dataclass
class Run:
    """A training as far as it has been asked for; going back costs nothing, and going on goes on."""

    network: Network
    data: Dataset
    stream: Iterator[Epoch]
    done: list[Epoch] = field(default_factory=list)

    def until(self, number: int, tell: Callable[[float], None] = lambda share: None) -> list[Epoch]:
        """Epochs 0 to `number`, or to where training ended; `tell` hears of the share that is done."""
        while len(self.done) <= number and not (self.done and self.done[-1].outcome):
            self.done.append(next(self.stream))
            tell(len(self.done) / (number + 1))
        return self.done[: number + 1]


class BackpropPanel(Panel):
    """A dense network learns moons, circles, a spiral, XOR or handwritten digits; Play trains it epoch by epoch.

    Decision, losses, gradient norms of the layers, activations, and one weight's slope by backpropagation and by a
    central difference are shown together. A click on the curves goes to that epoch, one on the activations to a layer.
    """

    title = "Backpropagation lab"
    themed = True
    size = (9.6, 6.4)
    play = "epoch"
    rate = 24.0
    notebook = "notebooks/05_backpropagation.ipynb"
    question = Question("How large is the first layer's gradient, compared with the last layer's?", ANSWERS)

    def __init__(self, **first: Any) -> None:
        self._kept: dict[Any, Run] = {}
        self._probed: Any = (None,)
        self.controls = (
            Choice("data", list(DATA), scene=True, group="Data"),
            Integer("layers", 1, DEEPEST, 2, scene=True, group="Network", label="hidden layers"),
            Integer("units", 1, WIDEST, 8, group="Network", help="in each hidden layer"),
            Choice("activation", ("tanh", "relu", "sigmoid", "gelu", "identity"), scene=True, group="Network"),
            Choice("loss", {"cross-entropy": "softmax_cross_entropy", "mean squares": "mean_squares"}, group="Network"),
            Choice("init", {"Glorot": "glorot", "He": "he", "LeCun": "lecun"}, group="Network", label="first weights"),
            Slider("scale", 0.01, 10.0, 1.0, step=0.05, log=True, group="Network", label="their scale",
                   help="1: as Glorot, He or LeCun say"),
            Choice("optimiser", list(OPTIMISERS), "Adam", group="Training"),
            Slider("rate", 1e-4, 10.0, 0.02, step=0.05, log=True, group="Training", help="the learning rate", unless={"optimiser": WHOLE[1:]}),
            Choice("batch", BATCHES, "16", group="Training", help="samples a step", unless={"optimiser": WHOLE}),
            Slider("l2", 0.0, 0.2, 0.0, step=0.002, group="Training", label="L2", help="adds L2/2 times the sum of squared weights"),
            Seed(group="Training", help="of the samples, the first weights and the order"),
            Integer("epoch", 0, LONGEST, 0, group="Run", help="passes over the training samples"),
            Integer("layer", 1, DEEPEST + 1, 1, group="One weight", help="counted from the inputs"),
            Integer("source", 1, 64, 1, group="One weight", label="from unit"),
            Integer("target", 1, WIDEST, 1, group="One weight", label="to unit"),
            Slider("h", 1e-12, 1.0, 1e-5, step=0.1, log=True, group="One weight", label="step h", help="of the central difference"),
        )  # fmt: skip
        usual: dict = {"source": MIDDLE} if inputs(str(first.get("data"))) > 2 else {}
        if str(first.get("optimiser")) in OPTIMISERS:
            usual["rate"] = OPTIMISERS[first["optimiser"]][1]
        super().__init__(**(usual | first))

    def implied(self, given: dict, values: dict) -> dict:
        """Another optimiser brings a rate that suits it, other data a pixel that is not always black, another network a weight it has."""
        new = self._checked(given)
        said: dict = {}
        if new["optimiser"] != values["optimiser"]:
            said["rate"] = OPTIMISERS[new["optimiser"]][1]
        if new["data"] != values["data"]:
            said["source"] = MIDDLE if inputs(new["data"]) > 2 else 1
        most = ends(new)
        new |= said | given
        return said | {name: most[name] for name in most if new[name] > most[name]}

    def scene(self, figure: Any, at: SimpleNamespace) -> BackpropLabDisplay:
        run = self._run(at)
        return BackpropLabDisplay(run.network, run.data, LONGEST, classes(at.data)).plot(figure)

    def update(self, display: BackpropLabDisplay, at: SimpleNamespace) -> str:
        run = self._run(at)
        epochs = self._trained(run, at.epoch)
        found = self._probe(run, epochs[-1], at)
        display.move(run.network, run.data, epochs, found)
        return words(at, run, epochs[-1], found)

    def formulas(self, at: SimpleNamespace) -> str:
        run = self._run(at)
        here = run.until(at.epoch)[-1]
        return table(here, self._probe(run, here, at), at.l2)

    def outcome(self, at: SimpleNamespace) -> str:
        return ANSWERS[compared(self._run(at).until(at.epoch)[-1])]

    def pick(self, display: BackpropLabDisplay, axes: Any, x: float, y: float) -> dict:
        if axes in (display.loss.ax_, display.norms.ax_):
            return {"epoch": int(np.clip(round(x), 0, LONGEST))}
        layers = display.activations.axes_
        return {"layer": layers.index(axes) + 1} if axes in layers else {}

    def _refresh(self) -> str:
        said = super()._refresh()
        self.ends = ends(self.values)
        return said

    def _run(self, at: SimpleNamespace) -> Run:
        """The training of all settings but the epoch and the weight looked at, kept."""
        plain = at.plain
        key = tuple(plain[c.name] for c in self.controls if c.group in ("Data", "Network", "Training"))
        run = self._kept.pop(key) if key in self._kept else begun(at)
        self._kept[key] = run  # the last one used is the last one to go
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]
        return run

    def _trained(self, run: Run, number: int) -> list[Epoch]:
        """The epochs up to a number, with a bar where they take long."""
        begun, before = time.monotonic(), self.progress

        def tell(share: float) -> None:
            if time.monotonic() - begun > PATIENCE:
                self.progress = share

        try:
            return run.until(number, tell)
        except BaseException:
            self._kept.clear()  # a stream that was broken off cannot go on
            raise
        finally:
            self.progress = before

    def _probe(self, run: Run, here: Epoch, at: SimpleNamespace) -> Probe:
        """The weight looked at, or the nearest one that there is; the last one is kept."""
        sizes = run.network.sizes
        layer = min(at.layer, run.network.depth)
        source, target = min(at.source, sizes[layer - 1]), min(at.target, sizes[layer])
        key = (id(here), layer, source, target, at.h)
        if key != self._probed[0]:
            points = 21 if run.data.inputs == 2 else 9
            found = probe(
                run.network, here.weights, run.data.train, layer, source, target, at.h, points=points
            )
            self._probed = key, found, here  # the epoch is kept, so that its identity is not given away
        return self._probed[1]


def begun(at: SimpleNamespace) -> Run:
    """A training of the settings, at its beginning."""
    data = DATA[at.data](at.seed)
    network = Network((data.inputs, *(at.units,) * at.layers, data.classes), at.activation, at.loss, at.l2)
    weights = network.init(at.seed, lambda inputs, outputs: at.scale * SCALES[at.init](inputs, outputs))
    optimiser = OPTIMISERS[at.optimiser][0](at.rate)
    return Run(
        network,
        data,
        training(
            network,
            data,
            optimiser,
            Settings(LONGEST, None if at.optimiser in WHOLE else at.batch, at.seed),
            weights,
        ),
    )


def inputs(name: str) -> int:
    """How many numbers a sample of a dataset has."""
    return 64 if "digits" in name else 2


def ends(values: dict) -> dict[str, int]:
    """The last layer of a network, and the last units that its chosen layer joins."""
    sizes = (
        inputs(values["data"]),
        *(values["units"],) * values["layers"],
        len(classes(values["data"])) or 2,
    )
    layer = min(values["layer"], len(sizes) - 1)
    return {"layer": len(sizes) - 1, "source": sizes[layer - 1], "target": sizes[layer]}


def classes(name: str) -> tuple[str, ...]:
    """What the classes of a dataset are called."""
    return tuple("0123456789") if name.startswith("all") else tuple(filter(str.isdigit, name.split()))


def compared(epoch: Epoch) -> int:
    """0 where the first layer's gradient is less than a hundredth of the last layer's, 2 where it is a hundred times as large, else 1."""
    first, last = epoch.gradient_norms[0], epoch.gradient_norms[-1]
    return 0 if first < 0.01 * last else 1 if first <= 100 * last else 2


def words(at: SimpleNamespace, run: Run, here: Epoch, found: Probe) -> str:
    """What the picture shows, in sentences."""
    sizes, plain = "-".join(map(str, run.network.sizes)), at.plain
    penalty = f", L2 {at.l2:g}" if at.l2 else ""
    rate = f"rate {at.rate:.4g}, " if at.optimiser not in WHOLE[1:] else ""
    batch = "all" if at.optimiser in WHOLE else plain["batch"]
    return "\n".join([
        f"{sizes} network ({at.activation}, {plain['init']} × {at.scale:.3g}, {plain['loss']}{penalty}) on {at.data} by {at.optimiser} "
        f"({rate}batch {batch}, seed {at.seed}): after epoch {here.number} {told(here)}."
        f"{' Diverged. ' + here.why if here.outcome == 'diverged' else ''}",
        f"Gradient norms by layer: {norms(here)}.",
        f"Activations, mean ± spread (flat: slope below 1/100 of the steepest): {spreads(here)}.",
        f"Weight {found.source} → {found.target} of layer {found.layer} is {found.weight:.4g}: its slope is {found.backprop:.8e} by "
        f"backpropagation, {found.difference:.8e} by a central difference with h = {found.h:.1e}; {found.agreement}.",
    ])  # fmt: skip


def norms(here: Epoch) -> str:
    """The gradient norms, and how the first compares with the last."""
    numbers, answer = ", ".join(f"{norm:.2g}" for norm in here.gradient_norms), compared(here)
    return f"{numbers}. The first is {ANSWERS[answer].partition(':')[0]} {'as' if answer == 1 else 'that of'} the last"


def spreads(here: Epoch) -> str:
    """How the activations of each layer are spread."""
    return "; ".join(
        f"layer {k} {s.mean:.2g} ± {s.deviation:.2g}, {100 * s.flat:.0f} % flat"
        for k, s in enumerate(here.activations, start=1)
    )


def table(here: Epoch, found: Probe, penalty: float) -> str:
    """Norms and activations, and one weight's slope two ways as formulas with their numbers."""
    h, high, low = f"{found.h:.4g}", f"{found.ends[1]:.12g}", f"{found.ends[0]:.12g}"
    by_hand = ["Σ", "a", "δ", *(["+", "λ", "w"] if penalty else [])]
    quotient = ("over", ["L", "(", "w", "+", "h", ")", "−", "L", "(", "w", "−", "h", ")"], ["2", "h"])
    rows = {
        "gradient norms": f"{norms(here)}.",
        "activations": f"{spreads(here)}.",
        "weight": f"{found.source} → {found.target} of layer {found.layer} is {found.weight:.4g}; {found.agreement}.",
        "backprop": formula(Filled("", "∂L/∂w", by_hand, [], found.backprop)),
        "difference": formula(Filled("", "q", quotient, ("over", [high, "−", low], ["2", "·", h]), found.difference)),
    }  # fmt: skip
    cells = "".join(
        f"<tr><th scope='row'>{name}</th><td style='white-space: normal'>{text}</td></tr>"
        for name, text in rows.items()
    )
    return f'<table class="dl-formula" aria-label="Gradients and activations"><tbody>{cells}</tbody></table>'
