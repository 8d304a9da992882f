"""A server extension, loaded by `derivlab lab`: the kernel's messages go out at once, not gathered by Nagle's algorithm.

Jupyter Server leaves the algorithm on (RFC 896), so that a small message behind another waits for the receiver's delayed
acknowledgement, up to 40 ms a frame.
"""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "derivlab.nodelay"}]


def _load_jupyter_server_extension(app: Any) -> None:
    from jupyter_server.services.kernels.websocket import KernelWebsocketHandler

    opened = KernelWebsocketHandler.open

    async def open_at_once(self: Any, kernel_id: str) -> None:
        self.set_nodelay(True)
        await opened(self, kernel_id)

    KernelWebsocketHandler.open = open_at_once  # type: ignore[method-assign]
