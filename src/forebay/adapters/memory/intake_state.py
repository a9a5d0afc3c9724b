"""What intake has recorded, in dictionaries, with the constraints that a database would hold."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from uuid import UUID

from forebay.application.ports.intake import IdempotencyRecord
from forebay.domain.errors import ConflictError, InternalStateError, InvalidInputError
from forebay.domain.intake.blob import Blob, ObjectKey, Sha256
from forebay.domain.intake.errors import BlobNotFoundError, ParentRunNotFoundError, RunNotFoundError
from forebay.domain.intake.file import StoredFile
from forebay.domain.intake.run import IngestionRun, RunStatus


@dataclass(slots=True)
class State:
    """One version of everything. A version that readers may see is never changed: writers work on a copy."""

    runs: dict[UUID, IngestionRun] = field(default_factory=dict)
    files: dict[UUID, StoredFile] = field(default_factory=dict)
    blobs: dict[Sha256, Blob] = field(default_factory=dict)
    digests: dict[ObjectKey, Sha256] = field(default_factory=dict)
    keys: dict[str, IdempotencyRecord] = field(default_factory=dict)

    def copy(self) -> "State":
        return State(
            dict(self.runs), dict(self.files), dict(self.blobs), dict(self.digests), dict(self.keys)
        )  # entities are immutable

    def add_run(self, run: IngestionRun) -> None:
        if run.id in self.runs:
            raise ConflictError(f"there is a run {run.id} already")
        self.put_run(run)

    def put_run(self, run: IngestionRun) -> None:
        if (run.status is RunStatus.FAILED) != (run.error is not None):
            raise InternalStateError("a run has an error exactly when it failed")
        if run.parent_run_id is not None and run.parent_run_id not in {*self.runs, run.id}:
            raise ParentRunNotFoundError(
                f"parent_run_id is {run.parent_run_id}; there is no such run", field="parent_run_id"
            )
        detail = run.error.detail if run.error else None
        check_storable({"label": run.label, "notes": run.notes, "owner": run.owner, "error": detail})
        self.runs[run.id] = run

    def delete_run(self, run_id: UUID) -> None:
        del self.runs[run_id]
        for file in [file for file in self.files.values() if file.run_id == run_id]:
            del self.files[file.id]
        for record in [record for record in self.keys.values() if record.run_id == run_id]:
            del self.keys[record.key_hash]
        for child in [run for run in self.runs.values() if run.parent_run_id == run_id]:
            self.runs[child.id] = replace(child, parent_run_id=None)

    def add_file(self, file: StoredFile) -> None:
        if file.id in self.files:
            raise ConflictError(f"there is a file {file.id} already")
        if file.run_id not in self.runs:
            raise RunNotFoundError(f"there is no run {file.run_id}")
        if file.sha256 not in self.blobs:
            raise BlobNotFoundError(f"there is no blob {file.sha256}")
        check_storable({"path": file.path, "media_type": file.media_type})
        self.files[file.id] = file

    def add_blob(self, blob: Blob) -> None:
        if blob.object_key in self.digests:
            raise ConflictError(f"there is an object {blob.object_key} already")
        self.blobs[blob.sha256] = blob
        self.digests[blob.object_key] = blob.sha256

    def remove_blob(self, sha256: Sha256) -> ObjectKey:
        blob = self.blobs.pop(sha256)
        del self.digests[blob.object_key]
        return blob.object_key

    def add_key(self, record: IdempotencyRecord) -> None:
        if record.run_id not in self.runs:
            raise RunNotFoundError(f"there is no run {record.run_id}")
        check_storable({"Idempotency-Key": record.key_hash, "fingerprint": record.fingerprint})
        self.keys[record.key_hash] = record

    def files_of(self, run_ids: Iterable[UUID]) -> list[StoredFile]:
        wanted = set(run_ids)
        return sorted((file for file in self.files.values() if file.run_id in wanted), key=lambda file: file.id)


class MemoryDatabase:
    """The newest committed version, and the turn to write the next one. Gone with the process; for one event loop."""

    def __init__(self, *, wait_seconds: float = 30.0) -> None:
        self.state = State()
        self.wait_seconds = wait_seconds
        self.turn = asyncio.Lock()


def check_storable(texts: dict[str, str | None]) -> None:
    """Refuses what a database could not keep either, so that nothing works in memory alone."""
    for name, text in texts.items():
        if text is not None and not is_storable(text):
            raise InvalidInputError("NUL and halves of surrogate pairs cannot be stored", field=name)


def is_storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text
