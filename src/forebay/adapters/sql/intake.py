"""The repositories of intake in SQL. Statements stand at module level, so that SQLAlchemy compiles each once."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, delete, exists, insert, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from forebay.adapters.sql.column_types import RowId, UtcTime
from forebay.adapters.sql.documents_tables import documents, learned_models
from forebay.adapters.sql.intake_tables import blobs, files, idempotency_keys, ingestion_runs
from forebay.adapters.sql.outbox import Outbox
from forebay.adapters.sql.processing_tables import artifacts
from forebay.adapters.sql.rows import (
    blob_of,
    blob_values,
    file_of,
    file_values,
    idempotency_of,
    idempotency_values,
    run_of,
    run_values,
    storable,
)
from forebay.adapters.sql.statements import Statements
from forebay.application.ports.intake import (
    BlobRepository,
    FileRepository,
    IdempotencyKeys,
    IdempotencyRecord,
    RunFilter,
    RunRepository,
)
from forebay.application.ports.signals import Topic
from forebay.domain.intake.blob import Blob, ObjectKey, Sha256
from forebay.domain.intake.errors import (
    BlobNotFoundError,
    FileNotFoundInRunError,
    IdempotencyReplayError,
    RunNotFoundError,
)
from forebay.domain.intake.file import FileRole, StoredFile
from forebay.domain.intake.run import IngestionRun, RunStatus
from forebay.domain.paging import Position, SortOrder

_MANY = 500  # values in one IN (...): all databases take that many, and statements stay few
_LONGEST_LABEL = 10_000  # characters of a search text; SQLite refuses patterns of 50,000 bytes, no label is as long

_run = ingestion_runs.c
_SELECT_RUN = select(
    _run.id,
    _run.type,
    _run.status,
    _run.label,
    _run.notes,
    _run.owner,
    _run.parent_run_id,
    _run.error_code,
    _run.error_detail,
    _run.created_at,
    _run.updated_at,
    _run.documents,
)
_GET_RUN = _SELECT_RUN.where(_run.id == bindparam("run_id"))
_LOCK_RUN = _GET_RUN.with_for_update(key_share=True)  # a child may refer to it meanwhile
_INSERT_RUN = insert(ingestion_runs)
_UPDATE_RUN = update(ingestion_runs).where(_run.id == bindparam("run_id"))
_DELETE_RUN = delete(ingestion_runs).where(_run.id == bindparam("run_id"))
_PLACE = tuple_(bindparam("at", type_=UtcTime()), bindparam("last_id", type_=RowId()))
# Few runs are pending at any time: the index on the status finds them, and sorting them costs nothing.
_STALE_RUNS = (
    _SELECT_RUN.where(_run.status == RunStatus.PENDING.value, _run.updated_at < bindparam("since"))
    .order_by(_run.updated_at, _run.id)
    .limit(bindparam("most"))
)
_INSERT_FILE = insert(files)
_REMOVE_FILE = delete(files).where(files.c.id == bindparam("file_id"))
_SELECT_FILE = select(files)
_GET_FILE = _SELECT_FILE.where(files.c.id == bindparam("file_id"))
_INSERT_BLOB = {
    "sqlite": sqlite.insert(blobs).on_conflict_do_nothing(index_elements=["sha256"]),
    "postgresql": postgresql.insert(blobs).on_conflict_do_nothing(index_elements=["sha256"]),
}
_GET_BLOB = select(blobs).where(blobs.c.sha256 == bindparam("digest"))
_SHARE_BLOB = _GET_BLOB.with_for_update(read=True, key_share=True)
_LOCK_BLOB = _GET_BLOB.with_for_update()
_REFERENCE = select(blobs.c.sha256).where(
    blobs.c.sha256 == bindparam("digest"),
    or_(
        exists().where(files.c.sha256 == blobs.c.sha256),
        exists().where(artifacts.c.sha256 == blobs.c.sha256),
        exists().where(documents.c.text_sha256 == blobs.c.sha256),
        exists().where(learned_models.c.sha256 == blobs.c.sha256),
    ),
)
_DELETE_BLOB = delete(blobs).where(blobs.c.sha256 == bindparam("digest"))
_DIGESTS = select(files.c.sha256).where(files.c.run_id == bindparam("run_id")).distinct().order_by(files.c.sha256)
_REFERENCED = select(blobs.c.object_key).where(blobs.c.object_key.in_(bindparam("keys", expanding=True)))
_FIND_KEY = select(idempotency_keys).where(idempotency_keys.c.key_hash == bindparam("hash"))
_INSERT_KEY = {
    "sqlite": sqlite.insert(idempotency_keys).on_conflict_do_nothing(index_elements=["key_hash"]),
    "postgresql": postgresql.insert(idempotency_keys).on_conflict_do_nothing(index_elements=["key_hash"]),
}


class SqlRuns:
    """Ingestion runs."""

    def __init__(self, statements: Statements, outbox: Outbox) -> None:
        self._do = statements
        self._outbox = outbox

    async def add(self, run: IngestionRun) -> None:
        await self._do.write(_INSERT_RUN, run_values(run))

    async def get(self, run_id: UUID, *, for_update: bool = False) -> IngestionRun:
        row = await self._do.first(_LOCK_RUN if for_update else _GET_RUN, {"run_id": run_id})
        if row is None:
            raise _no_run(run_id)
        return run_of(row)

    async def update(self, run: IngestionRun) -> None:
        values = {name: value for name, value in run_values(run).items() if name not in {"id", "created_at"}}
        if not await self._do.write(_UPDATE_RUN, {**values, "run_id": run.id}):
            raise _no_run(run.id)

    async def delete(self, run_id: UUID) -> None:
        if not await self._do.write(_DELETE_RUN, {"run_id": run_id}):
            raise _no_run(run_id)
        self._outbox.topics.add(Topic.JOBS)  # they went along

    async def list(
        self, where: RunFilter, *, order: SortOrder, after: Position | None, limit: int
    ) -> Sequence[IngestionRun]:
        if not (storable(where.label) and storable(where.owner)) or len(where.label or "") > _LONGEST_LABEL:
            return ()
        columns = (_run.created_at, _run.id)
        newest_first = order is SortOrder.DESC
        statement = _SELECT_RUN.where(*_conditions(where))
        values: dict[str, object] = {}
        if after is not None:
            place = tuple_(*columns)
            statement = statement.where(place < _PLACE if newest_first else place > _PLACE)
            values = {"at": after.at, "last_id": after.id}
        statement = statement.order_by(*(c.desc() if newest_first else c.asc() for c in columns)).limit(limit)
        return tuple(run_of(row) for row in await self._do.fetch(statement, values))

    async def list_stale(self, *, untouched_since: datetime, limit: int) -> Sequence[IngestionRun]:
        rows = await self._do.fetch(_STALE_RUNS, {"since": untouched_since, "most": limit})
        return tuple(run_of(row) for row in rows)


def _conditions(where: RunFilter) -> Iterator[ColumnElement[bool]]:
    if where.type is not None:
        yield _run.type == where.type.value
    if where.status is not None:
        yield _run.status == where.status.value
    if where.owner is not None:
        yield _run.owner == where.owner
    if where.label is not None:
        yield _run.label_folded.contains(where.label.casefold(), autoescape=True)
    if where.created_after is not None:
        yield _run.created_at >= where.created_after
    if where.created_before is not None:
        yield _run.created_at < where.created_before


class SqlFiles:
    """Files of runs."""

    def __init__(self, statements: Statements) -> None:
        self._do = statements

    async def add(self, file: StoredFile) -> None:
        await self._do.write(_INSERT_FILE, file_values(file))

    async def get(self, file_id: UUID) -> StoredFile:
        row = await self._do.first(_GET_FILE, {"file_id": file_id})
        if row is None:
            raise _no_file(file_id)
        return file_of(row)

    async def remove(self, file_id: UUID) -> None:
        if not await self._do.write(_REMOVE_FILE, {"file_id": file_id}):
            raise _no_file(file_id)

    async def list(
        self, run_ids: Sequence[UUID], *, role: FileRole | None, after: UUID | None, limit: int
    ) -> Sequence[StoredFile]:
        found: list[StoredFile] = []
        distinct = sorted(set(run_ids))
        for start in range(0, len(distinct), _MANY):
            statement = _files_of(distinct[start : start + _MANY], role, after).limit(limit)
            found += [file_of(row) for row in await self._do.fetch(statement)]
        return tuple(sorted(found, key=lambda file: file.id)[:limit])


def _files_of(run_ids: Sequence[UUID], role: FileRole | None, after: UUID | None) -> Select[*tuple[Any, ...]]:
    # One run: equality, so that the index on (run_id, id) gives the order as well.
    column = files.c.run_id
    statement = _SELECT_FILE.where(column == run_ids[0] if len(run_ids) == 1 else column.in_(run_ids))
    if role is not None:
        statement = statement.where(files.c.role == role.value)
    if after is not None:
        statement = statement.where(files.c.id > after)
    return statement.order_by(files.c.id)


class SqlBlobs:
    """Blobs by digest.

    A claim holds a share of the row until its transaction ends, so that release() has to wait for it; claims do
    not wait for each other. On SQLite there is one writer, and nothing to lock.
    """

    def __init__(self, statements: Statements) -> None:
        self._do = statements

    async def claim(self, blob: Blob) -> Blob:
        while True:
            if await self._do.write(_INSERT_BLOB[self._do.dialect], blob_values(blob)):
                return blob
            row = await self._do.first(_SHARE_BLOB, {"digest": blob.sha256.hex})
            if row is not None:
                return blob_of(row)
            # It was released between the two statements: then there is room for ours.

    async def get(self, sha256: Sha256) -> Blob:
        row = await self._do.first(_GET_BLOB, {"digest": sha256.hex})
        if row is None:
            raise BlobNotFoundError(f"there is no blob {sha256}")
        return blob_of(row)

    async def digests_of_run(self, run_id: UUID) -> Sequence[Sha256]:
        return tuple(Sha256(row.sha256) for row in await self._do.fetch(_DIGESTS, {"run_id": run_id}))

    async def release(self, sha256: Sha256) -> ObjectKey | None:
        digest = {"digest": sha256.hex}
        row = await self._do.first(_LOCK_BLOB, digest)
        # A statement of its own, behind the lock: it sees what refers to it by a claim that the lock had to wait for.
        if row is None or await self._do.first(_REFERENCE, digest) is not None:
            return None
        await self._do.write(_DELETE_BLOB, digest)
        return ObjectKey(row.object_key)

    async def referenced(self, keys: Sequence[ObjectKey]) -> frozenset[ObjectKey]:
        found: set[ObjectKey] = set()
        for start in range(0, len(keys), _MANY):
            some = [key.value for key in keys[start : start + _MANY]]
            found.update(ObjectKey(row.object_key) for row in await self._do.fetch(_REFERENCED, {"keys": some}))
        return frozenset(found)


class SqlIdempotencyKeys:
    """Idempotency keys. Two uploads with one key at the same time: the second waits for the first's commit."""

    def __init__(self, statements: Statements) -> None:
        self._do = statements

    async def find(self, key_hash: str) -> IdempotencyRecord | None:
        if not storable(key_hash):
            return None
        row = await self._do.first(_FIND_KEY, {"hash": key_hash})
        return idempotency_of(row) if row is not None else None

    async def add(self, record: IdempotencyRecord) -> None:
        while not await self._do.write(_INSERT_KEY[self._do.dialect], idempotency_values(record)):
            first = await self.find(record.key_hash)
            if first is not None:
                self._do.spoil("the idempotency key was taken")
                raise IdempotencyReplayError(first.run_id, first.fingerprint)
            # The run that had the key was deleted between the two statements.


def _no_file(file_id: UUID) -> FileNotFoundInRunError:
    return FileNotFoundInRunError(f"there is no file {file_id}")


def _no_run(run_id: UUID) -> RunNotFoundError:
    return RunNotFoundError(f"there is no run {run_id}")


def _fit(
    statements: Statements, outbox: Outbox
) -> tuple[RunRepository, FileRepository, BlobRepository, IdempotencyKeys]:
    return SqlRuns(statements, outbox), SqlFiles(statements), SqlBlobs(statements), SqlIdempotencyKeys(statements)
