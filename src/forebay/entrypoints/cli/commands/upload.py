"""forebay upload."""

from typing import Annotated

import typer

from forebay.entrypoints.cli.options import Json, NoProgress, invocation_of

TYPES = "ds_etc, instance_etc, app_bundle, single_conf, document or archive"


def upload(
    *,
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files to store; - is standard input.")],
    type_: Annotated[str, typer.Option("--type", "-t", metavar="TYPE", help=f"What they are: {TYPES}.")],
    label: Annotated[str | None, typer.Option(metavar="TEXT", help="A short name for people.")] = None,
    notes: Annotated[str | None, typer.Option(metavar="TEXT", help="Anything worth knowing.")] = None,
    owner: Annotated[str | None, typer.Option(metavar="NAME", help="Whose it is.")] = None,
    parent: Annotated[str | None, typer.Option(metavar="RUN", help="The run that this one follows.")] = None,
    sha256: Annotated[str | None, typer.Option(metavar="HEX", help="Refuse a file that has another digest.")] = None,
    documents: Annotated[
        bool, typer.Option("--documents", help="Of an archive: what is inside becomes documents.")
    ] = False,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="Name to store it under; needed for standard input.")
    ] = None,
    idempotency_key: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="Repeating an upload with its key gives the first run instead of another."),
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Until they are processed; else it fails with 9.")] = False,
    no_progress: NoProgress = False,
    as_json: Json = False,
) -> None:
    """Store files, each as a run of its own.

    Every file is tried; the exit code is that of the first one that failed. With --json there is one run per line.
    With --wait the answer comes once a run is processed. Where no worker runs, this program does it.
    """
    from forebay.entrypoints.cli.actions import upload as action  # noqa: PLC0415 - keeps --help fast

    given = action.UploadArguments(
        files=files,
        type=type_,
        label=label,
        notes=notes,
        owner=owner,
        parent=parent,
        sha256=sha256,
        documents=documents,
        name=name,
        idempotency_key=idempotency_key,
        wait=wait,
        show_progress=not no_progress,
        as_json=as_json,
    )
    raise typer.Exit(action.upload(invocation_of(context), given))
