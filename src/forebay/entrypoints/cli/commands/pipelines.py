"""forebay pipelines: list, show, create, change, disable, enable."""

from typing import Annotated

import typer

from forebay.entrypoints.cli.options import Cursor, Json, Limit, Order, invocation_of

Pipeline = Annotated[
    str, typer.Argument(metavar="PIPELINE", help="CLIENT/PIPELINE by their names, or its id.", show_default=False)
]
Pipelines = Annotated[
    list[str], typer.Argument(metavar="PIPELINE...", help="CLIENT/PIPELINE by their names, or ids.", show_default=False)
]
OfClient = Annotated[str | None, typer.Option("--client", metavar="CLIENT", help="Only of this one; name or id.")]
OfPlatform = Annotated[
    str | None, typer.Option("--platform", metavar="NAME", help="Only airflow, dbt, cron, vendor_api or custom.")
]
OfEnvironment = Annotated[str | None, typer.Option("--environment", metavar="NAME", help="Only dev, staging or prod.")]
OfType = Annotated[
    str | None,
    typer.Option("--type", metavar="TYPE", help="Only ingestion, transform, quality, export or healthcheck."),
]
Text = Annotated[
    str | None, typer.Option(metavar="TEXT", help="Only whose name or external id contains it, in any case.")
]
Platform = Annotated[
    str | None, typer.Option(metavar="NAME", help="What runs it: airflow, dbt, cron, vendor_api or custom.")
]
Type = Annotated[
    str | None,
    typer.Option("--type", metavar="TYPE", help="What it does: ingestion, transform, quality, export or healthcheck."),
]
Environment = Annotated[str | None, typer.Option(metavar="NAME", help="Where it runs: dev, staging or prod.")]
ExpectEvery = Annotated[
    str | None, typer.Option(metavar="TIME", help="A run must start in any such time: 15m, 24h, 7d. 0: none must.")
]
StartGrace = Annotated[str | None, typer.Option(metavar="TIME", help="How much later than that is not late yet.")]
FinishGrace = Annotated[
    str | None, typer.Option(metavar="TIME", help="A run that goes on for longer is stuck. 0: none is.")
]


def list_(
    *,
    context: typer.Context,
    client: OfClient = None,
    platform: OfPlatform = None,
    environment: OfEnvironment = None,
    kind: OfType = None,
    active: Annotated[bool | None, typer.Option("--active/--disabled", help="Only those that are so.")] = None,
    text: Text = None,
    order: Order = "desc",
    cursor: Cursor = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List pipelines."""
    from forebay.entrypoints.cli.actions import pipelines as action  # noqa: PLC0415 - keeps --help fast
    from forebay.entrypoints.cli.pipeline_arguments import PageArguments, PipelineWhere  # noqa: PLC0415 - keeps --help fast

    where = PipelineWhere(platform=platform, environment=environment, type=kind, active=active, text=text)
    page = PageArguments(cursor=cursor, limit=limit)
    action.list_pipelines(invocation_of(context), where, client=client, order=order, page=page, as_json=as_json)


def show(*, context: typer.Context, pipeline: Pipeline, as_json: Json = False) -> None:
    """Show a pipeline, what is expected of it and how it is."""
    from forebay.entrypoints.cli.actions import pipelines as action  # noqa: PLC0415 - keeps --help fast

    action.show_pipeline(invocation_of(context), pipeline=pipeline, as_json=as_json)


def create(
    *,
    context: typer.Context,
    client: Annotated[str, typer.Argument(metavar="CLIENT", help="Whose it is; name or id.", show_default=False)],
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name.", show_default=False)],
    platform: Platform = None,
    external_id: Annotated[
        str | None, typer.Option(metavar="ID", help="What its platform calls it; reports may name it so.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--type", metavar="TYPE", help="What it does. Default: ingestion.")
    ] = None,
    environment: Environment = None,
    expect_every: ExpectEvery = None,
    start_grace: StartGrace = None,
    finish_grace: FinishGrace = None,
    as_json: Json = False,
) -> None:
    """Create a pipeline.

    Its platform is custom, its type ingestion and its environment prod unless you say otherwise.

    \b
    Example:
      forebay pipelines create Acme 'Nightly load' --platform airflow --external-id nightly_load \\
        --expect-every 24h --start-grace 1h --finish-grace 3h
    """
    from forebay.entrypoints.cli.actions import pipelines as action  # noqa: PLC0415 - keeps --help fast

    given = action.PipelineArguments(
        name=name,
        platform=platform,
        external_id=external_id,
        type=kind,
        environment=environment,
        expect_every=expect_every,
        start_grace=start_grace,
        finish_grace=finish_grace,
    )
    action.create_pipeline(invocation_of(context), given, client=client, as_json=as_json)


def change(
    *,
    context: typer.Context,
    pipeline: Pipeline,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="Its new name.")] = None,
    platform: Platform = None,
    external_id: Annotated[
        str | None, typer.Option(metavar="ID", help="What its platform calls it; empty: nothing.")
    ] = None,
    kind: Type = None,
    environment: Environment = None,
    expect_every: ExpectEvery = None,
    start_grace: StartGrace = None,
    finish_grace: FinishGrace = None,
    if_revision: Annotated[
        int | None, typer.Option(metavar="N", help="Only if it is still at this revision; `show` has it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Change a pipeline; what is not given stays.

    \b
    Examples:
      forebay pipelines change 'Acme/Nightly load' --expect-every 12h
      forebay pipelines change 'Acme/Nightly load' --finish-grace 0 --external-id ''
    """
    from forebay.entrypoints.cli.actions import pipelines as action  # noqa: PLC0415 - keeps --help fast

    given = action.PipelineArguments(
        name=name,
        platform=platform,
        external_id=external_id,
        type=kind,
        environment=environment,
        expect_every=expect_every,
        start_grace=start_grace,
        finish_grace=finish_grace,
    )
    action.change_pipeline(invocation_of(context), given, pipeline=pipeline, if_revision=if_revision, as_json=as_json)


def disable(*, context: typer.Context, pipelines: Pipelines, as_json: Json = False) -> None:
    """Leave pipelines out of summaries and alerts; what they report is still recorded."""
    from forebay.entrypoints.cli.actions import pipelines as action  # noqa: PLC0415 - keeps --help fast

    raise typer.Exit(
        action.switch_pipelines(invocation_of(context), pipelines=pipelines, active=False, as_json=as_json)
    )


def enable(*, context: typer.Context, pipelines: Pipelines, as_json: Json = False) -> None:
    """Take pipelines into summaries and alerts again; their schedules start anew."""
    from forebay.entrypoints.cli.actions import pipelines as action  # noqa: PLC0415 - keeps --help fast

    raise typer.Exit(action.switch_pipelines(invocation_of(context), pipelines=pipelines, active=True, as_json=as_json))
