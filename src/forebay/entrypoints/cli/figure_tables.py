"""Figures about runs of pipelines as tables for people."""

from forebay.entrypoints.cli.output import print_note
from forebay.entrypoints.cli.pipeline_tables import length, name
from forebay.entrypoints.cli.pipeline_views import DurationsView, FailuresView, FlakiestView, PlatformRatesView
from forebay.entrypoints.cli.tabular import add_row, new_table, print_table

_NOTHING = "no runs that succeeded or failed"


def print_failures(found: FailuresView) -> None:
    """Days and hours are those of UTC, so that is how they are shown."""
    if not found.items:
        print_note(_NOTHING)
        return
    table = new_table("UTC", "FAILED", "RUNS", "RATE")
    for item in found.items:
        when = f"{item.at:%Y-%m-%d}" if found.bucket == "day" else f"{item.at:%Y-%m-%d %H:%M}"
        add_row(table, when, str(item.failed), str(item.total), _rate(item.failed, item.total))
    print_table(table)


def print_flakiest(found: FlakiestView) -> None:
    if not found.items:
        print_note("no pipeline went from success to failure or back")
        return
    table = new_table("FLIPS", "FAILED", "RUNS", "RATE", "PIPELINE")
    for item in found.items:
        add_row(
            table,
            str(item.flips),
            str(item.failed),
            str(item.total),
            _rate(item.failed, item.total),
            name(f"{item.client_name}/{item.pipeline_name}"),
        )
    print_table(table)


def print_platforms(found: PlatformRatesView) -> None:
    if not found.items:
        print_note(_NOTHING)
        return
    table = new_table("PLATFORM", "FAILED", "RUNS", "RATE")
    for item in found.items:
        add_row(table, name(item.platform), str(item.failed), str(item.total), _rate(item.failed, item.total))
    print_table(table)


def print_durations(found: DurationsView) -> None:
    table = new_table("FROM", "TO", "RUNS")
    for item in found.items:
        add_row(table, length(item.from_seconds), length(item.to_seconds), str(item.count))
    print_table(table)


def _rate(failed: int, total: int) -> str:
    return f"{failed / total:.1%}" if total else ""
