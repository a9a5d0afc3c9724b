"""forebay alerts."""

from typing import Annotated

import typer

from forebay.entrypoints.cli.commands.alert_rules import ClientOption, PipelineOption, TypeOption
from forebay.entrypoints.cli.options import Cursor, Json, Limit, invocation_of

Alert = Annotated[str, typer.Argument(metavar="ALERT", help="The alert's id.", show_default=False)]


def list_(
    *,
    context: typer.Context,
    open: Annotated[  # noqa: A002 - the option has this name
        bool | None, typer.Option("--open/--closed", help="Only those that are so.")
    ] = None,
    acknowledged: Annotated[
        bool | None, typer.Option("--acknowledged/--new", help="Only those that somebody has taken on, or nobody.")
    ] = None,
    client: ClientOption = None,
    pipeline: PipelineOption = None,
    rule: Annotated[str | None, typer.Option(metavar="RULE", help="Only of this rule, by id.")] = None,
    type: TypeOption = None,  # noqa: A002 - as above
    cursor: Cursor = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List alerts, newest first."""
    from forebay.entrypoints.cli.actions import alerts as action  # noqa: PLC0415 - keeps --help fast
    from forebay.entrypoints.cli.actions.alert_rules import ScopeArguments  # noqa: PLC0415 - keeps --help fast
    from forebay.entrypoints.cli.pipeline_arguments import PageArguments  # noqa: PLC0415 - keeps --help fast

    where = action.AlertWhere(
        scope=ScopeArguments(client=client, pipeline=pipeline),
        rule=rule,
        type=type,
        open=open,
        acknowledged=acknowledged,
    )
    page = PageArguments(cursor=cursor, limit=limit)
    action.list_alerts(invocation_of(context), where=where, page=page, as_json=as_json)


def show(*, context: typer.Context, alert: Alert, as_json: Json = False) -> None:
    """Show an alert with the messages about it."""
    from forebay.entrypoints.cli.actions import alerts as action  # noqa: PLC0415 - keeps --help fast

    action.show_alert(invocation_of(context), alert=alert, as_json=as_json)


def ack(
    *,
    context: typer.Context,
    alert: Alert,
    by: Annotated[str | None, typer.Option(metavar="NAME", help="Who takes it on.")] = None,
    as_json: Json = False,
) -> None:
    """Take an alert on. Messages about it come all the same."""
    from forebay.entrypoints.cli.actions import alerts as action  # noqa: PLC0415 - keeps --help fast

    action.acknowledge(invocation_of(context), alert=alert, by=by, as_json=as_json)


def mute(
    *,
    context: typer.Context,
    alert: Alert,
    length: Annotated[str | None, typer.Option("--for", metavar="LENGTH", help="From now: 30m, 2h, 7d.")] = None,
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help="Until then: 2026-01-31T12:00 (local) or with Z or +01:00.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say nothing of an alert for a while, not even that it closes."""
    from forebay.entrypoints.cli.actions import alerts as action  # noqa: PLC0415 - keeps --help fast

    action.mute(invocation_of(context), alert=alert, until=until, length=length, as_json=as_json)


def unmute(*, context: typer.Context, alert: Alert, as_json: Json = False) -> None:
    """Tell of an alert again."""
    from forebay.entrypoints.cli.actions import alerts as action  # noqa: PLC0415 - keeps --help fast

    action.unmute(invocation_of(context), alert=alert, as_json=as_json)


def check(*, context: typer.Context, as_json: Json = False) -> None:
    """Look at all pipelines and send what is due, once: for where neither a server nor a worker runs."""
    from forebay.entrypoints.cli.actions import alerts as action  # noqa: PLC0415 - keeps --help fast

    action.check(invocation_of(context), as_json=as_json)
