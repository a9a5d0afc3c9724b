"""What intake records: runs, files, blobs and idempotency keys, in one unit of work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self
from uuid import UUID

from forebay.application.ports.document_records import DocumentRepository
from forebay.application.ports.jobs import ArtifactRepository, EventLog, JobRepository
from forebay.application.ports.members import MemberRepository
from forebay.domain.intake.blob import Blob, ObjectKey, Sha256
from forebay.domain.intake.file import FileRole, StoredFile
from forebay.domain.intake.run import IngestionRun, RunStatus, RunType
from forebay.domain.paging import Position, SortOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFilter:
    """All that is set must hold. `label`: contained, ignoring case; `created_after` inclusive, `created_before` not."""

    type: RunType | None = None
    status: RunStatus | None = None
    label: str | None = None
    owner: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None


class RunRepository(Protocol):
    """Ingestion runs, ordered by (created_at, id)."""

    async def add(self, run: IngestionRun) -> None:
        """ParentRunNotFoundError when its parent does not exist (at the latest at commit)."""
        ...

    async def get(self, run_id: UUID, *, for_update: bool = False) -> IngestionRun:
        """RunNotFoundError. `for_update`: nobody else changes the run until this unit of work ends."""
        ...

    async def update(self, run: IngestionRun) -> None:
        """Writes all but id and created_at. RunNotFoundError when it is gone."""
        ...

    async def delete(self, run_id: UUID) -> None:
        """Takes its files' rows, jobs and idempotency keys along; children lose their parent. RunNotFoundError.

        Once committed, whoever waits for Topic.JOBS is woken: it may be at work on one of the jobs.
        """
        ...

    async def list(
        self, where: RunFilter, *, order: SortOrder, after: Position | None, limit: int
    ) -> Sequence[IngestionRun]:
        """At most `limit` runs behind `after` in `order`."""
        ...

    async def list_stale(self, *, untouched_since: datetime, limit: int) -> Sequence[IngestionRun]:
        """Pending runs whose updated_at lies before the given time, oldest first."""
        ...


class FileRepository(Protocol):
    """Files of runs, ordered by id."""

    async def add(self, file: StoredFile) -> None: ...

    async def get(self, file_id: UUID) -> StoredFile:
        """FileNotFoundInRunError."""
        ...

    async def remove(self, file_id: UUID) -> None:
        """Its blob stays, and may be released. FileNotFoundInRunError."""
        ...

    async def list(
        self, run_ids: Sequence[UUID], *, role: FileRole | None, after: UUID | None, limit: int
    ) -> Sequence[StoredFile]:
        """Files of all the given runs with an id above `after`."""
        ...


class BlobRepository(Protocol):
    """Blobs by digest. A row always points at bytes that exist."""

    async def claim(self, blob: Blob) -> Blob:
        """The blob that has this digest from now on: the given one if it is new, else the one that was there.

        The one returned cannot be released by another unit of work until this one ends.
        """
        ...

    async def get(self, sha256: Sha256) -> Blob:
        """BlobNotFoundError."""
        ...

    async def digests_of_run(self, run_id: UUID) -> Sequence[Sha256]:
        """The distinct digests of a run's files, sorted."""
        ...

    async def release(self, sha256: Sha256) -> ObjectKey | None:
        """Removes the row if no file, artifact, document or learned model refers to it.

        Gives the key of the object to delete after commit.
        """
        ...

    async def referenced(self, keys: Sequence[ObjectKey]) -> frozenset[ObjectKey]:
        """Those of the keys that a blob row points at."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyRecord:
    """A key as SHA-256 of what the client sent, what it stood for, and the run that answered it."""

    key_hash: str
    fingerprint: str
    run_id: UUID
    created_at: datetime


class IdempotencyKeys(Protocol):
    """Idempotency keys of uploads."""

    async def find(self, key_hash: str) -> IdempotencyRecord | None: ...

    async def add(self, record: IdempotencyRecord) -> None:
        """IdempotencyReplayError with the first record when the key is taken; the unit of work is then void."""
        ...


class IntakeUnitOfWork(Protocol):
    """One transaction. Leaving without commit() rolls back; after commit() nothing may be written.

    DatabaseUnavailableError when the database does not answer. Never held over a blob transfer or network call.
    """

    @property
    def runs(self) -> RunRepository: ...
    @property
    def files(self) -> FileRepository: ...
    @property
    def blobs(self) -> BlobRepository: ...
    @property
    def idempotency(self) -> IdempotencyKeys: ...
    @property
    def members(self) -> MemberRepository: ...
    @property
    def jobs(self) -> JobRepository: ...
    @property
    def artifacts(self) -> ArtifactRepository: ...
    @property
    def events(self) -> EventLog: ...
    @property
    def documents(self) -> DocumentRepository: ...

    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def commit(self) -> None:
        """Durable when it returns. Constraint violations surface here at the latest, as domain errors."""
        ...


class IntakeUnitOfWorkFactory(Protocol):
    """Opens units of work. `write=False` promises to only read, which lets readers run beside a writer."""

    def __call__(self, *, write: bool = True) -> IntakeUnitOfWork: ...
