"""A verification for people: each damage with whom to ask, then the sum."""

from forebay.entrypoints.cli.output import local_time, print_line, size
from forebay.entrypoints.cli.tabular import print_facts
from forebay.entrypoints.cli.verify_views import DamagedView, ReferenceView, VerifyView


def print_verification(found: VerifyView) -> None:
    for blob in found.damaged:
        _print_damaged(blob)
        print_line("")
    print_line(
        f"verified {found.verified.blobs} of {found.due.blobs} blobs, {size(found.verified.bytes)}: "
        f"{found.corrupt} corrupt, {found.missing} missing, {found.unreadable} unreadable"
    )
    if found.recovered:
        print_line(f"{found.recovered} of them seemed damaged at first; look at the disk or network they come from")
    if found.gone:
        print_line(f"{found.gone} were deleted meanwhile")
    if not found.finished:
        print_line("it was cut short; what was verified is noted, and --older-than 1d leaves it out next time")


def _print_damaged(blob: DamagedView) -> None:
    users = [_words(one) for one in blob.references] or ["nothing"]
    if blob.more_references:
        users.append("and more")
    print_facts(
        {
            "damaged": blob.kind,
            "SHA-256": blob.sha256,
            "size": f"{size(blob.size_bytes)} ({blob.size_bytes} bytes)",
            "object": blob.key,
            "why": blob.reason,
            "stored": local_time(blob.created_at),
            "last sound": local_time(blob.verified_at) if blob.verified_at is not None else None,
            "needed by": "\n".join(users),
        },
        multiline={"needed by"},
    )


def _words(one: ReferenceView) -> str:
    about = [f"{one.kind.replace('_', ' ')} {one.id}: {one.name}".replace("\n", "\\n")]
    if one.run_id is not None:
        about.append(f"of run {one.run_id}")
    if one.label:
        about.append(f"labelled {one.label}".replace("\n", "\\n"))
    if one.owner:
        about.append(f"owned by {one.owner}".replace("\n", "\\n"))
    return ", ".join(about)
