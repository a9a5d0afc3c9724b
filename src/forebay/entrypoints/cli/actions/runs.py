"""forebay runs: list, show, delete."""

from collections.abc import Sequence
from dataclasses import dataclass

from forebay.application.ports.intake import RunFilter
from forebay.domain.errors import ForebayError
from forebay.domain.ids import parse_id
from forebay.domain.intake.run import RunType
from forebay.domain.intake.text_fields import parse_label, parse_owner
from forebay.domain.paging import check_limit
from forebay.entrypoints.cli.arguments import parse_cursor, parse_instant, parse_order, parse_status
from forebay.entrypoints.cli.errors import failure_of
from forebay.entrypoints.cli.exit_codes import ExitCode
from forebay.entrypoints.cli.gateway import Gateway, RunsQuery
from forebay.entrypoints.cli.options import Invocation
from forebay.entrypoints.cli.output import print_failure, print_json, print_line
from forebay.entrypoints.cli.session import with_gateway
from forebay.entrypoints.cli.tables import print_run, print_runs


@dataclass(frozen=True, slots=True, kw_only=True)
class ListArguments:
    """As typed."""

    type: str | None
    status: str | None
    label: str | None
    owner: str | None
    created_after: str | None
    created_before: str | None
    order: str
    cursor: str | None
    limit: int
    as_json: bool


def list_runs(invocation: Invocation, given: ListArguments) -> None:
    query = RunsQuery(
        where=RunFilter(
            type=RunType.parse(given.type) if given.type is not None else None,
            status=parse_status(given.status),
            label=parse_label(given.label),
            owner=parse_owner(given.owner),
            created_after=parse_instant(given.created_after, field="created_after"),
            created_before=parse_instant(given.created_before, field="created_before"),
        ),
        order=parse_order(given.order),
        cursor=parse_cursor(given.cursor),
        limit=check_limit(given.limit),
    )
    page = with_gateway(invocation, lambda gateway: gateway.list_runs(query))
    if given.as_json:
        print_json(page)
    else:
        print_runs(page)


def show_run(invocation: Invocation, *, run: str, as_json: bool) -> None:
    run_id = parse_id(run, field="RUN")
    found = with_gateway(invocation, lambda gateway: gateway.get_run(run_id))
    if as_json:
        print_json(found)
    else:
        print_run(found)


def delete_runs(invocation: Invocation, *, runs: Sequence[str], as_json: bool) -> ExitCode:
    """Each is tried; the exit code is that of the first that failed."""
    ids = [parse_id(run, field="RUN") for run in runs]

    async def each(gateway: Gateway) -> ExitCode:
        code = ExitCode.OK
        for run_id in ids:
            try:
                await gateway.delete_run(run_id)
            except ForebayError as error:
                failure = failure_of(error)
                print_failure(failure, as_json=as_json, about=str(run_id))
                code = code or failure.exit_code
                continue
            if as_json:
                print_json({"id": run_id, "deleted": True})
            else:
                print_line(f"deleted run {run_id}")
        return code

    return with_gateway(invocation, each)
