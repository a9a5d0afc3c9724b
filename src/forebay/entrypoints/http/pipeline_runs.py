"""Runs of pipelines: report one, list, latest, detail."""

from uuid import uuid4

from litestar import Response, get, post
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromQuery, JSONBody

from forebay.application.pipelines.show_runs import ListPipelineRunsQuery
from forebay.application.ports.pipelines import PipelineRunFilter
from forebay.application.use_cases import UseCases
from forebay.domain.ids import parse_id
from forebay.domain.paging import DEFAULT_LIMIT, SortOrder
from forebay.domain.pipelines.report import ReportedStatus
from forebay.domain.pipelines.run import Verdict
from forebay.entrypoints.http.json_request import json_as
from forebay.entrypoints.http.parameters import (
    CursorParameter,
    Limit,
    Order,
    PipelineId,
    PipelineRunId,
    Since,
    Until,
    utc,
)
from forebay.entrypoints.http.problems import problem_specs
from forebay.entrypoints.http.schemas.pipeline_runs import (
    PipelineRunBody,
    PipelineRunPage,
    RecordedRunBody,
    RunReportBody,
)


@post(
    "/v1/pipelines/{pipeline_id:str}/runs",
    operation_id="reportRun",
    summary="Report a run",
    description="201 when the run is new, else 200. The same report as often as you like ends in the same run; so do "
    "several reports of a run in any order. A disabled pipeline's are recorded, too.",
    tags=["pipelines"],
    status_code=201,
    before_request=json_as(RunReportBody),
    response_headers=[ResponseHeader(name="Location", description="The run", required=False, documentation_only=True)],
    responses={
        200: ResponseSpec(RecordedRunBody, description="It was known already", generate_examples=False),
        **problem_specs(400, 404, 408, 413, 415, 422, 503),
    },
)
async def report_run(
    use_cases: NamedDependency[UseCases], pipeline_id: PipelineId, data: JSONBody[RunReportBody]
) -> Response[RecordedRunBody]:
    parsed = parse_id(pipeline_id, field="pipeline_id")
    report = data.report(data.external_run_id or f"manual-{uuid4()}")
    recorded = await use_cases.pipelines.record_run(parsed, report)
    return Response(
        RecordedRunBody.of(recorded),
        status_code=201 if recorded.verdict is Verdict.CREATED else 200,
        headers={"Location": f"/v1/pipelines/{parsed}/runs/{recorded.run.id}"},
    )


@get(
    "/v1/pipelines/{pipeline_id:str}/runs",
    operation_id="listPipelineRuns",
    summary="List the runs of a pipeline",
    description="By when they finished, else started, else were first reported (`effective_at`); the same time is what "
    "`since` and `until` are about.",
    tags=["pipelines"],
    responses=problem_specs(400, 404, 422, 503),
)
async def list_pipeline_runs(
    *,
    use_cases: NamedDependency[UseCases],
    pipeline_id: PipelineId,
    status: FromQuery[ReportedStatus | None] = None,
    since: Since = None,
    until: Until = None,
    order: Order = SortOrder.DESC,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorParameter = None,
) -> PipelineRunPage:
    where = PipelineRunFilter(status=status, since=utc(since, field="since"), until=utc(until, field="until"))
    query = ListPipelineRunsQuery(
        pipeline_id=parse_id(pipeline_id, field="pipeline_id"), where=where, order=order, cursor=cursor, limit=limit
    )
    return PipelineRunPage.of(await use_cases.pipelines.list_runs(query))


@get(
    "/v1/pipelines/{pipeline_id:str}/runs/latest",
    operation_id="getLatestPipelineRun",
    summary="The latest run of a pipeline",
    description="The one that started last; where that is not known, that finished last. 404 `no_run_yet` before the "
    "first report.",
    tags=["pipelines"],
    responses=problem_specs(400, 404, 422, 503),
)
async def get_latest_pipeline_run(use_cases: NamedDependency[UseCases], pipeline_id: PipelineId) -> PipelineRunBody:
    return PipelineRunBody.of(await use_cases.pipelines.latest_run(parse_id(pipeline_id, field="pipeline_id")))


@get(
    "/v1/pipelines/{pipeline_id:str}/runs/{run_id:str}",
    operation_id="getPipelineRun",
    summary="One run of a pipeline",
    tags=["pipelines"],
    responses=problem_specs(400, 404, 422, 503),
)
async def get_pipeline_run(
    use_cases: NamedDependency[UseCases], pipeline_id: PipelineId, run_id: PipelineRunId
) -> PipelineRunBody:
    found = await use_cases.pipelines.get_run(
        parse_id(pipeline_id, field="pipeline_id"), parse_id(run_id, field="run_id")
    )
    return PipelineRunBody.of(found)
