"""forebay alerts rules."""

from typing import Annotated

import typer

from forebay.entrypoints.cli.options import Cursor, Json, Limit, invocation_of

Rule = Annotated[str, typer.Argument(metavar="RULE", help="The rule's id.", show_default=False)]
ClientOption = Annotated[
    str | None, typer.Option("--client", metavar="CLIENT", help="Of this client: its name, in any case, or its id.")
]
PipelineOption = Annotated[
    str | None, typer.Option("--pipeline", metavar="PIPELINE", help="Of this pipeline: its id, or CLIENT/PIPELINE.")
]
TypeOption = Annotated[
    str | None, typer.Option("--type", metavar="TYPE", help="on_failure, failures_in_window, late or stuck.")
]
ChannelOption = Annotated[str | None, typer.Option("--channel", metavar="CHANNEL", help="webhook, slack or email.")]
DestinationOption = Annotated[
    str | None,
    typer.Option(
        "--destination",
        metavar="URL",
        help="Where to: the URL of a webhook, or an apprise URL (slack://, mailto://, …); - reads it from standard "
        "input.",
    ),
]
ThresholdOption = Annotated[int | None, typer.Option(metavar="N", help="Of failures_in_window: so many failures.")]
WindowOption = Annotated[int | None, typer.Option(metavar="N", help="Of failures_in_window: within so many minutes.")]
SecretOption = Annotated[
    str | None, typer.Option(metavar="SECRET", help="Of a webhook: whsec_ and base64. Default: one is made, and shown.")
]


def list_(
    *,
    context: typer.Context,
    client: ClientOption = None,
    pipeline: PipelineOption = None,
    type: TypeOption = None,  # noqa: A002 - the option has this name
    enabled: Annotated[bool | None, typer.Option("--enabled/--disabled", help="Only those that are so.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List alert rules; with --client or --pipeline those of exactly this scope."""
    from forebay.entrypoints.cli.actions import alert_rules as action  # noqa: PLC0415 - keeps --help fast
    from forebay.entrypoints.cli.pipeline_arguments import PageArguments  # noqa: PLC0415 - keeps --help fast

    action.list_rules(
        invocation_of(context),
        scope=action.ScopeArguments(client=client, pipeline=pipeline),
        rule_type=type,
        enabled=enabled,
        page=PageArguments(cursor=cursor, limit=limit),
        as_json=as_json,
    )


def show(*, context: typer.Context, rule: Rule, as_json: Json = False) -> None:
    """Show an alert rule; where it tells somebody is masked."""
    from forebay.entrypoints.cli.actions import alert_rules as action  # noqa: PLC0415 - keeps --help fast

    action.show_rule(invocation_of(context), rule=rule, as_json=as_json)


def add(
    *,
    context: typer.Context,
    type: TypeOption = None,  # noqa: A002 - as above
    channel: ChannelOption = None,
    destination: DestinationOption = None,
    client: ClientOption = None,
    pipeline: PipelineOption = None,
    threshold: ThresholdOption = None,
    window_minutes: WindowOption = None,
    signing_secret: SecretOption = None,
    as_json: Json = False,
) -> None:
    """Add an alert rule for a pipeline, for all of a client, or, with neither, everywhere.

    For a pipeline the most specific rules of each type hold. Slack and e-mail need forebay[alerts].

    \b
    Examples:
      forebay alerts rules add --type on_failure --channel webhook --destination https://example.com/hook
      forebay alerts rules add --type late --channel email --client Acme --destination - < mail-url.txt
      forebay alerts rules add --type failures_in_window --threshold 3 --window-minutes 60 --pipeline Acme/orders \\
        --channel slack --destination slack://TokenA/TokenB/TokenC/#ops
    """
    from forebay.entrypoints.cli.actions import alert_rules as action  # noqa: PLC0415 - keeps --help fast

    given = action.RuleArguments(
        type=type,
        channel=channel,
        destination=destination,
        threshold=threshold,
        window_minutes=window_minutes,
        signing_secret=signing_secret,
    )
    scope = action.ScopeArguments(client=client, pipeline=pipeline)
    action.add_rule(invocation_of(context), scope=scope, given=given, as_json=as_json)


def change(
    *,
    context: typer.Context,
    rule: Rule,
    channel: ChannelOption = None,
    destination: DestinationOption = None,
    threshold: ThresholdOption = None,
    window_minutes: WindowOption = None,
    signing_secret: SecretOption = None,
    if_revision: Annotated[
        int | None, typer.Option(metavar="N", help="Only if it is still at this revision; `show` has it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Change an alert rule; what is not given stays. What it is for and its type stay for good."""
    from forebay.entrypoints.cli.actions import alert_rules as action  # noqa: PLC0415 - keeps --help fast

    given = action.RuleArguments(
        channel=channel,
        destination=destination,
        threshold=threshold,
        window_minutes=window_minutes,
        signing_secret=signing_secret,
    )
    action.change_rule(invocation_of(context), rule=rule, given=given, revision=if_revision, as_json=as_json)


def disable(*, context: typer.Context, rule: Rule, as_json: Json = False) -> None:
    """Disable an alert rule: its open alerts close without a message."""
    from forebay.entrypoints.cli.actions import alert_rules as action  # noqa: PLC0415 - keeps --help fast

    action.set_enabled(invocation_of(context), rule=rule, enabled=False, as_json=as_json)


def enable(*, context: typer.Context, rule: Rule, as_json: Json = False) -> None:
    """Enable an alert rule again."""
    from forebay.entrypoints.cli.actions import alert_rules as action  # noqa: PLC0415 - keeps --help fast

    action.set_enabled(invocation_of(context), rule=rule, enabled=True, as_json=as_json)
