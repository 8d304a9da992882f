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
