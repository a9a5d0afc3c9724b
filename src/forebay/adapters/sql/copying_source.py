"""A database that is read as a whole, in one state."""

import asyncio
from collections.abc import AsyncIterator, Sequence, Set
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import bindparam, func, select

from forebay.adapters.sql.copying_records import SqlRecords
from forebay.adapters.sql.copying_tables import Paging, key_of, paging_of
from forebay.adapters.sql.copying_transaction import NamedTransaction, named
from forebay.adapters.sql.documents_tables import documents
from forebay.adapters.sql.intake_tables import blobs, ingestion_runs
from forebay.adapters.sql.migrate import check_schema
from forebay.adapters.sql.processing_tables import jobs
from forebay.adapters.sql.rows import AnyRow, blob_of
from forebay.adapters.sql.statements import Statements
from forebay.adapters.sql.transaction import Database
from forebay.application.ports.copying import BlobTotals, RecordSource, SourceRecords, StoredText
from forebay.domain.errors import DatabaseUnavailableError, SchemaOutdatedError
from forebay.domain.intake.blob import Blob, ObjectKey
from forebay.domain.intake.run import RunStatus
from forebay.domain.processing.job import JobStatus

# The state is that of the first statement which reads. The transaction may then wait for hours, while blobs are copied.
_BEGIN = {
    "sqlite": ("BEGIN", "SELECT 1 FROM sqlite_master LIMIT 1"),
    "postgresql": (
        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
        "SET LOCAL idle_in_transaction_session_timeout = 0",
        "SET LOCAL statement_timeout = 0",
        "SELECT 1",
    ),
}
_NAMED = 3  # of those at work

_BLOB_TOTALS = select(func.count().label("blobs"), func.coalesce(func.sum(blobs.c.size_bytes), 0).label("size_bytes"))
_KNOWN = select(blobs.c.object_key).where(blobs.c.object_key.in_(bindparam("keys", expanding=True)))
_TEXTS = Paging.over(
    select(documents.c.id, documents.c.title, documents.c.language, *blobs.columns).join(
        blobs, blobs.c.sha256 == documents.c.text_sha256
    ),
    [documents.c.id],
)
_JOBS = (
    select(jobs.c.id, jobs.c.kind, jobs.c.lease_owner)
    .where(
        jobs.c.status == JobStatus.RUNNING.value, jobs.c.lease_expires_at > bindparam("now", type_=jobs.c.due_at.type)
    )
    .limit(_NAMED)
)
_UPLOADS = (
    select(ingestion_runs.c.id)
    .where(
        ingestion_runs.c.status == RunStatus.PENDING.value,
        ingestion_runs.c.updated_at > bindparam("since", type_=ingestion_runs.c.updated_at.type),
    )
    .limit(_NAMED)
)


class SqlRecordSource:
    """Opened twice, it may give two states."""

    def __init__(self, database: Database, url: str) -> None:
        self._database = database
        self._url = url

    @property
    def label(self) -> str:
        return self._database.label

    @asynccontextmanager
    async def open(self) -> AsyncIterator["SqlSourceRecords"]:
        await asyncio.to_thread(self._check)
        dialect = self._database.dialect
        transaction = NamedTransaction(self._database, write=dialect == "postgresql")
        try:
            for statement in _BEGIN[dialect]:
                await transaction.execute(statement, None)
            yield SqlSourceRecords(transaction, Statements(transaction, dialect=dialect, write=False))
        finally:
            await transaction.close()

    def _check(self) -> None:
        try:
            check_schema(self._url)
        except SchemaOutdatedError as error:
            raise SchemaOutdatedError(f"the source, {self.label}: {error.message}") from error
        except DatabaseUnavailableError as error:
            raise named(error, self.label) from error


class SqlSourceRecords(SqlRecords):
    """Reads and never writes."""

    async def blob_totals(self) -> BlobTotals:
        (row,) = await self._do.fetch(_BLOB_TOTALS)
        return BlobTotals(blobs=row.blobs, size_bytes=int(row.size_bytes))

    async def blobs(self) -> AsyncIterator[Sequence[Blob]]:
        async for rows in self._pages(paging_of(blobs), key_of(blobs)):
            yield [blob_of(row) for row in rows]

    async def known(self, keys: Sequence[ObjectKey]) -> Set[ObjectKey]:
        rows = await self._do.fetch(_KNOWN, {"keys": [key.value for key in keys]})
        return {ObjectKey(row.object_key) for row in rows}

    async def texts(self) -> AsyncIterator[Sequence[StoredText]]:
        async for rows in self._pages(_TEXTS, [documents.c.id]):
            yield [_text_of(row) for row in rows]

    async def at_work(self, *, now: datetime, heard_since: datetime) -> Sequence[str]:
        held = await self._do.fetch(_JOBS, {"now": now})
        coming = await self._do.fetch(_UPLOADS, {"since": heard_since})
        return [
            *(f"{row.lease_owner} holds the job {row.id} ({row.kind})" for row in held),
            *(f"the run {row.id} is being uploaded" for row in coming),
        ]


def _text_of(row: AnyRow) -> StoredText:
    return StoredText(document_id=row.id, title=row.title, language=row.language, blob=blob_of(row))


def _fits(source: SqlRecordSource, records: SqlSourceRecords) -> tuple[RecordSource, SourceRecords]:
    return source, records
