"""GET /v1/links/{token}: a file's bytes for whoever holds the link. The token is in no log, metric or message."""

from typing import Annotated

from litestar import HttpMethod, route
from litestar.di import NamedDependency
from litestar.params import PathParameter

from forebay.application.use_cases import UseCases
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
from forebay.entrypoints.http.parameters import IfNoneMatch, IfRange, Range
from forebay.entrypoints.http.problems import AnyRequest


@route(
    "/v1/links/{token:str}",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    operation_id=operation_ids("openLink", "probeLink"),
    summary="What a link leads to",
    description="The link that `GET /v1/documents/{id}/content?redirect=true` gave. It expires. The bytes come as they "
    "do there.",
    tags=["documents"],
    status_code=200,
    media_type=BYTES,
    responses=content_specs(400, 404, 409, 416, 422, 503),
)
async def open_link(
    *,
    request: AnyRequest,
    use_cases: NamedDependency[UseCases],
    options: NamedDependency[HttpOptions],
    token: Annotated[str, PathParameter(description="As it was given.")],
    range_: Range = None,
    if_range: IfRange = None,
    if_none_match: IfNoneMatch = None,
) -> ContentResponse:
    readable = await use_cases.intake.read_file(await use_cases.documents.open_link(token))
    found = Representation(
        name=readable.file.path,
        media_type=readable.file.media_type,
        size_bytes=readable.file.size_bytes,
        sha256=readable.file.sha256,
        opening=lambda start, stop: readable.open(start=start, stop=stop),
    )
    wanted = Conditions(range=range_, if_range=if_range, if_none_match=if_none_match)
    return await respond_with(request, found, wanted, patience_seconds=options.upload_stall_seconds)
