"""GET /v1/files/{id}/content: the bytes as they came in, or of what is inside of them."""

from litestar import HttpMethod, route
from litestar.di import NamedDependency

from forebay.application.use_cases import UseCases
from forebay.domain.ids import parse_id
from forebay.entrypoints.http.content import (
    BYTES,
    Conditions,
    Representation,
    content_specs,
    operation_ids,
    respond_with,
)
from forebay.entrypoints.http.content_response import ContentResponse
from forebay.entrypoints.http.options import HttpOptions
from forebay.entrypoints.http.parameters import FileId, IfNoneMatch, IfRange, Range
from forebay.entrypoints.http.problems import AnyRequest


@route(
    "/v1/files/{file_id:str}/content",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    operation_id=operation_ids("readFile", "probeFile"),
    summary="The bytes of a file",
    description="Streamed; those of a member out of its archive. The ETag is the SHA-256; one byte range is served as "
    "206.",
    tags=["intake"],
    status_code=200,
    media_type=BYTES,
    responses=content_specs(400, 404, 409, 416, 422, 503),
)
async def read_file(
    *,
    request: AnyRequest,
    use_cases: NamedDependency[UseCases],
    options: NamedDependency[HttpOptions],
    file_id: FileId,
    range_: Range = None,
    if_range: IfRange = None,
    if_none_match: IfNoneMatch = None,
) -> ContentResponse:
    readable = await use_cases.intake.read_file(parse_id(file_id, field="file_id"))
    found = Representation(
        name=readable.file.path,
        media_type=readable.file.media_type,
        size_bytes=readable.file.size_bytes,
        sha256=readable.file.sha256,
        opening=lambda start, stop: readable.open(start=start, stop=stop),
    )
    wanted = Conditions(range=range_, if_range=if_range, if_none_match=if_none_match)
    return await respond_with(request, found, wanted, patience_seconds=options.upload_stall_seconds)
