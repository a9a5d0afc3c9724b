"""Jobs: start, list, detail, cancel, retry."""

from typing import Annotated

from litestar import Response, get, post
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency
from litestar.params import FromQuery, HeaderParameter, JSONBody, QueryParameter

from forebay.application.ports.jobs import JobFilter
from forebay.application.processing.show_jobs import ListJobsQuery
from forebay.application.processing.start_job import StartJobCommand
from forebay.application.use_cases import UseCases
from forebay.domain.ids import parse_id
from forebay.domain.paging import DEFAULT_LIMIT, SortOrder
from forebay.domain.processing.job import JobStatus
from forebay.entrypoints.http.json_request import json_only
from forebay.entrypoints.http.parameters import (
    CreatedAfter,
    CreatedBefore,
    CursorParameter,
    JobId,
    Limit,
    Order,
    RunId,
    plain_text,
    utc,
)
from forebay.entrypoints.http.problems import problem_specs
from forebay.entrypoints.http.schemas.jobs import JobBody, JobPage, JobWithStepsBody, StartJobBody

_LOCATION = [ResponseHeader(name="Location", description="The job", required=False, documentation_only=True)]


@get(
    "/v1/jobs",
    operation_id="listJobs",
    summary="List jobs",
    tags=["processing"],
    responses=problem_specs(400, 422, 503),
)
async def list_jobs(
    *,
    use_cases: NamedDependency[UseCases],
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorParameter = None,
    run_id: Annotated[str | None, QueryParameter(schema_extra={"format": "uuid"})] = None,
    kind: Annotated[str | None, QueryParameter(max_length=100)] = None,
    status: FromQuery[JobStatus | None] = None,
    created_after: CreatedAfter = None,
    created_before: CreatedBefore = None,
    order: Order = SortOrder.DESC,
) -> JobPage:
    where = JobFilter(
        run_id=parse_id(run_id, field="run_id") if run_id is not None else None,
        kind=plain_text(kind, field="kind") if kind is not None else None,
        status=status,
        created_after=utc(created_after, field="created_after"),
        created_before=utc(created_before, field="created_before"),
    )
    query = ListJobsQuery(where=where, order=order, cursor=cursor, limit=limit)
    return JobPage.of(await use_cases.processing.list_jobs(query))


@get(
    "/v1/jobs/{job_id:str}",
    operation_id="getJob",
    summary="One job with its steps",
    tags=["processing"],
    responses=problem_specs(400, 404, 422, 503),
)
async def get_job(use_cases: NamedDependency[UseCases], job_id: JobId) -> JobWithStepsBody:
    return JobWithStepsBody.of_result(await use_cases.processing.get_job(parse_id(job_id, field="job_id")))


@post(
    "/v1/jobs",
    operation_id="startJob",
    summary="Start a job on a stored run",
    description="Also once more on a run that was worked on before. 409 while a job of the kind is under way for it.",
    tags=["processing"],
    status_code=202,
    before_request=json_only,
    response_headers=_LOCATION,
    responses=problem_specs(400, 404, 408, 409, 413, 415, 422, 503),
)
async def start_job(
    use_cases: NamedDependency[UseCases],
    data: JSONBody[StartJobBody],
    idempotency_key: Annotated[
        str | None,
        HeaderParameter(
            name="Idempotency-Key",
            description="The same key with the same body answers with the first job; with another body 409.",
        ),
    ] = None,
) -> Response[JobBody]:
    command = StartJobCommand(
        run_id=parse_id(data.run_id, field="run_id"), kind=data.kind, idempotency_key=idempotency_key
    )
    started = await use_cases.processing.start_job(command)
    headers = {"Location": f"/v1/jobs/{started.job.id}"}
    if not started.is_new:
        headers["Idempotency-Replayed"] = "true"
    return Response(JobBody.of(started.job), status_code=202, headers=headers)


@post(
    "/v1/runs/{run_id:str}/parse",
    operation_id="parseRun",
    summary="Start or repeat the processing of a run",
    description="Answers with the job that is under way already, if there is one.",
    tags=["processing"],
    status_code=202,
    response_headers=_LOCATION,
    responses=problem_specs(400, 404, 409, 422, 503),
)
async def parse_run(use_cases: NamedDependency[UseCases], run_id: RunId) -> Response[JobBody]:
    command = StartJobCommand(run_id=parse_id(run_id, field="run_id"), join=True)
    job = (await use_cases.processing.start_job(command)).job
    return Response(JobBody.of(job), status_code=202, headers={"Location": f"/v1/jobs/{job.id}"})


@post(
    "/v1/jobs/{job_id:str}/cancel",
    operation_id="cancelJob",
    summary="Cancel a job",
    description="One that waits is cancelled at once, one that runs at its next safe point. Repeating it changes "
    "nothing.",
    tags=["processing"],
    status_code=202,
    responses=problem_specs(400, 404, 409, 422, 503),
)
async def cancel_job(use_cases: NamedDependency[UseCases], job_id: JobId) -> JobBody:
    return JobBody.of(await use_cases.processing.cancel_job(parse_id(job_id, field="job_id")))


@post(
    "/v1/jobs/{job_id:str}/retry",
    operation_id="retryJob",
    summary="Try a job again",
    description="One that failed or was cancelled goes on with its first step that is not done.",
    tags=["processing"],
    status_code=202,
    response_headers=_LOCATION,
    responses=problem_specs(400, 404, 409, 422, 503),
)
async def retry_job(use_cases: NamedDependency[UseCases], job_id: JobId) -> Response[JobBody]:
    job = await use_cases.processing.retry_job(parse_id(job_id, field="job_id"))
    return Response(JobBody.of(job), status_code=202, headers={"Location": f"/v1/jobs/{job.id}"})
