"""What there is to see of a verification."""

from datetime import datetime
from uuid import UUID

import msgspec

from forebay.application.intake.verify_report import DamagedBlob, VerifyReport
from forebay.application.ports.fixity import BlobReference


class ReferenceView(msgspec.Struct, frozen=True, kw_only=True):
    """What needs a blob: a `file`, `artifact`, `document_text` or `learned_model`, of a run if it belongs to one."""

    kind: str
    id: UUID
    name: str
    run_id: UUID | None
    label: str | None
    owner: str | None


class DamagedView(msgspec.Struct, frozen=True, kw_only=True):
    """A blob that is `missing`, `corrupt` or `unreadable`. `actual_…`: of the bytes that are there instead."""

    kind: str
    key: str
    sha256: str
    size_bytes: int
    reason: str
    actual_sha256: str | None
    actual_size_bytes: int | None
    created_at: datetime
    verified_at: datetime | None
    references: list[ReferenceView]
    more_references: bool


class AmountView(msgspec.Struct, frozen=True, kw_only=True):
    """So many blobs, and so many bytes in them."""

    blobs: int
    bytes: int


class VerifyView(msgspec.Struct, frozen=True, kw_only=True):
    """What was to be looked at, and what came of it. `finished`: it was not cut short."""

    finished: bool
    due: AmountView
    verified: AmountView
    recovered: int
    gone: int
    missing: int
    corrupt: int
    unreadable: int
    damaged: list[DamagedView]


def verify_view(report: VerifyReport, damaged: list[DamagedBlob]) -> VerifyView:
    return VerifyView(
        finished=report.is_finished,
        due=AmountView(blobs=report.due, bytes=report.due_bytes),
        verified=AmountView(blobs=report.verified, bytes=report.verified_bytes),
        recovered=report.recovered,
        gone=report.gone,
        missing=report.missing,
        corrupt=report.corrupt,
        unreadable=report.unreadable,
        damaged=[_damaged(blob) for blob in damaged],
    )


def _damaged(blob: DamagedBlob) -> DamagedView:
    return DamagedView(
        kind=blob.kind.value,
        key=blob.object_key,
        sha256=blob.sha256,
        size_bytes=blob.size_bytes,
        reason=blob.reason,
        actual_sha256=blob.actual_sha256,
        actual_size_bytes=blob.actual_size_bytes,
        created_at=blob.created_at,
        verified_at=blob.verified_at,
        references=[_reference(one) for one in blob.references],
        more_references=blob.more_references,
    )


def _reference(one: BlobReference) -> ReferenceView:
    return ReferenceView(
        kind=one.kind.value, id=one.id, name=one.name, run_id=one.run_id, label=one.label, owner=one.owner
    )
