"""Runs, files and blobs to test with: valid, different each time, changed where a test says so."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypedDict, Unpack
from uuid import UUID, uuid4

from forebay.application.ports.intake import IdempotencyRecord, IntakeUnitOfWorkFactory, RunFilter
from forebay.domain.intake.blob import Blob, ObjectKey, Sha256
from forebay.domain.intake.file import FileRole, StoredFile
from forebay.domain.intake.run import IngestionRun, RunError, RunStatus, RunType
from forebay.domain.paging import SortOrder

MORNING = datetime(2024, 2, 29, 6, 30, 0, 123456, tzinfo=UTC)


class RunFields(TypedDict, total=False):
    """What a test may want to be different in a run."""

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


def a_run(**fields: Unpack[RunFields]) -> IngestionRun:
    run = IngestionRun(
        id=uuid4(),
        type=RunType.ARCHIVE,
        status=RunStatus.STORED,
        label=None,
        notes=None,
        owner=None,
        parent_run_id=None,
        error=None,
        created_at=MORNING,
        updated_at=MORNING,
    )
    return replace(run, **fields)


def runs_in_time(count: int) -> list[IngestionRun]:
    """One a minute, oldest first."""
    return [a_run(created_at=MORNING + timedelta(minutes=minute)) for minute in range(count)]


def a_blob(content: str = "") -> Blob:
    """The same content has the same digest, but each blob a key of its own."""
    digest = hashlib.sha256((content or str(uuid4())).encode()).hexdigest()
    return Blob(
        sha256=Sha256(digest),
        size_bytes=len(content),
        object_key=ObjectKey.build(owner=None, run_id=uuid4(), name=uuid4(), extension=".tar.gz"),
        created_at=MORNING,
    )


def a_file(run: IngestionRun, blob: Blob, *, role: FileRole = FileRole.UPLOAD, path: str = "app.tar.gz") -> StoredFile:
    return StoredFile(
        id=uuid4(),
        run_id=run.id,
        path=path,
        role=role,
        media_type="application/gzip",
        size_bytes=blob.size_bytes,
        sha256=blob.sha256,
        created_at=MORNING,
    )


def a_key(run: IngestionRun, *, key: str = "", fingerprint: str = "content") -> IdempotencyRecord:
    hashed = hashlib.sha256((key or str(uuid4())).encode()).hexdigest()
    return IdempotencyRecord(key_hash=hashed, fingerprint=fingerprint, run_id=run.id, created_at=MORNING)


class Records:
    """Units of work that do one thing and commit, so that tests can say what they are about."""

    def __init__(self, open_work: IntakeUnitOfWorkFactory) -> None:
        self._open = open_work

    async def add(self, *runs: IngestionRun) -> None:
        async with self._open() as work:
            for run in runs:
                await work.runs.add(run)
            await work.commit()

    async def upload(self, run: IngestionRun, blob: Blob, *files: StoredFile) -> Blob:
        """As an upload is recorded: run, blob and files in one; gives the blob that stands for the digest."""
        async with self._open() as work:
            await work.runs.add(run)
            kept = await work.blobs.claim(blob)
            for file in files or (a_file(run, blob),):
                await work.files.add(file)
            await work.commit()
        return kept

    async def update(self, run: IngestionRun) -> None:
        async with self._open() as work:
            await work.runs.update(run)
            await work.commit()

    async def add_file(self, file: StoredFile) -> None:
        async with self._open() as work:
            await work.files.add(file)
            await work.commit()

    async def add_key(self, *records: IdempotencyRecord) -> None:
        async with self._open() as work:
            for record in records:
                await work.idempotency.add(record)
            await work.commit()

    async def add_with_key(self, run: IngestionRun, record: IdempotencyRecord) -> None:
        async with self._open() as work:
            await work.runs.add(run)
            await work.idempotency.add(record)
            await work.commit()

    async def delete(self, run: IngestionRun) -> list[ObjectKey]:
        """As a run is deleted; gives the keys of the objects that nothing refers to any more."""
        async with self._open() as work:
            await work.runs.get(run.id, for_update=True)
            digests = await work.blobs.digests_of_run(run.id)
            await work.runs.delete(run.id)
            released = [await work.blobs.release(digest) for digest in digests]
            await work.commit()
        return [key for key in released if key is not None]

    async def run(self, run_id: UUID) -> IngestionRun:
        async with self._open(write=False) as work:
            return await work.runs.get(run_id)

    async def ids(
        self, where: RunFilter | None = None, *, order: SortOrder = SortOrder.ASC, limit: int = 1000
    ) -> Sequence[UUID]:
        async with self._open(write=False) as work:
            found = await work.runs.list(where or RunFilter(), order=order, after=None, limit=limit)
        return [run.id for run in found]

    async def files(self, *runs: IngestionRun) -> Sequence[StoredFile]:
        async with self._open(write=False) as work:
            return await work.files.list([run.id for run in runs], role=None, after=None, limit=1000)

    async def has_blob(self, blob: Blob) -> bool:
        async with self._open(write=False) as work:
            return blob.object_key in await work.blobs.referenced([blob.object_key])
