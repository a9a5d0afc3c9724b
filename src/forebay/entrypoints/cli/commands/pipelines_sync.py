"""forebay pipelines sync, sync-state."""

from typing import Annotated

import typer

from forebay.entrypoints.cli.options import Json, NoProgress, Wait, invocation_of


def sync(
    *,
    context: typer.Context,
    source: Annotated[str | None, typer.Option(metavar="SOURCE", help="Only from this source.")] = None,
    pipeline: Annotated[str | None, typer.Option(metavar="PIPELINE", help="Only runs of this pipeline.")] = None,
    wait: Wait = False,
    no_progress: NoProgress = False,
    as_json: Json = False,
) -> None:
    """Pull runs from partners' APIs, from where the last sync stopped.

    FOREBAY_SOURCES_FILE says which there are. A sync that is under way is as good as a new one.
    """
    from forebay.entrypoints.cli.actions import pipelines_sync as action  # noqa: PLC0415 - keeps --help fast

    given = action.SyncArguments(
        source=source, pipeline=pipeline, wait=wait, show_progress=not no_progress, as_json=as_json
    )
    raise typer.Exit(action.sync(invocation_of(context), given))


def sync_state(
    *,
    context: typer.Context,
    source: Annotated[str | None, typer.Option(metavar="SOURCE", help="Only of this source.")] = None,
    as_json: Json = False,
) -> None:
    """Show how far the runs of each pipeline were pulled, and why the last sync of it failed."""
    from forebay.entrypoints.cli.actions import pipelines_sync as action  # noqa: PLC0415 - keeps --help fast

    action.sync_state(invocation_of(context), source=source, as_json=as_json)
