"""/v1/ingestion-sync: runs of pipelines are pulled from partners' APIs."""

from typing import Annotated

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from forebay.application.pipelines.start_sync import StartSyncCommand
from forebay.application.use_cases import UseCases
from forebay.domain.ids import parse_id
from forebay.entrypoints.http.json_request import json_only
from forebay.entrypoints.http.parameters import plain_text
from forebay.entrypoints.http.problems import problem_specs
from forebay.entrypoints.http.schemas.ingestion_sync import StartedSyncsBody, StartSyncBody, SyncStateBody


@post(
    "/v1/ingestion-sync",
    operation_id="startSync",
    summary="Pull runs from partners' APIs",
    description="Starts a job for each source, or answers with the one that is under way. Each pipeline is a step of "
    "the job, and goes on where its last sync stopped.",
    tags=["pipelines"],
    status_code=202,
    before_request=json_only,
    responses=problem_specs(400, 404, 408, 413, 415, 422, 503),
)
async def start_sync(use_cases: NamedDependency[UseCases], data: JSONBody[StartSyncBody]) -> StartedSyncsBody:
    command = StartSyncCommand(
        source=plain_text(data.source, field="source") if data.source is not None else None,
        pipeline_id=parse_id(data.pipeline_id, field="pipeline_id") if data.pipeline_id is not None else None,
    )
    return StartedSyncsBody.of(await use_cases.pipelines.start_sync(command))


@get(
    "/v1/ingestion-sync",
    operation_id="getSyncState",
    summary="How far runs were pulled",
    tags=["pipelines"],
    responses=problem_specs(400, 422, 503),
)
async def sync_state(
    *,
    use_cases: NamedDependency[UseCases],
    source: Annotated[str | None, QueryParameter(max_length=64, description="Only of this source.")] = None,
) -> SyncStateBody:
    name = plain_text(source, field="source") if source is not None else None
    return SyncStateBody.of(await use_cases.pipelines.show_sync(name))
