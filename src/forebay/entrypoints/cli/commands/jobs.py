"""forebay jobs."""

from typing import Annotated

import typer

from forebay.entrypoints.cli.options import (
    After,
    Before,
    Cursor,
    Job,
    Jobs,
    Json,
    Limit,
    NoProgress,
    Run,
    Wait,
    invocation_of,
)

OfRun = Annotated[str | None, typer.Option("--run", metavar="RUN", help="Only of this run.")]


def list_(
    *,
    context: typer.Context,
    run: OfRun = None,
    kind: Annotated[str | None, typer.Option(metavar="KIND", help="Only of this processor.")] = None,
    status: Annotated[
        str | None,
        typer.Option(metavar="STATUS", help="Only queued, running, succeeded, failed or cancelled."),
    ] = None,
    created_after: After = None,
    created_before: Before = None,
    order: Annotated[str, typer.Option(metavar="ORDER", help="desc: newest first; asc: oldest first.")] = "desc",
    cursor: Cursor = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List jobs."""
    from forebay.entrypoints.cli.actions import jobs as action  # noqa: PLC0415 - keeps --help fast

    given = action.ListArguments(
        run=run,
        kind=kind,
        status=status,
        created_after=created_after,
        created_before=created_before,
        order=order,
        cursor=cursor,
        limit=limit,
        as_json=as_json,
    )
    action.list_jobs(invocation_of(context), given)


def show(*, context: typer.Context, job: Job, as_json: Json = False) -> None:
    """Show a job with its steps."""
    from forebay.entrypoints.cli.actions import jobs as action  # noqa: PLC0415 - keeps --help fast

    action.show_job(invocation_of(context), job=job, as_json=as_json)


def events(
    *,
    context: typer.Context,
    job: Annotated[
        str | None, typer.Argument(metavar="[JOB]", help="The job's id. Default: all runs and jobs.")
    ] = None,
    run: OfRun = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as things happen, to the job's end.")] = False,
    after: Annotated[int | None, typer.Option(metavar="N", help="Only behind this position.")] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Show what happened, to one job or to everything.

    With --follow and without a job it begins with what happens from now on. With --json there is one event per line
    then, and a page without --follow.
    """
    from forebay.entrypoints.cli.actions import events as action  # noqa: PLC0415 - keeps --help fast

    given = action.EventsArguments(job=job, run=run, after=after, follow=follow, limit=limit, as_json=as_json)
    action.events(invocation_of(context), given)


def start(
    *,
    context: typer.Context,
    run: Run,
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help="The processor. Default: that of the run's type.")
    ] = None,
    idempotency_key: Annotated[
        str | None, typer.Option(metavar="KEY", help="Repeating a start with its key gives the first job.")
    ] = None,
    wait: Wait = False,
    no_progress: NoProgress = False,
    as_json: Json = False,
) -> None:
    """Start a job on a stored run, also once more."""
    from forebay.entrypoints.cli.actions import jobs as action  # noqa: PLC0415 - keeps --help fast

    given = action.StartArguments(
        run=run,
        kind=kind,
        idempotency_key=idempotency_key,
        wait=wait,
        show_progress=not no_progress,
        as_json=as_json,
    )
    raise typer.Exit(action.start_job(invocation_of(context), given))


def cancel(*, context: typer.Context, jobs: Jobs, as_json: Json = False) -> None:
    """Cancel jobs: those that wait at once, those that run at their next safe point."""
    from forebay.entrypoints.cli.actions import jobs as action  # noqa: PLC0415 - keeps --help fast

    raise typer.Exit(action.change_jobs(invocation_of(context), jobs=jobs, change="cancel", as_json=as_json))


def retry(*, context: typer.Context, jobs: Jobs, as_json: Json = False) -> None:
    """Try jobs again that failed or were cancelled, from their first step that is not done."""
    from forebay.entrypoints.cli.actions import jobs as action  # noqa: PLC0415 - keeps --help fast

    raise typer.Exit(action.change_jobs(invocation_of(context), jobs=jobs, change="retry", as_json=as_json))


def artifacts(
    *, context: typer.Context, job: Job, cursor: Cursor = None, limit: Limit = 50, as_json: Json = False
) -> None:
    """List the files that a job made; `forebay files get` fetches them."""
    from forebay.entrypoints.cli.actions import jobs as action  # noqa: PLC0415 - keeps --help fast

    action.list_artifacts(invocation_of(context), job=job, cursor=cursor, limit=limit, as_json=as_json)
