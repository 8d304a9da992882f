"""What a diagnosis says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from derivlab.diagnosis.source import Site


@dataclass(frozen=True)
class Methods:
    """Names of rows: those that have the derivative, those that have another number, and those that gave none.

    `doubtful` are the rows with a number where nobody can say which number is right.
    """

    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()

    def __str__(self) -> str:
        parts = {
            "right": self.right,
            "wrong": self.wrong,
            "a number without worth": self.doubtful,
            "no answer": self.refused,
        }.items()
        return "; ".join(f"{word}: {', '.join(names)}" for word, names in parts if names)


@dataclass(frozen=True)
class Verdict:
    """Whether there is a derivative, which number it is, and why the methods disagree.

    `trust` is "value", "undefined", "unreliable" or "rejected", `kind` a key of `KINDS`. `value` has the shape
    `f(x).shape + x.shape`; for "unreliable" it is the best guess, or None. `left` and `right` are the one-sided
    derivatives, one coordinate at a time: infinite for a vertical slope, None where there is none. `line` is the
    source line responsible, `evaluations` how often the diagnosis called f (runs with a hundred digits apart).
    """

    trust: str
    kind: str
    says: str
    mend: str = ""
    value: Any = None
    left: Any = None
    right: Any = None
    method: Methods = Methods()
    line: Site | None = None
    evaluations: int = 0

    def __str__(self) -> str:
        parts = [f"{self.trust.upper()} ({self.kind}): {self.says}"]
        for name in ("value", "left", "right"):
            if (given := getattr(self, name)) is not None:
                parts.append(f"{name}: {given}")
        parts += [f"line: {self.line}"] if self.line else []
        parts += [f"methods: {self.method}"] if str(self.method) else []
        parts += [f"instead:\n{self.mend}"] if self.mend else []
        return "\n".join([*parts, f"{self.evaluations} evaluation{'s'[: self.evaluations != 1]} of f"])


@dataclass(frozen=True)
class Finding:
    """What a rule found, before it is put into words."""

    trust: str
    kind: str
    value: Any = None
    left: Any = None
    right: Any = None
    site: Site | None = None
    about: str = ""
