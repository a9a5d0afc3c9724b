"""Whether the client of a download is still there, and still reads."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from litestar.types import HTTPSendMessage, Receive, Send

from forebay.application.cancellation import until_done

EXTENSION = "forebay.cut_off"  # a server that has it closes the connection at once, also with bytes still to be sent
PIECE_BYTES = 64 * 1024  # of what is sent at a time: as much as a server's buffer for one connection usually holds


class ClientLeftError(Exception):
    """Nobody is there any more to answer."""


class ClientStalledError(Exception):
    """The client takes nothing any more of what it asked for."""


class Presence:
    """The client, while a block of watched() lasts."""

    def __init__(self, limit: asyncio.Timeout, patience_seconds: float) -> None:
        self._limit = limit
        self._patience_seconds = patience_seconds
        self.has_left = False

    async def send(self, send: Send, message: HTTPSendMessage) -> None:
        self._end(asyncio.get_running_loop().time() + self._patience_seconds)
        await send(message)
        self._end(None)

    async def send_body(self, send: Send, chunk: bytes) -> None:
        """All of the chunk, as a part of a body that goes on, in pieces of at most PIECE_BYTES."""
        for start in range(0, len(chunk), PIECE_BYTES):
            piece = chunk if len(chunk) <= PIECE_BYTES else chunk[start : start + PIECE_BYTES]
            await self.send(send, {"type": "http.response.body", "body": piece, "more_body": True})

    def on_disconnect(self, watch: asyncio.Task[None]) -> None:
        if not watch.cancelled():
            watch.exception()  # counts as taken: who cannot be listened to has left
            self.has_left = True
            self._end(asyncio.get_running_loop().time())

    def _end(self, at: float | None) -> None:
        if not self._limit.expired():  # else the cancellation is on its way
            self._limit.reschedule(at)


@asynccontextmanager
async def watched(receive: Receive, *, patience_seconds: float) -> AsyncIterator[Presence]:
    """The block is cancelled as soon as the client leaves, or when a message to it has waited for so long.

    ClientLeftError and ClientStalledError then, unless the block ended with an error of its own.
    """
    limit = asyncio.timeout(None)
    client = Presence(limit, patience_seconds)
    try:
        async with limit:
            watch = asyncio.create_task(until_disconnect(receive))
            watch.add_done_callback(client.on_disconnect)
            try:
                yield client
            finally:
                watch.remove_done_callback(client.on_disconnect)
                watch.cancel()
                await until_done(watch)
    except TimeoutError:
        if not limit.expired():
            raise
        raise (ClientLeftError if client.has_left else ClientStalledError) from None


async def until_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def cut_off(scope: Mapping[str, Any], receive: Receive) -> None:
    """Closes the connection, where the server lets us; else it does when it finds the body incomplete."""
    cut: Callable[[], None] | None = (scope.get("extensions") or {}).get(EXTENSION)
    if cut is not None:
        cut()
        await until_disconnect(receive)
