"""The unit of work of intake in memory: the same rules as in SQL, without a database."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import islice
from types import TracebackType
from typing import Self
from uuid import UUID

from forebay.adapters.memory.intake_state import MemoryDatabase, State
from forebay.application.ports.intake import (
    IdempotencyRecord,
    IntakeUnitOfWork,
    IntakeUnitOfWorkFactory,
    RunFilter,
)
from forebay.domain.errors import DatabaseUnavailableError, InternalStateError
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

__all__ = ["MemoryDatabase", "MemoryIntakeUnitOfWorkFactory", "MemoryUnitOfWork"]


class _Work:
    """One transaction: a writer waits for its turn with its first operation, and then has a copy of its own."""

    def __init__(self, database: MemoryDatabase, *, write: bool) -> None:
        self._database = database
        self._write = write
        self._void = "" if write else "it was opened with write=False"
        self._state: State | None = None
        self._has_turn = False

    async def state(self) -> State:
        """What this unit of work sees. A reader sees what is committed at each operation."""
        if not self._write:
            return self._database.state
        if self._state is None:
            try:
                async with asyncio.timeout(self._database.wait_seconds):
                    await self._database.turn.acquire()
            except TimeoutError:
                raise DatabaseUnavailableError(
                    f"waited {self._database.wait_seconds:g} s to write; try again later"
                ) from None
            self._has_turn = True
            self._state = self._database.state.copy()
        return self._state

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A write that fails makes the unit of work void."""
        self._check()
        try:
            yield
        except BaseException:
            self._void = "a statement in it failed"
            raise

    async def commit(self) -> None:
        self._check()
        self._void = "it was committed"
        if self._state is not None:
            self._database.state, self._state = self._state, None
        self._write = False
        self.end()

    def end(self) -> None:
        if self._has_turn:
            self._has_turn = False
            self._database.turn.release()

    def _check(self) -> None:
        if self._void:
            raise InternalStateError(f"nothing can be written in this unit of work: {self._void}")


class MemoryRuns:
    """Ingestion runs."""

    def __init__(self, work: _Work) -> None:
        self._work = work

    async def add(self, run: IngestionRun) -> None:
        with self._work.writing():
            (await self._work.state()).add_run(run)

    async def get(self, run_id: UUID, *, for_update: bool = False) -> IngestionRun:
        run = (await self._work.state()).runs.get(run_id)  # a writer is alone, so there is nothing more to lock
        if run is None:
            raise RunNotFoundError(f"there is no run {run_id}")
        return run

    async def update(self, run: IngestionRun) -> None:
        with self._work.writing():
            state = await self._work.state()
            before = await self.get(run.id)
            state.put_run(replace(run, created_at=before.created_at))

    async def delete(self, run_id: UUID) -> None:
        with self._work.writing():
            state = await self._work.state()
            await self.get(run_id)
            state.delete_run(run_id)

    async def list(
        self, where: RunFilter, *, order: SortOrder, after: Position | None, limit: int
    ) -> Sequence[IngestionRun]:
        newest_first = order is SortOrder.DESC
        place = (after.at, after.id) if after is not None else None
        runs = [run for run in (await self._work.state()).runs.values() if _matches(run, where)]
        runs.sort(key=_position, reverse=newest_first)
        if place is not None:
            runs = [run for run in runs if (_position(run) < place if newest_first else _position(run) > place)]
        return tuple(runs[:limit])

    async def list_stale(self, *, untouched_since: datetime, limit: int) -> Sequence[IngestionRun]:
        stale = [
            run
            for run in (await self._work.state()).runs.values()
            if run.status is RunStatus.PENDING and run.updated_at < untouched_since
        ]
        return tuple(sorted(stale, key=lambda run: (run.updated_at, run.id))[:limit])


def _position(run: IngestionRun) -> tuple[datetime, UUID]:
    return run.created_at, run.id


def _matches(run: IngestionRun, where: RunFilter) -> bool:
    return (
        (where.type is None or run.type is where.type)
        and (where.status is None or run.status is where.status)
        and (where.owner is None or run.owner == where.owner)
        and (where.label is None or (run.label is not None and where.label.casefold() in run.label.casefold()))
        and (where.created_after is None or run.created_at >= where.created_after)
        and (where.created_before is None or run.created_at < where.created_before)
    )


class MemoryFiles:
    """Files of runs."""

    def __init__(self, work: _Work) -> None:
        self._work = work

    async def add(self, file: StoredFile) -> None:
        with self._work.writing():
            (await self._work.state()).add_file(file)

    async def get(self, file_id: UUID) -> StoredFile:
        file = (await self._work.state()).files.get(file_id)
        if file is None:
            raise FileNotFoundInRunError(f"there is no file {file_id}")
        return file

    async def list(
        self, run_ids: Sequence[UUID], *, role: FileRole | None, after: UUID | None, limit: int
    ) -> Sequence[StoredFile]:
        found = (
            file
            for file in (await self._work.state()).files_of(run_ids)
            if (role is None or file.role is role) and (after is None or file.id > after)
        )
        return tuple(islice(found, limit))


class MemoryBlobs:
    """Blobs by digest."""

    def __init__(self, work: _Work) -> None:
        self._work = work

    async def claim(self, blob: Blob) -> Blob:
        with self._work.writing():
            state = await self._work.state()
            present = state.blobs.get(blob.sha256)
            if present is None:
                state.add_blob(blob)
            return present or blob

    async def get(self, sha256: Sha256) -> Blob:
        blob = (await self._work.state()).blobs.get(sha256)
        if blob is None:
            raise BlobNotFoundError(f"there is no blob {sha256}")
        return blob

    async def digests_of_run(self, run_id: UUID) -> Sequence[Sha256]:
        digests = {file.sha256 for file in (await self._work.state()).files_of([run_id])}
        return tuple(sorted(digests, key=lambda digest: digest.hex))

    async def release(self, sha256: Sha256) -> ObjectKey | None:
        with self._work.writing():
            state = await self._work.state()
            if sha256 not in state.blobs or any(file.sha256 == sha256 for file in state.files.values()):
                return None
            return state.remove_blob(sha256)

    async def referenced(self, keys: Sequence[ObjectKey]) -> frozenset[ObjectKey]:
        state = await self._work.state()
        return frozenset(key for key in keys if key in state.digests)


class MemoryIdempotencyKeys:
    """Idempotency keys."""

    def __init__(self, work: _Work) -> None:
        self._work = work

    async def find(self, key_hash: str) -> IdempotencyRecord | None:
        return (await self._work.state()).keys.get(key_hash)

    async def add(self, record: IdempotencyRecord) -> None:
        with self._work.writing():
            state = await self._work.state()
            first = state.keys.get(record.key_hash)
            if first is not None:
                raise IdempotencyReplayError(first.run_id, first.fingerprint)
            state.add_key(record)


class MemoryUnitOfWork:
    """One transaction. Used by one task, once."""

    def __init__(self, database: MemoryDatabase, *, write: bool) -> None:
        self._work = _Work(database, write=write)
        self.runs = MemoryRuns(self._work)
        self.files = MemoryFiles(self._work)
        self.blobs = MemoryBlobs(self._work)
        self.idempotency = MemoryIdempotencyKeys(self._work)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._work.end()

    async def commit(self) -> None:
        await self._work.commit()


class MemoryIntakeUnitOfWorkFactory:
    """Opens units of work on one database."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._database = database

    def __call__(self, *, write: bool = True) -> MemoryUnitOfWork:
        return MemoryUnitOfWork(self._database, write=write)


def _fits(
    factory: MemoryIntakeUnitOfWorkFactory, work: MemoryUnitOfWork
) -> tuple[IntakeUnitOfWorkFactory, IntakeUnitOfWork]:
    return factory, work
