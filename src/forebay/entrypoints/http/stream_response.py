"""An answer that goes on until it is at its end, the client leaves or the server stops."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from typing import Generic, TypeVar

import structlog
from litestar import Response
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

from forebay.application.cancellation import until_done
from forebay.domain.errors import ForebayError
from forebay.entrypoints.http.presence import until_disconnect

T = TypeVar("T")

_FAREWELL_SECONDS = 1.0
_HEADERS = {
    "Cache-Control": "no-store",
    "Vary": "Accept",
    "X-Accel-Buffering": "no",  # nginx would keep events back until it has a buffer full of them
    "X-Content-Type-Options": "nosniff",
}


class OpenStreams:
    """All streams of one application; they end at once when the server is told to stop."""

    def __init__(self) -> None:
        self.ending = asyncio.Event()

    def end(self) -> None:
        self.ending.set()


class StreamResponse(Response[T], Generic[T]):
    """`frames` are sent as they come; `closing` is left whatever happens. Nobody waits for a client that is slow."""

    def __init__(
        self, *, media_type: str, frames: AsyncIterator[bytes], closing: AsyncExitStack, streams: OpenStreams
    ) -> None:
        super().__init__(None)  # type: ignore[arg-type]  # the body that the OpenAPI document shows is never built
        self._stream_type = media_type
        self._frames = frames
        self._closing = closing
        self._streams = streams

    def to_asgi_response(self, *args: object, **kwargs: object) -> ASGIResponse:
        return _StreamASGI(self._stream_type, self._frames, self._closing, self._streams)


class _StreamASGI(ASGIResponse):
    def __init__(
        self, media_type: str, frames: AsyncIterator[bytes], closing: AsyncExitStack, streams: OpenStreams
    ) -> None:
        super().__init__(status_code=200)
        self._media_type = media_type
        self._frames = frames
        self._closing = closing
        self._streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._closing:
            named = {"Content-Type": self._media_type, **_HEADERS}
            headers = [(name.lower().encode(), value.encode()) for name, value in named.items()]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            if not await self._until_something_ends_it(receive, send):
                return  # the server closes the connection, and the client sees that something is missing
            with suppress(TimeoutError):  # a client that reads nothing any more is not worth the server's grace time
                async with asyncio.timeout(_FAREWELL_SECONDS):
                    await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _until_something_ends_it(self, receive: Receive, send: Send) -> bool:
        """False when the frames broke off."""
        pump = asyncio.create_task(self._pump(send))
        tasks = (pump, asyncio.create_task(until_disconnect(receive)), asyncio.create_task(self._streams.ending.wait()))
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if pump.done():
                pump.result()
        except ForebayError as error:
            structlog.get_logger("forebay.http").warning("stream broke off", code=error.code, detail=error.message)
            return False
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                await until_done(task)
        return True

    async def _pump(self, send: Send) -> None:
        async for frame in self._frames:
            await send({"type": "http.response.body", "body": frame, "more_body": True})
