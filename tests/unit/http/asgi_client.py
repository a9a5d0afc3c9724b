"""Speaks ASGI to the application in this process: a client that can fall silent, read slowly or leave."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

from forebay.entrypoints.http.observed import AsgiApp, ObservedApp

Message = MutableMapping[str, Any]


class Exchange:
    """One request. `messages` are what the application sent so far."""

    def __init__(self, *, reads: bool = True) -> None:
        self.messages: asyncio.Queue[Message] = asyncio.Queue()
        self.task: asyncio.Task[None] | None = None
        self.stuck = asyncio.Event()
        self._reads = reads
        self._left = asyncio.Event()
        self._asked = False

    async def receive(self) -> Message:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.messages.put_nowait(dict(message))
        if not self._reads and message["type"] == "http.response.body":
            self.stuck.set()
            await asyncio.Event().wait()  # its buffers are full

    def leave(self) -> None:
        self._left.set()

    async def head(self) -> Message:
        message = await self.messages.get()
        assert message["type"] == "http.response.start"
        return message

    async def chunk(self) -> bytes:
        """The next part of the body; b"" at its end."""
        message = await self.messages.get()
        assert message["type"] == "http.response.body"
        body: bytes = message["body"]
        assert message["more_body"] == bool(body)
        return body

    async def ended(self) -> None:
        assert self.task is not None
        await self.task


def get(app: AsgiApp, path: str, *, reads: bool = True, exchange: Exchange | None = None, **headers: str) -> Exchange:
    """Begins a request. Underscores in the names of headers are hyphens."""
    path, _, query = path.partition("?")
    exchange = exchange if exchange is not None else Exchange(reads=reads)
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(name.lower().replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
    }
    exchange.task = asyncio.create_task(_answer(app, scope, exchange))
    return exchange


async def _answer(app: AsgiApp, scope: Message, exchange: Exchange) -> None:
    await app(scope, exchange.receive, exchange.send)


@asynccontextmanager
async def started(app: ObservedApp) -> AsyncIterator[None]:
    """As a server does it."""
    incoming: asyncio.Queue[Message] = asyncio.Queue()
    outgoing: asyncio.Queue[Message] = asyncio.Queue()
    task = asyncio.create_task(app({"type": "lifespan", "asgi": {"version": "3.0"}}, incoming.get, outgoing.put))
    incoming.put_nowait({"type": "lifespan.startup"})
    assert (await outgoing.get())["type"] == "lifespan.startup.complete"
    try:
        yield
    finally:
        incoming.put_nowait({"type": "lifespan.shutdown"})
        assert (await outgoing.get())["type"] == "lifespan.shutdown.complete"
        await task
