"""forebay verify."""

from typing import Annotated

import typer

from forebay.entrypoints.cli.options import Json, NoProgress, invocation_of


def verify(
    *,
    context: typer.Context,
    sample: Annotated[
        str | None,
        typer.Option(metavar="N|P%", help="Only so many blobs, or such a share of all: those proven longest ago."),
    ] = None,
    older_than: Annotated[
        str | None, typer.Option(metavar="AGE", help="Only blobs that were not proven for so long: 30d, 12h.")
    ] = None,
    max_rate: Annotated[
        str | None, typer.Option(metavar="RATE", help="Read no more bytes a second: 500k, 20M, 1Gi.")
    ] = None,
    no_progress: NoProgress = False,
    as_json: Json = False,
) -> None:
    """Read stored blobs again and compare them with their digests.

    All of them, unless told otherwise. Bytes were proven when they came, or when they were verified last. What seems
    damaged is looked at again before it is told; the exit code is then 12. Nothing is changed but the notes of what
    was verified and when. `sweep --dry-run` looks the other way: for objects that no row knows.
    """
    from forebay.entrypoints.cli.actions import verify as action  # noqa: PLC0415 - keeps --help fast

    given = action.VerifyArguments(
        sample=sample, older_than=older_than, max_rate=max_rate, show_progress=not no_progress, as_json=as_json
    )
    raise typer.Exit(action.verify(invocation_of(context), given))
