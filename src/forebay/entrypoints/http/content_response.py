"""A streamed download: opened before the status is sent, closed whatever happens, stopped when the client leaves."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack

from litestar import Response
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send


class _ContentASGI(ASGIResponse):
    def __init__(
        self,
        *,
        status_code: int,
        headers: Mapping[str, str],
        chunks: AsyncIterator[bytes] | None,
        closing: AsyncExitStack,
    ) -> None:
        super().__init__(status_code=status_code, headers=dict(headers))
        self._chunks = chunks
        self._closing = closing
        self._fixed = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._closing:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self._fixed})
            if self._chunks is not None:
                left = asyncio.create_task(until_disconnect(receive))
                try:
                    async for chunk in self._chunks:
                        if left.done():
                            return
                        await send({"type": "http.response.body", "body": chunk, "more_body": True})
                finally:
                    left.cancel()
            await send({"type": "http.response.body", "body": b"", "more_body": False})


class ContentResponse(Response[None]):
    """`headers` are sent exactly as given; without `chunks` there is no body (HEAD, 304)."""

    def __init__(
        self,
        *,
        status_code: int,
        headers: Mapping[str, str],
        closing: AsyncExitStack,
        chunks: AsyncIterator[bytes] | None = None,
    ) -> None:
        super().__init__(None, status_code=status_code)
        self._given = dict(headers)
        self._chunks = chunks
        self._closing = closing

    def to_asgi_response(self, *args: object, **kwargs: object) -> ASGIResponse:
        return _ContentASGI(
            status_code=self.status_code or 200, headers=self._given, chunks=self._chunks, closing=self._closing
        )


async def until_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
