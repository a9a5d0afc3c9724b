"""forebay migrate, sweep, health, system, config."""

from forebay.entrypoints.cli.exit_codes import ExitCode
from forebay.entrypoints.cli.options import Invocation
from forebay.entrypoints.cli.output import print_json, print_line
from forebay.entrypoints.cli.session import require_local, with_gateway
from forebay.entrypoints.cli.system_tables import print_system
from forebay.entrypoints.cli.tables import print_health, print_settings, print_sweep


def migrate(invocation: Invocation, *, as_json: bool) -> None:
    require_local(invocation)
    revision = invocation.services.migrate()
    if as_json:
        print_json({"revision": revision})
    else:
        print_line(f"the database is at revision {revision}")


def sweep(invocation: Invocation, *, dry_run: bool, as_json: bool) -> None:
    report = with_gateway(invocation, lambda gateway: gateway.sweep(dry_run=dry_run))
    if as_json:
        print_json(report)
    else:
        print_sweep(report)


def health(invocation: Invocation, *, as_json: bool) -> ExitCode:
    """UNAVAILABLE when a part fails, so that a script can ask."""
    report = with_gateway(invocation, lambda gateway: gateway.health())
    if as_json:
        print_json(report)
    else:
        print_health(report)
    return ExitCode.OK if report.ok else ExitCode.UNAVAILABLE


def system(invocation: Invocation, *, as_json: bool) -> None:
    found = with_gateway(invocation, lambda gateway: gateway.system())
    if as_json:
        print_json(found)
    else:
        print_system(found)


def config(invocation: Invocation, *, as_json: bool) -> None:
    settings = invocation.services.load_settings().describe()
    if as_json:
        print_json(settings)
    else:
        print_settings(settings)
