"""forebay serve, worker, models, migrate, sweep, health, system, openapi, config, version."""

from typing import Annotated

import typer

from forebay.entrypoints.cli.errors import LocalOnlyError
from forebay.entrypoints.cli.options import Cursor, Json, Limit, invocation_of
from forebay.entrypoints.cli.output import print_json, print_line
from forebay.entrypoints.cli.services import ServeOptions, WorkerOptions


def serve(
    *,
    context: typer.Context,
    host: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Instead of FOREBAY_HOST.")] = None,
    port: Annotated[
        int | None, typer.Option(metavar="PORT", min=0, max=65535, help="Instead of FOREBAY_PORT; 0: any free one.")
    ] = None,
    no_worker: Annotated[
        bool, typer.Option("--no-worker", help="Only answer; `forebay worker` works on the jobs.")
    ] = False,
) -> None:
    """Run the server, and work on jobs in it."""
    invocation = invocation_of(context)
    if invocation.server:
        raise LocalOnlyError("serve runs a server here; leave out --server")
    raise typer.Exit(invocation.services.serve(ServeOptions(host=host, port=port, worker=not no_worker)))


def worker(
    *,
    context: typer.Context,
    concurrency: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Jobs at a time, instead of FOREBAY_WORKER_CONCURRENCY."),
    ] = None,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="How events and leases call it. Default: host and process.")
    ] = None,
) -> None:
    """Work on jobs of the database until told to stop."""
    invocation = invocation_of(context)
    if invocation.server_url():
        raise LocalOnlyError("a worker works on the database directly; leave out --server and FOREBAY_SERVER")
    raise typer.Exit(invocation.services.worker(WorkerOptions(concurrency=concurrency, name=name)))


def models(*, context: typer.Context, cursor: Cursor = None, limit: Limit = 50, as_json: Json = False) -> None:
    """List the programs and models that have done the work of steps."""
    from forebay.entrypoints.cli.actions import jobs as action  # noqa: PLC0415 - keeps --help fast

    action.list_models(invocation_of(context), cursor=cursor, limit=limit, as_json=as_json)


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
    """Clean up after crashes and broken uploads.

    Pending runs that nobody works on become failed ones; objects that no run refers to, and half-written ones, go.
    """
    from forebay.entrypoints.cli.actions import system as action  # noqa: PLC0415 - keeps --help fast

    action.sweep(invocation_of(context), dry_run=dry_run, as_json=as_json)


def health(*, context: typer.Context, as_json: Json = False) -> None:
    """Say of each part whether it works.

    The exit code is 5 when one does not.
    """
    from forebay.entrypoints.cli.actions import system as action  # noqa: PLC0415 - keeps --help fast

    raise typer.Exit(action.health(invocation_of(context), as_json=as_json))


def show(*, context: typer.Context, as_json: Json = False) -> None:
    """Show versions, settings in force, optional parts, jobs that wait and workers that hold some."""
    from forebay.entrypoints.cli.actions import system as action  # noqa: PLC0415 - keeps --help fast

    action.system(invocation_of(context), as_json=as_json)


def openapi(*, context: typer.Context, as_json: Json = False) -> None:
    """Print the HTTP API's OpenAPI document.

    It is JSON with or without --json.
    """
    print_line(invocation_of(context).services.openapi().rstrip("\n"))


def config(*, context: typer.Context, as_json: Json = False) -> None:
    """Print the settings in force, secrets masked."""
    from forebay.entrypoints.cli.actions import system as action  # noqa: PLC0415 - keeps --help fast

    action.config(invocation_of(context), as_json=as_json)


def version(*, context: typer.Context, as_json: Json = False) -> None:
    """Print the version of this program."""
    known = invocation_of(context).services.version
    if as_json:
        print_json({"version": known})
    else:
        print_line(f"forebay {known}")
