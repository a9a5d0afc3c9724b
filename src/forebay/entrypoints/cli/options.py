"""What every command knows: the services, the global options, and how to get at them."""

from dataclasses import dataclass
from typing import Annotated

import typer

from forebay.entrypoints.cli.services import CliServices

Json = Annotated[bool, typer.Option("--json", help="Print JSON, errors as well.")]
NoProgress = Annotated[bool, typer.Option("--no-progress", help="No progress bar, not even on a terminal.")]
Cursor = Annotated[str | None, typer.Option(metavar="CURSOR", help="Go on where the page before ended.")]
Run = Annotated[str, typer.Argument(metavar="RUN", help="The run's id.", show_default=False)]
Job = Annotated[str, typer.Argument(metavar="JOB", help="The job's id.", show_default=False)]
Jobs = Annotated[list[str], typer.Argument(metavar="JOB...", help="Ids of jobs.", show_default=False)]
Role = Annotated[str | None, typer.Option(metavar="ROLE", help="Only upload or member.")]
Prefix = Annotated[str, typer.Option(metavar="PATH", help="Only paths that begin so.", show_default=False)]
Wait = Annotated[bool, typer.Option("--wait", help="Until the job has ended; 9 if it did not succeed.")]
After = Annotated[
    str | None,
    typer.Option(
        "--created-after", metavar="TIME", help="Only from then on: 2026-01-31T12:00 (local) or with Z or +01:00."
    ),
]
Before = Annotated[str | None, typer.Option("--created-before", metavar="TIME", help="Only before then.")]
Since = Annotated[
    str | None, typer.Option(metavar="TIME", help="Only from then on: 2026-01-31T12:00 (local) or with Z or +01:00.")
]
Until = Annotated[str | None, typer.Option(metavar="TIME", help="Only before then.")]
Order = Annotated[str, typer.Option(metavar="ORDER", help="desc: newest first; asc: oldest first.")]
Limit = Annotated[int, typer.Option(metavar="N", help="How many at most, 1 to 1000.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """`server`: the global option; None when it was not given, "" to ignore FOREBAY_SERVER."""

    services: CliServices
    server: str | None

    def server_url(self) -> str:
        """Where to speak to; "" means right here."""
        return self.server if self.server is not None else self.services.load_settings().server


def invocation_of(context: typer.Context) -> Invocation:
    found = context.find_object(Invocation)
    if found is None:
        raise RuntimeError("the root command did not run")
    return found
