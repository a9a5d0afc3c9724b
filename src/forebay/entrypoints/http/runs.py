"""Runs: list, detail, files, delete."""

from typing import Annotated, Literal

from litestar import delete, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from forebay.application.intake.browse_members import BrowseQuery
from forebay.application.intake.list_files import ListFilesQuery
from forebay.application.intake.list_runs import ListRunsQuery
from forebay.application.ports.intake import RunFilter
from forebay.application.use_cases import UseCases
from forebay.domain.ids import parse_id
from forebay.domain.intake.errors import InvalidFieldError
from forebay.domain.intake.file import FileRole
from forebay.domain.intake.run import RunStatus, RunType
from forebay.domain.intake.text_fields import parse_owner
from forebay.domain.paging import DEFAULT_LIMIT, SortOrder
from forebay.entrypoints.http.parameters import (
    CreatedAfter,
    CreatedBefore,
    CursorParameter,
    Limit,
    Order,
    RunId,
    plain_text,
    utc,
)
from forebay.entrypoints.http.problems import problem_specs
from forebay.entrypoints.http.schemas.files import FilePage
from forebay.entrypoints.http.schemas.runs import RunBody, RunPage

_LONGEST_PREFIX = 4096  # characters; with all of them escaped, a URL is still not longer than servers take
_LONGEST_CURSOR = 24_000  # one among members holds a path


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
    created_after: CreatedAfter = None,
    created_before: CreatedBefore = None,
    order: Order = SortOrder.DESC,
) -> RunPage:
    where = RunFilter(
        type=type_,
        status=status,
        label=label or None,
        owner=parse_owner(owner),
        created_after=utc(created_after, field="created_after"),
        created_before=utc(created_before, field="created_before"),
    )
    return RunPage.of(
        await use_cases.intake.list_runs(ListRunsQuery(where=where, order=order, cursor=cursor, limit=limit))
    )


@get(
    "/v1/runs/{run_id:str}",
    operation_id="getRun",
    summary="One run",
    tags=["intake"],
    responses=problem_specs(400, 404, 422, 503),
)
async def get_run(use_cases: NamedDependency[UseCases], run_id: RunId) -> RunBody:
    return RunBody.of(await use_cases.intake.get_run(parse_id(run_id, field="run_id")))


@get(
    "/v1/runs/{run_id:str}/files",
    operation_id="listRunFiles",
    summary="The files of a run",
    description="What was sent, then what is inside of it, by path. With `delimiter` only what lies directly in the "
    "folder `prefix`: members that are no folders as `items`, and the paths of `folders`.",
    tags=["intake"],
    responses=problem_specs(400, 404, 422, 503),
)
async def list_files(
    *,
    use_cases: NamedDependency[UseCases],
    run_id: RunId,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Annotated[
        str | None,
        QueryParameter(
            max_length=_LONGEST_CURSOR,
            schema_extra={"pattern": "^[A-Za-z0-9_.-]*$"},
            description="`next_cursor` of the page before.",
        ),
    ] = None,
    role: FromQuery[FileRole | None] = None,
    prefix: Annotated[
        str, QueryParameter(max_length=_LONGEST_PREFIX, description="What paths begin with; a folder's ends in `/`.")
    ] = "",
    delimiter: Annotated[
        Literal["/"] | None, QueryParameter(description="One folder instead of all that is below it.")
    ] = None,
) -> FilePage:
    found = parse_id(run_id, field="run_id")
    prefix = plain_text(prefix, field="prefix")
    if delimiter is None:
        query = ListFilesQuery(run_id=found, role=role, prefix=prefix, cursor=cursor, limit=limit)
        return FilePage.of(await use_cases.intake.list_files(query))
    if role is FileRole.UPLOAD:
        raise InvalidFieldError("only members lie in folders; leave out role or delimiter", field="role")
    folder = BrowseQuery(run_id=found, prefix=prefix, cursor=cursor, limit=limit)
    return FilePage.of_folder(await use_cases.intake.browse_members(folder))


@delete(
    "/v1/runs/{run_id:str}",
    operation_id="deleteRun",
    summary="Delete a run",
    description="Its bytes go as well when no other run refers to them. Runs that follow it lose their parent.",
    tags=["intake"],
    responses=problem_specs(400, 404, 409, 422, 503),
)
async def delete_run(use_cases: NamedDependency[UseCases], run_id: RunId) -> None:
    await use_cases.intake.delete_run(parse_id(run_id, field="run_id"))
