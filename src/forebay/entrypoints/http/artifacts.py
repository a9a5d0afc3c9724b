"""Artifacts: the files that the steps of a job made."""

from litestar import HttpMethod, get, route
from litestar.di import NamedDependency

from forebay.application.use_cases import UseCases
from forebay.domain.ids import parse_id
from forebay.domain.paging import DEFAULT_LIMIT
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
from forebay.entrypoints.http.parameters import (
    ArtifactId,
    CursorParameter,
    IfNoneMatch,
    IfRange,
    JobId,
    Limit,
    Range,
)
from forebay.entrypoints.http.problems import AnyRequest, problem_specs
from forebay.entrypoints.http.schemas.artifacts import ArtifactPage


@get(
    "/v1/jobs/{job_id:str}/artifacts",
    operation_id="listJobArtifacts",
    summary="The artifacts of a job",
    tags=["processing"],
    responses=problem_specs(400, 404, 422, 503),
)
async def list_artifacts(
    *,
    use_cases: NamedDependency[UseCases],
    job_id: JobId,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorParameter = None,
) -> ArtifactPage:
    page = await use_cases.processing.list_artifacts(parse_id(job_id, field="job_id"), cursor=cursor, limit=limit)
    return ArtifactPage.of(page)


@route(
    "/v1/artifacts/{artifact_id:str}/content",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    operation_id=operation_ids("readArtifact", "probeArtifact"),
    summary="The bytes of an artifact",
    description="Streamed. The ETag is the SHA-256; one byte range is served as 206.",
    tags=["processing"],
    status_code=200,
    media_type=BYTES,
    responses=content_specs(400, 404, 416, 422, 503),
)
async def read_artifact(
    *,
    request: AnyRequest,
    use_cases: NamedDependency[UseCases],
    options: NamedDependency[HttpOptions],
    artifact_id: ArtifactId,
    range_: Range = None,
    if_range: IfRange = None,
    if_none_match: IfNoneMatch = None,
) -> ContentResponse:
    readable = await use_cases.processing.read_artifact(parse_id(artifact_id, field="artifact_id"))
    found = Representation(
        name=readable.artifact.name,
        media_type=readable.artifact.media_type,
        size_bytes=readable.artifact.size_bytes,
        sha256=readable.artifact.sha256,
        opening=lambda start, stop: readable.open(start=start, stop=stop),
    )
    wanted = Conditions(range=range_, if_range=if_range, if_none_match=if_none_match)
    return await respond_with(request, found, wanted, patience_seconds=options.upload_stall_seconds)
