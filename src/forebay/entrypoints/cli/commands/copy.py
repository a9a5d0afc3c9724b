"""forebay copy."""

from typing import Annotated

import typer

from forebay.entrypoints.cli.options import Json, NoProgress, invocation_of


def copy(
    *,
    context: typer.Context,
    to_database: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Copy the records there: sqlite:///path or postgresql://user@host/database."),
    ] = None,
    to_blobs: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Copy the blobs there: file:///path or s3://bucket/prefix?endpoint_url=…"),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Hash also the blobs that are there already, not only those that are not.")
    ] = False,
    live: Annotated[
        bool, typer.Option("--live", help="Although somebody is at work: what comes in meanwhile stays behind.")
    ] = False,
    despite_damage: Annotated[
        bool, typer.Option("--despite-damage", help="Copy the records also when blobs are missing or damaged.")
    ] = False,
    no_progress: NoProgress = False,
    as_json: Json = False,
) -> None:
    """Copy everything to another database, to another blob store, or to both.

    From where the settings point. Stop servers and workers first. The target must be empty, or hold a copy of the same;
    started again after it was stopped, a copy goes on. Everything is verified. The exit code is 12 when blobs are
    missing or damaged.
    """
    from forebay.entrypoints.cli.actions import copy as action  # noqa: PLC0415 - keeps --help fast
    from forebay.entrypoints.cli.services import CopyOptions  # noqa: PLC0415 - as above

    options = CopyOptions(to_database=to_database, to_blobs=to_blobs)
    raise typer.Exit(
        action.copy(
            invocation_of(context),
            options,
            action.How(check=check, live=live, despite_damage=despite_damage, progress=not no_progress),
            as_json=as_json,
        )
    )
