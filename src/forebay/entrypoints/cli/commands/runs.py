"""forebay runs."""

from typing import Annotated

import typer

from forebay.entrypoints.cli.commands.upload import TYPES
from forebay.entrypoints.cli.options import (
    After,
    Before,
    Cursor,
    Json,
    Limit,
    NoProgress,
    Prefix,
    Role,
    Run,
    Wait,
    invocation_of,
)


def list_(
    *,
    context: typer.Context,
    type_: Annotated[str | None, typer.Option("--type", "-t", metavar="TYPE", help=f"Only {TYPES}.")] = None,
    status: Annotated[
        str | None,
        typer.Option(metavar="STATUS", help="Only pending, stored, parsing, normalized, resolved, complete or failed."),
    ] = None,
    label: Annotated[str | None, typer.Option(metavar="TEXT", help="Only with this in the label, in any case.")] = None,
    owner: Annotated[str | None, typer.Option(metavar="NAME", help="Only of this owner.")] = None,
    created_after: After = None,
    created_before: Before = None,
    order: Annotated[str, typer.Option(metavar="ORDER", help="desc: newest first; asc: oldest first.")] = "desc",
    cursor: Cursor = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List runs."""
    from forebay.entrypoints.cli.actions import runs as action  # noqa: PLC0415 - keeps --help fast

    given = action.ListArguments(
        type=type_,
        status=status,
        label=label,
        owner=owner,
        created_after=created_after,
        created_before=created_before,
        order=order,
        cursor=cursor,
        limit=limit,
        as_json=as_json,
    )
    action.list_runs(invocation_of(context), given)


def show(*, context: typer.Context, run: Run, as_json: Json = False) -> None:
    """Show a run with its files."""
    from forebay.entrypoints.cli.actions import runs as action  # noqa: PLC0415 - keeps --help fast

    action.show_run(invocation_of(context), run=run, as_json=as_json)


def files(
    *,
    context: typer.Context,
    run: Run,
    prefix: Prefix = "",
    tree: Annotated[
        bool, typer.Option("--tree", help="Only what lies directly in the folder --prefix: folders, then files.")
    ] = False,
    role: Role = None,
    cursor: Cursor = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List what was sent and what is inside of it.

    Folders are those of the archives; what is inside an archive within an archive has its path and `!/` before it.
    """
    from forebay.entrypoints.cli.actions import files as action  # noqa: PLC0415 - keeps --help fast

    given = action.ListArguments(run=run, role=role, prefix=prefix, cursor=cursor, limit=limit, as_json=as_json)
    (action.browse if tree else action.list_files)(invocation_of(context), given)


def parse(
    *, context: typer.Context, run: Run, wait: Wait = False, no_progress: NoProgress = False, as_json: Json = False
) -> None:
    """Start or repeat the processing of a run.

    A job that is under way for it already is the answer as well.
    """
    from forebay.entrypoints.cli.actions import jobs as action  # noqa: PLC0415 - keeps --help fast

    code = action.parse_run(invocation_of(context), run=run, wait=wait, show_progress=not no_progress, as_json=as_json)
    raise typer.Exit(code)


def delete(
    *,
    context: typer.Context,
    runs: Annotated[list[str], typer.Argument(metavar="RUN...", help="Ids of runs.")],
    as_json: Json = False,
) -> None:
    """Delete runs, and their bytes unless another run has the same. Does not ask."""
    from forebay.entrypoints.cli.actions import runs as action  # noqa: PLC0415 - keeps --help fast

    raise typer.Exit(action.delete_runs(invocation_of(context), runs=runs, as_json=as_json))
