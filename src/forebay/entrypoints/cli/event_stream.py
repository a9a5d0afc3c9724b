"""Reads Server-Sent Events (the WHATWG's HTML standard, section 9.2.6), as far as a Forebay sends them."""

from collections.abc import AsyncIterator

import msgspec

from forebay.entrypoints.cli.job_views import EventView

EVENT_STREAM = "text/event-stream"
RETRY_SECONDS = 2.0
_LONGEST_RETRY_SECONDS = 30.0


class StreamReader:
    """One stream. `retry_seconds`: how long the server asks us to wait before we come back.

    `last_id`: where to come back to; it is there before the first event.
    """

    def __init__(self, chunks: AsyncIterator[bytes], *, last_id: str | None = None) -> None:
        self._chunks = chunks
        self.last_id = last_id
        self.retry_seconds = RETRY_SECONDS

    async def events(self) -> AsyncIterator[EventView]:
        """msgspec.DecodeError for data that is none of Forebay's. What is cut off at the end does not count."""
        data: list[bytes] = []
        seen = self.last_id
        async for line in self._lines():
            if not line:
                self.last_id = seen
                if data:
                    yield msgspec.json.decode(b"\n".join(data), type=EventView)
                data = []
                continue
            name, _, value = line.partition(b":")
            value = value.removeprefix(b" ")
            if name == b"data":
                data.append(value)
            elif name == b"id" and value.isdigit():  # digits of ASCII, as bytes know no others
                seen = value.decode()
            elif name == b"retry" and value.isdigit():
                self.retry_seconds = min(int(value) / 1000, _LONGEST_RETRY_SECONDS)

    async def _lines(self) -> AsyncIterator[bytes]:
        """Bytes, not text: only line feeds end a line, not all that Unicode takes for one."""
        rest = b""
        async for chunk in self._chunks:
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                yield line.removesuffix(b"\r")
