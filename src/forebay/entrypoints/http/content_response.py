"""A streamed download: opened before the status is sent, closed whatever happens, stopped when the client leaves."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack

import structlog
from litestar import Response
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

from forebay.entrypoints.http.presence import ClientLeftError, ClientStalledError, cut_off, watched


class _ContentASGI(ASGIResponse):
    def __init__(
        self,
        *,
        status_code: int,
        headers: Mapping[str, str],
        first: bytes,
        chunks: AsyncIterator[bytes] | None,
        closing: AsyncExitStack,
        patience_seconds: float,
    ) -> None:
        super().__init__(status_code=status_code, headers=dict(headers))
        self._first = first
        self._chunks = chunks
        self._closing = closing
        self._patience_seconds = patience_seconds
        self._fixed = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with self._closing, watched(receive, patience_seconds=self._patience_seconds) as client:
                await client.send(
                    send, {"type": "http.response.start", "status": self.status_code, "headers": self._fixed}
                )
                await client.send_body(send, self._first)
                if self._chunks is not None:
                    async for chunk in self._chunks:
                        await client.send_body(send, chunk)
                await client.send(send, {"type": "http.response.body", "body": b"", "more_body": False})
        except ClientLeftError:
            return
        except ClientStalledError:
            structlog.get_logger("forebay.http").warning(
                "download cut off",
                detail="the client took nothing of it for too long (setting FOREBAY_UPLOAD_STALL_SECONDS)",
                seconds=self._patience_seconds,
            )
            await cut_off(scope, receive)


class ContentResponse(Response[None]):
    """`headers` are sent exactly as given; without `chunks` there is no body (HEAD, 304). `first` is sent before them.

    `patience_seconds`: how long is waited for a client that takes nothing.
    """

    def __init__(
        self,
        *,
        status_code: int,
        headers: Mapping[str, str],
        closing: AsyncExitStack,
        first: bytes = b"",
        chunks: AsyncIterator[bytes] | None = None,
        patience_seconds: float,
    ) -> None:
        super().__init__(None, status_code=status_code)
        self._given = dict(headers)
        self._first = first
        self._chunks = chunks
        self._closing = closing
        self._patience_seconds = patience_seconds

    def to_asgi_response(self, *args: object, **kwargs: object) -> ASGIResponse:
        return _ContentASGI(
            status_code=self.status_code or 200,
            headers=self._given,
            first=self._first,
            chunks=self._chunks,
            closing=self._closing,
            patience_seconds=self._patience_seconds,
        )
