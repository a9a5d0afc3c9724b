"""Refusing a request before its body was read, so that the client still sees why.

Closing at once would reset the connection, and the reset can overtake the answer (RFC 9112, section 9.6).
"""

import asyncio

from litestar import Response
from litestar.exceptions import HTTPException
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Send

from forebay.domain.errors import ForebayError
from forebay.entrypoints.http.problems import AnyRequest, on_forebay_error, on_http_error

_SECONDS = 2.0
_BYTES = 64 * 1024 * 1024


class LingeringResponse(ASGIResponse):
    """Sends the answer whole, reads on for a moment, then lets the server close the connection."""

    async def send_body(self, send: Send, receive: Receive) -> None:
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        try:
            async with asyncio.timeout(_SECONDS):
                left = _BYTES
                while left > 0:
                    message = await receive()
                    if message["type"] != "http.request" or not message["more_body"]:
                        break
                    left -= len(message["body"])
        except TimeoutError:
            pass  # the client had its time to read the answer
        await send({"type": "http.response.body", "body": b"", "more_body": False})


class RefusedUpload(Response[bytes]):
    """A problem detail that lingers."""

    def to_asgi_response(self, *args: object, **kwargs: object) -> ASGIResponse:
        return LingeringResponse(
            body=self.content,
            status_code=self.status_code or 500,
            media_type=self.media_type,
            headers={**self.headers, "Connection": "close"},
        )


def on_refused_upload(request: AnyRequest, error: ForebayError) -> Response[bytes]:
    request.scope["state"]["upload_outcome"] = error.code
    return on_refused_body(request, error)


def on_refused_body(request: AnyRequest, error: ForebayError | HTTPException) -> Response[bytes]:
    """For operations that read their bodies themselves, and say in the state whether they did."""
    response = on_http_error(request, error) if isinstance(error, HTTPException) else on_forebay_error(request, error)
    if request.scope["state"].get("body_read", False):
        return response
    return RefusedUpload(
        response.content, status_code=response.status_code, media_type=response.media_type, headers=response.headers
    )
