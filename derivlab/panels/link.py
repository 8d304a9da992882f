"""A panel's state as plain JSON, and as a link that opens its notebook with this very state."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from derivlab.errors import DerivativeError

BINDER = "https://mybinder.org/v2/gh/derivlab/derivlab/HEAD"
PARAMETER = "derivlab"  # of the link; the view reads it when the panel is first shown


def read(state: Any) -> dict:
    """A state given as a mapping or as its JSON text; errors: `DerivativeError`."""
    try:
        found = json.loads(state) if isinstance(state, str | bytes) else state
    except ValueError as error:
        raise DerivativeError(f"the state is no JSON ({error}); give what panel.state gave.") from error
    if not isinstance(found, Mapping) or not isinstance(found.get("values"), Mapping):
        raise DerivativeError('the state has no "values"; give what panel.state gave.')
    return dict(found)


def encode(state: Mapping) -> str:
    """A state in letters that need no escaping in a link, however often it is encoded."""
    text = json.dumps(state, separators=(",", ":"), ensure_ascii=True)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(text: str) -> dict:
    """The state in a link; errors: `DerivativeError`."""
    try:
        return read(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode())
    except ValueError as error:
        raise DerivativeError("the state in the link is cut off or altered; copy the whole link.") from error


def link(state: Mapping, base: str, notebook: str) -> str:
    """A Binder link where `base` is `https://.../v2/...`, else one into the JupyterLab at `base`."""
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise DerivativeError(
            f"base {base!r} is no address; give one such as {BINDER} or http://localhost:8888."
        )
    page = f"lab/tree/{quote(notebook)}"
    query = f"{PARAMETER}={encode(state)}"
    if "/v2/" in parts.path:
        asked = f"urlpath={quote(f'{page}?{query}')}"
        return urlunsplit(parts._replace(query="&".join(filter(None, [parts.query, asked]))))
    root = parts.path.rstrip("/").removesuffix("/lab")
    return urlunsplit(
        parts._replace(path=f"{root}/{page}", query="&".join(filter(None, [parts.query, query])))
    )
