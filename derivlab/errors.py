"""What derivlab says when a derivative cannot be given."""


class DerivativeError(ValueError):
    """No derivative can be given: one sentence with the cause, the user's line where known, and what to write."""


class NoForwardRule(NotImplementedError):
    """An operation can be pulled back only; the forward sweep gives way to the reverse one."""
