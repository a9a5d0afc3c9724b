"""GET /v1/files/{id}/content: the bytes as they came in."""

from contextlib import AsyncExitStack
from typing import Annotated

from litestar import HttpMethod, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter, PathParameter
from litestar.types import Method

from forebay.application.use_cases import UseCases
from forebay.domain.ids import parse_id
from forebay.entrypoints.http.content_response import ContentResponse
from forebay.entrypoints.http.digest_header import format_repr_digest
from forebay.entrypoints.http.disposition import attachment
from forebay.entrypoints.http.problems import AnyRequest, problem_specs
from forebay.entrypoints.http.ranges import matches_etag, parse_range

FileId = Annotated[str, PathParameter(description="The file's id", schema_extra={"format": "uuid"})]
_BYTES = "application/octet-stream"


def _operation_id(handler: HTTPRouteHandler, method: HttpMethod | Method, path: object) -> str:
    return "readFile" if method == HttpMethod.GET else "probeFile"


@route(
    "/v1/files/{file_id:str}/content",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    operation_id=_operation_id,
    summary="The bytes of a file",
    description="Streamed. The ETag is the SHA-256; one byte range is served as 206.",
    tags=["intake"],
    status_code=200,
    media_type=_BYTES,
    responses={
        200: ResponseSpec(bytes, media_type=_BYTES, description="The whole file", generate_examples=False),
        206: ResponseSpec(bytes, media_type=_BYTES, description="The range asked for", generate_examples=False),
        304: ResponseSpec(None, description="The client has it already"),
        **problem_specs(404, 416, 422, 503),
    },
)
async def read_file(
    *,
    request: AnyRequest,
    use_cases: NamedDependency[UseCases],
    file_id: FileId,
    range_: Annotated[str | None, HeaderParameter(name="Range", description="`bytes=first-last`")] = None,
    if_range: Annotated[str | None, HeaderParameter(name="If-Range")] = None,
    if_none_match: Annotated[str | None, HeaderParameter(name="If-None-Match")] = None,
) -> ContentResponse:
    readable = await use_cases.intake.read_file(parse_id(file_id, field="file_id"))
    file = readable.file
    etag = f'"{file.sha256.hex}"'
    headers = {
        "ETag": etag,
        "Cache-Control": "private, no-cache",
        "Accept-Ranges": "bytes",
        "Repr-Digest": format_repr_digest(file.sha256),
    }
    if matches_etag(if_none_match, etag):
        return ContentResponse(status_code=304, headers=headers, closing=AsyncExitStack())
    ranged = request.method == "GET" and if_range in {None, etag}  # RFC 9110, section 14.2: only GET has ranges
    part = parse_range(range_, file.size_bytes) if ranged else None
    start, stop = part or (0, file.size_bytes)
    headers |= {
        "Content-Type": file.media_type,
        "Content-Length": str(stop - start),
        "Content-Disposition": attachment(file.path),
        "X-Content-Type-Options": "nosniff",
    }
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{file.size_bytes}"
    status = 200 if part is None else 206
    closing = AsyncExitStack()
    if request.method == "HEAD":
        return ContentResponse(status_code=status, headers=headers, closing=closing)
    chunks = await closing.enter_async_context(readable.open(start=start, stop=stop))
    return ContentResponse(status_code=status, headers=headers, chunks=chunks, closing=closing)
