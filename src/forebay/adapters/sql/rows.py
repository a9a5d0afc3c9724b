"""Between rows and the entities of intake."""

from typing import Any

from sqlalchemy import Row

from forebay.adapters.sql.transaction import Values
from forebay.application.ports.intake import IdempotencyRecord
from forebay.domain.errors import InvalidInputError
from forebay.domain.intake.blob import Blob, ObjectKey, Sha256
from forebay.domain.intake.file import FileRole, StoredFile
from forebay.domain.intake.run import IngestionRun, RunError, RunStatus, RunType

AnyRow = Row[*tuple[Any, ...]]


def storable(value: str | None) -> bool:
    """PostgreSQL keeps no NUL, and neither database half a surrogate pair."""
    if value is None or value.isascii():
        return value is None or "\0" not in value
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in value


def checked(value: str | None, field: str) -> str | None:
    if not storable(value):
        raise InvalidInputError("NUL and halves of surrogate pairs cannot be stored", field=field)
    return value


def run_values(run: IngestionRun) -> Values:
    return {
        "id": run.id,
        "type": run.type.value,
        "status": run.status.value,
        "label": checked(run.label, "label"),
        "label_folded": run.label.casefold() if run.label is not None else None,
        "notes": checked(run.notes, "notes"),
        "owner": checked(run.owner, "owner"),
        "parent_run_id": run.parent_run_id,
        "error_code": run.error.code if run.error else None,
        "error_detail": checked(run.error.detail, "error") if run.error else None,
        "created_at": run.created_at,
        "updated_at": run.updated_at,
        "documents": run.documents,
    }


def run_of(row: AnyRow) -> IngestionRun:
    return IngestionRun(
        id=row.id,
        type=RunType(row.type),
        status=RunStatus(row.status),
        label=row.label,
        notes=row.notes,
        owner=row.owner,
        parent_run_id=row.parent_run_id,
        error=RunError(code=row.error_code, detail=row.error_detail) if row.error_code is not None else None,
        created_at=row.created_at,
        updated_at=row.updated_at,
        documents=row.documents,
    )


def file_values(file: StoredFile) -> Values:
    return {
        "id": file.id,
        "run_id": file.run_id,
        "path": checked(file.path, "path"),
        "role": file.role.value,
        "media_type": checked(file.media_type, "media_type"),
        "size_bytes": file.size_bytes,
        "sha256": file.sha256.hex,
        "created_at": file.created_at,
    }


def file_of(row: AnyRow) -> StoredFile:
    return StoredFile(
        id=row.id,
        run_id=row.run_id,
        path=row.path,
        role=FileRole(row.role),
        media_type=row.media_type,
        size_bytes=row.size_bytes,
        sha256=Sha256(row.sha256),
        created_at=row.created_at,
    )


def blob_values(blob: Blob) -> Values:
    return {
        "sha256": blob.sha256.hex,
        "size_bytes": blob.size_bytes,
        "object_key": blob.object_key.value,
        "created_at": blob.created_at,
        "verified_at": blob.verified_at,
    }


def blob_of(row: AnyRow) -> Blob:
    return Blob(
        sha256=Sha256(row.sha256),
        size_bytes=row.size_bytes,
        object_key=ObjectKey(row.object_key),
        created_at=row.created_at,
        verified_at=row.verified_at,
    )


def idempotency_values(record: IdempotencyRecord) -> Values:
    return {
        "key_hash": checked(record.key_hash, "Idempotency-Key"),
        "fingerprint": checked(record.fingerprint, "fingerprint"),
        "run_id": record.run_id,
        "created_at": record.created_at,
    }


def idempotency_of(row: AnyRow) -> IdempotencyRecord:
    return IdempotencyRecord(
        key_hash=row.key_hash, fingerprint=row.fingerprint, run_id=row.run_id, created_at=row.created_at
    )
