"""forebay pipelines: report, import, runs, run, latest."""

from typing import Annotated

import typer

from forebay.entrypoints.cli.commands.pipelines import Pipeline
from forebay.entrypoints.cli.options import Cursor, Json, Limit, NoProgress, Order, Since, Until, invocation_of

Moment = "2026-01-31T12:00 (local) or with Z or +01:00"


def report(
    *,
    context: typer.Context,
    pipeline: Pipeline,
    status: Annotated[
        str, typer.Option(metavar="STATUS", help="running, success, failed, canceled or skipped.", show_default=False)
    ],
    external_run_id: Annotated[
        str | None, typer.Option(metavar="ID", help="Which run it is. Default: a new one, manual-UUID.")
    ] = None,
    started: Annotated[str | None, typer.Option(metavar="TIME", help=f"When it started: {Moment}.")] = None,
    finished: Annotated[str | None, typer.Option(metavar="TIME", help="When it finished.")] = None,
    duration: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="How long it took, where the times do not say so.")
    ] = None,
    rows: Annotated[int | None, typer.Option(metavar="N", help="How many rows it processed.")] = None,
    error: Annotated[str | None, typer.Option(metavar="TEXT", help="What went wrong.")] = None,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why it is in this status.")] = None,
    payload: Annotated[
        str | None, typer.Option(metavar="JSON|@FILE", help="An object with anything else; @- is standard input.")
    ] = None,
    reported_at: Annotated[
        str | None, typer.Option(metavar="TIME", help="When you knew this; the report of the later time counts.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Report a run of a pipeline.

    Reports of the same run may come in any order and as often as you like. What one leaves out stays as it is known.

    \b
    Examples:
      forebay pipelines report 'Acme/Nightly load' --status running --external-run-id 17 --started 2026-11-21T02:00Z
      forebay pipelines report 'Acme/Nightly load' --status failed --external-run-id 17 --error 'out of memory'
    """
    from forebay.entrypoints.cli.actions import pipeline_runs as action  # noqa: PLC0415 - keeps --help fast

    given = action.ReportArguments(
        status=status,
        external_run_id=external_run_id,
        started=started,
        finished=finished,
        duration=duration,
        rows=rows,
        error=error,
        reason=reason,
        payload=payload,
        reported_at=reported_at,
    )
    action.report(invocation_of(context), given, pipeline=pipeline, as_json=as_json)


def import_(
    *,
    context: typer.Context,
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="A JSON array, or a JSON object on each line; - is standard input.", show_default=False
        ),
    ],
    create_missing: Annotated[
        bool, typer.Option("--create-missing", help="Create clients and pipelines that are named and do not exist.")
    ] = False,
    no_progress: NoProgress = False,
    as_json: Json = False,
) -> None:
    """Report any number of runs from a file.

    Each record has external_run_id, status and pipeline_id, or client, platform and external_id; and what it knows of
    started_at, finished_at (UTC where they have no zone), duration_seconds, rows_processed, error_message,
    status_reason, payload and reported_at. One that is rejected keeps no other out; the exit code is then 10. To
    import a file once more changes nothing.

    \b
    Example:
      psql -qAtc "select row_to_json(r) from my_runs r" | forebay pipelines import - --create-missing
    """
    from forebay.entrypoints.cli.actions import pipeline_import as action  # noqa: PLC0415 - keeps --help fast

    given = action.ImportArguments(
        file=file, create_missing=create_missing, show_progress=not no_progress, as_json=as_json
    )
    raise typer.Exit(action.import_runs(invocation_of(context), given))


def runs(
    *,
    context: typer.Context,
    pipeline: Pipeline,
    status: Annotated[
        str | None, typer.Option(metavar="STATUS", help="Only running, success, failed, canceled or skipped.")
    ] = None,
    since: Since = None,
    until: Until = None,
    order: Order = "desc",
    cursor: Cursor = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List the runs of a pipeline, by when they finished, else started."""
    from forebay.entrypoints.cli.actions import pipeline_runs as action  # noqa: PLC0415 - keeps --help fast
    from forebay.entrypoints.cli.pipeline_arguments import PageArguments, WindowArguments  # noqa: PLC0415 - keeps --help fast

    action.list_runs(
        invocation_of(context),
        pipeline=pipeline,
        status=status,
        window=WindowArguments(since=since, until=until),
        order=order,
        page=PageArguments(cursor=cursor, limit=limit),
        as_json=as_json,
    )


def run(
    *,
    context: typer.Context,
    pipeline: Pipeline,
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run's id.", show_default=False)],
    as_json: Json = False,
) -> None:
    """Show a run of a pipeline."""
    from forebay.entrypoints.cli.actions import pipeline_runs as action  # noqa: PLC0415 - keeps --help fast

    action.show_run(invocation_of(context), pipeline=pipeline, run=run, as_json=as_json)


def latest(*, context: typer.Context, pipeline: Pipeline, as_json: Json = False) -> None:
    """Show the latest run of a pipeline."""
    from forebay.entrypoints.cli.actions import pipeline_runs as action  # noqa: PLC0415 - keeps --help fast

    action.latest(invocation_of(context), pipeline=pipeline, as_json=as_json)
