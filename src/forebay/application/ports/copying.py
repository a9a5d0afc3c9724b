"""All that a database holds, read and written as a whole: to move it into another database."""

from collections.abc import AsyncIterator, Mapping, Sequence, Set
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from forebay.application.ports.document_records import IndexEntry
from forebay.domain.intake.blob import Blob, ObjectKey

# None, bool, int, float, str, bytes, UUID, or datetime in UTC: the same values whatever the database keeps them as.
Record = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredText:
    """A document whose text is kept, UTF-8, in a blob, and what else the index must know."""

    document_id: UUID
    title: str
    language: str | None
    blob: Blob


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobTotals:
    """How many blobs there are, and how many bytes."""

    blobs: int
    size_bytes: int


class Records(Protocol):
    """The records of a Forebay in one state. Used by one task; one iterator at a time.

    Every method raises DatabaseUnavailableError when the database does not answer.
    """

    @property
    def tables(self) -> Sequence[str]:
        """Their names, each behind those that it refers to: the same for every database.

        Without what is made again from the rest, such as the full-text index.
        """
        ...

    async def counts(self) -> Mapping[str, int]:
        """How many records each table has."""
        ...

    def read(self, table: str) -> AsyncIterator[Sequence[Record]]:
        """All records of a table in the order of their keys, which is the same for every database.

        They come in batches of a few MiB.
        """
        ...

    async def last_positions(self) -> Mapping[str, int]:
        """Of each table that numbers its records: the last number given, whether its record is still there or not."""
        ...


class SourceRecords(Records, Protocol):
    """One state, whatever others do meanwhile."""

    async def blob_totals(self) -> BlobTotals: ...

    def blobs(self) -> AsyncIterator[Sequence[Blob]]:
        """All of them, in batches."""
        ...

    async def known(self, keys: Sequence[ObjectKey]) -> Set[ObjectKey]:
        """Those that a blob has."""
        ...

    def texts(self) -> AsyncIterator[Sequence[StoredText]]:
        """Of all documents that have one, oldest first, in batches."""
        ...

    async def at_work(self, *, now: datetime, heard_since: datetime) -> Sequence[str]:
        """In words, the first few jobs under way, and uploads of which something was heard since then."""
        ...


class RecordSource(Protocol):
    """A database that can be read as a whole. `label`: its kind and where it is, without secrets."""

    @property
    def label(self) -> str: ...

    def open(self) -> AbstractAsyncContextManager[SourceRecords]:
        """Its present state. SchemaOutdatedError unless its schema is the one of this program."""
        ...


class TargetRecords(Records, Protocol):
    """A transaction in which nobody else writes. Nothing of it is there before commit(); then all is."""

    async def holdings(self) -> Mapping[str, int]:
        """How many records there are in each table that has any; none when there is but what a new database has."""
        ...

    async def clear(self) -> None:
        """Takes out what a new database has."""
        ...

    async def add(self, table: str, records: Sequence[Record]) -> None:
        """All that they refer to must be there, unless it is in the same table: that may still come."""
        ...

    async def index(self, entry: IndexEntry) -> None:
        """Puts a document into the full-text index."""
        ...

    async def finish(self, last_positions: Mapping[str, int]) -> None:
        """After the last record: those of the same table refer to each other now, and numbering goes on behind."""
        ...

    async def commit(self) -> None: ...


class RecordTarget(Protocol):
    """A database that can be filled. `label`: its kind and where it is, without secrets."""

    @property
    def label(self) -> str: ...

    async def prepare(self) -> None:
        """Makes the tables where there are none. SchemaOutdatedError where there are others than this program's."""
        ...

    def open(self) -> AbstractAsyncContextManager[TargetRecords]:
        """DatabaseUnavailableError when others do not let go of it in time."""
        ...
