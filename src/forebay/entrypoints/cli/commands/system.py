"""forebay serve, migrate, sweep, health, openapi, config, version."""

from typing import Annotated

import typer

from forebay.entrypoints.cli.options import Json, invocation_of
from forebay.entrypoints.cli.services import ServeOptions


def serve(
    *,
    context: typer.Context,
    host: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Instead of FOREBAY_HOST.")] = None,
    port: Annotated[
        int | None, typer.Option(metavar="PORT", min=0, max=65535, help="Instead of FOREBAY_PORT; 0: any free one.")
    ] = None,
) -> None:
    """Run the server."""
    invocation = invocation_of(context)
    if invocation.server:
        from forebay.entrypoints.cli.errors import LocalOnlyError  # noqa: PLC0415 - keeps --help fast

        raise LocalOnlyError("serve runs a server here; leave out --server")
    raise typer.Exit(invocation.services.serve(ServeOptions(host=host, port=port)))


def migrate(*, context: typer.Context, as_json: Json = False) -> None:
    """Bring the database schema to the version of this program."""
    from forebay.entrypoints.cli.actions import system as action  # noqa: PLC0415 - keeps --help fast

    action.migrate(invocation_of(context), as_json=as_json)


def sweep(
    *,
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done, and why.")] = False,
    as_json: Json = False,
) -> None:
    """Clean up what crashed or was cut off: stale pending runs, orphan objects, half-written ones."""
    from forebay.entrypoints.cli.actions import system as action  # noqa: PLC0415 - keeps --help fast

    action.sweep(invocation_of(context), dry_run=dry_run, as_json=as_json)


def health(*, context: typer.Context, as_json: Json = False) -> None:
    """Say of each part whether it works; exit code 5 when one does not."""
    from forebay.entrypoints.cli.actions import system as action  # noqa: PLC0415 - keeps --help fast

    raise typer.Exit(action.health(invocation_of(context), as_json=as_json))


def openapi(*, context: typer.Context, as_json: Json = False) -> None:
    """Print the OpenAPI document of this version's HTTP API (JSON with or without --json)."""
    from forebay.entrypoints.cli.output import print_line  # noqa: PLC0415 - keeps --help fast

    print_line(invocation_of(context).services.openapi().rstrip("\n"))


def config(*, context: typer.Context, as_json: Json = False) -> None:
    """Print the settings in force, secrets masked."""
    from forebay.entrypoints.cli.actions import system as action  # noqa: PLC0415 - keeps --help fast

    action.config(invocation_of(context), as_json=as_json)


def version(*, context: typer.Context, as_json: Json = False) -> None:
    """Print the version of this program."""
    from forebay.entrypoints.cli.actions import system as action  # noqa: PLC0415 - keeps --help fast

    action.version(invocation_of(context), as_json=as_json)
