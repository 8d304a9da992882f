"""What a check of a vjp found, as text, as HTML and as plain numbers."""

from __future__ import annotations

import html
from dataclasses import dataclass

from derivlab.gradcheck.record import GradientCheck

SHOWN = 4  # entries of each gradient
TEXT = "color:var(--jp-content-font-color1,#111)"


@dataclass(frozen=True, repr=False)
class VjpCheck:
    """What a check of a vjp found; true in a condition where it is right.

    `mistake` names what it looks like ("" if right), `argument` the input whose gradient is wrong first, and `says` tells both
    in sentences with what to write. `checks` holds the finding for each input, `way` how the vjp was called, `calls`
    the number of inputs and upstreams it was tried at, `note` what was allowed for.
    """

    right: bool
    mistake: str
    argument: str
    says: str
    checks: tuple[GradientCheck, ...]
    way: str
    calls: int
    note: str = ""
    name: str = "my_vjp"

    def __bool__(self) -> bool:
        return self.right

    @property
    def wrong(self) -> tuple[str, ...]:
        """The inputs whose gradients are wrong."""
        return tuple(c.name for c in self.checks if not c.right)

    def _verdict(self) -> str:
        if self.right:
            return f"right with {self.calls} random upstreams"
        return f"WRONG ({self.mistake}{f', in the gradient of {self.argument}' * bool(self.argument)})"

    def _tables(self) -> list[GradientCheck]:
        return [c for c in self.checks if not c.right and c.rows()]

    def __repr__(self) -> str:
        lines = [f"{self.name}: {self._verdict()}", self.says]
        for check in self._tables():
            lines.append(f"gradient of {check.name}")
            cells = [("entry", "given", "true", "relative error"), *check.rows()[:SHOWN]]
            wide = [max(len(row[i]) for row in cells) for i in range(4)]
            lines += ["  " + "  ".join(c.ljust(w) for c, w in zip(row, wide, strict=True)).rstrip() for row in cells]  # fmt: skip
        return "\n".join([*lines, f"called as {self.way}", *([f"note: {self.note}"] if self.note else [])])

    def _repr_html_(self) -> str:
        colour, mark = ("#007e5b", "✓") if self.right else ("#b34700", "✗")
        tables = "".join(c.table(f"gradient of {c.name}", SHOWN) for c in self._tables())
        small = "; ".join(filter(None, [f"called as {self.way}", self.note]))
        return (
            f'<div style="border-left:5px solid {colour};padding-left:.8em;{TEXT}"><div><b>{mark} {html.escape(self.name)}: '
            f"{html.escape(self._verdict())}</b></div><div>{html.escape(self.says)}</div>{tables}<div><i>{html.escape(small)}</i></div></div>"
        )

    def to_dict(self) -> dict:
        """Plain lists and numbers, ready for JSON."""
        return vars(self) | {"checks": [c.to_dict() for c in self.checks]}


@dataclass(frozen=True)
class StepCheck:
    """One step of a backward pass, and what was found for its own backward function."""

    name: str
    check: VjpCheck

    def row(self) -> tuple[str, str]:
        """Its name and the finding in a few words."""
        of = f" in the gradient of {self.check.argument}" if self.check.argument else ""
        return self.name, "right" if self.check.right else f"WRONG: {self.check.mistake}{of}"


@dataclass(frozen=True, repr=False)
class BackwardCheck:
    """What a walk from the loss backwards found, step by step; true in a condition where every step is right.

    Each step was given its true upstream, so that those below a wrong one are judged by themselves.
    """

    steps: tuple[StepCheck, ...]

    def __bool__(self) -> bool:
        return self.right

    @property
    def right(self) -> bool:
        """Whether all steps are."""
        return self.first is None

    @property
    def first(self) -> StepCheck | None:
        """The first wrong step from the loss backwards."""
        return next((step for step in self.steps if not step.check.right), None)

    @property
    def wrong(self) -> tuple[str, ...]:
        """The names of all wrong steps."""
        return tuple(step.name for step in self.steps if not step.check.right)

    @property
    def layer(self) -> str:
        """The name of the first wrong step, "" where all are right."""
        return self.first.name if self.first else ""

    @property
    def mistake(self) -> str:
        """The kind of its mistake."""
        return self.first.check.mistake if self.first else ""

    @property
    def says(self) -> str:
        """What is wrong with it, and what to write."""
        if self.first is None:
            return f"All {len(self.steps)} steps agree with the truth."
        return f"From the loss backwards, {self.first.name} is the first step that is wrong. {self.first.check.says}"

    def _verdict(self) -> str:
        return "right" if self.right else f"WRONG at {self.layer} ({self.mistake})"

    def __repr__(self) -> str:
        rows = [step.row() for step in self.steps]
        wide = max(len(name) for name, _ in rows)
        return "\n".join(
            [f"backward pass: {self._verdict()}", self.says, *(f"  {n.ljust(wide)}  {w}" for n, w in rows)]
        )

    def _repr_html_(self) -> str:
        colour, mark = ("#007e5b", "✓") if self.right else ("#b34700", "✗")
        cell = (
            f"padding:.2em .8em;text-align:left;border-bottom:1px solid var(--jp-border-color2,#bbb);{TEXT}"
        )
        body = "".join(
            "<tr>" + "".join(f'<td style="{cell}">{html.escape(t)}</td>' for t in s.row()) + "</tr>"
            for s in self.steps
        )
        head = "".join(
            f'<th scope="col" style="{cell}">{c}</th>'
            for c in ("step, from the loss backwards", "its backward function")
        )
        return (
            f'<div style="border-left:5px solid {colour};padding-left:.8em;{TEXT}"><div><b>{mark} backward pass: '
            f'{html.escape(self._verdict())}</b></div><div>{html.escape(self.says)}</div><table style="border-collapse:collapse">'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )

    def to_dict(self) -> dict:
        """Plain lists and numbers, ready for JSON."""
        return {
            "right": self.right, "layer": self.layer, "mistake": self.mistake, "says": self.says,
            "steps": [step.check.to_dict() | {"name": step.name} for step in self.steps],
        }  # fmt: skip
