"""What every command knows: the services, the global options, and how to get at them."""

from dataclasses import dataclass
from typing import Annotated

import typer

from forebay.entrypoints.cli.services import CliServices

Json = Annotated[bool, typer.Option("--json", help="Print JSON, errors as well.")]
NoProgress = Annotated[bool, typer.Option("--no-progress", help="No progress bar, not even on a terminal.")]
Cursor = Annotated[str | None, typer.Option(metavar="CURSOR", help="Go on where the page before ended.")]
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
