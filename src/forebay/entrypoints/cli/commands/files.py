"""forebay files."""

from typing import Annotated

import typer

from forebay.entrypoints.cli.options import Cursor, Json, Limit, NoProgress, Prefix, Role, Run, invocation_of


def list_(
    *,
    context: typer.Context,
    run: Run,
    role: Role = None,
    prefix: Prefix = "",
    cursor: Cursor = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List the files of a run."""
    from forebay.entrypoints.cli.actions import files as action  # noqa: PLC0415 - keeps --help fast

    given = action.ListArguments(run=run, role=role, prefix=prefix, cursor=cursor, limit=limit, as_json=as_json)
    action.list_files(invocation_of(context), given)


def get(
    *,
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The id of a file or an artifact.")],
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="PATH", help="Where to; - is standard output. Default: its own name."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    no_progress: NoProgress = False,
    as_json: Json = False,
) -> None:
    """Fetch the bytes of a file, a member or an artifact, and check them against their SHA-256.

    A file appears under its name only when it is whole and right. On standard output only the exit code tells.
    """
    from forebay.entrypoints.cli.actions import files as action  # noqa: PLC0415 - keeps --help fast

    action.get_file(
        invocation_of(context), file=file, output=output, force=force, show_progress=not no_progress, as_json=as_json
    )
