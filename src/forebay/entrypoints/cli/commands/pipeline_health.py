"""forebay pipelines: health, failures, flakiest, platforms, durations."""

from typing import Annotated

import typer

from forebay.entrypoints.cli.commands.pipelines import OfClient, OfEnvironment, OfPlatform, OfType, Text
from forebay.entrypoints.cli.options import Json, Since, Until, invocation_of

OfPipeline = Annotated[
    str | None, typer.Option("--pipeline", metavar="PIPELINE", help="Only of this one; CLIENT/PIPELINE or id.")
]


def health(
    *,
    context: typer.Context,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--health",
            metavar="STATE,...",
            help="Only stuck, missing, late, failing, unknown, healthy or disabled ones.",
        ),
    ] = None,
    client: OfClient = None,
    platform: OfPlatform = None,
    environment: OfEnvironment = None,
    kind: OfType = None,
    text: Text = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with 11 when one is stuck, missing, late or failing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show how pipelines are, across clients, worst first.

    \b
    Examples:
      forebay pipelines health --client Acme
      forebay pipelines health --health late,missing,stuck,failing --exit-code
    """
    from forebay.entrypoints.cli.actions import pipeline_health as action  # noqa: PLC0415 - keeps --help fast
    from forebay.entrypoints.cli.pipeline_arguments import PipelineWhere  # noqa: PLC0415 - keeps --help fast

    where = PipelineWhere(platform=platform, environment=environment, type=kind, text=text)
    raise typer.Exit(
        action.health(
            invocation_of(context), where, client=client, only=only or [], exit_code=exit_code, as_json=as_json
        )
    )


def failures(
    *,
    context: typer.Context,
    bucket: Annotated[str, typer.Option(metavar="BUCKET", help="day or hour, of UTC.")] = "day",
    client: OfClient = None,
    pipeline: OfPipeline = None,
    since: Since = None,
    until: Until = None,
    as_json: Json = False,
) -> None:
    """Count failures over time: in the last 30 days unless you say otherwise."""
    from forebay.entrypoints.cli.actions import pipeline_health as action  # noqa: PLC0415 - keeps --help fast
    from forebay.entrypoints.cli.pipeline_arguments import WindowArguments  # noqa: PLC0415 - keeps --help fast

    window = WindowArguments(since=since, until=until)
    given = action.OfArguments(client=client, pipeline=pipeline, window=window)
    action.failures(invocation_of(context), given, bucket=bucket, as_json=as_json)


def flakiest(
    *,
    context: typer.Context,
    client: OfClient = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(metavar="N", help="How many at most, 1 to 1000.")] = 20,
    as_json: Json = False,
) -> None:
    """Show which pipelines go from success to failure and back: in the last 30 days unless you say otherwise."""
    from forebay.entrypoints.cli.actions import pipeline_health as action  # noqa: PLC0415 - keeps --help fast
    from forebay.entrypoints.cli.pipeline_arguments import WindowArguments  # noqa: PLC0415 - keeps --help fast

    window = WindowArguments(since=since, until=until)
    given = action.OfArguments(client=client, window=window)
    action.flakiest(invocation_of(context), given, limit=limit, as_json=as_json)


def platforms(*, context: typer.Context, since: Since = None, until: Until = None, as_json: Json = False) -> None:
    """Show how often runs fail on each platform: in the last 30 days unless you say otherwise."""
    from forebay.entrypoints.cli.actions import pipeline_health as action  # noqa: PLC0415 - keeps --help fast
    from forebay.entrypoints.cli.pipeline_arguments import WindowArguments  # noqa: PLC0415 - keeps --help fast

    window = WindowArguments(since=since, until=until)
    action.platforms(invocation_of(context), action.OfArguments(client=None, window=window), as_json=as_json)


def durations(
    *,
    context: typer.Context,
    client: OfClient = None,
    pipeline: OfPipeline = None,
    since: Since = None,
    until: Until = None,
    as_json: Json = False,
) -> None:
    """Count runs by how long they took: in the last 30 days unless you say otherwise."""
    from forebay.entrypoints.cli.actions import pipeline_health as action  # noqa: PLC0415 - keeps --help fast
    from forebay.entrypoints.cli.pipeline_arguments import WindowArguments  # noqa: PLC0415 - keeps --help fast

    window = WindowArguments(since=since, until=until)
    given = action.OfArguments(client=client, pipeline=pipeline, window=window)
    action.durations(invocation_of(context), given, as_json=as_json)
