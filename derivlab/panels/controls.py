"""What a reader may set: each control is a frozen value that checks, and describes itself to the view."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from numbers import Real
from typing import Any, ClassVar

from derivlab.errors import DerivativeError


@dataclass(frozen=True)
class Control:
    """A named setting.

    `scene=True`: its change redraws the background too, not the moving artists only. `when={"surface": ("bowl",)}`:
    shown only while one of those other controls has one of those values, `unless` only while none has. `group`: the heading it stands under.
    """

    name: str
    _: KW_ONLY
    label: str = ""
    help: str = ""
    scene: bool = False
    group: str = ""
    when: Mapping[str, Sequence] = field(default_factory=dict)
    unless: Mapping[str, Sequence] = field(default_factory=dict)
    kind: ClassVar[str] = "control"

    @property
    def title(self) -> str:
        return self.label or self.name.replace("_", " ")

    def check(self, value: Any) -> Any:
        """The value in its plain, JSON-able form; errors: `DerivativeError`."""
        raise NotImplementedError

    def meaning(self, value: Any) -> Any:
        """What a panel's code gets for a checked value."""
        return value

    def matters(self, values: Mapping) -> bool:
        """Whether the control is shown, the others being as they are."""
        named = any(values[name] in some for name, some in self.when.items()) or not self.when
        return named and not any(values[name] in some for name, some in self.unless.items())

    def spec(self) -> dict:
        """What the view must know."""
        return {
            "kind": self.kind,
            "name": self.name,
            "label": self.title,
            "help": self.help,
            "group": self.group,
            "when": {name: list(values) for name, values in self.when.items()},
            "unless": {name: list(values) for name, values in self.unless.items()},
        }


@dataclass(frozen=True)
class Slider(Control):
    """A number between `low` and `high`: a slider and a number box; `log=True` spaces the slider's stops by ratio.

    `step` is the slider's grid (of log10 where log); the box takes any number in between.
    """

    low: float
    high: float
    value: float
    step: float = 0.0
    log: bool = field(default=False, kw_only=True)
    kind = "slider"

    def check(self, value: Any) -> float:
        if not plain(value):
            raise DerivativeError(
                f"{self.name} is {value!r}; give a number from {self.low:g} to {self.high:g}."
            )
        if not self.low <= value <= self.high:
            raise DerivativeError(
                f"{self.name} = {float(value):g} is outside {self.low:g} to {self.high:g}; choose a number in between."
            )
        return float(value)

    @property
    def stride(self) -> float:
        """The distance of two stops, of log10 where log."""
        return self.step or (math.log10(self.high / self.low) if self.log else self.high - self.low) / 100

    def stops(self) -> list:
        """Every value that the slider stands on."""
        low = math.log10(self.low) if self.log else self.low
        high = math.log10(self.high) if self.log else self.high
        at = [low + i * self.stride for i in range(math.floor((high - low) / self.stride + 1e-9) + 1)]
        return [
            self.check(min(max(float(f"{10**a if self.log else a:.12g}"), self.low), self.high)) for a in at
        ]

    def spec(self) -> dict:
        return super().spec() | {
            "low": self.low,
            "high": self.high,
            "step": self.stride,
            "log": self.log,
            "stops": self.stops() if len_of(self) <= 2000 else [],
        }


def plain(value: Any) -> bool:
    """Whether this is a real number that a float can hold."""
    try:
        return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:
        return False


def len_of(slider: Slider) -> int:
    """The number of stops of a slider."""
    span = math.log10(slider.high / slider.low) if slider.log else slider.high - slider.low
    return math.floor(span / slider.stride + 1e-9) + 1


@dataclass(frozen=True)
class Integer(Slider):
    """A whole number: a slider and a number box."""

    step: float = 1
    kind = "integer"

    def check(self, value: Any) -> int:
        number = super().check(value)
        if number != int(number):
            raise DerivativeError(f"{self.name} = {number:g} is no whole number; choose {round(number)}.")
        return int(number)


@dataclass(frozen=True)
class Seed(Control):
    """The seed of the random numbers: a number box and a button for a new one."""

    name: str = "seed"
    value: int = 0
    kind = "seed"

    def check(self, value: Any) -> int:
        if not plain(value) or value != int(value) or not 0 <= value < 2**32:
            raise DerivativeError(f"{self.name} is {value!r}; give a whole number from 0 to 4294967295.")
        return int(value)


@dataclass(frozen=True)
class Choice(Control):
    """One of several named options; a mapping gives the panel's code the object behind the name."""

    options: Mapping[str, Any] | Sequence[str]
    value: str = ""
    kind = "choice"

    @property
    def names(self) -> list[str]:
        return list(self.options)

    def check(self, value: Any) -> str:
        if not isinstance(value, str) or value not in self.names:
            raise DerivativeError(f"{self.name} is {value!r}; choose one of {', '.join(self.names)}.")
        return value

    def meaning(self, value: str) -> Any:
        return self.options[value] if isinstance(self.options, Mapping) else value

    def spec(self) -> dict:
        return super().spec() | {"options": self.names}


@dataclass(frozen=True)
class Toggle(Control):
    """Yes or no."""

    value: bool = False
    kind = "toggle"

    def check(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise DerivativeError(f"{self.name} is {value!r}; give True or False.")
        return value


@dataclass(frozen=True)
class Line(Control):
    """A line of text, such as a formula; it counts when Enter is pressed or the field is left."""

    value: str = ""
    longest: int = field(default=1000, kw_only=True)
    kind = "line"

    def check(self, value: Any) -> str:
        if not isinstance(value, str) or len(value) > self.longest:
            raise DerivativeError(f"{self.name} must be a text of at most {self.longest} characters.")
        return value.strip()

    def spec(self) -> dict:
        return super().spec() | {"longest": self.longest}


def start(control: Control) -> Any:
    """The value that a control begins with, checked."""
    first = control.names[0] if isinstance(control, Choice) and not control.value else control.value  # type: ignore[attr-defined]
    return control.check(first)
