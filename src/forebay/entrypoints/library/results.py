"""What the methods answer with: the same facts, under the same names, as the HTTP API."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from forebay.application.intake.receive_upload import UploadReceipt
from forebay.application.intake.results import RunWithFiles
from forebay.domain.intake.file import FileRole, StoredFile
from forebay.domain.intake.run import RunError, RunStatus, RunType


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of a run. `sha256`: of its bytes, 64 lower-case hexadecimal digits."""

    id: UUID
    run_id: UUID
    path: str
    role: FileRole
    media_type: str
    size_bytes: int
    sha256: str

    @classmethod
    def of(cls, file: StoredFile) -> "File":
        return cls(
            id=file.id,
            run_id=file.run_id,
            path=file.path,
            role=file.role,
            media_type=file.media_type,
            size_bytes=file.size_bytes,
            sha256=file.sha256.hex,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """An ingestion run with the files it was sent with. `error`: why it failed, if it did. Times are in UTC."""

    id: UUID
    type: RunType
    status: RunStatus
    label: str | None
    notes: str | None
    owner: str | None
    parent_run_id: UUID | None
    error: RunError | None
    created_at: datetime
    updated_at: datetime
    files: tuple[File, ...]

    @classmethod
    def of(cls, result: RunWithFiles) -> "Run":
        run = result.run
        return cls(
            id=run.id,
            type=run.type,
            status=run.status,
            label=run.label,
            notes=run.notes,
            owner=run.owner,
            parent_run_id=run.parent_run_id,
            error=run.error,
            created_at=run.created_at,
            updated_at=run.updated_at,
            files=tuple(File.of(file) for file in result.files),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """An upload's answer. `replayed`: the idempotency key was known, and this is the first run."""

    run: Run
    replayed: bool

    @classmethod
    def of(cls, receipt: UploadReceipt) -> "Receipt":
        return cls(run=Run.of(receipt.stored), replayed=receipt.replayed)
