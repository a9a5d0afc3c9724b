"""forebay clients."""

from typing import Annotated

import typer

from forebay.entrypoints.cli.options import Cursor, Json, Limit, Order, Since, Until, invocation_of

Client = Annotated[
    str, typer.Argument(metavar="CLIENT", help="A client's name, in any case, or its id.", show_default=False)
]
Clients = Annotated[list[str], typer.Argument(metavar="CLIENT...", help="Names or ids of clients.", show_default=False)]


def list_(
    *,
    context: typer.Context,
    text: Annotated[str | None, typer.Option(metavar="TEXT", help="Only names that contain it, in any case.")] = None,
    active: Annotated[bool | None, typer.Option("--active/--disabled", help="Only those that are so.")] = None,
    order: Order = "desc",
    cursor: Cursor = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List clients."""
    from forebay.entrypoints.cli.actions import clients as action  # noqa: PLC0415 - keeps --help fast
    from forebay.entrypoints.cli.pipeline_arguments import PageArguments  # noqa: PLC0415 - keeps --help fast

    page = PageArguments(cursor=cursor, limit=limit)
    action.list_clients(invocation_of(context), text=text, active=active, order=order, page=page, as_json=as_json)


def show(*, context: typer.Context, client: Client, as_json: Json = False) -> None:
    """Show a client."""
    from forebay.entrypoints.cli.actions import clients as action  # noqa: PLC0415 - keeps --help fast

    action.show_client(invocation_of(context), client=client, as_json=as_json)


def create(
    *,
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name.", show_default=False)],
    disabled: Annotated[bool, typer.Option("--disabled", help="Leave it out of summaries and alerts.")] = False,
    as_json: Json = False,
) -> None:
    """Create a client."""
    from forebay.entrypoints.cli.actions import clients as action  # noqa: PLC0415 - keeps --help fast

    action.create_client(invocation_of(context), name=name, disabled=disabled, as_json=as_json)


def change(
    *,
    context: typer.Context,
    client: Client,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="Its new name.")] = None,
    if_revision: Annotated[
        int | None, typer.Option(metavar="N", help="Only if it is still at this revision; `show` has it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Give a client another name."""
    from forebay.entrypoints.cli.actions import clients as action  # noqa: PLC0415 - keeps --help fast

    action.change_client(invocation_of(context), client=client, name=name, if_revision=if_revision, as_json=as_json)


def disable(*, context: typer.Context, clients: Clients, as_json: Json = False) -> None:
    """Leave clients out of summaries and alerts; what their pipelines report is still recorded."""
    from forebay.entrypoints.cli.actions import clients as action  # noqa: PLC0415 - keeps --help fast

    raise typer.Exit(action.switch_clients(invocation_of(context), clients=clients, active=False, as_json=as_json))


def enable(*, context: typer.Context, clients: Clients, as_json: Json = False) -> None:
    """Take clients into summaries and alerts again."""
    from forebay.entrypoints.cli.actions import clients as action  # noqa: PLC0415 - keeps --help fast

    raise typer.Exit(action.switch_clients(invocation_of(context), clients=clients, active=True, as_json=as_json))


def summary(
    *, context: typer.Context, client: Client, since: Since = None, until: Until = None, as_json: Json = False
) -> None:
    """Show a client's pipelines as they are now, and figures of their runs.

    Figures are of the last 7 days unless --since and --until say otherwise.
    """
    from forebay.entrypoints.cli.actions import clients as action  # noqa: PLC0415 - keeps --help fast
    from forebay.entrypoints.cli.pipeline_arguments import WindowArguments  # noqa: PLC0415 - keeps --help fast

    window = WindowArguments(since=since, until=until)
    action.summarise_client(invocation_of(context), client=client, window=window, as_json=as_json)
