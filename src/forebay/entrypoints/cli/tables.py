"""Runs, files, health, sweeps and settings as tables for people."""

from forebay.entrypoints.cli.output import local_time, print_line, print_note, size
from forebay.entrypoints.cli.tabular import add_row, new_table, print_facts, print_more, print_page, print_table
from forebay.entrypoints.cli.views import FileView, FolderView, HealthView, PageView, RunView, SweepView


def print_runs(page: PageView[RunView]) -> None:
    table = new_table("RUN", "TYPE", "STATUS", "SIZE", "CREATED", "FILE", "LABEL")
    for run in page.items:
        add_row(
            table,
            str(run.id),
            run.type,
            run.status,
            size(sum(file.size_bytes for file in run.files)) if run.files else "",
            local_time(run.created_at),
            ", ".join(file.path for file in run.files),
            run.label or "",
        )
    print_page(table, page, "no runs")


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
        "documents": "what is inside becomes documents" if run.documents else None,
        "created": local_time(run.created_at),
        "updated": local_time(run.updated_at),
    }
    print_facts(facts, multiline={"notes"})
    for file in run.files:
        print_line("")
        print_facts(
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
    table = new_table("FILE", "ROLE", "SIZE", "MEDIA TYPE", "SHA-256", "PATH")
    for file in page.items:
        cells = (str(file.id), file.role, size(file.size_bytes), file.media_type, file.sha256 or f"({file.kind})")
        add_row(table, *cells, _path(file))
    print_page(table, page, "no files")


def print_folder(folder: FolderView) -> None:
    """As `ls` shows it: folders, then what is no folder."""
    if not folder.folders and not folder.items:
        print_note("nothing")
        return
    table = new_table("FILE", "SIZE", "MODIFIED", "PATH")
    for path in folder.folders:
        add_row(table, "", "", "", path)
    for file in folder.items:
        when = local_time(file.mtime) if file.mtime is not None else ""
        add_row(table, str(file.id), size(file.size_bytes) if file.sha256 else f"({file.kind})", when, _path(file))
    print_table(table)
    print_more(folder.next_cursor)


def _path(file: FileView) -> str:
    return f"{file.path} -> {file.link_target}" if file.link_target is not None else file.path


def print_health(health: HealthView) -> None:
    table = new_table("PART", "STATUS", "DETAIL")
    for name, part in health.parts.items():
        add_row(table, name, part.status, part.detail)
    print_table(table)


def print_sweep(report: SweepView) -> None:
    if report.findings:
        table = new_table("FOUND", "SIZE", "NAME", "WHY")
        for found in report.findings:
            add_row(table, found.kind.replace("_", " "), size(found.size_bytes), found.name, found.reason)
        print_table(table)
    counts = (
        f"{report.stale_runs} stale runs, {report.orphan_objects} orphan objects, "
        f"{report.incomplete_objects} incomplete objects"
    )
    if report.dry_run:
        print_line(f"found {counts}; nothing was changed, {size(report.freed_bytes)} would be freed")
    else:
        print_line(f"dealt with {counts}; {size(report.freed_bytes)} freed")


def print_settings(settings: dict[str, object]) -> None:
    table = new_table("SETTING", "VALUE")
    for name, value in settings.items():
        add_row(table, name, str(value))
    print_table(table)
