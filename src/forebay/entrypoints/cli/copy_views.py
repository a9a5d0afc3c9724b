"""What became of a copy, as JSON and for people."""

import msgspec

from forebay.application.system.copy_report import CopiedBlobs, CopyReport
from forebay.entrypoints.cli.output import print_line, print_note, size
from forebay.entrypoints.cli.tabular import add_row, new_table, print_table


class CopiedTableView(msgspec.Struct, frozen=True, kw_only=True):
    """`sha256`: over the records in order, the same on both sides."""

    name: str
    records: int
    sha256: str


class BlobFaultView(msgspec.Struct, frozen=True, kw_only=True):
    """A blob that could not be copied: `fault` is missing, damaged or unreadable."""

    sha256: str
    object_key: str
    fault: str
    reason: str


class CopiedBlobsView(msgspec.Struct, frozen=True, kw_only=True):
    """`present`: were there already."""

    copied: int
    copied_bytes: int
    present: int
    present_bytes: int
    faults: list[BlobFaultView]


class CopyView(msgspec.Struct, frozen=True, kw_only=True):
    """`blobs`, `tables`: null where they were not copied. `ok`: all that was to be copied is there and intact."""

    ok: bool
    source: str
    target: str | None
    blobs: CopiedBlobsView | None
    tables: list[CopiedTableView] | None
    records_held_back: bool
    already_there: bool
    indexed: int
    not_indexed: int
    changed: list[str]
    seconds: float


def copy_view(report: CopyReport) -> CopyView:
    return CopyView(
        ok=report.ok,
        source=report.source,
        target=report.target,
        blobs=_blobs_view(report.blobs) if report.blobs is not None else None,
        tables=[CopiedTableView(name=one.name, records=one.records, sha256=one.sha256) for one in report.tables]
        if report.tables is not None
        else None,
        records_held_back=report.records_held_back,
        already_there=report.already_there,
        indexed=report.indexed,
        not_indexed=report.not_indexed,
        changed=report.changed,
        seconds=report.seconds,
    )


def _blobs_view(blobs: CopiedBlobs) -> CopiedBlobsView:
    return CopiedBlobsView(
        copied=blobs.copied,
        copied_bytes=blobs.copied_bytes,
        present=blobs.present,
        present_bytes=blobs.present_bytes,
        faults=[
            BlobFaultView(sha256=one.sha256.hex, object_key=one.key.value, fault=one.fault.value, reason=one.reason)
            for one in blobs.faults
        ],
    )


def print_copy(view: CopyView) -> None:
    """Faults were told already."""
    if view.tables is not None:
        table = new_table("TABLE", "RECORDS", "SHA-256")
        for one in view.tables:
            add_row(table, one.name, str(one.records), one.sha256)
        print_table(table)
    if view.blobs is not None:
        blobs = view.blobs
        print_line(
            f"blobs: {blobs.copied} copied ({size(blobs.copied_bytes)}), {blobs.present} were there already "
            f"({size(blobs.present_bytes)}), {len(blobs.faults)} missing or damaged"
        )
    if view.tables is not None:
        records = sum(one.records for one in view.tables)
        if view.already_there:
            print_line(f"records: {records} were there already; both sides agree. The search index was not looked at")
        else:
            print_line(f"records: {records} copied, {view.indexed} documents in the index; both sides agree")
    print_line(f"{view.seconds:.1f} s, from {view.source}{f' to {view.target}' if view.target else ''}")
    for note in _notes(view):
        print_note(note)


def _notes(view: CopyView) -> list[str]:
    notes = []
    if view.records_held_back:
        notes.append(
            "no records were copied, since blobs are missing or damaged: restore them, or delete what they belong to, "
            "or copy the rest with --despite-damage"
        )
    if view.not_indexed:
        notes.append(f"{view.not_indexed} documents will not be found by their text, which is missing or damaged")
    if view.changed:
        notes.append(
            f"the source has changed since the copy was begun ({', '.join(view.changed)}), and the target has not: "
            "stop its servers and workers, and copy into an empty database"
        )
    return notes
