"""Bytes as an answer: whole or a range of them, with their digest; or only that the client has them already."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from functools import partial

from litestar import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.types import Method

from forebay.domain.intake.blob import Sha256
from forebay.entrypoints.http.content_response import ContentResponse
from forebay.entrypoints.http.digest_header import format_repr_digest
from forebay.entrypoints.http.disposition import attachment, inline
from forebay.entrypoints.http.presence import ClientLeftError, watched
from forebay.entrypoints.http.problems import AnyRequest, problem_specs
from forebay.entrypoints.http.ranges import matches_etag, parse_range

BYTES = "application/octet-stream"
SANDBOX = "sandbox; default-src 'none'"  # a page that somebody sent runs nothing in our name, however it is opened
_RUNNABLE = re.compile(r"text/css|\w+/.*(java|ecma|live|j)script.*", re.IGNORECASE)
LEFT = 499  # nobody sees it but the log and the metrics


def content_specs(*statuses: int, media_type: str = "*/*") -> dict[int, ResponseSpec]:
    """The OpenAPI side of content, with the problems that there may be."""
    return {
        200: ResponseSpec(bytes, media_type=media_type, description="All of it", generate_examples=False),
        206: ResponseSpec(bytes, media_type=media_type, description="The range asked for", generate_examples=False),
        304: ResponseSpec(None, description="The client has it already"),
        **problem_specs(*statuses),
    }


def operation_ids(read: str, probe: str) -> Callable[[HTTPRouteHandler, HttpMethod | Method, object], str]:
    """One for GET and one for HEAD."""

    def operation_id(handler: HTTPRouteHandler, method: HttpMethod | Method, path: object) -> str:
        return read if method == HttpMethod.GET else probe

    return operation_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """The request's headers that say what is wanted."""

    range: str | None
    if_range: str | None
    if_none_match: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """What there is. `opening`: its bytes from a start up to, not including, a stop.

    `inline`: a browser may show it, for text that no markup can be in. Whatever came from outside is an attachment.
    """

    name: str
    inline: bool = False
    media_type: str
    size_bytes: int
    sha256: Sha256
    opening: Callable[[int, int], AbstractAsyncContextManager[AsyncIterator[bytes]]]


async def respond_with(
    request: AnyRequest, found: Representation, wanted: Conditions, *, patience_seconds: float
) -> ContentResponse:
    """RangeNotSatisfiableError, and whatever opening and its first bytes raise: nothing was sent yet.

    `patience_seconds`: how long is waited for a client that takes nothing.
    """
    etag = f'"{found.sha256.hex}"'
    headers = {
        "ETag": etag,
        "Cache-Control": "private, no-cache",
        "Accept-Ranges": "bytes",
        "Repr-Digest": format_repr_digest(found.sha256),
    }
    closing = AsyncExitStack()
    respond = partial(ContentResponse, closing=closing, patience_seconds=patience_seconds)
    if matches_etag(wanted.if_none_match, etag):
        return respond(status_code=304, headers=headers)
    ranged = request.method == "GET" and wanted.if_range in {None, etag}  # RFC 9110, section 14.2: only GET has ranges
    part = parse_range(wanted.range, found.size_bytes) if ranged else None
    start, stop = part or (0, found.size_bytes)
    headers |= {
        "Content-Type": _as_data(found.media_type),
        "Content-Length": str(stop - start),
        "Content-Disposition": inline(found.name) if found.inline else attachment(found.name),
        "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
    }
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{found.size_bytes}"
    status = 200 if part is None else 206
    if request.method == "HEAD":
        return respond(status_code=status, headers=headers)
    try:
        async with AsyncExitStack() as opened:
            async with watched(request.receive, patience_seconds=patience_seconds):
                chunks = await opened.enter_async_context(found.opening(start, stop))
                first = await anext(chunks, None)  # what cannot be read shows here at the latest, while it can be said
            closing.push_async_exit(opened.pop_all())
    except ClientLeftError:
        return respond(status_code=LEFT, headers={})
    return respond(status_code=status, headers=headers, first=first or b"", chunks=chunks)


def _as_data(media_type: str) -> str:
    """Of code only that it is text: a page that loads it as a script or a style finds that it is neither (nosniff).

    The pages of Forebay have the same origin, which their policy trusts. The policy above is for what is opened alone.
    """
    return "text/plain" if _RUNNABLE.fullmatch(media_type.partition(";")[0].strip()) else media_type
