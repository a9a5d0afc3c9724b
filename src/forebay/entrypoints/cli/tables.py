"""Answers as tables for people. What came from outside is text, never markup."""

import io
import sys
from collections.abc import Mapping

from rich.console import Console, ConsoleRenderable
from rich.table import Table
from rich.text import Text

from forebay.entrypoints.cli.gateway import FileView, HealthView, PageView, RunView, SweepView
from forebay.entrypoints.cli.output import local_time, print_line, print_note, printable, size

_STYLES = {"ok": "green", "failing": "bold red", "failed": "bold red", "pending": "yellow"}
_UNLIMITED = 100_000  # nothing is wrapped: a line is a row for grep, and an id can be copied from any terminal


def print_runs(page: PageView[RunView]) -> None:
    table = _table("RUN", "TYPE", "STATUS", "SIZE", "CREATED", "FILE", "LABEL")
    for run in page.items:
        _row(
            table,
            str(run.id),
            run.type,
            run.status,
            size(sum(file.size_bytes for file in run.files)) if run.files else "",
            local_time(run.created_at),
            ", ".join(file.path for file in run.files),
            run.label or "",
        )
    _print_page(table, page, "no runs")


def print_run(run: RunView) -> None:
    facts = {
        "run": str(run.id),
        "type": run.type,
        "status": run.status,
        "error": f"{run.error.detail} ({run.error.code})" if run.error else None,
        "label": run.label,
        "notes": run.notes,
        "owner": run.owner,
        "parent": str(run.parent_run_id) if run.parent_run_id else None,
        "created": local_time(run.created_at),
        "updated": local_time(run.updated_at),
    }
    _print_facts(facts)
    for file in run.files:
        print_line("")
        _print_facts(
            {
                "file": str(file.id),
                "path": file.path,
                "role": file.role,
                "size": f"{size(file.size_bytes)} ({file.size_bytes} bytes)",
                "media type": file.media_type,
                "SHA-256": file.sha256,
            }
        )


def print_files(page: PageView[FileView]) -> None:
    table = _table("FILE", "ROLE", "SIZE", "MEDIA TYPE", "SHA-256", "PATH")
    for file in page.items:
        _row(table, str(file.id), file.role, size(file.size_bytes), file.media_type, file.sha256, file.path)
    _print_page(table, page, "no files")


def print_health(health: HealthView) -> None:
    table = _table("PART", "STATUS", "DETAIL")
    for name, part in health.parts.items():
        _row(table, name, part.status, part.detail)
    _print(table)


def print_sweep(report: SweepView) -> None:
    if report.findings:
        table = _table("FOUND", "SIZE", "NAME", "WHY")
        for found in report.findings:
            _row(table, found.kind.replace("_", " "), size(found.size_bytes), found.name, found.reason)
        _print(table)
    counts = (
        f"{report.stale_runs} stale runs, {report.orphan_objects} orphan objects, "
        f"{report.incomplete_objects} incomplete objects"
    )
    if report.dry_run:
        print_line(f"found {counts}; nothing was changed, {size(report.freed_bytes)} would be freed")
    else:
        print_line(f"dealt with {counts}; {size(report.freed_bytes)} freed")


def print_settings(settings: dict[str, object]) -> None:
    table = _table("SETTING", "VALUE")
    for name, value in settings.items():
        _row(table, name, str(value))
    _print(table)


def _print_facts(facts: Mapping[str, str | None]) -> None:
    """What is not None, a line each."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(min_width=10)
    grid.add_column()
    for name, value in facts.items():
        if value is not None:
            grid.add_row(Text(name, style="dim"), _text(value))
    _print(grid)


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in names:
        table.add_column(name, justify="right" if name == "SIZE" else "left")
    return table


def _row(table: Table, *cells: str) -> None:
    table.add_row(*(_text(cell) for cell in cells))


def _text(value: str) -> Text:
    return Text(printable(value), style=_STYLES.get(value, ""))


def _print_page(table: Table, page: PageView[RunView] | PageView[FileView], nothing: str) -> None:
    if not page.items:
        print_note(nothing)
        return
    _print(table)
    if page.next_cursor is not None:
        print_note(f"there is more: --cursor {page.next_cursor}")


def _print(what: ConsoleRenderable) -> None:
    text = io.StringIO()
    Console(file=text, force_terminal=sys.stdout.isatty(), highlight=False, width=_UNLIMITED).print(what)
    for line in text.getvalue().splitlines():
        print_line(line.rstrip())
