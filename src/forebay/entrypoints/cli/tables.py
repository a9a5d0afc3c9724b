"""Answers as tables for people. What came from outside is text, never markup."""

import sys
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console, ConsoleRenderable
from rich.table import Table
from rich.text import Text

from forebay.entrypoints.cli.gateway import FileView, HealthView, PageView, RunView, SweepView
from forebay.entrypoints.cli.output import local_time, print_line, print_note, printable, size

_STYLES = {"ok": "green", "failing": "bold red", "failed": "bold red", "pending": "yellow"}
_UNLIMITED = 100_000  # into a pipe nothing is wrapped: grep and awk want one line each


def print_runs(page: PageView[RunView]) -> None:
    table = _table("RUN", "TYPE", "STATUS", "SIZE", "FILE", "LABEL", "CREATED", exact=("RUN", "SIZE", "CREATED"))
    for run in page.items:
        _row(
            table,
            str(run.id),
            run.type,
            run.status,
            size(sum(file.size_bytes for file in run.files)) if run.files else "",
            ", ".join(file.path for file in run.files),
            run.label or "",
            local_time(run.created_at),
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
    grid = Table.grid(padding=(0, 2))
    for name, value in facts.items():
        if value is not None:
            grid.add_row(Text(name, style="dim"), _text(value))
    _print(grid)
    if run.files:
        print_line("")
        _print(_files(run.files))


def print_files(page: PageView[FileView]) -> None:
    _print_page(_files(page.items), page, "no files")


def print_health(health: HealthView) -> None:
    table = _table("PART", "STATUS", "DETAIL")
    for name, part in health.parts.items():
        _row(table, name, part.status, part.detail)
    _print(table)


def print_sweep(report: SweepView) -> None:
    if report.findings:
        table = _table("FOUND", "SIZE", "NAME", "WHY", exact=("SIZE",))
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
    table = _table("SETTING", "VALUE", exact=("SETTING",))
    for name, value in settings.items():
        _row(table, name, str(value))
    _print(table)


def _files(files: Sequence[FileView]) -> Table:
    table = _table("FILE", "ROLE", "SIZE", "MEDIA TYPE", "SHA-256", "PATH", exact=("FILE", "SIZE"))
    for file in files:
        _row(table, str(file.id), file.role, size(file.size_bytes), file.media_type, file.sha256, file.path)
    return table


def _table(*names: str, exact: Sequence[str] = ()) -> Table:
    """`exact` columns are never wrapped; every other one is folded where the terminal is too narrow."""
    table = Table(box=SIMPLE_HEAD if sys.stdout.isatty() else None, pad_edge=False, header_style="bold")
    for name in names:
        table.add_column(name, overflow="fold", no_wrap=name in exact, justify="right" if name == "SIZE" else "left")
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
    console = Console(file=sys.stdout, highlight=False)
    if not console.is_terminal:
        console.width = _UNLIMITED
    with console.capture() as captured:
        console.print(what)
    for line in captured.get().splitlines():
        print_line(line.rstrip() if not console.is_terminal else line)
