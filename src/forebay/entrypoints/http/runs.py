"""Runs: list, detail, files, delete, and the reserved parse."""

from datetime import UTC, datetime
from typing import Annotated

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import FromQuery, PathParameter, QueryParameter

from forebay.application.intake.list_files import ListFilesQuery
from forebay.application.intake.list_runs import ListRunsQuery
from forebay.application.ports.intake import RunFilter
from forebay.application.use_cases import UseCases
from forebay.domain.ids import parse_id
from forebay.domain.intake.errors import InvalidFieldError
from forebay.domain.intake.file import FileRole
from forebay.domain.intake.run import RunStatus, RunType
from forebay.domain.intake.text_fields import parse_owner
from forebay.domain.paging import DEFAULT_LIMIT, MAX_LIMIT, SortOrder
from forebay.entrypoints.http.problems import problem_specs
from forebay.entrypoints.http.schemas import FilePage, RunBody, RunPage

RunId = Annotated[str, PathParameter(description="The run's id", schema_extra={"format": "uuid"})]
Limit = Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT, description="How many items at most.")]
CursorParameter = Annotated[str | None, QueryParameter(max_length=200, description="`next_cursor` of the page before.")]


@get(
    "/v1/runs",
    operation_id="listRuns",
    summary="List runs",
    tags=["intake"],
    responses=problem_specs(400, 422, 503),
)
async def list_runs(
    *,
    use_cases: NamedDependency[UseCases],
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorParameter = None,
    type_: Annotated[RunType | None, QueryParameter(name="type")] = None,
    status: FromQuery[RunStatus | None] = None,
    label: Annotated[str | None, QueryParameter(max_length=200, description="Contained, ignoring case.")] = None,
    owner: FromQuery[str | None] = None,
    created_after: Annotated[
        datetime | None, QueryParameter(description="Inclusive; UTC where no zone is given.")
    ] = None,
    created_before: Annotated[
        datetime | None, QueryParameter(description="Exclusive; UTC where no zone is given.")
    ] = None,
    order: Annotated[SortOrder, QueryParameter(description="desc: newest first.")] = SortOrder.DESC,
) -> RunPage:
    where = RunFilter(
        type=type_,
        status=status,
        label=label or None,
        owner=parse_owner(owner),
        created_after=_utc(created_after, field="created_after"),
        created_before=_utc(created_before, field="created_before"),
    )
    return RunPage.of(
        await use_cases.intake.list_runs(ListRunsQuery(where=where, order=order, cursor=cursor, limit=limit))
    )


@get(
    "/v1/runs/{run_id:str}",
    operation_id="getRun",
    summary="One run",
    tags=["intake"],
    responses=problem_specs(404, 422, 503),
)
async def get_run(use_cases: NamedDependency[UseCases], run_id: RunId) -> RunBody:
    return RunBody.of(await use_cases.intake.get_run(parse_id(run_id, field="run_id")))


@get(
    "/v1/runs/{run_id:str}/files",
    operation_id="listRunFiles",
    summary="The files of a run",
    tags=["intake"],
    responses=problem_specs(400, 404, 422, 503),
)
async def list_files(
    *,
    use_cases: NamedDependency[UseCases],
    run_id: RunId,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorParameter = None,
    role: FromQuery[FileRole | None] = None,
) -> FilePage:
    query = ListFilesQuery(run_id=parse_id(run_id, field="run_id"), role=role, cursor=cursor, limit=limit)
    return FilePage.of(await use_cases.intake.list_files(query))


@delete(
    "/v1/runs/{run_id:str}",
    operation_id="deleteRun",
    summary="Delete a run",
    description="Its bytes go as well when no other run refers to them. Runs that follow it lose their parent.",
    tags=["intake"],
    responses=problem_specs(404, 409, 422, 503),
)
async def delete_run(use_cases: NamedDependency[UseCases], run_id: RunId) -> None:
    await use_cases.intake.delete_run(parse_id(run_id, field="run_id"))


@post(
    "/v1/runs/{run_id:str}/parse",
    operation_id="parseRun",
    summary="Reserved",
    description="Will start processing; answers 501 for now.",
    tags=["intake"],
    status_code=202,
    responses=problem_specs(404, 422, 501, 503),
)
async def parse_run(use_cases: NamedDependency[UseCases], run_id: RunId) -> Response[None]:
    await use_cases.intake.get_run(parse_id(run_id, field="run_id"))
    raise HTTPException(status_code=501, detail="processing is not there yet; the run stays stored")


def _utc(value: datetime | None, *, field: str) -> datetime | None:
    if value is None:
        return None
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        raise InvalidFieldError("expected a time that lies in the years 1 to 9999 in UTC", field=field) from None
