"""What verifying stored bytes needs of the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self
from uuid import UUID

from forebay.application.ports.intake import BlobRepository
from forebay.domain.intake.blob import Blob, ObjectKey, Sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class DueBlobs:
    """Blobs whose last proof is older than `unproven_since`: how many, and how many bytes.

    `last`: if they were limited, the one of them that was proven last; those behind it, by (proven_at, sha256), are
    not meant.
    """

    unproven_since: datetime
    count: int
    size_bytes: int
    last: Blob | None = None


class ReferenceKind(StrEnum):
    """What may need a blob."""

    FILE = "file"
    ARTIFACT = "artifact"
    DOCUMENT_TEXT = "document_text"
    LEARNED_MODEL = "learned_model"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobReference:
    """What needs a blob: a file or document by its path, an artifact by its name, a learned model by its version.

    `run_id`, `label`, `owner`: of the run that it belongs to, if it does to one.
    """

    kind: ReferenceKind
    id: UUID
    name: str
    run_id: UUID | None = None
    label: str | None = None
    owner: str | None = None


class FixityRecords(Protocol):
    """Blobs by how long ago they were proven."""

    async def due(self, *, unproven_since: datetime, limit: int | None) -> DueBlobs:
        """Those proven before that time; the `limit` of them whose proof is oldest, all when it is None."""
        ...

    async def list_due(self, due: DueBlobs, *, after: Sha256 | None, limit: int) -> Sequence[Blob]:
        """At most `limit` of them with a digest above `after`, by digest: an order that proving does not change."""
        ...

    async def mark_verified(self, keys: Sequence[ObjectKey], *, at: datetime) -> None:
        """The blobs that have these objects. Those that are gone, or going, are passed over: it waits for nobody."""
        ...

    async def relocate(self, sha256: Sha256, *, old: ObjectKey, new: ObjectKey, at: datetime) -> bool:
        """The blob's bytes are in another object from now on, and proven.

        False, and nothing changes, unless they were in `old`.
        """
        ...

    async def references(self, sha256: Sha256, *, limit: int) -> Sequence[BlobReference]:
        """At most `limit` of what refers to the blob: files, artifacts, documents, models, each by id (or version)."""
        ...


class FixityUnitOfWork(Protocol):
    """One transaction. Leaving without commit() rolls back. DatabaseUnavailableError.

    Never held over a blob transfer.
    """

    @property
    def blobs(self) -> BlobRepository: ...
    @property
    def fixity(self) -> FixityRecords: ...

    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def commit(self) -> None:
        """Durable when it returns."""
        ...


class FixityUnitOfWorkFactory(Protocol):
    """Opens units of work. `write=False` promises to only read, which lets readers run beside a writer."""

    def __call__(self, *, write: bool = True) -> FixityUnitOfWork: ...
