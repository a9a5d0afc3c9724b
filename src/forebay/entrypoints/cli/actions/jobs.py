"""forebay jobs: list, show, start, cancel, retry, artifacts; forebay runs parse; forebay models."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from forebay.application.ports.jobs import JobFilter
from forebay.domain.errors import ForebayError
from forebay.domain.ids import parse_id
from forebay.domain.paging import check_limit
from forebay.entrypoints.cli.actions.waiting import ended, failure_in
from forebay.entrypoints.cli.arguments import (
    parse_cursor,
    parse_instant,
    parse_job_status,
    parse_key,
    parse_kind,
    parse_order,
)
from forebay.entrypoints.cli.errors import failure_of
from forebay.entrypoints.cli.exit_codes import ExitCode
from forebay.entrypoints.cli.gateway import Gateway, JobsQuery
from forebay.entrypoints.cli.job_tables import print_artifacts, print_job_with_steps, print_jobs, print_models
from forebay.entrypoints.cli.job_views import JobView
from forebay.entrypoints.cli.options import Invocation
from forebay.entrypoints.cli.output import flush, one_line, print_failure, print_json, print_line
from forebay.entrypoints.cli.session import with_gateway


@dataclass(frozen=True, slots=True, kw_only=True)
class ListArguments:
    """As typed."""

    run: str | None
    kind: str | None
    status: str | None
    created_after: str | None
    created_before: str | None
    order: str
    cursor: str | None
    limit: int
    as_json: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StartArguments:
    """As typed."""

    run: str
    kind: str | None
    idempotency_key: str | None
    wait: bool
    show_progress: bool
    as_json: bool


def list_jobs(invocation: Invocation, given: ListArguments) -> None:
    query = JobsQuery(
        where=JobFilter(
            run_id=parse_id(given.run, field="--run") if given.run is not None else None,
            kind=parse_kind(given.kind),
            status=parse_job_status(given.status),
            created_after=parse_instant(given.created_after, field="created_after"),
            created_before=parse_instant(given.created_before, field="created_before"),
        ),
        order=parse_order(given.order),
        cursor=parse_cursor(given.cursor),
        limit=check_limit(given.limit),
    )
    page = with_gateway(invocation, lambda gateway: gateway.list_jobs(query))
    if given.as_json:
        print_json(page)
    else:
        print_jobs(page)


def show_job(invocation: Invocation, *, job: str, as_json: bool) -> None:
    job_id = parse_id(job, field="JOB")
    found = with_gateway(invocation, lambda gateway: gateway.get_job(job_id))
    if as_json:
        print_json(found)
    else:
        print_job_with_steps(found)


def start_job(invocation: Invocation, given: StartArguments) -> ExitCode:
    run_id = parse_id(given.run, field="RUN")
    key = parse_key(given.idempotency_key)
    kind = parse_kind(given.kind)

    async def start(gateway: Gateway) -> JobView:
        return await gateway.start_job(run_id, kind=kind, idempotency_key=key)

    return _begun(invocation, start, wait=given.wait, show_progress=given.show_progress, as_json=given.as_json)


def parse_run(invocation: Invocation, *, run: str, wait: bool, show_progress: bool, as_json: bool) -> ExitCode:
    run_id = parse_id(run, field="RUN")

    async def start(gateway: Gateway) -> JobView:
        return await gateway.parse_run(run_id)

    return _begun(invocation, start, wait=wait, show_progress=show_progress, as_json=as_json)


def change_jobs(invocation: Invocation, *, jobs: Sequence[str], change: str, as_json: bool) -> ExitCode:
    """`change`: cancel or retry. Each is tried; the exit code is that of the first that failed."""
    ids = [parse_id(job, field="JOB") for job in jobs]

    async def each(gateway: Gateway) -> ExitCode:
        changed = gateway.cancel_job if change == "cancel" else gateway.retry_job
        code = ExitCode.OK
        for job_id in ids:
            try:
                print_changed(await changed(job_id), as_json=as_json)
            except ForebayError as error:
                failure = failure_of(error)
                print_failure(failure, as_json=as_json, about=str(job_id))
                code = code or failure.exit_code
        return code

    return with_gateway(invocation, each)


def list_artifacts(invocation: Invocation, *, job: str, cursor: str | None, limit: int, as_json: bool) -> None:
    job_id, cursor, limit = parse_id(job, field="JOB"), parse_cursor(cursor), check_limit(limit)
    page = with_gateway(invocation, lambda gateway: gateway.list_artifacts(job_id, cursor=cursor, limit=limit))
    if as_json:
        print_json(page)
    else:
        print_artifacts(page)


def list_models(invocation: Invocation, *, cursor: str | None, limit: int, as_json: bool) -> None:
    cursor, limit = parse_cursor(cursor), check_limit(limit)
    page = with_gateway(invocation, lambda gateway: gateway.list_models(cursor=cursor, limit=limit))
    if as_json:
        print_json(page)
    else:
        print_models(page)


def _begun(
    invocation: Invocation,
    start: Callable[[Gateway], Awaitable[JobView]],
    *,
    wait: bool,
    show_progress: bool,
    as_json: bool,
) -> ExitCode:
    async def begin(gateway: Gateway) -> ExitCode:
        job = await start(gateway)
        if wait:
            job = await ended(gateway, job, name=job.kind, show_progress=show_progress)
        print_changed(job, as_json=as_json)
        failure = failure_in(job) if wait else None
        if failure is None:
            return ExitCode.OK
        print_failure(failure, as_json=as_json)
        return failure.exit_code

    return with_gateway(invocation, begin)


def print_changed(job: JobView, *, as_json: bool) -> None:
    if as_json:
        print_json(job)
    else:
        about = f"run {job.run_id}" if job.run_id is not None else job.about
        asked = ", and is asked to stop" if job.cancel_requested and not job.is_final else ""
        print_line(one_line(f"job {job.id} ({job.kind} on {about}) is {job.status}{asked}"))
    flush()
