"""A server may refuse an upload long before it has all of it. Whoever sends on regardless may never see why."""

from typing import Any

import httpcore


class EarlyAnswer:
    """Watches the connection of the uploads of one client, through httpcore's `trace` extension.

    httpcore takes a WriteError while it sends as a sign that the answer is there to be read, and reads it. Over TLS
    bytes may arrive for other reasons (session tickets), so there nothing is watched.
    """

    def __init__(self) -> None:
        self._stream: httpcore.AsyncNetworkStream | None = None

    async def trace(self, event: str, info: dict[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            self._stream = info["return_value"]
        elif event.endswith(".start_tls.complete"):
            self._stream = None

    def check(self) -> None:
        """Raises httpcore.WriteError once the server has something to say."""
        if self._stream is not None and self._stream.get_extra_info("is_readable"):
            raise httpcore.WriteError("the server answered before it had everything")
