"""Films and pages without a kernel, made from the panel's own frames."""

from __future__ import annotations


class Exporting:
    """The part of a panel that is saved."""
