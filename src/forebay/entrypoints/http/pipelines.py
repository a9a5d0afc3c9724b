"""Pipelines: list, detail, create, change, disable."""

from dataclasses import replace

from litestar import Response, delete, get, patch, post
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody

from forebay.application.pipelines.manage_pipelines import (
    ChangePipelineCommand,
    ListPipelinesQuery,
    PipelineDraft,
)
from forebay.application.ports.pipelines import PipelineFilter
from forebay.application.use_cases import UseCases
from forebay.domain.ids import parse_id
from forebay.domain.paging import DEFAULT_LIMIT, SortOrder
from forebay.domain.pipelines.pipeline import Environment, Pipeline, PipelineType, Platform
from forebay.entrypoints.http.json_request import json_as
from forebay.entrypoints.http.parameters import (
    ClientId,
    CursorParameter,
    Limit,
    OfClient,
    Order,
    PipelineId,
)
from forebay.entrypoints.http.pipeline_filters import IsActive, PipelineText, pipeline_filter
from forebay.entrypoints.http.problems import problem_specs
from forebay.entrypoints.http.revisions import ETAG, IfMatch, OptionalIfMatch, change_matching, etag, required
from forebay.entrypoints.http.schemas.pipelines import (
    ChangePipelineBody,
    NewPipelineBody,
    NewPipelineOfClientBody,
    PipelineBody,
    PipelinePage,
)

_CREATED = [
    ETAG,
    ResponseHeader(name="Location", description="The pipeline", required=False, documentation_only=True),
]
_ABOUT_CREATION = (
    "`expect_every_seconds` and the graces say what is expected of it: late, missing and stuck runs are then found "
    "though nobody reports them."
)


@get(
    "/v1/pipelines",
    operation_id="listPipelines",
    summary="List pipelines",
    tags=["pipelines"],
    responses=problem_specs(400, 404, 422, 503),
)
async def list_pipelines(
    *,
    use_cases: NamedDependency[UseCases],
    client_id: OfClient = None,
    platform: FromQuery[Platform | None] = None,
    environment: FromQuery[Environment | None] = None,
    pipeline_type: FromQuery[PipelineType | None] = None,
    is_active: IsActive = None,
    text: PipelineText = None,
    order: Order = SortOrder.DESC,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorParameter = None,
) -> PipelinePage:
    where = pipeline_filter(
        client_id=client_id,
        platform=platform,
        environment=environment,
        pipeline_type=pipeline_type,
        is_active=is_active,
        text=text,
    )
    return await _list(use_cases, where, order=order, limit=limit, cursor=cursor)


@get(
    "/v1/clients/{client_id:str}/pipelines",
    operation_id="listPipelinesOfClient",
    summary="List the pipelines of a client",
    tags=["pipelines"],
    responses=problem_specs(400, 404, 422, 503),
)
async def list_pipelines_of_client(
    *,
    use_cases: NamedDependency[UseCases],
    client_id: ClientId,
    platform: FromQuery[Platform | None] = None,
    environment: FromQuery[Environment | None] = None,
    pipeline_type: FromQuery[PipelineType | None] = None,
    is_active: IsActive = None,
    text: PipelineText = None,
    order: Order = SortOrder.DESC,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorParameter = None,
) -> PipelinePage:
    where = pipeline_filter(
        client_id=client_id,
        platform=platform,
        environment=environment,
        pipeline_type=pipeline_type,
        is_active=is_active,
        text=text,
    )
    return await _list(use_cases, where, order=order, limit=limit, cursor=cursor)


@post(
    "/v1/pipelines",
    operation_id="createPipeline",
    summary="Create a pipeline",
    description=_ABOUT_CREATION,
    tags=["pipelines"],
    status_code=201,
    before_request=json_as(NewPipelineBody),
    response_headers=_CREATED,
    responses=problem_specs(400, 404, 408, 409, 413, 415, 422, 503),
)
async def create_pipeline(
    use_cases: NamedDependency[UseCases], data: JSONBody[NewPipelineBody]
) -> Response[PipelineBody]:
    return await _create(use_cases, data.draft(parse_id(data.client_id, field="client_id")))


@post(
    "/v1/clients/{client_id:str}/pipelines",
    operation_id="createPipelineOfClient",
    summary="Create a pipeline of a client",
    description=_ABOUT_CREATION,
    tags=["pipelines"],
    status_code=201,
    before_request=json_as(NewPipelineOfClientBody),
    response_headers=_CREATED,
    responses=problem_specs(400, 404, 408, 409, 413, 415, 422, 503),
)
async def create_pipeline_of_client(
    use_cases: NamedDependency[UseCases], client_id: ClientId, data: JSONBody[NewPipelineOfClientBody]
) -> Response[PipelineBody]:
    return await _create(use_cases, data.draft(parse_id(client_id, field="client_id")))


@get(
    "/v1/pipelines/{pipeline_id:str}",
    operation_id="getPipeline",
    summary="One pipeline",
    tags=["pipelines"],
    response_headers=[ETAG],
    responses=problem_specs(400, 404, 422, 503),
)
async def get_pipeline(use_cases: NamedDependency[UseCases], pipeline_id: PipelineId) -> Response[PipelineBody]:
    return _answer(await use_cases.pipelines.get_pipeline(parse_id(pipeline_id, field="pipeline_id")))


@patch(
    "/v1/pipelines/{pipeline_id:str}",
    operation_id="changePipeline",
    summary="Change, disable or enable a pipeline",
    description="What is left out stays; null takes it away. Enabling it again starts its schedule anew: no run is "
    "missed from before then. While it is disabled its reports are still recorded.",
    tags=["pipelines"],
    before_request=json_as(ChangePipelineBody),
    response_headers=[ETAG],
    responses=problem_specs(400, 404, 408, 409, 412, 413, 415, 422, 428, 503),
)
async def change_pipeline(
    use_cases: NamedDependency[UseCases],
    pipeline_id: PipelineId,
    data: JSONBody[ChangePipelineBody],
    if_match: IfMatch = None,
) -> Response[PipelineBody]:
    command = data.command(parse_id(pipeline_id, field="pipeline_id"))
    return _answer(await _change(use_cases, command, required(if_match)))


@delete(
    "/v1/pipelines/{pipeline_id:str}",
    operation_id="disablePipeline",
    summary="Disable a pipeline",
    description="Pipelines are never deleted: history stays, and PATCH with `is_active` true enables it again.",
    tags=["pipelines"],
    responses=problem_specs(400, 404, 412, 422, 503),
)
async def disable_pipeline(
    use_cases: NamedDependency[UseCases], pipeline_id: PipelineId, if_match: OptionalIfMatch = None
) -> None:
    command = ChangePipelineCommand(pipeline_id=parse_id(pipeline_id, field="pipeline_id"), is_active=False)
    await _change(use_cases, command, if_match)


async def _list(
    use_cases: UseCases, where: PipelineFilter, *, order: SortOrder, limit: int, cursor: str | None
) -> PipelinePage:
    query = ListPipelinesQuery(where=where, order=order, cursor=cursor, limit=limit)
    return PipelinePage.of(await use_cases.pipelines.list_pipelines(query))


async def _create(use_cases: UseCases, draft: PipelineDraft) -> Response[PipelineBody]:
    pipeline = await use_cases.pipelines.create_pipeline(draft)
    response = _answer(pipeline, status_code=201)
    response.headers["Location"] = f"/v1/pipelines/{pipeline.id}"
    return response


async def _change(use_cases: UseCases, command: ChangePipelineCommand, if_match: str | None) -> Pipeline:
    async def change(revision: int | None) -> Pipeline:
        return await use_cases.pipelines.change_pipeline(replace(command, revision=revision))

    async def revision_now() -> int:
        return (await use_cases.pipelines.get_pipeline(command.pipeline_id)).revision

    return await change_matching(if_match, change, revision_now)


def _answer(pipeline: Pipeline, *, status_code: int = 200) -> Response[PipelineBody]:
    return Response(PipelineBody.of(pipeline), status_code=status_code, headers={"ETag": etag(pipeline.revision)})
